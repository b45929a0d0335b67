"""What seals the audit log: each entry's hash is made of what it says and of the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from sqlalchemy import JSON, Connection, Integer, Text, column, text

from rag.index.database import Moment

_SAID = ("number", "who", "action", "subject", "details")


def sealed(before: str, row: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the hash before and of what an entry says, as JSON with sorted keys."""
    said = {key: row[key] for key in _SAID} | {"at": row["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    content = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{before}\n{content}".encode()).hexdigest()


def seal_older(connection: Connection) -> None:
    """Seal the entries of a release that sealed none. Only within the step that brings the column."""
    before = ""
    entries = text("SELECT number, at, who, action, subject, details FROM audit ORDER BY number").columns(
        column("number", Integer), column("at", Moment()), column("who", Text), column("action", Text),
        column("subject", Text), column("details", JSON),
    )  # fmt: skip
    for row in connection.execute(entries).all():
        before = sealed(before, row._asdict())
        values = {"number": row.number, "hash": before}
        connection.execute(text("UPDATE audit SET hash = :hash WHERE number = :number"), values)
        connection.execute(text("UPDATE audit_head SET number = :number, hash = :hash"), values)
