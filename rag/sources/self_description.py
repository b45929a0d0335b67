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
_OF = rf"\.?\s?(?:{either(pack.documents.of_month for pack in ALL)})?"
_FULL = r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}"
_DAYS = (
    r"\d{4}-\d{2}-\d{2}", _FULL, r"\d{1,2}/\d{1,2}/\d{4}",
    rf"\d{{1,2}}{_OF}\s+(?:{_MONTH})\s+\d{{4}}", rf"(?:{_MONTH})\s+\d{{1,2}},?\s+\d{{4}}",
    rf"\d{{1,2}}\.(?:\s?\d{{1,2}}\.)?(?=\s?[-–]\s?{_FULL})",  # the year stands at its end: "1.1.–31.12.2026"
)  # fmt: skip
_DAY = re.compile(rf"(?<!\d)(?:{'|'.join(_DAYS)})(?!\d)", re.IGNORECASE)


def _saying(of_packs: Iterator[str]) -> re.Pattern[str]:
    said = either(of_packs).replace("<date>", f"(?<!\\d)(?:{'|'.join(_DAYS)})")
    return re.compile(rf"\b(?:{said})", re.IGNORECASE)


_FROM = _saying(pack.documents.valid_from for pack in ALL)
_UNTIL = _saying(pack.documents.valid_until for pack in ALL)
_ISSUED = _saying(pack.documents.issued for pack in ALL)
# "Ei ole enää voimassa 1.3.2026 alkaen."
_DENIED = re.compile(
    rf"\b(?:{either(pack.documents.denies for pack in ALL)})\s+(?:\w{{1,20}}\s+){{0,3}}$", re.IGNORECASE
)
_DENIED_CHARS = 80
_ACTS = re.compile(either(pack.documents.acts for pack in ALL), re.IGNORECASE)
_SENTENCE_START = re.compile(r"[.!?;]\s|\n")
# "Tekoäly ei korvaa asiantuntijan harkintaa": only what names a document, a number or a day is replaced.
_REPLACED = either(pack.documents.replaced for pack in ALL)
_REPLACES = re.compile(
    rf"(?<!ei\s)(?<!not\s)\b(?:{either(pack.documents.replaces for pack in ALL)}):?\s+(?!(?:inte|ej)\b)"
    rf"(?=[^\n]{{0,{_QUOTE_CHARS}}}?(?:\d|\b(?:{_REPLACED})))([^\n]{{5,{_QUOTE_CHARS}}}?)"
    # Up to the end of the sentence, or to what the next label says: "Ersätter: cirkulär 1/2018 Version: 2".
    r"(?=\.\s|\.?\n|\.?$| (?-i:[A-ZÅÄÖ])[^\W\d]{0,20}(?: [^\W\d]{1,20}){0,2}:\s)",
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
# A sentence of its own, or what stands before a dash or a comma; its first word is a name, and so are those behind it:
# "Hinnat vahvistaa lautakunta" names none.
_NAME_WORD = rf"(?-i:[A-ZÅÄÖ])[\w-]*|\w[\w-]*-|(?:{either(pack.documents.within_names for pack in ALL)})"
_PUBLISHER = re.compile(
    rf"(?:(?!\d)(?:{_NAME_WORD})\s+){{0,4}}(?:{either(pack.documents.publishers for pack in ALL)})", re.IGNORECASE
)
_NAMED_PUBLISHER = re.compile(
    rf"(?:^|(?<=[.;,]\s))(?:{either(pack.documents.publisher for pack in ALL)}):\s{{1,3}}"
    rf"([^\n]{{2,{_NAME_CHARS}}}?)(?=\.?$|[.;]\s)",
    re.IGNORECASE | re.MULTILINE,
)
# A row of two cells says in the first what the second one is.
_TWO_CELLS = re.compile(r"^([^|\n]{1,60}) \| (?=[^|\n]{1,400}$)", re.MULTILINE)
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
    text = _TWO_CELLS.sub(r"\1:  ", beginning)  # as long as before: what is found is quoted as it stands
    for key, pattern, which in (("valid_from", _FROM, 0), ("valid_until", _UNTIL, -1), ("published", _ISSUED, 0)):
        for said in pattern.finditer(text):
            days = [day for each in _days_in(text, said) if (day := day_of(each))]
            if days and not _is_of_another(text, said) and not _is_denied(text, said):
                yield Proposal(key, days[which].isoformat(), "text", _quote(beginning, said))  # type: ignore[arg-type]
                break
    if found := _REPLACES.search(text):
        yield Proposal("supersedes", clean(found[1]), "text", _quote(beginning, found))
    for pattern in (_EDITION, _RECORD):
        if found := pattern.search(text):
            yield Proposal("edition", next(filter(None, found.groups())), "text", _quote(beginning, found))
    if found := _NAMED_PUBLISHER.search(text):
        yield Proposal("publisher", clean(found[1]), "text", _quote(beginning, found))
    for part in _PARTS.split(beginning[: _BEGINNING_CHARS // 4]):
        if len(part) <= _NAME_CHARS and part[:1].isupper() and _PUBLISHER.fullmatch(part.strip(" .")):
            yield Proposal("publisher", clean(part).rstrip("."), "text", clean(part))
            return


def _days_in(text: str, said: re.Match[str]) -> Iterator[str]:
    """The days that begin in a match, each with its year."""
    for found in _DAY.finditer(text, said.start()):
        if found.start() >= said.end():
            return
        written = found[0]
        if written.endswith("."):
            end = re.findall(r"\d+", text[found.end() : found.end() + _QUOTE_CHARS])[:3]
            own = re.findall(r"\d+", written)
            written = ".".join([*own, *end[len(own) :]])
        yield written


def _is_denied(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - _DENIED_CHARS) : found.start()]
    return _DENIED.search(_SENTENCE_START.split(before)[-1]) is not None


def _is_of_another(text: str, found: re.Match[str]) -> bool:
    """Whether the sentence says it of an act that it names before: "EU:n tekoälyasetus tuli voimaan 1.8.2024"."""
    before = text[max(0, found.start() - _QUOTE_CHARS) : found.start()]
    return _ACTS.search(_SENTENCE_START.split(before)[-1]) is not None


def day_of(written: str) -> date | None:
    """The day that is written in figures, a day before its month, or with a month's name; None for one that does not
    exist."""
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
