"""Who may administer: the token of a small installation, or the tokens of an OpenID Connect provider; three roles."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from anyio import to_thread
from fastapi import Depends, Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from api.oidc import Provider
from api.problems import Refused, on_http_exception
from rag.settings import Settings

Role = Literal["administrator", "editor", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
ADMIN_PATH = "/api/admin"
TOKEN_USER = "OHJENUORA_ADMIN_TOKEN"  # noqa: S105  # whoever holds the token: it names nobody


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who has signed in. name is what the audit log shows."""

    name: str
    roles: frozenset[Role]


class Doorkeeper:
    """Tells whom a bearer token belongs to. Without a configured way to sign in it knows nobody."""

    def __init__(self, settings: Settings) -> None:
        self._token = settings.admin_token.get_secret_value()
        self._provider = Provider(settings.oidc_issuer, settings.oidc_audience) if settings.oidc_issuer else None
        self._role_claim = settings.oidc_role_claim

    @property
    def provider(self) -> Provider | None:
        return self._provider

    @property
    def knows_a_token(self) -> bool:
        """Whether there is a token of the installation to sign in with."""
        return bool(self._token)

    def identify(self, token: str) -> Identity | None:
        """None for a token that is not valid. May ask the provider for its keys."""
        if not token:
            return None
        if self._token and hmac.compare_digest(_digest(token), _digest(self._token)):
            return Identity(TOKEN_USER, frozenset({"administrator"}))
        claims = self._provider.claims(token) if self._provider else None
        if claims is None:
            return None
        given = _at(claims, self._role_claim)
        names = given.split() if isinstance(given, str) else given if isinstance(given, list) else []
        return Identity(_name(claims), frozenset(role for role in ROLES if role in names))


class Gate:
    """Lets nobody into /api/admin without a valid token: before a body is read, and whether or not the path exists."""

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and is_admin_path(scope["path"]):
            scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
            identity = None
            if scheme.lower() == "bearer":
                identity = await to_thread.run_sync(self._doorkeeper.identify, token.strip())
            if identity is None:
                refusal = HTTPException(401, headers={"WWW-Authenticate": "Bearer", "Connection": "close"})
                response = await on_http_exception(Request(scope), refusal)
                await response(scope, receive, send)
                return
            scope.setdefault("state", {})["identity"] = identity
        await self._app(scope, receive, send)


def is_admin_path(path: str) -> bool:
    return path == ADMIN_PATH or path.startswith(f"{ADMIN_PATH}/")


def permits(*roles: Role) -> Callable[[Request], Identity]:
    """A dependency: who asks, if they have one of the roles; Refused if not."""

    def check(request: Request) -> Identity:
        identity = identity_of(request)
        if not identity.roles & set(roles):
            raise Refused(403, "admin.error.role", roles=", ".join(roles))
        return identity

    return check


def identity_of(request: Request) -> Identity:
    """Who asks, whatever their role; set by the gate: a path outside it would fail here."""
    identity: Identity = request.state.identity
    return identity


# Administrators decide what is in use; editors prepare it; auditors look on.
Anyone = Annotated[Identity, Depends(identity_of)]
Administrator = Annotated[Identity, Depends(permits("administrator"))]
Editor = Annotated[Identity, Depends(permits("administrator", "editor"))]
Auditor = Annotated[Identity, Depends(permits("administrator", "auditor"))]
Reader = Annotated[Identity, Depends(permits(*ROLES))]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()  # of one length, so that the comparison does not tell the length


def _at(claims: dict[str, object], path: str) -> object:
    """The value of a claim; where there is no claim of that name, its dots lead into objects (realm_access.roles)."""
    if path in claims:
        return claims[path]
    value: object = claims
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _name(claims: dict[str, object]) -> str:
    """The subject, which never changes, with the name that people know."""
    known = claims.get("preferred_username") or claims.get("email")
    return f"{known} ({claims['sub']})" if known and known != claims["sub"] else str(claims["sub"])
