"""Guessing the administrators' token, and what a provider that does not answer may delay: on a real server."""

from __future__ import annotations

import base64
import json
import logging
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth import FREE_COOKIES, PAGE_HEADER
from api.sessions import SECURE_COOKIE
from api.tries import FORGOTTEN_AFTER_S, FREE_TRIES, LONGEST_WAIT_S, Tries
from rag.language.messages import say
from rag.settings import Settings
from rag.types import LANGUAGES
from tests.support.browser import serving
from tests.support.fakes import FakeChatbot
from tests.support.waiting import WAIT_S

TOKEN = "a-long-token-of-a-small-installation"
ME = "/api/admin/me"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# The counting


def test_after_a_few_wrong_tries_each_takes_twice_as_long() -> None:
    now = 0.0
    tries = Tries(free=3, clock=lambda: now)
    assert [tries.wrong("10.0.0.1") for _ in range(3)] == [(1, 0.0), (2, 0.0), (3, 1.0)]
    assert tries.wait_s("10.0.0.1") == 1.0
    assert tries.wait_s("10.0.0.2") == 0.0
    now = 0.75
    assert tries.wait_s("10.0.0.1") == 0.25
    for wait_s in (2.0, 4.0, 8.0):
        now += 1000
        assert tries.wait_s("10.0.0.1") == 0.0
        assert tries.wrong("10.0.0.1")[1] == wait_s
    for _ in range(2000):
        now += LONGEST_WAIT_S
        assert tries.wrong("10.0.0.1")[1] <= LONGEST_WAIT_S
    now += FORGOTTEN_AFTER_S
    assert tries.wait_s("10.0.0.2") == 0.0
    assert tries._wrong == {}  # nobody's address is kept for longer than it is of use
    assert tries.wrong("10.0.0.1") == (1, 0.0)


def test_a_client_is_a_network_of_ipv6_and_memory_is_bounded() -> None:
    tries = Tries(free=1, clock=lambda: 0.0, max_clients=3)
    tries.wrong("2001:db8::1")
    assert tries.wait_s("2001:db8::ffff:1") > 0
    assert tries.wait_s("2001:db8:0:1::1") == 0
    for number in range(1000):
        tries.wrong(f"10.1.{number // 256}.{number % 256}")
    assert len(tries._wrong) == 3


# Over HTTP


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Of a service for whose wrong tries no time goes by, however slow the machine is."""
    monkeypatch.setattr("api.auth.Tries", partial(Tries, clock=lambda: 0.0))
    settings = Settings.model_validate({"data_dir": tmp_path, "admin_token": TOKEN})
    return TestClient(create_app(settings, FakeChatbot()), base_url="https://testserver")


def test_a_token_is_not_to_be_found_out_by_trying(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    statuses = Counter(client.get(ME, headers=bearer(f"guess-{n}")).status_code for n in range(1500))
    assert statuses == {401: FREE_TRIES, 429: 1500 - FREE_TRIES}
    for language in LANGUAGES:  # whoever has to wait is not looked at, whatever they bring
        refused = client.get(ME, headers={**bearer(TOKEN), "Accept-Language": language})
        assert refused.status_code == 429
        seconds = int(refused.headers["retry-after"])
        assert refused.json()["detail"] == say(language, "admin.error.too_many_tries", seconds=seconds)
    wrong = [record.getMessage() for record in caplog.records if record.name == "api.auth"]
    assert len(wrong) == statuses[401]
    assert wrong[0] == "Wrong try 1 to sign in from testclient; the next in 0 s"
    assert "guess" not in caplog.text
    assert TOKEN not in caplog.text


def test_who_brings_nothing_has_tried_nothing(client: TestClient) -> None:
    assert {client.get(ME).status_code for _ in range(50)} == {401}
    assert client.get(ME, headers=bearer(TOKEN)).status_code == 200


def test_made_up_cookies_are_looked_up_only_so_often(client: TestClient) -> None:
    client.cookies.set(SECURE_COOKIE, "A" * 43)
    page = {PAGE_HEADER: "admin"}
    statuses = [client.get(ME, headers=page).status_code for _ in range(FREE_COOKIES + 20)]
    assert Counter(statuses[:FREE_COOKIES]) == {401: FREE_COOKIES}
    assert statuses.count(429) >= 15
    assert client.get(ME, headers=bearer(TOKEN)).status_code == 200  # signing in anew is another matter


def test_without_a_role_nothing_is_taken_in(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token of the provider alone is no leave to send 50 MB."""
    monkeypatch.setattr("api.auth.roles_of", lambda _names: frozenset())
    monkeypatch.setattr("api.oidc.Provider.claims", lambda *_: {"sub": "u"})
    given = {"data_dir": tmp_path, "oidc_issuer": "https://login.example.fi", "oidc_audience": "x"}
    asked = TestClient(create_app(Settings.model_validate(given), FakeChatbot()))

    def endless() -> Iterator[bytes]:
        raise AssertionError("the body was asked for")
        yield b""

    headers = {**bearer("e30.e30.e30"), "Content-Length": "40000000"}
    assert asked.post("/api/admin/documents", headers=headers).status_code == 403
    assert asked.get(ME, headers=headers).json()["role"] is None


# A provider that answers a byte at a time, or not at all


@contextmanager
def trickling(pause_s: float) -> Iterator[str]:
    """The address of a provider that begins to answer and then sends a blank now and then."""
    over = threading.Event()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        listening.settimeout(0.1)

        def answer(line: socket.socket) -> None:
            with line:
                try:
                    line.recv(10_000)
                    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                    while not over.wait(pause_s):
                        line.sendall(b" ")
                except OSError:
                    return  # who asked has gone

        def serve() -> None:
            with ThreadPoolExecutor(100) as pool:
                while not over.is_set():
                    try:
                        line, _ = listening.accept()
                    except TimeoutError:
                        continue
                    pool.submit(answer, line)

        running = threading.Thread(target=serve)
        running.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            running.join()


def unknown_key(number: int) -> str:
    parts = ({"alg": "RS256", "kid": f"k{number}"}, {"sub": "x"})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join((*encoded, "AAAA"))


def test_a_slow_provider_delays_only_who_signs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.oidc.WHOLE_ANSWER_S", 3.0)
    monkeypatch.setattr("api.sign_in.WHOLE_ANSWER_S", 3.0)
    with trickling(pause_s=0.5) as issuer:
        given = {"data_dir": tmp_path, "admin_token": TOKEN, "oidc_issuer": issuer, "oidc_audience": "ohjenuora"}
        settings = Settings.model_validate(given)
        limits = httpx.Limits(max_connections=300)
        with (
            serving(create_app(settings, FakeChatbot()), settings) as address,
            httpx.Client(base_url=address, timeout=WAIT_S, limits=limits) as client,
            ThreadPoolExecutor(120) as pool,
        ):
            began = time.monotonic()
            waiting = [pool.submit(client.get, ME, headers=bearer(unknown_key(n))) for n in range(60)]
            waiting += [pool.submit(client.get, "/admin/login") for _ in range(60)]
            while not any(each.done() for each in waiting) and time.monotonic() - began < 1.0:
                for path in ("/documents", "/static/style.css", "/api/documents", "/healthz"):
                    assert client.get(path).status_code == 200
                assert client.get(ME, headers=bearer(TOKEN)).status_code == 200
            assert not any(each.done() for each in waiting)  # so all that was beside them
            statuses = Counter(each.result().status_code for each in waiting)
            assert time.monotonic() - began < 10
    assert statuses.keys() <= {401, 429, 502}
    assert statuses[502] == 60
