"""A language model's text as it comes → whole sentences with the numbers they cite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.language.packs import LETTERS

MAX_CHARACTERS = 500  # a longer "sentence" is a model that has lost its way; chosen by judgement
# A full stop ends a sentence when a capital, a list mark or a new line follows ("esim. kunnat" goes on). Numbers may
# stand before or after it.
_END = re.compile(rf"(?:[.!?…][\"”’)]*(?:\s*\[[\d,\s]+\])*(?=\s+[^\s\[a-z{LETTERS}])|\n)")
_LAST = re.compile(r"[.!?…][\"”’)]*(?:\s*\[[\d,\s]+\])*\s*$")
_NUMBERS = re.compile(r"\s{0,3}\[([\d,\s]+)\]")
_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_QUOTED = re.compile(r"^[\"”“»](.*)[\"”“«]([.!?]?)$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a sentence says, without its numbers, and the numbers."""

    text: str
    numbers: tuple[int, ...]


def sentences(pieces: Iterable[str]) -> Iterator[Sentence]:
    """Each sentence as soon as it is whole; a last one without an end is left out, for it may be cut off."""
    waiting = ""
    for piece in pieces:
        waiting += piece
        while end := _END.search(waiting):
            yield from _read(waiting[: end.end()])
            waiting = waiting[end.end() :]
        if len(waiting) > MAX_CHARACTERS:
            return
    if _LAST.search(waiting):
        yield from _read(waiting)


def _read(text: str) -> Iterator[Sentence]:
    numbers = [int(number) for group in _NUMBERS.findall(text) for number in re.findall(r"\d{1,3}", group)]
    said = _MARK.sub("", " ".join(_NUMBERS.sub("", text).split())).strip("*_ ")
    said = _QUOTED.sub(r"\1\2", said)
    if any(char.isalnum() for char in said):
        yield Sentence(said, tuple(dict.fromkeys(numbers)))
