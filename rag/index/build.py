"""Building a version of the index: corpus → passages → words and vectors, switched to in one step."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.curated.changed_corpus import changed_corpus, keep_changes, remove_leftovers
from rag.curated.changes import Changes
from rag.curated.concepts import Concept, Concepts, load_concepts
from rag.curated.examples import ExampleSet, load_examples
from rag.curated.rules import Rulebook, load_rulebook, register_document, tool_concepts
from rag.errors import UnreadableSource
from rag.index.example_words import word_frequencies
from rag.index.lexical import LexicalIndex, analysis, meanings_of, terms_of
from rag.index.opening import (
    CHUNKS,
    CONCEPTS,
    DOCUMENTS,
    EXAMPLES,
    FORMAT,
    RULEBOOK,
    Manifest,
    current_version,
    index_folder,
    read_manifest,
)
from rag.index.reuse import CUTTING, Cut, EarlierVersion, in_use, reusable
from rag.index.vector_store import BATCH, continue_collection, create_collection, delete_collection
from rag.index.versions import REHEARSED, building, changes_in_use, take_into_use
from rag.language.words import Lexicon, split_words
from rag.models.embedding import Embedder
from rag.models.recognition import Recogniser, name_of, unlearnt
from rag.settings import Settings
from rag.sources.chunking import Entry, chunk_document, entries_of, versions_of
from rag.sources.files import write_atomically
from rag.sources.foreign_text import foreign_blocks
from rag.sources.readers import sources_folder
from rag.sources.reading_process import read_corpus_isolated
from rag.sources.translations import Translation, read_translations, translate
from rag.types import LANGUAGES, Chunk, Document

if TYPE_CHECKING:
    from chromadb import Collection

KEPT_VERSIONS = 10  # a bound on the disk: older ones can no longer be returned to

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, how much there is
Edit = Callable[[Changes], Changes]
_BUILDING = "build"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. Chunks are counted against the version before; embedded counts texts sent to the model.
    last_good: the files that could not be read, and whose last text that could stays in use."""

    manifest: Manifest
    added: int
    kept: int
    removed: int
    embedded: int
    seconds: float
    failures: tuple[UnreadableSource, ...]
    changed: bool
    last_good: tuple[str, ...] = ()

    def told(self) -> str:
        """In a line."""
        manifest = self.manifest
        return (
            f"documents {manifest.documents}, chunks {manifest.chunks}: "
            f"added {self.added}, kept {self.kept}, removed {self.removed}; "
            f"embedded {self.embedded} texts; {self.seconds:.1f} s; version {manifest.version}"
            + ("" if self.changed else " (unchanged)")
        )

    def told_failures(self) -> list[str]:
        """A line for each file that could not be read."""
        return [
            f"{'Not read, its last good text stays in use' if each.file in self.last_good else 'Not indexed'}: {each}"
            for each in self.failures
        ]


def build_index(
    settings: Settings,
    embedder: Embedder,
    lexicon: Lexicon,
    full: bool = False,
    progress: Progress | None = None,
    edit: Edit | None = None,
    switch: bool = True,
) -> BuildReport:
    """Build a version from the corpus and make it the current one; only texts without a vector are embedded.

    full embeds everything again. edit makes the administrators' changes of the new version from those of the present
    one; without it they stay. Without switch the version is only rehearsed: complete, listed nowhere, and taken into
    use as it is when the same is published next. Raises IndexBusy when another process builds, and whatever edit
    raises; what goes wrong before the last step leaves the version in use as it was.
    """
    started = time.perf_counter()
    root = index_folder(settings)
    with building(settings):
        _remove_unfinished(settings, root)
        remove_leftovers(settings, _BUILDING)
        changes = changes_in_use(settings)
        changes = edit(changes) if edit else changes
        keep_changes(settings, changes)
        with changed_corpus(settings, changes, _BUILDING) as corpus_dir:
            report = _build(settings, corpus_dir, changes.fingerprint, embedder, lexicon, full, progress)
            if switch:
                take_into_use(settings, report.manifest)
        _prune(settings, root, rehearsed=None if switch else report.manifest.version)
    return replace(report, seconds=time.perf_counter() - started)


