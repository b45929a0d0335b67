"""A real OpenID Connect provider in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.support.waiting import WAIT_S

CLIENT_ID = "ohjenuora"


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


def sign_in(issuer: str, user: str, audience: str = CLIENT_ID, **claims: object) -> str:
    """The identity token that the provider gives when the user signs in with a browser."""
    said = {"sub": user, **claims}
    httpx.put(f"{issuer}/users/{user}", json=said, timeout=WAIT_S).raise_for_status()
    back = "http://localhost/back"
    asked = {"client_id": audience, "redirect_uri": back, "response_type": "code", "scope": "openid profile"}
    redirect = httpx.post(f"{issuer}/oauth2/authorize", params=asked, data={"sub": user}, timeout=WAIT_S)
    [code] = parse_qs(urlsplit(redirect.headers["location"]).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
    given = httpx.post(
        f"{issuer}/oauth2/token", data=form, auth=(audience, "secret"), timeout=WAIT_S
    ).raise_for_status()
    token: str = given.json()["id_token"]
    return token
