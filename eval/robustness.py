"""The same questions as people type them in a hurry: what share of the outcomes changes?"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.intervals import Rate, share
from eval.metrics import Outcome
from eval.questions import Question
from eval.run import Output, generate
from rag.chatbot import Chatbot
from rag.language.packs import PACKS
from rag.language.words import split_words

SEED = 20250429
CHARACTERS_PER_ERROR = 25
_MIN_WORD = 5  # shorter words are rarely mistyped, and are other words then
# Letters that lie side by side on a Finnish keyboard.
_ROWS = ("qwertyuiopå", "asdfghjklöä", "zxcvbnm")


def mistyped(question: Question) -> str:
    """One typing error for every 25 characters: a letter left out, doubled, swapped with the next, or its neighbour's.
    The same question is always mistyped in the same way."""
    chance = random.Random(f"{SEED}{question.id}")  # noqa: S311 - no secret hangs on it
    text = question.question
    for _ in range(1 + len(text) // CHARACTERS_PER_ERROR):
        words = [word for word in split_words(text) if len(word) >= _MIN_WORD]
        if not words:
            break
        word = chance.choice(words)
        text = text.replace(word, _with_error(word, chance), 1)
    return text


def _with_error(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return chance.choice(
        [
            before + after,
            before + letter + letter + after,
            before + after[0] + letter + after[1:],
            before + _neighbour(letter, chance) + after,
        ]
    )


def _neighbour(letter: str, chance: random.Random) -> str:
    for row in _ROWS:
        if letter.lower() in row:
            at = row.index(letter.lower())
            return chance.choice(row[max(at - 1, 0) : at] + row[at + 1 : at + 2])
    return letter


def without_diacritics(question: Question) -> str:
    """ä, ö and å as a and o, as from a foreign keyboard."""
    parts = unicodedata.normalize("NFD", question.question)
    return "".join(char for char in parts if not unicodedata.combining(char))


def in_capitals(question: Question) -> str:
    return question.question.upper()


def as_fragment(question: Question) -> str:
    """Only the words that say what it is about, as one types into a search box."""
    words = split_words(question.question)
    return " ".join(w for w in words if w.lower() not in PACKS[question.language].function) or question.question


DISTORTIONS: dict[str, Callable[[Question], str]] = {
    "typing errors": mistyped,
    "without diacritics": without_diacritics,
    "in capitals": in_capitals,
    "as a fragment": as_fragment,
}


@dataclass(frozen=True, slots=True)
class Robustness:
    """Over the questions that a distortion changes: the share of outcomes that change at all, that got worse (right
    before, not any more), and better."""

    changed: Rate
    worse: Rate
    better: Rate


def generate_distorted(chatbot: Chatbot, questions: Sequence[Question]) -> dict[str, list[Output]]:
    """The outputs by distortion; each stands under its question's id."""
    distorted = {
        name: [q.model_copy(update={"question": distort(q)}) for q in questions]
        for name, distort in DISTORTIONS.items()
    }
    return {
        name: generate(chatbot, [new for new, old in zip(each, questions, strict=True) if new.question != old.question])
        for name, each in distorted.items()
    }


def as_asked(questions: Sequence[Question], outputs: Sequence[Output]) -> list[Question]:
    """The questions of these outputs in the words they were asked in."""
    by_id = {question.id: question for question in questions}
    return [by_id[output.question_id].model_copy(update={"question": output.question}) for output in outputs]


def measure_robustness(plain: Sequence[Outcome], distorted: Mapping[str, Sequence[Outcome]]) -> dict[str, Robustness]:
    """plain: the outcomes of the questions as they stand in the file."""
    before = {outcome.question.id: outcome for outcome in plain}
    return {name: _compare(before, outcomes) for name, outcomes in distorted.items()}


def _compare(before: Mapping[str, Outcome], after: Sequence[Outcome]) -> Robustness:
    pairs = [(before[each.question.id], each) for each in after]
    groups = [each.question.group for each in after]
    return Robustness(
        share([old.end != new.end for old, new in pairs], groups),
        share([not old.wrong and new.wrong for old, new in pairs], groups),
        share([old.wrong and not new.wrong for old, new in pairs], groups),
    )
