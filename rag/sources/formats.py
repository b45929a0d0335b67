"""The formats of documents, in one table: all that is said of a format anywhere comes from its line here.

To add one: a reader (bytes or text → Canonical), and its line. What a page offers and says, what an upload may be, what
a server's media type means, how a file that is another is told: all follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from rag.sources.canonical import Canonical


@dataclass(frozen=True, slots=True)
class Format:
    """suffixes: the endings of its files' names; name: what people call it, a word by its key below format.* of the
    texts; module, reads: what reads it, from its text, or from its bytes and its name; raw: what of
    rag.sources.raw_text gives the same text plainly; looks: what its content looks like, as a message says it, where it
    is no text; mark: of one that is a ZIP archive, what the name of a part begins with, or what is said first in it;
    encoded: whether a text says within itself how it is encoded, so that its reader gets bytes, too; pictures: whether
    its pages may be pictures: its reader is given what recognises their text; beside: whether such files lie beside
    documents as parts of them: with a sidecar one is a source itself; media_types: what servers call it; properties:
    what of rag.sources.properties tells what such a file says of itself beside its text. The module is imported when it
    is needed: its libraries take a second and 100 MB, which a service that only answers need not pay."""

    suffixes: tuple[str, ...]
    name: str
    module: str
    reads: str
    raw: str
    looks: str | None = None
    mark: bytes = b""
    encoded: bool = False
    pictures: bool = False
    beside: bool = False
    media_types: tuple[str, ...] = ()
    properties: str | None = None

    @property
    def in_bytes(self) -> bool:
        return self.encoded or self.looks is not None

    def reader(self) -> Callable[..., Canonical]:
        found: Any = getattr(import_module(self.module), self.reads)
        return found  # type: ignore[no-any-return]

    def raw_text(self) -> Callable[..., Iterator[str]]:
        found: Any = getattr(import_module("rag.sources.raw_text"), self.raw)
        return found  # type: ignore[no-any-return]

    def properties_of(self, source: bytes | str) -> Iterator[tuple[str, str]]:
        """What a file says of itself beside its text, each with its name there. source: as its reader gets it."""
        if self.properties is None:
            return iter(())
        found: Any = getattr(import_module("rag.sources.properties"), self.properties)
        return found(source)  # type: ignore[no-any-return]


_ODF, _OASIS = "rag.sources.format_odf", b"application/vnd.oasis.opendocument."
_OPEN_XML, _OPEN_DOCUMENT = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
FORMATS = (
    Format(
        (".pdf",), "PDF", "rag.sources.format_pdf", "read_pdf", "of_pdf", "a PDF",
        pictures=True, media_types=("application/pdf",), properties="of_pdf",
    ),
    Format(
        (".docx",), "Word", "rag.sources.format_docx", "read_docx", "of_word", "a Word file", b"word/",
        media_types=(f"{_OPEN_XML}.wordprocessingml.document",), properties="of_office",
    ),
    Format(
        (".xlsx",), "Excel", "rag.sources.format_sheets", "read_xlsx", "of_sheets", "an Excel file", b"xl/",
        media_types=(f"{_OPEN_XML}.spreadsheetml.sheet",), properties="of_office",
    ),
    Format(
        (".pptx",), "PowerPoint", "rag.sources.format_pptx", "read_pptx", "of_slides", "a PowerPoint file", b"ppt/",
        media_types=(f"{_OPEN_XML}.presentationml.presentation",), properties="of_office",
    ),
    *(
        Format(
            (suffix,), "OpenDocument", _ODF, reads, "of_open_document", looks, _OASIS + kind,
            media_types=(f"{_OPEN_DOCUMENT}.{kind.decode()}",), properties="of_office",
        )
        for suffix, reads, looks, kind in (
            (".odt", "read_odt", "an OpenDocument text", b"text"),
            (".ods", "read_ods", "an OpenDocument sheet", b"spreadsheet"),
            (".odp", "read_odp", "an OpenDocument slide show", b"presentation"),
        )
    ),
    Format(
        (".eml",), "mail", "rag.sources.format_eml", "read_eml", "of_message",
        encoded=True, media_types=("message/rfc822",), properties="of_message",
    ),
    Format(
        (".msg",), "mail", "rag.sources.format_msg", "read_msg", "of_outlook", "an Outlook message",
        media_types=("application/vnd.ms-outlook",), properties="of_outlook",
    ),
    Format(
        (".rtf",), "RTF", "rag.sources.format_rtf", "read_rtf", "of_rtf", "an RTF text",
        media_types=("application/rtf", "text/rtf"),
    ),
    Format((".csv",), "CSV", "rag.sources.format_sheets", "read_csv", "of_values", media_types=("text/csv",)),
    Format(
        (".html", ".htm"), "HTML", "rag.sources.format_html", "read_html", "of_page",
        media_types=("text/html", "application/xhtml+xml"), properties="of_page",
    ),
    Format(
        (".md",), "Markdown", "rag.sources.format_markdown", "read_markdown", "of_markdown",
        media_types=("text/markdown",),
    ),
    *(
        Format(
            suffixes, "picture", "rag.sources.format_picture", "read_picture", "of_picture", looks,
            pictures=True, beside=True, media_types=(media_type,),
        )
        for suffixes, looks, media_type in (
            ((".png",), "a PNG picture", "image/png"),
            ((".jpg", ".jpeg"), "a JPEG picture", "image/jpeg"),
            ((".tif", ".tiff"), "a TIFF picture", "image/tiff"),
        )
    ),
    Format((".txt",), "text", "rag.sources.format_text", "read_text", "of_lines", media_types=("text/plain",)),
)  # fmt: skip
BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes}
SUFFIXES = tuple(BY_SUFFIX)
BY_MEDIA_TYPE = {media_type: each for each in FORMATS for media_type in each.media_types}


# What nothing here reads, and what the same program saves it as.
OLD_SUFFIXES = {".doc": ".docx", ".dot": ".docx", ".xls": ".xlsx", ".ppt": ".pptx", ".pps": ".pptx"}


def wrong_ending(suffix: str) -> str:
    """What is wrong with that of no format, and what mends it."""
    if suffix in OLD_SUFFIXES:
        return f"an old Office file ({suffix}); open it in Office or LibreOffice and save it as {OLD_SUFFIXES[suffix]}"
    return f"ending '{suffix}'; use one of {' '.join(SUFFIXES)}"


def known_suffix(suffix: str) -> str:
    """The suffix. Raises ValueError for that of no format."""
    if suffix not in BY_SUFFIX:
        raise ValueError(f"unknown ending '{suffix}'; use one of {' '.join(SUFFIXES)}")
    return suffix
