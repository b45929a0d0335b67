"""What a request must be to get as far as a route: meant for us, not sent by another website's page, of sensible size,
in time, and not one of too many."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import embed, openai_form
from api.auth import is_admin_path
from api.connection import BEYOND_SHARE, IDLE_S
from api.problems import MAX_BODY_KB, Refused, on_http_exception, too_many
from api.rates import Buckets
from rag.settings import Settings

MAX_QUERY_BYTES = 32_000  # the longest question that GET /api/search takes has 24,000 when it is of emoji
MAX_HEADERS_BYTES = 32_000  # the token of a provider that lists all of somebody's groups has 16,000
# Clients of OpenAI's interface send the whole conversation each time: at some 4 KB a turn, 120 turns.
MAX_CONVERSATION_KB = 512
# A body has this long, and longer the larger it may be: a document of 50 MB nine minutes, everything else 11 seconds.
BODY_S = 10.0
SLOWEST_BYTES_PER_S = 100_000
# A machine that stood still has not looked at what came meanwhile: after the deadline it does so for this long, once.
# Without it people who had sent their question at once were told that they were too slow.
LAST_LOOK_S = 1.0
# What watches over the service asks by whatever address it knows, and goes on asking when there is trouble.
WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})
# A page has 16 scripts and styles, each of which costs a fortieth of an answer: colleagues behind one address open it
# at the same time.
_FILES_TIMES = 10
_FILES = "/static/"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Stands behind the gate, which has let in and counted whoever comes to /api/admin."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = frozenset(settings.host_names)
        self._origins = frozenset(settings.origins)
        per_minute, at_once = settings.requests_per_minute, settings.requests_at_once
        self._buckets = Buckets(per_minute, at_once)
        self._of_files = Buckets(per_minute * _FILES_TIMES, at_once * _FILES_TIMES)
        self._upload_kb = settings.max_file_mb * 1000 + MAX_BODY_KB  # a file with its form around it

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit_kb = self._limit_kb(scope["path"])
        refusal = self._refusal(scope, Headers(scope=scope), limit_kb)
        if refusal is not None:
            response = await on_http_exception(Request(scope), refusal)
            await response(scope, receive, send)
            return
        await self._app(scope, _Body(receive, limit_kb).receive, send)

    def _limit_kb(self, path: str) -> int:
        if is_admin_path(path):
            return self._upload_kb
        return MAX_CONVERSATION_KB if path.startswith(openai_form.PREFIX) else MAX_BODY_KB

    def _refusal(self, scope: Scope, headers: Headers, limit_kb: int) -> Refused | None:
        watched = scope["path"] in WATCHED
        if self._hosts and not watched and _name(headers.get("host", "")) not in self._hosts:
            return Refused(400, "error.detail.bad_request")
        if scope.get(BEYOND_SHARE) and not watched:
            after = {"Retry-After": str(IDLE_S), "Connection": "close"}
            return Refused(429, "error.detail.too_many_connections", headers=after)
        if len(scope["query_string"]) > MAX_QUERY_BYTES:
            return Refused(414, "error.detail.address_too_long", limit=MAX_QUERY_BYTES // 1000)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS_BYTES:
            return Refused(431, "error.detail.headers_too_large", limit=MAX_HEADERS_BYTES // 1000)
        embedded = scope["path"] in embed.SENT and headers.get("origin", "").lower() in self._origins
        if scope["method"] not in _READING and not embedded and self._is_of_another_site(headers):
            return Refused(403, "error.detail.another_site", headers={"Connection": "close"})
        if not watched and not is_admin_path(scope["path"]):
            client = scope.get("client")
            buckets = self._of_files if scope["path"].startswith(_FILES) else self._buckets
            wait_s = buckets.wait_s(client[0] if client else "")
            if wait_s:
                return too_many(wait_s)
        if _declared_bytes(headers) > limit_kb * 1000:
            return _too_large(limit_kb)
        return None

    def _is_of_another_site(self, headers: Headers) -> bool:
        """Whether a browser says that a page of another origin has sent this. What is no browser says nothing.

        Sec-Fetch-Site comes from every browser of today, except to a service without https that is not on the same
        machine; there, Origin has to do. Source: Valsorda, "Cross-Site Request Forgery", 2025, as Go 1.25 has it.
        """
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None:
            return False
        host = urlsplit(origin).netloc
        return host != headers.get("host", "") and _name(host) not in self._hosts


class _Body:
    """A request's body as it comes in, within its limits of size and time."""

    def __init__(self, receive: Receive, limit_kb: int) -> None:
        self._receive = receive
        self._limit_kb = limit_kb
        self._bytes = 0
        self._ends = time.monotonic() + BODY_S + limit_kb * 1000 / SLOWEST_BYTES_PER_S
        self._last_look_ends: float | None = None  # set when the deadline has passed
        self._complete = False

    async def receive(self) -> Message:
        if self._complete:  # what comes now is that the client has gone, whenever it does
            return await self._receive()
        message = await self._within(self._ends - time.monotonic()) or await self._last_look()
        if message is None:
            raise Refused(408, "error.detail.too_slow", headers={"Connection": "close"})
        self._complete = not message.get("more_body", False)
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._limit_kb * 1000:
            raise _too_large(self._limit_kb)
        return message

    async def _last_look(self) -> Message | None:
        """What came while nobody looked. Its time is over once, however many pieces come: somebody who sends a byte at
        a time would never be too slow."""
        if self._last_look_ends is None:
            self._last_look_ends = time.monotonic() + LAST_LOOK_S
        return await self._within(self._last_look_ends - time.monotonic())

    async def _within(self, seconds: float) -> Message | None:
        """What comes in that time, if anything does. What comes later is not lost, it is received by the next call."""
        try:
            async with asyncio.timeout(seconds):
                return await self._receive()
        except TimeoutError:
            return None


def _too_large(limit_kb: int) -> Refused:
    return Refused(413, "error.detail.too_large", limit=limit_kb, headers={"Connection": "close"})


def _declared_bytes(headers: Headers) -> int:
    declared = headers.get("content-length", "")
    return int(declared) if declared.isdecimal() else 0


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()
