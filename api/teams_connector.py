"""Microsoft's side of a conversation in Teams: where replies go, with a token of Microsoft's login."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from api.teams_activity import TYPING, Activity
from rag.settings import Settings

SCOPE = "https://api.botframework.com/.default"
# Until Microsoft answers a request at all; and until a reply is given up, with all its tries.
ANSWER_S = 10.0
WHOLE_S = 60.0
# A token is used no longer than that before its end.
EARLY_S = 300.0
# Teams says so when it has too much to do, and when to come again.
AGAIN = frozenset({429, 502, 503, 504})
TRIES = 3
LONGEST_WAIT_S = 10.0

_log = logging.getLogger(__name__)


class Connector:
    """Sends replies, to the origins of the settings alone: an address comes from a message, and may lead anywhere."""

    def __init__(self, settings: Settings) -> None:
        login = settings.teams_login_url.rstrip("/")
        self._token_url = f"{login}/{quote(settings.teams_tenant, safe='')}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": settings.teams_app_id,
            "client_secret": settings.teams_app_secret.get_secret_value(),
            "scope": SCOPE,
        }
        self._origins = frozenset(settings.teams_origins)
        self._token = ""
        self._good_until = 0.0
        self._fetching = asyncio.Lock()

    def may_send_to(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        return f"{parts.scheme}://{parts.netloc}".lower() in self._origins and not (parts.query or parts.fragment)

    async def send(self, asked: Activity, reply: dict[str, Any]) -> None:
        """Reply to a message. What goes wrong is logged without what was said.

        Raises ValueError where nothing may be sent to the message's address.
        """
        if not self.may_send_to(asked.service_url):
            raise ValueError("an address that is not among the origins of the settings")
        conversation = quote(asked.conversation.id, safe="")
        address = f"{asked.service_url.rstrip('/')}/v3/conversations/{conversation}/activities"
        if asked.id and reply["type"] != TYPING:
            address += f"/{quote(asked.id, safe='')}"
        try:
            async with asyncio.timeout(WHOLE_S), httpx.AsyncClient(timeout=ANSWER_S) as client:
                status = await self._posted(client, address, reply)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, KeyError, TypeError) as error:
            _log.warning("A reply cannot be sent to Teams: %s", type(error).__name__)
            return
        if not httpx.codes.is_success(status):
            _log.warning("A reply is not taken by Teams: status %d", status)

    async def _posted(self, client: httpx.AsyncClient, address: str, reply: dict[str, Any]) -> int:
        status = 0
        for attempt in range(TRIES):
            headers = {"Authorization": f"Bearer {await self._current_token(client)}"}
            # Its body is not read: nothing in it is needed. Redirects are not followed, wherever they lead.
            async with client.stream("POST", address, json=reply, headers=headers) as response:
                status = response.status_code
            if status not in AGAIN or attempt == TRIES - 1:
                break
            said = response.headers.get("Retry-After", "")
            await asyncio.sleep(min(float(said), LONGEST_WAIT_S) if said.isdecimal() else 1.0)
        return status

    async def _current_token(self, client: httpx.AsyncClient) -> str:
        """Raises httpx.HTTPError, ValueError, KeyError, TypeError where the login does not give one."""
        async with self._fetching:
            if time.monotonic() >= self._good_until:
                asked = time.monotonic()
                response = await client.post(self._token_url, data=self._form)
                content = response.raise_for_status().json()
                self._token = str(content["access_token"])
                self._good_until = asked + float(content["expires_in"]) - EARLY_S
            return self._token
