"""The JSON of the HTTP interface. Field names are public: add to them freely, never rename or drop one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from rag.answering.question import MAX_CHARACTERS
from rag.types import (
    Answer,
    Citation,
    Document,
    Kind,
    Language,
    Open,
    Passage,
    Reason,
    Statement,
    StatementKind,
    Status,
    Verdict,
)

MAX_NAME_CHARS = 100
MAX_COMMENT_CHARS = 2000
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


# The same for who reads the OpenAPI document.
_NO_CONTROL = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*"
PRINTABLE: JsonDict = {"pattern": f"^{_NO_CONTROL}$"}
_WITH_A_WORD: JsonDict = {"pattern": rf"^{_NO_CONTROL}[^\W_]{_NO_CONTROL}$"}


def _printable(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in text):
        raise PydanticCustomError("control_characters", "control characters")
    return text


def _filled(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "blank")
    return text


def _written_day(value: object) -> object:
    # Without this, pydantic reads a number as seconds since 1970.
    if value is not None and not (isinstance(value, str) and DAY.fullmatch(value)):
        raise PydanticCustomError("date_form", "not YYYY-MM-DD")
    return value


Question = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_CHARACTERS),
    AfterValidator(_filled),
    AfterValidator(_printable),
    Field(json_schema_extra=_WITH_A_WORD),
]
Name = Annotated[
    str, StringConstraints(max_length=MAX_NAME_CHARS), AfterValidator(_printable), Field(json_schema_extra=PRINTABLE)
]
Comment = Annotated[
    str, StringConstraints(max_length=MAX_COMMENT_CHARS), AfterValidator(_printable), Field(json_schema_extra=PRINTABLE)
]
Day = Annotated[date, BeforeValidator(_written_day)]


class ChatRequest(BaseModel):
    """One question. language null: detect it. tool and data name what the question leaves open: the AI service and
    the kind of data (as GET /api/options lists them). as_of: answer as of that day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Question
    language: Language | None = None
    conversation_id: Name | None = None
    tool: Name | None = None
    data: Name | None = None
    as_of: Day | None = None

    @property
    def text(self) -> str:
        """The question with the kind of data that was chosen for it."""
        return f"{self.question} ({self.data})" if self.data else self.question


class FeedbackRequest(BaseModel):
    """What somebody thinks of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer_id: Annotated[Name, StringConstraints(min_length=1)]
    rating: Literal["up", "down"]
    comment: Comment | None = None


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


def _described(document: Document, today: date) -> dict[str, Any]:
    return asdict(document.metadata) | {
        "version": document.version,
        "historical": document.metadata.historical(today),
        "characters": len(document.text),
    }


class ChatCitation(_Reply):
    """GET /api/documents/{document_id} → text[start:end] == quote. context: what a reader needs besides, as a row's
    column heads; translation: the same, unofficially, in the answer's language."""

    number: int
    document_id: str
    title: str
    publisher: str
    published: str | None
    language: Language
    section: str
    page: int | None
    quote: str
    start: int
    end: int
    href: str
    historical: bool
    context: str
    translation: str | None


class ChatStatement(_Reply):
    text: str
    kind: StatementKind
    citations: tuple[int, ...]


class ChatNotice(_Reply):
    code: str
    text: str


class ChatCondition(_Reply):
    text: str
    citations: tuple[int, ...]


class ChatPart(_Reply):
    """The answer to one of several questions in a message. statements: numbers, from 0, of those of the answer."""

    question: str
    status: Status
    reason: Reason | None
    verdict: Verdict | None
    statements: tuple[int, ...]
    message: str


class ChatAnswer(_Reply):
    id: str
    conversation_id: str
    language: Language
    status: Status
    reason: Reason | None
    verdict: Verdict | None
    message: str
    statements: tuple[ChatStatement, ...]
    citations: tuple[ChatCitation, ...]
    see_also: tuple[ChatCitation, ...]
    notices: tuple[ChatNotice, ...]
    follow_ups: tuple[str, ...]
    confidence: float
    index_version: str
    timings_ms: dict[str, float]
    left_open: tuple[Open, ...]
    parts: tuple[ChatPart, ...]
    conditions: tuple[ChatCondition, ...]

    @classmethod
    def from_answer(cls, answer: Answer) -> Self:
        return cls.model_validate(answer)


class StatementEvent(_Reply):
    """The data of a `statement` event: one statement with the citations it rests on."""

    statement: ChatStatement
    citations: tuple[ChatCitation, ...]

    @classmethod
    def from_statement(cls, statement: Statement, citations: tuple[Citation, ...]) -> Self:
        cited = [ChatCitation.model_validate(each) for each in citations if each.number in statement.citations]
        return cls(statement=ChatStatement.model_validate(statement), citations=tuple(cited))


class FoundPassage(_Reply):
    document_id: str
    section: str
    page: int | None
    text: str
    start: int
    end: int
    score: float

    @classmethod
    def from_passage(cls, passage: Passage) -> Self:
        return cls.model_validate(passage)


class DocumentSummary(_Reply):
    """What a document says of itself. edition: its own version, as "2.1"; historical: no longer in force today; groups:
    who alone may read it, everybody where there are none."""

    id: str
    title: str
    publisher: str
    published: str | None
    language: Language
    kind: Kind
    url: str | None
    valid_from: date | None
    valid_until: date | None
    supersedes: str | None
    edition: str | None
    groups: tuple[str, ...]
    version: str
    historical: bool
    characters: int

    @classmethod
    def from_document(cls, document: Document, today: date) -> Self:
        return cls(**_described(document, today))


class DocumentText(DocumentSummary):
    """text is canonical: all offsets count its characters."""

    text: str

    @classmethod
    def from_document(cls, document: Document, today: date) -> Self:
        return cls(**_described(document, today), text=document.text)


class FieldError(BaseModel):
    """What is wrong with one field of a form. suggestion: what may have been meant; line: of a text, from 1."""

    field: str
    detail: str
    suggestion: str | None = None
    line: int | None = None


class Problem(BaseModel):
    """An error as RFC 9457 has it, in the language of Accept-Language. errors: by field, where it is a form's; there:
    what somebody else has said, where the request would take its place, and replaces: what to send as the parameter of
    that name to do so all the same."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []
    there: list[dict[str, Any]] = []
    replaces: str = ""
