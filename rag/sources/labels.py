"""Labels with what they are said of: "Vastuutaho: Digivirasto", "Kustannus: 12 milj. euroa"."""

from __future__ import annotations

import re

from rag.language.packs import ALL, either

LABELLED = re.compile(r"(?P<label>[^\W\d][^:\d\n]{0,40}?)\s?:\s+(?P<value>\S.*)")
# What names the document itself, and where to write or call, is said in heads and feet.
_OF_DOCUMENT = re.compile(
    rf"(?:{either(words for pack in ALL for words in (pack.documents.record, pack.documents.edition))}"
    rf"|{either(words for pack in ALL for words in (pack.documents.publisher, pack.documents.page))})\.?",
    re.IGNORECASE,
)
_ISSUED = re.compile(either(pack.documents.issued.replace("<date>", r"\d") for pack in ALL), re.IGNORECASE)
_CONTACT = re.compile(r"@|://|\bwww\.|\d(?: ?\d){5}")


def says_something(line: str) -> bool:
    """Whether a line is a label with what it is said of, and not of the whole document: where it stands on page after
    page, it says something of each."""
    labelled = LABELLED.fullmatch(line.strip())
    if labelled is None or _CONTACT.search(line) or _ISSUED.match(line):
        return False
    return _OF_DOCUMENT.fullmatch(labelled["label"].strip()) is None
