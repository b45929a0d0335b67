"""Greetings, thanks and "what can you do": messages that ask nothing of the sources, and get a fixed answer."""

from __future__ import annotations

import re
from typing import Literal

from rag.language.pack import SmallTalkWords
from rag.language.packs import ALL
from rag.types import Language

SmallTalk = Literal["ability", "thanks", "greeting", "remark"]


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
    for pack in sorted(ALL, key=lambda each: each.language != likely):
        found = _kinds_in(frozenset(words), pack.small_talk)
        left_over = set(words) - pack.small_talk.all() - pack.function
        of_the_matter = any(each <= set(words) for each in pack.small_talk.of_the_matter)
        if found and not of_the_matter and not left_over and not (found == ["remark"] and text.rstrip().endswith("?")):
            return found[0], pack.language
    return None


def _kinds_in(words: frozenset[str], known: SmallTalkWords) -> list[SmallTalk]:
    """The kinds that the words are marks of, the one to answer first."""
    marks: dict[SmallTalk, bool] = {
        "thanks": bool(known.thanks & words),
        "ability": bool(known.ability & words or (known.asks & words and known.addressed & words)),
        "greeting": bool(known.greeting & words),
        "remark": bool(known.remark & words),
    }
    return [kind for kind, marked in marks.items() if marked]
