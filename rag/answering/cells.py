"""Which cell of a table's row a question is after, among those beside the row's name.

A matrix of services and classes of data answers by one cell; the next one may say the opposite. What the question names
of one column's head and of no other's tells the most; the reader has read the row and points at a cell; the
cross-reader has read each cell with the row's name and the column's head; and who asks whether something may be done is
rather after a cell that decides something.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from rag.answering.coverage import IMPLIED_MATCH, WIDER_MEANING, Bag, meaning_coverage
from rag.curated.content_words import Word

# What counts the reader's pointing, the head's naming, that a cell decides, and the cross-reader's word on the cell:
# fitted by a conditional logistic regression on 583 questions to rows of three and more cells in the documents of "dev"
# and "fit" (eval/training, "column"), a tenth of the documents left out in turn: the right cell .844, without the
# cross-reader's word .828, by that alone .770, by the reader's alone .705.
READ_AS_A_ROW = (0.9, 14.4, 0.14, 0.0)  # nobody has read the cells by themselves
READ_BY_THEMSELVES = (0.51, 13.4, 0.23, 0.45)  # it has
WIDER = 0.5  # what a head is worth that names a wider class: "Henkilötiedot" for "hetu"; chosen by judgement
UNREAD = 0.02  # added to the share that the reader points with: a share of nothing is no proof


def cell_shares(
    pointed: Sequence[float],
    named: Sequence[float],
    decides: Sequence[bool],
    fitting: Sequence[int],
    odds: Sequence[float] = (),
) -> list[float]:
    """For each cell of a row, how likely the question is after it; 0 for those that are not fitting, 1 in all, unless
    none fits.

    pointed: the share with which the reader points at each cell; named: what heads_named says; decides: whether the
    cell decides what one may do; fitting: the numbers of those that may be asked for; odds: of these the log odds that
    each answers, none where nobody has read them by themselves.
    """
    pointing, naming, deciding, answering = READ_BY_THEMSELVES if odds else READ_AS_A_ROW
    scores = {
        number: pointing * math.log(pointed[number] + UNREAD)
        + naming * named[number]
        + deciding * decides[number]
        + answering * answers
        for number, answers in zip(fitting, odds or [0.0] * len(fitting), strict=True)
    }
    most = max(scores.values(), default=0.0)
    powers = [math.exp(scores[number] - most) if number in scores else 0.0 for number in range(len(pointed))]
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
