"""An editor makes a bad answer better, by keyboard alone and on a phone: corrected, rehearsed, judged, published."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.admin_site import OPEN_HOURS, signed_in, small_site, text
from tests.support.browser import CHROMIUM, PHONE, nothing_found
from tests.support.waiting import BUILD_MS
from tests.test_admin_pages import tab_to

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="the pages are not tested in a browser: no chromium (apt-get install chromium)"
)

CARD = "Kortti maksaa viisi euroa."
HARD = "Paljonko pulitetaan, jos aikoo lainata niteitä?"


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Iterator[str]:
    with small_site(tmp_path_factory.mktemp("editors"), settings, embedder, lexicon) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with signed_in(browser, address, PHONE) as (_, page):
        yield page


def asked(page: Page) -> None:
    """Somebody asked, was refused, and said that it was of no use."""
    answer = page.request.post("/api/chat", data={"question": HARD, "language": "fi"}).json()
    page.request.post("/api/feedback", data={"answer_id": answer["id"], "rating": "down"})


def test_from_a_bad_answer_to_a_better_one(page: Page) -> None:
    keys = page.keyboard
    asked(page)

    # What people asked leads to what is right: the sentence of the source that answers it.
    page.goto("/admin/insights")
    correct = page.get_by_role("button", name=text("shell.correct.named", question=HARD)).first
    expect(correct).to_be_visible()
    tab_to(page, correct)
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_be_focused()
    tab_to(page, page.get_by_role("button", name=text("shell.correct.save")))
    keys.press("Enter")
    expect(dialog.locator("[data-field=says] .error")).to_have_text(text("shell.required"))
    expect(page.get_by_label(text("shell.correct.say.answered_by"))).to_be_focused()
    keys.press("Space")
    words = page.get_by_label(text("shell.correct.words"))
    tab_to(page, words)
    keys.type("kortti")
    keys.press("Enter")
    place = page.get_by_label(re.compile(re.escape(CARD)))
    expect(place).to_be_visible()
    nothing_found(page, "correcting an answer")
    tab_to(page, place)
    keys.press("Space")
    tab_to(page, page.get_by_role("button", name=text("shell.correct.save")))
    keys.press("Enter")
    expect(dialog.get_by_text(text("shell.correct.kept.draft"))).to_be_focused()
    tab_to(page, page.get_by_role("link", name=text("shell.correct.to_draft")))
    keys.press("Enter")

    # The draft shows what it says in words; the rehearsal asks it, and the answer is judged by a key.
    expect(page.locator("#questions")).to_contain_text(HARD)
    expect(page.locator("#questions")).to_contain_text(CARD)
    rehearse = page.get_by_role("button", name=text("draft.rehearse"))
    expect(rehearse).to_be_visible()
    tab_to(page, rehearse)
    keys.press("Enter")
    expect(page.locator("#status")).to_contain_text(text("draft.rehearsal_done"), timeout=BUILD_MS)
    changed = page.locator(".answer-change").filter(has_text=HARD)
    for told in ("source.own", "expectation.mended"):
        expect(changed).to_contain_text(text(f"draft.{told}"))
    tab_to(page, changed.locator("summary"))
    keys.press("Enter")
    expect(changed).to_contain_text(CARD)
    keys.press("1")
    right = changed.get_by_role("button", name=text("draft.mark.right"))
    expect(right).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#status")).to_have_text(text("draft.marked.right"))
    nothing_found(page, "a rehearsal that is judged")
    keys.press("2")
    expect(right).to_have_attribute("aria-pressed", "false")
    keys.press("1")
    expect(right).to_have_attribute("aria-pressed", "true")
    tab_to(page, page.locator("#publish"), 120)
    keys.press("Enter")
    expect(page.locator("#ask-title")).to_be_focused()
    tab_to(page, page.locator("#ask-yes"))
    keys.press("Enter")
    expect(page.locator("#result h2")).to_be_focused(timeout=BUILD_MS)
    answer = page.request.post("/api/chat", data={"question": HARD, "language": "fi"}).json()
    assert [each["quote"] for each in answer["citations"]] == [CARD]
    page.goto("/admin/versions")
    expect(page.locator("#versions")).to_contain_text("Tarkistettuja kysymyksiä lisättiin: 1.")
    nothing_found(page, "versions in words")


def test_a_search_that_ends_late_does_not_replace_a_newer_one(page: Page) -> None:
    asked(page)
    late: list[Route] = []

    def first_waits(route: Route) -> None:
        if late:
            route.continue_()
        else:
            late.append(route)

    page.route("**/corrections/places", first_waits)
    page.goto("/admin/insights")
    page.get_by_role("button", name=text("shell.correct.named", question=HARD)).first.click()
    page.get_by_label(text("shell.correct.say.answered_by")).check()  # looks for what is near to the question
    words = page.get_by_label(text("shell.correct.words"))
    words.fill("kortti")
    words.press("Enter")
    places = page.locator(".places input")
    expect(page.get_by_label(re.compile(re.escape(CARD)))).to_be_visible()
    found = places.count()
    with page.expect_response("**/corrections/places") as come:
        late[0].continue_()
    assert len(come.value.json()) != found  # so that one list can be told from the other
    expect(places).to_have_count(found)


def test_the_test_questions_are_kept_evaluated_and_taken_along(page: Page) -> None:
    keys = page.keyboard
    page.goto("/admin/questions")
    field = page.locator("#add [name=question]")
    expect(field).to_be_visible()
    tab_to(page, field)
    keys.type("Milloin kirjasto on avoinna?")
    keys.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading")).to_be_focused()
    tab_to(page, page.get_by_label(text("shell.correct.say.answered_by")))
    keys.press("Space")
    place = page.get_by_label(re.compile(re.escape(OPEN_HOURS)))  # the nearest are there without a search
    expect(place).to_be_visible()
    tab_to(page, place)
    keys.press("Space")
    tab_to(page, page.get_by_role("button", name=text("shell.correct.save")))
    keys.press("Enter")
    expect(page.get_by_role("dialog").get_by_text(text("shell.correct.kept.draft"))).to_be_focused()
    keys.press("Escape")
    expect(page.locator("#questions")).to_contain_text(OPEN_HOURS)
    nothing_found(page, "test questions")
    tab_to(page, page.locator("#evaluate"), 120)
    keys.press("Enter")
    expect(page.locator("#status")).to_have_text(text("questions.evaluation_ended.done"), timeout=BUILD_MS)
    expect(page.locator("#evaluated")).to_contain_text(re.compile(r"Oikein vastattuja: \d+, yhteensä \d+"))
    with page.expect_download() as taken:
        page.get_by_role("button", name=text("questions.take_xlsx")).click()
    page.locator("#import input[type=file]").set_input_files(taken.value.path())
    name = taken.value.suggested_filename
    assert name == "ohjenuora-questions.xlsx"
    wrong = {"name": "omat.csv", "mimeType": "text/csv", "buffer": b"kysymys;kieli\nSaanko?;de\n"}
    page.locator("#import input[type=file]").set_input_files(wrong)  # type: ignore[arg-type]  # one file
    page.get_by_role("button", name=text("questions.import")).click()
    expect(page.locator("#import [role=alert]")).to_contain_text("Rivin 2 kieli ei kelpaa.")
    nothing_found(page, "a row that is wrong")
