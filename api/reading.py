"""What whoever asks may read: decided once for each request, before any route, and passed along from there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from api import views
from api.auth import Doorkeeper, address_of, is_admin_path, not_signed_in, of_session, of_token, secret_of, token_of
from api.negotiation import is_for_programs, prefers_html
from api.problems import on_http_exception
from api.rates import client_of
from api.teams_activity import PATH as TEAMS_PATH
from rag.settings import Settings
from rag.types import PUBLIC, Access

# What holds nothing of a document: whoever watches over the service, signs in, or wants to know whose it is.
_FOR_ALL = frozenset(
    {"/healthz", "/readyz", "/metrics", "/accessibility", "/privacy", "/sign-in", "/admin", "/embed.js", TEAMS_PATH}
)
_FOR_ALL_BELOW = ("/static/", "/admin/")


class Readers:
    """Leaves what may be read in the request's state. Stands behind the guard; into /api/admin the gate lets.

    A browser's session counts always. A token counts only where readers sign in: clients of OpenAI's interface send
    made-up ones to services that ask for none.
    """

    def __init__(self, app: ASGIApp, settings: Settings, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._sign_in = settings.chat_sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_admin_path(scope["path"]):
            request = Request(scope)
            try:
                access = await self._access(request)
            except HTTPException as refusal:
                response = await self._refused(request, refusal)
                await response(scope, receive, send)
                return
            scope.setdefault("state", {}).update(access=access, sign_in=self._sign_in != "off")
        await self._app(scope, receive, send)

    async def _access(self, request: Request) -> Access:
        """Raises HTTPException 401, 429 or 503."""
        path = request.scope["path"]
        if path in _FOR_ALL or path.startswith(_FOR_ALL_BELOW):
            return PUBLIC
        identity = None
        if self._sign_in != "off" and (token := token_of(request)):
            identity = await of_token(self._doorkeeper, token, address_of(request))
            if identity is None:  # with less than was asked for, nobody would know that it has run out
                raise not_signed_in()
        elif secret := secret_of(request):
            identity = await of_session(self._doorkeeper, secret)
        if identity is None and self._sign_in == "required":
            raise not_signed_in()
        return identity.access if identity is not None else PUBLIC

    async def _refused(self, request: Request, refusal: HTTPException) -> Response:
        """To a browser that wants a page: the page to sign in on, which leads back to it."""
        accept = request.headers.get("accept", "")
        if refusal.status_code == 401 and not is_for_programs(request.url.path) and prefers_html(accept):
            request.state.access, request.state.sign_in = PUBLIC, True
            return await to_thread.run_sync(views.page, request, "sign_in.html", 401)
        return await on_http_exception(request, refusal)


def access_of(request: Request) -> Access:
    """Set by Readers, or by the gate: a path outside both would fail here."""
    access: Access = request.state.access
    return access


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks a question. client: the network address that it comes from, by which places are shared."""

    access: Access
    client: str = ""


def asker_of(request: Request) -> Asker:
    client = client_of(address_of(request))
    return Asker(replace(access_of(request), client=client), client)


TheAccess = Annotated[Access, Depends(access_of)]
TheAsker = Annotated[Asker, Depends(asker_of)]
