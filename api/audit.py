"""The audit log: who did what, and when. There is no statement here that changes or deletes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Connection, insert, select

from api.identity import Identity
from api.tables import audit

Action = Literal[
    "draft",
    "discard",
    "rehearse",
    "publish",
    "published",
    "cancel",
    "activate",
    "export",
    "question",
    "evaluate",
]


class AuditEntry(BaseModel):
    """One thing that somebody did."""

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    details: dict[str, Any]


def note(connection: Connection, who: Identity | str, action: Action, subject: str, **details: object) -> None:
    """Add an entry, in the transaction of what it tells of."""
    row = {
        "at": datetime.now(UTC),
        "who": who if isinstance(who, str) else who.name,
        "action": action,
        "subject": subject,
        "details": details,
    }
    connection.execute(insert(audit), row)


def entries(
    connection: Connection, before: int | None, limit: int, action: str | None = None, who: str | None = None
) -> list[AuditEntry]:
    """The latest entries first; before: only such with a lower number; who: only names that hold this text."""
    query = select(audit).order_by(audit.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.number < before)
    if action:
        query = query.where(audit.c.action == action)
    if who:
        query = query.where(audit.c.who.icontains(who, autoescape=True))
    return [AuditEntry.model_validate(dict(row._mapping)) for row in connection.execute(query)]
