"""Tables of a PDF page whose cells drawn lines part, and what any table of a PDF is: rows at a place.

pdfplumber finds the cells between the lines; what stands in them is known from the page.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from rag.sources.canonical import Row, clean
from rag.sources.format_lines import join
from rag.sources.pdf_frames import missing_sides
from rag.sources.pdf_page import Rule, Run, SeenPage
from rag.sources.table_heads import headed

SAME_PLACE = 3.0  # points that columns of one table may differ by from page to page
_SNAP = 3.0  # points between lines that are meant as one; pdfplumber's own default
# On one page; finding cells takes quadratic time: a second for 4,000 crossings.
_MAX_LINES = 600
_MAX_CROSSINGS = 4000
CELL_MAX_CHARS = 400  # of a table without a frame: more is text beside a heading in the margin, or beside a line
_FILLED = 0.1  # of its cells; squared paper has fewer words


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table and its place, in points from the page's upper left corner; columns: their left edges; runs: what stands
    in its cells, on its last page; named: bold type or tags tell which rows name its columns, not their words alone."""

    page: int
    left: float
    right: float
    top: float
    bottom: float
    columns: tuple[float, ...]
    rows: tuple[Row, ...]
    runs: frozenset[Run]
    named: bool = False

    def holds(self, run: Run) -> bool:
        return run in self.runs

    def goes_on_in(self, other: PlacedTable) -> bool:
        """Whether both are parts of one table: as many columns at the same places, and the second has no names of its
        own."""
        heads = [row.cells for row in self.rows if row.header]
        return (
            len(self.columns) == len(other.columns)
            and all(abs(own - their) <= SAME_PLACE for own, their in zip(self.columns, other.columns, strict=True))
            and not (other.named and any(_names(row) and row.cells not in heads for row in other.rows))
        )

    def with_rows_of(self, other: PlacedTable) -> PlacedTable:
        """Both as one; heads that are repeated on the next page stand once, a row that the page divides is one."""
        heads = [row.cells for row in self.rows if row.header]
        rows = [row if not heads else replace(row, header=False) for row in other.rows if row.cells not in heads]
        own = list(self.rows)
        first = rows[0].cells if rows else ()
        if first and not own[-1].header and not first[0] and any(first):
            if self._goes_down(first):
                for number, row in enumerate(rows):
                    if row.cells[0] or not all(row.cells[1:]):
                        break
                    rows[number] = replace(row, cells=[own[-1].cells[0], *row.cells[1:]])
            else:
                cells = [_join(said, rest) for said, rest in zip(own[-1].cells, first, strict=False)]
                own[-1] = replace(own[-1], cells=cells)
                rows = rows[1:]
        return replace(self, rows=(*own, *rows), runs=other.runs)

    def _goes_down(self, cells: Sequence[str]) -> bool:
        """Whether the last row's label also stands for a row without one on the next page, as a cell over both does:
        all other cells say something, and none of the cells above had to break off."""
        if len(cells) < 3 or not all(cells[1:]) or not all(self.rows[-1].cells):
            return False
        ends = [*self.columns[1:], self.right]
        for column in range(1, len(cells)):
            inside = [run for run in self.runs if self.columns[column] - 1 <= run.left < ends[column] - 1]
            if not inside:
                return False
            foot = max(run.foot for run in inside)
            last = max((run for run in inside if run.foot == foot), key=lambda run: run.right)
            letter = (last.right - last.left) / len(last.text.strip())
            if ends[column] - last.right <= (1 + len(cells[column].split()[0])) * letter:
                return False
        return True


def _names(row: Row) -> bool:
    """Whether it is a head over several columns; one cell alone is a title between rows, figures in bold are a sum."""
    figures = any(char.isdigit() for cell in row.cells for char in cell)
    return row.header and not figures and sum(map(bool, map(clean, row.cells))) > 1


