"""Which documents were in force on a day?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rag.types import Document, Metadata


def documents_on(day: date, documents: Mapping[str, Document]) -> dict[str, Document]:
    """The documents that can be answered from as of a day: published by then and not replaced by then.

    A document that had expired by then stays: it is answered from as history.
    """
    begun = {name: document for name, document in documents.items() if begins(document.metadata) <= day}
    replaced = {document.metadata.supersedes for document in begun.values()}
    return {name: document for name, document in begun.items() if name not in replaced}


def begins(metadata: Metadata) -> date:
    """The first day from which the document counts; the first of all days when it does not tell."""
    if metadata.valid_from is not None:
        return metadata.valid_from
    if metadata.published is None:
        return date.min
    year, month, day = ([int(piece) for piece in metadata.published.split("-")] + [1, 1])[:3]
    return date(year, month, day)
