"""What the service refuses before it does any work: too much, too slow, too many, from elsewhere."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app, with_local_names
from api.connection import TOLD
from api.problems import Refused
from api.rates import Buckets
from api.service import ASKED_AT_ONCE, Service
from api.turns import RETRY_AFTER_S, Turns
from rag.answering.clock import Clock
from rag.answering.compose import Heard
from rag.language.messages import say
from rag.settings import Settings
from rag.types import LANGUAGES, Answer, Document, Language
from tests.support.browser import serving
from tests.support.fakes import FakeChatbot, guidance
from tests.support.waiting import WAIT_S

TOKEN = "a-long-token-of-a-small-installation"
SIGNED_IN = {"Authorization": f"Bearer {TOKEN}"}
WAITING = Settings().waiting_questions
QUESTION = {"question": "Saanko?"}


@pytest.fixture
def chatbot() -> FakeChatbot:
    return FakeChatbot()


@contextmanager
def service(folder: Path, chatbot: FakeChatbot, **given: Any) -> Iterator[TestClient]:
    settings = Settings.model_validate({"data_dir": folder, "admin_token": TOKEN, **given})
    with TestClient(create_app(settings, chatbot)) as client:
        yield client


@pytest.fixture
def client(tmp_path: Path, chatbot: FakeChatbot) -> Iterator[TestClient]:
    with service(tmp_path, chatbot) as client:
        yield client


def told(response: Any, status: int, name: str, language: Language = "fi", **values: object) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == say(language, f"error.detail.{name}", **values)
    assert "content-security-policy" in response.headers


# Size and depth


def test_a_long_address_and_large_headers_are_refused(client: TestClient) -> None:
    longest = {"q": "🙂" * 2000}
    assert client.get("/api/search", params=longest).status_code == 200
    told(client.get("/api/search", params={"q": "🙂" * 3000}), 414, "address_too_long", limit=32)
    assert client.get("/healthz", headers={"X": "a" * 30_000}).status_code == 200
    told(client.get("/healthz", headers={"X": "a" * 40_000}), 431, "headers_too_large", limit=32)
    assert client.get("/api/admin/audit", headers={"X": "a" * 40_000}).status_code == 401
    many = [(f"x-{n}", "a") for n in range(6000)]
    told(client.get("/healthz", headers=many), 431, "headers_too_large", limit=32)


@pytest.mark.parametrize("deep", ["[" * 30_000 + "]" * 30_000, '{"a":' * 10_000 + "1" + "}" * 10_000], ids="[{")
def test_whatever_depth_a_body_has_it_is_told_what_is_wrong(client: TestClient, deep: str) -> None:
    for content in (deep, f'{{"question": {deep}}}', f'{{"question": "a", "tool": {deep}}}'):
        for path in ("/api/chat", "/api/feedback"):
            response = client.post(path, content=content, headers={"Content-Type": "application/json"})
            assert response.status_code == 422
    for name in ("tools", "rules", "concepts", "organisation", "suggestions"):
        for text in (deep, "a: &a [x, x]\nb: &b [*a, *a]\n" + deep):
            response = client.put(f"/api/admin/{name}", json={"text": text}, headers=SIGNED_IN)
            assert response.status_code == 422, name


def test_aliases_that_multiply_are_refused_in_time(client: TestClient) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    response = client.put("/api/admin/concepts", json={"text": "\n".join(lines)}, headers=SIGNED_IN)
    assert response.status_code == 422
    assert "an alias in line 2; write out" in response.json()["detail"]


def test_a_form_of_many_parts_is_refused(client: TestClient) -> None:
    path = "/api/admin/documents"
    one: Any = {"file": ("a.exe", b"x")}
    assert "a.exe" in client.post(path, files=one, headers=SIGNED_IN).json()["detail"]  # read as far as the file
    forms: list[dict[str, Any]] = [
        {"files": [("file", (f"{n}.txt", b"x")) for n in range(2)]},
        {"files": one, "data": {f"field{n}": "x" for n in range(20)}},
        {"files": one, "data": {"title": "x" * 20_000}},
        {"content": b"--b\r\n" * 3000, "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
    ]
    for form in forms:
        response = client.post(path, **form | {"headers": {**SIGNED_IN, **form.get("headers", {})}})
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"


# Time. A real server: the test client has no connections.


@pytest.fixture
def address() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, seconds in {"guard.BODY_S": 0.2, "connection.HEAD_S": 0.2, "connection.READING_S": 0.2}.items():
            patch.setattr(f"api.{name}", seconds)
        patch.setattr("api.guard.SLOWEST_BYTES_PER_S", 1_000_000)
        long = FakeChatbot()
        long.sources[0] = guidance_of(30_000_000)
        with serving(create_app(Settings(), long)) as address:
            yield address


def guidance_of(chars: int) -> Document:
    return replace(guidance(), text="a" * chars)


def connected(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=WAIT_S)


def test_a_body_that_trickles_in_has_a_deadline(address: str) -> None:
    head = b"POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    with connected(address) as line:
        line.sendall(head + b'{"quest')
        answer = line.recv(10_000)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"connection: close" in answer.lower()
        assert b"application/problem+json" in answer
        assert b"server: " not in answer.lower()


def test_a_body_that_comes_byte_by_byte_has_the_same_deadline(address: str) -> None:
    """Each byte comes sooner than the last look after the deadline is over."""
    head = b"POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    begun = time.monotonic()
    with connected(address) as line:
        line.sendall(head)
        line.settimeout(0.2)
        answer = b""
        while not answer and time.monotonic() < begun + WAIT_S:
            try:
                line.sendall(b" ")
                answer = line.recv(10_000)
            except TimeoutError:
                continue
        assert answer.startswith(b"HTTP/1.1 408 ")


def test_who_sent_in_time_is_not_late_because_the_service_stood_still() -> None:
    """While the loop does nothing, the deadline passes and the body lies in the socket."""
    stalled = threading.Event()

    async def asked() -> int:
        async def receive() -> Any:
            await arrived.wait()
            return {"type": "http.request", "body": b'{"question": "Saanko?"}', "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])

        status: list[int] = []
        arrived = asyncio.Event()
        loop = asyncio.get_running_loop()

        def stand_still() -> None:
            stalled.wait(0.5)  # nobody sets it: the loop's thread is held
            loop.call_soon(arrived.set)

        scope = {
            "type": "http", "http_version": "1.1", "method": "POST", "path": "/api/chat", "raw_path": b"/api/chat",
            "query_string": b"", "headers": [(b"host", b"x"), (b"content-type", b"application/json")],
            "client": ("127.0.0.1", 1), "server": ("x", 80), "scheme": "http", "root_path": "",
        }  # fmt: skip
        loop.call_soon(stand_still)
        await create_app(Settings(), FakeChatbot())(scope, receive, send)
        return status[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.guard.BODY_S", 0.1)
        patch.setattr("api.guard.SLOWEST_BYTES_PER_S", 1_000_000_000)
        assert asyncio.run(asked()) == 200


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-"], ids=["nothing", "half a head"])
def test_a_request_that_does_not_come_is_not_waited_for(address: str, begun: bytes) -> None:
    with connected(address) as line:
        line.sendall(begun)
        wait_until_closed(line)
    with connected(address) as line:  # the same on a connection that has been of use
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(10_000).startswith(b"HTTP/1.1 200 ")
        if begun:
            line.sendall(begun)
            wait_until_closed(line)


def wait_until_closed(line: socket.socket) -> None:
    """Until the server closes it; what is left of an answer may come first, by itself. Raises TimeoutError."""
    with suppress(ConnectionResetError):
        while line.recv(10_000):
            pass


def test_a_reader_who_does_not_read_is_not_waited_for(address: str) -> None:
    with connected(address) as line:
        line.sendall(f"GET /api/documents/{guidance().id} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        pause = threading.Event()
        pause.wait(1)
        received = 0
        try:
            while part := line.recv(1_000_000):
                received += len(part)
        except ConnectionResetError:
            pass
        assert received < 30_000_000
    assert httpx.get(f"{address}/healthz", timeout=WAIT_S).status_code == 200


def test_what_is_no_request_is_refused(address: str) -> None:
    for wrong in (b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000):
        with connected(address) as line:
            line.sendall(wrong + b"\r\n\r\n")
            assert line.recv(1000).startswith(b"HTTP/1.1 400 ")


def test_a_request_that_says_its_length_in_two_ways_is_the_last_of_its_connection(address: str) -> None:
    body = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"POST /api/chat HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
    with connected(address) as line:
        line.sendall(head + body)
        received = b""
        while part := line.recv(10_000):
            received += part
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"\r\nconnection: close\r\n" in received.lower()


# Connections


def from_address(address: str, source: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=WAIT_S, source_address=(source, 0))


def heard(line: socket.socket, path: str = "/api/options") -> bytes:
    """What is answered on a connection: all of it where it is closed after, else the head."""
    try:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\n\r\n".encode())
        received = b""
        while part := line.recv(10_000):
            received += part
            if b"connection: close" not in received.lower():
                break
        return received
    except (BrokenPipeError, ConnectionResetError):
        return b""


def test_one_client_has_no_more_connections_than_its_share(chatbot: FakeChatbot) -> None:
    settings = Settings(connections_of_client=8)
    with serving(create_app(settings, chatbot), settings) as address, ExitStack() as open_lines:
        lines = [open_lines.enter_context(from_address(address, "127.0.0.7")) for _ in range(8)]
        for line in lines:  # all of them are of use, and stay open
            assert heard(line).startswith(b"HTTP/1.1 200 ")
        with from_address(address, "127.0.0.7") as beyond:
            told_so = heard(beyond)
        assert told_so.startswith(b"HTTP/1.1 429 ")
        assert b"\r\nconnection: close\r\n" in told_so.lower()
        assert b"\r\nretry-after: 5\r\n" in told_so.lower()
        assert say("en", "error.detail.too_many_connections").encode() in told_so
        with from_address(address, "127.0.0.7") as watch:  # what watches over the service may share an address
            assert heard(watch, "/healthz").startswith(b"HTTP/1.1 200 ")
        with from_address(address, "127.0.0.8") as other:
            assert heard(other).startswith(b"HTTP/1.1 200 ")
        lines[0].close()
        assert eventually(lambda: heard_once(address, "127.0.0.7").startswith(b"HTTP/1.1 200 "))


def heard_once(address: str, source: str) -> bytes:
    with from_address(address, source) as line:
        return heard(line)


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something that the server notices by itself, as the end of a connection, holds in the end."""
    ends = time.monotonic() + WAIT_S
    while not (true := holds()) and time.monotonic() < ends:
        threading.Event().wait(0.02)
    return true


