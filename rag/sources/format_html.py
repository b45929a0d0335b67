"""HTML → canonical text: the main content only, without what a reader of the page does not see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from lxml import etree

from rag.sources.canonical import Canonical, Row, clean, in_one_line, raised
from rag.sources.formulas import formula
from rag.sources.html_invisible import hide_invisible
from rag.sources.html_panels import Panels, open_panels, panels_of
from rag.sources.html_seen import (
    HEADINGS,
    STRUCK,
    UNSEEN,
    above_the_line,
    heads,
    hidden,
    is_main,
    struck,
    unseen,
    within_unseen,
)
from rag.sources.html_styles import style_by_sheet
from rag.sources.list_marks import LINE_BREAK, listed_lines
from rag.sources.mail_replies import leave_out_replies
from rag.sources.numerals import numeral
from rag.sources.table_heads import heads_of
from rag.types import LossKind

_ROW = frozenset({"tr"})
_LISTS = frozenset({"ul", "ol", "menu"})
_DEFINED = frozenset({"dt", "dd"})
_STRONG = frozenset({"b", "strong"})
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "math", "nobr", "q", "rp", "rt", "ruby", "samp", "small", "span", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
_PARAGRAPH_END = re.compile(rf"{LINE_BREAK}\s*{LINE_BREAK}")
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s{0,9}:[^;]{0,60}?\b([a-z]{5}-[a-z]{5})\b", re.IGNORECASE)
_STYLES = {
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i",
    "upper-roman": "I",
}  # fmt: skip
_NUMERALS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_FRONT_PAGE = ("/", "./", "index.html", "/index.html", "/fi", "/sv", "/en", "/fi/", "/sv/", "/en/")
_LOGO = re.compile(r"(?:^|[\s_-])(?:logo|brand|branding|site-?_?(?:title|name))(?=$|[\s_-])", re.IGNORECASE)
_NEAR = 3  # elements around a heading that say what it is; chosen by judgement
_TITLE_PARTS = re.compile(r"\s[-–—|·:»]\s")
_MAX_SPAN = {"colspan": 20, "rowspan": 1000}  # more is a mistake or an attack
_TABLE_ROLES = {"table", "grid", "treegrid"}
_PART_ROLES = {
    "rowgroup": "tbody", "row": "tr", "columnheader": "th", "rowheader": "th", "cell": "td", "gridcell": "td",
}  # fmt: skip


class PageTooDeep(ValueError):
    """A page beyond libxml2's limits (256 levels, 10 MB in one text), which would drop all that follows."""


def read_html(text: str, is_message: bool = False) -> Canonical:
    """is_message: what it answers to is left out, and told."""
    canonical = Canonical()
    root = _parse(text)
    if root is not None:
        if is_message:
            canonical.lose("quoted message", leave_out_replies(root))
        main = next((each for each in root.iter(etree.Element) if is_main(each) and not unseen(each)), root)
        headings = list(root.iter("h1"))
        canonical.title = " ".join(title.text or "" for title in root.iter("title"))
        if len(headings) == 1 and _in_banner(headings[0]) and not _is_site(headings[0], canonical.title):
            canonical.heading(_words(headings[0]), 1, line=_line(headings[0]))
        _Page(canonical).read(main, panels_of(main))
        _tell_losses(main, canonical)
    return canonical


def add_fragment(text: str, canonical: Canonical, first_line: int) -> None:
    """Append a piece of HTML that stands in a Markdown file from `first_line` on."""
    root = _parse(text)
    if root is not None:
        _Page(canonical, first_line - 1).read(root)
        _tell_losses(root, canonical)


def declared_charset(data: bytes) -> str | None:
    """The encoding that a page names for itself in its first kilobyte."""
    found = re.search(
        rb"<meta[^>]{1,1000}charset\s*+=\s*+[\"']?\s*+([\w.:-]+)", data[:1024], re.IGNORECASE
    ) or re.match(rb"\s*<\?xml[^>]{1,1000}encoding\s*=\s*[\"']([\w.:-]+)", data[:1024])
    return found[1].decode("ascii").lower() if found else None


def _parse(text: str) -> etree._Element | None:
    # The text was decoded already; bytes spare lxml the clash with an encoding declared within.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError:  # nothing but white space or comments
        root = None
    for entry in parser.error_log:
        if entry.level == etree.ErrorLevels.FATAL and entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise PageTooDeep(entry.message)
    if root is not None:
        _part_definitions(root)
        _name_by_role(root)
        style_by_sheet(root)
        hide_invisible(root)
        open_panels(root)
    return root


