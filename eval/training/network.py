"""The reader: a few layers in which a question's token states read a passage's, and heads that judge.

Both states are the encoder's, so a passage is encoded once for all its questions, here and when answering, and reading
begins with all that the encoder knows of what is alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, normalize

from eval.training.groups import Group
from rag.models.reader import VERDICTS

LAYERS, HEADS = 3, 6
DROPOUT = 0.1
BLOCKED = -1e4  # what a score that may not be attended to gets; small enough for bf16
LIKENESSES = 4


@dataclass(frozen=True)
class Batch:
    """Groups side by side, padded. passages: (B, P, width); seen, inside: (B, P), 1 for a token, for one of a unit;
    questions: (Q, L, width); real: (Q, L); group_of: (Q,), each question's group."""

    passages: Tensor
    seen: Tensor
    inside: Tensor
    questions: Tensor
    real: Tensor
    group_of: Tensor
    groups: Sequence[Group]


@dataclass(frozen=True)
class Read:
    """answers: (Q,) logits; tokens: (Q, P), for each of the passage's tokens the logarithm of the probability that the
    question points at it; verdicts: (Q, len(VERDICTS)) logits."""

    answers: Tensor
    tokens: Tensor
    verdicts: Tensor


@dataclass(frozen=True)
class Seats:
    """Where the questions of several passages sit, so that a passage is looked at by all of its own in one product.
    seat: (Q,), passage times `most`, plus the question's number among the passage's own; None: one question each."""

    passages: int
    most: int
    seat: Tensor | None = None

    @classmethod
    def of(cls, group_of: Tensor) -> Seats:
        counts = group_of.bincount()
        first = counts.cumsum(0) - counts
        most = int(counts.max())
        return cls(len(counts), most, group_of * most + torch.arange(len(group_of)) - first[group_of])

    def side_by_side(self, states: Tensor) -> Tensor:
        """(Q, L, width) as (passages, most * L, width), zeros where nobody sits."""
        if self.seat is None:
            return states
        _, length, width = states.shape
        grid = states.new_zeros(self.passages * self.most, length, width).index_copy(0, self.seat, states)
        return grid.view(self.passages, self.most * length, width)

    def apart(self, states: Tensor, length: int) -> Tensor:
        """What side_by_side has laid together: (passages, most * length, any) as (Q, length, any)."""
        if self.seat is None:
            return states
        return states.reshape(self.passages * self.most, length, states.shape[-1])[self.seat]


def pack(groups: Sequence[Group], passages: Sequence[Tensor], questions: Sequence[Tensor]) -> Batch:
    """The groups as one batch. passages, questions: (tokens, width), of each group, and of each question in order."""
    read, seen = _padded(passages)
    asked, real = _padded(questions)
    inside = torch.zeros_like(seen)
    for number, group in enumerate(groups):
        inside[number, group.units[0][0] : group.units[-1][1]] = 1
    group_of = [number for number, group in enumerate(groups) for _ in group.questions]
    return Batch(read, seen, inside, asked, real, torch.tensor(group_of), groups)


