"""From a bad answer to a better one: each correction makes a test question, and most an example of a draft."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api import corrections, drafts, own_questions
from api.admin.questions import Seen, keep, refusing
from api.auth import Editor, Reader
from api.corrections import Correction, Place
from api.drafts import Draft
from api.identity import Identity
from api.own_questions import HeldQuestions, KeptQuestion
from api.problems import Wrong, WrongFields
from api.readable import Readable
from api.service import Service, TheService, TheStore
from api.store import Store
from rag.chatbot import Chatbot
from rag.curated.changes import VerifyQuestions
from rag.curated.rules import REGISTER_ID
from rag.curated.verified import Verified
from rag.publishing.questions import AskedText, DocumentId, Expected, asked_as
from rag.types import Language

router = APIRouter(prefix="/corrections")

_EXAMPLES = [
    {
        "question": "Kuka hyväksyy uuden tekoälypalvelun?",
        "language": "fi",
        "says": "answered_by",
        "document": "oma-ohje",
        "quote": "Palvelun hyväksyy tietohallintojohtaja.",
    },
    {"question": "Mitä lisenssi maksaa?", "language": "fi", "says": "unanswered"},
]
_WANTED = {"question": "Kuka hyväksyy uuden tekoälypalvelun?", "language": "fi", "words": "hyväksyy"}


class Corrected(BaseModel):
    """question: the test question that was made; draft: the one that holds the correction until it is published, null
    where a missing document is only noted."""

    question: KeptQuestion
    draft: Draft | None


class Wanted(BaseModel):
    """words: all of which a sentence must hold; without any, the places nearest to the question are found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: AskedText
    language: Language
    words: str = Field("", max_length=200)
    document: DocumentId | None = None


@router.post("", status_code=201)
def correct(
    given: Annotated[Correction, Body(examples=_EXAMPLES)],
    who: Editor,
    service: TheService,
    store: TheStore,
    replaces: Seen = "",
) -> Corrected:
    """Tell what is right. It comes into use with the next publication: all corrections that the same people may read
    wait in one draft.

    422 where the words do not stand in the document; 409 where somebody else says otherwise of the question. replaces:
    of that refusal, to take its place all the same.
    """
    chatbot = service.opened_for(who.access)
    _check(given, chatbot)
    given = given.model_copy(update={"question": service.opened().without_personal_data(given.question)})
    in_use = tuple(each.id for each in chatbot.documents() if each.id != REGISTER_ID)
    verified = given.verified(in_use)
    if verified is not None:
        with refusing():
            _check_waiting(verified, given.expected(), who, service, store, replaces)
    [question] = keep(service, store, who, [given.expected()], "correction", replaces)
    return Corrected(question=question, draft=_with(verified, who, service, store) if verified else None)


@router.post("/places")
def places(given: Annotated[Wanted, Body(examples=[_WANTED])], who: Reader, service: TheService) -> list[Place]:
    """Sentences to choose from. It is asked by POST, because addresses are logged on the way and questions are not."""
    chatbot = service.opened_for(who.access)
    return corrections.places(chatbot, given.question, given.language, given.words, given.document)


def _check(given: Correction, chatbot: Chatbot) -> None:
    """Raises WrongFields."""
    wrong: list[Wrong] = []
    if given.needs_place and not (given.document and given.quote):
        wrong.append(Wrong("quote", "admin.field.no_place"))
    elif given.needs_place and not corrections.stands(chatbot, given.document or "", given.quote or ""):
        wrong.append(Wrong("quote", "admin.field.quote_nowhere"))
    if given.says == "wrong_verdict" and given.verdict is None:
        wrong.append(Wrong("verdict", "admin.field.required"))
    if wrong:
        raise WrongFields(wrong)


def _with(verified: Verified, who: Identity, service: Service, store: Store) -> Draft:
    """The open draft of corrections with one more, or a new one. A draft is read by who may read all its quotes: others
    would lose it by the first quote that is not for them."""
    with store.engine.begin() as connection:
        for draft, questions in _waiting(verified, who, service, connection):
            before = [each for each in questions if not _same(each, verified)]
            change = VerifyQuestions(questions=(*before, verified))
            if drafts.change_to(connection, who, draft.id, change):
                return draft.model_copy(update={"change": change})
        return drafts.make(connection, who, VerifyQuestions(questions=(verified,)), seen="")


def _waiting(
    verified: Verified, who: Identity, service: Service, connection: Connection
) -> Iterator[tuple[Draft, tuple[Verified, ...]]]:
    """The open drafts of corrections that it may be added to, with what they hold."""
    readable = Readable(who, service)

    def readers(each: Verified) -> frozenset[str]:
        document = readable.document(each.document)
        return frozenset(document.metadata.groups if document else ())

    for draft in drafts.listed(connection, "open", 1000):
        if not isinstance(draft.change, VerifyQuestions) or not readable.draft(draft):
            continue
        if all(readers(each) == readers(verified) for each in draft.change.questions):
            yield draft, draft.change.questions


def _check_waiting(
    verified: Verified, expected: Expected, who: Identity, service: Service, store: Store, replaces: str
) -> None:
    """A correction that waits goes with its test question, which keep() asks about. Where somebody has removed that,
    the draft still tells what was corrected. Raises HeldQuestions."""
    with store.engine.connect() as connection:
        if own_questions.kept_of(connection, expected) is not None:
            return
        for draft, questions in _waiting(verified, who, service, connection):
            others = [each for each in questions if _same(each, verified) and each != verified]
            if draft.made_by != who.name and others:
                there = HeldQuestions([_as_kept(others[0], draft)])
                if there.seen != replaces:
                    raise there
                return


def _as_kept(verified: Verified, draft: Draft) -> KeptQuestion:
    return KeptQuestion(
        id=draft.id,
        question=verified.question,
        language=verified.language,
        answerable=verified.quote is not None,
        documents=(verified.document,) if verified.document else (),
        evidence=(verified.quote,) if verified.quote else (),
        origin="correction",
        made_at=draft.made_at,
        made_by=draft.made_by,
    )


def _same(one: Verified, other: Verified) -> bool:
    return asked_as(one.question, one.language) == asked_as(other.question, other.language)
