"""What runs beside the service: one at a time over all hosts, told of while it runs, cancelled on request.

A publication takes its version into use, a rehearsal only looks at the answers that it would give, and an evaluation
asks the version in use the organisation's test questions.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import BaseModel
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

import rag
from api import own_questions, rehearsals
from api.audit import Action, note
from api.drafts import Draft, Single, digest_of, end, find, singles_of, subject_of
from api.evaluations import keep_evaluation
from api.identity import Identity
from api.problems import log_failure
from api.store import Store
from api.tables import DEAD_AFTER_S, jobs
from rag.errors import IndexBusy
from rag.index.opening import current_version
from rag.index.versions import building
from rag.settings import PREFIX, Settings

BEAT_EVERY_S = 1.0
_BEAT_AT_MOST_EVERY_S = 0.3
_PATIENCE_S = 5.0  # between asking a process to end and ending it

JobKind = Literal["publication", "rehearsal", "evaluation"]
JobStatus = Literal["running", "done", "failed", "cancelled", "interrupted"]
# Each runs as a process of its own; what they read and tell: rag.publishing.publication.
_PROGRAMS: dict[JobKind, str] = {
    "publication": "rag.publishing.publication",
    "rehearsal": "eval.rehearsal",
    "evaluation": "eval.own",
}
_ACTIONS: dict[JobKind, Action] = {"publication": "publish", "rehearsal": "rehearse", "evaluation": "evaluate"}
_log = logging.getLogger(__name__)


class DraftChanged(Exception):
    """A draft holds something else than whoever began the job had seen."""


class Job(BaseModel):
    """A job. progress: the fields of rag.publishing.progress.Step, empty at first; error, error_name: why it
    failed; exact: the program's own words, for who runs the server."""

    id: str
    kind: JobKind
    draft_id: str | None
    status: JobStatus
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    progress: dict[str, Any]
    version: str | None
    error: str | None
    error_name: str | None
    exact: str | None = None


@dataclass
class _Task:
    """A job as its process is started and heard. singles: the drafts of one change each that it works with; days: when
    people last asked what a rehearsal asks again; waiting: its changed answers that are not kept yet."""

    job_id: str
    kind: JobKind
    draft: Draft | None
    singles: tuple[Single, ...]
    who: Identity
    given: dict[str, Any]
    days: dict[tuple[str, str], date]
    waiting: list[dict[str, Any]] = field(default_factory=list)

    @property
    def subject(self) -> str:
        return "own_questions" if self.draft is None else subject_of(self.draft.change)


