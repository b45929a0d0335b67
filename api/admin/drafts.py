"""Drafts: looked at, previewed, published, discarded."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api import drafts
from api.admin.documents import unreadable
from api.admin.entries import checked_rules
from api.audit import note
from api.auth import Administrator, Editor, Reader
from api.drafts import Draft, DraftStatus
from api.identity import Identity
from api.jobs import Job, JobKind, Jobs
from api.preview import Preview, documents_with, preview
from api.problems import Refused
from api.service import Service, TheJobs, TheService, TheStore
from api.store import Store
from rag.curated.changes import PutDocument
from rag.curated.yaml_entries import NotEditable
from rag.errors import BadCorpusFile, ChangeOutdated, ChangesLost, IndexBusy, UnreadableSource
from rag.index.versions import changes_in_use
from rag.publishing.publication import with_applied, with_checked

router = APIRouter(prefix="/drafts")

MOST_RULES = 500  # of one document


@router.get("")
def listed(
    _: Reader,
    store: TheStore,
    status: DraftStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[Draft]:
    """The latest first."""
    with store.engine.connect() as connection:
        return drafts.listed(connection, status, limit)


@router.get("/{draft_id}")
def one(draft_id: str, _: Reader, store: TheStore) -> Draft:
    return found_draft(store, draft_id)


@router.get("/{draft_id}/preview")
def shown(draft_id: str, _: Reader, service: TheService, store: TheStore) -> Preview:
    """What publishing would change: text, quality, passages, rules, examples, translations."""
    draft = found_draft(store, draft_id)
    with store.engine.connect() as connection:
        parsed = drafts.parsed_of(connection, draft_id)
    try:
        return preview(service.settings, service.opened(), draft, parsed)
    except BadCorpusFile as error:
        raise Refused(422, "admin.error.bad_file", detail=str(error)) from error
    except NotEditable:
        raise Refused(409, "admin.error.edit_as_text") from None
    except UnreadableSource as failure:
        raise unreadable(failure) from failure
    except ChangesLost:  # of a draft that was published or discarded long ago
        raise Refused(404, "admin.error.content_gone") from None


class GivenRules(BaseModel):
    """The rules that are made of what the document decides; all of them, each as the form of a rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: Annotated[list[dict[str, Any]], Field(max_length=MOST_RULES)]


@router.put("/{draft_id}/rules")
def accept(draft_id: str, given: GivenRules, who: Editor, service: TheService, store: TheStore) -> Draft:
    """The draft with these rules, in the place of those given before: they come into use with the document.

    422 tells what is wrong, by the number of the rule and its field.
    """
    draft = found_draft(store, draft_id)
    change = draft.change
    if not isinstance(change, PutDocument):
        raise Refused(409, "admin.error.no_rules_here")
    with store.engine.connect() as connection:
        parsed = drafts.parsed_of(connection, draft_id)
    present = {each.id: each for each in service.opened().documents()}
    coming = documents_with(service.settings, present, draft, parsed)
    rules = checked_rules(given.rules, coming, service)
    changed = change.model_copy(update={"rules": rules})
    try:
        with_applied(service.settings, changes_in_use(service.settings), changed)
    except NotEditable:
        raise Refused(409, "admin.error.edit_as_text") from None
    with store.engine.begin() as connection:
        if not drafts.change_to(connection, who, draft_id, changed):
            raise Refused(409, f"admin.error.draft_{draft.status}")
    return found_draft(store, draft_id)


@router.post("/{draft_id}/publish", status_code=202)
def publish(draft_id: str, who: Administrator, service: TheService, store: TheStore, jobs: TheJobs) -> Job:
    """Begin to build a version with the draft; it is taken into use when it is complete. 409 while another one runs."""
    return started("publication", found_draft(store, draft_id), who, service, jobs)


def started(kind: JobKind, draft: Draft, who: Identity, service: Service, jobs: Jobs) -> Job:
    """Raises Refused for a draft that is not open or outdated, and while another job runs."""
    if draft.status != "open":
        raise Refused(409, f"admin.error.draft_{draft.status}")
    try:
        with_checked(service.settings, changes_in_use(service.settings), draft.change, draft.seen)
        return jobs.start(draft, who, kind)
    except ChangeOutdated:
        raise Refused(409, "admin.error.outdated") from None
    except IndexBusy:
        raise Refused(409, "admin.error.busy") from None
    except NotEditable:
        raise Refused(409, "admin.error.edit_as_text") from None


@router.delete("/{draft_id}", status_code=204)
def discard(draft_id: str, who: Editor, store: TheStore) -> None:
    draft = found_draft(store, draft_id)
    with store.engine.begin() as connection:
        if not drafts.close(connection, draft_id, "discarded"):
            raise Refused(409, f"admin.error.draft_{draft.status}")
        note(connection, who, "discard", drafts.subject_of(draft.change), draft=draft_id)


def found_draft(store: Store, draft_id: str) -> Draft:
    """Raises HTTPException 404."""
    with store.engine.connect() as connection:
        draft = drafts.find(connection, draft_id)
    if draft is None:
        raise HTTPException(404)
    return draft
