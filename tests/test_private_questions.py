"""What a person types stays theirs: nothing of an identifier is left anywhere, whatever way the question came."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import SecretStr

from api.app import create_app
from api.openai_form import MODEL
from api.teams_activity import PATH as TEAMS
from eval.privacy import Made, make_questions
from rag.answering.language_model import LanguageModel
from rag.answering.writer import Writer
from rag.chatbot import Chatbot
from rag.settings import Settings
from tests.support.microsoft import microsoft
from tests.support.model_server import Script, scripted
from tests.test_language_model import TRUE

HETU = "131052-308T"
ASKED = f"Saako asiakkaan {HETU} tiedot syöttää Copilotiin?"


def test_the_question_is_answered_all_the_same_and_the_person_is_told(chatbot: Chatbot) -> None:
    answer = chatbot.ask(ASKED)
    assert answer.verdict == "only_if_approved"
    notice = next(each for each in answer.notices if each.code == "personal_data_removed")
    assert "henkilötunnus" in notice.text
    assert notice.text in answer.message
    assert HETU not in repr(answer)


def test_asking_about_personal_data_is_no_personal_data(chatbot: Chatbot) -> None:
    answer = chatbot.ask("saaks hetun laittaa copilottiin?")
    assert "personal_data_removed" not in {each.code for each in answer.notices}


def test_a_follow_up_knows_nothing_of_what_was_removed(chatbot: Chatbot) -> None:
    first = chatbot.ask(ASKED, conversation_id="private")
    again = chatbot.ask("Entä ChatGPT:hen?", conversation_id="private")
    assert first.verdict == again.verdict == "only_if_approved"
    assert HETU not in repr(vars(chatbot._conversations))


def test_a_language_model_never_gets_it(chatbot: Chatbot) -> None:
    script = Script(text=TRUE)
    with scripted(script) as url:
        model = LanguageModel(url, "m", SecretStr(""), 4096, 100, 3.0, 6.0)
        worded = chatbot.worded_by(Writer(model, chatbot.opened.lexicon))
        worded.ask(ASKED, conversation_id="model")
        worded.ask(f"Entä asiakkaan {HETU} palkka?", conversation_id="model")
        model.close()
    assert script.seen
    assert HETU not in script.asked()
    assert "308T" not in script.asked()


@pytest.fixture(scope="module")
def made() -> list[Made]:
    """Two hundred questions with identifiers; names stand in sources and dictionaries, too: their bytes tell little."""
    return [each for each in make_questions(400) if each.kind != "name"][:200]


def completed(client: TestClient, *questions: str, **more: Any) -> Response:
    messages = [{"role": "user", "content": each} for each in questions]
    return client.post("/v1/chat/completions", json={"model": MODEL, "messages": messages, **more})


def responded(client: TestClient, text: str, **more: Any) -> Response:
    return client.post("/v1/responses", json={"model": MODEL, "input": text, **more})


def called(client: TestClient, tool: str, **arguments: str) -> Response:
    said = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    reply = client.post("/mcp", json=said, headers={"Accept": "application/json, text/event-stream"})
    assert '"structuredContent":' in reply.text
    return reply


# Each door that a question comes in by.
WAYS: dict[str, Callable[[TestClient, str], Response]] = {
    "chat": lambda client, text: client.post("/api/chat", json={"question": text, "conversation_id": "c1"}),
    "chat, streamed": lambda client, text: client.post(
        "/api/chat", json={"question": text}, headers={"Accept": "text/event-stream"}
    ),
    "page": lambda client, text: client.get("/", params={"q": text}),
    "page, without a script": lambda client, text: client.post("/", data={"question": text}),
    "search": lambda client, text: client.get("/api/search", params={"q": text}),
    "completions": completed,
    "completions, streamed": lambda client, text: completed(client, text, stream=True),
    "completions, asked before": lambda client, text: completed(client, text, "Entä Copilotiin?"),
    "responses": responded,
    "responses, streamed": lambda client, text: responded(client, text, stream=True),
    "mcp ask": lambda client, text: called(client, "ask", question=text),
    "mcp search": lambda client, text: called(client, "search", query=text),
}


def test_after_two_hundred_questions_by_every_way_nothing_of_them_is_left(
    settings: Settings,
    chatbot: Chatbot,
    made: list[Made],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    started = time.time() - 1

    def by_teams(client: TestClient, text: str) -> Response:
        activity = stand_in.activity(text=text)
        return client.post(TEAMS, json=activity, headers={"Authorization": f"Bearer {stand_in.token()}"})

    with caplog.at_level(logging.DEBUG), microsoft() as stand_in:
        bot = {name: value for name, value in stand_in.settings() if name.startswith("teams_")}
        with TestClient(create_app(settings.model_copy(update=bot), chatbot)) as client:
            ways = [*WAYS.values(), by_teams]
            for number, each in enumerate(made):
                reply = ways[number % len(ways)](client, each.text)
                assert reply.status_code == 200
            metrics = client.get("/metrics").text
        replies = 0
        while stand_in.has_more():
            _, sent = stand_in.next_reply()
            replies += sent["type"] == "message"
            assert [each.text for each in made if each.text[each.span.start : each.span.end] in repr(sent)] == []
    assert replies == len(made) // len(ways)
    written = capfd.readouterr()
    told = caplog.text + metrics + written.out + written.err
    stored = b"".join(
        file.read_bytes() for file in settings.data_dir.rglob("*") if file.is_file() and file.stat().st_mtime >= started
    )
    values = {each.text[each.span.start : each.span.end] for each in made}
    assert len(values) > 150
    # The test client's own log has the address that it asked for; the service's has none.
    told = "\n".join(line for line in told.splitlines() if "httpx" not in line)
    assert [value for value in values if value in told] == []
    assert [value for value in values if value.encode() in stored] == []


def test_a_kept_question_of_a_conversation_is_the_one_without_personal_data(chatbot: Chatbot, tmp_path: Path) -> None:
    chatbot.ask(ASKED, conversation_id="kept")
    _, turn = chatbot._conversations.begun("kept", chatbot._access)
    assert turn is not None
    assert "[henkilötunnus]" in turn.question
