"""What a quote decides of what one may do, of just what is asked: which of its sentences, clauses or cells, and what
tells how sure that is.

What the words decide is read without the question (unit_verdicts.py). A quote may hold several cases, a row always
does; here the question chooses among them, and what stands beside the quote is compared with it. Whether that is shown
as the verdict is decided by reading_verdict.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.cells import cell_shares, heads_named
from rag.answering.coverage import Bags, coverage
from rag.answering.literal import SURE_OF_CELL, wording
from rag.answering.question import Question
from rag.answering.quoting import Quote
from rag.answering.unit_verdicts import (
    NO_RIVALS,
    CaseOdds,
    Legend,
    Naming,
    Rivals,
    Says,
    aside_of,
    deciding_cell,
    lead_in_of,
    rivals_of,
    row_says,
    units_say,
)
from rag.curated.content_words import Word
from rag.language.permissions import is_modal
from rag.language.ranges import fits, the_one_that_holds
from rag.models.reader import Read, readable
from rag.sources.chunking import cells_with_heads
from rag.sources.legend import legend_of
from rag.types import Chunk, Document, Span

MAX_CELLS = 8  # of a row that are read: a bound on the time. Chosen by judgement


@dataclass(frozen=True, slots=True)
class Decides:
    """What is decided, and how it stands. cell: of a table's row, the number of the cell that decides; cell_share: then
    how likely the question is after a cell that decides the same; of_best: whether it is the likeliest of what is
    quoted; beside: how it stands among what decides otherwise beside the quote; aside: among the other parts of its own
    sentence; holds: 1 where it holds the values that the question names, -1 where one lies outside, 0 where nothing
    tells; of_condition: the share of the question's words, by weight, that its conditions name; named_back: the share
    of its words that the question names; literal: whether it decides of just what is asked, in the same words and
    language."""

    says: Says
    cell: int | None = None
    cell_share: float = 1.0
    of_best: bool = True
    beside: Rivals = NO_RIVALS
    aside: Rivals = NO_RIVALS
    holds: float = 0.0
    of_condition: float = 0.0
    named_back: float = 0.0
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a passage is compared with it. words: its content words; weights: of each; foreign: whether the
    passage is not there in its language."""

    question: Question
    words: Sequence[Word]
    weights: Sequence[float]
    foreign: bool


class Decider:
    """Keeps what documents say of their tables' marks, for one version of the index."""

    def __init__(self, bags: Bags) -> None:
        self._bags = bags
        self._legends: dict[str, Legend] = {}

    def of_units(
        self,
        asked: Asked,
        chunk: Chunk,
        document: Document,
        quote: Quote,
        scores: Sequence[float],
        case_odds: CaseOdds | None,
    ) -> Decides | None:
        """What a quote of sentences or items decides; None for nothing. scores: of all the passage's units how near
        they are, none where the quote is bound; case_odds: what the cross-reader makes of stretches of them."""

        def naming(text: str) -> float:
            return self._share(asked, text, document)

        if quote.best is None:
            return self._of_bound(asked, chunk, document, quote.units, naming)
        # Of several that are quoted the best decides, where they decide the same.
        nearest = sorted(range(len(scores)), key=lambda number: -scores[number])
        units = [quote.best, *(each for each in nearest if each in quote.units and each != quote.best)]
        says = units_say(chunk, units, document, naming, case_odds)
        if says is None:
            return None
        others = [each for each in nearest if each not in units]
        beside = rivals_of(chunk, says, others, document, naming, case_odds) if case_odds else NO_RIVALS
        of_best = says.unit == quote.best
        found = self._stands(asked, says, chunk, document, [says.unit])
        aside = aside_of(chunk, says, document, naming, case_odds)
        literal = found.literal and of_best and not says.parted
        return replace(found, of_best=of_best, beside=beside, aside=aside, literal=literal)

    def _of_bound(
        self, asked: Asked, chunk: Chunk, document: Document, units: Sequence[int], naming: Naming
    ) -> Decides | None:
        """What a place decides that an example or a rule binds: all of it is meant, so its units have to agree."""
        told = [units_say(chunk, [number], document, naming) for number in units]
        found = [says for says in told if says is not None]
        if len({says.verdict for says in found}) != 1:
            return None
        stands = self._stands(asked, found[0], chunk, document, units)
        return replace(stands, literal=stands.literal and not any(says.parted for says in found))

    def _stands(self, asked: Asked, says: Says, chunk: Chunk, document: Document, units: Sequence[int]) -> Decides:
        """What units say, as it is compared with the question."""
        lead_in = lead_in_of(chunk, units[0], document)
        said = " ".join(chunk.units[number].of(document.text) for number in units)
        back, literal = self._wording(asked, said, f"{lead_in}\n{said}", document, in_table=False)
        case = says.span.of(chunk.units[says.unit].of(document.text))
        return Decides(
            says,
            holds=fits(f"{lead_in} {case}", asked.question.values),
            of_condition=self._of_condition(asked, says, document),
            named_back=back,
            literal=literal,
        )

    def of_row(
        self, asked: Asked, chunk: Chunk, document: Document, read: Read, case_odds: CaseOdds | None
    ) -> Decides | None:
        """What the cell of a table's row decides that the question is after; None for nothing. read: what the reader
        makes of the row."""
        cells, heads = cells_with_heads(chunk, document)
        said = row_says(cells, heads, document, self._legend(document))
        if not any(said):
            return None
        shown = readable(chunk, document).units
        held = the_one_that_holds(heads, asked.question.values)
        fitting = [n for n in range(1, len(cells)) if shown[n].strip() and (held is None or n in held)]
        bags = [self._bags.of(head, document.metadata.language) for head in heads]
        named = heads_named(asked.words, asked.weights, bags, fitting)
        pointed = read.units if len(read.units) == len(cells) else (0.0,) * len(cells)
        places = [(number, Span(0, len(shown[number]))) for number in fitting]
        told = case_odds(places) if case_odds and 1 < len(places) <= MAX_CELLS else ()
        decides = [each is not None for each in said]
        found = deciding_cell(said, cell_shares(pointed, named, decides, fitting, told))
        if found is None:
            return None
        cell, says, share = found
        own = f"{cells[0]} {heads[cell]}"
        place = f"{chunk.context}\n{own}\n{cells[cell]}"
        back, literal = self._wording(asked, own, place, document, in_table=True)
        return Decides(
            says,
            cell,
            share,
            holds=fits(f"{own}\n{cells[cell]}", asked.question.values),
            of_condition=self._of_condition(asked, says, document),
            named_back=back,
            literal=literal and share >= SURE_OF_CELL,
        )

    def _share(self, asked: Asked, text: str, document: Document) -> float:
        """Of the question's words, by their weight, that a text names."""
        return coverage(asked.words, asked.weights, self._bags.of(text, document.metadata.language))

    def _of_condition(self, asked: Asked, says: Says, document: Document) -> float:
        conditions = " ".join(says.conditions)
        return self._share(asked, conditions, document) if conditions else 0.0

    def _wording(self, asked: Asked, said: str, place: str, document: Document, in_table: bool) -> tuple[float, bool]:
        """How much of what decides the question names, and whether it is said in the question's words and language."""
        language, question = document.metadata.language, asked.question
        words = [word for word in self._bags.words(said, language) if not is_modal(word.text, language)]
        own = self._bags.of(question.text, question.language)
        back, literal = wording(question, self._bags.of(place, language), words, own, in_table)
        return back, literal and not asked.foreign

    def _legend(self, document: Document) -> Legend:
        if document.id not in self._legends:
            self._legends[document.id] = legend_of(document)
        return self._legends[document.id]
