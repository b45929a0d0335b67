"""Programs in the place of a job's own, each of which never ends by itself in a way of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
import time


def deaf() -> None:
    """Reads nothing that it is given, and will not be told to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


def busy() -> None:
    sys.stdin.read()
    while True:
        print(json.dumps({"step": {"percent": 1}}), flush=True)
        time.sleep(0.05)


def silent() -> None:
    """Has told all, and is still there."""
    sys.stdin.read()
    os.close(1)
    time.sleep(600)


WAYS = {each.__name__: each for each in (deaf, busy, silent)}

if __name__ == "__main__":
    WAYS[os.environ["HANGS"]]()