def test_ninety_idle_connections_and_slow_readers_of_one_client_leave_room_for_others(chatbot: FakeChatbot) -> None:
    """Beyond its share and those that are told so a client's connections are closed before it has said anything."""
    chatbot.sources[0] = guidance_of(3_000_000)
    settings = Settings(connections_of_client=20)
    slow = f"GET /api/documents/{guidance().id} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with serving(create_app(settings, chatbot), settings) as address, ExitStack() as open_lines:
        lines = []
        for number in range(90):
            line = open_lines.enter_context(from_address(address, "127.0.0.7"))
            lines.append(line)
            if number < 20:
                line.sendall(slow)  # and nobody reads it
        kept = [line for line in lines[20:] if not closed_at_once(line)]
        assert len(kept) <= TOLD
        with from_address(address, "127.0.0.8") as other:
            assert heard(other).startswith(b"HTTP/1.1 200 ")
        assert eventually(lambda: all(closed_at_once(line) for line in kept))  # they are not told for ever


def closed_at_once(line: socket.socket) -> bool:
    line.settimeout(0.05)
    try:
        return line.recv(100) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def test_the_connections_of_a_named_proxy_are_not_counted_and_zero_is_no_limit(chatbot: FakeChatbot) -> None:
    for given in ({"connections_of_client": 2, "trusted_proxies": "127.0.0.0/24"}, {"connections_of_client": 0}):
        settings = Settings.model_validate(given)
        with serving(create_app(settings, chatbot), settings) as address, ExitStack() as open_lines:
            lines = [open_lines.enter_context(from_address(address, "127.0.0.7")) for _ in range(30)]
            assert all(heard(line).startswith(b"HTTP/1.1 200 ") for line in lines)


