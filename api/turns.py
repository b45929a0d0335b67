"""Questions take turns: a few are answered at once, some may wait, and who comes when all places are taken hears so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from api.problems import Refused

RETRY_AFTER_S = 5

T = TypeVar("T")


class Turns:
    """at_once: how many are answered at the same time; waiting: how many more may wait for that; deadline_s: how long
    somebody waits for an answer, from asking on. taken: how many are answered or wait now."""

    def __init__(self, at_once: int, waiting: int, deadline_s: float) -> None:
        self._threads = CapacityLimiter(at_once)
        self._free = asyncio.Semaphore(at_once)
        self._places = at_once + waiting
        self.taken = 0
        self._deadline_s = deadline_s

    def begin(self, work: Callable[[], T]) -> asyncio.Task[T]:
        """Does the work in a thread as soon as its turn comes. Raises Refused 503, at once, when no place is left.

        The task raises what work raises, and Refused 503 after the deadline. Whoever is still waiting then, or is
        cancelled, gives up the place; a thread cannot be stopped, so work that has begun keeps its place to its end.
        """
        if self.taken >= self._places:
            raise busy()
        begun = asyncio.Event()

        async def turn() -> T:
            async with self._free:
                begun.set()
                return await to_thread.run_sync(work, limiter=self._threads)

        self.taken += 1
        taking = asyncio.create_task(turn())
        taking.add_done_callback(self._leave)
        answering = asyncio.create_task(self._in_time(taking, begun))
        answering.add_done_callback(_taken_note_of)
        return answering

    async def _in_time(self, taking: asyncio.Task[T], begun: asyncio.Event) -> T:
        try:
            done, _ = await asyncio.wait({taking}, timeout=self._deadline_s)
        finally:
            if not begun.is_set():
                taking.cancel()
        if not done:
            raise busy()
        return taking.result()

    def _leave(self, taking: asyncio.Task[T]) -> None:
        self.taken -= 1
        _taken_note_of(taking)


def _taken_note_of(task: asyncio.Task[T]) -> None:
    """Whoever waits is told of its exception. Where nobody waits any more, asyncio would log it, message and all."""
    if not task.cancelled():
        task.exception()


def busy() -> Refused:
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return Refused(503, "error.detail.busy", title="error.title.busy", headers=headers)
