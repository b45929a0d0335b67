"""Several drafts as one, in a real browser: put together, looked at, taken out and apart; two edits of one field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from rag.chatbot import Chatbot
from rag.language.messages import say
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.admin_site import signed_in, text
from tests.support.browser import CHROMIUM, PHONE, WIDE, nothing_found, serving
from tests.support.curated import curated_corpus

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="the pages are not tested in a browser: no chromium (apt-get install chromium)"
)


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("together")
    made = curated_corpus(folder, settings.data_dir / "models", embedder, lexicon)
    with serving(create_app(made, Chatbot(made, embedder, lexicon))) as address:
        yield address


# As the pages' own scripts ask.
OWN = {"X-Ohjenuora-Page": "admin"}


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    with signed_in(browser, address, request.param) as (_, page):
        yield page
        for draft in page.request.get("/api/admin/drafts?status=open&limit=1000", headers=OWN).json():
            page.request.delete(f"/api/admin/drafts/{draft['id']}", headers=OWN)


def tool(page: Page, name: str, decision: str) -> Any:
    entry = {"name": name, "data": ["personal_data"], "decision": decision}
    made = page.request.post("/api/admin/tools/entries", data={"entry": entry}, headers=OWN)
    assert made.status == 201, made.text()
    return made.json()


def drafts(page: Page) -> None:
    page.goto("/admin/drafts")
    expect(page.locator("#loaded")).to_be_visible()


def put_together(page: Page, count: int, title: str) -> None:
    """The first of the open drafts, on their list."""
    drafts(page)
    for box in page.locator("#open").get_by_role("checkbox").all()[:count]:
        box.check()
    page.get_by_label(text("drafts.together_title")).fill(title)
    page.get_by_role("button", name=text("drafts.put_together")).click()


def test_drafts_are_put_together_and_one_is_taken_out(page: Page) -> None:
    for number in range(3):
        tool(page, f"Palvelu {number}", f"Päätös {number}/2026")
    put_together(page, 1, "Yksin")
    expect(page.get_by_role("alert").filter(has_text=text("drafts.together_two"))).to_be_visible()
    nothing_found(page, "the list of drafts")
    put_together(page, 3, "Syksyn palvelut")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Syksyn palvelut")
    members = page.locator("#members")
    expect(members.get_by_role("listitem")).to_have_count(3)
    for number in range(3):
        expect(page.locator("#edits")).to_contain_text(text("draft.entry.added", name=f"Palvelu {number}"))
    nothing_found(page, "several drafts")
    members.get_by_role("button", name="Irrota").first.click()
    expect(members.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("#edits").get_by_role("article")).to_have_count(2)
    # On its own page a part leads to the whole and is not published by itself.
    members.get_by_role("listitem").first.get_by_role("link").click()
    expect(page.get_by_role("link", name="Syksyn palvelut")).to_be_visible()
    expect(page.locator("#publish")).to_be_hidden()
    page.get_by_role("link", name="Syksyn palvelut").click()
    page.get_by_role("button", name=text("draft.apart"), exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=text("draft.apart"), exact=True).click()
    page.wait_for_url("**/admin/drafts")
    expect(page.locator("#open").get_by_role("checkbox")).to_have_count(3)


def test_two_edits_of_one_field_are_decided_by_the_keyboard(page: Page) -> None:
    tool(page, "Piirtäjä", "Päätös 1/2026")
    tool(page, "Piirtäjä", "Päätös 2/2026")
    put_together(page, 2, "Piirtäjä")
    conflicts = page.locator("#conflicts")
    expect(conflicts.locator("legend")).to_contain_text("Piirtäjä")
    nothing_found(page, "a conflict")
    save = conflicts.get_by_role("button", name=text("draft.conflict_save"))
    save.focus()
    page.keyboard.press("Enter")
    expect(conflicts.get_by_role("alert")).to_be_visible()
    expect(conflicts.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Space")
    expect(conflicts.get_by_role("radio", name="Päätös 2/2026")).to_be_checked()
    save.focus()
    page.keyboard.press("Enter")
    expect(conflicts).to_have_count(0)
    expect(page.locator("#edits")).to_contain_text("Päätös 2/2026")


def document(page: Page, name: str, words: str) -> Any:
    file: Any = {"name": f"{name}.txt", "mimeType": "text/plain", "buffer": words.encode()}
    made = page.request.post("/api/admin/documents", multipart={"file": file, "title": name}, headers=OWN)
    assert made.status == 201, made.text()
    return made.json()


def test_what_each_document_changes_is_told_and_what_was_not_seen_is_not_published(page: Page) -> None:
    document(page, "Kirjasto", "Kirjasto on avoinna arkisin kello 9–18.")
    tool(page, "Piirtäjä", "Päätös 1/2026")
    put_together(page, 2, "Syksy")
    changes = page.locator("#members .changes")
    page.get_by_role("button", name=text("draft.members_changes")).click()
    expect(page.locator("#members-title")).to_be_focused()
    expect(changes.get_by_role("link")).to_have_text([text("draft.count.added.one")])
    nothing_found(page, "several drafts with a document")
    expect(page.locator("#edits").get_by_role("article")).to_have_count(1)
    # Meanwhile somebody else adds to it.
    later = tool(page, "Puhuja", "Päätös 2/2026")
    own = page.url.rsplit("/", 1)[1]
    parts = [each["id"] for each in page.request.get(f"/api/admin/drafts/{own}/together", headers=OWN).json()]
    given = {"drafts": [*parts, later["id"]]}
    assert page.request.put(f"/api/admin/drafts/{own}/together", data=given, headers=OWN).status == 200
    page.get_by_role("button", name=text("draft.publish"), exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=text("draft.publish"), exact=True).click()
    expect(page.locator("#actions-error")).to_have_text(say("fi", "admin.error.draft_changed"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("#members").get_by_role("link", name="Puhuja")).to_be_visible()
    expect(page.locator("#edits").get_by_role("article")).to_have_count(2)
    page.get_by_role("button", name=text("draft.members_changes")).click()
    changes.get_by_role("link").click()
    expect(page.locator("#passages")).to_contain_text("Kirjasto on avoinna")
    expect(page.locator("#passages-title")).to_be_focused()
