"""What is remembered of answers, in SQLite and in a real PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from api import audit, tables
from api.app import create_app
from api.store import Store
from rag.errors import BadSetting
from rag.index.database import FILE, engine_of, migrate
from rag.settings import Settings
from tests.support import postgres
from tests.support.fakes import FakeChatbot, answered, refused

DAY = date(2026, 3, 1)
SECRET = "Saanko kertoa, että Aino Korhosen hetu on 131052-308T?"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with postgres.stored_in(request.param, tmp_path, request) as made:
        yield made


def rows(engine: Engine, table: Any) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table))]


def everything(settings: Settings, store: Store) -> str:
    """All that the database holds, as text; for SQLite also what its files hold."""
    stored = "".join(str(rows(store.engine, table)) for table in tables.metadata.sorted_tables)
    return stored + "".join(path.read_bytes().decode("latin-1") for path in settings.data_dir.glob(f"{FILE}*"))


def test_an_answer_is_remembered_without_the_question(settings: Settings) -> None:
    store = Store(settings)
    store.remember(SECRET, answered(), DAY)
    [row] = rows(store.engine, tables.answers)
    assert row == {
        "id": "a1",
        "day": DAY,
        "language": "fi",
        "status": "answered",
        "reason": None,
        "verdict": "only_if_approved",
        "confidence": pytest.approx(0.83),
        "version": "v1",
        "text": None,
    }
    first, second = rows(store.engine, tables.cited)
    assert (first["number"], first["document_id"]) == (1, "vm-genai-guidance-2025")
    assert (second["number"], second["quote"]) == (2, "31.12.2022")
    assert store.rate("a1", "down", f"Väärin: {SECRET}", DAY)
    assert "131052" not in everything(settings, store)


def test_with_a_redactor_its_text_is_kept_and_no_other(settings: Settings) -> None:
    store = Store(settings, lambda given: given.replace("131052-308T", "[hetu]").replace("Aino Korhosen", "[nimi]"))
    store.remember(SECRET, replace(refused(), id="a2"), DAY)
    assert rows(store.engine, tables.answers)[0]["text"] == "Saanko kertoa, että [nimi] hetu on [hetu]?"
    assert store.rate("a2", "up", SECRET, DAY)
    assert "[nimi] hetu" in rows(store.engine, tables.feedback)[0]["comment"]
    assert "131052" not in everything(settings, store)


def test_the_last_rating_counts_and_an_unknown_answer_has_none(settings: Settings) -> None:
    store = Store(settings)
    assert not store.rate("a1", "up", None, DAY)
    store.remember("Saanko?", answered(), DAY)
    assert store.rate("a1", "up", None, DAY)
    assert store.rate("a1", "down", None, DAY + timedelta(days=1))
    assert rows(store.engine, tables.feedback) == [
        {"answer_id": "a1", "rating": "down", "comment": None, "day": DAY + timedelta(days=1)}
    ]


def test_what_is_older_than_may_be_is_deleted_with_all_that_belongs_to_it(settings: Settings) -> None:
    store = Store(settings.model_copy(update={"retention_days": 30}))
    for number in range(4):
        store.remember("Saanko?", replace(answered(), id=f"a{number}"), DAY + timedelta(days=10 * number))
    assert store.rate("a0", "up", None, DAY)
    assert store.forget(DAY + timedelta(days=30)) == 0
    assert store.forget(DAY + timedelta(days=45)) == 2
    assert [row["id"] for row in rows(store.engine, tables.answers)] == ["a2", "a3"]
    assert {row["answer_id"] for row in rows(store.engine, tables.cited)} == {"a2", "a3"}
    assert rows(store.engine, tables.feedback) == []


def test_nothing_in_the_tables_tells_in_which_order_people_asked(settings: Settings) -> None:
    store = Store(settings)
    asked = [f"{letter}{number}" for number, letter in enumerate("qcxamzk")]
    for each in asked:
        store.remember("Saanko?", replace(answered(), id=each), DAY)
    assert all(store.rate(each, "up", None, DAY) for each in asked)
    store.forget(DAY + timedelta(days=1))
    for name, column in (("answers", "id"), ("cited", "answer_id"), ("feedback", "answer_id")):
        with store.engine.connect() as connection:
            found = [row[0] for row in connection.execute(text(f"SELECT {column} FROM {name}"))]  # noqa: S608
            assert found == sorted(found), name
            assert set(found) == set(asked)
            if store.engine.dialect.name == "postgresql":
                assert len(set(connection.execute(text(f"SELECT xmin FROM {name}")).scalars())) == 1  # noqa: S608
            else:
                with pytest.raises(DBAPIError, match="no such column: rowid"):
                    connection.execute(text(f"SELECT rowid FROM {name}"))  # noqa: S608


def test_a_backup_that_holds_the_tables_delays_no_answer_for_long(settings: Settings) -> None:
    store = Store(settings)
    store.remember("Saanko?", answered(), DAY)
    with store.engine.connect() as backup:
        backup.execute(text("SELECT id FROM answers")).all()  # and its transaction goes on
        store.forget(DAY + timedelta(days=1))
    assert store.forgotten_on == DAY + timedelta(days=1)
    assert [row["id"] for row in rows(store.engine, tables.answers)] == ["a1"]


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_audit_log_only_grows(settings: Settings, statement: str) -> None:
    store = Store(settings)
    store.prepare()
    with store.engine.begin() as connection:
        audit.note(connection, "aino", "publish", "ohje", version="v1")
        audit.note(connection, "eero", "activate", "v0")
    with pytest.raises(DBAPIError, match="only ever added to"), store.engine.begin() as connection:
        connection.execute(text(statement))
    if store.engine.dialect.name == "sqlite":
        with pytest.raises(DBAPIError, match="only ever added to"), store.engine.begin() as connection:
            connection.execute(
                text("REPLACE INTO audit SELECT number, at, 'x', action, subject, details, hash FROM audit")
            )
    else:
        with pytest.raises(DBAPIError, match="only ever added to"), store.engine.begin() as connection:
            connection.execute(text("TRUNCATE audit"))
    with store.engine.connect() as connection:
        latest, first = audit.entries(connection, None, 10)
        assert (latest.who, latest.action, first.details) == ("eero", "activate", {"version": "v1"})
        assert audit.entries(connection, latest.number, 10) == [first]


def test_nothing_changes_the_audit_log_and_one_module_lets_the_oldest_entries_go() -> None:
    sources = {
        path.name: path.read_text(encoding="utf-8") for path in (Path(__file__).parent.parent / "api").rglob("*.py")
    }
    assert not [name for name, source in sources.items() if "update(audit)" in source]
    assert [name for name, source in sources.items() if "delete(audit)" in source] == ["audit_keeping.py"]


def test_several_processes_may_make_the_tables_at_once(settings: Settings) -> None:
    failures: list[BaseException] = []

    def prepare() -> None:
        try:
            Store(settings).prepare()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=prepare) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_tables_are_led_from_one_schema_to_the_next(settings: Settings) -> None:
    engine = engine_of(settings)
    first = ["CREATE TABLE things (name VARCHAR(10))", "INSERT INTO things VALUES ('a')"]
    second = ["ALTER TABLE things ADD COLUMN size INTEGER DEFAULT 1"]
    migrate(engine, "part", [first])
    migrate(engine, "part", [first])
    migrate(engine, "part", [first, second])
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name, size FROM things")).all() == [("a", 1)]
    with pytest.raises(BadSetting, match="of schema 2, made by a newer version"):
        migrate(engine, "part", [first])
    # A step that breaks is undone as a whole.
    with pytest.raises(DBAPIError):
        migrate(engine, "part", [first, second, ["DELETE FROM things", "no statement"]])
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM things")).scalar() == 1


def test_a_database_that_fails_delays_no_answer_and_its_error_tells_no_question(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database" * 100)
    store = Store(Settings(data_dir=tmp_path))
    store.remember(SECRET, answered(), DAY)
    store.remember(SECRET, answered(), DAY)  # not tried again for a while
    assert caplog.text.count("Unforeseen error") == 1
    assert "DatabaseError" in caplog.text
    assert "hetu" not in caplog.text
    store.engine.dispose()


# POST /api/feedback


def test_feedback_on_an_answer_and_on_none(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path), FakeChatbot())) as client:
        answer = client.post("/api/chat", json={"question": "Saanko?"}).json()
        given = {"answer_id": answer["id"], "rating": "down", "comment": "Ei auttanut."}
        assert client.post("/api/feedback", json=given).status_code == 204
        assert client.post("/api/feedback", json={"answer_id": answer["id"], "rating": "up"}).status_code == 204
        assert client.post("/api/feedback", json={**given, "answer_id": "unknown"}).status_code == 404
        assert client.post("/api/feedback", json={**given, "comment": "a" * 2000}).status_code == 204
        for wrong in ({"comment": "a" * 2001}, {"rating": "good"}, {"answer_id": ""}, {"user": "aino"}):
            response = client.post("/api/feedback", json={**given, **wrong}, headers={"Accept-Language": "en"})
            assert response.status_code == 422, wrong
        assert response.json()["detail"].endswith("answer_id, rating, comment.")
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("SELECT rating, comment FROM feedback").fetchall() == [("down", "")]
    connection.close()
