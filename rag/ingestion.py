"""llama-index's ingestion into Chroma: entries in, vectors stored, nothing embedded that is already known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from chromadb import Collection
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode, TextNode, TransformComponent
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from rag.chunking import Entry
from rag.embedding import Embedder, Vectors
from rag.vector_store import metadata_of

ADD_BATCH = 1000  # Chroma refuses batches above about 5,400


class EmbedMissing(TransformComponent):
    """Gives every node its vector: a known one, found by the hash of the text, or a new one from the model."""

    _embedder: Embedder = PrivateAttr()
    _known: Mapping[str, Vectors] = PrivateAttr()
    _progress: Callable[[int], None] | None = PrivateAttr()

    def __init__(
        self, embedder: Embedder, known: Mapping[str, Vectors], progress: Callable[[int], None] | None = None
    ) -> None:
        super().__init__()
        self._embedder, self._known, self._progress = embedder, known, progress

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        missing = [node for node in nodes if node.metadata["content"] not in self._known]
        vectors = self._embedder.embed_passages([node.get_content() for node in missing], self._progress)
        new = {node.metadata["content"]: vector for node, vector in zip(missing, vectors, strict=True)}
        for node in nodes:
            content = node.metadata["content"]
            vector = new[content] if content in new else self._known[content]
            node.embedding = [float(x) for x in vector]
        return nodes


def ingest(
    entries: Sequence[Entry],
    collection: Collection,
    embedder: Embedder,
    known: Mapping[str, Vectors],
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Store entries in a collection that has none of their ids.

    known maps the hash of an embedded text to its vector; progress is told (embedded so far, to embed in all).
    """
    total = sum(entry.content not in known for entry in entries)
    done = 0
    for start in range(0, len(entries), ADD_BATCH):
        batch = entries[start : start + ADD_BATCH]
        nodes = [
            TextNode(
                id_=entry.id,
                text=entry.text,
                metadata=metadata_of(entry),
            )
            for entry in batch
        ]
        report = partial(_report, progress, done, total) if progress else None
        IngestionPipeline(
            transformations=[EmbedMissing(embedder, known, report)],
            vector_store=ChromaVectorStore(chroma_collection=collection),
            disable_cache=True,
        ).run(nodes=nodes)
        done += sum(entry.content not in known for entry in batch)


def _report(progress: Callable[[int, int], None], before: int, total: int, now: int) -> None:
    progress(before + now, total)