@pytest.mark.parametrize(
    ("asked_from", "status"), [("127.0.0.1", 200), ("10.1.2.3", 200), ("::ffff:10.1.2.3", 200), ("193.167.1.1", 404)]
)
def test_metrics_are_for_the_networks_that_the_setting_names(
    tmp_path: Path, chatbot: FakeChatbot, asked_from: str, status: int
) -> None:
    app = create_app(Settings(data_dir=tmp_path), chatbot)
    assert TestClient(app, client=(asked_from, 1)).get("/metrics").status_code == status
    closed = create_app(Settings(data_dir=tmp_path, metrics_from="10.1.0.0/16"), chatbot)
    inside = asked_from.endswith("10.1.2.3")
    assert TestClient(closed, client=(asked_from, 1)).get("/metrics").status_code == (200 if inside else 404)


def test_the_administrators_interface_is_described_to_who_administers(client: TestClient) -> None:
    public = client.get("/openapi.json")
    assert "/api/chat" in public.json()["paths"]
    assert "admin" not in public.text
    assert "ChatAnswer" in public.json()["components"]["schemas"]
    assert client.get("/api/admin/openapi.json").status_code == 401
    whole = client.get("/api/admin/openapi.json", headers=SIGNED_IN).json()
    assert "/api/admin/drafts" in whole["paths"]


