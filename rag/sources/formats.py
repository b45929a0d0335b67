"""The formats of documents, in one table: all that is said of a format anywhere comes from its line here.

To add one: a reader (bytes or text → Canonical), and its line. What a page offers, what an upload may be, how a file
that is another is told: all follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from rag.sources.canonical import Canonical


@dataclass(frozen=True, slots=True)
class Format:
    """suffixes: the endings of its files' names; module, reads: what reads it, from its text, or from its bytes and its
    name; raw: what of rag.sources.raw_text gives the same text plainly; looks: what its content looks like, as a
    message says it, where it is no text; mark: of one that is a ZIP archive, what the name of a part begins with, or
    what is said first in it; encoded: whether a text says within itself how it is encoded, so that its reader gets
    bytes, too; pictures: whether its pages may be pictures: its reader is given what recognises their text; beside:
    whether such files lie beside documents as parts of them: with a sidecar one is a source itself. The module is
    imported when it is needed: its libraries take a second and 100 MB, which a service that only answers need not
    pay."""

    suffixes: tuple[str, ...]
    module: str
    reads: str
    raw: str
    looks: str | None = None
    mark: bytes = b""
    encoded: bool = False
    pictures: bool = False
    beside: bool = False

    @property
    def in_bytes(self) -> bool:
        return self.encoded or self.looks is not None

    def reader(self) -> Callable[..., Canonical]:
        found: Any = getattr(import_module(self.module), self.reads)
        return found  # type: ignore[no-any-return]

    def raw_text(self) -> Callable[..., Iterator[str]]:
        found: Any = getattr(import_module("rag.sources.raw_text"), self.raw)
        return found  # type: ignore[no-any-return]


_ODF, _OASIS = "rag.sources.format_odf", b"application/vnd.oasis.opendocument."
FORMATS = (
    Format((".pdf",), "rag.sources.format_pdf", "read_pdf", "of_pdf", "a PDF", pictures=True),
    Format((".docx",), "rag.sources.format_docx", "read_docx", "of_word", "a Word file", b"word/"),
    Format((".xlsx",), "rag.sources.format_sheets", "read_xlsx", "of_sheets", "an Excel file", b"xl/"),
    Format((".pptx",), "rag.sources.format_pptx", "read_pptx", "of_slides", "a PowerPoint file", b"ppt/"),
    Format((".odt",), _ODF, "read_odt", "of_open_document", "an OpenDocument text", _OASIS + b"text"),
    Format((".ods",), _ODF, "read_ods", "of_open_document", "an OpenDocument sheet", _OASIS + b"spreadsheet"),
    Format((".odp",), _ODF, "read_odp", "of_open_document", "an OpenDocument slide show", _OASIS + b"presentation"),
    Format((".eml",), "rag.sources.format_eml", "read_eml", "of_message", encoded=True),
    Format((".msg",), "rag.sources.format_msg", "read_msg", "of_outlook", "an Outlook message"),
    Format((".rtf",), "rag.sources.format_rtf", "read_rtf", "of_rtf", "an RTF text"),
    Format((".csv",), "rag.sources.format_sheets", "read_csv", "of_values"),
    Format((".html", ".htm"), "rag.sources.format_html", "read_html", "of_page"),
    Format((".md",), "rag.sources.format_markdown", "read_markdown", "of_markdown"),
    *(
        Format(suffixes, "rag.sources.format_picture", "read_picture", "of_picture", looks, pictures=True, beside=True)
        for suffixes, looks in (
            ((".png",), "a PNG picture"),
            ((".jpg", ".jpeg"), "a JPEG picture"),
            ((".tif", ".tiff"), "a TIFF picture"),
        )
    ),
    Format((".txt",), "rag.sources.format_lines", "read_text", "of_lines"),
)
BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes}
SUFFIXES = tuple(BY_SUFFIX)


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
