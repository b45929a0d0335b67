"""From what a browser sends to a change: read in isolation, checked, kept. A file's name never becomes a path."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath
from typing import cast

import yaml

from rag.curated.changed_corpus import keep_content
from rag.curated.changes import DOCUMENT_ID, Description, PutDocument, Upload
from rag.errors import UnreadableSource
from rag.settings import Settings
from rag.sources import front_matter
from rag.sources.formats import SUFFIXES, wrong_ending
from rag.sources.reading_process import ReadFiles, read_isolated
from rag.types import Document

MAX_SHOWN_NAME_CHARS = 200
MAX_ID_CHARS = 60


class BadDocumentId(Exception):
    """An id that would not do as one."""


def read_upload(
    settings: Settings,
    file_name: str,
    content: bytes,
    given: dict[str, str],
    kept: dict[str, str],
    document_id: str | None,
    read: ReadFiles | None = None,
) -> tuple[PutDocument, Document]:
    """The change that puts the document, whose content is kept from now on, and the document as it reads.

    given: metadata of the form, which goes before what a Markdown file says of itself, which goes before what is kept
    of the document that it replaces. document_id: that of the
    document to replace; None for a new one, whose id is given, or said by the file, or its name. read: what reads it,
    for who has many to read; else a process of its own.
    Raises UnreadableSource, BadDocumentId.
    """
    suffix = PurePath(file_name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableSource(shown(file_name), "wrong_type", wrong_ending(shown(suffix)))
    try:
        said, content = _split(content) if suffix == ".md" else ({}, content)
        metadata = {**kept, **said, **given}
        identity = document_id or metadata.pop("id", "") or id_of(file_name)
        metadata.pop("id", None)
        if not DOCUMENT_ID.fullmatch(identity):
            raise BadDocumentId
        # A sidecar says it for every format, and what is wrong with it is told as for any source. The file is named by
        # the id, which becomes the title of a document that has none.
        head = yaml.safe_dump({"id": identity, **metadata}, allow_unicode=True, sort_keys=False)
        name = f"{identity}{suffix}"
        files = {name: content, f"{name}.yaml": head.encode()}
        if read is not None:
            document = read(name, files)
        else:
            document = read_isolated(name, files, settings.max_file_bytes, recognised=settings.recognised_dir)
    except UnreadableSource as failure:
        raise UnreadableSource(shown(file_name), failure.reason, failure.detail, failure.field) from failure
    described = document.metadata
    # What was found out by reading is said from now on: it must not change when it is read again.
    metadata |= {"title": described.title, "language": described.language}
    upload = Upload(object=keep_content(settings, content), suffix=suffix, metadata=cast(Description, metadata))
    return PutDocument(id=identity, upload=upload), document


def id_of(file_name: str) -> str:
    """An id made of a file's name: "Ohje tekoälystä 2026 (lopullinen).docx" is ohje-tekoalysta-2026-lopullinen."""
    stem = PurePath(file_name.replace("\\", "/")).stem
    if DOCUMENT_ID.fullmatch(stem):
        return stem
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_ID_CHARS].rstrip("-")


def shown(file_name: str) -> str:
    """A name as it may be shown: its last part, of ordinary length, without control characters."""
    name = PurePath(file_name.replace("\\", "/")).name
    return "".join(char if char.isprintable() else "�" for char in name)[:MAX_SHOWN_NAME_CHARS]


def _split(content: bytes) -> tuple[dict[str, str], bytes]:
    """What a Markdown file says of itself, and the rest of it, with the keys that mean nothing here. A file that is not
    UTF-8 is left to the reader."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return {}, content
    head, body = front_matter.split(text)
    if head is None:
        return {}, content
    said = front_matter.read(head, "document.md")
    body = body.lstrip("\n")
    if said.unused:
        body = f"---\n{''.join(said.unused.values())}---\n\n{body}"
    return front_matter.written(said.given), body.encode()
