"""What somebody who has signed in may read of documents, drafts and test questions, also of documents out of use."""

from __future__ import annotations

import re
from functools import cached_property

from api.drafts import Draft, may_read, members_of
from api.identity import Identity
from api.own_questions import KeptQuestion
from api.service import Service
from rag.curated.changes import PublishTogether
from rag.index.versions import documents_of, kept_versions
from rag.types import Document


class Readable:
    """Documents by their ids: as they are in use, else as they were last in use. For one request.

    prepared: drafts whose documents count as theirs where these were never in use.
    """

    def __init__(self, who: Identity, service: Service, prepared: tuple[Draft, ...] = ()) -> None:
        self._who = who
        self._service = service
        self._prepared = prepared

    def __contains__(self, document_id: object) -> bool:
        """Of a document that neither a kept version nor a draft holds, nobody knows whom it was for."""
        if self._who.access.everything:
            return True
        document = self.document(document_id)
        if document is not None:
            return self._who.access.permits(document.metadata)
        drafts = [each for each in self._prepared if getattr(each.change, "id", None) == document_id]
        return bool(drafts) and all(map(self.draft, drafts))

    def document(self, document_id: object) -> Document | None:
        return self._present.get(document_id) or self._former.get(document_id)

    def draft(self, draft: Draft) -> bool:
        """Of several drafts together, whether they may read each."""
        if isinstance(draft.change, PublishTogether) and not self._who.access.everything:
            with self._service.store.engine.connect() as connection:
                members = members_of(connection, draft.change)
            return all(may_read(self._who, each, self.document) for each in members)
        return may_read(self._who, draft, self.document)

    def question(self, question: KeptQuestion) -> bool:
        """Whether all that it expects rests on what they may read. Whoever wrote it knows what is in it."""
        if self._who.access.everything or question.made_by == self._who.name:
            return True
        return all(name in self for name in question.documents) and all(map(self._quotable, question.evidence))

    def _quotable(self, quote: str) -> bool:
        """Whether the words do not stand only in what they may not read."""
        words = _words(quote)
        return not any(words in text for text in self._texts[False]) or any(words in text for text in self._texts[True])

    @cached_property
    def _present(self) -> dict[object, Document]:
        return {each.id: each for each in self._service.opened().documents()}

    @cached_property
    def _former(self) -> dict[object, Document]:
        """Of all kept versions, of each document the latest text."""
        found: dict[object, Document] = {}
        for kept in reversed(kept_versions(self._service.settings)):
            found.update(documents_of(self._service.settings, kept.manifest.version) or {})
        return found

    @cached_property
    def _texts(self) -> dict[bool, list[str]]:
        """Words alone, of what they may read and may not."""
        texts: dict[bool, list[str]] = {True: [], False: []}
        documents = list(self._present.values())
        closed = [each for each in documents if each.id not in self]
        for each in documents if closed else ():
            texts[each.id in self].append(_words(each.text))
        return texts


def _words(text: str) -> str:
    return "".join(re.findall(r"\w+", text.casefold()))
