"""POST /api/chat: one question, one answer, whole or as a stream of events."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api import views
from api.negotiation import wants_events
from api.problems import PROBLEM_RESPONSES, problem, told, unforeseen
from api.reading import TheAsker
from api.schemas import ChatAnswer, ChatRequest, StatementEvent
from api.service import Said, TheService
from rag.errors import BadQuestion
from rag.types import Answer, Language, Statement

router = APIRouter(tags=["chat"], responses=PROBLEM_RESPONSES)


class Progress(BaseModel):
    """The data of a `status` event."""

    state: str


@router.post("/api/chat", response_model=ChatAnswer, responses={200: {"content": {"text/event-stream": {}}}})
async def chat(asked: ChatRequest, request: Request, service: TheService, asker: TheAsker) -> Response:
    """An answer or a refusal, both with status 200.

    With `Accept: text/event-stream`: `status`, one `statement` each, and last `answer` with the whole object; or
    `error` with a problem object.
    """
    language = views.language_for(request)
    if wants_events(request.headers.get("accept", "")):
        events = _events(service.ask_aloud(asked, asker, language), language)
        return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
    answer = await service.ask(asked, asker, language)
    return Response(ChatAnswer.from_answer(answer).model_dump_json(), media_type="application/json")


async def _events(answering: AsyncIterator[Said | Answer], language: Language) -> AsyncIterator[str]:
    yield _event("status", Progress(state="searching"))
    known: list[Statement] = []
    # From here on the response has begun with status 200, so an error can only be an event.
    try:
        async for said in answering:
            if isinstance(said, Answer):
                for statement in said.statements:
                    if statement not in known:
                        yield _event("statement", StatementEvent.from_statement(statement, said.citations))
                yield _event("answer", ChatAnswer.from_answer(said))
            else:
                known.append(said.statement)
                yield _event("statement", StatementEvent.from_statement(said.statement, said.citations))
    except BadQuestion as error:
        yield _event("error", problem(language, 422, str(error)))
    except HTTPException as error:
        yield _event("error", told(language, error))
    except Exception as error:
        yield _event("error", unforeseen(language, error))


def _event(name: str, data: BaseModel) -> str:
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n"  # JSON has no line breaks of its own
