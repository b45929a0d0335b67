"""The reader as it is trained: the encoder's layers, and heads on what a question knows after it has read a passage.

One sequence holds a passage and several questions. A passage's tokens attend to the passage only, a question's to
itself and to the passage. So a passage is computed once for all its questions, here and when answering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel

PADDING = 1  # the encoder's padding token
VERDICTS = ("allowed", "not_allowed", "only_if_approved", "undecided")
BLOCKED = -1e4  # what a score that may not be attended to gets; small enough for bf16


@dataclass(frozen=True)
class Asked:
    """A question to a passage. answers: 1.0, 0.0; unit: which of the passage's units answers, verdict: index of
    VERDICTS; both None where nobody knows."""

    tokens: list[int]
    answers: float
    unit: int | None = None
    verdict: int | None = None


@dataclass(frozen=True)
class Group:
    """A passage with its questions. units: half-open ranges of its tokens."""

    tokens: list[int]
    units: list[tuple[int, int]]
    questions: list[Asked]


@dataclass(frozen=True)
class Batch:
    """Groups side by side. ids, positions: (B, L); sees: (B, 1, L, L), 0 or BLOCKED; owner: (B, L), a question's
    number in the batch or -1; firsts: (Q, 2), where each question begins; units: per group the token ranges;
    group_of: (Q,), each question's group."""

    ids: Tensor
    positions: Tensor
    sees: Tensor
    owner: Tensor
    firsts: Tensor
    units: Sequence[Sequence[tuple[int, int]]]
    group_of: Sequence[int]


@dataclass(frozen=True)
class Read:
    """answers: (Q,) logits; units: per question (number of units,) logits; verdicts: (Q, len(VERDICTS)) logits."""

    answers: Tensor
    units: list[Tensor]
    verdicts: Tensor


def pack(groups: Sequence[Group]) -> Batch:
    """The groups as one batch, padded to the longest."""
    longest = max(len(group.tokens) + sum(len(each.tokens) for each in group.questions) for group in groups)
    shape = (len(groups), longest)
    ids, positions = torch.full(shape, PADDING), torch.zeros(shape, dtype=torch.long)
    block, owner = torch.full(shape, -2), torch.full(shape, -1)
    firsts: list[tuple[int, int]] = []
    for row, group in enumerate(groups):
        at = len(group.tokens)
        ids[row, :at], positions[row, :at], block[row, :at] = torch.tensor(group.tokens), torch.arange(at), -1
        for number, asked in enumerate(group.questions):
            end = at + len(asked.tokens)
            ids[row, at:end], positions[row, at:end] = torch.tensor(asked.tokens), torch.arange(len(asked.tokens))
            block[row, at:end], owner[row, at:end] = number, len(firsts)
            firsts.append((row, at))
            at = end
    sees = (block[:, :, None] == block[:, None, :]) | ((block[:, None, :] == -1) & (block[:, :, None] >= -1))
    mask = torch.zeros(len(groups), 1, longest, longest).masked_fill(~sees[:, None], BLOCKED)
    return Batch(
        ids, positions, mask, owner, torch.tensor(firsts), [g.units for g in groups], [row for row, _ in firsts]
    )


class Reader(nn.Module):
    """The encoder in the folder with new heads. Its embeddings are shared with the encoder and stay as they are."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, attn_implementation="sdpa", local_files_only=True)
        self.encoder.embeddings.requires_grad_(False)
        width = self.encoder.config.hidden_size
        self.answer = nn.Sequential(nn.Dropout(0.1), nn.Linear(2 * width, width), nn.Tanh(), nn.Linear(width, 1))
        self.verdict = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(2 * width, width), nn.Tanh(), nn.Linear(width, len(VERDICTS))
        )
        self.asks = nn.Linear(2 * width, width)
        self.offers = nn.Linear(width, width)

    def forward(self, batch: Batch) -> Read:
        states = self.encoder(
            input_ids=batch.ids, position_ids=batch.positions, attention_mask=batch.sees
        ).last_hidden_state.float()
        inside = batch.owner.flatten() >= 0
        of = batch.owner.flatten()[inside]
        total = torch.zeros(len(batch.firsts), states.shape[-1]).index_add(0, of, states.flatten(0, 1)[inside])
        count = torch.zeros(len(batch.firsts)).index_add(0, of, torch.ones(len(of)))
        question = torch.cat([states[batch.firsts[:, 0], batch.firsts[:, 1]], total / count[:, None]], -1)
        asks = self.asks(question)
        units: list[Tensor] = []
        offered: dict[int, Tensor] = {}
        for number, row in enumerate(batch.group_of):
            if row not in offered:
                means = [states[row, start:end].mean(0) for start, end in batch.units[row]]
                offered[row] = self.offers(torch.stack(means))
            units.append(offered[row] @ asks[number] / asks.shape[-1] ** 0.5)
        return Read(self.answer(question).squeeze(-1), units, self.verdict(question))

    def trained(self) -> dict[str, Tensor]:
        """The weights that training changes."""
        return {name: value for name, value in self.state_dict().items() if not name.startswith("encoder.embeddings")}
