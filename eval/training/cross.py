"""The cross-reader in torch: the encoder's layers above the middle, in which a question and a quote go on as one text,
and two heads. rag.models.encoder_graph computes the same for answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModel

from eval.training.encoder import of_like_lengths
from eval.training.network import BLOCKED
from rag.models.encoder import MIDDLE
from rag.models.reader import VERDICTS

DROPOUT = 0.1
AT_ONCE = 48  # pairs of a batch
LONGER = 1.25, 8  # a batch's pairs are at most so many times, and tokens, longer than its shortest
NEAREST = 3.0  # what ten hundredths of a cosine begin with as log odds: nothing is learnt yet, and near is likely right


@dataclass(frozen=True)
class Pair:
    """A question and a quote. question, quote: their middle states, (tokens, width); near: the cosine of the two."""

    question: Tensor
    quote: Tensor
    near: float

    def __len__(self) -> int:
        return len(self.question) + len(self.quote)


class CrossReader(nn.Module):
    """layers: the encoder's, above MIDDLE."""

    def __init__(self, layers: nn.ModuleList, width: int) -> None:
        super().__init__()
        self.layers = layers
        self.side = nn.Parameter(torch.zeros(2, width))  # what tells a question's tokens from a quote's
        self.answer, self.verdict = Head(width, 1), Head(width, len(VERDICTS))
        self.nearness = nn.Parameter(torch.tensor([10 * NEAREST]))
        with torch.no_grad():
            self.answer.outer.bias.fill_(-8.5 * NEAREST)  # cosines lie about .85

    @classmethod
    def of(cls, folder: Path, weights: Mapping[str, Tensor]) -> CrossReader:
        """Beginning as the encoder. folder: of the model; weights: those of the release."""
        model: Any = AutoModel.from_pretrained(
            folder, local_files_only=True, add_pooling_layer=False, attn_implementation="eager"
        )
        model.load_state_dict(weights, strict=False)
        return cls(model.encoder.layer[MIDDLE:], model.config.hidden_size)

    def forward(self, pairs: Sequence[Pair], bf16: bool) -> tuple[Tensor, Tensor]:
        """answers: (pairs,) log odds; verdicts: (pairs, len(VERDICTS)) logits."""
        parts = list(of_like_lengths(pairs, AT_ONCE, LONGER))
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            read = [self._read([pairs[number] for number in part]) for part in parts]
        order = torch.tensor([number for part in parts for number in part]).argsort()
        answers, verdicts = (torch.cat(each).float()[order] for each in zip(*read, strict=True))
        return answers + self.nearness * torch.tensor([each.near for each in pairs]), verdicts

    def _read(self, pairs: Sequence[Pair]) -> tuple[Tensor, Tensor]:
        longest = max(map(len, pairs))
        states = torch.zeros(len(pairs), longest, self.side.shape[1])
        sides = torch.zeros(len(pairs), longest, 2)
        for number, pair in enumerate(pairs):
            asked = len(pair.question)
            states[number, :asked], states[number, asked : len(pair)] = pair.question.float(), pair.quote.float()
            sides[number, :asked, 0] = sides[number, asked : len(pair), 1] = 1
        seen = (sides.sum(-1) - 1)[:, None, None] * -BLOCKED
        states = states + sides @ self.side
        for layer in self.layers:
            states = layer(states, seen)
            states = states[0] if isinstance(states, tuple) else states
        states = states.float()
        shares = sides.transpose(1, 2)
        means = (shares @ states / shares.sum(-1, keepdim=True)).flatten(1)
        known = torch.cat([states[:, 0], means], -1)
        return self.answer(known).squeeze(-1), self.verdict(known)

    def weights(self) -> dict[str, Tensor]:
        """By the names that rag.models.encoder_graph has for them."""
        return {_shipped_name(name): each for name, each in self.state_dict().items()}

    def take(self, weights: Mapping[str, Tensor]) -> None:
        """Go on with weights by those names."""
        self.load_state_dict({name: weights[_shipped_name(name)] for name in self.state_dict()})


class Head(nn.Module):
    """What is told of a pair by its first state and the means of its two sides."""

    def __init__(self, width: int, told: int) -> None:
        super().__init__()
        self.drop = nn.Dropout(DROPOUT)
        self.inner, self.outer = nn.Linear(3 * width, width), nn.Linear(width, told)

    def forward(self, known: Tensor) -> Tensor:
        judged: Tensor = self.outer(nn.functional.gelu(self.inner(self.drop(known))))
        return judged


def _shipped_name(name: str) -> str:
    if not name.startswith("layers."):
        return name
    _, number, rest = name.split(".", 2)
    return f"encoder.layer.{int(number) + MIDDLE}.{rest}"
