"""The bundled encoder, its upper layers to be trained on: it gives the token states of texts, their mean is the vector.

Its word embeddings and lower layers never change. What is trained is little enough to be shipped
(rag/models/encoder.npz).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence, Sized
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from transformers import AutoModel

from rag.models.encoder import MIDDLE

FROZEN = 6  # of twelve layers
PADDING = 1  # the encoder's padding token
AT_ONCE = 96  # sequences of a batch
LONGER = 1.3, 8  # a batch's sequences are at most so many times, and tokens, longer than its shortest
KEPT_TOKENS = 4_000_000  # whose states a frozen encoder keeps, in half the bytes: 3 GB


class Encoder(nn.Module):
    """folder: of the model as sentence-transformers keeps it; bf16: whether the processor computes in it."""

    def __init__(self, folder: Path, bf16: bool, frozen: int = FROZEN) -> None:
        super().__init__()
        # Written out attention is a third faster at these lengths than PyTorch's own kernel.
        self.model = AutoModel.from_pretrained(
            folder, local_files_only=True, add_pooling_layer=False, attn_implementation="eager"
        )
        self._bf16 = bf16
        for part in (self.model.embeddings, *self.model.encoder.layer[:frozen]):
            part.requires_grad_(False)
            if bf16:
                # What is trained is rounded once a step; what is not would be rounded at each use.
                for each in part.modules():
                    if isinstance(each, nn.Linear):
                        each.to(torch.bfloat16)
        self._trained = [name for name, each in self.model.named_parameters() if each.requires_grad]

    def forward(self, sequences: Sequence[Sequence[int]]) -> list[Tensor]:
        """(tokens, width) for each, in their order."""
        return [last for (last,) in self._states_of(sequences, [-1])]

    @torch.no_grad()
    def last_and_middle(self, sequences: Sequence[Sequence[int]]) -> list[list[Tensor]]:
        """Of each the states of the last layer and those that enter layer MIDDLE."""
        return self._states_of(sequences, [-1, MIDDLE])

    def _states_of(self, sequences: Sequence[Sequence[int]], layers: Sequence[int]) -> list[list[Tensor]]:
        """layers: numbers of hidden states; 0 is what enters the first layer."""
        found: dict[int, list[Tensor]] = {}
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bf16):
            for part in of_like_lengths(sequences, AT_ONCE, LONGER):
                longest = max(len(sequences[number]) for number in part)
                tokens = torch.full((len(part), longest), PADDING)
                for row, number in enumerate(part):
                    tokens[row, : len(sequences[number])] = torch.tensor(sequences[number])
                every = self.model(
                    input_ids=tokens, attention_mask=(tokens != PADDING).long(), output_hidden_states=True
                ).hidden_states
                for row, number in enumerate(part):
                    found[number] = [every[layer][row, : len(sequences[number])].float() for layer in layers]
        return [found[number] for number in range(len(sequences))]

    def trained_parameters(self) -> Iterator[nn.Parameter]:
        return (each for each in self.model.parameters() if each.requires_grad)

    def trained(self) -> dict[str, Tensor]:
        """The weights that are trained or were before, by the model's own names for them."""
        weights = dict(self.model.named_parameters())
        return {name: weights[name].detach() for name in self._trained}


class FrozenEncoder(Encoder):
    """The same, never changed, to train a reader alone: the states of a text are kept for when it comes again."""

    def __init__(self, folder: Path, bf16: bool) -> None:
        super().__init__(folder, bf16)
        self.requires_grad_(False)
        self.eval()
        self._kept: OrderedDict[tuple[int, ...], Tensor] = OrderedDict()
        self._tokens = 0

    def train(self, mode: bool = True) -> FrozenEncoder:
        """Stays as it is: nothing is left out at random of what never changes."""
        super().train(False)
        return self

    @torch.no_grad()
    def forward(self, sequences: Sequence[Sequence[int]]) -> list[Tensor]:
        asked = [tuple(each) for each in sequences]
        new = list({each: None for each in asked if each not in self._kept})
        found = dict(zip(new, super().forward(new), strict=True))
        states = [found[each] if each in found else self._kept[each].float() for each in asked]
        self._kept |= {each: found[each].half() for each in new}
        self._tokens += sum(map(len, new))
        for each in asked:
            self._kept.move_to_end(each)
        while self._tokens > KEPT_TOKENS:
            self._tokens -= len(self._kept.popitem(last=False)[0])
        return states


def vectors(states: Sequence[Tensor]) -> Tensor:
    """The unit vectors of texts: (texts, width)."""
    return normalize(torch.stack([each.mean(0) for each in states]), dim=-1)


def of_like_lengths(sequences: Sequence[Sized], at_once: int, longer: tuple[float, int]) -> Iterator[list[int]]:
    """The sequences' numbers in batches with little padding. at_once: of one batch; longer: they are at most so many
    times, and tokens, longer than its shortest."""
    times, more = longer
    part: list[int] = []
    for number in sorted(range(len(sequences)), key=lambda at: len(sequences[at])):
        if part and (len(part) == at_once or len(sequences[number]) > times * len(sequences[part[0]]) + more):
            yield part
            part = []
        part.append(number)
    if part:
        yield part
