"""In what a file of values is encoded where it is not UTF-8: Excel writes Windows-1252 in Finland and Sweden."""

from __future__ import annotations

import codecs

_NORDIC = frozenset("äöåÄÖÅ".encode("cp1252"))
_LETTERS = frozenset(range(0xC0, 0x100)) - {0xD7, 0xF7}  # × and ÷
_MARKS = frozenset("€…‘’“”–—\u00a0£§«»°±²³´µ·¼½¾×".encode("cp1252"))  # noqa: RUF001
_MARKED = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def charset_of(data: bytes) -> str | None:
    """What a text is to be read as: as "cp1252" where it is no UTF-8 and looks Finnish or Swedish, else None.

    In another encoding other letters than ä, ö and å are the most frequent, and bytes that are no letter stand within
    words, as in a text in UTF-8 of which some bytes are broken.
    """
    if data.startswith(_MARKED):
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        beyond = data.translate(None, bytes(range(0x80)))
        letters = sum(map(beyond.count, (bytes([each]) for each in _LETTERS)))
        nordic = sum(map(beyond.count, (bytes([each]) for each in _NORDIC)))
        if nordic * 2 > letters and set(beyond) <= _LETTERS | _MARKS:
            return "cp1252"
    return None
