"""Sources that keep themselves current: what the last look at each has found, and a look now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, get_args

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from api import drafts
from api.admin.documents import unreadable
from api.auth import Editor, Reader
from api.drafts import Draft, subject_of
from api.identity import Identity
from api.problems import Refused
from api.readable import Readable
from api.schemas import Name
from api.service import Service, TheService, TheStore
from api.source_drafts import identity_of
from api.source_looks import Failure, Looked, last_look
from api.views import language_for
from rag.curated.changes import WithdrawDocument
from rag.curated.watched import SourceKind, Watched
from rag.errors import BadCorpusFile, SourcesBusy, UnreadableReason, UnreadableSource
from rag.language.messages import say
from rag.types import Language, Metadata

router = APIRouter(prefix="/sources")


class ToldFailure(BaseModel):
    """Something that could not be done. path: of the file, empty for the source as a whole; detail: for people."""

    model_config = ConfigDict(frozen=True)

    path: str
    reason: str
    detail: str


class WaitingDraft(BaseModel):
    """A draft that a look made and nobody has published or discarded. document: the id of what it is about; withdraws:
    whether it takes the document out of use."""

    model_config = ConfigDict(frozen=True)

    id: str
    document: str
    title: str
    withdraws: bool
    made_at: datetime


class SourceState(BaseModel):
    """A source with what the last look at it found, null where there was none; the fields as of
    api.source_looks.Looked. drafts: those of all looks that wait, the latest first."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: SourceKind
    place: str
    publish: bool
    looked_at: datetime | None
    files: int
    changed: tuple[str, ...]
    vanished: tuple[str, ...]
    published: tuple[str, ...]
    failed: int
    failures: tuple[ToldFailure, ...]
    drafts: tuple[WaitingDraft, ...]


class Sources(BaseModel):
    """running: a look that was asked for on this server goes on; every_minutes: how often they are looked at by
    themselves, 0: never."""

    model_config = ConfigDict(frozen=True)

    running: bool
    every_minutes: int
    sources: tuple[SourceState, ...]


@router.get("")
def listed(who: Reader, service: TheService, store: TheStore, request: Request) -> Sources:
    """Those whose documents they may read. 422 for a mistake in the file that names them."""
    language = language_for(request)
    readable = Readable(who, service)
    # Asked first: a look that ends meanwhile is told of as running, never as ended with what the one before it found.
    running = service.sources.running
    states = []
    with store.engine.connect() as connection:
        for each in _readable(who, service):
            waiting = filter(readable.draft, drafts.made_by(connection, identity_of(each).name, "open"))
            states.append(_state(each, last_look(connection, each.name), waiting, language))
    every = service.settings.sources_every_minutes
    return Sources(running=running, every_minutes=every, sources=tuple(states))


@router.post("/look", status_code=202)
def look(
    who: Editor, service: TheService, store: TheStore, request: Request, name: Annotated[Name | None, Query()] = None
) -> Sources:
    """Begin to look at all of them, or at one: what has changed becomes drafts. 409 while a look goes on."""
    wanted = [each for each in _readable(who, service) if name in (None, each.name)]
    if name is not None and not wanted:
        raise HTTPException(404)
    try:
        service.sources.begin(wanted)
    except SourcesBusy:
        raise Refused(409, "admin.error.sources_busy") from None
    return listed(who, service, store, request)


def told_lines(looked: Looked) -> list[str]:
    """A look as a terminal shows it."""
    counts = f"{looked.files} files, {len(looked.changed)} changed, {len(looked.vanished)} vanished"
    lines = [f"{looked.source}: {counts}, {len(looked.published)} published, {looked.failed} failed"]
    lines += [f"  draft: {each}" for each in looked.changed if each not in looked.published]
    lines += [f"  draft to withdraw: {each}" for each in looked.vanished]
    lines += [f"  published: {each}" for each in looked.published]
    lines += [f"  {each.path or looked.source}: {failure_text(each, 'en')}" for each in looked.failures]
    return lines


def failure_text(failure: Failure, language: Language) -> str:
    """What could not be done, as people read it."""
    if failure.of == "file":
        known = [each for each in get_args(UnreadableReason) if each == failure.reason]
        refused = unreadable(UnreadableSource(failure.path, known[0], failure.detail, failure.field))
        return say(language, refused.key, **refused.values)
    return say(language, f"admin.source.{failure.reason}", detail=failure.detail)


def _readable(who: Identity, service: Service) -> list[Watched]:
    """Raises Refused for a mistake in the file."""
    try:
        sources = service.sources.sources
    except BadCorpusFile as error:
        raise Refused(422, "admin.error.bad_file", detail=str(error)) from error
    return [each for each in sources if who.access.permits(Metadata(each.name, "", groups=each.says.groups or ()))]


def _state(source: Watched, last: Looked | None, waiting: Iterable[Draft], language: Language) -> SourceState:
    failures = last.failures if last is not None else ()
    return SourceState(
        name=source.name,
        kind=source.kind,
        place=source.place,
        publish=source.publish,
        looked_at=last.at if last is not None else None,
        files=last.files if last is not None else 0,
        changed=last.changed if last is not None else (),
        vanished=last.vanished if last is not None else (),
        published=last.published if last is not None else (),
        failed=last.failed if last is not None else 0,
        failures=tuple(
            ToldFailure(path=each.path, reason=each.reason, detail=failure_text(each, language)) for each in failures
        ),
        drafts=tuple(map(_waiting, waiting)),
    )


def _waiting(draft: Draft) -> WaitingDraft:
    document = subject_of(draft.change)
    return WaitingDraft(
        id=draft.id,
        document=document,
        title=draft.title or document,
        withdraws=isinstance(draft.change, WithdrawDocument),
        made_at=draft.made_at,
    )
