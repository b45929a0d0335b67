"""`python -m tests.support.parts_program`: answers after some parts of work, or hangs with a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rag.sources.confined_process import serve


def main(memory_bytes: str, timeout_s: str) -> int:
    """A line of the input is [parts, seconds of each, file]: with a file, for the number of the process that it starts
    and waits for."""

    def answer(line: bytes, alive: Callable[[], None]) -> bytes:
        parts, seconds, file = json.loads(line)
        if file:
            with subprocess.Popen(["/bin/sleep", "600"]) as started:
                Path(file).write_text(str(started.pid))
        for _ in range(parts):
            time.sleep(seconds)  # the work
            alive()
        return b'"done"'

    serve(answer, memory_bytes, timeout_s)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
