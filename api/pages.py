"""The pages for people: the chat, which works without JavaScript too, and the sources."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from api import views
from api.documents import Version
from api.problems import explain
from api.schemas import ChatRequest
from api.service import TheService
from api.source import outline
from rag.errors import BadQuestion
from rag.types import Answer, Document, Span
from rag.wording import say

router = APIRouter(include_in_schema=False)

_PLACE = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


@router.get("/")
async def chat_page(request: Request) -> HTMLResponse:
    return _chat_page(request)


@router.post("/")
async def ask_on_page(request: Request, service: TheService) -> HTMLResponse:
    """The chat form without JavaScript: the same page with the answer, or with what is wrong with the question."""
    language = views.language_for(request)
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    question = form.get("question", [""])[0].replace("\r\n", "\n")  # browsers send lines apart by both
    conversation_id = form.get("conversation_id", [None])[0]
    try:
        chat = ChatRequest(question=question, conversation_id=conversation_id)
        answer = await service.ask(chat)
    except ValidationError as error:
        names = {"question": say(language, "page.question")}
        wrong = explain(error.errors(), language, names)
        return _chat_page(request, question, error=wrong, status=422)
    except BadQuestion as error:
        return _chat_page(request, question, error=str(error), status=422)
    except HTTPException as error:
        if error.status_code != 503:
            raise
        wrong = say(language, "error.detail.unavailable")
        return _chat_page(request, question, error=wrong, status=503)
    return _chat_page(request, question, answer)


def _chat_page(
    request: Request, question: str = "", answer: Answer | None = None, error: str = "", status: int = 200
) -> HTMLResponse:
    language = views.language_for(request)
    return HTMLResponse(views.render("chat.html", language, question=question, answer=answer, error=error), status)


@router.get("/documents/{document_id}")
def source_page(
    document_id: str, request: Request, service: TheService, c: str = "", version: Version = None
) -> HTMLResponse:
    """One source. c: the place to mark, such as 4102-4290; the script marks that of the address's fragment.

    version: as the source stood in that version of the index, for the citations of earlier answers.
    """
    document = service.document(document_id, version)
    if document is None:
        raise HTTPException(404)
    page = views.render(
        "source.html",
        views.language_for(request),
        document=document,
        metadata=document.metadata,
        historical=document.metadata.historical(date.today()),
        nodes=outline(document, _place(c, document)),
    )
    return HTMLResponse(page)


def _place(written: str, document: Document) -> Span | None:
    found = _PLACE.fullmatch(written)
    if found is None:
        return None
    place = Span(int(found[1]), int(found[2]))
    return place if place.start < place.end <= len(document.text) else None
