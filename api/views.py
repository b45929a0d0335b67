"""The pages' templates and what they may call. Everything from a source or a reader is escaped on its way out."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.negotiation import language_of
from rag.types import LANGUAGES, Citation, Language
from rag.wording import messages, say

WEB = Path(__file__).parent / "web"
LANGUAGE_COOKIE = "lang"
_COOKIE_S = 365 * 24 * 3600
_SCRIPT_TEXTS = "page.answer."  # the section of the messages that the scripts need too


def language_for(request: Request) -> Language:
    """The language chosen on a page (?lang=) now or, for a page, before (cookie); else that of Accept-Language."""
    chosen = [request.query_params.get("lang")]
    if not request.url.path.startswith("/api/"):
        chosen.append(request.cookies.get(LANGUAGE_COOKIE))
    wanted = next((each for each in chosen if each in LANGUAGES), None)
    return next((each for each in LANGUAGES if each == wanted), language_of(request.headers.get("accept-language", "")))


def page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page in the reader's language; a language chosen with ?lang= is remembered in a cookie."""
    language = language_for(request)
    kept = {key: value for key, value in request.query_params.items() if key != "lang"}
    switch = {each: "?" + urlencode({"lang": each} | kept) for each in LANGUAGES}
    response = HTMLResponse(render(template, language, switch=switch, **values), status)
    if request.query_params.get("lang") in LANGUAGES and request.cookies.get(LANGUAGE_COOKIE) != language:
        secure = request.url.scheme == "https"
        response.set_cookie(LANGUAGE_COOKIE, language, _COOKIE_S, httponly=True, samesite="lax", secure=secure)
    return response


def render(template: str, language: Language, **values: object) -> str:
    """The text of a page. Within templates: t(key, …) is say(), day(…) a readable date, source_href(citation)."""
    texts = {
        key.removeprefix(_SCRIPT_TEXTS): text
        for key, text in messages(language).items()
        if key.startswith(_SCRIPT_TEXTS)
    }
    return _templates.get_template(template).render(
        language=language,
        languages=LANGUAGES,
        script_texts=texts,
        t=partial(say, language),
        day=partial(readable_day, language),
        source_href=partial(source_href, language),
        **{"switch": {each: f"?lang={each}" for each in LANGUAGES}} | values,
    )


def source_href(language: Language, citation: Citation) -> str:
    """Where the citation stands, marked by the server for readers without JavaScript."""
    path, _, _ = citation.href.partition("#")
    place = f"{citation.start}-{citation.end}"
    return f"{path}?lang={language}&c={place}#c{place}"


def readable_day(language: Language, day: str | date) -> str:
    """29.4.2025 in Finnish and Swedish, 29 April 2025 in English; less where the source tells less (2025-04, 2025)."""
    try:
        parts = [int(part) for part in str(day).split("-")]
        first = date(*[*parts, 1, 1][:3])
    except ValueError:
        return str(day)
    if language == "en":
        return first.strftime(" ".join(("%Y", "%B %Y", f"{first.day} %B %Y")[len(parts) - 1 : len(parts)]))
    return ".".join(str(part) for part in reversed(parts)) if len(parts) != 2 else f"{parts[1]}/{parts[0]}"


_templates = Environment(
    loader=FileSystemLoader(WEB / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.tests["web_address"] = lambda value: isinstance(value, str) and value.startswith(("https://", "http://"))
