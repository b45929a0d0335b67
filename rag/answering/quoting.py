"""Which stretch of a passage is quoted: chosen by nearness and words, then read by itself.

A passage may answer while the sentence that lies nearest to the question does not. So the sentences that come into
question are read once more, each with its headings and lead-in alone, and the reader's word on the quote is a feature
of the candidate (evidence.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.models.cross_reader import CrossRead
from rag.models.reader import Read
from rag.types import Chunk, Span, Variant

# Of two sentences that score alike the reader tells better which answers: so much for being sure of it. Of 303 right
# passages of 12 unseen documents the right sentence: 0 .842, .1 .848, .2 .855, .3 .855, .5 .848, 1 .838.
UNIT_ALONE = 0.2
# Sentences of a passage that are read by themselves. The right one is among two in .950 of those passages, among three
# in .990; a third one was never chosen more rightly (.2: .855 and .851).
CONTENDERS = 2
# So much more where the cross-reader has read both. Of 293 right passages of 17 unseen documents the right sentence:
# 0 .915, .1 .915, .2 .928, .3 .932, .5 .925, 1 .928.
UNIT_CLOSELY = 0.3
# Where no example tells the sentence, those beside the best that score nearly as much are quoted with it. Of 745 right
# passages of 38 unseen documents the quote holds the evidence: 0 .800 (one unit), .015 .852 (1.1), .03 .887 (1.3), .05
# .924 (1.7 units in the mean).
NEARLY = 0.03
MAX_UNITS, MAX_QUOTED = 3, 600  # how much of a passage is quoted; the latter are characters. Chosen by judgement


@dataclass(frozen=True, slots=True)
class Stretches:
    """Of a passage, in the language in which it is compared with the question: what may be quoted. each: stretches, by
    the numbers of their units, in order and without a hole; of several one is quoted; scores: of all its units, none
    where a rule or an example binds the place."""

    version: Variant
    each: tuple[tuple[int, ...], ...]
    scores: tuple[float, ...] = ()

    def read_with(self, chunk: Chunk) -> list[tuple[int, ...] | None]:
        """The units that are read for each stretch, a lead-in with its items; None for the whole passage."""
        led = [units if not chunk.lead_in or 0 in units else (0, *units) for units in self.each]
        return [None if chunk.kind == "row" or len(units) == len(chunk.units) else units for units in led]


@dataclass(frozen=True, slots=True)
class Quote:
    """What is quoted of a passage. best: the unit that was chosen, None where the place is bound; alone: what the
    reader makes of the stretch by itself; closely: what the cross-reader makes of it, None where it was not asked."""

    version: Variant
    units: tuple[int, ...]
    best: int | None
    alone: Read
    closely: CrossRead | None = None

    def span(self, chunk: Chunk) -> Span:
        return Span(chunk.units[self.units[0]].start, chunk.units[self.units[-1]].end)


def stretches(chunk: Chunk, version: Variant, scores: Sequence[float], wants_list: bool) -> Stretches:
    """What may be quoted by these scores: the best units, or a whole list, when its lead-in matches best or the
    question asks for several things."""
    order = sorted(range(len(scores)), key=lambda number: -scores[number])
    if chunk.kind == "list" and len(chunk.units) > 1 and (wants_list or (chunk.lead_in and order[0] == 0)):
        return Stretches(version, (tuple(range(len(chunk.units))),), tuple(scores))
    return Stretches(version, tuple((number,) for number in order[:CONTENDERS]), tuple(scores))


def bound_to(chunk: Chunk, version: Variant, span: Span) -> Stretches:
    """The units that a span touches; the chunk lies at it, so there is one at least."""
    touched = [number for number, unit in enumerate(chunk.units) if unit.touches(span)]
    units = range(touched[0], touched[-1] + 1) if touched else range(len(chunk.units))
    return Stretches(version, (tuple(units),))


def chosen(
    chunk: Chunk, among: Stretches, alone: Sequence[Read], closely: Sequence[CrossRead | None], wider: bool
) -> Quote:
    """The stretch that is quoted. alone, closely: what the reader and the cross-reader make of each; wider: whether
    those beside it that score nearly as much are quoted, too."""
    if not among.scores:
        return Quote(among.version, among.each[0], None, alone[0], closely[0])

    def worth(at: int) -> float:
        score = max(among.scores[unit] for unit in among.each[at]) + UNIT_ALONE * alone[at].probability
        read = closely[at] if None not in closely else None
        return score + UNIT_CLOSELY * read.probability if read else score

    number = max(range(len(among.each)), key=worth)
    units = among.each[number]
    best = max(units, key=lambda unit: among.scores[unit])
    if wider and len(units) == 1:
        units = _with_nearly_as_good(chunk, among.scores, best)
    return Quote(among.version, units, best, alone[number], closely[number])


def _with_nearly_as_good(chunk: Chunk, scores: Sequence[float], best: int) -> tuple[int, ...]:
    """The best unit with those beside it that score nearly as much, as far as a quote has room."""
    first = last = best
    while last - first + 1 < MAX_UNITS:
        beside = [
            number
            for number in (first - 1, last + 1)
            if 0 <= number < len(scores) and scores[number] >= scores[best] - NEARLY
        ]
        if not beside:
            break
        nearest = max(beside, key=lambda number: scores[number])
        low, high = min(first, nearest), max(last, nearest)
        if chunk.units[high].end - chunk.units[low].start > MAX_QUOTED:
            break
        first, last = low, high
    return tuple(range(first, last + 1))
