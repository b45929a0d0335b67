"""Signing in at an OpenID Connect provider with a browser: the authorization code flow with PKCE.

The provider's tokens are looked at once and not kept: what follows is a session of the service's own.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from api.auth import Doorkeeper
from api.identity import Identity
from api.oidc import CLOCKS_APART_S, WHOLE_ANSWER_S, Provider
from rag.settings import Settings

SCOPE = "openid profile email"

_log = logging.getLogger(__name__)


class SignInFailed(Exception):
    """reason: the text under page.admin.shell.failed that tells why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the browser keeps from setting out to coming back: state ties the two together, nonce the token to them,
    and without the verifier nobody else can use the code."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Attempt:
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @classmethod
    def from_cookie(cls, value: str) -> Attempt | None:
        parts = value.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None

    def as_cookie(self) -> str:
        return ".".join((self.state, self.nonce, self.verifier))

    @property
    def challenge(self) -> str:
        """S256 of RFC 7636."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


class SignIn:
    """The flow at one provider. It waits for it without a thread, and no longer than WHOLE_ANSWER_S each time."""

    def __init__(self, settings: Settings, doorkeeper: Doorkeeper, provider: Provider) -> None:
        self._levels = settings.strong_levels
        self._max_age_s = settings.oidc_max_age_minutes * 60
        self._client_id = settings.oidc_client_id or settings.oidc_audience
        self._secret = settings.oidc_client_secret.get_secret_value()
        self._doorkeeper = doorkeeper
        self._provider = provider

    async def begin(self, attempt: Attempt, back: str) -> str:
        """The provider's address to send the browser to. back: where it returns. Raises SignInFailed."""
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        if self._levels:
            asked["acr_values"] = " ".join(sorted(self._levels))
        if self._max_age_s:
            asked["max_age"] = str(self._max_age_s)
        address = await self._address("authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    async def finish(self, attempt: Attempt | None, state: str, code: str, back: str) -> Identity:
        """Who has signed in. Asks the provider. Raises SignInFailed."""
        if attempt is None or not hmac.compare_digest(attempt.state.encode(), state.encode()):
            raise SignInFailed("state")
        given = await self._exchange(code, attempt.verifier, back)
        identity_token = str(given.get("id_token", ""))
        if self._provider.may_know_more(identity_token):
            await self._provider.refresh()
        claims = self._provider.claims(identity_token, self._client_id)
        if claims is None or claims.get("nonce") != attempt.nonce:
            raise SignInFailed("token")
        if not self._doorkeeper.is_strong(claims):
            raise SignInFailed("weak")
        if self._max_age_s and not self._is_recent(claims.get("auth_time")):
            raise SignInFailed("old")
        # The identity token is meant for the client, which usually is the audience; where the tokens must be meant for
        # another audience, or only the access token carries the roles, that one says what they may. How strong the
        # sign-in was stands in the identity token; an access token need not repeat it.
        strength = {name: claims.get(name) for name in ("acr", "amr")}
        known: list[Identity] = []
        for token in (identity_token, str(given.get("access_token", ""))):
            said = self._provider.claims(token)
            if said is not None and said["sub"] == claims["sub"]:
                identity = self._doorkeeper.identity_of_claims(said | strength)
                known += [identity] if identity is not None else []
        if not known:
            raise SignInFailed("token")
        return next((each for each in known if each.roles), known[0])

    def _is_recent(self, auth_time: object) -> bool:
        """Whether that is when somebody signed in at the provider, and not too long ago. A provider that was asked for
        max_age has to tell (OpenID Connect Core, 3.1.2.1)."""
        if not isinstance(auth_time, int | float):
            return False
        return -CLOCKS_APART_S <= time.time() - auth_time <= self._max_age_s + CLOCKS_APART_S

    async def _address(self, name: str) -> str:
        address = (await self._provider.metadata()).get(name)
        if not isinstance(address, str) or not self._provider.may_be_asked(address):
            raise SignInFailed("provider")
        return address

    async def _exchange(self, code: str, verifier: str, back: str) -> dict[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        known = (await self._provider.metadata()).get("token_endpoint_auth_methods_supported")
        basic = not isinstance(known, list) or "client_secret_basic" in known  # the default of the specification
        auth = httpx.Auth()  # none
        if self._secret and basic:
            auth = httpx.BasicAuth(self._client_id, self._secret)
        else:
            form |= {"client_id": self._client_id} | ({"client_secret": self._secret} if self._secret else {})
        try:
            address = await self._address("token_endpoint")
            async with asyncio.timeout(WHOLE_ANSWER_S), httpx.AsyncClient(timeout=WHOLE_ANSWER_S) as client:
                response = await client.post(address, data=form, auth=auth)
            content = response.raise_for_status().json()
        except httpx.HTTPStatusError as error:
            _log.warning("The provider does not take the code: status %d", error.response.status_code)
            raise SignInFailed("provider") from None
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            _log.warning("The provider's token endpoint does not answer: %s", type(error).__name__)
            raise SignInFailed("provider") from None
        return content if isinstance(content, dict) else {}
