"""The cross-reader: reads a question and one quote as one text: every word of each may look at every word of the other.

The reader (reader.py) judges many passages quickly: a passage's words know nothing of the question there. Of the few
quotes that come into question this one tells better what they say of what is asked. Question and quote are encoded
apart up to the encoder's middle, where the reader's passages have been kept, and go on together through six layers of
its own. docs/cross-reader.md is the model's card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from rag.models.bundled_model import ANSWERS, NEAR, PAIRS, SIDES, VERDICTS
from rag.models.encoder import TokenStates, unit_mean
from rag.models.graphs import open_graph
from rag.models.logistic import probability_of
from rag.types import Verdict

DECIDED: tuple[Verdict, ...] = ("allowed", "not_allowed", "only_if_approved")
# Tokens. Of 30,000 quotes that it was trained on none has more, with its headings and lead-in.
MAX_QUESTION, MAX_QUOTE = 48, 160
# Texts that are read at once are filled up to the longest: of 271 quotes of 24 questions all at once had
# 17 % of filling, and each by itself took 7 % less time, though a call takes some 1 ms. Where between, by judgement.
ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class CrossRead:
    """What it makes of one question and one quote. answers: the natural log of the odds that the quote answers;
    verdicts: by DECIDED and "undecided", the probability that this is what it says to a question whether something
    is allowed."""

    answers: float
    verdicts: tuple[float, ...]

    @property
    def probability(self) -> float:
        """That it answers, after the cross-reader alone."""
        return probability_of(self.answers)


@dataclass(frozen=True, slots=True)
class Quoted:
    """What is read. states: of a quote with its headings and lead-in; unit: the numbers of the first token of what is
    quoted and of the one after its last."""

    states: TokenStates
    unit: tuple[int, int]


class CrossReader:
    """Safe to call from several threads."""

    def __init__(self, file: Path, threads: int) -> None:
        """file: as rag.models.bundled_model writes it. Raises ValueError if it cannot be read."""
        self._session: onnxruntime.InferenceSession = open_graph(file, threads)

    def read(self, question: TokenStates, quotes: Sequence[Quoted]) -> list[CrossRead]:
        """One question, with each quote. What it makes of one does not depend on what is read beside it."""
        found: dict[int, CrossRead] = {}
        for batch in of_like_length([min(len(each.states), MAX_QUOTE) for each in quotes]):
            found.update(zip(batch, self._read(question, [quotes[number] for number in batch]), strict=True))
        return [found[number] for number in range(len(quotes))]

    def _read(self, question: TokenStates, quotes: Sequence[Quoted]) -> list[CrossRead]:
        asked = question.middle[:MAX_QUESTION]
        told = [each.states.middle[:MAX_QUOTE] for each in quotes]
        shape = len(quotes), len(asked) + max(map(len, told))
        pairs, sides = np.zeros((*shape, asked.shape[1]), np.float32), np.zeros((*shape, 2), np.float32)
        pairs[:, : len(asked)], sides[:, : len(asked), 0] = asked, 1
        for number, states in enumerate(told):
            end = len(asked) + len(states)
            pairs[number, len(asked) : end], sides[number, len(asked) : end, 1] = states, 1
        whole = unit_mean(question.last)
        near = [[float(whole @ unit_mean(each.states.last[slice(*each.unit)]))] for each in quotes]
        given = {PAIRS: pairs, SIDES: sides, NEAR: np.array(near, np.float32)}
        answers, verdicts = self._session.run([ANSWERS, VERDICTS], given)
        return [CrossRead(float(each), tuple(said.tolist())) for each, said in zip(answers, verdicts, strict=True)]


def of_like_length(lengths: Sequence[int]) -> list[list[int]]:
    """The numbers of texts in batches: none is shorter than ALIKE of the longest beside it, to whose length it is
    filled up."""
    batches: list[list[int]] = []
    for number in sorted(range(len(lengths)), key=lambda each: -lengths[each]):
        if batches and lengths[number] >= ALIKE * lengths[batches[-1][0]]:
            batches[-1].append(number)
        else:
            batches.append([number])
    return batches
