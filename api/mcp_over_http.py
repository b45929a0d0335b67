"""The door of the Model Context Protocol over HTTP. What speaks the protocol is imported when somebody first comes to
it: it takes a quarter of all that the service imports, and most installations never need it."""

from __future__ import annotations

import asyncio
import threading

from starlette.types import ASGIApp, Receive, Scope, Send

from api.service import Service

PATH = "/mcp"


class McpOverHttp:
    """The application at PATH."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._opening = threading.Lock()
        self._inside: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        inside = self._inside
        if inside is None:
            inside = await asyncio.to_thread(self._open)
        await inside(scope, receive, send)

    def _open(self) -> ASGIApp:
        from api.mcp_server import OverHttp

        with self._opening:
            inside = self._inside or OverHttp(self._service)
            self._inside = inside
            return inside
