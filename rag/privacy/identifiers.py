"""Identifiers in a text: numbers and codes that lead to one person, by form, check digits and context.

Every function takes the plain text (personal_data.Plain) and returns spans in it. Where a check digit is wrong, an
identifier is still found when the words around it say what it is: people mistype their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import ip_address

from stdnum import iban, luhn
from stdnum.exceptions import ValidationError

from rag.language.packs import ALL
from rag.privacy.contacts import find_emails, find_phones
from rag.privacy.identity_codes import find_client_identifiers, find_identity_codes, find_swedish_identities
from rag.privacy.patterns import ALONE, END, GAP, LOOSE, WIDE, digits_of, says
from rag.privacy.personal_data import Finding, Kind
from rag.privacy.said_numbers import find_birth_dates, find_customer_numbers
from rag.types import Span

_HYPHEN = rf"{GAP}-{GAP}"

# Tried from every place; the pattern runs on into the words that follow.
_IBAN = re.compile(
    rf"(?=((?<!\d)[A-Z][\s,]{{0,2}}[A-Z](?:{WIDE}|,\s)\d{{2}}(?:{WIDE}[A-Z0-9]){{11,30}}))", re.IGNORECASE
)
_FINNISH_IBAN = re.compile(rf"F[\s,]{{0,2}}I(?:{WIDE}|,\s)\d\d(?:{WIDE}\d){{14}}(?!\d)", re.IGNORECASE)
_IBAN_LENGTHS = range(15, 35)  # ISO 13616: Norway's have 15 characters, none has more than 34

_CARD = re.compile(
    rf"""(?<!\d)(?<!\d[.,-])(?: [2-6]\d{{12,18}}
    | [2-6]\d{{3}} (?:{WIDE}\d{{4}}){{2,3}} (?:{WIDE}\d{{1,4}})?
    | 3\d{{3}} {WIDE} \d{{6}} {WIDE} \d{{4,5}} ){END}(?!-\d)""",
    re.VERBOSE,
)
_CARD_WORDS = re.compile(r"kort|visa\b|mastercard|amex|\bcard", re.IGNORECASE)
_YEARS = re.compile(r"(?:(?:19|20)\d\d){2,}")  # "2021, 2022, 2023 2024"
_CARD_DIGITS = range(13, 20)  # what cards have in use; ISO/IEC 7812 allows 19 at most

_PASSPORT = re.compile(rf"{ALONE}[A-Z]{{2}}{LOOSE}\d(?:{GAP}\d){{6}}{END}", re.IGNORECASE)
_PASSPORT_WORDS = re.compile(r"\bpassi|\bpass(?:et|ets|ens?)?\b|passnum|\bpassport|matkustusasiak|\bresehandling", re.I)

_PROPERTY = re.compile(rf"(?<![\w.,/+-])\d{{1,3}}(?:{_HYPHEN}\d{{1,4}}){{3}}(?:{_HYPHEN}[MK]\d{{1,4}})?(?![\w-])", re.I)
_PROPERTY_BARE = re.compile(rf"{ALONE}\d{{14}}{END}")
_PROPERTY_WORDS = re.compile(
    r"kiinteistö|tontti|tonti[nl]|\btila(?:n|a|lla|lle|lta)?\b|määräala|lainhuu|rakennusl|poikkeamisl"
    r"|fastighet|lagfart|\btomt|bygglov|propert|real estate|title registration|building permit|plot of land",
    re.IGNORECASE,
)
_MUNICIPALITIES = range(5, 1000)  # the numbers of Finnish municipalities begin at 5

_PLATE = re.compile(
    rf"{ALONE}([A-ZÅÄÖ]{{2,3}})(?:[-./:]|[ \t]?-[ \t]?|[ \t]{{0,3}})(\d{{1,3}}|\d\d[A-Z]){END}(?![.,-]?\d)"
)
_PLATE_SMALL = re.compile(
    rf"{ALONE}([a-zåäö]{{2,3}}-|[a-zåäö]{{3}}[./:]|[a-zåäö]{{3}}[ \t]{{0,3}})(\d{{2,3}}){END}(?![.,-]?\d)"
)
_PLATE_WORDS = re.compile(
    r"\bauto(?:n|a|on|t|ja|jen|lla|lle|lta|ssa|sta|ni|nsa|mme|nne|ksi|illa)?\b|ajoneuvo|rekisterinumero|rekisteritunnu"
    r"|\brekkari|rekisterikil|rekkar|pysäköin|parkki|parkkeer|katsast|kolari|moottoripyör|\bmopo|peräkär|ylinopeu"
    r"|pakettiau|henkilöau|kuorma-au|\bbil(?:en|ens|ar|arna|ist|isten)?\b|fordon|registernum|registerskyl|regnum"
    r"|parker|motorcyk|\bmoped|besiktn|fortkör|släpvagn|\bcars?\b|vehicle|number plate|licen[cs]e plate|registration n"
    r"|\bparking|\bparked|motorcycle|motorbike|speeding|\bvan\b|\btrailer",
    re.IGNORECASE,
)
# Letters before a number that name a product, a standard or a source of law; and, with a space between, a unit.
_NO_PLATES = frozenset(
    """
    gpt llm rtx cpu gpu ram ssd iso sfs din iec tls ssl api rfc cve cc by en ey eu he kk sql php xml pdf usb
    """.split()
)
_UNITS = frozenset(
    """
    eur usd sek alv vat klo kl kpl nro nr no km kg cm mm ml sv aug sep oct nov dec jan feb mar apr may jun jul art
    """.split()
)
_FUNCTION_WORDS: frozenset[str] = frozenset().union(*(pack.function for pack in ALL))

_IP4 = re.compile(rf"(?<![\w.])(?:\d{{1,3}}\.){{3}}\d{{1,3}}{END}(?!\.\d)")
_IP6 = re.compile(r"(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?::(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])", re.I)
_VERSION_BEFORE = re.compile(r"(?:\bv|versio\w{0,20}|release)\.?\s{0,3}$", re.IGNORECASE)

_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"”»’')\]]*\s+(?=[\"”»(\[]?[A-ZÅÄÖ])|\n\s*\n")


def find_identifiers(text: str) -> list[Finding]:
    """All identifiers in a plain text; they may overlap."""
    return [Finding(kind, span) for kind, find in _FINDERS.items() for span in find(text)]


def _sentences(text: str) -> Iterator[Span]:
    """The sentences of a text; lines of a form belong together."""
    start = 0
    for boundary in _SENTENCE_END.finditer(text):
        yield Span(start, boundary.end())
        start = boundary.end()
    yield Span(start, len(text))


def _ibans(text: str) -> Iterator[Span]:
    for match in _FINNISH_IBAN.finditer(text):
        yield Span(*match.span())
    for match in _IBAN.finditer(text):
        start, last = match.span(1)
        # The account ends where its check digits are right.
        for end in range(start + min(_IBAN_LENGTHS), last + 1):
            compact = "".join(filter(str.isalnum, text[start:end]))
            if not text[end : end + 1].isalnum() and len(compact) in _IBAN_LENGTHS and _is_iban(compact):
                yield Span(start, end)
                break


def _is_iban(compact: str) -> bool:
    try:
        iban.validate(compact, check_country=False)
    except ValidationError:
        return False
    return True


def _cards(text: str) -> Iterator[Span]:
    for match in _CARD.finditer(text):
        digits = digits_of(match[0])
        known = luhn.is_valid(digits) and not _YEARS.fullmatch(digits)
        if len(digits) in _CARD_DIGITS and (known or says(text, _CARD_WORDS)):
            yield Span(*match.span())


def _passports(text: str) -> Iterator[Span]:
    if says(text, _PASSPORT_WORDS):
        yield from (Span(*match.span()) for match in _PASSPORT.finditer(text))


def _properties(text: str) -> Iterator[Span]:
    named = says(text, _PROPERTY_WORDS)
    for match in _PROPERTY.finditer(text):
        if named or int(match[0].split("-")[0]) in _MUNICIPALITIES:
            yield Span(*match.span())
    if named:
        yield from (Span(*match.span()) for match in _PROPERTY_BARE.finditer(text))


def _plates(text: str) -> Iterator[Span]:
    for sentence in _sentences(text):
        if says(sentence.of(text), _PLATE_WORDS):
            for pattern in (_PLATE, _PLATE_SMALL):
                for match in pattern.finditer(text, sentence.start, sentence.end):
                    if _is_plate(match):
                        yield Span(*match.span())


def _is_plate(match: re.Match[str]) -> bool:
    letters = match[1].strip(" \t-./:").lower()
    units = _UNITS if match[1].isupper() else _UNITS | _FUNCTION_WORDS
    return letters not in _NO_PLATES and ("-" in match[0] or letters not in units)


def _ips(text: str) -> Iterator[Span]:
    for match in _IP4.finditer(text):
        if _is_ip(match[0]) and not _VERSION_BEFORE.search(text, 0, match.start()):
            yield Span(*match.span())
    for match in _IP6.finditer(text):
        seen = match[0] if match[0].endswith("::") else match[0].removesuffix(":")  # "2001:db8::1: what is it?"
        if any(char.isdigit() for char in seen) and sum(map(bool, seen.split(":"))) > 1 and _is_ip(seen):
            yield Span(match.start(), match.start() + len(seen))


def _is_ip(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


_FINDERS: dict[Kind, Callable[[str], Iterator[Span]]] = {
    "identity_code": find_identity_codes,
    "swedish_identity": find_swedish_identities,
    "client_identifier": find_client_identifiers,
    "iban": _ibans,
    "card": _cards,
    "passport": _passports,
    "property": _properties,
    "birth_date": find_birth_dates,
    "customer_number": find_customer_numbers,
    "email": find_emails,
    "phone": find_phones,
    "ip": _ips,
    "plate": _plates,
}