def ruled_tables(page: SeenPage, words: Collection[str]) -> list[PlacedTable]:
    """Those between drawn lines, from above; one row alone may be a frame around texts. words: as
    rag.sources.format_lines.join needs them."""
    if len(page.rules) < 4:
        return []
    lines = merge_edges([_edge(rule) for rule in page.rules], _SNAP, _SNAP, _SNAP, _SNAP)
    if len(lines) > _MAX_LINES:
        return []
    drawn = [(each["orientation"], Rule(each["x0"], each["top"], each["x1"], each["bottom"])) for each in lines]
    lying, upright = ([rule for way, rule in drawn if way == wanted] for wanted in "hv")
    sides, grids = missing_sides(lying, upright)
    lines = merge_edges([*lines, *map(_edge, sides)], _SNAP, _SNAP, _SNAP, _SNAP) if sides else lines
    crossings = edges_to_intersections(lines, _SNAP, _SNAP)
    if len(crossings) > _MAX_CROSSINGS:
        return []
    found = cells_to_tables(intersections_to_cells(crossings))
    placed = (_placed(page, [_Box(*map(float, cell)) for cell in cells], words) for cells in found)
    return [table for table in placed if table is not None and not _is_page(table, grids)]


def _is_page(table: PlacedTable, grids: Sequence[Rule]) -> bool:
    """Whether lines without a frame part the text of a page, and no cells."""
    open_ = any(abs(grid.left - table.left) <= _SNAP and abs(grid.top - table.top) <= _SNAP for grid in grids)
    return open_ and any(len(cell) > CELL_MAX_CHARS for row in table.rows for cell in row.cells)


def _edge(rule: Rule) -> dict[str, Any]:
    lying = rule.right - rule.left > rule.bottom - rule.top
    return {
        "x0": rule.left,
        "x1": rule.right,
        "top": rule.top,
        "bottom": rule.bottom,
        "doctop": rule.top,
        "width": rule.right - rule.left,
        "height": rule.bottom - rule.top,
        "orientation": "h" if lying else "v",
    }


def _placed(page: SeenPage, boxes: Sequence[_Box], vocabulary: Collection[str]) -> PlacedTable | None:
    edges, tops = sorted({box.left for box in boxes}), sorted({box.top for box in boxes})
    if len(edges) < 2:
        return None  # a frame around text
    across = [[box for box in boxes if box.top <= top < box.bottom] for top in tops]
    words: dict[_Box, str] = {}
    inside: defaultdict[_Box, list[Run]] = defaultdict(list)
    for run in page.runs:
        near = across[max(bisect_right(tops, run.height) - 1, 0)]
        box = next((each for each in near if each.covers(run.middle, run.height)), None)
        if box is not None:
            inside[box].append(run)
    for box, runs in inside.items():
        words[box] = lines_of(runs, vocabulary)
    lowest = {top: min(box.bottom for box in boxes if box.top == top) for top in tops}
    rows: list[list[str]] = []
    bold: list[bool] = []
    tagged: list[bool] = []  # as heads
    spread = False  # whether a cell of the first row covers several columns, and not all
    for top, near in zip(tops, across, strict=True):
        middle = (top + lowest[top]) / 2  # a cell may reach into rows below
        covering = [next((box for box in near if box.covers(edge + 1, middle)), None) for edge in edges]
        own = [box for box in near if box.top == top]
        if len(set(covering)) == 1:
            covering = covering[:1] + [None] * (len(edges) - 1)  # over the whole width: said once
        elif not rows:
            spread = len({box for box in covering if box}) < sum(box is not None for box in covering)
        rows.append([words.get(box, "") if box is not None else "" for box in covering])
        shown = [run for box in own for run in inside[box]]
        bold.append(bool(shown) and all(run.bold for run in shown))
        tagged.append(bool(shown) and all(run.tag.kind == "TH" for run in shown))
    if len(words) < _FILLED * len(boxes):
        return None
    told = tagged if any(tagged) else bold
    found = headed(rows, told, spread)
    return PlacedTable(
        page.number,
        edges[0],
        max(box.right for box in boxes),
        tops[0],
        max(box.bottom for box in boxes),
        tuple(edges),
        found,
        frozenset(run for runs in inside.values() for run in runs),
        are_named(found, told),
    )


def are_named(rows: Sequence[Row], told: Sequence[bool]) -> bool:
    """Whether type or tags tell which rows name the columns. told: of each row."""
    return any(row.header and sign for row, sign in zip(rows, told, strict=True)) and not all(told)


def lines_of(runs: Sequence[Run], words: Collection[str]) -> str:
    """A cell's runs, line by line as the page has them, joined as a sentence's lines are."""
    whole, foot = "", None
    for run in runs:
        said = clean(run.text)
        if foot is not None and abs(run.foot - foot) < 1.0:
            whole = f"{whole} {said}".strip()
        else:
            whole = _join(whole, said, words)
        foot = run.foot
    return whole


def _join(before: str, after: str, words: Collection[str] = ()) -> str:
    return join(before, after, words) if before and after else before or after
