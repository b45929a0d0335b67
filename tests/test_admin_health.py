"""What an administrator is told of the service itself: how it is, and how its last evaluation ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine

from api.app import create_app
from api.service import Service
from rag.answering.language_model import FAILURES_IN_A_ROW, language_model
from rag.answering.writer import Writer
from rag.chatbot import Chatbot
from rag.index.opening import current_version
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.curated import TOKEN

SECRETS = {
    "llm_base_url": "http://anna:sala-sana@127.0.0.1:9/v1",
    "llm_model": "malli",
    "llm_api_key": "avain-joka-on-salainen",
    "llm_first_token_s": 1,
}


@pytest.fixture(scope="module")
def client(curated: Settings, embedder: Embedder, lexicon: Lexicon) -> Iterator[TestClient]:
    """A service with a language model that nobody answers for."""
    settings = Settings.model_validate(dict(curated) | SECRETS)
    model = language_model(settings)
    assert model is not None
    app = create_app(settings, Chatbot(settings, embedder, lexicon, Writer(model, lexicon)))
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}) as client:
        yield client
    model.close()


def test_how_the_service_is(client: TestClient, curated: Settings) -> None:
    draft = client.put("/api/admin/organisation", json={"text": "national_publisher: OM\n"}).json()
    found = client.get("/api/admin/health").json()
    index = found["index"]
    assert (index["version"], index["documents"]) == (current_version(curated), 2)  # the register is one, too
    assert index["passages"] >= 3
    assert (index["vectors"], index["model"]) == ("embedded", "bundled")
    assert index["bytes"] > 1000
    assert index["versions"] >= 1
    assert found["database"] == {"kind": "sqlite", "reachable": True}
    assert found["drafts_open"] >= 1
    assert found["job"] is None
    assert found["retention"]["days"] == 90
    assert found["retention"]["carried_out"] in (None, date.today().isoformat())
    assert 0 < found["disk"]["free"] < found["disk"]["total"]
    assert found["memory"] > 50_000_000
    assert found["uptime_s"] >= 0
    assert client.delete(f"/api/admin/drafts/{draft['id']}").status_code == 204


def test_a_language_model_is_told_of_as_its_last_calls_ended_and_without_its_key(client: TestClient) -> None:
    before = client.get("/api/admin/health")
    expected = {"configured": True, "model": "malli", "host": "127.0.0.1", "reached": "not_asked"}
    assert before.json()["language_model"] == expected
    seen = []
    for _ in range(FAILURES_IN_A_ROW):
        client.post("/api/chat", json={"question": "Saako henkilötietoja syöttää tekoälypalveluun?"})
        seen.append(client.get("/api/admin/health").json()["language_model"]["reached"])
    assert seen[0] == "failing"
    assert seen[-1] == "spared"
    text = before.text
    assert not any(secret in text for secret in ("sala-sana", "anna", "avain-joka-on-salainen", TOKEN))


def test_a_database_that_cannot_be_reached_is_told_of_too(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    service: Service = client.app.state.service  # type: ignore[attr-defined]  # it is a FastAPI application
    nowhere = tmp_path_factory.mktemp("nowhere") / "missing" / "x.db"
    monkeypatch.setattr(service.store, "engine", create_engine(f"sqlite:///{nowhere}"))
    found = client.get("/api/admin/health").json()
    assert found["database"]["reachable"] is False
    assert (found["drafts_open"], found["job"]) == (None, None)


# The evaluation


def stored(settings: Settings, content: str) -> None:
    folder = settings.data_dir / "eval"
    folder.mkdir(exist_ok=True)
    (folder / "evaluation.json").write_text(content, encoding="utf-8")


def test_without_an_evaluation_the_command_is_named(client: TestClient) -> None:
    response = client.get("/api/admin/evaluation")
    assert (response.status_code, "make eval" in response.json()["detail"]) == (404, True)
    assert client.get("/api/admin/evaluation/report").status_code == 404


def test_the_last_evaluation_without_folders_of_the_machine(client: TestClient, curated: Settings) -> None:
    rate = {"value": 0.9, "n": 10, "clusters": 8, "low": 0.6, "high": 0.98}
    config: dict[str, Any] = {
        "questions": {"/home/anna/eval/heldout.jsonl": "0"},
        "index_versions": ["v1"],
        "model": "bundled",
    }
    config |= {"commit": None, "settings": {"data_dir": "/home/anna/var"}}
    written: dict[str, Any] = {"config": config, "files": {"heldout": {"n": 10, "answered_correctly": rate}}}
    stored(curated, json.dumps(written | {"components": {"retrieval": {"mrr": rate}}}))
    found = client.get("/api/admin/evaluation")
    assert found.json()["files"]["heldout"]["answered_correctly"] == rate
    assert found.json()["components"]["retrieval"]["mrr"]["value"] == 0.9
    assert (found.json()["questions"], found.json()["report"]) == (["heldout.jsonl"], False)
    assert "/home/anna" not in found.text
    (curated.data_dir / "eval" / "report.html").write_text("<style>p{}</style><p>All of it.</p>", encoding="utf-8")
    report = client.get("/api/admin/evaluation/report")
    assert report.text.endswith("<p>All of it.</p>")
    assert report.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in report.headers["content-security-policy"]


def test_half_an_evaluation_is_none(client: TestClient, curated: Settings) -> None:
    stored(curated, '{"config": {')
    response = client.get("/api/admin/evaluation")
    assert (response.status_code, "make eval" in response.json()["detail"]) == (404, True)
    (curated.data_dir / "eval" / "evaluation.json").unlink()
