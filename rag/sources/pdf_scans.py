"""The pages of a PDF that are pictures: what is recognised on them, in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from rag.sources.pdf_page import SeenPage
from rag.sources.text_recognition import DPI, MAX_PICTURES, MAX_PIXELS, Tesseract

# Chosen by judgement.
TOLD = 0.15  # of a page's area: smaller pictures are marks and ornaments
_LARGE = 0.25  # of a page's area: pictures that have room for ten lines of text
_MORE = 2  # times the letters that a page has of its own, before they give way
_AS_MANY = 1.2  # times these letters: no more are seen where pictures have no text


def with_recognised(
    document: pdfium.PdfDocument, pages: Sequence[SeenPage], recognition: Tesseract
) -> Iterator[SeenPage]:
    """The pages, those without a text of their own as they are recognised. Raises pdfium.PdfiumError."""
    recognised = 0
    for seen in pages:
        page = document[seen.number - 1]
        letters = _letters(seen)
        if recognised < MAX_PICTURES and _is_picture(page, seen, letters):
            recognised += 1
            scale = min(DPI / 72, (MAX_PIXELS / max(1.0, seen.width * seen.height)) ** 0.5)
            picture = page.render(scale=scale, grayscale=True).to_numpy()
            found = recognition.page(picture.reshape(picture.shape[:2]), scale * 72, seen.number)
            if _letters(found) > _MORE * letters:
                seen = found
            elif _letters(found) <= _AS_MANY * letters:
                seen = replace(seen, pictured=0.0)
        page.close()
        yield seen


def _letters(page: SeenPage) -> int:
    """Those whose meaning is known."""
    return sum(len(run.text) - run.unknown for run in page.runs)


def _is_picture(page: Any, seen: SeenPage, letters: int) -> bool:
    """Whether pictures fill a part of the page, or something is drawn though it has no letters of a known meaning."""
    if letters <= sum(run.unknown for run in seen.runs):
        return bool(raw.FPDFPage_CountObjects(page))
    return seen.pictured >= _LARGE
