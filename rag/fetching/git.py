"""A source that is a Git repository: fetched into a bare copy, read file by file, never checked out.

So no hook, filter, link or submodule of it is ever used. Nothing of a name becomes an option of the program: places and
branches are checked in rag.curated.watched, files are asked for by their hash.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from rag.errors import SourceUnavailable
from rag.fetching.addresses import addresses_of
from rag.fetching.found import Fetched, Found, Look, Mark, Unfetched, counted, has_known_ending
from rag.sources.passing_folders import passing_folder

FETCH_S = 600  # chosen by judgement
READ_S = 60
MAX_PACK_BYTES = 2_000_000_000  # of what is fetched at once
_LISTENED_S = 0.5  # between looks whether the service ends
_OLDEST = (2, 37)  # the first that connects to the address it is told: http.curloptResolve
_REF = "refs/ohjenuora/current"
_SAID_CHARS = 200
_KEPT_REFS = 40  # hexadecimal digits of a copy's name
# mode, type, hash, size, path, as `git ls-tree -l -z` prints them; a link has the mode 120000.
_FILE = re.compile(rb"100(?:644|755) blob ([0-9a-f]+) +(\d+)\t(.*)", re.DOTALL)
# A file may grow so far; the arguments are those of the shell, so nothing in them is read as its language.
_LIMITED = ["/bin/sh", "-c", f'ulimit -f {MAX_PACK_BYTES // 512}; exec "$@"', "sh"]


@dataclass(frozen=True, slots=True)
class _File:
    hash: str
    size: int


def look_at_git(look: Look) -> Iterator[Found]:
    """The files of the branch, as they were committed last."""
    with passing_folder("git") as home:
        git = _Git.of(look, Path(home))
        git.fetch(look.source.branch)
        files = git.files(look.source.below.strip("/"))
        for path in counted(list(files), look.source.place):
            look.goes_on()
            yield _found(git, path, files[path], look)


def _found(git: _Git, path: str, file: _File, look: Look) -> Found:
    mark = Mark(file.hash)
    if mark == look.known.get(path):
        return Fetched(path, path, None, mark)
    if file.size > look.settings.max_file_bytes:
        return Unfetched(path, SourceUnavailable("too_large", f"> {look.settings.max_file_mb} MB"))
    return Fetched(path, path, git.run("cat-file", "blob", file.hash), mark)


@dataclass(frozen=True)
class _Git:
    """The program with the copy of one repository. options: before its command."""

    program: str
    copy: Path
    place: str
    options: tuple[str, ...]
    environment: dict[str, str]
    stop: Event

    @classmethod
    def of(cls, look: Look, home: Path) -> _Git:
        """home: an empty folder, so that nobody's own settings count. Raises SourceUnavailable."""
        program = shutil.which("git")
        if program is None:
            raise SourceUnavailable("no_git", "git")
        place, local = look.source.place, look.source.place.startswith("/")
        copy = look.kept_dir / f"{hashlib.sha256(place.encode()).hexdigest()[:_KEPT_REFS]}.git"
        (home / "config").write_text(_trusting(place) if local else "", encoding="utf-8")
        if look.settings.sources_netrc is not None and not local:
            (home / ".netrc").symlink_to(look.settings.sources_netrc.absolute())
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(home / "config"),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "GIT_ALLOW_PROTOCOL": "file" if local else "https",
        }
        known = {"SSL_CERT_FILE": "GIT_SSL_CAINFO", "SSL_CERT_DIR": "GIT_SSL_CAPATH"}
        environment |= {theirs: os.environ[ours] for ours, theirs in known.items() if ours in os.environ}
        options = ["-c", f"core.hooksPath={os.devnull}", "-c", "http.followRedirects=false"]
        git = cls(program, copy, place, tuple(options), environment, look.stop)
        return git if local else git._pinned(look.settings.reachable)

    def _pinned(self, reachable: tuple[str, ...]) -> _Git:
        """That connects to an address which was looked at, whatever the name leads to by then."""
        said = self._run(READ_S, "version").decode()
        found = re.search(r"(\d{1,4})\.(\d{1,4})", said)
        if found is None or (int(found[1]), int(found[2])) < _OLDEST:
            raise SourceUnavailable("no_git", f"{said.strip()} < {'.'.join(map(str, _OLDEST))}")
        parts = urlsplit(self.place)
        port = parts.port or 443
        addresses = addresses_of(parts.hostname or "", port, reachable)
        resolved = ",".join(f"[{each}]" if ":" in each else each for each in addresses)
        options = (*self.options, "-c", f"http.curloptResolve={parts.hostname}:{port}:{resolved}")
        return replace(self, options=options)

    def fetch(self, branch: str | None) -> None:
        """Bring the copy up to date with a branch, None: the repository's own main one."""
        if not (self.copy / "HEAD").is_file():
            self.copy.mkdir(parents=True, exist_ok=True)
            self._run(READ_S, "init", "--quiet", "--bare", "--template=", str(self.copy))
        wanted = f"+refs/heads/{branch}:{_REF}" if branch is not None else f"+HEAD:{_REF}"
        options = ("--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        self.run("fetch", *options, "--end-of-options", self.place, wanted, limit_s=FETCH_S)

    def files(self, below: str) -> dict[str, _File]:
        """Those of known formats, neither links nor submodules, by their paths within the repository."""
        listed = self.run("ls-tree", "-r", "-l", "-z", "--full-tree", _REF).split(b"\0")
        found: dict[str, _File] = {}
        for each in filter(None, map(_FILE.fullmatch, listed)):
            path = each[3].decode("utf-8", "replace")
            inside = not below or path.startswith(f"{below}/")
            if inside and has_known_ending(path) and not any(part.startswith(".") for part in path.split("/")):
                found[path] = _File(each[1].decode(), int(each[2]))
        return found

    def run(self, *arguments: str, limit_s: float = READ_S) -> bytes:
        """What a command prints that works on the copy. Raises SourceUnavailable."""
        return self._run(limit_s, "--git-dir", str(self.copy), *arguments)

    def _run(self, limit_s: float, *arguments: str) -> bytes:
        command = [*_LIMITED, self.program, *self.options, *arguments]
        ends = time.monotonic() + limit_s
        with subprocess.Popen(  # noqa: S603  # git, by its path, with checked arguments
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            while True:
                try:
                    printed, said = process.communicate(timeout=_LISTENED_S)
                    break
                except subprocess.TimeoutExpired:
                    if self.stop.is_set() or time.monotonic() > ends:
                        process.kill()
                        raise SourceUnavailable("too_slow", f"{self.place}: > {limit_s:g} s") from None
        if process.returncode:
            told = " ".join(said.decode("utf-8", "replace").split())[:_SAID_CHARS]
            raise SourceUnavailable("git", f"{self.place}: {told}")
        return printed


def _trusting(place: str) -> str:
    """Git's own settings by which a repository of another user may be read: the operator has named it."""
    quoted = place.replace("\\", "\\\\").replace('"', '\\"')
    return f'[safe]\n\tdirectory = "{quoted}"\n\tdirectory = "{quoted}/.git"\n'
