"""One question asked through all doors gives the same answer: the same words, the same places."""

from __future__ import annotations

import asyncio
import csv
import json
import re
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai_like import OpenAILike
from mcp import Client, StdioServerParameters
from mcp_types import TextContent
from openai import OpenAI
from playwright.sync_api import Browser, expect

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
from rag.language.messages import say
from rag.llamaindex import OhjenuoraQueryEngine
from rag.settings import Settings
from rag.types import Answer, Condition, Part, conditions_of
from tests.support.browser import CHROMIUM, opened, serving
from tests.support.microsoft import TENANT, Microsoft, microsoft
from tests.support.waiting import WAIT_S
from tests.test_embed import website

ROOT = Path(__file__).parent.parent
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
    """Where the doors are: the service's address, its chatbot, the stand-in of Microsoft, the service's folder,
    a website whose pages show the chat."""

    address: str
    chatbot: Chatbot
    microsoft: Microsoft
    folder: Path
    website: str


@pytest.fixture(scope="module")
def street(chatbot: Chatbot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with microsoft() as stand_in, serving(website()) as site:
        origins = f"{INTRANET},{site}"
        settings = stand_in.settings(data_dir=tmp_path_factory.mktemp("doors"), embed_origins=origins)
        with serving(create_app(settings, chatbot)) as address:
            yield Street(address, chatbot, stand_in, settings.data_dir, site)


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


def by_openai_like(street: Street, questions: Sequence[str]) -> Any:
    """Llama-index's own client of OpenAI's interface."""
    api_base = f"{street.address}/v1"
    model = OpenAILike(model="ohjenuora", api_base=api_base, api_key="any", is_chat_model=True, max_retries=0)
    told = model.chat([ChatMessage(role=each["role"], content=each["content"]) for each in as_messages(questions)])
    completion: Any = told.raw
    return as_shown(street.address, completion.answer, told.message.content)


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
    *(by_completions, by_streamed_completions, by_responses, by_streamed_responses, by_openai_like),
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


@pytest.mark.parametrize("form", ["jsonl", "csv"])
@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "a running service"])
def test_the_answers_to_many_questions_are_the_same(
    street: Street,
    form: str,
    elsewhere: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Chatbot, "open", staticmethod(lambda _: street.chatbot))
    asked = [question for (question,) in QUESTIONS]
    with (tmp_path / f"asked.{form}").open("w", encoding="utf-8", newline="") as file:
        if form == "csv":
            csv.writer(file).writerows([["question"], *([question] for question in asked)])
        else:
            file.writelines(json.dumps({"question": question}) + "\n" for question in asked)
    assert main(["ask", "--file", f"asked.{form}", *(["--url", street.address] if elsewhere else [])]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [said(line["answer"]) for line in lines] == [said(by_python(street, each)) for each in QUESTIONS]


def test_the_answer_is_the_same_over_pipes(street: Street, settings: Settings) -> None:
    """From a process of its own, as an assistant starts it."""
    home = "https://ohjenuora.example.fi"
    own = settings.model_copy(update={"public_url": home})
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "rag.cli", "mcp"],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", **own.environment()},
        cwd=str(ROOT),
    )
    questions = FOLLOW_UPS[0]
    assert said(asyncio.run(called(command, home, questions))) == said(by_python(street, questions))


