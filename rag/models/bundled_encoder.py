"""The bundled model, computed by onnxruntime: in less than half the time that torch takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from rag.models.bundled_model import BEGIN, END, GRAPH, MIDDLE_STATES, PROMPTS, STATES, TOKENIZER, WORDS
from rag.models.encoder import TokenStates, Vectors, unit_mean
from rag.models.graphs import open_graph
from rag.models.packed_weights import PackedWeights


class BundledEncoder:
    """What rag.models.encoder asks of a model. folder: as rag.models.bundled_model writes it; weights: what it was
    made from, which has the word pieces' vectors."""

    def __init__(self, folder: Path, weights: PackedWeights, threads: int) -> None:
        """Raises ValueError if a file cannot be read."""
        self._weights = weights
        self._session = open_graph(folder / GRAPH, threads)
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
        return np.stack([unit_mean(self._run(self.tokens(text), (STATES,))[0]) for text in texts])

    def vector_and_states(self, text: str) -> tuple[Vectors, TokenStates]:
        last, middle = self._run(self.tokens(text), (STATES, MIDDLE_STATES))
        return unit_mean(last), TokenStates(last.astype(np.float16), middle.astype(np.float16))

    def states(self, tokens: Sequence[int]) -> TokenStates:
        last, middle = self._run(tokens, (STATES, MIDDLE_STATES))
        return TokenStates(last.astype(np.float16), middle.astype(np.float16))

    def tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def input_vectors(self, tokens: Sequence[int]) -> Vectors:
        return self._weights.word_vectors(tokens)

    def tokenizer(self) -> str | None:
        return str(self._tokenizer.to_str())

    def _run(self, tokens: Sequence[int], wanted: Sequence[str]) -> list[Vectors]:
        """What does not fit is cut away at the end."""
        framed = [self._begin, *tokens[: self.max_tokens - 2], self._end]
        told = self._session.run(list(wanted), {WORDS: self._weights.word_vectors(framed)[None]})
        return [np.asarray(states[0], dtype=np.float32) for states in told]
