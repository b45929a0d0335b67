"""Atom feeds (RFC 4287) of what came into use: of all documents, and of one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from lxml import etree
from starlette.exceptions import HTTPException

from api import views
from api.news import News, latest
from api.problems import PROBLEM_RESPONSES
from api.reading import TheAccess
from api.service import Service, TheService, TheStore
from api.store import Store
from rag.language.messages import say
from rag.types import Access, Language

MEDIA_TYPE = "application/atom+xml"
MOST = 100  # entries, the latest
_ATOM = "http://www.w3.org/2005/Atom"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SAYS: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "The feed"}
}

router = APIRouter(prefix="/api", tags=["documents"], responses=PROBLEM_RESPONSES | _SAYS)


@router.get("/feed.atom", response_class=Response)
def feed(
    request: Request, service: TheService, store: TheStore, access: TheAccess, lang: Language | None = None
) -> Response:
    """What came into use, the latest first, of the documents that may be read."""
    language = lang or views.language_for(request)
    title = say(language, "page.feed.title", service=_name(service, language))
    return _feed(request, service, _readable(store, service, access), "/api/feed.atom", title, language)


@router.get("/documents/{document_id}/feed.atom", response_class=Response)
def of_document(
    document_id: str,
    request: Request,
    service: TheService,
    store: TheStore,
    access: TheAccess,
    lang: Language | None = None,
) -> Response:
    """The same of one document. 404 for one that there never was, or that may not be read."""
    language = lang or views.language_for(request)
    found = _readable(store, service, access, document_id)
    present = service.opened_for(access).document(document_id)
    if present is None and not found:
        raise HTTPException(404)
    name = present.metadata.title if present is not None else found[0].title
    path = f"/api/documents/{quote(document_id, safe='')}/feed.atom"
    return _feed(request, service, found, path, say(language, "page.feed.of_document", title=name), language)


def _readable(store: Store, service: Service, access: Access, document_id: str | None = None) -> list[News]:
    known = service.opened()
    with store.engine.connect() as connection:
        found = latest(connection, MOST, document_id)
    return [each for each in found if each.readable_by(access, known.document(each.document_id))]


def _feed(
    request: Request, service: Service, found: Sequence[News], path: str, title: str, language: Language
) -> Response:
    """As it is, or 304 where the reader has it already."""
    body = _written(found, views.home(request, service.settings.public_url), path, title, language, service)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


def _written(found: Sequence[News], home: str, path: str, title: str, language: Language, service: Service) -> bytes:
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]  # of no prefix
    root.set(_XML_LANG, language)
    _add(root, "id", f"{home}{path}")
    _add(root, "title", title)
    _add(root, "updated", (found[0].at if found else datetime.fromtimestamp(0, UTC)).isoformat())
    _add(_add(root, "author", ""), "name", _name(service, language))
    _add(root, "link", "", rel="self", type=MEDIA_TYPE, href=f"{home}{path}?{urlencode({'lang': language})}")
    _add(root, "link", "", rel="alternate", type="text/html", href=f"{home}/documents?{urlencode({'lang': language})}")
    for each in found:
        entry = _add(root, "entry", "")
        _add(entry, "id", f"{home}/api/feed.atom#{each.number}")
        _add(entry, "title", say(language, f"page.feed.{each.kind}", title=each.title))
        _add(entry, "updated", each.at.isoformat())
        href = f"{home}/documents/{quote(each.document_id, safe='')}?{urlencode({'lang': language})}"
        _add(entry, "link", "", rel="alternate", type="text/html", href=href)
        _add(entry, "summary", say(language, f"page.feed.{each.kind}_summary", title=each.title))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _add(parent: etree._Element, name: str, text: str, **attributes: str) -> etree._Element:
    """What XML cannot hold is left out of the text."""
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = "".join(char for char in text if char.isprintable() or char in "\n\t") or None
    return child


def _name(service: Service, language: Language) -> str:
    organisation = service.opened().organisation()
    return organisation.name.of(language) if organisation.name else say(language, "page.name")
