"""What a document seems to say of itself, in its beginning and its file's properties: proposed, never used unasked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from rag.language.packs import ALL, either
from rag.sources.canonical import clean
from rag.types import Document, Origin, Proposal, ProposedKey

_BEGINNING_CHARS = 4000  # of the text: about its first page
_QUOTE_CHARS = 200
_OWN = ("title", "language")  # which a reader finds by itself
_NAME_CHARS = 80  # of a public body
_MONTHS = [either(pack.values.months[number].replace(r"\w*", r"\w{0,9}") for pack in ALL) for number in range(12)]
_MONTH = "|".join(f"(?:{month})" for month in _MONTHS)
_DAYS = (
    r"\d{4}-\d{2}-\d{2}", r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}",
    rf"\d{{1,2}}\.?\s+(?:{_MONTH})\s+\d{{4}}", rf"(?:{_MONTH})\s+\d{{1,2}},?\s+\d{{4}}",
)  # fmt: skip
_DAY = re.compile(rf"(?<!\d)(?:{'|'.join(_DAYS)})(?!\d)", re.IGNORECASE)


def _saying(of_packs: Iterator[str]) -> re.Pattern[str]:
    said = either(of_packs).replace("<date>", f"(?<!\\d)(?:{'|'.join(_DAYS)})")
    return re.compile(rf"\b(?:{said})", re.IGNORECASE)


_FROM = _saying(pack.documents.valid_from for pack in ALL)
_UNTIL = _saying(pack.documents.valid_until for pack in ALL)
_ISSUED = _saying(pack.documents.issued for pack in ALL)
_ACTS = re.compile(either(pack.documents.acts for pack in ALL), re.IGNORECASE)
_SENTENCE_START = re.compile(r"[.!?;]\s|\n")
# "Tekoäly ei korvaa asiantuntijan harkintaa": only what names a document, a number or a day is replaced.
_REPLACED = either(pack.documents.replaced for pack in ALL)
_REPLACES = re.compile(
    rf"(?<!ei\s)(?<!not\s)\b(?:{either(pack.documents.replaces for pack in ALL)})\s+(?!(?:inte|ej)\b)"
    rf"(?=[^\n]{{0,{_QUOTE_CHARS}}}?(?:\d|\b(?:{_REPLACED})))([^\n]{{5,{_QUOTE_CHARS}}}?)(?=\.\s|\.?\n|\.?$)",
    re.IGNORECASE,
)
_EDITION_WORD = either(pack.documents.edition for pack in ALL)
# "Versio 2.1", "v. 3", by itself or at the end of a line: in a sentence it is that of something else. "v. 2026" is a
# year, 1.11.2026 a day.
_NUMBER = r"[.:]{0,2}\s{0,3}(?!\d{1,2}\.\d{1,2}\.\d{4})((?:\d{1,3}(?:\.\d{1,4}){1,3}|\d{1,2})[a-z]?)(?![\w/-])(?!\.\d)"
_EDITION = re.compile(
    rf"(?:^|(?<=[.,;:|(–-]\s)|(?<=\())(?:{_EDITION_WORD}){_NUMBER}(?!\s+(?-i:[a-zåäö]))"
    rf"|\b(?:{_EDITION_WORD}){_NUMBER}(?=\.?\)?$|\s?[(,;|–])",
    re.IGNORECASE | re.MULTILINE,
)
_RECORD = re.compile(
    rf"\b(?:{either(pack.documents.record for pack in ALL)})[.:]{{0,2}}\s{{0,3}}"
    r"((?:(?-i:[A-ZÅÄÖ]{2,8})[ /-])?\d[\w./:–-]{0,40}\w)",
    re.IGNORECASE,
)
# A sentence of its own, or what stands before a dash or a comma; its first word is a name.
_PUBLISHER = re.compile(
    rf"(?:(?!\d)\w[\w-]*\s+){{0,4}}(?:{either(pack.documents.publishers for pack in ALL)})", re.IGNORECASE
)
_PARTS = re.compile(r"\.\s|\n|\s[-–|]\s|,\s")


def proposals_of(
    document: Document, properties: Mapping[ProposedKey, str], found: Mapping[ProposedKey, Origin]
) -> tuple[Proposal, ...]:
    """What is not said of the document yet. properties: as rag.sources.properties gives them; found: where the title
    and the language come from, where nobody has given them."""
    metadata = document.metadata
    said: dict[ProposedKey, Proposal] = {}
    for key, origin in found.items():
        titled = origin == "file name" and properties.get("title")
        said[key] = Proposal(key, titled or getattr(metadata, key), "properties" if titled else origin)
    of_file = [Proposal(key, value, "properties") for key, value in properties.items() if key not in _OWN]
    for each in (*_in_text(document.text[:_BEGINNING_CHARS]), *of_file):
        if str(getattr(metadata, each.key) or "") != each.value:
            said.setdefault(each.key, each)
    return tuple(said.values())


def _in_text(beginning: str) -> Iterator[Proposal]:
    """In the order of trust."""
    for key, pattern, which in (("valid_from", _FROM, 0), ("valid_until", _UNTIL, -1), ("published", _ISSUED, 0)):
        for said in pattern.finditer(beginning):
            days = [day for each in _DAY.finditer(said[0]) if (day := day_of(each[0]))]
            if days and not _is_of_another(beginning, said):
                yield Proposal(key, days[which].isoformat(), "text", _quote(beginning, said))  # type: ignore[arg-type]
                break
    if found := _REPLACES.search(beginning):
        yield Proposal("supersedes", clean(found[1]), "text", _quote(beginning, found))
    for pattern in (_EDITION, _RECORD):
        if found := pattern.search(beginning):
            yield Proposal("edition", next(filter(None, found.groups())), "text", _quote(beginning, found))
    for part in _PARTS.split(beginning[: _BEGINNING_CHARS // 4]):
        if len(part) <= _NAME_CHARS and part[:1].isupper() and _PUBLISHER.fullmatch(part.strip(" .")):
            yield Proposal("publisher", clean(part).rstrip("."), "text", clean(part))
            return


def _is_of_another(text: str, found: re.Match[str]) -> bool:
    """Whether the sentence says it of an act that it names before: "EU:n tekoälyasetus tuli voimaan 1.8.2024"."""
    before = text[max(0, found.start() - _QUOTE_CHARS) : found.start()]
    return _ACTS.search(_SENTENCE_START.split(before)[-1]) is not None


def day_of(written: str) -> date | None:
    """The day that is written in figures or with a month's name; None for one that does not exist."""
    numbers = [int(each) for each in re.findall(r"\d+", written)]
    month = next((number for number, name in enumerate(_MONTHS, 1) if re.search(name, written, re.IGNORECASE)), None)
    if month is not None:
        day, year = numbers
    elif written[4] == "-":
        year, month, day = numbers
    else:
        day, month, year = numbers
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _quote(text: str, found: re.Match[str]) -> str:
    """The line that it stands in, around it."""
    start = max(text.rfind("\n", 0, found.start()) + 1, found.start() - _QUOTE_CHARS // 2)
    end = text.find("\n", found.end())
    return clean(text[start : min(end if end >= 0 else len(text), start + _QUOTE_CHARS)])
