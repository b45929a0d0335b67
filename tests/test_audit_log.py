"""The audit log: each entry seals the one before, in SQLite and in a real PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from api.activation import activate_noted
from api.audit import entries, note
from api.audit_keeping import Verified, export_new, forget, lines, verify
from api.store import Store
from rag.cli import main
from rag.errors import IndexBusy
from rag.index.database import FILE, engine_of, migrate
from rag.index.opening import Manifest
from rag.index.schema import STEPS
from rag.index.sealing import sealed
from rag.settings import Settings
from tests.support import postgres

TRIGGERS = {
    "sqlite": [
        "DROP TRIGGER audit_no_update",
        "DROP TRIGGER audit_no_delete",
        "DROP TRIGGER audit_no_replace",
    ],
    "postgresql": ["DROP TRIGGER audit_no_change ON audit", "DROP TRIGGER audit_no_delete ON audit"],
}


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with postgres.stored_in(request.param, tmp_path, request) as made:
        yield made


@pytest.fixture
def engine(settings: Settings) -> Engine:
    """A log with five entries."""
    store = Store(settings)
    store.prepare()
    with store.engine.begin() as connection:
        for number in range(5):
            note(connection, "aino", "draft", f"asiakirja-{number}", kind="documentti", määrä=number)
    return store.engine


def checked(engine: Engine, known: tuple[int, str] | None = None) -> Verified:
    with engine.connect() as connection:
        return verify(connection, known)


def tampered(engine: Engine, *statements: str) -> Verified:
    """By somebody who may change the tables, triggers and all."""
    with engine.begin() as connection:
        for statement in (*TRIGGERS[engine.dialect.name], *statements):
            connection.execute(text(statement))
    return checked(engine)


def test_a_log_as_it_was_written_is_whole(engine: Engine) -> None:
    found = checked(engine)
    assert (found.whole, found.entries, found.first, found.last) == (True, 5, 1, 5)
    with engine.connect() as connection:
        (last,) = entries(connection, None, 1)
        kept = [json.loads(line) for line in lines(connection)]
    assert (last.number, last.hash) == (5, found.hash)
    before = ""
    for each in kept:  # whoever has the lines can verify them without us
        before = sealed(before, each | {"at": datetime.fromisoformat(each["at"])})
        assert each["hash"] == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'eero' WHERE number = 3",
        "DELETE FROM audit WHERE number = 3",
        "DELETE FROM audit",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(engine: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError, match="only ever added to"), engine.begin() as connection:
        connection.execute(text(statement))
    assert checked(engine).whole


REPLACE = "REPLACE INTO audit SELECT number, at, 'eero', action, subject, details, hash FROM audit WHERE number = 3"


def test_no_entry_is_replaced(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has REPLACE")
    with pytest.raises(DBAPIError, match="only ever added to"), engine.begin() as connection:
        connection.execute(text(REPLACE))
    found = tampered(engine, REPLACE)
    assert (found.whole, found.broken) == (False, 3)


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["UPDATE audit SET who = 'eero' WHERE number = 3"], 3),
        (["UPDATE audit SET details = '{}' WHERE number = 1"], 1),
        (["DELETE FROM audit WHERE number = 3"], 4),
        (["DELETE FROM audit WHERE number = 5"], 5),
        (["DELETE FROM audit WHERE number <= 2", "UPDATE audit_head SET kept_after = 2"], 3),
        (["DELETE FROM audit", "DELETE FROM audit_head"], 1),
        (["UPDATE audit SET number = 9 WHERE number = 5"], 9),
    ],
)
def test_what_was_changed_behind_the_triggers_is_found(engine: Engine, statements: list[str], broken: int) -> None:
    found = tampered(engine, *statements)
    assert (found.whole, found.broken) == (False, broken)


def test_a_log_written_anew_or_cut_off_is_found_by_an_entry_noted_elsewhere(engine: Engine) -> None:
    noted = checked(engine)
    assert checked(engine, (noted.last, noted.hash)).whole
    with engine.connect() as connection:
        before = entries(connection, 5, 1)[0].hash
    head = f"UPDATE audit_head SET number = 4, hash = '{before}'"  # noqa: S608  # our own text
    cut = tampered(engine, "DELETE FROM audit WHERE number = 5", head)
    assert cut.whole
    assert not checked(engine, (noted.last, noted.hash)).whole


def test_writers_at_once_make_one_chain(engine: Engine) -> None:
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for number in range(5):
                with engine.begin() as connection:
                    note(connection, "aino", "draft", str(number))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    found = checked(engine)
    assert (found.whole, found.entries, found.last) == (True, 25, 25)


def test_what_is_not_done_after_all_leaves_no_entry(engine: Engine) -> None:
    with engine.connect() as connection:
        note(connection, "aino", "publish", "x")
        connection.rollback()
    assert checked(engine).entries == 5


def test_the_oldest_go_and_the_rest_is_still_whole(engine: Engine) -> None:
    noted = checked(engine)
    later = datetime.now(UTC) + timedelta(seconds=1)
    with engine.begin() as connection:
        assert forget(connection, later - timedelta(days=1)) == 0
        assert forget(connection, later) == 5
    found = checked(engine, (noted.last, noted.hash))
    assert (found.whole, found.entries, found.first) == (True, 1, 6)
    with engine.begin() as connection:
        note(connection, "aino", "draft", "x")
        assert forget(connection, datetime.now(UTC) + timedelta(seconds=1)) == 2
    assert checked(engine).whole
    with pytest.raises(DBAPIError, match="only ever added to"), engine.begin() as connection:
        connection.execute(text("DELETE FROM audit"))


def test_entries_of_a_release_without_hashes_are_sealed_once(settings: Settings) -> None:
    engine = engine_of(settings)
    steps = STEPS[engine.dialect.name]
    migrate(engine, "service", steps[:3])
    with engine.begin() as connection:
        for number in (1, 2, 7):
            statement = (
                "INSERT INTO audit (number, at, who, action, subject, details) VALUES (:n, :at, 'a', 'x', 'y', '{}')"
            )
            connection.execute(text(statement), {"n": number, "at": "2026-01-02 03:04:05.678901+00:00"[:26]})
    migrate(engine, "service", steps)
    with engine.begin() as connection:
        note(connection, "aino", "draft", "x")
    found = checked(engine)
    assert (found.whole, found.entries, found.last) == (True, 4, 8)


def test_new_entries_are_written_to_files_once(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with engine.begin() as connection:
        first = export_new(connection, folder)
        assert export_new(connection, folder) is None
        note(connection, "aino", "draft", "x")
        second = export_new(connection, folder)
    assert first is not None
    assert second is not None
    assert [len(path.read_text(encoding="utf-8").splitlines()) for path in (first, second)] == [5, 1]


def test_the_command_tells_by_its_status(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert main(["audit", "verify"]) == 0
    noted = capsys.readouterr().out.strip().rsplit(" ", 1)[1]
    assert main(["audit", "verify", "--known", noted]) == 0
    assert main(["audit", "verify", "--known", noted.replace(":", ":f" * 9, 1)]) == 2
    assert main(["audit", "verify", "--known", "5:" + "0" * 64]) == 1
    assert main(["audit", "export"]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= 5
    tampered(engine, "UPDATE audit SET who = 'eero' WHERE number = 2")
    assert main(["audit", "verify"]) == 1
    assert "entry 2" in capsys.readouterr().err


# Returning to an earlier version


@pytest.fixture
def switching(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The versions that were taken into use, the present one last."""
    used = ["v2"]

    def taken(_: Settings, version: str, fingerprint: str) -> Manifest:
        if version == "busy":
            raise IndexBusy("another process builds")
        used.append(version)
        return Manifest(3, "a", version, "m", fingerprint, "c", "2026-01-01", 1, 1, 1)

    monkeypatch.setattr("api.activation.activate", taken)
    monkeypatch.setattr("api.activation.current_version", lambda _: used[-1])
    return used


