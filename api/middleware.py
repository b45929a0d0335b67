"""What every request passes on its way in and out, whichever route it takes."""

from __future__ import annotations

import logging
import time

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import is_admin_path
from api.metrics import Metrics
from api.problems import MAX_BODY_KB, failed, on_http_exception

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_access = logging.getLogger("api.access")


class Edge:
    """Limits the body, adds the headers, measures and logs, and catches what nobody caught.

    The access log is our own, because the server's would hold the query string, and with it the question of a
    search. Exceptions end here, because the server would log their messages.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, admin_body_kb: int = MAX_BODY_KB) -> None:
        self._app = app
        self._metrics = metrics
        self._admin_body_kb = admin_body_kb  # documents are uploaded there; the gate has let only administrators in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        limit_kb = self._admin_body_kb if is_admin_path(scope["path"]) else MAX_BODY_KB
        scope.setdefault("state", {})["max_body_kb"] = limit_kb
        status: int | None = None  # until the response has begun
        body_bytes = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-cache")  # kept, but asked for again
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        async def receive_within_limit() -> Message:
            nonlocal body_bytes
            message = await receive()
            body_bytes += len(message.get("body", b""))
            if body_bytes > limit_kb * 1000:
                raise _too_large()
            return message

        request = Request(scope)
        try:
            if _declared_bytes(scope) > limit_kb * 1000:
                response = await on_http_exception(request, _too_large())
                await response(scope, receive, send_with_headers)
            else:
                await self._app(scope, receive_within_limit, send_with_headers)
        except Exception as error:
            response = failed(request, error)
            if status is None:
                await response(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            # The template, such as /documents/{document_id}: a path that no route knows may hold anything.
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.responded(scope["method"], route, status or 500, seconds)
            _access.info("%s %s %s %.0f ms", scope["method"], route, status or 500, seconds * 1000)


def _too_large() -> HTTPException:
    return HTTPException(413, headers={"Connection": "close"})


def _declared_bytes(scope: Scope) -> int:
    declared = Headers(scope=scope).get("content-length", "")
    return int(declared) if declared.isdecimal() else 0
