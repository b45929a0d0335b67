"""Who asks, by a token of the installation, a token of an OpenID Connect provider or a browser's session; and who may
administer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from api.audit import note
from api.identity import ROLES, Identity, Role, roles_of
from api.oidc import Provider
from api.problems import Refused, log_failure, on_http_exception, too_many
from api.rates import Buckets, client_of
from api.sessions import Sessions, cookie_name
from api.store import Store
from api.tries import Tries
from rag.settings import Settings

ADMIN_PATH = "/api/admin"
TOKEN_USER = "OHJENUORA_ADMIN_TOKEN"  # noqa: S105  # whoever holds a token: it names nobody
NOBODY = "?"  # who tried to sign in, and could not
# Who one is, and signing out, are for those without a role, too.
WITHOUT_ROLE = (f"{ADMIN_PATH}/me", f"{ADMIN_PATH}/sessions")
# Our pages send it with every request. A page of another website cannot, not even to an old browser: such a header has
# to be asked for beforehand (CORS), and nobody is ever told yes.
PAGE_HEADER = "X-Ohjenuora-Page"
# How long before a token's last day the log says so: long enough for a new one to reach everybody who has it.
TOLD_BEFORE = timedelta(days=30)
# Cookies of sessions that have ended: an open page asks several times before its reader signs in again. They are of
# 256 bits and not to be guessed; this bounds what looking them up costs.
FREE_COOKIES = 60

_log = logging.getLogger(__name__)


class Doorkeeper:
    """Tells whom a token or a session belongs to. Without a configured way to sign in it knows nobody."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._tokens = settings.admin_tokens
        self._provider = _provider_of(settings) if settings.oidc_issuer else None
        self._role_claim = settings.oidc_role_claim
        self._group_claim = settings.oidc_group_claim
        self._levels = settings.strong_levels
        self._ways = settings.strong_ways
        self._store = store
        self.sessions = Sessions(settings, store.engine)
        self.tries = Tries()

    @property
    def provider(self) -> Provider | None:
        return self._provider

    @property
    def knows_a_token(self) -> bool:
        """Whether there is a token of the installation to sign in with."""
        return bool(self._digests(date.today()))

    def tell_of_ends(self, today: date) -> None:
        """Say in the log which tokens end soon, or have ended and may be taken away."""
        for token in self._tokens:
            if token.until is not None and not token.good_on(today):
                _log.warning("Token %d of OHJENUORA_ADMIN_TOKEN has ended on %s", token.number, token.until)
            elif token.until is not None and token.until - today <= TOLD_BEFORE:
                _log.warning("Token %d of OHJENUORA_ADMIN_TOKEN ends on %s", token.number, token.until)

    async def keep_telling(self) -> None:
        """Say so once a day, until cancelled."""
        while True:
            self.tell_of_ends(date.today())
            await asyncio.sleep(timedelta(days=1).total_seconds())

    def identify(self, token: str) -> Identity | None:
        """None for a token that is not valid, as far as is known without asking anybody."""
        if not token:
            return None
        digest = hashlib.sha256(token.encode()).digest()
        # All are compared, each in the same time: neither which one it is nor how much of it is told.
        if [each for each in self._digests(date.today()) if hmac.compare_digest(digest, each)]:
            return Identity(TOKEN_USER, frozenset({"administrator"}), _credential(digest))
        claims = self._provider.claims(token) if self._provider else None
        return self.identity_of_claims(claims) if claims is not None else None

    async def identify_asking(self, token: str) -> Identity | None:
        """The same, where the provider may be asked for keys that it has published since."""
        identity = self.identify(token)
        if identity is None and self._provider is not None and self._provider.may_know_more(token):
            await self._provider.refresh()
            identity = self.identify(token)
        return identity

    def identity_of_claims(self, claims: dict[str, object]) -> Identity | None:
        """Whose claims of the provider these are; None where the sign-in was not as strong as is asked for."""
        if not self.is_strong(claims):
            return None
        given = _at(claims, self._role_claim)
        names = given.split() if isinstance(given, str) else given if isinstance(given, list) else []
        of = _at(claims, self._group_claim)  # a single one may have blanks in it
        groups = [of] if isinstance(of, str) else of if isinstance(of, list) else []
        belongs_to = frozenset(name for name in groups if isinstance(name, str))
        return Identity(_name(claims), roles_of(names), self._of_provider(), groups=belongs_to)

    def is_strong(self, claims: dict[str, object]) -> bool:
        """Whether the claims acr and amr tell of a sign-in that the settings ask for."""
        level, ways = claims.get("acr"), claims.get("amr")
        named = {way for way in ways if isinstance(way, str)} if isinstance(ways, list) else set()
        strong_level = not self._levels or (isinstance(level, str) and level in self._levels)
        return strong_level and (not self._ways or bool(named & self._ways))

    def identify_session(self, secret: str, now: datetime) -> Identity | None:
        """Whose session a cookie names; None also where what they signed in with is not in force any more.

        Asks the database. Raises SQLAlchemyError.
        """
        self._store.prepare()
        session = self.sessions.find(secret, now)
        if session is None:
            return None
        if session.credential not in {self._of_provider(), *map(_credential, self._digests(date.today()))}:
            return None
        return Identity(session.who, session.roles, session.credential, session.id, session.groups)

    def begin_session(self, identity: Identity, address: str) -> str:
        """The secret for the cookie of a new session. Asks the database."""
        self._store.prepare()
        secret, session = self.sessions.begin(identity, address, datetime.now(UTC))
        _log.info("%r has signed in from %s: session %s", session.who, session.client, session.id)
        return secret

    def end(self, session_id: str, who: Identity, address: str) -> bool:
        """Whether a session has been ended: of one's own, and any by an administrator. Asks the database."""
        owner = self.sessions.end(session_id, None if "administrator" in who.roles else who.name)
        if owner is not None:
            client = client_of(address)[:64]
            _log.info("%r has ended session %s of %r from %s", who.name, session_id, owner, client)
            with self._store.engine.begin() as connection:
                note(connection, who, "sign_out", session_id, of=owner, client=client)
        return owner is not None

    def end_all(self, who: Identity, address: str) -> None:
        """End all sessions of somebody. Asks the database."""
        ended = self.sessions.end_all(who.name)
        client = client_of(address)[:64]
        _log.info("%r has ended all own sessions, %d, from %s", who.name, ended, client)
        with self._store.engine.begin() as connection:
            note(connection, who, "sign_out_everywhere", who.name, sessions=ended, client=client)

    def refuse(self, address: str) -> None:
        """Count and log a wrong try to sign in. Asks the database; that it does not answer lets nobody in."""
        tries, wait_s = self.tries.wrong(address)
        client = client_of(address)[:64]
        _log.warning("Wrong try %d to sign in from %s; the next in %d s", tries, client, math.ceil(wait_s))
        try:
            self._store.prepare()
            with self._store.engine.begin() as connection:
                note(connection, NOBODY, "sign_in_failed", client, client=client, tries=tries)
        except SQLAlchemyError as error:
            log_failure(error)

    def _digests(self, today: date) -> list[bytes]:
        """Of the tokens that are in force."""
        return [each.digest for each in self._tokens if each.good_on(today)]

    def _of_provider(self) -> str:
        return _credential(self._provider.issuer.encode()) if self._provider else ""


