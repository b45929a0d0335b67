"""What has come into use: told apart from what was in use before, whichever way it came; publication, index or return.

Of each version that is taken into use, what is other is kept as one row for each document, until nobody needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from api.tables import news, news_head
from rag.index.opening import current_version, index_folder, read_manifest
from rag.index.versions import documents_of
from rag.settings import Settings
from rag.types import Access, Document, Language, Metadata

Kind = Literal["added", "changed", "withdrawn"]
KEPT = timedelta(days=365)  # chosen by judgement: who subscribes asks more often


class News(BaseModel):
    """A document that came into use, changed or went. title, language, groups: as they were then, or last."""

    model_config = ConfigDict(frozen=True)

    number: int
    at: datetime
    version: str
    document_id: str
    kind: Kind
    title: str
    language: Language
    groups: tuple[str, ...]

    def readable_by(self, access: Access, present: Document | None) -> bool:
        """Whether somebody might read it then, and may now. present: the document as it is in use."""
        then = access.permits(Metadata(self.document_id, "", groups=self.groups))
        return then and (present is None or access.permits(present.metadata))


def notice(engine: Engine, settings: Settings) -> int:
    """Keep what is other in the version in use than in the one that was noticed last; how much. One process does it,
    whichever is first.

    Of a version that is not kept any more nothing can be told apart: then what is in use counts as known.
    """
    version = current_version(settings)
    with engine.connect() as connection:
        known = connection.execute(select(news_head.c.version)).scalar_one()
    if version is None or version == known:
        return 0
    after = documents_of(settings, version)
    if after is None:  # it is gone already, and another one is in use
        return 0
    before = documents_of(settings, known) if known else {}
    rows = _rows(version, before, after, _since(settings, version, known)) if before is not None else []
    with engine.begin() as connection:
        taken = update(news_head).where(news_head.c.version == known).values(version=version)
        if not connection.execute(taken).rowcount:
            return 0
        if rows:
            connection.execute(insert(news), rows)
        connection.execute(delete(news).where(news.c.at < datetime.now(UTC) - KEPT))
    return len(rows)


def latest(connection: Connection, limit: int, document_id: str | None = None) -> list[News]:
    """The latest first. document_id: of one document alone."""
    query = select(news).order_by(news.c.number.desc()).limit(limit)
    if document_id is not None:
        query = query.where(news.c.document_id == document_id)
    return _read(connection.execute(query).all())


def after_number(connection: Connection, number: int) -> list[News]:
    """The first with a higher number, and those that were noticed together with it."""
    first = connection.execute(select(func.min(news.c.number)).where(news.c.number > number)).scalar()
    if first is None:
        return []
    together = select(news.c.at).where(news.c.number == first).scalar_subquery()
    query = select(news).where(news.c.at == together, news.c.number > number).order_by(news.c.number)
    return _read(connection.execute(query).all())


def _read(rows: Sequence[Any]) -> list[News]:
    return [News.model_validate(dict(row._mapping)) for row in rows]


def _since(settings: Settings, version: str, known: str) -> datetime:
    """When it came into use: now, but for what was in use before anything was noticed."""
    manifest = read_manifest(index_folder(settings) / version)
    return datetime.fromisoformat(manifest.created) if manifest is not None and not known else datetime.now(UTC)


def _rows(version: str, before: dict[str, Document], after: dict[str, Document], at: datetime) -> list[dict[str, Any]]:
    """Those that have come, then those that have changed, then those that have gone."""
    came = [(after[name], "added") for name in after.keys() - before.keys()]
    changed = [
        (after[name], "changed")
        for name in after.keys() & before.keys()
        if (after[name].version, after[name].metadata) != (before[name].version, before[name].metadata)
    ]
    went = [(before[name], "withdrawn") for name in before.keys() - after.keys()]
    return [
        {
            "at": at,
            "version": version,
            "document_id": document.id,
            "kind": kind,
            "title": document.metadata.title,
            "language": document.metadata.language,
            "groups": list(document.metadata.groups),
        }
        for found in (came, changed, went)
        for document, kind in sorted(found, key=lambda each: each[0].id)
    ]