def _padded(states: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    padded = nn.utils.rnn.pad_sequence(list(states), batch_first=True)
    real = torch.zeros(padded.shape[:2])
    for number, each in enumerate(states):
        real[number, : len(each)] = 1
    return padded, real


class Layer(nn.Module):
    """A question's tokens look at each other, then at the passage."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.before = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own = nn.Linear(width, 3 * width)
        self.asks, self.offers = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.wider, self.narrower = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.after = nn.ModuleList(nn.Linear(width, width) for _ in range(2))
        for each in (*self.after, self.narrower):
            # Every layer begins by changing nothing.
            nn.init.zeros_(each.weight)
            nn.init.zeros_(each.bias)

    def forward(self, states: Tensor, own: Tensor, passages: Tensor, seen: Tensor, seats: Seats) -> Tensor:
        """states: (Q, L, width); passages: (B, P, width); own, seen: what is added to scores."""
        query, key, value = self.own(self.before[0](states)).chunk(3, -1)
        states = states + self.after[0](attended(query, key, value, own))
        key, value = self.offers(passages).chunk(2, -1)
        asks = seats.side_by_side(self.asks(self.before[1](states)))
        states = states + self.after[1](seats.apart(attended(asks, key, value, seen), states.shape[1]))
        changed: Tensor = states + self.narrower(gelu(self.wider(self.before[2](states))))
        return changed


def attended(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    query, key, value = (
        each.reshape(each.shape[0], each.shape[1], HEADS, -1).transpose(1, 2).contiguous()
        for each in (query, key, value)
    )
    weights = (query * query.shape[-1] ** -0.5 @ key.transpose(-1, -2) + mask).softmax(-1)
    mixed: Tensor = weights @ value
    return mixed.transpose(1, 2).flatten(2)


def stretched(whole: Tensor, mean: Tensor, least: Tensor, pointed: Tensor) -> Tensor:
    """The LIKENESSES of question and passage, each (Q, 1), side by side: of their means, of each of the question's
    tokens with the nearest, and of what it points at. Cosines lie close together; moved and stretched they begin as
    large as the rest."""
    return torch.cat([10 * whole - 8.5, 10 * mean - 8, 5 * least - 3.5, 10 * pointed - 8], -1)


class Reader(nn.Module):
    """width: of the encoder's states."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.of_questions, self.of_passages = nn.LayerNorm(width), nn.LayerNorm(width)
        self.layers = nn.ModuleList(Layer(width) for _ in range(LAYERS))
        # A question points at the tokens that are most like its mean, until it learns better.
        self.asks, self.offers = nn.Linear(width, width), nn.Linear(width, width)
        with torch.no_grad():
            for each in (self.asks, self.offers):
                each.weight.copy_(torch.eye(width))
                each.bias.zero_()
        self.sharpness = nn.Parameter(torch.tensor(3.0))
        known = 3 * width + LIKENESSES
        self.drop = nn.Dropout(DROPOUT)
        self.answer = nn.Sequential(
            nn.Dropout(DROPOUT), nn.Linear(known, width), nn.GELU(), nn.Dropout(DROPOUT), nn.Linear(width, 1)
        )
        self.verdict = nn.Sequential(
            nn.Dropout(DROPOUT), nn.Linear(known, width), nn.GELU(), nn.Linear(width, len(VERDICTS))
        )
        self.directly = nn.Linear(LIKENESSES, 1)

    def forward(self, batch: Batch) -> Read:
        answers, tokens, verdicts = self.read(
            batch.questions, batch.real, batch.passages, batch.seen, batch.inside, batch.group_of
        )
        return Read(answers, tokens, verdicts)

    def read(
        self,
        questions: Tensor,
        real: Tensor,
        passages: Tensor,
        seen: Tensor,
        inside: Tensor,
        group_of: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """answers (Q,); pointed (Q, P), logarithms of probabilities; verdicts (Q, len(VERDICTS)), logits. questions:
        (Q, L, width); passages: (B, P, width); real, seen, inside: 1 or 0; group_of: as Batch's; without it each
        passage has one question."""
        seats = Seats(passages.shape[0], 1) if group_of is None else Seats.of(group_of)

        def of_each(found: Tensor) -> Tensor:
            return found if group_of is None else found[group_of]

        own, other, outside = (real - 1)[:, None, None] * -BLOCKED, (seen - 1)[:, None, None] * -BLOCKED, (inside - 1)
        length = real.sum(1, keepdim=True)

        def mean(states: Tensor) -> Tensor:
            return (states * real[..., None]).sum(1) / length

        asked = mean(questions)
        whole = of_each((passages * seen[..., None]).sum(1) / seen.sum(1, keepdim=True))
        alike = seats.side_by_side(normalize(questions, dim=-1)) @ normalize(passages, dim=-1).transpose(1, 2)
        best = seats.apart((alike + 2 * outside[:, None]).amax(-1, keepdim=True), questions.shape[1]).squeeze(-1)
        states = start = self.of_questions(questions)
        read = self.of_passages(passages)
        states, given = self.drop(states), self.drop(read)
        for layer in self.layers:
            states = layer(states, own, given, other, seats)
        states = states.float()
        changed = mean(states) - mean(start)
        sought = seats.side_by_side(normalize(self.asks(asked) + changed, dim=-1)[:, None])
        near = seats.apart(sought @ normalize(self.offers(passages), dim=-1).transpose(1, 2), 1).squeeze(1).float()
        tokens = (near * self.sharpness.exp() + of_each(outside) * -BLOCKED).log_softmax(-1)
        chosen = tokens.exp()[:, None]
        pointed = seats.apart(seats.side_by_side(chosen) @ read.float(), 1).squeeze(1)
        likenesses = stretched(
            (normalize(asked, dim=-1) * normalize(whole, dim=-1)).sum(-1, keepdim=True),
            (best * real).sum(1, keepdim=True) / length,
            (best + 2 * (1 - real)).amin(1, keepdim=True),
            (chosen @ near[..., None]).squeeze(-1),
        )
        known = torch.cat([states[:, 0], mean(states), pointed, likenesses], -1)
        return (self.answer(known) + self.directly(likenesses)).squeeze(-1), tokens, self.verdict(known)
