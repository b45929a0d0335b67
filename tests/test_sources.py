"""Sources that keep themselves current, as an editor has them: looked at, proposed, published by themselves where that
is wanted, and nothing taken away or overwritten that somebody did by hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient
from filelock import FileLock

from api.app import create_app
from api.jobs import Jobs
from api.source_looks import last_look
from api.source_watch import SourceWatch
from api.store import Store
from rag.chatbot import Chatbot
from rag.cli import main
from rag.curated.changes import CHANGE
from rag.index.build import build_index
from rag.index.database import engine_of
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.fakes import FakeChatbot

TOKEN = "a-long-token-of-a-small-installation"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}
PATIENCE_S = 300.0


def write(folder: Path, sources: list[dict[str, Any]]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}), encoding="utf-8")


def looked(client: TestClient, **params: str) -> dict[str, Any]:
    """The sources by their names, when a look that is begun here has ended."""
    begun = client.post("/api/admin/sources/look", params=params)
    assert begun.status_code == 202, begun.text
    deadline = time.monotonic() + PATIENCE_S
    while (told := client.get("/api/admin/sources").json())["running"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return {each["name"]: each for each in told["sources"]}


def open_drafts(client: TestClient) -> dict[str, str]:
    """What each document's open draft would do, with who made it."""
    found = client.get("/api/admin/drafts", params={"status": "open"}).json()
    return {each["change"]["id"]: f"{each['change']['kind']} by {each['made_by']}" for each in found}


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("sources")
    for name in ("itse", "luonnokset"):
        (folder / name).mkdir()
    given: list[dict[str, Any]] = [
        {"name": "itse", "folder": str(folder / "itse"), "publish": True},
        {"name": "luonnokset", "folder": str(folder / "luonnokset")},
    ]
    write(folder / "corpus", given)
    (folder / "corpus" / "kirjasto.md").write_text("# Kirjasto\n\nKirjasto on avoinna arkisin.\n", encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "models").symlink_to((settings.data_dir / "models").resolve())
    values = {"corpus_dir": folder / "corpus", "data_dir": folder / "data", "admin_token": TOKEN, "threads": 1}
    small = Settings.model_validate(values)
    build_index(small, embedder, lexicon)
    with TestClient(create_app(small, Chatbot(small, embedder, lexicon)), headers=HEADERS) as client:
        client.app_state |= {"folder": folder, "settings": small}
        yield client


def test_what_changes_becomes_drafts_or_is_published_and_what_vanishes_waits(client: TestClient) -> None:
    folder: Path = client.app_state["folder"]
    file = folder / "itse" / "museo.txt"
    file.write_text("Museo on auki iltaisin.", encoding="utf-8")
    (folder / "itse" / "rikki.pdf").write_bytes(b"%PDF-1.7 katkennut")
    (folder / "luonnokset" / "uimala.txt").write_text("Uimalassa peseydytään ensin.", encoding="utf-8")
    found = looked(client)
    assert (found["itse"]["changed"], found["itse"]["published"]) == (["itse-museo"], ["itse-museo"])
    [broken] = found["itse"]["failures"]
    assert (broken["path"], broken["reason"]) == ("rikki.pdf", "damaged")
    assert broken["detail"].startswith("The file rikki.pdf cannot be read because it is damaged.")
    assert (found["luonnokset"]["changed"], found["luonnokset"]["published"]) == (["luonnokset-uimala"], [])
    assert client.get("/api/documents/itse-museo").json()["text"].strip() == "Museo on auki iltaisin."
    assert client.get("/api/documents/luonnokset-uimala").status_code == 404
    assert open_drafts(client) == {"luonnokset-uimala": "document by Ohjenuora: luonnokset"}

    # What has vanished waits for an editor, also where changes do not, and is proposed once.
    file.rename(folder / "museo.txt")
    found = looked(client, name="itse")
    assert (found["itse"]["vanished"], found["itse"]["published"]) == (["itse-museo"], [])
    assert open_drafts(client)["itse-museo"] == "withdraw by Ohjenuora: itse"
    assert client.get("/api/documents/itse-museo").status_code == 200
    assert looked(client, name="itse")["itse"]["vanished"] == []
    (folder / "museo.txt").rename(file)  # it was away for a while
    found = looked(client, name="itse")
    assert (found["itse"]["changed"], "itse-museo" in open_drafts(client)) == ([], False)
    audit = client.get("/api/admin/audit", params={"who": "Ohjenuora: itse"}).json()
    assert [each["action"] for each in reversed(audit)] == ["draft", "publish", "published", "draft", "discard"]


