"""Documents and versions of an index from values, without a model and without files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.curated.examples import ExampleSet
from rag.curated.rules import Rulebook
from rag.index.lexical import LexicalIndex
from rag.index.opening import FORMAT, Index, Manifest
from rag.index.vector_store import create_collection, metadata_of
from rag.settings import Settings
from rag.sources.canonical import Canonical
from rag.sources.chunking import chunk_document, entries_of
from rag.types import Chunk, Document, Language, Metadata


def document_of(page: Canonical, name: str = "ohje", language: Language = "fi") -> Document:
    text, blocks = page.finish()
    about = Metadata(name, name.capitalize(), language=language)
    return Document(about, text, blocks, f"{name}.md", "0123456789abcdef")


def chunks_of(document: Document) -> list[Chunk]:
    """Its passages; a word counts as a token."""
    return chunk_document(document, lambda text: len(text.split()))


def index_of(
    folder: Path, documents: Sequence[Document], chunks: Sequence[Chunk], vectors: Sequence[Sequence[float]] = ()
) -> Index:
    """A version in a real Chroma. vectors: a unit vector for each entry, in their order; without any all are alike. A
    text's terms are its words."""
    known = {document.id: document for document in documents}
    entries = [entry for chunk in chunks for entry in entries_of(chunk, known[chunk.document_id])]
    rows = np.array(vectors or [(1.0, 0.0)] * len(entries), dtype=np.float32)
    collection = create_collection(Settings.model_validate({"data_dir": folder}), folder, "v1")
    stored: list[Any] = [metadata_of(entry) for entry in entries]
    collection.add(ids=[entry.id for entry in entries], embeddings=rows.tolist(), metadatas=stored)
    texts = {chunk.id: known[chunk.document_id].text for chunk in chunks}
    whole = [[chunk.span.of(texts[chunk.id]), *(v.text for v in chunk.variants)] for chunk in chunks]
    units = [
        [*(unit.of(texts[chunk.id]) for unit in chunk.units), *(unit for v in chunk.variants for unit in v.units)]
        for chunk in chunks
    ]
    return Index(
        Manifest(FORMAT, "", "v1", "", "", "", "", len(documents), len(chunks), len(entries)),
        known,
        list(chunks),
        entries,
        collection,
        rows,
        LexicalIndex.build([text.split() for each in whole for text in each]),
        LexicalIndex.build([text.split() for each in units for text in each]),
        {},
        [],
        Rulebook(),
        ExampleSet(),
        {},
    )
