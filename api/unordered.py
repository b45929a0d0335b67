"""In which order people asked is not kept: in SQLite rows stand by their random keys, in PostgreSQL they do from the
next night on."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine, text

_TABLES = ("answers", "cited", "feedback")
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
    days = {"since": today - _DAYS, "today": today}
    of_days = "SELECT id FROM answers WHERE day >= :since AND day < :today"
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
        # In the order in which who keeps an answer takes them; CLUSTER wants them alone anyway.
        connection.execute(text(f"LOCK TABLE {', '.join(_TABLES)} IN ACCESS EXCLUSIVE MODE"))
        connection.execute(text(f"UPDATE answers SET day = day WHERE id IN ({of_days})"), days)
        for name in ("cited", "feedback"):
            statement = f"UPDATE {name} SET answer_id = answer_id WHERE answer_id IN ({of_days})"  # noqa: S608
            connection.execute(text(statement), days)
        for name in _TABLES:
            connection.execute(text(f"CLUSTER {name}"))
