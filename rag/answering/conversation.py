"""What was said before: a follow-up keeps it and changes what is new; a new topic drops it. Needs no language model."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Container, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from rag.answering.rule_matching import APPROVING, UNAPPROVED
from rag.curated.concepts import MATERIAL, Concepts
from rag.curated.content_words import undenied
from rag.language.answer_types import asks_permission, focus_of
from rag.language.packs import ALL, PACKS, either
from rag.language.ranges import values_in, with_bound
from rag.language.words import Lexicon, split_words
from rag.types import LANGUAGES, Access, Language, Span

MAX_CONVERSATIONS = 10_000  # a bound on memory: above it the one that was silent longest is forgotten
FORGOTTEN_AFTER_S = 3600.0  # chosen by judgement: who comes back after an hour begins anew
MAX_VARIANTS = 3  # a bound on the time of a follow-up, as each is answered
# A follow-up that begins like none is at most so many content words, all of which name something ("Copilotiin?"). A
# question that points back and has no more of its own ("vem har utvecklat dem?") means nothing by itself.
BARE_WORDS = 2  # chosen by judgement
# A question that points back says so little of its own; with more it stands for itself.
POINTING_WORDS = 6  # chosen by judgement

_OPENING = re.compile(
    rf"^\W*(?:(?:{either(pack.messages.well for pack in ALL)})\W{{1,3}}){{0,2}}"
    rf"(?:{either(pack.messages.follows_up for pack in ALL)}|{either(pack.messages.corrects for pack in ALL)})\b"
    rf"(?:\s+(?:{either(pack.messages.follows_up_if for pack in ALL)})\b)*",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(rf"\b(?:{either(pack.messages.supposes for pack in ALL)})\b", re.IGNORECASE)
_CORRECTS = re.compile(rf"\b(?:{either(pack.messages.corrects for pack in ALL)})\b", re.IGNORECASE)
_SUPPOSING = {
    language: re.compile(rf"\b(?:{pack.messages.supposes})\b", re.IGNORECASE) for language, pack in PACKS.items()
}
_NOT_SO = re.compile(rf"\W*(?:{either(pack.messages.not_so for pack in ALL)})\W*", re.IGNORECASE)
_OF_THAT = re.compile(rf"\b(?:{either(pack.messages.of_that for pack in ALL)})\s+\w", re.IGNORECASE)
# A noun beside the pronoun, not the verb that ends the question ("Kuka sen päättää?").
_OF_THAT_WHICH = re.compile(rf"\b(?:{either(pack.messages.of_that for pack in ALL)})\s+\w+\s+\w", re.IGNORECASE)
_WORDS = re.compile(r"\w+(?:[-‐–:'’]\w+)*")
_POINTS_BACK = re.compile(rf"\b({either(pack.messages.points_back for pack in ALL)})\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_QUESTIONS_OF_THEIR_OWN = ("who", "when", "where", "why", "how_many", "how", "what", "whether")

Place = tuple[str, Span]  # of a document, by its id


@dataclass(frozen=True, slots=True)
class Turn:
    """The last question of a conversation, as it was understood. cited: what its answer rested on; of_service: whether
    it, or one that it followed, asks of a service; ruled: what the words that gave its verdict name, by the ids of the
    concepts; none where it has none; offered: what may be asked next, as its answer told."""

    question: str
    language: Language
    cited: tuple[Place, ...] = ()
    of_service: bool = False
    ruled: frozenset[str] = frozenset()
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text may stand for. language: of its words; documents: where alone it is looked for, by id, None for
    everywhere; said: places that would only repeat the answer before, unless they tell more than was asked then, by the
    question former; there: whether only they may answer it; leans: whether it needs the turn before it; rules: whether
    a rule may decide it; hangs: whether it points at something that nobody has said, and names nothing itself."""

    text: str
    language: Language
    documents: frozenset[str] | None = None
    said: tuple[Place, ...] = ()
    former: str = ""
    there: bool = False
    leans: bool = False
    rules: bool = True
    hangs: bool = False


class Conversation(NamedTuple):
    """whose: who has signed in, or, of an id that somebody chose, where they come from; empty for an id of our own."""

    whose: str
    id: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """turn: None where nothing was said that a question may lean on."""

    at: float
    turn: Turn | None

    @property
    def is_old(self) -> bool:
        return time.monotonic() - self.at >= FORGOTTEN_AFTER_S


