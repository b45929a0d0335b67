"""`make soak`: the service in mixed use for some minutes while things break around it.

Two ask, rate and check every citation; one publishes a document again and again. Meanwhile the database restarts, no
file can be written as on a full disk, the clock jumps a day ahead and back; in the first half the process is killed.
Status 1 where anything came but an answer or a refusal that the fault explains, where an answer that was rated or a
document that was published is gone, where a quote is not in its source, or where memory grew.

Without PostgreSQL the database is SQLite, which does not restart.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import time_machine
from pydantic import SecretStr
from sqlalchemy import select

from api import tables
from rag import cli
from rag.index.database import engine_of
from rag.settings import Settings, load_settings
from rag.sources.files import write_atomically
from tests.support import postgres
from tests.support.servers import free_port, wait_for
from tests.support.waiting import WAIT_S

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-that-nobody-needs-to-guess-here"
CALM_S = 10.0  # between two faults, and until what one of them broke has to be well again
FAULT_S = 5.0
READY_S = 600.0  # a busy machine loads the models in minutes
MAY_GROW = 0.05
REFUSALS_BY_FAULT = {503, 507}
CITED = "soak-ohje"
A_DAY_S = 26 * 3600
KILLED_EVERY = 3  # faults, in the first half: the second is for looking at the memory of one process


class Soak:
    """One run. wrong: what must not have come, in words; rated: answers whose rating was accepted; drafted: drafts
    that were accepted; published: the number in the last text that was published."""

    def __init__(self, settings: Settings, database: postgres.Server | None, folder: Path) -> None:
        self.settings = settings
        self.database = database
        self.clock = folder / "clock"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.statuses: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.rated: list[str] = []
        self.drafted: list[str] = []
        self.published = 0
        self.citations = 0
        self.log: deque[str] = deque(maxlen=100)
        self.memory: list[tuple[float, int]] = []
        self._over = threading.Event()
        self._well_from = 0.0  # by the monotonic clock; before, a fault may still be felt
        lines = (ROOT / "eval" / "questions" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
        self.questions: list[str] = [json.loads(line)["question"] for line in lines]
        self.texts: dict[tuple[str, str], str] = {}

    def run(self, seconds: float) -> None:
        self.clock.write_text("0")
        self.process = self._start()
        workers = [threading.Thread(target=self._ask) for _ in range(2)] + [threading.Thread(target=self._publish)]
        for worker in workers:
            worker.start()
        try:
            began = time.monotonic()
            self._break(began, seconds)
            self._over.set()
            for worker in workers:
                worker.join()
            self._compare(began + seconds / 2)
        finally:
            self._over.set()
            self.process.terminate()
            self.process.wait(60)

    def _break(self, began: float, seconds: float) -> None:
        """One fault after the other, until the time is over."""
        faults = [("no file can be written", self._full_disk), ("the clock jumps", self._jump)]
        if self.database is not None:
            faults.append(("the database restarts", self.database.restart))
        number = 0
        while (passed := time.monotonic() - began) < seconds:
            early = passed < seconds / 2
            name, fault = faults[number % len(faults)]
            if early and number % KILLED_EVERY == KILLED_EVERY - 1:
                name, fault = "the process is killed", self._kill
            number += 1
            self._well_from = float("inf")
            print(f"{passed:5.0f} s  {name}", flush=True)
            fault()
            self._well_from = time.monotonic() + CALM_S
            self._watch(2 * CALM_S)

    def _watch(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if self.process.poll() is not None:
                self.wrong.append(f"the service ended with {self.process.returncode}")
                self.process = self._start()
            self.memory.append((time.monotonic(), psutil.Process(self.process.pid).memory_info().rss))
            time.sleep(1)

    def _start(self) -> subprocess.Popen[str]:
        given = self.settings.environment() | {"OHJENUORA_ADMIN_TOKEN": TOKEN, "OHJENUORA_REQUESTS_PER_MINUTE": "0"}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.soak", "serve", str(self.port), str(self.clock)],
            env=dict(os.environ) | given,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=lambda: self.log.extend(process.stderr or ()), daemon=True).start()
        try:
            wait_for(f"{self.url}/readyz", READY_S)
        except BaseException:
            process.kill()
            print("".join(self.log), file=sys.stderr)
            raise
        return process

    def _kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def _full_disk(self) -> None:
        """No file takes another byte from the service, nor from what it starts meanwhile."""
        _, hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (0, hard))
        self._watch(FAULT_S)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (hard, hard))

    def _jump(self) -> None:
        for ahead_s in (A_DAY_S, -A_DAY_S, 0):
            write_atomically(self.clock, str(ahead_s))
            self._watch(FAULT_S)

    def _ask(self) -> None:
        with httpx.Client(base_url=self.url, timeout=60) as client:
            while not self._over.is_set():
                asked = self._send(client, "POST", "/api/chat", json={"question": random.choice(self.questions)})  # noqa: S311
                if asked is None or asked.status_code != 200:
                    continue
                answer = asked.json()
                for cited in answer["citations"]:
                    self._check(client, cited, answer["index_version"])
                given = {"answer_id": answer["id"], "rating": "up"}
                if (rated := self._send(client, "POST", "/api/feedback", json=given)) and rated.status_code == 204:
                    self.rated.append(answer["id"])

    def _check(self, client: httpx.Client, cited: dict[str, Any], version: str) -> None:
        place = cited["document_id"], version
        if place not in self.texts:
            found = self._send(client, "GET", f"/api/documents/{place[0]}", params={"version": version})
            if found is None or found.status_code != 200:
                return
            self.texts[place] = found.json()["text"]
        text = self.texts[place]
        self.citations += 1
        if text[cited["start"] : cited["end"]] != cited["quote"]:
            self.wrong.append(f"a quote is not in {cited['document_id']} at {cited['start']}")

    def _publish(self) -> None:
        number = 0
        with httpx.Client(base_url=self.url, timeout=60, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            while not self._over.is_set():
                number += 1
                text = f"Kestokokeen ohje.\n\nKestokokeen kierros on numero {number}.\n"
                file = {"file": (f"{CITED}.txt", text.encode())}
                about = {"language": "fi", "title": "Kestokoe"}
                at = f"/api/admin/documents/{CITED}" if self.published else "/api/admin/documents"
                draft = self._send(client, "PUT" if self.published else "POST", at, files=file, data=about)
                if draft is None or draft.status_code != 201:
                    time.sleep(1)
                    continue
                self.drafted.append(draft.json()["id"])
                job = self._send(client, "POST", f"/api/admin/drafts/{draft.json()['id']}/publish")
                while job is not None and job.status_code in (200, 202) and job.json()["status"] == "running":
                    time.sleep(1)
                    job = self._send(client, "GET", f"/api/admin/jobs/{job.json()['id']}") or job
                if job is not None and job.is_success and job.json()["status"] == "done":
                    self.published = number

    def _send(self, client: httpx.Client, method: str, path: str, **given: Any) -> httpx.Response | None:
        """None where nobody answered. What no fault explains is wrong."""
        began = time.monotonic()
        try:
            answer = client.request(method, path, **given)
        except httpx.TransportError as error:
            self.statuses[type(error).__name__] += 1
            if began > self._well_from:
                self.wrong.append(f"{method} {path}: {type(error).__name__}")
            time.sleep(0.5)
            return None
        status = answer.status_code
        self.statuses[str(status)] += 1
        explained = status in REFUSALS_BY_FAULT and began <= self._well_from
        if status >= 500 and not explained:
            self.wrong.append(f"{method} {path}: {status} {answer.text[:200]}")
        return answer

    def _compare(self, from_s: float) -> None:
        """What was accepted with what is there, and memory at the end of the second half with its beginning.

        An answer is given also while the database is away, and then not kept: one whose rating is accepted was.
        """
        kept = {
            "ratings": (self.rated, tables.feedback.c.answer_id),
            "answers": (self.rated, tables.answers.c.id),
            "drafts": (self.drafted, tables.drafts.c.id),
        }
        with engine_of(self.settings).connect() as connection:
            for name, (accepted, column) in kept.items():
                lost = set(accepted) - set(connection.execute(select(column)).scalars())
                if lost:
                    self.wrong.append(f"{len(lost)} of {len(accepted)} {name} are lost")
            noted = [row.subject for row in connection.execute(select(tables.audit.c.subject))]
        if self.published:
            text = httpx.get(f"{self.url}/api/documents/{CITED}", timeout=WAIT_S).json()["text"]
            if int(text.rstrip(" .\n").split()[-1]) < self.published or CITED not in noted:
                self.wrong.append(f"publication {self.published} is lost")
        late = [rss for at, rss in self.memory if at >= from_s]
        quarter = max(1, len(late) // 4)
        first, last = statistics.median(late[:quarter]), statistics.median(late[-quarter:])
        print(f"memory in the second half: {first / 1e6:.0f} MB, {last / 1e6:.0f} MB at its end")
        if last > first * (1 + MAY_GROW):
            self.wrong.append(f"memory grew by {100 * (last / first - 1):.1f} %")


@contextmanager
def installation(database: postgres.Server | None) -> Iterator[tuple[Settings, Path]]:
    """A copy of this installation's index, with a data folder and a database of its own."""
    ours = load_settings()
    with tempfile.TemporaryDirectory(prefix="ohjenuora-soak-") as made:
        data = Path(made, "data")
        data.mkdir()
        shutil.copytree(ours.data_dir / "index", data / "index")
        (data / "models").symlink_to((ours.data_dir / "models").resolve())
        url = SecretStr(database.url if database else "")
        yield ours.model_copy(update={"data_dir": data, "database_url": url}), Path(made)


