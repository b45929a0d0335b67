"""Which words of a text it denies: "a report that is not public", "henkilötietoja siinä ei ole"."""

from __future__ import annotations

import re
from collections.abc import Container

from rag.language.packs import ALL, either
from rag.language.words import WORD

_BEFORE = re.compile(rf"(?<![\w-])(?:{either(pack.absence.before for pack in ALL)})\s+$", re.IGNORECASE)
_BUT = re.compile(rf"\b(?:{either(pack.absence.but for pack in ALL)})\s+$", re.IGNORECASE)
_AFTER = re.compile(rf"(?:{either(pack.absence.after for pack in ALL)})", re.IGNORECASE)
_OR = re.compile(either(pack.absence.or_ for pack in ALL), re.IGNORECASE)
# How much of the text before a word is looked at: a denial of more words than these fit in is none of that word.
_LOOKED_AT = 80


def denied_words(text: str, among: Container[int]) -> frozenset[int]:
    """Those of the words that the text says not to be so or not to be there. The words, and among which of them is
    looked, by their numbers in split_words(text)."""
    found: set[int] = set()
    words = list(WORD.finditer(text))
    for number, word in enumerate(words):
        # "ei ole salaista tai sisäistä": neither is so.
        joined = number - 2 in found and _OR.fullmatch(words[number - 1][0]) is not None
        if number in among and (joined or _is_denied(text, word.start(), word.end())):
            found.add(number)
    return frozenset(found)


def _is_denied(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _LOOKED_AT) : start]
    if _BEFORE.search(before) and not _BUT.search(before):
        return True
    return _AFTER.match(text, end) is not None
