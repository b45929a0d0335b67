"""What OpenAI's interface looks like: its requests as far as they are read, its answers, its errors.

Source: https://platform.openai.com/docs/api-reference/chat; what is said beyond it is the field `answer`.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import ChatAnswer, Day, Name, Problem
from rag.types import Language

PREFIX = "/v1/"
MODEL = "ohjenuora"
MAX_MESSAGES = 500

Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


# What the two interfaces call a piece of text.
_TEXTS = frozenset({"text", "input_text", "output_text"})


class ContentPart(BaseModel):
    """A piece of a message. Only pieces of text are read."""

    model_config = ConfigDict(frozen=True)

    type: str
    text: str | None = None


class Message(BaseModel):
    """One message of a conversation; what is not the user's is not read: nothing changes what the sources say."""

    model_config = ConfigDict(frozen=True)

    role: Role
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str | None:
        return text_of(self.content)


def text_of(content: str | list[ContentPart] | None) -> str | None:
    """What a message says; None where it holds something else than text."""
    if not isinstance(content, list):
        return content or ""
    if any(part.type not in _TEXTS or part.text is None for part in content):
        return None
    return "\n".join(part.text or "" for part in content)


class StreamOptions(BaseModel):
    model_config = ConfigDict(frozen=True)

    include_usage: bool = False


class CompletionRequest(BaseModel):
    """A conversation whose last question is to be answered. language, tool, data, as_of: as in POST /api/chat. Other
    fields of OpenAI's are let pass: nothing here is drawn by lot, so there is no temperature to set."""

    model_config = ConfigDict(frozen=True)

    model: str
    messages: list[Message] = Field(min_length=1, max_length=MAX_MESSAGES)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    language: Language | None = None
    tool: Name | None = None
    data: Name | None = None
    as_of: Day | None = None

    def asked(self) -> list[str | None]:
        """What the user's messages say, the oldest first; None for one that is not text alone."""
        return [message.text for message in self.messages if message.role == "user"]


class Usage(BaseModel):
    """Nothing is counted in tokens here; who adds them up wants numbers."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Reply(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: str | None = None


class Choice(BaseModel):
    index: int = 0
    message: Reply
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Completion(BaseModel):
    """The answer as Markdown, and whole: answer is what POST /api/chat says."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: tuple[Choice, ...]
    usage: Usage = Usage()
    answer: ChatAnswer


class ChunkChoice(BaseModel):
    index: int = 0
    delta: dict[Literal["role", "content"], str] = {}
    logprobs: None = None
    finish_reason: Literal["stop"] | None = None


class Chunk(BaseModel):
    """A piece of a streamed answer. The one with the finish_reason has the whole answer."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str = MODEL
    choices: tuple[ChunkChoice, ...] = ()
    usage: Usage | None = None
    answer: ChatAnswer | None = None


class Model(BaseModel):
    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = MODEL


class Models(BaseModel):
    object: Literal["list"] = "list"
    data: tuple[Model, ...]


class Wrong(BaseModel):
    message: str
    type: Literal["invalid_request_error", "rate_limit_error", "server_error"]
    param: str | None = None
    code: str | None = None


class Failure(BaseModel):
    """An error in OpenAI's form, in the language of Accept-Language."""

    error: Wrong

    @classmethod
    def from_problem(cls, problem: Problem) -> Self:
        kind: Literal["invalid_request_error", "rate_limit_error", "server_error"] = "invalid_request_error"
        if problem.status == 429:
            kind = "rate_limit_error"
        elif problem.status >= 500:
            kind = "server_error"
        return cls(error=Wrong(message=problem.detail, type=kind))


FAILURE_RESPONSES: dict[int | str, dict[str, Any]] = {"default": {"description": "error", "model": Failure}}


def status_of(problem: Problem) -> int:
    """OpenAI has 400 where we have 422."""
    return 400 if problem.status == 422 else problem.status