class Conversations:
    """The last turn of each conversation, in memory only: a question is its asker's secret. Safe in several threads.

    An id of our own cannot be guessed, and is enough for whoever has not signed in. One that the asker has chosen can
    be: it is theirs alone, by who they are or where they come from.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Conversation, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def begun(self, conversation_id: str | None, access: Access) -> tuple[Conversation, Turn | None]:
        """A conversation with its last turn, None for one that begins."""
        if conversation_id is None:
            return Conversation(access.who, uuid.uuid4().hex), None
        chosen = Conversation(access.who or access.client, conversation_id)
        with self._lock:
            for each in (Conversation(access.who, conversation_id), chosen):
                found = self._kept.get(each)
                if found is not None and not found.is_old:
                    return each, found.turn
        return chosen, None

    def remember(self, conversation: Conversation, turn: Turn | None) -> None:
        with self._lock:
            self._kept[conversation] = _Kept(time.monotonic(), turn)
            self._kept.move_to_end(conversation)
            # The oldest stand first: forget them when they are too many or too old.
            while len(self._kept) > MAX_CONVERSATIONS or next(iter(self._kept.values())).is_old:
                self._kept.popitem(last=False)


class Interpreter:
    """Says what a text may stand for after the turn before it.

    said: the lemmas and stems of the sources; a follow-up adds no word that neither they nor the concepts know.
    """

    def __init__(self, lexicon: Lexicon, concepts: Concepts, said: Container[str]) -> None:
        self._lexicon = lexicon
        self._concepts = concepts
        self._said = said

    def readings_of(self, text: str, before: Turn | None, language: Language) -> list[Reading]:
        """The readings of a text in this language, the likeliest first; the text alone where it leans on nothing.

        Three kinds lean: what names something of the same kind as the question before (a tool, a class of data, a
        group) takes its place; what begins like a follow-up and adds words that the sources know is added; a question
        that points back ("Ketkä siihen kuuluvat?", "miksi?") is asked of the documents that the answer before cited.
        """
        alone = Reading(text, language, hangs=self._hangs(text, language))
        opening = _OPENING.match(text)
        rest = text[opening.end() :] if opening else text
        asks = _asks_by_itself(rest)
        if before is None:
            return [*([] if opening is None or asks else self._supposed(rest, language)), alone]
        if opening is not None and not asks and (restated := self._restated(opening[0], rest, before)):
            return restated
        new = self._content(rest, language)
        if not new:
            return self._elaborations(rest, before, language) if asks else [alone]
        if not asks:
            variants = self._variants(rest, new, before, language, opened=opening is not None)
            # What takes a place in what was asked is meant by it, whatever else was offered.
            replaces = any(each.rules for each in variants)
            offered = [] if replaces else self._offered(new, before, language)
            if not variants:
                return [*offered, alone]
            return [*offered, *variants, *([] if opening else [alone])]
        if _POINTS_BACK.search(rest) and len(new) <= POINTING_WORDS:
            of_use = not before.cited and bool(self._kinds(rest) & {"data_class", "tool"})
            # Where nothing was cited, what it points to may stand in the question itself ("mitä malleja niissä …?").
            own = len(new) > BARE_WORDS or (not before.cited and not alone.hangs)
            itself = [alone] if own or of_use else []  # "Saako sen syöttää Copilotiin?"
            return [*self._pointing(text, before, language), *itself] or [alone]
        if before.cited and len(new) <= BARE_WORDS:
            elaborated = self._elaborations(rest, before, language)  # "What was the exact percentage?"
            if not self._names_nothing(new, language):  # "What are the benefits?"
                elaborated = [replace(each, there=True) for each in elaborated]
            return [alone, *elaborated]
        return [alone]

    def _supposed(self, rest: str, language: Language) -> list[Reading]:
        """ "Tänk om jag matar in klientens personbeteckning i Copilot?" with nothing before it: whether one may."""
        if not self._kinds(rest) >= {"data_class", "tool"}:
            return []
        return [Reading(f"{PACKS[language].messages.may_one} {rest.strip(' ?!.')}?", language)]

    def _hangs(self, text: str, language: Language) -> bool:
        """ "Vad gäller för dem?": of whom, only what was said before can tell; so with "mikä sen budjetti on?". "Finns
        det riktlinjer?" names them."""
        names = self._kinds(text) - {"action", *(("topic",) if _OF_THAT.search(text) else ())}
        return _POINTS_BACK.search(text) is not None and len(self._content(text, language)) < BARE_WORDS and not names

    def _names_nothing(self, new: list[str], language: Language) -> bool:
        """Whether the sources know all these words, and no concept does: they say what is asked, not of what."""
        found = self._concepts.find(new, LANGUAGES, typed=True)
        return not any(found) and self._all_known(new, new, found, language)

    def _kinds(self, text: str) -> set[str]:
        """The kinds of concepts that a text names."""
        return self._concepts.kinds_of(self.named_in(text))

    def _restated(self, opening: str, rest: str, before: Turn) -> list[Reading]:
        """ "Entä jos organisaatio on hyväksynyt sen?", "and if not?", "eiku sitä ei oo hyväksytty": what is supposed of
        an approval is said by the words that gave the verdict, so it is asked with that."""
        begins = _SUPPOSES.search(opening)
        if APPROVING not in before.ruled:
            return []
        # "or not?" supposes nothing.
        denied = (begins or _CORRECTS.search(opening)) and _NOT_SO.fullmatch(rest) is not None
        supposed = self.named_in(rest)
        of_leave = bool(supposed & {APPROVING, UNAPPROVED})
        if not denied and not (of_leave and supposed <= before.ruled | self.named_in(before.question) | {UNAPPROVED}):
            return []
        said = f"{begins[0] if begins else ''} {rest.strip(' ?!.,')}".strip()
        said = PACKS[before.language].messages.unapproved if denied else said
        return [Reading(f"{self._unsupposed(before.question, before.language)}, {said}?", before.language, leans=True)]

    def _unsupposed(self, question: str, language: Language) -> str:
        """A question without what it says of an approval itself: "jos palvelu on hyväksytty siihen", "Copilot on meillä
        hyväksytty, saanko …"."""
        asked = question
        for begins in reversed([*_SUPPOSING[language].finditer(question)]):
            comma = question.find(",", begins.start())
            end = comma + 1 if comma >= 0 else len(question)
            if APPROVING in self.named_in(question[begins.start() : end]):
                asked = f"{question[: begins.start()].rstrip(' ,')} {question[end:].lstrip()}".strip()
                break
        question = asked if asked.strip(" ?!.,") else question
        for word in reversed([*_WORDS.finditer(question)]):
            if APPROVING in self.named_in(word[0]):
                question = question[: word.start()] + question[word.end() :].lstrip()
        return question.rstrip(" ?!.")

    def _offered(self, new: list[str], before: Turn, language: Language) -> list[Reading]:
        """ "Och finländska?": of the questions that the answer before offered, the one that alone has all that is new;
        none where that was asked before."""
        wanted = [self._lexicon.read(word, language).names() for word in new]
        asked = self._names_in(before.question, before.language)
        having = [
            each
            for each in before.offered
            for names in [self._names_in(each, language)]
            if all(not names.isdisjoint(word) and asked.isdisjoint(word) for word in wanted)
        ]
        return [Reading(having[0], language, leans=True)] if len(having) == 1 else []

    def _names_in(self, text: str, language: Language) -> frozenset[str]:
        """What its words may be called."""
        return frozenset(name for word in split_words(text) for name in self._lexicon.read(word, language).names())

    def named_in(self, text: str) -> frozenset[str]:
        """The concepts that a text names."""
        return frozenset().union(*self._concepts.find(split_words(text), LANGUAGES, typed=True))

    def _variants(self, rest: str, new: list[str], before: Turn, language: Language, opened: bool) -> list[Reading]:
        """The question before with what is new in it; none where that does not earn it."""
        words = split_words(rest)
        found = self._concepts.find(words, LANGUAGES, typed=True)
        by_itself, found = found, undenied(rest, words, found, self._concepts)
        if not opened and (len(new) > BARE_WORDS or not all(named for named in _of(new, words, found))):
            return []
        # What the verdict depends on is new; whatever else is said ("… mulla on niistä excel") changes nothing.
        deciding = self._deciding(words, found, before) if opened else []
        if not deciding and not self._all_known(new, words, found, language):
            return []  # "Entä sää?" asks something else
        # What is denied ("som inte ännu är offentligt") is asked with the words that deny it.
        denies = any(found[at] != by_itself[at] for at in deciding)
        phrase = rest.strip(" ?!.") if denies else _phrase(rest, [words[at] for at in deciding] or new)
        named = frozenset().union(*([found[at] for at in deciding] or found))
        texts = _each_replaced(before.question, phrase, self._concepts)
        texts = texts or _replaced(before.question, phrase, named, self._concepts)
        if not texts and opened:
            if (given := self._given(rest, named, before, language)) is not None:
                return [given]
            texts = _renumbered(before.question, rest, phrase)
        # Where it takes no place in what was asked, it stands beside it: what was decided of that is not of this.
        added = [f"{before.question.rstrip(' ?!.')} {phrase}?"] if opened and not texts else []
        return [
            Reading(each, before.language, said=before.cited, former=before.question, leans=True, rules=not added)
            for each in added or texts[:MAX_VARIANTS]
        ]

    def _given(self, rest: str, named: frozenset[str], before: Turn, language: Language) -> Reading | None:
        """ "Mitä jos annan sille asiakkaan hetun?": whether data may be given to the service that was spoken of; None
        where no service was, no data is named, or data was named before."""
        tool = self._first_of(before.question, "tool")
        of_data = "data_class" in self._concepts.kinds_of(named - {MATERIAL})
        if not tool or not of_data or self._first_of(before.question, "data_class"):
            return None
        given = _with_meant(tool, rest.strip(" ?!."))
        with_tool = given if tool in given else f"{given} {tool}"
        may = f"{PACKS[language].messages.may_one} {with_tool}?"
        return Reading(may, language, said=before.cited, former=before.question, leans=True)

    def _deciding(self, words: list[str], found: list[frozenset[str]], before: Turn) -> list[int]:
        """The positions of the words that name data or a tool, where the question before names the same kind, or a tool
        that data may be given to."""
        kinds = self._kinds(before.question) & {"data_class", "tool"}
        kinds |= {"data_class"} if "tool" in kinds else set()
        return [at for at, named in enumerate(found) if kinds & self._concepts.kinds_of(named)]

    def _elaborations(self, rest: str, before: Turn, language: Language) -> list[Reading]:
        """ "Miksi?", "when?": asked of what the question before was about, in the documents that its answer cited."""
        if not before.cited:
            return [Reading(rest, language)]
        topic = " ".join(self._content(before.question, before.language))
        documents = frozenset(document_id for document_id, _ in before.cited)
        text = f"{rest.strip(' ?!.')} {topic}?"
        return [Reading(text, before.language, documents, before.cited, before.question, leans=True, rules=False)]

    def _pointing(self, text: str, before: Turn, language: Language) -> list[Reading]:
        """The question with what it points to in the pronoun's place: the first thing named, or all that was asked
        about; only that where nothing was found, as a part of it may be something else that the sources know."""
        content = self._content(before.question, before.language)
        found = self._concepts.find(content, LANGUAGES, typed=True)
        data = self._first_of(before.question, "data_class")
        tool = self._first_of(before.question, "tool")
        of_data_alone = "data_class" in self._kinds(text) and not self._first_of(text, "tool")
        # "Saako siihen syöttää hetun?", "Saanko syöttää sen tekoälylle?"
        meant = (tool if of_data_alone else "") or data
        if meant and asks_permission(text) and focus_of(text) != "who":  # "Kuka sen luvan antaa?"
            return [Reading(_with_meant(meant, text), language, leans=True)]
        first = _first_named(content, found) if before.cited else ""
        # "Ketkä sen päätöksen allekirjoittivat?": the noun beside it tells what is meant, within what was cited.
        beside = [""] if before.cited and _OF_THAT_WHICH.search(text) else []
        topics = dict.fromkeys([*(each for each in (first, " ".join(content)) if each), *beside])
        documents = frozenset(document_id for document_id, _ in before.cited) or None
        return [
            Reading(
                " ".join(_with_meant(topic, text).split()),
                language,
                documents,
                before.cited,
                before.question,
                leans=True,
                rules=False,
            )
            for topic in topics
        ]

    def service_in(self, text: str) -> str:
        """The words of a question that name a service, as they stand there; empty where none do."""
        return self._first_of(text, "tool")

    def _first_of(self, question: str, kind: str) -> str:
        """The first words of a question that name something of a kind; empty where none do."""
        words = split_words(question)
        found = self._concepts.find(words, LANGUAGES, typed=True)
        of_kind = [
            frozenset(name for name in named if name != MATERIAL and self._concepts.kind_of(name) == kind)
            for named in found
        ]
        return _first_named(words, of_kind)

    def _all_known(self, new: list[str], words: list[str], found: list[frozenset[str]], language: Language) -> bool:
        """Whether the concepts or the sources know each of the new words."""
        return all(
            concepts or any(name in self._said for name in self._lexicon.read(word, language).names())
            for word, concepts in zip(words, found, strict=True)
            if word in new
        )

    def _content(self, text: str, language: Language) -> list[str]:
        return [word for word in split_words(text) if not self._lexicon.read(word, language).function]


