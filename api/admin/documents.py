"""Documents as an administrator sees them; each change of one makes a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, cast, get_args

from fastapi import APIRouter, Depends, File, Form, UploadFile
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection
from starlette.exceptions import HTTPException

from api import drafts
from api.auth import Editor, Reader
from api.drafts import Draft
from api.identity import Identity
from api.preview import DOCUMENT, described
from api.problems import Refused, Wrong, WrongFields
from api.schemas import Day, DocumentSummary
from api.service import Service, TheService, TheStore
from api.store import Store
from api.uploads import BadDocumentId, read_upload, shown
from rag.curated.changed_corpus import keep_content
from rag.curated.changes import Change, DescribeDocument, Description, MetadataKey, WithdrawDocument
from rag.curated.rules import REGISTER_ID
from rag.errors import UnreadableSource
from rag.index.versions import changes_in_use
from rag.publishing.publication import fingerprint_of_target
from rag.publishing.withdrawn import last_text_of
from rag.sources import front_matter
from rag.sources.formats import SUFFIXES
from rag.types import Document, Language, Metadata

router = APIRouter(prefix="/documents")

METADATA_KEYS = ("id", *get_args(MetadataKey))

Text = Annotated[str, Form(max_length=1000)]


class AdminDocument(DocumentSummary):
    """origin: the corpus folder, or an upload; changed: its metadata were changed here."""

    origin: str
    changed: bool


class WithdrawnDocument(BaseModel):
    """A document that is not in use any more. title: its id, where no kept version holds it; who, day: of its
    withdrawal, null where that is not known; restorable: its text is kept."""

    id: str
    title: str
    who: str | None
    day: date | None
    restorable: bool


class Documents(BaseModel):
    """withdrawn: the ids of withdrawn_documents, of the corpus folder or of uploads; those that they might read."""

    documents: list[AdminDocument]
    withdrawn: list[str]
    withdrawn_documents: list[WithdrawnDocument]


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
    edition: str | None = None
    language: Language | None = None
    groups: str | None = None


@router.get("")
def documents(who: Reader, service: TheService, store: TheStore) -> Documents:
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
    with store.engine.connect() as connection:
        gone = [_withdrawn(name, who, service, connection) for name in changes.withdrawn]
    withdrawn = [each for each in gone if each is not None]
    return Documents(documents=listed, withdrawn=[each.id for each in withdrawn], withdrawn_documents=withdrawn)


def _withdrawn(document_id: str, who: Identity, service: Service, connection: Connection) -> WithdrawnDocument | None:
    """None for a document that they might not read; of one whose text is gone, nobody knows whom it was for."""
    gone = last_text_of(service.settings, document_id)
    if not (who.access.permits(gone.document.metadata) if gone else who.access.everything):
        return None
    draft = drafts.withdrawal_of(connection, document_id)
    return WithdrawnDocument(
        id=document_id,
        title=gone.document.metadata.title if gone else document_id,
        who=draft.made_by if draft else None,
        day=draft.made_at.date() if draft else None,
        restorable=gone is not None,
    )


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
    edition: Text = "",
) -> dict[str, str]:
    """What a form says of a document, by _DESCRIBED."""
    said = (title, publisher, published, language, kind, url, valid_from, valid_until, supersedes, groups, edition)
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
    title = _present(service, who, document_id).metadata.title
    return make_draft(who, service, store, WithdrawDocument(id=document_id), title=title)


@router.post("/{document_id}/restore", status_code=201)
def restore(document_id: str, who: Editor, service: TheService, store: TheStore) -> Draft:
    """A draft after which a withdrawn document is answered from again, as it was in use last.

    409 where none of the kept versions holds its text any more.
    """
    if document_id not in changes_in_use(service.settings).withdrawn:
        raise HTTPException(404)
    gone = last_text_of(service.settings, document_id)
    if gone is None:
        raise Refused(409, "admin.error.text_gone")
    if not who.access.permits(gone.document.metadata):
        raise HTTPException(404)
    parsed = keep_content(service.settings, DOCUMENT.dump_json(gone.document))
    return make_draft(who, service, store, gone.change, parsed=parsed, title=gone.document.metadata.title)


@router.patch("/{document_id}", status_code=201)
def describe(document_id: str, said: Said, who: Editor, service: TheService, store: TheStore) -> Draft:
    """A draft with another title or validity, or whatever else a document says of itself."""
    present = _present(service, who, document_id)
    values: dict[str, Any] = said.model_dump(mode="json", include=said.model_fields_set)
    change = checked_description(present.metadata, document_id, values)
    return make_draft(who, service, store, change, title=values.get("title") or present.metadata.title)


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
    *("groups", "edition"),
)


def make_draft(
    who: Identity,
    service: Service,
    store: Store,
    change: Change,
    file_name: str | None = None,
    parsed: str | None = None,
    title: str | None = None,
) -> Draft:
    seen = fingerprint_of_target(service.settings, changes_in_use(service.settings), change)
    with store.engine.begin() as connection:
        return drafts.make(connection, who, change, seen, file_name, parsed, title)


def unreadable(failure: UnreadableSource, endings: Sequence[str] = SUFFIXES) -> Refused:
    """What is wrong with a file and what mends it, in the reader's language. endings: of the files that would do."""
    if failure.field is not None:
        key = f"admin.metadata.{failure.field}"
        return WrongFields([Wrong(failure.field, key)], key)
    key, known = f"admin.unreadable.{failure.reason}", ", ".join(METADATA_KEYS)
    return Refused(422, key, file=failure.file, endings=" ".join(endings), known=known)


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
    return make_draft(who, service, store, change, shown(name), parsed, document.metadata.title)


def _present(service: Service, who: Identity, document_id: str) -> Document:
    """Raises HTTPException 404 for a document that there is not, or that they may not read."""
    found = service.opened_for(who.access).document(document_id)
    if found is None or document_id == REGISTER_ID:
        raise HTTPException(404)
    return found
