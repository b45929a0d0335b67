"""Sources that keep themselves current, as an editor has them: looked at, proposed, published by themselves where that
is wanted, and nothing taken away or overwritten that somebody did by hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from api.app import create_app
from rag.chatbot import Chatbot
from rag.curated.changes import CHANGE, PutDocument
from rag.index.build import build_index
from rag.index.versions import changes_in_use
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.publishing.publication import Prepared, with_checked
from rag.settings import Settings
from tests.support.waiting import BUILD_S

TOKEN = "a-long-token-of-a-small-installation"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}


def write(folder: Path, sources: list[dict[str, Any]]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}), encoding="utf-8")


def looked(client: TestClient, **params: str) -> dict[str, Any]:
    """The sources by their names, when a look that is begun here has ended."""
    begun = client.post("/api/admin/sources/look", params=params)
    assert begun.status_code == 202, begun.text
    deadline = time.monotonic() + BUILD_S
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


def test_a_later_text_of_what_is_in_use_keeps_what_was_said_of_it(
    client: TestClient, embedder: Embedder, lexicon: Lexicon
) -> None:
    small: Settings = client.app_state["settings"]
    file = client.app_state["folder"] / "luonnokset" / "puisto.txt"
    file.write_text("Puisto suljetaan illalla.", encoding="utf-8")
    looked(client)
    [draft] = [each for each in client.get("/api/admin/drafts").json() if each["change"]["id"] == "luonnokset-puisto"]
    said = client.put(f"/api/admin/drafts/{draft['id']}/description", json={"title": "Puistojen ohje"})
    first = CHANGE.validate_python(said.json()["change"])
    build_index(small, embedder, lexicon, edit=lambda changes: changes.with_change(first))
    assert looked(client, name="luonnokset")["luonnokset"]["changed"] == []
    file.write_text("Puisto suljetaan yöksi.", encoding="utf-8")
    assert looked(client, name="luonnokset")["luonnokset"]["changed"] == ["luonnokset-puisto"]
    [later, *_] = [each for each in client.get("/api/admin/drafts").json() if each["status"] == "open"]
    second = CHANGE.validate_python(later["change"])
    assert isinstance(second, PutDocument)
    assert later["change"]["upload"]["metadata"]["title"] == "Puistojen ohje"
    applied = with_checked(small, changes_in_use(small), [Prepared(second, later["seen"])])
    assert applied.documents[second.id] == second.upload


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
