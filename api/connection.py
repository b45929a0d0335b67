"""The server's side of one connection: how it is spoken, and how long somebody may take."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.rates import client_of
from rag.addresses import is_within

# Until a request's lines have come, from the connection's beginning or from the first of their bytes.
HEAD_S = 10.0
# Until somebody takes what is sent, when the buffers on the way are full.
READING_S = 30.0
# Lines of a request that are longer are no request: 400. Within that, api.guard tells what is too long.
MAX_HEAD_BYTES = 65_536
# Connections; below the 1,024 files that a process may have open where nobody has said otherwise.
MAX_CONNECTIONS = 512
BACKLOG = 256
# So many more than its share a client may open and is told so, each in the time below; further ones are closed unheard.
TOLD = 16
TELLING_S = 2.0
# In a request's scope: it came by a connection beyond its client's share. api.guard refuses it.
BEYOND_SHARE = "ohjenuora.beyond_share"
IDLE_S = 5
STOPPING_S = 20


@dataclass(frozen=True, slots=True)
class Share:
    """How many connections one client may have open at a time; 0: any number. proxies: addresses and networks that
    bring the connections of many."""

    most: int
    proxies: Sequence[str] = ()

    def is_proxy(self, address: str) -> bool:
        """Also a socket of the file system, which a web server on the same machine comes by."""
        return is_within(address, self.proxies)


class Connection(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, to somebody who has only so much time and so many connections.

    uvicorn alone waits without an end for the rest of a request's lines, and for a reader who does not read, and one
    client may have all connections that there are.
    """

    share = Share(0)
    _patience_s: float | None = None  # for the next lines of a request; None: HEAD_S
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        beyond = self._beyond_share()
        if beyond > TOLD:
            transport.abort()
            return
        if beyond > 0:
            self._patience_s = TELLING_S
            self.app = _marked(self.app)
        self._await_head()

    def _beyond_share(self) -> int:
        """By how many its client has more connections than its share, this one among them."""
        address = self.client[0] if self.client else ""
        if not self.share.most or self.share.is_proxy(address):
            return 0
        client = client_of(address)
        others = (each.client for each in self.connections if isinstance(each, Connection))
        return sum(client_of(each[0]) == client for each in others if each) - self.share.most

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._await_head()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for timer in (self._deadline, self._unread):
            if timer is not None:
                timer.cancel()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(READING_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _await_head(self) -> None:
        """The clock runs while a request has not said what it wants, and is not set back by another byte of it."""
        within = self.conn.their_state is h11.IDLE and (self.cycle is None or bool(self.conn.trailing_data[0]))
        if within and self._deadline is None:
            self._deadline = self.loop.call_later(self._patience_s or HEAD_S, self.transport.abort)
        elif not within and self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def connection_with(share: Share) -> type[Connection]:
    """The protocol of a server whose clients have this share each."""
    return type("SharedConnection", (Connection,), {"share": share})


def _marked(app: ASGIApp) -> ASGIApp:
    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, BEYOND_SHARE: True}, receive, send)

    return marked
