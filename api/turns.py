"""Questions take turns: a few are answered at once, some may wait, and who comes when all places are taken hears so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread

from api.problems import Refused

RETRY_AFTER_S = 5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Waiting:
    client: str
    called: asyncio.Event


class Turns:
    """at_once: how many are answered at the same time; waiting: how many more may wait for that; deadline_s: how long
    somebody waits for an answer, from asking on. taken: how many are answered or wait now.

    One client may have all places while nobody else wants one; then it gives one up to who has fewer. The next turn is
    that of the client of whom the fewest are answered now, and among equals of who came first: else who asks once
    would wait behind all that another has asked.
    """

    def __init__(self, at_once: int, waiting: int, deadline_s: float) -> None:
        self._threads = CapacityLimiter(at_once)
        self._at_once = at_once
        self._places = at_once + waiting
        self.taken = 0
        self._deadline_s = deadline_s
        self._of_client: Counter[str] = Counter()  # places taken
        self._waiting: dict[asyncio.Task[Any], _Waiting] = {}  # whose turn has not come, in the order of asking
        self._called: dict[asyncio.Task[Any], str] = {}  # whose turn it is → client

    def begin(self, work: Callable[[], T], client: str = "") -> asyncio.Task[T]:
        """Does the work in a thread as soon as its turn comes. Raises Refused 503, at once, when no place is left for
        this client.

        The task raises what work raises, and Refused 503 after the deadline. Whoever is still waiting then, or is
        cancelled, gives up the place; a thread cannot be stopped, so work that has begun keeps its place to its end.
        """
        if self.taken >= self._places and not self._given_up_for(client):
            raise busy()
        begun, called = asyncio.Event(), asyncio.Event()

        async def turn() -> T:
            await called.wait()
            begun.set()
            return await to_thread.run_sync(work, limiter=self._threads)

        self.taken += 1
        self._of_client[client] += 1
        taking = asyncio.create_task(turn())
        self._waiting[taking] = _Waiting(client, called)
        self._call()
        taking.add_done_callback(partial(self._leave, client))
        answering = asyncio.create_task(self._in_time(taking, begun))
        answering.add_done_callback(_taken_note_of)
        return answering

    async def _in_time(self, taking: asyncio.Task[T], begun: asyncio.Event) -> T:
        try:
            done, _ = await asyncio.wait({taking}, timeout=self._deadline_s)
        finally:
            if not begun.is_set():
                taking.cancel()
        if not done or taking.cancelled():  # the latter: its place was given to another client
            raise busy()
        return taking.result()

    def _given_up_for(self, client: str) -> bool:
        """Whether whoever has the most places, and more than this client would have, gives up the one it took last."""
        waiting = {taking: each.client for taking, each in self._waiting.items()}
        held = [each for each in waiting.values() if self._of_client[each] > self._of_client[client] + 1]
        if not held:
            return False
        most = max(held, key=lambda each: self._of_client[each])
        last = next(taking for taking, each in reversed(waiting.items()) if each == most)
        del self._waiting[last]
        last.cancel()
        return True

    def _call(self) -> None:
        """The next ones whose turn it is, as long as there is room."""
        while self._waiting and len(self._called) < self._at_once:
            answered = Counter(self._called.values())
            taking = min(self._waiting, key=lambda each: answered[self._waiting[each].client])
            waiting = self._waiting.pop(taking)
            self._called[taking] = waiting.client
            waiting.called.set()

    def _leave(self, client: str, taking: asyncio.Task[T]) -> None:
        self.taken -= 1
        self._waiting.pop(taking, None)
        self._called.pop(taking, None)
        self._of_client[client] -= 1
        if not self._of_client[client]:
            del self._of_client[client]
        self._call()
        _taken_note_of(taking)


def _taken_note_of(task: asyncio.Task[T]) -> None:
    """Whoever waits is told of its exception. Where nobody waits any more, asyncio would log it, message and all."""
    if not task.cancelled():
        task.exception()


def busy() -> Refused:
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return Refused(503, "error.detail.busy", title="error.title.busy", headers=headers)
