"""A running service, asked in the place of an index of one's own."""

from __future__ import annotations

import time
from typing import Any

import httpx

from rag.asking import Asked
from rag.errors import ServiceRefused, ServiceUnreachable

# Longer than a service lets anybody wait, a language model's time included (api/service.py).
ANSWER_S = 660.0
# A service that has too much to do says when to come again. After that many times it is taken for out of order.
TRIES = 10
LONGEST_WAIT_S = 60.0
_AGAIN = frozenset({429, 503})


class RunningService:
    """address: as its readers know it, such as https://ohjenuora.example.fi."""

    def __init__(self, address: str) -> None:
        self._address = f"{address.rstrip('/')}/api/chat"
        self._client = httpx.Client(timeout=ANSWER_S)

    def close(self) -> None:
        self._client.close()

    def ask(self, asked: Asked) -> dict[str, Any]:
        """The fields of the answer. Raises ServiceRefused for what it does not take, ServiceUnreachable."""
        given = asked.model_dump(mode="json", exclude_none=True, exclude={"id"})
        headers = {"Accept-Language": asked.language} if asked.language else {}
        for _ in range(TRIES):
            try:
                response = self._client.post(self._address, json=given, headers=headers)
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


def _wait_s(response: httpx.Response) -> float:
    """As the service says."""
    said = response.headers.get("Retry-After", "")
    return min(float(said), LONGEST_WAIT_S) if said.isdecimal() else 1.0
