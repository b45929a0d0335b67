"""The audit log: who did what, and when. Each entry seals the one before it, so that none can be changed unnoticed.

What stands here only adds. The oldest entries go by api.audit_keeping, and leave an entry that says so.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Connection, insert, select, update

from api.identity import Identity
from api.tables import audit, audit_head
from rag.index.sealing import sealed

Action = Literal[
    "draft",
    "discard",
    "rehearse",
    "publish",
    "published",
    "cancel",
    "activate",
    "export",
    "view",
    "question",
    "evaluate",
    "sign_in",
    "sign_in_failed",
    "sign_out",
    "sign_out_everywhere",
    "retention",
]
ITSELF = "Ohjenuora"  # who did what the service does by itself


class AuditEntry(BaseModel):
    """One thing that somebody did. hash: of the entry and the hash of the one before it."""

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    details: dict[str, Any]
    hash: str


def note(connection: Connection, who: Identity | str, action: Action, subject: str, **details: object) -> AuditEntry:
    """Add an entry, in the transaction of what it tells of: last, because whoever else notes waits for its end."""
    # The first statement takes the head's row, in either database, so that the entry before this one stays the last.
    connection.execute(update(audit_head).values(number=audit_head.c.number + 1))
    number, before = connection.execute(select(audit_head.c.number, audit_head.c.hash)).one()
    row: dict[str, Any] = {
        "number": number,
        "at": datetime.now(UTC),
        "who": who if isinstance(who, str) else who.name,
        "action": action,
        "subject": subject,
        "details": details,
    }
    row["hash"] = sealed(before, row)
    connection.execute(insert(audit), row)
    connection.execute(update(audit_head).values(hash=row["hash"]))
    return AuditEntry.model_validate(row)


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