def test_while_the_database_is_locked_no_version_is_taken_into_use(
    engine: Engine, settings: Settings, switching: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL waits")
    with sqlite3.connect(settings.data_dir / FILE) as other:
        other.execute("BEGIN IMMEDIATE")
        with engine.connect() as connection:  # the pool's only one so far, not to wait ten seconds
            connection.exec_driver_sql("PRAGMA busy_timeout=50")
        with pytest.raises(OperationalError, match="locked"):
            activate_noted(settings, Store(settings), "aino", "v1", "f")
    assert switching == ["v2"]
    assert checked(engine).entries == 5


def test_an_entry_that_cannot_be_kept_undoes_the_switch(
    engine: Engine, settings: Settings, switching: list[str]
) -> None:
    def lost(_: Connection) -> None:
        raise OperationalError("COMMIT", None, Exception("disk full"))

    event.listen(engine, "commit", lost)
    try:
        with pytest.raises(OperationalError):
            activate_noted(settings, Store(settings), "aino", "v1", "f")
    finally:
        event.remove(engine, "commit", lost)
    assert switching == ["v2", "v1", "v2"]
    assert checked(engine).entries == 5


def test_a_version_that_cannot_be_taken_into_use_leaves_no_entry(
    engine: Engine, settings: Settings, switching: list[str]
) -> None:
    with pytest.raises(IndexBusy):
        activate_noted(settings, Store(settings), "aino", "busy", "f")
    assert checked(engine).entries == 5
    activate_noted(settings, Store(settings), "aino", "v1", "f")
    with engine.connect() as connection:
        (last,) = entries(connection, None, 1)
    assert (last.action, last.subject, last.details) == ("activate", "v1", {"before": "v2"})


def test_a_log_that_grows_meanwhile_is_whole(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that comes between two looks at the tables is none that the head does not know of."""
    monkeypatch.setattr("api.audit_keeping._AT_ONCE", 2)
    with engine.connect() as connection:
        real = connection.execute

        def meanwhile(statement: Any, *given: Any) -> Any:
            found = real(statement, *given)
            if "audit_head" in str(statement):
                with engine.begin() as other:
                    note(other, "aino", "draft", "x")
            return found

        monkeypatch.setattr(connection, "execute", meanwhile)
        assert verify(connection).whole
    assert checked(engine).entries == 6
