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
_LISTED = re.compile(rf",\s+(?={_OPENS})")


def parts_of(text: str, language: Language, lexicon: Lexicon) -> list[str]:
    """The questions of a message in their order; the text alone where it asks one.

    Each part opens like a question and says of itself what it is about ("Mitä saa ja mitä ei saa syöttää?" is one
    question). A comma alone parts questions only in an enumeration whose last one is joined by a coordinator: else what
    follows it may be a clause ("Onko sanottu, mitä saa syöttää?").
    """
    parts: list[str] = []
    # One space and one mark where there are many: the searches below try every way to share out a run of them.
    folded = _MARKS.sub(r"\1", " ".join(text.split()))
    for sentence in _AFTER_MARK.split(folded):
        joined = _JOINED.split(sentence)
        if len(joined) > 1:
            joined = [piece for each in joined[:-1] for piece in _LISTED.split(each)] + joined[-1:]
        parts += joined if all(_asks(piece, language, lexicon) for piece in joined) else [sentence]
    parts = [part.strip(" \t\n,;") for part in parts if part.strip(" \t\n,;")]
    asking = [_STARTS.match(part) is not None and _asks(part, language, lexicon) for part in parts]
    marked = re.split(r"(?<=\?)\s", folded)
    if not all(asking) or len(parts) < len(marked):
        # Sentences that all end with a question mark are questions, however they begin ("Och för personuppgifter?").
        parts = marked
        asking = [part.endswith("?") and _says_something(part, language, lexicon) for part in marked]
    if not 1 < len(parts) <= MAX_PARTS or not all(asking):
        return [text]
    return [part if part.endswith(("?", "!", ".")) else f"{part}?" for part in parts]


def _says_something(text: str, language: Language, lexicon: Lexicon) -> bool:
    return any(not lexicon.read(word, language).function for word in split_words(text))


def _asks(piece: str, language: Language, lexicon: Lexicon) -> bool:
    """Whether it opens like a question and has a word that says what it is about."""
    opening = _STARTS.match(piece)
    rest = piece[opening.end() :] if opening else ""
    return _says_something(rest, language, lexicon)
