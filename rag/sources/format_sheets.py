"""Spreadsheets (.xlsx) and comma-separated values (.csv) → canonical text: each sheet a section, each row with the
heads of its columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from io import BytesIO, StringIO
from itertools import groupby, islice, takewhile
from typing import Any
from zipfile import ZipFile

import openpyxl
from lxml import etree
from openpyxl.cell import Cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from rag.errors import UnreadableSource
from rag.language.permissions import permission_in_cell
from rag.sources.canonical import Canonical, Row, clean, is_sentence, raised
from rag.sources.format_lines import HEADING_MAX_CHARS
from rag.sources.office import DAMAGED, damaged, refuse_bomb
from rag.sources.sheet_values import shown
from rag.sources.table_heads import comes_back, heads_of
from rag.types import LANGUAGES

MAX_CELLS = 200_000  # a bound on memory and time
_TAKEN = "\u200b"  # no word, and no empty cell: what is beside a struck-out cell stays in its row
_SHEET = re.compile(r"xl/worksheets/[^/]{1,99}\.xml")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DELIMITERS = ";,\t|"
_TOLD_DELIMITER = re.compile(r'"?sep=([^\w\s"]|\t)"?[;,]{0,99}(?:\n|$)', re.IGNORECASE)
_NUMBER = re.compile(r"[-−+]?\d[\d\s.,]*(?:%|€)?")
_SEEN_ROWS = 20  # of a table, to see which name its columns: more tell nothing new; chosen by judgement
_KIND_CHARS, _UNIT_CHARS = 40, 12  # of a value with figures, and of what is left without them; chosen by judgement
_FIGURE = re.compile(r"\d+(?: \d{3})*(?:[.,]\d{1,2}(?![\d.,]))?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEADING_ZERO = re.compile(r"0\d")
_BARE = re.compile(r"[-−+]?0?#|####")  # a figure without a unit, as _kind_of has it
_LEAST_COLUMNS = 3  # of a table that goes on behind an empty row: two may be any names and what is said of them
_MOST_GAPS = 20  # empty columns; where there are more, a sheet is a drawing; chosen by judgement


def read_xlsx(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: damaged, too_large."""
    canonical = Canonical()
    try:
        refuse_bomb(data, file)
        canonical.lose("formula without value", _uncalculated(data))
        book = openpyxl.load_workbook(BytesIO(data), data_only=True, rich_text=True)  # what formulas came to
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                canonical.lose("hidden text", _cells_in(sheet))
                continue
            if (sheet.max_row or 0) * (sheet.max_column or 0) > MAX_CELLS:
                what = f"the sheet '{sheet.title}' has more than {MAX_CELLS:,} cells; keep what people read"
                raise UnreadableSource(file, "too_large", what)
            comments = (cell.comment for row in sheet.iter_rows() for cell in row)
            canonical.lose("hidden text", sum(len(clean(each.text)) for each in comments if each))
            canonical.heading(sheet.title, 2)
            add_rows(canonical, list(_rows_of(sheet, canonical)))
    except (*DAMAGED, InvalidFileException) as error:
        raise damaged("Excel", file, error) from error
    return canonical


def read_csv(text: str) -> Canonical:
    """A first line "sep=;" is no value: Excel writes it to say what parts the cells."""
    canonical = Canonical()
    told = _TOLD_DELIMITER.match(text)
    text = text[told.end() :] if told else text
    delimiter = told[1] if told else _delimiter(text[:20_000])
    rows = [[clean(cell) for cell in row] for row in csv.reader(StringIO(text), delimiter=delimiter)]
    add_rows(canonical, [SheetRow(row) for row in rows])
    canonical.title = _title_of(rows)
    return canonical


def _title_of(rows: Sequence[Sequence[str]]) -> str:
    """What a first line by itself says above a table; "" where there is none."""
    first = next((row for row in rows if any(row)), ())
    title = first[0] if first and not any(first[1:]) else ""
    short = 0 < len(title) <= HEADING_MAX_CHARS and not title.endswith(":") and not is_sentence(title)
    return title if short and any(sum(map(bool, row)) > 1 for row in rows) else ""


