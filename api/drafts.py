"""Changes that are being prepared: kept until somebody publishes or discards them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Connection, delete, insert, select, update

from api.audit import note
from api.identity import Identity
from api.tables import drafts, rehearsals
from rag.curated.changes import CHANGE, Change, Changes, EditFile, PutDocument
from rag.publishing.rehearsal import Rehearsal
from rag.sources import front_matter
from rag.types import Document, Metadata

DraftStatus = Literal["open", "published", "discarded"]


class Draft(BaseModel):
    """A change with who made it and what has become of it. seen: see rag.publishing.publication.with_checked."""

    id: str
    made_at: datetime
    made_by: str
    file_name: str | None
    change: Change
    seen: str
    status: DraftStatus
    version: str | None


class KeptRehearsal(Rehearsal):
    """The last rehearsal of a draft. outdated: another version has been taken into use since."""

    job_id: str
    outdated: bool

    def of(self, readable: Collection[str]) -> KeptRehearsal:
        """Without the answers that rest on a document which is not among these."""
        changed = tuple(
            each
            for each in self.changed
            if all(cited.document_id in readable for told in (each.before, each.after) for cited in told.citations)
        )
        return self.model_copy(update={"changed": changed})


def subject_of(change: Change) -> str:
    """What a change is about, as the audit log names it."""
    return change.name if isinstance(change, EditFile) else change.id


def may_read(who: Identity, draft: Draft, present: Document | None) -> bool:
    """Whether the document that a draft is about may be read by them, as it is and as it would be. present: as it is.

    Whoever made a draft knows what is in it.
    """
    if draft.made_by == who.name or isinstance(draft.change, EditFile):
        return True
    if present is not None and not who.access.permits(present.metadata):
        return False
    said = draft.change.upload.metadata.get("groups") if isinstance(draft.change, PutDocument) else None
    return who.access.permits(Metadata(draft.change.id, "", groups=tuple(front_matter.groups_in(said)) if said else ()))


def make(
    connection: Connection,
    who: Identity,
    change: Change,
    seen: str,
    file_name: str | None = None,
    parsed: str | None = None,
) -> Draft:
    """Keep a new draft, with an entry in the audit log.

    file_name is only ever shown; parsed: the name of the kept content that is the document as read.
    """
    row: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "made_at": datetime.now(UTC),
        "made_by": who.name,
        "file_name": file_name,
        "change": CHANGE.dump_python(change, mode="json"),
        "seen": seen,
        "parsed": parsed,
        "status": "open",
        "version": None,
    }
    connection.execute(insert(drafts), row)
    note(connection, who, "draft", subject_of(change), draft=row["id"], kind=change.kind)
    return Draft.model_validate(row)


def find(connection: Connection, draft_id: str) -> Draft | None:
    row = connection.execute(select(drafts).where(drafts.c.id == draft_id)).first()
    return Draft.model_validate(dict(row._mapping)) if row else None


def parsed_of(connection: Connection, draft_id: str) -> str | None:
    """The name of the kept content that is the draft's document as read."""
    found: str | None = connection.execute(select(drafts.c.parsed).where(drafts.c.id == draft_id)).scalar()
    return found


def listed(connection: Connection, status: DraftStatus | None, limit: int) -> list[Draft]:
    """The latest first."""
    query = select(drafts).order_by(drafts.c.made_at.desc()).limit(limit)
    if status is not None:
        query = query.where(drafts.c.status == status)
    return [Draft.model_validate(dict(row._mapping)) for row in connection.execute(query)]


def contents_of_open(connection: Connection) -> set[str]:
    """The names of the kept contents that open drafts need."""
    names: set[str] = set()
    for row in connection.execute(select(drafts.c.change, drafts.c.parsed).where(drafts.c.status == "open")):
        names |= Changes().with_change(CHANGE.validate_python(row.change)).objects()
        names |= {row.parsed} - {None}
    return names


def close(connection: Connection, draft_id: str, status: DraftStatus, version: str | None = None) -> bool:
    """Whether it was open until now."""
    statement = update(drafts).where(drafts.c.id == draft_id, drafts.c.status == "open")
    return bool(connection.execute(statement.values(status=status, version=version)).rowcount)


def change_to(connection: Connection, who: Identity, draft_id: str, change: Change) -> bool:
    """Whether the draft was open until now, and holds the other change; its rehearsal is of the one before."""
    statement = update(drafts).where(drafts.c.id == draft_id, drafts.c.status == "open")
    changed = bool(connection.execute(statement.values(change=CHANGE.dump_python(change, mode="json"))).rowcount)
    if changed:
        connection.execute(delete(rehearsals).where(rehearsals.c.draft_id == draft_id))
        note(connection, who, "draft", subject_of(change), draft=draft_id, kind=change.kind)
    return changed


def keep_rehearsal(connection: Connection, draft_id: str, job_id: str, found: dict[str, Any]) -> None:
    """In the place of the draft's earlier one."""
    connection.execute(delete(rehearsals).where(rehearsals.c.draft_id == draft_id))
    connection.execute(insert(rehearsals), {"draft_id": draft_id, "job_id": job_id, "found": found})


def rehearsal_of(connection: Connection, draft_id: str, current: str | None) -> KeptRehearsal | None:
    """current: the version that is in use."""
    row = connection.execute(select(rehearsals).where(rehearsals.c.draft_id == draft_id)).first()
    if row is None:
        return None
    outdated = row.found["version_before"] != current
    return KeptRehearsal.model_validate(row.found | {"job_id": row.job_id, "outdated": outdated})
