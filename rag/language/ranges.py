"""The sums, times and counts that a label means, and those that a question names: "Yli 5 000 euroa" holds 7 500 euros.

Of the rows of a table, or the items of a list, that part one scale among them, a question that names a value of it is
about the one which holds that value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.language.pack import MONTHS, SPELT, Unit
from rag.language.packs import ALL, either
from rag.types import Span

MONTH_DAYS, YEAR_DAYS = 30, 365  # of a year without a leap day; twelve months are a year (_measured)
# What a value is measured in: the unit, its kind, the signs that languages share, how many of the first of its kind.
_MEASURES: tuple[tuple[Unit, str, str, float], ...] = (
    ("euro", "euro", r"€|e\b|t€", 1),
    ("percent", "percent", "%", 1),
    ("day", "day", "", 1),
    ("week", "day", "", 7),
    ("month", "day", "", MONTH_DAYS),
    ("year", "day", "", YEAR_DAYS),
    ("age", "age", "", 1),
    ("minute", "minute", r"min\b", 1),
    ("hour", "minute", r"h\b", 60),
    ("person", "person", "", 1),
    ("kilometre", "kilometre", r"km\b", 1),
    ("megabyte", "megabyte", r"mb\b", 1),
    ("gigabyte", "megabyte", r"gb\b", 1000),
)
_UNITS = tuple(
    (kind, either([signs, *(pack.values.units[unit] for pack in ALL)]), size) for unit, kind, signs, size in _MEASURES
)
_MONTHS_UNIT = [unit for unit, *_ in _MEASURES].index("month")
MAX_CHARS = 2000  # a question has no more, and a label far fewer
_TIMES = (
    (rf"(?:t|k)(?=\s?€|\s?eur|e?\b)|{either(pack.values.thousand for pack in ALL)}", 1e3),
    (rf"{either(pack.values.million for pack in ALL)}|m(?=\s?€)", 1e6),
)
_MONTHS = tuple(either(pack.values.months[at] for pack in ALL) for at in range(len(MONTHS)))
_NUMBER = (
    r"(?P<number>\d{1,3}(?:[ \u00a0\u202f.]\d{3}(?!\d)){1,4}(?:,\d{1,2}(?!\d))?"
    r"|[1-9]\d{0,2}(?:,\d{3}(?!\d)){1,4}(?:\.\d{1,2}(?!\d))?"  # as in English
    r"|0[.,]\d{3,4}(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d))"
)
_DATE = re.compile(r"(?<![\d.])(?P<day>\d{1,2})\s?\.\s?(?P<month>\d{1,2})\s?\.?(?:\s?(?P<year>\d{4}))?(?![\d])")
_MONTH = re.compile("|".join(rf"(?P<m{n}>\b(?:{words})\b)" for n, words in enumerate(_MONTHS, 1)), re.IGNORECASE)
_DAY_BEFORE = re.compile(r"(?<![\d.,])(?P<day>\d{1,2})(?:\s?\.|st|nd|rd|th)?\s{1,2}(?:of\s)?$")
_DAY_AFTER = re.compile(r"\s(?P<day>\d{1,2})(?!\d|\s?[-–.,]\d)")
_YEAR_AFTER = re.compile(r",?\s(?P<year>\d{4})(?!\d)")
_TIMES_WORDS = "|".join(f"(?:{words})" for words, _ in _TIMES)
# A number as a word is one where its unit follows in words ("kuuden viikon", "sexåring", not "two of them"), or another
# number with one ("two to three weeks").
_UNIT_WORDS = {unit: either(pack.values.units[unit] for pack in ALL) for unit, *_ in _MEASURES}
_COUNTED = {number: either(pack.values.counted[at] for pack in ALL) for at, number in enumerate(SPELT)}
_SPELT = (
    rf"(?:{'|'.join(f'(?P<s{number}>{words})' for number, words in _COUNTED.items())})"
    rf"(?=[ \u00a0-](?:(?:{_TIMES_WORDS})[ \u00a0])?(?:{'|'.join(_UNIT_WORDS.values())})"
    rf"|(?:{_UNIT_WORDS['age']})"
    rf"|\s?(?:[-–—]|{either(pack.values.to for pack in ALL)})\s?(?:\d|(?:{'|'.join(_COUNTED.values())})\b))"
)
_VALUE = re.compile(
    rf"(?<![\d.,\w])(?P<euro>(?:€|eur)[ \u00a0]?)?(?<![\d.,])(?:{_NUMBER}|{_SPELT})"
    rf"(?:[ \u00a0]?(?P<times>{_TIMES_WORDS}))?"
    rf"(?:[ \u00a0-]?(?P<unit>{'|'.join(f'(?P<u{n}>{words})' for n, (_, words, _) in enumerate(_UNITS))}))?"
    rf"(?::[^\W\d]{{1,4}}\b)?",  # a case ending after a sign: "5 000 €:n ylittävät"
    re.IGNORECASE,
)

_OR = either(pack.values.or_ for pack in ALL)
_NOT = either(pack.values.not_ for pack in ALL)
_TURNED = {("low", False): ("high", True), ("high", False): ("low", True)}  # "not more than 5": up to 5
# What stands before or after a value and makes a range of it: (words, after, the bound it gives, with the value).
_BOUNDS: tuple[tuple[str, bool, str, bool], ...] = (
    (either([*(pack.values.above for pack in ALL), ">"]), False, "low", False),
    (either([*(pack.values.from_ for pack in ALL), "≥"]), False, "low", True),
    (either([*(pack.values.below for pack in ALL), "<"]), False, "high", False),
    (either([*(pack.values.up_to for pack in ALL), "≤"]), False, "high", True),
    (either(pack.values.above_after for pack in ALL), True, "low", False),
    (rf"(?:{_OR}) (?:{either(pack.values.more for pack in ALL)})", True, "low", True),
    (either(pack.values.from_after for pack in ALL), True, "low", True),
    (either(pack.values.below_after for pack in ALL), True, "high", False),
    (rf"(?:{_OR}) (?:{either(pack.values.less for pack in ALL)})", True, "high", True),
    (either(pack.values.up_to_after for pack in ALL), True, "high", True),
)
_BEFORE = [
    (re.compile(rf"(?:^|[\s(])(?:(?P<not>{_NOT})\s+)?(?:{words})\s*$", re.IGNORECASE), bound, own)
    for words, after, bound, own in _BOUNDS
    if not after
]
_AFTER = [
    (re.compile(rf"\s{{0,3}}(?:{words})", re.IGNORECASE), bound, own) for words, after, bound, own in _BOUNDS if after
]
_TO = re.compile(
    rf"\s*(?:[-–—]|\.\.\.?|…|{either(pack.values.to for pack in ALL)})"
    rf"\s*(?:(?:{either(pack.values.to_at_most for pack in ALL)})\s+)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value as a text names it. kind: what it is a value of; None where the text does not tell. low, high: the same,
    but for a month, which is all its days. meant: the range that a question asks of ("yli 5 000 euron hankinta")."""

    kind: str | None
    low: float
    high: float
    start: int
    end: int
    meant: Range | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The values from low to high of one kind; None: without an end. with_low, with_high: whether they belong to it."""

    kind: str
    low: float | None
    high: float | None
    with_low: bool = True
    with_high: bool = True

    def holds(self, value: Value) -> bool:
        """Whether all that the value names belongs to it; of a range that is asked of, some of it."""
        if value.kind != self.kind:
            return False
        if value.meant is not None:
            return self._meets(value.meant)
        above = self.low is None or value.low > self.low or (self.with_low and value.low == self.low)
        below = self.high is None or value.high < self.high or (self.with_high and value.high == self.high)
        return above and below

    def _meets(self, other: Range) -> bool:
        """Whether some value belongs to both."""
        lows = [(each.low, each.with_low) for each in (self, other) if each.low is not None]
        highs = [(each.high, each.with_high) for each in (self, other) if each.high is not None]
        if not lows or not highs:
            return True
        low, high = max(low for low, _ in lows), min(high for high, _ in highs)
        touching = all(own for at, own in lows if at == low) and all(own for at, own in highs if at == high)
        return low < high or (low == high and touching)


def values_asked(question: str) -> list[Value]:
    """The values that a question names, with the ranges that it asks of: "yli 50 000 euroa", "5–10 päivää"."""
    ranges = ranges_in(question)
    found: list[Value] = []
    for value in values_in(question):
        of_it = [each for each in ranges if each.kind == value.kind and value.low in (each.low, each.high)]
        found.append(replace(value, meant=of_it[0]) if of_it and value.low == value.high else value)
    return found


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
        if (named_day := _day_of(text, month, match)) is not None:
            found.append(named_day)
            continue
        found.append(Value("day_of_year", month * 100 + 1.0, month * 100 + 31.0, match.start(), match.end()))
    for match in _VALUE.finditer(text):
        if any(each.start < match.end() and match.start() < each.end for each in found):
            continue
        found.append(_value(*_measured(_number(match) * _times(match), match), match))
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
                least = value.low if value.kind is not None else _as_the_other(label, value, following)
                found.append(Range(kind, least, following.high))
                number += 2
                continue
        if value.kind is not None and (bound := _bound(label, value)) is not None:
            side, own, _ = bound
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


def fits(text: str, asked: Sequence[Value]) -> float:
    """Whether the values that a question names lie in the ranges of their kind that a text means: 1 if all do, -1 if
    one lies outside them, 0 where it means none."""
    ranges = ranges_in(text) if asked else []
    held = [
        any(each.holds(value) for each in own)
        for value in asked
        for own in [[each for each in ranges if each.kind == value.kind]]
        if own
    ]
    return (1.0 if all(held) else -1.0) if held else 0.0


def _day_of(text: str, month: int, named: re.Match[str]) -> Value | None:
    """The day that stands before or after a month's name ("1. kesäkuuta", "June 1, 2025"); None where none does."""
    before = _DAY_BEFORE.search(text[: named.start()])
    after = _DAY_AFTER.match(text, named.end())
    found = before or after
    if found is None or not 1 <= int(found["day"]) <= 31:
        return None
    end = named.end() if before else found.end()
    year = _YEAR_AFTER.match(text, end)
    at = month * 100.0 + int(found["day"]) + (int(year["year"]) * 10_000 if year else 0)
    start = found.start() if before else named.start()
    return Value("date" if year else "day_of_year", at, at, start, year.end() if year else end)


