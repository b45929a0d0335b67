"""What is quoted, read by itself: one sentence or item of a passage with its headings and lead-in, or a whole row.

A passage may answer while the sentence that lies nearest to the question does not. What people get is the sentence, so
the reader is asked of it as well: of those that answer, and of the nearest that do not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from eval.training.groups import Group
from eval.training.guidance import Guidance, Labelled
from rag.models.reader import VERDICTS, left_with

# Questions that one quote is read with at once. Most have one to three; a batch is as wide as its widest.
TOGETHER = 3


@dataclass(frozen=True)
class Quote:
    """kept: the passage's tokens that are read; group: those, with the questions; rows: the questions' numbers."""

    passage: int
    kept: list[int]
    group: Group
    rows: list[int]


def alone(group: Group, unit: int, whole: bool, led: bool) -> tuple[list[int], list[tuple[int, int]]]:
    """The numbers of the tokens that are read for one unit, and the ranges of its units among them. whole: the passage
    is quoted as a whole; led: its first unit leads in the others."""
    chosen = range(len(group.units)) if whole else sorted({0, unit}) if led else [unit]
    return left_with(chosen, group.units, len(group.tokens))


def quoted(document: Guidance, right: Sequence[Collection[int]], nearness: Tensor, most: int) -> list[Quote]:
    """Every question asked of the units that answer it, one by one, and of so many of the nearest others. right: the
    units that answer each question, numbered through the whole document; nearness: cosines (questions, units)."""
    places = [(passage, unit) for passage, group in enumerate(document.passages) for unit in range(len(group.units))]
    asked: dict[tuple[int, int], dict[int, float]] = {}  # the questions of each quote, and whether it answers them
    for row, question in enumerate(document.questions):
        answering = {_quote(document, *places[number]) for number in right[row]}
        answering |= {(passage, 0) for passage in question.answers if passage in document.rows}
        for quote in answering:
            asked.setdefault(quote, {})[row] = 1.0
        if question.answers and not answering:
            continue  # what answers runs over several units: which of the nearest is wrong is not known
        others = 0
        for number in nearness[row].argsort(descending=True).tolist():
            quote = _quote(document, *places[number])
            if quote in answering or row in asked.get(quote, {}):
                continue
            asked.setdefault(quote, {})[row] = 0.0
            others += 1
            if others == most:
                break
    return [
        _made(document, passage, unit, dict(some))
        for (passage, unit), rows in asked.items()
        for some in _in_parts([*rows.items()], TOGETHER)
    ]


def _quote(document: Guidance, passage: int, unit: int) -> tuple[int, int]:
    return (passage, 0) if passage in document.rows else (passage, unit)


def _made(document: Guidance, passage: int, unit: int, rows: Mapping[int, float]) -> Quote:
    group = document.passages[passage]
    kept, ranges = alone(group, unit, passage in document.rows, passage in document.led)
    questions = [
        replace(document.questions[row].asked, answers=answers, verdict=_verdict(document.questions[row], answers))
        for row, answers in rows.items()
    ]
    read = replace(group, tokens=[group.tokens[at] for at in kept], units=ranges, questions=questions)
    return Quote(passage, kept, read, list(rows))


def _verdict(question: Labelled, answers: float) -> int | None:
    """A sentence that answers whether something is allowed says what; another says nothing of it."""
    if question.verdict is None:
        return None
    return VERDICTS.index(question.verdict if answers else "undecided")


def _in_parts(items: Sequence[tuple[int, float]], size: int) -> list[Sequence[tuple[int, float]]]:
    return [items[at : at + size] for at in range(0, len(items), size)]
