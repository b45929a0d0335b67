"""What each sentence, item and cell of a passage decides of what one may do; read from its words alone.

The verdict of an answer rests on it (reading_verdict.py), and an editor sees it of the whole document before
publishing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from rag.language.cues import modalities, negations
from rag.language.packs import PACKS
from rag.language.permissions import (
    Permission,
    parts_between_commas,
    permission_in,
    permission_in_cell,
    permissions_in,
)
from rag.language.sentences import split_sentences
from rag.sources.chunking import cells_with_heads
from rag.sources.legend import legend_of, mark_of
from rag.types import Chunk, Document, Language, Span, Verdict

# Of two clauses that decide differently the one is meant that names so much more of the question's words. Of 2,811
# questions of the documents of "train", "dev" and "fit" (eval/training) whose sentence says two things, right and wrong
# ones at .05: 1,468 and 445, .1: 1,347 and 376, .15: 1,178 and 300, .2: 1,000 and 210, .3: 724 and 127. By how much is
# weighed before a verdict is shown (reading_verdict.py).
MEANT_BY = 0.05
# What counts beside the share of words, where the cross-reader has read the cases: so much for each log odd by which
# one more likely answers. Of 360 such questions of "dev" and "fit" right and wrong ones, asked in another language of
# 186 in brackets: 0: 240 and 60 (132, 25), .05: 277 and 54 (148, 21), .1: 290 and 59 (154, 26), .2: 296 and 57
# (158, 25), 1: 298 and 60 (156, 28).
READ_SHARE = 0.2
# Cases of a quote that are read, and of what stands beside it and decides otherwise: bounds on the time, as one takes
# some 5 ms. Chosen by judgement.
MAX_CASES, MAX_RIVALS, MAX_PARTS = 6, 3, 4
MIN_WORDS = 3  # of a part of a sentence that may be a case of its own; "ruokaa, juomia …" lists. Chosen by judgement

Legend = Mapping[str, Span]
Naming = Callable[[str], float]  # the share of the question's words, by weight, that a text names
# Of stretches of units, by the units' numbers, the log odds that each answers the question.
CaseOdds = Callable[[Sequence[tuple[int, Span]]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Says:
    """What a stretch decides. conditions: verbatim clauses that it depends on; defined: where the document says what
    the cell's mark means, and the conditions stand; unit: of a sentence or an item its number in the passage; span: of
    its text what decides; parted: what is quoted says another thing of another case, too; more: then by how much more
    of the question's words it names what is meant; read_more: by how much higher the log odds are that this answers."""

    verdict: Verdict
    conditions: tuple[str, ...]
    defined: Span | None = None
    unit: int = field(default=0, compare=False)
    span: Span = field(default=Span(0, 0), compare=False)
    parted: bool = field(default=False, compare=False)
    more: float = field(default=0.0, compare=False)
    read_more: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Rivals:
    """What stands beside what decides and does not decide the same, in its passage or its sentence. named: by how much
    more of the question's words one of them names than what decides; read: by how much higher the log odds are that it
    answers."""

    named: float
    read: float


NO_RIVALS = Rivals(-1.0, -6.0)  # as if the others named nothing, and answered nothing


@dataclass(frozen=True, slots=True)
class _Case:
    """What a unit, or one of its clauses, decides; verdict: None for what is not understood."""

    unit: int
    span: Span
    text: str
    verdict: Verdict | None
    conditions: tuple[str, ...]

    @property
    def place(self) -> tuple[int, Span]:
        return self.unit, self.span


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


def unit_says(chunk: Chunk, number: int, document: Document) -> Says | None:
    """What a sentence or an item decides, whatever is asked; None for nothing, or for two things. A lead-in by itself
    decides nothing."""
    return units_say(chunk, [number], document)


def units_say(
    chunk: Chunk,
    units: Sequence[int],
    document: Document,
    naming: Naming | None = None,
    case_odds: CaseOdds | None = None,
) -> Says | None:
    """What quoted units decide, the likeliest first; None for nothing, or for different things of which nobody knows
    which is meant. naming, case_odds: tell it by the question, where there is one."""
    cases = [case for number in units for case in _cases(chunk, number, document)]
    # What is not understood in another sentence contests nothing.
    cases = [case for case in cases if case.verdict or case.unit == units[0]]
    if len({case.verdict for case in cases}) < 2:
        return _said(_of_agreeing(cases, units[0], naming)) if cases else None
    if naming is None:
        return None
    of_one = len({case.unit for case in cases}) == 1
    found = _without_verb(cases, naming, document.metadata.language) if of_one else None
    if found is None:
        read = case_odds([case.place for case in cases]) if case_odds and len(cases) <= MAX_CASES else ()
        found = _meant(cases, naming, read or [0.0] * len(cases))
    says = _said(cases[found.number]) if found else None
    return replace(says, parted=True, more=found.more, read_more=found.read_more) if says and found else None


