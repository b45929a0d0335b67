"""Small words that turn what a sentence claims: negation, modality, quantity, direction; in the language of each.

A cue word belongs to one class; two sentences that say the same have the same classes, though not the same words.
"""

from __future__ import annotations

import re
from typing import get_args

from rag.language.pack import Modality, Quantity, Turn, Unit
from rag.language.packs import ALL, PACKS, either
from rag.types import Language

_UNITS = {  # people are counted, but named besides
    unit: re.compile(rf"(?<!\w)(?:{either(pack.values.units[unit] for pack in ALL)})(?!\w)", re.IGNORECASE)
    for unit in get_args(Unit)
    if unit != "person"
}


def negations(text: str, language: Language) -> int:
    """How many times the text negates."""
    return len(PACKS[language].claims.negation.findall(text))


def modalities(text: str, language: Language) -> frozenset[Modality]:
    return frozenset(name for name, cues in PACKS[language].claims.modality.items() if cues.search(text))


def quantities(text: str, language: Language) -> frozenset[Quantity]:
    return frozenset(name for name, cues in PACKS[language].claims.quantity.items() if cues.search(text))


def turns(text: str, language: Language) -> frozenset[Turn]:
    """What narrows or widens what the text says. A condition counts in whatever words it is put."""
    found = {name for name, cues in PACKS[language].claims.turns.items() if cues.search(text)}
    return frozenset(found | {"if"} if PACKS[language].permission.conditions.search(text) else found)


def units(text: str) -> frozenset[Unit]:
    """What the text measures in, in any language."""
    return frozenset(name for name, pattern in _UNITS.items() if pattern.search(text))


def opposed(text: str, source: str, language: Language) -> bool:
    """Whether the text says the opposite of a word of the source: "more" where the source only says "less"."""
    for one, other in PACKS[language].claims.opposites.values():
        for has, against_it in ((one, other), (other, one)):
            if has.search(text) and not has.search(source) and against_it.search(source):
                return True
    return False
