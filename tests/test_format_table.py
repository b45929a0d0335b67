"""The table of formats: all that is told of a format anywhere comes from its line."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from api.admin_pages import formats_told
from rag.fetching.outgoing import Answered
from rag.fetching.web import _file_name
from rag.language.messages import messages, say
from rag.sources import properties
from rag.sources.formats import BY_MEDIA_TYPE, BY_SUFFIX, FORMATS, SUFFIXES, Format
from rag.types import LANGUAGES, Language

ROOT = Path(__file__).parent.parent
# What people read of formats, and in which language; ARCHITECTURE.md says that a new one is told of there.
GUIDES: dict[str, Language] = {"docs/administrator.md": "en", "docs/toimittajan-opas.md": "fi"}


@pytest.mark.parametrize("form", FORMATS, ids=lambda each: each.suffixes[0])
def test_what_a_line_names_is_there(form: Format) -> None:
    assert callable(form.reader())
    assert callable(form.raw_text())
    assert form.media_types
    assert form.properties is None or callable(getattr(properties, form.properties))


def test_no_two_formats_share_an_ending_or_a_media_type() -> None:
    assert len(SUFFIXES) == len(set(SUFFIXES)) == sum(len(each.suffixes) for each in FORMATS)
    assert len(BY_MEDIA_TYPE) == sum(len(each.media_types) for each in FORMATS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_told_every_format_and_ending(language: Language) -> None:
    told = formats_told(language)
    for suffix, form in BY_SUFFIX.items():
        assert suffix in told
        assert messages(language).get(f"format.{form.name}", form.name) in told
        # A word has its texts, in all languages: what has none is a name.
        assert f"format.{form.name}" in messages(language) or form.name[0].isupper()
    assert "OpenDocument (.odt, .ods, .odp), " in told
    for key in ("file_hint", "wrong_type"):
        assert told in say(language, f"page.admin.documents.{key}", formats=told)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_guides_name_every_format(guide: str) -> None:
    written, language = (ROOT / guide).read_text(encoding="utf-8"), GUIDES[guide]
    for form in FORMATS:
        assert messages(language).get(f"format.{form.name}", form.name) in written, form.name


@pytest.mark.parametrize("form", FORMATS, ids=lambda each: each.suffixes[0])
@pytest.mark.parametrize("name", ["ohje", "ohje.aspx"])
def test_a_file_from_the_web_has_the_ending_of_its_media_type(form: Format, name: str) -> None:
    for media_type in form.media_types:
        assert named(name, f"{media_type}; charset=utf-8") == f"ohje{form.suffixes[0]}"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_from_the_web_keeps_an_ending_that_fits(suffix: str) -> None:
    for media_type in (*BY_SUFFIX[suffix].media_types, "application/octet-stream", "text/plain"):
        assert named(f"ohje{suffix}", media_type) == f"ohje{suffix}"


def test_what_the_server_says_goes_before_the_ending_of_the_address() -> None:
    assert named("ohje.pdf", "text/html") == "ohje.html"
    assert named("ohje.aspx", "application/x-unknown") == "ohje"


def named(name: str, content_type: str) -> str:
    address = f"https://kirjasto.example/{name}"
    headers = httpx.Headers({"Content-Type": content_type})
    return _file_name(address, Answered(200, httpx.URL(address), headers, b""))
