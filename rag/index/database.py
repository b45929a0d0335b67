"""The database of an installation: SQLite in the data folder, or PostgreSQL; and how its tables come to be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, create_engine, event, text
from sqlalchemy.types import TypeDecorator

from rag.errors import BadSetting
from rag.settings import Settings

FILE = "ohjenuora.db"
CONNECT_TIMEOUT_S = 3  # after which a database counts as not there; chosen by judgement
LOCK_TIMEOUT_S = 10  # after which a write gives up that another one keeps waiting; chosen by judgement


class Moment(TypeDecorator[datetime]):
    """A time in UTC, also from SQLite, which keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def engine_of(settings: Settings) -> Engine:
    """The same engine for the same database, with its pool of connections. Nothing is connected yet."""
    url = settings.database_url.get_secret_value()
    if url:
        return _postgresql(url.replace("postgresql://", "postgresql+psycopg://", 1))
    return _sqlite(settings.data_dir.absolute() / FILE)


Statement = str | Callable[[Connection], None]  # SQL, or what does in Python what SQL cannot


def migrate(engine: Engine, part: str, steps: Sequence[Sequence[Statement]]) -> None:
    """Bring the tables of one part up to date, in one transaction.

    steps[n] holds the statements that lead from schema n to n + 1; what has been released is never changed. Safe to
    call from several processes at once. Raises BadSetting when a newer version of the service made the tables.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(20251)"))
        else:
            connection.exec_driver_sql("END")  # the lock for writing at once, instead of when the first write comes
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS schema_number (part VARCHAR(40) PRIMARY KEY, number INTEGER NOT NULL)")
        )
        found = connection.execute(text("SELECT number FROM schema_number WHERE part = :part"), {"part": part}).scalar()
        number = int(found or 0)
        if number > len(steps):
            raise BadSetting(
                f"The database's tables '{part}' are of schema {number}, made by a newer version of the service; this "
                f"one knows schema {len(steps)}. Install the newer version, or restore a backup made before it."
            )
        for step in steps[number:]:
            for statement in step:
                if callable(statement):
                    statement(connection)
                else:
                    connection.exec_driver_sql(statement)
        if number < len(steps):
            _note(connection, part, len(steps), known=found is not None)


def _note(connection: Connection, part: str, number: int, known: bool) -> None:
    statement = (
        "UPDATE schema_number SET number = :number WHERE part = :part"
        if known
        else "INSERT INTO schema_number (part, number) VALUES (:part, :number)"
    )
    connection.execute(text(statement), {"part": part, "number": number})


# Parameters are hidden everywhere: an error's message must not hold what somebody asked.


@cache
def _postgresql(url: str) -> Engine:
    options = {"connect_timeout": CONNECT_TIMEOUT_S}
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=options)


@cache
def _sqlite(path: Path) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True, connect_args={"timeout": LOCK_TIMEOUT_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves: Python's own module leaves DDL outside them
    connection.execute("PRAGMA journal_mode=WAL")  # readers and a writer side by side
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")  # what was deleted is gone from the file