class Jobs:
    """Starts jobs, each in a process of its own, and watches over them.

    follow: called when a publication has taken its version into use, before anybody is told: who asks then asks it.
    """

    def __init__(self, settings: Settings, store: Store, follow: Callable[[], None]) -> None:
        self._settings = settings
        self._store = store
        self._follow = follow
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    def start(self, draft: Draft | None, who: Identity, kind: JobKind = "publication", seen: str | None = None) -> Job:
        """Begin to publish or to rehearse a draft, or an evaluation, which has none. seen: what it has to hold, as
        api.drafts.digest_of tells. Raises IndexBusy while anything else builds, on whichever host, and DraftChanged."""
        with building(self._settings):  # `ohjenuora index` may be at work, of which the database knows nothing
            pass
        now = datetime.now(UTC)
        row: dict[str, Any] = {
            "id": uuid.uuid4().hex,
            "kind": kind,
            "draft_id": draft.id if draft else None,
            "status": "running",
            "started_by": who.name,
        }
        row |= {"started_at": now, "beat": now, "cancel": 0, "progress": {}}
        try:
            with self._store.engine.begin() as connection:
                _bury_dead(connection)
                connection.execute(insert(jobs), row)
                task = _task(connection, row["id"], kind, draft, who)  # from here on nobody changes the draft
                if seen is not None and digest_of(task.singles) != seen:
                    raise DraftChanged
                of_draft = {"draft": draft.id} if draft else {}
                note(connection, who, _ACTIONS[kind], task.subject, job=row["id"], **of_draft)
        except IntegrityError:
            raise IndexBusy("Another publication is under way.") from None
        watching = threading.Thread(target=self._watch, args=(task,), name="job", daemon=True)
        self._watcher = watching
        watching.start()
        not_yet = {"ended_at": None, "version": None, "error": None, "error_name": None}
        return self.find(str(row["id"])) or Job.model_validate(row | not_yet)

    def find(self, job_id: str) -> Job | None:
        with self._store.engine.begin() as connection:
            _bury_dead(connection)
            row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
        return Job.model_validate(dict(row._mapping)) if row else None

    def listed(self, limit: int) -> list[Job]:
        """The latest first."""
        with self._store.engine.begin() as connection:
            _bury_dead(connection)
            rows = connection.execute(select(jobs).order_by(jobs.c.started_at.desc()).limit(limit)).all()
        return [Job.model_validate(dict(row._mapping)) for row in rows]

    def cancel(self, job_id: str, who: Identity) -> bool:
        """Ask whichever host runs it to end it; False if it does not run."""
        with self._store.engine.begin() as connection:
            statement = update(jobs).where(jobs.c.id == job_id, jobs.c.status == "running").values(cancel=1)
            found = bool(connection.execute(statement).rowcount)
            if found:
                note(connection, who, "cancel", job_id)
        return found

    def wait(self) -> None:
        """Until the job that was started here last has ended."""
        if self._watcher is not None:
            self._watcher.join()

    def stop(self) -> None:
        """End a running build, with the service; nothing of it is published, and its draft stays."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join(2 * _PATIENCE_S)

    def _watch(self, task: _Task) -> None:
        before = current_version(self._settings)
        status: JobStatus = "failed"
        told: dict[str, Any] = {}
        try:
            status, told = self._run(task)
            now = current_version(self._settings)
            if task.kind == "publication" and status != "done" and now != before:  # it was ended after the switch
                status, told = "done", {"version": now}
            if task.kind == "publication" and status == "done":
                self._follow()
        except Exception as error:
            told = {"error": "Unforeseen", "message": f"Unforeseen error {log_failure(error)}"}
        try:
            with self._store.engine.begin() as connection:
                ending = {"status": status, "ended_at": datetime.now(UTC), "version": told.get("version")}
                ending |= {"error": told.get("message"), "error_name": told.get("error")}
                ending |= {"progress": told["step"]} if "step" in told else {}
                # It is written first, which locks: what is read after it holds until the end.
                connection.execute(update(jobs).where(jobs.c.id == task.job_id).values(**ending))
                if status == "done":
                    _keep_done(connection, task, told)
                if status == "done" and task.kind == "publication":
                    for each in task.singles:
                        about = {"version": told["version"], "job": task.job_id, "draft": each.draft.id}
                        note(connection, task.who, "published", subject_of(each.change), **about)
        except SQLAlchemyError as error:  # the job is buried when its heart has stopped; publishing again does no harm
            log_failure(error)

    def _run(self, task: _Task) -> tuple[JobStatus, dict[str, Any]]:
        """What has become of it, with the last that it told."""
        process = subprocess.Popen(  # noqa: S603  # our own programs
            [sys.executable, "-m", _PROGRAMS[task.kind]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(self._settings),
        )
        with process:
            ends = time.monotonic() + self._settings.job_minutes * 60
            last: dict[str, Any] = {}
            step: dict[str, Any] = {}
            found: dict[str, Any] | None = None
            beaten = 0.0
            for line in _lines(process, json.dumps(task.given)):
                last = line or last
                step = last.get("step", step)
                found = (line or {}).get("rehearsal", found)
                task.waiting += [line["case"]] if line and "case" in line else []
                if time.monotonic() - beaten < _BEAT_AT_MOST_EVERY_S:
                    continue
                beaten = time.monotonic()
                ended = self._beat(task, step, found)
                found = None
                if ended is not None:
                    _end(process)
                    return ended, {}
                if time.monotonic() > ends:
                    _end(process)
                    return "failed", _too_long(self._settings.job_minutes)
            code = _ended(process)
        if "version" in last:
            return "done", last | {"step": step | {"percent": 100, "seconds_left": 0}}
        told = last if "message" in last else {"error": "Ended", "message": f"The build ended with status {code}."}
        return "failed", told

    def _beat(self, task: _Task, step: dict[str, Any], found: dict[str, Any] | None) -> JobStatus | None:
        """Tell that the job lives, how far it is and what it has found; whether it is to be ended, and as what."""
        if self._stopping.is_set():
            return "interrupted"
        values: dict[str, Any] = {"beat": datetime.now(UTC)} | ({"progress": step} if step else {})
        with self._store.engine.begin() as connection:
            connection.execute(update(jobs).where(jobs.c.id == task.job_id).values(**values))  # locks, before reading
            if found is not None:
                _keep_rehearsed(connection, task, found)
            cancel = connection.execute(select(jobs.c.cancel).where(jobs.c.id == task.job_id)).scalar()
        return "cancelled" if cancel else None


def _too_long(minutes: int) -> dict[str, Any]:
    message = f"It was ended after {minutes} minutes (OHJENUORA_JOB_MINUTES)."
    _log.warning("A job was ended: %s", message)
    return {"error": "TookTooLong", "message": message}


def _task(connection: Connection, job_id: str, kind: JobKind, draft: Draft | None, who: Identity) -> _Task:
    """What the process needs to know. A rehearsal takes the place of the draft's earlier one from now on."""
    given: dict[str, Any] = {}
    asked: list[dict[str, Any]] = []
    draft = find(connection, draft.id) if draft is not None else None  # as it is by now
    singles = tuple(singles_of(connection, draft)) if draft is not None else ()
    if draft is not None:
        given = {"changes": [each.prepared.written() for each in singles]}
    if kind != "publication":
        given["own"] = own_questions.asked_by_jobs(connection)
    if kind == "rehearsal" and draft is not None:
        rehearsals.begin(connection, draft.id)
        asked = rehearsals.asked_by_people(connection)
        given["asked"] = [{key: value for key, value in each.items() if key != "day"} for each in asked]
    days = {(each["question"], each["language"]): each["day"] for each in asked}
    return _Task(job_id, kind, draft, singles, who, given, days)


