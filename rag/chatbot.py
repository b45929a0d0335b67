"""ask(): from a question to a cited answer or an honest refusal. The steps stand in one place, in order."""

from __future__ import annotations

import copy
import gc
import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from rag.answering.choices import Choices, choices
from rag.answering.clock import Clock
from rag.answering.compose import Frame, Heard, Speaker, compose, refuse, small_answer, telling_removed, together
from rag.answering.conversation import Conversations, Reading, Turn, with_service
from rag.answering.judge import Decision, decide
from rag.answering.language_model import language_model
from rag.answering.parts import parts_of
from rag.answering.pipeline import Considered, OpenVersion
from rag.answering.places import stands_at
from rag.answering.question import Question, check_question
from rag.answering.readable import Parts
from rag.answering.rule_matching import asks_whether
from rag.answering.small_talk import SmallTalk, small_talk_in
from rag.answering.statements import Said
from rag.answering.validity import documents_on
from rag.answering.writer import Writer, with_notice
from rag.curated.rules import Organisation
from rag.curated.suggestions import after, to_begin_with
from rag.index.opening import Index, current_version, open_index
from rag.language.detection import detect_language
from rag.language.packs import ALL
from rag.language.words import Lexicon
from rag.models.embedding import Embedder, Encoded
from rag.models.logistic import mismatch
from rag.models.reader import Reader
from rag.settings import Settings
from rag.types import EVERYTHING, PUBLIC, Access, Answer, Document, Language, Passage, Span

# What is said of a rule that applies, however the question compares with others: its share of right verdicts on the
# development questions (docs/measurements.md).
RULED_CONFIDENCE = 0.95

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Asked:
    """One reading of what was typed, with all that was found out about it, and what was decided."""

    reading: Reading
    found: Considered
    decision: Decision

    @property
    def rank(self) -> tuple[bool, bool, bool, float]:
        """Of several readings the highest is meant. What a rule decides is meant before what "depends": "Saako sen
        syöttää ChatGPT:hen?" asks of what was named before. And what the row that was told tells in another column
        ("what are the benefits?") is meant before what another place says."""
        first = next(iter(self.decision.evidence), None)
        is_row = first is not None and first.chunk.kind == "row"
        goes_on = first is not None and is_row and stands_at(first.chunk.document_id, first.span, self.reading.said)
        return self.decision.answers, self.found.ruling is not None, goes_on, self.decision.confidence