def _part_definitions(root: etree._Element) -> None:
    """A term or a meaning without an end tag ends where the next one begins; libxml2 puts that within it."""
    for part in list(root.iter(*_DEFINED)):
        outer = part.getparent()
        if outer is not None and outer.tag in _DEFINED:
            for moved in reversed([part, *part.itersiblings()]):
                outer.addnext(moved)


def _name_by_role(root: etree._Element) -> None:
    """Tables that are made of other elements, and say by their roles what they are."""
    for table in [each for each in root.iter(etree.Element) if each.get("role") in _TABLE_ROLES]:
        if table.tag != "table" and next(table.iter("table"), None) is None:
            table.tag = "table"
            for part in table.iterdescendants():
                part.tag = _PART_ROLES.get(part.get("role") or "", part.tag)


def _bold(row: etree._Element) -> bool:
    """Whether all words of a table's row are bold."""
    cells = [cell for cell in row.iter("td", "th") if clean(_words(cell))]
    return bool(cells) and all(
        clean("".join(_words(each) for each in _outermost(cell, _STRONG))) == clean(_words(cell)) for cell in cells
    )


def _tell_losses(root: etree._Element, canonical: Canonical) -> None:
    """What of the text is struck out or hidden, and how many pictures say nothing of themselves. An empty description
    is that of an ornament."""
    lost: dict[LossKind, Callable[[etree._Element], bool]] = {"struck out": struck, "hidden text": hidden}
    for element in root.iter(etree.Element):
        if element.tag == "img":
            canonical.lose("picture", int(element.get("alt") is None and not within_unseen(element)))
        for kind, is_lost in lost.items():
            if element.tag not in UNSEEN - STRUCK and is_lost(element) and not within_unseen(element):
                canonical.lose(kind, len(clean("".join(map(str, element.itertext())))))


def _in_banner(heading: etree._Element) -> bool:
    """Whether a heading that is the page's only one stands in its banner, which is not read otherwise."""
    above = list(heading.iterancestors())
    return any(each.tag == "header" and unseen(each) for each in above) and not any(
        unseen(each) for each in above if each.tag != "header"
    )


def _is_site(heading: etree._Element, title: str) -> bool:
    """Whether a heading in the banner is the site's name: it leads to the front page, it is called so, or the page's
    title begins with another name ("Vuokraohje | Kaupunki")."""
    near = [heading, *heading.iter("a"), *islice(heading.iterancestors(), _NEAR)]
    if any(each.tag == "a" and each.get("href") in _FRONT_PAGE for each in near):
        return True
    if any(_LOGO.search(each.get(name) or "") for each in near for name in ("class", "id")):
        return True
    parts, words = [clean(part).lower() for part in _TITLE_PARTS.split(title)], clean(_words(heading)).lower()
    return len(parts) > 1 and parts[0] not in words and words not in parts[0]


def _words(element: etree._Element, without: frozenset[str] = frozenset()) -> str:
    """The words in an element, those in the descendants with the tags `without` left out."""
    return _joined(element.text, element, without)


def _around(element: etree._Element, inner: frozenset[str]) -> tuple[str, str]:
    """The words before the first of the descendants with these tags, and those after it: "Ei saa:", a list, "Muut
    saa." None of them are the descendants'."""
    children = list(element)
    for at, child in enumerate(children):
        if not unseen(child) and (child.tag in inner or next(_outermost(child, inner), None) is not None):
            own = "" if child.tag in inner else _words(child, inner)
            before = f"{_joined(element.text, children[:at], inner)} {own}"
            return before, _joined(child.tail, children[at + 1 :], inner)
    return _words(element, inner), ""


def _joined(text: str | None, children: Iterable[etree._Element], without: frozenset[str]) -> str:
    parts = [text or ""]
    for child in children:
        if not unseen(child) and child.tag not in without:
            gap = "" if child.tag in _INLINE else " "
            if child.tag in _LISTS:
                marked = ((mark if item.tag == "li" else "", _words(item, without)) for item, mark in _items(child))
                words = in_one_line(marked)
            elif child.tag == "dl":
                words = in_one_line((None, words) for words, _ in _definitions(child))
            else:
                words = formula(child) if child.tag == "math" else _words(child, without)
            parts += (gap, raised(words) if above_the_line(child) else words, gap)
        parts.append(child.tail or "")
    return "".join(parts)


def _outermost(element: etree._Element, tags: frozenset[str]) -> Iterator[etree._Element]:
    for child in element:
        if unseen(child):
            continue
        if child.tag in tags:
            yield child
        else:
            yield from _outermost(child, tags)


