"""`ohjenuora serve` in an empty data folder: it builds the index by itself, once, and answers from it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.index.first import first_index
from rag.index.opening import current_version, index_folder
from rag.index.versions import building, kept_versions
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.servers import free_port, wait_for
from tests.support.waiting import WAIT_S

ROOT = Path(__file__).parent.parent
QUESTION = "Milloin kirjasto on suljettu?"
TEXT = "---\nid: kirjasto\ntitle: Kirjasto\nlanguage: fi\n---\n\nKirjasto on avoinna arkisin. {}\n"
START_S = 600.0  # two loads of the model and an index, on a machine whose cores are busy


@pytest.fixture
def empty(settings: Settings, tmp_path: Path) -> Settings:
    """A small source and a data folder with nothing but the unpacked model."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "kirjasto.md").write_text(TEXT.format("Lauantaisin kirjasto on suljettu."), "utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(settings.data_dir.resolve() / "models")
    return settings.model_copy(update={"corpus_dir": tmp_path / "corpus", "data_dir": tmp_path / "data"})


def asked(settings: Settings) -> dict[str, object]:
    """What a service answers that is started over these folders."""
    with TestClient(create_app(settings)) as client:
        deadline = time.monotonic() + START_S
        while client.get("/readyz").status_code != 200 and time.monotonic() < deadline:
            assert client.get("/healthz").status_code == 200
            time.sleep(0.1)
        answer: dict[str, object] = client.post("/api/chat", json={"question": QUESTION}).json()
    return answer


def test_the_first_start_builds_an_index_and_later_ones_leave_it_as_it_is(
    empty: Settings, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    (empty.corpus_dir / "rikki.pdf").write_bytes(b"no PDF")
    with caplog.at_level(logging.INFO, "api"):
        assert "Lauantaisin kirjasto on suljettu." in str(asked(empty)["message"])
    told = [record.getMessage() for record in caplog.records if record.name == "api.service"]
    assert any(each.startswith("Not indexed: rikki.pdf: ") for each in told)
    assert any(each.startswith("The first index is built: documents 1, chunks 1: added 1") for each in told)
    version = current_version(empty)
    caplog.clear()
    (empty.corpus_dir / "kirjasto.md").write_text(TEXT.format("Sunnuntaisin kirjasto on suljettu."), "utf-8")
    assert "Lauantaisin kirjasto on suljettu." in str(asked(empty)["message"])
    assert [kept.manifest.version for kept in kept_versions(empty)] == [version]
    assert "first index" not in caplog.text


def test_who_starts_while_another_builds_waits_and_builds_where_that_one_has_failed(
    empty: Settings, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    built: list[object] = []
    waiting = threading.Thread(target=lambda: built.append(first_index(empty)))
    with building(empty):
        waiting.start()
        deadline = time.monotonic() + WAIT_S
        while "waiting for it" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "Another process is building the index" in caplog.text
        assert waiting.is_alive()
        assert current_version(empty) is None
    waiting.join()
    assert len(kept_versions(empty)) == 1
    assert built[0] is not None
    assert first_index(empty) is None


def test_two_that_start_at_once_build_one_index_and_both_answer(empty: Settings, embedder: Embedder) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("OHJENUORA_")}
    environment = own | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", **empty.environment()}
    ports = [free_port(), free_port()]
    services = [
        subprocess.Popen(
            [sys.executable, "-m", "rag.cli", "serve", "--port", str(port)],
            cwd=empty.data_dir,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        for port in ports
    ]
    try:
        for port in ports:
            wait_for(f"http://127.0.0.1:{port}/readyz", START_S)
            reply = httpx.post(f"http://127.0.0.1:{port}/api/chat", json={"question": QUESTION}, timeout=WAIT_S)
            assert reply.json()["citations"][0]["document_id"] == "kirjasto"
    finally:
        for service in services:
            service.terminate()
        for service in services:
            service.wait()
    assert len([path for path in index_folder(empty).iterdir() if path.is_dir()]) == 1


def test_what_keeps_it_from_being_built_ends_the_process_with_a_line(empty: Settings, embedder: Embedder) -> None:
    (empty.corpus_dir / "rules.yaml").write_text("rules: [", "utf-8")
    own = {name: value for name, value in os.environ.items() if not name.startswith("OHJENUORA_")}
    environment = own | {"PYTHONPATH": str(ROOT), **empty.environment(), "OHJENUORA_LOG_FORMAT": "json"}
    command = [sys.executable, "-m", "rag.cli", "serve", "--port", str(free_port())]
    done = subprocess.run(
        command, cwd=empty.data_dir, env=environment, capture_output=True, text=True, check=False, timeout=START_S
    )
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    [critical] = [line["message"] for line in lines if line["level"] == "CRITICAL"]
    assert "rules.yaml" in critical
    assert current_version(empty) is None
