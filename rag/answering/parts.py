"""Several questions in one message: "Paljonko kokeilut maksoivat ja mitä malleja niissä käytettiin?" """

from __future__ import annotations

import re

from rag.language.packs import ALL, either
from rag.language.words import Lexicon, split_words
from rag.types import Language

MAX_PARTS = 4  # a bound on the time of one message; with more it is read as one question

# How a question begins, in any of the languages; what begins so after a coordinator is a question of its own.
_OPENS = rf"(?i:{either(pack.messages.opens for pack in ALL)})\b"
# What may stand before it: a greeting, a coordinator, a polite request.
_BEFORE = (
    rf"\W{{0,9}}(?i:(?:{either(pack.messages.greetings for pack in ALL)})\b\W{{0,9}})?"
    rf"(?i:(?:{either(pack.messages.and_also for pack in ALL)})\s+)?"
    rf"(?i:(?:{either(pack.messages.please_tell for pack in ALL)})\W+)?"
)
_MARKS = re.compile(r"([?!.;])(?:\s?[?!.;])+")
_STARTS = re.compile(rf"{_BEFORE}{_OPENS}")
_AFTER_MARK = re.compile(rf"(?<=[?!.;])\s+(?={_BEFORE}{_OPENS})")
_JOINED = re.compile(rf"\s?,?\s(?i:{either(pack.messages.joins for pack in ALL)})\s+(?={_OPENS})")
# "may I summarise who attended": a question within another.
_INSIDE = re.compile(rf"\s(?i:{either(pack.messages.within for pack in ALL)})\b")
_NUMBERED = re.compile(r"^(?:\d{1,2}[.)]|[-•*–])\s{1,9}")  # how a line of a list begins
_LISTED = re.compile(rf",\s+(?={_OPENS})")


def parts_of(text: str, language: Language, lexicon: Lexicon) -> list[str]:
    """The questions of a message in their order; the text alone where it asks one.

    Each part opens like a question and says of itself what it is about ("Mitä saa ja mitä ei saa syöttää?" is one
    question). A comma alone parts questions only in an enumeration whose last one is joined by a coordinator: else what
    follows it may be a clause ("Onko sanottu, mitä saa syöttää?").
    """
    lines = [_NUMBERED.sub("", line.strip()) for line in text.splitlines() if line.strip()]
    if 1 < len(lines) <= MAX_PARTS and all(_asks(line, language, lexicon) for line in lines):
        return [_closed(line) for line in lines]
    # One space and one mark where there are many: the searches below try every way to share out a run of them.
    folded = _MARKS.sub(r"\1", " ".join(" ".join(lines).split()))
    parts = _opening_like_questions(folded, language, lexicon)
    marked = re.split(r"(?<=\?)\s", folded)
    if len(parts) < len(marked):
        # Sentences that all end with a question mark are questions, however they begin ("Och för personuppgifter?").
        asked = all(each.endswith("?") and _says_something(each, language, lexicon) for each in marked)
        parts = marked if asked else []
    if not 1 < len(parts) <= MAX_PARTS:
        return [text]
    return [_closed(part) for part in parts]


def _closed(part: str) -> str:
    return part if part.endswith(("?", "!", ".")) else f"{part}?"


def _opening_like_questions(text: str, language: Language, lexicon: Lexicon) -> list[str]:
    """The pieces of a text, each of which opens like a question; none where one does not. What is told before the
    first question ("Olen osastonhoitaja. Onko …, ja mitä …?") goes with it."""
    parts: list[str] = []
    told = ""
    for sentence in _AFTER_MARK.split(text.strip(" ,;")):
        joined = _JOINED.split(sentence)
        if len(joined) > 1:
            joined = [piece for each in joined[:-1] for piece in _LISTED.split(each)] + joined[-1:]
        whole = all(_asks(piece, language, lexicon) for piece in joined)
        if whole and not any(_INSIDE.search(piece.strip()) for piece in joined[:-1]):
            parts += [piece.strip(" \t\n,;") for piece in joined]
        elif _asks(sentence, language, lexicon):
            parts.append(sentence.strip(" \t\n,;"))
        elif parts or told or sentence.endswith("?"):
            return []
        else:
            told = f"{sentence} "
    return [f"{told}{parts[0]}", *parts[1:]] if parts else []


def _says_something(text: str, language: Language, lexicon: Lexicon) -> bool:
    return any(not lexicon.read(word, language).function for word in split_words(text))


def _asks(piece: str, language: Language, lexicon: Lexicon) -> bool:
    """Whether it opens like a question and has a word that says what it is about."""
    opening = _STARTS.match(piece)
    rest = piece[opening.end() :] if opening else ""
    return _says_something(rest, language, lexicon)
