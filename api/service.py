"""The chatbot as one process holds it: not open yet, open, asked in worker threads, kept up to date."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from api.audit_keeping import export_new, forget
from api.drafts import contents_of_open
from api.jobs import Jobs
from api.metrics import Metrics
from api.problems import LoggedOnce, log_failure
from api.reading import Asker, TheAccess
from api.schemas import ChatRequest
from api.sessions import Sessions
from api.source_watch import SourceWatch
from api.store import Store
from api.telemetry import Telemetry
from api.turns import Turns
from api.webhook import Telling
from rag.answering.clock import Clock
from rag.answering.compose import Heard
from rag.chatbot import Chatbot
from rag.errors import BadQuestion, ChangesLost, IndexBusy, OhjenuoraError
from rag.index.first import first_index
from rag.index.versions import documents_of
from rag.publishing.cleanup import forget_contents
from rag.settings import Settings
from rag.types import Access, Answer, Citation, Document, Language, Passage, Statement

REFRESH_EVERY_S = 1.0
QUIET_S = 0.05  # between looks whether anybody still waits for an answer
# An answer keeps a core busy: more threads make all answers slower. Further questions wait without a thread.
ASKED_AT_ONCE = 8
# From a question to its answer, waiting included; a language model's time comes on top of it.
ANSWER_S = 30.0
# Questions of a conversation that its asker keeps, read again before the new one: each takes the time of an answer,
# 57 ms (docs/measurements.md). A longer chain of follow-ups, each leaning on the one before, loses its beginning.
MAX_EARLIER = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of an answer that is still being written, with what it cites."""

    statement: Statement
    citations: tuple[Citation, ...]