# Rates


def test_a_bucket_fills_up_again() -> None:
    now = 0.0
    buckets = Buckets(per_minute=60, at_once=3, clock=lambda: now)
    assert [buckets.wait_s("10.0.0.1") for _ in range(4)] == [0, 0, 0, 1]
    assert buckets.wait_s("10.0.0.2") == 0
    now = 0.5
    assert buckets.wait_s("10.0.0.1") == 0.5
    now = 1.0
    assert [buckets.wait_s("10.0.0.1") for _ in range(2)] == [0, 1]
    now = 1000.0
    assert buckets.wait_s("10.0.0.1") == 0
    assert list(buckets._left) == ["10.0.0.1"]  # nobody's address is kept for longer than it is of use
    assert [buckets.wait_s("10.0.0.1") for _ in range(3)] == [0, 0, 1]


def test_a_client_is_an_address_or_a_network_of_ipv6_and_memory_is_bounded() -> None:
    buckets = Buckets(60, 1, clock=lambda: 0.0, max_clients=3)
    assert buckets.wait_s("2001:db8::1") == 0
    assert buckets.wait_s("2001:db8::ffff:1") == 1
    assert buckets.wait_s("2001:db8:0:1::1") == 0
    assert buckets.wait_s("::ffff:10.0.0.1") == 0
    assert buckets.wait_s("10.0.0.1") == 1
    assert buckets.wait_s("") == 0
    for n in range(1000):
        assert buckets.wait_s(f"10.1.{n // 256}.{n % 256}") == 0
    assert len(buckets._left) == 3
    assert Buckets(0, 1).wait_s("10.0.0.1") == 0


