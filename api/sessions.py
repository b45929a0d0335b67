"""Browser sessions, kept by the service: a browser holds a random name of its session and nothing else."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, delete, insert, or_, select, update

from api.audit import note
from api.identity import Identity, Role, roles_of
from api.rates import client_of
from api.tables import sessions
from rag.settings import Settings

# With the prefix a browser takes it only from this very host, over https, for all paths; no neighbour can set it.
SECURE_COOKIE = "__Host-ohjenuora"
# Without https there is no such cookie; that is for trying the service out on one's own machine.
PLAIN_COOKIE = "ohjenuora"
# A use is written down that seldom: a page asks several times as it opens.
SEEN_EVERY = timedelta(minutes=1)
# Nobody has more browsers than that at a time; a token may be shared by several people. Chosen by judgement.
MOST_OF_ONE = 20
_SECRET = re.compile(r"[\w-]{43}", re.ASCII)  # 32 random bytes, as secrets.token_urlsafe writes them


@dataclass(frozen=True, slots=True)
class Session:
    """began_at, seen_at, ends_at: in UTC; the last is when it ends without being used any more."""

    id: str
    who: str
    roles: frozenset[Role]
    credential: str
    groups: frozenset[str]
    client: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


class Sessions:
    """Safe to use from several threads and processes. The tables must be there."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._engine = engine
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._longest = timedelta(hours=settings.session_hours)

    @property
    def longest(self) -> timedelta:
        return self._longest

    def begin(self, identity: Identity, address: str, now: datetime) -> tuple[str, Session]:
        """A new session of somebody who has just signed in, and the secret for the cookie, which is not kept.

        Of more than MOST_OF_ONE the one that was not used for the longest time ends.
        """
        secret = secrets.token_urlsafe(32)
        row: dict[str, Any] = {
            "id": secrets.token_hex(16),
            "digest": _digest(secret),
            "who": identity.name,
            "roles": sorted(identity.roles),
            "credential": identity.credential,
            "groups": sorted(identity.groups),
            "client": client_of(address)[:64],
            "began_at": now,
            "seen_at": now,
        }
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(self._ended(now)))
            connection.execute(insert(sessions), row)
            connection.execute(delete(sessions).where(sessions.c.id.in_(_beyond_the_most(identity.name))))
            note(connection, identity, "sign_in", row["id"], client=row["client"])
        return secret, self._session(row)

    def find(self, secret: str, now: datetime) -> Session | None:
        """The session of a cookie, which is used now; None for one that has ended or never was."""
        if not _SECRET.fullmatch(secret):
            return None
        query = select(sessions).where(sessions.c.digest == _digest(secret), ~self._ended(now))
        with self._engine.connect() as connection:
            found = connection.execute(query).first()
        if found is None:
            return None
        row = dict(found._mapping)
        if now - row["seen_at"] >= SEEN_EVERY:
            with self._engine.begin() as connection:
                connection.execute(update(sessions).where(sessions.c.id == row["id"]).values(seen_at=now))
            row["seen_at"] = now
        return self._session(row)

    def of(self, who: str | None, now: datetime) -> list[Session]:
        """Somebody's sessions, or everybody's, that used last first."""
        query = select(sessions).where(~self._ended(now)).order_by(sessions.c.seen_at.desc(), sessions.c.id)
        if who is not None:
            query = query.where(sessions.c.who == who)
        with self._engine.connect() as connection:
            return [self._session(dict(row._mapping)) for row in connection.execute(query)]

    def end(self, session_id: str, who: str | None = None) -> str | None:
        """End one session, for all processes at once; whose it was. who: only where it is theirs."""
        chosen = sessions.c.id == session_id if who is None else (sessions.c.id == session_id) & (sessions.c.who == who)
        with self._engine.begin() as connection:
            owner: str | None = connection.execute(select(sessions.c.who).where(chosen)).scalar()
            connection.execute(delete(sessions).where(chosen))
        return owner

    def end_all(self, who: str) -> int:
        """End all of somebody's sessions; how many there were."""
        with self._engine.begin() as connection:
            return connection.execute(delete(sessions).where(sessions.c.who == who)).rowcount

    def forget(self, now: datetime) -> None:
        """Delete what is left of those that have ended."""
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(self._ended(now)))

    def _ended(self, now: datetime) -> ColumnElement[bool]:
        return or_(sessions.c.seen_at <= now - self._idle, sessions.c.began_at <= now - self._longest)

    def _session(self, row: dict[str, Any]) -> Session:
        began_at, seen_at = row["began_at"], row["seen_at"]
        return Session(
            row["id"],
            row["who"],
            roles_of(row["roles"]),
            row["credential"],
            frozenset(row["groups"]),
            row["client"],
            began_at,
            seen_at,
            min(seen_at + self._idle, began_at + self._longest),
        )


def _beyond_the_most(who: str) -> Select[tuple[str]]:
    """The ids of somebody's sessions but those used last."""
    of = select(sessions.c.id).where(sessions.c.who == who)
    used_last = of.order_by(sessions.c.seen_at.desc(), sessions.c.began_at.desc()).limit(MOST_OF_ONE)
    return of.where(sessions.c.id.not_in(used_last.scalar_subquery()))


def cookie_name(scheme: str) -> str:
    return SECURE_COOKIE if scheme == "https" else PLAIN_COOKIE


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
