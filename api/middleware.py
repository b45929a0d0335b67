"""What every request passes on its way in and out, whichever route it takes."""

from __future__ import annotations

import logging
import time

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import ADMIN_PATH, is_admin_path
from api.identity import Identity
from api.logs import ID_HEADER, as_request
from api.metrics import METHODS, Metrics
from api.problems import failed
from api.rates import client_of

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    # Nobody else learns where a reader comes from; we ourselves do, or forms would come without their origin.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# Said over https only: over plain http a browser has to pass it over (RFC 6797, 8.1). A year; other names of the domain
# are for others to decide about.
STRICT_TRANSPORT = "max-age=31536000"

_access = logging.getLogger("api.access")


class Edge:
    """Gives the request its id, adds the headers, measures and logs, and catches what nobody caught.

    The access log is our own, because the server's would hold the query string, and with it the question of a
    search. Exceptions end here, because the server would log their messages.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with as_request() as request_id:
            await self._serve(scope, receive, send, request_id)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        started = time.perf_counter()
        status: int | None = None  # until the response has begun

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[ID_HEADER] = request_id
                if scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-cache")  # kept, but asked for again
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if _says_its_length_twice(scope):
                    headers["Connection"] = "close"
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            response = failed(Request(scope), error)
            if status is None:
                await response(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            route, method = route_of(scope), method_of(scope)
            self._metrics.responded(method, route, status or 500, seconds)
            _access.info("%s %s %s %.0f ms%s", method, route, status or 500, seconds * 1000, _by_whom(scope))


def _says_its_length_twice(scope: Scope) -> bool:
    """As nobody does by mistake: what comes after on the same connection is not to be trusted (RFC 9112, 6.1)."""
    return {b"transfer-encoding", b"content-length"} <= {name for name, _ in scope["headers"]}


def method_of(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "other"


def route_of(scope: Scope) -> str:
    """The template, such as /documents/{document_id}: a path that no route knows may hold anything."""
    route = getattr(scope.get("route"), "path", None)
    if is_admin_path(scope["path"]):  # its parts name their routes without its beginning
        return f"{ADMIN_PATH}{(route or '').removeprefix(ADMIN_PATH)}"
    return route or "other"


def _by_whom(scope: Scope) -> str:
    """Who administers, and from where, is on record; who asks a question is not."""
    if not is_admin_path(scope["path"]):
        return ""
    identity: Identity | None = scope.get("state", {}).get("identity")
    client = scope.get("client")
    who = repr(identity.name) if identity else "nobody"  # repr: a name with a line break stays in its line
    return f", {who} from {client_of(client[0]) if client else 'somewhere'}"


class Head:
    """Answers HEAD wherever GET is answered: by the same route, with the same headers, without the body.

    Source: RFC 9110, section 9.3.2. FastAPI's routes know GET alone, and a second method of each would stand in the
    OpenAPI document.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        got = {**scope, "method": "GET"}  # a copy: the server goes by its own scope when it sends the response
        try:
            await self._app(got, receive, send_without_body)
        finally:
            scope["route"] = got.get("route")  # for the log and the metrics
