"""Evidence that nothing was made of but where it stands."""

from __future__ import annotations

from dataclasses import fields

from rag.answering.evidence import Evidence, Features
from rag.answering.retrieval import Hit
from rag.models.reader import Read
from rag.types import Chunk, Span

NOT_READ = Read(0.0, (), (0.0, 0.0, 0.0, 1.0))


def evidence(chunk: Chunk, *units: int) -> Evidence:
    """Of these units of a passage, of all where none are named."""
    hit = Hit(chunk, 1.0, 1.0, 1.0, tuple(1.0 for _ in chunk.units))
    chosen = units or tuple(range(len(chunk.units)))
    span = Span(chunk.units[chosen[0]].start, chunk.units[chosen[-1]].end)
    return Evidence(
        hit, span, chosen, "fi", Features(*[0.0] * len(fields(Features))), 1.0, None, NOT_READ, NOT_READ, None
    )