@dataclass(frozen=True)
class _Plan:
    """What the next version is made of, read and cut. corpus: tells it from every other; before: the version that may
    lend it vectors; failures, last_good: see BuildReport."""

    documents: list[Document]
    chunks: list[Chunk]
    concepts: Concepts
    rulebook: Rulebook
    examples: ExampleSet
    recogniser: Recogniser
    corpus: str
    changes: str
    before: EarlierVersion | None
    failures: tuple[UnreadableSource, ...]
    last_good: tuple[str, ...]


def _build(
    settings: Settings,
    corpus_dir: Path,
    changes: str,
    embedder: Embedder,
    lexicon: Lexicon,
    full: bool,
    progress: Progress | None,
) -> BuildReport:
    tell = progress or (lambda *_: None)
    plan = _planned(settings, corpus_dir, changes, embedder, lexicon, full, tell)
    before = plan.before.manifest if plan.before is not None else None
    if before is not None and before.corpus == plan.corpus and before.analysis == analysis():
        return BuildReport(before, 0, len(plan.chunks), 0, 0, 0.0, plan.failures, False, plan.last_good)
    if not full and (ready := _rehearsed(index_folder(settings), plan.corpus, embedder.fingerprint)):
        return _report(ready, plan, 0)
    return _written(settings, plan, embedder, lexicon, tell)


def _planned(
    settings: Settings,
    corpus_dir: Path,
    changes: str,
    embedder: Embedder,
    lexicon: Lexicon,
    full: bool,
    tell: Progress,
) -> _Plan:
    """Read the corpus: documents first, then what is curated beside them, then passages."""
    tell("read", 0, 1)
    documents, failures = read_corpus_isolated(
        sources_folder(corpus_dir), settings.max_file_bytes, settings.recognised_dir
    )
    last_good = _last_good(settings, documents, failures)
    documents += last_good
    translations, untranslated = read_translations(sources_folder(corpus_dir), {d.id: d for d in documents})
    listed = load_concepts(corpus_dir)
    rulebook = load_rulebook(corpus_dir, {d.id: d for d in documents}, listed)
    documents += [register] if (register := register_document(rulebook, listed)) else []
    examples = load_examples(corpus_dir, {d.id: d for d in documents})
    named = [*listed, *tool_concepts(rulebook.tools, listed)]
    _learn_labels(named, lexicon)
    concepts = Concepts(named, lexicon)
    tell("read", len(documents), len(documents))
    before = None if full else reusable(settings, embedder.fingerprint)
    cut = before.cut() if before is not None else {}
    chunks = [chunk for each in documents for chunk in _chunks_of(each, translations, embedder, cut)]
    tell("chunk", len(chunks), len(chunks))
    recogniser = Recogniser.load()
    return _Plan(
        documents,
        chunks,
        concepts,
        rulebook,
        examples,
        recogniser,
        _corpus_hash(documents, chunks, concepts, rulebook, examples, changes + recogniser.fingerprint),
        changes,
        before,
        (*failures, *untranslated),
        tuple(document.file for document in last_good),
    )


def _written(settings: Settings, plan: _Plan, embedder: Embedder, lexicon: Lexicon, tell: Progress) -> BuildReport:
    """Write the version's folder: words, vectors and Chroma, all that was read, examples, and last the manifest,
    without which a folder is no version."""
    version = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{uuid.uuid4().hex[:8]}"
    folder = index_folder(settings) / version
    folder.mkdir(parents=True)
    (folder / REHEARSED).touch()  # until it is taken into use
    by_id = {document.id: document for document in plan.documents}
    entries = [entry for chunk in plan.chunks for entry in entries_of(chunk, by_id[chunk.document_id])]
    _write_lexical(folder, plan.documents, plan.chunks, lexicon, plan.concepts, tell)
    embedded = _write_vectors(settings, folder, entries, plan.before, embedder, tell)
    (folder / "documents.json").write_bytes(DOCUMENTS.dump_json(plan.documents))
    (folder / "chunks.json").write_bytes(CHUNKS.dump_json(plan.chunks))
    (folder / "concepts.json").write_bytes(CONCEPTS.dump_json(list(plan.concepts.concepts)))
    (folder / "rulebook.json").write_bytes(RULEBOOK.dump_json(plan.rulebook))
    embedded += _write_examples(folder, plan, lexicon, lambda: embedder.bundled(settings), tell)
    manifest = Manifest(
        FORMAT,
        analysis(),
        version,
        embedder.name,
        embedder.fingerprint,
        plan.corpus,
        datetime.now(UTC).isoformat(timespec="seconds"),
        len(plan.documents),
        len(plan.chunks),
        len(entries),
        plan.changes,
        CUTTING,
    )
    write_atomically(folder / "manifest.json", json.dumps(asdict(manifest), indent=2))
    return _report(manifest, plan, embedded)


