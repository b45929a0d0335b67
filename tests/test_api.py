"""The service asked over HTTP, with a chatbot that answers from memory."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.negotiation import language_of, prefers_html, wants_events
from api.schemas import ChatAnswer
from rag.chatbot import Chatbot
from rag.language.messages import messages, say
from rag.settings import Settings
from rag.types import LANGUAGES, Condition, Language, Span
from tests.support.browser import serving
from tests.support.fakes import HOSTILE, RULE, FakeChatbot, cited_cell, decision, guidance, hostile, parted, refused
from tests.support.waiting import WAIT_S

SECRET = "saako-hetun-131052-308T-syottaa"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def chatbot() -> FakeChatbot:
    return FakeChatbot()


@pytest.fixture
def client(chatbot: FakeChatbot, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=tmp_path), chatbot)) as client:
        yield client


class _Elements(HTMLParser):
    """The start tags of a page, and the words of each element that says where they begin."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.placed: dict[int, str] = {}
        self.marked = ""
        self._open: list[tuple[str, int | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag not in ("meta", "link", "input", "hr"):
            start = attributes.get("data-start")
            self._open.append((tag, int(start) if start else None))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        starts = [start for _, start in self._open if start is not None]
        if starts:
            self.placed[starts[-1]] = self.placed.get(starts[-1], "") + data
        if self._open and self._open[-1][0] == "mark":
            self.marked += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def ask(client: TestClient, **headers: str) -> Any:
    return client.post("/api/chat", json={"question": "Saanko?"}, headers=headers)


# POST /api/chat


def test_an_answer_has_the_fields_of_the_contract(client: TestClient, chatbot: FakeChatbot) -> None:
    response = client.post("/api/chat", json={"question": "Saanko?", "tool": "Copilot", "as_of": "2025-05-01"})
    body = response.json()
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert list(body) == [
        *("id", "conversation_id", "language", "status", "reason", "verdict", "message", "statements", "citations"),
        *("see_also", "notices", "follow_ups", "confidence", "index_version", "timings_ms", "left_open", "parts"),
        "conditions",
    ]
    assert body == json.loads(ChatAnswer.from_answer(chatbot.answer).model_dump_json())
    for citation in body["citations"]:
        source = client.get(f"/api/documents/{citation['document_id']}").json()
        assert source["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert citation["href"] == f"/documents/{source['id']}#c{citation['start']}-{citation['end']}"
    [(question, language, conversation_id, tool, as_of)] = chatbot.asked
    assert (question, language, conversation_id, tool, str(as_of)) == ("Saanko?", None, None, "Copilot", "2025-05-01")


def test_a_refusal_is_a_normal_answer(client: TestClient, chatbot: FakeChatbot) -> None:
    chatbot.answer = refused()
    response = ask(client)
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["reason"]) == ("refused", "not_in_guidance")


def test_text_of_the_longest_length_and_with_line_breaks_is_a_question(
    client: TestClient, chatbot: FakeChatbot
) -> None:
    assert client.post("/api/chat", json={"question": "🙂" * 2000}).status_code == 200
    assert client.post("/api/chat", json={"question": "Rivi\r\n\ttoinen"}).status_code == 200
    assert chatbot.asked[-1][0] == "Rivi\n\ttoinen"


BAD_BODIES: list[tuple[str, Any, str, dict[str, object]]] = [
    ("too long", {"question": "a" * 2001}, "too_long", {"field": "question", "limit": 2000}),
    ("empty", {"question": ""}, "blank", {"field": "question"}),
    ("white space", {"question": " \t\n\u00a0\u2003"}, "blank", {"field": "question"}),
    ("null character", {"question": f"{SECRET}\u0000"}, "control_characters", {"field": "question"}),
    ("bell", {"question": f"{SECRET}\u0007"}, "control_characters", {"field": "question"}),
    ("escape of the C1 set", {"question": f"{SECRET}\u009b"}, "control_characters", {"field": "question"}),
    ("half a pair", '{"question": "a\\ud800"}', "control_characters", {"field": "question"}),
    ("not JSON", SECRET, "not_json", {}),
    ("cut off", '{"question": "' + SECRET, "not_json", {}),
    ("not UTF-8", b'{"question": "\xff\xfe"}', "not_json", {}),
    ("deep", "[" * 50_000, "not_json", {}),
    ("a list", [SECRET], "not_json", {}),
    ("no body", "", "not_json", {}),
    ("no question", {"language": "fi"}, "missing", {"field": "question"}),
    ("unknown language", {"question": SECRET, "language": "de"}, "unknown_language", {"field": "language"}),
    (
        "unknown field",
        {"question": "a", SECRET: 1},
        "unknown_field",
        {"known": "question, language, conversation_id, tool, data, as_of"},
    ),
    ("a number", {"question": 131052}, "not_text", {"field": "question"}),
    ("long tool", {"question": "a", "tool": "b" * 101}, "too_long", {"field": "tool", "limit": 100}),
    (
        "long conversation",
        {"question": "a", "conversation_id": "b" * 101},
        "too_long",
        {"field": "conversation_id", "limit": 100},
    ),
    ("a day as a number", {"question": "a", "as_of": 20250501}, "not_a_day", {"field": "as_of"}),
    ("no such day", {"question": "a", "as_of": "2025-02-30"}, "not_a_day", {"field": "as_of"}),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("body", "key", "values"), [case[1:] for case in BAD_BODIES], ids=[c[0] for c in BAD_BODIES])
def test_a_bad_request_is_told_what_is_wrong(
    client: TestClient, chatbot: FakeChatbot, language: Language, body: Any, key: str, values: dict[str, object]
) -> None:
    content = body if isinstance(body, (str, bytes)) else json.dumps(body)
    headers = {"Accept-Language": language, "Content-Type": "application/json"}
    response = client.post("/api/chat", content=content, headers=headers)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": say(language, "error.title.invalid"),
        "status": 422,
        "detail": say(language, f"error.field.{key}", **values),
    }
    assert SECRET not in response.text
    assert chatbot.asked == []
    assert ask(client).status_code == 200


def test_several_mistakes_are_told_at_once(client: TestClient) -> None:
    response = client.post("/api/chat", json={"language": "de"}, headers={"Accept-Language": "en"})
    assert response.json()["detail"] == (
        "The field question is missing. "
        "The value of the field language is not one of the service's languages. Use fi, sv or en."
    )


def test_a_body_without_the_json_header_is_refused(client: TestClient) -> None:
    response = client.post("/api/chat", content='{"question": "a"}', headers={"Content-Type": "text/plain"})
    assert response.status_code == 422
    assert response.json()["detail"] == say("fi", "error.field.not_json")


def test_what_the_chatbot_calls_no_question_is_a_422(client: TestClient) -> None:
    response = client.post("/api/chat", json={"question": "huono"})
    assert (response.status_code, response.json()["detail"]) == (422, "Kysymyksessä ei ole sanoja.")


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_above_64_kb_is_not_read_to_its_end(client: TestClient, declared: bool) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 10_000
            yield b" " * 10_000

    content: Any = b" " * 1_000_000 if declared else chunks()
    response = client.post("/api/chat", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert response.json()["detail"] == say("fi", "error.detail.too_large", limit=64)
    assert ask(client).status_code == 200


# The stream


def events(client: TestClient, question: str) -> list[tuple[str, Any]]:
    response = client.post("/api/chat", json={"question": question}, headers={"Accept": "text/event-stream"})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    found = []
    for block in response.text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_the_stream_brings_status_statements_and_the_answer_last(client: TestClient) -> None:
    stream = events(client, "Saanko?")
    whole = stream[-1][1]
    assert [name for name, _ in stream] == ["status", "statement", "statement", "answer"]
    assert stream[0][1] == {"state": "searching"}
    assert [data["statement"] for _, data in stream[1:3]] == whole["statements"]
    assert [data["citations"] for _, data in stream[1:3]] == [[each] for each in whole["citations"]]
    assert whole == {**ask(client).json(), "id": whole["id"]}


@pytest.mark.parametrize(("question", "status"), [("huono", 422), (f"kaadu {SECRET}", 500)])
def test_an_error_within_the_stream_is_its_last_event(client: TestClient, question: str, status: int) -> None:
    stream = events(client, question)
    assert [name for name, _ in stream] == ["status", "error"]
    assert stream[-1][1]["status"] == status
    assert SECRET not in json.dumps(stream)


def test_a_bad_request_for_a_stream_is_an_ordinary_error(client: TestClient) -> None:
    response = client.post("/api/chat", json={"question": " "}, headers={"Accept": "text/event-stream"})
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")


# Search and documents


def test_search_ranks_passages(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "henkilötiedot", "k": 1, "language": "sv"}).json()
    assert [list(passage) for passage in found] == [["document_id", "section", "page", "text", "start", "end", "score"]]
    assert found[0]["text"] == RULE


@pytest.mark.parametrize(
    ("params", "key", "values"),
    [
        ({}, "missing", {"field": "q"}),
        ({"q": " "}, "blank", {"field": "q"}),
        ({"q": "a" * 2001}, "too_long", {"field": "q", "limit": 2000}),
        ({"q": "a\u0000"}, "control_characters", {"field": "q"}),
        ({"q": "a", "k": "0"}, "too_small", {"field": "k", "limit": 1}),
        ({"q": "a", "k": "51"}, "too_big", {"field": "k", "limit": 50}),
        ({"q": "a", "k": "viisi"}, "not_a_number", {"field": "k"}),
        ({"q": "a", "language": "de"}, "unknown_language", {"field": "language"}),
    ],
)
def test_a_bad_search_is_told_what_is_wrong(
    client: TestClient, params: dict[str, str], key: str, values: dict[str, object]
) -> None:
    response = client.get("/api/search", params=params)
    assert response.status_code == 422
    assert response.json()["detail"] == say("fi", f"error.field.{key}", **values)


def test_documents_are_listed_without_and_read_with_their_text(client: TestClient) -> None:
    listed = client.get("/api/documents").json()
    assert [each["id"] for each in listed] == [guidance().id, decision().id, hostile().id]
    read = client.get(f"/api/documents/{decision().id}").json()
    assert listed[1] == {key: value for key, value in read.items() if key != "text"}
    assert read["text"] == decision().text
    assert read["characters"] == len(decision().text)
    assert (read["valid_until"], read["historical"], read["version"]) == ("2022-12-31", True, "0123456789abcdef")


# Health


def test_it_is_alive_while_it_loads_and_ready_when_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    loaded = threading.Event()

    def slowly(_settings: Settings) -> Chatbot:
        loaded.wait(10)
        return FakeChatbot()

    monkeypatch.setattr(Chatbot, "open", slowly)
    monkeypatch.setattr("api.service.first_index", lambda _: None)
    with TestClient(create_app(Settings(data_dir=tmp_path))) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/metrics").status_code == 200
        assert client.get("/").status_code == 200
        starting = (
            client.get("/readyz"),
            client.get("/documents"),
            ask(client),
            ask(client, Accept="text/event-stream"),
        )
        for response in starting:
            assert response.status_code == 503
            assert response.headers["retry-after"] == "5"
            assert response.json()["title"] == say("fi", "error.title.unavailable")
        for page in (client.post("/?lang=sv", data={"question": "Får jag?"}), client.get("/?lang=sv&q=Får jag?")):
            assert page.status_code == 503
            assert say("sv", "error.detail.unavailable") in page.text
        loaded.set()
        deadline = time.monotonic() + WAIT_S
        while client.get("/readyz").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert ask(client).status_code == 200


def test_a_chatbot_that_cannot_be_opened_ends_the_process_with_one_line() -> None:
    script = """
        from api import service
        from rag.chatbot import Chatbot
        from rag.cli import main
        from rag.errors import OhjenuoraError

        def fail(settings):
            raise OhjenuoraError("No index in var. Run: ohjenuora index")

        Chatbot.open = fail
        service.first_index = lambda settings: None
        main(["serve", "--port", "0"])
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    [line] = [line for line in ended.stderr.splitlines() if " INFO " not in line]
    assert line.endswith("CRITICAL api.service: No index in var. Run: ohjenuora index")


def test_the_index_is_refreshed_and_a_failure_is_survived(
    client: TestClient, chatbot: FakeChatbot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = []

    def fail() -> bool:
        failures.append(1)
        raise OSError(SECRET)

    monkeypatch.setattr("api.service.REFRESH_EVERY_S", 0.01)
    monkeypatch.setattr(chatbot, "refresh", fail)
    deadline = time.monotonic() + WAIT_S
    while len(failures) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(failures) >= 3
    assert ask(client).status_code == 200
    assert caplog.text.count("builtins.OSError") == 1
    assert SECRET not in caplog.text


def test_metrics_and_logs_tell_of_answers_and_never_of_questions(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ask(client)
    client.get("/api/search", params={"q": SECRET})
    client.get(f"/{SECRET}")
    client.get(f"/documents/{SECRET}")
    client.post("/api/chat", json={"question": f"kaadu {SECRET}"})
    client.request(SECRET.replace(" ", "-"), "/healthz")  # whoever writes a method of their own
    client.get(f"/api/admin/{SECRET}")
    text = client.get("/metrics").text
    assert 'ohjenuora_answers_total{language="fi",reason="",status="answered"} 1.0' in text
    assert 'ohjenuora_answer_seconds_sum{step="total"} 0.0125' in text
    assert 'ohjenuora_http_request_seconds_count{method="GET",route="/api/search",status="200"} 1.0' in text
    assert 'route="/documents/{document_id}",status="404"' in text
    assert "ohjenuora_index_documents 3.0" in text
    own = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert "GET /api/search 200" in own
    assert "other /healthz 405" in own
    assert re.search(r"GET /api/admin 401 \d+ ms, nobody from testclient$", own, re.MULTILINE)
    assert "builtins.KeyError" in own
    assert SECRET not in text + own


# Errors


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", f"/{SECRET}", 404, "not_found"),
        ("GET", f"/api/documents/{SECRET}", 404, "not_found"),
        ("GET", f"/documents/{SECRET}", 404, "not_found"),
        ("GET", f"/api/chat?q={SECRET}", 405, "method_not_allowed"),
        ("DELETE", "/", 405, "method_not_allowed"),
        ("GET", f"/api/search?q=kaadu+{SECRET}", 500, "internal"),
    ],
)
def test_errors_are_problems_in_the_readers_language(
    client: TestClient, method: str, path: str, status: int, name: str
) -> None:
    for language in LANGUAGES:
        response = client.request(method, path, headers={"Accept-Language": language})
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert list(response.json()) == ["type", "title", "status", "detail"]
        assert response.json()["title"] == say(language, f"error.title.{name}")
        assert SECRET not in response.text


def test_browsers_get_error_pages_but_not_from_the_api(client: TestClient) -> None:
    for path in ("/nowhere", "/documents/none", "/static/none.css"):
        response = client.get(path, headers={**HTML, "Accept-Language": "sv"})
        assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert '<html lang="sv">' in response.text
        assert say("sv", "error.detail.not_found") in response.text
    response = client.get("/api/documents/none", headers=HTML)
    assert response.headers["content-type"] == "application/problem+json"


def test_every_response_carries_the_security_headers(client: TestClient) -> None:
    paths = ["/", "/healthz", "/metrics", "/openapi.json", "/api/documents", "/static/chat.js", "/nowhere"]
    paths += ["/accessibility", "/api/admin/audit"]
    responses = [client.get(path) for path in [*paths, f"/documents/{guidance().id}", "/api/search?q=kaadu"]]
    responses += [ask(client), ask(client, Accept="text/event-stream"), client.post("/api/chat", content="x" * 70_000)]
    for response in responses:
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'self'; ")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "same-origin"
        assert response.headers["cross-origin-opener-policy"] == "same-origin"
        assert response.headers["cross-origin-resource-policy"] == "same-origin"
        assert "geolocation=()" in response.headers["permissions-policy"]
        kept = "no-cache" if "/static/" in str(response.url) else "no-store"
        assert response.headers["cache-control"] == kept


def test_the_schema_is_served_but_no_page_with_foreign_scripts(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert "/api/chat" in paths
    assert {method for each in paths.values() for method in each} <= {"get", "post", "put", "patch", "delete"}
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


# HEAD

READ = [
    "/",
    "/?q=Saanko%3F",
    "/documents",
    f"/documents/{guidance().id}",
    "/accessibility",
    "/privacy",
    "/admin/documents",
]
READ += ["/api/documents", f"/api/documents/{guidance().id}", "/api/search?q=a", "/api/options", "/openapi.json"]
READ += ["/healthz", "/readyz", "/metrics", "/static/chat.js", "/documents/none", "/nowhere", "/api/search?q=kaadu"]


@pytest.mark.parametrize("path", READ)
def test_head_is_answered_as_get_is_without_the_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    differs = {"x-request-id"}
    differs |= {"content-length"} if path == "/metrics" or got.status_code == 500 or "?q=" in path else set()
    told, known = ({name: value for name, value in each.headers.items() if name not in differs} for each in (head, got))
    assert told == known


def test_head_is_refused_where_get_is(client: TestClient) -> None:
    refused = client.head("/api/chat")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert client.delete("/").headers["allow"] == "GET, HEAD, POST"
    assert client.head("/api/admin/audit").status_code == 401


def test_head_is_answered_on_the_line_and_counted_by_its_route(chatbot: FakeChatbot, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with (
        serving(create_app(settings, chatbot), settings) as address,
        httpx.Client(base_url=address, timeout=WAIT_S) as client,
    ):
        for path in ("/healthz", f"/documents/{guidance().id}", "/static/chat.js", "/healthz"):  # one connection
            head = client.head(path)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-length"] == str(len(client.get(path).content))
        counted = 'ohjenuora_http_request_seconds_count{method="HEAD",route="/healthz",status="200"} 2.0'
        assert counted in client.get("/metrics").text


# Negotiation


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "fi"),
        ("sv", "sv"),
        ("sv-FI,sv;q=0.9,fi;q=0.8", "sv"),
        ("en;q=0.5, sv;q=0.7", "sv"),
        ("en, sv", "en"),
        ("de, en;q=0.1", "en"),
        ("de-DE", "fi"),
        ("*", "fi"),
        ("fi;q=0, *", "sv"),
        ("de, *;q=0.5", "fi"),
        ("sv;q=0", "fi"),
        ("sv;q=nonsense, en;q=0.2", "en"),
        ("SV ; Q=1.0", "sv"),
        (";;,,=", "fi"),
    ],
)
def test_the_language_is_negotiated(header: str, language: str) -> None:
    assert language_of(header) == language


def test_media_types_are_negotiated() -> None:
    assert prefers_html(HTML["Accept"])
    assert not any(map(prefers_html, ("", "*/*", "application/json, text/html;q=0.5")))
    assert wants_events("text/event-stream")
    assert not any(map(wants_events, ("", "*/*", "text/*", "application/json, text/event-stream;q=0.5")))


# Pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_pages_render_in_every_language(client: TestClient, chatbot: FakeChatbot, language: Language) -> None:
    pages = [client.get(f"/?lang={language}")]
    for answer in (chatbot.answer, refused()):
        chatbot.answer = answer
        pages.append(client.post(f"/?lang={language}", data={"question": "Saanko?"}))
    pages += [client.get(f"/documents/{source.id}?lang={language}") for source in chatbot.sources]
    pages.append(client.get(f"/documents?lang={language}"))
    pages.append(client.get(f"/nowhere?lang={language}", headers=HTML))
    for page in pages:
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        elements = _Elements(page.text)
        assert elements.all("html") == [{"lang": language}]
        assert len(elements.all("h1")) == len(elements.all("main")) == len(elements.all("title")) == 1
        assert not any(name.startswith("on") or name == "style" for _, given in elements.tags for name in given)
        assert all("src" in script for script in elements.all("script"))
        assert [link.get("aria-current") for link in elements.all("a") if link.get("hreflang") == language] == ["true"]


def test_the_three_languages_have_the_same_texts() -> None:
    own = ("error.", "page.")
    keys = [{key for key in messages(language) if key.startswith(own)} for language in LANGUAGES]
    assert keys[0] == keys[1] == keys[2]


def test_the_page_follows_accept_language_until_a_language_is_chosen(client: TestClient) -> None:
    assert '<html lang="sv">' in client.get("/", headers={"Accept-Language": "sv"}).text
    assert '<html lang="en">' in client.get("/?lang=en", headers={"Accept-Language": "sv"}).text
    client.cookies.clear()
    assert '<html lang="fi">' in client.get("/?lang=de").text


def test_a_chosen_language_is_remembered_for_pages_only(client: TestClient) -> None:
    chosen = client.get("/?lang=sv")
    cookie = chosen.headers["set-cookie"].lower()
    assert cookie.startswith("lang=sv;")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert '<html lang="sv">' in client.get("/").text
    assert "set-cookie" not in client.get("/?lang=sv").headers
    assert client.get("/api/documents/none").json()["title"] == say("fi", "error.title.not_found")
    assert '<html lang="en">' in client.get("/?lang=en").text
    client.cookies.clear()
    client.cookies.set("lang", "de")
    assert '<html lang="fi">' in client.get("/").text


def test_what_a_verdict_depends_on_stands_below_it_without_javascript(client: TestClient, chatbot: FakeChatbot) -> None:
    condition = Condition("ellei <palvelua> ole hyväksytty", (1,))
    chatbot.answer = replace(chatbot.answer, conditions=(condition,))
    page = client.post("/?lang=en", data={"question": "Saanko?"}).text
    assert say("en", "page.answer.only_if_approved_if") in page
    assert '<p class="condition"><q lang="fi">ellei &lt;palvelua&gt; ole hyväksytty</q></p>' in page


def test_the_form_works_without_javascript(client: TestClient, chatbot: FakeChatbot) -> None:
    page = client.post("/?lang=en", data={"question": "<b>Saanko</b>\r\ntoisen?", "conversation_id": "c7"}).text
    assert chatbot.asked == [("<b>Saanko</b>\ntoisen?", None, "c7", None, None)]
    assert "&lt;b&gt;Saanko&lt;/b&gt;" in page
    elements = _Elements(page)
    links = [link["href"] for link in elements.all("a") if link.get("class") == "reference"]
    places = [f"{each.start}-{each.end}" for each in chatbot.answer.citations]
    assert links == [
        f"/documents/{each.document_id}?lang=en&c={place}&version=v1#c{place}"
        for each, place in zip(chatbot.answer.citations, places, strict=True)
    ]
    assert [quote["lang"] for quote in elements.all("blockquote")] == ["fi", "fi"]
    assert RULE in page
    assert "29 April 2025" in page
    assert "February 2020" in page
    assert say("en", "page.answer.only_if_approved") in page
    assert say("en", "page.answer.historical") in page
    assert "Kuka hyväksyy palvelun?" in page
    hidden = [(field["name"], field["value"]) for field in elements.all("input") if field.get("type") == "hidden"]
    again = ("question", "<b>Saanko</b>\ntoisen?")  # asked again with the service that it left open
    assert hidden == [("conversation_id", "c1"), again, ("conversation_id", "c1"), ("conversation_id", "c1")]


def test_a_message_of_two_questions_is_answered_part_by_part(client: TestClient, chatbot: FakeChatbot) -> None:
    chatbot.answer = parted()
    page = client.post("/", data={"question": "Saanko, ja mitä se maksaa?"}).text
    page = page[page.index('class="turn"') :]
    first, second = parted().parts
    order = [first.question, say("fi", "page.answer.only_if_approved"), "Ohjelma päättyi", second.question]
    places = [page.index(words) for words in [*order, second.message, say("fi", "page.answer.sources")]]
    assert places == sorted(places)
    assert page.count('class="verdict') == 1
    assert chatbot.answer.message not in page


def test_a_cell_on_the_page_tells_its_row_and_column(client: TestClient, chatbot: FakeChatbot) -> None:
    chatbot.answer = replace(chatbot.answer, citations=(cited_cell(), chatbot.answer.citations[1]))
    page = client.post("/", data={"question": "Mitä hyötyä?"}).text
    assert page.count('class="context"') == 1
    assert page.index("Käännökset: Hyödyt") < page.index("Säästää aikaa.</blockquote>")


def test_a_refusal_on_the_page_shows_the_nearest_passages(client: TestClient, chatbot: FakeChatbot) -> None:
    chatbot.answer = refused()
    page = client.post("/", data={"question": "Saanko?"}).text
    assert chatbot.answer.message in page
    assert say("fi", "page.answer.see_also") in page
    assert "Tekoäly on työkalu." in page


def test_an_address_asks_its_question(client: TestClient, chatbot: FakeChatbot) -> None:
    page = client.get("/", params={"q": "<b>Saanko</b>\r\ntoisen?", "lang": "sv", "about": guidance().id})
    assert page.status_code == 200
    assert chatbot.asked == [("<b>Saanko</b>\ntoisen?", None, None, None, None)]
    turn = re.compile('<article class="turn">.*</article>', re.DOTALL)
    by_form = client.post("/?lang=sv", data={"question": "<b>Saanko</b>\r\ntoisen?"}).text
    assert turn.findall(page.text) == turn.findall(by_form) != []
    data = _Elements(page.text).all("section")[0]["data-answered"]
    assert data is not None
    assert json.loads(data)["question"] == "<b>Saanko</b>\ntoisen?"
    assert json.loads(data)["answer"]["message"] == chatbot.answer.message
    client.get("/")
    assert len(chatbot.asked) == 2


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("", say("sv", "error.field.blank", field="Fråga")),
        ("a\u0007", say("sv", "error.field.control_characters", field="Fråga")),
        ("x" * 2001, say("sv", "error.field.too_long", field="Fråga", limit=2000)),
        ("huono \"'<", "Kysymyksessä ei ole sanoja."),
    ],
)
def test_the_page_says_what_is_wrong_and_keeps_the_question(client: TestClient, question: str, wrong: str) -> None:
    asked = {"question": question}
    for page in (client.post("/?lang=sv", data=asked), client.get("/", params={"lang": "sv", "q": question})):
        assert page.status_code == 422
        assert wrong in page.text
        assert _Elements(page.text).all("textarea")[0]["aria-invalid"] == "true"
        assert "huono &#34;&#39;&lt;" in page.text or question[:1] in ("", "x", "a")
        assert question[:2000] in page.text or "<" in question
        assert 'class="turn"' not in page.text


def test_a_form_that_is_too_large_gets_an_error_page(client: TestClient) -> None:
    page = client.post("/", data={"question": "x" * 70_000}, headers=HTML)
    assert page.status_code == 413
    assert say("fi", "error.detail.too_large", limit=64) in page.text


def test_the_source_page_places_every_word(client: TestClient) -> None:
    source = guidance()
    elements = _Elements(client.get(f"/documents/{source.id}").text)
    cells = [cell for block in source.blocks for cell in block.cells]
    spans = [block.span for block in source.blocks if block.kind not in ("row", "break")] + cells
    assert elements.placed == {span.start: span.of(source.text) for span in spans if span.start < span.end}
    assert [item.get("value") for item in elements.all("li") if "value" in item] == ["3", "4"]
    assert len(elements.all("caption")) == 1
    assert [cell["scope"] for cell in elements.all("th")] == ["col"] * 3
    nested = [tag for tag, _ in elements.tags if tag in ("ul", "ol")][1:-1]  # the switches of language and theme
    assert nested == ["ul", "ul", "ol"]


@pytest.mark.parametrize(
    ("place", "marked"),
    [
        (Span(159, 334), True),
        (Span(60, 200), True),
        (Span(0, 100_000), False),
        (Span(20, 20), False),
        (Span(30, 20), False),
    ],
)
def test_a_place_is_marked_without_javascript(client: TestClient, place: Span, marked: bool) -> None:
    source = guidance()
    page = client.get(f"/documents/{source.id}?c={place.start}-{place.end}").text
    marks = _Elements(page).all("mark")
    assert bool(marks) == marked
    if marked:
        assert [mark.get("id") for mark in marks] == [f"c{place.start}-{place.end}"] + [None] * (len(marks) - 1)
        words = "".join(place.of(source.text).replace("• ", "").split())
        assert "".join(_Elements(page).marked.split()) == words


def test_a_senseless_place_is_ignored(client: TestClient) -> None:
    for place in ("", "a-b", "1-2-3", "-5-7", "9" * 30 + "-1", "<script>"):
        page = client.get(f"/documents/{guidance().id}", params={"c": place})
        assert page.status_code == 200
        assert "<mark" not in page.text


def test_a_hostile_source_comes_out_as_text(client: TestClient) -> None:
    page = client.get("/documents/hostile?c=0-500").text
    elements = _Elements(page)
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;") >= 8  # title, h1, publisher … and the blocks
    assert elements.all("img") == []
    assert {script["src"] for script in elements.all("script")} == {"/static/source.js", "/static/theme.js"}
    assert "javascript:" not in page
    assert "https://vm.fi/ohje" in [
        link["href"] for link in _Elements(client.get(f"/documents/{guidance().id}").text).all("a")
    ]


def test_a_source_that_is_out_of_force_says_so(client: TestClient) -> None:
    assert say("fi", "page.source.historical", until="31.12.2022") in client.get(f"/documents/{decision().id}").text
    assert "31.12.2022 asti" not in client.get(f"/documents/{guidance().id}").text
