"""The files of sources that keep themselves current, as they were when they last were read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, delete, insert, select

from api.tables import source_files
from rag.fetching.found import Mark


@dataclass(frozen=True, slots=True)
class KeptFile:
    """digest: SHA-256 of its content; text: of what was read of it; gone: it has vanished, which was told once."""

    path: str
    document_id: str
    mark: Mark
    digest: str
    text: str
    gone: bool = False


def files_of(connection: Connection, source: str) -> dict[str, KeptFile]:
    """By their paths."""
    query = select(source_files).where(source_files.c.source == source)
    rows = connection.execute(query).all()
    kept = (KeptFile(r.path, r.document_id, Mark(r.etag, r.modified), r.digest, r.text, bool(r.gone)) for r in rows)
    return {each.path: each for each in kept}


def keep_file(connection: Connection, source: str, kept: KeptFile) -> None:
    """In the place of what was kept of it."""
    of_file = (source_files.c.source == source) & (source_files.c.path == kept.path)
    connection.execute(delete(source_files).where(of_file))
    row = asdict(replace(kept, mark=Mark())) | {"source": source, "gone": int(kept.gone)}
    del row["mark"]
    connection.execute(insert(source_files), row | asdict(kept.mark))


def is_taken(connection: Connection, document_id: str) -> bool:
    """Whether a file of any source has this id."""
    query = select(source_files.c.path).where(source_files.c.document_id == document_id)
    return connection.execute(query).first() is not None
