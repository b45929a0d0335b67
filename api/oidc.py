"""An OpenID Connect provider: its tokens' signature, issuer, audience and times; its keys and addresses are kept."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from typing import Any

import httpx
import jwt

# Only such that need the provider's private key: with a symmetric one, its public key would be enough to sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
FETCH_AT_MOST_EVERY_S = 30.0  # tokens with made-up key ids must not make us ask the provider without end
TIMEOUT_S = 5.0
CLOCKS_APART_S = 30

_log = logging.getLogger(__name__)


class Provider:
    """One issuer of tokens, and whom they must be meant for. Safe to use from several threads."""

    def __init__(self, issuer: str, audience: str) -> None:
        self.issuer = issuer
        self._audience = audience
        self._keys: dict[str, jwt.PyJWK] = {}
        self._metadata: dict[str, Any] = {}
        self._fetched_at: float | None = None
        self._fetching = threading.Lock()

    def metadata(self) -> dict[str, Any]:
        """What the provider says of itself, such as its addresses; empty while it cannot be asked."""
        if not self._metadata:
            self._fetch_keys()
        return self._metadata

    def claims(self, token: str, audience: str | None = None) -> dict[str, Any] | None:
        """What the token says, None if it is not valid now. An unknown key is looked for at the provider.

        audience: whom it must be meant for, where that is not whom the tokens are usually meant for.
        """
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                return None
            key_id = header.get("kid")
            meant_for = audience or self._audience
            if key_id is None:
                return self._verified_by_only_key(token, meant_for)
            return self._verified(token, key_id, meant_for)
        except jwt.PyJWTError:
            return None

    def _verified(self, token: str, key_id: str, audience: str) -> dict[str, Any] | None:
        if key_id not in self._keys:
            self._fetch_keys()
        key = self._keys.get(key_id)
        return self._decoded(token, key, audience) if key is not None else None

    def _verified_by_only_key(self, token: str, audience: str) -> dict[str, Any] | None:
        """Of a token that names no key, which a provider with a single one may give (OpenID Connect Core, 10.1)."""
        for _ in range(2):
            if len(self._keys) == 1:
                with suppress(jwt.InvalidSignatureError):  # the provider may have another key by now
                    return self._decoded(token, next(iter(self._keys.values())), audience)
            self._fetch_keys()
        return None

    def _decoded(self, token: str, key: jwt.PyJWK, audience: str) -> dict[str, Any]:
        return jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=audience,
            issuer=self.issuer,
            leeway=CLOCKS_APART_S,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )

    def _fetch_keys(self) -> None:
        """Keeps the keys there are when the provider does not answer."""
        with self._fetching:
            now = time.monotonic()
            if self._fetched_at is not None and now - self._fetched_at < FETCH_AT_MOST_EVERY_S:
                return
            self._fetched_at = now
            try:
                with httpx.Client(timeout=TIMEOUT_S) as client:
                    metadata = _json(client, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                    if metadata.get("issuer") != self.issuer:
                        raise ValueError(f"it calls itself '{metadata.get('issuer')}'")
                    listed = _json(client, str(metadata["jwks_uri"]))["keys"]
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
                _log.warning("The keys of '%s' cannot be fetched: %s", self.issuer, error)
                return
            self._metadata = metadata
            self._keys = {str(each.get("kid", "")): key for each in listed if (key := _usable(each)) is not None}


def _json(client: httpx.Client, url: str) -> dict[str, Any]:
    content = client.get(url).raise_for_status().json()
    if not isinstance(content, dict):
        raise ValueError(f"{url} is no JSON object")
    return content


def _usable(listed: dict[str, Any]) -> jwt.PyJWK | None:
    """None for keys that do not sign, and for kinds that we do not know."""
    if listed.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK(listed)
    except jwt.PyJWTError:
        return None
    return key if key.algorithm_name in ALGORITHMS else None
