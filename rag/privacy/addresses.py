"""Street addresses in a text: Finnish in any inflection, Swedish and English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.types import Span

# The endings of Finnish street names and the stems they have before case endings. The first group means a street
# wherever a number follows; words of the second are also parts of other names, and need a capital letter.
_STREETS = """
    katu kadu tie kuja polku polu raitti raiti väylä tori bulevardi bulevarde esplanadi aukio puistikko puistiko kaari
    kaare penger penkere kulma polve porras portaa kehä taival taipalee silmukka silmuka
"""
_PLACES = """
    ranta ranna rinne rintee mäki mäe puisto portti porti harju kallio niitty niity piha pelto pello laakso niemi
    nieme saari saare lahti lahde mutka reitti reiti kierto kierro linja suora syrjä varsi varre laituri silta silla
    lehto lehdo kenttä kentä törmä aro notko noro metsä salmi salme aukea ahde ahtee piennar pientare kylä kumpu kummu
"""
_CASES = "(?:n|a|ä|ta|tä|ia|lla|llä|lle|lta|ltä|ssa|ssä|sta|stä|han|hän|hen|lle|[aeiouyäö]n)?"
# Roads between towns have numbers, too; other words only end like a street.
_NO_STREETS = (
    r"(?:valta|kanta|seutu|moottori|rauta|pika|maan|euroopan|väli|yhdys|meri|lento|virka|oikeus|ratkaisu|kulku|ajo|hengi"
    r"|vesi|kone|hissi|tiedo|mit|mihin|ret|tull|ko|pai|kumi|historia|kalen|doku|poten|hama|rapor)?"
)
_NUMBER = r"\d{1,3}(?:[ \t]?[-–][ \t]?\d{1,3})?(?!\d|[.,]\d{1,4}(?!\d))"
_FLAT = r"(?:[ \t]{0,2}(?-i:[A-ZÅÄÖ]|[a-zåäö](?![ \t]*[^\W\d]))(?!\w)(?:[ \t]{0,2}\d{1,3}(?!\w))?|[ \t]?[a-h](?!\w))?"
_ROOM = r"(?:,?[ \t]{1,2}(?:as|bst|lägenhet|lgh|asunto|apt|flat)\.?[ \t]{0,2}\d{1,3}(?!\w))?"
_NAME = r"[^\W\d_]+(?:-[^\W\d_]+)*"
# "20100 Turku", also "Turussa", "FI-20100 Turku", "Turku" alone after a comma is left: it is no address.
_TOWN = rf"(?:,?\s{{0,3}}(?:(?:FI|SE|AX)-)?\d{{3}}[ \t]?\d{{2}}(?:[ \t]{{1,3}}{_NAME}(?:[ \t]{{1,3}}kunta)?)?(?!\w))?"
_OTHER_UNITS = (
    r"(?![ \t]?(?:%|€|§|prosent|procent|percent|euro|km\b|kilomet|met|m\b|vuot|år\b|year|tunti|minuut|henk|kertaa))"
)
_TAIL = rf"(?:[ \t]{{1,3}}|,[ \t]{{0,2}}){_NUMBER}{_OTHER_UNITS}{_FLAT}{_ROOM}{_TOWN}"


def _either(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


# "Eino Leinon katu", in haste "leinon katu"
_GENITIVES = rf"(?:(?:(?-i:[A-ZÅÄÖ]){_NAME}[ \t]{{1,3}}){{0,2}}(?-i:[A-ZÅÄÖ])|(?-i:[a-zåäö])){_NAME}(?<=n)[ \t]{{1,3}}"
_FINNISH = re.compile(
    rf"(?<![\w-])(?!{_NO_STREETS}(?:tie|katu|kadu|väylä|tori|kehä|kaari|kulma){_CASES}(?!\w))"
    rf"(?:[^\W\d_][\w-]{{1,30}}(?:{_either(_STREETS)})|(?-i:[A-ZÅÄÖ])[\w-]{{1,30}}(?:{_either(_PLACES)})){_CASES}{_TAIL}",
    re.IGNORECASE,
)
# "kuusiranta 89 f 62": with a flat or a postcode it is an address in small letters, too.
_FINNISH_SMALL = re.compile(
    rf"(?<![\w-])[^\W\d_][\w-]{{1,30}}(?:{_either(_PLACES)}){_CASES}[ \t]{{1,3}}{_NUMBER}(?:"
    rf"[ \t]{{0,3}}[a-h][ \t]{{0,3}}\d{{1,3}}(?!\w){_TOWN}"
    rf"|{_FLAT},?[ \t]{{0,3}}\d{{5}}(?!\d)(?:[ \t]{{1,3}}{_NAME})?)",
    re.IGNORECASE,
)
_FINNISH_WORDS = re.compile(rf"(?<![\w-]){_GENITIVES}(?:{_either(_STREETS)}){_CASES}{_TAIL}", re.IGNORECASE)
_SWEDISH = re.compile(
    rf"(?<![\w-])(?!(?:motor|järn|lands|riks|europa|genom|om|tillväga|ut|hu?vud)vägen)"
    rf"(?:(?-i:[A-ZÅÄÖ]){_NAME}[ \t]{{1,3}})?"
    r"[^\W\d_][\w-]{0,30}(?:gata|gatan|vägen|väg|stigen|stig|gränden|gränd|torget|backen|stranden|esplanaden|allén|bågen"
    r"|brinken|kajen|parken|svängen|kroken|slingan|gången|plan|leden|stråket|promenaden|åsen|bulevarden|esplanad)s?"
    rf"{_TAIL}",
    re.IGNORECASE,
)
_FREE_SWEDISH = re.compile(
    rf"(?<![\w-])(?:(?-i:[A-ZÅÄÖ]){_NAME}|norra|södra|östra|västra|gamla|nya|stora|lilla)[ \t]{{1,3}}"
    rf"(?:gatan|vägen|gränden|stigen|torget|esplanaden|allén){_TAIL}",
    re.IGNORECASE,
)
_POSTCODE_GB = r"(?:[A-Z]{1,2}\d[A-Z\d]?[ \t]?\d[A-Z]{2})"
_ENGLISH_TAIL = rf"(?:,[ \t]{{0,3}}(?:(?-i:[A-Z]){_NAME}[ \t]{{1,3}})?{_POSTCODE_GB}(?!\w))?{_TOWN}"
_ENGLISH = re.compile(
    r"(?<![\w.,/-])(?:(?:flat|apt|apartment|unit)\.?[ \t]{1,2}\d{1,3}[a-z]?,?[ \t]{1,3})?\d{1,4}[a-z]?[ \t]{1,3}"
    r"(?:(?-i:[A-Z])[\w'.-]*[ \t]{1,3}){1,3}"
    r"(?:street|st|road|rd|avenue|ave|lane|drive|close|court|square|terrace|place|way|crescent|gardens|hill|row|grove"
    rf"|mews|walk|boulevard|parade|view)(?!\w){_ENGLISH_TAIL}",
    re.IGNORECASE,
)
_ENGLISH_SMALL = re.compile(
    r"(?<![\w.,/-])(?:(?:flat|apt)[ \t]{1,2}\d{1,3}[a-z]?,?[ \t]{1,3})?\d{1,4}[a-z]?[ \t]{1,3}"
    r"(?!(?:in|on|of|the|a|an|by|to|main|such|new|different|other|old)\b)[a-z][a-z'-]+[ \t]{1,3}"
    rf"(?:street|road|avenue|lane|crescent|terrace|close)(?!\w){_ENGLISH_TAIL}"
)


def find_addresses(text: str) -> Iterator[Span]:
    """Street addresses, with flat, postcode and town where they follow; spans of a plain text, which may overlap."""
    for pattern in (_FINNISH, _FINNISH_SMALL, _FINNISH_WORDS, _SWEDISH, _FREE_SWEDISH, _ENGLISH, _ENGLISH_SMALL):
        for match in pattern.finditer(text):
            yield Span(*match.span())
