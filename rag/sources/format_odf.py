"""OpenDocument text (.odt), sheets (.ods) and slides (.odp) → canonical text, in document order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

from rag.errors import UnreadableSource
from rag.sources.canonical import Canonical, Row, clean, in_one_line, raised, shown_mark
from rag.sources.format_sheets import SheetRow, add_rows
from rag.sources.formulas import formula
from rag.sources.list_marks import LINE_BREAK
from rag.sources.numerals import numeral
from rag.sources.office import DAMAGED, damaged, parsed, refuse_bomb, whole
from rag.sources.reading_order import Box, reading_order
from rag.sources.table_heads import heads_of
from rag.sources.typed_lists import TypedLists
from rag.types import LossKind

MAX_REPEATED = 64  # cells or rows that a file says once for many: more of them are the empty rest of a sheet
MAX_CELLS = 200_000
MAX_FORMULA = 2000  # characters; more is none that anybody reads, and may be referred to again and again
_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_NAMES = {name: _NAMESPACE.format(name) for name in ("office", "text", "table", "style", "drawing", "presentation")}
_NAMES |= {"fo": _NAMESPACE.format("xsl-fo-compatible"), "svg": _NAMESPACE.format("svg-compatible")}
_NAMES |= {"xlink": "http://www.w3.org/1999/xlink"}
_OBJECT = re.compile(r"(?:\./)?([^/]{1,200})/?")  # where a formula lies, which is a file of its own
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_RUNNING = ("page-number", "footer", "header", "date-time", "page")  # on each slide
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)(cm|mm|in|pt)?")
_IN_MM = {"cm": 10.0, "mm": 1.0, "in": 25.4, "pt": 25.4 / 72, None: 1.0}


def _n(name: str) -> str:
    """The name of an element or attribute as lxml has it, from one such as "text:p"."""
    prefix, _, local = name.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"


_DRAWN = "frame custom-shape rect ellipse circle polygon regular-polygon path caption line polyline connector"
_SHAPES = {_n(f"drawing:{name}") for name in _DRAWN.split()}
_BREAKS = {_n("text:s"): " ", _n("text:tab"): " ", _n("text:line-break"): LINE_BREAK}
_ASIDE = {_n("text:note"), _n("drawing:text-box"), *_SHAPES}  # behind the words
_UNREAD = {
    _n("office:annotation"), _n("office:annotation-end"), _n("office:forms"), _n("text:tracked-changes"),
    _n("text:table-of-content"), _n("text:table-index"), _n("text:illustration-index"), _n("text:object-index"),
    _n("text:alphabetical-index"), _n("text:user-index"), _n("text:page-number"), _n("text:page-count"),
    _n("text:hidden-text"), _n("text:sequence-decls"), _n("svg:title"), _n("svg:desc"),
}  # fmt: skip


def read_odt(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: encrypted, damaged, too_large."""
    return _read(data, file, "text", lambda reading, body: reading.add(body))


