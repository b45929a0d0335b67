"""What a document seems to say of itself and nobody has confirmed yet, as an editor sees it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel
from rapidfuzz import fuzz

from rag.types import Document, Origin, ProposedKey

# Of the letters of a title that stand in what is replaced, endings left aside; chosen by judgement, as it is confirmed.
NAMED_PERCENT, SHORTEST_TITLE = 85, 8


class Proposed(BaseModel):
    """What the document seems to say of itself. value: as the field has it, empty where it must be chosen; origin and
    quote: see rag.types.Proposal."""

    key: ProposedKey
    value: str
    origin: Origin
    quote: str


def proposed_of(document: Document, present: Mapping[str, Document]) -> list[Proposed]:
    """Those that are not said of the document by now, and where its title and language come from."""
    proposed = []
    for each in document.proposals:
        value = _named(each.value, document.id, present) if each.key == "supersedes" else each.value
        known = str(getattr(document.metadata, each.key) or "")
        if known != value or each.key in ("title", "language") or not value:
            proposed.append(Proposed(key=each.key, value=value, origin=each.origin, quote=each.quote))
    return proposed


def _named(words: str, document_id: str, present: Mapping[str, Document]) -> str:
    """The id of the document that the words name by its title, however inflected; empty where they name none."""
    likeness = {
        each.id: fuzz.partial_ratio(each.metadata.title.casefold(), words.casefold())
        for each in present.values()
        if each.id != document_id and len(each.metadata.title) >= SHORTEST_TITLE
    }
    best = max(likeness, key=likeness.__getitem__, default="")
    return best if best and likeness[best] >= NAMED_PERCENT else ""
