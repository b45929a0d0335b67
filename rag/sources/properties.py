"""What the file of a document says of it beside its text: the properties of Office and PDF files, a page's head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

from rag.sources.canonical import clean
from rag.sources.formats import BY_SUFFIX
from rag.sources.office import DAMAGED, parsed
from rag.types import LANGUAGES, ProposedKey

_MAX_CHARS = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_OFFICE = {"docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "meta.xml"}
# What a person is named by is left out: an author is no publisher.
_KEYS: dict[str, ProposedKey] = {
    "title": "title", "company": "publisher", "publisher": "publisher", "dc.publisher": "publisher",
    "og:site_name": "publisher", "created": "published", "creation-date": "published", "dc.date": "published",
    "sent": "published", "article:published_time": "published", "language": "language", "dc.language": "language",
    **dict.fromkeys(("version", "versio", "edition", "dnro", "diaarinumero", "diarienummer", "asianumero"), "edition"),
    "dcterms.publisher": "publisher", "dcterms.created": "published", "dc.title": "title",
}  # fmt: skip


# What programs call a file that nobody has named.
_NO_TITLE = re.compile(
    r"(?:untitled|nimetön|namnlös|namnlöst|document|asiakirja|dokument|presentation|esitys|title|otsikko|rubrik)"
    r"(?: (?:document|asiakirja|dokument|presentation|esitys))?[ _-]?\d{0,3}"
    r"|powerpoint[ -](?:presentation|esitys)|microsoft (?:word|powerpoint|excel) - .{0,200}",
    re.IGNORECASE,
)


def title_in(said: str) -> str:
    """What a file says that it is called, cleaned; "" where that is no title."""
    said = clean(said)
    return "" if _NO_TITLE.fullmatch(said) else said


def properties_of(source: bytes | str, suffix: str) -> dict[ProposedKey, str]:
    """As Metadata has its values; empty for a format without properties, and for a file that is broken there.

    source: a file that its reader has read: no bomb.
    """
    found: dict[ProposedKey, str] = {}
    try:
        for name, value in BY_SUFFIX[suffix].properties_of(source):
            key, value = _KEYS.get(name.lower()), clean(value)[:_MAX_CHARS]
            if key == "published":
                day = _DAY.match(value)
                value = day[0] if day else ""
            if key == "title":
                value = title_in(value)
            if key == "language":
                value = value[:2].lower() if value[:2].lower() in LANGUAGES else ""
            if key is not None and value:
                found.setdefault(key, value)
    except (*DAMAGED, AssertionError, ArithmeticError):
        return found
    return found


def of_office(source: bytes) -> Iterator[tuple[str, str]]:
    with ZipFile(BytesIO(source)) as archive:
        for name in sorted(_OFFICE.intersection(archive.namelist())):
            for element in parsed(archive.read(name)).iter(etree.Element):
                # What an organisation adds has a name of its own, and its value within or in the element.
                own = next((each for name, each in element.attrib.items() if etree.QName(name).localname == "name"), "")
                said = "".join(map(str, element.itertext())) if own else element.text
                yield str(own) or etree.QName(element).localname, said or ""


def of_pdf(source: bytes) -> Iterator[tuple[str, str]]:
    from pypdf import PdfReader  # here: who reads other files need not load it
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(source))
        said = reader.metadata
        if said is not None:
            yield "title", said.title or ""
            for key in ("Publisher", "Company", "Version"):
                yield key, str(said.get(f"/{key}") or "")
            yield "created", said.creation_date.date().isoformat() if said.creation_date is not None else ""
        yield "language", str(reader.root_object.get("/Lang", ""))
    except PyPdfError:
        return


def of_message(source: bytes) -> Iterator[tuple[str, str]]:
    message = message_from_bytes(source, policy=policy.default)
    sent = getattr(message.get("Date"), "datetime", None)
    yield "sent", "" if sent is None else sent.date().isoformat()


def of_outlook(source: bytes) -> Iterator[tuple[str, str]]:
    import olefile  # here: hardly anybody reads a message

    from rag.sources.format_msg import sent_on

    try:
        with olefile.OleFileIO(BytesIO(source)) as message:
            sent = sent_on(message)
            yield "sent", "" if sent is None else sent.isoformat()
    except OSError:
        return


def of_page(source: str) -> Iterator[tuple[str, str]]:
    root = etree.fromstring(source.encode(), etree.HTMLParser(encoding="utf-8", no_network=True))
    if root is not None:
        yield "language", root.get("lang") or ""
        for element in root.iter("meta"):
            yield element.get("name") or element.get("property") or "", element.get("content") or ""
