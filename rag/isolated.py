"""`python -m rag.isolated`: reads strange files, with little memory and little time, and prints the documents.

A file from outside may be made to exhaust the machine or to break a library that reads it: here it breaks a process
that is of no other use. read_isolated() and read_corpus_isolated() are the other side.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import IO, cast

from pydantic import TypeAdapter

import rag
from rag.errors import UnreadableSource
from rag.language import detect_language
from rag.readers import read_corpus, read_document
from rag.types import Document, Language

MEMORY_BYTES = 2_000_000_000  # of addresses; a 50 MB PDF was read with less than half
TIMEOUT_S = 60
# Starting the process takes as long as reading hundreds of these; what is larger may be made to take long.
HARMLESS_SUFFIXES = frozenset({".md", ".txt"})
HARMLESS_BYTES = 200_000
_WRITES_BYTES = 200_000_000
_DOCUMENT = TypeAdapter(Document)


def read_isolated(
    name: str, files: dict[str, bytes], max_bytes: int, memory_bytes: int = MEMORY_BYTES, timeout_s: float = TIMEOUT_S
) -> Document:
    """Read the document `name`; files: its content, and that of its sidecar, by names that are safe as such.

    Raises UnreadableSource, also when reading takes too long or too much memory.
    """
    with tempfile.TemporaryDirectory(prefix="ohjenuora-read-") as folder:
        for each, content in files.items():
            Path(folder, each).write_bytes(content)
        with _Reader(max_bytes, memory_bytes, timeout_s) as reader:
            return reader.read(Path(folder, name), Path(folder))


def read_corpus_isolated(folder: Path, max_bytes: int) -> tuple[list[Document], list[UnreadableSource]]:
    """rag.readers.read_corpus, with all but small texts read in a process of its own: a file that breaks it, or takes
    too long or too much memory, is one of those that could not be read."""
    with _Reader(max_bytes, MEMORY_BYTES, TIMEOUT_S) as reader:

        def read(path: Path, root: Path, detect: Callable[[str], Language], limit: int) -> Document:
            harmless = path.suffix.lower() in HARMLESS_SUFFIXES
            if harmless and path.is_file() and path.stat().st_size <= HARMLESS_BYTES:
                return read_document(path, root, detect, limit)
            return reader.read(path, root)

        return read_corpus(folder, detect_language, max_bytes, read)


class _Reader:
    """The process, which is started when it is needed, and anew when a file has broken it."""

    def __init__(self, max_bytes: int, memory_bytes: int, timeout_s: float) -> None:
        self._limits = [str(max_bytes), str(memory_bytes)]
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._end()

    def read(self, path: Path, root: Path) -> Document:
        """Raises UnreadableSource."""
        process = self._process or self._start()
        late: list[bool] = []

        def give_up() -> None:
            late.append(True)
            process.kill()

        timer = Timer(self._timeout_s, give_up)
        timer.start()
        try:
            told = self._ask(process, json.dumps([str(path.absolute()), str(root.absolute())]))
        finally:
            timer.cancel()
        if told:
            ended = json.loads(told)
            if "document" in ended:
                return _DOCUMENT.validate_python(ended["document"])
            raise UnreadableSource(**ended)
        self._end()
        file = path.relative_to(root).as_posix()
        if late:
            what = f"it cannot be read within {self._timeout_s:.0f} seconds; simplify it or split it"
            raise UnreadableSource(file, "too_large", what)
        what = "reading it takes too much memory or breaks; open it in its own program and save it anew"
        raise UnreadableSource(file, "damaged", what)

    @staticmethod
    def _ask(process: subprocess.Popen[str], line: str) -> str:
        """What it answers; nothing when it has ended."""
        asking, answering = cast(IO[str], process.stdin), cast(IO[str], process.stdout)  # both are pipes
        try:
            asking.write(line + "\n")
            asking.flush()
        except BrokenPipeError:
            return ""
        return answering.readline()

    def _start(self) -> subprocess.Popen[str]:
        # Settings and secrets are none of its business.
        environment = {"PYTHONPATH": str(Path(rag.__file__).parent.parent), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        self._process = subprocess.Popen(  # noqa: S603  # our own module, with arguments of our own
            [sys.executable, "-m", "rag.isolated", *self._limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env=environment,
            cwd=tempfile.gettempdir(),
        )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def main(max_bytes: str, memory_bytes: str) -> int:
    """For each line [path, root] of the input, one of the output: the document, or why it cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes),) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITES_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        path, root = (Path(each) for each in json.loads(line))
        try:
            document = read_document(path, root, detect_language, int(max_bytes))
            told: dict[str, object] = {"document": _DOCUMENT.dump_python(document, mode="json")}
        except UnreadableSource as failure:
            told = {"file": failure.file, "reason": failure.reason, "detail": failure.detail}
        print(json.dumps(told), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
