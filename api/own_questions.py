"""The organisation's test questions, as the database keeps them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from api.audit import note
from api.identity import Identity
from api.tables import own_questions
from rag.publishing.questions import MOST, Expected, OwnQuestion, asked_as
from rag.types import Language

# How it came to be: marked in a rehearsal, told of a bad answer, written on the page, from a file.
Origin = Literal["mark", "correction", "page", "file"]


class KeptQuestion(OwnQuestion):
    """A test question with where it comes from and who made it."""

    origin: Origin
    made_at: datetime
    made_by: str


class TooManyQuestions(Exception):
    """There would be more than the service keeps."""


class HeldQuestions(Exception):
    """Somebody else expects something else of the same questions. there: what they expect."""

    def __init__(self, there: Sequence[KeptQuestion]) -> None:
        super().__init__()
        self.there = tuple(there)

    @property
    def seen(self) -> str:
        """What is there, in 16 hex digits: to be named by whoever has seen it and replaces it."""
        told = ":".join(f"{each.id} {each.made_at.isoformat()}" for each in self.there)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


class HiddenQuestion(Exception):
    """The same question is kept with an answer that they may not read."""


def listed(connection: Connection) -> list[KeptQuestion]:
    """The latest first."""
    rows = connection.execute(select(own_questions).order_by(own_questions.c.made_at.desc(), own_questions.c.id))
    return [_kept(row) for row in rows]


def asked_by_jobs(connection: Connection) -> list[dict[str, Any]]:
    """The fields of OwnQuestion each, as rag.publishing.questions has them, the earliest first."""
    rows = connection.execute(select(own_questions).order_by(own_questions.c.made_at, own_questions.c.id))
    return [{"id": row.id, **row.expected} for row in rows]


def find(connection: Connection, question_id: str) -> KeptQuestion | None:
    row = connection.execute(select(own_questions).where(own_questions.c.id == question_id)).first()
    return _kept(row) if row else None


def kept_of(connection: Connection, asked: Expected) -> KeptQuestion | None:
    """What is expected of the same question so far."""
    digest = _digest(asked.question, asked.language)
    row = connection.execute(select(own_questions).where(own_questions.c.digest == digest)).first()
    return _kept(row) if row else None


def put(
    connection: Connection,
    who: Identity,
    questions: Sequence[Expected],
    origin: Origin,
    may_read: Callable[[KeptQuestion], bool],
    replaces: str = "",
) -> list[KeptQuestion]:
    """Keep each in the place of what was expected of the same question before; note_kept() is to follow.

    replaces: HeldQuestions.seen, where somebody has seen what others expect and replaces it.
    Raises TooManyQuestions, HiddenQuestion, and HeldQuestions where nobody has.
    """
    kept: list[KeptQuestion] = []
    held: list[KeptQuestion] = []
    for each in questions:
        before = kept_of(connection, each)
        if before and each.why is None and same_answer(before, each):
            each = each.model_copy(update={"why": before.why})  # whoever agrees has nothing against it
        values: dict[str, Any] = {
            "expected": each.model_dump(mode="json", exclude={"id"}),
            "origin": origin,
            "made_at": datetime.now(UTC),
            "made_by": who.name,
        }
        question_id = before.id if before else uuid.uuid4().hex
        if before:
            if not may_read(before):
                raise HiddenQuestion
            if before.made_by != who.name and not (same_answer(before, each) and each.why == before.why):
                held.append(before)
            connection.execute(update(own_questions).where(own_questions.c.id == before.id).values(**values))
        else:
            digest = _digest(each.question, each.language)
            connection.execute(insert(own_questions), {"id": question_id, "digest": digest, **values})
        kept.append(KeptQuestion(id=question_id, **values["expected"], **{k: values[k] for k in _MADE}))
    if held and (there := HeldQuestions(held)).seen != replaces:
        raise there
    if connection.execute(select(func.count()).select_from(own_questions)).scalar_one() > MOST:
        raise TooManyQuestions
    return kept


def same_answer(one: Expected, other: Expected) -> bool:
    """Whether both expect the same, whatever is noted beside it."""
    return one.model_dump(include=_ANSWER) == other.model_dump(include=_ANSWER)


def note_kept(connection: Connection, who: Identity, kept: Sequence[KeptQuestion]) -> None:
    origin = kept[0].origin
    note(connection, who, "question", kept[0].id if len(kept) == 1 else origin, count=len(kept), origin=origin)


def remove(connection: Connection, who: Identity, question_id: str) -> bool:
    """Whether it was there."""
    gone = connection.execute(delete(own_questions).where(own_questions.c.id == question_id)).rowcount
    if gone:
        note(connection, who, "question", question_id, removed=True)
    return bool(gone)


_MADE = ("origin", "made_at", "made_by")
_ANSWER = {"answerable", "documents", "evidence", "verdict"}


def _digest(question: str, language: Language) -> str:
    return hashlib.sha256(":".join(asked_as(question, language)).encode()).hexdigest()


def _kept(row: Any) -> KeptQuestion:
    return KeptQuestion(id=row.id, **row.expected, **{name: getattr(row, name) for name in _MADE})