def with_service(question: str, service: str) -> str:
    """The question asked of a service: before its mark, so that it ends as it did."""
    asked = question.rstrip(" ?!.")
    return f"{asked} ({service}){question[len(asked) :].rstrip()}"


def _with_meant(meant: str, text: str) -> str:
    """The text with what it points back to in the place of its first pronoun."""
    return _POINTS_BACK.sub(meant.replace("\\", ""), text, count=1)


def _asks_by_itself(text: str) -> bool:
    """Whether it has a question word, or a verb that asks; not only a question mark."""
    return focus_of(text.rstrip(" ?!.")) in _QUESTIONS_OF_THEIR_OWN


def _of(wanted: list[str], words: list[str], found: list[frozenset[str]]) -> list[frozenset[str]]:
    """What was found for these of the words."""
    return [named for word, named in zip(words, found, strict=True) if word in wanted]


def _first_named(words: list[str], found: list[frozenset[str]]) -> str:
    """The first words that name one thing together ("language models"); empty where nothing is named."""
    start = next((at for at, named in enumerate(found) if named), len(words))
    return " ".join(words[start : _end_of(found, start, found[start])]) if start < len(words) else ""


def _end_of(found: list[frozenset[str]], start: int, own: Set[str]) -> int:
    """Where the words end that name one of these concepts together, from start on."""
    end = start + 1
    while end < len(found) and own & found[end]:
        end += 1
    return end


