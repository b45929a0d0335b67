"""A local https server that is told things, with a certificate of its own for localhost."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tests.support.waiting import WAIT_S


@dataclass
class Ear:
    """One address. told: what came, as (headers, body); statuses: what the next requests are answered with; then
    200."""

    address: str
    statuses: list[int] = field(default_factory=list)
    told: queue.Queue[tuple[dict[str, str], bytes]] = field(default_factory=queue.Queue)

    def next(self) -> tuple[dict[str, str], bytes]:
        """Raises queue.Empty where nothing comes."""
        return self.told.get(timeout=WAIT_S)


@dataclass
class Listener:
    """certificate: whom to trust to reach it."""

    address: str = ""
    certificate: Path = Path()
    ears: dict[str, Ear] = field(default_factory=dict)

    def ear(self, name: str) -> Ear:
        return self.ears.setdefault(name, Ear(f"{self.address}{name}"))

    async def hear(self, request: Request) -> Response:
        ear = self.ear(request.path_params["name"])
        ear.told.put((dict(request.headers), await request.body()))
        status = ear.statuses.pop(0) if ear.statuses else 200
        return RedirectResponse("/elsewhere", 307) if status == 307 else Response("x" * 100_000, status)


@contextmanager
def listener(folder: Path) -> Iterator[Listener]:
    """Listening as long as the context. folder: for its certificate and key."""
    certificate, key = write_certificate(folder)
    made = Listener(certificate=certificate)
    app = Starlette(routes=[Route("/{name}", made.hear, methods=["POST"])])
    given = {"ssl_certfile": certificate, "ssl_keyfile": key}
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, **given))  # type: ignore[arg-type]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # who connects before the server has begun waits for it
        made.address = f"https://localhost:{listening.getsockname()[1]}/"
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        try:
            yield made
        finally:
            server.should_exit = True
            running.join()


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(_certificate(key).public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(*plain))
    return certificate, private


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
