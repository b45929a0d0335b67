"""A message of Outlook's (.msg) → canonical text, by olefile, with its subject as the title. Attachments are told.

Source: [MS-OXMSG]; a property's stream is named by its number and type.
"""

from __future__ import annotations

import struct
from datetime import date, datetime, timedelta
from io import BytesIO

import olefile

from rag.errors import UnreadableSource
from rag.sources.canonical import Canonical
from rag.sources.format_eml import read_message
from rag.sources.format_html import PageTooDeep, declared_charset, read_html

_SUBJECT, _BODY, _HTML = "0037", "1000", "1013"
_UNICODE, _EIGHT_BIT, _BINARY = "001F", "001E", "0102"
_SENT = 0x0039  # in tenths of a microsecond since _EPOCH
_EPOCH, _MAX_TICKS = datetime(1601, 1, 1), 10**18
_CODE_PAGES = (0x3FFD, 0x3FDE)  # of the message's texts, of its page
_PROPERTIES, _HEAD_BYTES, _ENTRY = "__properties_version1.0", 32, struct.Struct("<HHI8s")
_DAMAGED = (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error, PageTooDeep, RecursionError)


def read_msg(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: damaged, empty."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as message:
            page, text, subject = page_of(message), text_of(message, _BODY), text_of(message, _SUBJECT)
            attached = {
                entry[0]
                for entry in message.listdir(streams=False, storages=True)
                if entry[0].startswith("__attach_version1.0_#")
            }
        if not page and not text.strip():
            what = "the message has no text that can be read; save it as .eml, or as a PDF"
            raise UnreadableSource(file, "empty", what)
        canonical = read_html(page, is_message=True) if page else read_message(text)
    except _DAMAGED as error:
        what = f"the message is damaged ({type(error).__name__}); save it anew from the mail program"
        raise UnreadableSource(file, "damaged", what) from error
    canonical.lose("attachment", len(attached))
    canonical.title = subject or canonical.title
    return canonical


def sent_on(message: olefile.OleFileIO) -> date | None:
    """The day that it was handed in, as its list of properties gives it; None where that gives none."""
    value = _fixed(message, _SENT)
    ticks = int.from_bytes(value, "little") if value else 0
    return (_EPOCH + timedelta(microseconds=ticks // 10)).date() if 0 < ticks < _MAX_TICKS else None


def page_of(message: olefile.OleFileIO) -> str:
    """The message as a page, which keeps lists and tables; "" where it has none."""
    data = _stream(message, _HTML, _BINARY)
    if not data:
        return text_of(message, _HTML)
    charset = declared_charset(data) or _code_page(message, _CODE_PAGES[1])
    return data.decode(charset, "replace").replace("\r\n", "\n")


def text_of(message: olefile.OleFileIO, name: str) -> str:
    """A property that is a text."""
    said = _stream(message, name, _UNICODE).decode("utf-16-le", "replace")
    if not said and (narrow := _stream(message, name, _EIGHT_BIT)):
        said = narrow.decode(_code_page(message, _CODE_PAGES[0]), "replace")
    return said.replace("\r\n", "\n").rstrip("\x00")


def _stream(message: olefile.OleFileIO, name: str, kind: str) -> bytes:
    path = f"__substg1.0_{name}{kind}"
    return bytes(message.openstream(path).read()) if message.exists(path) else b""


def _code_page(message: olefile.OleFileIO, wanted: int) -> str:
    """Python's name of a code page that the message's list of properties gives."""
    if value := _fixed(message, wanted):
        page = int.from_bytes(value[:4], "little")
        return {65001: "utf-8", 28591: "cp1252", 20127: "cp1252"}.get(page, f"cp{page}")
    return "cp1252"


def _fixed(message: olefile.OleFileIO, wanted: int) -> bytes | None:
    """A property that has no stream of its own: eight bytes."""
    listed = message.openstream(_PROPERTIES).read()[_HEAD_BYTES:]
    entries = _ENTRY.iter_unpack(listed[: len(listed) // _ENTRY.size * _ENTRY.size])
    return next((value for _, number, _, value in entries if number == wanted), None)