class _Page:
    """Walks a page in document order; loose text is gathered until a block begins or ends."""

    def __init__(self, canonical: Canonical, lines_before: int = 0) -> None:
        self._canonical = canonical
        self._lines_before = lines_before
        self._loose: list[str] = []
        self._loose_line: int | None = None
        self._level = 1  # of the page's last heading; its title's where there is none
        self._least = 1  # a heading's level within the panel that is read
        self._panels = Panels()
        self._openers: set[etree._Element] = set()

    def read(self, root: etree._Element, panels: Panels | None = None) -> None:
        """A piece of a text has no panels: nobody sees there what follows them."""
        self._panels = panels or Panels()
        self._openers = set(self._panels.openers.values())
        self._walk(root)
        self._end_paragraph()

    def _walk(self, element: etree._Element) -> None:
        self._say(element.text, element)
        for child in element:
            if not unseen(child):
                self._add(child)
            self._say(child.tail, child)

    def _say(self, words: str | None, near: etree._Element) -> None:
        if words:
            self._loose.append(words)
            if self._loose_line is None and words.strip():
                self._loose_line = self._line(near)

    def _end_paragraph(self) -> None:
        for words in _PARAGRAPH_END.split("".join(self._loose)):
            for item, said in listed_lines(words.split(LINE_BREAK)):
                if item is None:
                    self._canonical.paragraph(said, line=self._loose_line)
                else:
                    self._canonical.item(said, 1, item or None, line=self._loose_line)
        self._loose, self._loose_line = [], None

    def _add(self, element: etree._Element) -> None:
        tag, line = element.tag, self._line(element)
        if tag == "br":
            self._loose.append(LINE_BREAK)
            return
        if above_the_line(element) and tag in _INLINE:
            self._say(raised(_words(element)), element)
            return
        if tag == "math":
            self._say(formula(element), element)
            return
        if element in self._openers:  # its panel's heading
            self._end_paragraph()
            return
        if tag == "button" and not heads(element):  # by itself it is the heading of what it opens
            self._end_paragraph()
            self._canonical.paragraph(_words(element), line=line)
            return
        if tag in _INLINE:
            self._walk(element)
            return
        self._end_paragraph()
        if tag in HEADINGS:
            self._level = max(int(tag[1]), self._least)
            self._canonical.heading(_words(element), self._level, line=line)
        elif (opener := self._panels.openers.get(element)) is not None:
            self._add_panel(element, opener)
        elif (heading := self._panels.headings.get(element)) is not None:
            self._walk(element)
            self._leave(element, max(1, int(heading.tag[1]) - 1), self._least)
        elif tag == "hr":
            self._canonical.end_sections(line=line)
        elif tag in _LISTS:
            self._add_list(element, depth=1)
        elif tag == "li":  # outside any list
            self._add_item(element, 1, None)
        elif tag == "dl":
            self._add_definitions(element)
        elif tag == "table":
            self._add_table(element)
        else:
            self._walk(element)
            self._end_paragraph()

    def _add_panel(self, panel: etree._Element, opener: etree._Element) -> None:
        """With what opens it as its heading, below the page's last one; headings within it stand below that."""
        around = self._level, self._least
        self._level = min(6, self._level + 1)
        self._least = min(6, self._level + 1)
        self._canonical.heading(_words(opener), self._level, line=self._line(panel))
        self._walk(panel)
        self._leave(panel, *around)

    def _leave(self, panel: etree._Element, level: int, least: int) -> None:
        """level, least: of the headings around the panel."""
        self._end_paragraph()
        self._level, self._least = level, least
        if panel in self._panels.leave:
            self._canonical.end_sections(line=self._line(panel))

    def _add_list(self, element: etree._Element, depth: int) -> None:
        if depth == 1:
            self._canonical.begin_list()
        for child, mark in _items(element):
            if child.tag == "li":
                self._add_item(child, depth, mark)
            elif child.tag in _LISTS:  # invalid, and common: a list directly in a list
                self._add_list(child, depth + 1)
            else:
                self._add(child)
                self._end_paragraph()

    def _add_item(self, element: etree._Element, depth: int, number: int | str | None) -> None:
        inner = _LISTS | {"table"}
        before, after = _around(element, inner)
        if after.strip()[:1].islower() and not before.rstrip().endswith(":"):  # one sentence, around the list
            before, after = f"{before} {after}", ""
        self._canonical.item(before, depth, number, line=self._line(element))
        for part in _outermost(element, inner):
            if part.tag == "table":
                self._add_table(part)
            else:
                self._add_list(part, depth + 1)
        if after.strip():
            self._canonical.note(after, line=self._line(element))

    def _add_definitions(self, element: etree._Element) -> None:
        for words, first in _definitions(element):
            self._canonical.paragraph(words, line=None if first is None else self._line(first))

    def _add_table(self, element: etree._Element) -> None:
        cells = list(_outermost(element, frozenset({"td", "th"})))
        # A table within a cell of one that names its rows or columns is words of the cell.
        named = any(cell.tag == "th" for cell in cells)
        layout = element.get("role") in ("presentation", "none") or any(
            next(cell.iter(*HEADINGS, *(() if named else ("table",))), None) is not None for cell in cells
        )
        if layout or len(cells) == 1:
            for cell in cells:
                self._walk(cell)
                self._end_paragraph()
            return
        caption = next(_outermost(element, frozenset({"caption"})), None)
        rows = list(self._rows(element))
        if not any(row.header for row in rows):
            names = heads_of([row.cells for row in rows], [_bold(row) for row in _outermost(element, _ROW)])
            rows = [replace(row, header=number < names) for number, row in enumerate(rows)]
        self._canonical.table(rows, "" if caption is None else _words(caption), line=self._line(element))

    def _rows(self, element: etree._Element) -> Iterator[Row]:
        below: dict[int, int] = {}  # column → rows that a cell above still covers
        above: list[str] = []
        for row in _outermost(element, _ROW):
            cells = list(_outermost(row, frozenset({"td", "th"})))
            words: list[str] = []
            covered: dict[int, int] = {}
            for cell in cells:
                while below.get(len(words)):
                    words.append(above[len(words)])
                for offset in range(_span(cell, "colspan")):
                    covered[len(words)] = _span(cell, "rowspan")
                    words.append(_words(cell) if offset == 0 or len(cells) > 1 or any(below.values()) else "")
            while below.get(len(words)):
                words.append(above[len(words)])
            above = words
            below = {
                column: max(below.get(column, 0), covered.get(column, 0), 1) - 1
                for column in below.keys() | covered.keys()
            }
            parent = row.getparent()
            whole = len(cells) == 1 and len(covered) == len(words) > 1
            header = (parent is not None and parent.tag == "thead") or all(cell.tag == "th" for cell in cells)
            yield Row(words, header=header and bool(cells) and not whole, line=self._line(row), whole=whole)

    def _line(self, element: etree._Element) -> int | None:
        line = _line(element)
        return None if line is None else line + self._lines_before


