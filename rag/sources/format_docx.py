"""Word (.docx) → canonical text, in document order, as someone reads it who accepts the tracked changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import NamedTuple

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.opc.part import XmlPart
from docx.opc.rel import _Relationship
from docx.oxml.ns import qn
from lxml import etree

from rag.language.packs import ALL, either
from rag.sources.canonical import Canonical, Row, clean, in_one_line, raised, shown_mark
from rag.sources.formulas import formula
from rag.sources.numerals import numeral
from rag.sources.office import DAMAGED, damaged, refuse_bomb
from rag.sources.table_heads import heads_of
from rag.types import LossKind

MAX_LIST_LEVEL = 8  # Word has nine, counted from 0
MAX_COLUMNS = 64  # Word has one fewer
MAX_MARK = 40  # characters of what stands before an item
_UNREAD: dict[str, LossKind] = {"vanish": "hidden text", "strike": "struck out", "dstrike": "struck out"}

_CONTAINERS = {
    qn("w:hyperlink"), qn("w:ins"), qn("w:moveTo"), qn("w:smartTag"), qn("w:sdt"), qn("w:sdtContent"),
    qn("w:fldSimple"), qn("w:customXml"), qn("w:dir"), qn("w:bdo"),
}  # fmt: skip
_WORDS = {qn("w:tab"): " ", qn("w:br"): " ", qn("w:cr"): " ", qn("w:noBreakHyphen"): "-"}
_FORMULAS = {qn("m:oMath"), qn("m:oMathPara")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING_NAME = re.compile(rf"(?:{either(pack.documents.heading_style for pack in ALL)})\s*([1-9])", re.IGNORECASE)
_GOES_ON = re.compile(r"list continue\b", re.IGNORECASE)  # goes on from the item before
_LIST_NAME = re.compile(r"list (?:bullet|number)\s*([2-9]?)", re.IGNORECASE)
_GUESSED = re.compile(
    r"luotu automaattisesti|automaattisesti luotu|automatiskt|automatically|AI-generated", re.IGNORECASE
)
_CONTENTS_NAME = re.compile(r"(?:toc|table of figures)\b", re.IGNORECASE)  # the file names built-in styles in English


def read_docx(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: damaged, too_large."""
    try:
        refuse_bomb(data, file)
        document = docx.Document(BytesIO(data))
        parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.NUMBERING]
        lists = _Lists([part.element for part in parts if isinstance(part, XmlPart)])
        notes = _Notes(document.part.rels.values())
        reading = _Reading(_Styles(document.styles.element), lists, notes)
        reading.add(document.element.body)
        reading.tell_pictures(document.element.body)
    except (*DAMAGED, OpcError) as error:
        raise damaged("Word", file, error) from error
    return reading.canonical


def _value(element: etree._Element | None, path: str) -> str | None:
    """The w:val of the element at a path such as "w:pPr/w:outlineLvl"."""
    found = None if element is None else element.find("/".join(map(qn, path.split("/"))))
    return None if found is None else found.get(qn("w:val"))


def _on(element: etree._Element, path: str) -> bool:
    found = element.find("/".join(map(qn, path.split("/"))))
    return found is not None and found.get(qn("w:val"), "true") not in ("0", "false", "off")


class _Styles:
    """The styles by id; a question goes up the chain of the styles they are based on."""

    def __init__(self, styles: etree._Element) -> None:
        self._by_id = {style.get(qn("w:styleId")): style for style in styles.iter(qn("w:style"))}

    def chain(self, style_id: str | None) -> Iterator[etree._Element]:
        seen: set[str | None] = set()
        while style_id in self._by_id and style_id not in seen:
            seen.add(style_id)
            yield self._by_id[style_id]
            style_id = _value(self._by_id[style_id], "w:basedOn")

    def unread(self, element: etree._Element, style_id: str | None) -> LossKind | None:
        """How a run, by itself or by its style, is hidden or struck out: neither is in force."""
        sources = (element, *self.chain(style_id))
        return next((_UNREAD[how] for how in _UNREAD for each in sources if _on(each, f"w:rPr/w:{how}")), None)

    def bold(self, paragraph: etree._Element) -> bool:
        """Whether all words of a paragraph are bold."""
        own = any(_on(style, "w:rPr/w:b") for style in self.chain(_value(paragraph, "w:pPr/w:pStyle")))
        runs = [
            run for run in paragraph.iter(qn("w:r")) if any((text.text or "").strip() for text in run.iter(qn("w:t")))
        ]
        return bool(runs) and all(
            own
            or _on(run, "w:rPr/w:b")
            or any(_on(style, "w:rPr/w:b") for style in self.chain(_value(run, "w:rPr/w:rStyle")))
            for run in runs
        )

    def sets_first_row_apart(self, style_id: str | None) -> bool:
        return any(
            each.get(qn("w:type")) == "firstRow"
            for style in self.chain(style_id)
            for each in style.iter(qn("w:tblStylePr"))
        )


