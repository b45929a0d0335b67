"""Lists of a canonical text: where one begins, what leads it in, and what stands above an item.

A list's lead-in decides what its items say ("Tekoälyyn ei saa syöttää:"), so it must be the list's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language.packs import ALL, either
from rag.types import Block

_COUNTER = re.compile(r"\d+|(?<!\w)[a-z]{1,4}(?!\w)", re.IGNORECASE)
_ROMAN = "ivx"
_ANNOUNCES = re.compile(rf"\b(?:{either(pack.documents.announces for pack in ALL)})\b", re.IGNORECASE)
_ENDS = ".!"
_NOTE_MARK = re.compile(r"(?<=\S)(?:[⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾*]{1,9}|[\[(]\d{1,3}[\])])$")
_MARK_CHARS = 10  # the longest of these
_NAME_WORDS = 2  # a short item with a full stop is a name more often than a sentence: "Henkilöarviointi."


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
    before = at - 1
    while before >= 0 and blocks[before].kind == "item" and blocks[before].level > item.level:
        before -= 1
    if before < 0 or blocks[before].kind != "item" or blocks[before].level < item.level:
        return item.begins
    (kind, number), (other, last) = _mark(item, text), _mark(blocks[before], text)
    if kind != other or number is None or last is None:
        return kind != other or item.begins
    # Editors begin an element anew where a list is counted on; "1." again and again is one list.
    return (item.begins and number != last + 1) or (number == 1 and last > 1)


def continued(blocks: Sequence[Block], at: int, text: str) -> int | None:
    """The item that one behind a paragraph counts on from; None where it begins a list. Only a sentence by itself may
    stand between: what leads in the items behind it leads them in, however they count."""
    kind, number = _mark(blocks[at], text)
    if number is None or number < 2 or at == 0 or blocks[at - 1].kind != "paragraph":
        return None
    before = at - 1
    while before >= 0 and blocks[before].kind == "paragraph" and _stands_alone(blocks[before].span.of(text)):
        before -= 1
    if before < 0 or blocks[before].kind != "item":
        return None
    last = before
    while blocks[last].level > blocks[at].level and last > 0 and blocks[last - 1].kind == "item":
        last -= 1
    return last if _mark(blocks[last], text) == (kind, number - 1) else None


def leads_in(paragraph: Block, item: Block, text: str) -> bool:
    """Whether a list goes on from what a paragraph says."""
    return words_lead_in(paragraph.span.of(text), item.span.of(text))


def words_lead_in(paragraph: str, item: str) -> bool:
    """Whether a list goes on from the paragraph before its first item. One that ends like a sentence before a list of
    sentences stands by itself, unless it announces what follows."""
    first = without_note_mark(item.rstrip())
    is_sentence = first[:1].isupper() and first[-1:] in _ENDS and len(first.split()) > _NAME_WORDS
    return not (is_sentence and _stands_alone(paragraph))


def without_note_mark(words: str) -> str:
    """Words without a note's mark behind the last of them: "saa.¹" ends as a sentence does."""
    tail = words[-_MARK_CHARS:]
    return words[: len(words) - len(tail)] + _NOTE_MARK.sub("", tail)


def _stands_alone(paragraph: str) -> bool:
    """Whether a paragraph is a sentence that announces nothing."""
    said = without_note_mark(paragraph.rstrip())
    return said[-1:] in _ENDS and not _ANNOUNCES.search(said)


def above(blocks: Sequence[Block], text: str) -> dict[int, tuple[Block, ...]]:
    """What each item goes on from, by where its words start: the list's lead-in, and the items that it stands below,
    the outermost first."""
    found: dict[int, tuple[Block, ...]] = {}
    lead: Block | None = None
    parents: list[Block] = []
    for number, item in enumerate(blocks):
        if item.kind != "item":
            continue
        before = blocks[number - 1] if number else None
        if before is None or before.kind != "item":
            if continued(blocks, number, text) is None:
                leads = before is not None and before.kind == "paragraph" and leads_in(before, item, text)
                lead, parents = before if leads else None, []
        elif item.level <= 1 and begins_list(blocks, number, text):
            lead, parents = None, []
        while parents and parents[-1].level >= item.level:
            parents.pop()
        found[item.span.start] = (*([lead] if lead else []), *parents)
        parents.append(item)
    return found


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
