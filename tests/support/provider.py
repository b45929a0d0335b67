"""A real OpenID Connect provider in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx


@contextmanager
def running_provider() -> Iterator[str]:
    """Its address, which is its issuer, too."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    issuer = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while not answers(issuer) and time.monotonic() < deadline:
            time.sleep(0.1)
        yield issuer
    finally:
        server.terminate()
        server.wait(10)


def answers(issuer: str) -> bool:
    try:
        return httpx.get(issuer).status_code < 500
    except httpx.TransportError:
        return False
