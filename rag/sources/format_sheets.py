"""Spreadsheets (.xlsx) and comma-separated values (.csv) → canonical text: each sheet a section, each row with the
heads of its columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
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
    sample = text[:20_000]
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(sample, _DELIMITERS)
    except csv.Error:  # one column, or nothing that looks like any
        dialect = csv.excel
    rows = [[clean(cell) for cell in row] for row in csv.reader(StringIO(text), dialect)]
    add_rows(canonical, [(row, False) for row in rows])
    return canonical


def _cells_in(sheet: Worksheet) -> int:
    return sum(len(clean(_said(cell))) for row in sheet.iter_rows() for cell in row if isinstance(cell, Cell))


def _rows_of(sheet: Worksheet, canonical: Canonical) -> Iterator[tuple[list[str], bool]]:
    """Each row's words, those of a merged cell in all that it covers, and whether all of them are bold."""
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for block in sheet.merged_cells.ranges:
        first = (block.min_row, block.min_col)
        whole = block.max_col - block.min_col + 1 >= (sheet.max_column or 1)
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
        yield words, bool(bold) and all(bold)


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


def add_rows(canonical: Canonical, rows: Sequence[tuple[Sequence[str], bool]]) -> None:
    """Tables, as empty rows part them; a row of one cell alone is a paragraph. rows: a row's words, and whether all of
    them are bold."""
    table: list[tuple[Sequence[str], bool]] = []
    for words, bold in [*rows, ([], False)]:
        filled = [clean(word) for word in words if clean(word)]
        if len(filled) + sum(word == _TAKEN for word in words) > 1:
            table.append((words, bold))
            continue
        _add_table(canonical, table)
        table = []
        if filled:
            canonical.paragraph(filled[0])


def _add_table(canonical: Canonical, rows: Sequence[tuple[Sequence[str], bool]]) -> None:
    if not rows:
        return
    words = [row for row, _ in rows]
    names = heads_of(words, [bold for _, bold in rows])
    if not names and len(rows) > 1:
        # In a sheet names may have figures ("Tila 2026"); two columns have names where a number stands below them.
        first = [clean(word) for word in words[0]]
        said = [word for word in first if word]
        plain = len(set(said)) == len(said) and not any(map(_NUMBER.fullmatch, said))
        numbers = any(_NUMBER.fullmatch(clean(word)) for word in words[1])
        names = int(plain and not comes_back(first, words[1:]) and (len(said) > 2 or numbers))
    canonical.table([Row(each, header=number < names) for number, each in enumerate(words)])
