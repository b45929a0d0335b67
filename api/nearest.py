"""Which passage of a document somebody may have meant to quote."""

from __future__ import annotations

from rapidfuzz import fuzz

from rag.language.sentences import split_sentences
from rag.types import Document, Span

# From this similarity on (rapidfuzz's partial ratio, 0–100), what was written is taken for a passage misquoted: a word
# or two changed keep a sentence above 80, sentences that only share their subject stay below 60.
ALIKE = 65.0
_MAX_SENTENCES = 4


def nearest_passage(quote: str, document: Document) -> str | None:
    """The document's own words, whole sentences of one paragraph, list item or row; None if nothing is near."""
    found = fuzz.partial_ratio_alignment(quote, document.text, score_cutoff=ALIKE)
    if found is None or len(quote) > len(document.text):
        return None
    place = Span(found.dest_start, found.dest_end)
    best: list[Span] = []
    for block in document.blocks:
        if block.kind == "break" or not block.span.touches(place):
            continue
        sentences = split_sentences(block.span.of(document.text), block.span.start)
        touched = [each for each in sentences if _common(each, place) > min(_size(each), _size(place)) / 2]
        if sum(_common(each, place) for each in touched) > sum(_common(each, place) for each in best):
            best = touched
    return document.text[best[0].start : best[-1].end] if 0 < len(best) <= _MAX_SENTENCES else None


def _common(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _size(span: Span) -> int:
    return span.end - span.start
