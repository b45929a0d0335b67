"""Small words that turn what a sentence claims: negation, modality, quantity, direction; in the language of each.

A cue word belongs to one class; two sentences that say the same have the same classes, though not the same words.
"""

from __future__ import annotations

from rag.language.pack import Modality, Quantity
from rag.language.packs import PACKS
from rag.types import Language


def negations(text: str, language: Language) -> int:
    """How many times the text negates."""
    return len(PACKS[language].claims.negation.findall(text))


def modalities(text: str, language: Language) -> frozenset[Modality]:
    return frozenset(name for name, cues in PACKS[language].claims.modality.items() if cues.search(text))


def quantities(text: str, language: Language) -> frozenset[Quantity]:
    return frozenset(name for name, cues in PACKS[language].claims.quantity.items() if cues.search(text))


def opposed(text: str, source: str, language: Language) -> bool:
    """Whether the text says the opposite of a word of the source: "more" where the source only says "less"."""
    for one, other in PACKS[language].claims.opposites.values():
        for has, against_it in ((one, other), (other, one)):
            if has.search(text) and not has.search(source) and against_it.search(source):
                return True
    return False
