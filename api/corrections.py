"""From a bad answer to a better one: what an editor says of it, and where in the sources a better one stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from rag.chatbot import Chatbot
from rag.curated.rules import REGISTER_ID
from rag.curated.verified import Verified
from rag.index.opening import Index
from rag.publishing.questions import AskedText, DocumentId, Expected, Note, Quote
from rag.sources.quotes import locate
from rag.types import Chunk, Language, Verdict

MOST_PLACES = 30
_SEARCHED = 40  # passages, of which those of one document may be wanted; the sentences of the first are offered

Says = Literal["answered_by", "unanswered", "out_of_scope", "wrong_verdict", "missing_document"]


class Correction(BaseModel):
    """What is wrong with the answer to a question, and what is right.

    answered_by: this place answers it (document, quote); unanswered: nothing in the guidance does; out_of_scope: it is
    about something else; wrong_verdict: this verdict is right, by this place; missing_document: a document that is not
    there would answer it. note: why, for colleagues.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: AskedText
    language: Language
    says: Says
    document: DocumentId | None = None
    quote: Quote | None = None
    verdict: Verdict | None = None
    note: Note | None = None

    @property
    def needs_place(self) -> bool:
        return self.says in ("answered_by", "wrong_verdict")

    def verified(self, documents: tuple[str, ...]) -> Verified | None:
        """The example question that it makes; None where it makes none. documents: all that are in use."""
        if self.says == "missing_document":
            return None
        asked = {"question": self.question, "language": self.language}
        if self.needs_place:
            return Verified(**asked, document=self.document, quote=self.quote)
        if self.says == "unanswered":
            return Verified(**asked, reason="not_in_guidance", documents=documents)
        return Verified(**asked, reason="out_of_scope")

    def expected(self) -> Expected:
        """The test question that it makes."""
        answerable = None if self.says == "missing_document" else self.needs_place
        return Expected(
            question=self.question,
            language=self.language,
            answerable=answerable,
            documents=(self.document,) if self.document and self.needs_place else (),
            evidence=(self.quote,) if self.quote and self.needs_place else (),
            verdict=self.verdict if self.says == "wrong_verdict" else None,
            why=self.note,
        )


class Place(BaseModel):
    """A sentence, item or row that may be quoted."""

    document_id: str
    title: str
    language: Language
    section: str
    page: int | None
    quote: str


def places(chatbot: Chatbot, question: str, language: Language, words: str, document_id: str | None) -> list[Place]:
    """Where the answer may stand: what holds all the words, or without any what is nearest to the question.

    document_id: of one document alone."""
    index = chatbot.index
    chunks = {
        (each.document_id, each.span.start): each
        for each in index.chunks
        if each.kind != "gap" and each.document_id != REGISTER_ID and document_id in (None, each.document_id)
    }
    wanted = words.casefold().split()
    chosen = list(chunks.values())
    if not wanted:
        found = chatbot.search(question, _SEARCHED, language)
        chosen = [chunk for each in found if (chunk := chunks.get((each.document_id, each.start))) is not None]
    return [place for chunk in chosen for place in _of(index, chunk, wanted)][:MOST_PLACES]


def stands(chatbot: Chatbot, document_id: str, quote: str) -> bool:
    """Whether the words stand in the document."""
    document = chatbot.document(document_id)
    return document is not None and document_id != REGISTER_ID and locate(quote, document) is not None


def _of(index: Index, chunk: Chunk, wanted: list[str]) -> Iterator[Place]:
    document = index.documents[chunk.document_id]
    for unit in chunk.units:
        quote = unit.of(document.text)
        if all(word in quote.casefold() for word in wanted):
            yield Place(
                document_id=document.id,
                title=document.metadata.title,
                language=document.metadata.language,
                section=chunk.section,
                page=chunk.page,
                quote=quote,
            )
