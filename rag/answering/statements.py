"""What an answer is going to say, before its citations are numbered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.evidence import Evidence
from rag.language.answer_types import asks_permission
from rag.language.cues import negations
from rag.sources.chunking import cells_of, row_at
from rag.types import Chunk, Document, Language, Notice, Open, Span, StatementKind, Variant, Verdict

# An answer is read on a phone: what is quoted is cut at a clause where it would be longer.
MAX_ANSWER = 1200  # characters; chosen by judgement
# Below this nothing worth reading is left of a quote.
LEAST_QUOTE = 80  # characters; chosen by judgement
CUT = " …"
SKIPPED = "… "  # before an item that is not the first after its lead-in
MAX_LINE = 300  # characters of what a quoted item goes on from; chosen by judgement
MOST_BETWEEN = 14  # characters between a lead-in and its first item: line breaks, indents and marks
CELL_SEPARATOR = " · "
_CLAUSE_END = re.compile(r"[.;:!?,)](?=\s)")


@dataclass(frozen=True, slots=True)
class Place:
    """An exact place of a document, as a citation tells it. context, translation: as in rag.types.Citation."""

    document_id: str
    span: Span
    section: str
    page: int | None
    context: str = ""
    translation: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement to be made, with the places it rests on (at least one)."""

    text: str
    kind: StatementKind
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that the verdict depends on, with the places of the statement that they stand in."""

    text: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """All that an answer says: drafts in their order (at least one), notices, and the verdict if there is one.

    left_open: what the verdict depends on and the question does not name.
    """

    drafts: tuple[Draft, ...]
    notices: tuple[Notice, ...] = ()
    verdict: Verdict | None = None
    left_open: tuple[Open, ...] = ()
    conditions: tuple[Clause, ...] = ()


def quotes(evidence: Sequence[Evidence], language: Language, documents: Mapping[str, Document]) -> list[Draft]:
    """The evidence in its order, as much of it as an answer has room for; the first in any case."""
    drafts: list[Draft] = []
    room = MAX_ANSWER
    for each in evidence:
        lines = _needed_above(each, documents[each.chunk.document_id])
        if drafts and room - _size(lines) < LEAST_QUOTE:
            break
        drafts.append(quote(each, language, documents[each.chunk.document_id], room))
        room -= len(drafts[-1].text)
    return drafts


def quote(evidence: Evidence, language: Language, document: Document, room: int = MAX_ANSWER) -> Draft:
    """The evidence in the source's own words, or in their translation where the language has one: whole sentences, a
    list item with its lead-in, a row with its column heads. room: the characters that it may take."""
    chunk = evidence.chunk
    variant = next((v for v in chunk.variants if v.language == language), None)
    kind: StatementKind = "translation" if variant else "quote"
    if chunk.kind == "row":
        context = _with_heads(*cells_of(chunk, document))
        text = _translated_row(variant) if variant else context
        place = replace(place_of(evidence), span=_shortened(evidence.span, document.text, room), context=context)
        return Draft(_shortened_text(text, room), kind, (*_cell(evidence, document), place))
    lines = _needed_above(evidence, document)
    units, span = _fitting(evidence, document, max(LEAST_QUOTE, room - _size(lines)))
    place = replace(place_of(evidence), span=span)
    if not lines and chunk.kind == "list" and chunk.section:
        place = replace(place, context=chunk.section)
    places = (*(replace(place, span=line) for line in lines), place)
    separator = "\n" if chunk.kind == "list" or lines else " "
    own = separator.join(variant.units[unit] for unit in units) if variant else span.of(document.text)
    skipped = SKIPPED if lines and span.start > lines[-1].end + MOST_BETWEEN else ""
    before = (
        _translated_lines(lines, chunk, variant, document) if variant else [line.of(document.text) for line in lines]
    )
    text = separator.join((*before, f"{skipped}{own}"))
    cut_off = span.end < chunk.units[units[-1]].end or units[-1] < evidence.units[-1]
    return Draft(_shortened_text(text, room) + (CUT if cut_off and not text.endswith(CUT) else ""), kind, places)


def _translated_lines(lines: Sequence[Span], chunk: Chunk, variant: Variant, document: Document) -> list[str]:
    """What a quote goes on from, where the translation has it: units of its passage, or lines of its context."""
    said = dict(zip(chunk.units, variant.units, strict=True))
    context = dict(zip(chunk.context.split("\n"), variant.context.split("\n"), strict=False))
    return [said.get(line) or context.get(line.of(document.text)) or line.of(document.text) for line in lines]


def place_of(evidence: Evidence) -> Place:
    return Place(evidence.chunk.document_id, evidence.span, evidence.chunk.section, evidence.chunk.page)


def _cell(evidence: Evidence, document: Document) -> tuple[Place, ...]:
    """The cell that decides, by its own words."""
    row, _ = row_at(evidence.chunk.span, document) if evidence.cell is not None else (None, [])
    if evidence.cell is None or row is None or not row.cells[evidence.cell].of(document.text):
        return ()
    span = row.cells[evidence.cell]
    return (replace(place_of(evidence), span=span, context=cell_context(span, document)),)


def cell_context(span: Span, document: Document) -> str:
    """What a cell is of: its row's label and its column's head. Empty for what is no cell but the first."""
    row, heads = row_at(span, document)
    if row is None or span not in row.cells[1:]:
        return ""
    number = row.cells.index(span, 1)
    head = heads[number] if len(heads) >= len(row.cells) else ""
    return CELL_SEPARATOR.join(filter(None, (row.cells[0].of(document.text), head)))


def shown_nearby(evidence: Evidence, language: Language, document: Document) -> Place:
    """A passage that may help after a refusal, with what a reader needs to understand it."""
    draft = quote(evidence, language, document)
    place = draft.places[-1]
    return replace(place, translation=draft.text if draft.kind == "translation" else None)


def _fitting(evidence: Evidence, document: Document, room: int) -> tuple[list[int], Span]:
    """The units that fit, at least one, and the stretch of the text that they are: with that which decides."""
    sizes = {unit: evidence.chunk.units[unit].end - evidence.chunk.units[unit].start for unit in evidence.units}
    deciding = evidence.says.unit if evidence.says and evidence.says.unit in sizes else evidence.units[0]
    begin = evidence.units[0]
    before = sum(sizes[unit] for unit in range(begin, deciding + 1))
    while begin < deciding and before > room:
        before -= sizes[begin]
        begin += 1
    units: list[int] = []
    left = room
    for unit in evidence.units[evidence.units.index(begin) :]:
        if units and sizes[unit] > left:
            break
        units.append(unit)
        left -= sizes[unit]
    first, last = evidence.chunk.units[units[0]], evidence.chunk.units[units[-1]]
    return units, _shortened(Span(first.start, last.end), document.text, room)


def _size(lines: Sequence[Span]) -> int:
    return sum(line.end - line.start for line in lines)


def _needed_above(evidence: Evidence, document: Document) -> tuple[Span, ...]:
    """What the quoted items go on from, the outermost first: the list's lead-in and the items that they stand below.
    None where the quote begins with it, where it says as much without, and of a row."""
    if evidence.chunk.kind == "row":
        return ()
    above = evidence.chunk.above_unit(evidence.units[0])
    lines = tuple(_shortened(line, document.text, MAX_LINE) for line in above)
    quoted = evidence.span.of(document.text)
    return lines if any(_needs(quoted, line.of(document.text), document) for line in lines) else ()


def _needs(quoted: str, lead_in: str, document: Document) -> bool:
    """Whether an item says too little, or something else, without what it goes on from: it is no sentence, or that
    allows, forbids or negates it."""
    is_sentence = quoted[:1].isupper() and quoted.rstrip()[-1:] in ".!?"
    return not is_sentence or asks_permission(lead_in) or negations(lead_in, document.metadata.language) > 0


def _with_heads(cells: Sequence[str], heads: Sequence[str]) -> str:
    """ "Palvelu: DeepL Pro · Henkilötiedot: Kielletty"; empty cells are left out."""
    named = zip(cells, [*heads, *[""] * len(cells)], strict=False)
    return CELL_SEPARATOR.join(f"{head}: {cell}" if head else cell for cell, head in named if cell.strip())


def _translated_row(variant: Variant) -> str:
    cells, heads = variant.text.split(" | "), variant.context.split("\n")[-1].split(" | ")
    return _with_heads(cells, heads if len(heads) == len(cells) else [])


def _shortened(span: Span, text: str, room: int) -> Span:
    """The span, or as much of it as ends with a clause and fits."""
    if span.end - span.start <= room:
        return span
    ends = [match.end() for match in _CLAUSE_END.finditer(text, span.start, span.start + room)]
    last = ends[-1] if ends else text.rfind(" ", span.start, span.start + room)
    return Span(span.start, last if last > span.start else span.start + room)


def _shortened_text(text: str, room: int) -> str:
    cut = _shortened(Span(0, len(text)), text, room)
    return text if cut.end == len(text) else cut.of(text).rstrip() + CUT
