"""PDF → canonical text, from the text layer: pypdf opens a file, PDFium says what stands where."""

from __future__ import annotations

import logging
import struct
import zlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from rag.errors import UnreadableSource
from rag.sources.canonical import Canonical, clean
from rag.sources.format_lines import Line, read_lines, vocabulary
from rag.sources.pdf_layout import Placed, in_order
from rag.sources.pdf_notes import marks_of, without_notes
from rag.sources.pdf_page import Run, SeenPage, seen_pages
from rag.sources.pdf_running import without_running_lines
from rag.sources.pdf_scans import TOLD, with_recognised
from rag.sources.pdf_tables import PlacedTable, ruled_tables
from rag.sources.text_recognition import INSTALL, Tesseract
from rag.types import Recognised

# What pypdf is known to let through for broken files, beside its own PyPdfError: wrong or missing objects where a
# dictionary, number or name is expected (AttributeError, KeyError, IndexError, TypeError, ValueError,
# AssertionError), loops of references (RecursionError), absurd numbers (ArithmeticError), filters that do not
# exist (NotImplementedError), character encodings that do not (LookupError), broken streams (zlib, struct, EOFError).
_DAMAGED = (
    PyPdfError, AttributeError, LookupError, TypeError, ValueError, AssertionError, RecursionError, ArithmeticError,
    NotImplementedError, zlib.error, struct.error, EOFError, pdfium.PdfiumError,
)  # fmt: skip
_TAIL_BYTES = 2048  # where a whole file has its end mark, with room for a little junk behind it
_GAP = 1.25  # times the usual distance of lines: an empty line
_INDENT_POINTS = 6.0  # what counts as one character of indentation

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its messages name no file; ours do


def read_pdf(data: bytes, file: str, recognition: Tesseract | None = None) -> Canonical:
    """recognition: what reads pages that are pictures. Raises UnreadableSource: encrypted, damaged, too_large, empty,
    no_text_layer."""
    if b"%%EOF" not in data[-_TAIL_BYTES:]:
        raise UnreadableSource(file, "damaged", "the PDF has no end, it was cut off; copy or download it again")
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise UnreadableSource(file, "encrypted", "the PDF asks for a password; save it without one")
        if not reader.pages:
            raise UnreadableSource(file, "empty", "the PDF has no pages; replace it")
        with pdfium.PdfDocument(data) as document:
            pages = list(seen_pages(document))
            if recognition is not None:
                pages = list(with_recognised(document, pages, recognition))
    except DependencyError as error:  # AES without the package `cryptography`
        raise UnreadableSource(file, "encrypted", "the PDF is encrypted by AES; save it without protection") from error
    except LimitReachedError as error:
        raise UnreadableSource(file, "too_large", "the PDF unpacks to more than is safe; save it anew") from error
    except _DAMAGED as error:
        what = f"the PDF is damaged ({type(error).__name__}); open it in a PDF reader and save it anew"
        raise UnreadableSource(file, "damaged", what) from error
    return read_pages(pages, file, recognition is not None)


def read_pages(pages: Sequence[SeenPage], file: str, recognised: bool) -> Canonical:
    """The pages' text. recognised: whether those that are pictures were read. Raises UnreadableSource no_text_layer."""
    if not any(page.runs for page in pages):
        why = (
            "and none was recognised; scan it anew, with more dots an inch"
            if recognised
            else f"probably a scan; {INSTALL}"
        )
        raise UnreadableSource(file, "no_text_layer", f"no page has text, {why}")
    runs = [run for page in pages for run in page.runs]
    if any(run.unknown for run in runs) and not any(char.isalnum() for run in runs for char in run.text):
        how = "export it to PDF anew from the program that it was written in"
        how = how if recognised else f"{how}, or {INSTALL}"
        what = f"its letters have no meaning in the file (no ToUnicode map), only a form; {how}"
        raise UnreadableSource(file, "no_text_layer", what)
    lines, running = _all_lines(pages)
    canonical = read_lines(lines)
    canonical.lose("running line", sum(map(len, running)))
    for page in pages:
        if not page.runs:
            canonical.lose("page without text", 1, page.number)
        elif page.pictured >= TOLD:
            canonical.lose("picture", 1, page.number)
        canonical.lose("hidden text", page.hidden, page.number)
        canonical.lose("struck out", page.struck, page.number)
        canonical.lose("unknown letters", sum(run.unknown for run in page.runs), page.number)
        if page.confidence is not None:
            canonical.recognised.append(Recognised(page.number, page.confidence))
    return canonical


