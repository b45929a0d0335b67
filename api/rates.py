"""How many requests one client may send: a token bucket for each."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

MAX_CLIENTS = 10_000
_IPV6_HOUSEHOLD_BITS = 64  # what one client is given at least, and may choose its addresses from


class Buckets:
    """per_minute: of one client on average; at_once: after a while without any.

    A client is remembered as long as its bucket is not full again, and while there are not too many.
    """

    def __init__(
        self,
        per_minute: int,
        at_once: int,
        clock: Callable[[], float] = time.monotonic,
        max_clients: int = MAX_CLIENTS,
    ) -> None:
        self._per_s = per_minute / 60
        self._full = float(at_once)
        self._fills_in_s = at_once / self._per_s if self._per_s else 0.0
        self._clock = clock
        self._max_clients = max_clients
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client → (requests left, as of when)

    def wait_s(self, address: str) -> float:
        """0: the request is counted and may pass; else the seconds after which the next one will."""
        if self._per_s == 0:
            return 0.0
        client, now = client_of(address), self._clock()
        left, then = self._left.pop(client, (self._full, now))
        left = min(self._full, left + (now - then) * self._per_s)
        passes = left >= 1
        self._left[client] = (left - 1 if passes else left, now)
        # The oldest stand first: who would have a full bucket by now is as one who was never here.
        while len(self._left) > self._max_clients or now - next(iter(self._left.values()))[1] >= self._fills_in_s:
            self._left.popitem(last=False)
        return 0.0 if passes else (1 - left) / self._per_s


def client_of(address: str) -> str:
    """Who counts as one client: an IPv4 address, or all that one household has of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return f"{int(parsed) >> (128 - _IPV6_HOUSEHOLD_BITS):x}/{_IPV6_HOUSEHOLD_BITS}"
    return address
