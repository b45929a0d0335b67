"""The last evaluation over the organisation's test questions."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from api.tables import evaluations
from rag.publishing.evaluation import OwnEvaluation


class KeptEvaluation(OwnEvaluation):
    """outdated: another version has been taken into use since."""

    job_id: str
    made_at: datetime
    outdated: bool

    def of(self, readable: Container[str]) -> KeptEvaluation:
        """Without the answers that rest on a document which is not among these; they count all the same."""
        wrong = tuple(each for each in self.wrong if each.answer.rests_on(readable))
        return self.model_copy(update={"wrong": wrong})


def keep_evaluation(connection: Connection, job_id: str, found: Mapping[str, Any]) -> None:
    """In the place of the earlier one."""
    connection.execute(delete(evaluations))
    connection.execute(insert(evaluations), {"job_id": job_id, "made_at": datetime.now(UTC), "found": found})


def last_evaluation(connection: Connection, current: str | None) -> KeptEvaluation | None:
    """current: the version that is in use."""
    row = connection.execute(select(evaluations)).first()
    if row is None:
        return None
    outdated = row.found["version"] != current
    return KeptEvaluation(**row.found, job_id=row.job_id, made_at=row.made_at, outdated=outdated)
