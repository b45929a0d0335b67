"""A source that is a folder of a WebDAV server (RFC 4918)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from rag.errors import SourceUnavailable
from rag.fetching.found import MAX_FILES, Fetched, Found, Look, Mark, Unfetched, counted, has_known_ending
from rag.fetching.outgoing import Outgoing, outgoing_of

MAX_LISTING_BYTES = 50_000_000
MAX_FOLDERS = 1000  # chosen by judgement
_ASKED = b"""<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:"><prop><resourcetype/><getetag/><getlastmodified/></prop></propfind>"""


@dataclass(frozen=True, slots=True)
class _Listed:
    address: str
    folder: bool
    mark: Mark


def look_at_webdav(look: Look) -> Iterator[Found]:
    """The files below it, folder by folder: many servers refuse to list all at once."""
    base = look.source.place.rstrip("/") + "/"
    with outgoing_of(look) as outgoing:
        files = {unquote(each.address.removeprefix(base)): each for each in _files(outgoing, base, look)}
        for path in counted(list(files), base):
            look.goes_on()
            yield _found(outgoing, path, files[path], look)


def _found(outgoing: Outgoing, path: str, listed: _Listed, look: Look) -> Found:
    if listed.mark and listed.mark == look.known.get(path):
        return Fetched(path, path, None, listed.mark)
    try:
        return Fetched(path, path, outgoing.request(listed.address, look.settings.max_file_bytes).content, listed.mark)
    except SourceUnavailable as failure:
        return Unfetched(path, failure)


def _files(outgoing: Outgoing, base: str, look: Look) -> Iterator[_Listed]:
    """Raises SourceUnavailable where any folder cannot be listed: its files have not vanished."""
    folders, seen, found = [base], {base}, 0
    while folders:
        look.goes_on()
        folder = folders.pop()
        for each in _listing(outgoing, folder):
            if not each.address.startswith(base) or each.address == folder or _is_hidden(each.address):
                continue
            if each.folder and each.address not in seen:
                seen.add(each.address)
                folders.append(each.address)
            elif not each.folder and has_known_ending(unquote(each.address)):
                found += 1
                yield each
        if len(seen) > MAX_FOLDERS or found > MAX_FILES:
            raise SourceUnavailable("too_many", base)


def _listing(outgoing: Outgoing, folder: str) -> list[_Listed]:
    headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
    answered = outgoing.request(folder, MAX_LISTING_BYTES, headers, "PROPFIND", _ASKED)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(answered.content, parser)
        if answered.status != 207 or root.tag != "{DAV:}multistatus":
            raise SourceUnavailable("no_listing", folder)
        return [_listed(each, folder) for each in root.iter("{DAV:}response")]
    except (etree.XMLSyntaxError, ValueError):  # or an address that is none
        raise SourceUnavailable("no_listing", folder) from None


def _listed(response: etree._Element, folder: str) -> _Listed:
    address = urljoin(folder, response.findtext("{DAV:}href", "").strip())
    is_folder = response.find(".//{DAV:}resourcetype/{DAV:}collection") is not None
    etag, modified = (response.findtext(f".//{{DAV:}}{name}", "").strip() for name in ("getetag", "getlastmodified"))
    if is_folder and not address.endswith("/"):
        address += "/"
    return _Listed(address, is_folder, Mark(etag, modified))


def _is_hidden(address: str) -> bool:
    return PurePosixPath(unquote(urlsplit(address).path)).name.startswith(".")
