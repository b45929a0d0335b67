"""The sums, times and counts that a label means, and those that a question names: "Yli 5 000 euroa" holds 7 500 euros.

Of the rows of a table, or the items of a list, that part one scale among them, a question that names a value of it is
about the one which holds that value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# What a value is measured in, by the words that follow it, with how many of the first of its kind it is.
_UNITS: tuple[tuple[str, str, float], ...] = (
    ("euro", r"€|eur(?:o\w*|\b)|e\b|t€", 1),
    ("percent", r"%|prosent\w*|procent\w*|per\s?cent\w*", 1),
    (
        "day",
        r"(?:arki|kalenteri|työ)?päiv\w*|pv\b|vrk\b|vuorokau\w*|(?:arbets|kalender)?dag(?:ar\w*|en|s)?\b|days?\b",
        1,
    ),
    ("day", r"viiko\w*|viikk\w*|vk\b|veck\w*|weeks?\b", 7),
    ("day", r"kuukau\w*|kk\b|månad\w*|mån\b|months?\b", 30),
    ("day", r"vuode\w*|vuosi\w*|vuot(?:ta|een)\b|år(?:et|en|s)?\b|years?\b(?!-old|\sold)", 365),
    ("age", r"-?vuotia\w*|-?åri(?:g\w*|ng\w*)|-?years?[-\s]olds?", 1),
    ("minute", r"minuut\w*|min\b|minut\w*|minutes?\b", 1),
    ("minute", r"tun(?:ti\w*|ni\w*|te\w*)|timm\w*|tim\b|h\b|hours?\b", 60),
    ("person", r"henkilö\w*|henke\w*|hlö\w*|osallistuj\w*|person(?:er\w*|s)?\b|deltagare\w*|people|participants?\b", 1),
    ("kilometre", r"km\b|kilometr\w*|kilometer\w*|kilometres?\b", 1),
    ("megabyte", r"mt\b|mb\b|megata\w*|megabyte\w*", 1),
    ("megabyte", r"gt\b|gb\b|gigata\w*|gigabyte\w*", 1000),
)
MAX_CHARS = 2000  # a question has no more, and a label far fewer
_TIMES = (
    (r"(?:t|k)(?=\s?€|\s?eur|e?\b)|tuha\w*|tusen|thousand|tonni\w*", 1e3),
    (r"milj\w*\.?|million\w*|m(?=\s?€)", 1e6),
)
_MONTHS = (
    r"tammik\w*|januari|january",
    r"helmik\w*|februari|february",
    r"maalisk\w*|mars\b|march",
    r"huhtik\w*|april",
    r"toukok\w*|maj\b|may\b(?!\s+(?:i|we|one|you|they|it|be|not)\b)",
    r"kesäk\w*|juni\b|june",
    r"heinäk\w*|juli\b|july",
    r"elok\w*|augusti|august",
    r"syysk\w*|september",
    r"lokak\w*|oktober|october",
    r"marrask\w*|november",
    r"jouluk\w*|december",
)
_NUMBER = r"(?P<number>\d{1,3}(?:[ \u00a0\u202f.]\d{3}(?!\d)){1,4}(?:,\d{1,2}(?!\d))?|\d{1,9}(?:[.,]\d{1,2})?(?!\d))"
_DATE = re.compile(r"(?<![\d.])(?P<day>\d{1,2})\s?\.\s?(?P<month>\d{1,2})\s?\.?(?:\s?(?P<year>\d{4}))?(?![\d])")
_MONTH = re.compile("|".join(rf"(?P<m{n}>\b(?:{words}))" for n, words in enumerate(_MONTHS, 1)), re.IGNORECASE)
_VALUE = re.compile(
    rf"(?<![\d.,\w]){_NUMBER}(?:[ \u00a0]?(?P<times>{'|'.join(f'(?:{words})' for words, _ in _TIMES)}))?"
    rf"[ \u00a0]?(?P<unit>{'|'.join(f'(?P<u{n}>{words})' for n, (_, words, _) in enumerate(_UNITS))})?",
    re.IGNORECASE,
)

# What stands before or after a value and makes a range of it: (before, after, the bound it gives, with the value).
_BOUNDS: tuple[tuple[str, bool, str, bool], ...] = (
    (
        r"yli|enemmän kuin|suurempi kuin|över|mer än|större än|over|more than|above|exceeding|after|jälkeen|efter|>",
        False,
        "low",
        False,
    ),
    (
        r"vähintään|alkaen|aikaisintaan|minst|från och med|fr\.o\.m\.|från|at least|from|no less than|≥",
        False,
        "low",
        True,
    ),
    (
        r"alle|vähemmän kuin|pienempi kuin|ennen|under|mindre än|före|less than|below|fewer than|before|<",
        False,
        "high",
        False,
    ),
    (
        r"enintään|korkeintaan|max\w*\.?|viimeistään|högst|upp till|till och med|t\.o\.m\.|senast|at most|up to"
        r"|no more than|not more than|by|≤",
        False,
        "high",
        True,
    ),
    (r"ylittäv\w*|överstig\w*|jälkeen", True, "low", False),
    (r"(?:tai|ja|eller|och|or|and) (?:enemmän|yli|mer|över|more|over|above|later)|alkaen|lähtien", True, "low", True),
    (r"alittav\w*|understig\w*", True, "high", False),
    (r"(?:tai|ja|eller|och|or|and) (?:vähemmän|alle|mindre|under|less|below)|asti|saakka|mennessä", True, "high", True),
)
_BEFORE = [
    (re.compile(rf"(?:^|[\s(])(?:{words})\s*$", re.IGNORECASE), bound, own)
    for words, after, bound, own in _BOUNDS
    if not after
]
_AFTER = [(re.compile(rf"\s*(?:{words})", re.IGNORECASE), bound, own) for words, after, bound, own in _BOUNDS if after]
_TO = re.compile(
    r"\s*(?:[-–—]|\.\.\.?|…|to|till|and|och|ja)\s*(?:alle\s+|enintään\s+|högst\s+|up to\s+)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value as a text names it. kind: what it is a value of; None where the text does not tell. low, high: the same,
    but for a month, which is all its days."""

    kind: str | None
    low: float
    high: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Range:
    """The values from low to high of one kind; None: without an end. with_low, with_high: whether they belong to it."""

    kind: str
    low: float | None
    high: float | None
    with_low: bool = True
    with_high: bool = True

    def holds(self, value: Value) -> bool:
        """Whether all that the value names belongs to it."""
        if value.kind != self.kind:
            return False
        above = self.low is None or value.low > self.low or (self.with_low and value.low == self.low)
        below = self.high is None or value.high < self.high or (self.with_high and value.high == self.high)
        return above and below


