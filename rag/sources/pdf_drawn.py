"""What a page of a PDF draws, in the order in which it is drawn: paths, pictures and texts, those of forms too."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as raw

_MAX_SEGMENTS = 60  # of one path; more are a drawing
_MAX_DEPTH = 8  # of forms drawn within forms

_Matrix = tuple[float, float, float, float, float, float]
_Point = tuple[float, float]
_AS_IT_IS: _Matrix = (1, 0, 0, 1, 0, 0)


class Drawn(NamedTuple):
    """A path, a picture, a text or a shading (kind, by PDFium's numbers), and how its points become the page's; a
    text's own is not asked for."""

    what: Any
    kind: int
    matrix: _Matrix

    def placed(self, x: float, y: float) -> _Point:
        """One of its points in the file's points."""
        a, b, c, d, e, f = self.matrix
        return x * a + y * c + e, x * b + y * d + f


def drawn_on(page: Any) -> list[Drawn]:
    """All that a page draws, from the lowest to the uppermost."""
    return list(_drawn(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, _AS_IT_IS, 0))


def _drawn(parent: Any, count: Any, get: Any, outer: _Matrix, depth: int) -> Iterator[Drawn]:
    for index in range(count(parent)):
        drawn = get(parent, index)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield Drawn(drawn, kind, outer)
            continue
        own = raw.FS_MATRIX()
        if not raw.FPDFPageObj_GetMatrix(drawn, own):
            continue
        matrix = _within((own.a, own.b, own.c, own.d, own.e, own.f), outer)
        if kind != raw.FPDF_PAGEOBJ_FORM:
            yield Drawn(drawn, kind, matrix)
        elif depth < _MAX_DEPTH:
            form = raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject
            yield from _drawn(drawn, *form, matrix, depth + 1)


def _within(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def lines_of(path: Drawn) -> list[tuple[_Point, _Point]]:
    """The straight lines of a path, in the file's points; none of one that is a drawing."""
    if raw.FPDFPath_CountSegments(path.what) > _MAX_SEGMENTS:
        return []
    x, y = ctypes.c_float(), ctypes.c_float()
    lines: list[tuple[_Point, _Point]] = []
    start = last = (0.0, 0.0)
    for index in range(raw.FPDFPath_CountSegments(path.what)):
        segment = raw.FPDFPath_GetPathSegment(path.what, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = path.placed(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            lines.append((last, point))
        last = point
        if raw.FPDFPathSegment_GetClose(segment) and last != start:
            lines.append((last, start))
            last = start
    return lines