def _last_good(
    settings: Settings, documents: Sequence[Document], failures: Sequence[UnreadableSource]
) -> list[Document]:
    """The documents in use whose file cannot be read any more, as it was read last: a file that is broken by mistake
    takes no answer away. Who wants one gone removes its file."""
    earlier = in_use(settings) if failures else None
    if earlier is None:
        return []
    unread, present = {failure.file for failure in failures}, {document.id for document in documents}
    return [document for document in earlier.documents() if document.file in unread and document.id not in present]


def _report(manifest: Manifest, plan: _Plan, embedded: int) -> BuildReport:
    """What has changed since the version before."""
    old = set(plan.before.chunk_ids()) if plan.before is not None else set()
    new = {chunk.id for chunk in plan.chunks}
    counts = len(new - old), len(new & old), len(old - new)
    return BuildReport(manifest, *counts, embedded, 0.0, plan.failures, True, plan.last_good)


def _learn_labels(concepts: Sequence[Concept], lexicon: Lexicon) -> None:
    """Every start reads them."""
    for language in LANGUAGES:
        words = {w for concept in concepts for label in concept.written(language) for w in split_words(label)}
        lexicon.learn(words, language)
    lexicon.save()


def _chunks_of(
    document: Document, translations: list[Translation], embedder: Embedder, cut: Mapping[str, Cut]
) -> list[Chunk]:
    """cut: the documents of the version before, by their ids. Their translations are looked up anew."""
    known = cut.get(document.id)
    if known is not None and known.document == document:
        passages = known.chunks
    else:
        passages = chunk_document(document, embedder.count_tokens, foreign_blocks(document))
    own = [translation for translation in translations if translation.document_id == document.id]
    chunks = []
    for chunk in passages:
        variants = (translate(chunk, document, translation) for translation in own)
        chunks.append(replace(chunk, variants=tuple(variant for variant in variants if variant is not None)))
    return chunks


def _write_lexical(
    folder: Path,
    documents: list[Document],
    chunks: list[Chunk],
    lexicon: Lexicon,
    concepts: Concepts,
    tell: Progress,
) -> None:
    by_id = {document.id: document for document in documents}
    for number, document in enumerate(documents):
        tell("analyse", number, len(documents))
        lexicon.learn(set(split_words(f"{document.metadata.title} {document.text}")), document.metadata.language)
    whole: list[list[str]] = []
    units: list[list[str]] = []
    passage_of: list[int] = []
    for number, chunk in enumerate(chunks):
        for version in versions_of(chunk, by_id[chunk.document_id]):
            text = f"{version.context}\n{version.text}"
            lexicon.learn(set(split_words(text)), version.language)
            said = terms_of(text, version.language, lexicon, concepts)
            whole.append(said + meanings_of(text, version.language, lexicon))
            passage_of.append(number)
            units += [terms_of(unit, version.language, lexicon, concepts) for unit in version.units]
    lexicon.save()
    texts = LexicalIndex.build(whole)
    texts.save(folder / "lexical-all")
    counts = texts.frequencies(passage_of)
    (folder / "frequencies.json").write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")
    LexicalIndex.build(units).save(folder / "lexical-unit")


def _write_vectors(
    settings: Settings,
    folder: Path,
    entries: list[Entry],
    before: EarlierVersion | None,
    embedder: Embedder,
    tell: Progress,
) -> int:
    """Write a vector for each entry, and fill Chroma from them; how many texts were embedded, each once."""
    known = dict(zip(before.contents(), before.vectors(), strict=True)) if before is not None else {}
    texts = {entry.content: entry.text for entry in entries if entry.content not in known}
    found = embedder.embed_passages([*texts.values()], lambda done: tell("embed", done, len(texts)))
    known |= zip(texts, found, strict=True)
    rows = np.array([known[entry.content] for entry in entries], dtype=np.float32)
    np.save(folder / "vectors.npy", rows.reshape(len(entries), embedder.dimensions))
    (folder / "ids.json").write_text(json.dumps([entry.id for entry in entries]))
    (folder / "contents.json").write_text(json.dumps([entry.content for entry in entries]))
    # Imported here: llama-index serves the building of an index, and answering need not carry its 100 MB.
    from rag.index.ingestion import ingest

    collection, missing = _begin_collection(settings, before, folder, entries)
    ingest(missing, known, collection)
    return len(texts)


