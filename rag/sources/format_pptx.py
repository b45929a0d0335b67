"""Slides (.pptx) → canonical text: each slide a section under its title, then its texts, tables and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pptx
from lxml import etree
from pptx.exc import PythonPptxError
from pptx.oxml.ns import qn

from rag.sources.canonical import Canonical, Row, clean, raised
from rag.sources.diagrams import Diagrams
from rag.sources.formulas import formula
from rag.sources.numerals import numeral
from rag.sources.office import DAMAGED, damaged, parsed, refuse_bomb
from rag.sources.reading_order import Box, reading_order
from rag.sources.slide_heads import heads_of_cards, title_among
from rag.sources.symbols import with_signs

_EITHER = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_COMMENTS = re.compile(r".{1,200}/comments")  # how a file names what readers have remarked on a slide
_NUMBERS = re.compile(r"(arabic|alphaLc|alphaUc|romanLc|romanUc)(Period|ParenR|ParenBoth|Plain)")
_FORMS = {"alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman", "romanUc": "upperRoman"}
_AROUND = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}"}
_BULLETS = frozenset({qn("a:buNone"), qn("a:buChar"), qn("a:buBlip")})
MAX_START = 32_767  # of a list's numbers, as PowerPoint has it
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_RAISED = re.compile(r"[1-9]\d{0,9}%?")  # how far above the line, in thousandths of the type's size


def read_pptx(data: bytes, file: str) -> Canonical:
    """Pages are slides, counted from 1. Raises UnreadableSource: damaged, too_large."""
    canonical = Canonical()
    try:
        refuse_bomb(data, file)
        for number, slide in enumerate(pptx.Presentation(BytesIO(data)).slides, start=1):
            _choose(slide._element)
            if slide._element.get("show") == "0":
                canonical.lose("hidden text", sum(len(clean(shape.text_frame.text)) for shape in _texts(slide)))
                continue
            _add_slide(canonical, slide, number)
    except (*DAMAGED, PythonPptxError) as error:
        raise damaged("PowerPoint", file, error) from error
    return canonical


def _choose(slide: etree._Element) -> None:
    """Of shapes that a slide has twice, as with formulas and for older programs without, keep the first."""
    for twice in list(slide.iter(_EITHER)):
        parent = twice.getparent()
        if parent is not None and parent.tag in (qn("p:spTree"), qn("p:grpSp")):
            for shape in list(twice[0]) if len(twice) else ():
                twice.addprevious(shape)
            parent.remove(twice)


def _add_slide(canonical: Canonical, slide: Any, number: int) -> None:
    title = slide.shapes.title
    if title is None or not clean(title.text_frame.text):
        title = title_among(list(_in_reading_order(slide.shapes))) or title
    said = _frame_words(title.text_frame, canonical) if title is not None and title.has_text_frame else ""
    if clean(said):
        canonical.heading(said, 2, page=number)
    else:
        canonical.end_sections()  # what it says stands under no other slide's title
    parts = [each for each in slide.part.rels.values() if not each.is_external]
    diagrams = Diagrams(parts)
    shapes = list(_in_reading_order(slide.shapes, title))
    noted = [_words(each, canonical) for each in _notes_of(slide)]
    heads = () if any(map(clean, noted)) else heads_of_cards(shapes)  # notes would stand below the last one
    for shape in shapes:
        if shape._element.tag == qn("p:pic"):
            canonical.lose("picture", int(not _is_described(shape)))
        elif getattr(shape, "has_table", False) and shape.has_table:
            _add_table(canonical, shape.table)
        elif shape._element.tag == qn("p:graphicFrame"):
            told = diagrams.have_words_for(shape._element) or _is_described(shape)
            canonical.lose("picture", int(not told))
            for depth, words in diagrams.once(shape._element):
                canonical.item(words, depth, page=number)
        elif shape.has_text_frame and shape.shape_id in heads:
            canonical.heading(_frame_words(shape.text_frame, canonical), 3, page=number)
        elif shape.has_text_frame:
            _add_text(canonical, shape, number)
    for words in noted:
        canonical.paragraph(words, page=number)
    for each in parts:
        if _COMMENTS.fullmatch(each.reltype):
            canonical.lose("hidden text", _remarked(each.target_part.blob), number)


def _notes_of(slide: Any) -> Sequence[Any]:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return () if frame is None else frame.paragraphs


def _is_described(shape: Any) -> bool:
    return any(clean(str(each.get("descr") or "")) for each in shape._element.iter(qn("p:cNvPr")))


def _remarked(comments: bytes) -> int:
    """How many letters a slide's comments have."""
    return sum(len(clean(each.text or "")) for each in parsed(comments).iter("{*}text", "{*}t"))


def _in_reading_order(shapes: Any, title: Any = None) -> Iterator[Any]:
    """Column by column where they stand beside each other; groups opened. What has no place of its own has its
    layout's. What says nothing, as lines and grounds, stands between no others: it comes last."""
    each_one = [shape for shape in shapes if title is None or shape.shape_id != title.shape_id]
    said = [shape for shape in each_one if not _is_silent(shape)]
    boxes = [
        Box(number, shape.left or 0, shape.top or 0, shape.width or 0, shape.height or 0)
        for number, shape in enumerate(said)
    ]
    for shape in (*(said[number] for number in reading_order(boxes)), *filter(_is_silent, each_one)):
        if hasattr(shape, "shapes"):
            yield from _in_reading_order(shape.shapes)
        else:
            yield shape


