"""A real nginx with TLS before the service, set up as deploy/ has it, with a certificate of its own for localhost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.listener import write_certificate
from tests.support.nginx import nginx, nginx_program
from tests.support.servers import free_port, wait_for
from tests.support.waiting import WAIT_S

TEMPLATE = Path(__file__).parents[2] / "deploy" / "tls-front.conf.template"
NAME = "localhost"


@dataclass(frozen=True, slots=True)
class Front:
    """plain, encrypted: its two ports; certificate: whom to trust to reach it."""

    plain: int
    encrypted: int
    certificate: Path

    @property
    def address(self) -> str:
        return f"https://{NAME}:{self.encrypted}"


@contextmanager
def tls_front(folder: Path, upstream: str) -> Iterator[Front]:
    """upstream: host and port of the service. Skips the test without nginx."""
    program = nginx_program()
    certificate, key = write_certificate(folder)
    front = Front(free_port(), free_port(), certificate)
    told = TEMPLATE.read_text(encoding="utf-8").replace("${SERVER_NAME}", NAME).replace("${UPSTREAM}", upstream)
    for written, here in (
        ("listen 80;", f"listen 127.0.0.1:{front.plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{front.encrypted} ssl;"),
        ("/etc/nginx/tls/fullchain.pem", str(certificate)),
        ("/etc/nginx/tls/privkey.pem", str(key)),
    ):
        assert written in told
        told = told.replace(written, here)
    with nginx(program, folder, told):
        wait_for(f"{front.address}/healthz", WAIT_S, trusting=certificate)
        yield front