def _line(element: etree._Element) -> int | None:
    line: Any = element.sourceline
    return None if line is None else int(line)


def _number(element: etree._Element, attribute: str, default: int = 1) -> int:
    value = element.get(attribute) or ""
    return int(value) if re.fullmatch(r"[0-9]{1,6}", value) else default


def _items(element: etree._Element) -> Iterator[tuple[etree._Element, int | str | None]]:
    """What of a list is seen, each item with its mark, None for a bullet and for what is no item."""
    children = [child for child in element if not unseen(child)]
    step = -1 if element.get("reversed") is not None else 1
    count = sum(child.tag == "li" for child in children)
    number = _number(element, "start", default=count if step < 0 else 1)
    for child in children:
        if child.tag != "li":
            yield child, None
            continue
        number = _number(child, "value", default=number)
        yield child, _mark(number, _kind(element)) if element.tag == "ol" else None
        number += step


def _mark(number: int, kind: str) -> int | str:
    """What stands before an item of an ordered list; kind: HTML's name of its numbers."""
    form = _NUMERALS.get(kind)
    return number if form is None else f"{numeral(number, form, counted=True)}."


def _kind(element: etree._Element) -> str:
    """HTML's name of a list's numbers, which a style may say instead."""
    said = _LIST_STYLE.search(element.get("style") or "")
    return _STYLES.get(said[1].lower(), "1") if said else element.get("type") or "1"


def _definitions(element: etree._Element) -> Iterator[tuple[str, etree._Element | None]]:
    """Each meaning behind its terms, and where it begins: a term and what it means belong together, "term: meaning"."""
    terms: list[str] = []
    first, meant = None, False  # whether the terms have a meaning
    for part in _outermost(element, _DEFINED):
        words = _words(part).strip()
        if part.tag == "dt":
            if meant:
                terms, meant = [], False
            first = first if terms else part
            terms.append(words)
        else:
            term, meant = ", ".join(terms), True
            joint = " " if not term or term[-1] in ":.?!" else ": "
            yield term + joint + words, part if first is None else first
    if not meant:
        yield ", ".join(terms), first


def _span(cell: etree._Element, attribute: str) -> int:
    return min(max(_number(cell, attribute), 1), _MAX_SPAN[attribute])