def _all_lines(pages: Sequence[SeenPage]) -> tuple[list[Line], list[str]]:
    """What is read, in order, and what runs along the margins."""
    read: list[list[Placed]] = []
    notes: list[dict[str, str]] = []
    aside: dict[str, Line] = {}
    words = vocabulary(run.text for page in pages for run in page.runs)
    ruled = _ruled(pages, words)
    without, running = without_running_lines(pages, ruled)
    for page, tables in zip(without, ruled, strict=True):
        for run in page.runs:
            if run.turned and not any(table.holds(run) for table in tables):
                # What runs over or along the pages, as "LUONNOS" does, is said once, and interrupts no sentence.
                aside.setdefault(clean(run.text), Line(run.text, page=page.number))
        page, said = without_notes(page, tables)
        notes.append(said)
        read.append(in_order(page.runs, tables, page.number, words))
    lines = _with_gaps(_joined_tables(read), [page.number for page in pages], notes)
    return [*lines, *(each for line in aside.values() for each in (Line("", page=line.page), line))], running


def _ruled(pages: Sequence[SeenPage], words: Collection[str]) -> list[list[PlacedTable]]:
    """The tables between drawn lines of each page. A row alone belongs to the table that the page before ends with."""
    found: list[list[PlacedTable]] = []
    for page in pages:
        tables = ruled_tables(page, words)
        before = found[-1][-1:] if found else []
        found.append([each for each in tables if len(each.rows) > 1 or any(last.goes_on_in(each) for last in before)])
    return found


def _joined_tables(pages: list[list[Placed]]) -> list[list[Placed]]:
    """A table that goes on where the next page, or the next column, begins is one."""
    joined: list[list[Placed]] = []
    last: list[Placed] | None = None  # the latest page with anything on it
    for page in pages:
        if last and page and (whole := _one_table(last[-1].what, page[0].what)):
            last[-1] = replace(last[-1], what=whole)
            page = page[1:]
        joined.append(page)
        last = joined[-1] if joined[-1] else last
    return joined


def _one_table(before: Run | PlacedTable, after: Run | PlacedTable) -> PlacedTable | None:
    if isinstance(before, PlacedTable) and isinstance(after, PlacedTable) and before.goes_on_in(after):
        return before.with_rows_of(after)
    return None


def _with_gaps(
    pages: Sequence[Sequence[Placed]], numbers: Sequence[int], notes: Sequence[dict[str, str]]
) -> list[Line]:
    """All lines in order, with an empty one wherever the page leaves more room than between lines of a paragraph."""
    distances: defaultdict[float, list[float]] = defaultdict(list)
    for page in pages:
        for above, below in pairwise(page):
            if isinstance(above.what, Run) and isinstance(below.what, Run) and above.what.size == below.what.size:
                distance = below.what.foot - above.what.foot
                if 0 < distance < 3 * below.what.size:
                    distances[below.what.size].append(distance)
    usual = {size: min(median(found), 1.6 * size) for size, found in distances.items()}
    lines = []
    for page, number, said in zip(pages, numbers, notes, strict=True):
        previous: Placed | None = None
        for placed in page:
            what = placed.what
            if isinstance(what, PlacedTable):
                lines.append(Line("", page=number, column=placed.column))
                marks = [
                    mark
                    for run in sorted(what.runs, key=lambda run: (run.foot, run.left))
                    for mark in marks_of(run.text)
                ]
                found = tuple(said[mark] for mark in dict.fromkeys(marks) if mark in said)
                lines.append(Line("", page=number, rows=what.rows, column=placed.column, notes=found))
            else:
                if previous is not None and previous.column == placed.column:
                    last = previous.what
                    foot = last.foot if isinstance(last, Run) else last.bottom
                    if not 0 <= what.foot - foot <= _GAP * usual.get(what.size, 1.3 * what.size):
                        lines.append(Line("", page=number, column=placed.column))
                lines.append(_line(placed, what, number, said))
            previous = placed
    return lines


def _line(placed: Placed, run: Run, page: int, notes: dict[str, str]) -> Line:
    letter = (run.right - run.left) / len(run.text.strip())
    return Line(
        run.text,
        page=page,
        indent=round((run.left - placed.left) / _INDENT_POINTS),
        size=run.size,
        column=placed.column,
        room=None if placed.room is None or not letter else placed.room / letter,
        element=run.tag.element,
        level=run.tag.level,
        notes=tuple(notes[mark] for mark in marks_of(run.text) if mark in notes),
    )
