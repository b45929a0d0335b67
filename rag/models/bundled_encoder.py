"""The bundled model, computed by onnxruntime: in less than half the time that torch takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from rag.models.bundled_model import BEGIN, END, GRAPH, PROMPTS, TOKENIZER
from rag.models.encoder import TokenStates, Vectors
from rag.models.graphs import open_graph
from rag.models.packed_weights import PackedWeights


class BundledEncoder:
    """What rag.models.encoder asks of a model. folder: as rag.models.bundled_model writes it; weights: what it was
    made from, which has the word pieces' vectors."""

    def __init__(self, folder: Path, weights: PackedWeights, threads: int) -> None:
        """Raises ValueError if a file cannot be read."""
        self._weights = weights
        self._session = open_graph(folder / GRAPH, threads)
        (self._given,) = (each.name for each in self._session.get_inputs())
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # the library raises nothing narrower
            raise ValueError(f"'{folder / TOKENIZER}' is no tokenizer: {error}") from error
        begin, end = (self._tokenizer.token_to_id(name) for name in (BEGIN, END))
        if begin is None or end is None:
            raise ValueError(f"'{folder / TOKENIZER}' has no tokens that frame a text")
        self._begin, self._end = begin, end
        self.prompts: Mapping[str, str] = PROMPTS
        self.max_tokens = weights.sizes.positions
        self.dimensions = self.input_dimensions = weights.sizes.hidden
        self.computed = f"onnxruntime {onnxruntime.__version__}"
        self.files: Mapping[str, Path] = {
            GRAPH: folder / GRAPH,
            TOKENIZER: folder / TOKENIZER,
            weights.path.name: weights.path,
        }

    def vectors(self, texts: Sequence[str]) -> Vectors:
        return np.stack([_mean(self._states_of(self.tokens(text))) for text in texts])

    def vector_and_states(self, text: str) -> tuple[Vectors, TokenStates]:
        states = self._states_of(self.tokens(text))
        return _mean(states), states.astype(np.float16)

    def states(self, tokens: Sequence[int]) -> TokenStates:
        return self._states_of(tokens).astype(np.float16)

    def tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def input_vectors(self, tokens: Sequence[int]) -> Vectors:
        return self._weights.word_vectors(tokens)

    def tokenizer(self) -> str | None:
        return str(self._tokenizer.to_str())

    def _states_of(self, tokens: Sequence[int]) -> Vectors:
        """What does not fit is cut away at the end."""
        framed = [self._begin, *tokens[: self.max_tokens - 2], self._end]
        (states,) = self._session.run(None, {self._given: self._weights.word_vectors(framed)[None]})
        return np.asarray(states[0], dtype=np.float32)


def _mean(states: Vectors) -> Vectors:
    mean = states.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)
