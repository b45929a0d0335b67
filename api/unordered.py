"""In which order people asked is not kept: in SQLite rows stand by their random keys, in PostgreSQL they do from the
next night on."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine, text

_TABLES = {"answers": "id", "cited": "answer_id", "feedback": "answer_id"}  # with what names the answer
_OF_DAYS = "SELECT id FROM answers WHERE day >= :since AND day < :today"
# Rows of the last days are written anew once more; a service that was away longer has kept none meanwhile.
_DAYS = timedelta(days=3)
# Answers wait behind the lock that is waited for, a backup may hold the table for long; chosen by judgement.
_WAIT = "2s"


def lose_order(engine: Engine, today: date) -> None:
    """Let neither the place nor the transaction of a row of the days before tell when on its day it came.

    Raises SQLAlchemyError, also where somebody else has the tables for longer than _WAIT.
    """
    if engine.dialect.name != "postgresql":
        return
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
        # In the order in which who keeps an answer takes them; CLUSTER wants them alone anyway.
        connection.execute(text(f"LOCK TABLE {', '.join(_TABLES)} IN ACCESS EXCLUSIVE MODE"))
        for name, key in _TABLES.items():
            statement = f"UPDATE {name} SET {key} = {key} WHERE {key} IN ({_OF_DAYS})"  # noqa: S608  # our own names
            connection.execute(text(statement), {"since": today - _DAYS, "today": today})
            connection.execute(text(f"CLUSTER {name}"))
