"""Drafts: looked at, previewed, published, discarded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api import drafts
from api.admin.documents import Said, checked_description, unreadable
from api.admin.entries import checked_rules
from api.audit import note
from api.auth import Administrator, Editor, Reader
from api.drafts import Draft, DraftStatus, Single
from api.identity import Identity
from api.jobs import DraftChanged, Job, JobKind, Jobs
from api.preview import Preview, check_files, documents_in_use, documents_with, preview
from api.problems import Refused
from api.readable import Readable
from api.service import Service, TheJobs, TheService, TheStore
from api.store import Store
from rag.curated.changed_corpus import changed_corpus
from rag.curated.changes import EditFile, PutDocument
from rag.curated.merging import EditsDiffer
from rag.curated.yaml_entries import NotEditable
from rag.errors import BadCorpusFile, ChangeOutdated, ChangesLost, IndexBusy, UnreadableSource
from rag.index.versions import changes_in_use
from rag.publishing.publication import with_applied, with_checked
from rag.types import Document

router = APIRouter(prefix="/drafts")

MOST_RULES = 500  # of one document


@router.get("")
def listed(
    who: Reader,
    service: TheService,
    store: TheStore,
    status: DraftStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[Draft]:
    """The latest first."""
    with store.engine.connect() as connection:
        found = drafts.listed(connection, status, limit)
    return list(filter(Readable(who, service).draft, found))


@router.get("/{draft_id}")
def one(draft_id: str, who: Reader, service: TheService, store: TheStore) -> Draft:
    return found_draft(store, draft_id, who, service)


@router.get("/{draft_id}/preview")
def shown(draft_id: str, who: Reader, service: TheService, store: TheStore) -> Preview:
    """What publishing would change: text, quality, passages, rules, examples, translations."""
    draft = found_draft(store, draft_id, who, service)
    singles = singles_in(store, draft)
    try:
        return preview(service.settings, service.opened(), draft, singles, who.access)
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
    draft = found_draft(store, draft_id, who, service)
    change, coming = _coming(draft, service, store)
    rules = checked_rules(given.rules, coming, service)
    changed = change.model_copy(update={"rules": rules})
    try:
        with_applied(service.settings, changes_in_use(service.settings), changed)
    except NotEditable:
        raise Refused(409, "admin.error.edit_as_text") from None
    _keep(store, who, draft, changed)
    return found_draft(store, draft_id, who, service)


@router.put("/{draft_id}/description")
def describe(draft_id: str, said: Said, who: Editor, service: TheService, store: TheStore) -> Draft:
    """The draft with what an editor has confirmed of its document; what is left out stays, a null takes it away."""
    draft = found_draft(store, draft_id, who, service)
    change, coming = _coming(draft, service, store)
    document = coming[change.id]
    values = said.model_dump(mode="json", include=said.model_fields_set)
    confirmed = checked_description(document.metadata, change.id, values)
    metadata = {**change.upload.metadata, **confirmed.metadata}
    changed = change.model_copy(update={"upload": change.upload.model_copy(update={"metadata": metadata})})
    _keep(store, who, draft, changed)
    return found_draft(store, draft_id, who, service)


def _coming(draft: Draft, service: Service, store: Store) -> tuple[PutDocument, dict[str, Document]]:
    """What a draft of a document changes, and all documents as they would then be. Raises Refused for another draft."""
    if not isinstance(draft.change, PutDocument):
        raise Refused(409, "admin.error.no_rules_here")
    singles = singles_in(store, draft)
    present = {each.id: each for each in service.opened().documents()}
    return draft.change, documents_with(service.settings, present, singles)


def _keep(store: Store, who: Identity, draft: Draft, changed: PutDocument) -> None:
    with store.engine.begin() as connection:
        if not drafts.change_to(connection, who, draft.id, changed):
            raise Refused(409, f"admin.error.draft_{draft.status}")


@router.post("/{draft_id}/publish", status_code=202)
def publish(
    draft_id: str,
    who: Administrator,
    service: TheService,
    store: TheStore,
    jobs: TheJobs,
    of: Annotated[str | None, Query(max_length=64)] = None,
) -> Job:
    """Begin to build a version with the draft; it is taken into use when it is complete. 409 while another one runs.

    of: what the preview said that it shows; 412 where the draft holds something else by now.
    """
    return started("publication", found_draft(store, draft_id, who, service), who, service, store, jobs, of)


def started(
    kind: JobKind,
    draft: Draft,
    who: Identity,
    service: Service,
    store: Store,
    jobs: Jobs,
    seen: str | None = None,
) -> Job:
    """Raises Refused for a draft that is not open or outdated, or holds something else than was seen (see Jobs.start),
    and while another job runs. Of several drafts together each is published with the others only."""
    if draft.status != "open":
        raise Refused(409, f"admin.error.draft_{draft.status}")
    singles = singles_in(store, draft)
    with store.engine.connect() as connection:
        together = drafts.together_with(connection, draft.id)
    if kind == "publication" and together is not None:
        raise Refused(409, "admin.error.together_only")
    if not singles:
        raise Refused(409, "admin.error.nothing_together")
    try:
        _check_together(service, singles)
        return jobs.start(draft, who, kind, seen)
    except DraftChanged:
        raise Refused(412, "admin.error.draft_changed") from None
    except EditsDiffer:
        raise Refused(409, "admin.error.edits_differ") from None
    except BadCorpusFile as error:  # each was right by itself
        raise Refused(409, "admin.error.bad_file", detail=str(error)) from error
    except ChangeOutdated:
        raise Refused(409, "admin.error.outdated") from None
    except IndexBusy:
        raise Refused(409, "admin.error.busy") from None
    except NotEditable:
        raise Refused(409, "admin.error.edit_as_text") from None


def _check_together(service: Service, singles: Sequence[Single]) -> None:
    """Raises ChangeOutdated, and BadCorpusFile for what the edits of several make of a curated file."""
    settings = service.settings
    changes = with_checked(settings, changes_in_use(settings), [each.prepared for each in singles])
    if any(isinstance(each.change, EditFile) for each in singles):
        coming = documents_with(settings, documents_in_use(service.opened()), singles)
        with changed_corpus(settings, changes, "preview") as folder:
            check_files(folder, coming)


@router.delete("/{draft_id}", status_code=204)
def discard(draft_id: str, who: Editor, service: TheService, store: TheStore) -> None:
    """Several drafts together are discarded as one."""
    draft = found_draft(store, draft_id, who, service)
    singles = singles_in(store, draft)
    with store.engine.begin() as connection:
        if not drafts.end(connection, draft, singles, "discarded"):
            raise Refused(409, f"admin.error.draft_{draft.status}")
        ended = {draft.id: draft} | {each.draft.id: each.draft for each in singles}
        for each in ended.values():
            note(connection, who, "discard", drafts.subject_of(each.change), draft=each.id)


def found_draft(store: Store, draft_id: str, who: Identity, service: Service) -> Draft:
    """Raises HTTPException 404 for a draft that there is not, or whose document they may not read."""
    with store.engine.connect() as connection:
        draft = drafts.find(connection, draft_id)
    if draft is None or not Readable(who, service).draft(draft):
        raise HTTPException(404)
    return draft


def singles_in(store: Store, draft: Draft) -> list[Single]:
    """The drafts of one change that a draft is: who may read it may read each of them."""
    with store.engine.connect() as connection:
        return drafts.singles_of(connection, draft)