def _phrase(rest: str, new: list[str]) -> str:
    """From the first new word to the last, as it was typed."""
    start = rest.find(new[0])
    return rest[start : rest.rfind(new[-1]) + len(new[-1])]


def _renumbered(question: str, rest: str, number: str) -> list[str]:
    """The question with the value that the rest of a text names in the place of the last of its kind ("yli 500 euron",
    "alle 100 euroa"), or with a number in the place of the last that looks like it ("2020", "2021"); none where there
    is none."""
    values = [each for each in values_in(rest) if each.kind is not None]
    if len(values) == 1:
        [value] = values
        said = with_bound(rest, value).of(rest).strip()
        places = [with_bound(question, each) for each in values_in(question) if each.kind == value.kind]
        return [f"{question[: each.start]}{said}{question[each.end :]}" for each in places[-1:]]
    if not _NUMBER.fullmatch(number):
        return []
    looking = [each for each in _NUMBER.finditer(question) if _DIGIT.sub("0", each[0]) == _DIGIT.sub("0", number)]
    return [question[: each.start()] + number + question[each.end() :] for each in looking[-1:]]


def _each_replaced(question: str, phrase: str, concepts: Concepts) -> list[str]:
    """The question with the data and the service of a phrase that names both ("Entä julkista tietoa Copilotiin?"), each
    in the place of what it names of that kind; none where either names only one of them."""
    words = list(_WORDS.finditer(phrase))
    found = concepts.find([word[0] for word in words], LANGUAGES, typed=True)
    for kind in ("data_class", "tool"):
        own = [number for number, named in enumerate(found) if any(concepts.kind_of(name) == kind for name in named)]
        if not own:
            return []
        said = phrase[words[own[0]].start() : words[own[-1]].end()]
        of_kind = frozenset(name for at in own for name in found[at] if concepts.kind_of(name) == kind)
        if not (texts := _replaced(question, said, of_kind, concepts)):
            return []
        question = texts[0]
    return [question]


def _replaced(question: str, phrase: str, named: frozenset[str], concepts: Concepts) -> list[str]:
    """The question with the phrase in the place of each group of words that names something of the same kind."""
    kinds = concepts.kinds_of(named)
    if not kinds:
        return []
    words = list(_WORDS.finditer(question))
    found = concepts.find([word[0] for word in words], LANGUAGES, typed=True)
    variants: list[str] = []
    at = 0
    while at < len(words):
        end = at
        own: set[str] = set()
        # What stands together is one thing: "julkaistun esitteen".
        while end < len(words) and (of_kind := {name for name in found[end] if concepts.kind_of(name) in kinds}):
            own |= of_kind
            end += 1
        if own and not own & named:
            variants.append(question[: words[at].start()] + phrase + question[words[end - 1].end() :])
        at = max(end, at + 1)
    return variants[::-1]  # what stands last in a question is what most often changes
