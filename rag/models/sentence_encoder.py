"""Any model of sentence-transformers, computed by torch. Importing this module takes seconds and 400 MB."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from rag.models.encoder import MIDDLE, TokenStates, Vectors


class SentenceEncoder:
    """What rag.models.encoder asks of a model."""

    def __init__(self, source: str, threads: int) -> None:
        """source: a folder, or the name of a model that this machine's cache has: it is never asked of a hub. Raises
        OSError or ValueError."""
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(threads or os.cpu_count() or 1)
        folder = Path(source)
        self._model = SentenceTransformer(source, device="cpu", local_files_only=True)
        # One of its own to count with: where a tokenizer cuts a text is part of its state, and encoding cuts.
        self._tokenizer = copy.deepcopy(self._model.tokenizer)
        self.prompts: Mapping[str, str] = {name: each or "" for name, each in self._model.prompts.items()}
        self.max_tokens = int(self._model.max_seq_length or 512)
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        self._inputs = _input_vectors(self._model)
        self.input_dimensions = self._inputs.shape[1]
        how = [str(module) for module in self._model], str(self._model.dtype), f"torch {version('torch')}"
        self.computed = str(how)
        self.files: Mapping[str, Path] = {
            str(path.relative_to(folder)): path
            for path in (sorted(folder.rglob("*")) if folder.is_dir() else ())
            if path.is_file() and not path.name.startswith(".")
        }

    def vectors(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(
            self._model.encode(list(texts), batch_size=len(texts), show_progress_bar=False, normalize_embeddings=True),
            dtype=np.float32,
        )

    def vector_and_states(self, text: str) -> tuple[Vectors, TokenStates]:
        return self.vectors([text])[0], self.states(self.tokens(text)[: self.max_tokens - 2])

    def states(self, tokens: Sequence[int]) -> TokenStates:
        ids = torch.tensor([[self._model.tokenizer.bos_token_id, *tokens, self._model.tokenizer.eos_token_id]])
        transformer: Any = self._model[0].auto_model
        with torch.inference_mode():
            every = transformer(
                input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True
            ).hidden_states
        last, middle = (
            np.asarray(each[0].half().numpy(), np.float16) for each in (every[-1], every[min(MIDDLE, len(every) - 1)])
        )
        return TokenStates(last, middle)

    def tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False, verbose=False)
        return ids

    def input_vectors(self, tokens: Sequence[int]) -> Vectors:
        return self._inputs[list(tokens)]

    def tokenizer(self) -> str | None:
        if not getattr(self._model.tokenizer, "is_fast", False):
            return None
        return str(self._model.tokenizer.backend_tokenizer.to_str())


def _input_vectors(model: SentenceTransformer) -> Vectors:
    """The model's own table of word-piece vectors, a view; without columns for a model that is no transformer."""
    transformer = getattr(model[0], "auto_model", None)
    if transformer is None:
        return np.zeros((0, 0), dtype=np.float32)
    table: Vectors = transformer.get_input_embeddings().weight.detach().float().numpy()
    return table
