"""What a rehearsal of a draft finds: the answers that would change. Made by eval.rehearsal, shown by the service."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from rag.types import Answer, Language, Reason, Status, Verdict

Effect = Literal["better", "worse", "other"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Cited(_Frozen):
    """A passage that an answer rests on."""

    document_id: str
    title: str
    section: str
    page: int | None
    quote: str


class Told(_Frozen):
    """What a reader sees of an answer."""

    status: Status
    reason: Reason | None
    verdict: Verdict | None
    message: str
    citations: tuple[Cited, ...]

    @classmethod
    def of(cls, answer: Answer) -> Told:
        return cls(
            status=answer.status,
            reason=answer.reason,
            verdict=answer.verdict,
            message=answer.message,
            citations=tuple(
                Cited(
                    document_id=each.document_id,
                    title=each.title,
                    section=each.section,
                    page=each.page,
                    quote=each.quote,
                )
                for each in answer.citations
            ),
        )


class ChangedAnswer(_Frozen):
    """A question that would be answered otherwise. effect: by what the question's author expects of an answer."""

    id: str
    question: str
    language: Language
    effect: Effect
    before: Told
    after: Told


class Right(_Frozen):
    """How many questions are answered, or refused, as their authors expect."""

    before: int
    after: int


class Rehearsal(_Frozen):
    """Two versions, asked the same questions. The worse answers come first."""

    version_before: str
    version_after: str
    asked: int
    right: Right
    changed: tuple[ChangedAnswer, ...]
