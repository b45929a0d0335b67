"""What an answer is going to say, before its citations are numbered."""

from __future__ import annotations

from dataclasses import dataclass

from rag.evidence import Evidence
from rag.types import Document, Language, Notice, Open, Span, StatementKind, Verdict


@dataclass(frozen=True, slots=True)
class Place:
    """An exact place of a document, as a citation tells it."""

    document_id: str
    span: Span
    section: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement to be made, with the places it rests on (at least one)."""

    text: str
    kind: StatementKind
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """All that an answer says: drafts in their order (at least one), notices, and the verdict if there is one.

    left_open: what the verdict depends on and the question does not name.
    """

    drafts: tuple[Draft, ...]
    notices: tuple[Notice, ...] = ()
    verdict: Verdict | None = None
    left_open: tuple[Open, ...] = ()


def quote(evidence: Evidence, language: Language, document: Document) -> Draft:
    """The evidence in the source's own words, or in their translation where the language has one."""
    place = place_of(evidence)
    variant = next((v for v in evidence.chunk.variants if v.language == language), None)
    if variant is None:
        return Draft(place.span.of(document.text), "quote", (place,))
    whole = len(evidence.units) == len(evidence.chunk.units)
    separator = "\n" if evidence.chunk.kind == "list" else " "
    text = variant.text if whole else separator.join(variant.units[unit] for unit in evidence.units)
    return Draft(text, "translation", (place,))


def place_of(evidence: Evidence) -> Place:
    return Place(evidence.chunk.document_id, evidence.span, evidence.chunk.section, evidence.chunk.page)
