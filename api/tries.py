"""Wrong tries to sign in: of one client few at once, then ever slower."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from api.rates import MAX_CLIENTS, client_of

# Whoever pastes half a token or an old one is not made to wait. From the next wrong try on, the wait doubles from one
# second to a quarter of an hour: of 1,500 tries in a row 5 are looked at, in a day about 110.
FREE_TRIES = 5
LONGEST_WAIT_S = 900.0
FORGOTTEN_AFTER_S = 3600.0


class Tries:
    """Counts by client: one address, or one network of IPv6. A client is forgotten an hour after its last wrong try."""

    def __init__(
        self,
        free: int = FREE_TRIES,
        clock: Callable[[], float] = time.monotonic,
        max_clients: int = MAX_CLIENTS,
    ) -> None:
        self._free = free
        self._clock = clock
        self._max_clients = max_clients
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()  # client → (wrong tries, when the last was)

    def wait_s(self, address: str) -> float:
        """0: a try may be looked at; else the seconds until one will be. What is tried meanwhile is not counted."""
        self._forget()
        tries, last = self._wrong.get(client_of(address), (0, 0.0))
        return max(0.0, last + self._pause_s(tries) - self._clock())

    def wrong(self, address: str) -> tuple[int, float]:
        """Count a wrong try: how many there are, and the seconds until the next one is looked at."""
        self._forget()
        client = client_of(address)
        tries = self._wrong.pop(client, (0, 0.0))[0] + 1
        self._wrong[client] = (tries, self._clock())
        if len(self._wrong) > self._max_clients:
            self._wrong.popitem(last=False)
        return tries, self._pause_s(tries)

    def _forget(self) -> None:
        before = self._clock() - FORGOTTEN_AFTER_S
        while self._wrong and next(iter(self._wrong.values()))[1] <= before:  # the oldest stand first
            self._wrong.popitem(last=False)

    def _pause_s(self, tries: int) -> float:
        beyond = tries - self._free
        return 0.0 if beyond < 0 else min(LONGEST_WAIT_S, 2.0 ** min(beyond, 30))
