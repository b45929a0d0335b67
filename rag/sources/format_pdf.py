"""PDF → canonical text, from the text layer."""

from __future__ import annotations

import logging
import re
import struct
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Any
from unicodedata import category

from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from rag.errors import UnreadableSource
from rag.language.packs import ALL, either
from rag.sources.canonical import Canonical, clean, raised
from rag.sources.format_lines import Line, read_lines
from rag.sources.pdf_tables import PlacedTable, tables_of

# What pypdf is known to let through for broken files, beside its own PyPdfError: wrong or missing objects where a
# dictionary, number or name is expected (AttributeError, KeyError, IndexError, TypeError, ValueError,
# AssertionError), loops of references (RecursionError), absurd numbers (ArithmeticError), filters that do not
# exist (NotImplementedError), character encodings that do not (LookupError), broken streams (zlib, struct, EOFError).
_DAMAGED = (
    PyPdfError, AttributeError, LookupError, TypeError, ValueError, AssertionError, RecursionError, ArithmeticError,
    NotImplementedError, zlib.error, struct.error, EOFError,
)  # fmt: skip
_TAIL_BYTES = 2048  # where a whole file has its end mark, with room for a little junk behind it
_EDGE_LINES = 3  # running headers and footers lie this near to a page's edge
_PAGE_NUMBER = re.compile(
    rf"(?:(?:{either(pack.documents.page for pack in ALL)})\s*)?[-–]?\s*\d{{1,4}}\s*[-–]?"
    rf"(?:\s*(?:/|\(|{either(pack.documents.page_of for pack in ALL)})\s*\d{{1,4}}\)?)?",
    re.IGNORECASE,
)
_MARGIN = 0.1  # of a page's height
_SAME_PLACE = 4.0  # points
_SMALLER = 0.8  # of the type beside it
# "re" draws a box, "l" a line. A table of two rows and two columns has six lines, or four boxes.
_DRAWN = re.compile(rb"(?<=\s)(?:re|l)(?=\s)")
_LEAST_DRAWN = 4
_GAP = 1.25  # times the usual distance of lines: an empty line
_INDENT_POINTS = 6.0  # what counts as one character of indentation

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its messages name no file; ours do