def _write_examples(
    folder: Path, plan: _Plan, lexicon: Lexicon, bundled: Callable[[], Embedder], tell: Progress
) -> int:
    """Write the examples, and the question vectors of the organisation's own; how many of those were not known."""
    own = unlearnt(plan.examples, plan.recogniser)
    counts = word_frequencies(plan.examples, own, plan.recogniser, lexicon, plan.concepts)
    (folder / "examples.json").write_bytes(EXAMPLES.dump_json(replace(plan.examples, frequencies=counts)))
    texts = {name_of(example.text, example.language): example.text for example in own}
    found = plan.before.own_examples() if plan.before is not None else {}
    missing = {name: text for name, text in texts.items() if name not in found}
    if missing:  # else another model's installation need not load the bundled one to build
        texts_missing = [*missing.values()]
        vectors = bundled().question_vectors(texts_missing, lambda done: tell("examples", done, len(missing)))
        found |= zip(missing, vectors, strict=True)
    rows = np.array([found[name] for name in texts], dtype=np.float32)
    np.savez(folder / "examples.npz", names=np.array([*texts], dtype=np.uint64), vectors=rows)
    return len(missing)


def _begin_collection(
    settings: Settings, before: EarlierVersion | None, folder: Path, entries: list[Entry]
) -> tuple[Collection, list[Entry]]:
    """A collection for the entries, with those that it does not have yet."""
    placed = before.placed() if before is not None else {}
    if before is not None and placed:
        collection = continue_collection(settings, before.folder, folder, folder.name, before.vectors())
        if collection is not None:
            wanted = {entry.id: entry.content for entry in entries}
            gone = [identity for identity, content in placed.items() if wanted.get(identity) != content]
            for start in range(0, len(gone), BATCH):
                collection.delete(ids=gone[start : start + BATCH])
            return collection, [entry for entry in entries if placed.get(entry.id) != entry.content]
    return create_collection(settings, folder, folder.name), entries


def _corpus_hash(
    documents: list[Document],
    chunks: list[Chunk],
    concepts: Concepts,
    rulebook: Rulebook,
    examples: ExampleSet,
    changes: str,
) -> str:
    # An edit is a version, also where it changes no passage: what is in use is always what was last published.
    curated = concepts.fingerprint + rulebook.fingerprint + examples.fingerprint + changes
    digest = hashlib.sha256(curated.encode())
    for document in documents:
        digest.update(f"{document.id} {document.version}\n".encode())
    for chunk in chunks:
        digest.update(f"{chunk}\n".encode())
    return digest.hexdigest()[:16]


def _versions(root: Path) -> list[Path]:
    """The folders of versions, oldest first (their names begin with the time)."""
    return sorted(path for path in root.iterdir() if path.is_dir())


def _remove_unfinished(settings: Settings, root: Path) -> None:
    for folder in _versions(root):
        if read_manifest(folder) is None:
            delete_collection(settings, folder.name)
            shutil.rmtree(folder)


def _rehearsed(root: Path, corpus: str, fingerprint: str) -> Manifest | None:
    """The manifest of a rehearsed version of just this corpus, by this model and this version of the service."""
    for folder in _versions(root):
        manifest = read_manifest(folder)
        if (folder / REHEARSED).exists() and manifest is not None and manifest.corpus == corpus:
            made_by = manifest.format, manifest.analysis, manifest.fingerprint
            if made_by == (FORMAT, analysis(), fingerprint):
                return manifest
    return None


def _prune(settings: Settings, root: Path, rehearsed: str | None) -> None:
    """Remove what is not kept. rehearsed: the version that is waiting to be published."""
    current = current_version(settings)
    waiting = [folder for folder in _versions(root) if (folder / REHEARSED).exists()]
    published = [folder for folder in _versions(root) if folder not in waiting]
    for folder in [*waiting, *published[:-KEPT_VERSIONS]]:
        if folder.name not in (current, rehearsed):
            delete_collection(settings, folder.name)
            shutil.rmtree(folder)
