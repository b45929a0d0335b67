"""Tells another program of what came into use: signed JSON by https, again until it is taken, beside everything else.

The form is that of Standard Webhooks (https://www.standardwebhooks.com), version 1, for which there are libraries.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from api.news import News, after_number, notice
from api.problems import LoggedOnce
from api.store import Store
from api.tables import webhook
from rag.errors import SourceUnavailable
from rag.fetching.outgoing import Outgoing
from rag.settings import WEBHOOK_BASE64, Settings
from rag.types import PUBLIC

EVERY_S = 2.0  # between looks for something new
ANSWER_S = 20.0  # until who is told has taken it
FIRST_WAIT_S, LONGEST_WAIT_S = 30.0, 6 * 3600.0  # the wait doubles from one to the other
TRIES = 16  # some two days and a half; then the next is told, and what is missed stands in the feed
_LEASE = timedelta(seconds=2 * ANSWER_S)  # for which one process alone tries

_log = logging.getLogger(__name__)


class Telling:
    """Notices what comes into use, and tells the webhook, where there is one. Of one process."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self._store = store

    async def run(self) -> None:
        """As long as the service runs; what fails is logged once."""
        telling = LoggedOnce()
        while True:
            await telling.do(lambda: self.tell(datetime.now(UTC)))
            await asyncio.sleep(EVERY_S)

    def tell(self, now: datetime) -> None:
        """Notice what is new, and tell the webhook what it was not told, once."""
        self._store.prepare()
        notice(self._store.engine, self.settings)
        if self.settings.webhook_url:
            self._told_next(now)

    def _told_next(self, now: datetime) -> None:
        with self._store.engine.begin() as connection:
            row = connection.execute(select(webhook)).one()
            waiting = after_number(connection, row.number)
            if not waiting or (row.next_at is not None and now < row.next_at):
                return
            mine = (webhook.c.number == row.number) & (webhook.c.tries == row.tries)
            taken = update(webhook).where(mine).values(tries=row.tries + 1, next_at=now + _LEASE)
            if not connection.execute(taken).rowcount:
                return
        public = [each for each in waiting if each.readable_by(PUBLIC, None)]
        told = not public or self._sent(public, now)
        tries = row.tries + 1
        if not told and tries >= TRIES:
            _log.error("The webhook was not told of the version %s, in %d tries", waiting[0].version, tries)
        wait = timedelta(seconds=min(FIRST_WAIT_S * 2 ** (tries - 1), LONGEST_WAIT_S))
        over: dict[str, object] = {"number": waiting[-1].number, "tries": 0, "next_at": None}
        values = over if told or tries >= TRIES else {"next_at": now + wait}
        with self._store.engine.begin() as connection:
            connection.execute(update(webhook).where(webhook.c.number == row.number).values(**values))

    def _sent(self, told: Sequence[News], now: datetime) -> bool:
        body = body_of(told, self.settings.public_url)
        secret = self.settings.webhook_secret.get_secret_value()
        headers = signed(body, f"{told[0].version}-{told[0].number}", now, secret)
        try:
            with Outgoing(self.settings.reachable, whole_s=ANSWER_S) as outgoing:
                outgoing.request(self.settings.webhook_url, None, headers, "POST", body, follow=False)
        except SourceUnavailable as failure:  # its address may hold a secret
            _log.warning("The webhook cannot be told: %s", failure.reason)
            return False
        return True


def body_of(told: Sequence[News], public_url: str) -> bytes:
    """What is told: of public documents alone."""
    documents = [
        {
            "id": each.document_id,
            "change": each.kind,
            "title": each.title,
            "language": each.language,
            "url": f"{public_url.rstrip('/')}/documents/{each.document_id}",
        }
        for each in told
    ]
    data = {"version": told[0].version, "documents": documents}
    said = {"type": "documents.published", "timestamp": told[0].at.isoformat(), "data": data}
    return json.dumps(said, ensure_ascii=False).encode()


def signed(body: bytes, name: str, now: datetime, secret: str) -> dict[str, str]:
    """The headers by which the other side knows that it is from here: HMAC-SHA-256 of name, time and body."""
    key = (
        base64.b64decode(secret.removeprefix(WEBHOOK_BASE64)) if secret.startswith(WEBHOOK_BASE64) else secret.encode()
    )
    moment = str(int(now.timestamp()))
    digest = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