class _Notes:
    """Footnotes and endnotes by the element that refers to them and their number."""

    def __init__(self, relations: Iterable[_Relationship]) -> None:
        self._notes: dict[tuple[str, str], etree._Element] = {}
        kinds = {RELATIONSHIP_TYPE.FOOTNOTES: "footnote", RELATIONSHIP_TYPE.ENDNOTES: "endnote"}
        for relation in relations:
            kind = kinds.get(relation.reltype)
            if kind is None or relation.is_external:
                continue
            root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
            for note in root.iter(qn(f"w:{kind}")):
                if note.get(qn("w:type"), "normal") == "normal":  # others are lines between text and notes
                    self._notes[f"{kind}Reference", note.get(qn("w:id")) or ""] = note

    def referred_to(self, element: etree._Element) -> Iterator[etree._Element]:
        """Those that are referred to within an element, in order."""
        for kind in ("footnoteReference", "endnoteReference"):
            for reference in element.iter(qn(f"w:{kind}")):
                note = self._notes.get((kind, reference.get(qn("w:id")) or ""))
                if note is not None and not _left_out(reference):
                    yield note


class _Lists:
    """The numbering part: what stands before a list's next item?"""

    def __init__(self, numberings: list[etree._Element]) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._counts: dict[str, dict[int, int]] = {}
        # Lists of one definition count on from each other, but where one says itself that it begins anew.
        self._definitions: dict[str, str] = {}
        self._begins_anew: set[tuple[str, int]] = set()  # those that have not begun yet
        for numbering in numberings:  # at most one
            abstract = {each.get(qn("w:abstractNumId")): each for each in numbering.iter(qn("w:abstractNum"))}
            for num in numbering.iter(qn("w:num")):
                list_id = num.get(qn("w:numId")) or ""
                defined_by = _value(num, "w:abstractNumId")
                definition = abstract.get(defined_by)
                self._definitions[list_id] = defined_by or list_id
                for level in () if definition is None else definition.iter(qn("w:lvl")):
                    self._levels[list_id, _whole(level.get(qn("w:ilvl")), 0)] = _Level.of(level)
                for override in num.iter(qn("w:lvlOverride")):
                    place = list_id, _whole(override.get(qn("w:ilvl")), 0)
                    own = override.find(qn("w:lvl"))
                    changed = _Level.of(own) if own is not None else self._levels.get(place, _BULLETS)
                    if override.find(qn("w:startOverride")) is not None:
                        self._begins_anew.add(place)
                    start = _whole(_value(override, "w:startOverride"), changed.first)
                    self._levels[place] = changed._replace(first=start)

    def next_mark(self, list_id: str, depth: int) -> int | str | None:
        """The mark of the list's next item: its number where that stands with a full stop, as Word writes it where it
        does not, None for a bullet. depth: from 0."""
        level = self._levels.get((list_id, depth), _BULLETS)
        counts = self._counts.setdefault(self._definitions.get(list_id, list_id), {})
        if (list_id, depth) in self._begins_anew:
            self._begins_anew.discard((list_id, depth))
            counts.pop(depth, None)
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        counts[depth] = counts.get(depth, level.first - 1) + 1
        if level.form in ("bullet", "none"):
            return None
        if level.form == "decimal" and level.text == f"%{depth + 1}.":
            return counts[depth]

        def number(match: re.Match[str]) -> str:
            above = int(match[1]) - 1
            its = self._levels.get((list_id, above), level)
            return numeral(counts.get(above, its.first), its.form)

        return clean(_PLACE.sub(number, level.text)) or counts[depth]


