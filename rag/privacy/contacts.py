"""How somebody is reached: phone numbers and e-mail addresses in a text, as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from rag.privacy.patterns import END, digits_of
from rag.types import Span

_PHONE = re.compile(
    r"(?:(?<![\w+/-])|(?<=puh)|(?<=tel)|(?<=gsm)|(?<=numero)|(?<=nummer)|(?<=number)|(?<=phone))(?<!\d[.,:])"
    rf"(?:\((?=[+\d]\d{{0,3}}\)))?(?:\+|0|358)\)?(?:[\s()-]{{0,3}}\d){{5,14}}"
    rf"{END}(?![/:]\d|[.,]\d|[ \t]?[-+]\d)",
    re.IGNORECASE,
)
# "040/1234567", "040.123.4567", "+358.40.123.4567"; what begins like a date or ends like a diary number is none.
_MARKED_PHONE = re.compile(
    r"(?<![\w+/.,-])(?!\d{1,2}[./-]\d{1,2}[./-]\d)(?:\+|0(?![,;])|358)"
    r"(?:(?:[\s()\[\]./_*:|-]{0,3}|[,;])\d){8,14}(?!\w|[/:.,]\d)"
)
# "0401234567puh", "soita0401234567": a whole number, with a word on either side.
_GROWN_PHONE = re.compile(r"(?<![\w+])[^\W\d_]{0,20}(0[1-9]\d{7,9}|\+?358\d{8,10}|\+\d{9,14})[^\W\d_]{0,20}(?!\w)")
_DIARY_NUMBER = re.compile(r"/(?:19|20)\d\d$")
_PHONE_REGIONS = ("FI", "SE")

_LOCAL = r"[\w+%-]{1,64}"
_PART = r"[^\W_](?:[\w-]{0,62})"
_AT = (
    r"(?:\s{0,3}(?:@|%40|&#0{0,3}64;|&commat;|[\[({</'\"]\s{0,2}(?:at|ät|a|@)\s{0,2}[\])}>/'\"]|-at-|_at_)\s{0,3}"
    r"|\s{1,3}(?:miukumauku|miuku|kissanhäntä|ät-merkki|snabel-?a|kringla|at sign)\s{1,3})"
)
_DOT_SAID = r"(?:\s{0,2}[\[({]\s{0,2}(?:dot|piste|punkt|\.)\s{0,2}[\])}]\s{0,2}|\s{1,3}(?:dot|piste|punkt)\s{1,3})"
_DOT = rf"(?:\.|,(?=(?:fi|com|se|org|net|eu)(?!\w))|\s\.\s|_(?:dot|piste|punkt)_|-(?:dot|piste|punkt)-|{_DOT_SAID})"
_LAST = r"[^\W\d_]{2,24}"  # "fi"
_EMAILS = tuple(
    re.compile(rf"(?<![\w.+%-]){pattern}(?!\w)", re.IGNORECASE)
    for pattern in (
        r"[\w.+%-]*[\w+%-]@[\w-]+(?:\.[\w-]+)*",
        rf"{_LOCAL}(?:{_DOT}{_LOCAL}){{0,4}}{_AT}{_PART}(?:{_DOT}{_PART}){{0,3}}{_DOT}{_LAST}",
        # A bare "at" is a word as well: something else has to say that this is an address.
        rf"{_LOCAL}(?:{_DOT}{_LOCAL}){{1,4}}\s{{1,3}}(?:at|ät)\s{{1,3}}{_PART}(?:{_DOT}{_PART}){{0,3}}{_DOT}{_LAST}",
        rf"{_LOCAL}\s{{1,3}}(?:at|ät)\s{{1,3}}{_PART}(?:{_DOT_SAID}{_PART}){{0,3}}{_DOT_SAID}{_LAST}",
    )
)


def find_phones(text: str) -> Iterator[Span]:
    for match in _PHONE.finditer(text):
        if _is_phone(match[0]):
            yield Span(*match.span())
    for match in _MARKED_PHONE.finditer(text):
        if not _DIARY_NUMBER.search(match[0]) and _is_phone(match[0]):
            yield Span(*match.span())
    for match in _GROWN_PHONE.finditer(text):
        if _is_phone(match[1]):
            yield Span(*match.span(1))


def _is_phone(number: str) -> bool:
    """Any number with a country's code is taken for one, for who writes that means a phone."""
    digits = digits_of(number)
    if "+" in number:
        national = digits.removeprefix("3580")
        number = "+" + (digits if national == digits else f"358{national}")
    else:
        number = re.sub(r"^00(?=[1-9])|^(?=358)", "+", digits)
    for region in _PHONE_REGIONS:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed) or ("+" in number and phonenumbers.is_possible_number(parsed)):
            return True
    return False


def find_emails(text: str) -> Iterator[Span]:
    for pattern in _EMAILS:
        for match in pattern.finditer(text):
            yield Span(*match.span())
