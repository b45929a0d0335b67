"""Several drafts as one: collected, previewed, tried, published and thrown away together; and what two edits of one
file say otherwise, decided field by field."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints
from starlette.exceptions import HTTPException

from api import drafts
from api.admin.curated import edit_of
from api.admin.drafts import found_draft, singles_in
from api.audit import note
from api.auth import Editor, Reader
from api.drafts import Draft
from api.edits import Edited, title_of
from api.identity import Identity
from api.problems import Refused
from api.readable import Readable
from api.service import Service, TheService, TheStore
from api.store import Store
from rag.curated.changed_corpus import content_of
from rag.curated.changes import Changes, EditFile, OfDocument, PublishTogether
from rag.curated.merging import NotTakenApart, Side, merged
from rag.curated.yaml_entries import NotEditable
from rag.errors import ChangeOutdated
from rag.index.versions import changes_in_use
from rag.publishing.publication import curated_file, with_applied

router = APIRouter(prefix="/drafts")

MOST = 200  # drafts together
_EXAMPLE: dict[str, JsonValue] = {"title": "Syksyn ohjeet", "drafts": ["4be1f9…", "9a0c2d…"]}


class Collected(BaseModel):
    """Drafts that become one, in the order in which they are made."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    drafts: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class Choice(BaseModel):
    """Whose value of a field is taken: the draft's (mine) or the other (theirs). seen: the other, as whoever chose saw
    it; where it is something else by now, they are asked again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    field: str
    take: Side
    seen: JsonValue


class Chosen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    choices: Annotated[tuple[Choice, ...], Field(max_length=1000)]


@router.post("/together", status_code=201)
def collect(given: Collected, who: Editor, service: TheService, store: TheStore) -> Draft:
    """A draft of several, of whoever made them. 409 for one that is not open, that is part of another, or for two of
    the same document."""
    change = _checked(given, None, who, service, store)
    with store.engine.begin() as connection:
        return drafts.make(connection, who, change, seen="", title=given.title or None)


@router.get("/{draft_id}/together")
def members(draft_id: str, who: Reader, service: TheService, store: TheStore) -> list[Draft]:
    """The drafts that are together, whatever has become of each."""
    draft = found_draft(store, draft_id, who, service)
    if not isinstance(draft.change, PublishTogether):
        raise HTTPException(404)
    with store.engine.connect() as connection:
        return drafts.members_of(connection, draft.change)


@router.put("/{draft_id}/together")
def change_members(draft_id: str, given: Collected, who: Editor, service: TheService, store: TheStore) -> Draft:
    """Other drafts together, under the name that they have; those left out stay drafts by themselves."""
    draft, _ = _collected(draft_id, who, service, store)
    change = _checked(given, draft.id, who, service, store)
    with store.engine.begin() as connection:
        if not drafts.change_to(connection, who, draft.id, change):
            raise Refused(409, f"admin.error.draft_{draft.status}")
    return found_draft(store, draft_id, who, service)


@router.delete("/{draft_id}/together/{member_id}")
def take_out(draft_id: str, member_id: str, who: Editor, service: TheService, store: TheStore) -> Draft:
    """One of them is a draft by itself again. 409 for the last one: take apart what is left."""
    draft, change = _collected(draft_id, who, service, store)
    left = tuple(each for each in change.drafts if each != member_id)
    if left == change.drafts:
        raise HTTPException(404)
    if not left:
        raise Refused(409, "admin.error.together_last")
    with store.engine.begin() as connection:
        if not drafts.change_to(connection, who, draft.id, PublishTogether(drafts=left)):
            raise Refused(409, f"admin.error.draft_{draft.status}")
    return found_draft(store, draft_id, who, service)


@router.delete("/{draft_id}/together", status_code=204)
def take_apart(draft_id: str, who: Editor, service: TheService, store: TheStore) -> None:
    """Each of them is a draft by itself again."""
    draft, _ = _collected(draft_id, who, service, store)
    with store.engine.begin() as connection:
        if not drafts.take_apart(connection, draft):
            raise Refused(409, f"admin.error.draft_{draft.status}")
        note(connection, who, "discard", drafts.subject_of(draft.change), draft=draft.id)


@router.put("/{draft_id}/conflicts")
def decide(draft_id: str, given: Chosen, who: Editor, service: TheService, store: TheStore) -> Draft:
    """The draft made of the file as it is now, with what was chosen where both say otherwise. 409 as long as a choice
    is missing, or was made of something else than what is there now, and for a text that was edited as a whole."""
    draft = found_draft(store, draft_id, who, service)
    if not isinstance(draft.change, EditFile) or draft.change.base is None:
        raise Refused(409, "admin.error.outdated")
    settings, name = service.settings, draft.change.name
    changes = _changes_before(draft, who, service, store)
    present = curated_file(settings, changes, name).decode("utf-8")
    before, wanted = (content_of(settings, each).decode("utf-8") for each in (draft.change.base, draft.change.object))
    try:
        _, open_ = merged(name, before, present, wanted)
        theirs = {(each.entry, each.field): _as_json(each.theirs) for each in open_}
        chosen = [each for each in given.choices if theirs.get((each.entry, each.field)) == _as_json(each.seen)]
        choices = {(each.entry, each.field): each.take for each in chosen}
        text, left = merged(name, before, present, wanted, choices)
    except NotTakenApart:
        raise Refused(409, "admin.error.outdated") from None
    if left:
        raise Refused(409, "admin.error.edits_differ")
    change = edit_of(name, present, text, changes, service)
    with store.engine.begin() as connection:
        if not drafts.change_to(connection, who, draft.id, change, title_of(Edited(name, present, text))):
            raise Refused(409, f"admin.error.draft_{draft.status}")
    return found_draft(store, draft_id, who, service)


def _changes_before(draft: Draft, who: Identity, service: Service, store: Store) -> Changes:
    """What is in use, with the drafts that come before this one where several are together."""
    changes = changes_in_use(service.settings)
    with store.engine.connect() as connection:
        together = drafts.together_with(connection, draft.id)
    if together is None:
        return changes
    for each in singles_in(store, found_draft(store, together.id, who, service)):
        if each.draft.id == draft.id:
            break
        try:
            changes = with_applied(service.settings, changes, each.change)
        except ChangeOutdated:
            raise Refused(409, "admin.error.edits_differ") from None
        except NotEditable:
            raise Refused(409, "admin.error.edit_as_text") from None
    return changes


def _as_json(value: object) -> str:
    """A value of a file, whose days are days, as it comes back from whoever has seen it."""
    return json.dumps(value, default=str, sort_keys=True)


def _collected(draft_id: str, who: Identity, service: Service, store: Store) -> tuple[Draft, PublishTogether]:
    """Raises HTTPException 404, also for a draft that is not several."""
    draft = found_draft(store, draft_id, who, service)
    if not isinstance(draft.change, PublishTogether):
        raise HTTPException(404)
    return draft, draft.change


def _checked(given: Collected, own_id: str | None, who: Identity, service: Service, store: Store) -> PublishTogether:
    """Raises HTTPException 404 for a draft that they may not read, and Refused. own_id: of the draft that they are
    collected in."""
    readable = Readable(who, service)
    documents: set[str] = set()
    for draft_id in dict.fromkeys(given.drafts):
        with store.engine.connect() as connection:
            draft = drafts.find(connection, draft_id)
            together = drafts.together_with(connection, draft_id)
        if draft is None or not readable.draft(draft):
            raise HTTPException(404)
        if draft.status != "open":
            raise Refused(409, f"admin.error.draft_{draft.status}")
        if isinstance(draft.change, PublishTogether) or (together is not None and together.id != own_id):
            raise Refused(409, "admin.error.together_already", name=draft.title or drafts.subject_of(draft.change))
        if isinstance(draft.change, OfDocument):
            if draft.change.id in documents:
                raise Refused(409, "admin.error.together_twice", name=draft.title or draft.change.id)
            documents.add(draft.change.id)
    return PublishTogether(drafts=tuple(dict.fromkeys(given.drafts)))
