"""What is to be made small: texts that answer are not the nearest, and the reader is wrong of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

import torch
from torch import Tensor, nn

from eval.training.groups import Group
from eval.training.network import Read

# Cosines of good and bad passages lie some hundredths apart: 40 makes of .05 a factor of 7.
SCALE = 40.0
UNIT_SHARE, VERDICT_SHARE, SPAN_SHARE = 0.5, 0.5, 0.25  # of the reader's loss, beside the answer's
# Most passages decide nothing of what is asked; with equal weights the reader said so of all of them.
VERDICT_WEIGHTS = (1.0, 1.0, 1.3, 0.25)


def found_among(cosines: Tensor, right: Sequence[Collection[int]]) -> Tensor:
    """Of the questions that something answers, how unlikely it is that the right text is drawn by its nearness.
    cosines: (questions, texts); right: the texts that answer each."""
    rows = [number for number, each in enumerate(right) if each]
    if not rows:
        return cosines.sum() * 0
    wanted = torch.zeros(len(rows), cosines.shape[1], dtype=torch.bool)
    for row, number in enumerate(rows):
        wanted[row, list(right[number])] = True
    scores = SCALE * cosines[rows]
    return (scores.logsumexp(1) - scores.masked_fill(~wanted, -torch.inf).logsumexp(1)).mean()


def reading(read: Read, groups: Sequence[Group]) -> Tensor:
    """Of all that is known of the questions: whether the passage answers, by which unit, with which verdict."""
    asked = [(each, group) for group in groups for each in group.questions]
    told = [number for number, (each, _) in enumerate(asked) if each.answers is not None]
    loss = nn.functional.binary_cross_entropy_with_logits(
        read.answers.float()[told], torch.tensor([asked[number][0].answers for number in told])
    )
    pointed = [
        nn.functional.cross_entropy(of_units(tokens, group)[None], torch.tensor([each.unit]))
        for tokens, (each, group) in zip(read.tokens.float(), asked, strict=True)
        if each.unit is not None and len(group.units) > 1
    ]
    if pointed:
        loss = loss + UNIT_SHARE * torch.stack(pointed).mean()
    if losses := list(spanned(read, groups)):
        loss = loss + SPAN_SHARE * torch.stack(losses).mean()
    decided = [number for number, (each, _) in enumerate(asked) if each.verdict is not None]
    if decided:
        wanted = torch.tensor([asked[number][0].verdict for number in decided])
        weights = torch.tensor(VERDICT_WEIGHTS)
        loss = loss + VERDICT_SHARE * nn.functional.cross_entropy(read.verdicts.float()[decided], wanted, weights)
    return loss


def ranked(answers: Tensor, questions: Sequence[int], right: Sequence[bool]) -> Tensor:
    """How unlikely it is that, of all that a question is asked of here, one that answers is drawn by the reader's
    odds. answers: (Q,) logits; questions: the number of each; right: whether what it is asked of answers."""
    answers = answers.float()
    rows: dict[int, list[int]] = defaultdict(list)
    for row, number in enumerate(questions):
        rows[number].append(row)
    found = [
        answers[own].logsumexp(0) - answers[answering].logsumexp(0)
        for own in rows.values()
        if (answering := [row for row in own if right[row]]) and len(answering) < len(own)
    ]
    return torch.stack(found).mean() if found else answers.sum() * 0


def of_units(tokens: Tensor, group: Group) -> Tensor:
    """For each unit the logarithm of the probability that a question points into it. tokens: one row of Read's."""
    return torch.stack([tokens[start:end].logsumexp(0) for start, end in group.units])


def spanned(read: Read, groups: Sequence[Group]) -> Iterator[Tensor]:
    """Who points, points at some span; and no span is there for nothing: one of the questions points at it."""
    first = 0
    for group in groups:
        rows = [first + number for number, asked in enumerate(group.questions) if asked.points]
        first += len(group.questions)
        if not rows or not group.spans:
            continue
        tokens = read.tokens[rows].float()
        at = torch.stack([tokens[:, start:end].logsumexp(1) for start, end in group.spans], 1)  # (rows, spans)
        yield -at.logsumexp(1).mean()
        if group.complete and len(rows) > 1:
            missed = torch.log1p(-at.exp().clamp(max=1 - 1e-4)).sum(0)
            yield -torch.log1p(-missed.exp().clamp(max=1 - 1e-6)).mean()
