"""The numbers that stand in a text, so that an answer's can be looked for in its sources.

Different ways of writing one number compare as equal: 3600, 3 600 and 3,600; 1,7 and 1.7; 6.2.2020, 06.02.2020 and
6 . 2 .2020. Number words from two to twelve are seen where they are asked for (spelt_numbers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.language.pack import SPELT
from rag.language.packs import ALL, either

_NUMBER = re.compile(
    r"""
    (?<![\d.,]) (?P<date> \d{1,2} \s?\.\s? \d{1,2} \s?\.\s? \d{4} (?!\d) )      # 6.2.2020
  | (?<![\d.,]) (?P<day> \d{1,2} \. \d{1,2} ) \. (?!\d)                         # 31.1. (or 3.5 and a full stop)
  | (?<![\d.,]) (?P<grouped> \d{1,3} (?: [ \u00a0\u202f.,] \d{3} (?!\d) )+ )    # 3 600
  | (?P<plain> \d+ (?: [.,] \d+ )* )                                            # 87   1,7   28.70.01
    """,
    re.VERBOSE,
)


_SPELT = {
    str(number): re.compile(rf"(?<![\w-])(?:{either(pack.values.spelt[at] for pack in ALL)})(?![\w-])", re.IGNORECASE)
    for at, number in enumerate(SPELT)
}


def spelt_numbers(text: str) -> frozenset[str]:
    """The numbers from 2 to 12 that stand in a text as words, as figures."""
    return frozenset(value for value, pattern in _SPELT.items() if pattern.search(text))


def figures_in(text: str) -> frozenset[str]:
    """Every figure that a text lets an answer say."""
    return frozenset(value for match in _NUMBER.finditer(text) for value in _offered(match))


def missing_numbers(text: str, sources: Iterable[str]) -> list[str]:
    """The numbers of a text, as it writes them, that stand in none of the sources."""
    known = {value for source in sources for match in _NUMBER.finditer(source) for value in _offered(match)}
    return [match[0] for match in _NUMBER.finditer(text) if not _readings(match) & known]


def _readings(match: re.Match[str]) -> set[str]:
    """What the number may mean: 3,600 may be three thousand six hundred, or three point six."""
    if match["date"]:
        return {".".join(_parts(match))}
    if match["day"]:
        return {".".join(_parts(match)), _decimal(match["day"])}
    if match["plain"]:
        return {_decimal(match["plain"])}
    joined = re.sub(r"\D", "", match["grouped"])
    one_mark = re.fullmatch(r"\d+[.,]\d+", match["grouped"])
    return {joined, _decimal(match["grouped"])} if one_mark else {joined}


def _offered(match: re.Match[str]) -> set[str]:
    """What a source that writes the number lets an answer say: also a date's day and year, or figures side by side."""
    apart = match[0].count(".") > 1 or re.search(r"\s", match[0])
    return _readings(match) | (set(_parts(match)) if apart else set())


def _decimal(number: str) -> str:
    whole, *rest = re.split("[.,]", number)
    return ".".join([whole.lstrip("0") or "0", *rest])


def _parts(match: re.Match[str]) -> list[str]:
    return [part.lstrip("0") or "0" for part in re.findall(r"\d+", match[0])]
