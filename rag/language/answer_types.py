"""What kind of answer does a question want? By the question words of all languages, as people type them."""

from __future__ import annotations

import re
from typing import get_args

from rag.language.pack import Focus, Particular, Wanted, Worded
from rag.language.packs import ALL, either


def _asked_by(alternatives: str, before: str = r"\b") -> re.Pattern[str]:
    return re.compile(rf"{before}({alternatives})\b", re.IGNORECASE)


# Within a text "who" is as often a relative as a question word.
_WANTED: dict[Wanted, re.Pattern[str]] = {
    kind: _asked_by(either(pack.questions.wanted[kind] for pack in ALL), r"^\W*" if kind == "person" else r"\b")
    for kind in get_args(Wanted)
}

# The first that is found decides, so "kuinka monta" comes before "kuinka".
_IN_THIS_ORDER: tuple[Focus, ...] = ("why", "how_many", "who", "when", "where", "how", "what", "whether")
_FOCUS: dict[Focus, re.Pattern[str]] = {
    focus: _asked_by(either(pack.questions.focus[focus] for pack in ALL)) for focus in _IN_THIS_ORDER
}

# What an answer of a kind has in it, in whichever language. A telephone number or an address stands for who has it.
_REACHED_AT = r"\S@\S|\b0\d[\d ]{5,}"
_SOMEBODY = either(pack.questions.person_said for pack in ALL)
_SAID: dict[Focus, re.Pattern[str]] = {
    "how_many": re.compile(rf"\d|\b(?:{either(pack.questions.number_said for pack in ALL)})\b", re.IGNORECASE),
    "when": re.compile(rf"\d|\b(?:{either(pack.questions.when_said for pack in ALL)})\b", re.IGNORECASE),
    "who": re.compile(
        rf"{_REACHED_AT}|\b(?:{_SOMEBODY}|{either(pack.questions.served_said for pack in ALL)})\b", re.IGNORECASE
    ),
    "where": re.compile(
        rf"{_REACHED_AT}|https?:|www\.|\b(?:{either(pack.questions.place_said for pack in ALL)})\b", re.IGNORECASE
    ),
    "why": re.compile(rf"\b(?:{either(pack.questions.reason_said for pack in ALL)})\b", re.IGNORECASE),
}
_ACTS = re.compile(rf"{_REACHED_AT}|\b(?:{_SOMEBODY})\b", re.IGNORECASE)
_ALSO: dict[Wanted, Focus] = {"number": "how_many", "time": "when"}
# What can be counted of it: of times those alone that stand for a beginning or an end.
_TIMES = either(pack.questions.time_said for pack in ALL)
_ONE: dict[Wanted, re.Pattern[str]] = {
    "number": _SAID["how_many"],
    # A day with its year is one time: "6.2.2020", "6 February 2020".
    "time": re.compile(rf"\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}})?|(?:{_TIMES})\s+\d{{4}}|\d{{4}}|{_TIMES}", re.IGNORECASE),
}

# What is asked for by its own name, and what gives it: a median is no mean, and a role no name.
_ASKED_FOR: dict[Particular, re.Pattern[str]] = {
    each: _asked_by(either(pack.questions.asks_for[each] for pack in ALL)) for each in get_args(Particular)
}
_WORDS: dict[Worded, str] = {
    each: rf"\b(?:{either(pack.questions.gives[each] for pack in ALL)})\b" for each in get_args(Worded)
}
_GIVEN: dict[Particular, re.Pattern[str]] = {
    "mean": re.compile(_WORDS["mean"], re.IGNORECASE),
    "median": re.compile(_WORDS["median"], re.IGNORECASE),
    "price": re.compile(rf"{_WORDS['price']}|€|\beur|\d\s?(?:kr|e)\b", re.IGNORECASE),
    "email": re.compile(r"\S@\S"),
    "telephone": re.compile(r"\d[\d ()-]{4,}\d"),
    "name": re.compile(r"\b[A-ZÅÄÖ][a-zåäöéü]+(?:-[A-ZÅÄÖ][a-zåäöéü]+)? (?:[A-ZÅÄÖ]\. )?[A-ZÅÄÖ][a-zåäöéü]+"),
}

# A text that begins with its verb asks yes or no, whatever question words follow ("Saisko botti vastata sen pohjalta,
# mitä sivuilla lukee?"); but not where somebody is asked to tell ("Voitko kertoa, kuka …").
_BEGINS_WITH_VERB = re.compile(
    rf"^\W*(?:(?:{either(pack.questions.before_verb for pack in ALL)})\W+)*"
    rf"(?!{either(pack.questions.asks_to_tell for pack in ALL)})(?:{either(pack.questions.verbs for pack in ALL)})\b",
    re.IGNORECASE,
)
# "Mulla on excel, missä on hetuja, voiks sen heittää ChatGPT:hen?" asks in its last clause; "Kuka päättää, saako …?"
# does not.
_LATER_VERB = re.compile(
    rf"[,.!?;–—]\s+(?!{either(pack.questions.asks_to_tell for pack in ALL)})"
    rf"(?:{either(pack.questions.verbs for pack in ALL)})\b[^,.!?;]*\??\W*$",
    re.IGNORECASE,
)
_BEGINS_WITH_QUESTION = re.compile(
    rf"\W*(?:(?:{either(pack.questions.before_verb for pack in ALL)})\W+)*"
    rf"(?:{either(words for pack in ALL for words in pack.questions.focus.values())})\b",
    re.IGNORECASE,
)
MOST_KEYWORDS = 5  # a longer text without a question word or mark tells or commands; chosen by judgement
_PERMISSION = re.compile(
    rf"\b({either(pack.questions.permission for pack in ALL)})\b"
    r"|\bok(?:ay|ei|ej)?(?:\s+(?:vai ei|eller inte|eller ej|or not))?\W*$",
    re.IGNORECASE,
)