class Chatbot:
    """The service: an open index and the model that asks it. Safe to call from several threads."""

    def __init__(self, settings: Settings, embedder: Embedder, lexicon: Lexicon, writer: Writer | None = None) -> None:
        self._settings = settings
        self._writer = writer
        self._embedder = embedder
        self._reader = Reader.load(settings, embedder)
        self._lexicon = lexicon
        self._switching = threading.Lock()
        self._conversations = Conversations()
        self._access = EVERYTHING
        # Embedding and the analysis of words run side by side: the model computes outside Python's lock.
        self._beside = ThreadPoolExecutor(max_workers=4, thread_name_prefix="embed")
        self._open = self._opened(None)
        self._prepared: OpenVersion | None = None
        self._parts = Parts(lexicon, embedder, self._reader)
        self._read_by(PUBLIC)  # what most will ask

    @classmethod
    def open(cls, settings: Settings) -> Chatbot:
        """Load the model and the current index. Tells in the log where the decision was fitted on other models.

        Raises IndexMissing, IndexMismatch (both name the command that mends it) or ModelUnavailable.
        """
        if told := mismatch(embedding_model=settings.embedding_model):
            _log.warning("%s", told)
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
            chatbot.ask(ALL[0].sample)  # pages in the model, the index and the detector before the first user comes
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
        page_language: Language = "fi",
        clock: Clock | None = None,
    ) -> Answer:
        """One answer. Raises BadQuestion (message in the asker's language) for text that is no question.

        tool names the AI service that the question is about; as_of is the day whose guidance is asked for. heard is
        told each statement, with what it cites, as soon as it is sure to stand in the answer. page_language: what a
        text is taken for that tells none itself, where the conversation does not tell either. clock: takes the time of
        each step, for who wants to look at them.
        """
        opened = self._open  # the whole answer comes from one version, also when another is published meanwhile
        clock = clock or Clock()
        # 0 personal data goes before anything else happens to the text: nothing below ever sees it
        conversation, before = self._conversations.begun(conversation_id, self._access)
        before = before if before and opened.knows(before.cited) else None
        around = before.language if before else page_language
        with clock.step("redact"):
            redaction = opened.redactor.redact(check_question(question, language or around), language)
            text = redaction.text
            tool = opened.redactor.redact(tool, language).text if tool else None
        frame = Frame(
            answer_id=uuid.uuid4().hex,
            conversation_id=conversation.id,
            index_version=opened.index.version,
            day=as_of or date.today(),
            clock=clock,
        )
        given = language
        with clock.step("understand"):
            language = given or detect_language(text, fallback=around)
            small_talk = small_talk_in(text, language)
            parts = parts_of(text, language, self._lexicon)
        # 1 small talk asks nothing of the sources, and leaves the conversation as it was
        if small_talk is not None:
            self._conversations.remember(conversation, before)
            kind, spoken = small_talk
            friendly = self._chat(opened, kind, given or spoken, frame)
            return replace(telling_removed(friendly, redaction.kinds), asked=text, timings_ms=clock.timings_ms)
        # 2 a message may hold several questions; each leans on the one before it
        answers: list[tuple[str, Answer]] = []
        frame = replace(frame, alone=len(parts) == 1)
        service = ""  # that the message has named last
        for part in parts:
            asked = with_service(part, tool) if tool else part
            # The citations of several answers get their numbers when all are there: nothing can be told before.
            aloud = heard if len(parts) == 1 else None
            named = opened.interpreter.service_in(part) if len(parts) > 1 and not tool else ""
            beside, service = ("", named) if named else (service, service)
            answer, before = self._answer(opened, asked, language, before, frame, aloud, beside)
            answers.append((part, answer))
            if answer.reason == "unsafe":
                answers = answers[-1:]  # who asks for what is refused for its own sake gets nothing besides
                break
        self._conversations.remember(conversation, before)
        whole = together(answers, frame) if len(answers) > 1 else answers[0][1]
        return replace(telling_removed(whole, redaction.kinds), asked=text, timings_ms=clock.timings_ms)

    def search(self, query: str, k: int = 5, language: Language | None = None) -> list[Passage]:
        """The k passages that most likely answer a query, the most likely first, without judging whether they do."""
        opened = self._open
        text = opened.redactor.redact(check_question(query, language or "fi"), language).text
        language = language or detect_language(text)
        text = opened.speller.correct(text, language)
        encoded = self._reader.encode(text, self._embedder)
        return opened.search(opened.read(text, language), encoded, date.today(), k)

    def prepare(self, ends: Callable[[], bool]) -> None:
        """Encode the passages of the version in use, so that its first questions do not wait for it; at once where that
        is done. Leaves off for another version, and when ends, asked before each, says so."""
        opened = self._open
        if opened is not self._prepared:
            opened.prepare(lambda: ends() or self._open is not opened)
            self._prepared = opened

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
    def opened(self) -> OpenVersion:
        """The version in use, with all that asks it."""
        return self._open

    @property
    def writer(self) -> Writer | None:
        """What words the answers, None where they are taken from the sources as they are."""
        return self._writer

    def worded_by(self, writer: Writer | None) -> Chatbot:
        """The same open version and conversations, with answers worded by another."""
        other = self._beside_this()
        other._writer = writer
        return other

    def at_version(self, version: str) -> Chatbot:
        """The same model, answering from another version. Raises what opening an index raises."""
        other = self._beside_this()
        other._open = self._opened(self._open, version)
        return other

    def read_by(self, access: Access) -> Chatbot:
        """The same, for somebody who may read only some of the documents: of the others it has nothing to tell.

        Takes some tenths of a second for documents that nobody has asked for lately. To be asked for anew each time: it
        does not follow to the next version.
        """
        other = self._beside_this()
        other._access = access
        other._open = self._read_by(access)
        return other

    def _read_by(self, access: Access) -> OpenVersion:
        opened = self._open
        return self._parts.of(opened, access.readable(opened.index.documents.values()))

    def _beside_this(self) -> Chatbot:
        """Another that shares all but what it switches by."""
        other = copy.copy(self)
        other._switching = threading.Lock()
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
            self._read_by(PUBLIC)
            return True

    def _opened(self, earlier: OpenVersion | None, version: str | None = None) -> OpenVersion:
        index = open_index(self._settings, self._embedder.fingerprint, version)
        return OpenVersion.of(index, self._lexicon, self._embedder, self._reader, earlier)

    def _answer(
        self,
        opened: OpenVersion,
        text: str,
        language: Language,
        before: Turn | None,
        frame: Frame,
        heard: Heard | None,
        beside: str = "",
    ) -> tuple[Answer, Turn | None]:
        """The answer to one question, and the turn that a next one may lean on. beside: the service that the message
        names in the question before this one, where this one names none: it may be asked of that."""
        # 3 what the text may mean after what was said before, 4 find, rule and judge each meaning, 5 take the surest
        of_service = before is not None and before.of_service
        tried = [
            self._try(opened, reading, language, frame, of_service)
            for reading in [
                *self._readings(text, before, language, opened, frame.clock),
                *([Reading(with_service(text, beside), language)] if beside else []),
            ]
        ]
        asked = max(tried, key=lambda each: each.rank)
        # 6 say it
        answer = self._say(opened, asked, frame, before if asked.reading.leans else None, heard)
        if answer.reason == "out_of_scope" or (answer.status == "refused" and not asked.reading.rules):
            return answer, before  # what the sources know nothing of is nothing to ask on from
        cited = tuple((each.document_id, Span(each.start, each.end)) for each in answer.citations)
        question = asked.found.question
        ruled = opened.interpreter.named_in(answer.citations[0].quote) if asked.found.ruling else frozenset()
        of_service = opened.asks_of_a_service(question)
        return answer, Turn(question.text, asked.reading.language, cited, of_service, ruled, answer.follow_ups)

    def _try(self, opened: OpenVersion, reading: Reading, language: Language, frame: Frame, of_service: bool) -> _Asked:
        """Find what may answer one meaning, rule on it and decide. language: the answer's; of_service: whether the
        question before asks of one."""
        clock = frame.clock
        with clock.step("spell"):
            text = opened.speller.correct(reading.text, reading.language)
        embedding = self._beside.submit(self._embed, text, clock)
        with clock.step("analyse"):
            question = opened.read(text, reading.language)
            terms = opened.terms(question)
        encoded = embedding.result()
        with clock.step("material"):
            question = opened.material.read(question)
            goes_on = of_service and (reading.leans or asks_whether(question))
            question = replace(question, language=language, of_service=goes_on)
        found = opened.consider(question, terms, encoded, frame.day, clock, reading.documents, reading.rules)
        said = [each for each in reading.said if not opened.tells_more(question, reading, each)]
        found = found.without(said)
        if reading.there:
            found = found.at([each for each in reading.said if each not in said])
        with clock.step("decide"):
            decision = decide(found.candidates, found.matches, opened.examples, found.around, found.searched)
        first = next(iter(decision.evidence or found.candidates), None)
        if found.ruling is None and found.repeats(said, opened.matcher.targets):
            # What is asked now is not what was answered before, whatever it is most like.
            decision = decision.refused()
        elif found.ruling is not None or found.use_case is not None or found.conditions:
            # What applies is not silenced: docs/decisions/0001-rules-and-confidence.md.
            evidence = decision.evidence
            if found.use_case is not None and found.use_case not in evidence:
                evidence = (found.use_case, *evidence)  # what is done is asked of, not what it is done with
            confidence = max(decision.confidence, RULED_CONFIDENCE)
            decision = replace(decision, answers=True, reason=None, evidence=evidence, confidence=confidence)
        elif first is not None and opened.beside_the_point(question, first):
            # "Mitä seuraa, jos laitan hetun …?" is no attack either, nor one of the questions that it is like.
            decision = replace(decision.refused(), topic=None, gap=None)
        elif reading.hangs or not opened.weigher.give(question, decision.evidence):
            decision = decision.refused()
        elif reading.leans and decision.reason == "out_of_scope":
            # What is asked of an answer is about what the sources know, though they do not say it.
            decision = replace(decision, reason="not_in_guidance")
        return _Asked(reading, found, decision)

    def _readings(
        self, text: str, before: Turn | None, language: Language, opened: OpenVersion, clock: Clock
    ) -> list[Reading]:
        """What the text may stand for; a language model, where there is one, may add a reading of a follow-up."""
        with clock.step("interpret"):
            readings = opened.interpreter.readings_of(text, before, language)
        if self._writer is not None and before is not None and any(each.leans for each in readings):
            with clock.step("rewrite"):
                rewritten = self._writer.rewrite(text, before.question, before.language)
            if rewritten is not None and rewritten not in [each.text for each in readings]:
                readings.append(Reading(rewritten, before.language, leans=True))
        return readings

    def _chat(self, opened: OpenVersion, kind: SmallTalk, language: Language, frame: Frame) -> Answer:
        """The friendly fixed answer to what asks nothing, with questions to begin with."""
        documents = documents_on(frame.day, opened.index.documents)
        ask = to_begin_with(opened.index.rulebook.suggestions, documents, language)
        return small_answer(kind, language, documents, frame, ask)

    def _say(
        self, opened: OpenVersion, asked: _Asked, frame: Frame, before: Turn | None, heard: Heard | None
    ) -> Answer:
        """What there is to say, worded by the language model where there is one."""
        clock, documents, question = frame.clock, opened.index.documents, asked.found.question
        with clock.step("compose"):
            said = self._drafted(opened, asked, frame)
        if isinstance(said, Answer):
            return said
        generation, left_open = None, said.left_open
        if self._writer is not None:
            speaker = Speaker(documents, frame.day, heard)
            with clock.step("write"):
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
        with clock.step("compose"):
            cited = [(place.document_id, place.span) for draft in said.drafts for place in draft.places]
            ask_next = after(cited, opened.index.rulebook.suggestions, question.language, question.text)
            answer = compose(said, asked.decision, question, documents, frame, ask_next)
        return replace(answer, generation=generation, left_open=left_open)

    @staticmethod
    def _drafted(opened: OpenVersion, asked: _Asked, frame: Frame) -> Said | Answer:
        """The ruling, the register, what it depends on, the quotes, or a refusal: the first that there is."""
        found, decision = asked.found, asked.decision
        question = found.question
        documents, rulings = opened.index.documents, opened.rulings
        # Whom to ask about the use of AI is no help to who asks something else.
        contact = rulings.contact(question.language) if question.asks_permission or question.classes else ""
        of_register = decision.topic is not None and decision.topic.register
        if found.ruling is not None:
            return rulings.ruled(found.ruling, found.candidates, question)
        if of_register and (approvals := rulings.registered(question, frame.day)) is not None:
            return approvals
        if found.conditions:
            return rulings.depending(found.conditions, found.candidates, decision.evidence, question)
        if decision.answers:
            return rulings.quoted(decision.evidence, found.candidates, question)
        because, rests_on = (
            (rulings.nothing_registered(question), ()) if of_register else rulings.only_other_data(question)
        )
        rests_on = tuple(opened.in_language(each, question.language) for each in rests_on)
        missing = opened.weigher.unnamed(question, found.candidates)
        suspended = rulings.suspended(question)
        return refuse(decision, question, documents, frame, contact, missing, because, rests_on, suspended)

    def _embed(self, text: str, clock: Clock) -> Encoded:
        with clock.step("embed"):
            return self._reader.encode(text, self._embedder)
