"""A program of ours in a process of its own, with little memory and little time: what exhausts or breaks it leaves the
service as it is. One line of JSON asks it, one answers.

Confined is the side that asks; the program itself runs serve().
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import IO, cast

import rag

MEMORY_BYTES = 2_000_000_000  # of addresses; a 50 MB PDF was read with less than half
TIMEOUT_S = 60  # chosen by judgement
_WRITES_BYTES = 200_000_000  # a bound on the disk that one file can fill
_LONGER_AT_MOST = 1500  # times that a program may have its time anew for one answer; a picture takes up to four
_ORPHANED_S = 5.0  # after its time a program ends itself, should the service be gone
_ALIVE = b"\n"  # a line of the output that is no answer


class Ended(Exception):
    """The program ended without an answer. late: its time was over; otherwise it broke, or had too little memory."""

    def __init__(self, late: bool) -> None:
        super().__init__(late)
        self.late = late


class Confined:
    """The process, which is started when it is needed, and anew when something has broken it."""

    def __init__(self, program: str, arguments: tuple[str, ...], memory_bytes: int, timeout_s: float) -> None:
        """program: the name of a module, whose arguments are those of serve(), then these; timeout_s: for each
        answer, from its question on, or for each part of one that the program tells of."""
        limits = (str(memory_bytes), str(timeout_s + _ORPHANED_S))
        self._command = [sys.executable, "-m", program, *limits, *arguments]
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None
        self._timer: Timer | None = None
        self._late = False

    def __enter__(self) -> Confined:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._end()

    def ask(self, line: bytes) -> bytes:
        """The line that answers this one. Raises Ended."""
        self.send(line)
        return self.receive()

    def send(self, line: bytes) -> None:
        """Ask; receive() is to be called next."""
        process = self._process or self._start()
        self._late = False
        self._timer = self._started_timer(process)
        asking = cast(IO[bytes], process.stdin)  # a pipe
        with suppress(BrokenPipeError):  # then there will be no answer
            asking.write(line + b"\n")
            asking.flush()

    def receive(self) -> bytes:
        """The line that answers what was sent. Raises Ended."""
        if self._process is None or self._timer is None:
            raise RuntimeError("nothing was sent")
        answering = cast(IO[bytes], self._process.stdout)
        told = answering.readline()
        for _ in range(_LONGER_AT_MOST):
            self._timer.cancel()
            if told != _ALIVE:
                break
            self._timer = self._started_timer(self._process)
            told = answering.readline()
        self._timer.cancel()
        if not told.endswith(b"\n"):  # also when it was ended in the middle of its answer
            self._end()
            raise Ended(self._late)
        return told

    def _started_timer(self, process: subprocess.Popen[bytes]) -> Timer:
        timer = Timer(self._timeout_s, self._give_up, (process,))
        timer.daemon = True  # a service that stops does not wait for it
        timer.start()
        return timer

    def _give_up(self, process: subprocess.Popen[bytes]) -> None:
        self._late = True
        _kill(process)

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
            start_new_session=True,  # so that what it starts ends with it
        )
        return self._process

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._process is not None:
            _kill(self._process)
            self._process.communicate()
            self._process = None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def serve(answer: Callable[[bytes, Callable[[], None]], bytes], memory_bytes: str, timeout_s: str) -> None:
    """Within the program: keep to the limits, and answer each line of the input with one of the output.

    answer: calls the function that it is given when a part of its work is done, and has its time anew from there.
    timeout_s ends a program that nobody is left to end; Confined is earlier.
    """
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes),) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITES_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def alive() -> None:
        signal.setitimer(signal.ITIMER_REAL, float(timeout_s))
        sys.stdout.buffer.write(_ALIVE)
        sys.stdout.buffer.flush()

    for line in sys.stdin.buffer:
        signal.setitimer(signal.ITIMER_REAL, float(timeout_s))
        told = answer(line, alive)
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.buffer.write(told + b"\n")
        sys.stdout.buffer.flush()
