"""A real nginx that runs a piece of configuration as deploy/ has it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def nginx_program() -> str:
    """Where nginx lies. Skips the test without it."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        pytest.skip("nginx is not installed; on Debian: apt-get install nginx-light")
    return program


@contextmanager
def nginx(program: str, folder: Path, told: str) -> Iterator[None]:
    """told: what stands within its `http` block. All that it writes lies in the folder."""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid;\nerror_log {folder}/log;\nevents {{}}\nhttp {{\n{temporary}{told}}}\n", encoding="utf-8"
    )
    server = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-e", f"{folder}/log", "-g", "daemon off;"])
    try:
        yield
    finally:
        server.terminate()
        server.wait(10)
