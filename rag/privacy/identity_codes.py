"""Identity codes of people in a text: Finnish and Swedish ones, and the client identifier.

As they are written, a code is found whatever its check character: people mistype their numbers. As people type them,
with dots, over the end of a line, grown together with a word, in two parts, the check character or the words around
decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn

from rag.privacy.patterns import ALONE, ANY, ASIDE, END, GAP, LOOSE, WIDE, digits_of, is_day, says
from rag.types import Span

# --- Finnish identity codes. Source: Digital and Population Data Services Agency, the identity code's structure. ---
_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CENTURIES = {"+": 1800} | dict.fromkeys("-YXWVU", 1900) | dict.fromkeys("ABCDEF", 2000)
_MARK, _CHECK = "[-+YXWVUABCDEF]", "[0-9A-FHJ-NPR-Y]"
_HETU = re.compile(rf"{ALONE}(\d\d)(\d\d)(\d\d){GAP}({_MARK}){GAP}(\d{{3}}){GAP}({_CHECK}){END}", re.IGNORECASE)
# The birthday with or without its century: "13.10.52", "13 10 1952". Tried from every place, for a number in front must
# not hide the code behind it.
_BIRTHDAY = rf"(?<!\d)(\d\d){LOOSE}(\d\d){LOOSE}(?:(?:18|19|20)(?=\d\d(?!\d)))?(\d\d)"
_TYPED_HETU = re.compile(
    rf"(?=({_BIRTHDAY}([\s./_*:'\"()\[\]|]{{0,4}})({_MARK}?){ANY}(\d{{3}}){LOOSE}({_CHECK})(?!\d)))", re.IGNORECASE
)
_PARTED_HETU = re.compile(
    rf"(?=({_BIRTHDAY}([-.]?){ASIDE}({_MARK}?){GAP}(\d{{3}}){GAP}({_CHECK}){END}))", re.IGNORECASE
)
# Every digit apart, or a comma before the end: only the check character tells.
_BROKEN_HETU = re.compile(
    rf"(?=((?<!\d)(\d{WIDE}\d){WIDE}(\d{WIDE}\d){WIDE}(\d{WIDE}\d)({WIDE})({_MARK}?){WIDE}(\d{WIDE}\d{WIDE}\d){WIDE}({_CHECK}){END}))",
    re.IGNORECASE,
)
# "loppu on 308T ja alku 131052"
_TURNED_HETU = re.compile(
    rf"(?=({ALONE}(?<!\d[-+])({_MARK}?)(\d{{3}})({_CHECK})(?:{ASIDE}|[\s,;]{{1,4}})(?:18|19|20)?{_BIRTHDAY}(?!\w)))",
    re.IGNORECASE,
)
_END_SAID = re.compile(r"\b(?:loppu|slut|ending|the rest|last)", re.IGNORECASE)
_HETU_WORDS = re.compile(
    r"hetu|henkilötunn|henkilönumero|\bsotu|personbeteckning|personnummer|identity (?:code|number)"
    r"|personal id|social security|\bssn\b",
    re.IGNORECASE,
)

# --- Swedish ones: six or eight digits of the birthday, four more; the last is a Luhn digit. ---
_PERSONNUMMER = re.compile(rf"{ALONE}((?:18|19|20)?)(\d\d)(\d\d)(\d\d)({GAP}[-+]{GAP}|{GAP})(\d{{4}}){END}")
_TYPED_PERSONNUMMER = re.compile(
    rf"(?=((?<!\d)((?:18|19|20)?)(\d\d){LOOSE}(\d\d){LOOSE}(\d\d)({WIDE}[-+]?{WIDE})(\d{{2}}\s{{0,2}}\d{{2}})(?!\d)))"
)
_COORDINATION_DAYS = 60  # added to the day in a coordination number
_PERSONNUMMER_WORDS = re.compile(r"personnummer|henkilönumero|henkilötunnu|samordningsnummer|identity number", re.I)

_SATU = re.compile(rf"{ALONE}(\d{{8}}){GAP}({_CHECK}){END}", re.IGNORECASE)
_TYPED_SATU = re.compile(rf"(?<!\d)(\d{{4}}{LOOSE}\d{{4}}){WIDE}([A-FHJ-NPR-Y]){END}", re.IGNORECASE)
_SATU_WORDS = re.compile(
    r"\bsatu\b|\bsatu-|asiointitunnu|finuid|client identifier|kundidentifi|kommunikationskod|ärendekod"
    r"|electronic identity",
    re.I,
)


def check_character(digits: str) -> str:
    """The last character of a Finnish identity code or client identifier."""
    return _CHECK_CHARACTERS[int(digits) % len(_CHECK_CHARACTERS)]


def find_identity_codes(text: str) -> Iterator[Span]:
    for match in _HETU.finditer(text):
        day, month, year, mark, number, _ = match.groups()
        if is_day(_CENTURIES[mark.upper()] + int(year), int(month), int(day)) and int(number) > 1:
            yield Span(*match.span())
    for pattern in (_TYPED_HETU, _PARTED_HETU):
        for match in pattern.finditer(text):
            if _is_typed_hetu(match, text):
                yield Span(*match.span(1))
    for match in _BROKEN_HETU.finditer(text):
        gap, mark, check = match[5], match[6], match[8].upper()
        day, month, year, number = (digits_of(match[group]) for group in (2, 3, 4, 7))
        said = bool(mark or check.isalpha() or gap.strip())
        if said and _is_right(day, month, year, number, check):
            yield Span(*match.span(1))
    for match in _TURNED_HETU.finditer(text):
        _, _, number, check, day, month, year = match.groups()
        said = check.isalpha() or says(text, _HETU_WORDS)
        if said and _is_right(day, month, year, number, check.upper()):
            yield Span(*match.span(1))


def _is_right(day: str, month: str, year: str, number: str, check: str) -> bool:
    """Whether the check character is that of somebody born on a day of either century."""
    born = is_day(2000 + int(year) % 4, int(month), int(day))
    return born and int(number) > 1 and check == check_character(day + month + year + number)


def _is_typed_hetu(match: re.Match[str], text: str) -> bool:
    day, month, year, gap, mark, number, check = (match[group].upper() for group in range(2, 9))
    born = _CENTURIES[mark] + int(year) if mark else 2000 + int(year) % 4  # 2000 lets 29 February pass
    if not is_day(born, int(month), int(day)) or int(number) < 2:
        return False
    # Figures alone may be anything, and every 31st would do.
    if not (check.isalpha() or mark or set(gap) & set("/_*:") or _END_SAID.search(match[1])):
        return False
    return check == check_character(day + month + year + number) or says(text, _HETU_WORDS)


def find_swedish_identities(text: str) -> Iterator[Span]:
    for match in _PERSONNUMMER.finditer(text):
        century, year, month, day, mark, number = match.groups()
        like_a_phone = not century and not mark.strip() and year.startswith("0")
        right = luhn.is_valid(year + month + day + number) and not like_a_phone
        if _is_swedish_day(century, year, month, day) and (right or says(text, _PERSONNUMMER_WORDS)):
            yield Span(*match.span())
    for match in _TYPED_PERSONNUMMER.finditer(text):
        _, century, year, month, day, mark, number = match.groups()
        like_a_phone = not century and year.startswith("0") and not set(mark) & set("-+")
        right = luhn.is_valid(year + month + day + digits_of(number)) and bool(mark.strip()) and not like_a_phone
        if _is_swedish_day(century, year, month, day) and (right or says(text, _PERSONNUMMER_WORDS)):
            yield Span(*match.span(1))


def _is_swedish_day(century: str, year: str, month: str, day: str) -> bool:
    born = int(day) - _COORDINATION_DAYS if int(day) > _COORDINATION_DAYS else int(day)
    # Without its century a year is of either; 2000 lets 29 February pass.
    return is_day(int(century + year) if century else 2000 + int(year) % 4, int(month), born)


def find_client_identifiers(text: str) -> Iterator[Span]:
    for match in _SATU.finditer(text):
        digits, check = match.groups()
        # Every 31st number of nine digits would do, but a round one is an amount.
        right = check_character(digits) == check.upper() and not match[0].endswith("000")
        if right or says(text, _SATU_WORDS):
            yield Span(*match.span())
    for match in _TYPED_SATU.finditer(text):
        if check_character(digits_of(match[1])) == match[2].upper() or says(text, _SATU_WORDS):
            yield Span(*match.span())