# Where the pages of the browser show what is said, quoted and linked.
PAGE = (".statement > :is(q, span), .message", ".citations blockquote", ".citations .title a")
_OWN = "p:not([class])"
ELEMENT = (
    f"[part=answer] > {_OWN} > :is(q, span), [part=answer] > {_OWN}:not(:has(*))",
    "[part=sources] blockquote",
    "[part=sources] a",
)


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium (apt-get install chromium)")
@pytest.mark.parametrize("door", ["page", "element", "frame"])
def test_the_answer_is_the_same_in_a_browser(street: Street, browser: Browser, door: str) -> None:
    site = street.website
    with opened(browser, site, also=(street.address,)) as context:
        page = context.new_page()
        for (question,) in QUESTIONS:
            if door == "page":
                page.goto(f"{street.address}/?{urlencode({'q': question})}")
            else:
                page.goto(f"{site}/{door}?service={street.address}")
            shown: Any = page.frame_locator("iframe") if door == "frame" else page
            if door != "page":
                shown.get_by_label(say("fi", "page.question"), exact=True).fill(question)
                shown.get_by_role("button", name=say("fi", "page.ask"), exact=True).click()
            statements, quotes, links = PAGE if door == "page" else ELEMENT
            if door == "page":  # the answer comes with the page
                expect(shown.locator(statements).first).to_be_visible()
            else:
                expect(shown.get_by_role("status").first).to_contain_text(say("fi", "page.answer.ready"))
            expected: Answer = street.chatbot.ask(question)
            told = expected.parts or [expected]
            verdicts = [verdict_words(each.verdict, _conditions(expected, each), "fi") for each in told]
            assert [each.strip() for each in shown.locator(".verdict").all_text_contents()] == list(
                filter(None, verdicts)
            )
            wanted = [
                text
                for each in told
                for text in (_statements(expected, each) if each.status == "answered" else [each.message])
            ]
            assert shown.locator(statements).all_text_contents() == wanted
            sources = (*expected.citations, *expected.see_also)
            assert shown.locator(quotes).all_text_contents() == [each.quote for each in sources]
            places = [each.get_attribute("href") for each in shown.locator(links).all()]
            assert [(urlsplit(each).path, parse_qs(urlsplit(each).query)["c"]) for each in places] == [
                (f"/documents/{each.document_id}", [f"{each.start}-{each.end}"]) for each in sources
            ]


# The rows of "where you are × how you connect" in the README, and by what each is asked here.
ROWS: dict[str, list[Any]] = {
    "a browser": [by_chat, by_events, test_the_answer_is_the_same_in_a_browser],
    "an intranet page": [by_another_website, test_the_answer_is_the_same_in_a_browser],
    "Microsoft Teams": ["test_the_answer_is_the_same_in_teams"],
    "a chat window for language models": [
        *(by_completions, by_streamed_completions, by_responses, by_streamed_responses, by_openai_like)
    ],
    "an assistant": [by_mcp, by_local_mcp, test_the_answer_is_the_same_over_pipes],
    "a shell or a script": [
        test_the_answer_is_the_same_on_the_command_line,
        test_the_answers_to_many_questions_are_the_same,
    ],
    "a Python program or a notebook": [by_python],
    "a pipeline or an agent of llama-index": [by_llama_index],
    "any other program": [by_chat],
}
# The guide parts some of them: how its rows begin.
OF_THE_GUIDE = {
    "the service's own page": "a browser",
    "a chat window that can be given": "a chat window for language models",
    "a program that uses the `openai`": "a chat window for language models",
    "an assistant that speaks": "an assistant",
    "an intranet page": "an intranet page",
    "a shell, a script": "a shell or a script",
    "a Python program": "a Python program or a notebook",
    "a feed reader": None,  # it asks nothing
}


def test_the_tables_of_readme_and_guide_name_the_doors_that_are_asked_through() -> None:
    readme = _rows((ROOT / "README.md").read_text(encoding="utf-8"))
    guide = _rows((ROOT / "docs" / "integrations.md").read_text(encoding="utf-8"))
    assert [next((name for name in ROWS if row.startswith(name)), row) for row in readme] == list(ROWS)
    named = {
        next((row for begins, row in OF_THE_GUIDE.items() if each.startswith(begins)), _first(each)) for each in guide
    }
    assert named - {None} == ROWS.keys()
    asked = [door for doors in ROWS.values() for door in doors]
    assert {door for door in asked if door in OF_CONVERSATIONS + OF_ONE_QUESTION} == {
        *OF_CONVERSATIONS,
        *OF_ONE_QUESTION,
    }
    tests = {name for name in globals() if name.startswith("test_the_answer")}
    by_themselves = {door if isinstance(door, str) else door.__name__ for door in asked}
    assert tests - by_themselves == {"test_the_answer_is_the_same_through_every_door"}


def _rows(text: str) -> list[str]:
    """The first cells of the table on where somebody is."""
    _, _, rest = text.partition("| where you are |")
    return re.findall(r"^\| ([^|-][^|]*?) \|", rest.partition("\n\n")[0].partition("\n")[2], re.MULTILINE)


def _first(row: str) -> str | None:
    return next((name for name in ROWS if row.startswith(name)), row)


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