def test_what_somebody_put_in_its_place_by_hand_stays(client: TestClient, embedder: Embedder, lexicon: Lexicon) -> None:
    folder: Path = client.app_state["folder"]
    file = folder / "luonnokset" / "sauna.txt"
    file.write_text("Sauna lämpenee perjantaina.", encoding="utf-8")
    assert "luonnokset-sauna" in looked(client)["luonnokset"]["changed"]
    by_hand = {"file": ("sauna.txt", b"Sauna on suljettu.")}
    made = client.post("/api/admin/documents", files=by_hand, data={"id": "luonnokset-sauna"})
    assert made.status_code == 201, made.text
    change = CHANGE.validate_python(made.json()["change"])
    # As publishing it would, without a process that loads the model.
    build_index(client.app_state["settings"], embedder, lexicon, edit=lambda changes: changes.with_change(change))

    file.write_text("Sauna lämpenee lauantaina.", encoding="utf-8")
    found = looked(client, name="luonnokset")["luonnokset"]
    assert (found["changed"], [each["reason"] for each in found["failures"]]) == ([], ["by_hand"])
    file.unlink()
    assert looked(client, name="luonnokset")["luonnokset"]["vanished"] == []
    drafts = client.get("/api/admin/drafts", params={"status": "open"}).json()
    of_sauna = [each for each in drafts if each["change"]["id"] == "luonnokset-sauna"]
    assert [each["id"] for each in of_sauna] == [made.json()["id"]]


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Settings]:
    """Without an index, and with a source that is looked at every minute."""
    (tmp_path / "ohjeet").mkdir()
    (tmp_path / "ohjeet" / "tori.txt").write_text("Tori on auki lauantaisin.", encoding="utf-8")
    write(tmp_path / "corpus", [{"name": "ohjeet", "folder": str(tmp_path / "ohjeet"), "says": {"groups": ["hr"]}}])
    values = {"corpus_dir": tmp_path / "corpus", "data_dir": tmp_path / "data", "admin_token": TOKEN}
    settings = Settings.model_validate(values | {"sources_every_minutes": 1})
    yield settings
    engine_of(settings).dispose()


def test_the_service_looks_by_the_clock(quiet: Settings) -> None:
    with TestClient(create_app(quiet, FakeChatbot()), headers=HEADERS) as client:
        deadline = time.monotonic() + PATIENCE_S
        while (found := client.get("/api/admin/sources").json()["sources"][0])["looked_at"] is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert (found["files"], found["changed"]) == (1, ["ohjeet-tori"])
        assert open_drafts(client) == {"ohjeet-tori": "document by Ohjenuora: ohjeet"}


def test_a_source_is_looked_at_again_when_its_time_has_come(quiet: Settings) -> None:
    store = Store(quiet)
    watch = SourceWatch(quiet, store, Jobs(quiet, store, lambda: None))

    def at() -> datetime:
        with store.engine.connect() as connection:
            found = last_look(connection, "ohjeet")
        assert found is not None
        return found.at

    watch.look_when_due(datetime.fromisoformat("2026-03-01T08:00:00+00:00"))
    first = at()
    watch.look_when_due(first + timedelta(seconds=59))
    assert at() == first
    watch.look_when_due(first + timedelta(seconds=60))
    assert at() > first


def test_two_looks_do_not_go_on_at_once(
    quiet: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    off = quiet.model_copy(update={"sources_every_minutes": 0})
    (off.data_dir / "sources").mkdir(parents=True)
    with FileLock(off.data_dir / "sources" / ".lock"), TestClient(create_app(off, FakeChatbot())) as client:
        refused = client.post("/api/admin/sources/look", headers=HEADERS)
        assert (refused.status_code, refused.json()["detail"]) == (
            409, "The sources are being looked at already. Try again when that is done.",
        )  # fmt: skip
        for name, value in off.environment().items():
            monkeypatch.setenv(name, value)
        assert main(["sources"]) == 2
        assert capsys.readouterr().err.startswith("The sources are being looked at already.")


@pytest.mark.parametrize(
    ("language", "said"), [("fi", "Kansiota ei voi lukea: "), ("sv", "Mappen kan inte läsas: "), ("en", "The folder")]
)
def test_what_goes_wrong_is_told_in_the_readers_language(quiet: Settings, language: str, said: str) -> None:
    off = quiet.model_copy(update={"sources_every_minutes": 0})
    write(off.corpus_dir, [{"name": "ohjeet", "folder": "/no/such/folder"}])
    with TestClient(create_app(off, FakeChatbot()), headers=HEADERS | {"Accept-Language": language}) as client:
        [failure] = looked(client)["ohjeet"]["failures"]
        assert failure["detail"].startswith(said)
        assert client.post("/api/admin/sources/look", params={"name": "muu"}).status_code == 404
        (off.corpus_dir / "sources.yaml").write_text("sources: [{name: a}]")
        assert client.get("/api/admin/sources").status_code == 422
        assert client.get("/api/admin/sources", headers={"Authorization": "Bearer x"}).status_code == 401
