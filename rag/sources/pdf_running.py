"""What runs along the margins of a PDF's pages: heads, feet and page numbers, known by place and repetition.

What a page says in its margin and says on the next page again is not yet running: "Vastuutaho: …" stands on every
slide. A running line stands further out than text does, or in smaller type, apart from the text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag.language.packs import ALL, either
from rag.sources.canonical import clean
from rag.sources.pdf_page import Run, SeenPage
from rag.sources.pdf_tables import PlacedTable

_PAGE_NUMBER = re.compile(
    rf"(?:(?:{either(pack.documents.page for pack in ALL)})\s?)?[-–]?\s?\d{{1,4}}\s?[-–]?"
    rf"(?:\s?(?:/|\(|{either(pack.documents.page_of for pack in ALL)})\s?\d{{1,4}}\)?)?",
    re.IGNORECASE,
)
_MARGIN = 0.1  # of a page's height
_OUTER = 0.065  # of a page's height: text of a page stands further in, as that of slides
_SAME_PLACE = 4.0  # points
_SMALLER = 0.95  # of the body's type
_APART = 1.6  # times its type's size, from the text
_NEAR_PAGES = 2  # left and right pages have heads of their own

_Key = tuple[str, int]


def without_running_lines(pages: Sequence[SeenPage], tables: Sequence[Sequence[PlacedTable]]) -> list[SeenPage]:
    """The pages without what runs along their margins. tables: of each page; their heads, which repeat too, stay."""
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
    return left


def _repeated(pages: Sequence[SeenPage]) -> set[_Key]:
    """What stands at the same place of the margin on pages that are near to each other."""
    seen: defaultdict[_Key, list[int]] = defaultdict(list)
    for page in pages:
        for run in page.runs:
            if _depth(run, page) <= _MARGIN:
                for key in _keys(run, page):
                    seen[key].append(page.number)
    return {
        key
        for key, numbers in seen.items()
        if any(0 < after - before <= _NEAR_PAGES for before, after in pairwise(numbers))
    }


def _without(page: SeenPage, repeated: set[_Key], body: float, side: int, end: float) -> SeenPage:
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
        known = [run for run in line if _keys(run, page) & repeated or _PAGE_NUMBER.fullmatch(clean(run.text))]
        if not outer or len(known) < len(line):
            break
        running += known
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


def _is_text(line: Sequence[Run], page: SeenPage, repeated: set[_Key]) -> bool:
    return not all(_keys(run, page) & repeated or _PAGE_NUMBER.fullmatch(clean(run.text)) for run in line)


def _depth(run: Run, page: SeenPage) -> float:
    """How far from the nearer of the page's upper and lower edge, as a part of its height."""
    return min(run.foot, page.height - run.foot) / page.height if page.height else 1.0


def _keys(run: Run, page: SeenPage) -> set[_Key]:
    """What the line has in common with its like on other pages: itself, or itself with a number that counts pages."""
    words, place = clean(run.text), round(run.foot / _SAME_PLACE)
    places = {place}
    if page.confidence is not None:  # a scanner is less exact, and so are spaces that are seen
        words, places = words.replace(" ", ""), {place - 1, place, place + 1}
    keys = {words}
    for number in re.finditer(r"\d{1,4}", words):
        keys.add(f"{words[: number.start()]}{{{int(number[0]) - page.number}}}{words[number.end() :]}")
    return {(key, each) for key in keys for each in places}
