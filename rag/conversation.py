"""What was said before: a follow-up keeps it and changes what is new; a new topic drops it. Needs no language model."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from rag.concepts import Concepts
from rag.types import LANGUAGES, Language
from rag.words import Lexicon, split_words

MAX_CONVERSATIONS = 10_000
FORGOTTEN_AFTER_S = 3600.0
MAX_VARIANTS = 3
# A question of so few content words may lean on the one before even if nothing else shows it.
SHORT_WORDS = 2

_OPENING = re.compile(
    r"^\W*(?:no\s+)?(?:entä(?:s|pä)?|ent|mites?|mitäs?(?=\s+(?:jos|sitten))|ja|vai|onko\s+sama|sama"
    r"|(?:koskeeko|päteekö)(?:\s+(?:tämä|se|sama))?"
    r"|och|men|hur är det med|vad gäller|gäller\s+(?:det|detta|samma|de)|samma|eller|and|but|or|what about"
    r"|how about|does\s+(?:that|this|it|the same)(?:\s+also)?\s+(?:apply|go|hold|concern)?(?:\s+(?:to|for))?"
    r"|is\s+(?:that|it)\s+(?:the same|also)|same)\b"
    r"(?:\s+(?:jos|sitten|myös|också|även|för|also|the same|if|for))*",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(se|sen|sitä|siihen|siinä|siitä|sille|niitä|niiden|niihin|ne|tämä|tämän|tätä|tähän|sama|samaa|myös|det|den|detta|dem"
    r"|samma|dit|också|även|it|that|them|they|those|there|also|same)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """The last question of a conversation, as it was understood."""

    question: str
    language: Language


class Conversations:
    """The last turn of each conversation, in memory only: a question is its asker's secret. Safe in several threads."""

    def __init__(self) -> None:
        self._turns: OrderedDict[str, tuple[float, Turn]] = OrderedDict()
        self._lock = threading.Lock()

    def last(self, conversation_id: str | None) -> Turn | None:
        with self._lock:
            found = self._turns.get(conversation_id or "")
        return found[1] if found and not self._is_old(found[0]) else None

    def remember(self, conversation_id: str, turn: Turn) -> None:
        with self._lock:
            self._turns[conversation_id] = (time.monotonic(), turn)
            self._turns.move_to_end(conversation_id)
            # The oldest stand first: forget them when they are too many or too old.
            while len(self._turns) > MAX_CONVERSATIONS or self._is_old(next(iter(self._turns.values()))[0]):
                self._turns.popitem(last=False)

    @staticmethod
    def _is_old(since: float) -> bool:
        return time.monotonic() - since >= FORGOTTEN_AFTER_S


def readings_of(text: str, before: Turn | None, lexicon: Lexicon, concepts: Concepts) -> list[str]:
    """The questions that a text may stand for, after the turn before it; the text alone where it leans on nothing.

    What the text names takes the place of what is of the same kind in the question before (a tool, a class of data,
    a group); where nothing is, it is added. The one that the sources answer best is meant.
    """
    if before is None:
        return [text]
    opening = _OPENING.match(text)
    rest = text[opening.end() :] if opening else text
    language = before.language
    new = [word for word in split_words(rest) if not _is_function(word, language, lexicon)]
    leans = opening is not None or (_POINTS_BACK.search(text) is not None and len(new) <= SHORT_WORDS + 1)
    if not new or not (leans or len(new) <= SHORT_WORDS):
        return [text]
    phrase = _phrase(rest, new)
    named = frozenset().union(*concepts.find(split_words(phrase), LANGUAGES, typed=True))
    variants = _replaced(before.question, phrase, named, concepts) or [f"{before.question.rstrip(' ?!.')} {phrase}?"]
    # A short text without any sign of leaning may be a new question in keywords.
    alone = [] if leans and len(new) <= SHORT_WORDS + 1 else [text]
    return [*alone, *variants[:MAX_VARIANTS]]


def _phrase(rest: str, new: list[str]) -> str:
    """From the first new word to the last, as it was typed."""
    start = rest.find(new[0])
    return rest[start : rest.rfind(new[-1]) + len(new[-1])]


def _replaced(question: str, phrase: str, named: frozenset[str], concepts: Concepts) -> list[str]:
    """The question with the phrase in the place of each group of words that names something of the same kind."""
    kinds = {concepts.kind_of(name) for name in named}
    if not kinds:
        return []
    words = list(re.finditer(r"\w+(?:[-‐–:'’]\w+)*", question))
    found = concepts.find([word[0] for word in words], LANGUAGES, typed=True)
    variants: list[str] = []
    at = 0
    while at < len(words):
        own = {name for name in found[at] if concepts.kind_of(name) in kinds}
        end = at + 1
        while own and end < len(words) and own & found[end]:
            end += 1
        if own and not own & named:
            variants.append(question[: words[at].start()] + phrase + question[words[end - 1].end() :])
        at = end
    return variants[::-1]  # what stands last in a question is what most often changes


def _is_function(word: str, language: Language, lexicon: Lexicon) -> bool:
    return lexicon.read(word, language).function
