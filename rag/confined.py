"""A program of ours in a process of its own, with little memory and little time: what exhausts or breaks it leaves the
service as it is. One line of JSON asks it, one answers.

Confined is the side that asks; the program itself runs serve().
"""

from __future__ import annotations

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

import rag

MEMORY_BYTES = 2_000_000_000  # of addresses; a 50 MB PDF was read with less than half
TIMEOUT_S = 60
_WRITES_BYTES = 200_000_000


class Ended(Exception):
    """The program ended without an answer. late: its time was over; otherwise it broke, or had too little memory."""

    def __init__(self, late: bool) -> None:
        super().__init__(late)
        self.late = late


class Confined:
    """The process, which is started when it is needed, and anew when something has broken it."""

    def __init__(self, program: str, arguments: tuple[str, ...], memory_bytes: int, timeout_s: float) -> None:
        """program: the name of a module, whose arguments are memory_bytes and these; timeout_s: for each answer."""
        self._command = [sys.executable, "-m", program, str(memory_bytes), *arguments]
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Confined:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._end()

    def ask(self, line: bytes) -> bytes:
        """The line that answers this one. Raises Ended."""
        process = self._process or self._start()
        late: list[bool] = []

        def give_up() -> None:
            late.append(True)
            process.kill()

        timer = Timer(self._timeout_s, give_up)
        timer.start()
        try:
            told = self._exchange(process, line)
        finally:
            timer.cancel()
        if not told.endswith(b"\n"):  # also when it was ended in the middle of its answer
            self._end()
            raise Ended(late=bool(late))
        return told

    @staticmethod
    def _exchange(process: subprocess.Popen[bytes], line: bytes) -> bytes:
        """What it answers; no whole line when it has ended."""
        asking, answering = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)  # both are pipes
        try:
            asking.write(line + b"\n")
            asking.flush()
        except BrokenPipeError:
            return b""
        return answering.readline()

    def _start(self) -> subprocess.Popen[bytes]:
        # Settings and secrets are none of its business. Threads of numeric libraries would take addresses of its few.
        environment = {"PYTHONPATH": str(Path(rag.__file__).parent.parent), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        environment |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        self._process = subprocess.Popen(  # noqa: S603  # our own module, with arguments of our own
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=tempfile.gettempdir(),
        )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def serve(answer: Callable[[bytes], bytes], memory_bytes: int) -> None:
    """Within the program: keep to the limits, and answer each line of the input with one of the output."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITES_BYTES, _WRITES_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(answer(line) + b"\n")
        sys.stdout.buffer.flush()
