"""From what a source holds to drafts: of what is new or other a document, of what has vanished a withdrawal.

Only documents that came from the source are ever proposed to be changed. What somebody has put into the place of one by
hand is theirs from then on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import PurePath
from urllib.parse import unquote

from sqlalchemy import Connection

from api import drafts
from api.audit import ITSELF, note
from api.drafts import Draft
from api.identity import Identity
from api.preview import DOCUMENT
from api.source_files import KeptFile, files_of, is_taken, keep_file
from api.source_looks import Failure
from api.store import Store
from api.uploads import MAX_ID_CHARS, BadDocumentId, id_of, read_upload, shown
from rag.curated.changed_corpus import keep_content
from rag.curated.changes import PutDocument, WithdrawDocument
from rag.curated.watched import Watched
from rag.errors import UnreadableSource
from rag.fetching.found import Fetched
from rag.index.opening import current_version
from rag.index.versions import changes_in_use, documents_of
from rag.publishing.publication import fingerprint_of_target
from rag.settings import Settings
from rag.sources import front_matter
from rag.sources.quotes import locate
from rag.sources.reading_process import ReadFiles
from rag.types import Document

_TELLING_CHARS = 6  # hexadecimal digits that tell two files of one name apart


def identity_of(source: Watched) -> Identity:
    """Whom drafts of a source are made by."""
    return Identity(f"{ITSELF}: {source.name}", frozenset({"editor"}))


class SourceDrafts:
    """Of one source, for one look at it."""

    def __init__(self, settings: Settings, store: Store, source: Watched, read: ReadFiles) -> None:
        self._read_files = read
        self._settings = settings
        self._store = store
        self._source = source
        self._who = identity_of(source)
        self._changes = changes_in_use(settings)
        self._documents = documents_of(settings, current_version(settings) or "") or {}
        with store.engine.connect() as connection:
            self.kept: Mapping[str, KeptFile] = files_of(connection, source.name)
            self._made = drafts.made_by(connection, self._who.name)

    def take(self, found: Fetched, content: bytes) -> str | Failure | None:
        """The id of the document that a draft was made of, None where nothing is other, or why there is none."""
        kept, digest = self.kept.get(found.path), hashlib.sha256(content).hexdigest()
        if kept is not None and kept.digest == digest and not self._is_lost(kept):
            self._unchanged(replace(kept, mark=found.mark, gone=False), kept.gone)
            return None
        document_id = kept.document_id if kept is not None else self._new_id(found.path)
        if self._is_by_hand(document_id):
            return Failure.of_draft(found.path, "by_hand", document_id)
        try:
            change, document = self._read(found, content, document_id)
        except UnreadableSource as failure:
            return Failure.of_file(found.path, failure)
        except BadDocumentId:
            return Failure.of_draft(found.path, "bad_id", document_id)
        text = digest if change.upload.suffix == ".md" else hashlib.sha256(document.text.encode()).hexdigest()
        now = KeptFile(found.path, document_id, found.mark, digest, text)
        if kept is not None and kept.text == text and not self._is_lost(kept):  # a page with another time of day in it
            self._unchanged(now, kept.gone)
            return None
        parsed = keep_content(self._settings, DOCUMENT.dump_json(document))
        seen = fingerprint_of_target(self._settings, self._changes, change)
        with self._store.engine.begin() as connection:
            keep_file(connection, self._source.name, now)
            name = shown(found.file_name)
            made = drafts.make(connection, self._who, change, seen, name, parsed, document.metadata.title)
            self._discard(connection, document_id, made)
        return document_id

    def vanish(self, path: str) -> str | None:
        """The id of the document that a draft would withdraw, None where there is none to withdraw."""
        kept = self.kept[path]
        document = self._documents.get(kept.document_id)
        withdrawn = document is not None and not self._is_by_hand(kept.document_id)
        change = WithdrawDocument(id=kept.document_id)
        seen = fingerprint_of_target(self._settings, self._changes, change)
        with self._store.engine.begin() as connection:
            keep_file(connection, self._source.name, replace(kept, gone=True))
            made = None
            if withdrawn and document is not None:
                made = drafts.make(connection, self._who, change, seen, title=document.metadata.title)
            self._discard(connection, kept.document_id, made)
        return kept.document_id if withdrawn else None

    def _unchanged(self, kept: KeptFile, was_gone: bool) -> None:
        with self._store.engine.begin() as connection:
            keep_file(connection, self._source.name, kept)
            if was_gone:  # it has come back before anybody withdrew it
                self._discard(connection, kept.document_id)

    def _is_lost(self, kept: KeptFile) -> bool:
        """Whether it has vanished, and its document is no longer in use."""
        return kept.gone and kept.document_id not in self._documents

    def _read(self, found: Fetched, content: bytes, document_id: str) -> tuple[PutDocument, Document]:
        """Raises UnreadableSource, BadDocumentId."""
        before = self._open_put(document_id)
        said = self._said(document_id, before)
        kept = self._source.says.written() | ({"url": found.address} if found.address else {}) | said
        groups = said.get("groups") or ", ".join(self._source.says.groups or ())
        given = {"groups": groups} if groups else {}
        name = found.file_name
        change, document = read_upload(self._settings, name, content, given, kept, document_id, self._read_files)
        if document.metadata.title == document_id:  # nothing in it is a title: the file's name says more than the id
            given["title"] = PurePath(unquote(name)).stem
            change, document = read_upload(self._settings, name, content, given, kept, document_id, self._read_files)
        rules = before.rules if before is not None else ()
        still = tuple(rule for rule in rules if rule.quote and locate(rule.quote, document))
        return change.model_copy(update={"rules": still}), document

    def _said(self, document_id: str, before: PutDocument | None) -> dict[str, str]:
        """What is said of the document so far: by the draft that waits, else by the one in use."""
        if before is not None:
            return {key: value for key, value in before.upload.metadata.items() if value}
        present = self._documents.get(document_id)
        written = front_matter.written(asdict(present.metadata)) if present is not None else {}
        written.pop("id", None)
        return written

    def _open_put(self, document_id: str) -> PutDocument | None:
        changes = (each.change for each in self._open(document_id))
        return next((each for each in changes if isinstance(each, PutDocument)), None)

    def _open(self, document_id: str) -> list[Draft]:
        return [each for each in self._made if each.status == "open" and drafts.subject_of(each.change) == document_id]

    def _discard(self, connection: Connection, document_id: str, made: Draft | None = None) -> None:
        """Drafts of what the source held before: what it holds now takes their place."""
        for draft in self._open(document_id):
            if made is not None:
                drafts.take_place(connection, self._who, draft.id, made)
            if drafts.end(connection, draft, (), "discarded"):
                note(connection, self._who, "discard", document_id, draft=draft.id)

    def _is_by_hand(self, document_id: str) -> bool:
        upload = self._changes.documents.get(document_id)
        if upload is not None:
            return upload.object not in self._objects
        return document_id in self._documents  # it lies in the corpus folder

    @cached_property
    def _objects(self) -> frozenset[str]:
        """The contents that came from here."""
        puts = (each.change for each in self._made)
        return frozenset(each.upload.object for each in puts if isinstance(each, PutDocument))

    def _new_id(self, path: str) -> str:
        """Of the source's name and the file's; with some digits of its path where another document has that."""
        name = f"{self._source.name}-{id_of(unquote(path))}"[:MAX_ID_CHARS].rstrip("-._")
        others = self._documents.keys() | self._changes.documents.keys() | set(self._changes.withdrawn)
        with self._store.engine.connect() as connection:
            if name not in others and not is_taken(connection, name):
                return name
        telling = hashlib.sha256(path.encode()).hexdigest()[:_TELLING_CHARS]
        return f"{name[: MAX_ID_CHARS - _TELLING_CHARS - 1]}-{telling}"
