"""How the passages of a text differ from those of the text before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest


@dataclass(frozen=True, slots=True)
class Changed:
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Passages, in the order of the text."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)


def difference(before: Sequence[str], after: Sequence[str]) -> Difference:
    """Without passages before all are added, without any after all are removed.

    The time grows with the square of the passages that are alike: for text from outside see rag.publishing.inspection.
    """
    found = Difference()
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for gone, come in zip_longest(before[i:j], after[k:m]):
            if gone is not None and come is not None:
                found.changed.append(Changed(before=gone, after=come))
            elif gone is not None:
                found.removed.append(gone)
            else:
                found.added.append(come)
    return found
