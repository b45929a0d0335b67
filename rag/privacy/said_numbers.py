"""Days and numbers that are somebody's because the words beside them say so: birthdays, numbers of customers, patients,
members, students and employees, of driving licences and identity cards. In Finnish, Swedish and English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy.patterns import digits_of, is_day
from rag.types import Span

_MONTHS = """
    tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu
    januari februari mars april maj juni juli augusti september oktober november december
    january february march april may june july august september october november december
    jan feb mar apr may jun jul aug sep oct nov dec
""".split()
_MONTH_NUMBERS = {name: place % 12 + 1 for place, name in enumerate(_MONTHS)}
_MONTH = rf"({'|'.join(sorted(set(_MONTHS), key=len, reverse=True))})(?:ta|n)?\.?"
_SPACE = r"[\s]{0,3}"
_DAYS = tuple(
    (re.compile(rf"(?<![\d.,/-]){pattern}(?![\w]|[./-]\d)", re.IGNORECASE), order)
    for pattern, order in (
        (rf"(\d{{1,2}}){_SPACE}[./-]{_SPACE}(\d{{1,2}}){_SPACE}[./-]{_SPACE}(\d{{4}}|\d\d)", "dmy"),
        (r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})", "ymd"),
        (rf"(\d{{1,2}})(?:\.|st|nd|rd|th|:e)?{_SPACE}(?:of\s)?{_MONTH},?\s{{1,3}}(\d{{4}})", "dmy"),
        (rf"{_MONTH}\s{{1,3}}(\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}(\d{{4}})", "mdy"),
    )
)
_BORN = (
    r"(?:syntyn\w{0,12}|synt\.|syntymäai\w{0,8}|syntymäpäiv\w{0,12}|född(?:a|e|es)?|födelse(?:tid|dag|datum)\w{0,4}"
    r"|born|births?|birth\s{0,3}date|date\sof\sbirth|birthday|dob|d\.o\.b\.?|(?<=[,(]\s)(?:s|f|b)\.)"
)
_BORN_BEFORE = re.compile(
    rf"(?<!\w){_BORN}(?:[\s:=,()]{{1,3}}(?!\d)[^\W\d_]{{1,12}}){{0,3}}[\s:=,(]{{0,4}}$", re.IGNORECASE
)
_BORN_AFTER = re.compile(r"[\s)]{0,3}(?:syntyn|född|born)", re.IGNORECASE)
_NEAR = 60  # characters before the day in which the word may stand

# "potilasnumeron", "kundnummer", "customer no."; then, with a few words between, the number.
_WHOSE = (
    r"potilas|potilaan|asiakas|asiakkaan|jäsen|jäsenen|henkilö(?:stö)?|opiskelija|opiskelijan|oppilas|oppilaan|työntekijä"
    r"|työntekijän|hakija|hakijan|vakuutus|henkilökortin|ajokortin|kirjastokortin"
    r"|patient|kund|klient|medlems?|student|elev|anställnings|sökande|id-?korts?|körkorts?|försäkrings"
    r"|customer|client|member(?:ship)?|pupil|employee|staff|applicant|medical\srecord|insurance|id\scard|driving\slicence"
    r"|driver'?s\slicen[cs]e|library\scard"
)
_NUMBER_OF = (
    rf"(?<!\w)(?:{_WHOSE})(?:ens?|ets|s|'s)?[\s-]{{0,2}}(?:numero|nro|numret|tunnu[sk]|tunniste|nummer|nr|id(?!\w)|number|no(?!\w))"
    r"\w{0,6}"
)
_SAID_NUMBER = re.compile(
    rf"{_NUMBER_OF}[\s:=#.,(]{{0,4}}(?:(?:on|oli|är|var|is|was|eli|\w{{0,8}}ssa)[\s:]{{1,3}})?"
    r"([A-ZÅÄÖ]{0,4}[ -]?\d(?:[ \t/.-]?[A-ZÅÄÖ]{0,2}\d){3,15})(?!\w)",
    re.IGNORECASE,
)
_IS = r"(?:on|oli|är|var|is|was|appears\sas)"
_NUMBER_FIRST = re.compile(
    r"(?<![\w.,/-])([A-ZÅÄÖ]{0,4}-?\d(?:[ /.-]?\d){3,15})\s{1,3}"
    rf"{_IS}\s{{1,3}}(?:[^\W\d_]{{1,12}}\s{{1,3}}){{0,2}}{_NUMBER_OF}",
    re.IGNORECASE,
)
_LEAST_DIGITS = 5  # fewer may be a year; chosen by judgement


def find_birth_dates(text: str) -> Iterator[Span]:
    """Days in the past beside a word for being born; spans of a plain text."""
    for pattern, order in _DAYS:
        for match in pattern.finditer(text):
            beside = _BORN_BEFORE.search(text, max(0, match.start() - _NEAR), match.start())
            if (beside or _BORN_AFTER.match(text, match.end())) and _is_birthday(match, order):
                yield Span(*match.span())


def _is_birthday(match: re.Match[str], order: str) -> bool:
    said = dict(zip(order, match.groups(), strict=True))
    month = _MONTH_NUMBERS.get(said["m"].lower()) or int(said["m"])
    year = int(said["y"])
    # Without its century a year is of either; 2000 lets 29 February pass.
    return is_day(year if len(said["y"]) > 2 else 2000 + year % 4, month, int(said["d"]))


def find_customer_numbers(text: str) -> Iterator[Span]:
    for pattern in (_SAID_NUMBER, _NUMBER_FIRST):
        for match in pattern.finditer(text):
            if len(digits_of(match[1])) >= _LEAST_DIGITS:
                yield Span(*match.span(1))