def values_in(text: str) -> list[Value]:
    """The values that a text names, in their order: sums, times, counts, dates, months."""
    text = text[:MAX_CHARS]
    found: list[Value] = []
    for match in _DATE.finditer(text):
        day, month, year = int(match["day"]), int(match["month"]), match["year"]
        if 1 <= day <= 31 and 1 <= month <= 12 and (year or match[0].rstrip().count(".") == 2):
            at = month * 100.0 + day
            found.append(_value("date" if year else "day_of_year", at + int(year or 0) * 10_000, match))
    for match in _MONTH.finditer(text):
        month = next(n for n in range(1, 13) if match[f"m{n}"])
        found.append(Value("day_of_year", month * 100 + 1.0, month * 100 + 31.0, match.start(), match.end()))
    for match in _VALUE.finditer(text):
        if any(each.start < match.end() and match.start() < each.end for each in found):
            continue
        number = _number(match["number"])
        for words, times in _TIMES:
            number *= times if match["times"] and re.fullmatch(words, match["times"], re.IGNORECASE) else 1
        unit = next((n for n in range(len(_UNITS)) if match["unit"] and match[f"u{n}"]), None)
        kind, size = (None, 1.0) if unit is None else (_UNITS[unit][0], _UNITS[unit][2])
        found.append(_value(kind, number * size, match))
    return sorted(found, key=lambda value: value.start)


def ranges_in(label: str) -> list[Range]:
    """The ranges that a label means; a value without a word that makes it an end is none."""
    values = values_in(label)
    found: list[Range] = []
    number = 0
    while number < len(values):
        value = values[number]
        following = values[number + 1] if number + 1 < len(values) else None
        if following is not None and _TO.fullmatch(label[value.end : following.start]):
            kind = following.kind or value.kind
            if kind is not None and value.kind in (None, kind):
                size = _size(label, following) if value.kind is None else 1.0
                found.append(Range(kind, value.low * size, following.high))
            number += 2
            continue
        if value.kind is not None and (bound := _bound(label, value)) is not None:
            side, own = bound
            low, high = (
                (value.high if not own else value.low, None)
                if side == "low"
                else (None, value.low if not own else value.high)
            )
            found.append(Range(value.kind, low, high, own, own))
        elif value.kind == "day_of_year" and value.low != value.high:
            found.append(Range(value.kind, value.low, value.high))
        number += 1
    return found


def the_one_that_holds(labels: Sequence[str], asked: Sequence[Value]) -> set[int] | None:
    """The numbers of the labels that a question's values fall into, where the labels part a scale among them: two or
    more mean ranges of it, and not all hold the values. None where they do not tell."""
    ranges = [ranges_in(label) for label in labels] if asked else []
    for value in asked:
        parting = [n for n, each in enumerate(ranges) if any(r.kind == value.kind for r in each)]
        holding = {n for n in parting if any(r.holds(value) for r in ranges[n])}
        if len(parting) > 1 and holding and len(holding) < len(parting):
            return holding | (set(range(len(labels))) - set(parting))
    return None


def _value(kind: str | None, number: float, match: re.Match[str]) -> Value:
    return Value(kind, number, number, match.start(), match.end())


def _number(text: str) -> float:
    digits = re.sub(r"[ \u00a0\u202f]", "", text)
    if re.match(r"\d{1,3}(?:\.\d{3})+(?!\d)", digits):
        digits = digits.replace(".", "")
    return float(digits.replace(",", "."))


def _size(label: str, value: Value) -> float:
    """How many of the first of its kind the unit is that stands with a value: "2–3 viikkoa" says it once."""
    match = _VALUE.match(label, value.start)
    number = _number(match["number"]) if match else 0.0
    return value.low / number if number else 1.0


def _bound(label: str, value: Value) -> tuple[str, bool] | None:
    for pattern, side, own in _BEFORE:
        if pattern.search(label[: value.start]):
            return side, own
    for pattern, side, own in _AFTER:
        if pattern.match(label, value.end):
            return side, own
    return None
