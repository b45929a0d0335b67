"""A real PostgreSQL for the tests, of its own, in a temporary folder; where there is none, the reason to skip."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from rag.index.database import engine_of
from rag.settings import Settings

USER = "postgres"  # the server refuses to run as root


@dataclass(frozen=True, slots=True)
class Server:
    """url: of its database; restart: breaks all connections, and takes a second or two."""

    url: str
    restart: Callable[[], None]


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, where it is installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("initdb") or (str(folders[-1] / "initdb") if folders else None)
    return Path(found).parent if found else None


@contextmanager
def running() -> Iterator[str]:
    """The address of a database on a server that runs as long as the context. Skips the test without PostgreSQL."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    with server(found) as started:
        yield started.url


@contextmanager
def stored_in(kind: str, folder: Path, request: pytest.FixtureRequest, **given: Any) -> Iterator[Settings]:
    """Settings of an empty database, emptied afterwards. kind: sqlite, or postgresql, whose address the test module's
    fixture of that name has; given: further settings."""
    more = {"database_url": request.getfixturevalue("postgresql")} if kind == "postgresql" else {}
    made = Settings.model_validate({"data_dir": folder, **given, **more})
    yield made
    if kind == "postgresql":
        with engine_of(made).begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    engine_of(made).dispose()


@contextmanager
def server(programs: Path) -> Iterator[Server]:
    as_user = ["runuser", "-u", USER, "--"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="ohjenuora-pg-", ignore_cleanup_errors=True) as folder:
        if as_user:
            shutil.chown(folder, USER)
        data = Path(folder, "data")
        run(
            [*as_user, str(programs / "initdb"), "-D", str(data), "-U", "ohjenuora", "-A", "trust", "-E", "UTF8"],
            folder,
        )
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        control = [*as_user, str(programs / "pg_ctl"), "-D", str(data)]
        run([*control, "-w", "-o", options, "-l", str(Path(folder, "log")), "start"], folder)
        try:
            yield Server(
                f"postgresql://ohjenuora@127.0.0.1:{port}/postgres",
                lambda: run([*control, "-w", "-m", "immediate", "-l", str(Path(folder, "log")), "restart"], folder),
            )
        finally:
            run([*control, "-w", "-m", "immediate", "stop"], folder)


def run(command: list[str], folder: str) -> None:
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
