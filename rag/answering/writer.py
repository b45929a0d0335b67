"""A language model words the answer; what it says must stand in the passages it cites (rag/answering/grounding.py).

draft (what is said without a model)  →  passages that fit the model's window  →  the model's sentences as they come
  →  checked one by one: dropped, or given out  →  enough to answer? else the draft is the answer
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from rag.answering.grounding import Fault, Grounding
from rag.answering.language_model import LanguageModel, ModelFailed, Reached
from rag.answering.model_text import Sentence, sentences
from rag.answering.statements import Draft, Place, Said
from rag.language.detection import language_confidences
from rag.language.messages import say
from rag.language.packs import PACKS
from rag.language.words import Lexicon, split_words
from rag.types import Generation, Language, ModelFailure, Notice, Variant, Verdict

MAX_SENTENCES = 4  # that the prompt asks for, one fewer; twice as many are read. Chosen by judgement
REWRITE_TOKENS = 60  # of a question in other words: a bound on the time
# Of the window, what the question, the prompt's frame and the answer do not take goes to passages.
MARGIN_TOKENS = 50  # left free besides; chosen by judgement
SURELY_OTHER = 0.9  # a sentence that is this likely of another language is dropped; chosen by judgement

Dropped = Fault | Literal["no_citation", "unknown_citation", "language", "broken_character", "repeated"]
Versions = Callable[[Place], Sequence[Sequence[Variant]]]
Hear = Callable[[Draft], None]

_PROMPTS = Path(__file__).parent / "prompts"
_VERDICTS: dict[Verdict, str] = {
    "allowed": "It is decided already, and said before your text: it is allowed. Do not repeat or change that.",
    "not_allowed": "It is decided already, and said before your text: it is not allowed. Do not repeat or change that.",
    "only_if_approved": "It is decided already, and said before your text: only if the organisation has approved the "
    "service. Do not repeat or change that.",
}

_log = logging.getLogger(__name__)


class Writer:
    """Words answers with one language model. Safe to call from several threads."""

    def __init__(self, model: LanguageModel, lexicon: Lexicon) -> None:
        self._model = model
        self._lexicon = lexicon

    def as_class(self, kind: type[Writer]) -> Writer:
        """The same model with another kind of writer."""
        return kind(self._model, self._lexicon)

    @property
    def reached(self) -> Reached:
        """Whether the model's endpoint answers, as far as the last calls tell."""
        return self._model.reached

    def write(
        self,
        said: Said,
        question: str,
        before: str | None,
        language: Language,
        grounding: Grounding,
        versions: Versions,
        heard: Hear | None = None,
    ) -> tuple[Said, Generation]:
        """The answer in the model's checked words, or said itself where those do not answer.

        versions gives the passages at a place in every language; heard is told each statement as soon as it is sure to
        stand in the answer. Nothing that the model does is raised.
        """
        hear = heard or (lambda _: None)
        ruled = [draft for draft in said.drafts if draft.kind == "rule"] if said.verdict else []
        for draft in ruled:
            hear(draft)
        places = list(dict.fromkeys(place for draft in said.drafts for place in draft.places))
        passages = [list(versions(place)) for place in places]
        shown = self._fitting(passages, question, before, language, said.verdict)
        kept: list[Draft] = []
        dropped: Counter[str] = Counter()
        failure: ModelFailure | None = None
        tokens = 0
        while shown:
            kept, dropped, failure = [], Counter(), None
            system, user = _prompt(passages[:shown], question, before, language, said.verdict)
            tokens = self._model.count_tokens(system + user)
            try:
                for sentence in self._sentences(system, user):
                    fault = self.fault(sentence, language, passages[:shown], grounding, [each.text for each in kept])
                    if fault:
                        dropped[fault] += 1
                    else:
                        cited = tuple(places[number - 1] for number in sentence.numbers if number <= shown)
                        kept.append(Draft(sentence.text, "generated", cited))
                        self._give_out(kept, places[0], bool(ruled), hear)
            except ModelFailed as error:
                failure = error.reason
            if failure != "context_overflow":
                break
            shown -= 1  # the guess of the tokens was too low: try with one passage less
        answers = bool(ruled) or any(places[0] in each.places for each in kept)
        used = answers and bool(kept)
        told = Generation(self._model.model, shown, tokens, len(kept), dict(dropped), failure, used)
        _log.info(
            "language model %s: %d passages, %d prompt tokens, kept %d, dropped %s, failure %s, used %s",
            told.model, told.passages, told.prompt_tokens, told.kept, told.dropped, told.failure, told.used,
        )  # fmt: skip
        if not used:
            return said, told
        return replace(said, drafts=(*ruled, *kept)), told

    def fault(
        self,
        sentence: Sentence,
        language: Language,
        passages: Sequence[Sequence[Sequence[Variant]]],
        grounding: Grounding,
        said: Sequence[str],
    ) -> Dropped | None:
        """Why a sentence must not be given out; the first reason found."""
        if "\ufffd" in sentence.text or not sentence.text.isprintable():
            return "broken_character"
        if not sentence.numbers:
            return "no_citation"
        if any(not 1 <= number <= len(passages) for number in sentence.numbers):
            return "unknown_citation"
        if sentence.text in said:
            return "repeated"
        confidences = language_confidences(sentence.text)
        if any(value >= SURELY_OTHER for name, value in confidences.items() if name != language):
            return "language"
        cited = [versions for number in sentence.numbers for versions in passages[number - 1]]
        return next(iter(grounding.faults(sentence.text, language, cited)), None)

    def rewrite(self, question: str, before: str, language: Language) -> str | None:
        """The follow-up as a question of its own; None where the model fails or adds a term that nobody used."""
        framed = {"before": _framed(before), "question": _framed(question)}
        prompt = _file("rewrite").format(language=PACKS[language].english_name, **framed)
        try:
            text = "".join(self._model.stream("", prompt, REWRITE_TOKENS, threading.Event()))
        except ModelFailed:
            return None
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) != 1:
            return None
        used = self._terms(f"{before} {question}", language)
        return lines[0] if self._terms(lines[0], language) <= used else None

    def _terms(self, text: str, language: Language) -> set[str]:
        """The content words of a text, as lemmas and stems; a word counts by all its readings or not at all."""
        words = [word for word in split_words(text) if word.lower() not in PACKS[language].function]
        readings = [self._lexicon.read(word, language) for word in words]
        return {reading.stem for reading in readings if not reading.function}

    def _sentences(self, system: str, user: str) -> Iterator[Sentence]:
        """The model's sentences; it is stopped when it has said enough, or repeats itself."""
        stop = threading.Event()
        seen: set[str] = set()
        stream = self._model.stream(system, user, self._model.answer_tokens, stop)
        try:
            for number, sentence in enumerate(sentences(stream), start=1):
                if sentence.text in seen:
                    return
                seen.add(sentence.text)
                yield sentence
                if number >= 2 * MAX_SENTENCES:
                    return
        finally:
            stop.set()
            stream.close()  # type: ignore[attr-defined]

    def _give_out(self, kept: Sequence[Draft], first: Place, ruled: bool, hear: Hear) -> None:
        """Tell the newest statement; all at once when it is the first that makes them an answer."""
        answered_before = ruled or any(first in each.places for each in kept[:-1])
        if answered_before:
            hear(kept[-1])
        elif first in kept[-1].places:
            for draft in kept:
                hear(draft)

    def _fitting(
        self,
        passages: Sequence[Sequence[Sequence[Variant]]],
        question: str,
        before: str | None,
        language: Language,
        verdict: Verdict | None,
    ) -> int:
        """How many passages, from the first on, fit into the window beside everything else."""
        room = self._model.context_tokens - self._model.answer_tokens - MARGIN_TOKENS
        for shown in range(len(passages), 0, -1):
            system, user = _prompt(passages[:shown], question, before, language, verdict)
            if self._model.count_tokens(system + user) <= room:
                return shown
        return 0


