"""Where sentences end, in Finnish, Swedish and English text."""

from __future__ import annotations

import re

from rag.types import Span

_BOUNDARY = re.compile(r"[.!?…]+[\"”»’')\]]*\s+(?=[\"”»(\[]?[A-ZÅÄÖÉÜ0-9])")
_ABBREVIATIONS = frozenset(
    """
    esim mm ns ym yms jne ks vrt so eli n nro s v klo puh huom tri prof toim os ent mrs mr ms dr st no nos vs cf
    eg ie e.g i.e etc fig t.ex bl.a bl m.m osv dvs s.k kl nr resp ca inkl exkl tel obs
    """.split()
)
_LAST_WORD = re.compile(r"([\w.]+)[.!?…]+\W*$")


def split_sentences(text: str, offset: int = 0) -> list[Span]:
    """The sentences of one block, trimmed; offset is added to every position."""
    spans: list[Span] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        end = match.start() + len(match.group().rstrip())
        if not _is_abbreviation(text[start:end]):
            spans.append(Span(offset + start, offset + end))
            start = match.end()
    if text[start:].strip():
        spans.append(Span(offset + start, offset + len(text.rstrip())))
    return spans


def _is_abbreviation(so_far: str) -> bool:
    match = _LAST_WORD.search(so_far)
    if match is None or not so_far.rstrip("\"”»’')] ").endswith("."):
        return False
    word = match.group(1).lower().rstrip(".")
    # "J. Virtanen" and "1. Osasto" go on; "vuonna 2022." ends.
    if word.isdigit():
        return len(word) < 3 and so_far.strip() == word + "."
    return word in _ABBREVIATIONS or len(word) == 1
