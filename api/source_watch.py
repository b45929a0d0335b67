"""Looks at the sources of sources.yaml: by the clock, and when somebody asks; one look at a time over all hosts."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from filelock import FileLock, Timeout

from api import drafts
from api.jobs import Jobs
from api.problems import LoggedOnce, log_failure
from api.source_drafts import SourceDrafts, identity_of
from api.source_looks import MAX_FAILURES, Failure, Looked, keep_look, last_look
from api.store import Store
from rag.curated.changes import PutDocument
from rag.curated.watched import Watched, load_watched
from rag.errors import ChangeOutdated, IndexBusy, SourcesBusy, SourceUnavailable
from rag.fetching.found import Look, Unfetched, is_plain, shown_path
from rag.fetching.looking import look_at
from rag.index.versions import changes_in_use
from rag.publishing.publication import Prepared, with_checked
from rag.settings import Settings
from rag.sources.reading_process import ReadFiles, reading_isolated

CLOCK_S = 30.0  # between looks at the clock
_PATIENCE_S = 10.0  # of the service's end, for what is being fetched

_log = logging.getLogger(__name__)


class SourceWatch:
    """Of one process."""

    def __init__(self, settings: Settings, store: Store, jobs: Jobs) -> None:
        self._settings = settings
        self._store = store
        self._jobs = jobs
        self._stop = threading.Event()
        self._asked: threading.Thread | None = None

    @property
    def sources(self) -> tuple[Watched, ...]:
        """As the file names them now. Raises BadCorpusFile."""
        return load_watched(self._settings.corpus_dir)

    @property
    def running(self) -> bool:
        """Whether a look that was asked for here goes on."""
        return self._asked is not None and self._asked.is_alive()

    def look(self, sources: Sequence[Watched], told: Callable[[Looked], None] = lambda _: None) -> None:
        """Look at sources, one after another, each of which is told of. Raises SourcesBusy."""
        with self._alone():
            self._look_at(sources, told)

    def begin(self, sources: Sequence[Watched]) -> None:
        """The same, beside what goes on. Raises SourcesBusy."""
        lock = self._lock()

        def work() -> None:
            try:
                self._look_at(sources)
            except Exception as error:  # what nobody foresaw ends the look, not the service
                log_failure(error)
            finally:
                lock.release()

        self._asked = threading.Thread(target=work, name="sources", daemon=True)
        self._asked.start()

    def look_when_due(self, now: datetime) -> None:
        """Look at those whose last look is too long ago. Raises SourcesBusy, BadCorpusFile."""
        every = timedelta(minutes=self._settings.sources_every_minutes)
        if every and (sources := self.sources):
            with self._alone():  # whether it is due is told by whoever looked last
                self._store.prepare()
                with self._store.engine.connect() as connection:
                    looks = {each.name: last_look(connection, each.name) for each in sources}
                due = [each for each in sources if (last := looks[each.name]) is None or now - last.at >= every]
                self._look_at(due)

    async def run(self) -> None:
        """Look by the clock, as long as the service runs; what fails is logged once."""
        looking = LoggedOnce()
        while self._settings.sources_every_minutes and not self._stop.is_set():
            await looking.do(self._look_now)
            await asyncio.sleep(CLOCK_S)

    def _look_now(self) -> None:
        with suppress(SourcesBusy):
            self.look_when_due(datetime.now(UTC))

    def stop(self) -> None:
        """Tell a look to end, with the service; what it has not seen has not vanished."""
        self._stop.set()

    def join(self) -> None:
        """Until it has ended, where it does so in time."""
        if self._asked is not None:
            self._asked.join(_PATIENCE_S)

    def _look_at(self, sources: Sequence[Watched], told: Callable[[Looked], None] = lambda _: None) -> None:
        self._store.prepare()
        for source in sources:
            if self._stop.is_set():
                return
            with reading_isolated(self._settings.max_file_bytes, self._settings.recognised_dir) as read:
                looked = self._looked(source, read)
            if source.publish:
                looked = self._published(source, looked)
            with self._store.engine.begin() as connection:
                keep_look(connection, looked)
            for failure in looked.failures:
                _log.warning("Source %s: %s %s %s", source.name, failure.path, failure.reason, failure.detail)
            told(looked)

    def _looked(self, source: Watched, read: ReadFiles) -> Looked:
        made = SourceDrafts(self._settings, self._store, source, read)
        known = {path: kept.mark for path, kept in made.kept.items() if not kept.gone}
        seen: set[str] = set()
        changed: list[str] = []
        vanished: list[str] = []
        failures: list[Failure] = []
        try:
            for found in look_at(Look(source, self._settings, known, self._stop)):
                seen.add(found.path)
                if not is_plain(found.path):
                    failures.append(Failure.of_draft(shown_path(found.path), "bad_id", shown_path(found.path)))
                    continue
                if isinstance(found, Unfetched):
                    failures.append(Failure.of_source(found.path, found.failure))
                    continue
                taken = made.take(found, found.content) if found.content is not None else None
                if isinstance(taken, Failure):
                    failures.append(taken)
                elif taken is not None:
                    changed.append(taken)
            gone = [path for path, kept in made.kept.items() if path not in seen and not kept.gone]
            vanished = [each for each in map(made.vanish, gone) if each is not None]
        except SourceUnavailable as failure:  # nobody knows what is there: nothing has vanished
            failures.insert(0, Failure.of_source("", failure))
        return _looked(source, len(seen), changed, vanished, failures)

    def _published(self, source: Watched, looked: Looked) -> Looked:
        """Publish the drafts of a source that wait, those of earlier looks too. What an editor has withdrawn, is at
        work on or has put together with others waits for an editor."""
        who = identity_of(source)
        with self._store.engine.connect() as connection:
            waiting = drafts.made_by(connection, who.name, "open")
        published: list[str] = []
        failures: list[Failure] = []
        for each in reversed(waiting):
            with self._store.engine.connect() as connection:
                draft = drafts.find(connection, each.id)  # as it is when its turn has come
                collected = drafts.together_with(connection, each.id) is not None
            if draft is None or draft.status != "open" or collected:
                continue
            changes = changes_in_use(self._settings)
            change = draft.change
            if not isinstance(change, PutDocument) or change.rules or change.id in changes.withdrawn:
                continue
            if self._stop.is_set():
                break
            try:
                with_checked(self._settings, changes, [Prepared(change, draft.seen)])
                job = self._jobs.start(draft, who)
            except ChangeOutdated:
                failures.append(Failure.of_draft(draft.file_name or "", "outdated", change.id))
                continue
            except IndexBusy:  # its draft waits for the next look
                failures.append(Failure.of_draft(draft.file_name or "", "busy", change.id))
                break
            self._jobs.wait()
            ended = self._jobs.find(job.id)
            if ended is not None and ended.status == "done":
                published.append(change.id)
            else:
                failures.append(Failure.of_draft(draft.file_name or "", "publication", change.id))
        told = looked.model_copy(update={"published": tuple(published)})
        return _with_failures(told, failures)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = self._lock()
        try:
            yield
        finally:
            lock.release()

    def _lock(self) -> FileLock:
        """Held, to be released in whichever thread. Raises SourcesBusy."""
        folder = self._settings.data_dir / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise SourcesBusy("The sources are being looked at already. Try again when that is done.") from None
        return lock


def _looked(
    source: Watched,
    files: int,
    changed: Collection[str],
    vanished: Collection[str],
    failures: list[Failure],
) -> Looked:
    at = datetime.now(UTC)
    made = Looked(source=source.name, at=at, files=files, changed=tuple(changed), vanished=tuple(vanished))
    return _with_failures(made, failures)


def _with_failures(looked: Looked, failures: list[Failure]) -> Looked:
    kept = (*looked.failures, *failures)[:MAX_FAILURES]
    return looked.model_copy(update={"failed": looked.failed + len(failures), "failures": kept})
