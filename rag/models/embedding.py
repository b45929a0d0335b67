"""The embedding model: texts → unit vectors, through sentence-transformers."""

from __future__ import annotations

import copy
import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelUnavailable
from rag.models.bundled_model import ensure_unpacked
from rag.settings import BUNDLED_MODEL, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
TokenStates = NDArray[np.float16]  # (tokens, dimensions): what the model makes of each token of a text

# Models whose published configuration leaves out the prefixes that their model card asks for.
_PREFIXES_BY_NAME = {"e5": {"query": "query: ", "document": "passage: "}}
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")
BATCH = 16  # passages encoded at once; chosen by judgement
QUESTIONS_BATCH = 128  # questions are short


@dataclass(frozen=True)
class Encoded:
    """A question as the models see it. vector: what it is searched by, (dimensions,) of the index's model; recognised:
    as question_vector gives it; states: of its tokens; both of the model that the reader was trained on."""

    vector: Vectors
    recognised: Vectors
    states: TokenStates


def limit_threads(threads: int) -> None:
    """Set the thread counts of every numeric library, once, before the first of them is imported.

    Two OpenMP pools that spin on the same cores slow each other down up to fifty times (docs/measurements.md),
    so pools wait passively and the tokenizer has none.
    """
    count = str(threads or os.cpu_count() or 1)
    os.environ.setdefault("OMP_NUM_THREADS", count)
    os.environ.setdefault("MKL_NUM_THREADS", count)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


