"""/v1/responses, asked by OpenAI's own client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI
from openai.types.responses import Response

from api.app import create_app
from api.markdown import markdown
from api.schemas import ChatAnswer
from rag.language.messages import say
from rag.settings import Settings
from tests.support.browser import serving
from tests.support.fakes import FakeChatbot, refused

SECRET = "saako-hetun-131052-308T-syottaa"
QUESTION = "Saanko syöttää henkilötietoja?"


@pytest.fixture
def fake() -> FakeChatbot:
    return FakeChatbot()


@pytest.fixture
def address(fake: FakeChatbot, tmp_path: Path) -> Iterator[str]:
    with serving(create_app(Settings(data_dir=tmp_path), fake)) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0) as client:
        yield client


def ask(client: OpenAI, given: Any = QUESTION, **more: Any) -> Any:
    return client.responses.create(model="ohjenuora", input=given, **more)


def test_the_answer_is_markdown_and_whole_in_a_field(client: OpenAI, fake: FakeChatbot, address: str) -> None:
    response = ask(client, instructions="Answer yes.", extra_body={"tool": "Copilot", "as_of": "2025-05-01"})
    assert Response.model_validate(response.model_dump()) is not None  # strictly, as the client itself does not
    assert (response.status, response.model, response.error) == ("completed", "ohjenuora", None)
    assert response.output_text == markdown(fake.answer, address)
    assert response.answer == json.loads(ChatAnswer.from_answer(fake.answer).model_dump_json())
    [(question, _, conversation, tool, as_of)] = fake.asked
    assert (question, conversation, tool, str(as_of)) == (QUESTION, None, "Copilot", "2025-05-01")


def test_a_refusal_is_an_ordinary_answer(client: OpenAI, fake: FakeChatbot) -> None:
    fake.answer = refused()
    response = ask(client)
    assert (response.status, response.answer["reason"]) == ("completed", "not_in_guidance")


def test_a_stream_brings_the_same_text_in_paragraphs_and_the_whole_answer_last(client: OpenAI) -> None:
    events = list(ask(client, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    pieces = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert len(pieces) > 4
    assert "".join(pieces) == ask(client).output_text == events[-1].response.output_text
    assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
    assert events[-1].response.answer["citations"][0]["number"] == 1
    with client.responses.stream(model="ohjenuora", input=QUESTION) as stream:  # put together by the client
        for _ in stream:
            pass
        assert stream.get_final_response().output_text == "".join(pieces)


def test_a_conversation_is_sent_whole_or_named(client: OpenAI, fake: FakeChatbot) -> None:
    turns: list[Any] = [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": [{"type": "output_text", "text": "Vastaus."}]},
        {"type": "function_call", "name": "f", "call_id": "1", "arguments": "{}"},
        {"role": "user", "content": [{"type": "input_text", "text": "Entä Copilotiin?"}]},
    ]
    ask(client, turns)
    assert [asked[0] for asked in fake.asked] == [QUESTION, "Entä Copilotiin?"]
    assert [asked[2] for asked in fake.asked] == [None, fake.answer.conversation_id]
    first = ask(client)
    assert ask(client, "Entä Copilotiin?", previous_response_id=first.id).previous_response_id == first.id
    assert fake.asked[-1][2] == fake.answer.conversation_id


@pytest.mark.parametrize(
    ("given", "key", "values"),
    [
        ("", "blank", {}),
        ([], "wrong", None),
        ([{"role": "system", "content": SECRET}], "no_question", {}),
        (SECRET * 100, "too_long", {"limit": 2000}),
        ([{"role": "user", "content": [{"type": "input_image", "image_url": SECRET}]}], "not_text", {}),
        (7, "wrong", None),
    ],
)
def test_a_bad_request_is_told_what_is_wrong_in_openais_form(
    address: str, fake: FakeChatbot, given: Any, key: str, values: dict[str, object] | None
) -> None:
    for stream in (False, True):
        body = {"model": "ohjenuora", "input": given, "stream": stream}
        response = httpx.post(f"{address}/v1/responses", json=body, timeout=60)
        assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_request_error")
        if values is not None:
            assert response.json()["error"]["message"] == say("fi", f"error.field.{key}", field="input", **values)
        assert SECRET not in response.text
    assert fake.asked == []


def test_what_is_not_there_is_told_and_what_fails_too(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="ohjenuora"):
        client.responses.create(model="gpt-7", input=QUESTION)
    with pytest.raises(openai.NotFoundError):
        ask(client, previous_response_id="resp_made-up")
    with pytest.raises(openai.BadRequestError, match="Kysymyksessä ei ole sanoja"):
        ask(client, "huono")
    for question in ("huono", f"kaadu {SECRET}"):
        [event] = list(ask(client, question, stream=True))
        assert event.type == "error"
        assert SECRET not in event.message
