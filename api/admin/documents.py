"""Documents as an administrator sees them; each change of one makes a draft."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, File, Form, UploadFile
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from api import drafts
from api.auth import Editor, Reader
from api.drafts import Draft
from api.identity import Identity
from api.preview import DOCUMENT, described
from api.problems import Refused
from api.schemas import Day, DocumentSummary
from api.service import Service, TheService, TheStore
from api.store import Store
from api.uploads import BadDocumentId, read_upload, shown
from rag.curated.changed_corpus import keep_content
from rag.curated.changes import Change, DescribeDocument, Description, WithdrawDocument
from rag.curated.rules import REGISTER_ID
from rag.errors import UnreadableSource
from rag.index.versions import changes_in_use
from rag.publishing.publication import fingerprint_of_target
from rag.sources import front_matter
from rag.sources.formats import SUFFIXES
from rag.types import Document, Language, Metadata

router = APIRouter(prefix="/documents")

Text = Annotated[str, Form(max_length=1000)]


class AdminDocument(DocumentSummary):
    """origin: the corpus folder, or an upload; changed: its metadata were changed here."""

    origin: str
    changed: bool


class Documents(BaseModel):
    """withdrawn: ids of documents of the corpus folder, or of uploads, that are not in use any more."""

    documents: list[AdminDocument]
    withdrawn: list[str]


class Said(BaseModel):
    """What to say of a document from now on: what is left out stays, a null takes it away. groups: names with commas
    between them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    supersedes: str | None = None
    language: Language | None = None
    groups: str | None = None


@router.get("")
def documents(who: Reader, service: TheService) -> Documents:
    changes = changes_in_use(service.settings)
    today = date.today()
    listed = [
        AdminDocument(
            **DocumentSummary.from_document(each, today).model_dump(),
            origin="upload" if each.id in changes.documents else "folder",
            changed=each.id in changes.described,
        )
        for each in service.opened_for(who.access).documents()
        if each.id != REGISTER_ID
    ]
    return Documents(documents=listed, withdrawn=list(changes.withdrawn))


def _said_in_form(
    title: Text = "",
    publisher: Text = "",
    published: Text = "",
    language: Text = "",
    kind: Text = "",
    url: Text = "",
    valid_from: Text = "",
    valid_until: Text = "",
    supersedes: Text = "",
    groups: Text = "",
) -> dict[str, str]:
    """What a form says of a document, by _DESCRIBED."""
    said = (title, publisher, published, language, kind, url, valid_from, valid_until, supersedes, groups)
    return dict(zip(_DESCRIBED, said, strict=True))


SaidInForm = Annotated[dict[str, str], Depends(_said_in_form)]


@router.post("", status_code=201)
def upload(
    who: Editor,
    service: TheService,
    store: TheStore,
    file: Annotated[UploadFile, File()],
    said: SaidInForm,
    id: Text = "",
) -> Draft:
    """A draft with a new document: PDF, DOCX, HTML, Markdown or text."""
    return _put(who, service, store, file, {"id": id, **said}, None)


@router.put("/{document_id}", status_code=201)
def replace(
    document_id: str,
    who: Editor,
    service: TheService,
    store: TheStore,
    file: Annotated[UploadFile, File()],
    said: SaidInForm,
) -> Draft:
    """A draft with another document in the place of this one, which keeps its id and what else was said of it."""
    present = _present(service, who, document_id)
    said_before = front_matter.written(asdict(present.metadata))
    kept = {key: value for key, value in said_before.items() if key in _DESCRIBED}
    return _put(who, service, store, file, said, document_id, kept)


@router.post("/{document_id}/withdraw", status_code=201)
def withdraw(document_id: str, who: Editor, service: TheService, store: TheStore) -> Draft:
    """A draft after which the document is answered from no more. It stays readable for earlier answers."""
    _present(service, who, document_id)
    return make_draft(who, service, store, WithdrawDocument(id=document_id))


@router.patch("/{document_id}", status_code=201)
def describe(document_id: str, said: Said, who: Editor, service: TheService, store: TheStore) -> Draft:
    """A draft with another title or validity, or whatever else a document says of itself."""
    present = _present(service, who, document_id)
    values: dict[str, Any] = said.model_dump(mode="json", include=said.model_fields_set)
    change = checked_description(present.metadata, document_id, values)
    return make_draft(who, service, store, change)


def checked_description(present: Metadata, document_id: str, values: dict[str, Any]) -> DescribeDocument:
    """What is to be said of a document from now on."""
    if not values or values.get("title", "x") in (None, "") or values.get("language", "x") is None:
        raise Refused(422, "admin.error.nothing_said")
    change = DescribeDocument(id=document_id, metadata=cast(Description, values))
    try:
        described(present, change)
    except UnreadableSource as failure:
        raise unreadable(failure) from failure
    return change


_DESCRIBED = (
    *("title", "publisher", "published", "language", "kind", "url", "valid_from", "valid_until", "supersedes"),
    "groups",
)


def make_draft(
    who: Identity,
    service: Service,
    store: Store,
    change: Change,
    file_name: str | None = None,
    parsed: str | None = None,
) -> Draft:
    seen = fingerprint_of_target(service.settings, changes_in_use(service.settings), change)
    with store.engine.begin() as connection:
        return drafts.make(connection, who, change, seen, file_name, parsed)


def unreadable(failure: UnreadableSource) -> Refused:
    """What is wrong with a file: the reason in the reader's language, and the exact words."""
    return Refused(
        422, f"admin.unreadable.{failure.reason}", file=failure.file, detail=failure.detail, endings=" ".join(SUFFIXES)
    )


def _put(
    who: Identity,
    service: Service,
    store: Store,
    file: UploadFile,
    given: dict[str, str],
    document_id: str | None,
    kept: dict[str, str] | None = None,
) -> Draft:
    content = file.file.read()
    name = file.filename or "?"
    filled = {key: value.strip() for key, value in given.items() if value.strip()}
    try:
        change, document = read_upload(service.settings, name, content, filled, kept or {}, document_id)
    except UnreadableSource as failure:
        raise unreadable(failure) from failure
    except BadDocumentId:
        raise Refused(422, "admin.error.bad_id") from None
    if change.id == REGISTER_ID:
        raise Refused(422, "admin.error.bad_id")
    if document_id is None and service.opened().document(change.id) is not None:
        raise Refused(409, "admin.error.id_taken", id=change.id)
    parsed = keep_content(service.settings, DOCUMENT.dump_json(document))
    return make_draft(who, service, store, change, shown(name), parsed)


def _present(service: Service, who: Identity, document_id: str) -> Document:
    """Raises HTTPException 404 for a document that there is not, or that they may not read."""
    found = service.opened_for(who.access).document(document_id)
    if found is None or document_id == REGISTER_ID:
        raise HTTPException(404)
    return found
