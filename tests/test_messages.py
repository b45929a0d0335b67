"""The texts that a user reads, in three languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from playwright.sync_api import Browser

from api.audit import Action
from api.jobs import JobStatus
from rag.language.messages import format_date, messages, say
from rag.publishing.progress import PUBLICATION, REHEARSAL
from rag.types import LANGUAGES, Language


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_language_has_every_text_with_the_same_placeholders(language: Language) -> None:
    finnish, other = messages("fi"), messages(language)
    assert other.keys() == finnish.keys()
    assert {key: placeholders(text) for key, text in other.items()} == {
        key: placeholders(text) for key, text in finnish.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_none_has_a_placeholder_without_a_name(language: Language) -> None:
    for key, text in messages(language).items():
        assert text.strip(), key
        assert all(name.isidentifier() for name in placeholders(text)), key


def test_what_the_service_tells_by_code_has_words_on_the_pages() -> None:
    known = messages("fi").keys()
    for stage in PUBLICATION | REHEARSAL:
        assert f"page.admin.shell.stage.{stage}" in known
    for action in get_args(Action):
        assert f"page.admin.audit.action.{action}" in known
    for status in get_args(JobStatus):
        assert f"page.admin.shell.job.{status}" in known


def test_a_text_is_filled_in() -> None:
    assert say("fi", "question.too_long", length=2001, limit=2000).startswith("Kysymyksessä on 2001 merkkiä.")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError, match="no such text"):
        say("fi", "no such text")


# As it is kept, and as Finnish, Swedish and English readers write it.
DAYS = {
    "2025-04-29": ("29.4.2025", "29.4.2025", "29 April 2025"),
    "2025-04": ("4/2025", "4/2025", "April 2025"),
    "2025-12": ("12/2025", "12/2025", "December 2025"),
    "2025": ("2025", "2025", "2025"),
    "2024-02-29": ("29.2.2024", "29.2.2024", "29 February 2024"),
    **{odd: (odd,) * 3 for odd in ("2025-02-29", "2025-13-01", "2025-00", "2025-4", "2025-04-29-1", "keväällä", "")},
}


@pytest.mark.parametrize("day", DAYS)
def test_a_day_is_written_as_each_language_writes_it(day: str) -> None:
    assert tuple(format_date(day, language) for language in LANGUAGES) == DAYS[day]


def test_a_date_is_written_as_its_text_is() -> None:
    assert [format_date(date(2025, 4, 9), each) for each in LANGUAGES] == ["9.4.2025", "9.4.2025", "9 April 2025"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_scripts_write_days_as_the_service_does(browser: Browser, language: Language) -> None:
    address = "http://pages.example"
    script = Path("api/web/static/elements.js").read_text(encoding="utf-8")
    html = f'<!doctype html><html lang="{language}"><body data-texts="{{}}"></body></html>'
    page = browser.new_page()
    page.route(f"{address}/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route(f"{address}/elements.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.goto(f"{address}/")
    written = page.evaluate("async (days) => days.map((await import('/elements.js')).readableDay)", [*DAYS])
    page.close()
    assert written == [format_date(day, language) for day in DAYS]
