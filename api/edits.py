"""What drafts make of the curated files: entry by entry where they have entries, else line by line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import BaseModel

from api.drafts import Single
from rag.curated.changed_corpus import content_of
from rag.curated.changes import Changes, CuratedFile, EditFile
from rag.curated.merging import EditsDiffer, NotTakenApart, changes_between, told_by_entries
from rag.publishing.publication import curated_file, with_applied
from rag.settings import Settings

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

    def lines(self) -> list[str]:
        """The differing lines, as `diff -u` shows them, where the entries do not tell them all."""
        if told_by_entries(self.name, self.before, self.after):
            return []
        before, after = self.before.splitlines(), self.after.splitlines()
        return list(difflib.unified_diff(before, after, self.name, self.name, lineterm=""))


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
