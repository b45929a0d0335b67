"""llama-index's nodes and vector store: how entries and their vectors come into Chroma, when a version is built and
when its folder is mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chromadb import Collection
from llama_index.core.schema import TextNode
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag.index.vector_store import BATCH, metadata_of
from rag.models.embedding import Vectors
from rag.sources.chunking import Entry


def ingest(entries: Sequence[Entry], vectors: Mapping[str, Vectors], collection: Collection) -> None:
    """Store entries in a collection that has none of their ids. vectors: by the hash of the embedded text."""
    store = ChromaVectorStore(chroma_collection=collection)
    for start in range(0, len(entries), BATCH):
        store.add(
            [
                TextNode(
                    id_=entry.id,
                    text=entry.text,
                    metadata=metadata_of(entry),
                    embedding=vectors[entry.content].tolist(),
                )
                for entry in entries[start : start + BATCH]
            ]
        )
