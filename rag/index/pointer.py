"""Which version of the index is in use: a file of the data folder says it, or a row of the database where there is one.

Hosts that share a database see a switch at once, while a shared file system may show a file's old content for a minute.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from rag.errors import DatabaseUnavailable
from rag.index.database import engine_of
from rag.index.schema import prepare
from rag.settings import Settings
from rag.sources.files import write_atomically

_prepared: set[Engine] = set()


def read_current(settings: Settings, root: Path) -> str | None:
    """The id of the version in use, None before the first build. root: the folder of all versions.

    Raises DatabaseUnavailable.
    """
    if settings.database_url.get_secret_value():
        try:
            with _engine(settings).connect() as connection:
                query = text("SELECT version FROM index_in_use WHERE name = 'current'")
                if (found := connection.execute(query).scalar()) is not None:
                    return str(found)
        except SQLAlchemyError as error:
            raise _unavailable(error) from error
    try:  # also the version of an installation that had no database before
        return (root / "CURRENT").read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def write_current(settings: Settings, root: Path, version: str) -> None:
    """The switch: in one step, and for all hosts at once. Raises DatabaseUnavailable."""
    if settings.database_url.get_secret_value():
        try:
            with _engine(settings).begin() as connection:
                update = text("UPDATE index_in_use SET version = :version WHERE name = 'current'")
                if not connection.execute(update, {"version": version}).rowcount:
                    new = text("INSERT INTO index_in_use (name, version) VALUES ('current', :version)")
                    connection.execute(new, {"version": version})
        except SQLAlchemyError as error:
            raise _unavailable(error) from error
    write_atomically(root / "CURRENT", version)


def _engine(settings: Settings) -> Engine:
    engine = engine_of(settings)
    if engine not in _prepared:
        prepare(engine)
        _prepared.add(engine)
    return engine


def _unavailable(error: SQLAlchemyError) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"The database cannot be used ({type(error).__name__}). Check that it runs, and the setting "
        "OHJENUORA_DATABASE_URL."
    )
