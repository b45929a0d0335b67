"""ask(): from a question to a cited answer or an honest refusal. The steps stand in one place, in order."""

from __future__ import annotations

import gc
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from rag.compose import Frame, compose
from rag.concepts import Concepts
from rag.coverage import Bags
from rag.embedding import Embedder, Vectors
from rag.evidence import Judge
from rag.index import Index, current_version, open_index
from rag.lexical import terms_of
from rag.question import Question, check_question, read_question
from rag.retrieval import Hit, Retriever
from rag.settings import Settings
from rag.types import Answer, Document, Language, Passage
from rag.words import Lexicon

SEARCH_MARGIN = 9  # passages below the wanted k that a search may still lift
CANDIDATES = 8  # passages that are judged; the eighth was the right one for 2 of 213 Finnish questions


@dataclass(frozen=True)
class _Open:
    """One version of the index with what asks it; replaced as a whole when a new version is published."""

    index: Index
    concepts: Concepts
    retriever: Retriever
    judge: Judge


class Chatbot:
    """The service: an open index and the model that asks it. Safe to call from several threads."""

    def __init__(self, settings: Settings, embedder: Embedder, lexicon: Lexicon) -> None:
        self._settings = settings
        self._embedder = embedder
        self._lexicon = lexicon
        self._switching = threading.Lock()
        # Embedding and the analysis of words run side by side: the model computes outside Python's lock.
        self._beside = ThreadPoolExecutor(max_workers=4, thread_name_prefix="embed")
        self._open = self._open_current()

    @classmethod
    def open(cls, settings: Settings) -> Chatbot:
        """Load the model and the current index.

        Raises IndexMissing, IndexMismatch (both name the command that mends it) or ModelUnavailable.
        """
        # The libraries make a million objects that stay. Looking for garbage among them costs a sixth of the start,
        # and again with every later collection.
        gc.disable()
        try:
            lexicon = Lexicon(settings.data_dir)
            with ThreadPoolExecutor(max_workers=1) as beside:
                analyser = beside.submit(lexicon.warm_up)
                embedder = Embedder.load(settings)
                analyser.result()
            chatbot = cls(settings, embedder, lexicon)
            for warm_up in ("Saako palvelua käyttää?", "Får man använda tjänsten?", "May one use the service?"):
                chatbot.ask(warm_up)  # pages in the model, the index and the detector before the first user comes
            gc.freeze()
        finally:
            gc.enable()
        return chatbot

    def ask(
        self,
        question: str,
        language: Language | None = None,
        conversation_id: str | None = None,
        tool: str | None = None,
        as_of: date | None = None,
    ) -> Answer:
        """One answer. Raises BadQuestion (message in the asker's language) for text that is no question.

        tool names the AI service that the question is about; as_of is the day whose guidance is asked for.
        """
        opened = self._open  # the whole answer comes from one version, also when another is published meanwhile
        clock = _Clock()
        text = check_question(question, language or "fi")
        if tool:
            text = f"{text} ({tool})"
        asked, hits = self._retrieve(opened, text, language, CANDIDATES, clock)
        with clock.step("judge"):
            decision = opened.judge.decide(asked, opened.judge.weigh(asked, hits))
        frame = Frame(
            answer_id=uuid.uuid4().hex,
            conversation_id=conversation_id or uuid.uuid4().hex,
            index_version=opened.index.version,
            today=as_of or date.today(),
            timings_ms=clock.timings_ms,
        )
        return compose(decision, asked, opened.index.documents, frame)

    def search(self, query: str, k: int = 5, language: Language | None = None) -> list[Passage]:
        """The k best passages for a query, best first, without judging whether they answer it."""
        opened = self._open
        text = check_question(query, language or "fi")
        asked, hits = self._retrieve(opened, text, language, k + SEARCH_MARGIN, _Clock())
        return [
            Passage(
                hit.chunk.document_id,
                hit.chunk.section,
                hit.chunk.page,
                hit.chunk.span.of(opened.index.documents[hit.chunk.document_id].text),
                hit.chunk.span.start,
                hit.chunk.span.end,
                hit.score,
            )
            for hit in opened.judge.rank(asked, hits)[:k]
        ]

    def documents(self) -> list[Document]:
        """The documents of the version in use, sorted by id."""
        return list(self._open.index.documents.values())

    def document(self, document_id: str) -> Document | None:
        return self._open.index.documents.get(document_id)

    @property
    def index(self) -> Index:
        """The version in use."""
        return self._open.index

    def refresh(self) -> bool:
        """Switch to a newer version if one was published; True if it switched. Cheap to call every second."""
        if current_version(self._settings) == self._open.index.version:
            return False
        with self._switching:
            if current_version(self._settings) == self._open.index.version:
                return False
            self._lexicon.reload()
            self._open = self._open_current()
            return True

    def _open_current(self) -> _Open:
        index = open_index(self._settings, self._embedder.fingerprint)
        concepts = Concepts(index.concepts, self._lexicon)
        return _Open(index, concepts, Retriever(index), Judge(index, Bags(self._lexicon, concepts)))

    def _retrieve(
        self, opened: _Open, text: str, language: Language | None, k: int, clock: _Clock
    ) -> tuple[Question, list[Hit]]:
        embedding = self._beside.submit(self._embed, text, clock)
        with clock.step("analyse"):
            asked = read_question(text, language, self._lexicon, opened.concepts)
            terms = terms_of(text, asked.language, self._lexicon, opened.concepts, asked=True)
        vector = embedding.result()
        with clock.step("retrieve"):
            return asked, opened.retriever.find(vector, terms, k)

    def _embed(self, text: str, clock: _Clock) -> Vectors:
        with clock.step("embed"):
            return self._embedder.embed_query(text)


class _Clock:
    """Milliseconds of each step, and of all."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self._steps[name] = round(1000 * (time.perf_counter() - started), 2)

    @property
    def timings_ms(self) -> dict[str, float]:
        return {**self._steps, "total": round(1000 * (time.perf_counter() - self._started), 2)}
