"""Spreadsheets (.xlsx) and comma-separated values (.csv) → canonical text: each sheet a section, each row with the
heads of its columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from io import BytesIO, StringIO

import openpyxl
from openpyxl.cell import Cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from rag.errors import UnreadableSource
from rag.sources.canonical import Canonical, Row, clean, raised
from rag.sources.office import DAMAGED, damaged, refuse_bomb
from rag.sources.table_heads import comes_back, heads_of

MAX_CELLS = 200_000  # a bound on memory and time
_TAKEN = "\u200b"  # no word, and no empty cell: what is beside a struck-out cell stays in its row
_DELIMITERS = ";,\t|"
_NUMBER = re.compile(r"[-−+]?\d[\d\s.,]*(?:%|€)?")
_ZEROS = re.compile("0{2,20}")  # a number format that shows so many digits


def read_xlsx(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: damaged, too_large."""
    canonical = Canonical()
    try:
        refuse_bomb(data, file)
        book = openpyxl.load_workbook(BytesIO(data), data_only=True, rich_text=True)  # what formulas came to
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                canonical.lose("hidden text", _cells_in(sheet))
                continue
            if (sheet.max_row or 0) * (sheet.max_column or 0) > MAX_CELLS:
                what = f"the sheet '{sheet.title}' has more than {MAX_CELLS:,} cells; keep what people read"
                raise UnreadableSource(file, "too_large", what)
            canonical.heading(sheet.title, 2)
            add_rows(canonical, list(_rows_of(sheet, canonical)))
    except (*DAMAGED, InvalidFileException) as error:
        raise damaged("Excel", file, error) from error
    return canonical


def read_csv(text: str) -> Canonical:
    canonical = Canonical()
    rows = [[clean(cell) for cell in row] for row in csv.reader(StringIO(text), delimiter=_delimiter(text[:20_000]))]
    add_rows(canonical, [SheetRow(row) for row in rows])
    return canonical


def _delimiter(sample: str) -> str:
    """What parts most rows into the same number of cells, more than one: some rows have fewer. The standard library's
    sniffer finds none where rows differ."""

    def alike(delimiter: str) -> int:
        sizes = Counter(len(row) for row in csv.reader(StringIO(sample), delimiter=delimiter) if len(row) > 1)
        return max(sizes.values(), default=0)

    return max(_DELIMITERS, key=alike)


def _cells_in(sheet: Worksheet) -> int:
    return sum(len(clean(_said(cell))) for row in sheet.iter_rows() for cell in row if isinstance(cell, Cell))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row's words, those of a merged cell in all columns that it covers, in those of all columns once. bold: whether
    all of them are; whole: whether it is one cell over all columns."""

    words: Sequence[str]
    bold: bool = False
    whole: bool = False


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
        yield SheetRow(words, bool(bold) and all(bold), row in whole_rows)


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
    """A value as the sheet shows it: days as people write them, whole numbers without a fraction, shares in percent."""
    value = cell.value
    if isinstance(value, bool | str | CellRichText) or value is None:
        return "" if value is None else str(value)
    if isinstance(value, datetime):
        day = f"{value.day}.{value.month}.{value.year}"
        return day if value.time() == time() else f"{day} {value:%H.%M}"
    if isinstance(value, date):
        return f"{value.day}.{value.month}.{value.year}"
    if isinstance(value, time):
        return f"{value:%H.%M}"
    if isinstance(value, int | float):
        percent = "%" in (cell.number_format or "")
        number = round(value * 100 if percent else value, 6)
        if _ZEROS.fullmatch(cell.number_format or "") and number == int(number):
            return f"{int(number):0{len(cell.number_format)}d}"  # a postal code, a number of a case
        return f"{number:.6f}".rstrip("0").rstrip(".").replace(".", ",") + (" %" if percent else "")
    return str(value)


def add_rows(canonical: Canonical, rows: Sequence[SheetRow]) -> None:
    """Tables, as empty rows part them; a row of one cell alone is a paragraph, within a table the title of what is
    below it where it looks so, and a row like others where the table surely goes on below it."""
    table: list[SheetRow] = []
    for number, row in enumerate(rows):
        filled = _filled(row)
        is_title = bool(table) and _is_title(rows[number : number + 2])
        if len(filled) > 1 or is_title or (table and filled and _goes_on(table, rows, number)):
            table.append(replace(row, whole=True) if is_title else row)
            continue
        _add_table(canonical, table)
        table = []
        if filled and filled[0] != _TAKEN:
            canonical.paragraph(filled[0])
    _add_table(canonical, table)


def _filled(row: SheetRow) -> list[str]:
    return [word if word == _TAKEN else clean(word) for word in row.words if word == _TAKEN or clean(word)]


def _is_title(rows: Sequence[SheetRow]) -> bool:
    """Whether the first row, of one cell alone, is the title of the one below: it is one cell over all columns, or bold
    in the first one, and that is no row of names, with which another table begins."""
    if len(rows) < 2 or len(_filled(rows[0])) != 1 or len(_filled(rows[1])) < 2 or rows[1].bold:
        return False
    return bool(clean(rows[0].words[0])) and (rows[0].whole or rows[0].bold)


def _goes_on(table: Sequence[SheetRow], rows: Sequence[SheetRow], number: int) -> bool:
    """Whether the next row of several cells, with no empty row between, is one of this table: one of its values stands
    in the same column above. Who only has a name for a service has said nothing of it yet."""
    below = next((row for row in rows[number + 1 :] if len(_filled(row)) != 1), None)
    if below is None or not clean(rows[number].words[0]):
        return False
    return any(
        clean(said) and any(column < len(row.words) and clean(row.words[column]) == clean(said) for row in table[1:])
        for column, said in enumerate(below.words)
        if column
    )


def _add_table(canonical: Canonical, rows: Sequence[SheetRow]) -> None:
    if not rows:
        return
    words = [row.words for row in rows]
    names = heads_of(words, [row.bold for row in rows])
    if not names and len(rows) > 1:
        # In a sheet names may have figures ("Tila 2026"); two columns have names where a number stands below them.
        first = [clean(word) for word in words[0]]
        said = [word for word in first if word]
        plain = len(set(said)) == len(said) and not any(map(_NUMBER.fullmatch, said))
        numbers = any(_NUMBER.fullmatch(clean(word)) for word in words[1])
        names = int(plain and not comes_back(first, words[1:]) and (len(said) > 2 or numbers))
    canonical.table([Row(row.words, header=number < names, whole=row.whole) for number, row in enumerate(rows)])