_ACCEPTABLE = _asked_by(either(pack.questions.acceptable for pack in ALL))
_DOES = re.compile(either(pack.questions.does for pack in ALL), re.IGNORECASE)
_BEFALLS = _asked_by(either(pack.questions.befalls for pack in ALL))
_BECOMES = _asked_by(either(pack.questions.becomes for pack in ALL), r"^\W*")
_BY_ITSELF = _asked_by(either(pack.questions.by_itself for pack in ALL))
_OBLIGED = _asked_by(either(pack.questions.obliged for pack in ALL))
_MUST = _asked_by(either(pack.questions.obliged for pack in ALL), r"^\W*")


def wanted_in(text: str) -> frozenset[Wanted]:
    """What an answer to the question must hold; empty where nothing can be told."""
    return frozenset(kind for kind, pattern in _WANTED.items() if pattern.search(text))


def focus_of(text: str) -> Focus:
    """The kind of answer that is wanted; "unsaid" for keywords."""
    if _asks_yes_or_no(text):
        return "whether"
    for focus, pattern in _FOCUS.items():
        if pattern.search(text):
            return focus
    return "whether" if text.rstrip().endswith("?") and " " in text.strip() else "unsaid"


def _asks_yes_or_no(text: str) -> bool:
    later = _LATER_VERB.search(text) is not None and not _BEGINS_WITH_QUESTION.match(text)
    return later or _BEGINS_WITH_VERB.search(text) is not None


def asks_permission(text: str) -> bool:
    """May I, may one, is it allowed, on what condition; not "could I lose my job", which asks what may happen."""
    return _PERMISSION.search(_BEFALLS.sub(" ", text)) is not None


def asks_what_befalls(text: str) -> bool:
    """What may happen to who does it, or to the data: "could I lose my job if …?", "is it a crime to …?", "are they
    stored?"."""
    return _BEFALLS.search(text) is not None or _BECOMES.match(text) is not None


def names_own_deed(text: str) -> bool:
    """Whether it has a verb for what a service does with data by itself: leaks, reveals, keeps, learns."""
    return _BY_ITSELF.search(text) is not None


def asks_whether_acceptable(text: str) -> bool:
    """Whether yes or no is asked of what may be done: is it allowed, or is it wrong, a problem, safe? Not what must."""
    text = _BEFALLS.sub(" ", text)
    asks_leave = asks_permission(_OBLIGED.sub(" ", text)) or _ACCEPTABLE.search(text) is not None
    return asks_leave and focus_of(text) in ("whether", "unsaid")


def asks_what_must(text: str) -> bool:
    """Whether it begins by asking what somebody has to do: "Do I have to tell …?"."""
    return _MUST.match(text) is not None


def asks_what_is_done(word: str) -> bool:
    """Whether a question's first word asks what the next one does: "Tallentaako", "Lagrar", "Does"; not "May"."""
    return _DOES.fullmatch(word) is not None and not asks_permission(word) and not _OBLIGED.search(word)


def tells(focus: Focus, text: str) -> bool:
    """Whether a text surely tells of this kind: names somebody who acts, a time, a number that is no year, a reason."""
    if focus == "who":
        return _ACTS.search(text) is not None
    if focus == "when":
        return _ONE["time"].search(text) is not None
    if focus == "how_many":
        return _SAID[focus].search(_ONE["time"].sub(" ", text)) is not None
    return focus == "why" and _SAID[focus].search(text) is not None


def holds_answer(focus: Focus, wanted: frozenset[Wanted], text: str) -> bool:
    """Whether a text has anything of the kind that is asked for: of a number, a time, somebody, a place, a reason."""
    kinds = {focus, *(_ALSO[each] for each in wanted if each in _ALSO)}
    return all(_SAID[kind].search(text) for kind in kinds if kind in _SAID)


def particulars_in(text: str) -> frozenset[Particular]:
    """The particulars that a question asks for by their names; none where yes or no is asked. A longer text that asks
    nothing ("clients' phone numbers into the model, their case is open") tells of addresses and numbers."""
    if _asks_yes_or_no(text):
        return frozenset()
    tells = focus_of(text) == "unsaid" and len(text.split()) > MOST_KEYWORDS
    told: frozenset[Particular] = frozenset({"email", "telephone"} if tells else ())
    return frozenset(each for each, pattern in _ASKED_FOR.items() if pattern.search(text)) - told


def gives(particulars: frozenset[Particular], text: str) -> bool:
    """Whether a text has something of the kind of each of them."""
    return all(_GIVEN[each].search(text) for each in particulars)


def counted_by(focus: Focus, particulars: frozenset[Particular]) -> frozenset[Wanted]:
    """What of a question's answer can be counted, in whichever words it asks: a price is a number."""
    kinds: dict[Wanted, bool] = {
        "number": focus == "how_many" or "price" in particulars,
        "time": focus == "when",
    }
    return frozenset(each for each, asked in kinds.items() if asked)


def tells_several(wanted: frozenset[Wanted], quote: str) -> bool:
    """Whether a quote holds two or more of what is wanted, a number or a time: a beginning and an end."""
    return any(len(_ONE[each].findall(quote)) > 1 for each in wanted if each in _ONE)