def read_ods(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: encrypted, damaged, too_large."""
    return _read(data, file, "spreadsheet", partial(_add_sheets, file=file))


def read_odp(data: bytes, file: str) -> Canonical:
    """Pages are slides, counted from 1. Raises UnreadableSource: encrypted, damaged, too_large."""
    return _read(data, file, "presentation", lambda reading, body: reading.add_slides(body))


def _read(data: bytes, file: str, kind: str, add: Callable[[_Reading, etree._Element], None]) -> Canonical:
    try:
        refuse_bomb(data, file)
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise UnreadableSource(file, "encrypted", "it asks for a password; save it without one")
            content = parsed(archive.read("content.xml"))
            sources = [content, *(parsed(archive.read(name)) for name in names if name == "styles.xml")]
            reading = _Reading(_Styles(sources), _formulas(content, archive))
        for body in content.iter(_n(f"office:{kind}")):
            add(reading, body)
            reading.tell_comments(body)
    except DAMAGED as error:
        raise damaged("OpenDocument", file, error) from error
    return reading.canonical


def _formulas(content: etree._Element, archive: ZipFile) -> dict[str, str]:
    """What the formulas say, by the name that the text refers to them by."""
    found: dict[str, str] = {}
    parts = set(archive.namelist())
    for name in dict.fromkeys(each.get(_n("xlink:href")) or "" for each in content.iter(_n("drawing:object"))):
        place = _OBJECT.fullmatch(name)
        if place and f"{place[1]}/content.xml" in parts:
            root = parsed(archive.read(f"{place[1]}/content.xml"))
            if root.tag == _MATH:
                found[name] = formula(root)[:MAX_FORMULA]
    return found


class _Styles:
    """Styles by name; a question goes up the chain of those that they are based on."""

    def __init__(self, roots: list[etree._Element]) -> None:
        styles = [each for root in roots for each in root.iter(_n("style:style"))]
        self._by_name = {each.get(_n("style:name")): each for each in reversed(styles)}
        lists = [each for root in roots for each in root.iter(_n("text:list-style"))]
        self.lists = {each.get(_n("style:name")): each for each in lists}
        self.outline = next((each for root in roots for each in root.iter(_n("text:outline-style"))), None)

    def chain(self, name: str | None) -> Iterator[etree._Element]:
        seen: set[str | None] = set()
        while name in self._by_name and name not in seen:
            seen.add(name)
            yield self._by_name[name]
            name = self._by_name[name].get(_n("style:parent-style-name"))

    def said(self, name: str | None, attribute: str) -> str | None:
        """What the style or those that it is based on say of a property."""
        for style in self.chain(name):
            for properties in style:
                if (value := properties.get(_n(attribute))) is not None:
                    return value
        return None

    def unread(self, *names: str | None) -> LossKind | None:
        """How words are hidden or struck out: neither is in force. names: of the styles of what they stand in, the
        nearest first, which decides where it says anything."""

        def said(*attributes: str) -> str:
            values = (self.said(name, each) for name in names for each in attributes)
            return next((value for value in values if value is not None), "")

        if said("text:display") == "none":
            return "hidden text"
        struck = said("style:text-line-through-style", "style:text-line-through-type")
        return "struck out" if struck not in ("", "none") else None

    def is_title(self, name: str | None) -> bool:
        return any(style.get(_n("style:name")) == "Title" for style in self.chain(name))


class _Reading:
    """Walks a body in document order."""

    def __init__(self, styles: _Styles, formulas: Mapping[str, str]) -> None:
        """formulas: what they say, by the name that the text has for them."""
        self.canonical = TypedLists()
        self._styles = styles
        self._formulas = formulas
        self._page: int | None = None
        self._counts: dict[tuple[str, int], int] = {}  # of a list's or the headings' levels, from 1
        self._marks_notes = False  # in a table what a note says stands behind all rows

    def add(self, parent: etree._Element) -> None:
        for child in parent:
            if child.tag == _n("text:h"):
                self._add_heading(child)
            elif child.tag == _n("text:p"):
                self._add_paragraph(child)
            elif child.tag == _n("text:list"):
                self._add_list(child, 1, child.get(_n("text:style-name")) or "")
            elif child.tag == _n("table:table"):
                self._add_table(child)
            elif child.tag == _n("text:section") and child.get(_n("text:display")) == "none":
                self.canonical.lose("hidden text", len(clean("".join(map(str, child.itertext())))))
            elif isinstance(child.tag, str) and child.tag not in _UNREAD:
                self._tell_picture(child)
                self.add(child)

    def add_slides(self, body: etree._Element) -> None:
        for number, slide in enumerate(body.iter(_n("drawing:page")), start=1):
            self._page = number
            if self._styles.said(slide.get(_n("drawing:style-name")), "presentation:visibility") == "hidden":
                unseen = [self._words(each) for each in slide.iter(_n("text:p"), _n("text:h"))]
                self.canonical.lose("hidden text", sum(len(clean(each)) for each in unseen), number)
                continue
            drawn = slide.iter(*_SHAPES)
            frames = [each for each in drawn if not any(outer.tag in _SHAPES for outer in each.iterancestors())]
            in_notes = {id(each) for notes in slide.iter(_n("presentation:notes")) for each in notes.iter()}
            titles = [each for each in frames if _is_title(each) and id(each) not in in_notes]
            for title in titles:
                words = " ".join(self._words(each) for each in title.iter(_n("text:p")))
                self.canonical.heading(words, 2, page=number)
            shown = [each for each in frames if not _is_title(each) and id(each) not in in_notes]
            said_beside = [each for each in frames if id(each) in in_notes]
            for frame in (*_in_reading_order(shown), *_in_reading_order(said_beside)):
                if frame.get(_n("presentation:class")) not in _RUNNING:
                    self._tell_picture(frame)
                    self.add(frame)

    def tell_comments(self, body: etree._Element) -> None:
        for comment in body.iter(_n("office:annotation")):
            said = [clean("".join(map(str, each.itertext()))) for each in comment.iter(_n("text:p"))]
            self.canonical.lose("hidden text", sum(map(len, said)))

    def _add_heading(self, heading: etree._Element) -> None:
        level = whole(heading.get(_n("text:outline-level")), 1)
        numbered = self._styles.outline is not None and heading.get(_n("text:is-list-header")) != "true"
        mark = self._mark("", level, self._styles.outline) if numbered else ""
        self.canonical.heading(f"{mark} {self._words(heading)}", level, page=self._page)
        self._add_beside(heading)

    def _add_paragraph(self, paragraph: etree._Element) -> None:
        words, style = self._words(paragraph), paragraph.get(_n("text:style-name"))
        if self._styles.is_title(style):
            self.canonical.heading(words, 1, page=self._page)
        else:
            self.canonical.paragraph(words, page=self._page)
        self._add_beside(paragraph)

    def _add_beside(self, paragraph: etree._Element, within_table: bool = False) -> None:
        """Notes and boxes, behind the words that they are bound to; notes of a table with their marks."""
        for child in paragraph:
            if child.tag == _n("text:note"):
                said = [self._words(each) for each in child.iterfind(f"{_n('text:note-body')}//{_n('text:p')}")]
                if within_table and any(map(clean, said)):
                    said = [f"{_note_mark(child)} {' '.join(said)}"]
                for words in said:
                    self.canonical.note(words, page=self._page)
            elif child.tag in _ASIDE:
                self._tell_picture(child)
                self.add(child)
            elif isinstance(child.tag, str) and child.tag not in _UNREAD:
                self._add_beside(child, within_table)

    def _tell_picture(self, frame: etree._Element) -> None:
        described = any(clean(str(each.text or "")) for each in frame.iter(_n("svg:title"), _n("svg:desc")))
        inner = frame.find(_n("drawing:object"))
        if inner is None:
            is_picture = frame.find(_n("drawing:image")) is not None or frame.find(_n("drawing:object-ole")) is not None
        else:
            is_picture = inner.get(_n("xlink:href")) not in self._formulas  # a chart
        self.canonical.lose("picture", int(is_picture and not described))

    def _add_list(self, element: etree._Element, depth: int, style_name: str) -> None:
        self._begin_list(element, depth, style_name)
        for item in element:
            if item.tag not in (_n("text:list-item"), _n("text:list-header")):
                continue
            marked = item.tag == _n("text:list-item")
            paragraphs = [each for each in item if each.tag in (_n("text:p"), _n("text:h"))]
            words = " ".join(self._words(each) for each in paragraphs)
            mark = self._item_mark(item, depth, style_name) if marked and paragraphs else None
            if len(paragraphs) == 1 and paragraphs[0].tag == _n("text:h") and clean(words):
                level = whole(paragraphs[0].get(_n("text:outline-level")), depth)
                self.canonical.heading(("" if mark is None else shown_mark(mark)) + words, level, page=self._page)
            else:
                self.canonical.item(words, depth, mark, page=self._page)
            for each in paragraphs:
                self._add_beside(each)
            for inner in item:
                if inner.tag == _n("text:list"):
                    self._add_list(inner, depth + 1, inner.get(_n("text:style-name")) or style_name)
                elif inner.tag == _n("table:table"):
                    self._add_table(inner)

    def _begin_list(self, element: etree._Element, depth: int, style_name: str) -> None:
        goes_on = element.get(_n("text:continue-numbering")) == "true" or element.get(_n("text:continue-list"))
        if depth == 1 and not goes_on:
            self._counts = {place: count for place, count in self._counts.items() if place[0] != style_name}

    def _item_mark(self, item: etree._Element, depth: int, style_name: str) -> int | str | None:
        """Its number, or its mark as it stands; None for a bullet."""
        if (start := item.get(_n("text:start-value"))) is not None:
            self._counts[style_name, depth] = whole(start, 1) - 1
        mark = self._mark(style_name, depth, self._styles.lists.get(style_name))
        return int(mark[:-1]) if re.fullmatch(r"[0-9]{1,6}\.", mark) else mark or None

    def _mark(self, name: str, depth: int, style: etree._Element | None) -> str:
        """What stands before the next item of a level, "" for a bullet. name: of the list, "" for headings."""
        for place in [each for each in self._counts if each[0] == name and each[1] > depth]:
            del self._counts[place]
        levels = {whole(each.get(_n("text:level")), 1): each for each in ([] if style is None else style)}
        level = levels.get(depth)
        if level is None or not level.get(_n("style:num-format")):
            return ""
        first = whole(level.get(_n("text:start-value")), 1)
        self._counts[name, depth] = self._counts.get((name, depth), first - 1) + 1
        shown = min(whole(level.get(_n("text:display-levels")), 1), depth)
        numbers = []
        for above in range(depth - shown + 1, depth + 1):
            form = levels[above].get(_n("style:num-format")) if above in levels else ""
            numbers.append(numeral(self._counts.get((name, above), 1), _FORMS.get(form or "1", "decimal")))
        return clean(
            (level.get(_n("style:num-prefix")) or "") + ".".join(numbers) + (level.get(_n("style:num-suffix")) or "")
        )

    def _words(self, element: etree._Element, *above: str | None) -> str:
        """The words of a paragraph or a part of it, without notes, boxes and what is not in force. above: the styles of
        what it stands in, the nearest first."""
        if element.tag in (_n("text:p"), _n("text:h"), _n("text:span")):
            above = (element.get(_n("text:style-name")), *above)
        lost = self._styles.unread(*above)

        def in_force(words: str | None) -> str:
            if lost is not None:
                self.canonical.lose(lost, len(clean(words or "")))
            return "" if lost is not None else words or ""

        parts = [in_force(element.text)]
        for child in element:
            if child.tag in _BREAKS:
                parts.append(_BREAKS[child.tag])
            elif child.tag == _n("drawing:frame"):
                objects = child.iterfind(_n("drawing:object"))
                parts += [in_force(self._formulas.get(each.get(_n("xlink:href")) or "")) for each in objects]
            elif child.tag == _n("text:note") and self._marks_notes:
                parts.append(_note_mark(child))
            elif isinstance(child.tag, str) and child.tag not in _ASIDE | _UNREAD:
                parts.append(self._words(child, *above))
            parts.append(in_force(child.tail))
        said = "".join(parts)
        is_raised = (self._styles.said(above[0] if above else None, "style:text-position") or "").startswith("super")
        return raised(said) if is_raised else said

    def _add_table(self, table: etree._Element) -> None:
        rows = list(_rows_of(table))
        cells = [cell for row in rows for cell in row if cell.tag == _n("table:table-cell")]
        if len(cells) == 1:  # a frame around text
            self.add(cells[0])
            return
        read = self.rows(rows)
        told = next(table.iter(_n("table:table-header-rows")), None)
        names = len(list(told.iter(_n("table:table-row")))) if told is not None else 0
        if not names and len(rows) > 1:
            names = heads_of(read, [self._bold(row) for row in rows])
        self.canonical.table(
            [
                Row(words, header=number < names, whole=_is_whole(row, words))
                for number, (row, words) in enumerate(zip(rows, read, strict=True))
            ]
        )
        for cell in cells:
            for paragraph in _paragraphs_of(cell):
                self._add_beside(paragraph, within_table=True)

    def rows(self, rows: list[etree._Element]) -> list[list[str]]:
        """The words of each row; those of a merged cell in each row and column that it covers."""
        read: list[list[str]] = []
        self._marks_notes = True
        covered: dict[tuple[int, int], str] = {}
        for number, row in enumerate(rows):
            words: list[str] = []
            blank = True  # but for numbers of lists
            real = sum(cell.tag == _n("table:table-cell") for cell in row)
            for cell in row:
                repeated = whole(cell.get(_n("table:number-columns-repeated")), 1)
                if cell.tag == _n("table:covered-table-cell"):
                    above = [covered.get((number, len(words) + at), "") for at in range(min(repeated, MAX_REPEATED))]
                    words += above
                    blank = blank and not any(above)
                elif cell.tag == _n("table:table-cell"):
                    parts = list(self._cell_parts(cell))
                    said = in_one_line(parts)
                    blank = blank and not said
                    if not said:  # a column of numbers
                        said = " ".join(shown_mark(mark).strip() for mark, _ in parts if mark)
                    if (lost := self._styles.unread(cell.get(_n("table:style-name")))) is not None:
                        self.canonical.lose(lost, len(clean(said)))
                        said = ""
                    width = min(whole(cell.get(_n("table:number-columns-spanned")), 1), MAX_REPEATED)
                    height = min(whole(cell.get(_n("table:number-rows-spanned")), 1), len(rows) - number)
                    for down in range(height):
                        for right in range(width):
                            if real > 1 or down == 0 == right:  # over the whole width: said once
                                covered[number + down, len(words) + right] = said
                    rest = repeated > 1 and cell is row[-1] and not clean(said)  # of the sheet's width
                    words += [] if rest else [said] * min(repeated, MAX_REPEATED)
            read.append([""] * len(words) if blank else words)
        self._marks_notes = False
        widest = max(map(len, read), default=0)
        return [words + [""] * (widest - len(words)) for words in read]

    def _cell_parts(
        self, element: etree._Element, depth: int = 0, style: str = "", mark: int | str | None = ""
    ) -> Iterator[tuple[int | str | None, str]]:
        """The paragraphs of a cell with their marks. element: the cell, or what lies within it; depth, style: of the
        list that it is within; mark: of the item that it is, for the first of its paragraphs."""
        for child in element:
            if child.tag in (_n("text:p"), _n("text:h")):
                yield mark, self._words(child)
                mark = ""
            elif child.tag == _n("text:list"):
                own = child.get(_n("text:style-name")) or style
                self._begin_list(child, depth + 1, own)
                yield from self._cell_parts(child, depth + 1, own)
            elif child.tag == _n("text:list-item"):
                counted = any(each.tag in (_n("text:p"), _n("text:h")) for each in child)
                own_mark = self._item_mark(child, depth, style) if counted else ""
                yield from self._cell_parts(child, depth, style, own_mark)
            elif isinstance(child.tag, str) and child.tag not in _ASIDE | _UNREAD:
                yield from self._cell_parts(child, depth, style, mark)

    def sheet_is_hidden(self, style: str | None) -> bool:
        return self._styles.said(style, "table:display") == "false"

    def _bold(self, row: etree._Element) -> bool:
        paragraphs = [each for each in row.iter(_n("text:p")) if clean("".join(map(str, each.itertext())))]

        def bold(element: etree._Element) -> bool:
            return self._styles.said(element.get(_n("text:style-name")), "fo:font-weight") == "bold"

        return bool(paragraphs) and all(
            bold(each) or (not clean(each.text or "") and len(each) > 0 and all(map(bold, each))) for each in paragraphs
        )


def _add_sheets(reading: _Reading, body: etree._Element, file: str) -> None:
    for sheet in body.iter(_n("table:table")):
        rows = list(_rows_of(sheet))
        if sum(len(row) for row in rows) > MAX_CELLS:
            name = sheet.get(_n("table:name"))
            what = f"the sheet '{name}' has more than {MAX_CELLS:,} cells; keep what people read"
            raise UnreadableSource(file, "too_large", what)
        hidden = [row.get(_n("table:visibility")) in ("collapse", "filter") for row in rows]
        style = sheet.get(_n("table:style-name"))
        if reading.sheet_is_hidden(style):
            hidden = [True] * len(rows)
        else:
            reading.canonical.heading(sheet.get(_n("table:name")) or "", 2)
        unseen_columns = _hidden_columns(sheet)
        read = []
        for words, row, unseen in zip(reading.rows(rows), rows, hidden, strict=True):
            lost = [each for column, each in enumerate(words) if unseen or column in unseen_columns]
            reading.canonical.lose("hidden text", sum(len(clean(each)) for each in lost))
            read.append(_once([each for column, each in enumerate(words) if column not in unseen_columns], row))
        add_rows(
            reading.canonical,
            [
                SheetRow(words, whole=_is_whole(row, words))
                for row, words, unseen in zip(rows, read, hidden, strict=True)
                if not unseen
            ],
        )


def _hidden_columns(sheet: etree._Element) -> set[int]:
    """By their numbers, from 0."""
    hidden: set[int] = set()
    at = 0
    for column in sheet.iter(_n("table:table-column")):
        count = whole(column.get(_n("table:number-columns-repeated")), 1)
        if column.get(_n("table:visibility")) in ("collapse", "filter"):
            hidden |= set(range(at, min(at + count, MAX_CELLS)))
        at += count
    return hidden


def _once(words: list[str], row: etree._Element) -> list[str]:
    """The words of a row, those of a title that lies over some of the columns only once."""
    said = [cell for cell in row.findall(_n("table:table-cell")) if clean("".join(map(str, cell.itertext())))]
    several = len(said) == 1 and whole(said[0].get(_n("table:number-columns-spanned")), 1) > 1
    return [*words[:1], *[""] * (len(words) - 1)] if several and any(map(clean, words[:1])) else words


def _is_whole(row: etree._Element, words: list[str]) -> bool:
    """Whether a row is one cell over all columns. words: of its columns."""
    cells = row.findall(_n("table:table-cell"))
    spanned = [whole(cell.get(_n("table:number-columns-spanned")), 1) for cell in cells]
    return max(spanned, default=1) > 1 and any(map(clean, words[:1])) and not any(map(clean, words[1:]))


def _rows_of(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table itself, those of groups and of the header included, not those of tables within."""
    for child in table:
        if child.tag == _n("table:table-row"):
            repeated = whole(child.get(_n("table:number-rows-repeated")), 1)
            yield from [child] * (repeated if repeated <= MAX_REPEATED else 1)
        elif child.tag in (_n("table:table-header-rows"), _n("table:table-rows"), _n("table:table-row-group")):
            yield from _rows_of(child)


def _is_title(frame: etree._Element) -> bool:
    return frame.get(_n("presentation:class")) == "title"


def _note_mark(note: etree._Element) -> str:
    """What refers to a note, so that no number before it becomes another."""
    citation = note.find(_n("text:note-citation"))
    mark = "" if citation is None else clean("".join(map(str, citation.itertext())))
    return f"[{mark}]" if any(map(str.isalpha, mark)) else raised(mark)


def _paragraphs_of(cell: etree._Element) -> Iterator[etree._Element]:
    """Those of a cell itself, not of boxes and notes within them."""
    for child in cell:
        if child.tag in (_n("text:p"), _n("text:h")):
            yield child
        elif isinstance(child.tag, str) and child.tag not in _ASIDE | _UNREAD:
            yield from _paragraphs_of(child)


def _in_reading_order(frames: list[etree._Element]) -> Iterator[etree._Element]:
    """Those without words, as pictures and grounds, last: they stand between no others."""
    silent = [not any(clean(str(text)) for text in frame.itertext()) for frame in frames]
    said = [frame for frame, is_silent in zip(frames, silent, strict=True) if not is_silent]
    yield from (said[number] for number in reading_order([_box(number, frame) for number, frame in enumerate(said)]))
    yield from (frame for frame, is_silent in zip(frames, silent, strict=True) if is_silent)


def _box(number: int, frame: etree._Element) -> Box:
    """In millimetres."""

    def length(name: str) -> float:
        found = _LENGTH.fullmatch(frame.get(_n(name)) or "")
        return float(found[1]) * _IN_MM[found[2]] if found else 0.0

    return Box(number, length("svg:x"), length("svg:y"), length("svg:width"), length("svg:height"))
