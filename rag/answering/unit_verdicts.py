"""What each sentence, item and cell of a passage decides of what one may do; read from its words alone.

The verdict of an answer rests on it (reading_verdict.py), and an editor sees it of the whole document before
publishing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.language.cues import modalities, negations
from rag.language.packs import PACKS
from rag.language.permissions import Permission, permission_in, permission_in_cell, permissions_in
from rag.language.sentences import split_sentences
from rag.sources.chunking import cells_with_heads
from rag.sources.legend import legend_of, mark_of
from rag.types import Chunk, Document, Language, Span, Verdict

# Of two clauses that decide differently the one is meant that names so much more of the question's words. Of 2,811
# questions of the documents of "train", "dev" and "fit" (eval/training) whose sentence says two things, right and wrong
# ones at .05: 1,468 and 445, .1: 1,347 and 376, .15: 1,178 and 300, .2: 1,000 and 210, .3: 724 and 127. By how much is
# weighed before a verdict is shown (reading_verdict.py).
MEANT_BY = 0.05

Legend = Mapping[str, Span]
Naming = Callable[[str], float]  # the share of the question's words, by weight, that a text names


@dataclass(frozen=True, slots=True)
class Says:
    """What a stretch decides. conditions: verbatim clauses that it depends on; defined: where the document says what
    the cell's mark means, and the conditions stand; parted: it says another thing of another case, too; more: then by
    how much more of the question's words it names what is meant."""

    verdict: Verdict
    conditions: tuple[str, ...]
    defined: Span | None = None
    parted: bool = field(default=False, compare=False)
    more: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Decided:
    """A stretch of a document that decides something. quote: its words; of: what it is said of: an item's lead-in, a
    cell's row label and column head; section: the headings above; conditions: verbatim clauses; row, column: of a cell,
    the words of its whole row, and its head."""

    quote: str
    of: str
    section: str
    verdict: Verdict
    conditions: tuple[str, ...]
    row: str = ""
    column: str = ""


def unit_says(chunk: Chunk, number: int, document: Document, naming: Naming | None = None) -> Says | None:
    """What a sentence or an item decides; None for nothing, or for two things of which nobody knows which is meant. A
    lead-in by itself decides nothing. naming: tells it by the question, where there is one."""
    if chunk.lead_in and number == 0:
        return None
    text = chunk.units[number].of(document.text)
    parts = permissions_in(text, document.metadata.language, lead_in_of(chunk, number, document))
    if len({part.verdict for _, part in parts}) < 2:
        return _says(text, parts)
    if naming is None or (found := _meant(text, parts, naming, document.metadata.language)) is None:
        return None
    meant, more = found
    says = _says(text, [meant])
    return replace(says, parted=True, more=more) if says else None


def _meant(
    text: str, parts: Sequence[tuple[Span, Permission]], naming: Naming, language: Language
) -> tuple[tuple[Span, Permission], float] | None:
    """The clause on what the question names, and by how much more, if one names more than those that decide otherwise.
    One without a verb only tells of what the other does not hold ("… saa antaa, mutta ei terveystietoja"): any word of
    it does that the other lacks."""
    for part in parts[1:]:
        said = part[0].of(text)
        rest = " ".join(each[0].of(text) for each in parts if each is not part)
        if part[1].verdict and permission_in(said, language).verdict is None:
            more = naming(f"{rest} {said}") - naming(rest)
            if more > 0:
                return part, more
    scored = sorted(parts, key=lambda part: -naming(part[0].of(text)))
    best = scored[0]
    others = [naming(span.of(text)) for span, said in scored[1:] if said.verdict != best[1].verdict]
    more = naming(best[0].of(text)) - max(others, default=0.0)
    return (best, more) if more >= MEANT_BY else None


def row_says(cells: Sequence[str], heads: Sequence[str], document: Document, legend: Legend) -> list[Says | None]:
    """What each cell of a row decides. The first names the row. Where a cell only lists what its column or its row
    stands for ("Kielletty | henkilötietojen syöttäminen"), the head or the name decides. heads: as many, empty where
    there is none."""
    found: list[Says | None] = [None]
    named = _by_words(cells[0], document)
    for cell, head in zip(cells[1:], heads[1:], strict=True):
        says = cell_says(cell, document, legend)
        if says is None and mark_of(cell) not in legend and any(map(str.isalpha, cell)):
            says = _by_words(head, document) or named
        found.append(says)
    return found


