"""Requests to other machines: to permitted addresses alone, of bounded size and time, along redirects of one host."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from netrc import NetrcParseError
from pathlib import Path
from threading import Event, Timer
from typing import Any

import httpx

from rag.errors import SourceUnavailable
from rag.fetching.addresses import addresses_of, may_call
from rag.fetching.found import Look

AGENT = "Ohjenuora"  # what robots.txt may call it
CONNECT_S = 10.0  # and until something more is sent
WHOLE_S = 120.0  # of a file, however slowly it comes; chosen by judgement
MAX_REDIRECTS = 5
_PIECE_BYTES = 65_536
_PORTS = {"http": 80, "https": 443}


class PinnedTransport(httpx.BaseTransport):
    """Connects to an address that was looked at, with the name only in the certificate and in the header Host."""

    def __init__(self, reachable: Sequence[str]) -> None:
        self._reachable = reachable
        # Each request has a connection of its own: one that is kept belongs to an address, not to the name that its
        # certificate was looked at for.
        self._inner = httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises SourceUnavailable, httpx.TransportError."""
        host = request.url.host
        port = request.url.port or _PORTS[request.url.scheme]
        failure: httpx.ConnectError | None = None
        for address in addresses_of(host, port, self._reachable):
            # https://www.python-httpx.org/advanced/extensions/#sni_hostname
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions | {"sni_hostname": host},
            )
            try:
                return self._inner.handle_request(pinned)
            except httpx.ConnectError as error:
                failure = error
        raise failure or httpx.ConnectError(f"no address of {host}")

    def close(self) -> None:
        self._inner.close()


class Watchdog:
    """Breaks off a request that is not over in time, wherever it waits: who sends a byte now and then never lets a
    time limit of single reads run out."""

    def __init__(self, seconds: float) -> None:
        self.bitten = False
        self._socket: socket.socket | None = None
        self._timer = Timer(seconds, self._bite)
        self._timer.daemon = True

    def __enter__(self) -> Watchdog:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Hears of each connection: https://www.python-httpx.org/advanced/extensions/#trace"""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.bitten:
                self._bite()

    def _bite(self) -> None:
        self.bitten = True
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class Answered:
    """A response that is neither a redirect nor a failure. url: where it came from in the end; content: empty with the
    status 304, with those that were asked for, and where it is not read."""

    status: int
    url: httpx.URL
    headers: httpx.Headers
    content: bytes


class Outgoing:
    """A client, for one thread. To be closed."""

    def __init__(
        self,
        reachable: Sequence[str],
        netrc: Path | None = None,
        whole_s: float = WHOLE_S,
        stop: Event | None = None,
    ) -> None:
        """netrc: names and passwords by host; whole_s: for a request with its redirects; stop: ends one when it is
        set."""
        self._stop = stop or Event()
        self._reachable = reachable
        self._whole_s = whole_s
        self._client = httpx.Client(
            transport=PinnedTransport(reachable),
            headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
            timeout=CONNECT_S,
            trust_env=False,  # a proxy would look names up by itself
        )
        self._netrc = httpx.NetRCAuth(str(netrc)) if netrc is not None else None

    def __enter__(self) -> Outgoing:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def request(
        self,
        address: str,
        max_bytes: int | None,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
        also: frozenset[int] = frozenset(),
        follow: bool = True,
    ) -> Answered:
        """Ask for an address. max_bytes: of what is answered, None: it is not read; also: statuses that are no failure,
        beside 2xx and 304; follow: redirects.

        Raises SourceUnavailable: private_address, elsewhere, unreachable, status, too_large, too_slow.
        """
        watchdog = Watchdog(self._whole_s)
        try:
            url = httpx.URL(address)
            with watchdog:
                for _ in range(MAX_REDIRECTS + 1):
                    request = self._client.build_request(
                        method, url, headers=headers, content=body, extensions={"trace": watchdog.trace}
                    )
                    response = self._client.send(request, stream=True, auth=self._auth(url))
                    try:
                        if follow and response.has_redirect_location and response.next_request is not None:
                            url = _followed(url, response.next_request.url)
                            continue
                        return self._answered(response, url, max_bytes, also)
                    finally:
                        response.close()
        except httpx.TimeoutException:
            raise SourceUnavailable("too_slow", address) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            if watchdog.bitten or self._stop.is_set():
                raise SourceUnavailable("too_slow", f"{address}: > {self._whole_s:g} s") from None
            raise SourceUnavailable("unreachable", f"{address}: {type(error).__name__}") from None
        raise SourceUnavailable("elsewhere", f"{address}: more than {MAX_REDIRECTS} redirects")

    def _answered(
        self, response: httpx.Response, url: httpx.URL, max_bytes: int | None, also: frozenset[int]
    ) -> Answered:
        status = response.status_code
        if status == 304 or status in also:
            return Answered(status, url, response.headers, b"")
        if not response.is_success:
            raise SourceUnavailable("status", f"{url}: {status}")
        if max_bytes is None:
            return Answered(status, url, response.headers, b"")
        content = bytearray()
        for piece in response.iter_bytes(_PIECE_BYTES):
            content += piece
            if len(content) > max_bytes:
                raise SourceUnavailable("too_large", f"{url}: > {max_bytes / 1_000_000:g} MB")
            if self._stop.is_set():
                raise SourceUnavailable("too_slow", f"{url}: the service was stopped")
        return Answered(status, url, response.headers, bytes(content))

    def _auth(self, url: httpx.URL) -> httpx.Auth | None:
        """A password goes by https, or within the networks that the operator has named as addresses."""
        if self._netrc is None or not (url.scheme == "https" or may_call_plainly(url.host, self._reachable)):
            return None
        return self._netrc


def outgoing_of(look: Look) -> Outgoing:
    """What asks for a source on the web. Raises SourceUnavailable for a netrc file that cannot be read."""
    try:
        return Outgoing(look.settings.reachable, look.settings.sources_netrc, stop=look.stop)
    except (OSError, NetrcParseError) as error:
        raise SourceUnavailable("unreadable", f"OHJENUORA_SOURCES_NETRC: {error}") from None


def may_call_plainly(host: str, reachable: Sequence[str]) -> bool:
    """Whether a host is written as an address of the own networks, to which a password may go without encryption."""
    return bool(reachable) and may_call(host, reachable) and not may_call(host, ())


def _followed(url: httpx.URL, there: httpx.URL) -> httpx.URL:
    """Where a redirect leads. Raises SourceUnavailable for another host, and for less protection than before."""
    same = there.host == url.host and there.scheme in _PORTS
    port, before = (each.port or _PORTS.get(each.scheme) for each in (there, url))
    secured = (url.scheme, there.scheme) == ("http", "https")
    if not same or (there.scheme != url.scheme and not secured) or (port != before and not secured):
        raise SourceUnavailable("elsewhere", f"{url} → {there}")
    return there
