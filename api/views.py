"""The pages' templates and what they may call. Everything from a source or a reader is escaped on its way out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.negotiation import is_for_programs, language_of
from rag.language.messages import format_date, messages, say
from rag.types import LANGUAGES, Citation, Language

WEB = Path(__file__).parent / "web"
LANGUAGE_COOKIE = "lang"
THEME_COOKIE = "theme"
THEMES = ("system", "light", "dark")
_COOKIE_S = 365 * 24 * 3600
_SCRIPT_SECTIONS = ("page.answer.",)  # the sections of the messages that the scripts of the chat need too


def language_for(request: Request) -> Language:
    """The language chosen on a page (?lang=) now or, for a page, before (cookie); else that of Accept-Language."""
    chosen = [request.query_params.get("lang")]
    if not is_for_programs(request.url.path):
        chosen.append(request.cookies.get(LANGUAGE_COOKIE))
    wanted = next((each for each in chosen if each in LANGUAGES), None)
    return next((each for each in LANGUAGES if each == wanted), language_of(request.headers.get("accept-language", "")))


def home(request: Request, public_url: str) -> str:
    """The service's own address for links that are followed elsewhere, without a slash at its end.

    public_url: the setting. Where there is none, it is the address that was asked: right for who asks directly.
    """
    return (public_url or str(request.base_url)).rstrip("/")


def theme_for(request: Request) -> str:
    """One of THEMES: chosen on a page (?theme=) now or before (cookie); else what the reader's system is set to."""
    chosen = (request.query_params.get("theme"), request.cookies.get(THEME_COOKIE))
    return next((each for each in chosen if each in THEMES), THEMES[0])


def page(
    request: Request,
    template: str,
    status: int = 200,
    script_sections: Sequence[str] = _SCRIPT_SECTIONS,
    left_behind: Sequence[str] = (),
    **values: object,
) -> HTMLResponse:
    """A page in the reader's language and theme; what was chosen with ?lang= or ?theme= is remembered in a cookie.

    left_behind: parameters of the address that switching the language or the theme is not to repeat.
    """
    language, theme = language_for(request), theme_for(request)
    given = request.query_params
    kept = {key: value for key, value in given.items() if key not in ("lang", "theme", *left_behind)}
    switch = {each: "?" + urlencode({"lang": each} | kept) for each in LANGUAGES}
    in_language = {"lang": given["lang"]} if given.get("lang") in LANGUAGES else {}
    themes = {each: "?" + urlencode({"theme": each} | in_language | kept) for each in THEMES}
    # Whoever has signed in, by the name that people know them by; what follows it tells namesakes apart.
    reader = {"reader": request.state.access.who.partition(" (")[0], "sign_in": request.state.sign_in}
    body = render(template, language, theme, script_sections, switch=switch, themes=themes, **reader | values)
    response = HTMLResponse(body, status)
    secure = request.url.scheme == "https"
    if given.get("lang") in LANGUAGES and request.cookies.get(LANGUAGE_COOKIE) != language:
        response.set_cookie(LANGUAGE_COOKIE, language, _COOKIE_S, httponly=True, samesite="lax", secure=secure)
    if given.get("theme") in THEMES and request.cookies.get(THEME_COOKIE, THEMES[0]) != theme:
        if theme == THEMES[0]:
            response.delete_cookie(THEME_COOKIE)
        else:  # not for the server alone: static/theme.js changes it without loading the page again
            response.set_cookie(THEME_COOKIE, theme, _COOKIE_S, samesite="lax", secure=secure)
    return response


def render(
    template: str,
    language: Language,
    theme: str = THEMES[0],
    script_sections: Sequence[str] = _SCRIPT_SECTIONS,
    **values: object,
) -> str:
    """The text of a page. Within templates: t(key, …) is say(), day(…) a readable date, source_href(citation, version).

    script_sections: the texts that the page's scripts are given, under their keys without the section.
    """
    texts = {
        key.removeprefix(section): text
        for section in script_sections
        for key, text in messages(language).items()
        if key.startswith(section)
    }
    without_request: dict[str, object] = {
        "reader": "",
        "sign_in": False,
        "switch": {each: f"?lang={each}" for each in LANGUAGES},
        "themes": {each: f"?theme={each}" for each in THEMES},
    }
    return _templates.get_template(template).render(
        language=language,
        languages=LANGUAGES,
        theme=theme,
        script_texts=texts,
        t=partial(say, language),
        day=partial(format_date, language=language),
        source_href=partial(source_href, language),
        **without_request | values,
    )


def source_href(language: Language, citation: Citation, version: str) -> str:
    """Where the citation stands, marked by the server for readers without JavaScript.

    version: of the index that the answer came from, so that the link opens what was cited when the source has changed.
    """
    path, _, _ = citation.href.partition("#")
    place = f"{citation.start}-{citation.end}"
    query = {"lang": language, "c": place} | ({"version": version} if version else {})
    return f"{path}?{urlencode(query)}#c{place}"


_templates = Environment(
    loader=FileSystemLoader(WEB / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.tests["web_address"] = lambda value: isinstance(value, str) and value.startswith(("https://", "http://"))
