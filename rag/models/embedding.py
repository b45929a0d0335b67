"""The embedding model: texts → unit vectors. The bundled one is computed by onnxruntime, every other by
sentence-transformers (docs/decisions/0009-onnxruntime-for-the-bundled-encoder.md)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.errors import ModelUnavailable
from rag.models.bundled_encoder import BundledEncoder
from rag.models.bundled_model import ensure_graph
from rag.models.encoder import Encoder
from rag.models.encoder import TokenStates as TokenStates
from rag.models.encoder import Vectors as Vectors
from rag.models.packed_weights import packed_weights
from rag.settings import BUNDLED_MODEL, Settings

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

    def __init__(self, encoder: Encoder, name: str) -> None:
        self._encoder = encoder
        self.name = name
        self.fingerprint = _fingerprint(name, encoder)
        self.max_tokens = encoder.max_tokens
        self.dimensions = encoder.dimensions
        self.question_dimensions = self.dimensions + encoder.input_dimensions
        prompts = {key: value for key, value in encoder.prompts.items() if value}
        if not prompts:
            known = [p for part, p in _PREFIXES_BY_NAME.items() if part in Path(name).name.lower().split("-")]
            prompts = known[0] if known else {}
        self._query_prefix = prompts.get("query", "")
        self._passage_prefix = next((prompts[key] for key in _DOCUMENT_PROMPTS if key in prompts), "")

    @classmethod
    def load(cls, settings: Settings) -> Embedder:
        """Load the bundled model (made on first use) or the one named in the settings.

        Raises ModelUnavailable, which names the model and the reason.
        """
        limit_threads(settings.threads)
        name = settings.embedding_model
        try:
            return cls(_bundled(settings) if name == BUNDLED_MODEL else _of_sentence_transformers(settings), name)
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise ModelUnavailable(f"The embedding model '{name}' cannot be loaded: {reason}") from error

    def bundled(self, settings: Settings) -> Embedder:
        """This one, or the bundled one where it is another: what the release's networks were trained on."""
        if self.name == BUNDLED_MODEL:
            return self
        return Embedder.load(settings.model_copy(update={"embedding_model": BUNDLED_MODEL}))

    def embed_query(self, text: str) -> Vectors:
        """The vector of one question, shape (dimensions,)."""
        vector: Vectors = self._encoder.vectors([self._query_prefix + text])[0]
        return vector

    def embed_question(self, text: str) -> tuple[Vectors, TokenStates]:
        """The vector of one question, and the states of its tokens that the vector is the mean of."""
        return self._encoder.vector_and_states(self._query_prefix + text)

    def passage_states(self, tokens: Sequence[int]) -> tuple[TokenStates, int]:
        """The states of a passage's tokens, framed and with the passage prefix, and how many come before the first."""
        prefix = self.tokens(self._passage_prefix)
        return self._encoder.states([*prefix, *tokens]), 1 + len(prefix)

    def tokens(self, text: str) -> list[int]:
        """The text as the model's tokens, without those that frame it."""
        return self._encoder.tokens(text)

    def question_vectors(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """What questions are recognised by, shape (len(texts), question_dimensions).

        Each row is the question's vector and, beside it, the mean of its word pieces' input vectors: what it says and
        in which words.
        """
        queries = self.embed_queries(texts, progress)
        words = np.array([self._input_mean(text) for text in texts], dtype=np.float32)
        return np.hstack([queries, words.reshape(len(texts), self._encoder.input_dimensions)])

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
            vectors[batch] = self._encoder.vectors([prefix + texts[i] for i in batch])
            if progress:
                progress(start + len(batch))
        return vectors

    def is_one_piece(self, word: str) -> bool:
        """Whether the model's vocabulary has the word as a whole, as it has the common words of its languages."""
        return self.count_tokens(word) == 1 or self.count_tokens(word.lower()) == 1

    def _input_mean(self, text: str) -> Vectors:
        """The mean input vector of the word pieces, of length 1 (0 for a text without any)."""
        pieces = self.tokens(text.lower()) if self._encoder.input_dimensions else []
        if not pieces:
            return np.zeros(self._encoder.input_dimensions, dtype=np.float32)
        mean = self._encoder.input_vectors(pieces).mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)

    def count_tokens(self, text: str) -> int:
        """The number of the model's tokens in a text, without the two that frame it."""
        return len(self.tokens(text))

    def tokenizer_file(self, folder: Path) -> Path | None:
        """What counts the same tokens without the model, as a file of the library `tokenizers`; written on the first
        call. None for a model whose tokenizer that library does not have."""
        path = folder / f"tokenizer-{self.fingerprint}.json"
        if not path.exists():
            if (content := self._encoder.tokenizer()) is None:
                return None
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", encoding="utf-8", delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, path)
        return path


def _bundled(settings: Settings) -> Encoder:
    return BundledEncoder(ensure_graph(settings.data_dir / "models"), packed_weights(), settings.threads)


def _of_sentence_transformers(settings: Settings) -> Encoder:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when torch's libraries are imported: nothing is asked of a hub
    # Imported here: torch takes 5–12 s and 400 MB, which the bundled model must not pay.
    from rag.models.sentence_encoder import SentenceEncoder

    return SentenceEncoder(settings.embedding_model, settings.threads)


def _fingerprint(name: str, encoder: Encoder) -> str:
    """Sixteen hex digits over the model's name, the contents of its files, its prefixes, how it pools, and what
    computes it in which precision: a model that was trained on in the same place is another."""
    told = f"{name}|{sorted(encoder.prompts.items())}|{encoder.max_tokens}|{encoder.computed}"
    digest = hashlib.sha256(told.encode())
    for path, file in encoder.files.items():
        with file.open("rb") as opened:
            content = hashlib.file_digest(opened, "sha256").hexdigest()
        digest.update(f"{path}:{content}|".encode())
    return digest.hexdigest()[:16]
