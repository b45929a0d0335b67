"""`make load`: the service under ten times the load that it can bear. Prints the table of docs/measurements.md.

Starts the real service as a process, measures how many questions it answers a second, offers ten times of that for a
minute, most of it from one address, and looks whether it answers as before afterwards. Status 1 when it does not: when
anything but an answer, 429 or 503 came, when memory grew, or when answers stayed slow.
"""

from __future__ import annotations

# First, because it makes the standard library's sockets its own.
from locust import FastHttpUser, constant, constant_throughput, task  # isort: skip
from locust.env import Environment  # isort: skip

import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import gevent
import numpy as np
import psutil

from api.service import ASKED_AT_ONCE
from rag.settings import load_settings
from tests.support.servers import free_port, wait_for

ROOT = Path(__file__).parents[2]
QUIET_S, CAPACITY_S, FLOOD_S, REST_S = 20, 20, 60, 10
QUIET_PER_S = 2.0
TIMES_CAPACITY = 10
USER_PER_S = 0.5  # of one of the flood's users; many wait at the same time
STRANGERS = 50  # addresses from which the rest of the flood comes
MAY_GROW_MB = 100
MAY_SLOW_TIMES = 2.0
HEAD = """\
| phase | offered/s | answered/s | 429/s | 503/s | errors | answered in ms, p50 / p95 | refused in ms, p95 | MB |
|---|---|---|---|---|---|---|---|---|"""
FINE = frozenset({200, 429, 503})


@dataclass
class Phase:
    """What one phase of the test offered and what came of it."""

    name: str
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    answered_ms: list[float] = field(default_factory=list)
    refused_ms: list[float] = field(default_factory=list)
    most_mb: float = 0.0

    def row(self) -> str:
        per_s = [sum(self.statuses.values()), *(self.statuses[status] for status in (200, 429, 503))]
        rates = " | ".join(f"{count / self.seconds:.1f}" for count in per_s)
        other = sum(count for status, count in self.statuses.items() if status not in FINE)
        refused = f"{np.percentile(self.refused_ms, 95):.0f}" if self.refused_ms else "–"
        answered = f"{self.ms(50):.0f} / {self.ms(95):.0f}"
        return f"| {self.name} | {rates} | {other} | {answered} | {refused} | {self.most_mb:.0f} |"

    def ms(self, percent: float) -> float:
        return float(np.percentile(self.answered_ms, percent)) if self.answered_ms else float("nan")


class Asker(FastHttpUser):
    abstract = True
    questions: ClassVar[list[str]] = []
    phase: ClassVar[Phase]
    connection_timeout = network_timeout = 60.0

    def address(self) -> str:
        return "10.0.0.1"

    @task
    def ask(self) -> None:
        phase, started = self.phase, time.perf_counter()
        asked = {"question": random.choice(self.questions)}  # noqa: S311  # no secret
        headers = {"X-Forwarded-For": self.address()}
        with self.client.post("/api/chat", json=asked, headers=headers, catch_response=True) as response:
            took_ms = (time.perf_counter() - started) * 1000
            phase.statuses[response.status_code] += 1
            if response.status_code == 200:
                phase.answered_ms.append(took_ms)
            elif response.status_code in FINE:
                phase.refused_ms.append(took_ms)
            response.success()  # what is no success is counted here


class Quiet(Asker):
    wait_time = constant_throughput(QUIET_PER_S)


class Busy(Asker):
    """One of eight who ask again as soon as they have their answer."""

    wait_time = constant(0)


class Flood(Asker):
    """One of many who ask whether or not they get answers; three of four from the same address."""

    wait_time = constant_throughput(USER_PER_S)
    _numbers = itertools.count()

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        number = next(self._numbers)
        self._from = f"10.0.1.{number // 4 % STRANGERS}" if number % 4 == 0 else "10.0.0.2"

    def address(self) -> str:
        return self._from


def measure(host: str, service: psutil.Process, name: str, user: type[Asker], users: int, seconds: float) -> Phase:
    environment = Environment(user_classes=[user], host=host)
    runner: Any = environment.create_local_runner()
    Asker.phase = phase = Phase(name)
    runner.start(users, spawn_rate=min(users, 100))
    ends = phase.began + seconds
    while time.monotonic() < ends:
        gevent.sleep(0.25)
        phase.most_mb = max(phase.most_mb, service.memory_info().rss / 1e6)
    runner.quit()  # waits for what is under way no longer: what comes later is not counted
    phase.seconds = time.monotonic() - phase.began
    print(phase.row(), flush=True)
    return phase


def wrong_with(before: Phase, full: Phase, flood: Phase, after: Phase) -> list[str]:
    found = []
    for phase in (before, full, flood, after):
        others = {status: count for status, count in phase.statuses.items() if status not in FINE}
        found += [f"{phase.name}: status {status} came {count} times" for status, count in others.items()]
    if not flood.statuses[429] + flood.statuses[503]:
        found.append("nothing was shed")
    if after.statuses.keys() != {200}:
        found.append(f"after the flood not everything is answered: {dict(after.statuses)}")
    most_mb = max(flood.most_mb, after.most_mb)
    if most_mb > full.most_mb + MAY_GROW_MB:
        found.append(f"memory grew from {full.most_mb:.0f} MB at its capacity to {most_mb:.0f} MB")
    if after.ms(95) > before.ms(95) * MAY_SLOW_TIMES:
        found.append(f"after the flood an answer takes {after.ms(95):.0f} ms (p95), before {before.ms(95):.0f}")
    return found


def main() -> int:
    settings = load_settings()
    lines = (ROOT / "eval" / "questions" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    Asker.questions = [json.loads(line)["question"] for line in lines]
    port = free_port()
    host = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "rag.cli", "serve", "--port", str(port)],
            env=dict(os.environ) | settings.environment() | {"OHJENUORA_TRUSTED_PROXIES": "127.0.0.1"},
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(f"{host}/readyz", 180)
            process = psutil.Process(server.pid)
            print(HEAD)
            measure(host, process, "warming up", Busy, 8, 5)
            before = measure(host, process, "quiet, before", Quiet, 1, QUIET_S)
            full = measure(host, process, "eight at a time: the capacity", Busy, 8, CAPACITY_S)
            offered = TIMES_CAPACITY * full.statuses[200] / full.seconds
            users = round(offered / USER_PER_S) + ASKED_AT_ONCE + settings.waiting_questions  # these wait, and ask less
            flood = measure(host, process, "ten times the capacity", Flood, users, FLOOD_S)
            gevent.sleep(REST_S)
            after = measure(host, process, "quiet, after", Quiet, 1, QUIET_S)
        finally:
            server.terminate()
            server.wait(60)
    wrong = wrong_with(before, full, flood, after)
    print("\n".join(wrong) or "Sheds, recovers, and memory stays as it is.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
