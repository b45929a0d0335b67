"""An OpenID Connect provider: its tokens' signature, kind, issuer, audience and times; its keys, kept up to date."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Collection
from contextlib import suppress
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from rag.addresses import may_be_called

# Only such that need the provider's private key: with a symmetric one, its public key would be enough to sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# What a header calls an identity or an access token (RFC 7519, 5.1; RFC 9068, 2.1). Others are signed by the same keys
# for other purposes, such as logout+jwt (OpenID Connect Back-Channel Logout, 2.4) and secevent+jwt.
HEADER_TYPES = frozenset({"jwt", "at+jwt"})
# What Keycloak says within a token: there are Refresh, Offline and Logout beside these.
CLAIM_TYPES = frozenset({"id", "bearer", "jwt", "at+jwt"})
FETCH_AT_MOST_EVERY_S = 30.0  # tokens with made-up key ids must not make us ask the provider without end
# What a token must say to tell who somebody is.
OF_A_PERSON = ("exp", "iss", "aud", "sub")
# A key that the provider has withdrawn is good for that long, whether or not anybody signs in meanwhile.
FETCH_EVERY_S = 60.0
WHOLE_ANSWER_S = 5.0  # a provider that sends a byte now and then has answered no more than one that is silent
MAX_ANSWER_BYTES = 1_000_000
CLOCKS_APART_S = 30
LEAST_RSA_BITS = 2048  # what RFC 7518, 3.3, has as the least; providers of today sign with no more
LONGEST_LIFE_S = 24 * 3600  # a token that is good for longer is none to sign in with: nobody can take it back

_log = logging.getLogger(__name__)


class Provider:
    """One issuer of tokens, and whom they must be meant for. Of one event loop; claims() waits for nothing.

    metadata_url: where it tells of itself, if that is not where OpenID Connect has it; required: the claims that a
    token must have; plain_hosts: far hosts that may be asked without encryption; least_rsa_bits: the shortest RSA keys
    that count.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        metadata_url: str = "",
        required: Collection[str] = OF_A_PERSON,
        plain_hosts: Collection[str] = (),
        least_rsa_bits: int = LEAST_RSA_BITS,
    ) -> None:
        self.issuer = issuer
        self._audience = audience
        self._metadata_url = metadata_url or f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        self._required = list(required)
        self._plain_hosts = plain_hosts
        self._least_rsa_bits = least_rsa_bits
        self._keys: dict[str, jwt.PyJWK] = {}
        self._endorsements: dict[str, frozenset[str]] = {}
        self._metadata: dict[str, Any] = {}
        self._fetched_at: float | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def metadata(self) -> dict[str, Any]:
        """What the provider says of itself, such as its addresses; empty while it cannot be asked."""
        if not self._metadata:
            await self.refresh()
        return self._metadata

    def claims(self, token: str, audience: str | None = None) -> dict[str, Any] | None:
        """What the token says, None if it is not valid now by the keys that are known.

        audience: whom it must be meant for, where that is not whom the tokens are usually meant for.
        """
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS or not _is_to_sign_in(header):
                return None
            key_id = header.get("kid")
            # One that names no key may come from a provider with a single one (OpenID Connect Core, 10.1).
            only = next(iter(self._keys.values())) if len(self._keys) == 1 else None
            key = only if key_id is None else self._keys.get(key_id)
            return self._decoded(token, key, audience or self._audience) if key is not None else None
        except (jwt.PyJWTError, RecursionError):  # the latter of JSON that is nested without end
            return None

    def may_know_more(self, token: str) -> bool:
        """Whether a token that is not valid here may be so by a key that the provider has published since."""
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, RecursionError):
            return False
        return header.get("alg") in ALGORITHMS and _is_to_sign_in(header) and header.get("kid") not in self._keys

    def endorsements(self, token: str) -> frozenset[str]:
        """Whom the key of a valid token may speak for. Bot Framework's keys tell that, others do not: empty."""
        return self._endorsements.get(str(jwt.get_unverified_header(token).get("kid", "")), frozenset())

    async def refresh(self) -> None:
        """Ask the provider, unless that was done a moment ago. Whoever comes meanwhile waits for the same answer.

        Keeps the keys there are when the provider does not answer within WHOLE_ANSWER_S.
        """
        if self._fetching is None or self._fetching.done():
            now = time.monotonic()
            if self._fetched_at is not None and now - self._fetched_at < FETCH_AT_MOST_EVERY_S:
                return
            self._fetched_at = now
            self._fetching = asyncio.create_task(self._fetch())
        await asyncio.shield(self._fetching)  # who goes away does not end it for the others

    async def keep_fresh(self, every_s: float | None = None) -> None:
        """Ask the provider again and again, until cancelled. every_s: where FETCH_EVERY_S is too often."""
        while True:
            await self.refresh()
            await asyncio.sleep(FETCH_EVERY_S if every_s is None else every_s)

    def may_be_asked(self, address: str) -> bool:
        """Whether an address that the provider tells of may be called: an encrypted one, or a near one."""
        return may_be_called(address, self._plain_hosts)

    def _is_short(self, key: jwt.PyJWK) -> bool:
        public: object = key.key
        return isinstance(public, RSAPublicKey) and public.key_size < self._least_rsa_bits

    def _decoded(self, token: str, key: jwt.PyJWK, audience: str) -> dict[str, Any] | None:
        claims = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=audience,
            issuer=self.issuer,
            leeway=CLOCKS_APART_S,
            options={"require": self._required},
        )
        if str(claims.get("typ", "jwt")).lower() not in CLAIM_TYPES or "events" in claims:
            return None
        if "cnf" in claims:  # only good together with a proof that we cannot check (RFC 8705, RFC 9449)
            return None
        return claims if int(claims["exp"]) - time.time() <= LONGEST_LIFE_S + CLOCKS_APART_S else None

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(WHOLE_ANSWER_S), httpx.AsyncClient(timeout=WHOLE_ANSWER_S) as client:
                metadata = await _json(client, self._metadata_url)
                if metadata.get("issuer") != self.issuer:
                    raise ValueError(f"it calls itself '{metadata.get('issuer')}'")
                if not self.may_be_asked(address := str(metadata["jwks_uri"])):
                    raise ValueError(f"it has them at '{address}', which is not encrypted")
                listed = (await _json(client, address))["keys"]
                keys = {str(each.get("kid", "")): key for each in listed if (key := _usable(each)) is not None}
                endorsements = {
                    str(each.get("kid", "")): frozenset(map(str, each.get("endorsements") or ())) for each in listed
                }
        except TimeoutError:
            _log.warning("The keys of '%s' cannot be fetched: no whole answer in %g s", self.issuer, WHOLE_ANSWER_S)
            return
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError) as error:
            _log.warning("The keys of '%s' cannot be fetched: %s", self.issuer, error)
            return
        if gone := self._keys.keys() - keys.keys():
            _log.info("'%s' has withdrawn %d signing keys", self.issuer, len(gone))
        short = {name for name, key in keys.items() if self._is_short(key)}
        if short:
            _log.warning(
                "%d signing keys of '%s' do not count: RSA keys of less than %d bits (OHJENUORA_OIDC_RSA_BITS)",
                len(short),
                self.issuer,
                self._least_rsa_bits,
            )
        self._metadata = metadata
        self._keys = {name: key for name, key in keys.items() if name not in short}
        self._endorsements = endorsements


async def _json(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    async with client.stream("GET", url) as response:
        response.raise_for_status()
        body = b""
        async for part in response.aiter_bytes():
            body += part
            if len(body) > MAX_ANSWER_BYTES:
                raise ValueError(f"{url} is longer than {MAX_ANSWER_BYTES} bytes")
    content = json.loads(body)
    if not isinstance(content, dict):
        raise ValueError(f"{url} is no JSON object")
    return content


def _is_to_sign_in(header: dict[str, Any]) -> bool:
    """By its type; one without is what providers gave before there were types."""
    return str(header.get("typ", "JWT")).lower().removeprefix("application/") in HEADER_TYPES


def _usable(listed: dict[str, Any]) -> jwt.PyJWK | None:
    """None for keys that do not sign, and for kinds that we do not know."""
    if listed.get("use", "sig") != "sig":
        return None
    with suppress(jwt.PyJWTError):
        key = jwt.PyJWK(listed)
        return key if key.algorithm_name in ALGORITHMS else None
    return None
