"""`python -m rag.isolated`: reads one strange file, with little memory and little time, and prints the document.

A file from outside may be made to exhaust the machine or to break a library that reads it: here it breaks a process
that is of no other use. read_isolated() is the other side.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from pydantic import TypeAdapter

import rag
from rag.errors import UnreadableSource
from rag.language import detect_language
from rag.readers import read_document
from rag.types import Document

MEMORY_BYTES = 2_000_000_000  # of addresses; a 50 MB PDF was read with less than half
TIMEOUT_S = 60
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
        limits = [str(max_bytes), str(memory_bytes), str(int(timeout_s) + 1)]
        # Settings and secrets are none of its business.
        environment = {"PYTHONPATH": str(Path(rag.__file__).parent.parent), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        try:
            ended = subprocess.run(  # noqa: S603  # our own module, with arguments of our own
                [sys.executable, "-m", "rag.isolated", folder, name, *limits],
                capture_output=True,
                timeout=timeout_s,
                env=environment,
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            what = f"it cannot be read within {timeout_s:.0f} seconds; simplify it or split it"
            raise UnreadableSource(name, "too_large", what) from None
        if ended.returncode == 0:
            return _DOCUMENT.validate_json(ended.stdout)
        if ended.returncode == 3:
            raise UnreadableSource(**json.loads(ended.stdout))
        what = "reading it takes too much memory or breaks; open it in its own program and save it anew"
        raise UnreadableSource(name, "damaged", what)


def main(folder: str, name: str, max_bytes: str, memory_bytes: str, cpu_s: str) -> int:
    """0: the document is printed; 3: the reason why it cannot be read; anything else: it broke."""
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes),) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_s),) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITES_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        document = read_document(Path(folder, name), Path(folder), detect_language, int(max_bytes))
    except UnreadableSource as failure:
        print(json.dumps({"file": failure.file, "reason": failure.reason, "detail": failure.detail}))
        return 3
    sys.stdout.buffer.write(_DOCUMENT.dump_json(document))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
