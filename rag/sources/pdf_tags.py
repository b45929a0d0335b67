"""What a tagged PDF says of itself: which letters are a heading, a paragraph, a list's item, a table's head."""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import pypdfium2.raw as raw

_HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")
_INNERMOST = ("LI", "TH", "TD")  # paragraphs within are theirs
_KINDS = (*_HEADINGS, *_INNERMOST, "P")
_MAX_ELEMENTS = 50_000  # on one page; more, or elements in a circle, say nothing
_NAME_BYTES = 64


class Tag(NamedTuple):
    """kind: H1 … H6, P, LI, TH or TD; element: a number of its own on the page, from 1."""

    kind: str
    element: int

    @property
    def level(self) -> int:
        """Of a heading, from 1; 0 for what is none."""
        return _HEADINGS.index(self.kind) + 1 if self.kind in _HEADINGS else 0


UNTAGGED = Tag("", 0)


def tags_of(page: Any) -> dict[int, Tag]:
    """Marked content's number → its tag; empty for a page that is not tagged."""
    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return {}
    try:
        count = raw.FPDF_StructTree_CountChildren(tree)
        return _tags([raw.FPDF_StructTree_GetChildAtIndex(tree, index) for index in range(count)])
    finally:
        raw.FPDF_StructTree_Close(tree)


def _tags(roots: list[Any]) -> dict[int, Tag]:
    found: dict[int, Tag] = {}
    waiting = [(root, UNTAGGED) for root in reversed(roots)]
    seen = 0
    while waiting:
        element, tag = waiting.pop()
        if not element:
            continue
        seen += 1
        if seen > _MAX_ELEMENTS:
            return {}
        kind = _kind(element)
        if kind in _INNERMOST or (kind in _KINDS and tag.kind not in _INNERMOST):
            tag = Tag(kind, seen)
        inner = []
        for index in range(raw.FPDF_StructElement_CountChildren(element)):
            content = raw.FPDF_StructElement_GetChildMarkedContentID(element, index)
            if content >= 0:
                found[content] = tag
            else:
                inner.append((raw.FPDF_StructElement_GetChildAtIndex(element, index), tag))
        waiting += reversed(inner)
    return found


def _kind(element: Any) -> str:
    name = ctypes.create_string_buffer(_NAME_BYTES)
    length = raw.FPDF_StructElement_GetType(element, name, _NAME_BYTES)
    return name.raw[: length - 2].decode("utf-16-le", "replace") if 2 <= length <= _NAME_BYTES else ""
