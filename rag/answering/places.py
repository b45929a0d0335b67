"""Whether something stands where rules, examples or answers point: places are (document id, span)."""

from __future__ import annotations

from collections.abc import Iterable

from rag.types import Span


def stands_at(document_id: str, span: Span, places: Iterable[tuple[str, Span]]) -> bool:
    """Whether a stretch of a document touches one of the places."""
    return any(name == document_id and span.touches(place) for name, place in places)
