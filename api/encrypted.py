"""Nothing in clear text where readers come with https: pages lead there, everything else is refused."""

from __future__ import annotations

import logging

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.guard import WATCHED
from api.negotiation import is_for_programs
from api.problems import Refused, on_http_exception
from rag.addresses import is_local, is_within
from rag.settings import Settings

_log = logging.getLogger(__name__)


class Encrypted:
    """Where OHJENUORA_PUBLIC_URL is https, whoever comes by http from elsewhere than this machine is not served.

    Health checks are, and the networks of OHJENUORA_PLAIN_HTTP_FROM.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._public_url = settings.public_url.rstrip("/") if settings.public_url.startswith("https://") else ""
        self._permitted = settings.plain_clients
        self._has_told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._public_url or not self._is_plain(scope):
            await self._app(scope, receive, send)
            return
        through_https = Headers(scope=scope).get("x-forwarded-proto", "").lower() == "https"
        if through_https and not self._has_told:
            self._has_told = True
            _log.warning("A web server that OHJENUORA_TRUSTED_PROXIES does not name passes on what came by https")
        path: str = scope["path"]
        if scope["method"] in ("GET", "HEAD") and not is_for_programs(path) and not through_https:
            # A program that is led elsewhere would have sent its secrets already, and nobody would notice.
            query = scope["query_string"].decode("latin-1")
            raw = scope.get("raw_path", path.encode()).decode("latin-1").partition("?")[0]
            raw = raw if raw.startswith("/") else "/"  # a target such as @evil.example would change the host
            leading = RedirectResponse(f"{self._public_url}{raw}{'?' if query else ''}{query}", 308)
            await leading(scope, receive, send)
            return
        refusal = Refused(403, "error.detail.https_only", address=self._public_url, headers={"Connection": "close"})
        response = await on_http_exception(Request(scope), refusal)
        await response(scope, receive, send)

    def _is_plain(self, scope: Scope) -> bool:
        """Whether it came without encryption, and may not."""
        if scope["scheme"] != "http" or scope["path"] in WATCHED:
            return False
        client = scope.get("client")
        return client is not None and not is_local(client[0]) and not is_within(client[0], self._permitted)
