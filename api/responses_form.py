"""What OpenAI's newer interface looks like: its requests as far as they are read, its answers and events.

Source: https://platform.openai.com/docs/api-reference/responses; what is said beyond it is the field `answer`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.openai_form import MAX_MESSAGES, MODEL, ContentPart, Role, text_of
from api.schemas import ChatAnswer, Day, Name
from rag.types import Language

Status = Literal["in_progress", "completed"]


class Item(BaseModel):
    """A message of a conversation, or something else, which is not read."""

    model_config = ConfigDict(frozen=True)

    role: Role | None = None
    content: str | list[ContentPart] | None = None


class ResponseRequest(BaseModel):
    """A question, or a conversation whose last question is to be answered. previous_response_id: the response that it
    follows up. language, tool, data, as_of: as in POST /api/chat. Other fields of OpenAI's are let pass."""

    model_config = ConfigDict(frozen=True)

    model: str
    input: str | Annotated[list[Item], Field(min_length=1, max_length=MAX_MESSAGES)]
    stream: bool | None = None
    previous_response_id: str | None = None
    language: Language | None = None
    tool: Name | None = None
    data: Name | None = None
    as_of: Day | None = None

    def asked(self) -> list[str | None]:
        """What the user says, the oldest first; None for what is not text alone."""
        if isinstance(self.input, str):
            return [self.input]
        return [text_of(item.content) for item in self.input if item.role == "user"]


class OutputText(BaseModel):
    type: Literal["output_text"] = "output_text"
    text: str
    annotations: tuple[()] = ()
    logprobs: tuple[()] = ()


class OutputMessage(BaseModel):
    type: Literal["message"] = "message"
    id: str
    status: Status
    role: Literal["assistant"] = "assistant"
    content: tuple[OutputText, ...]


class Details(BaseModel):
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0


class ResponseUsage(BaseModel):
    """Nothing is counted in tokens here; who adds them up wants numbers."""

    input_tokens: int = 0
    input_tokens_details: Details = Details()
    output_tokens: int = 0
    output_tokens_details: Details = Details()
    total_tokens: int = 0


class WholeResponse(BaseModel):
    """The answer as Markdown, and whole: answer is what POST /api/chat says, when it is completed."""

    id: str
    object: Literal["response"] = "response"
    created_at: int
    status: Status
    model: str = MODEL
    output: tuple[OutputMessage, ...]
    previous_response_id: str | None = None
    error: None = None
    incomplete_details: None = None
    instructions: None = None
    metadata: dict[str, str] = {}
    parallel_tool_calls: bool = False
    temperature: None = None
    tool_choice: Literal["none"] = "none"
    tools: tuple[()] = ()
    top_p: None = None
    usage: ResponseUsage | None = None
    answer: ChatAnswer | None = None
