"""Word (.docx) → canonical text, in document order, as someone reads it who accepts the tracked changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.opc.part import XmlPart
from docx.opc.rel import _Relationship
from docx.oxml.ns import qn
from lxml import etree

from rag.language.packs import ALL, either
from rag.language.permissions import permission_in
from rag.sources.canonical import Canonical, Row, clean, in_one_line, is_sentence, raised, shown_mark
from rag.sources.diagrams import Diagrams, is_drawn
from rag.sources.formulas import formula
from rag.sources.list_marks import LINE_BREAK
from rag.sources.numerals import numeral
from rag.sources.office import DAMAGED, damaged, parsed, refuse_bomb, whole
from rag.sources.symbols import sign_of, with_signs
from rag.sources.table_heads import heads_of
from rag.sources.typed_lists import TypedLists
from rag.sources.word_heads import bold_heads
from rag.sources.word_lists import MAX_LEVEL, Lists
from rag.sources.word_styles import Styles, fill_of, on, value
from rag.types import LANGUAGES

MAX_COLUMNS = 64  # Word has one fewer
_STATING_WORDS = 3  # fewer are a label: "Ei julkinen."; chosen by judgement

_CONTAINERS = {
    qn("w:hyperlink"), qn("w:ins"), qn("w:moveTo"), qn("w:smartTag"), qn("w:sdt"), qn("w:sdtContent"),
    qn("w:fldSimple"), qn("w:customXml"), qn("w:dir"), qn("w:bdo"),
}  # fmt: skip
_WORDS = {
    qn("w:tab"): " ",
    qn("w:ptab"): " ",
    qn("w:br"): LINE_BREAK,
    qn("w:cr"): LINE_BREAK,
    qn("w:noBreakHyphen"): "-",
}
_NOTED = {qn("w:footnoteReference"), qn("w:endnoteReference")}
_FORMULAS = {qn("m:oMath"), qn("m:oMathPara")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"  # how older programs draw
_HEADING_NAME = re.compile(rf"(?:{either(pack.documents.heading_style for pack in ALL)})\s*([1-9])", re.IGNORECASE)
_GOES_ON = re.compile(r"list continue\b", re.IGNORECASE)  # goes on from the item before
_LIST_NAME = re.compile(r"list (?:bullet|number)\s*([2-9]?)", re.IGNORECASE)
_CODE = re.compile(r"[0-9A-Fa-f]{1,4}")  # of a letter
_GUESSED = re.compile(
    r"luotu automaattisesti|automaattisesti luotu|automatiskt|automatically|AI-generated", re.IGNORECASE
)
# The file names built-in styles in English.
_CONTENTS_NAME = re.compile(r"(?:toc|table of (?:figures|authorities)|index \d)\b", re.IGNORECASE)


def read_docx(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: damaged, too_large."""
    try:
        refuse_bomb(data, file)
        document = docx.Document(BytesIO(data))
        parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.NUMBERING]
        styles, body = Styles(document.styles.element), document.element.body
        lists = Lists([part.element for part in parts if isinstance(part, XmlPart)], styles)
        within = {link: each for link, each in document.part.rels.items() if not each.is_external}
        reading = _Reading(styles, lists, _Notes(within.values(), body), Diagrams(within.values()))
        reading.find_bold_heads(body)
        reading.add(body)
        reading.add_running(body, within)
        reading.tell_unread(body, [each for each in within.values() if each.reltype == RELATIONSHIP_TYPE.COMMENTS])
    except (*DAMAGED, OpcError) as error:
        raise damaged("Word", file, error) from error
    return reading.canonical


