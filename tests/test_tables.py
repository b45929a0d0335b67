"""What queries see of the tables (api/tables.py) is what the steps of rag/index/schema.py make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Date, DateTime, Float, Integer, String, Text, inspect

from api.tables import metadata
from rag.index.database import Moment, engine_of
from rag.index.schema import prepare
from tests.support import postgres

# What queries of its own kind read: the schema's number, and the index in use (rag/index/pointer.py).
OTHERS = {"schema_number", "index_in_use"}
# BIGINT is an Integer, TIMESTAMPTZ a DateTime. A Text is a String, too.
KINDS = (JSON, Date, DateTime, Float, Integer, Text, String)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.running() as url:
        yield url


def kind(given: Any) -> tuple[type, int | None, bool]:
    """A column's kind, how long it may be, and whether it keeps the time zone."""
    given = given.impl if isinstance(given, Moment) else given
    (found, *_) = [each for each in KINDS if isinstance(given, each)]
    return found, getattr(given, "length", None), getattr(given, "timezone", False)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_tables_are_as_queries_see_them(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with postgres.stored_in(dialect, tmp_path, request) as settings:
        engine = engine_of(settings)
        prepare(engine)
        found = inspect(engine)
        assert set(found.get_table_names()) == set(metadata.tables) | OTHERS
        for name, table in metadata.tables.items():
            keys = found.get_pk_constraint(name)["constrained_columns"]
            assert keys == [column.name for column in table.primary_key], name
            made = {column["name"]: column for column in found.get_columns(name)}
            assert made.keys() == set(table.columns.keys()), name
            for column in table.columns:
                *wanted, zoned = kind(column.type)
                zoned &= dialect != "sqlite"  # which keeps no time zone: Moment adds it
                assert kind(made[column.name]["type"]) == (*wanted, zoned), f"{name}.{column.name}"
                # In SQLite a key that is no number does not say that it is never null.
                if column.name not in keys:
                    assert made[column.name]["nullable"] == column.nullable, f"{name}.{column.name}"
