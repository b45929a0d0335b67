"""What runs along the margins of a PDF's pages: heads, feet and page numbers, known by place and repetition.

What a page says in its margin and says on the next page again is not yet running: "Vastuutaho: …" stands on every
slide. A running line stands further out than text does, or in smaller type, apart from the text. What is left out is
returned, to be told; page numbers are nothing to tell.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from rag.language.packs import ALL, either
from rag.sources.canonical import clean
from rag.sources.labels import says_something
from rag.sources.pdf_page import Run, SeenPage
from rag.sources.pdf_tables import PlacedTable

_PAGE_NUMBER = re.compile(
    rf"(?:(?:{either(pack.documents.page for pack in ALL)})\s?)?[-–]?\s?\d{{1,4}}\s?[-–]?"
    rf"(?:\s?(?:/|\(|{either(pack.documents.page_of for pack in ALL)})\s?\d{{1,4}}\)?)?",
    re.IGNORECASE,
)
# A number within a line that counts pages as page numbers do: "Liite 1" and "Liite 2" on two pages are two headings.
_COUNTED = re.compile(
    rf"(?:\b(?:{either(pack.documents.page for pack in ALL)})\s?)?\b(\d{{1,4}})\s?(?:/\s?\d{{1,4}}\b|\(\d{{1,4}}\))"
    rf"|\b(?:{either(pack.documents.page for pack in ALL)})\s?(\d{{1,4}})\b",
    re.IGNORECASE,
)
_FEW_PAGES = 2  # a document with no more shows by a number alone that counts pages no repetition
_MARGIN = 0.1  # of a page's height
_OUTER = 0.065  # of a page's height: text of a page stands further in, as that of slides
_SAME_PLACE = 4.0  # points
_SMALLER = 0.95  # of the body's type
_APART = 1.6  # times its type's size, from the text
_NEAR_PAGES = 2  # left and right pages have heads of their own

_Key = tuple[str, int]


class _Repeated(NamedTuple):
    """keys: of what stands at the same place of the margin on pages that are near to each other; pages: how many the
    document has."""

    keys: frozenset[_Key]
    pages: int

    def has(self, run: Run, page: SeenPage) -> bool:
        """Whether the run is among these, or a page number."""
        return bool(_keys(run, page, self.pages) & self.keys) or _PAGE_NUMBER.fullmatch(clean(run.text)) is not None


def without_running_lines(
    pages: Sequence[SeenPage], tables: Sequence[Sequence[PlacedTable]]
) -> tuple[list[SeenPage], list[str]]:
    """The pages without what runs along their margins, and what that says, each line once. tables: of each page; their
    heads, which repeat too, stay."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for run in page.runs:
            sizes[run.size] += len(run.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    repeated = _repeated(pages)
    left = []
    for page, own in zip(pages, tables, strict=True):
        ends = [(table.top, table.bottom) for table in own]
        above = min((top for top, _ in ends), default=page.height)
        below = max((bottom for _, bottom in ends), default=0.0)
        left.append(_without(_without(page, repeated, body, 1, above), repeated, body, -1, below))
    return left, _said(pages, left)


def _said(pages: Sequence[SeenPage], left: Sequence[SeenPage]) -> list[str]:
    said: dict[str, str] = {}
    for page, rest in zip(pages, left, strict=True):
        if rest is not page:
            kept = set(rest.runs)
            words = [clean(run.text) for run in page.runs if run not in kept]
            for each in words:
                if not _PAGE_NUMBER.fullmatch(each):
                    said.setdefault(re.sub(r"\d+", "#", each), each)
    return list(said.values())


def _repeated(pages: Sequence[SeenPage]) -> _Repeated:
    seen: defaultdict[_Key, list[int]] = defaultdict(list)
    for page in pages:
        for run in page.runs:
            if _depth(run, page) <= _MARGIN:
                for key in _keys(run, page, len(pages)):
                    seen[key].append(page.number)
    keys = frozenset(
        key
        for key, numbers in seen.items()
        if any(0 < after - before <= _NEAR_PAGES for before, after in pairwise(numbers))
    )
    return _Repeated(keys, len(pages))


def _without(page: SeenPage, repeated: _Repeated, body: float, side: int, end: float) -> SeenPage:
    """side: 1 from above, -1 from below; end: where the nearest table begins."""
    lines: defaultdict[float, list[Run]] = defaultdict(list)
    for run in page.runs:
        if not run.turned:
            lines[run.foot].append(run)
    running: list[Run] = []
    ordered = sorted(lines, reverse=side < 0)
    for number, foot in enumerate(ordered):
        line = lines[foot]
        if (foot - end) * side > 0 or any(_depth(run, page) > _MARGIN for run in line):
            break
        outer = bool(running) or any(_depth(run, page) <= _OUTER or run.size <= _SMALLER * body for run in line)
        known = [run for run in line if repeated.has(run, page)]
        if outer and known and all(run in known or says_something(clean(run.text)) for run in line):
            running += known
        if not outer or len(known) < len(line):
            break
        following = next((each for each in ordered[number + 1 :] if abs(each - foot) > 1.0), None)
        size = max(run.size for run in line)
        if (
            following is not None
            and abs(following - foot) <= _APART * size
            and _is_text(lines[following], page, repeated)
        ):
            running = running[: -len(known)]  # a line of the text
            break
    return replace(page, runs=tuple(run for run in page.runs if run not in running)) if running else page


def _is_text(line: Sequence[Run], page: SeenPage, repeated: _Repeated) -> bool:
    return not all(repeated.has(run, page) for run in line)


def _depth(run: Run, page: SeenPage) -> float:
    """How far from the nearer of the page's upper and lower edge, as a part of its height."""
    return min(run.foot, page.height - run.foot) / page.height if page.height else 1.0


def _keys(run: Run, page: SeenPage, count: int) -> set[_Key]:
    """What the line has in common with its like on other pages: itself, or itself with a number that counts pages."""
    words, place = clean(run.text), round(run.foot / _SAME_PLACE)
    if says_something(words):
        return set()
    places = {place}
    if page.confidence is not None:  # a scanner is less exact, and so are spaces that are seen
        words, places = words.replace(" ", ""), {place - 1, place, place + 1}
    keys = {words}
    counts = re.compile(r"\d{1,4}") if count > _FEW_PAGES else _COUNTED
    for found in counts.finditer(words):
        start, end = found.span(found.lastindex or 0)
        keys.add(f"{words[:start]}{{{int(words[start:end]) - page.number}}}{words[end:]}")
    return {(key, each) for key in keys for each in places}
