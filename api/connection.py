"""The server's side of one connection: how it is spoken, and how long somebody may take."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Until a request's lines have come, from the connection's beginning or from the first of their bytes.
HEAD_S = 10.0
# Until somebody takes what is sent, when the buffers on the way are full.
READING_S = 30.0
# Lines of a request that are longer are no request: 400. Within that, api.guard tells what is too long.
MAX_HEAD_BYTES = 65_536
# Connections; below the 1,024 files that a process may have open where nobody has said otherwise.
MAX_CONNECTIONS = 512
BACKLOG = 256
IDLE_S = 5
STOPPING_S = 20


class Connection(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, to somebody who has only so much time.

    uvicorn alone waits without an end for the rest of a request's lines, and for a reader who does not read.
    """

    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._await_head()

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
            self._deadline = self.loop.call_later(HEAD_S, self.transport.abort)
        elif not within and self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
