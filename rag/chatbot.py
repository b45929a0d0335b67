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

from rag.chunking import versions_of
from rag.compose import Frame, compose, refuse
from rag.concepts import Concepts
from rag.conversation import Conversations, Turn, readings_of
from rag.coverage import Bags
from rag.decisions import Ruling, rule_on, rules_on_other_data
from rag.embedding import Embedder, Vectors
from rag.evidence import Evidence, Weigher
from rag.index import Index, current_version, open_index
from rag.judge import Decision, Surroundings, decide, follow_ups
from rag.language import detect_language
from rag.lexical import terms_of
from rag.matching import Match, Matcher
from rag.question import Question, check_question, read_question
from rag.retrieval import Retriever
from rag.rulings import Rulings
from rag.settings import Settings
from rag.spelling import Speller
from rag.types import Answer, Document, Language, Passage
from rag.validity import documents_on
from rag.words import Lexicon

SEARCH_MARGIN = 9  # passages below the wanted k that a search may still lift
CANDIDATES = 8  # passages that are judged; the eighth was the right one for 2 of 213 Finnish questions


@dataclass(frozen=True)
class _Open:
    """One version of the index with what asks it; replaced as a whole when a new version is published."""

    index: Index
    concepts: Concepts
    retriever: Retriever
    weigher: Weigher
    matcher: Matcher
    speller: Speller
    rulings: Rulings


@dataclass(frozen=True)
class _Asked:
    """One reading of what was typed, with all that was found out about it."""

    question: Question
    decision: Decision
    ruling: Ruling | None
    candidates: list[Evidence]
    matches: list[Match]


class Chatbot:
    """The service: an open index and the model that asks it. Safe to call from several threads."""

    def __init__(self, settings: Settings, embedder: Embedder, lexicon: Lexicon) -> None:
        self._settings = settings
        self._embedder = embedder
        self._lexicon = lexicon
        self._switching = threading.Lock()
        self._conversations = Conversations()
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
        before = self._conversations.last(conversation_id)
        day = as_of or date.today()
        # 1 what the text may mean after what was said before, 2 find, rule and judge each meaning, 3 take the surest
        meanings = readings_of(f"{text} ({tool})" if tool else text, before, self._lexicon, opened.concepts)
        tried = [self._try(opened, meaning, language, before, day, clock) for meaning in meanings]
        asked = max(tried, key=lambda each: each.decision.confidence)
        conversation_id = conversation_id or uuid.uuid4().hex
        self._conversations.remember(conversation_id, Turn(asked.question.text, asked.question.language))
        # 4 say it
        frame = Frame(
            answer_id=uuid.uuid4().hex,
            conversation_id=conversation_id,
            index_version=opened.index.version,
            day=day,
            contact=opened.rulings.contact(asked.question.language),
            timings_ms=clock.timings_ms,
        )
        return self._say(opened, asked, frame)

    def search(self, query: str, k: int = 5, language: Language | None = None) -> list[Passage]:
        """The k best passages for a query, best first, without judging whether they answer it."""
        opened = self._open
        text = check_question(query, language or "fi")
        question = read_question(text, language, self._lexicon, opened.concepts)
        terms = terms_of(text, question.language, self._lexicon, opened.concepts, asked=True)
        hits = opened.retriever.find(self._embedder.embed_query(text), terms, k + SEARCH_MARGIN)
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
            for hit in opened.weigher.rank(question, hits)[:k]
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
        return _Open(
            index,
            concepts,
            Retriever(index),
            Weigher(index, Bags(self._lexicon, concepts)),
            Matcher(index.examples, index.example_vectors, index.recogniser, self._lexicon, concepts),
            Speller(own_texts(index), self._lexicon, self._embedder.is_one_piece),
            Rulings(index.rulebook, concepts, index.documents, index.chunks),
        )

    def _try(
        self,
        opened: _Open,
        text: str,
        language: Language | None,
        before: Turn | None,
        day: date,
        clock: _Clock,
    ) -> _Asked:
        """Read one meaning, find what may answer it, rule on it and decide."""
        index = opened.index
        in_force = documents_on(day, index.documents)
        language = language or detect_language(text, fallback=before.language if before else "fi")
        text = opened.speller.correct(text, language)
        embedding = self._beside.submit(self._embed, text, clock)
        with clock.step("analyse"):
            question = read_question(text, language, self._lexicon, opened.concepts)
            terms = terms_of(text, language, self._lexicon, opened.concepts, asked=True)
        vector = embedding.result()
        with clock.step("match"):
            recognised_by = self._embedder.question_vector(text, vector)
            matches = opened.matcher.without(
                opened.matcher.match(question, recognised_by, in_force),
                rules_on_other_data(question, index.rulebook.rules, opened.concepts.by_id),
            )
            ruling = rule_on(
                question, index.rulebook, opened.concepts.by_id, in_force, day, opened.matcher.likely_places(matches)
            )
            ruled = ruling.places() if ruling else {}
        with clock.step("retrieve"):
            also = opened.weigher.chunks_to_weigh(matches, ruled)
            hits = opened.retriever.find(vector, terms, CANDIDATES, also, in_force)
        with clock.step("judge"):
            candidates = opened.weigher.weigh(question, hits, matches, ruled)
            around = Surroundings(opened.retriever.mean_cosine(vector), opened.matcher.nowhere_share(recognised_by))
            decision = decide(question, candidates, matches, opened.weigher, around)
        return _Asked(question, decision, ruling, candidates, matches)

    def _say(self, opened: _Open, asked: _Asked, frame: Frame) -> Answer:
        """The ruling, the register, the quotes, or a refusal: the first that there is."""
        question, decision = asked.question, asked.decision
        documents, rulings = opened.index.documents, opened.rulings
        if asked.ruling is not None and any(each.features.ruled for each in decision.evidence):
            said = rulings.ruled(asked.ruling, asked.candidates, question)
        elif decision.topic is not None and decision.topic.register:
            approvals = rulings.registered(question, frame.day)
            if approvals is None:
                because = rulings.nothing_registered(question)
                return refuse(decision, question, documents, frame, because=because)
            said = approvals
        elif decision.answers:
            said = rulings.quoted(decision.evidence, question)
        else:
            missing = opened.weigher.unnamed(question, asked.candidates)
            suspended = rulings.suspended(question)
            return refuse(decision, question, documents, frame, missing, notices=suspended)
        ask_next = follow_ups(asked.matches, decision.evidence, opened.matcher.targets, question.language)
        return compose(said, decision, question, documents, frame, ask_next)

    def _embed(self, text: str, clock: _Clock) -> Vectors:
        with clock.step("embed"):
            return self._embedder.embed_query(text)


def own_texts(index: Index) -> Iterator[tuple[Language, str]]:
    """What the version's sources and example questions say, with the language of each."""
    for chunk in index.chunks:
        for version in versions_of(chunk, index.documents[chunk.document_id]):
            yield version.language, f"{version.context}\n{version.text}"
    for example in index.examples.examples:
        yield example.language, example.text


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