def rivals_of(
    chunk: Chunk, said: Says, others: Sequence[int], document: Document, naming: Naming, case_odds: CaseOdds
) -> Rivals:
    """How what decides stands among the cases of the others of its passage that decide otherwise. others: units, the
    nearest to the question first."""
    cases = (case for number in others for case in _cases(chunk, number, document))
    rivals = list(islice((case for case in cases if case.verdict not in (None, said.verdict)), MAX_RIVALS))
    if not rivals:
        return NO_RIVALS
    text = said.span.of(chunk.units[said.unit].of(document.text))
    named = max(naming(case.text) for case in rivals) - naming(text)
    read = case_odds([(said.unit, said.span), *(case.place for case in rivals)])
    return Rivals(named, max(read[1:]) - read[0] if read else 0.0)


def aside_of(chunk: Chunk, said: Says, document: Document, naming: Naming, case_odds: CaseOdds | None) -> Rivals:
    """How what decides stands among the parts of its own sentence, between commas, that decide nothing or otherwise by
    themselves: "Vettä saa juoda, limsat jätetään kahvioon". NO_RIVALS where all of it decides, or none by itself."""
    language, text = document.metadata.language, chunk.units[said.unit].of(document.text)
    parts = parts_between_commas(text, said.span, language)
    told = [permission_in(span.of(text), language).verdict == said.verdict for span in parts]
    own = [span for span, same in zip(parts, told, strict=True) if same]
    others = [span for span, same in zip(parts, told, strict=True) if not same and _is_long(span.of(text))]
    if not own or not others:
        return NO_RIVALS
    named = max(naming(span.of(text)) for span in others) - max(naming(span.of(text)) for span in own)
    asked = [(said.unit, span) for span in (*own, *others)[:MAX_PARTS]]
    read = case_odds(asked) if case_odds and len(asked) > len(own) else ()
    return Rivals(named, max(read[len(own) :]) - max(read[: len(own)]) if read else 0.0)


def _is_long(text: str) -> bool:
    return len(text.split()) >= MIN_WORDS


def clauses_of(chunk: Chunk, number: int, document: Document) -> tuple[tuple[Span, Permission], ...]:
    """The clauses of a unit, with what each decides as the unit goes on from its list's lead-in."""
    text = chunk.units[number].of(document.text)
    return permissions_in(text, document.metadata.language, lead_in_of(chunk, number, document))


def _cases(chunk: Chunk, number: int, document: Document) -> list[_Case]:
    """Of a unit that decides one thing that, of one that decides several its clauses, none of one without any."""
    if chunk.lead_in and number == 0:
        return []
    text = chunk.units[number].of(document.text)
    parts = clauses_of(chunk, number, document)
    verdicts = {said.verdict for _, said in parts}
    if len(verdicts) > 1:
        return [_Case(number, span, span.of(text), said.verdict, _conditions(text, [said])) for span, said in parts]
    verdict = next(iter(verdicts), None)
    if verdict is None:
        return []
    return [_Case(number, Span(0, len(text)), text, verdict, _conditions(text, [said for _, said in parts]))]


def _of_agreeing(cases: Sequence[_Case], likeliest: int, naming: Naming | None) -> _Case:
    """Of cases that decide the same that of the likeliest unit, else the one that names most of what is asked: its
    conditions are shown."""
    if naming is None or cases[0].unit == likeliest:
        return cases[0]
    return max(cases, key=lambda case: naming(case.text))


def _said(case: _Case) -> Says | None:
    return Says(case.verdict, case.conditions, unit=case.unit, span=case.span) if case.verdict else None


class _Meant(NamedTuple):
    """Which case; by how much more it names of the question than those that decide otherwise, and by how much higher
    the log odds are that it answers, 0 where nobody has read them."""

    number: int
    more: float
    read_more: float = 0.0


def _without_verb(cases: Sequence[_Case], naming: Naming, language: Language) -> _Meant | None:
    """A clause that only tells of what the one before does not hold ("… saa antaa, mutta ei terveystietoja"): any word
    of it tells that it is meant which the others lack. Of 47 such questions all 47 were right."""
    for number, case in enumerate(cases):
        if number and case.verdict and permission_in(case.text, language).verdict is None:
            rest = " ".join(other.text for other in cases if other is not case)
            more = naming(f"{rest} {case.text}") - naming(rest)
            if more > 0:
                return _Meant(number, more)
    return None


def _meant(cases: Sequence[_Case], naming: Naming, read: Sequence[float]) -> _Meant | None:
    """The case that is asked, if one names more of it, and more likely answers it, than those that decide otherwise.
    read: of each the log odds that it answers."""
    named = [naming(case.text) for case in cases]
    worth = [share + READ_SHARE * odds for share, odds in zip(named, read, strict=True)]
    best = max(range(len(cases)), key=lambda number: worth[number])
    others = [number for number, case in enumerate(cases) if case.verdict != cases[best].verdict]
    more, read_more, by = (each[best] - max(each[at] for at in others) for each in (named, read, worth))
    return _Meant(best, more, read_more) if by >= MEANT_BY else None


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
    found = permission_in_cell(text, document.metadata.language)
    return Says(found.verdict, _conditions(text, [found])) if found.verdict else None


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


def _conditions(text: str, said: Sequence[Permission]) -> tuple[str, ...]:
    return tuple(span.of(text).strip(" .,") for each in said for span in each.conditions)


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
