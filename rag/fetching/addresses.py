"""Which machines the service may call: none of the own network, wherever a name or a redirect leads, unless the setting
OHJENUORA_REACHABLE_NETWORKS names it."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from rag.errors import SourceUnavailable

_Address = IPv4Address | IPv6Address
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: its last 32 bits are an IPv4 address


def addresses_of(host: str, port: int, reachable: Sequence[str]) -> list[str]:
    """The addresses of a host that may be called, in the order to try them. reachable: networks that may be called in
    spite of being private.

    Who connects has to take one of these, and not the name again: it may lead elsewhere by then (DNS rebinding).
    Raises SourceUnavailable unreachable for an unknown name, private_address where none may be called.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceUnavailable("unreachable", host) from None
    resolved = list(dict.fromkeys(str(each[4][0]) for each in found))
    permitted = [each for each in resolved if may_call(each, reachable)]
    if not permitted:
        raise SourceUnavailable("private_address", f"{host} ({', '.join(resolved)})")
    return permitted


def may_call(address: str, reachable: Sequence[str]) -> bool:
    """Whether an address is one of the public internet, or of the networks given."""
    try:
        found = _inner(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if any(found in ip_network(network) for network in reachable):
        return True
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def _inner(address: _Address) -> _Address:
    """The IPv4 address that one of IPv6 leads to, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