def _is_silent(shape: Any) -> bool:
    drawn = shape._element.tag in (qn("p:pic"), qn("p:cxnSp"))
    return drawn or (shape.has_text_frame and not any(map(clean, map(str, shape._element.itertext()))))


def _texts(slide: Any) -> Iterator[Any]:
    return (shape for shape in _in_reading_order(slide.shapes) if shape.has_text_frame)


def _add_text(canonical: Canonical, shape: Any, page: int) -> None:
    """The body's paragraphs are bullets; a box beside it has sentences. Either may be numbered."""
    marks = _Marks(shape)
    read = [(each, _words(each, canonical)) for each in shape.text_frame.paragraphs]
    said = [(each, words) for each, words in read if clean(words)]
    for paragraph, words in said:
        mark = marks.next(paragraph)
        if mark is not None or (shape.is_placeholder and len(said) > 1):
            canonical.item(words, paragraph.level + 1, mark, page=page)
        else:
            canonical.paragraph(words, page=page)


class _Marks:
    """The numbers of a box's paragraphs, which PowerPoint counts as it shows them."""

    def __init__(self, shape: Any) -> None:
        layout = getattr(shape, "_base_placeholder", None) if shape.is_placeholder else None
        frames = [each.text_frame._txBody for each in (shape, layout) if each is not None and each.has_text_frame]
        self._styles = [style for frame in frames if (style := frame.find(qn("a:lstStyle"))) is not None]
        self._counts: dict[int, tuple[str, int, int]] = {}  # of each level: kind, where it began, its last number

    def next(self, paragraph: Any) -> int | str | None:
        """The mark of the next paragraph with words; None for one without a number."""
        level = paragraph.level
        kind, start = self._kind(paragraph, level) or ("", 0)
        self._counts = {depth: count for depth, count in self._counts.items() if depth <= level}
        if not kind:
            self._counts.pop(level, None)
            return None
        before = self._counts.get(level)
        number = before[2] + 1 if before is not None and before[:2] == (kind, start) else start
        self._counts[level] = kind, start, number
        form = _NUMBERS.fullmatch(kind)
        if form is None or form[0] == "arabicPeriod":
            return number
        return _AROUND[form[2]].format(numeral(number, _FORMS.get(form[1], "decimal")))

    def _kind(self, paragraph: Any, level: int) -> tuple[str, int] | None:
        """How a paragraph is numbered, and from what on: by itself, its box, or the layout."""
        own = paragraph._p.pPr
        for form in (own, *(style.find(qn(f"a:lvl{level + 1}pPr")) for style in self._styles)):
            for each in () if form is None else form:
                if each.tag == qn("a:buAutoNum"):
                    start = each.get("startAt", "1")
                    whole = int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 1
                    return each.get("type", "arabicPeriod"), min(whole, MAX_START)
                if each.tag in _BULLETS:
                    return None
        return None


def _words(paragraph: Any, canonical: Canonical) -> str:
    """Without fields, which number the slides, and what is struck out, which is told; a line break parts words."""
    words = ""
    for child in paragraph._p:
        tag = child.tag.rpartition("}")[2]
        if tag == "br":
            words += " "
        elif tag == "AlternateContent":  # a formula, and for older programs a picture of it
            words += "".join(formula(each) for each in child.iter(_FORMULA))
        elif tag == "m":
            words += formula(child)
        elif tag == "r":
            form = child.rPr.attrib if child.rPr is not None else {}
            if form.get("strike", "noStrike") != "noStrike":
                canonical.lose("struck out", len(clean(child.text)))
            else:
                said, unknown = with_signs(child.text, _font(child.rPr))
                canonical.lose("unknown letters", unknown)
                words += raised(said) if _RAISED.fullmatch(form.get("baseline", "")) else said
    return words


def _font(form: Any) -> str | None:
    """What a run's signs are set in."""
    fonts = (form.find(qn(name)) for name in ("a:sym", "a:latin")) if form is not None else ()
    return next((font.get("typeface") for font in fonts if font is not None), None)


def _frame_words(frame: Any, canonical: Canonical) -> str:
    return " ".join(_words(paragraph, canonical) for paragraph in frame.paragraphs)


def _add_table(canonical: Canonical, table: Any) -> None:
    rows = [list(row.cells) for row in table.rows]
    covered: dict[tuple[int, int], str] = {}  # by merged cells
    read: list[Row] = []
    for number, row in enumerate(rows):
        words: list[str] = []
        whole = row[0].span_width >= len(row) > 1 if row else False
        for column, cell in enumerate(row):
            said = covered.get((number, column), "") if cell.is_spanned else _frame_words(cell.text_frame, canonical)
            if cell.is_merge_origin:
                down = range(number, min(number + cell.span_height, len(rows)))
                right = range(column, min(column + cell.span_width, len(row)))
                # Over all columns: said once.
                covered |= {(at, beside): said for at in down for beside in right if not whole}
            words.append(said)
        read.append(Row(words, header=bool(table.first_row) and number == 0, whole=whole))
    canonical.table(read)
