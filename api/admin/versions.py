"""The versions of the index that are kept, and the return to one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from api import drafts
from api.activation import activate_noted
from api.auth import Administrator, Reader
from api.drafts import Draft
from api.identity import Identity
from api.problems import Refused, log_failure
from api.readable import Readable
from api.service import Service, TheService, TheStore
from api.store import Store
from api.views import language_for
from rag.curated.changes import EditFile, PublishTogether, PutDocument, VerifyQuestions
from rag.errors import IndexBusy, IndexMismatch, IndexMissing
from rag.index.versions import Kept, kept_versions
from rag.language.messages import say
from rag.types import Language

router = APIRouter(prefix="/versions")


class Made(BaseModel):
    """One change that a version came of, in the reader's language, with its draft."""

    what: str
    who: str
    at: datetime
    draft_id: str


class Version(BaseModel):
    """usable: it can be activated. changes: the fingerprint of the administrators' changes that it was built with;
    made: what was published with it, empty where it was built on the server's command line."""

    version: str
    created: str
    documents: int
    chunks: int
    changes: str
    current: bool
    usable: bool
    made: list[Made]


@router.get("")
def listed(who: Reader, service: TheService, store: TheStore, request: Request) -> list[Version]:
    """The newest first."""
    made = _made(store, who, service)
    language = language_for(request)
    return [_shown(kept, made, language) for kept in kept_versions(service.settings)]


@router.post("/{version}/activate")
def take_into_use(version: str, who: Administrator, service: TheService, store: TheStore, request: Request) -> Version:
    """Return to a version and to the changes it was built with. This process follows at once, others in two seconds."""
    try:
        manifest = activate_noted(service.settings, store, who, version, service.opened().embedder.fingerprint)
    except IndexMissing:
        raise HTTPException(404) from None
    except IndexMismatch:
        raise Refused(409, "admin.error.unusable") from None
    except IndexBusy:
        raise Refused(409, "admin.error.busy") from None
    except SQLAlchemyError as error:
        log_failure(error)
        raise HTTPException(503, headers={"Retry-After": "5"}) from None
    service.follow()
    made = _made(store, who, service)
    return _shown(Kept(manifest, current=True, usable=True), made, language_for(request))


def _made(store: Store, who: Identity, service: Service) -> dict[str, list[Draft]]:
    """The drafts that each version came of, those about documents that they may read."""
    readable = Readable(who, service)
    with store.engine.connect() as connection:
        made = drafts.of_versions(connection)
    return {version: list(filter(readable.draft, published)) for version, published in made.items()}


def in_words(draft: Draft, language: Language) -> str:
    """What a draft changes, in a sentence."""
    change = draft.change
    if isinstance(change, EditFile):
        name = say(language, f"page.admin.shell.file.{change.name.removesuffix('.yaml')}")
        return say(language, "admin.made.file", name=name)
    if isinstance(change, VerifyQuestions):
        return say(language, "admin.made.questions", count=len(change.questions))
    if isinstance(change, PublishTogether):
        return say(language, "admin.made.set", count=len(change.drafts))
    kind = "replace" if isinstance(change, PutDocument) and draft.seen else change.kind
    said = say(language, f"admin.made.{kind}", title=draft.title or change.id)
    rules = len(change.rules) if isinstance(change, PutDocument) else 0
    return f"{said} {say(language, 'admin.made.rules', count=rules)}" if rules else said


def _shown(kept: Kept, made: Mapping[str, Sequence[Draft]], language: Language) -> Version:
    manifest = kept.manifest
    return Version(
        version=manifest.version,
        created=manifest.created,
        documents=manifest.documents,
        chunks=manifest.chunks,
        changes=manifest.changes,
        current=kept.current,
        usable=kept.usable,
        made=[
            Made(what=in_words(each, language), who=each.made_by, at=each.made_at, draft_id=each.id)
            for each in made.get(manifest.version, ())
        ],
    )
