"""Lines of a document that seem to have slipped into it: in a language that is none of its own."""

from __future__ import annotations

import re
from collections import Counter

from rag.language.detection import language_confidences
from rag.types import Block, Document, Language

# A foreign line is short and stands alone; a summary in another language has several sentences and is no accident.
_MAX_WORDS = 25
_MIN_WORDS = 3  # fewer tell no language; the blocks measured below have as many
# lingua's probability for a language of the document below which a line of words is foreign. Measured on the blocks of
# the three sources and of 608 Finnish encyclopedia passages cut into sentences: docs/measurements.md.
_FOREIGN_BELOW = 0.12
_WORD = re.compile(r"[^\W\d_]{2,}")


def foreign_blocks(document: Document) -> list[Block]:
    """The blocks to hold back: not answered from, because they seem to have slipped into the source.

    A block is foreign when none of the document's languages is probable for it. The document's languages are the one
    it declares and every other that has at least a fifth of its words.
    """
    sizes: Counter[Language] = Counter()
    suspects: list[tuple[Block, dict[Language, float]]] = []
    for block in document.blocks:
        text = block.span.of(document.text)
        words = len(_WORD.findall(text))
        if words < _MIN_WORDS:
            continue
        confidences = language_confidences(text)
        best = max(confidences, key=lambda language: confidences[language])
        sizes[best] += words
        if words <= _MAX_WORDS and block.kind in ("paragraph", "heading", "item"):
            suspects.append((block, confidences))
    foreign: list[Block] = []
    for block, confidences in suspects:
        others = sizes.copy()  # a line does not vouch for itself
        words = len(_WORD.findall(block.span.of(document.text)))
        others[max(confidences, key=confidences.__getitem__)] -= words
        own = {document.metadata.language} | {x for x, n in others.items() if n >= max(1, others.total() / 5)}
        if others.total() and sum(confidences[x] for x in own) < _FOREIGN_BELOW:
            foreign.append(block)
    return foreign