def with_notice(said: Said, generation: Generation, language: Language) -> Said:
    """What the reader should know of the model's part: that it worded the answer, or that it could not be asked."""
    if generation.used:
        notice = Notice("generated", say(language, "notice.generated"))
    elif generation.failure:
        notice = Notice("model_unavailable", say(language, "notice.model_unavailable"))
    else:
        return said
    return replace(said, notices=(*said.notices, notice))


def _prompt(
    passages: Sequence[Sequence[Sequence[Variant]]],
    question: str,
    before: str | None,
    language: Language,
    verdict: Verdict | None,
) -> tuple[str, str]:
    """System and user message. A text cannot end its own frame: angle brackets in it are taken out."""
    system = _file("answer").format(
        language=PACKS[language].english_name,
        sentences=MAX_SENTENCES - 1,
        verdict=f"- {_VERDICTS[verdict]}" if verdict else "",
    )
    numbered = "\n".join(f"[{number}] {_shown(each, language)}" for number, each in enumerate(passages, start=1))
    earlier = f"<question_before>\n{_framed(before)}\n</question_before>\n\n" if before else ""
    user = _file("answer_question").format(passages=numbered, before=earlier, question=_framed(question))
    return system.strip(), user.strip()


def _shown(passage: Sequence[Sequence[Variant]], language: Language) -> str:
    """A passage in the language of the answer where it stands in it, else in its own, its headings in front."""
    versions = [next((v for v in each if v.language == language), each[0]) for each in passage]
    context = " › ".join(versions[0].context.splitlines()) if versions else ""
    return _framed(f"({context}) " + " ".join(" ".join(version.units) for version in versions))


def _framed(text: str) -> str:
    return " ".join(text.replace("<", " ").replace(">", " ").split())


@cache
def _file(name: str) -> str:
    return (_PROMPTS / f"{name}.txt").read_text(encoding="utf-8")
