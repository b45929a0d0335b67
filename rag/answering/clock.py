"""When each step of an answer began and how long it took, and how long all did."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One run of a step, in seconds from the clock's making. A message with several questions runs it for each."""

    name: str
    began_s: float
    ended_s: float


class Clock:
    """Runs from its making on. started_ns: when that was, since 1970."""

    def __init__(self) -> None:
        self.started_ns = time.time_ns()
        self._started = time.perf_counter()
        self._steps: list[Step] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Also of a step that fails."""
        began_s = self.elapsed_s
        try:
            yield
        finally:
            self._steps.append(Step(name, began_s, self.elapsed_s))

    @property
    def steps(self) -> tuple[Step, ...]:
        """In the order in which they ended."""
        return tuple(self._steps)

    @property
    def elapsed_s(self) -> float:
        return time.perf_counter() - self._started

    @property
    def timings_ms(self) -> dict[str, float]:
        """All runs of a step together."""
        taken: dict[str, float] = {}
        for step in self._steps:
            taken[step.name] = taken.get(step.name, 0.0) + 1000 * (step.ended_s - step.began_s)
        return {name: round(ms, 2) for name, ms in (*taken.items(), ("total", 1000 * self.elapsed_s))}
