"""In which languages a document that a draft brings can be asked about."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from rag.sources.translations import Translation
from rag.types import LANGUAGES, Document, Language


class AskedIn(BaseModel):
    """A language in which one can ask. own: the document's own, which answers quote; translated: of the document's
    blocks, those whose translation would be shown beside the quote, in [0, 1]."""

    model_config = ConfigDict(frozen=True)

    language: Language
    own: bool
    translated: float


def asked_in(document: Document, translations: Sequence[Translation]) -> list[AskedIn]:
    """All languages: the encoder and the reader know a passage's meaning whatever language asks for it."""
    of_this = {each.language: each for each in translations if each.document_id == document.id}
    found = []
    for language in LANGUAGES:
        blocks = of_this[language].blocks if language in of_this else ()
        said = [words for block, words in zip(document.blocks, blocks, strict=False) if block.kind != "break"]
        share = sum(words is not None for words in said) / len(said) if said else 0.0
        found.append(AskedIn(language=language, own=language == document.metadata.language, translated=share))
    return found