def serve(port: str, clock: Path) -> int:
    """The service, with a clock that is ahead by as many seconds as the file says."""
    threading.Thread(target=_follow, args=(clock,), daemon=True).start()
    return cli.main(["serve", "--port", port])


def _follow(clock: Path) -> None:
    ahead_s = 0.0
    travelling: time_machine.travel | None = None
    while True:
        time.sleep(0.5)
        if (wanted := float(clock.read_text())) != ahead_s:
            if travelling is not None:
                travelling.stop()
            travelling = time_machine.travel(datetime.now(UTC) + timedelta(seconds=wanted), tick=True)
            travelling.start()
            ahead_s = wanted


def main() -> int:
    if sys.argv[1:2] == ["serve"]:
        return serve(sys.argv[2], Path(sys.argv[3]))
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    programs = postgres.programs()
    server: AbstractContextManager[postgres.Server | None] = postgres.server(programs) if programs else nullcontext()
    with server as database, installation(database) as (own, folder):
        print("PostgreSQL" if database else "SQLite", flush=True)
        soak = Soak(own, database, folder)
        soak.run(60 * minutes)
        with suppress(OSError):
            engine_of(own).dispose()
    print(f"statuses {dict(soak.statuses)}; {soak.citations} citations, {len(soak.rated)} ratings, ", end="")
    print(f"{len(soak.drafted)} drafts, {soak.published} publications")
    for each, count in Counter(soak.wrong).most_common():
        print(f"WRONG, {count} times: {each}", file=sys.stderr)
    if soak.wrong:
        print("".join(soak.log), file=sys.stderr)
    return 1 if soak.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