def test_too_many_requests_of_one_client_get_429_but_not_the_watch_nor_administrators(
    tmp_path: Path, chatbot: FakeChatbot
) -> None:
    with service(tmp_path, chatbot, requests_per_minute=1, requests_at_once=3) as client:
        assert [client.get("/api/documents").status_code for _ in range(4)] == [200, 200, 200, 429]
        for language in LANGUAGES:
            refused = client.post("/api/chat", json=QUESTION, headers={"Accept-Language": language})
            told(refused, 429, "too_many", language)
            assert 0 < int(refused.headers["retry-after"]) <= 60
        page = client.get("/", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
        assert chatbot.asked == []
        assert {client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")} == {200}
        assert {client.get("/api/admin/audit").status_code for _ in range(5)} == {401}
        assert client.get("/api/admin/audit", headers=SIGNED_IN).status_code == 200


def test_the_files_of_pages_are_counted_apart_and_ten_times_as_many(tmp_path: Path, chatbot: FakeChatbot) -> None:
    with service(tmp_path, chatbot, requests_per_minute=1, requests_at_once=2) as client:
        files = [client.get("/static/style.css").status_code for _ in range(21)]
        assert files == [200] * 20 + [429]
        assert [client.get("/api/documents").status_code for _ in range(3)] == [200, 200, 429]


def test_one_client_may_ask_no_more_than_a_small_machine_answers() -> None:
    """What docs/measurements.md has for two cores: 14 answers a second; more would be left to the other clients."""
    assert Settings().requests_per_minute / 60 <= 15
    assert Settings().requests_at_once <= 40 * 15


def test_only_a_named_proxy_says_where_a_request_comes_from(chatbot: FakeChatbot) -> None:
    def statuses(**given: Any) -> list[int]:
        settings = Settings.model_validate({"requests_per_minute": 1, "requests_at_once": 1, **given})
        with (
            serving(create_app(settings, chatbot), settings) as address,
            httpx.Client(base_url=address, timeout=WAIT_S) as client,
        ):
            asked = ("10.0.0.1", "10.0.0.2", "10.0.0.2, 127.0.0.1")
            return [client.get("/api/options", headers={"X-Forwarded-For": each}).status_code for each in asked]

    assert statuses() == [200, 429, 429]
    assert statuses(trusted_proxies="127.0.0.1") == [200, 200, 429]
    assert statuses(trusted_proxies="10.1.0.0/16") == [200, 429, 429]


# Turns


class Held(FakeChatbot):
    """Answers only when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.begun = threading.Semaphore(0)

    def ask(
        self,
        question: str,
        language: Language | None = None,
        conversation_id: str | None = None,
        tool: str | None = None,
        as_of: date | None = None,
        heard: Heard | None = None,
        page_language: Language = "fi",
        clock: Clock | None = None,
    ) -> Answer:
        self.begun.release()
        assert self.let_go.wait(20)
        return super().ask(question, language, conversation_id, tool, as_of)


def flood(client: httpx.Client, count: int, pool: ThreadPoolExecutor) -> list[Any]:
    return [pool.submit(client.post, "/api/chat", json=QUESTION) for _ in range(count)]


def test_who_comes_when_all_places_are_taken_hears_so_at_once_and_later_it_goes_on() -> None:
    chatbot = Held()
    places = ASKED_AT_ONCE + WAITING
    app = create_app(Settings(), chatbot)
    of: Service = app.state.service
    limits = httpx.Limits(max_connections=200)
    with (
        serving(app) as address,
        httpx.Client(base_url=address, limits=limits, timeout=WAIT_S) as client,
        ThreadPoolExecutor(places) as pool,
    ):
        asked = flood(client, places, pool)
        for _ in range(ASKED_AT_ONCE):
            assert chatbot.begun.acquire(timeout=WAIT_S)
        while of._turns.taken < places:  # until the last has come in
            assert not any(each.done() for each in asked)
        for refused in (
            client.post("/api/chat", json=QUESTION),
            client.post("/api/chat", json=QUESTION, headers={"Accept": "text/event-stream"}),
            client.get("/api/search", params={"q": "a"}),
        ):
            told(refused, 503, "busy")
            assert refused.json()["title"] == say("fi", "error.title.busy")
            assert refused.headers["retry-after"] == str(RETRY_AFTER_S)
        page = client.post("/", data=QUESTION)
        assert page.status_code == 503
        assert say("fi", "error.detail.busy") in page.text
        assert client.get("/readyz").status_code == client.get("/").status_code == 200
        chatbot.let_go.set()
        assert [each.result().status_code for each in asked] == [200] * places
        assert client.post("/api/chat", json=QUESTION).status_code == 200
        assert of._turns.taken == 0


def test_one_client_that_has_all_places_gives_one_up_to_another() -> None:
    async def asked() -> tuple[list[object], str]:
        turns = Turns(at_once=1, waiting=4, deadline_s=WAIT_S)
        go_on = threading.Event()

        def work(what: str) -> str:
            assert go_on.wait(WAIT_S)
            return what

        many = [turns.begin(partial(work, f"many {number}"), "10.0.0.1") for number in range(5)]
        await asyncio.sleep(0)
        with pytest.raises(Refused):
            turns.begin(lambda: work("too many"), "10.0.0.1")
        other = turns.begin(lambda: work("other"), "10.0.0.2")
        go_on.set()
        answers = await asyncio.gather(*many, return_exceptions=True)
        assert turns.taken == 1 or other.done()
        return [each if isinstance(each, str) else type(each).__name__ for each in answers], await other

    kept, other = asyncio.run(asked())
    assert other == "other"
    assert kept == ["many 0", "many 1", "many 2", "many 3", "Refused"]  # what was taken last


def test_who_asks_once_does_not_wait_behind_all_that_another_has_asked() -> None:
    async def asked() -> list[str]:
        turns = Turns(at_once=2, waiting=20, deadline_s=WAIT_S)
        go_on, answered = threading.Semaphore(0), list[str]()

        def work(what: str) -> None:
            assert go_on.acquire(timeout=WAIT_S)
            answered.append(what)

        tasks = [turns.begin(partial(work, "many"), "10.0.0.1") for _ in range(12)]
        await asyncio.sleep(0)
        tasks += [turns.begin(partial(work, who), who) for who in ("10.0.0.2", "10.0.0.3")]
        for _ in tasks:
            go_on.release()
            done = len(answered)
            while len(answered) == done:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.01)  # the place of who is done is given on
        await asyncio.gather(*tasks)
        assert turns.taken == 0
        return answered

    order = asyncio.run(asked())
    assert sorted(order).count("many") == 12
    assert max(order.index("10.0.0.2"), order.index("10.0.0.3")) <= 4  # not 12 and 13


def test_two_clients_share_the_places_and_neither_drives_the_other_out() -> None:
    async def asked() -> int:
        turns = Turns(at_once=1, waiting=3, deadline_s=WAIT_S)
        go_on = threading.Event()
        for client in ("10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2"):
            turns.begin(go_on.wait, client)
        refused = 0
        for client in ("10.0.0.1", "10.0.0.2"):
            try:
                turns.begin(go_on.wait, client)
            except Refused:
                refused += 1
        go_on.set()
        return refused

    assert asyncio.run(asked()) == 2


def test_500_questions_at_eight_in_parallel_are_never_refused(tmp_path: Path) -> None:
    with (
        serving(create_app(Settings(data_dir=tmp_path), FakeChatbot())) as address,
        httpx.Client(base_url=address, timeout=WAIT_S) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        assert {each.result().status_code for each in flood(client, 500, pool)} == {200}


def test_an_answer_that_takes_too_long_is_given_up_and_keeps_its_place_until_it_ends() -> None:
    async def ask() -> None:
        turns = Turns(at_once=1, waiting=1, deadline_s=0.1)
        let_go = threading.Event()
        slow = turns.begin(let_go.wait)
        waiting = turns.begin(lambda: "never begun")
        for each in (slow, waiting):
            with pytest.raises(Exception, match="503"):
                await each
        while turns.taken > 1:  # who waited leaves
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert turns.taken == 1  # the thread cannot be stopped
        for at_once in (True, False):
            given_up = turns.begin(lambda: "nobody listens any more")
            if not at_once:
                await asyncio.sleep(0)
            given_up.cancel()
            with pytest.raises(asyncio.CancelledError):
                await given_up
            if at_once:  # it had no time to tell the one who waits: that one's turn comes all the same
                let_go.set()
                while turns.taken:
                    await asyncio.sleep(0.01)
        let_go.set()
        while turns.taken:
            await asyncio.sleep(0.01)
        assert await turns.begin(lambda: "an answer") == "an answer"

    asyncio.run(asyncio.wait_for(ask(), 20))


# From elsewhere


def test_no_other_websites_scripts_may_read_or_send_anything(client: TestClient) -> None:
    stranger = {"Origin": "https://evil.example"}
    wish = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,authorization"}
    for path in ("/api/chat", "/api/feedback", "/api/documents", "/api/admin/documents", "/"):
        for response in (client.options(path, headers=stranger | wish), client.get(path, headers=stranger)):
            assert [name for name in response.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),  # curl, scripts
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://named.example.fi"}, True),  # behind a proxy
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "http://testserver"}, True),  # a browser that is asked without https
        ({"Origin": "http://testserver:8080"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
    ],
    ids=str,
)
def test_another_websites_page_cannot_make_a_browser_ask(
    client: TestClient, chatbot: FakeChatbot, headers: dict[str, str], passes: bool
) -> None:
    answers = [
        client.post("/api/chat", json=QUESTION, headers=headers),
        client.post("/", data=QUESTION, headers=headers),
    ]
    assert [each.status_code for each in answers] == [200 if passes else 403] * 2
    assert len(chatbot.asked) == (2 if passes else 0)
    rated = client.post("/api/feedback", json={"answer_id": "x", "rating": "up"}, headers=headers)
    assert rated.status_code == (404 if passes else 403)
    if not passes:
        told(rated, 403, "another_site")
    assert client.get("/", headers=headers).status_code == 200  # a link is followed from anywhere


def test_neither_a_cookie_nor_a_form_administers(client: TestClient) -> None:
    for cookie in (f"Authorization=Bearer {TOKEN}", f"token={TOKEN}", f"Bearer {TOKEN}"):
        assert client.get("/api/admin/audit", headers={"Cookie": cookie}).status_code == 401
    for form in ({"Authorization": f"Bearer {TOKEN}"}, {"token": TOKEN}, {"access_token": TOKEN}):
        assert client.post("/api/admin/documents", data=form).status_code == 401
        assert client.get("/api/admin/audit", params=form).status_code == 401
    forged = {**SIGNED_IN, "Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/admin/documents", headers=forged).status_code == 403


def test_a_host_that_is_not_ours_is_refused_when_ours_are_named(tmp_path: Path, chatbot: FakeChatbot) -> None:
    with service(tmp_path, chatbot, allowed_hosts="ohjenuora.example.fi, [::1]") as client:
        for host, status in {
            "ohjenuora.example.fi": 200,
            "OHJENUORA.example.fi:8000": 200,
            "[::1]:8000": 200,
            "evil.example": 400,
            "ohjenuora.example.fi.evil.example": 400,
            "evil.example:ohjenuora.example.fi": 400,
            "": 400,
        }.items():
            assert client.get("/", headers={"Host": host}).status_code == status, host
        told(client.get("/", headers={"Host": "evil.example"}), 400, "bad_request")
        assert client.get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 200
        assert client.get("/api/admin/audit", headers={"Host": "evil.example"}).status_code == 401
        assert client.get("/api/admin/audit", headers={**SIGNED_IN, "Host": "evil.example"}).status_code == 400
        # A proxy that does not pass the host on: the page's own origin is one of ours all the same.
        through = {"Host": "ohjenuora.example.fi:8000", "Origin": "https://ohjenuora.example.fi"}
        assert client.post("/api/chat", json=QUESTION, headers=through).status_code == 200


@pytest.mark.parametrize(
    ("host", "given", "names"),
    [
        ("127.0.0.1", {}, ("localhost", "127.0.0.1", "[::1]")),
        ("0.0.0.0", {}, ()),  # noqa: S104  # what serves others is called as its operator says
        ("127.0.0.1", {"trusted_proxies": "127.0.0.1"}, ()),
        ("127.0.0.1", {"public_url": "https://ohjenuora.example.fi"}, ()),
        ("127.0.0.1", {"allowed_hosts": "ohjenuora.example.fi"}, ("ohjenuora.example.fi",)),
    ],
)
def test_who_serves_on_the_own_machine_alone_is_called_by_its_names(
    host: str, given: dict[str, str], names: tuple[str, ...]
) -> None:
    assert with_local_names(Settings.model_validate(given), host).host_names == names


def test_nothing_is_built_from_the_host_that_a_request_names(client: TestClient) -> None:
    host = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Accept": "text/html, */*"}
    source = f"/documents/{guidance().id}"
    paths = [
        "/",
        "/?lang=sv",
        source,
        source + "/",
        "/accessibility",
        "/nowhere",
        "/static",
        "/openapi.json",
        "/api/chat",
    ]
    responses = [client.get(path, headers=host, follow_redirects=False) for path in [*paths, "/api/documents"]]
    responses += [client.post("/", data=QUESTION, headers=host), client.post("/api/chat", json=QUESTION, headers=host)]
    for response in responses:
        assert "evil" not in response.text + json.dumps(dict(response.headers))


def test_the_cookie_of_the_language_is_only_for_us_and_only_over_https_where_that_is(client: TestClient) -> None:
    plain = client.get("/?lang=sv").headers["set-cookie"].lower()
    client.cookies.clear()
    client.base_url = "https://testserver"
    secure = client.get("/?lang=sv").headers["set-cookie"].lower()
    for cookie in (plain, secure):
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
    assert "secure" not in plain
    assert "; secure" in secure
