"""The page of the sources that keep themselves current, in a real browser: by keyboard, on a phone, three languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, Route, expect

from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from rag.types import LANGUAGES, Language
from tests.support.admin_site import signed_in, small_site, text
from tests.support.browser import CHROMIUM, PHONE, nothing_found
from tests.support.waiting import BUILD_MS
from tests.test_admin_pages import tab_to
from tests.test_sources import write

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="the pages are not tested in a browser: no chromium (apt-get install chromium)"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sources")


@pytest.fixture(scope="module")
def address(folder: Path, settings: Settings, embedder: Embedder, lexicon: Lexicon) -> Iterator[str]:
    with small_site(folder, settings, embedder, lexicon) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with signed_in(browser, address, PHONE) as (_, page):
        yield page


def name_sources(folder: Path, **files: dict[str, str]) -> None:
    """Name folders as sources, each with the files that are given of it."""
    for name, contents in files.items():
        (folder / name).mkdir()
        for file, content in contents.items():
            (folder / name / file).write_text(content, encoding="utf-8")
    write(folder / "corpus", [{"name": name, "folder": str(folder / name)} for name in files])


def card(page: Page, name: str) -> Any:
    return page.get_by_role("region", name=name, exact=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_source_the_page_says_how_to_name_one(page: Page, folder: Path, language: Language) -> None:
    write(folder / "corpus", [])
    page.goto(f"/admin/sources?lang={language}")
    expect(page.locator("#title")).to_have_text(text("sources.title", language))
    expect(page.locator("#how")).to_contain_text(text("sources.how", language))
    expect(page.locator("#how")).to_contain_text("folder: /srv/ohjeet")
    expect(page.locator("#how")).to_be_visible()
    expect(page.locator("#look-all")).to_be_hidden()
    nothing_found(page, f"no sources, {language}")


def test_a_mistake_in_the_file_is_told_and_the_page_can_be_tried_again(page: Page, folder: Path) -> None:
    (folder / "corpus" / "sources.yaml").write_text("sources: [{name: a}]", encoding="utf-8")
    page.goto("/admin/sources")
    expect(page.get_by_role("alert")).to_contain_text("sources.yaml")
    write(folder / "corpus", [])
    page.get_by_role("button", name=text("shell.try_again")).click()
    expect(page.locator("#how")).to_be_visible()


def test_from_a_look_to_the_drafts_that_came_of_it_without_a_mouse(page: Page, folder: Path) -> None:
    files = {"tori.txt": "Tori on auki lauantaisin.", "rikki.pdf": "%PDF-1.7 katkennut"}
    name_sources(folder, ohjeet=files, muut={"museo.txt": "Museo on auki iltaisin."})
    keys = page.keyboard
    page.goto("/admin/sources")
    ours = card(page, "ohjeet")
    expect(ours).to_contain_text(text("sources.never"))
    nothing_found(page, "not looked at yet")
    tab_to(page, page.locator("#look-all"))
    keys.press("Enter")
    expect(page.locator("#status")).to_have_text(text("sources.looked.other", count=2), timeout=BUILD_MS)
    expect(page.locator("#looking")).to_be_hidden()
    expect(page.locator("#look-all")).to_be_focused()
    expect(ours.locator("time").first).to_be_visible()
    broken = ours.get_by_role("listitem").filter(has_text="rikki.pdf")
    expect(broken).to_contain_text("tallenna uudelleen ja lisää se sitten")  # what to do
    expect(card(page, "muut")).to_contain_text(text("sources.all_well"))
    nothing_found(page, "looked at")
    draft = ours.get_by_role("link")
    tab_to(page, draft)
    keys.press("Enter")
    expect(page.locator("#title")).to_have_text(text("draft.titled", title="tori"))

    # A second look finds nothing new; what waits is still there. One source is looked at by itself.
    page.goto("/admin/sources")
    again = page.get_by_role("button", name=text("sources.look_named", name="muut"))
    expect(again).to_be_visible()
    before = card(page, "ohjeet").locator("time").first.get_attribute("datetime")
    tab_to(page, again)
    keys.press("Enter")
    expect(page.locator("#status")).to_have_text(text("sources.looked.other", count=2), timeout=BUILD_MS)
    assert card(page, "ohjeet").locator("time").first.get_attribute("datetime") == before
    expect(again).to_be_focused()


def test_a_look_that_goes_on_is_shown_and_followed(page: Page, folder: Path) -> None:
    """Its end is held back, and the service cannot be reached for a while."""
    name_sources(folder, hitaat={"uimala.txt": "Uimalassa peseydytään ensin."})
    held, gone = True, False

    def hold(route: Route) -> None:
        if gone:
            route.abort()
            return
        told = route.fetch()
        route.fulfill(response=told, json=told.json() | {"running": held})

    page.route("**/api/admin/sources", hold)
    page.goto("/admin/sources")
    looking = page.locator("#looking")
    expect(looking).to_contain_text(text("sources.looking_unknown"))  # it began before the page was opened
    expect(page.locator("#look-all")).to_have_attribute("aria-disabled", "true")
    nothing_found(page, "a look that began earlier")
    held = False
    expect(looking).to_be_hidden()
    held = True
    page.locator("#look-all").click()
    expect(looking).to_contain_text(text("sources.looking_told", done=1, of=1), timeout=BUILD_MS)
    nothing_found(page, "a look that goes on")
    gone = True
    expect(page.locator("#sources-error")).to_have_text(text("shell.progress.lost"))
    gone = False
    expect(page.locator("#sources-error")).to_be_hidden()
    held = False
    expect(looking).to_be_hidden()
    expect(page.locator("#look-all")).not_to_have_attribute("aria-disabled", "true")


def test_while_somebody_elses_look_goes_on_none_begins(page: Page, folder: Path) -> None:
    name_sources(folder, muualla={})
    page.goto("/admin/sources")
    lock = folder / "data" / "sources" / ".lock"
    lock.parent.mkdir(exist_ok=True)
    with FileLock(lock):
        page.locator("#look-all").click()
        expect(page.locator("#sources-error")).to_contain_text("Lähteitä tarkistetaan jo.")
    expect(page.locator("#looking")).to_be_hidden()
    nothing_found(page, "refused")


@pytest.mark.parametrize("role", ["auditor", None])
def test_who_may_not_edit_looks_on_and_who_may_nothing_is_shown_no_way(
    page: Page, folder: Path, role: str | None
) -> None:
    write(folder / "corpus", [{"name": "sivu", "page": "https://example.fi/ohje", "publish": True}])
    who = {"name": "aino", "role": role, "roles": [role] if role else []}
    page.route("**/api/admin/me", lambda route: route.fulfill(json=who))
    page.goto("/admin/sources")
    expect(page.locator("#who")).to_contain_text(text(f"shell.role.{role or 'none'}"))
    page.locator("#menu").click()
    expect(page.get_by_role("link", name=text("shell.nav.sources"))).to_be_visible(visible=role is not None)
    expect(page.locator("#look-all")).to_be_hidden()
    if role:
        expect(card(page, "sivu")).to_contain_text(text("sources.publishes"))
        expect(page.locator("main").get_by_role("button")).to_have_count(0)
    else:
        expect(page.get_by_role("alert")).to_contain_text(text("shell.no_role"))
