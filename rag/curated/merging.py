"""What an edit of a curated file changes, entry by entry; and the same edit of a file that others have edited since.

Of rules and services each entry has a name, the organisation is one entry without. An edit that is more than its
entries (notes, order, another form) is not taken apart: it holds for the text that it was made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from rag.curated.changes import CuratedFile
from rag.curated.yaml_entries import NotEditable, with_entry, with_fields, without_entry
from rag.errors import ChangeOutdated

Side = Literal["mine", "theirs"]
Entry = Mapping[str, Any]
Choices = Mapping[tuple[str, str], Side]  # by entry and field: what is taken where two edits differ

WHOLE = ""  # the field of a conflict about the entry as such: one took it away, or both added it
# The list of a file, and what names an entry of it. concepts.yaml and suggestions.yaml are edited as text alone.
_LISTS: Mapping[CuratedFile, tuple[str, str]] = {"rules.yaml": ("rules", "id"), "tools.yaml": ("tools", "name")}
_FIELDS: frozenset[CuratedFile] = frozenset({"organisation.yaml"})
_WHOLE_TEXT = "{name}: the text has been edited as a whole, and by somebody else since."
_FORM = re.compile(r"[\s\"'{}\[\],-]+")
_OF_THE_FILE = ""  # the name of the one entry of a file without a list


@dataclass(frozen=True)
class FieldChange:
    """before, after: as the file has them, None for nothing."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class EntryChange:
    """kind: what becomes of the entry; fields: those that are other."""

    name: str
    kind: Literal["added", "changed", "removed"]
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Conflict:
    """What two edits say otherwise of a field: how it was, how it is now, how this edit would have it. field: WHOLE for
    the entry as such, whose values are entries or None."""

    entry: str
    field: str
    before: Any
    theirs: Any
    mine: Any


class NotTakenApart(ChangeOutdated):
    """An edit that is more than its entries, of a text that is not there any more."""


class EditsDiffer(ChangeOutdated):
    """Two edits say otherwise of the same fields, and nobody has chosen between them."""

    def __init__(self, name: CuratedFile, conflicts: Sequence[Conflict]) -> None:
        fields = ", ".join(f"{each.entry} {each.field}".strip() for each in conflicts)
        super().__init__(f"{name}: somebody else has edited the same: {fields}.")
        self.name = name
        self.conflicts = tuple(conflicts)


def changes_between(name: CuratedFile, before: str, after: str) -> tuple[EntryChange, ...]:
    """What is other in the entries, in the order of the file; nothing for a file that has none, or with a mistake."""
    try:
        old, new = _entries(name, before), _entries(name, after)
    except NotTakenApart:
        return ()
    return tuple(
        EntryChange(
            each,
            "added" if each not in old else "removed" if each not in new else "changed",
            tuple(_fields(old.get(each, {}), new.get(each, {}))),
        )
        for each in (*new, *(each for each in old if each not in new))
        if old.get(each) != new.get(each)
    )


def told_by_entries(name: CuratedFile, before: str, after: str) -> bool:
    """Whether the changes of the entries are all that is other."""
    changed = changes_between(name, before, after)
    if not changed:
        return False
    now = _entries(name, after)
    try:
        made = _with_entries(name, before, {each.name: now.get(each.name) for each in changed})
    except NotTakenApart:
        return False
    # The entries are the same by now; so are the notes and the order, if only the form of values differs.
    return _FORM.sub("", made) == _FORM.sub("", after)


def merged(
    name: CuratedFile, base: str, present: str, wanted: str, choices: Choices | None = None
) -> tuple[str, tuple[Conflict, ...]]:
    """The present text with what has been made of base: another text, and what is left to decide, for which the present
    one holds. Raises NotTakenApart."""
    if base == wanted:
        return present, ()
    if present in (base, wanted):
        return wanted, ()
    if not told_by_entries(name, base, wanted):
        raise NotTakenApart(_WHOLE_TEXT.format(name=name))
    changed = [each.name for each in changes_between(name, base, wanted)]
    before, theirs, mine = (_entries(name, text) for text in (base, present, wanted))
    conflicts: list[Conflict] = []
    taken: dict[str, Entry | None] = {}
    for each in changed:
        merging = _Merging(each, choices or {}, conflicts)
        taken[each] = merging.entry(before.get(each), theirs.get(each), mine.get(each))
    return _with_entries(name, present, taken), tuple(conflicts)


@dataclass(frozen=True)
class _Merging:
    """One entry; what nobody has chosen between is added to conflicts, and stays theirs."""

    name: str
    choices: Choices
    conflicts: list[Conflict]

    def entry(self, before: Entry | None, theirs: Entry | None, mine: Entry | None) -> Entry | None:
        if theirs is None or mine is None:
            whole: Entry | None = self._one(WHOLE, before, theirs, mine)
            return whole
        fields = [*theirs, *(each for each in mine if each not in theirs)]
        of = before or {}
        kept = {each: self._one(each, of.get(each), theirs.get(each), mine.get(each)) for each in fields}
        return {each: value for each, value in kept.items() if value is not None}

    def _one(self, field: str, before: Any, theirs: Any, mine: Any) -> Any:
        if theirs in (before, mine):
            return mine
        if mine == before:
            return theirs
        side = self.choices.get((self.name, field))
        if side is None:
            self.conflicts.append(Conflict(self.name, field, before, theirs, mine))
        return mine if side == "mine" else theirs


def _with_entries(name: CuratedFile, text: str, entries: Mapping[str, Entry | None]) -> str:
    """The text with these entries, None for one that goes. Raises NotTakenApart where its form does not allow it."""
    try:
        for each, entry in entries.items():
            present = _entries(name, text)
            if entry == present.get(each):
                continue
            if name in _FIELDS:
                text = with_fields(text, entry or {})
                continue
            key, number = _LISTS[name][0], list(present).index(each) if each in present else None
            if entry is not None:
                text = with_entry(text, key, number, entry)
            elif number is not None:
                text = without_entry(text, key, number)
    except NotEditable:
        raise NotTakenApart(_WHOLE_TEXT.format(name=name)) from None
    return text


def _entries(name: CuratedFile, text: str) -> dict[str, dict[str, Any]]:
    """The entries by their names. Raises NotTakenApart for a text with a mistake, or with two of one name."""
    fields = name in _FIELDS
    if name not in _LISTS and not fields:
        raise NotTakenApart(_WHOLE_TEXT.format(name=name))
    try:
        loaded = yaml.safe_load(text) or {}
        listed = [loaded] if fields and loaded else [] if fields else list(loaded.get(_LISTS[name][0]) or ())
        names = [_OF_THE_FILE if fields else str(each[_LISTS[name][1]]) for each in listed]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError):
        raise NotTakenApart(_WHOLE_TEXT.format(name=name)) from None
    if len(set(names)) < len(names) or not all(isinstance(each, dict) for each in listed):
        raise NotTakenApart(_WHOLE_TEXT.format(name=name))
    return dict(zip(names, listed, strict=True))


def _fields(before: Entry, after: Entry) -> Iterator[FieldChange]:
    for each in (*after, *(each for each in before if each not in after)):
        if before.get(each) != after.get(each):
            yield FieldChange(each, before.get(each), after.get(each))
