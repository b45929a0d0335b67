"""Where sentences end, in text of any of the languages."""

from __future__ import annotations

import re

from rag.language.packs import ALL, LETTERS, either
from rag.types import Span

# A run of marks is looked at once, from its first one: from each of them it would take n² steps.
_BOUNDARY = re.compile(
    rf"(?<![.!?…])[.!?…]+[\"”»’')\]]*\s+(?=(?:[–—]\s|§\s?)?[\"”“‘„»«(\[]?[A-Z{LETTERS.upper()}ÉÜ0-9])"  # noqa: RUF001
)
_ABBREVIATIONS = frozenset().union(*(pack.abbreviations for pack in ALL))
_NUMBERED = frozenset().union(*(pack.numbered for pack in ALL))
_NUMBER = re.compile(rf"[(\[]?(?:\d|[IVXLC]{{1,7}}\b|[A-Z{LETTERS.upper()}]{{2,9}}[/ -](?:\w{{1,9}}/)?\d)")
_COUNTED = re.compile(r"\d\s?\w{1,9}\.$")  # "30 min."
# Letters with full stops between them, as "E.U.", "j.k."; the end of a day is one of a sentence, too.
_LETTERS = re.compile(r"(?!(?:a|p)\.m$)[^\W\d_](?:\.[^\W\d_])+")
# What of a sentence is looked at to see whether its last word is an abbreviation: longer than any of them.
_TAIL = 40
_DAY = re.compile(r"\d{1,2}\.\s?\d{1,2}\.$")
_REST_OF_DAY = re.compile(r"\d{1,2}\.\s?\d{4}\b")  # "5. | 6. 2026"
_BEGUN_DAY = re.compile(r"(?<!\d)\d{1,2}\.$")
# "Se koskee luokkaa B. Muut saa käsitellä." ends there; "J. Virtanen" does not.
_NAMED_BY_LETTER = re.compile(
    rf"(?:{either(pack.documents.lettered for pack in ALL)})\s[A-Z{LETTERS.upper()}]\.$", re.IGNORECASE
)
_BRACKET = 400  # characters; what stays open longer was never closed
_CLOSING = "\"”»’')] "


def split_sentences(text: str, offset: int = 0) -> list[Span]:
    """The sentences of one block, trimmed; offset is added to every position."""
    spans: list[Span] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        end = match.start() + len(match.group().rstrip())
        if not _is_abbreviation(text, start, end, match.end()) and not _goes_on(text, start, end, match.end()):
            spans.append(Span(offset + start, offset + end))
            start = match.end()
    if text[start:].strip():
        spans.append(Span(offset + start, offset + len(text.rstrip())))
    return spans


def _goes_on(text: str, start: int, end: int, after: int) -> bool:
    """Whether a date or a bracket is still open: "voimaan 1.1. | 2026", "(ei vastausta. | Erikseen.)". after: where the
    next word begins."""
    if text[after : after + 1].isdigit() and _DAY.search(text, max(start, end - _TAIL), end):
        return True
    if _REST_OF_DAY.match(text, after) and _BEGUN_DAY.search(text, max(start, end - _TAIL), end):
        return True
    if end - start > _BRACKET:
        return False
    opened = text.count("(", start, end) - text.count(")", start, end)
    return opened > 0 and ")" in text[end : end + _BRACKET]


def _is_abbreviation(text: str, start: int, end: int, after: int) -> bool:
    """Whether text[start:end] ends in a word that goes on after its full stop. after: where the next word begins."""
    tail = text[max(start, end - _TAIL) : end].rstrip(_CLOSING)
    if not tail.endswith("."):
        return False
    word = re.split(r"[^\w.]", tail.rstrip(".!?…"))[-1].lower()
    # "J. Virtanen" and "1. Osasto" go on; "vuonna 2022." ends.
    if word.isdigit():
        return len(word) < 3 and end - start <= _TAIL and tail.strip() == word + "."
    if word in _NUMBERED:
        return _NUMBER.match(text, after) is not None and _COUNTED.search(tail) is None
    return (
        word in _ABBREVIATIONS
        or _LETTERS.fullmatch(word) is not None
        or (len(word) == 1 and not _NAMED_BY_LETTER.search(tail))
    )