def _value(kind: str | None, number: float, match: re.Match[str]) -> Value:
    return Value(kind, number, number, match.start(), match.end())


def _number(match: re.Match[str]) -> float:
    if match["number"] is None:
        return float(next(number for number in SPELT if match[f"s{number}"]))
    digits = re.sub(r"[ \u00a0\u202f]", "", match["number"])
    for mark in ".,":
        if re.match(rf"[1-9]\d{{0,2}}(?:\{mark}\d{{3}})+(?!\d)", digits):
            digits = digits.replace(mark, "")
    return float(digits.replace(",", "."))


def _times(match: re.Match[str]) -> float:
    """What a number is taken times: "5 t€"."""
    said = match["times"]
    return next((times for words, times in _TIMES if said and re.fullmatch(words, said, re.IGNORECASE)), 1.0)


def _measured(number: float, match: re.Match[str]) -> tuple[str | None, float]:
    """The kind of a number in the unit that a match names, and how many of the first of its kind it is. Twelve months
    are a year."""
    unit = next((n for n in range(len(_UNITS)) if match["unit"] and match[f"u{n}"]), None)
    if unit is None:
        return ("euro" if match["euro"] else None), number
    kind, _, size = _UNITS[unit]
    more = number // 12 * (YEAR_DAYS - 12 * MONTH_DAYS) if unit == _MONTHS_UNIT else 0
    return kind, number * size + more


def _as_the_other(label: str, first: Value, other: Value) -> float:
    """A number without a unit, in that of the one that it stands with: "2–3 viikkoa", "2–3 t€"."""
    own, match = _VALUE.match(label, first.start), _VALUE.match(label, other.start)
    if own is None or match is None:
        return first.low
    return _measured(first.low if own["times"] else first.low * _times(match), match)[1]


def _bound(label: str, value: Value) -> tuple[str, bool, Span] | None:
    """The end that words beside a value make it, whether it belongs to the range, and the place of both."""
    for pattern, side, own in _BEFORE:
        if found := pattern.search(label[: value.start]):
            start = found.start() + len(found[0]) - len(found[0].lstrip(" \t("))
            return *(_TURNED.get((side, own), (side, own)) if found["not"] else (side, own)), Span(start, value.end)
    for pattern, side, own in _AFTER:
        if found := pattern.match(label, value.end):
            return side, own, Span(value.start, found.end())
    return None


def with_bound(text: str, value: Value) -> Span:
    """The place of a value with the words that make it the end of a range: "yli 500 euron"."""
    bound = _bound(text, value)
    return Span(value.start, value.end) if bound is None else bound[2]
