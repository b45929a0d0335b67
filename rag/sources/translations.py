"""Unofficial translations beside the documents: `<id>.sv.md`, `<id>.en.md`, aligned block by block with the original.

The front matter's key `original` lists a short hash of every block of the original that was translated, in order. A
block whose original has changed since is found by that, and its translation is not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import yaml

from rag.errors import UnreadableSource
from rag.language.sentences import split_sentences
from rag.sources.format_markdown import read_markdown
from rag.sources.front_matter import split
from rag.types import LANGUAGES, Block, Chunk, Document, Language, Span, Variant

_HASH_DIGITS = 8  # 32 bits: an editor changes a block, nobody looks for one with the same hash
_KEYS = {"translation_of", "language", "title", "unofficial", "original"}


@dataclass(frozen=True, slots=True)
class Translation:
    """One translation: for each block of the original its words in the other language, None where there are none."""

    document_id: str
    language: Language
    title: str
    blocks: tuple[tuple[str, ...] | None, ...]  # a row has one string a cell, every other block has one
    file: str


def read_translations(
    folder: Path, documents: Mapping[str, Document]
) -> tuple[list[Translation], list[UnreadableSource]]:
    """The usable translations of the documents, and the files that are none."""
    translations: list[Translation] = []
    failures: list[UnreadableSource] = []
    for document in documents.values():
        for language in LANGUAGES:
            path = (folder / document.file).with_name(f"{document.id}.{language}.md")
            if not path.is_file():
                continue
            try:
                translations.append(_read(path, document, language))
            except UnreadableSource as failure:
                failures.append(failure)
    return translations, failures


def block_hashes(document: Document) -> list[str]:
    """A short hash of each block's words, in order."""
    return [
        hashlib.sha256(block.span.of(document.text).encode()).hexdigest()[:_HASH_DIGITS] for block in document.blocks
    ]


def confirm(path: Path, document: Document) -> None:
    """Write the hashes of the original's present blocks into a translation's front matter."""
    head, body = split(path.read_text(encoding="utf-8"))
    kept = [line for line in (head or "").splitlines() if line and not line.startswith("original:")]
    lines = ["---", *kept, f"original: {' '.join(block_hashes(document))}", "---"]
    path.write_text("\n".join(lines) + "\n\n" + body.lstrip("\n"), encoding="utf-8")


def translate(chunk: Chunk, document: Document, translation: Translation) -> Variant | None:
    """The chunk in the translation's language; None unless all of its blocks have a current translation."""
    parts: list[str] = []
    units: list[str] = []
    for number, block in _blocks_within(document, chunk.span):
        words = translation.blocks[number]
        if words is None:
            return None
        text = " | ".join(words)
        own = [unit for unit in chunk.units if block.span.start <= unit.start and unit.end <= block.span.end]
        sentences = [span.of(text) for span in split_sentences(text)]
        # Sentence by sentence where their numbers agree; otherwise each original sentence gets the whole block.
        units += [text] if len(own) == 1 else sentences if len(sentences) == len(own) else [text] * len(own)
        parts.append(text)
    if len(units) != len(chunk.units):
        return None
    by_text = {
        block.span.of(document.text): " | ".join(words)
        for block, words in zip(document.blocks, translation.blocks, strict=True)
        if words is not None
    }
    context = "\n".join(by_text.get(line, line) for line in chunk.context.split("\n")) if chunk.context else ""
    return Variant(translation.language, context or translation.title, "\n".join(parts), tuple(units))


def _blocks_within(document: Document, span: Span) -> list[tuple[int, Block]]:
    return [
        (number, block)
        for number, block in enumerate(document.blocks)
        if block.span.start < span.end and block.span.end > span.start
    ]


def _read(path: Path, document: Document, language: Language) -> Translation:
    file = str(Path(document.file).with_name(path.name))
    try:
        head, body = split(path.read_text(encoding="utf-8"))
        given = yaml.safe_load(head or "") or {}
    except UnicodeDecodeError as error:
        raise UnreadableSource(file, "bad_encoding", f"not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except (yaml.YAMLError, RecursionError) as error:
        what = f"front matter is not YAML: {' '.join(str(error).split())}"
        raise UnreadableSource(file, "bad_metadata", what) from error
    if not isinstance(given, dict) or not given.keys() <= _KEYS or given.get("translation_of") != document.id:
        what = f"front matter needs translation_of: {document.id} and may have {', '.join(sorted(_KEYS))}"
        raise UnreadableSource(file, "bad_metadata", what)
    if given.get("language") != language:
        raise UnreadableSource(
            file, "bad_metadata", f"key 'language' has value '{given.get('language')}'; use {language}"
        )
    hashes = str(given.get("original", "")).split()
    text, blocks = read_markdown(body).finish()
    if len(hashes) != len(blocks):
        what = f"{len(blocks)} blocks but {len(hashes)} hashes in 'original'; run: ohjenuora confirm-translation {file}"
        raise UnreadableSource(file, "bad_metadata", what)
    words: list[tuple[str, ...] | None] = [None] * len(document.blocks)
    matcher = SequenceMatcher(None, hashes, block_hashes(document), autojunk=False)
    for there, here, size in matcher.get_matching_blocks():
        for step in range(size):
            words[here + step] = _words(blocks[there + step], document.blocks[here + step], text)
    return Translation(document.id, language, str(given.get("title") or document.metadata.title), tuple(words), file)


def _words(block: Block, original: Block, text: str) -> tuple[str, ...] | None:
    """A block's words, if it is of the original's kind and shape."""
    if block.kind != original.kind or len(block.cells) != len(original.cells):
        return None
    spans: Sequence[Span] = block.cells or (block.span,)
    return tuple(span.of(text) for span in spans)
