"""The pages of a PDF that are pictures: what is recognised on them, in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from rag.sources.pdf_page import SeenPage
from rag.sources.text_recognition import DPI, MAX_PICTURES, MAX_PIXELS, Tesseract

_FEW_LETTERS = 100  # a stamp or a running line on a scan; chosen by judgement
_MOST = 0.5  # of a page's area: a picture that is the page
_MORE = 2  # times the letters that a page has of its own, before they give way


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
            seen = found if _letters(found) > _MORE * letters else seen
        page.close()
        yield seen


def _letters(page: SeenPage) -> int:
    return sum(len(run.text) for run in page.runs)


def _is_picture(page: Any, seen: SeenPage, letters: int) -> bool:
    """Whether something is drawn on a page without letters, or a picture fills one that has few."""
    if letters > _FEW_LETTERS:
        return False
    if not letters:
        return bool(raw.FPDFPage_CountObjects(page))
    area = 0.0
    for picture in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = picture.get_bounds()
        area += (right - left) * (top - bottom)
    return area >= _MOST * seen.width * seen.height
