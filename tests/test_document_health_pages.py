"""How a document is, on the page of its draft: what can be asked and quoted, what to mend, each with the way there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from rag.types import LANGUAGES, Language
from tests.support.admin_site import make_draft, signed_in, small_site, text
from tests.support.browser import CHROMIUM, PHONE, nothing_found
from tests.support.waiting import BUILD_MS
from tests.test_admin_pages import tab_to

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="the pages are not tested in a browser: no chromium (apt-get install chromium)"
)

FORBIDDEN = "Torilla ei saa perata kaloja ilman tarkastajan lupaa."
BROKEN = "Tämä sana on **rikki."
PRICES = "Myyntipaikan hinta torilla kesäkuukausina kojuissa pitkäaikaiselle vuokralaiselle on {} euroa päivältä."
MARKET = (
    f"# Torin ohje 🐟\n\nVoimassa 1.11.2026 alkaen.\n\n## Kalat\n\n{FORBIDDEN}\n\n{BROKEN}\n\n"
    f"## Hinnat\n\n{PRICES.format(12)}\n\n## Maksut\n\n{PRICES.format(15)}\n\n## Tyhjä\n"
)


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Iterator[str]:
    with small_site(tmp_path_factory.mktemp("health"), settings, embedder, lexicon) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with signed_in(browser, address, PHONE) as (_, page):
        yield page


def health(page: Page) -> Locator:
    section = page.locator("#health")
    expect(section).to_be_visible()
    expect(page.locator("#text")).to_be_attached()  # what the links lead to has come
    return section


def publish(page: Page) -> None:
    page.locator("#publish").click()
    page.locator("#ask-yes").click()
    expect(page.locator("#result h2")).to_have_text(text("draft.done"), timeout=BUILD_MS)


def test_one_section_says_how_the_document_is_and_leads_to_each_place_without_a_mouse(page: Page) -> None:
    keys = page.keyboard
    make_draft(page, "tori.md", MARKET, id="tori")
    section = health(page)
    assert page.locator("#preview > section").first.get_attribute("id") == "health"
    expect(section).to_contain_text(re.compile(r"Niistä voi lainata \d"))
    expect(section).to_contain_text(text("draft.health.seems", value="1.11.2026"))
    expect(section).to_contain_text(text("draft.health.missing"))
    expect(section).to_contain_text(text("draft.health.asked_in", languages="suomi, ruotsi ja englanti"))
    expect(section).to_contain_text(text("draft.health.no_translations"))
    nothing_found(page, "how a document is")

    # A question leads to the sentence that answers it, marked in the text.
    question = section.get_by_role("link", name="Saako torilla perata kaloja?")
    expect(page.locator("#text details")).not_to_have_attribute("open", "")
    tab_to(page, question)
    keys.press("Enter")
    mark = page.locator("#text mark")
    expect(mark).to_be_focused()
    expect(mark).to_have_text(FORBIDDEN)
    expect(mark).to_be_in_viewport()
    nothing_found(page, "a place in the text")

    # A finding leads to its words, and these to the text; one place is marked at a time.
    same = text("draft.health.same_document")
    overlap = section.get_by_role("link", name=text("draft.health.contradicts", title=same))
    expect(overlap).to_have_count(1)
    overlap.press("Enter")
    finding = page.locator("#quality li:target")
    expect(finding).to_contain_text(PRICES.format(12)[:60])
    finding.get_by_role("link").first.press("Enter")
    expect(mark).to_have_count(1)
    expect(mark).to_contain_text(PRICES.format(12)[:60])
    for code in ("broken_text", "heading_without_content", "may_contradict"):
        expect(section.get_by_role("listitem").filter(has_text=text(f"draft.finding.{code}"))).to_have_count(1)

    # What is missing leads to its field; filled in and confirmed, it is missing no more.
    fill = section.get_by_role("link", name=text("draft.health.fill", field=text("documents.publisher")))
    fill.press("Enter")
    expect(page.locator("#proposed [name=publisher]")).to_be_focused()
    keys.type("Virasto")
    keys.press("Enter")
    expect(section).to_contain_text("Virasto")
    expect(fill).to_have_count(0)
    expect(section.get_by_role("link", name=re.compile("^Vahvista ehdotus: "))).to_have_count(0)


def test_what_another_document_says_too_is_told_by_its_title(page: Page) -> None:
    rule = "Uimalassa peseydytään saippualla huolellisesti ennen altaaseen menemistä."
    make_draft(page, "oma.txt", rule, id="aaa-oma", title="Oma ohje")
    publish(page)
    make_draft(page, "toinen.txt", f"{rule}\n\nMuuta ei ole.", id="zzz-toinen", title="Toinen ohje")
    section = health(page)
    link = section.get_by_role("link", name=text("draft.health.repeats", title="Oma ohje"))
    expect(link).to_be_visible()
    link.press("Enter")
    expect(page.locator("#quality li:target")).to_contain_text(text("draft.finding.near_duplicate"))
    nothing_found(page, "a repetition")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_of_which_there_is_nothing_to_say_says_so(page: Page, language: Language) -> None:
    make_draft(page, "lyhyt.txt", "Hiljaa hyvä tulee, ajatellen aivan kaunis.", id=f"lyhyt-{language}", title="Lyhyt")
    page.goto(f"{page.url.split('?')[0]}?lang={language}")
    section = health(page)
    for key in ("title", "no_questions", "no_overlaps", "no_translations"):
        expect(section).to_contain_text(text(f"draft.health.{key}", language))
    nothing_found(page, f"nothing to say, {language}")


def test_whoever_may_not_edit_sees_what_is_missing_without_a_way_to_a_form(page: Page) -> None:
    make_draft(page, "vain.txt", FORBIDDEN, id="vain")
    who = {"name": "aino", "role": "auditor", "roles": ["auditor"]}
    page.route("**/api/admin/me", lambda route: route.fulfill(json=who))
    page.reload()
    section = health(page)
    expect(section).to_contain_text(text("draft.health.fill", field=text("documents.publisher")))
    expect(section.get_by_role("link", name=re.compile("Täydennä|puuttuu"))).to_have_count(0)
    expect(section.get_by_role("link", name="Saako torilla perata kaloja?")).to_be_visible()


def test_a_draft_of_no_file_has_no_such_section(page: Page) -> None:
    page.goto("/admin/documents")
    response = page.request.post("/api/admin/documents/uimala/withdraw", headers={"X-Ohjenuora-Page": "admin"})
    page.goto(f"/admin/drafts/{response.json()['id']}")
    expect(page.locator("#summary")).to_be_visible()
    expect(page.locator("#health")).to_have_count(0)
