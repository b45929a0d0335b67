"""/v1: the service as a model that clients of OpenAI's interface know how to ask."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from api import views
from api.markdown import markdown
from api.openai_form import (
    FAILURE_RESPONSES,
    MODEL,
    Choice,
    Chunk,
    ChunkChoice,
    Completion,
    CompletionRequest,
    Failure,
    Model,
    Models,
    Reply,
    Usage,
)
from api.problems import Refused, problem, told, unforeseen
from api.reading import TheAsker
from api.schemas import ChatAnswer, ChatRequest
from api.service import Said, Service, TheService
from rag.errors import BadQuestion
from rag.types import Answer, Language

router = APIRouter(prefix="/v1", tags=["openai"], responses=FAILURE_RESPONSES)

# A client shows a stream as it comes; whole paragraphs never show half a link.
_PARAGRAPH = re.compile(r".+?(?:\n\n|\Z)", re.DOTALL)


@router.get("/models")
async def models(service: TheService) -> Models:
    """The one model that there is."""
    return Models(data=(_model(service),))


@router.get("/models/{model}")
async def model(model: str, service: TheService) -> Model:
    if model != MODEL:
        raise no_such_model()
    return _model(service)


@router.post("/chat/completions", response_model=Completion, responses={200: {"content": {"text/event-stream": {}}}})
async def complete(given: CompletionRequest, request: Request, service: TheService, asker: TheAsker) -> Response:
    """The last question of the conversation, answered or refused as POST /api/chat does it, as Markdown.

    The questions before it are the conversation. With `stream`: OpenAI's chunks, the last with the whole answer.
    """
    if given.model != MODEL:
        raise no_such_model()
    language, home = views.language_for(request), views.home(request, service.settings.public_url)
    asked = given.asked()
    chat = chat_request(given, asked, "messages")
    answering = service.ask_aloud(chat, asker, language, [text for text in asked[:-1] if text])
    if given.stream:
        with_usage = given.stream_options is not None and given.stream_options.include_usage
        events = _events(answering, language, home, with_usage)
        return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
    answer = await whole_answer(answering)
    reply = Reply(content=markdown(answer, home))
    completion = Completion(
        id=_id(answer), created=_now(), choices=(Choice(message=reply),), answer=ChatAnswer.from_answer(answer)
    )
    return Response(completion.model_dump_json(), media_type="application/json")


def chat_request(given: BaseModel, asked: list[str | None], field: str, conversation: str | None = None) -> ChatRequest:
    """The last question of a conversation, with what else is said of it. field: where the conversation stands.

    Raises Refused, RequestValidationError.
    """
    if not asked:
        raise Refused(422, "error.field.no_question", field=field)
    question = asked[-1]
    if question is None:
        raise Refused(422, "error.field.not_text", field=field)
    fields = given.model_dump(mode="json", include={"language", "tool", "data", "as_of"})
    try:
        return ChatRequest.model_validate(fields | {"question": question, "conversation_id": conversation})
    except ValidationError as error:
        # The question is a message to who sent it.
        raise RequestValidationError([{**each, "loc": (field,)} for each in error.errors()]) from None


async def whole_answer(answering: AsyncIterator[Said | Answer]) -> Answer:
    async for said in answering:
        if isinstance(said, Answer):
            return said
    raise RuntimeError("an answer that is told has an end")


async def _events(
    answering: AsyncIterator[Said | Answer], language: Language, home: str, with_usage: bool
) -> AsyncIterator[str]:
    # The verdict stands first and is known last: nothing is told before it, so that the text is the same as unstreamed.
    created = _now()
    try:
        answer = await whole_answer(answering)
        for at, paragraph in enumerate(paragraphs(markdown(answer, home))):
            said = ChunkChoice(delta={"content": paragraph} if at else {"role": "assistant", "content": paragraph})
            yield _event(Chunk(id=_id(answer), created=created, choices=(said,)))
        ended = ChunkChoice(finish_reason="stop")
        whole = ChatAnswer.from_answer(answer)
        yield _event(Chunk(id=_id(answer), created=created, choices=(ended,), answer=whole))
        if with_usage:
            yield _event(Chunk(id=_id(answer), created=created, usage=Usage()))
    # The response has begun with status 200, so an error can only be an event.
    except BadQuestion as error:
        yield _event(Failure.from_problem(problem(language, 422, str(error))))
    except HTTPException as error:
        yield _event(Failure.from_problem(told(language, error)))
    except Exception as error:
        yield _event(Failure.from_problem(unforeseen(language, error)))
    yield "data: [DONE]\n\n"


def paragraphs(text: str) -> list[str]:
    """The pieces that a text is streamed in. Joined they are the text."""
    return _PARAGRAPH.findall(text)


def _event(data: BaseModel) -> str:
    return f"data: {data.model_dump_json()}\n\n"  # JSON has no line breaks of its own


def _id(answer: Answer) -> str:
    return f"chatcmpl-{answer.id}"


def _now() -> int:
    return int(time.time())


def _model(service: Service) -> Model:
    return Model(created=int(time.time() - (time.monotonic() - service.started)))


def no_such_model() -> Refused:
    return Refused(404, "error.detail.no_such_model", model=MODEL)