def read_pdf(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: encrypted, damaged, too_large, empty, no_text_layer."""
    if b"%%EOF" not in data[-_TAIL_BYTES:]:
        raise UnreadableSource(file, "damaged", "the PDF has no end, it was cut off; copy or download it again")
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise UnreadableSource(file, "encrypted", "the PDF asks for a password; save it without one")
        pages = [_page_lines(page, number) for number, page in enumerate(reader.pages, start=1)]
        heights = [float(page.mediabox.height) for page in reader.pages]
        ruled = {number for number, page in enumerate(reader.pages, start=1) if pages[number - 1] and _is_ruled(page)}
    except DependencyError as error:  # AES without the package `cryptography`
        raise UnreadableSource(file, "encrypted", "the PDF is encrypted by AES; save it without protection") from error
    except LimitReachedError as error:
        raise UnreadableSource(file, "too_large", "the PDF unpacks to more than is safe; save it anew") from error
    except _DAMAGED as error:
        what = f"the PDF is damaged ({type(error).__name__}); open it in a PDF reader and save it anew"
        raise UnreadableSource(file, "damaged", what) from error
    if not pages:
        raise UnreadableSource(file, "empty", "the PDF has no pages; replace it")
    if not any(pages):
        raise UnreadableSource(file, "no_text_layer", "no page has text, probably a scan; run text recognition (OCR)")
    empty = [number for number, page in enumerate(pages, start=1) if not page]
    unknown = {number: sum(placed.unknown for placed in page) for number, page in enumerate(pages, start=1)}
    pages = _without_running_lines(_with_tables(pages, tables_of(data, ruled)), heights)
    canonical = read_lines(_with_gaps(_joined_tables(pages)))
    for number in empty:
        canonical.lose("page without text", 1, number)
    for number, letters in unknown.items():
        canonical.lose("unknown letters", letters, number)
    return canonical


class _Placed:
    """A line of a page, or a table, with the place where it begins, in points from the lower left corner."""

    def __init__(self, text: str, page: int, x: float, y: float, size: float, table: PlacedTable | None = None) -> None:
        self.x, self.y = x, y
        self.table = table
        rows = table.rows if table is not None else ()
        self.line = Line(text, page=page, indent=round(x / _INDENT_POINTS), size=size, rows=rows)

    @property
    def words(self) -> str:
        return clean(self.line.text)

    @property
    def unknown(self) -> int:
        """How many letters the file does not say the meaning of."""
        return sum(category(char) in ("Cc", "Co", "Cn") and not char.isspace() for char in self.line.text)


def _page_lines(page: PageObject, number: int) -> list[_Placed]:
    placed: list[_Placed] = []
    text = ""  # of the line being read, as its pieces: (characters, x, y, size)
    pieces: list[tuple[int, float, float, float]] = []
    rise = shown_rise = 0.0

    def end_line() -> None:
        nonlocal text, pieces
        if clean(text):
            _, x, y, _ = pieces[0]
            sizes: Counter[float] = Counter()
            for length, _, _, size in pieces:
                sizes[size] += length
            placed.append(_Placed(text, number, x, y, sizes.most_common(1)[0][0]))
        text, pieces = "", []

    def before(operator: bytes, operands: Any, _cm: object, _tm: object) -> None:
        """Called by pypdf for each operator: what is shown next may be raised above the line."""
        nonlocal rise, shown_rise
        if operator == b"Ts":
            rise = float(operands[0])
        elif operator in (b"Tj", b"TJ"):
            shown_rise = rise

    def visit(words: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        """Called by pypdf for each run of text; a line end is part of the run that it follows."""
        nonlocal text
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = abs(tm[3] * cm[3]) or 1.0
        for index, part in enumerate(words.split("\n")):
            if index:
                end_line()
            own = round(size * scale, 1)
            # A smaller number above the line is a note's mark: "126³".
            smaller = bool(pieces) and own <= _SMALLER * pieces[-1][3]
            above = smaller and (shown_rise > 0 or 0 < y - pieces[-1][2] < pieces[-1][3])
            text += raised(part) if above else part
            if clean(part) and not above:
                pieces.append((len(part), x, y, own))

    page.extract_text(visitor_text=visit, visitor_operand_before=before)
    end_line()
    return placed


def _is_ruled(page: PageObject) -> bool:
    """Whether lines or boxes are drawn on it, as many as the smallest table has."""
    contents = page.get_contents()
    return contents is not None and len(_DRAWN.findall(contents.get_data())) >= _LEAST_DRAWN


def _with_tables(pages: list[list[_Placed]], tables: Sequence[PlacedTable]) -> list[list[_Placed]]:
    """Each table in the place of the lines within it."""
    for table in tables:
        page = pages[table.page - 1]
        inside = [number for number, placed in enumerate(page) if table.holds(placed.x, placed.y)]
        if inside:
            placed = _Placed("", table.page, table.left, table.top, 0.0, table)
            kept = [each for each in page if not table.holds(each.x, each.y)]
            pages[table.page - 1] = [*kept[: inside[0]], placed, *kept[inside[0] :]]
    return pages


def _joined_tables(pages: list[list[_Placed]]) -> list[list[_Placed]]:
    """A table that goes on where the next page begins is one."""
    joined: list[list[_Placed]] = []
    last: list[_Placed] | None = None  # the latest page with anything on it
    for page in pages:
        before, first = last[-1] if last else None, page[0] if page else None
        if last and before and first and before.table and first.table and before.table.goes_on_in(first.table):
            whole = before.table.with_rows_of(first.table)
            last[-1] = _Placed("", before.line.page or 0, before.x, before.y, 0.0, whole)
            page = page[1:]
        joined.append(page)
        last = joined[-1] if joined[-1] else last
    return joined


def _without_running_lines(pages: list[list[_Placed]], heights: Sequence[float]) -> list[list[_Placed]]:
    """The pages without running headers, running footers and page numbers: what stands at the same place of the margin
    on half of the pages. heights: of the pages, in points."""

    def keys(placed: _Placed, number: int) -> set[tuple[str, int]]:
        height = heights[number]
        if placed.table is not None or _MARGIN * height < placed.y < (1 - _MARGIN) * height:
            return set()
        return {(key, round(placed.y / _SAME_PLACE)) for key in _running_keys(placed.words, number)}

    seen: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for number, page in enumerate(pages):
        for placed in _edges(page):
            for key in keys(placed, number):
                seen[key].add(number)
    running = {key for key, found in seen.items() if len(found) >= 2 and len(found) * 2 >= len(pages)}

    def from_body(page: list[_Placed], number: int) -> list[_Placed]:
        start = 0
        while start < min(_EDGE_LINES, len(page)) and (
            _PAGE_NUMBER.fullmatch(page[start].words) or running & keys(page[start], number)
        ):
            start += 1
        return page[start:]

    return [from_body(from_body(page, number)[::-1], number)[::-1] for number, page in enumerate(pages)]


def _edges(page: list[_Placed]) -> list[_Placed]:
    return page if len(page) <= 2 * _EDGE_LINES else page[:_EDGE_LINES] + page[-_EDGE_LINES:]


def _running_keys(words: str, page: int) -> set[str]:
    """What the line has in common with its like on other pages: itself, or itself with a number that counts pages."""
    keys = {words}
    for number in re.finditer(r"\d{1,4}", words):
        keys.add(f"{words[: number.start()]}{{{int(number[0]) - page}}}{words[number.end() :]}")
    return keys


def _with_gaps(pages: list[list[_Placed]]) -> list[Line]:
    """All lines in order, with an empty one wherever the page leaves more room than between lines of a paragraph."""
    distances: defaultdict[float, list[float]] = defaultdict(list)
    for page in pages:
        for above, below in pairwise(page):
            if above.line.size == below.line.size and 0 < above.y - below.y < 3 * below.line.size:
                distances[below.line.size].append(above.y - below.y)
    usual = {size: min(median(found), 1.6 * size) for size, found in distances.items()}
    lines = []
    for page in pages:
        previous: _Placed | None = None
        for placed in page:
            size = placed.line.size
            if previous and not 0 <= previous.y - placed.y <= _GAP * usual.get(size, 1.3 * size):
                lines.append(Line("", page=placed.line.page))
            lines.append(placed.line)
            previous = placed
    return lines
