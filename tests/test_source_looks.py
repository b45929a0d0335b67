"""When sources are looked at, by whom, and how what goes wrong is told: without an index, in SQLite and PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from filelock import FileLock

from api.app import create_app
from api.jobs import Jobs
from api.source_looks import last_look
from api.source_watch import SourceWatch
from api.store import Store
from rag.cli import main
from rag.settings import Settings
from tests.support import postgres
from tests.support.fakes import FakeChatbot
from tests.support.provider import CLIENT_ID, running_provider, sign_in
from tests.support.waiting import BUILD_S
from tests.test_sources import HEADERS, TOKEN, looked, open_drafts, write


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def quiet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Without an index, and with a source that is looked at every minute."""
    (tmp_path / "ohjeet").mkdir()
    (tmp_path / "ohjeet" / "tori.txt").write_text("Tori on auki lauantaisin.", encoding="utf-8")
    write(tmp_path / "corpus", [{"name": "ohjeet", "folder": str(tmp_path / "ohjeet"), "says": {"groups": ["hr"]}}])
    given = {"corpus_dir": tmp_path / "corpus", "admin_token": TOKEN, "sources_every_minutes": 1}
    with postgres.stored_in(request.param, tmp_path / "data", request, **given) as made:
        yield made


def test_the_service_looks_by_the_clock(quiet: Settings) -> None:
    with TestClient(create_app(quiet, FakeChatbot()), headers=HEADERS) as client:
        deadline = time.monotonic() + BUILD_S
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


def test_a_source_for_a_group_is_shown_to_that_group(quiet: Settings) -> None:
    with running_provider() as issuer:
        given = {"oidc_issuer": issuer, "oidc_audience": CLIENT_ID, "sources_every_minutes": 0}
        with TestClient(create_app(quiet.model_copy(update=given), FakeChatbot())) as client:
            for groups, names in (["hr"], ["ohjeet"]), (["legal"], []):
                editor = {"Authorization": f"Bearer {sign_in(issuer, groups[0], roles=['editor'], groups=groups)}"}
                found = client.get("/api/admin/sources", headers=editor).json()["sources"]
                assert [each["name"] for each in found] == names
                begun = client.post("/api/admin/sources/look", params={"name": "ohjeet"}, headers=editor)
                assert begun.status_code == (202 if names else 404)
            auditor = {"Authorization": f"Bearer {sign_in(issuer, 'a', roles=['auditor'], groups=['hr'])}"}
            assert client.post("/api/admin/sources/look", headers=auditor).status_code == 403
