"""The drawn lines of a picture of a page: a table's, where no file says where they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag.sources.pdf_page import LINE_POINTS, Rule

_DARK = 128  # of 255
_SHORTEST_INCHES = 0.3  # no letter of a text has a stroke as long; rows of a table are as high
_GAP = 2  # pixels across a line that a scan may leave out
_MAX_RUNS = 20_000  # more are a photograph


def drawn_lines(picture: NDArray[np.uint8], dpi: float) -> tuple[Rule, ...]:
    """The lying and the upright lines, in points; none of a page that is a photograph. picture: rows × columns of gray,
    0 is black."""
    dark = picture < _DARK
    lying = _boxes(dark, dpi)
    upright = [(top, left, bottom, right) for left, top, right, bottom in _boxes(dark.T, dpi)]
    points = 72 / dpi
    return tuple(Rule(*(place * points for place in box)) for box in [*lying, *upright])


def _boxes(dark: NDArray[np.bool_], dpi: float) -> list[tuple[int, int, int, int]]:
    """left, top, right and bottom, in pixels, of what is long and thin."""
    shortest, thickest = int(_SHORTEST_INCHES * dpi), int(LINE_POINTS / 72 * dpi)
    done: list[list[int]] = []
    going: list[list[int]] = []
    runs = _runs(dark, shortest)
    if len(runs) > _MAX_RUNS:
        return []
    for row, left, right in runs:
        done += [box for box in going if row - box[3] > _GAP]
        going = [box for box in going if row - box[3] <= _GAP]
        beside = next((box for box in going if left <= box[2] and box[0] <= right), None)
        if beside is None:
            going.append([left, row, right, row + 1])
        else:
            beside[:] = min(left, beside[0]), beside[1], max(right, beside[2]), row + 1
    return [(box[0], box[1], box[2], box[3]) for box in [*done, *going] if box[3] - box[1] <= thickest]


def _runs(dark: NDArray[np.bool_], shortest: int) -> list[tuple[int, int, int]]:
    """row, first and last column of each dark run that is long enough, from above."""
    height, width = dark.shape
    if width < shortest:
        return []
    count = np.zeros((height, width + 1), np.int32)
    np.cumsum(dark, axis=1, out=count[:, 1:])
    whole = count[:, shortest:] - count[:, :-shortest] == shortest  # where such a run begins
    edges = np.diff(np.pad(whole, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1] + shortest - 1
    return list(zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True))