def _delimiter(sample: str) -> str:
    """What parts most rows into the same number of cells, more than one: some rows have fewer. The standard library's
    sniffer finds none where rows differ."""

    def alike(delimiter: str) -> int:
        sizes = Counter(len(row) for row in csv.reader(StringIO(sample), delimiter=delimiter) if len(row) > 1)
        return max(sizes.values(), default=0)

    return max(_DELIMITERS, key=alike)


def _uncalculated(data: bytes) -> int:
    """How many formulas have no value: what no spreadsheet program has opened since it was written by another."""
    count = 0
    with ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if not _SHEET.fullmatch(name):
                continue
            walk: Any = etree.iterparse(archive.open(name), tag=(_MAIN + "c", _MAIN + "row"), resolve_entities=False)
            for _, element in walk:
                if element.tag == _MAIN + "row":
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
                elif element.find(_MAIN + "f") is not None:
                    # What comes to no words at all has an empty value, and says that it is a text.
                    count += not element.findtext(_MAIN + "v") and element.get("t") != "str"
    return count


def _cells_in(sheet: Worksheet) -> int:
    return sum(len(clean(_said(cell))) for row in sheet.iter_rows() for cell in row if isinstance(cell, Cell))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row's words, those of a merged cell in all columns that it covers, in those of all columns once. bold: whether
    all of them are; whole: whether it is one cell over all columns, or nothing but one over several; names: whether it
    names the columns, as a row of tables beside each other does."""

    words: Sequence[str]
    bold: bool = False
    whole: bool = False
    names: bool = False


def _rows_of(sheet: Worksheet, canonical: Canonical) -> Iterator[SheetRow]:
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    whole_rows: set[int] = set()
    for block in sheet.merged_cells.ranges:
        first = (block.min_row, block.min_col)
        whole = block.max_col - block.min_col + 1 >= (sheet.max_column or 1)
        if whole and block.min_row == block.max_row and block.max_col > block.min_col:
            whole_rows.add(block.min_row)
        for row in range(block.min_row, block.max_row + 1):
            for column in range(block.min_col, block.max_col + 1):
                if not whole or column == block.min_col:  # over the whole width: said once
                    merged[row, column] = first
    hidden = _hidden_columns(sheet)
    columns = [number for number in range(1, (sheet.max_column or 0) + 1) if number not in hidden]
    for row in range(1, (sheet.max_row or 0) + 1):
        cells = [sheet.cell(*merged.get((row, column), (row, column))) for column in columns]
        words = [_in_force(cell, canonical) for cell in cells]
        if sheet.row_dimensions[row].hidden:
            canonical.lose("hidden text", sum(len(clean(each)) for each in words))
            continue
        bold = [bool(cell.font and cell.font.b) for cell, said in zip(cells, words, strict=True) if clean(said)]
        said = [(cell.row, cell.column) for cell, word in zip(cells, words, strict=True) if clean(word)]
        alone = len(said) > 1 and len(set(said)) == 1 and clean(words[0]) != ""
        if alone:  # a title that lies over some of the columns only
            words = [words[0], *[""] * (len(words) - 1)]
        yield SheetRow(words, bool(bold) and all(bold), alone or row in whole_rows)


def _hidden_columns(sheet: Worksheet) -> set[int]:
    """One entry may stand for several columns side by side."""
    hidden: set[int] = set()
    for letter, dimension in sheet.column_dimensions.items():
        if dimension.hidden:
            first = dimension.min or openpyxl.utils.column_index_from_string(letter)
            hidden |= set(range(first, min(dimension.max or first, sheet.max_column or first) + 1))
    return hidden


def _in_force(cell: Cell, canonical: Canonical) -> str:
    """What a cell says, without what is struck out, which is told."""
    said = _said(cell)
    if said and cell.font is not None and cell.font.strike:
        canonical.lose("struck out", len(clean(said)))
        return _TAKEN
    if not isinstance(cell.value, CellRichText):
        return said
    words = ""
    for part in cell.value:
        if isinstance(part, str):
            words += part
        elif part.font.strike:
            canonical.lose("struck out", len(clean(part.text)))
        else:
            words += raised(part.text) if part.font.vertAlign == "superscript" else part.text
    return words


def _said(cell: Cell) -> str:
    value = cell.value
    if isinstance(value, bool | int | float | date | time | timedelta):
        return shown(value, cell.number_format)
    return "" if value is None else str(value)


def add_rows(canonical: Canonical, rows: Sequence[SheetRow]) -> None:
    """Tables, as empty rows part them, and empty columns where each has names of its own."""
    runs = [(filled, list(run)) for filled, run in groupby(rows, lambda row: any(_filling(row)))]
    block: list[SheetRow] = []
    table: list[SheetRow] = []  # the first rows of the table that the block ends with
    gap = 0
    above: _Table | None = None
    for filled, run in runs:
        if not filled:
            gap = len(run)
        elif block and gap == 1 and _goes_on(table, run):
            block += run
        else:
            above = _add_blocks(canonical, block, above)
            block, table = run, list(takewhile(_has_several, reversed(run)))[::-1][:_SEEN_ROWS]
    _add_blocks(canonical, block, above)


def _add_blocks(canonical: Canonical, rows: Sequence[SheetRow], above: _Table | None) -> _Table | None:
    """above: the table before; the last one is given back."""
    for part in _beside_each_other(rows, canonical) if rows else ():
        above = _add_block(canonical, part, above)
    return above


def _goes_on(above: Sequence[SheetRow], below: Sequence[SheetRow]) -> bool:
    """Whether a table goes on behind an empty row: what follows fills its columns alone, is not set off, and begins
    with a value of the kinds above, or, where it looks like no names, with a yes or no in the same column. above: its
    first rows."""
    names = _names(above)
    if not names or (below[0].bold and not above[-1].bold):
        return False
    columns = _columns_of(above[0])
    if len(columns) < _LEAST_COLUMNS or not all(_has_several(row) and _columns_of(row) <= columns for row in below):
        return False
    table = _Table(titled=False)
    table.rows = list(above)
    decides = not _names(below[:_SEEN_ROWS]) and _deciding(above[names:]) & _deciding(below[:1])
    return table.holds(below[0]) or bool(decides)


def _deciding(rows: Sequence[SheetRow]) -> set[int]:
    """The columns in which a cell says yes, no or on what condition."""
    cells = ((column, clean(word)) for row in rows for column, word in enumerate(row.words) if column)
    return {column for column, said in cells if said and _decides(said)}


def _decides(said: str) -> bool:
    return any(permission_in_cell(said, language).verdict for language in LANGUAGES)


def _columns_of(row: SheetRow) -> set[int]:
    """The columns in which it has words."""
    return {column for column, word in enumerate(row.words) if word == _TAKEN or clean(word)}


def _beside_each_other(rows: Sequence[SheetRow], canonical: Canonical) -> Iterator[Sequence[SheetRow]]:
    """The tables that an empty column parts, from left to right: one whose values say what is at the left of the gap is
    no table of its own. Where both have as many rows, it is told that they may be one."""
    width = max(len(row.words) for row in rows)
    used = [False] * width
    for row in rows:
        for column, word in enumerate(row.words):
            used[column] = used[column] or bool(word and (word == _TAKEN or clean(word)))
    gaps = [column for column in range(1, width - 1) if used[column - 1] and not used[column]]
    first = 0
    for gap in gaps if len(gaps) <= _MOST_GAPS else []:
        after = next((column for column in range(gap, width) if used[column]), width)
        if gap - first < 2 or width - after < 2:
            continue
        left, right = (_columns(rows, start, end) for start, end in ((first, gap), (after, width)))
        of_left, of_right = _labels_of(left), _labels_of(right)
        labelled = of_left > 1 and of_right > 1 and _names(_of_several(rows)) == 1
        if labelled and _has_several(left[0]) and _has_several(right[0]):
            rows = [replace(rows[0], names=True), *rows[1:]]
            left = [replace(left[0], names=True), *left[1:]]
        if left[0].names or _stand_apart(left, right):
            canonical.lose("rows apart", of_right if of_left == of_right else 0)
            yield [row for row in left if any(_filling(row))]
            first = after
    yield [row for row in _columns(rows, first, width) if any(_filling(row))] if first else rows


def _labels_of(rows: Sequence[SheetRow]) -> int:
    """How many rows below the first have a label in their first column, where all that have words do: words that each
    stand once, and no value says them. 0 where it is no column of labels."""
    filled = [row for row in rows[1:] if any(_filling(row))]
    labels = [clean(row.words[0]) for row in filled]
    values = any(not label or any(map(str.isdigit, label)) or "@" in label for label in labels)
    return 0 if values or len(set(labels)) < len(labels) or any(map(_decides, labels)) else len(labels)


def _columns(rows: Sequence[SheetRow], first: int, end: int) -> list[SheetRow]:
    return [replace(row, words=row.words[first:end]) for row in rows]


def _stand_apart(left: Sequence[SheetRow], right: Sequence[SheetRow]) -> bool:
    """Whether two tables begin with the same name, or with a title each. In a row that is empty at the left, a value
    may belong to the row above."""
    sizes = [(len(_filled(one)), len(_filled(other))) for one, other in zip(left, right, strict=True)]
    names = next((number for number, (one, other) in enumerate(sizes) if one > 1 and other > 1), None)
    if names is None:
        return False
    firsts = [[clean("".join(row.words[:1])) for row in side[: names + 1]] for side in (left, right)]
    titled = names > 0 and all(map(all, firsts)) and all(size == (1, 1) for size in sizes[:names])
    return titled or firsts[0][-1] == firsts[1][-1] != ""


def _add_block(canonical: Canonical, rows: Sequence[SheetRow], above: _Table | None) -> _Table | None:
    """A row of one cell alone is a paragraph, within a table the title of what is below it where it looks so, and a row
    like others where the table surely goes on below it. above: the table before; the last one is given back."""
    several = [_has_several(row) for row in rows]
    table: _Table | None = None
    went_on = 0  # to which row: what is decided of one cell alone is so of all above the same row
    for number, row in enumerate(rows):
        if several[number]:
            table = table or _Table(titled=number > 0)
            table.rows.append(row)
            continue
        if table is not None and _is_title(rows[number : number + 2]):
            table.rows.append(replace(row, whole=True))
            continue
        if table is not None and table.first_column in _columns_of(row):
            if number >= went_on:
                went_on = next((at for at in range(number, len(rows)) if several[at]), len(rows))
                if not table.goes_on(rows[went_on : went_on + _SEEN_ROWS]):
                    went_on = 0
            if went_on:
                table.rows.append(row)
                continue
        if table is not None:
            table.add_to(canonical, above)
            above, table, went_on = table, None, 0
        if (said := _filled(row)[0]) != _TAKEN:
            canonical.paragraph(said)
    if table is not None:
        table.add_to(canonical, above)
    return table or above


def _filled(row: SheetRow) -> list[str]:
    return list(_filling(row))


def _filling(row: SheetRow) -> Iterator[str]:
    for word in row.words:
        if said := word if word == _TAKEN else clean(word):
            yield said


def _has_several(row: SheetRow) -> bool:
    """Whether more than one cell is filled; a wide row is not looked at to its end."""
    return len(list(islice(_filling(row), 2))) > 1


def _is_title(rows: Sequence[SheetRow]) -> bool:
    """Whether the first row, of one cell alone, is the title of the one below: it is one cell over all columns, or bold
    in the first one, and that is no row of names, with which another table begins."""
    if len(rows) < 2 or len(_filled(rows[0])) != 1 or len(_filled(rows[1])) < 2 or rows[1].bold:
        return False
    return bool(clean(rows[0].words[0])) and (rows[0].whole or rows[0].bold)


class _Table:
    """The rows of a table so far, and what its columns hold. titled: a row of one cell alone stands above it."""

    def __init__(self, titled: bool) -> None:
        self.rows: list[SheetRow] = []
        self.columns: set[int] = set()  # of one that has been added, and has names
        self._titled = titled
        self._names: int | None = None  # of its first rows, those that name the columns
        self._seen = 0  # rows whose kinds are known
        self._kinds: dict[int, set[str]] = {}
        self._units: set[str] = set()

    @property
    def first_column(self) -> int:
        """In which its rows have their labels."""
        return min(min(_columns_of(row)) for row in self.rows[:_SEEN_ROWS])

    def goes_on(self, later: Sequence[SheetRow]) -> bool:
        """Whether what follows a cell alone, from the next row of several cells on, is of this table: right below its
        names what has none of its own, else what has values of the same kind as above. Where no column has a name,
        nothing is lost where it ends, and the title of a part must not stand above the next one."""
        if not later:
            return False
        if self._names is None:
            above = _of_several(self.rows[:_SEEN_ROWS])
            run = list(takewhile(_has_several, later))
            names = _names([*above, *run])
            figures = any(map(str.isdigit, "".join(later[0].words[1:])))
            if names and names >= len(above) and (figures or not _names(_of_several(later))):
                self._names = len(above)
                return True
            self._names = _names(above)
        if (later[0].bold and not self.rows[-1].bold) or (self._titled and not self._names):
            return False
        self._look()
        return self._holds(later[0])

    def holds(self, row: SheetRow) -> bool:
        """Whether a row has values of the kinds above."""
        self._names = _names(_of_several(self.rows[:_SEEN_ROWS]))
        self._look()
        return self._holds(row)

    def _look(self) -> None:
        for row in self.rows[max(self._names or 0, 1, self._seen) :]:
            for column, said in enumerate(row.words):
                if column and (kind := _kind_of(clean(said))):
                    self._kinds.setdefault(column, set()).add(kind)
                    if _has_unit(kind):
                        self._units.add(kind)
        self._seen = len(self.rows)

    def _holds(self, row: SheetRow) -> bool:
        """Whether a word stands in the same column above, or a number with the same unit anywhere; numbers without one,
        which many tables have, must all be such as stand in their columns. Where nothing is named, only words tell."""
        bare: list[bool] = []
        for column, said in enumerate(row.words):
            kind = _kind_of(clean(said))
            if not column or not kind:
                continue
            known = kind in self._kinds.get(column, ())
            if not self._names and "#" in kind:
                continue
            if kind in self._units or (known and not _BARE.fullmatch(kind)):
                return True
            if "#" in kind:
                bare.append(known)
        return bool(bare) and all(bare)

    def add_to(self, canonical: Canonical, above: _Table | None) -> None:
        """Where it has no names and its columns are those of a table above that has, its rows may have come apart from
        it, which is told."""
        names = _names(_of_several(self.rows))
        columns = set().union(*map(_columns_of, self.rows))
        if not names and above is not None and above.columns >= columns and len(columns) >= _LEAST_COLUMNS:
            canonical.lose("rows apart", len(self.rows))
        self.columns = columns if names else set()
        canonical.table(
            [Row(row.words, header=number < names, whole=row.whole) for number, row in enumerate(self.rows)]
        )


def _has_unit(kind: str) -> bool:
    return "#" in kind and not _BARE.fullmatch(kind)


def _of_several(rows: Sequence[SheetRow]) -> list[SheetRow]:
    return [row for row in rows if _has_several(row)]


def _kind_of(word: str) -> str:
    """What a value is like: a figure with its unit ("# €", "#–#"), else the value itself. "" for none.

    Years are apart from other figures, which no column has for its name, and so are numbers that begin with a zero, as
    those of a telephone do.
    """
    if not any(map(str.isdigit, word[:_KIND_CHARS])) or len(word) > _KIND_CHARS:
        return word
    if _YEAR.fullmatch(word):
        return "####"
    kind = ("0" if _LEADING_ZERO.match(word) else "") + _FIGURE.sub("#", word)
    return kind if len(kind) <= _UNIT_CHARS else word


def _names(rows: Sequence[SheetRow]) -> int:
    """How many of the first rows name the columns."""
    told = len(list(takewhile(lambda row: row.names, rows)))
    if told or not rows:
        return told
    used = sorted(set().union(*map(_columns_of, rows)))
    words = [[row.words[column] if column < len(row.words) else "" for column in used] for row in rows]
    if len(used) == 2 and any(clean(row[0]).endswith(":") for row in words):  # what is said of the names before it
        return 0
    names = heads_of(words, [row.bold for row in rows])
    if not names and len(rows) > 1:
        # In a sheet names may have figures ("Tila 2026"); two columns have names where a number stands below them.
        first = [clean(word) for word in words[0]]
        said = [word for word in first if word]
        plain = len(set(said)) == len(said) and not any(map(_NUMBER.fullmatch, said))
        numbers = any(_NUMBER.fullmatch(clean(word)) for word in words[1])
        several = len(said) > 2 or numbers or _are_names_of_values(first, words[1:])
        names = int(plain and not comes_back(first, words[1:]) and several)
    return names


def _are_names_of_values(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether two columns have names though no number tells it: a word each, with a capital letter where no value of
    the second one has any."""
    values = [clean(row[1]) for row in below if clean(row[1])]
    words = len(first) == 2 and all(len(name.split()) == 1 and name[0].isupper() for name in first)
    return words and bool(values) and all(value[0].islower() for value in values)
