"""Identifiers in a text: numbers and codes that lead to one person, by form, check digits and context.

Every function takes the plain text (findings.Plain) and returns spans in it. Where a check digit is wrong, an
identifier is still found when the words around it say what it is: people mistype their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from ipaddress import ip_address

import phonenumbers
from stdnum import iban, luhn
from stdnum.exceptions import ValidationError

from rag.language.packs import ALL
from rag.privacy.personal_data import Finding, Kind
from rag.types import Span

# Gaps that people leave between the groups of a number.
_GAP = r"[ \t]{0,3}"
_HYPHEN = rf"{_GAP}-{_GAP}"
_ALONE, _END = r"(?<![\w@])", r"(?!\w)"

# --- Finnish identity codes. Source: Digital and Population Data Services Agency, the identity code's structure. ---
_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CENTURIES = {"+": 1800} | dict.fromkeys("-YXWVU", 1900) | dict.fromkeys("ABCDEF", 2000)
_HETU = re.compile(
    rf"{_ALONE}(\d\d)(\d\d)(\d\d){_GAP}([-+YXWVUABCDEF]){_GAP}(\d{{3}}){_GAP}([0-9A-FHJ-NPR-Y]){_END}", re.IGNORECASE
)

# --- Swedish ones: six or eight digits of the birthday, four more; the last is a Luhn digit. ---
_PERSONNUMMER = re.compile(rf"{_ALONE}((?:18|19|20)?)(\d\d)(\d\d)(\d\d)({_GAP}[-+]{_GAP}|{_GAP})(\d{{4}}){_END}")
_COORDINATION_DAYS = 60  # added to the day in a coordination number
_PERSONNUMMER_WORDS = re.compile(r"personnummer|henkilönumero|henkilötunnu|samordningsnummer|identity number", re.I)

_SATU = re.compile(rf"{_ALONE}(\d{{8}}){_GAP}([0-9A-FHJ-NPR-Y]){_END}", re.IGNORECASE)
_SATU_WORDS = re.compile(
    r"\bsatu\b|\bsatu-|asiointitunnu|finuid|client identifier|kundidentifi|kommunikationskod|ärendekod"
    r"|electronic identity",
    re.I,
)

_IBAN = re.compile(rf"{_ALONE}[A-Z]{{2}}{_GAP}\d{{2}}(?:{_GAP}[A-Z0-9]){{11,30}}", re.IGNORECASE)
_FINNISH_IBAN = re.compile(rf"{_ALONE}FI{_GAP}\d\d(?:{_GAP}\d){{14}}{_END}", re.IGNORECASE)
_IBAN_LENGTHS = range(15, 35)  # ISO 13616: Norway's have 15 characters, none has more than 34

_CARD = re.compile(
    rf"""{_ALONE}(?: [2-6]\d{{12,18}}
    | [2-6]\d{{3}} (?:[ \t-]{{1,3}}\d{{4}}){{2,3}} (?:[ \t-]{{1,3}}\d{{1,4}})?
    | 3\d{{3}} [ \t-]{{1,3}} \d{{6}} [ \t-]{{1,3}} \d{{4,5}} ){_END}(?!-\d)""",
    re.VERBOSE,
)
_CARD_WORDS = re.compile(r"kort|visa\b|mastercard|amex|\bcard", re.IGNORECASE)
_CARD_DIGITS = range(13, 20)  # what cards have in use; ISO/IEC 7812 allows 19 at most

_PHONE = re.compile(
    rf"(?<![\w+/-])(?<!\d[.,:])(?:\((?=[+\d]\d{{0,3}}\)))?(?:\+|0|358)\)?(?:[ \t()-]{{0,3}}\d){{5,14}}"
    rf"{_END}(?![/:]\d|[.,]\d|[ \t]?[-+]\d)"
)
_PHONE_REGIONS = ("FI", "SE")

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]*[\w+%-](?:@|[ \t]?[\[(](?:at|ät|a)[\])][ \t]?)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?!\w)", re.I
)

_PASSPORT = re.compile(rf"{_ALONE}[A-Z]{{2}}{_GAP}\d(?:{_GAP}\d){{6}}{_END}", re.IGNORECASE)
_PASSPORT_WORDS = re.compile(r"\bpassi|\bpass(?:et|ets|ens?)?\b|passnum|\bpassport|matkustusasiak|\bresehandling", re.I)

_PROPERTY = re.compile(rf"(?<![\w.,/+-])\d{{1,3}}(?:{_HYPHEN}\d{{1,4}}){{3}}(?:{_HYPHEN}[MK]\d{{1,4}})?(?![\w-])", re.I)
_PROPERTY_BARE = re.compile(rf"{_ALONE}\d{{14}}{_END}")
_PROPERTY_WORDS = re.compile(
    r"kiinteistö|tontti|tonti[nl]|\btila(?:n|a|lla|lle|lta)?\b|määräala|lainhuu|rakennusl|poikkeamisl"
    r"|fastighet|lagfart|\btomt|bygglov|propert|real estate|title registration|building permit|plot of land",
    re.IGNORECASE,
)
_MUNICIPALITIES = range(5, 1000)  # the numbers of Finnish municipalities begin at 5

_PLATE = re.compile(
    rf"{_ALONE}([A-ZÅÄÖ]{{2,3}})(?:-|[ \t]?-[ \t]?|[ \t]{{0,3}})(\d{{1,3}}|\d\d[A-Z]){_END}(?![.,-]?\d)"
)
_PLATE_SMALL = re.compile(rf"{_ALONE}([a-zåäö]{{2,3}}-|[a-zåäö]{{3}}[ \t]{{0,3}})(\d{{2,3}}){_END}(?![.,-]?\d)")
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

_IP4 = re.compile(rf"(?<![\w.])(?:\d{{1,3}}\.){{3}}\d{{1,3}}{_END}(?!\.\d)")
_IP6 = re.compile(r"(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?::(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])", re.I)
_VERSION_BEFORE = re.compile(r"(?:\bv|versio\w{0,20}|release)\.?\s{0,3}$", re.IGNORECASE)

_SPACES = re.compile(r"\s+")
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


def _says(text: str, words: re.Pattern[str]) -> bool:
    return words.search(_SPACES.sub(" ", text)) is not None


def check_character(digits: str) -> str:
    """The last character of a Finnish identity code or client identifier."""
    return _CHECK_CHARACTERS[int(digits) % len(_CHECK_CHARACTERS)]


def _identity_codes(text: str) -> Iterator[Span]:
    for match in _HETU.finditer(text):
        day, month, year, mark, number, _ = match.groups()
        if _is_day(_CENTURIES[mark.upper()] + int(year), int(month), int(day)) and int(number) > 1:
            yield Span(*match.span())


def _swedish_identities(text: str) -> Iterator[Span]:
    for match in _PERSONNUMMER.finditer(text):
        century, year, month, day, mark, number = match.groups()
        born = int(day) - _COORDINATION_DAYS if int(day) > _COORDINATION_DAYS else int(day)
        # Without its century a year is of either; 2000 lets 29 February pass.
        if not _is_day(int(century + year) if century else 2000 + int(year) % 4, int(month), born):
            continue
        like_a_phone = not century and not mark.strip() and year.startswith("0")
        right = luhn.is_valid(year + month + day + number) and not like_a_phone
        if right or _says(text, _PERSONNUMMER_WORDS):
            yield Span(*match.span())


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day) <= date.today()
    except ValueError:
        return False


def _client_identifiers(text: str) -> Iterator[Span]:
    for match in _SATU.finditer(text):
        digits, check = match.groups()
        right = check_character(digits) == check.upper()
        # Every 31st number of nine digits would do, but a round one is an amount.
        if (right and not match[0].endswith("000")) or _says(text, _SATU_WORDS):
            yield Span(*match.span())


def _ibans(text: str) -> Iterator[Span]:
    for match in _FINNISH_IBAN.finditer(text):
        yield Span(*match.span())
    for match in _IBAN.finditer(text):
        # The pattern runs on into the words that follow; the account ends where its check digits are right.
        ends = [end for end in range(match.start() + 15, match.end() + 1) if not text[end : end + 1].isalnum()]
        for end in ends:
            compact = "".join(text[match.start() : end].split())
            if len(compact) in _IBAN_LENGTHS and _is_iban(compact):
                yield Span(match.start(), end)
                break


def _is_iban(compact: str) -> bool:
    try:
        iban.validate(compact, check_country=False)
    except ValidationError:
        return False
    return True


def _cards(text: str) -> Iterator[Span]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) in _CARD_DIGITS and (luhn.is_valid(digits) or _says(text, _CARD_WORDS)):
            yield Span(*match.span())


def _phones(text: str) -> Iterator[Span]:
    for match in _PHONE.finditer(text):
        if _is_phone(match[0]):
            yield Span(*match.span())


def _is_phone(number: str) -> bool:
    number = re.sub(r"^\(?00(?=[1-9])|^(?=358)", "+", number)
    if "+" in number:
        number = number.replace("(0)", "")
    for region in _PHONE_REGIONS:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _emails(text: str) -> Iterator[Span]:
    return (Span(*match.span()) for match in _EMAIL.finditer(text))


def _passports(text: str) -> Iterator[Span]:
    if _says(text, _PASSPORT_WORDS):
        yield from (Span(*match.span()) for match in _PASSPORT.finditer(text))


def _properties(text: str) -> Iterator[Span]:
    named = _says(text, _PROPERTY_WORDS)
    for match in _PROPERTY.finditer(text):
        if named or int(match[0].split("-")[0]) in _MUNICIPALITIES:
            yield Span(*match.span())
    if named:
        yield from (Span(*match.span()) for match in _PROPERTY_BARE.finditer(text))


def _plates(text: str) -> Iterator[Span]:
    for sentence in _sentences(text):
        if _says(sentence.of(text), _PLATE_WORDS):
            for pattern in (_PLATE, _PLATE_SMALL):
                for match in pattern.finditer(text, sentence.start, sentence.end):
                    if _is_plate(match):
                        yield Span(*match.span())


def _is_plate(match: re.Match[str]) -> bool:
    letters = match[1].strip(" \t-").lower()
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
    "identity_code": _identity_codes,
    "swedish_identity": _swedish_identities,
    "client_identifier": _client_identifiers,
    "iban": _ibans,
    "card": _cards,
    "passport": _passports,
    "property": _properties,
    "email": _emails,
    "phone": _phones,
    "ip": _ips,
    "plate": _plates,
}
