"""One question asked through all doors gives the same answer: the same words, the same places."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client
from mcp_types import TextContent
from openai import OpenAI

import rag
from api.app import create_app
from api.markdown import markdown
from api.mcp_server import mcp_server
from api.schemas import ChatAnswer
from api.service import Service
from api.teams_activity import PATH as TEAMS
from api.teams_card import verdict_words
from rag.asking import INTERNAL
from rag.chatbot import Chatbot
from rag.cli import main
from rag.llamaindex import OhjenuoraQueryEngine
from rag.settings import Settings
from rag.types import Answer, Condition, Part, conditions_of
from tests.support.browser import serving
from tests.support.microsoft import TENANT, Microsoft, microsoft
from tests.support.waiting import WAIT_S

INTRANET = "https://intra.example.fi"
# Conversations: the last question of each is the one whose answers are compared.
QUESTIONS = [
    ("Saanko liittää henkilötietoja Copilotiin?",),
    ("Vad är mandatperioden för AuroraAI-programmet?",),
    ("What will the weather in Helsinki be like tomorrow?",),
    ("Paljonko Copilot-lisenssi maksaa ja montako organisaatiota vastasi kyselyyn?",),  # the one refused, the other not
    ("Saako asiakkaan 131052-308T tiedot syöttää Copilotiin?",),  # a notice tells what was removed
]
FOLLOW_UPS = [
    ("Saanko liittää henkilötietoja tähän työkaluun?", "Entä Copilotiin?"),
    ("Saako henkilötietoja syöttää Copilotiin?", "Entä julkinen tieto?"),  # refused, asked by itself it is not so
]


@dataclass(frozen=True)
class Street:
    """Where the doors are: the service's address, its chatbot, the stand-in of Microsoft, the service's folder."""

    address: str
    chatbot: Chatbot
    microsoft: Microsoft
    folder: Path


@pytest.fixture(scope="module")
def street(chatbot: Chatbot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with microsoft() as stand_in:
        settings = stand_in.settings(data_dir=tmp_path_factory.mktemp("doors"), embed_origins=INTRANET)
        with serving(create_app(settings, chatbot)) as address:
            yield Street(address, chatbot, stand_in, settings.data_dir)


Door = Callable[[Street, Sequence[str]], Any]


def by_chat(street: Street, questions: Sequence[str], **headers: str) -> Any:
    def ask(question: str, before: Any) -> Any:
        given = {"question": question, "conversation_id": before and before["conversation_id"]}
        response = httpx.post(f"{street.address}/api/chat", json=given, headers=headers, timeout=WAIT_S)
        assert response.headers.get("access-control-allow-origin") == headers.get("Origin")
        if "Accept" not in headers:
            return response.json()
        *_, last = response.text.strip().split("\n\n")
        return json.loads(last.removeprefix("event: answer\ndata: "))

    return talk(ask, questions)


def by_events(street: Street, questions: Sequence[str]) -> Any:
    return by_chat(street, questions, Accept="text/event-stream")


def by_another_website(street: Street, questions: Sequence[str]) -> Any:
    return by_chat(street, questions, Origin=INTRANET)


def by_completions(street: Street, questions: Sequence[str]) -> Any:
    with OpenAI(base_url=f"{street.address}/v1", api_key="any") as client:
        completion = client.chat.completions.create(model="ohjenuora", messages=as_messages(questions))
        return as_shown(street.address, completion.answer, completion.choices[0].message.content)  # type: ignore[attr-defined]


def by_streamed_completions(street: Street, questions: Sequence[str]) -> Any:
    with OpenAI(base_url=f"{street.address}/v1", api_key="any") as client:
        chunks = list(client.chat.completions.create(model="ohjenuora", messages=as_messages(questions), stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    return as_shown(street.address, chunks[-1].answer, text)  # type: ignore[attr-defined]


def by_responses(street: Street, questions: Sequence[str]) -> Any:
    with OpenAI(base_url=f"{street.address}/v1", api_key="any") as client:
        given = as_messages(questions)
        response = client.responses.create(model="ohjenuora", input=given)
    return as_shown(street.address, response.answer, response.output_text)  # type: ignore[attr-defined]


def by_streamed_responses(street: Street, questions: Sequence[str]) -> Any:
    def ask(question: str, before: Any) -> Any:
        given = {"previous_response_id": before.id} if before else {}
        *_, last = client.responses.create(model="ohjenuora", input=question, stream=True, **given)
        return last.response

    with OpenAI(base_url=f"{street.address}/v1", api_key="any") as client:
        response = talk(ask, questions)
    return as_shown(street.address, response.answer, response.output_text)


def by_mcp(street: Street, questions: Sequence[str]) -> Any:
    return asyncio.run(called(f"{street.address}/mcp", street.address, questions))


def by_local_mcp(street: Street, questions: Sequence[str]) -> Any:
    """As `ohjenuora mcp` answers, without the pipes and the process around it (tests/test_mcp.py has them)."""
    service = Service(Settings(data_dir=street.folder, public_url=street.address), street.chatbot)
    return asyncio.run(called(mcp_server(service), street.address, questions))


async def called(server: Any, home: str, questions: Sequence[str]) -> Any:
    answer: Any = None
    async with Client(server) as client:
        for question in questions:
            goes_on = {"conversation_id": answer["conversation_id"]} if answer else {}
            result = await client.call_tool("ask", {"question": question, **goes_on})
            [content] = result.content
            assert isinstance(content, TextContent)
            answer = as_shown(home, result.structured_content, content.text)
    return answer


def by_python(street: Street, questions: Sequence[str]) -> Any:
    assert isinstance(street.chatbot, rag.Chatbot)
    return asdict(talk(lambda question, before: _asked(street.chatbot, question, before), questions))


def by_llama_index(street: Street, questions: Sequence[str]) -> Any:
    [question] = questions
    response = OhjenuoraQueryEngine(chatbot=street.chatbot).query(question)
    metadata: Any = response.metadata
    assert str(response) == metadata["message"]
    return metadata


def talk(ask: Callable[[str, Any], Any], questions: Sequence[str]) -> Any:
    """The last answer of a conversation. ask: takes a question, and the answer before it or None."""
    answer: Any = None
    for question in questions:
        answer = ask(question, answer)
    return answer


def _asked(chatbot: Chatbot, question: str, before: Answer | None) -> Answer:
    return chatbot.ask(question, conversation_id=before.conversation_id if before else None)


def as_messages(questions: Sequence[str]) -> Any:
    """A conversation as programs keep it; what the other side said is not read."""
    *earlier, last = ({"role": "user", "content": each} for each in questions)
    said = {"role": "assistant", "content": "Kyllä."}
    return [message for each in earlier for message in (each, said)] + [last]


def as_shown(home: str, answer: Any, text: str | None) -> Any:
    """The answer, whose text is its own."""
    whole: Any = ChatAnswer.model_validate(answer)
    assert text == markdown(whole, home)
    return answer


OF_ONE_QUESTION: list[Door] = [by_llama_index]
OF_CONVERSATIONS: list[Door] = [
    *(by_chat, by_events, by_another_website),
    *(by_completions, by_streamed_completions, by_responses, by_streamed_responses),
    *(by_mcp, by_local_mcp, by_python),
]


@pytest.mark.parametrize("questions", QUESTIONS, ids=lambda questions: questions[-1])
@pytest.mark.parametrize("door", [*OF_CONVERSATIONS, *OF_ONE_QUESTION])
def test_the_answer_is_the_same_through_every_door(street: Street, door: Door, questions: Sequence[str]) -> None:
    assert said(door(street, questions)) == said(by_python(street, questions))


@pytest.mark.parametrize("questions", FOLLOW_UPS, ids=lambda questions: questions[-1])
@pytest.mark.parametrize("door", OF_CONVERSATIONS)
def test_a_follow_up_is_answered_the_same(street: Street, door: Door, questions: Sequence[str]) -> None:
    expected = said(by_python(street, questions))
    assert said(door(street, questions)) == expected
    assert said(by_python(street, questions[-1:])) != expected  # it leans on what was asked before


def test_there_is_an_answer_of_each_kind_to_compare(street: Street) -> None:
    answers = [by_python(street, questions) for questions in (*QUESTIONS, *FOLLOW_UPS)]
    for name in ("statements", "citations", "notices", "parts", "verdict", "reason", "follow_ups"):
        assert any(answer[name] for answer in answers), name


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
    for questions in QUESTIONS:
        assert main(["ask", *questions, *given, *([street.address] if "--url" in given else [])]) == 0
        assert said(json.loads(capsys.readouterr().out)) == said(by_python(street, questions))


@pytest.mark.parametrize("questions", [*QUESTIONS, *FOLLOW_UPS], ids=lambda questions: questions[-1])
def test_the_answer_is_the_same_in_teams(street: Street, questions: Sequence[str]) -> None:
    headers = {"Authorization": f"Bearer {street.microsoft.token()}"}
    conversation = {"conversationType": "personal", "id": f"a:{uuid.uuid4().hex}", "tenantId": TENANT}
    for question in questions:
        activity = street.microsoft.activity(text=question, conversation=conversation)
        assert httpx.post(f"{street.address}{TEAMS}", json=activity, headers=headers, timeout=WAIT_S).status_code == 200
        assert street.microsoft.next_reply()[1]["type"] == "typing"
        content = street.microsoft.next_reply()[1]["attachments"][0]["content"]
    texts = [run["text"] for run in _runs(content["body"])]
    answer: Answer = talk(lambda question, before: _asked(street.chatbot, question, before), questions)
    assert content["fallbackText"] == answer.message
    told = answer.parts or [answer]
    verdicts = {verdict_words(each.verdict, _conditions(answer, each), answer.language) for each in told}
    assert verdicts - {""} <= set(texts)
    wanted = [
        text for each in told for text in (_statements(answer, each) if each.status == "answered" else [each.message])
    ]
    assert [text for text in texts if text in wanted] == wanted
    if answer.status == "answered":  # a refusal's message has them
        assert {each.text for each in answer.notices} <= set(texts)
    quoted = "\n".join(texts)
    assert all(each.quote in quoted for each in (*answer.citations, *answer.see_also))


def said(answer: Any) -> Any:
    """All that an answer tells its reader, as JSON has it."""
    own = {"id", "conversation_id", "timings_ms"} | INTERNAL
    return json.loads(json.dumps({name: value for name, value in answer.items() if name not in own}))


def _conditions(answer: Answer, told: Answer | Part) -> Sequence[Condition]:
    return conditions_of(answer, told) if isinstance(told, Part) else told.conditions


def _statements(answer: Answer, told: Answer | Part) -> list[str]:
    of = [answer.statements[at] for at in told.statements] if isinstance(told, Part) else told.statements
    return [each.text for each in of]


def _runs(elements: list[Any]) -> Iterator[Any]:
    for element in elements:
        yield from element.get("inlines", ())
        yield from _runs(element.get("items", []))
