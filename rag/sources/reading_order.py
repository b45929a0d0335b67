"""In which order the boxes of a slide are read: one column after the other where boxes stand beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

PAIRED_ROWS = 3  # from so many on boxes beside their like are rows. Chosen by judgement
MAX_DEPTH = 20  # of columns within bands; real slides have three. Chosen by judgement
_OVERLAP = 0.1  # of the smaller of two boxes: what people place by hand lies over its neighbour. Chosen by judgement
_LABELS = 0.5  # a first column narrower than this share of another has the names of rows. Chosen by judgement


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box lies, in any unit. number: its own among all."""

    number: int
    left: float
    top: float
    width: float
    height: float


def reading_order(boxes: Sequence[Box], depth: int = 0) -> list[int]:
    """The numbers of the boxes as someone reads them: bands from top to bottom, in each the columns from left to right.
    A heading stands above the text of its own column, not beside that of the next."""
    if depth == MAX_DEPTH:
        return [box.number for box in sorted(boxes, key=_place)]
    order: list[int] = []
    for columns in _bands(boxes):
        if cards := _cards(columns):
            order += [box.number for card in cards for box in card]
        elif _pair_up(columns):
            order += [box.number for box in sorted((each for column in columns for each in column), key=_place)]
        elif len(columns) > 1:
            order += [number for column in columns for number in reading_order(column, depth + 1)]
        else:
            order += [box.number for box in sorted(columns[0], key=_place)]
    return order


def _place(box: Box) -> tuple[float, float]:
    return box.top, box.left


def _pair_up(columns: Sequence[Sequence[Box]]) -> bool:
    """Whether the boxes of the columns stand in rows, each beside its like: names and their values. Two rows may be
    headings and what stands below each."""
    rows = [sorted(column, key=_place) for column in columns]
    if len(rows) < 2 or len({len(row) for row in rows}) > 1 or len(rows[0]) < PAIRED_ROWS:
        return False
    beside = (pair for row in rows[1:] for pair in zip(rows[0], row, strict=True))
    return all(abs(one.top - other.top) < one.height / 4 for one, other in beside)


def _cards(columns: Sequence[Sequence[Box]]) -> list[Sequence[Box]]:
    """The cards of a grid, row by row: each a low box and what stands right below it, nearer than the next card; none
    where the boxes lie otherwise."""
    rows = [sorted(column, key=_place) for column in columns]
    if not _pair_up(columns) or len(rows[0]) % 2:
        return []
    for column in rows:
        for at in range(0, len(column), 2):
            head, below = column[at : at + 2]
            within = below.top - head.top - head.height
            apart = column[at + 2].top - below.top - below.height if at + 2 < len(column) else None
            if head.height >= below.height or (apart is not None and within >= apart):
                return []
    return [column[at : at + 2] for at in range(0, len(rows[0]), 2) for column in rows]


def _bands(boxes: Sequence[Box]) -> list[list[list[Box]]]:
    """The bands of a slide from top to bottom, each as its columns; those with the same columns are one band."""
    bands: list[list[list[Box]]] = []
    above: list[Box] = []  # the outlines of the last band's columns
    for band in _parted(boxes, _down):
        columns = _parted(band, _across)
        outlines = [_outline(0, column) for column in columns]
        pairs = _parted([*above, *(replace(outline, number=1) for outline in outlines)], _across)
        joined = [_outline(0, pair) for pair in pairs]
        same = all(sorted(box.number for box in pair) == [0, 1] for pair in pairs)
        if len(columns) > 1 and same and not _are_rows(joined):
            for column, below in zip(bands[-1], columns, strict=True):
                column += below
            above = joined
        else:
            bands.append(columns)
            above = outlines
    return bands


def _outline(number: int, boxes: Sequence[Box]) -> Box:
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.left + box.width for box in boxes), max(box.top + box.height for box in boxes)
    return Box(number, left, top, right - left, bottom - top)


def _are_rows(columns: Sequence[Box]) -> bool:
    """Whether each row has its name in a narrow first column."""
    return columns[0].width < _LABELS * max(column.width for column in columns[1:])


def _down(box: Box) -> tuple[float, float]:
    return box.top, box.height


def _across(box: Box) -> tuple[float, float]:
    return box.left, box.width


def _parted(boxes: Sequence[Box], place: Callable[[Box], tuple[float, float]]) -> list[list[Box]]:
    """The boxes in groups between which nothing lies. place: where a box begins, and how far it goes."""
    groups: list[list[Box]] = []
    end = narrowest = 0.0
    for box in sorted(boxes, key=lambda each: place(each)[0]):
        start, extent = place(box)
        if groups and start < end - _OVERLAP * min(narrowest, extent):
            groups[-1].append(box)
            end, narrowest = max(end, start + extent), min(narrowest, extent)
        else:
            groups.append([box])
            end, narrowest = start + extent, extent
    return groups
