"""Changes that are being prepared: kept until somebody publishes or discards them."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Connection, insert, select, update

from api.audit import note
from api.identity import Identity
from api.rehearsals import begin
from api.tables import DEAD_AFTER_S, drafts, jobs
from rag.curated.changes import (
    DRAFTED,
    Change,
    Changes,
    Drafted,
    EditFile,
    PublishTogether,
    PutDocument,
    VerifyQuestions,
    WithdrawDocument,
)
from rag.curated.examples import VERIFIED
from rag.publishing.publication import Prepared
from rag.sources import front_matter
from rag.types import Document, Metadata

DraftStatus = Literal["open", "published", "discarded"]
TOGETHER = "drafts"  # the subject of several drafts together
_MOST = 1000  # of the published ones, the latest are looked through


class Draft(BaseModel):
    """A change with who made it and what has become of it. title: of the document that it is about, of the entries of a
    file that it edits, or of several drafts together, null where it has none; seen: see
    rag.publishing.publication.Prepared."""

    id: str
    made_at: datetime
    made_by: str
    file_name: str | None
    title: str | None
    change: Drafted
    seen: str
    status: DraftStatus
    version: str | None


@dataclass(frozen=True)
class Single:
    """A draft of one change. parsed: the name of the kept content that is its document as read."""

    draft: Draft
    change: Change
    parsed: str | None

    @property
    def prepared(self) -> Prepared:
        return Prepared(self.change, self.draft.seen)


def digest_of(singles: Sequence[Single]) -> str:
    """What these drafts hold, in 64 hex digits: other ones where one of them has been edited, added or taken out."""
    told = json.dumps([[each.draft.id, DRAFTED.dump_python(each.change, mode="json")] for each in singles])
    return hashlib.sha256(told.encode()).hexdigest()


def subject_of(change: Drafted) -> str:
    """What a change is about, as the audit log names it."""
    if isinstance(change, VerifyQuestions):
        return VERIFIED
    if isinstance(change, PublishTogether):
        return TOGETHER
    return change.name if isinstance(change, EditFile) else change.id


def may_read(who: Identity, draft: Draft, known: Callable[[str], Document | None]) -> bool:
    """Whether what a draft is about may be read by them, as it is and as it would be. known: a document by its id as it
    is in use, else as it was last.

    Whoever made a draft knows what is in it, but for verified questions, to which others add. Of several drafts
    together each is asked about by itself: see api.readable.
    """
    change = draft.change
    if who.access.everything or isinstance(change, EditFile | PublishTogether):
        return True
    if isinstance(change, VerifyQuestions):
        quoted = {each.document for each in change.questions if each.document is not None}
        return all((found := known(each)) is not None and who.access.permits(found.metadata) for each in quoted)
    if draft.made_by == who.name:
        return True
    former = known(change.id)
    if former is None and not isinstance(change, PutDocument):  # nobody knows any more whom it was for
        return False
    if former is not None and not who.access.permits(former.metadata):
        return False
    said = change.upload.metadata.get("groups") if isinstance(change, PutDocument) else None
    return who.access.permits(Metadata(change.id, "", groups=front_matter.groups_in(said) if said else ()))


def make(
    connection: Connection,
    who: Identity,
    change: Drafted,
    seen: str,
    file_name: str | None = None,
    parsed: str | None = None,
    title: str | None = None,
) -> Draft:
    """Keep a new draft, with an entry in the audit log.

    file_name and title are only ever shown; parsed: the name of the kept content that is the document as read.
    """
    row: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "made_at": datetime.now(UTC),
        "made_by": who.name,
        "file_name": file_name,
        "title": title,
        "change": DRAFTED.dump_python(change, mode="json"),
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


def singles_of(connection: Connection, draft: Draft) -> list[Single]:
    """The draft itself; of several together those that have the same fate as they: while they are open the open ones,
    then those that were published with them."""
    if not isinstance(draft.change, PublishTogether):
        parsed: str | None = connection.execute(select(drafts.c.parsed).where(drafts.c.id == draft.id)).scalar()
        return [Single(draft, draft.change, parsed)]
    return [
        single
        for each in members_of(connection, draft.change)
        if (each.status, each.version) == (draft.status, draft.version)
        for single in singles_of(connection, each)
    ]


def members_of(connection: Connection, change: PublishTogether) -> list[Draft]:
    """The drafts that are together, whatever has become of each."""
    return [found for each in change.drafts if (found := find(connection, each)) is not None]


def together_with(connection: Connection, draft_id: str) -> Draft | None:
    """The open draft of several that this one is part of."""
    several = (drafts.c.status == "open") & (drafts.c.change["kind"].as_string() == "set")
    for row in connection.execute(select(drafts).where(several).order_by(drafts.c.made_at)):
        draft = Draft.model_validate(dict(row._mapping))
        if isinstance(draft.change, PublishTogether) and draft_id in draft.change.drafts:
            return draft
    return None


def _is_being_published(connection: Connection, draft_id: str) -> bool:
    """Whether a publication of it, or of those that it is part of, runs. First it keeps others from changing the draft
    until the transaction ends: who reads before writing may be refused by SQLite."""
    connection.execute(update(drafts).where(drafts.c.id == draft_id).values(id=draft_id))
    whole = together_with(connection, draft_id)
    ids = [draft_id, *([whole.id] if whole is not None else [])]
    alive = datetime.now(UTC) - timedelta(seconds=DEAD_AFTER_S)
    running = (jobs.c.kind == "publication") & (jobs.c.status == "running") & (jobs.c.beat >= alive)
    return connection.execute(select(jobs.c.id).where(running, jobs.c.draft_id.in_(ids))).first() is not None


def listed(connection: Connection, status: DraftStatus | None, limit: int) -> list[Draft]:
    """The latest first."""
    query = select(drafts).order_by(drafts.c.made_at.desc()).limit(limit)
    if status is not None:
        query = query.where(drafts.c.status == status)
    return [Draft.model_validate(dict(row._mapping)) for row in connection.execute(query)]


def made_by(connection: Connection, name: str, status: DraftStatus | None = None) -> list[Draft]:
    """All that somebody of this name made, or those of one status, the latest first."""
    query = select(drafts).where(drafts.c.made_by == name).order_by(drafts.c.made_at.desc())
    if status is not None:
        query = query.where(drafts.c.status == status)
    return [Draft.model_validate(dict(row._mapping)) for row in connection.execute(query)]


def withdrawal_of(connection: Connection, document_id: str) -> Draft | None:
    """The draft by which a document was withdrawn last; None where nobody knows any more."""
    published = listed(connection, "published", _MOST)
    return next((d for d in published if isinstance(d.change, WithdrawDocument) and d.change.id == document_id), None)


def of_versions(connection: Connection) -> dict[str, list[Draft]]:
    """The published drafts of one change by the version that each made, the earliest first."""
    made: dict[str, list[Draft]] = {}
    for draft in reversed(listed(connection, "published", _MOST)):
        if not isinstance(draft.change, PublishTogether):
            made.setdefault(draft.version or "", []).append(draft)
    return made


def contents_of_open(connection: Connection) -> set[str]:
    """The names of the kept contents that open drafts need."""
    names: set[str] = set()
    for row in connection.execute(select(drafts.c.change, drafts.c.parsed).where(drafts.c.status == "open")):
        change = DRAFTED.validate_python(row.change)
        if not isinstance(change, PublishTogether):
            names |= Changes().with_change(change).objects()
        names |= {row.parsed, getattr(change, "base", None)} - {None}
    return names


def take_apart(connection: Connection, draft: Draft) -> bool:
    """Whether several were together until now; each is by itself from then on."""
    if not end(connection, draft, (), "discarded"):
        return False
    begin(connection, draft.id)  # nobody checks any more who may read what it found
    return True


def close(connection: Connection, draft_id: str, status: DraftStatus, version: str | None = None) -> bool:
    """Whether it was open until now."""
    statement = update(drafts).where(drafts.c.id == draft_id, drafts.c.status == "open")
    return bool(connection.execute(statement.values(status=status, version=version)).rowcount)


def take_place(connection: Connection, who: Identity, former_id: str, draft: Draft) -> None:
    """Where a draft is part of several, another one is from now on."""
    whole = together_with(connection, former_id)
    if whole is None or not isinstance(whole.change, PublishTogether):
        return
    members = tuple(draft.id if each == former_id else each for each in whole.change.drafts)
    change_to(connection, who, whole.id, PublishTogether(drafts=members))


def end(
    connection: Connection, draft: Draft, singles: Sequence[Single], status: DraftStatus, version: str | None = None
) -> bool:
    """Whether it was open until now; several together end as one. What is being published is not thrown away.

    singles: those that it was dealt with, for one may have been added since.
    """
    if status == "discarded" and _is_being_published(connection, draft.id):
        return False
    closed = close(connection, draft.id, status, version)
    for each in singles if closed or status == "published" else ():
        close(connection, each.draft.id, status, version)
    if (whole := together_with(connection, draft.id)) is not None:
        begin(connection, whole.id)  # its rehearsal was with this one
    return closed


def change_to(connection: Connection, who: Identity, draft_id: str, change: Drafted, title: str | None = None) -> bool:
    """Whether the draft was open until now, and holds the other change; its rehearsal is of the one before, and so is
    that of the drafts that it is part of. What is being published does not change. title: where it is another by that.
    """
    if _is_being_published(connection, draft_id):
        return False
    statement = update(drafts).where(drafts.c.id == draft_id, drafts.c.status == "open")
    values: dict[str, Any] = {"change": DRAFTED.dump_python(change, mode="json")}
    if title is not None:
        values["title"] = title
    changed = bool(connection.execute(statement.values(**values)).rowcount)
    if changed:
        begin(connection, draft_id)
        if whole := together_with(connection, draft_id):
            begin(connection, whole.id)
        note(connection, who, "draft", subject_of(change), draft=draft_id, kind=change.kind)
    return changed
