"""Word's lists: what stands before the next paragraph of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from docx.oxml.ns import qn
from lxml import etree

from rag.sources.canonical import clean
from rag.sources.numerals import numeral
from rag.sources.office import whole
from rag.sources.word_styles import Styles, on, value

MAX_LEVEL = 8  # Word has nine, counted from 0
MAX_MARK = 40  # characters of what stands before an item
_PLACE = re.compile(r"%([1-9])")


class _Level(NamedTuple):
    """One level of a list. form: how Word names the kind of its numbers; text: what stands before an item, %1 for the
    number of the first level; first: the number of its first item; restarts: it begins anew below an item of a level
    smaller than this one, None for any above it; legal: all numbers are decimal; style: of the paragraphs that stand
    on it."""

    form: str
    text: str
    first: int
    restarts: int | None = None
    legal: bool = False
    style: str | None = None

    @classmethod
    def of(cls, level: etree._Element) -> _Level:
        restart = value(level, "w:lvlRestart")
        return cls(
            value(level, "w:numFmt") or "decimal",
            (value(level, "w:lvlText") or "")[:MAX_MARK],
            whole(value(level, "w:start"), 1),
            None if restart is None else whole(restart, MAX_LEVEL),
            on(level, "w:isLgl"),
            value(level, "w:pStyle"),
        )


_BULLETS = _Level("bullet", "", 1)


class Lists:
    """The numbering part: what stands before a list's next item?"""

    def __init__(self, numberings: list[etree._Element], styles: Styles) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._linked: dict[tuple[str, str], int] = {}  # the level of a style's paragraphs
        self._counts: dict[str, dict[int, int]] = {}
        # Lists of one definition count on from each other, but where one says itself that it begins anew.
        self._definitions: dict[str, str] = {}
        self._begins_anew: set[tuple[str, int]] = set()  # those that have not begun yet
        for numbering in numberings:  # at most one
            defined = _Definitions(numbering, styles)
            for num in numbering.iter(qn("w:num")):
                list_id = num.get(qn("w:numId")) or ""
                self._definitions[list_id] = value(num, "w:abstractNumId") or list_id
                for depth, level in defined.levels(num):
                    self._levels[list_id, depth] = level
                for override in num.iter(qn("w:lvlOverride")):
                    place = list_id, whole(override.get(qn("w:ilvl")), 0)
                    own = override.find(qn("w:lvl"))
                    changed = _Level.of(own) if own is not None else self._levels.get(place, _BULLETS)
                    if override.find(qn("w:startOverride")) is not None:
                        self._begins_anew.add(place)
                    start = whole(value(override, "w:startOverride"), changed.first)
                    self._levels[place] = changed._replace(first=start)
        for (list_id, depth), level in self._levels.items():
            if level.style:
                self._linked.setdefault((list_id, level.style), depth)

    def level_of(self, list_id: str, style_id: str | None) -> int | None:
        """The level, from 0, that the list has for the paragraphs of a style; None where it has none."""
        return self._linked.get((list_id, style_id or ""))

    def next_mark(self, list_id: str, depth: int) -> int | str | None:
        """The mark of the list's next item: its number where that stands with a full stop, as Word writes it where it
        does not, None for a bullet. depth: from 0."""
        level = self._levels.get((list_id, depth), _BULLETS)
        counts = self._counts.setdefault(self._definitions.get(list_id, list_id), {})
        if (list_id, depth) in self._begins_anew:
            self._begins_anew.discard((list_id, depth))
            counts.pop(depth, None)
        for deeper in [other for other in counts if other > depth]:
            below = self._levels.get((list_id, deeper), _BULLETS).restarts
            if below is None or depth < below:
                del counts[deeper]
        counts[depth] = counts.get(depth, level.first - 1) + 1
        if level.form == "bullet":
            return None
        if level.form == "decimal" and level.text == f"%{depth + 1}.":
            return counts[depth]

        def number(match: re.Match[str]) -> str:
            above = int(match[1]) - 1
            its = self._levels.get((list_id, above), level)
            if its.form == "none":
                return ""
            return numeral(counts.get(above, its.first), "decimal" if level.legal else its.form)

        shown = clean(_PLACE.sub(number, level.text))
        return shown or (None if level.form == "none" else counts[depth])


class _Definitions:
    """What the lists are made after. One may refer to another by a style of lists."""

    def __init__(self, numbering: etree._Element, styles: Styles) -> None:
        self._styles = styles
        definitions = list(numbering.iter(qn("w:abstractNum")))
        self._by_id = {each.get(qn("w:abstractNumId")): each for each in definitions}
        self._by_style = {value(each, "w:styleLink"): each for each in definitions}
        self._named = {num.get(qn("w:numId")): value(num, "w:abstractNumId") for num in numbering.iter(qn("w:num"))}

    def levels(self, num: etree._Element) -> Iterator[tuple[int, _Level]]:
        """Those of a list with their depths, from 0."""
        definition = self._by_id.get(value(num, "w:abstractNumId"))
        style_id = value(definition, "w:numStyleLink")
        if style_id is not None:
            ids = [value(each, "w:pPr/w:numPr/w:numId") for each in self._styles.chain(style_id)]
            own = next(filter(None, ids), None)
            definition = self._by_style.get(style_id, self._by_id.get(self._named.get(own)))
        for level in () if definition is None else definition.iter(qn("w:lvl")):
            if (depth := whole(level.get(qn("w:ilvl")), 0)) <= MAX_LEVEL:
                yield depth, _Level.of(level)
