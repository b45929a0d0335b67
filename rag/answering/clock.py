"""Milliseconds of each step of an answer, and of all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Runs from its making on."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self._steps[name] = round(1000 * (time.perf_counter() - started), 2)

    @property
    def elapsed_s(self) -> float:
        return time.perf_counter() - self._started

    @property
    def timings_ms(self) -> dict[str, float]:
        return {**self._steps, "total": round(1000 * self.elapsed_s, 2)}
