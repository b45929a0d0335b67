"""A running service, asked in the place of an index of one's own."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

import httpx

from rag.asking import Asked
from rag.errors import BadSetting, ServiceRefused, ServiceUnreachable

# Longer than a service lets anybody wait, a language model's time included (api/service.py).
ANSWER_S = 660.0
# A service that has too much to do says when to come again. After that many times it is taken for out of order.
TRIES = 10
LONGEST_WAIT_S = 60.0
_AGAIN = frozenset({429, 503})
_TOKEN = re.compile(r"[\x21-\x7e]+")  # what a header can hold; the client's own complaint would show the token


class RunningService:
    """address: as its readers know it, such as https://ohjenuora.example.fi. token: of the provider where readers sign
    in, as token_in() reads it; empty where they do not. Redirects are not followed, so it is sent nowhere else."""

    def __init__(self, address: str, token: str = "") -> None:
        self._address = f"{address.rstrip('/')}/api/chat"
        self._token = token
        self._client = httpx.Client(timeout=ANSWER_S, headers={"Authorization": f"Bearer {token}"} if token else {})

    def close(self) -> None:
        self._client.close()

    def ask(self, asked: Asked) -> dict[str, Any]:
        """The fields of the answer. Raises ServiceRefused for a question that it does not take, and ServiceUnreachable:
        also for a 401, because it would not take the next question either, and counts wrong tries."""
        given = asked.model_dump(mode="json", exclude_none=True, exclude={"id"})
        headers = {"Accept-Language": asked.language} if asked.language else {}
        for _ in range(TRIES):
            try:
                response = self._client.post(self._address, json=given, headers=headers)
                if response.status_code == httpx.codes.UNAUTHORIZED:
                    raise ServiceUnreachable(self._not_signed_in())
                content = response.json()
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                raise ServiceUnreachable(f"'{self._address}' does not answer: {error}") from None
            if not isinstance(content, dict):
                raise ServiceUnreachable(f"'{self._address}' answers with something else than an answer.")
            if response.status_code == httpx.codes.OK and "message" in content:
                return content
            said = str(content.get("detail") or f"status {response.status_code}")
            if response.status_code not in _AGAIN:
                raise ServiceRefused(said)
            time.sleep(_wait_s(response))
        raise ServiceUnreachable(f"'{self._address}' was asked {TRIES} times, and said at last: {said}")

    def _not_signed_in(self) -> str:
        if self._token:
            return f"'{self._address}' does not take the token: it has run out, or is meant for another service."
        return (
            f"'{self._address}' answers only those who sign in. Put a token of your organisation's sign-in provider "
            "into an environment variable, and name the variable with --token-from."
        )


def token_in(variable: str, environ: Mapping[str, str]) -> str:
    """The token that an environment variable holds. Raises BadSetting, without what it holds, where that is none."""
    token = environ.get(variable, "").strip()
    if not _TOKEN.fullmatch(token):
        found = "letters that no token has" if token else "nothing"
        # Not named: somebody may have given the token itself.
        raise BadSetting(f"The variable that --token-from names holds {found}. Put the token alone into it.")
    return token


def _wait_s(response: httpx.Response) -> float:
    """As the service says."""
    said = response.headers.get("Retry-After", "")
    return min(float(said), LONGEST_WAIT_S) if said.isdecimal() else 1.0
