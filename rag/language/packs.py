"""The languages that the service speaks. ALL: in their order; PACKS: by language; LETTERS: of theirs, beyond a to z."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rag.language import en, fi, sv
from rag.language.pack import LanguagePack
from rag.types import LANGUAGES, Language

ALL: tuple[LanguagePack, ...] = (fi.FINNISH, sv.SWEDISH, en.ENGLISH)
PACKS: Mapping[Language, LanguagePack] = {pack.language: pack for pack in ALL}
if tuple(PACKS) != LANGUAGES:
    raise ValueError(f"The languages are {', '.join(LANGUAGES)}, but there are packs for {', '.join(PACKS)}.")

LETTERS = "".join(dict.fromkeys(letter for pack in ALL for letter in pack.letters))


def either(alternatives: Iterable[str]) -> str:
    """The alternatives of several languages as one, each once. Raises ValueError where none has any, which would match
    everything."""
    known = dict.fromkeys(each for each in alternatives if each)
    if not known:
        raise ValueError("no language has a word for this")
    return "|".join(known)
