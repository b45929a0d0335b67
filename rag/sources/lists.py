"""Lists of a canonical text: where one begins, what leads it in, and what stands above an item.

A list's lead-in decides what its items say ("Tekoälyyn ei saa syöttää:"), so it must be the list's own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from rag.language.packs import ALL, either
from rag.types import Block, Document

_COUNTER = re.compile(r"\d+|(?<!\w)[a-z]{1,4}(?!\w)", re.IGNORECASE)
_ROMAN = "ivx"
_ANNOUNCES = re.compile(rf"\b(?:{either(pack.documents.announces for pack in ALL)})\b", re.IGNORECASE)
_ENDS = ".!"


def end_of_list(blocks: Sequence[Block], at: int, text: str) -> int:
    """Where the list that begins at `at` goes on no further."""
    end = at + 1
    while end < len(blocks) and blocks[end].kind == "item" and not begins_list(blocks, end, text):
        end += 1
    return end


def begins_list(blocks: Sequence[Block], at: int, text: str) -> bool:
    """Whether an item that follows another begins a list of its own: its reader says so, or its mark is of another
    kind, or counts anew."""
    item = blocks[at]
    if item.begins:
        return True
    before = at - 1
    while before >= 0 and blocks[before].kind == "item" and blocks[before].level > item.level:
        before -= 1
    if before < 0 or blocks[before].kind != "item" or blocks[before].level < item.level:
        return False
    (kind, number), (other, last) = _mark(item, text), _mark(blocks[before], text)
    return kind != other or (number is not None and last is not None and number <= last)


def continued(blocks: Sequence[Block], at: int, text: str) -> int | None:
    """The item that one behind a paragraph counts on from; None where it begins a list."""
    before = at - 1
    while before >= 0 and blocks[before].kind == "paragraph":
        before -= 1
    kind, number = _mark(blocks[at], text)
    if before < 0 or before == at - 1 or blocks[before].kind != "item" or number is None:
        return None
    last = before
    while blocks[last].level > blocks[at].level and last > 0 and blocks[last - 1].kind == "item":
        last -= 1
    return last if _mark(blocks[last], text) == (kind, number - 1) else None


def leads_in(paragraph: Block, item: Block, text: str) -> bool:
    """Whether a list goes on from what a paragraph says. One that ends like a sentence before a list of sentences
    stands by itself, unless it announces what follows."""
    said, first = paragraph.span.of(text).rstrip(), item.span.of(text).rstrip()
    if said[-1:] not in _ENDS or _ANNOUNCES.search(said):
        return True
    return not (first[:1].isupper() and first[-1:] in _ENDS)


def above(at: int, document: Document) -> tuple[Block, ...]:
    """What an item goes on from, that begins at a place in the text: the list's lead-in, and the items that it stands
    below, the outermost first. None for what is no item."""
    blocks, text = document.blocks, document.text
    number = bisect_right(blocks, at, key=lambda block: block.span.start) - 1
    if number < 0 or blocks[number].kind != "item":
        return ()
    found: list[Block] = []
    level = blocks[number].level
    while number > 0:
        item, before = blocks[number], blocks[number - 1]
        if before.kind == "item":
            if item.level <= 1 and begins_list(blocks, number, text):
                break
            if before.level < level:
                found.append(before)
                level = before.level
            number -= 1
        elif (last := continued(blocks, number, text)) is not None:
            number = last
        else:
            if before.kind == "paragraph" and leads_in(before, item, text):
                found.append(before)
            break
    return tuple(reversed(found))


def _mark(item: Block, text: str) -> tuple[str, int | None]:
    """The kind of an item's mark, "1." or "a)", and the number that it counts; None for a bullet, and where nobody
    knows whether a letter counts as one."""
    start = item.span.start
    mark = text[text.rfind("\n", 0, start) + 1 : start].strip()
    counters = _COUNTER.findall(mark)
    if not counters:
        return mark, None
    said = counters[-1].lower()
    kind = _COUNTER.sub(lambda each: "1" if each[0].isdigit() else "a", mark)
    if said.isdigit():
        return kind, int(said)
    return kind, ord(said) - ord("a") + 1 if len(said) == 1 and said not in _ROMAN else None