def _by_words(text: str, document: Document) -> Says | None:
    return _says(text, [(Span(0, len(text)), permission_in_cell(text, document.metadata.language))])


def cell_says(cell: str, document: Document, legend: Legend) -> Says | None:
    """What a cell decides: by the document's legend if it is a mark of that, by its own words otherwise."""
    meaning = legend.get(mark_of(cell))
    if meaning is None:
        return _by_words(cell, document)
    text = meaning.of(document.text)
    for sentence in split_sentences(text):  # the first says what the mark is, others go on about it
        if (says := _by_words(sentence.of(text), document)) is not None:
            return Says(says.verdict, says.conditions, meaning)
    return None


def _says(text: str, parts: Sequence[tuple[Span, Permission]]) -> Says | None:
    verdicts = {part.verdict for _, part in parts}
    verdict = next(iter(verdicts)) if len(verdicts) == 1 else None
    if verdict is None:
        return None
    return Says(verdict, tuple(span.of(text).strip(" .,") for _, part in parts for span in part.conditions))


def lead_in_of(chunk: Chunk, number: int, document: Document) -> str:
    """The line that a list's item goes on from: of the items above it the nearest that governs it, else the list's
    lead-in. Empty without one."""
    lines = [line.of(document.text) for line in chunk.above_unit(number)]
    if not lines:
        last = chunk.context.split("\n")[-1]
        return last if last.endswith(":") else ""
    return next((line for line in lines[:0:-1] if _decides(line, document.metadata.language)), lines[0])


def _decides(line: str, language: Language) -> bool:
    """Whether an item governs those below it, as it ends before what they say: "esihenkilö ei saa", "sisäisiä
    asiakirjoja, mutta ei", "henkilötietoja, paitsi". What it says of itself ("documents that clients may see") does
    not."""
    last = line.rstrip(" :,–-").rsplit(maxsplit=1)[-1:]
    excepts = PACKS[language].permission.excepts
    return any(modalities(word, language) or negations(word, language) or excepts.fullmatch(word) for word in last)


def units_say(chunk: Chunk, units: Sequence[int], document: Document, naming: Naming) -> Says | None:
    """What the quoted units decide of what is asked."""
    found = [says for number in units if (says := unit_says(chunk, number, document, naming)) is not None]
    return found[0] if len({says.verdict for says in found}) == 1 else None


def deciding_cell(said: Sequence[Says | None], shares: Sequence[float]) -> tuple[int, Says, float] | None:
    """The cell of a row that decides, what, and how likely the question is after a cell that decides the same; None
    where none decides.

    said: what each cell decides; shares: how likely the question is after each.
    """
    sure: dict[Verdict, float] = {}
    for says, share in zip(said, shares, strict=True):
        if says is not None:
            sure[says.verdict] = sure.get(says.verdict, 0.0) + share
    if not sure:
        return None
    verdict = max(sure, key=lambda each: sure[each])
    cell, says = max(
        ((number, each) for number, each in enumerate(said) if each is not None and each.verdict == verdict),
        key=lambda each: shares[each[0]],
    )
    return cell, says, sure[verdict]


def decided_in(document: Document, chunks: Sequence[Chunk]) -> list[Decided]:
    """All that a document decides, in its order."""
    found: list[Decided] = []
    legend = legend_of(document)
    for chunk in chunks:
        if chunk.kind == "gap":
            continue
        said: list[tuple[str, str, str, Says | None]]
        row = chunk.span.of(document.text) if chunk.kind == "row" else ""
        if chunk.kind == "row":
            cells, heads = cells_with_heads(chunk, document)
            # What stands first names the row.
            said = [
                (cell, " › ".join(filter(None, (cells[0], head))), head, says)
                for cell, head, says in zip(cells, heads, row_says(cells, heads, document, legend), strict=True)
            ]
        else:
            said = [
                (
                    unit.of(document.text),
                    "" if chunk.lead_in and number == 0 else lead_in_of(chunk, number, document),
                    "",
                    unit_says(chunk, number, document),
                )
                for number, unit in enumerate(chunk.units)
                # What a mark means is said of the cells that have it.
                if not any(meaning.touches(unit) for meaning in legend.values())
            ]
        found += [
            Decided(text, of, chunk.section, says.verdict, says.conditions, row, head)
            for text, of, head, says in said
            if says is not None
        ]
    return found
