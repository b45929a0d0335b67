"""Browser sessions of administrators: how they begin, are kept, listed and end, in SQLite and in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.app import create_app
from api.audit import entries
from api.auth import PAGE_HEADER, TOKEN_USER
from api.identity import Identity
from api.sessions import MOST_OF_ONE, PLAIN_COOKIE, SECURE_COOKIE, SEEN_EVERY, Sessions
from api.store import Store
from api.tables import sessions as table
from rag.index.database import engine_of
from rag.settings import Settings
from tests.support import postgres
from tests.support.fakes import FakeChatbot

TOKEN = "a-long-token-of-a-small-installation"
OTHER_TOKEN = "another-long-token-for-the-next-year"
PAGE = {PAGE_HEADER: "admin"}
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AINO = Identity("aino", frozenset({"editor"}), "c")


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with postgres.stored_in(request.param, tmp_path, request, admin_token=TOKEN) as made:
        yield made


@pytest.fixture
def kept(settings: Settings) -> Sessions:
    store = Store(settings)
    store.prepare()
    return Sessions(settings, store.engine)


# What is kept


def test_a_session_is_found_by_its_secret_which_is_not_kept(kept: Sessions, settings: Settings) -> None:
    secret, begun = kept.begin(AINO, "2001:db8::1", NOON)
    found = kept.find(secret, NOON)
    assert found == begun
    assert (begun.who, begun.roles, begun.credential) == ("aino", frozenset({"editor"}), "c")
    assert begun.client == "20010db800000000/64"
    with engine_of(settings).connect() as connection:
        assert secret not in str(connection.execute(select(table)).all())
    for wrong in ("", "x", secret[:-1], secret + "A", begun.id, "A" * 43, secret.swapcase()):
        assert kept.find(wrong, NOON) is None


def test_a_session_ends_when_it_is_not_used_and_when_its_day_is_over(kept: Sessions) -> None:
    secret, begun = kept.begin(AINO, "10.0.0.1", NOON)
    assert begun.ends_at == NOON + 30 * MINUTE
    assert kept.find(secret, NOON + 29 * MINUTE) is not None
    assert kept.find(secret, NOON + 58 * MINUTE) is not None  # by having been used it goes on
    idle, _ = kept.begin(AINO, "10.0.0.1", NOON)
    assert kept.find(idle, NOON + 30 * MINUTE) is None
    for minutes in range(60, 12 * 60, 20):
        used = kept.find(secret, NOON + minutes * MINUTE)
    assert used is not None
    assert used.ends_at == NOON + 12 * HOUR
    assert kept.find(secret, NOON + 12 * HOUR) is None


def test_a_use_is_written_down_once_a_minute(kept: Sessions) -> None:
    secret, _ = kept.begin(AINO, "10.0.0.1", NOON)
    soon = kept.find(secret, NOON + SEEN_EVERY / 2)
    later = kept.find(secret, NOON + SEEN_EVERY)
    assert soon is not None
    assert later is not None
    assert (soon.seen_at, later.seen_at) == (NOON, NOON + SEEN_EVERY)


def test_one_person_has_so_many_sessions_and_the_one_unused_for_longest_ends(kept: Sessions) -> None:
    eero, _ = kept.begin(Identity("eero", frozenset({"auditor"}), "c"), "10.0.0.3", NOON)
    first, _ = kept.begin(AINO, "10.0.0.1", NOON)
    second, _ = kept.begin(AINO, "10.0.0.1", NOON + MINUTE)
    assert kept.find(first, NOON + 3 * MINUTE) is not None
    others = [kept.begin(AINO, "10.0.0.1", NOON + 4 * MINUTE)[0] for _ in range(MOST_OF_ONE - 1)]
    now = NOON + 5 * MINUTE
    assert len(kept.of("aino", now)) == MOST_OF_ONE
    assert kept.find(second, now) is None
    assert all(kept.find(each, now) for each in (first, *others, eero))


def test_sessions_are_listed_and_ended_by_whose_they_are(kept: Sessions, settings: Settings) -> None:
    eero = Identity("eero", frozenset({"auditor"}), "c")
    first, one = kept.begin(AINO, "10.0.0.1", NOON)
    second, two = kept.begin(AINO, "10.0.0.2", NOON + MINUTE)
    third, three = kept.begin(eero, "10.0.0.3", NOON + 2 * MINUTE)
    now = NOON + 3 * MINUTE
    assert [each.id for each in kept.of("aino", now)] == [two.id, one.id]
    assert [each.id for each in kept.of(None, now)] == [three.id, two.id, one.id]
    assert kept.end(one.id, "eero") is None
    assert kept.find(first, now) is not None
    assert kept.end(one.id, "aino") == "aino"
    assert kept.end(one.id) is None
    assert kept.find(first, now) is None
    elsewhere = Sessions(settings, Store(settings).engine)  # another process of the same installation
    assert elsewhere.end_all("aino") == 1
    assert kept.find(second, now) is None
    assert kept.find(third, now) is not None
    kept.forget(now + 12 * HOUR)
    with engine_of(settings).connect() as connection:
        assert connection.execute(select(table)).all() == []


# Over HTTP


Browser = Callable[[], TestClient]


@pytest.fixture
def browser(settings: Settings) -> Browser:
    """Browsers of one service, each with its own cookies."""
    app = create_app(settings, FakeChatbot())
    return lambda: TestClient(app, base_url="https://testserver")


def signed_in(browser: Browser, token: str = TOKEN) -> TestClient:
    client = browser()
    assert client.post("/api/admin/sessions", headers={"Authorization": f"Bearer {token}", **PAGE}).status_code == 204
    return client


def status(client: TestClient) -> int:
    return client.get("/api/admin/me", headers=PAGE).status_code


def test_a_token_becomes_a_cookie_that_no_script_and_no_other_site_can_use(browser: Browser) -> None:
    client = browser()
    begun = client.post("/api/admin/sessions", headers={"Authorization": f"Bearer {TOKEN}"})
    [cookie] = begun.headers.get_list("set-cookie")
    name, *attributes = cookie.lower().split("; ")
    assert name.startswith(SECURE_COOKIE.lower() + "=")
    assert {"httponly", "secure", "samesite=strict", "path=/", "max-age=43200"} <= set(attributes)
    assert not any(each.startswith("domain") for each in attributes)
    assert TOKEN not in cookie
    assert client.get("/api/admin/me", headers=PAGE).json()["name"] == TOKEN_USER
    assert client.get("/api/admin/me").status_code == 401  # as another website's page would have it sent
    assert client.get("/api/admin/me", headers={**PAGE, "Authorization": "Bearer wrong"}).status_code == 401
    # A session cannot beget another.
    assert client.post("/api/admin/sessions", headers=PAGE).status_code == 403


def test_a_form_of_another_website_does_nothing_even_with_the_cookie(browser: Browser) -> None:
    client = signed_in(browser)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.delete("/api/admin/sessions", headers=headers).status_code == 401
    across = {**PAGE, "Sec-Fetch-Site": "cross-site"}
    assert client.delete("/api/admin/sessions", headers=across).status_code == 403
    assert status(client) == 200


def test_over_https_the_cookie_of_plain_http_counts_for_nothing(settings: Settings) -> None:
    app = create_app(settings, FakeChatbot())
    plain = TestClient(app, base_url="http://testserver")
    begun = plain.post("/api/admin/sessions", headers={"Authorization": f"Bearer {TOKEN}"})
    assert begun.headers["set-cookie"].startswith(f"{PLAIN_COOKIE}=")
    assert status(plain) == 200
    secure = TestClient(app, base_url="https://testserver")
    secure.cookies.set(PLAIN_COOKIE, plain.cookies[PLAIN_COOKIE])
    assert status(secure) == 401


def test_signing_out_ends_the_session_itself(browser: Browser) -> None:
    client = signed_in(browser)
    stolen = client.cookies[SECURE_COOKIE]
    other = signed_in(browser)
    assert client.delete("/api/admin/sessions/current", headers=PAGE).status_code == 204
    assert SECURE_COOKIE not in client.cookies
    thief = browser()
    thief.cookies.set(SECURE_COOKIE, stolen)
    assert (status(thief), status(other)) == (401, 200)


def test_one_sees_ones_sessions_and_ends_them_one_by_one_or_all(browser: Browser) -> None:
    first, second, third = (signed_in(browser) for _ in range(3))
    listed = first.get("/api/admin/sessions", headers=PAGE).json()
    assert [each["current"] for each in listed].count(True) == 1
    assert {each["client"] for each in listed} == {"testclient"}
    assert len(listed) == 3
    [own] = [each["id"] for each in listed if each["current"]]
    assert second.delete(f"/api/admin/sessions/{own}", headers=PAGE).status_code == 204
    assert (status(first), status(second), status(third)) == (401, 200, 200)
    assert second.delete(f"/api/admin/sessions/{own}", headers=PAGE).status_code == 404
    assert second.delete("/api/admin/sessions", headers=PAGE).status_code == 204
    assert (status(second), status(third)) == (401, 401)


def test_others_sessions_are_for_administrators(settings: Settings, browser: Browser) -> None:
    administrator = signed_in(browser)
    [own] = administrator.get("/api/admin/sessions", headers=PAGE).json()
    store = Store(settings)
    credential = store_credential(settings)
    secret, session = Sessions(settings, store.engine).begin(
        Identity("aino", frozenset({"editor"}), credential), "10.0.0.1", datetime.now(UTC)
    )
    editor = browser()
    editor.cookies.set(SECURE_COOKIE, secret)
    assert [each["who"] for each in editor.get("/api/admin/sessions", headers=PAGE).json()] == ["aino"]
    assert editor.get("/api/admin/sessions?everybody=true", headers=PAGE).status_code == 403
    assert editor.delete(f"/api/admin/sessions/{own['id']}", headers=PAGE).status_code == 404
    everybody = administrator.get("/api/admin/sessions?everybody=true", headers=PAGE).json()
    assert {each["who"] for each in everybody} == {"aino", TOKEN_USER}
    assert administrator.delete(f"/api/admin/sessions/{session.id}", headers=PAGE).status_code == 204
    assert (status(editor), status(administrator)) == (401, 200)


def store_credential(settings: Settings) -> str:
    """What those sessions rest on that are kept now."""
    with engine_of(settings).connect() as connection:
        credential: str = connection.execute(select(table.c.credential)).scalars().one()
    return credential


def test_a_session_ends_with_the_token_that_began_it(settings: Settings) -> None:
    def service(tokens: str) -> Browser:
        app = create_app(settings.model_copy(update={"admin_token": type(settings.admin_token)(tokens)}), FakeChatbot())
        return lambda: TestClient(app, base_url="https://testserver")

    both = service(f"{TOKEN},{OTHER_TOKEN}")
    old, new = signed_in(both, TOKEN), signed_in(both, OTHER_TOKEN)
    later = service(OTHER_TOKEN)()
    for client, expected in ((old, 401), (new, 200)):
        later.cookies.clear()
        later.cookies.set(SECURE_COOKIE, client.cookies[SECURE_COOKIE])
        assert status(later) == expected


def test_an_idle_session_is_asked_to_sign_in_again(settings: Settings, browser: Browser) -> None:
    client = signed_in(browser)
    with engine_of(settings).begin() as connection:
        connection.execute(update(table).values(seen_at=datetime.now(UTC) - 31 * MINUTE))
    assert status(client) == 401


def test_a_browser_is_told_to_come_by_https_only_where_it_has(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path), FakeChatbot())
    said = {
        scheme: TestClient(app, base_url=f"{scheme}://testserver").get("/healthz").headers
        for scheme in ("http", "https")
    }
    assert "max-age=31536000" in said["https"]["strict-transport-security"]
    assert "strict-transport-security" not in said["http"]


def test_who_signs_in_and_out_and_who_could_not_is_in_the_audit_log(browser: Browser, settings: Settings) -> None:
    client = signed_in(browser)
    signed_in(browser)
    assert client.get("/api/admin/me", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.delete("/api/admin/sessions/current", headers=PAGE).status_code == 204
    again = signed_in(browser)
    assert again.delete("/api/admin/sessions", headers=PAGE).status_code == 204
    with engine_of(settings).connect() as connection:
        found = [(each.action, each.who, each.details["client"]) for each in entries(connection, None, 9)][::-1]
    assert found == [
        ("sign_in", TOKEN_USER, "testclient"),
        ("sign_in", TOKEN_USER, "testclient"),
        ("sign_in_failed", "?", "testclient"),
        ("sign_out", TOKEN_USER, "testclient"),
        ("sign_in", TOKEN_USER, "testclient"),
        ("sign_out_everywhere", TOKEN_USER, "testclient"),
    ]