class Service:
    """chatbot is None until it is open. started: by the monotonic clock."""

    def __init__(self, settings: Settings, chatbot: Chatbot | None = None, telemetry: Telemetry | None = None) -> None:
        self.chatbot = chatbot
        self._telemetry = telemetry
        self.started = time.monotonic()
        self.metrics = Metrics()
        self.settings = settings
        self.store = Store(settings, self._redact)
        self.jobs = Jobs(settings, self.store, self.follow)
        self.sources = SourceWatch(settings, self.store, self.jobs)
        self.telling = Telling(settings, self.store)
        answer_s = ANSWER_S + (settings.llm_last_token_s if settings.llm_base_url else 0)
        self._stopped = threading.Event()
        self._turns = Turns(ASKED_AT_ONCE, settings.waiting_questions, answer_s)

    async def ask(
        self, chat: ChatRequest, asker: Asker, page_language: Language, earlier: Sequence[str] = ()
    ) -> Answer:
        """page_language: what text is taken for that does not tell its language. earlier: the questions before, the
        oldest first, of a conversation that the asker keeps.

        Raises HTTPException 503 while the chatbot is not open, too many wait, or it takes too long; BadQuestion for
        text that is no question.
        """
        return await self._begin(chat, asker, page_language, earlier)

    def ask_aloud(
        self, chat: ChatRequest, asker: Asker, page_language: Language, earlier: Sequence[str] = ()
    ) -> AsyncIterator[Said | Answer]:
        """The statements as they are sure, then the answer. Raises what ask() raises: at once, or while answering."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[Said | None] = asyncio.Queue()

        def heard(statement: Statement, citations: Sequence[Citation]) -> None:
            loop.call_soon_threadsafe(waiting.put_nowait, Said(statement, tuple(citations)))

        asking = self._begin(chat, asker, page_language, earlier, heard)
        asking.add_done_callback(lambda _: waiting.put_nowait(None))
        return self._aloud(asking, waiting)

    async def search(self, query: str, k: int, language: Language | None, asker: Asker) -> list[Passage]:
        """The passages nearest to the query. Takes turns with the questions, and raises 503 as ask() does."""
        chatbot = self.opened()
        return await self._turns.begin(lambda: chatbot.read_by(asker.access).search(query, k, language), asker.client)

    @staticmethod
    async def _aloud(asking: asyncio.Task[Answer], told: asyncio.Queue[Said | None]) -> AsyncIterator[Said | Answer]:
        try:
            while (said := await told.get()) is not None:
                yield said
            yield await asking
        finally:
            asking.cancel()  # nobody listens any more

    def _begin(
        self,
        chat: ChatRequest,
        asker: Asker,
        page_language: Language,
        earlier: Sequence[str],
        heard: Heard | None = None,
    ) -> asyncio.Task[Answer]:
        """heard is told each statement in a worker thread."""
        work = partial(self._ask_and_remember, self.opened(), chat, asker.access, page_language, earlier, heard)
        return self._turns.begin(work, asker.client)

    def _ask_and_remember(
        self,
        whole: Chatbot,
        chat: ChatRequest,
        access: Access,
        page_language: Language,
        earlier: Sequence[str],
        heard: Heard | None,
    ) -> Answer:
        chatbot = whole.read_by(access)
        conversation = _brought_back(chatbot, earlier, page_language) if earlier else chat.conversation_id
        clock = Clock()
        try:
            answer = chatbot.ask(
                chat.text, chat.language, conversation, chat.tool, chat.as_of, heard, page_language, clock
            )
        except Exception as error:
            if self._telemetry is not None:
                self._telemetry.failed(error, clock)
            raise
        self.store.remember(answer.asked, answer, date.today())
        self.metrics.answered(answer)
        if self._telemetry is not None:
            self._telemetry.answered(answer, clock)
        return answer

    def _redact(self, text: str) -> str:
        return self.opened().without_personal_data(text)

    def follow(self) -> None:
        """Take the version in use now, at once and not at the next look: who is told that it is in use asks it next."""
        if self.chatbot is not None:
            try:
                self.chatbot.refresh()
            except OhjenuoraError as error:  # the index that is open stays in use; run() tries again
                log_failure(error)

    def _keep_up(self, chatbot: Chatbot) -> None:
        try:
            chatbot.refresh()
        finally:  # what is old is deleted, also while a new version cannot be opened
            if self.store.forget_daily(date.today()):
                self._forget_contents()
                now = datetime.now(UTC)
                Sessions(self.settings, self.store.engine).forget(now)
                self._keep_audit_log(now)

    def _keep_audit_log(self, now: datetime) -> None:
        """Written out first: what goes is kept where the setting says."""
        with self.store.engine.begin() as connection:
            if self.settings.audit_export_dir is not None:
                export_new(connection, self.settings.audit_export_dir)
            if self.settings.audit_days and (
                gone := forget(connection, now - timedelta(days=self.settings.audit_days))
            ):
                _log.info("%d entries of the audit log older than %d days deleted", gone, self.settings.audit_days)

    def _forget_contents(self) -> None:
        with self.store.engine.connect() as connection:
            needed = contents_of_open(connection)
        try:
            if gone := forget_contents(self.settings, needed):
                _log.info("%d uploads and edits that nothing needs any more deleted", gone)
        except (IndexBusy, ChangesLost) as error:
            _log.warning("Uploads that nothing needs stay until tomorrow: %s", error)

    def opened(self) -> Chatbot:
        if self.chatbot is None:
            raise HTTPException(503, headers={"Retry-After": "5"})
        return self.chatbot

    def document(self, document_id: str, access: Access, version: str | None = None) -> Document | None:
        """A document as it stands in a version of the index that is kept; without a version, in the one in use.

        Whoever may read how it stood must still be permitted to: it may have become a document of a group since.
        """
        if version is None:
            return self.opened_for(access).document(document_id)
        present = self.opened().document(document_id)
        if present is not None and not access.permits(present.metadata):
            return None
        return (documents_of(self.settings, version, access) or {}).get(document_id)

    def opened_for(self, access: Access) -> Chatbot:
        """What there is for somebody. Raises HTTPException 503 while it is not open."""
        return self.opened().read_by(access)

    def _prepare(self, chatbot: Chatbot) -> None:
        """Encode what will be asked of, while nobody waits for an answer."""

        def ends() -> bool:
            while self._turns.taken and not self._stopped.wait(QUIET_S):
                pass
            return self._stopped.is_set()

        try:
            chatbot.prepare(ends)
        except Exception as error:  # the passages are encoded when they are asked for
            log_failure(error)

    def stop(self) -> None:
        """End the work under way, and tell the collector what it does not know yet."""
        self._stopped.set()
        self.sources.stop()
        self.jobs.stop()
        self.sources.join()  # a look may have waited for a publication
        if self._telemetry is not None:
            self._telemetry.stop()

    def _open(self) -> Chatbot:
        if report := first_index(self.settings):
            for failure in report.told_failures():
                _log.warning("%s", failure)
            _log.info("The first index is built: %s", report.told())
        chatbot = Chatbot.open(self.settings)
        closed = sum(bool(each.metadata.groups) for each in chatbot.documents())
        if closed and self.settings.chat_sign_in == "off":
            _log.warning(
                "%d documents are for groups, and readers do not sign in: administrators alone read them", closed
            )
        return chatbot

    async def run(self) -> None:
        """Open the chatbot, over an index that is built where there is none; then look for a newer one every second.
        Raises SystemExit(1) if it cannot be opened."""
        if self.chatbot is None:
            try:
                self.chatbot = await asyncio.to_thread(self._open)
            except OhjenuoraError as error:
                _log.critical("%s", error)
                raise SystemExit(1) from None  # passes through the event loop and ends the process with status 1
            except Exception as error:
                log_failure(error)
                raise SystemExit(1) from None
        keeping_up = LoggedOnce()  # where it fails, the index that is open stays in use
        preparing: asyncio.Task[None] | None = None
        while True:
            if preparing is None or preparing.done():
                preparing = asyncio.create_task(asyncio.to_thread(self._prepare, self.chatbot))
            await asyncio.sleep(REFRESH_EVERY_S)
            await keeping_up.do(partial(self._keep_up, self.chatbot))


def _brought_back(chatbot: Chatbot, questions: Sequence[str], page_language: Language) -> str | None:
    """The id of a conversation in which these have been asked, None where none of them is a question.

    They were answered, counted and remembered when they were new: here they are only understood, without the language
    model. Of them the last MAX_EARLIER.
    """
    quiet, conversation = chatbot.worded_by(None), None
    for question in questions[-MAX_EARLIER:]:
        with suppress(BadQuestion):  # it was refused then
            conversation = quiet.ask(question, None, conversation, page_language=page_language).conversation_id
    return conversation


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def chatbot_of(request: Request, access: TheAccess) -> Chatbot:
    """What there is for whoever asks."""
    return service_of(request).opened_for(access)


def store_of(request: Request) -> Store:
    """The store with its tables in place."""
    store = service_of(request).store
    store.prepare()
    return store


TheService = Annotated[Service, Depends(service_of)]
TheChatbot = Annotated[Chatbot, Depends(chatbot_of)]
TheStore = Annotated[Store, Depends(store_of)]


def jobs_of(request: Request, store: TheStore) -> Jobs:
    return service_of(request).jobs  # the store has its tables by now


TheJobs = Annotated[Jobs, Depends(jobs_of)]
