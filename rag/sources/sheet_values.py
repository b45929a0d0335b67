"""What a spreadsheet shows of a value: its number format adds units and zeros, and says which parts of a day are meant.

Numbers are not rounded as the format rounds them: who quotes a sum quotes the one that is in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import takewhile

FORMAT_MAX_CHARS = 255  # Excel's own bound
SMALL = 0.001  # of smaller numbers six digits are told, of others six decimals: what is behind them is no measurement
LARGE = 10**15  # Excel knows no more digits, so larger ones are told as they are stored
# Excel names these by the language of the program, which no file tells; this is how the file format's formulas do.
TRUTH = {True: "TRUE", False: "FALSE"}

_ELAPSED = re.compile(r"\[(h{1,2}|m{1,2}|s{1,2})\]", re.IGNORECASE)
_NO_PART_OF_A_DAY = re.compile(r"\"[^\"]{0,255}\"|\\.|_.|\*.|\[[^\]]{0,20}\]", re.DOTALL)
_DECIMALS = re.compile(r"\.(0{1,15})[#?,]{0,30}$")
_PIECE = re.compile(
    r"""
    "(?P<quoted>[^"]{0,255})"        # words
    | \\(?P<escaped>.)
    | _.                             # room as wide as a letter
    | \*.                            # a letter that fills the cell
    | \[\$(?P<currency>[^\]-]{0,20})[^\]]{0,20}\]   # "[$€-40B]"
    | \[(?P<condition>[<>=][^\]]{0,20})\]
    | \[[^\]]{0,20}\]                # a colour
    | (?P<general>General|Standard|@)
    | (?P<digits>[0\#?]|[.,](?=[0\#?])|(?<=[0\#?,])[.,]|/(?=[0\#?])|E(?=[+-]))
    | (?P<word>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def shown(value: bool | float | date | time | timedelta, number_format: str) -> str:
    """A value as the sheet shows it. number_format: as Excel writes it, "" or "General" for none."""
    form = (number_format or "")[:FORMAT_MAX_CHARS]
    if isinstance(value, bool):
        return TRUTH[value]
    if isinstance(value, datetime):
        return _day(value, form)
    if isinstance(value, date):
        return _day(datetime.combine(value, time()), form)
    if isinstance(value, time):
        return _time(value, form)
    if isinstance(value, timedelta):
        return _duration(value, form)
    return _number(value, form)


def _time(value: time, form: str) -> str:
    parts = _NO_PART_OF_A_DAY.sub("", form.split(";", 1)[0]).lower()
    hours, seconds = "h" in parts or "s" not in parts, "s" in parts
    shown_parts = ((value.hour, hours), (value.minute, True), (value.second, seconds))
    return ".".join(f"{each:02d}" for each, told in shown_parts if told)


def _day(value: datetime, form: str) -> str:
    """A day as people write it, without the parts that its format leaves out."""
    parts = _NO_PART_OF_A_DAY.sub("", form.split(";", 1)[0]).lower()
    if "h" in parts and not re.search("[dy]", parts):
        return _time(value.time(), form)
    if "y" in parts and "d" not in parts:
        return f"{value.month}/{value.year}" if "m" in parts else str(value.year)
    day = f"{value.day}.{value.month}.{value.year}"
    return day if value.time() == time() else f"{day} {value:%H.%M}"


def _duration(value: timedelta, form: str) -> str:
    """Hours and minutes, or minutes and seconds where no hours are shown."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    whole = _ELAPSED.search(form)
    unit = whole[1][0].lower() if whole else "h"
    if unit == "s":
        return f"{sign}{seconds}"
    first, rest = divmod(seconds, 3600 if unit == "h" else 60)
    if unit == "m":
        return f"{sign}{first}:{rest:02d}" if "s" in form.lower() else f"{sign}{first}"
    minutes, left = divmod(rest, 60)
    return f"{sign}{first}:{minutes:02d}" + (f":{left:02d}" if left else "")


@dataclass(frozen=True, slots=True)
class _Section:
    """One of a format's parts. before, after: the words around the number; digits: what stands for it, other words
    between as they are; thousands: by how many commas behind the last digit it is divided."""

    before: str
    digits: str
    after: str
    conditional: bool

    @property
    def thousands(self) -> int:
        return len(list(takewhile(",".__eq__, reversed(self.digits))))

    @property
    def decimals(self) -> int:
        """How many are shown even where they are zeros."""
        shown_always = _DECIMALS.search(self.digits)
        return len(shown_always[1]) if shown_always else 0

    @property
    def zeros(self) -> bool:
        """Whether each digit is shown, as of a postal code or a number of a case."""
        kept = self.digits.count("0")
        return kept > 1 and not re.search(r"[#?.,/E]", self.digits, re.IGNORECASE)


def _sections(form: str) -> list[_Section]:
    sections: list[_Section] = []
    words: list[tuple[bool, str]] = []  # whether it stands for digits, and it
    conditional = False

    def end() -> None:
        held = [at for at, (digit, _) in enumerate(words) if digit]
        first, last = (held[0], held[-1] + 1) if held else (len(words), len(words))
        before, digits, after = (
            "".join(word for _, word in part) for part in (words[:first], words[first:last], words[last:])
        )
        sections.append(_Section(before, digits, after, conditional))

    for piece in _PIECE.finditer(form):
        kind = piece.lastgroup
        if kind == "word" and piece[0] == ";":
            end()
            words, conditional = [], False
        elif kind == "condition":
            conditional = True
        elif kind in ("digits", "general"):
            words.append((True, piece[0]))
        elif kind is None:
            words.append((False, " " if piece[0].startswith("_") else ""))
        else:
            words.append((False, piece[kind]))
    end()
    return sections


def _number(value: float, form: str) -> str:
    if not abs(value) < LARGE:
        return str(value)
    sections = _sections(form)
    if any(each.conditional for each in sections):
        sections = _sections("")
    first = sections[0]
    own = sections[1 if value < 0 else 2] if len(sections) > (1 if value < 0 else 2) and value <= 0 else first
    if not own.digits:
        if words := (own.before + own.after).strip():
            return words  # "kyllä" for 1
        own = first
    percent = "%" in own.before + own.after
    if value == 0:
        own = first
    number = abs(value) * (100 if percent else 1)
    number = number / 1000**own.thousands if own.thousands else number
    sign = "-" if value < 0 and (own is first or not re.search(r"[-−(]", own.before)) else ""
    return f"{sign}{own.before.lstrip()}{_digits(number, own)}{_after(own, percent)}".strip()


def _after(section: _Section, percent: bool) -> str:
    return " %" if percent and section.after.strip() == "%" else section.after.rstrip()


def _digits(number: float, section: _Section) -> str:
    if section.zeros and number == int(number):
        said = f"{int(number):0{section.digits.count('0')}d}"
        more = len(said) - section.digits.count("0")
        rest = iter(said[more:])
        return said[:more] + "".join(next(rest) if letter == "0" else letter for letter in section.digits)
    said = f"{Decimal(f'{number:.6g}'):f}" if 0 < number < SMALL else f"{number:.6f}"
    whole, _, decimals = said.partition(".")
    decimals = decimals.rstrip("0").ljust(section.decimals, "0")
    return f"{whole},{decimals}" if decimals else whole
