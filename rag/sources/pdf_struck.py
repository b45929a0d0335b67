"""Which letters of a PDF page are struck out: a thin line that lies runs through them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol, TypeVar

# Chosen by judgement, on what Word, LibreOffice and browsers draw: at 0.22 to 0.35 of the type's size above the foot.
_LOWEST, _HIGHEST = 0.15, 0.5  # of the type's size above its foot; lines below words and between rows lie further off
_FEWEST = 2  # letters; one alone is a sign that is drawn in two parts
_COVERED = 0.5  # of the line's length, that its letters take; a line of a chart runs on between its labels


class Place(Protocol):
    """What a letter says of its place, in the file's points: where it begins and ends along its line, where that
    stands, and the size of its type."""

    @property
    def left(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def foot(self) -> float: ...
    @property
    def size(self) -> float: ...


_Letter = TypeVar("_Letter", bound=Place)


def struck(letters: Sequence[_Letter], lines: Sequence[tuple[float, float, float]]) -> list[_Letter]:
    """The letters that are struck out. lines: those that lie, each as its height, and where it begins and ends."""
    lines = sorted(lines)
    heights = [height for height, _, _ in lines]
    rows: defaultdict[tuple[float, float], list[_Letter]] = defaultdict(list)
    for letter in letters:
        rows[letter.foot, letter.size].append(letter)
    found: list[_Letter] = []
    for (foot, size), row in rows.items():
        first, end = bisect_left(heights, foot + _LOWEST * size), bisect_right(heights, foot + _HIGHEST * size)
        for _, left, right in lines[first:end]:
            through = [letter for letter in row if left <= (letter.left + letter.right) / 2 <= right]
            taken = sum(letter.right - letter.left for letter in through)
            if len(through) >= _FEWEST and taken >= _COVERED * (right - left):
                found += through
    return found
