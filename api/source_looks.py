"""What a look at a source has found, kept until the next one."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, delete, insert, select

from api.tables import source_looks
from rag.errors import SourceReason, SourceUnavailable, UnreadableReason, UnreadableSource

MAX_FAILURES = 200  # of one look, that are kept
# What keeps a file from becoming a draft, or a draft from being published by itself.
DraftReason = Literal["by_hand", "bad_id", "busy", "outdated", "publication", "draft"]


class Failure(BaseModel):
    """Something that could not be done. path: of the file, empty for the source as a whole; detail: what it is about;
    field: of bad_metadata, the key whose value will not do."""

    model_config = ConfigDict(frozen=True)

    path: str
    reason: SourceReason | UnreadableReason | DraftReason
    of: Literal["source", "file", "draft"]
    detail: str = ""
    field: str | None = None

    @classmethod
    def of_source(cls, path: str, failure: SourceUnavailable) -> Failure:
        return cls(path=path, reason=failure.reason, of="source", detail=failure.detail)

    @classmethod
    def of_file(cls, path: str, failure: UnreadableSource) -> Failure:
        return cls(path=path, reason=failure.reason, of="file", detail=failure.detail, field=failure.field)

    @classmethod
    def of_draft(cls, path: str, reason: DraftReason, detail: str = "") -> Failure:
        return cls(path=path, reason=reason, of="draft", detail=detail)


class Looked(BaseModel):
    """One look. files: how many there are; changed, vanished: ids of documents that drafts were made of, to put or to
    withdraw them; published: those of changed that are in use now, by themselves; failed: how many failures there
    were, of which the first MAX_FAILURES are kept."""

    model_config = ConfigDict(frozen=True)

    source: str
    at: datetime
    files: int
    changed: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    failed: int = 0
    failures: tuple[Failure, ...] = ()


def last_look(connection: Connection, source: str) -> Looked | None:
    found = connection.execute(select(source_looks.c.found).where(source_looks.c.source == source)).scalar()
    return Looked.model_validate(found) if found is not None else None


def keep_look(connection: Connection, looked: Looked) -> None:
    connection.execute(delete(source_looks).where(source_looks.c.source == looked.source))
    row = {"source": looked.source, "at": looked.at, "found": looked.model_dump(mode="json")}
    connection.execute(insert(source_looks), row)
