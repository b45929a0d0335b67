"""A local stand-in of Microsoft's login and of the connector of Teams, with real keys and signed tokens."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from api.teams import CHANNEL, ISSUER
from api.teams_connector import SCOPE
from rag.settings import Settings
from tests.support.browser import serving
from tests.support.waiting import WAIT_S

APP_ID, SECRET, TENANT = "5a1d-app", "a-secret-of-the-bot", "7b2e-tenant"


class Microsoft:
    """keys: by key id, with whom they may speak for. statuses: what the next replies are answered with; then 200.
    replies: what came, as (path, body)."""

    def __init__(self) -> None:
        self.address = ""
        self._private = {name: rsa.generate_private_key(65537, 2048) for name in ("teams", "other")}
        self.endorsed = {"teams": [CHANNEL, "webchat"], "other": ["webchat"]}
        self.tokens = 0
        self.statuses: list[int] = []
        self._replies: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self.app = Starlette(
            routes=[
                Route("/metadata", self._metadata),
                Route("/keys", self._keys),
                Route(f"/{TENANT}/oauth2/v2.0/token", self._token, methods=["POST"]),
                Route("/emea/{path:path}", self._reply, methods=["POST"]),
            ]
        )

    @property
    def service_url(self) -> str:
        return f"{self.address}/emea/"

    def settings(self, **given: Any) -> Settings:
        return Settings.model_validate(
            {
                "teams_app_id": APP_ID,
                "teams_app_secret": SECRET,
                "teams_tenant": TENANT,
                "teams_login_url": self.address,
                "teams_metadata_url": f"{self.address}/metadata",
                "teams_services": self.address,
                **given,
            }
        )

    def token(self, key: str = "teams", algorithm: str = "RS256", **claims: Any) -> str:
        """What Teams signs its requests with; a claim that is None is left out."""
        now = int(time.time())
        said = {"iss": ISSUER, "aud": APP_ID, "serviceurl": self.service_url, "nbf": now - 5, "exp": now + 3600}
        whole = {name: value for name, value in (said | claims).items() if value is not None}
        signing: Any = "0" * 64 if algorithm == "HS256" else self._private.get(key, self._private["teams"])
        return jwt.encode(whole, signing, algorithm, headers={"kid": key})

    def activity(self, **given: Any) -> dict[str, Any]:
        """A message of somebody to the bot, as Teams sends it."""
        return {
            "type": "message",
            "id": "1485983408511",
            "timestamp": "2026-03-01T09:12:44.052Z",
            "channelId": CHANNEL,
            "serviceUrl": self.service_url,
            "from": {"id": "29:1XJKJMvc5GBtc", "name": "Matti Meikäläinen", "aadObjectId": "7faf8b07"},
            "conversation": {"conversationType": "personal", "id": "a:17I0kl9EkpE1O9", "tenantId": TENANT},
            "recipient": {"id": "28:5a1d-app", "name": "Ohjenuora"},
            "entities": [{"locale": "fi-FI", "country": "FI", "platform": "Web", "type": "clientInfo"}],
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "fi-FI",
            "textFormat": "plain",
            "text": "Saanko syöttää henkilötietoja?",
            **given,
        }

    def next_reply(self) -> tuple[str, dict[str, Any]]:
        """The next that came. Raises queue.Empty when none does."""
        return self._replies.get(timeout=WAIT_S)

    def has_more(self) -> bool:
        return not self._replies.empty()

    async def _metadata(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": ISSUER,
                "jwks_uri": f"{self.address}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def _keys(self, _: Request) -> Response:
        keys = [
            RSAAlgorithm.to_jwk(self._private[name].public_key(), as_dict=True)
            | {"kid": name, "use": "sig", "endorsements": endorsed}
            for name, endorsed in self.endorsed.items()
        ]
        return JSONResponse({"keys": keys})

    async def _token(self, request: Request) -> Response:
        async with request.form() as form:
            right = dict(form) == {
                "grant_type": "client_credentials",
                "client_id": APP_ID,
                "client_secret": SECRET,
                "scope": SCOPE,
            }
        if not right:
            return JSONResponse({"error": "invalid_client"}, 401)
        self.tokens += 1
        return JSONResponse({"token_type": "Bearer", "expires_in": 3599, "access_token": f"token-{self.tokens}"})

    async def _reply(self, request: Request) -> Response:
        if request.headers["authorization"] != f"Bearer token-{self.tokens}":
            return Response(status_code=401)
        self._replies.put((request.scope["raw_path"].decode().removeprefix("/emea/"), await request.json()))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 302:
            return RedirectResponse(f"{self.address}/emea/stolen")
        return JSONResponse({"id": "1"}, status, {"Retry-After": "1"})


@contextmanager
def microsoft() -> Iterator[Microsoft]:
    made = Microsoft()
    with serving(made.app) as address:
        made.address = address
        yield made
