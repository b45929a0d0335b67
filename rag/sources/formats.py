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
    """suffixes: the endings of its files' names; looks: what its content looks like, as a message says it, where it is
    no text; part: what the name of a part begins with, of a format that is a ZIP archive; module, reads: what reads it,
    from its text, or from its bytes and its name where it is none; raw: what of rag.sources.raw_text gives
    the same text plainly. The module is imported when it is needed: its
    libraries take a second and 100 MB, which a service that only answers need not pay."""

    suffixes: tuple[str, ...]
    module: str
    reads: str
    raw: str
    looks: str | None = None
    part: bytes = b""

    def reader(self) -> Callable[..., Canonical]:
        found: Any = getattr(import_module(self.module), self.reads)
        return found  # type: ignore[no-any-return]

    def raw_text(self) -> Callable[..., Iterator[str]]:
        found: Any = getattr(import_module("rag.sources.raw_text"), self.raw)
        return found  # type: ignore[no-any-return]


FORMATS = (
    Format((".pdf",), "rag.sources.format_pdf", "read_pdf", "of_pdf", "a PDF"),
    Format((".docx",), "rag.sources.format_docx", "read_docx", "of_word", "a Word file", b"word/"),
    Format((".xlsx",), "rag.sources.format_sheets", "read_xlsx", "of_sheets", "an Excel file", b"xl/"),
    Format((".pptx",), "rag.sources.format_pptx", "read_pptx", "of_slides", "a PowerPoint file", b"ppt/"),
    Format((".csv",), "rag.sources.format_sheets", "read_csv", "of_values"),
    Format((".html", ".htm"), "rag.sources.format_html", "read_html", "of_page"),
    Format((".md",), "rag.sources.format_markdown", "read_markdown", "of_markdown"),
    Format((".txt",), "rag.sources.format_lines", "read_text", "of_lines"),
)
BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes}
SUFFIXES = tuple(BY_SUFFIX)


def known_suffix(suffix: str) -> str:
    """The suffix. Raises ValueError for that of no format."""
    if suffix not in BY_SUFFIX:
        raise ValueError(f"unknown ending '{suffix}'; use one of {' '.join(SUFFIXES)}")
    return suffix
