"""How long a piece of work keeps this thread busy, told so that nothing else of the machine or the process counts."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

TRIES = 3


def busy_s(work: Callable[[], object], tries: int = TRIES) -> float:
    """The least of a few tries, in seconds of this thread, without collections of garbage: those of a process that has
    run thousands of tests take most of a second, and begin whenever something is made."""
    collected = gc.isenabled()
    gc.disable()
    try:
        return min(_once(work) for _ in range(tries))
    finally:
        if collected:
            gc.enable()


def _once(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started
