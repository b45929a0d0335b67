"""Withdrawn documents as they were in use last, as long as one of the kept versions holds them.

Nothing is kept longer than that for their return: a text that was withdrawn for good is gone with its last version.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.curated.changed_corpus import changes_named
from rag.curated.changes import RestoreDocument
from rag.index.versions import documents_of, kept_versions
from rag.settings import Settings
from rag.types import Document


@dataclass(frozen=True, slots=True)
class Gone:
    """A document as it was, and the change that brings it back."""

    document: Document
    change: RestoreDocument


def last_text_of(settings: Settings, document_id: str) -> Gone | None:
    """From the newest kept version that holds it; None if none does. Raises ChangesLost."""
    for kept in kept_versions(settings):
        document = (documents_of(settings, kept.manifest.version) or {}).get(document_id)
        if document is not None:
            changes = changes_named(settings, kept.manifest.changes)
            upload, said = changes.documents.get(document_id), changes.described.get(document_id, {})
            return Gone(document, RestoreDocument(id=document_id, upload=upload, metadata=said))
    return None
