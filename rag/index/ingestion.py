"""llama-index's nodes and vector store: how entries and their vectors come into Chroma."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chromadb import Collection
from llama_index.core.schema import TextNode
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag.index.vector_store import metadata_of
from rag.models.embedding import Vectors
from rag.sources.chunking import Entry

ADD_BATCH = 1000  # Chroma refuses batches above about 5,400


def ingest(entries: Sequence[Entry], vectors: Mapping[str, Vectors], collection: Collection) -> None:
    """Store entries in a collection that has none of their ids. vectors: by the hash of the embedded text."""
    store = ChromaVectorStore(chroma_collection=collection)
    for start in range(0, len(entries), ADD_BATCH):
        store.add(
            [
                TextNode(
                    id_=entry.id,
                    text=entry.text,
                    metadata=metadata_of(entry),
                    embedding=vectors[entry.content].tolist(),
                )
                for entry in entries[start : start + ADD_BATCH]
            ]
        )
