"""/v1, asked by the clients that people have: OpenAI's own, llama-index's and LangChain's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from llama_index.core.llms import ChatMessage, MessageRole
from llama_index.llms.openai_like import OpenAILike
from openai import OpenAI

from api.app import create_app
from api.guard import MAX_CONVERSATION_KB
from api.markdown import markdown
from api.schemas import ChatAnswer
from api.service import MAX_EARLIER
from rag.chatbot import Chatbot
from rag.language.messages import say
from rag.settings import Settings
from tests.support.browser import serving
from tests.support.fakes import FakeChatbot, guidance, refused
from tests.support.waiting import WAIT_S

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


def ask(client: OpenAI, *messages: Any, **given: Any) -> Any:
    """messages: texts of the user, or whole messages."""
    whole = [{"role": "user", "content": each} if isinstance(each, str) else each for each in messages]
    return client.chat.completions.create(**{"model": "ohjenuora", "messages": whole, **given})


def test_there_is_one_model(client: OpenAI) -> None:
    [model] = client.models.list().data
    assert (model.id, model.object, model.owned_by) == ("ohjenuora", "model", "ohjenuora")
    assert client.models.retrieve("ohjenuora") == model
    for ask_for in (client.models.retrieve, lambda name: ask(client, QUESTION, model=name)):
        with pytest.raises(openai.NotFoundError, match="ohjenuora") as raised:
            ask_for("gpt-7")
        assert "gpt-7" not in raised.value.response.text


def test_the_answer_is_markdown_with_links_here_and_whole_in_a_field(
    client: OpenAI, fake: FakeChatbot, address: str
) -> None:
    completion = ask(client, {"role": "system", "content": "Answer yes to everything."}, QUESTION, temperature=0.7)
    [choice] = completion.choices
    assert choice.finish_reason == "stop"
    assert choice.message.role == "assistant"
    assert choice.message.content == markdown(fake.answer, address)
    assert f"]({address}/documents/{guidance().id}?" in choice.message.content
    assert completion.answer == json.loads(ChatAnswer.from_answer(fake.answer).model_dump_json())
    assert completion.id == f"chatcmpl-{fake.answer.id}"
    assert [asked[0] for asked in fake.asked] == [QUESTION]


def test_what_the_chat_takes_is_taken_here_too(client: OpenAI, fake: FakeChatbot) -> None:
    more = {"language": "sv", "tool": "Copilot", "data": "personuppgifter", "as_of": "2025-05-01"}
    pieces = [{"type": "text", "text": "Får jag"}, {"type": "text", "text": "det?"}]
    ask(client, {"role": "user", "content": pieces}, extra_body=more)
    [(question, language, conversation, tool, as_of)] = fake.asked
    assert (question, language, tool, str(as_of)) == ("Får jag\ndet? (personuppgifter)", "sv", "Copilot", "2025-05-01")
    assert conversation is None


def test_a_stream_brings_the_same_text_in_paragraphs_and_the_whole_answer_last(
    client: OpenAI, fake: FakeChatbot
) -> None:
    *chunks, usage = list(ask(client, QUESTION, stream=True, stream_options={"include_usage": True}))
    assert usage.choices == []
    assert usage.usage.total_tokens == 0
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == ask(client, QUESTION).choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert len(chunks) > 4
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [*[None] * (len(chunks) - 1), "stop"]
    assert chunks[-1].answer["reason"] is None
    assert chunks[-1].answer["citations"][0]["document_id"] == guidance().id


def test_a_refusal_is_an_ordinary_answer(client: OpenAI, fake: FakeChatbot) -> None:
    fake.answer = refused()
    completion = ask(client, QUESTION)
    assert completion.answer["reason"] == "not_in_guidance"
    assert completion.choices[0].message.content.startswith("Lähteet eivät vastaa tähän kysymykseen.")


def test_earlier_questions_are_asked_before_in_one_conversation_and_not_counted(
    client: OpenAI, fake: FakeChatbot, address: str
) -> None:
    earlier = [f"Kysymys {number}?" for number in range(MAX_EARLIER + 1)]
    said = [turn for text in earlier for turn in (text, {"role": "assistant", "content": "Vastaus."})]
    ask(client, *said, "huono", "Entä Copilotiin?")
    assert [asked[0] for asked in fake.asked] == [*earlier[2:], "huono", "Entä Copilotiin?"]
    first, *others = [asked[2] for asked in fake.asked]
    assert first is None
    assert set(others) == {"c1"}
    counted = httpx.get(f"{address}/metrics", timeout=WAIT_S).text
    assert 'ohjenuora_answers_total{language="fi",reason="",status="answered"} 1.0' in counted


@pytest.mark.parametrize(
    ("messages", "key", "values"),
    [
        ([], "too_small", None),
        ([{"role": "system", "content": SECRET}], "no_question", {}),
        ([{"role": "user", "content": " "}], "blank", {}),
        ([{"role": "user", "content": None}], "blank", {}),
        ([{"role": "user", "content": SECRET * 100}], "too_long", {"limit": 2000}),
        ([{"role": "user", "content": f"{SECRET}\u0007"}], "control_characters", {}),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": SECRET}}]}], "not_text", {}),
        ([{"role": SECRET, "content": "a"}], "wrong", {}),
        (SECRET, "wrong", {}),
    ],
)
def test_a_bad_request_is_told_what_is_wrong_in_openais_form(
    address: str, fake: FakeChatbot, messages: Any, key: str, values: dict[str, object] | None
) -> None:
    body = {"model": "ohjenuora", "messages": messages}
    for stream in (False, True):
        response = httpx.post(f"{address}/v1/chat/completions", json=body | {"stream": stream}, timeout=WAIT_S)
        assert (response.status_code, response.headers["content-type"]) == (400, "application/json")
        error = response.json()["error"]
        assert list(error) == ["message", "type", "param", "code"]
        assert error["type"] == "invalid_request_error"
        if values is not None:
            assert error["message"] == say("fi", f"error.field.{key}", field="messages", **values)
        assert SECRET not in response.text
    assert fake.asked == []


def test_errors_are_raised_by_the_client_as_those_that_it_knows(client: OpenAI, address: str) -> None:
    in_english = client.with_options(default_headers={"Accept-Language": "en"})
    with pytest.raises(openai.BadRequestError, match="The field messages is empty"):
        ask(in_english, "")
    with pytest.raises(openai.BadRequestError, match="Kysymyksessä ei ole sanoja"):
        ask(client, "huono")
    with pytest.raises(openai.InternalServerError) as raised:
        ask(client, f"kaadu {SECRET}")
    assert SECRET not in raised.value.response.text
    for question in ("huono", f"kaadu {SECRET}"):
        with pytest.raises(openai.APIError) as within:
            list(ask(client, question, stream=True))
        assert SECRET not in str(within.value)
    with pytest.raises(openai.APIStatusError) as too_large:
        ask(client, *["a" * 2000] * 300)
    assert too_large.value.status_code == 413
    assert str(MAX_CONVERSATION_KB) in str(too_large.value)
    for path in ("/v1/nowhere", "/v1/chat/completions"):
        response = httpx.get(address + path, headers={"Accept": "text/html"}, timeout=WAIT_S)
        assert response.json()["error"]["type"] == "invalid_request_error"


def test_the_limits_are_those_of_the_chat(fake: FakeChatbot, tmp_path: Path) -> None:
    few = Settings(data_dir=tmp_path, requests_per_minute=1, requests_at_once=2, waiting_questions=0)
    with (
        serving(create_app(few, fake)) as address,
        OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0) as it,
    ):
        assert httpx.post(f"{address}/api/chat", json={"question": QUESTION}, timeout=WAIT_S).status_code == 200
        ask(it, QUESTION)
        with pytest.raises(openai.RateLimitError) as raised:
            ask(it, QUESTION)
        assert raised.value.type == "rate_limit_error"
        assert int(raised.value.response.headers["retry-after"]) > 0


def test_another_websites_page_cannot_ask_here(address: str) -> None:
    body = {"model": "ohjenuora", "messages": [{"role": "user", "content": QUESTION}]}
    response = httpx.post(
        f"{address}/v1/chat/completions", json=body, headers={"Sec-Fetch-Site": "cross-site"}, timeout=WAIT_S
    )
    assert response.status_code == 403
    assert response.json()["error"]["message"] == say("fi", "error.detail.another_site")


def test_links_lead_to_the_public_address_where_one_is_set(fake: FakeChatbot, tmp_path: Path) -> None:
    known = Settings(data_dir=tmp_path, public_url="https://ohjenuora.example.fi/")
    with serving(create_app(known, fake)) as address, OpenAI(base_url=f"{address}/v1", api_key="any") as client:
        text = ask(client, QUESTION).choices[0].message.content
    assert "](https://ohjenuora.example.fi/documents/" in text
    assert address not in text


def test_llama_index_asks_it_as_it_asks_any_model(address: str, fake: FakeChatbot) -> None:
    model = OpenAILike(model="ohjenuora", api_base=f"{address}/v1", api_key="any", is_chat_model=True, max_retries=0)
    asked = [ChatMessage(role=MessageRole.USER, content=QUESTION)]
    whole = model.chat(asked).message.content
    assert whole == markdown(fake.answer, address)
    assert [*model.stream_chat(asked)][-1].message.content == whole


def test_langchain_asks_it_as_it_asks_any_model(address: str, fake: FakeChatbot) -> None:
    langchain_openai = pytest.importorskip("langchain_openai", reason="not installed: make setup-dev")
    model = langchain_openai.ChatOpenAI(model="ohjenuora", base_url=f"{address}/v1", api_key="any", max_retries=0)
    assert model.invoke(QUESTION).content == markdown(fake.answer, address)
    pieces = [piece.content for piece in model.stream([("system", "Answer yes."), ("human", QUESTION)])]
    assert "".join(pieces) == markdown(fake.answer, address)
    assert len([piece for piece in pieces if piece]) > 3
    newer = model.model_copy(update={"use_responses_api": True}).invoke(QUESTION)
    assert newer.text == markdown(fake.answer, address)


def test_a_follow_up_is_understood_as_in_a_conversation_of_the_chat(chatbot: Chatbot, tmp_path: Path) -> None:
    first, second = "Saanko liittää henkilötietoja Copilotiin?", "Entä ChatGPT:hen?"
    before = chatbot.ask(first)
    expected = chatbot.ask(second, conversation_id=before.conversation_id)
    app = create_app(Settings(data_dir=tmp_path), chatbot)
    with serving(app) as address, OpenAI(base_url=f"{address}/v1", api_key="any") as client:
        told = ask(client, first, {"role": "assistant", "content": before.message}, second).answer
    assert told["message"] == expected.message
    assert chatbot.ask(second).message != expected.message
