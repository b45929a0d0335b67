"""POST /v1/responses: the same answers for clients of OpenAI's newer interface."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.exceptions import HTTPException

from api import views
from api.completions import chat_request, no_such_model, paragraphs, whole_answer
from api.markdown import markdown
from api.openai_form import FAILURE_RESPONSES, MODEL
from api.problems import problem, told, unforeseen
from api.reading import TheAsker
from api.responses_form import OutputMessage, OutputText, ResponseRequest, ResponseUsage, Status, WholeResponse
from api.schemas import ChatAnswer, Problem
from api.service import Said, TheService
from rag.errors import BadQuestion
from rag.types import Answer, Language

router = APIRouter(prefix="/v1", tags=["openai"], responses=FAILURE_RESPONSES)

# The id of a response names its conversation, so that a follow-up finds it and nothing need be kept by response.
_ID = re.compile(r"resp_([0-9a-f]{1,64})_[0-9a-f]{1,64}")


@router.post("/responses", response_model=WholeResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def respond(given: ResponseRequest, request: Request, service: TheService, asker: TheAsker) -> Response:
    """The last question of the input, answered or refused as POST /api/chat does it, as Markdown.

    The questions before it are the conversation, or the response that previous_response_id names. With `stream`:
    OpenAI's events, the last with the whole answer.
    """
    if given.model != MODEL:
        raise no_such_model()
    language, home = views.language_for(request), views.home(request, service.settings.public_url)
    asked = given.asked()
    chat = chat_request(given, asked, "input", _conversation(given))
    answering = service.ask_aloud(chat, asker, language, [text for text in asked[:-1] if text])
    if given.stream:
        events = _events(answering, given, language, home)
        return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
    answer = await whole_answer(answering)
    return Response(_response(answer, given, home).model_dump_json(), media_type="application/json")


def _conversation(given: ResponseRequest) -> str | None:
    """Raises HTTPException 404 for a response that cannot have been ours."""
    if not given.previous_response_id:
        return None
    known = _ID.fullmatch(given.previous_response_id)
    if known is None:
        raise HTTPException(404)
    return known[1]


async def _events(
    answering: AsyncIterator[Said | Answer], given: ResponseRequest, language: Language, home: str
) -> AsyncIterator[str]:
    # The verdict stands first and is known last: nothing is told before it, so that the text is the same as unstreamed.
    try:
        answer = await whole_answer(answering)
        for number, (name, data) in enumerate(_told(answer, given, home)):
            yield _event(name, data | {"sequence_number": number})
    # The response has begun with status 200, so an error can only be an event.
    except BadQuestion as error:
        yield _failure(problem(language, 422, str(error)))
    except HTTPException as error:
        yield _failure(told(language, error))
    except Exception as error:
        yield _failure(unforeseen(language, error))


def _told(answer: Answer, given: ResponseRequest, home: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of an answer, in order, as OpenAI's clients put them together again."""
    whole = _response(answer, given, home)
    [message] = whole.output
    [text] = message.content
    begun = whole.model_copy(update={"status": "in_progress", "output": (), "usage": None, "answer": None})
    empty = message.model_copy(update={"status": "in_progress", "content": ()})
    place = {"item_id": message.id, "output_index": 0, "content_index": 0}
    return [
        ("response.created", {"response": begun.model_dump(mode="json")}),
        ("response.in_progress", {"response": begun.model_dump(mode="json")}),
        ("response.output_item.added", {"output_index": 0, "item": empty.model_dump(mode="json")}),
        ("response.content_part.added", place | {"part": OutputText(text="").model_dump(mode="json")}),
        *(
            ("response.output_text.delta", place | {"delta": paragraph, "logprobs": []})
            for paragraph in paragraphs(text.text)
        ),
        ("response.output_text.done", place | {"text": text.text, "logprobs": []}),
        ("response.content_part.done", place | {"part": text.model_dump(mode="json")}),
        ("response.output_item.done", {"output_index": 0, "item": message.model_dump(mode="json")}),
        ("response.completed", {"response": whole.model_dump(mode="json")}),
    ]


def _response(answer: Answer, given: ResponseRequest, home: str) -> WholeResponse:
    status: Status = "completed"
    text = OutputText(text=markdown(answer, home))
    return WholeResponse(
        id=f"resp_{answer.conversation_id}_{answer.id}",
        created_at=int(time.time()),
        status=status,
        output=(OutputMessage(id=f"msg_{answer.id}", status=status, content=(text,)),),
        previous_response_id=given.previous_response_id,
        usage=ResponseUsage(),
        answer=ChatAnswer.from_answer(answer),
    )


def _failure(found: Problem) -> str:
    said = {"message": found.detail, "code": None, "param": None, "sequence_number": 0}
    return _event("error", said)


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps({'type': name} | data, ensure_ascii=False)}\n\n"
