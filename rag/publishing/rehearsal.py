"""What a rehearsal of a draft finds: the answers that would change. Made by eval.rehearsal, shown by the service."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal

from pydantic import BaseModel, ConfigDict

from rag.types import Answer, Language, Reason, Status, Verdict

# Who asks: the organisation's test questions, people who asked before, the project's example questions.
Source = Literal["own", "asked", "project"]
# What is other in the answer, of several the first. same_elsewhere: another place says the same.
ChangeKind = Literal[
    "other_verdict", "contradiction", "now_refused", "now_answered", "other_place", "other_words", "same_elsewhere"
]
# What the organisation expects, and what becomes of it: met only before, only after, both times or neither time.
Expectation = Literal["broken", "mended", "kept", "missed"]

# How much harm a change can do, chosen by judgement: a verdict that is wrong comes first, a wrong answer is worse than
# a missing one.
_HARM: dict[ChangeKind, int] = {
    "other_verdict": 5,
    "contradiction": 6,
    "now_answered": 4,
    "now_refused": 3,
    "other_place": 2,
    "other_words": 1,
    "same_elsewhere": 0,
}
_MORE_LENIENT = 7  # a verdict that allows more than before
_BROKEN = 10  # more than anything that nobody has judged
_STRICTNESS: dict[Verdict, int] = {"allowed": 0, "only_if_approved": 1, "not_allowed": 2}
CONTRADICTIONS = frozenset({"sources_differ", "guidance_differs"})  # codes of notices


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
    """What a reader sees of an answer. notices: their codes."""

    status: Status
    reason: Reason | None
    verdict: Verdict | None
    message: str
    citations: tuple[Cited, ...]
    notices: tuple[str, ...] = ()

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
            notices=tuple(each.code for each in answer.notices),
        )

    def rests_on(self, documents: Container[str]) -> bool:
        """Whether it cites no others."""
        return all(each.document_id in documents for each in self.citations)

    @property
    def contradicts(self) -> bool:
        return not CONTRADICTIONS.isdisjoint(self.notices)


class ChangedAnswer(_Frozen):
    """A question that would be answered otherwise. id: of the test question, empty for what people asked; expectation:
    of the organisation, None where it has none; harm: the larger, the sooner to be looked at."""

    number: int
    id: str
    question: str
    language: Language
    source: Source
    change: ChangeKind
    expectation: Expectation | None
    harm: int
    before: Told
    after: Told


class Right(_Frozen):
    """Of the questions of which the organisation expects something, how many are answered as it does."""

    before: int
    after: int
    of: int


class Rehearsal(_Frozen):
    """Two versions, asked the same questions. asked: so many of total, all of them when it is complete."""

    version_before: str
    version_after: str
    asked: int
    total: int
    complete: bool
    right: Right


def change_between(before: Told, after: Told, says_the_same: bool) -> ChangeKind:
    """What is other. says_the_same: the words that are cited first say the same, wherever they stand."""
    if before.status != after.status:
        return "now_answered" if after.status == "answered" else "now_refused"
    if after.contradicts and not before.contradicts:
        return "contradiction"
    if before.verdict != after.verdict:
        return "other_verdict"
    if not before.citations or not after.citations or places(before) & places(after):
        return "other_words"
    return "same_elsewhere" if says_the_same else "other_place"


def places(told: Told) -> set[tuple[str, str]]:
    """What an answer cites: documents and their words, wherever these have moved to."""
    return {(each.document_id, each.quote) for each in told.citations}


def harm_of(change: ChangeKind, before: Told, after: Told, expectation: Expectation | None) -> int:
    """0 to 17. What the organisation expects and gets does no harm."""
    if expectation in ("mended", "kept"):
        return 0
    harm = _HARM[change]
    if change == "other_verdict" and _strictness(after) < _strictness(before):
        harm = _MORE_LENIENT
    return harm + (_BROKEN if expectation == "broken" else 0)


def _strictness(told: Told) -> float:
    return 0.5 if told.verdict is None else _STRICTNESS[told.verdict]  # who is told nothing may still ask
