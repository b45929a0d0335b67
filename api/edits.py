"""What drafts make of the curated files: entry by entry, note by note where they have entries, else line by line."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import BaseModel

from api.drafts import Single
from rag.curated.changed_corpus import content_of
from rag.curated.changes import Changes, CuratedFile, EditFile
from rag.curated.merging import EditsDiffer, NotTakenApart, changes_between, order_of, told_by_entries
from rag.publishing.publication import curated_file, with_applied
from rag.settings import Settings

# What stands before a note of its own line, or behind a value.
_NOTE = re.compile(r"^\s*#+\s*|^[^#\"']*\s#+\s*")
MOST_NAMED = 3  # entries in the title of a draft


class EditedField(BaseModel):
    """before, after: as the file has them, null for nothing."""

    field: str
    before: Any
    after: Any


class EditedEntry(BaseModel):
    """A service, a rule or the organisation (whose name is empty), as an edit of the file changes it."""

    file: CuratedFile
    name: str
    kind: Literal["added", "changed", "removed"]
    fields: list[EditedField]


class Remark(BaseModel):
    """What an edit changes of a file with entries besides them. text: of a note; of the order the names as they follow
    now; of another way of writing nothing."""

    file: CuratedFile
    kind: Literal["note_added", "note_removed", "order", "form"]
    text: str


class FieldConflict(BaseModel):
    """What a draft and somebody else's publication since say otherwise of a field: how it was when the draft was made,
    how it is now, how the draft would have it. field: empty for the entry as such, which one of them took away; where
    entry and field are null, the text was edited as a whole, and cannot be taken apart."""

    draft_id: str
    file: CuratedFile
    entry: str | None = None
    field: str | None = None
    before: Any = None
    theirs: Any = None
    mine: Any = None


@dataclass(frozen=True, slots=True)
class Edited:
    """The text of a curated file before and after an edit."""

    name: CuratedFile
    before: str
    after: str

    def entries(self) -> list[EditedEntry]:
        return [
            EditedEntry(
                file=self.name,
                name=each.name,
                kind=each.kind,
                fields=[EditedField(field=f.field, before=f.before, after=f.after) for f in each.fields],
            )
            for each in changes_between(self.name, self.before, self.after)
        ]

    def remarks(self) -> list[Remark]:
        """What is other besides the entries: notes, their order, or only how it is written."""
        old, new = order_of(self.name, self.before), order_of(self.name, self.after)
        if old is None or new is None or told_by_entries(self.name, self.before, self.after):
            return []
        before, after = Counter(_notes(self.before)), Counter(_notes(self.after))
        found = [Remark(file=self.name, kind="note_removed", text=each) for each in (before - after).elements()]
        found += [Remark(file=self.name, kind="note_added", text=each) for each in (after - before).elements()]
        if [each for each in old if each in new] != [each for each in new if each in old]:
            found.append(Remark(file=self.name, kind="order", text=", ".join(new)))
        if not found and not self.entries() and self.before != self.after:
            found.append(Remark(file=self.name, kind="form", text=""))
        return found

    def lines(self) -> list[str]:
        """The differing lines, as `diff -u` shows them, of a file without entries."""
        if order_of(self.name, self.before) is not None and order_of(self.name, self.after) is not None:
            return []
        before, after = self.before.splitlines(), self.after.splitlines()
        return list(difflib.unified_diff(before, after, self.name, self.name, lineterm=""))


def _notes(text: str) -> list[str]:
    """The notes that people write beside the entries, without the sign that begins them."""
    return [note for line in text.splitlines() if (note := _NOTE.sub("", line)) != line and note.strip()]


def title_of(edited: Edited) -> str | None:
    """The entries that an edit changes, by their names, so that drafts of one file are told apart; None for none."""
    names = [each.name for each in edited.entries() if each.name]
    more = " …" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more or None


def applied_with_edits(
    settings: Settings, changes: Changes, singles: Sequence[Single]
) -> tuple[Changes, list[Edited], list[FieldConflict]]:
    """The changes with these, what they make of curated files, and what keeps some of them from being published."""
    edited: list[Edited] = []
    conflicts: list[FieldConflict] = []

    def text(name: CuratedFile) -> str:
        return curated_file(settings, changes, name).decode("utf-8", "replace")

    for each in singles:
        change = each.change
        if not isinstance(change, EditFile):
            changes = with_applied(settings, changes, change)
            continue
        before = text(change.name)
        of_file = {"draft_id": each.draft.id, "file": change.name}
        try:
            changes = with_applied(settings, changes, change)
        except EditsDiffer as differing:
            conflicts += [FieldConflict(**of_file, **asdict(found)) for found in differing.conflicts]
        except NotTakenApart:
            conflicts.append(FieldConflict(**of_file))
            edited.append(
                Edited(change.name, *(content_of(settings, of or "").decode() for of in (change.base, change.object)))
            )
            continue
        edited.append(Edited(change.name, before, text(change.name)))
    return changes, edited, conflicts
