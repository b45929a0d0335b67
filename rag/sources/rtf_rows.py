"""Rows of RTF's tables: their cells have only right edges, and marks of what they are merged with."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

MAX_COLUMNS = 64  # Word has one fewer
_SAME_EDGE = 40  # twips, a 36th of an inch; chosen by judgement


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row says of one of its cells. edge: its right one, in twips; below, beside: merged with the one above it,
    or before it."""

    edge: int
    below: bool = False
    beside: bool = False

    def written(self) -> str:
        return f"{self.edge}{'v' if self.below else ''}{'h' if self.beside else ''}"

    @classmethod
    def read(cls, written: str) -> Cell:
        return cls(int(written.rstrip("vh")), "v" in written, "h" in written)


def in_columns(rows: Sequence[tuple[Sequence[str], Sequence[Cell]]]) -> list[list[str]]:
    """The words of each row, those of a merged cell in each row and column that it covers; over all columns once.

    rows: the words of a table's cells, and what its rows say of them; where that is of another number, or has no
    edges that grow, the words alone count.
    """
    edges = _edges([cell.edge for _, cells in rows for cell in cells])
    read: list[list[str]] = []
    for words, cells in rows:
        placed = [cell.edge for cell in cells]
        if len(cells) != len(words) or placed != sorted(set(placed)) or len(edges) > MAX_COLUMNS:
            read.append(list(words))
            continue
        above = read[-1] if read else []
        row: list[str] = []
        said, alone = "", sum(not cell.beside for cell in cells) == 1
        for cell, own in zip(cells, words, strict=True):
            end = bisect_left(edges, cell.edge - _SAME_EDGE) + 1
            if cell.below:
                said = above[len(row)] if len(row) < len(above) else own
            elif not cell.beside:
                said = own
            width = max(end - len(row), int(bool(own)))
            row += [said] + [""] * (width - 1) if alone else [said] * width
        read.append(row)
    return read


def _edges(edges: Sequence[int]) -> list[int]:
    """Those of the columns, in order; what lies nearly at the same place is one."""
    found: list[int] = []
    for edge in sorted(edges):
        if not found or edge - found[-1] > _SAME_EDGE:
            found.append(edge)
    return found
