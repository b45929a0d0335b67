"""The audit log looked after: verified entry by entry, written out to files, and freed of what is too old."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, func, select, text, update

from api.audit import ITSELF, AuditEntry, note
from api.tables import audit, audit_head
from rag.index.sealing import sealed
from rag.sources.files import write_atomically

_AT_ONCE = 1000  # entries in memory
_FILE = re.compile(r"audit-\d+-(\d+)\.jsonl")


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found. first, last: numbers of the entries that are there; hash: of the last one; broken: the
    number of the first that is not as it was written, or whose neighbour is not; missing: an entry that was known from
    elsewhere is not there as it was."""

    entries: int
    first: int
    last: int
    hash: str
    broken: int | None = None
    missing: bool = False

    @property
    def whole(self) -> bool:
        return self.broken is None and not self.missing


def verify(connection: Connection, known: tuple[int, str] | None = None) -> Verified:
    """Compute all hashes anew, in a transaction of its own. known: number and hash of an entry, noted where nobody who
    can write here can write.

    Without one it finds what was changed or removed in between, but not a log that was written anew as a whole.
    """
    if connection.dialect.name == "postgresql":  # SQLite shows a transaction one state of things by itself
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    head = connection.execute(select(audit_head)).one_or_none()
    count, first, last, before = 0, 0, 0, ""
    seen = known is None
    kept_after = head.kept_after if head is not None else 0
    attested = kept_after == 0
    for entry in read(connection):
        count, first, last = count + 1, first or entry.number, entry.number
        if count == 1 and kept_after:
            before = _sealed_through(connection, kept_after)
        if entry.number <= kept_after or entry.hash != sealed(before, entry.model_dump()):
            return Verified(count, first, last, entry.hash, broken=entry.number)
        before = entry.hash
        attested |= entry.action == "retention" and entry.details.get("through") == kept_after
        # What has gone since is attested by the entry that says so.
        seen |= known == (entry.number, entry.hash)
        seen |= entry.action == "retention" and known == (entry.details.get("through"), entry.details.get("hash"))
    at_its_end = head is not None and (head.number, head.hash) == (last, before)
    broken = None if at_its_end and attested else last + 1
    return Verified(count, first, last, before, broken, missing=not seen)


def read(connection: Connection, after: int = 0) -> Iterator[AuditEntry]:
    """The entries with a higher number, the oldest first."""
    while True:
        query = select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(_AT_ONCE)
        rows = connection.execute(query).all()
        for row in rows:
            yield AuditEntry.model_validate(dict(row._mapping))
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].number


def lines(connection: Connection, after: int = 0) -> Iterator[str]:
    """Each entry as a line of JSON: with the hashes, so that who keeps them can verify them, too."""
    return (f"{entry.model_dump_json()}\n" for entry in read(connection, after))


def export_new(connection: Connection, folder: Path) -> Path | None:
    """Write what no file of the folder has yet into one of its own, audit-<first>-<last>.jsonl; None if there is
    nothing new."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [int(found[1]) for path in folder.iterdir() if (found := _FILE.fullmatch(path.name))]
    new = list(read(connection, max(written, default=0)))
    if not new:
        return None
    path = folder / f"audit-{new[0].number:08}-{new[-1].number:08}.jsonl"
    write_atomically(path, "".join(f"{entry.model_dump_json()}\n" for entry in new))
    return path


def forget(connection: Connection, before: datetime) -> int:
    """Delete the entries from before a moment; how many. An entry says so, by which the rest can still be verified."""
    last = connection.execute(select(func.max(audit.c.number)).where(audit.c.at < before)).scalar()
    later = connection.execute(select(func.min(audit.c.number)).where(audit.c.at >= before)).scalar()
    through = min(last or 0, (later or (last or 0) + 1) - 1)  # clocks may have been set back: only what stands first
    row = connection.execute(select(audit).where(audit.c.number == through)).first()
    if row is None:
        return 0
    gone: int = connection.execute(
        select(func.count()).select_from(audit).where(audit.c.number <= through)
    ).scalar_one()
    note(connection, ITSELF, "retention", str(before.date()), through=through, hash=row.hash, entries=gone)
    connection.execute(update(audit_head).values(kept_after=through))
    connection.execute(delete(audit).where(audit.c.number <= through))
    return gone


def _sealed_through(connection: Connection, number: int) -> str:
    """The hash of the last entry that has gone, by the entry that says so; one that fits nothing where none does."""
    said = connection.execute(select(audit.c.details).where(audit.c.action == "retention")).scalars()
    return next((str(each["hash"]) for each in said if each.get("through") == number), "none")
