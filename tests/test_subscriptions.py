"""Who wants to hear of changes: the Atom feeds, in the reader's language and of what they may read, and the webhook."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import etree
from sqlalchemy import select

from api.app import create_app
from api.auth import PAGE_HEADER
from api.store import Store
from api.tables import webhook
from api.webhook import FIRST_WAIT_S, TRIES, Telling
from rag.chatbot import Chatbot
from rag.errors import BadSetting
from rag.index.build import build_index
from rag.index.opening import current_version, index_folder
from rag.index.pointer import write_current
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings, load_settings
from tests.support import postgres
from tests.support.listener import Ear, Listener, listener
from tests.support.waiting import WAIT_S

TOKEN = "a-long-token-of-a-small-installation"
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two characters").decode()
ATOM = {"a": "http://www.w3.org/2005/Atom"}
Build = Callable[[], None]


def entries(client: TestClient, path: str = "/api/feed.atom", **params: str) -> list[str]:
    """The titles, the latest first."""
    response = client.get(path, params=params)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/atom+xml")
    root = etree.fromstring(response.content)
    return [each.findtext("a:title", "", ATOM) for each in root.iterfind("a:entry", ATOM)]


def until(client: TestClient, title: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while title not in entries(client, lang="fi"):
        assert time.monotonic() < deadline, title
        time.sleep(0.05)


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    with pytest.MonkeyPatch.context() as patch, listener(tmp_path_factory.mktemp("heard")) as listening:
        patch.setenv("SSL_CERT_FILE", str(listening.certificate))
        yield listening


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, settings: Settings, listening: Listener) -> Settings:
    folder = tmp_path_factory.mktemp("subscriptions")
    (folder / "corpus").mkdir()
    (folder / "data").mkdir()
    (folder / "data" / "models").symlink_to((settings.data_dir / "models").resolve())
    write(folder / "corpus", "kirjasto", "Kirjasto & lukusali", "Kirjasto on avoinna arkisin.")
    write(folder / "corpus", "palkat", "Palkat", "Palkoista päätetään syksyllä.", "groups: [hr]")
    values = {"corpus_dir": folder / "corpus", "data_dir": folder / "data", "admin_token": TOKEN, "threads": 1}
    values |= {"public_url": "https://ohjenuora.example.fi", "webhook_url": listening.ear("service").address}
    return Settings.model_validate(values | {"webhook_secret": SECRET, "reachable_networks": "127.0.0.1,::1"})


@pytest.fixture(scope="module")
def build(small: Settings, embedder: Embedder, lexicon: Lexicon) -> Build:
    def build() -> None:
        build_index(small, embedder, lexicon)

    return build


@pytest.fixture(scope="module")
def client(small: Settings, build: Build, embedder: Embedder, lexicon: Lexicon) -> Iterator[TestClient]:
    build()
    with TestClient(create_app(small, Chatbot(small, embedder, lexicon)), base_url="https://testserver") as client:
        yield client


def write(corpus: Path, name: str, title: str, text: str, more: str = "") -> None:
    head = f"---\nid: {name}\ntitle: {title}\nlanguage: fi\n{more}\n---\n\n"
    (corpus / f"{name}.md").write_text(f"{head}{text}\n", encoding="utf-8")


def documents_of(told: tuple[dict[str, str], bytes]) -> list[tuple[str, str]]:
    return [(each["id"], each["change"]) for each in json.loads(told[1])["data"]["documents"]]


def test_what_comes_into_use_is_told_to_whoever_may_read_it(
    client: TestClient, small: Settings, build: Build, listening: Listener
) -> None:
    heard = listening.ear("service")
    until(client, "Uusi: Kirjasto & lukusali")
    assert documents_of(heard.next()) == [("kirjasto", "added")]  # what is for a group is told to no program
    write(small.corpus_dir, "tori", "Tori", "Torilla saa myydä mansikoita.")
    write(small.corpus_dir, "kirjasto", "Kirjasto & lukusali", "Kirjasto on avoinna myös lauantaisin.")
    write(small.corpus_dir, "palkat", "Palkat", "Palkoista päätetään keväällä.", "groups: [hr]")
    build()
    until(client, "Uusi: Tori")
    headers, body = heard.next()
    assert documents_of((headers, body)) == [("tori", "added"), ("kirjasto", "changed")]
    said = json.loads(body)
    assert (said["type"], said["data"]["documents"][0]["title"]) == ("documents.published", "Tori")
    assert said["data"]["documents"][0]["url"] == "https://ohjenuora.example.fi/documents/tori"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = b"a secret of thirty-two characters"
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"

    assert entries(client, lang="fi") == ["Muuttunut: Kirjasto & lukusali", "Uusi: Tori", "Uusi: Kirjasto & lukusali"]
    assert entries(client, lang="sv")[:2] == ["Ändrad: Kirjasto & lukusali", "Ny: Tori"]
    assert entries(client, lang="en")[:2] == ["Changed: Kirjasto & lukusali", "New: Tori"]
    assert entries(client, "/api/documents/tori/feed.atom", lang="fi") == ["Uusi: Tori"]
    assert client.get("/api/documents/palkat/feed.atom").status_code == 404
    assert client.get("/api/documents/puuttuu/feed.atom").status_code == 404
    with TestClient(client.app, base_url="https://testserver") as signed_in:
        begun = signed_in.post(
            "/api/admin/sessions", headers={"Authorization": f"Bearer {TOKEN}", PAGE_HEADER: "admin"}
        )
        assert begun.status_code == 204
        assert entries(signed_in, lang="fi")[:2] == ["Muuttunut: Palkat", "Muuttunut: Kirjasto & lukusali"]
        assert entries(signed_in, "/api/documents/palkat/feed.atom", lang="fi") == ["Muuttunut: Palkat", "Uusi: Palkat"]

    # What has gone, and what has become for a group alone.
    (small.corpus_dir / "tori.md").unlink()
    write(small.corpus_dir, "kirjasto", "Kirjasto & lukusali", "Kirjasto on avoinna aina.", "groups: [hr]")
    build()
    until(client, "Poistettu käytöstä: Tori")
    assert entries(client, lang="fi") == ["Poistettu käytöstä: Tori", "Uusi: Tori"]
    assert entries(client, "/api/documents/tori/feed.atom", lang="en") == ["Withdrawn: Tori", "New: Tori"]
    assert documents_of(heard.next()) == [("tori", "withdrawn")]


def test_a_feed_is_a_whole_one_and_sent_once(client: TestClient) -> None:
    deadline = time.monotonic() + WAIT_S
    while not entries(client):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    response = client.get("/api/feed.atom", headers={"Accept-Language": "sv"})
    root = etree.fromstring(response.content)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "sv"
    for part in ("id", "title", "updated", "author/a:name", "link[@rel='self']"):
        assert len(root.findall(f"a:{part}", ATOM)) == 1, part
    names = [each.findtext("a:id", "", ATOM) for each in root.iterfind("a:entry", ATOM)]
    assert len(set(names)) == len(names) > 0
    assert all(each.startswith("https://ohjenuora.example.fi/") for each in names)
    for moment in root.iter("{*}updated"):
        assert datetime.fromisoformat(moment.text or "").tzinfo is not None
    again = client.get("/api/feed.atom", headers={"Accept-Language": "sv", "If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "/api/feed.atom?lang=fi" in client.get("/documents", params={"lang": "fi"}).text


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture
def heard(request: pytest.FixtureRequest, listening: Listener) -> Ear:
    return listening.ear(request.node.name)


@pytest.fixture(params=["sqlite", "postgresql"])
def telling(
    request: pytest.FixtureRequest, tmp_path: Path, small: Settings, build: Build, heard: Ear
) -> Iterator[tuple[Telling, Store]]:
    """Over a database of its own: all that is in use is new to it."""
    write(small.corpus_dir, "uimala", "Uimala", "Uimalassa peseydytään ensin.")
    build()
    (tmp_path / "index").symlink_to((small.data_dir / "index").resolve())
    given = small.model_dump(exclude={"data_dir", "database_url"}) | {"webhook_url": heard.address}
    with postgres.stored_in(request.param, tmp_path, request, **given) as own:
        store = Store(own)
        store.prepare()
        write_current(own, index_folder(own), current_version(small) or "")
        yield Telling(own, store), store


def state(store: Store) -> tuple[Any, ...]:
    with store.engine.connect() as connection:
        return tuple(connection.execute(select(webhook)).one())


@pytest.mark.parametrize("status", [500, 307])
def test_what_is_not_taken_is_told_again_later(status: int, telling: tuple[Telling, Store], heard: Ear) -> None:
    teller, store = telling
    now = datetime(2026, 3, 1, 8, tzinfo=UTC)
    heard.statuses = [status, 200]
    teller.tell(now)
    first = heard.next()
    assert (state(store)[1], state(store)[2]) == (1, now + timedelta(seconds=FIRST_WAIT_S))
    teller.tell(now + timedelta(seconds=FIRST_WAIT_S - 1))
    assert heard.told.empty()
    teller.tell(now + timedelta(seconds=FIRST_WAIT_S))
    second = heard.next()
    assert (first[1], first[0]["webhook-id"]) == (second[1], second[0]["webhook-id"])  # so that it counts once
    assert state(store)[1:] == (0, None)
    teller.tell(now + timedelta(days=1))
    assert heard.told.empty()


def test_it_is_given_up_in_the_end(telling: tuple[Telling, Store], heard: Ear) -> None:
    teller, store = telling
    now = datetime(2026, 3, 1, 8, tzinfo=UTC)
    heard.statuses = [500] * TRIES
    for day in range(TRIES):
        teller.tell(now + timedelta(days=day))
        heard.next()
        assert (state(store)[0] == 0) == (day < TRIES - 1)
    assert (state(store)[0] > 0, state(store)[1:]) == (True, (0, None))


def test_a_private_address_is_not_told(telling: tuple[Telling, Store], heard: Ear) -> None:
    teller, store = telling
    closed = teller.settings.model_copy(update={"reachable_networks": ""})
    Telling(closed, store).tell(datetime(2026, 3, 1, 8, tzinfo=UTC))
    assert (state(store)[1], heard.told.empty()) == (1, True)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"OHJENUORA_WEBHOOK_URL": "http://example.fi/"}, "OHJENUORA_WEBHOOK_URL"),
        ({"OHJENUORA_WEBHOOK_URL": "https://example.fi/"}, "OHJENUORA_WEBHOOK_SECRET"),
        ({"OHJENUORA_WEBHOOK_URL": "https://example.fi/", "OHJENUORA_WEBHOOK_SECRET": "lyhyt"}, "32 characters"),
        ({"OHJENUORA_WEBHOOK_SECRET": "whsec_ei%base64"}, "no base64"),
    ],
)
def test_a_webhook_is_called_by_https_and_signed(given: dict[str, str], why: str) -> None:
    with pytest.raises(BadSetting, match=why) as raised:
        load_settings(given, Path("no-such-file"))
    assert "lyhyt" not in str(raised.value)
