"""ask(): from a question to a cited answer or an honest refusal. The steps stand in one place, in order."""

from __future__ import annotations

import copy
import gc
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from rag.choices import Choices, choices
from rag.clock import Clock
from rag.compose import Frame, Heard, Speaker, compose, refuse, telling_removed
from rag.conversation import Conversations, Turn, readings_of
from rag.embedding import Embedder, Vectors
from rag.index import Index, current_version, open_index
from rag.judge import Decision, decide, follow_ups
from rag.language import detect_language
from rag.language_model import language_model
from rag.opened import Considered, Opened
from rag.question import Question, check_question
from rag.rules import Organisation
from rag.settings import Settings
from rag.types import Answer, Document, Language, Passage
from rag.words import Lexicon
from rag.writer import Writer, with_notice


@dataclass(frozen=True)
class _Asked:
    """One reading of what was typed, with all that was found out about it, and what was decided."""

    found: Considered
    decision: Decision


class Chatbot:
    """The service: an open index and the model that asks it. Safe to call from several threads."""

    def __init__(self, settings: Settings, embedder: Embedder, lexicon: Lexicon, writer: Writer | None = None) -> None:
        self._settings = settings
        self._writer = writer
        self._embedder = embedder
        self._lexicon = lexicon
        self._switching = threading.Lock()
        self._conversations = Conversations()
        # Embedding and the analysis of words run side by side: the model computes outside Python's lock.
        self._beside = ThreadPoolExecutor(max_workers=4, thread_name_prefix="embed")
        self._open = self._opened(None)

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
            if model := language_model(settings):
                chatbot._writer = Writer(model, lexicon)
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
        heard: Heard | None = None,
    ) -> Answer:
        """One answer. Raises BadQuestion (message in the asker's language) for text that is no question.

        tool names the AI service that the question is about; as_of is the day whose guidance is asked for. heard is
        told each statement, with what it cites, as soon as it is sure to stand in the answer.
        """
        opened = self._open  # the whole answer comes from one version, also when another is published meanwhile
        clock = Clock()
        # 0 personal data goes before anything else happens to the text: nothing below ever sees it
        redaction = opened.redactor.redact(check_question(question, language or "fi"), language)
        text = redaction.text
        tool = opened.redactor.redact(tool, language).text if tool else None
        before = self._conversations.last(conversation_id)
        day = as_of or date.today()
        # 1 what the text may mean after what was said before, 2 find, rule and judge each meaning, 3 take the surest
        meanings = self._meanings(f"{text} ({tool})" if tool else text, before, opened)
        tried = [self._try(opened, meaning, language, before, day, clock) for meaning in meanings]
        asked = max(tried, key=lambda each: each.decision.confidence)
        conversation_id = conversation_id or uuid.uuid4().hex
        self._conversations.remember(conversation_id, Turn(asked.found.question.text, asked.found.question.language))
        # 4 say it
        frame = Frame(
            answer_id=uuid.uuid4().hex,
            conversation_id=conversation_id,
            index_version=opened.index.version,
            day=day,
            contact=opened.rulings.contact(asked.found.question.language),
            timings_ms=clock.timings_ms,
        )
        answer = self._say(opened, asked, frame, before if meanings != [text] else None, heard)
        return telling_removed(answer, redaction.kinds)

    def search(self, query: str, k: int = 5, language: Language | None = None) -> list[Passage]:
        """The k best passages for a query, best first, without judging whether they answer it."""
        opened = self._open
        text = opened.redactor.redact(check_question(query, language or "fi"), language).text
        return opened.search(opened.read(text, language or detect_language(text)), self._embedder.embed_query(text), k)

    def without_personal_data(self, text: str) -> str:
        """The text as it may be kept: what is personal in it is replaced by the name of its kind."""
        return self._open.redactor.redact(text, None).text

    def read(self, text: str, language: Language | None = None) -> Question:
        """What the service makes of a question: its language, its words, the concepts that it names."""
        text = check_question(text, language or "fi")
        language = language or detect_language(text)
        return self._open.read(self._open.speller.correct(text, language), language)

    def documents(self) -> list[Document]:
        """The documents of the version in use, sorted by id."""
        return list(self._open.index.documents.values())

    def document(self, document_id: str) -> Document | None:
        return self._open.index.documents.get(document_id)

    def choices(self, language: Language) -> Choices:
        """The services and the classes of data that a reader may choose from today."""
        index = self._open.index
        return choices(index.concepts, index.rulebook, language, date.today())

    def organisation(self) -> Organisation:
        """Whose installation this is."""
        return self._open.index.rulebook.organisation

    @property
    def index(self) -> Index:
        """The version in use."""
        return self._open.index

    @property
    def opened(self) -> Opened:
        """The version in use, with all that asks it."""
        return self._open

    @property
    def writer(self) -> Writer | None:
        """What words the answers, None where they are taken from the sources as they are."""
        return self._writer

    def worded_by(self, writer: Writer | None) -> Chatbot:
        """The same open version and conversations, with answers worded by another."""
        other = copy.copy(self)
        other._writer = writer
        return other

    def at_version(self, version: str) -> Chatbot:
        """The same model, answering from another version. Raises what opening an index raises."""
        other = copy.copy(self)
        other._open = self._opened(self._open, version)
        return other

    @property
    def embedder(self) -> Embedder:
        return self._embedder

    def refresh(self) -> bool:
        """Switch to a newer version if one was published; True if it switched. Cheap to call every second."""
        if current_version(self._settings) == self._open.index.version:
            return False
        with self._switching:
            if current_version(self._settings) == self._open.index.version:
                return False
            self._lexicon.reload()
            self._open = self._opened(self._open)
            return True

    def _opened(self, earlier: Opened | None, version: str | None = None) -> Opened:
        index = open_index(self._settings, self._embedder.fingerprint, version)
        return Opened.of(index, self._lexicon, self._embedder, earlier)

    def _try(
        self, opened: Opened, text: str, language: Language | None, before: Turn | None, day: date, clock: Clock
    ) -> _Asked:
        """Read one meaning, find what may answer it, rule on it and decide."""
        language = language or detect_language(text, fallback=before.language if before else "fi")
        text = opened.speller.correct(text, language)
        embedding = self._beside.submit(self._embed, text, clock)
        with clock.step("analyse"):
            question = opened.read(text, language)
            terms = opened.terms(question)
        vectors = self._embedder.question_vector(text, embedding.result())
        found = opened.consider(question, terms, vectors, day, clock)
        return _Asked(found, decide(question, found.candidates, found.matches, opened.weigher, found.around))

    def _meanings(self, text: str, before: Turn | None, opened: Opened) -> list[str]:
        """What the text may stand for; a language model, where there is one, may add a reading of a follow-up."""
        meanings = readings_of(text, before, self._lexicon, opened.concepts)
        if self._writer is not None and before is not None and meanings != [text]:
            rewritten = self._writer.rewrite(text, before.question, before.language)
            if rewritten is not None and rewritten not in meanings:
                meanings.append(rewritten)
        return meanings

    def _say(self, opened: Opened, asked: _Asked, frame: Frame, before: Turn | None, heard: Heard | None) -> Answer:
        """The ruling, the register, the quotes, or a refusal: the first that there is."""
        found, decision = asked.found, asked.decision
        question = found.question
        documents, rulings = opened.index.documents, opened.rulings
        if found.ruling is not None and any(each.features.ruled for each in decision.evidence):
            said = rulings.ruled(found.ruling, found.candidates, question)
        elif decision.topic is not None and decision.topic.register:
            approvals = rulings.registered(question, frame.day)
            if approvals is None:
                because = rulings.nothing_registered(question)
                return refuse(decision, question, documents, frame, because=because)
            said = approvals
        elif decision.answers:
            said = rulings.quoted(decision.evidence, question)
        else:
            missing = opened.weigher.unnamed(question, found.candidates)
            suspended = rulings.suspended(question)
            return refuse(decision, question, documents, frame, missing, notices=suspended)
        ask_next = follow_ups(found.matches, decision.evidence, opened.matcher.targets, question.language)
        generation, left_open = None, said.left_open
        if self._writer is not None:
            speaker = Speaker(documents, frame.day, heard)
            said, generation = self._writer.write(
                said,
                question.text,
                before.question if before else None,
                question.language,
                opened.grounding,
                lambda place: opened.said_at(place.document_id, place.span),
                speaker.say,
            )
            said = with_notice(said, generation, question.language)
        answer = compose(said, decision, question, documents, frame, ask_next)
        return replace(answer, generation=generation, left_open=left_open)

    def _embed(self, text: str, clock: Clock) -> Vectors:
        with clock.step("embed"):
            return self._embedder.embed_query(text)
