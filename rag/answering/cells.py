"""Which cell of a table's row a question is after, among those beside the row's name.

A matrix of services and classes of data answers by one cell; the next one may say the opposite. What the question names
of one column's head and of no other's tells the most; the reader has read the row and points at a cell; and who asks
whether something may be done is rather after a cell that decides something.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from rag.answering.coverage import IMPLIED_MATCH, WIDER_MEANING, Bag, meaning_coverage
from rag.curated.content_words import Word

# Fitted by a conditional logistic regression on 195 questions to rows of three to six cells in the 99 documents of
# "dev" (eval/training, "column"), a document left out in turn: the right cell .697, by the reader alone .610, as it was
# chosen before (the reader and half the share of the question that head and cell name) .605. Of 156 with a verdict the
# cell's is right for .782 (.737); for the surer half of them .897 (.859). Fitted by the words themselves; heads are now
# named by their meaning, too.
READ, NAMED, DECIDES = 0.64, 37.0, 1.0
WIDER = 0.5  # what a head is worth that names a wider class: "Henkilötiedot" for "hetu"; chosen by judgement
UNREAD = 0.02  # added to the share that the reader points with: a share of nothing is no proof


def cell_shares(
    pointed: Sequence[float], named: Sequence[float], decides: Sequence[bool], fitting: Collection[int]
) -> list[float]:
    """For each cell of a row, how likely the question is after it; 0 for those that are not fitting, 1 in all, unless
    none fits.

    pointed: the share with which the reader points at each cell; named: what heads_named says; decides: whether the
    cell decides what one may do; fitting: the numbers of those that may be asked for.
    """
    scores = [
        READ * math.log(share + UNREAD) + NAMED * naming + DECIDES * said
        for share, naming, said in zip(pointed, named, decides, strict=True)
    ]
    most = max((scores[number] for number in fitting), default=0.0)
    powers = [math.exp(score - most) if number in fitting else 0.0 for number, score in enumerate(scores)]
    total = sum(powers) or 1.0
    return [power / total for power in powers]


def heads_named(
    words: Sequence[Word], weights: Sequence[float], heads: Sequence[Bag], fitting: Collection[int]
) -> list[float]:
    """For each head the share of the question's weight that it names, beyond what any other head names; in [0, 1]."""
    total = sum(weights) or 1.0
    named = [0.0] * len(heads)
    for word, weight in zip(words, weights, strict=True):
        covered = {number: _named(word, heads[number]) for number in fitting}
        for number, share in covered.items():
            others = max((each for other, each in covered.items() if other != number), default=0.0)
            named[number] += weight / total * max(0.0, share - others)
    return named


def _named(word: Word, head: Bag) -> float:
    covered = meaning_coverage(word, head)
    return WIDER if covered in (IMPLIED_MATCH, WIDER_MEANING) else covered
