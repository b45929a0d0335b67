"""What the service calls by itself: no machine of its own network, however a name or a redirect leads there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from rag.errors import SourceUnavailable
from rag.fetching.addresses import may_call
from rag.fetching.outgoing import Outgoing
from tests.support.website import Website, website

OWN = ("127.0.0.0/8",)
MB = 1_000_000


@pytest.fixture
def site() -> Iterator[Website]:
    with website() as site:
        site.put("/ohje", "Ohje")
        yield site


def refused(address: str, reachable: tuple[str, ...] = OWN, max_bytes: int = MB, **given: Any) -> str:
    with Outgoing(reachable, **given) as outgoing, pytest.raises(SourceUnavailable) as raised:
        outgoing.request(address, max_bytes)
    return raised.value.reason


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds tell a machine its keys
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  # leads to this machine
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::1", False),
        ("not an address", False),
    ],
)
def test_only_addresses_of_the_public_internet_may_be_called(address: str, may: bool) -> None:
    assert may_call(address, ()) is may


def test_networks_that_the_operator_names_may_be_called_and_no_others() -> None:
    assert may_call("10.1.2.3", ("10.1.0.0/16",))
    assert may_call("::ffff:10.1.2.3", ("10.1.0.0/16",))
    assert not may_call("10.2.2.3", ("10.1.0.0/16",))


def test_a_private_address_is_not_called_by_any_of_its_names(site: Website) -> None:
    port = site.address.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"):
        assert refused(f"http://{host}:{port}/ohje", ()) in ("private_address", "unreachable")
    assert site.asked == []
    with Outgoing(OWN) as outgoing:
        assert outgoing.request(f"{site.address}/ohje", MB).content == b"Ohje"


def test_a_redirect_is_followed_on_the_same_host_alone(site: Website) -> None:
    site.redirects = {"/vanha": "/ohje", "/muualle": "http://169.254.169.254/", "/kierto": "/kierto"}
    site.redirects["/nimi"] = site.address.replace("127.0.0.1", "localhost") + "/ohje"
    with Outgoing(OWN) as outgoing:
        assert outgoing.request(f"{site.address}/vanha", MB).content == b"Ohje"
    for path in ("/muualle", "/nimi", "/kierto"):
        assert refused(f"{site.address}{path}") == "elsewhere"


def test_a_name_that_leads_elsewhere_by_then_is_not_followed_there(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: what is connected to is what was looked at, and it is looked at for each request."""
    port = int(site.address.rpartition(":")[2])
    leads_to = iter(["127.0.0.1", "10.0.0.1"])
    resolve = socket.getaddrinfo

    def resolved(host: str, *given: Any, **more: Any) -> Any:
        return resolve(next(leads_to) if host == "intra.example" else host, *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    site.redirects["/vanha"] = "/ohje"
    assert refused(f"http://intra.example:{port}/vanha") == "private_address"
    assert (site.asked, site.hosts) == ([("GET", "/vanha", 302)], [f"intra.example:{port}"])


def test_what_is_too_large_or_never_ends_is_broken_off(site: Website) -> None:
    assert refused(f"{site.address}/endless", max_bytes=100_000) == "too_large"
    assert refused(f"{site.address}/endless", max_bytes=10**12, whole_s=0) == "too_slow"
    stopped = Event()
    stopped.set()
    assert refused(f"{site.address}/endless", max_bytes=10**12, stop=stopped) == "too_slow"


def test_a_server_that_sends_a_byte_now_and_then_is_given_up() -> None:
    over = Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):  # until who asks is gone
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not over.wait(0.01):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        dripping = Thread(target=drip, args=(listening,))
        dripping.start()
        try:
            assert refused(f"http://127.0.0.1:{listening.getsockname()[1]}/", whole_s=0.2) == "too_slow"
        finally:
            over.set()
            dripping.join()


def test_what_cannot_be_reached_or_is_refused_is_told(site: Website) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert refused(f"http://127.0.0.1:{free.getsockname()[1]}/") == "unreachable"
    assert refused("http://no-such-host.invalid/") == "unreachable"
    assert refused("http://no such host/") == "unreachable"
    assert refused(f"{site.address}/puuttuu") == "status"


def test_a_password_goes_without_encryption_only_to_networks_of_ones_own(site: Website, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login aino password salaisuus\nmachine localhost login a password b\n")
    netrc.chmod(0o600)
    with Outgoing(OWN, netrc) as outgoing:
        outgoing.request(f"{site.address}/ohje", MB)
        outgoing.request(site.address.replace("127.0.0.1", "localhost") + "/ohje", MB)
    assert [bool(each) for each in site.signed_in] == [True, False]
