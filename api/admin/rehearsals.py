"""The answers that a draft would change: tried, looked at as they come, marked right or wrong, taken along."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from api import rehearsals
from api.admin.drafts import found_draft, singles_in, started
from api.admin.questions import Seen, readable_by, refusing
from api.audit import note
from api.auth import Editor, Reader
from api.identity import Identity
from api.insights import written
from api.jobs import Job
from api.readable import Readable
from api.rehearsals import KeptRehearsal, Mark, RehearsedAnswer
from api.service import Service, TheJobs, TheService, TheStore
from api.store import Store
from rag.index.opening import current_version
from rag.publishing.rehearsal import Told

router = APIRouter(prefix="/drafts/{draft_id}/rehearsal")


@router.post("", status_code=202)
def rehearse(draft_id: str, who: Editor, service: TheService, store: TheStore, jobs: TheJobs) -> Job:
    """Begin to look at the answers that would change, with a version that is not taken into use.

    It asks the organisation's test questions, then what people asked most, then the project's examples. GET has what is
    found so far while the job runs.
    """
    return started("rehearsal", found_draft(store, draft_id, who, service), who, service, store, jobs)


@router.get("")
def rehearsed(draft_id: str, who: Reader, service: TheService, store: TheStore) -> KeptRehearsal:
    """What the last rehearsal found, or finds: those changes first that can do most harm. 404 before the first one.

    change: other_verdict, contradiction (of two pieces of guidance, newly told), now_answered, now_refused,
    other_place, other_words, same_elsewhere (another place says the same). expectation: of the organisation's test
    questions; broken is the only one that is surely bad.
    """
    return _rehearsal(draft_id, who, service, store)


class Marked(BaseModel):
    """mark: right, and the new answer is expected from now on; wrong, and the answer so far is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mark: Mark


@router.put("/{number}")
def mark(
    draft_id: str,
    number: Annotated[int, Path(ge=0, lt=2**31)],
    given: Annotated[Marked, Body(examples=[{"mark": "right"}])],
    who: Editor,
    service: TheService,
    store: TheStore,
    replaces: Seen = "",
) -> RehearsedAnswer:
    """Judge one changed answer, by its number. It becomes a test question, which every later rehearsal asks.

    409 where somebody else expects another answer; replaces: of that refusal, to do so all the same.
    """
    if all(each.number != number for each in _rehearsal(draft_id, who, service, store).changed):
        raise HTTPException(404)
    readable = readable_by(who, service, store)
    with refusing(), store.engine.begin() as connection:
        marked = rehearsals.mark_answer(connection, who, draft_id, number, given.mark, readable.question, replaces)
    if marked is None:  # it was begun anew meanwhile
        raise HTTPException(404)
    return marked


@router.get("/export.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def exported(draft_id: str, who: Reader, service: TheService, store: TheStore) -> Response:
    """The changed answers for a spreadsheet, in the same order. Who exports is on record."""
    found = _rehearsal(draft_id, who, service, store)
    with store.engine.begin() as connection:
        note(connection, who, "export", "rehearsal", draft=draft_id)
    headers = {"Content-Disposition": 'attachment; filename="ohjenuora-rehearsal.csv"'}
    return Response(written(_HEADER, map(_row, found.changed)), media_type="text/csv; charset=utf-8", headers=headers)


def _rehearsal(draft_id: str, who: Identity, service: Service, store: Store) -> KeptRehearsal:
    """Without what rests on documents that they may not read."""
    draft = found_draft(store, draft_id, who, service)
    with store.engine.connect() as connection:
        found = rehearsals.rehearsal_of(connection, draft.id, current_version(service.settings))
    if found is None:
        raise HTTPException(404)
    singles = singles_in(store, draft)
    return found.of(Readable(who, service, tuple(each.draft for each in singles)))


_SIDES = ("status", "verdict", "message", "quotes", "documents")
_HEADER = [
    *("harm", "change", "expectation", "mark", "source", "language", "question"),
    *(f"{side}_{name}" for side in ("before", "after") for name in _SIDES),
]


def _row(each: RehearsedAnswer) -> list[object]:
    told = [each.harm, each.change, each.expectation, each.mark, each.source, each.language, each.question]
    return [*told, *_side(each.before), *_side(each.after)]


def _side(told: Told) -> list[object]:
    quotes = " / ".join(each.quote for each in told.citations)
    titles = " / ".join(dict.fromkeys(each.title for each in told.citations))
    return [told.reason or told.status, told.verdict, told.message, quotes, titles]
