"""What the tests need to start a server as a process of its own."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import httpx


def free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_for(
    url: str,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    trusting: Path | None = None,
    alive: Callable[[], bool] = lambda: True,
) -> None:
    """Until it answers with 200. trusting: the certificate of one with TLS; alive: whether there is still somebody to
    answer. Raises AssertionError."""
    deadline = time.monotonic() + seconds
    # One client for all tries: to make one takes as long as many of them.
    verify = ssl.create_default_context(cafile=trusting) if trusting else True
    with httpx.Client(headers=headers, verify=verify) as client:
        while True:
            try:
                if client.get(url).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert alive(), f"who should answer at {url} has ended"
            assert time.monotonic() < deadline, f"{url} does not answer"
            time.sleep(0.1)
