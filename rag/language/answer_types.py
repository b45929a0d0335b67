"""What kind of answer does a question want? By the question words of all languages, as people type them."""

from __future__ import annotations

import re
from typing import get_args

from rag.language.pack import Focus, Wanted
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
_SAID: dict[Focus, re.Pattern[str]] = {
    "how_many": re.compile(rf"\d|\b(?:{either(pack.questions.number_said for pack in ALL)})\b", re.IGNORECASE),
    "when": re.compile(rf"\d|\b(?:{either(pack.questions.when_said for pack in ALL)})\b", re.IGNORECASE),
    "who": re.compile(rf"{_REACHED_AT}|\b(?:{either(pack.questions.person_said for pack in ALL)})\b", re.IGNORECASE),
    "where": re.compile(
        rf"{_REACHED_AT}|https?:|www\.|\b(?:{either(pack.questions.place_said for pack in ALL)})\b", re.IGNORECASE
    ),
    "why": re.compile(rf"\b(?:{either(pack.questions.reason_said for pack in ALL)})\b", re.IGNORECASE),
}
_ALSO: dict[Wanted, Focus] = {"number": "how_many", "time": "when"}
# What can be counted of it: of times those alone that stand for a beginning or an end.
_ONE: dict[Wanted, re.Pattern[str]] = {
    "number": _SAID["how_many"],
    "time": re.compile(
        rf"\d{{4}}|\d{{1,2}}\.\d{{1,2}}\.|{either(pack.questions.time_said for pack in ALL)}", re.IGNORECASE
    ),
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
_PERMISSION = re.compile(
    rf"\b({either(pack.questions.permission for pack in ALL)})\b"
    r"|\bok(?:ay|ei|ej)?(?:\s+(?:vai ei|eller inte|eller ej|or not))?\W*$",
    re.IGNORECASE,
)

_ACCEPTABLE = _asked_by(either(pack.questions.acceptable for pack in ALL))
_DOES = re.compile(either(pack.questions.does for pack in ALL), re.IGNORECASE)
_OBLIGED = _asked_by(either(pack.questions.obliged for pack in ALL))


def wanted_in(text: str) -> frozenset[Wanted]:
    """What an answer to the question must hold; empty where nothing can be told."""
    return frozenset(kind for kind, pattern in _WANTED.items() if pattern.search(text))


def focus_of(text: str) -> Focus:
    """The kind of answer that is wanted; "unsaid" for keywords."""
    if _BEGINS_WITH_VERB.search(text) or (_LATER_VERB.search(text) and not _BEGINS_WITH_QUESTION.match(text)):
        return "whether"
    for focus, pattern in _FOCUS.items():
        if pattern.search(text):
            return focus
    return "whether" if text.rstrip().endswith("?") and " " in text.strip() else "unsaid"


def asks_permission(text: str) -> bool:
    """May I, may one, is it allowed, on what condition."""
    return _PERMISSION.search(text) is not None


def asks_whether_acceptable(text: str) -> bool:
    """Whether yes or no is asked of what may be done: is it allowed, or is it wrong, a problem, safe? Not what must."""
    asks_leave = asks_permission(_OBLIGED.sub(" ", text)) or _ACCEPTABLE.search(text) is not None
    return asks_leave and focus_of(text) in ("whether", "unsaid")


def asks_what_is_done(word: str) -> bool:
    """Whether a question's first word asks what the next one does: "Tallentaako", "Lagrar", "Does"; not "May"."""
    return _DOES.fullmatch(word) is not None and not asks_permission(word) and not _OBLIGED.search(word)


def holds_answer(focus: Focus, wanted: frozenset[Wanted], text: str) -> bool:
    """Whether a text has anything of the kind that is asked for: of a number, a time, somebody, a place, a reason."""
    kinds = {focus, *(_ALSO[each] for each in wanted if each in _ALSO)}
    return all(_SAID[kind].search(text) for kind in kinds if kind in _SAID)


def tells_several(wanted: frozenset[Wanted], quote: str) -> bool:
    """Whether a quote holds two or more of what is wanted, a number or a time: a beginning and an end."""
    return any(len(_ONE[each].findall(quote)) > 1 for each in wanted if each in _ONE)
