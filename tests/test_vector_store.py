"""A version's collection in Chroma: one that was mended is the one that was built."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromadb import Collection

from rag.index import vector_store
from rag.index.ingestion import ingest
from rag.index.vector_store import create_collection, open_collection
from rag.settings import Settings
from rag.sources.canonical import Canonical
from rag.sources.chunking import Entry, entries_of
from tests.support.versions import chunks_of, document_of

SENTENCES = ("Kirjasto on avoinna arkisin.", "Uimahalli on suljettu kesällä.", "Tori on avoinna aina.")


def entries() -> list[Entry]:
    page = Canonical()
    for number, sentence in enumerate(SENTENCES):
        page.heading(f"Luku {number}", 1)
        page.paragraph(sentence)
    document = document_of(page)
    return [entry for chunk in chunks_of(document) for entry in entries_of(chunk, document)]


def held(collection: Collection) -> dict[str, Any]:
    """All that is stored of each entry."""
    found: Any = collection.get(include=["embeddings", "documents", "metadatas"])
    rows = zip(found["embeddings"].tolist(), found["documents"], found["metadatas"], strict=True)
    return dict(zip(found["ids"], rows, strict=True))


@pytest.mark.parametrize("batch", [1000, 2])
def test_a_mended_collection_is_the_one_that_was_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(vector_store, "BATCH", batch)
    monkeypatch.setattr("rag.index.ingestion.BATCH", batch)
    settings = Settings.model_validate({"data_dir": tmp_path})
    given = entries()
    assert len(given) > 2
    vectors = np.eye(len(given), dtype=np.float32)
    built = create_collection(settings, tmp_path, "v1")
    ingest(given, dict(zip([entry.content for entry in given], vectors, strict=True)), built)
    before = held(built)
    assert before.keys() == {entry.id for entry in given}

    shutil.rmtree(tmp_path / "chroma")
    mended = open_collection(settings, tmp_path, "v1", given, vectors)
    assert (tmp_path / "chroma-1").is_dir()
    assert mended.metadata == built.metadata
    assert held(mended) == before
