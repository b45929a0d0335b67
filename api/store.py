"""What the service remembers of its answers: counts and places, feedback, and questions only without personal data."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from api import rehearsals
from api.problems import log_failure
from api.tables import answers, cited, feedback
from api.unordered import lose_order
from rag.index.database import engine_of
from rag.index.schema import prepare
from rag.settings import Settings
from rag.types import Answer

Redact = Callable[[str], str]
Rating = Literal["up", "down"]
# A database that does not answer must not delay every answer by the time it takes to find that out.
REST_AFTER_FAILURE_S = 10.0

_log = logging.getLogger(__name__)


class Store:
    """Safe to use from several threads. Without redact, no text of a question or comment is kept."""

    def __init__(self, settings: Settings, redact: Redact | None = None) -> None:
        self.engine: Engine = engine_of(settings)
        self._redact = redact
        self._keep = timedelta(days=settings.retention_days)
        self._resting_until = 0.0
        self._forgotten_on: date | None = None
        self._migrated = False

    @property
    def forgotten_on(self) -> date | None:
        """The day on which forget() was last carried out here."""
        return self._forgotten_on

    def prepare(self) -> None:
        """Make or update the tables. Raises BadSetting for those of a newer version, SQLAlchemyError."""
        if not self._migrated:
            prepare(self.engine)
            self._migrated = True

    def remember(self, question: str, answer: Answer, today: date) -> None:
        """Keep what may be kept of an answer. A database that fails is logged: the answer is given all the same."""
        if time.monotonic() < self._resting_until:
            return
        try:
            self.prepare()
            with self.engine.begin() as connection:
                connection.execute(insert(answers), self._row(question, answer, today))
                if answer.citations:
                    connection.execute(insert(cited), _places(answer))
        except SQLAlchemyError as error:
            self._resting_until = time.monotonic() + REST_AFTER_FAILURE_S
            log_failure(error)

    def rate(self, answer_id: str, rating: Rating, comment: str | None, today: date) -> bool:
        """Keep what somebody thinks of an answer, in the place of what they said before; False for an unknown one."""
        self.prepare()
        text = self._redact(comment) if comment and self._redact else None
        with self.engine.begin() as connection:
            if connection.execute(select(answers.c.id).where(answers.c.id == answer_id)).first() is None:
                return False
            connection.execute(delete(feedback).where(feedback.c.answer_id == answer_id))
            connection.execute(
                insert(feedback), {"answer_id": answer_id, "rating": rating, "comment": text, "day": today}
            )
        return True

    def forget(self, today: date) -> int:
        """Delete the answers that are older than may be, with their feedback; how many. Once a day is enough."""
        self.prepare()
        with self.engine.begin() as connection:
            gone = connection.execute(delete(answers).where(answers.c.day < today - self._keep)).rowcount
            rehearsals.forget(connection, today, self._keep)
        try:
            lose_order(self.engine, today)
        except SQLAlchemyError as error:  # tomorrow again
            log_failure(error)
        self._forgotten_on = today
        return gone

    def forget_daily(self, today: date) -> bool:
        """forget(), where that has not been done today; whether it was done now."""
        if self._forgotten_on == today:
            return False
        if gone := self.forget(today):
            _log.info("%d answers older than %d days deleted", gone, self._keep.days)
        return True

    def _row(self, question: str, answer: Answer, today: date) -> dict[str, object]:
        return {
            "id": answer.id,
            "day": today,
            "language": answer.language,
            "status": answer.status,
            "reason": answer.reason,
            "verdict": answer.verdict,
            "confidence": answer.confidence,
            "version": answer.index_version,
            "text": self._redact(question) if self._redact else None,
        }


def _places(answer: Answer) -> list[dict[str, object]]:
    return [
        {
            "answer_id": answer.id,
            "number": each.number,
            "document_id": each.document_id,
            "section": each.section,
            "start_char": each.start,
            "end_char": each.end,
            "quote": each.quote,
        }
        for each in answer.citations
    ]
