"""A job that does not end by itself is ended, says so, and makes room for the next one."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import jobs
from api.app import create_app
from api.identity import Identity
from api.jobs import Job, Jobs
from api.store import Store
from rag.language.messages import say
from rag.settings import Settings
from rag.types import LANGUAGES
from tests.support.fakes import FakeChatbot
from tests.support.hanging import WAYS
from tests.support.waiting import WAIT_S

TOKEN = "a-long-token-of-a-small-installation"
AINO = Identity("aino", frozenset({"editor"}))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Jobs run a program that hangs, and are given a second in the place of a minute at least."""
    monkeypatch.setattr(jobs, "_PROGRAMS", dict.fromkeys(jobs._PROGRAMS, "tests.support.hanging"))
    monkeypatch.setattr(jobs, "_PATIENCE_S", 0.2)
    made = Settings.model_validate({"data_dir": tmp_path, "admin_token": TOKEN})
    return made.model_copy(update={"job_minutes": 1 / 60})


def ended(running: Jobs, job: Job) -> Job:
    running.wait()
    found = running.find(job.id)
    assert found is not None
    return found


@pytest.mark.parametrize("way", WAYS)
def test_a_job_that_hangs_is_ended_and_makes_room(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("HANGS", way)
    store = Store(settings)
    store.prepare()
    running = Jobs(settings, store, lambda: None)
    # More than a pipe holds: whoever waits until it is read waits for ever.
    monkeypatch.setattr("api.own_questions.asked_by_jobs", lambda _: [{"question": "x" * 1_000_000}])
    for _ in range(2):
        started = time.monotonic()
        job = ended(running, running.start(None, AINO, "evaluation"))
        assert time.monotonic() - started < WAIT_S
        expected = "Ended" if way == "silent" else "TookTooLong"
        assert (job.status, job.error_name) == ("failed", expected)
        assert job.error
    assert not [each for each in Path("/proc").glob("[0-9]*/environ") if is_ours(each)]


def is_ours(environ: Path) -> bool:
    """Whether a process of the test is there still."""
    try:
        return environ.stat().st_uid == os.getuid() and b"HANGS=" in environ.read_bytes()
    except OSError:  # it has ended meanwhile, or is not ours
        return False


def test_who_looks_is_told_why_it_was_ended(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANGS", "busy")
    app = create_app(settings, FakeChatbot())
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(app, headers=headers) as client:
        running: Jobs = app.state.service.jobs
        app.state.service.store.prepare()
        job = ended(running, running.start(None, AINO, "evaluation"))
        for language in LANGUAGES:
            asked: Any = client.get(f"/api/admin/jobs/{job.id}", headers={"Accept-Language": language}).json()
            assert asked["error"] == say(language, "admin.job.TookTooLong")
        assert "OHJENUORA_JOB_MINUTES" in asked["exact"]
