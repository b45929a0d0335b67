"""The pages for people: the chat, which works without JavaScript too, the sources, accessibility and privacy."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Literal
from urllib.parse import parse_qs

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from api import views
from api.documents import Version
from api.problems import explain, told
from api.reading import TheAccess, access_of, asker_of
from api.schemas import ChatAnswer, ChatRequest
from api.service import Service, TheChatbot, TheService
from api.source import contents, outline, page_at
from rag.answering.choices import Choices
from rag.chatbot import Chatbot
from rag.errors import BadQuestion
from rag.language.messages import say
from rag.types import Answer, Document, Metadata, Span

# The day of the last accessibility review: of the pages with axe-core, the keyboard and 400 % zoom.
REVIEWED = date(2026, 11, 23)

router = APIRouter(include_in_schema=False)

_PLACE = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)
_NOTHING = Choices((), ())

# The version that a link means is not kept, so the present text is shown; or an earlier text is, of a source that has
# been withdrawn or replaced since.
Standing = Literal["not_kept", "withdrawn", "replaced"]


@router.get("/")
async def chat_page(request: Request, service: TheService, about: str = "", q: str | None = None) -> HTMLResponse:
    """The chat. q: a question that is asked at once; about: the id of a source that the reader wants to ask about."""
    if q is not None:
        return await _answer_page(request, service, {"question": q})
    chatbot = await _chatbot(request, service)
    source = chatbot.document(about) if chatbot and about else None
    if source is None:
        return await to_thread.run_sync(_chat_page, request, chatbot)
    prefilled = say(views.language_for(request), "page.source.prefilled", title=source.metadata.title)
    return await to_thread.run_sync(partial(_chat_page, request, chatbot, prefilled, prefilled=True))


@router.post("/")
async def ask_on_page(request: Request, service: TheService) -> HTMLResponse:
    """The chat form without JavaScript."""
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    given = {name: form.get(name, [None])[0] for name in ("question", "conversation_id", "tool", "data")}
    return await _answer_page(request, service, given)


async def _answer_page(request: Request, service: Service, given: dict[str, str | None]) -> HTMLResponse:
    """The chat with the answer, or with what is wrong with the question. given: fields of a ChatRequest."""
    language = views.language_for(request)
    question = (given["question"] or "").replace("\r\n", "\n")  # browsers send lines apart by both
    chatbot = await _chatbot(request, service)
    shown = partial(_chat_page, request, chatbot, question)
    try:
        chat = ChatRequest.model_validate(given | {"question": question})
        answer = await service.ask(chat, asker_of(request), language)
    except ValidationError as error:
        names = {"question": say(language, "page.question")}
        wrong = explain(error.errors(), language, names)
        return await to_thread.run_sync(partial(shown, error=wrong, status=422))
    except BadQuestion as error:
        return await to_thread.run_sync(partial(shown, error=str(error), status=422))
    except HTTPException as error:
        if error.status_code != 503:
            raise
        return await to_thread.run_sync(partial(shown, error=told(language, error).detail, status=503))
    named = [name for name in (chat.data, chat.tool) if name]
    heading = f"{question} ({', '.join(named)})" if named else question
    return await to_thread.run_sync(partial(shown, answer, heading=heading))


async def _chatbot(request: Request, service: Service) -> Chatbot | None:
    """What there is for whoever asks; None until it is open."""
    if service.chatbot is None:
        return None
    return await to_thread.run_sync(service.chatbot.read_by, access_of(request))


def _chat_page(
    request: Request,
    chatbot: Chatbot | None,
    question: str = "",
    answer: Answer | None = None,
    *,
    heading: str = "",
    error: str = "",
    prefilled: bool = False,
    status: int = 200,
) -> HTMLResponse:
    """heading: the question as the answer's heading has it; error or prefilled: the question stands in the field.

    The page's script shows the answer once more from its data, with all that can be done with it.
    """
    field = question if error or prefilled else ""
    options = chatbot.choices(answer.language) if chatbot and answer and answer.left_open else _NOTHING
    return views.page(
        request,
        "chat.html",
        status,
        question=question,
        shown=heading,
        field=field,
        answer=answer,
        answer_data=ChatAnswer.from_answer(answer).model_dump(mode="json") if answer else None,
        options=options,
        error=error,
        sources=_sources(chatbot) if chatbot else [],
        today=date.today(),
    )


@router.get("/documents")
def sources_page(request: Request, chatbot: TheChatbot) -> HTMLResponse:
    """All sources that the service answers from. 503 until it has opened them."""
    return views.page(request, "sources.html", sources=_sources(chatbot), today=date.today())


@router.get("/documents/{document_id}")
def source_page(
    document_id: str, request: Request, service: TheService, access: TheAccess, c: str = "", version: Version = None
) -> HTMLResponse:
    """One source. c: the place to mark, such as 4102-4290; the script marks that of the address's fragment.

    version: as the source stood in that version of the index, for the citations of earlier answers; as it stands now
    where that version is not kept any more.
    """
    present = service.document(document_id, access)
    then = service.document(document_id, access, version) if version else present
    document = then or present
    if document is None:
        raise HTTPException(404)
    place = _place(c, document)
    nodes = outline(document, place)
    return views.page(
        request,
        "source.html",
        document=document,
        standing=_standing(then, present),
        metadata=document.metadata,
        historical=document.metadata.historical(date.today()),
        nodes=nodes,
        contents=contents(nodes),
        place=place,
        page=page_at(document, place) if place else None,
    )


@router.get("/accessibility")
def accessibility_page(request: Request, service: TheService) -> HTMLResponse:
    """The accessibility statement, as act 306/2019 asks; it is there before the index is, too."""
    name, contact = _organisation(request, service)
    return views.page(request, "accessibility.html", organisation=name, contact=contact, reviewed=REVIEWED)


@router.get("/privacy")
def privacy_page(request: Request, service: TheService) -> HTMLResponse:
    """What becomes of what somebody types: as this installation is set up, also before the index is there."""
    name, contact = _organisation(request, service)
    days, model = service.settings.retention_days, bool(service.settings.llm_base_url)
    return views.page(request, "privacy.html", organisation=name, contact=contact, days=days, model=model)


def _organisation(request: Request, service: Service) -> tuple[str | None, str | None]:
    """The organisation's name and contact in the reader's language, where it has given them."""
    language = views.language_for(request)
    organisation = service.chatbot.organisation() if service.chatbot else None
    name = organisation.name.of(language) if organisation and organisation.name else None
    contact = organisation.contact.of(language) if organisation and organisation.contact else None
    return name, contact


def _sources(chatbot: Chatbot) -> list[Metadata]:
    """What the sources say of themselves: those in force first."""
    today = date.today()
    known = [each.metadata for each in chatbot.documents()]
    return sorted(known, key=lambda each: (each.historical(today), each.title.casefold()))


def _standing(then: Document | None, present: Document | None) -> Standing | None:
    """How the text that is shown stands to the source as it is now; None where it is the same."""
    if then is None:
        return "not_kept"
    if present is None:
        return "withdrawn"
    return "replaced" if then.version != present.version else None


def _place(written: str, document: Document) -> Span | None:
    found = _PLACE.fullmatch(written)
    if found is None:
        return None
    place = Span(int(found[1]), int(found[2]))
    return place if place.start < place.end <= len(document.text) else None
