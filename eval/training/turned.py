"""Sentences that say the opposite: "ei saa" made of "saa", and the other way round.

A reader that judges by the subject alone gives the same verdict to both. What is made is kept only where the analysis
of permission (rag/language/permissions.py) reads the opposite in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.language.permissions import permission_in
from rag.types import Language, Verdict

OPPOSITE: Mapping[Verdict, Verdict] = {"allowed": "not_allowed", "not_allowed": "allowed"}

# Of the first pair that is found one word takes the place of the other. Negations come first: "saa" stands in "ei saa".
PAIRS: Mapping[Language, tuple[tuple[str, str], ...]] = {
    "fi": (
        ("ei saa", "saa"), ("eivät saa", "saavat"), ("ei voi", "voi"), ("eivät voi", "voivat"),
        ("ei ole sallittua", "on sallittua"), ("ei ole sallittu", "on sallittu"), ("on kielletty", "on sallittu"),
        ("on kiellettyä", "on sallittua"), ("saa", "ei saa"), ("saavat", "eivät saa"), ("voi", "ei voi"),
        ("voivat", "eivät voi"), ("on sallittua", "on kiellettyä"), ("on sallittu", "on kielletty"),
    ),
    "sv": (
        ("får inte", "får"), ("får ej", "får"), ("kan inte", "kan"), ("är inte tillåtet", "är tillåtet"),
        ("är inte tillåten", "är tillåten"), ("är förbjudet", "är tillåtet"), ("är förbjuden", "är tillåten"),
        ("får", "får inte"), ("är tillåtet", "är förbjudet"), ("är tillåten", "är förbjuden"),
    ),
    "en": (
        ("must not", "may"), ("may not", "may"), ("cannot", "can"), ("is not permitted", "is permitted"),
        ("is not allowed", "is allowed"), ("are not allowed", "are allowed"), ("is prohibited", "is permitted"),
        ("is forbidden", "is permitted"), ("may", "may not"), ("can", "cannot"), ("is permitted", "is prohibited"),
        ("is allowed", "is not allowed"), ("are allowed", "are not allowed"),
    ),
}  # fmt: skip


def turned(text: str, language: Language) -> str | None:
    """The sentence with the opposite permission; None where it decides neither way, or on a condition, or no such
    sentence is known of it."""
    said = permission_in(text, language)
    if said.verdict is None or said.verdict not in OPPOSITE or said.conditions:
        return None
    for word, other in PAIRS[language]:
        changed = re.sub(rf"\b{word}\b", other, text, count=1, flags=re.IGNORECASE)
        if changed != text:
            changed = changed[0].upper() + changed[1:] if text[0].isupper() else changed
            return changed if permission_in(changed, language).verdict == OPPOSITE[said.verdict] else None
    return None
