"""An organisation's own test questions: what it expects of the answers, kept by the service, asked by each rehearsal.

They are kept in the database, not among the curated files: they change no answer, so nothing has to be published before
they count, and to return to an earlier version must not lose what somebody has judged since.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from rag.answering.question import MAX_CHARACTERS, check_question
from rag.errors import BadQuestion
from rag.types import Language, Verdict

MOST = 2000  # of one organisation: asking as many takes some three minutes
MOST_PLACES = 20
MAX_QUOTE_CHARS = 5000


def _askable(text: str) -> str:
    try:
        check_question(text, "fi")
    except BadQuestion as error:
        raise ValueError(error.code) from None
    return text


AskedText = Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS), AfterValidator(_askable)]
# A quote without a word would count as cited by every answer.
Quote = Annotated[str, Field(pattern=r"\w", max_length=MAX_QUOTE_CHARS)]
Note = Annotated[str, Field(max_length=MAX_CHARACTERS)]
DocumentId = Annotated[str, Field(max_length=200)]


def asked_as(question: str, language: Language) -> tuple[Language, str]:
    """By what a question is known: spaces and capitals aside it is the same one."""
    return language, " ".join(question.casefold().split())


class Expected(BaseModel):
    """A question and what its answer must show, as a line of a question file has it (eval/README.md).

    answerable: None where nobody can tell yet, because the document that would answer it is missing; evidence: one of
    the quotes must be cited; verdict: None where any will do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: AskedText
    language: Language
    answerable: bool | None = None
    documents: Annotated[tuple[DocumentId, ...], Field(max_length=MOST_PLACES)] = ()
    evidence: Annotated[tuple[Quote, ...], Field(max_length=MOST_PLACES)] = ()
    verdict: Verdict | None = None
    why: Note | None = None

    @model_validator(mode="after")
    def _can_be_checked(self) -> Expected:
        if self.answerable and not (self.evidence or self.verdict):
            raise ValueError("answerable, but nothing tells a right answer; add 'evidence' or 'verdict'")
        return self


class OwnQuestion(Expected):
    """One that is kept, under its id."""

    id: str
