"""Which addresses are near enough to be spoken to without encryption."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qs, urlsplit

# This machine, and networks that are nobody else's (RFC 1918, RFC 4193).
NEAR_NETWORKS = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")
# Names that lead nowhere on the internet: of this machine (RFC 6761), of links and of private networks (RFC 6762; ICANN
# has set .internal aside), such as chroma.ohjenuora.svc.cluster.local in Kubernetes.
_NEAR_ENDINGS = (".localhost", ".local", ".internal")
# How PostgreSQL's client is told to take no connection without TLS.
_SURE_OF_TLS = frozenset({"require", "verify-ca", "verify-full"})


def is_local(address: str) -> bool:
    """Whether an address is of this machine itself. What is no address comes by a socket of this machine."""
    return is_within(address, ("127.0.0.0/8", "::1"))


def is_within(address: str, networks: Collection[str]) -> bool:
    """Whether an address is of one of these networks; also one of IPv4 that is written as one of IPv6 (::ffff:…), and
    what is no address, which comes by a socket of this machine."""
    try:
        found = ip_address(address)
    except ValueError:
        return True
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ip_network(each) for each in networks)


def is_near(host: str, named: Collection[str] = ()) -> bool:
    """Whether a host is this machine, of a private network, a name that only a private network has (a word without
    dots, as containers have them), or one of those named."""
    host = host.lower().rstrip(".")
    try:
        ip_address(host)
    except ValueError:
        return host in named or "." not in host or host.endswith(_NEAR_ENDINGS)
    return host in named or is_within(host, NEAR_NETWORKS)


def may_be_called(url: str, named: Collection[str] = ()) -> bool:
    """Whether an address of HTTP is encrypted, or near."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" or (parts.scheme == "http" and is_near(parts.hostname or "", named))
    except ValueError:  # no address at all
        return False


def is_sure_of_tls(database_url: str, named: Collection[str] = ()) -> bool:
    """Whether a PostgreSQL database is near, on whichever of its hosts, or only spoken to with TLS."""
    parts = urlsplit(database_url)
    said = parse_qs(parts.query)
    hosts = [parts.hostname or "", *said.get("host", ()), *said.get("hostaddr", ())]
    return all(is_near(each, named) for each in hosts) or said.get("sslmode", [""])[-1] in _SURE_OF_TLS
