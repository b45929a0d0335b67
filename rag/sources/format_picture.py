"""PNG, JPEG and TIFF → canonical text: pages that were scanned or photographed, read by text recognition."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from rag.errors import UnreadableSource
from rag.sources.canonical import Canonical
from rag.sources.format_pdf import read_pages
from rag.sources.text_recognition import DPI, INSTALL, MAX_PICTURES, MAX_PIXELS, Gray, Tesseract

_PAGE_INCHES = 11.7  # of A4's longer side, for a picture that does not say how large it is, or says what no page has
_FEWEST, _MOST = 70, 1200  # dots an inch that a page is scanned with


def read_picture(data: bytes, file: str, recognition: Tesseract | None = None) -> Canonical:
    """Raises UnreadableSource: damaged, too_large, no_text_layer."""
    if recognition is None:
        raise UnreadableSource(file, "no_text_layer", f"a picture; {INSTALL}")
    try:
        pages = [recognition.page(*each, number) for number, each in enumerate(_pictures(data, file), 1)]
    except Image.DecompressionBombError as error:
        raise UnreadableSource(file, "too_large", "the picture has too many dots; save it with fewer") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        what = f"the picture is damaged ({type(error).__name__}); save it anew"
        raise UnreadableSource(file, "damaged", what) from error
    return read_pages(pages, file, recognised=True)


def _pictures(data: bytes, file: str) -> Iterator[tuple[Gray, float]]:
    """Each page with its dots per inch, upright as its camera says, and no larger than recognition needs."""
    with Image.open(BytesIO(data)) as opened:
        if (count := getattr(opened, "n_frames", 1)) > MAX_PICTURES:
            raise UnreadableSource(file, "too_large", f"{count} pictures, the limit is {MAX_PICTURES}; split it")
        for frame in ImageSequence.Iterator(opened):
            page = ImageOps.exif_transpose(frame).convert("L")
            said = float(frame.info.get("dpi", (0, 0))[0])
            dpi = said if _FEWEST < said < _MOST else max(page.size) / _PAGE_INCHES
            scale = min(DPI / dpi, (MAX_PIXELS / (page.width * page.height)) ** 0.5)
            size = max(1, round(page.width * scale)), max(1, round(page.height * scale))
            yield np.asarray(page.resize(size, Image.Resampling.LANCZOS)), dpi * scale
