"""How far a build is: percent, seconds left, and what is being done."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# The stages of a build in their order, with the share of its time that each takes: rough, measured on the project's
# own sources after a change of one document.
PUBLICATION = {"read": 0.10, "chunk": 0.05, "analyse": 0.15, "embed": 0.55, "examples": 0.15}
# The same when the evaluation's questions are asked after it.
REHEARSAL = {stage: 0.4 * share for stage, share in PUBLICATION.items()} | {"ask": 0.6}
# Of an evaluation nothing is built.
EVALUATION = {"ask": 1.0}
_GUESS_FROM = 0.05  # before that, a guess at the time that is left would jump about
_BAR = 24  # characters


@dataclass(frozen=True, slots=True)
class Step:
    """percent in [0, 100]; documents and chunks are null until they are counted, seconds_left until it can be told."""

    stage: str
    done: int
    total: int
    percent: int
    documents: int | None
    chunks: int | None
    seconds_left: int | None

    def bar(self) -> str:
        filled = round(_BAR * self.percent / 100)
        left = "" if self.seconds_left is None else f", {self.seconds_left} s left"
        counted = f" {self.done}/{self.total}" if self.total > 1 else ""
        return f"[{'#' * filled}{'-' * (_BAR - filled)}] {self.percent:3d} % {self.stage}{counted}{left}"


class Meter:
    """Turns what a build tells (rag.index.build.Progress) into steps."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, shares: Mapping[str, float] = PUBLICATION) -> None:
        self._clock = clock
        self._shares = shares
        self._started = clock()
        self._share = 0.0
        self._documents: int | None = None
        self._chunks: int | None = None

    def step(self, stage: str, done: int, total: int) -> Step:
        if stage == "read" and done:
            self._documents = total
        elif stage == "chunk":
            self._chunks = total
        before = 0.0
        for name, share in self._shares.items():
            if name == stage:
                # Never backwards: a stage without work may be told of late.
                self._share = max(self._share, before + share * (done / total if total else 1.0))
                break
            before += share
        left = None
        if self._share >= _GUESS_FROM:
            elapsed = self._clock() - self._started
            left = round(elapsed * (1 - self._share) / self._share)
        return Step(stage, done, total, int(100 * self._share), self._documents, self._chunks, left)
