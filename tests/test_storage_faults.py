"""What the service cannot keep, because its disk is full or its database away, is told as such; it is no 500."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.app import create_app
from api.store import Store
from rag.errors import ChromaUnavailable, DatabaseUnavailable
from rag.index.database import FILE
from rag.settings import Settings
from tests.support.fakes import FakeChatbot

FEEDBACK = {"answer_id": "a1", "rating": "up"}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (OSError(errno.ENOSPC, "full"), 507),
        (OSError(errno.EDQUOT, "quota"), 507),
        (OSError(errno.EFBIG, "limit"), 507),
        (OSError(errno.EACCES, "rights"), 500),
        (DatabaseUnavailable("away"), 503),
        (ChromaUnavailable("away"), 503),
        (ValueError("a fault of ours"), 500),
    ],
    ids=str,
)
def test_each_fault_has_its_status_and_a_text_with_the_id_of_the_log(
    fault: Exception, status: int, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(Store, "rate", fail)
    with TestClient(create_app(Settings(data_dir=tmp_path), FakeChatbot())) as client:
        answer = client.post("/api/feedback", json=FEEDBACK, headers={"Accept-Language": language})
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status)
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert told["detail"].rstrip(".").split()[-1] in caplog.text


def test_a_database_that_is_damaged_is_away(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database" * 100)
    with TestClient(create_app(Settings(data_dir=tmp_path), FakeChatbot())) as client:
        assert client.post("/api/feedback", json=FEEDBACK).status_code == 503


def test_a_statement_that_is_wrong_is_our_own_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(store: Store, *_: object) -> None:
        store.prepare()
        with store.engine.begin() as connection:
            for _number in range(2):
                connection.execute(text("INSERT INTO schema_number VALUES ('twice', 1)"))

    monkeypatch.setattr(Store, "rate", twice)
    with TestClient(create_app(Settings(data_dir=tmp_path), FakeChatbot())) as client:
        assert client.post("/api/feedback", json=FEEDBACK).status_code == 500
