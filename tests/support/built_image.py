"""`make image`: the image, built from the recipe as it stands and tried, where there is neither daemon nor registry.

python -m tests.support.built_image [OPTION OF BUILDAH …], as root. Buildah builds without a daemon, each step in a
chroot. The base is made of Debian's packages (debootstrap), of the release and with the Python of the official one.
Status 1 where a step fails, where the image runs as root or holds what it must not, or where it does not answer.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.image import ROOT
from tests.support.servers import free_port, wait_for

TOOLS = ("buildah", "debootstrap")
BASE, IMAGE = "localhost/python-of-debian:3.11", "localhost/ohjenuora:tried"
PACKAGES = "python3-venv,python-is-python3,ca-certificates"
# Written where private files lie in a checkout that is in use.
CANARY = "this-must-not-be-in-the-image"
PRIVATE = ("deploy/.env", ".env", "rag/.env", "var/uploads/ohje.md", ".git/config")
USER = 10001
INDEX_S = 1800.0  # the first start indexes, on a busy machine for long
MOST_MB = 3000
QUESTION = "Saako henkilötietoja syöttää Copilotiin?"


class Builder:
    """Buildah with a store of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        storage = folder / "storage.conf"
        storage.write_text(
            f'[storage]\ndriver = "vfs"\nrunroot = "{folder}/run"\ngraphroot = "{folder}/graph"\n', encoding="utf-8"
        )
        self.environment = {**os.environ, "CONTAINERS_STORAGE_CONF": str(storage), "BUILDAH_ISOLATION": "chroot"}

    def told(self, *arguments: str) -> str:
        """What a command prints. Raises CalledProcessError."""
        command = ["buildah", *arguments]
        return subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def base(self) -> None:
        root = self.folder / "base"
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        container = self.told("from", "scratch").strip()
        self.told("add", "--quiet", container, str(root), "/")
        self.told("commit", "--quiet", container, BASE)
        self.told("rm", container)
        shutil.rmtree(root)

    def build(self, options: list[str]) -> None:
        checkout = self.folder / "checkout"
        git = ["git", "ls-files"]
        known = subprocess.run(git, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
        for name in known.splitlines():
            if (ROOT / name).is_file():
                (checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, checkout / name)
        for name in PRIVATE:
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            (checkout / name).write_text(CANARY, encoding="utf-8")
        recipe = str(checkout / "deploy" / "Containerfile")
        given = ["--pull-never", "--format=docker", f"--build-arg=PYTHON_IMAGE={BASE}", *options]
        self.told("bud", *given, f"--file={recipe}", f"--tag={IMAGE}", str(checkout))

    @contextmanager
    def serving(self, container: str, command: list[str], port: int) -> Iterator[str]:
        """The address of the service, started in the container as the image starts it."""
        whole = ["buildah", "run", container, "--", *command]
        server = subprocess.Popen(whole, env=self.environment, start_new_session=True)
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", INDEX_S)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, 15)
            server.wait()


def main(options: list[str]) -> int:
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        print(f"As root, with: apt-get install {' '.join(TOOLS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        builder = Builder(Path(folder))
        builder.base()
        builder.build(options)
        return tried(builder)


def tried(builder: Builder) -> int:
    wrong: list[str] = []
    config: Any = json.loads(builder.told("inspect", "--type=image", IMAGE))["Docker"]["config"]
    container = builder.told("from", "--pull-never", IMAGE).strip()
    root = Path(builder.told("mount", container).strip())

    search = ["grep", "-rl", "--", CANARY, str(root)]
    found = subprocess.run(search, check=False, stdout=subprocess.PIPE, text=True).stdout
    wrong += [f"private: {each}" for each in found.splitlines()]
    megabytes = sum(each.lstat().st_size for each in root.rglob("*") if not each.is_symlink()) // 1_000_000
    wrong += [f"{megabytes} MB"] if megabytes > MOST_MB else []
    user = builder.told("run", container, "--", "id", "-u").strip()
    wrong += [f"runs as {user}"] if user != str(USER) else []
    # Its status is 1 where it may not even look into a folder.
    search_writable = "find /opt /etc /usr -writable -not -type l 2>/dev/null || true"
    writable = builder.told("run", container, "--", "sh", "-c", search_writable)
    wrong += [f"writable: {each}" for each in writable.splitlines()[:9]]

    # Chroot leaves the network as it is: another port than the image's, which may be taken here.
    port = free_port()
    command = [each.replace("8000", str(port)) for each in config["Cmd"]]
    health = [each.replace("8000", str(port)) for each in config["Healthcheck"]["Test"][1:]]
    with builder.serving(container, command, port) as address:
        answer = httpx.post(f"{address}/api/chat", json={"question": QUESTION}, timeout=60).json()
        wrong += [f"answers {answer}"] if answer.get("verdict") != "only_if_approved" else []
        builder.told("run", container, "--", *health)
    for each in wrong:
        print(each, file=sys.stderr)
    print(f"{megabytes} MB, user {user}, verdict {answer.get('verdict')}; {len(wrong)} findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
