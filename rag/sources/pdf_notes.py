"""A PDF page's footnotes, each bound to the mark in the text that refers to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag.sources.canonical import clean
from rag.sources.format_lines import join
from rag.sources.pdf_page import Run, SeenPage
from rag.sources.pdf_tables import PlacedTable

_SMALLER = 0.93  # of the text's type
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_PLAIN = str.maketrans(_RAISED, "0123456789")
_NOTE = re.compile(rf"([{_RAISED}]{{1,3}}|\d{{1,3}}(?=[\s.)])|\*{{1,3}}(?!\*))[.)]?\s*(?=\S)")
_MARK = re.compile(rf"(?<=[\w.,;:!?)”\"»%€])(?:[{_RAISED}]{{1,3}}|\*{{1,3}}(?![\w*]))")
_UNIT = re.compile(r"(?:^|[\d\s/])(?:[kcdm]?m|ha)$")  # m² refers to no note


def without_notes(page: SeenPage, tables: Sequence[PlacedTable]) -> tuple[SeenPage, dict[str, str]]:
    """The page without its footnotes, and what each says, by its number.

    A footnote is in smaller type below the text, and begins with a number, or with stars, that are a mark above it. All
    others stay.
    """
    text = [run for run in page.runs if not run.turned]
    sizes: Counter[float] = Counter()
    for run in text:
        sizes[run.size] += len(run.text)
    if not sizes:
        return page, {}
    body = _body(text, sizes.most_common(1)[0][0])
    large = [run.foot for run in text if run.size > _SMALLER * body]
    below = [
        run for run in text if run.foot > max(large, default=0.0) and not any(table.holds(run) for table in tables)
    ]
    marks = {mark for run in text if run not in below for mark in marks_of(run.text)}
    notes: dict[str, str] = {}
    taken: list[Run] = []
    mark = ""
    for run in below:
        said = clean(run.text)
        begun = _NOTE.match(said)
        number = begun[1].translate(_PLAIN) if begun else ""
        if begun and number in marks and (not mark or _follows(number, mark)):
            mark = number
            notes[mark] = said[begun.end() :]
        elif mark:
            notes[mark] = join(notes[mark], said)
        else:
            continue
        taken.append(run)
    return replace(page, runs=tuple(run for run in page.runs if run not in taken)), notes


def _body(text: Sequence[Run], usual: float) -> float:
    """The size of the text's type: the usual one, unless a short text has longer notes, which all stand below it."""
    marked = [run for run in text if marks_of(run.text)]
    if not marked:
        return usual
    small = [run for run in text if run.size == usual]
    size = min(run.size for run in marked)
    if usual <= _SMALLER * size and min(run.foot for run in small) > max(run.foot for run in marked):
        first = _NOTE.match(clean(min(small, key=lambda run: run.foot).text))
        if first and first[1].translate(_PLAIN) in {mark for run in marked for mark in marks_of(run.text)}:
            return size
    return usual


def _follows(mark: str, before: str) -> bool:
    """Whether a note's mark counts on from the one before, or is of the other kind."""
    if mark.startswith("*") or before.startswith("*"):
        return mark != before
    return int(mark) == int(before) + 1


def marks_of(text: str) -> list[str]:
    """The numbers, or stars, of the notes that the line refers to, in order."""
    return [mark[0].translate(_PLAIN) for mark in _MARK.finditer(text) if not _UNIT.search(text[: mark.start()])]
