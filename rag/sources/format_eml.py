"""A message (.eml) → canonical text, with its subject as the title. Attachments are told, not read."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

from rag.errors import UnreadableSource
from rag.sources.canonical import Canonical
from rag.sources.format_html import PageTooDeep, read_html
from rag.sources.format_text import read_text
from rag.sources.mail_replies import without_replies

_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)  # RFC 3676, 4.3; some programs take the space away
_OF_WINDOWS = ("iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252")


def read_eml(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: damaged, bad_encoding."""
    try:
        message, body = _opened(data)
        text = _text(body) if body is not None else ""
        as_page = body is not None and body.get_content_type() == "text/html"
        canonical = read_html(text, is_message=True) if as_page else read_message(text)
        attached = sum(1 for _ in message.iter_attachments()) if message.is_multipart() else 0
    except LookupError as error:
        what = f"its text is in an encoding that is not known ({error}); save it as a text file"
        raise UnreadableSource(file, "bad_encoding", what) from error
    except (PageTooDeep, RecursionError, ValueError, TypeError, AttributeError) as error:
        what = f"the message is damaged ({type(error).__name__}); save it anew from the mail program"
        raise UnreadableSource(file, "damaged", what) from error
    if not message.keys():
        raise UnreadableSource(file, "damaged", "it does not begin as a message does; save it anew")
    canonical.lose("attachment", attached)
    canonical.title = str(message.get("Subject", "")) or canonical.title
    return canonical


def read_message(text: str) -> Canonical:
    """A plain one, without what it answers to, which is told; the signature apart."""
    own, left_out = without_replies(text)
    own, *signed = _SIGNATURE.split(own, maxsplit=1)
    canonical = read_text(own)
    canonical.lose("quoted message", left_out)
    canonical.end_sections()  # who has signed it says so below no heading
    for line in "".join(signed).split("\n"):
        canonical.paragraph(line)
    return canonical


def _opened(data: bytes) -> tuple[EmailMessage, MIMEPart | None]:
    """The message and the part that is its text: as a page, as that keeps lists and tables, else as it is."""
    message = message_from_bytes(data, policy=policy.default)
    return message, message.get_body(("html", "plain"))


def _text(body: MIMEPart) -> str:
    data = body.get_payload(decode=True)
    # As browsers do: what is called so has letters of Windows more often than none, the euro among them.
    if isinstance(data, bytes) and (body.get_content_charset() or "").lower() in _OF_WINDOWS:
        return data.decode("cp1252", "replace").replace("\r\n", "\n")
    return str(body.get_content()).replace("\r\n", "\n")
