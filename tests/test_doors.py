"""One question asked through all doors gives the same answer: the same words, the same places."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client
from openai import OpenAI

import rag
from api.app import create_app
from api.teams_activity import PATH as TEAMS
from api.teams_card import verdict_words
from rag.chatbot import Chatbot
from rag.cli import main
from rag.llamaindex import OhjenuoraQueryEngine
from rag.types import Answer
from tests.support.browser import serving
from tests.support.microsoft import Microsoft, microsoft
from tests.support.waiting import WAIT_S

INTRANET = "https://intra.example.fi"
QUESTIONS = [
    "Saanko liittää henkilötietoja Copilotiin?",
    "Vad är mandatperioden för AuroraAI-programmet?",
    "What will the weather in Helsinki be like tomorrow?",
]


@dataclass(frozen=True)
class Street:
    """Where the doors are: the service's address, its chatbot, the stand-in of Microsoft."""

    address: str
    chatbot: Chatbot
    microsoft: Microsoft


@pytest.fixture(scope="module")
def street(chatbot: Chatbot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with microsoft() as stand_in:
        settings = stand_in.settings(data_dir=tmp_path_factory.mktemp("doors"), embed_origins=INTRANET)
        with serving(create_app(settings, chatbot)) as address:
            yield Street(address, chatbot, stand_in)


def by_chat(street: Street, question: str) -> Any:
    return httpx.post(f"{street.address}/api/chat", json={"question": question}, timeout=WAIT_S).json()


def by_events(street: Street, question: str) -> Any:
    accept = {"Accept": "text/event-stream"}
    body = httpx.post(f"{street.address}/api/chat", json={"question": question}, headers=accept, timeout=WAIT_S).text
    *_, last = body.strip().split("\n\n")
    return json.loads(last.removeprefix("event: answer\ndata: "))


def by_another_website(street: Street, question: str) -> Any:
    origin = {"Origin": INTRANET}
    response = httpx.post(f"{street.address}/api/chat", json={"question": question}, headers=origin, timeout=WAIT_S)
    assert response.headers["access-control-allow-origin"] == INTRANET
    return response.json()


def by_completions(street: Street, question: str) -> Any:
    with OpenAI(base_url=f"{street.address}/v1", api_key="any") as client:
        asked: Any = [{"role": "user", "content": question}]
        return client.chat.completions.create(model="ohjenuora", messages=asked).model_extra["answer"]  # type: ignore[index]


def by_responses(street: Street, question: str) -> Any:
    with OpenAI(base_url=f"{street.address}/v1", api_key="any") as client:
        return client.responses.create(model="ohjenuora", input=question).model_extra["answer"]  # type: ignore[index]


def by_mcp(street: Street, question: str) -> Any:
    async def asked() -> Any:
        async with Client(f"{street.address}/mcp") as client:
            return (await client.call_tool("ask", {"question": question})).structured_content

    return asyncio.run(asked())


def by_python(street: Street, question: str) -> Any:
    assert isinstance(street.chatbot, rag.Chatbot)
    return asdict(street.chatbot.ask(question))


def by_llama_index(street: Street, question: str) -> Any:
    response = OhjenuoraQueryEngine(chatbot=street.chatbot).query(question)
    metadata: Any = response.metadata
    assert str(response) == metadata["message"]
    return metadata


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "door",
    [by_chat, by_events, by_another_website, by_completions, by_responses, by_mcp, by_python, by_llama_index],
)
def test_the_answer_is_the_same_through_every_door(
    street: Street, door: Callable[[Street, str], Any], question: str
) -> None:
    assert said(door(street, question)) == said(asdict(street.chatbot.ask(question)))


@pytest.mark.parametrize("given", [["--json"], ["--json", "--url"]], ids=["here", "a running service"])
def test_the_answer_is_the_same_on_the_command_line(
    street: Street,
    given: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Chatbot, "open", staticmethod(lambda _: street.chatbot))
    for question in QUESTIONS:
        assert main(["ask", question, *given, *([street.address] if "--url" in given else [])]) == 0
        assert said(json.loads(capsys.readouterr().out)) == said(asdict(street.chatbot.ask(question)))


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_the_same_in_teams(street: Street, question: str) -> None:
    headers = {"Authorization": f"Bearer {street.microsoft.token()}"}
    activity = street.microsoft.activity(text=question)
    assert httpx.post(f"{street.address}{TEAMS}", json=activity, headers=headers, timeout=WAIT_S).status_code == 200
    assert street.microsoft.next_reply()[1]["type"] == "typing"
    content = street.microsoft.next_reply()[1]["attachments"][0]["content"]
    texts = [run["text"] for run in _runs(content["body"])]
    answer: Answer = street.chatbot.ask(question)
    assert content["fallbackText"] == answer.message
    assert {verdict_words(answer.verdict, answer.conditions, answer.language)} - {""} <= set(texts)
    wanted = [each.text for each in answer.statements] or [answer.message]
    assert [text for text in texts if text in wanted] == wanted
    quoted = "\n".join(texts)
    assert all(each.quote in quoted for each in (*answer.citations, *answer.see_also))


def said(answer: Any) -> Any:
    """What an answer says and where it has it from, as JSON has it."""
    names = ("language", "status", "reason", "verdict", "message", "statements", "citations", "see_also", "conditions")
    return json.loads(json.dumps({name: answer[name] for name in names}))


def _runs(elements: list[Any]) -> Iterator[Any]:
    for element in elements:
        yield from element.get("inlines", ())
        yield from _runs(element.get("items", []))
