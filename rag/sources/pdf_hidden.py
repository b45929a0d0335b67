"""Which letters of a PDF page nobody sees: unprinted, off the page, in the colour of what they stand on, covered.

Letters that a scanner wrote unseen over its picture stay: they say what the picture shows.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as raw

from rag.sources.pdf_drawn import Drawn, lines_of

_WHITE = (255, 255, 255)
_SAME_COLOUR = 12  # of 255, in each part of a colour: nobody tells them apart. Chosen by judgement
_OPAQUE = 250  # of 255
_SCAN = 0.25  # of a page's area: what unseen letters lie over says what a picture of this size shows
_BAND = 20.0  # points of a page's height that shapes are looked up by
_MAX_SHAPES = 4000  # on one page; more are a drawing
_MAX_BANDS = 200  # that one shape is looked up in; more are no page's
_UNPRINTED = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)

_Colour = tuple[int, int, int]


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def has(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top


class _Shape(NamedTuple):
    """order: of what the page draws; colour: None where it is no single one; covers: it hides what it is drawn over."""

    order: int
    box: _Box
    colour: _Colour | None
    covers: bool


class Look(NamedTuple):
    """How the letters of one text may be hidden. unprinted: all but those over a scan; colour: None where it tells
    nothing; below, above: the shapes near it that are drawn before and after it."""

    unprinted: bool = False
    scans: Sequence[_Box] = ()
    colour: _Colour | None = None
    below: Sequence[_Shape] = ()
    above: Sequence[_Shape] = ()

    def hides(self, x: float, y: float) -> bool:
        """Whether nobody sees what has its middle here, in the file's points."""
        if self.unprinted:
            return not any(scan.has(x, y) for scan in self.scans)
        if self.above and any(shape.box.has(x, y) for shape in self.above):
            return True
        if self.colour is None:
            return False
        ground = next((shape.colour for shape in reversed(self.below) if shape.box.has(x, y)), _WHITE)
        return ground is not None and _is_same(ground, self.colour)


class Sight:
    """What the page draws, looked up by text."""

    def __init__(self, drawn: Sequence[Drawn], page: tuple[float, float, float, float]) -> None:
        self._page = _Box(*page)
        self._order: dict[int, int] = {}
        self._bands: defaultdict[int, list[_Shape]] = defaultdict(list)
        self._scans: list[_Box] = []
        area = (self._page.right - self._page.left) * (self._page.top - self._page.bottom)
        shapes = 0
        for order, each in enumerate(drawn):
            if each.kind == raw.FPDF_PAGEOBJ_TEXT:
                self._order[ctypes.addressof(each.what.contents)] = order
            elif shapes < _MAX_SHAPES and (shape := _shape(order, each)) is not None:
                shapes += 1
                self._add(shape)
                if each.kind == raw.FPDF_PAGEOBJ_IMAGE and _area(shape.box) >= _SCAN * area:
                    self._scans.append(shape.box)

    def _add(self, shape: _Shape) -> None:
        first, last = int(shape.box.bottom // _BAND), int(shape.box.top // _BAND)
        for band in range(first, min(last, first + _MAX_BANDS) + 1):
            self._bands[band].append(shape)

    def look_at(self, text: Any, address: int | None, x: float, y: float) -> Look | None:
        """Of one text's letters, of which the first has its middle here, in the file's points; None where nothing hides
        any."""
        if not self._page.has(x, y):
            return Look(unprinted=True)
        if not text:
            return None
        mode = raw.FPDFTextObj_GetTextRenderMode(text)
        colour, opacity = _colour_of(text, stroke=mode == raw.FPDF_TEXTRENDERMODE_STROKE)
        if mode in _UNPRINTED or opacity == 0:
            return Look(unprinted=True, scans=self._scans)
        near = self._bands.get(int(y // _BAND), ())
        white = colour is not None and _is_same(colour, _WHITE)
        order = self._order.get(address or 0) if near or white else None
        if order is None:  # of what PDFium does not say where it was drawn, too
            return None
        below = [shape for shape in near if shape.order < order]
        above = [shape for shape in near if shape.order > order and shape.covers]
        alike = white or any(shape.colour and colour and _is_same(shape.colour, colour) for shape in below)
        return Look(colour=colour if alike else None, below=below, above=above) if alike or above else None


def _shape(order: int, drawn: Drawn) -> _Shape | None:
    """What fills a part of the page; None for what does not."""
    if drawn.kind != raw.FPDF_PAGEOBJ_PATH:
        # A picture or a shading has no single colour, and a picture may lie over the letters that say what it shows.
        return _Shape(order, _around([drawn.placed(x, y) for x in (0, 1) for y in (0, 1)]), None, False)
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(drawn.what, mode, stroke) or mode.value == raw.FPDF_FILLMODE_NONE:
        return None
    colour, opacity = _colour_of(drawn.what)
    lines = lines_of(drawn)
    if not lines or not opacity:
        return None
    box = _around([point for line in lines for point in line])
    is_box = all(abs(x0 - x1) < 0.5 or abs(y0 - y1) < 0.5 for (x0, y0), (x1, y1) in lines) and len(lines) <= 5
    seen_through = opacity < _OPAQUE or bool(raw.FPDFPageObj_HasTransparency(drawn.what))
    return _Shape(order, box, None if seen_through else colour, is_box and not seen_through)


def _around(points: Sequence[tuple[float, float]]) -> _Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return _Box(min(xs), min(ys), max(xs), max(ys))


def _area(box: _Box) -> float:
    return (box.right - box.left) * (box.top - box.bottom)


def _colour_of(drawn: Any, stroke: bool = False) -> tuple[_Colour | None, int]:
    """The colour, None where it is no single one, and how opaque, in [0, 255]."""
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    ask = raw.FPDFPageObj_GetStrokeColor if stroke else raw.FPDFPageObj_GetFillColor
    if not ask(drawn, red, green, blue, opacity):
        return None, 255
    return (red.value, green.value, blue.value), opacity.value


def _is_same(one: _Colour, other: _Colour) -> bool:
    return all(abs(a - b) <= _SAME_COLOUR for a, b in zip(one, other, strict=True))