class _Notes:
    """Footnotes and endnotes by the element that refers to them and their number."""

    def __init__(self, relations: Iterable[_Relationship], body: etree._Element) -> None:
        """relations: within the file."""
        self._notes: dict[tuple[str, str], etree._Element] = {}
        self._marks: dict[tuple[str, str], str] = {}
        kinds = {RELATIONSHIP_TYPE.FOOTNOTES: "footnote", RELATIONSHIP_TYPE.ENDNOTES: "endnote"}
        for relation in relations:
            kind = kinds.get(relation.reltype)
            if kind is None:
                continue
            for note in parsed(relation.target_part.blob).iter(qn(f"w:{kind}")):
                if note.get(qn("w:type"), "normal") == "normal":  # others are lines between text and notes
                    self._notes[f"{kind}Reference", note.get(qn("w:id")) or ""] = note
        numbers = dict.fromkeys(_NOTED, 0)
        for reference in body.iter(*_NOTED):
            # A mark of its own stands behind the reference, and before what the note says.
            if reference.get(qn("w:customMarkFollows"), "0") in ("0", "false") and not _left_out(reference):
                number = numbers[reference.tag] = numbers[reference.tag] + 1
                endnote = reference.tag == qn("w:endnoteReference")
                mark = f"[{numeral(number, 'lowerRoman')}]" if endnote else raised(str(number))
                self._marks[_note_key(reference)] = mark

    def referred_to(self, element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
        """Those that are referred to within an element, in order, each with the mark that it is referred to by. A
        paragraph's text boxes have their own."""
        for reference in element.iter(*_NOTED):
            note = self._notes.get(_note_key(reference))
            own = element.tag != qn("w:p") or next(reference.iterancestors(qn("w:p")), None) is element
            if note is not None and own and not _left_out(reference):
                yield self.mark(reference), note

    def mark(self, reference: etree._Element) -> str:
        """As Word counts them, "" where the file has its own."""
        return self._marks.get(_note_key(reference), "")


def _note_key(reference: etree._Element) -> tuple[str, str]:
    return etree.QName(reference).localname, reference.get(qn("w:id")) or ""


class _Reading:
    """Walks the body in document order."""

    def __init__(self, styles: Styles, lists: Lists, notes: _Notes, diagrams: Diagrams) -> None:
        self.canonical = TypedLists()
        self._styles = styles
        self._lists = lists
        self._notes = notes
        self._diagrams = diagrams
        self._bold_heads: Mapping[etree._Element, int] = {}
        self._marks_notes = False  # in a table what a note says stands behind all rows

    def add(self, parent: etree._Element) -> None:
        for child in parent:
            if child.tag == qn("w:p"):
                self._add_paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._add_table(child)
            elif child.tag in _FORMULAS:
                self.canonical.paragraph(formula(child))
            elif child.tag in _CONTAINERS and not _is_placeholder(child):
                self.add(child)

    def find_bold_heads(self, body: etree._Element) -> None:
        """Where no style makes a heading of a paragraph, bold ones may be headings."""
        paragraphs = ((each, *self._style_of(each)) for each in body.iter(qn("w:p")))
        if not any(_heading_level([each, *chain], names) for each, chain, names in paragraphs):
            self._bold_heads = bold_heads(body, self._styles)

    def add_running(self, body: etree._Element, within: Mapping[str, _Relationship]) -> None:
        """What a page's head or foot decides or states is said once, at the end: names, days and page numbers are not.
        within: what the file refers to."""
        told: list[str] = []
        for reference in body.iter(qn("w:headerReference"), qn("w:footerReference")):
            relation = within.get(reference.get(qn("r:id")) or "")
            first = reference.get(qn("w:type")) == "first"
            section = reference.getparent()
            if relation is None or section is None or (first and not on(section, "w:titlePg")):
                continue
            for paragraph in parsed(relation.target_part.blob).iter(qn("w:p")):
                words = "" if _left_out(paragraph) else clean(self._words(paragraph))
                if words and words not in told and _states(words):
                    told.append(words)
        if told:
            said = "".join(map(str, body.itertext()))
            told = [words for words in told if words not in said]
        if told:
            self.canonical.end_sections()
        for words in told:
            self.canonical.paragraph(words)

    def tell_unread(self, body: etree._Element, comments: Iterable[_Relationship]) -> None:
        """Comments, what a form asks its reader to fill in, and pictures, charts and diagrams that say nothing of
        themselves, or only what a program has guessed."""
        asked = [each for each in body.iter(qn("w:sdt")) if _is_placeholder(each) and not _left_out(each)]
        for element in (*(parsed(each.target_part.blob) for each in comments), *asked):
            self.canonical.lose("hidden text", sum(len(clean(text.text or "")) for text in element.iter(qn("w:t"))))
        for drawing in body.iter(qn("w:drawing"), qn("w:pict"), qn("w:object")):
            told = [each.get("descr") or "" for each in drawing.iter(qn("wp:docPr"))]
            told += [shape.get("alt") or "" for image in drawing.iter(_IMAGE) for shape in image.iterancestors()]
            said = next(filter(clean, told), "")
            is_picture = next(drawing.iter(qn("pic:pic"), _IMAGE), None) is not None
            unseen = is_picture or (is_drawn(drawing) and not self._diagrams.have_words_for(drawing))
            if unseen and not _left_out(drawing) and (not said or _GUESSED.search(said)):
                self.canonical.lose("picture", 1)

    def _add_paragraph(self, paragraph: etree._Element) -> None:
        chain, names = self._style_of(paragraph)
        if any(map(_CONTENTS_NAME.match, names)):
            return  # a table of contents repeats the headings
        said = self._words(paragraph)
        words = clean(said)
        listed = self._list_place(paragraph, chain, names) if words or self._is_counted(paragraph) else None
        if words:
            level = _heading_level([paragraph, *chain], names) or self._bold_heads.get(paragraph)
            if level:
                # "2.1 Scope", "3 § Definitions"; a bullet before a heading says nothing.
                mark = "" if listed is None or listed[1] is None else shown_mark(listed[1])
                self.canonical.heading(mark + words, level)
            elif listed:
                self.canonical.item(said, *listed)
            elif any(map(_GOES_ON.match, names)):
                self.canonical.note(words)
            else:
                self.canonical.paragraph(said)
        self._add_notes(paragraph)
        for aside in paragraph.iter(qn("w:txbxContent"), qn("w:drawing")):
            if _left_out(aside) or next(aside.iterancestors(qn("w:p"))) is not paragraph:
                continue
            if aside.tag == qn("w:txbxContent"):
                self.add(aside)
            else:
                for depth, said in self._diagrams.once(aside):
                    self.canonical.item(said, depth)

    def _style_of(self, paragraph: etree._Element) -> tuple[Sequence[etree._Element], list[str]]:
        """A paragraph's style with those that it is based on, and their names."""
        chain = self._styles.of(paragraph)
        return chain, [value(style, "w:name") or "" for style in chain]

    def _is_counted(self, paragraph: etree._Element) -> bool:
        """Whether Word shows the number of a paragraph without words."""
        gone = (paragraph.find("/".join(map(qn, ("w:pPr", "w:rPr", f"w:{how}")))) for how in ("del", "moveFrom"))
        return all(each is None for each in gone) and not self._styles.mark_is_hidden(paragraph)

    def _add_notes(self, element: etree._Element) -> None:
        """What the notes say, behind what refers to them; with their marks, where those are said."""
        for mark, note in self._notes.referred_to(element):
            words = " ".join(self._words(each) for each in note.iter(qn("w:p")))
            self.canonical.note(f"{mark} {words}" if element.tag == qn("w:tbl") and clean(words) else words)

    def _list_place(
        self, paragraph: etree._Element, chain: Sequence[etree._Element], names: list[str]
    ) -> tuple[int, int | str | None] | None:
        """(depth, mark or None for a bullet) when the paragraph is numbered, or an item of a list; it counts as one."""
        list_id = next(filter(None, (value(each, "w:pPr/w:numPr/w:numId") for each in (paragraph, *chain))), None)
        if list_id == "0":  # taken out of the list
            return None
        named = next(filter(None, map(_LIST_NAME.match, names)), None)
        if list_id is None:
            return (int(named[1] or 1), None) if named else None
        own = value(paragraph, "w:pPr/w:numPr/w:ilvl")
        level = whole(own, 0) if own is not None else self._level_by_style(list_id, chain)
        level = min(level, MAX_LEVEL)
        return max(level + 1, int(named[1] or 1) if named else 1), self._lists.next_mark(list_id, level)

    def _level_by_style(self, list_id: str, chain: Sequence[etree._Element]) -> int:
        """The level of a list that a paragraph's style stands on, from 0: the list says so, or else the style."""
        for style in chain:
            linked = self._lists.level_of(list_id, style.get(qn("w:styleId")))
            if linked is not None:
                return linked
            if (own := value(style, "w:pPr/w:numPr/w:ilvl")) is not None:
                return whole(own, 0)
        return 0

    def _words(self, paragraph: etree._Element) -> str:
        """What the runs say: without deleted, hidden and field-code text; paragraphs and text boxes within excluded."""
        return self._said(paragraph, self._styles.of(paragraph))

    def _said(self, element: etree._Element, above: Sequence[etree._Element]) -> str:
        """above: the chain of the paragraph's style."""
        words = ""
        for child in element:
            if child.tag == qn("w:t"):
                words += self._with_signs(child.text or "", element)
            elif child.tag in _WORDS:
                words += _WORDS[child.tag]
            elif child.tag == qn("w:sym"):
                words += self._sign(child.get(qn("w:font")), child.get(qn("w:char")))
            elif child.tag in _NOTED and self._marks_notes:
                words += self._notes.mark(child)
            elif child.tag in _CONTAINERS and not _is_placeholder(child):
                words += self._said(child, above)
            elif child.tag in _FORMULAS:
                words += formula(child)
            elif child.tag == qn("w:r"):
                unread = self._styles.unread(child, above)
                said = self._said(child, above)
                if unread is not None:
                    self.canonical.lose(unread, len(clean(said)))
                else:
                    words += raised(said) if self._styles.is_raised(child, above) else said
        return words

    def _with_signs(self, words: str, run: etree._Element) -> str:
        """The words of a run, of which some may be letters of a font of signs."""
        if words.isascii():
            return words
        fonts = run.find(qn("w:rPr") + "/" + qn("w:rFonts"))
        words, unknown = with_signs(words, None if fonts is None else fonts.get(qn("w:hAnsi")))
        self.canonical.lose("unknown letters", unknown)
        return words

    def _sign(self, font: str | None, code: str | None) -> str:
        sign = sign_of(font, chr(int(code, 16))) if code and _CODE.fullmatch(code) else None
        self.canonical.lose("unknown letters", int(sign is None))
        return sign or ""

    def _add_table(self, table: etree._Element) -> None:
        rows = [row for row in _inside(table, qn("w:tr")) if row.find(qn("w:trPr") + "/" + qn("w:del")) is None]
        cells = [cell for row in rows for cell in _inside(row, qn("w:tc"))]
        if len(cells) == 1:  # a frame around text
            self.add(cells[0])
            return
        read: list[list[str]] = []
        self._marks_notes = True
        for row in rows:
            read.append(self._row_words(row, read[-1] if read else []))
        self._marks_notes = False
        headers = self._headers(table, rows, read) if len(rows) > 1 else 0
        alone = [
            len(words) > 1 and sum(not _goes_on(cell, "hMerge") for cell in _inside(row, qn("w:tc"))) == 1
            for row, words in zip(rows, read, strict=True)
        ]
        self.canonical.table(
            [Row(words, header=index < headers, whole=alone[index]) for index, words in enumerate(read)]
        )
        self._add_notes(table)

    def _row_words(self, row: etree._Element, above: list[str]) -> list[str]:
        """above: the row before, whose words a cell that is merged with it has, too."""
        words = [""] * min(whole(value(row, "w:trPr/w:gridBefore"), 0), MAX_COLUMNS)
        cells = list(_inside(row, qn("w:tc")))
        several = sum(not _goes_on(cell, "hMerge") for cell in cells) > 1
        blank = True  # but for numbers that Word counts
        for cell in cells:
            numbers = ""
            if _goes_on(cell, "vMerge") and len(words) < len(above):
                said = above[len(words)]
            elif _goes_on(cell, "hMerge") and words:
                said = words[-1] if several else ""
            else:
                said, numbers = self._cell_words(cell)
            blank = blank and not said
            columns = min(whole(value(cell, "w:tcPr/w:gridSpan"), 1), MAX_COLUMNS)
            words += [(said or numbers) if offset == 0 or several else "" for offset in range(columns)]
        return [""] * len(words) if blank else words

    def _cell_words(self, cell: etree._Element) -> tuple[str, str]:
        """What a cell says, and the numbers that Word shows where nobody has written."""
        parts: list[tuple[int | str | None, str]] = []
        numbers: list[str] = []
        for paragraph in cell.iter(qn("w:p")):
            if _left_out(paragraph):
                continue
            words = clean(self._words(paragraph))
            if not words and not self._is_counted(paragraph):
                continue
            listed = self._list_place(paragraph, *self._style_of(paragraph))
            if words:
                parts.append((listed[1] if listed else "", words))
            elif listed and listed[1] is not None:
                numbers.append(shown_mark(listed[1]).strip())
        return in_one_line(parts), " ".join(numbers)

    def _headers(self, table: etree._Element, rows: list[etree._Element], read: list[list[str]]) -> int:
        """How many rows name the columns: those that the file says do, else the first where it looks so."""
        said = 0
        for row in rows[:-1]:
            if not on(row, "w:trPr/w:tblHeader"):
                break
            said += 1
        if said:
            return said
        properties = table.find(qn("w:tblPr"))
        look = None if properties is None else properties.find(qn("w:tblLook"))
        first = look is not None and (
            look.get(qn("w:firstRow")) in ("1", "true") or bool(int(look.get(qn("w:val"), "0"), 16) & 0x20)
        )
        if first and self._styles.sets_first_row_apart(value(properties, "w:tblStyle")):
            return 1
        bold = [self._bold(row) for row in rows]
        grounds = [_ground(row) for row in rows]
        bold[0] = bold[0] or (grounds[0] is not None and grounds[0] not in grounds[1:])
        return heads_of(read, bold)

    def _bold(self, row: etree._Element) -> bool:
        written = (text for text in row.iter(qn("w:t")) if clean(text.text or ""))
        paragraphs = {next(text.iterancestors(qn("w:p"))) for text in written}
        return bool(paragraphs) and all(self._styles.bold(each) for each in paragraphs)


def _ground(row: etree._Element) -> str | None:
    """The colour that all cells of a row have; None where they have none, or several."""
    fills = {fill_of(cell.find(qn("w:tcPr"))) for cell in _inside(row, qn("w:tc"))}
    return next(iter(fills)) if len(fills) == 1 else None


def _states(words: str) -> bool:
    """Whether the words are a sentence, or say what may be done."""
    if len(words.split()) < _STATING_WORDS:
        return False
    return is_sentence(words) or any(permission_in(words, language).verdict for language in LANGUAGES)


def _left_out(element: etree._Element) -> bool:
    """Deleted, moved away, asked for and not filled in, or the copy that Word keeps for older programs."""
    return any(
        parent.tag in (_FALLBACK, qn("w:del"), qn("w:moveFrom")) or _is_placeholder(parent)
        for parent in element.iterancestors()
    )


def _is_placeholder(element: etree._Element) -> bool:
    """Whether a content control shows what to write in it, because nobody has."""
    return element.tag == qn("w:sdt") and on(element, "w:sdtPr/w:showingPlcHdr")


def _goes_on(cell: etree._Element, merge: str) -> bool:
    """Whether a cell is merged with the one above it (vMerge), or before it (hMerge)."""
    found = cell.find(qn("w:tcPr") + "/" + qn(f"w:{merge}"))
    return found is not None and found.get(qn("w:val")) != "restart"


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
        outline = value(source, "w:pPr/w:outlineLvl")
        if outline is not None:
            return None if whole(outline, 9) > 8 else whole(outline, 9) + 1
        if found := _HEADING_NAME.fullmatch(name):
            return int(found[1])
        if name == "Title":
            return 1
    return None