class Gate:
    """Lets nobody into /api/admin who has not signed in: before a body is read, and whether or not the path exists.

    A client that has tried too often is not looked at: nothing is computed or compared for it until its wait is over.
    Who has signed in without a role may ask as often as anybody who asks questions; no rate limits those with one.
    """

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper, settings: Settings) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._cookies = Tries(FREE_COOKIES)
        self._without_role = Buckets(settings.requests_per_minute, settings.requests_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and is_admin_path(scope["path"]):
            request = Request(scope)
            try:
                identity = await self._identified(request)
                scope.setdefault("state", {}).update(identity=identity, access=identity.access)  # for the log, too
                if not identity.roles:
                    self._admit_without_role(request)
            except HTTPException as refusal:
                response = await on_http_exception(request, refusal)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _identified(self, request: Request) -> Identity:
        """Raises HTTPException 401, 429 or 503."""
        address = address_of(request)
        identity: Identity | None = None
        if token := token_of(request):
            identity = await of_token(self._doorkeeper, token, address)
        elif PAGE_HEADER in request.headers and (secret := secret_of(request)):
            refuse_early(self._cookies, address)
            identity = await of_session(self._doorkeeper, secret)
            if identity is None:
                self._cookies.wrong(address)
        if identity is None:
            raise not_signed_in()
        return identity

    def _admit_without_role(self, request: Request) -> None:
        """Raises Refused 403 or 429."""
        if wait_s := self._without_role.wait_s(address_of(request)):
            raise too_many(wait_s)
        if not _is_without_role(request.scope["path"]):
            raise Refused(403, "admin.error.role", roles=", ".join(ROLES), headers={"Connection": "close"})


def token_of(request: Request) -> str:
    """What a request brings as its bearer token; empty where it brings none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def secret_of(request: Request) -> str:
    """What the cookie of a session holds; empty where there is none."""
    return request.cookies.get(cookie_name(request.url.scheme), "")


async def of_token(doorkeeper: Doorkeeper, token: str, address: str) -> Identity | None:
    """Whose token it is. Raises Refused 429 while a client has to wait after wrong ones."""
    refuse_early(doorkeeper.tries, address)
    identity = await doorkeeper.identify_asking(token)
    if identity is None:
        # Of many at once that wait for the provider together, a few are counted: its silence is no guess of theirs.
        refuse_early(doorkeeper.tries, address)
        await to_thread.run_sync(doorkeeper.refuse, address)
    return identity


async def of_session(doorkeeper: Doorkeeper, secret: str) -> Identity | None:
    """Whose session a cookie names. Raises HTTPException 503 where the database does not answer."""
    try:
        return await to_thread.run_sync(doorkeeper.identify_session, secret, datetime.now(UTC))
    except SQLAlchemyError as error:
        log_failure(error)
        raise HTTPException(503, headers={"Retry-After": "5", "Connection": "close"}) from None


def not_signed_in() -> HTTPException:
    return HTTPException(401, headers={"WWW-Authenticate": "Bearer", "Connection": "close"})


def refuse_early(tries: Tries, address: str) -> None:
    """Raises Refused 429 while a client has to wait."""
    if wait_s := tries.wait_s(address):
        seconds = math.ceil(wait_s)
        headers = {"Retry-After": str(seconds), "Connection": "close"}
        raise Refused(429, "admin.error.too_many_tries", seconds=seconds, headers=headers)


def address_of(request: Request) -> str:
    """Where a request comes from, as far as that is known."""
    return request.client.host if request.client else ""


def is_admin_path(path: str) -> bool:
    return path == ADMIN_PATH or path.startswith(f"{ADMIN_PATH}/")


def _is_without_role(path: str) -> bool:
    return any(path == each or path.startswith(f"{each}/") for each in WITHOUT_ROLE)


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


def doorkeeper_of(request: Request) -> Doorkeeper:
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    return doorkeeper


# Administrators decide what is in use; editors prepare it; auditors look on.
Anyone = Annotated[Identity, Depends(identity_of)]
Administrator = Annotated[Identity, Depends(permits("administrator"))]
Editor = Annotated[Identity, Depends(permits("administrator", "editor"))]
Auditor = Annotated[Identity, Depends(permits("administrator", "auditor"))]
Reader = Annotated[Identity, Depends(permits(*ROLES))]
TheDoorkeeper = Annotated[Doorkeeper, Depends(doorkeeper_of)]


def _provider_of(settings: Settings) -> Provider:
    return Provider(
        settings.oidc_issuer,
        settings.oidc_audience,
        plain_hosts=settings.plain_hosts,
        least_rsa_bits=settings.oidc_rsa_bits,
    )


def _credential(what: bytes) -> str:
    """What somebody signed in with, told apart from others and not to be found out from this."""
    return hashlib.sha256(what).hexdigest()


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
