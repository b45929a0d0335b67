"""What the readers of Office files have in common: these files are archives, and may be bombs."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO

from lxml import etree

from rag.errors import UnreadableSource

MAX_UNZIPPED_BYTES = 200_000_000  # a bound on memory and time against zip bombs

# Chosen by judgement: a presentation of a thousand slides, each with its notes and a few pictures, has half as many.
MAX_MEMBERS = 20_000

# What the libraries let through for broken files: from zipfile (BadZipFile, EOFError, NotImplementedError for an
# unknown compression, RuntimeError for an encrypted member), zlib, lxml (LxmlError), and themselves: KeyError for a
# missing part, AttributeError, IndexError, TypeError and ValueError for a part of another kind than expected.
DAMAGED = (
    zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error, etree.LxmlError, KeyError,
    AttributeError, IndexError, TypeError, ValueError, SyntaxError,
)  # fmt: skip


def refuse_bomb(data: bytes, file: str) -> None:
    """Raises UnreadableSource too_large, or what zipfile raises for a file that is none of its own."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        what = f"it is an archive of {len(members):,} parts, the limit is {MAX_MEMBERS:,}; split it"
        raise UnreadableSource(file, "too_large", what)
    unzipped_bytes = sum(member.file_size for member in members)
    if unzipped_bytes > MAX_UNZIPPED_BYTES:
        what = f"it unzips to {unzipped_bytes:,} bytes, the limit is {MAX_UNZIPPED_BYTES:,}; shrink its pictures"
        raise UnreadableSource(file, "too_large", what)


def parsed(xml: bytes) -> etree._Element:
    """A part of such a file. Nothing that it names elsewhere is fetched."""
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))


def whole(text: str | None, default: int) -> int:
    """A number that an attribute says; the default where it says none, or one of more than six figures."""
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,6}", text) else default


def damaged(program: str, file: str, error: Exception) -> UnreadableSource:
    what = f"the {program} file is damaged ({type(error).__name__}); open it in {program} and save it anew"
    return UnreadableSource(file, "damaged", what)
