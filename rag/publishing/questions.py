"""An organisation's own test questions: what it expects of the answers, kept by the service, asked by each rehearsal.

They are kept in the database, not among the curated files: they change no answer, so nothing has to be published before
they count, and to return to an earlier version must not lose what somebody has judged since.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rag.types import Language, Verdict

MOST = 2000  # of one organisation: asking as many takes some three minutes
MAX_CHARS = 2000


class Expected(BaseModel):
    """A question and what its answer must show, as a line of a question file has it (eval/README.md).

    answerable: None where nobody can tell yet, because the document that would answer it is missing; evidence: one of
    the quotes must be cited; verdict: None where any will do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str = Field(pattern=r"\w", max_length=MAX_CHARS)
    language: Language
    answerable: bool | None = None
    documents: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    verdict: Verdict | None = None
    why: str | None = Field(None, max_length=MAX_CHARS)

    @model_validator(mode="after")
    def _can_be_checked(self) -> Expected:
        if self.answerable and not (self.evidence or self.verdict):
            raise ValueError("answerable, but nothing tells a right answer; add 'evidence' or 'verdict'")
        return self


class OwnQuestion(Expected):
    """One that is kept, under its id."""

    id: str
