"""The index: a new version is built beside the one in use, and one file names the current one.

    <data_dir>/index/CURRENT            the current version's id (with a database, its row counts: rag/index/pointer.py)
    <data_dir>/index/<version>/         one folder a version, never changed once it is complete
        manifest.json                   what built it: format, model fingerprint, counts
        documents.json  chunks.json     canonical texts with their structure; passages
        concepts.json  rulebook.json    the concepts that they were analysed with; rules, approved tools, organisation
        examples.json  examples.npz     example questions with what becomes of them; vectors of those not learnt
        lexical-all/  lexical-unit/     BM25 (bm25s)
        contents.json  ids.json         the hash of each entry's text, and its id: what the next version need not embed
        frequencies.json                in how many passages each lemma and stem stands
        vectors.npy                     the vectors once more, in the order of the entries, memory-mapped
        chroma/  chroma-1/  …           the vectors in Chroma, where no server has them: rag/index/vector_store.py

A version has a Chroma folder of its own because one folder belongs to one process: `ohjenuora index` may run while
the service answers from another version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from pydantic import TypeAdapter, ValidationError

from rag.curated.concepts import Concept
from rag.curated.examples import ExampleSet
from rag.curated.rules import Rulebook
from rag.errors import IndexDamaged, IndexMismatch, IndexMissing
from rag.index.lexical import LexicalIndex, analysis
from rag.index.pointer import read_current
from rag.index.vector_store import open_collection
from rag.models.embedding import Vectors
from rag.models.recognition import Recogniser, name_of, unlearnt
from rag.settings import Settings
from rag.sources.chunking import Entry, entries_of
from rag.types import Chunk, Document

if TYPE_CHECKING:
    from chromadb import Collection

# Raised whenever the files of a version change, so that an old index is refused, not misread.
FORMAT = 4
REBUILD = "ohjenuora index --full"

DOCUMENTS = TypeAdapter(list[Document])
CHUNKS = TypeAdapter(list[Chunk])
CONCEPTS = TypeAdapter(list[Concept])
RULEBOOK = TypeAdapter(Rulebook)
EXAMPLES = TypeAdapter(ExampleSet)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What built a version. corpus is a hash of all passages and concepts, analysis of how they were cut into words:
    where both are the same, no new version is needed."""

    format: int
    analysis: str
    version: str
    model: str
    fingerprint: str
    corpus: str
    created: str
    documents: int
    chunks: int
    entries: int
    changes: str = ""  # the fingerprint of the administrators' changes, see rag.curated.changes
    cutting: str = ""  # a hash of the code that cut the documents into passages


@dataclass(frozen=True)
class Index:
    """One opened version. Row i of vectors and of the lexical indices belongs to entry i of its list."""

    manifest: Manifest
    documents: dict[str, Document]
    chunks: list[Chunk]
    entries: list[Entry]
    collection: Collection
    vectors: Vectors
    lexical_all: LexicalIndex
    lexical_unit: LexicalIndex
    frequencies: dict[str, int]
    concepts: list[Concept]
    rulebook: Rulebook
    examples: ExampleSet
    own_examples: Mapping[int, Vectors]  # by rag.models.recognition.name_of, those that were not learnt

    @property
    def version(self) -> str:
        return self.manifest.version

    @property
    def is_part(self) -> bool:
        """Whether the version, and its collection in Chroma, has more than this (rag.index.part)."""
        return len(self.entries) < self.manifest.entries


def current_version(settings: Settings) -> str | None:
    """The id of the version in use, None before the first build. Raises DatabaseUnavailable."""
    return read_current(settings, index_folder(settings))


def open_index(settings: Settings, fingerprint: str, version: str | None = None) -> Index:
    """Open a version, by default the current one. A damaged Chroma folder is mended on the way.

    Raises IndexMissing, IndexMismatch or IndexDamaged, which name the command that mends it; ChromaUnavailable,
    DatabaseUnavailable.
    """
    version = version or current_version(settings)
    if version is None:
        raise IndexMissing(f"There is no index in '{settings.data_dir}' yet. Build it with: ohjenuora index")
    folder = index_folder(settings) / version
    manifest = read_manifest(folder)
    if manifest is None or manifest.format != FORMAT or manifest.analysis != analysis():
        raise IndexMismatch(
            f"The index {version} is of another version of this service. Rebuild it with: ohjenuora index"
        )
    if manifest.fingerprint != fingerprint:
        raise IndexMismatch(
            f"The index {version} was built with the model '{manifest.model}' ({manifest.fingerprint}), not with the "
            f"present one ({fingerprint}). Rebuild it with: {REBUILD}"
        )
    try:
        index = _read(settings, folder, manifest)
    except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
        raise IndexDamaged(
            f"The index {version} is damaged ({type(error).__name__}). Rebuild it with: {REBUILD}, or return to an "
            "earlier version with: ohjenuora activate VERSION"
        ) from error
    own = {name_of(example.text, example.language) for example in unlearnt(index.examples, Recogniser.load())}
    if not own <= index.own_examples.keys():
        raise IndexMismatch(
            f"The index {version} belongs to other example questions than those that this version of the service has "
            "learnt. Rebuild it with: ohjenuora index"
        )
    return index


def _read(settings: Settings, folder: Path, manifest: Manifest) -> Index:
    documents = {d.id: d for d in DOCUMENTS.validate_json((folder / "documents.json").read_bytes())}
    chunks = CHUNKS.validate_json((folder / "chunks.json").read_bytes())
    entries = [entry for chunk in chunks for entry in entries_of(chunk, documents[chunk.document_id])]
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    if len(vectors) != len(entries):
        raise ValueError("vectors.npy does not belong to chunks.json")
    return Index(
        manifest,
        documents,
        chunks,
        entries,
        open_collection(settings, folder, manifest.version, entries, vectors),
        vectors,
        LexicalIndex.load(folder / "lexical-all", sum(1 + len(c.variants) for c in chunks)),
        LexicalIndex.load(folder / "lexical-unit", sum(len(c.units) * (1 + len(c.variants)) for c in chunks)),
        json.loads((folder / "frequencies.json").read_text(encoding="utf-8")),
        CONCEPTS.validate_json((folder / "concepts.json").read_bytes()),
        RULEBOOK.validate_json((folder / "rulebook.json").read_bytes()),
        EXAMPLES.validate_json((folder / "examples.json").read_bytes()),
        own_examples(folder),
    )


def own_examples(folder: Path) -> dict[int, Vectors]:
    """Of a version's folder."""
    with (folder / "examples.npz").open("rb") as file, np.load(file) as stored:
        return dict(zip(stored["names"].tolist(), stored["vectors"], strict=True))


def index_folder(settings: Settings) -> Path:
    """Where all versions lie."""
    return settings.data_dir / "index"


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a version's folder, None if the version is not complete."""
    try:
        return TypeAdapter(Manifest).validate_json((folder / "manifest.json").read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None
