"""What one look finds is one change set, of a folder with 200 files: waiting for an editor, or published as one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.chatbot import Chatbot
from rag.curated.changes import CHANGE
from rag.index.build import build_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.test_sources import HEADERS, TOKEN, looked, write

FILES = 200


def drafts_of(client: TestClient, kind: str) -> list[dict[str, Any]]:
    found = client.get("/api/admin/drafts", params={"status": "open", "limit": 500}).json()
    return [each for each in found if each["change"]["kind"] == kind]


def members(client: TestClient, draft: dict[str, Any]) -> set[tuple[str, str]]:
    found = client.get(f"/api/admin/drafts/{draft['id']}/together").json()
    return {(each["change"]["kind"], each["change"]["id"]) for each in found if each["status"] == "open"}


def change(folder: Path, *numbers: int) -> None:
    for number in numbers:
        (folder / f"ohje-{number:03}.txt").write_text(f"Ohje {number} on nyt toinen.", encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("many")
    (made / "ohjeet").mkdir()
    for number in range(FILES):
        (made / "ohjeet" / f"ohje-{number:03}.txt").write_text(f"Ohje {number} on voimassa.", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def client(folder: Path, settings: Settings, embedder: Embedder, lexicon: Lexicon) -> Iterator[TestClient]:
    write(folder / "corpus", [{"name": "kunta", "folder": str(folder / "ohjeet")}])
    (folder / "corpus" / "tori.md").write_text("# Tori\n\nTori on auki lauantaisin.\n", encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "models").symlink_to((settings.data_dir / "models").resolve())
    values = {"corpus_dir": folder / "corpus", "data_dir": folder / "data", "admin_token": TOKEN, "threads": 1}
    small = Settings.model_validate(values)
    build_index(small, embedder, lexicon)
    with TestClient(create_app(small, Chatbot(small, embedder, lexicon)), headers=HEADERS) as client:
        first = looked(client)["kunta"]
        assert (first["files"], len(first["changed"])) == (FILES, FILES)
        [whole] = drafts_of(client, "set")
        puts = client.get(f"/api/admin/drafts/{whole['id']}/together").json()
        changes = [CHANGE.validate_python(each["change"]) for each in puts]

        def applied(changed: Any) -> Any:
            for each in changes:
                changed = changed.with_change(each)
            return changed

        build_index(small, embedder, lexicon, edit=applied)  # as publishing would, without a process of its own
        assert client.delete(f"/api/admin/drafts/{whole['id']}").status_code == 204
        yield client


def test_three_change_one_vanishes_one_breaks_and_that_is_one_change_set(client: TestClient, folder: Path) -> None:
    ohjeet = folder / "ohjeet"
    change(ohjeet, 1, 2, 3)
    (ohjeet / "ohje-004.txt").unlink()
    (ohjeet / "ohje-005.txt").write_bytes(b"\x00\x01\x02 ei teksti\xc3")
    found = looked(client)["kunta"]
    assert (found["files"], found["failed"]) == (FILES - 1, 1)
    assert found["changed"] == [f"kunta-ohje-{number:03}" for number in (1, 2, 3)]
    assert (found["vanished"], found["failures"][0]["path"]) == (["kunta-ohje-004"], "ohje-005.txt")
    [whole] = drafts_of(client, "set")
    wanted = {("document", f"kunta-ohje-{number:03}") for number in (1, 2, 3)} | {("withdraw", "kunta-ohje-004")}
    assert members(client, whole) == wanted
    assert [(each["id"], each["title"], each["together"]) for each in found["drafts"]] == [(whole["id"], "kunta", 4)]
    assert client.get(f"/api/admin/drafts/{whole['id']}/preview").status_code == 200

    # A later look adds to what waits; what changes once more takes its own place, and nothing is in two sets.
    change(ohjeet, 6)
    (ohjeet / "ohje-001.txt").write_text("Ohje 1 on jo kolmas.", encoding="utf-8")
    looked(client)
    assert [each["id"] for each in drafts_of(client, "set")] == [whole["id"]]
    assert members(client, whole) == wanted | {("document", "kunta-ohje-006")}

    # What an editor has taken out stays out, and a set that has become empty goes.
    [out] = [each for each in drafts_of(client, "document") if each["change"]["id"] == "kunta-ohje-006"]
    assert client.delete(f"/api/admin/drafts/{whole['id']}/together/{out['id']}").status_code == 200
    looked(client)
    assert members(client, whole) == wanted
    for each in [*drafts_of(client, "document"), *drafts_of(client, "withdraw")]:
        assert client.delete(f"/api/admin/drafts/{each['id']}").status_code == 204
    looked(client)
    assert drafts_of(client, "set") == []


def test_a_source_that_publishes_by_itself_makes_one_publication(client: TestClient, folder: Path) -> None:
    write(folder / "corpus", [{"name": "kunta", "folder": str(folder / "ohjeet"), "publish": True}])
    before = len(client.get("/api/admin/versions").json())
    change(folder / "ohjeet", 7, 8, 9)
    (folder / "ohjeet" / "ohje-010.txt").unlink()
    found = looked(client)["kunta"]
    assert sorted(found["published"]) == [f"kunta-ohje-{number:03}" for number in (7, 8, 9)]
    [job] = [each for each in client.get("/api/admin/jobs").json() if each["kind"] == "publication"]
    assert job["status"] == "done"
    assert len(client.get("/api/admin/versions").json()) == before + 1
    assert "toinen" in client.get("/api/documents/kunta-ohje-008").json()["text"]
    assert [each["change"]["id"] for each in drafts_of(client, "withdraw")] == ["kunta-ohje-010"]  # waits for an editor
    assert drafts_of(client, "set") == []