class Embedder:
    """A loaded model. Vectors are float32 rows of length 1, so a dot product is the cosine.

    fingerprint tells two models apart whose vectors must not be compared; max_tokens is the longest text that is
    read whole. Prefixes for queries and passages come from the model's own configuration.
    """

    def __init__(self, model: SentenceTransformer, name: str, fingerprint: str) -> None:
        self._model = model
        # One of its own to count with: where a tokenizer cuts a text is part of its state, and encoding cuts.
        self._tokenizer = copy.deepcopy(model.tokenizer)
        self.name = name
        self.fingerprint = fingerprint
        self.max_tokens = int(model.max_seq_length or 512)
        self.dimensions = int(model.get_embedding_dimension() or 0)
        self._inputs = _input_vectors(model)
        self._input_dimensions = self._inputs.shape[1]
        self.question_dimensions = self.dimensions + self._input_dimensions
        prompts = {key: value for key, value in model.prompts.items() if value}
        if not prompts:
            known = [p for part, p in _PREFIXES_BY_NAME.items() if part in Path(name).name.lower().split("-")]
            prompts = known[0] if known else {}
        self._query_prefix = prompts.get("query", "")
        self._passage_prefix = next((prompts[key] for key in _DOCUMENT_PROMPTS if key in prompts), "")

    @classmethod
    def load(cls, settings: Settings) -> Embedder:
        """Load the bundled model (unpacked on first use) or the one named in the settings.

        Raises ModelUnavailable, which names the model and the reason.
        """
        limit_threads(settings.threads)
        name = settings.embedding_model
        try:
            source = str(ensure_unpacked(settings.data_dir / "models")) if name == BUNDLED_MODEL else name
            local = Path(source).is_dir()
            if local:  # nothing of a model on this machine is ever asked from a hub
                os.environ.setdefault("HF_HUB_OFFLINE", "1")
            # Imported here: these two take 5–12 s and 400 MB, which `ohjenuora --help` and `check` must not pay.
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging

            transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
            transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            torch.set_num_threads(settings.threads or os.cpu_count() or 1)
            model = SentenceTransformer(source, device="cpu", local_files_only=local)
        except (OSError, ValueError, FileNotFoundError) as error:
            reason = str(error).splitlines()[0]
            raise ModelUnavailable(f"The embedding model '{name}' cannot be loaded: {reason}") from error
        return cls(model, name, _fingerprint(name, source, model))

    def bundled(self, settings: Settings) -> Embedder:
        """This one, or the bundled one where it is another: what the release's networks were trained on."""
        if self.name == BUNDLED_MODEL:
            return self
        return Embedder.load(settings.model_copy(update={"embedding_model": BUNDLED_MODEL}))

    def embed_query(self, text: str) -> Vectors:
        """The vector of one question, shape (dimensions,)."""
        vector: Vectors = self._encode([self._query_prefix + text])[0]
        return vector

    def embed_question(self, text: str) -> tuple[Vectors, TokenStates]:
        """The vector of one question, and the states of its tokens that the vector is the mean of."""
        encoded: Any = self._model.encode([self._query_prefix + text], output_value=None, show_progress_bar=False)
        (found,) = encoded
        vector = found["sentence_embedding"].float().numpy()
        states = found["token_embeddings"].half().numpy()
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32), states

    def passage_states(self, tokens: Sequence[int]) -> tuple[TokenStates, int]:
        """The states of a passage's tokens, framed and with the passage prefix, and how many come before the first."""
        import torch

        begin, end = self._model.tokenizer.bos_token_id, self._model.tokenizer.eos_token_id
        before = [begin, *self.tokens(self._passage_prefix)]
        ids = torch.tensor([[*before, *tokens, end]])
        transformer: Any = self._model[0].auto_model
        with torch.inference_mode():
            states = transformer(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        return states[0].half().numpy(), len(before)

    def tokens(self, text: str) -> list[int]:
        """The text as the model's tokens, without those that frame it."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False, verbose=False)
        return ids

    def question_vectors(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """What questions are recognised by, shape (len(texts), question_dimensions).

        Each row is the question's vector and, beside it, the mean of its word pieces' input vectors: what it says and
        in which words.
        """
        queries = self.embed_queries(texts, progress)
        words = np.array([self._input_mean(text) for text in texts], dtype=np.float32)
        return np.hstack([queries, words.reshape(len(texts), self._input_dimensions)])

    def question_vector(self, text: str, query: Vectors) -> Vectors:
        """The same for one question whose vector is known, shape (question_dimensions,)."""
        return np.concatenate([query, self._input_mean(text)])

    def embed_queries(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """The vectors of questions, shape (len(texts), dimensions). progress is told how many are done."""
        return self._embed_all(self._query_prefix, texts, progress, QUESTIONS_BATCH)

    def embed_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """The vectors of passages, shape (len(texts), dimensions). progress is told how many are done."""
        return self._embed_all(self._passage_prefix, texts, progress, BATCH)

    def _embed_all(
        self, prefix: str, texts: Sequence[str], progress: Callable[[int], None] | None, size: int
    ) -> Vectors:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # like lengths share a batch: less padding
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            vectors[batch] = self._encode([prefix + texts[i] for i in batch])
            if progress:
                progress(start + len(batch))
        return vectors

    def is_one_piece(self, word: str) -> bool:
        """Whether the model's vocabulary has the word as a whole, as it has the common words of its languages."""
        return self.count_tokens(word) == 1 or self.count_tokens(word.lower()) == 1

    def _input_mean(self, text: str) -> Vectors:
        """The mean input vector of the word pieces, of length 1 (0 for a text without any)."""
        if not self._input_dimensions:
            return np.zeros(0, dtype=np.float32)
        pieces = self.tokens(text.lower())
        if not pieces:
            return np.zeros(self._input_dimensions, dtype=np.float32)
        mean = self._inputs[pieces].mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)

    def count_tokens(self, text: str) -> int:
        """The number of the model's tokens in a text, without the two that frame it."""
        return len(self.tokens(text))

    def tokenizer_file(self, folder: Path) -> Path | None:
        """What counts the same tokens without the model, as a file of the library `tokenizers`; written on the first
        call. None for a model whose tokenizer that library does not have."""
        if not getattr(self._model.tokenizer, "is_fast", False):
            return None
        path = folder / f"tokenizer-{self.fingerprint}.json"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", encoding="utf-8", delete=False) as file:
                file.write(self._model.tokenizer.backend_tokenizer.to_str())
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, path)
        return path

    def _encode(self, texts: list[str]) -> Vectors:
        return np.asarray(
            self._model.encode(texts, batch_size=len(texts), show_progress_bar=False, normalize_embeddings=True),
            dtype=np.float32,
        )


def _input_vectors(model: SentenceTransformer) -> Vectors:
    """The model's own table of word-piece vectors, a view; without columns for a model that is no transformer."""
    transformer = getattr(model[0], "auto_model", None)
    if transformer is None:
        return np.zeros((0, 0), dtype=np.float32)
    table: Vectors = transformer.get_input_embeddings().weight.detach().float().numpy()
    return table


def _fingerprint(name: str, source: str, model: SentenceTransformer) -> str:
    """Sixteen hex digits over the model's name, the contents of its files, its prefixes, how it pools, and what
    computes it in which precision: a model that was trained on in the same place is another."""
    how = [str(module) for module in model], str(model.dtype), f"torch {version('torch')}"
    told = f"{name}|{sorted(model.prompts.items())}|{model.max_seq_length}|{how}"
    digest = hashlib.sha256(told.encode())
    if Path(source).is_dir():
        for path in sorted(Path(source).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                with path.open("rb") as file:
                    content = hashlib.file_digest(file, "sha256").hexdigest()
                digest.update(f"{path.relative_to(source)}:{content}|".encode())
    return digest.hexdigest()[:16]