def _keep_done(connection: Connection, task: _Task, told: dict[str, Any]) -> None:
    if task.draft is None:
        keep_evaluation(connection, task.job_id, told["evaluation"])
    elif task.kind == "publication":
        end(connection, task.draft, task.singles, "published", told["version"])
    else:
        _keep_rehearsed(connection, task, told["rehearsal"])


def _keep_rehearsed(connection: Connection, task: _Task, found: dict[str, Any]) -> None:
    if task.draft is None:
        return
    now = find(connection, task.draft.id)
    if now is not None and tuple(singles_of(connection, now)) == task.singles:  # else it was of another draft
        rehearsals.keep_found(connection, task.draft.id, task.job_id, found, task.waiting, task.days)
        task.waiting.clear()


def _lines(process: subprocess.Popen[str], given: str) -> Iterator[dict[str, Any] | None]:
    """What the process tells; None where it tells nothing for BEAT_EVERY_S seconds."""
    told: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read(stream: IO[str]) -> None:
        for line in stream:
            told.put(line)
        told.put(None)

    def write(stream: IO[str]) -> None:
        with suppress(BrokenPipeError), stream:  # one that has ended tells so by the end of its output
            stream.write(given)

    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the process was started without pipes")
    reader = threading.Thread(target=read, args=(process.stdout,), daemon=True)
    reader.start()
    # Beside it: one that hangs before it reads would keep us waiting, and nobody could end it.
    threading.Thread(target=write, args=(process.stdin,), daemon=True).start()
    while True:
        try:
            line = told.get(timeout=BEAT_EVERY_S)
        except queue.Empty:
            yield None
            continue
        if line is None:
            break
        yield json.loads(line)
    reader.join()


def _ended(process: subprocess.Popen[str]) -> int:
    """The status of a process that has told all it will; it is ended where it does not do so by itself."""
    try:
        return process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        _end(process)
        return process.wait()


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _environment(settings: Settings) -> dict[str, str]:
    """The environment of a build: these settings, without the keys that it does not need."""
    others = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    return others | settings.environment() | {"PYTHONPATH": str(Path(rag.__file__).parent.parent)}


def _bury_dead(connection: Connection) -> None:
    """Jobs of processes that are gone do not run any more."""
    now = datetime.now(UTC)
    dead = (jobs.c.status == "running") & (jobs.c.beat < now - timedelta(seconds=DEAD_AFTER_S))
    connection.execute(update(jobs).where(dead).values(status="interrupted", ended_at=now))
