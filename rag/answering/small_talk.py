"""Greetings, thanks and "what can you do": messages that ask nothing of the sources, and get a fixed answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from rag.language.words import FUNCTION_WORDS
from rag.types import LANGUAGES, Language

SmallTalk = Literal["ability", "thanks", "greeting", "remark"]


@dataclass(frozen=True)
class _Words:
    """The words of small talk in one language, in small letters.

    ability: asks what the service can do; so does one of asks with one of addressed ("what can you do"). together: what
    may stand beside the others.
    """

    ability: frozenset[str]
    asks: frozenset[str]
    addressed: frozenset[str]
    thanks: frozenset[str]
    greeting: frozenset[str]
    remark: frozenset[str]
    together: frozenset[str]

    def kinds_in(self, words: frozenset[str]) -> list[SmallTalk]:
        """The kinds that the words are marks of, the one to answer first."""
        marks: dict[SmallTalk, bool] = {
            "thanks": bool(self.thanks & words),
            "ability": bool(self.ability & words or (self.asks & words and self.addressed & words)),
            "greeting": bool(self.greeting & words),
            "remark": bool(self.remark & words),
        }
        return [kind for kind, marked in marks.items() if marked]

    def all(self) -> frozenset[str]:
        return self.together.union(self.ability, self.asks, self.addressed, self.thanks, self.greeting, self.remark)


@cache
def _known(language: Language) -> _Words:
    listed = yaml.safe_load(_FILE.read_text(encoding="utf-8"))[language]
    return _Words(**{name: frozenset(words.split()) for name, words in listed.items()})


_FILE = Path(__file__).with_suffix(".yaml")
# Who asks something of the sources names something besides.
_MOST_WORDS = 12  # chosen by judgement
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def small_talk_in(text: str, likely: Language) -> tuple[SmallTalk, Language] | None:
    """The kind and the language of a message that is nothing but small talk; None for every other.

    likely: the language to look at first, as "ok" and "hej" belong to several.
    """
    words = _WORD.findall(text.lower())
    if not 0 < len(words) <= _MOST_WORDS:
        return None
    for language in sorted(LANGUAGES, key=lambda each: each != likely):
        known = _known(language)
        found = known.kinds_in(frozenset(words))
        left_over = set(words) - known.all() - FUNCTION_WORDS[language]
        if found and not left_over and not (found == ["remark"] and text.rstrip().endswith("?")):
            return found[0], language
    return None
