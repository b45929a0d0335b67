"""What a question asks itself, without the clauses that only say when, or of what: "Does it stay there if I …?"."""

from __future__ import annotations

import re

from rag.language.packs import ALL, either
from rag.language.sentences import split_sentences

_REST = r"\s(?:[^,;:?–—]|:(?=\w))*"  # of a clause; a colon may stand within a word
_SUBORDINATES = either(pack.questions.subordinates for pack in ALL)
# "When does it end?" begins with no clause; "When I paste it, does it stay there?" does.
_SUBORDINATE = re.compile(
    rf"^\W*(?:{_SUBORDINATES}){_REST},"
    rf"|[\s,;](?:{_SUBORDINATES}|{either(pack.questions.relatives for pack in ALL)}){_REST}[,;:?–—]?",
    re.IGNORECASE,
)


def main_and_subordinate(text: str) -> tuple[str, str] | None:
    """The last sentence that asks, or else the last, in two: without its subordinate clauses, which go to the next
    comma, and these alone; None where it has none."""
    sentences = [span.of(text) for span in split_sentences(text)]
    asking = [each for each in sentences if each.rstrip().endswith("?")] or sentences
    subordinate = " ".join(clause[0] for clause in _SUBORDINATE.finditer(asking[-1]))
    return (_SUBORDINATE.sub(" ", asking[-1]).strip(), subordinate.strip()) if subordinate else None
