"""What a model makes of texts, whatever computes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
States = NDArray[np.float16]  # (tokens, dimensions): what the model makes of each token of a text
MIDDLE = 6  # how many of its layers have been computed where a text's middle states are taken


@dataclass(frozen=True, slots=True)
class TokenStates:
    """Of one text. last: of the last layer, whose mean is the text's vector; middle: before the layers above MIDDLE,
    where its tokens still know little of each other: two texts can go on from there together."""

    last: States
    middle: States

    def __len__(self) -> int:
        return len(self.last)

    @property
    def nbytes(self) -> int:
        return self.last.nbytes + self.middle.nbytes

    def only(self, kept: Sequence[int]) -> TokenStates:
        """Of these tokens, by their numbers."""
        return TokenStates(self.last[list(kept)], self.middle[list(kept)])


def unit_mean(states: NDArray[Any]) -> Vectors:
    """The mean of tokens' states, of length 1: a text's vector."""
    mean = states.astype(np.float32).mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)


class Encoder(Protocol):
    """Safe to call from several threads.

    prompts: what goes before a text, by what the text is; max_tokens: the longest text that is read whole;
    computed: what else than its files its vectors depend on; files: of the model, by names that stay where it is moved.
    """

    prompts: Mapping[str, str]
    max_tokens: int
    dimensions: int
    input_dimensions: int
    computed: str
    files: Mapping[str, Path]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Of length 1, shape (len(texts), dimensions)."""
        ...

    def vector_and_states(self, text: str) -> tuple[Vectors, TokenStates]:
        """The vector of one text, of length 1, and the states of its tokens that it is the mean of."""
        ...

    def states(self, tokens: Sequence[int]) -> TokenStates:
        """Of tokens between the two that frame a text."""
        ...

    def tokens(self, text: str) -> list[int]:
        """The text as the model's tokens, without those that frame it, however many."""
        ...

    def input_vectors(self, tokens: Sequence[int]) -> Vectors:
        """The model's own vectors of tokens, shape (len(tokens), input_dimensions); without columns for a model that
        is no transformer."""
        ...

    def tokenizer(self) -> str | None:
        """What makes tokens, as a file of the library `tokenizers` has it; None for one which that does not have."""
        ...
