"""Plain text → canonical text, as people lay it out: titles with a line below them, tables in columns of spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from rag.sources.canonical import Canonical, Row, clean
from rag.sources.format_lines import HEADING_MAX_CHARS, Line, read_lines
from rag.sources.list_marks import BULLET, ORDERED
from rag.sources.table_heads import headed

ROW_CHARS = 400  # of a line; a longer one is no row that somebody has laid out. Chosen by judgement
_UNDERLINE = re.compile(r"\s{0,3}([=~-])\1{2,}\s*$")
_LEVELS = {"=": 1, "-": 2, "~": 3}
_DRAWN = frozenset("-=_*~ ")
_CELL = re.compile(r"[^ ]+(?: [^ ]+)*")  # two spaces end one
_LEADER = re.compile(r" ?\.{4,} ?")  # "Kertalippu ........ 5 euroa"
_LEAST_ROWS = 2
_SEEN_ROWS = 20  # of a table, to see its columns: more tell nothing new; chosen by judgement


def read_text(text: str) -> Canonical:
    return read_lines(_lines_of(text))


def _lines_of(text: str) -> list[Line]:
    """A form feed counts as an empty line, and so does one that is only drawn."""
    written = [line.expandtabs(4).rstrip() for line in text.split("\n")]
    found: list[Line] = []
    at = 0
    while at < len(written):
        if written[at].startswith("\f"):
            found.append(Line("", at + 1))
        line = written[at].replace("\f", " ")
        if end := _end_of_table(written, at):
            found += [Line("", at + 1, rows=_table(written, at, end)), Line("", end)]
            at = end
        elif level := _title_level(written, at):
            # An element of its own: nothing goes on from it.
            found += [Line(line.strip(), at + 1, element=at + 1, level=level), Line("", at + 2)]
            at += 2
        else:
            said = "" if _is_rule(line) else line
            found.append(Line(said.strip(), at + 1, indent=len(said) - len(said.lstrip())))
            at += 1
    return found


def _title_level(written: Sequence[str], at: int) -> int:
    """That of a line by itself with another drawn below it; 0 for others."""
    below = _UNDERLINE.match(written[at + 1]) if at + 1 < len(written) else None
    said = clean(written[at])
    alone = at == 0 or not clean(written[at - 1])
    if below is None or not alone or not said or len(said) > HEADING_MAX_CHARS or _is_rule(written[at]):
        return 0
    return _LEVELS[below[1]]


def _cells(line: str) -> list[tuple[int, str]]:
    """Where each begins, and what it says."""
    if len(line) > ROW_CHARS or BULLET.match(line.lstrip()) or ORDERED.match(line.lstrip()):
        return []
    spaced = _LEADER.sub(lambda leader: " " * len(leader[0]), line)
    return [(cell.start(), cell[0]) for cell in _CELL.finditer(spaced)]


def _is_row(line: str) -> bool:
    return len(_cells(line)) > 1 and not _is_rule(line) and "|" not in line


def _is_rule(line: str) -> bool:
    return len(line.strip()) > 2 and _DRAWN.issuperset(line)


def _end_of_table(written: Sequence[str], at: int) -> int:
    """Behind the last row of a table that begins here; 0 where none does."""
    if not _is_row(written[at]):
        return 0
    widest = _widest(written, at)
    end, rows = at, 0
    for number in range(at, len(written)):
        line = written[number]
        if _is_row(line) and _fits(_cells(line), widest):
            rows += 1
        elif not _is_rule(line):
            break
        end += 1
    return end if rows >= _LEAST_ROWS else 0


def _widest(written: Sequence[str], at: int) -> list[tuple[int, str]]:
    rows = takewhile(lambda line: _is_row(line) or _is_rule(line), written[at : at + _SEEN_ROWS])
    return max(map(_cells, rows), key=len)


def _fits(cells: Sequence[tuple[int, str]], widest: Sequence[tuple[int, str]]) -> bool:
    """Whether each cell stands below one of the widest row, at its beginning or its end."""
    columns = [_column(start, said, widest) for start, said in cells]
    return None not in columns and len(set(columns)) == len(columns)


def _parted(cells: Sequence[tuple[int, str]], starts: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The cells, one that leaves only one space before the next column in two."""
    for start, said in cells:
        cuts = [at - start for at in starts if 0 < at - start < len(said) and said[at - start - 1] == " "]
        for first, end in pairwise([0, *cuts, len(said)]):
            yield start + first, said[first:end].rstrip()


def _column(start: int, said: str, widest: Sequence[tuple[int, str]]) -> int | None:
    for number, (place, words) in enumerate(widest):
        if abs(start - place) <= 1 or start + len(said) == place + len(words):
            return number
    return None


def _table(written: Sequence[str], at: int, end: int) -> tuple[Row, ...]:
    rows = [line for line in written[at:end] if _is_row(line)]
    widest = _widest(written, at)
    read = []
    for row in rows:
        words = [""] * len(widest)
        for start, said in _parted(_cells(row), [start for start, _ in widest]):
            if (column := _column(start, said, widest)) is not None:
                words[column] = said
        read.append(words)
    if end > at + 1 and _is_rule(written[at + 1]):  # drawn below the names
        return tuple(Row(words, header=number == 0) for number, words in enumerate(read))
    return headed(read)
