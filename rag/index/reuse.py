"""The version before: what of it the next one need not make again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from rag.index.lexical import analysis
from rag.index.opening import (
    CHUNKS,
    DOCUMENTS,
    FORMAT,
    Manifest,
    current_version,
    index_folder,
    own_examples,
    read_manifest,
)
from rag.models.embedding import Vectors
from rag.settings import Settings
from rag.types import Chunk, Document

# Tells versions apart that cut documents differently, beside what analysis() and the model's own tokens tell. Raise the
# number when the same document is cut into other passages than before: tests/test_golden.py fails until then.
CUTTING = f"9-{version('lingua-language-detector')}"


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """The parts of an earlier version that the next can use."""

    folder: Path
    manifest: Manifest

    def contents(self) -> list[str]:
        """The hash of each entry's text, in the order of the vectors."""
        contents: list[str] = json.loads((self.folder / "contents.json").read_text())
        return contents

    def vectors(self) -> Vectors:
        found: Vectors = np.load(self.folder / "vectors.npy")
        return found

    def placed(self) -> dict[str, str]:
        """The hash of each entry's text by the entry's id."""
        path = self.folder / "ids.json"
        return dict(zip(json.loads(path.read_text()), self.contents(), strict=True)) if path.is_file() else {}

    def documents(self) -> list[Document]:
        return DOCUMENTS.validate_json((self.folder / "documents.json").read_bytes())

    def own_examples(self) -> dict[int, Vectors]:
        """The vectors of the examples that were not learnt, by their names."""
        return own_examples(self.folder)

    def chunk_ids(self) -> list[str]:
        return [chunk.id for chunk in CHUNKS.validate_json((self.folder / "chunks.json").read_bytes())]

    def cut(self) -> dict[str, Cut]:
        """Its documents with their passages, by id; none where they were cut by other code than this."""
        if (self.manifest.cutting, self.manifest.analysis) != (CUTTING, analysis()):
            return {}
        found = {document.id: Cut(document, []) for document in self.documents()}
        for chunk in CHUNKS.validate_json((self.folder / "chunks.json").read_bytes()):
            found[chunk.document_id].chunks.append(chunk)
        return found


@dataclass(frozen=True, slots=True)
class Cut:
    """A document with its passages."""

    document: Document
    chunks: list[Chunk]


def reusable(settings: Settings, fingerprint: str) -> EarlierVersion | None:
    """The current version if this model and this version of the service built it."""
    earlier = in_use(settings)
    return earlier if earlier is not None and earlier.manifest.fingerprint == fingerprint else None


def in_use(settings: Settings) -> EarlierVersion | None:
    """The current version if this version of the service can read it, whatever model built it."""
    folder = index_folder(settings) / (current_version(settings) or "-")
    manifest = read_manifest(folder)
    return EarlierVersion(folder, manifest) if manifest is not None and manifest.format == FORMAT else None