class _Level(NamedTuple):
    """One level of a list. form: how Word names the kind of its numbers; text: what stands before an item, %1 for the
    number of the first level; first: the number of its first item."""

    form: str
    text: str
    first: int

    @classmethod
    def of(cls, level: etree._Element) -> _Level:
        text = (_value(level, "w:lvlText") or "")[:MAX_MARK]
        return cls(_value(level, "w:numFmt") or "decimal", text, _whole(_value(level, "w:start"), 1))


_BULLETS = _Level("bullet", "", 1)
_PLACE = re.compile(r"%([1-9])")


class _Reading:
    """Walks the body in document order."""

    def __init__(self, styles: _Styles, lists: _Lists, notes: _Notes) -> None:
        self.canonical = Canonical()
        self._styles = styles
        self._lists = lists
        self._notes = notes

    def add(self, parent: etree._Element) -> None:
        for child in parent:
            if child.tag == qn("w:p"):
                self._add_paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._add_table(child)
            elif child.tag in _CONTAINERS:
                self.add(child)

    def tell_pictures(self, body: etree._Element) -> None:
        """How many say nothing of themselves, or only what a program has guessed."""
        for drawing in body.iter(qn("w:drawing")):
            said = next((each.get("descr") or "" for each in drawing.iter(qn("wp:docPr"))), "")
            is_picture = next(drawing.iter(qn("pic:pic")), None) is not None
            if is_picture and not _left_out(drawing) and (not clean(said) or _GUESSED.search(said)):
                self.canonical.lose("picture", 1)

    def _add_paragraph(self, paragraph: etree._Element) -> None:
        chain, names = self._style_of(paragraph)
        if any(map(_CONTENTS_NAME.match, names)):
            return  # a table of contents repeats the headings
        words = clean(self._words(paragraph))
        if words:
            level = _heading_level([paragraph, *chain], names)
            listed = self._list_place([paragraph, *chain], names)
            if level:
                # "2.1 Scope", "3 § Definitions"; a bullet before a heading says nothing.
                mark = "" if listed is None or listed[1] is None else shown_mark(listed[1])
                self.canonical.heading(mark + words, level)
            elif listed:
                self.canonical.item(words, *listed)
            elif any(map(_GOES_ON.match, names)):
                self.canonical.note(words)
            else:
                self.canonical.paragraph(words)
        self._add_notes(paragraph)
        for box in paragraph.iter(qn("w:txbxContent")):
            if not _left_out(box) and next(box.iterancestors(qn("w:p"))) is paragraph:
                self.add(box)

    def _style_of(self, paragraph: etree._Element) -> tuple[list[etree._Element], list[str]]:
        """A paragraph's style with those that it is based on, and their names."""
        chain = list(self._styles.chain(_value(paragraph, "w:pPr/w:pStyle")))
        return chain, [_value(style, "w:name") or "" for style in chain]

    def _add_notes(self, element: etree._Element) -> None:
        """What the notes say, behind what refers to them."""
        for note in self._notes.referred_to(element):
            self.canonical.note(" ".join(self._words(each) for each in note.iter(qn("w:p"))))

    def _list_place(self, sources: list[etree._Element], names: list[str]) -> tuple[int, int | str | None] | None:
        """(depth, mark or None for a bullet) when the paragraph is numbered, or an item of a list."""
        places = (source.find(qn("w:pPr") + "/" + qn("w:numPr")) for source in sources)
        properties = next((place for place in places if place is not None), None)
        list_id = _value(properties, "w:numId")
        if properties is not None and list_id == "0":  # taken out of the list
            return None
        named = next(filter(None, map(_LIST_NAME.match, names)), None)
        if list_id is None:
            return (int(named[1] or 1), None) if named else None
        level = min(_whole(_value(properties, "w:ilvl"), 0), MAX_LIST_LEVEL)
        return max(level + 1, int(named[1] or 1) if named else 1), self._lists.next_mark(list_id, level)

    def _words(self, element: etree._Element) -> str:
        """What the runs say: without deleted, hidden and field-code text; paragraphs and text boxes within excluded."""
        words = ""
        for child in element:
            if child.tag == qn("w:t"):
                words += child.text or ""
            elif child.tag in _WORDS:
                words += _WORDS[child.tag]
            elif child.tag in _CONTAINERS:
                words += self._words(child)
            elif child.tag in _FORMULAS:
                words += formula(child)
            elif child.tag == qn("w:r"):
                unread = self._styles.unread(child, _value(child, "w:rPr/w:rStyle"))
                above = (
                    _value(child, "w:rPr/w:vertAlign") == "superscript"
                    or _whole(_value(child, "w:rPr/w:position"), 0) > 0
                )
                said = self._words(child)
                if unread is not None:
                    self.canonical.lose(unread, len(clean(said)))
                else:
                    words += raised(said) if above else said
        return words

    def _add_table(self, table: etree._Element) -> None:
        rows = [row for row in _inside(table, qn("w:tr")) if row.find(qn("w:trPr") + "/" + qn("w:del")) is None]
        cells = [cell for row in rows for cell in _inside(row, qn("w:tc"))]
        if len(cells) == 1:  # a frame around text
            self.add(cells[0])
            return
        read: list[list[str]] = []
        for row in rows:
            read.append(self._row_words(row, read[-1] if read else []))
        headers = self._headers(table, rows, read) if len(rows) > 1 else 0
        whole = [
            len(words) > 1 and len(list(_inside(row, qn("w:tc")))) == 1 for row, words in zip(rows, read, strict=True)
        ]
        self.canonical.table(
            [Row(words, header=index < headers, whole=whole[index]) for index, words in enumerate(read)]
        )
        self._add_notes(table)

    def _row_words(self, row: etree._Element, above: list[str]) -> list[str]:
        """above: the row before, whose words a cell that is merged with it has, too."""
        words = [""] * min(_whole(_value(row, "w:trPr/w:gridBefore"), 0), MAX_COLUMNS)
        cells = list(_inside(row, qn("w:tc")))
        for cell in cells:
            merge = cell.find(qn("w:tcPr") + "/" + qn("w:vMerge"))
            continued = merge is not None and merge.get(qn("w:val")) != "restart"
            said = above[len(words)] if continued and len(words) < len(above) else self._cell_words(cell)
            columns = min(_whole(_value(cell, "w:tcPr/w:gridSpan"), 1), MAX_COLUMNS)
            words += [said if offset == 0 or len(cells) > 1 else "" for offset in range(columns)]
        return words

    def _cell_words(self, cell: etree._Element) -> str:
        parts: list[tuple[int | str | None, str]] = []
        for paragraph in cell.iter(qn("w:p")):
            if not _left_out(paragraph) and clean(words := self._words(paragraph)):
                chain, names = self._style_of(paragraph)
                listed = self._list_place([paragraph, *chain], names)
                parts.append((listed[1] if listed else "", words))
        return in_one_line(parts)

    def _headers(self, table: etree._Element, rows: list[etree._Element], read: list[list[str]]) -> int:
        """How many rows name the columns: those that the file says do, else the first where it looks so."""
        said = 0
        for row in rows[:-1]:
            if not _on(row, "w:trPr/w:tblHeader"):
                break
            said += 1
        if said:
            return said
        properties = table.find(qn("w:tblPr"))
        look = None if properties is None else properties.find(qn("w:tblLook"))
        first = look is not None and (
            look.get(qn("w:firstRow")) in ("1", "true") or bool(int(look.get(qn("w:val"), "0"), 16) & 0x20)
        )
        if first and self._styles.sets_first_row_apart(_value(properties, "w:tblStyle")):
            return 1
        return heads_of(read, [self._bold(row) for row in rows])

    def _bold(self, row: etree._Element) -> bool:
        paragraphs = [each for each in row.iter(qn("w:p")) if clean(self._words(each))]
        return bool(paragraphs) and all(self._styles.bold(each) for each in paragraphs)


def _left_out(element: etree._Element) -> bool:
    """Deleted, or the copy that Word keeps for older programs."""
    return any(parent.tag in (_FALLBACK, qn("w:del")) for parent in element.iterancestors())


def _inside(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The children with the tag, also those within content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _CONTAINERS:
            yield from _inside(child, tag)


def _heading_level(sources: list[etree._Element], names: list[str]) -> int | None:
    """By outline level, the paragraph's own first, or by the style's name."""
    for source, name in zip(sources, ["", *names], strict=True):
        outline = _value(source, "w:pPr/w:outlineLvl")
        if outline is not None:
            return None if _whole(outline, 9) > 8 else _whole(outline, 9) + 1
        if found := _HEADING_NAME.fullmatch(name):
            return int(found[1])
        if name == "Title":
            return 1
    return None


def _whole(value: str | None, default: int) -> int:
    return int(value) if value is not None and re.fullmatch(r"[0-9]{1,6}", value) else default
