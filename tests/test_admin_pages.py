"""The administrators' pages in a real browser, with real builds: signing in, documents, drafts, versions, audit log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from api.admin_pages import formats_told
from api.app import create_app
from api.sessions import PLAIN_COOKIE
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.admin_site import (
    OPEN_HOURS,
    TOKEN,
    file,
    make_draft,
    sign_out_elsewhere,
    signed_in,
    small_site,
    text,
)
from tests.support.browser import CHROMIUM, WIDE, ZOOMED, follow, nothing_found, opened, serving
from tests.support.fakes import HOSTILE, FakeChatbot
from tests.support.provider import running_provider
from tests.support.waiting import BUILD_MS, WAIT_S

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="the pages are not tested in a browser: no chromium (apt-get install chromium)"
)

STRAWBERRIES = "Torilla saa myydä mansikoita vain lauantaisin."
MARKET = f"# Tori\n\n{STRAWBERRIES}\n\nTorimaksu on kaksitoista euroa päivältä.\n"
BACK = "http://localhost/admin/callback"


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Iterator[str]:
    with small_site(tmp_path_factory.mktemp("pages"), settings, embedder, lexicon) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with signed_in(browser, address) as (_, page):
        yield page


def title(page: Page) -> Locator:
    return page.locator("#title")


def documents(page: Page) -> Locator:
    page.goto("/admin/documents")
    expect(page.locator("#in-use table")).to_be_visible()
    return page.locator("#in-use")


def cited(page: Page, question: str) -> Locator:
    """The passages that the chat shows for a question."""
    page.goto("/")
    if page.locator("#new").is_visible():  # this tab has asked before
        page.locator("#new").click()
    page.locator("#question").fill(question)
    page.locator("#ask .primary").click()
    expect(page.locator(".turn .after")).to_be_visible()
    return page.locator(".citations")


# Walks


def test_from_signing_in_to_an_answer_and_back(browser: Browser, address: str) -> None:
    with opened(browser, address) as context:
        page = context.new_page()
        page.goto("/admin")
        token = page.get_by_label(text("shell.token"))
        expect(token).to_be_focused()
        expect(page.locator("#sections")).to_be_hidden()
        for wrong, told in (("", "token_missing"), ("wrong", "token_wrong"), ("väärä", "token_wrong")):
            token.fill(wrong)
            page.keyboard.press("Enter")
            expect(page.get_by_role("alert")).to_have_text(text(f"shell.{told}"))
            expect(token).to_be_focused()
        token.fill(f" {TOKEN}\n")
        page.get_by_role("button", name=text("shell.sign_in")).click()
        expect(title(page)).to_have_text(text("documents.title"))
        expect(title(page)).to_be_focused()
        assert page.evaluate("() => [localStorage.length, document.cookie]") == [0, ""]

        # A file and a wrong field, then a right one.
        with page.expect_file_chooser() as choosing:
            page.get_by_text(text("documents.choose_file"), exact=True).first.click()
        choosing.value.set_files(file("tori.md", MARKET))
        expect(page.locator(".chosen").first).to_have_text("tori.md")
        page.get_by_label(text("documents.valid_until")).first.fill("31.2.2030")
        submit = page.locator("#upload [type=submit]")
        submit.click()
        until = page.locator("#upload [name=valid_until]")
        expect(until).to_be_focused()
        expect(until).to_have_attribute("aria-invalid", "true")
        expect(page.locator("[data-field=valid_until] .error")).to_have_text(text("documents.bad_day"))
        until.fill("31.12.2060")
        page.locator("#upload [name=id]").fill("kirjasto")
        submit.click()
        expect(page.locator("[data-field=id] .error")).to_contain_text("on jo asiakirja")
        page.locator("#upload [name=id]").fill("tori")
        submit.click()

        # The draft.
        expect(title(page)).to_have_text(text("draft.titled", title="Tori"))
        expect(page.locator("#summary")).to_contain_text(text("draft.count.added.one"))
        expect(page.locator("#passages")).to_contain_text(STRAWBERRIES)
        page.locator("#text summary").click()
        expect(page.locator("#text .as-read")).to_contain_text(STRAWBERRIES)
        page.locator("#publish").click()
        page.keyboard.press("Escape")
        expect(page.locator("#publish")).to_be_focused()
        page.locator("#publish").click()
        page.get_by_role("dialog").get_by_role("button", name=text("draft.publish")).click()
        expect(page.locator("#progress h2")).to_be_focused()
        expect(page.locator("#progress progress")).to_be_visible()

        # The server is gone in the middle of it; the build goes on.
        context.set_offline(True)
        expect(page.locator("#progress .error")).to_have_text(text("shell.progress.lost"))
        context.set_offline(False)
        page.reload()  # and whoever comes back sees how far it is
        expect(page.locator("#progress .progress-told")).to_contain_text("%")
        expect(page.locator("#result h2")).to_have_text(text("draft.done"), timeout=BUILD_MS)
        expect(page.locator("#status")).to_contain_text(text("draft.done"))
        expect(page.locator("#publish")).to_be_hidden()

        # The answer rests on it, and does not after the return.
        expect(cited(page, "Milloin torilla saa myydä mansikoita?")).to_contain_text(STRAWBERRIES)
        page.goto("/admin/versions")
        rows = page.locator("#versions tbody tr")
        expect(rows.first).to_contain_text(text("versions.current"))
        page.get_by_role("button", name=re.compile("^Ota käyttöön versio")).last.click()
        page.get_by_role("dialog").get_by_role("button", name=text("versions.activate")).click()
        expect(page.locator("#versions-told")).to_be_focused()
        expect(rows.last).to_contain_text(text("versions.current"))
        expect(page.locator("#jobs")).to_contain_text(text("shell.job.done"))
        page.wait_for_function(
            "async () => !(await (await fetch('/api/documents')).json()).some((each) => each.id === 'tori')"
        )

        # All of it is on record, and can be searched.
        page.goto("/admin/audit")
        entries = page.locator("#entries tbody tr")
        signed_in_rows = entries.filter(has_text=text("audit.action.sign_in"))
        expect(signed_in_rows.first).to_contain_text("127.0.0.1")
        expect(entries.filter(has_text=text("audit.action.sign_in_failed"))).to_have_count(1)
        expect(entries.filter(has_not_text=text("audit.action.sign_in"))).to_have_count(5)
        page.get_by_label(text("audit.what")).select_option(text("audit.action.activate"))
        page.get_by_role("button", name=text("audit.filter")).click()
        expect(entries).to_have_count(1)
        page.get_by_label(text("audit.who")).fill("nobody")
        page.get_by_role("button", name=text("audit.filter")).click()
        expect(page.locator("#shown")).to_have_text(text("audit.none"))
        page.locator("#sign-out").click()
        expect(page.locator("#sign-in-title")).to_be_visible()
        # Nothing of the administrator stays; the conversation of this tab is anybody's.
        assert page.evaluate("() => Object.keys(sessionStorage)") == ["ohjenuora.conversation.1"]


def tab_to(page: Page, wanted: Locator, most: int = 60) -> None:
    """By the Tab key; every stop on the way can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body || document.activeElement.matches(':focus-visible')"
        )
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached")


def test_a_document_is_withdrawn_without_a_mouse(browser: Browser, address: str) -> None:
    with opened(browser, address) as context:
        page = context.new_page()
        keys = page.keyboard
        page.goto("/admin/versions")
        expect(page.locator("#token")).to_be_focused()
        keys.type(TOKEN)
        keys.press("Enter")
        expect(title(page)).to_be_focused()
        page.reload()
        expect(title(page)).to_be_visible()
        keys.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        tab_to(page, page.get_by_role("link", name=text("shell.nav.documents")))
        keys.press("Enter")
        edit = page.get_by_role("button", name=text("documents.edit_titled", title="Uimala"))
        expect(edit).to_be_visible()
        tab_to(page, edit)
        keys.press("Enter")
        expect(page.locator("#edit-title")).to_be_focused()
        keys.press("Escape")
        expect(edit).to_be_focused()
        keys.press("Enter")
        tab_to(page, page.locator("#edit summary").last)
        keys.press("Enter")
        tab_to(page, page.get_by_role("button", name=text("documents.make_withdrawal")))
        keys.press("Enter")
        expect(page.locator("#summary")).to_contain_text(text("draft.count.removed.one"))
        tab_to(page, page.locator("#publish"))
        keys.press("Enter")
        expect(page.locator("#ask-title")).to_be_focused()
        tab_to(page, page.locator("#ask-yes"))
        keys.press("Enter")
        expect(page.locator("#progress h2")).to_be_focused()
        expect(page.locator("#result h2")).to_be_focused(timeout=BUILD_MS)
        tab_to(page, page.locator("#result a").last)
        keys.press("Enter")
        expect(page.locator("#versions")).to_be_visible()
        documents(page)
        expect(page.locator("#in-use")).not_to_contain_text("Uimala")
        expect(page.locator("#withdrawn")).to_contain_text(re.compile("Uimala.*" + text("shell.shared_token")))
        # It comes back as easily, and the versions say in words what was done.
        restore = page.get_by_role("button", name=text("documents.restore_named", title="Uimala"))
        tab_to(page, restore)
        keys.press("Enter")
        expect(title(page)).to_have_text(text("draft.titled", title="Uimala"))
        expect(page.locator("#summary")).to_contain_text(text("draft.count.added.one"))
        page.goto("/admin/versions")
        expect(page.locator("#versions")).to_contain_text("Poistettiin käytöstä asiakirja Uimala.")


# What a draft shows


def replace_library(page: Page, content: str) -> None:
    documents(page)
    page.get_by_role("button", name=text("documents.edit_titled", title="Kirjasto")).click()
    page.locator("#edit summary").first.click()
    page.locator("#edit input[type=file]").set_input_files(file("uusi.md", content))
    page.locator("#edit [type=submit]").first.click()
    expect(page.locator("#passages")).to_be_visible()


NEW_HOURS = "Kirjasto on avoinna myös sunnuntaisin."


def test_changed_words_and_suspended_rules_are_shown(page: Page) -> None:
    replace_library(page, f"{NEW_HOURS}\n\nKortti maksaa viisi euroa.")
    changed = page.locator(".passage.changed")
    expect(changed.locator("del")).to_contain_text("vain arkisin.")
    expect(changed.locator("ins")).to_contain_text("myös sunnuntaisin.")
    # Told by words and by lines, not by colour alone.
    expect(changed.locator("del")).to_contain_text(text("draft.goes"))
    lines = [
        f"() => getComputedStyle(document.querySelector('.changed {tag}')).textDecorationLine" for tag in ("del", "ins")
    ]
    assert [page.evaluate(line) for line in lines] == ["line-through", "underline"]
    expect(page.locator("#rules")).to_contain_text(OPEN_HOURS)
    expect(page.locator("#summary")).to_contain_text(text("draft.count.suspended.one"))
    page.get_by_role("link", name=text("draft.count.suspended.one")).click()
    expect(page.locator("#rules")).to_be_in_viewport()


def test_rules_are_made_of_what_a_document_decides(page: Page) -> None:
    table = "| Tuote | Arkisin | Pyhinä |\n|---|---|---|\n| Kalat | Sallittu | Kielletty |\n"
    make_draft(page, "kala.md", f"# Kalat\n\nTorilla ei saa perata kaloja.\n\n{table}", id="kala", title="Kalat")
    suggestions = page.locator("#decisions .suggestion-row")
    expect(suggestions).to_have_count(3)
    save = page.get_by_role("button", name=text("draft.save_rules"))

    # A matrix is chosen as one; a sentence is corrected without a mouse.
    page.locator("#decisions .matrix legend input").check()
    expect(page.locator("#decisions")).to_contain_text(text("draft.rules_chosen.other", count=2))
    first = suggestions.first
    first.get_by_label(text("draft.make_rule")).check()
    first.locator("summary", has_text=text("draft.correct")).press("Enter")
    first.locator("[name=words]").fill("perata")
    first.locator("[name=conditions]").fill("tätä ehtoa ei ole")
    nothing_found(page, "suggested rules")
    save.click()
    expect(first.get_by_role("alert")).to_contain_text("tätä ehtoa ei ole")
    first.locator("[name=conditions]").fill("")
    save.click()
    expect(page.locator("#status")).to_contain_text(text("draft.rules_saved.other", count=3))
    expect(suggestions.first.get_by_label(text("draft.make_rule"))).to_be_checked()

    page.locator("#publish").click()
    page.locator("#ask-yes").click()
    expect(page.locator("#result h2")).to_have_text(text("draft.done"), timeout=BUILD_MS)
    expect(cited(page, "Saako kaloja myydä pyhinä?")).to_contain_text("Kielletty")
    page.goto("/admin/rules")
    expect(page.locator("#rules, main").first).to_contain_text("Torilla ei saa perata kaloja.")


def test_what_a_document_says_of_itself_is_filled_in_and_confirmed(page: Page) -> None:
    words = "Voimassa 1.11.2026 alkaen."
    make_draft(page, "ehdotus.md", f"# Tori\n\n{words}\n\n{STRAWBERRIES}\n")
    form = page.locator("#proposed")
    expect(form).to_contain_text(text("draft.proposed.lead.one"))
    expect(form.locator("[name=valid_from]")).to_have_value("1.11.2026")
    expect(form.locator("[data-field=valid_from] .hint")).to_contain_text(text("draft.proposed.quote", quote=words))
    expect(form.locator("[data-field=publisher] .hint")).to_contain_text(text("draft.proposed.missing"))
    form.locator("[name=valid_from]").fill("31.2.2026")
    confirm = form.get_by_role("button", name=text("draft.proposed.confirm"))
    confirm.click()
    expect(form.locator("[data-field=valid_from] .error")).to_have_text(text("documents.bad_day"))
    form.locator("[name=valid_from]").fill("1.11.2026")
    form.locator("[name=publisher]").fill("Virasto")
    confirm.click()
    expect(page.locator("#proposed")).to_contain_text(text("draft.proposed.none"))
    expect(page.locator("#proposed [name=publisher]")).to_have_value("Virasto")


def test_a_hostile_document_comes_by_drop_and_stays_text(page: Page) -> None:
    documents(page)
    dropped = """([name, content]) => {
        const given = new DataTransfer();
        given.items.add(new File([content], name));
        const drop = new DragEvent('drop', {dataTransfer: given, bubbles: true});
        document.querySelector('#upload .drop').dispatchEvent(drop);
    }"""
    page.evaluate(dropped, ["paha.exe", "x"])
    page.locator("#upload [type=submit]").click()
    expect(page.locator("[data-field=file] .error").first).to_have_text(
        text("documents.wrong_type", formats=formats_told("fi"))
    )
    page.evaluate(dropped, ["<img src=x onerror=alert(1)>.txt", f"{HOSTILE} Paha teksti.\n\n{HOSTILE}"])
    page.locator("#upload [name=title]").fill(HOSTILE)
    page.locator("#upload [name=publisher]").fill(HOSTILE)
    page.locator("#upload [name=id]").fill("paha")
    page.locator("#upload [type=submit]").click()
    expect(title(page)).to_have_text(text("draft.titled", title=HOSTILE))
    expect(page.locator("#passages")).to_contain_text(HOSTILE)
    page.locator("#text summary").click()
    expect(page.locator("#text .as-read")).to_contain_text(HOSTILE)
    page.goto("/admin/drafts")
    expect(page.locator("#open")).to_contain_text(HOSTILE)
    follow(page, HOSTILE)
    page.locator("#discard").click()
    page.locator("#ask-yes").click()
    expect(page.locator("#about")).to_contain_text(text("shell.status.discarded"))
    expect(title(page)).to_be_focused()
    expect(page.locator("#publish")).to_be_hidden()
    page.goto("/admin/drafts")
    expect(page.locator("#ended")).to_contain_text(HOSTILE)
    assert page.locator("img").count() == 0
    assert page.locator("script:not([src])").count() == 0


def test_other_details_make_a_draft(page: Page) -> None:
    documents(page)
    page.get_by_role("button", name=text("documents.edit_titled", title="Kirjasto")).click()
    page.locator("#edit summary").nth(1).click()
    save = page.get_by_role("button", name=text("documents.save"))
    save.click()
    expect(page.locator("#edit [role=alert]:visible")).to_contain_text(text("documents.unchanged"))
    form = page.locator("#edit form").nth(1)
    form.locator("[name=published]").fill("4/2026")
    form.locator("[name=valid_from]").fill("1.3.2026")
    form.locator("[name=valid_until]").fill("2026-02-01")
    save.click()
    expect(form.locator("[name=valid_until]")).to_be_focused()
    expect(form).to_contain_text(text("documents.end_before_start"))
    form.locator("[name=valid_until]").fill("31.12.2060")
    with page.expect_request("**/api/admin/documents/kirjasto") as asked:
        save.click()
    assert asked.value.post_data_json == {
        "published": "2026-04",
        "valid_from": "2026-03-01",
        "valid_until": "2060-12-31",
    }
    expect(page.locator("#about")).to_contain_text(text("shell.change.describe"))
    expect(page.locator("#summary")).to_contain_text(text("draft.nothing_changes"))


REHEARSAL = {
    "job_id": "j", "version_before": "a", "version_after": "b", "outdated": True, "asked": 935,
    "total": 935, "complete": True, "right": {"before": 70, "after": 65, "of": 80},
    "changed": [
        {
            "number": number, "id": "q", "question": f"Saanko? {HOSTILE}", "language": "fi", "change": change,
            "source": source, "expectation": expectation, "harm": 9 - number, "mark": None, "question_id": None,
            "before": {
                "status": "answered", "reason": None, "verdict": "not_allowed", "message": "Et saa.",
                "citations": [
                    {"document_id": "d", "title": "Ohje", "section": "Luku", "page": 3, "quote": f"Ei saa. {HOSTILE}"}
                ],
            },
            "after": {
                "status": "refused", "reason": "not_in_guidance", "verdict": None, "message": "Lähteet eivät kerro.",
                "citations": [],
            },
        }
        for number, (change, source, expectation) in enumerate(
            [("now_refused", "own", "broken"), ("other_verdict", "asked", None), ("other_words", "project", None)]
        )
    ],
}  # fmt: skip


def rehearsed(page: Page) -> None:
    """What a rehearsal found, which asks too many questions for a test of the page; beginning one is for real."""

    def found(route: Route) -> None:
        if route.request.method == "GET":
            route.fulfill(json=REHEARSAL)
        else:
            route.continue_()

    page.route("**/api/admin/drafts/*/rehearsal", found)


def test_answers_that_would_change_are_shown(page: Page) -> None:
    rehearsed(page)
    make_draft(page, "sauna.txt", "Sauna lämpenee perjantaina.")
    shown = page.locator("#rehearsed")
    expect(shown).to_contain_text(text("draft.right", before=70, after=65, of=80))
    expect(shown).to_contain_text(text("draft.outdated"))
    changed = shown.locator(".answer-change")
    for told in ("changes.now_refused", "expectation.broken", "source.own"):
        expect(changed.first).to_contain_text(text(f"draft.{told}"))
    expect(changed.last.locator(".effect.worse")).to_have_count(0)
    changed.first.locator("summary").click()
    for told in ("Et saa.", "Lähteet eivät kerro.", text("draft.verdict.not_allowed"), "Ohje, Luku, s. 3", HOSTILE):
        expect(changed.first).to_contain_text(told)
    assert page.locator("img").count() == 0


# Signing in again, roles, languages, themes


def test_who_is_signed_out_meanwhile_goes_on_where_they_were(page: Page) -> None:
    documents(page)
    page.locator("#upload input[type=file]").set_input_files(file("laituri.txt", "Laituri on kiinni."))
    sign_out_elsewhere(page)
    page.locator("#upload [type=submit]").click()
    expect(page.locator("#sign-in-why")).to_have_text(text("shell.expired"))
    expect(page.locator("#sign-in-title")).to_be_focused()
    page.locator("#token").fill(TOKEN)
    page.keyboard.press("Enter")
    expect(title(page)).to_have_text(text("draft.titled", title="laituri"))  # what was asked for has been done


@pytest.mark.parametrize("role", ["editor", "auditor", None])
def test_what_a_role_may_not_do_is_not_offered(page: Page, role: str | None) -> None:
    who = {"name": "aino", "role": role, "roles": [role] if role else []}
    page.route("**/api/admin/me", lambda route: route.fulfill(json=who))
    page.goto("/admin/documents")
    expect(page.locator("#who")).to_contain_text(text(f"shell.role.{role or 'none'}"))
    if role is None:
        expect(page.get_by_role("alert")).to_contain_text(text("shell.no_role"))
        expect(page.locator("#loaded")).to_be_hidden()
        return
    expect(page.locator("#in-use table")).to_be_visible()
    expect(page.locator("#upload")).to_be_visible(visible=role == "editor")
    expect(page.get_by_role("button", name=re.compile("^Muuta"))).to_have_count(
        page.locator("#in-use tbody tr").count() if role == "editor" else 0
    )
    expect(page.get_by_role("link", name=text("shell.nav.audit"))).to_be_visible(visible=role == "auditor")
    page.goto("/admin/versions")
    expect(page.locator("#versions table")).to_be_visible()
    expect(page.get_by_role("button", name=text("versions.activate"))).to_have_count(0)


def test_who_is_signed_in_elsewhere_can_be_signed_out_there(browser: Browser, address: str, page: Page) -> None:
    with signed_in(browser, address) as (_, elsewhere):
        documents(elsewhere)
        page.goto("/admin/sessions")
        rows = page.locator("#sessions tbody tr")
        expect(rows.filter(has_text=text("sessions.this_one"))).to_have_count(1)
        nothing_found(page, "sign-ins")
        before = rows.count()
        assert before >= 2
        page.get_by_role("button", name=re.compile("^Lopeta kirjautuminen")).first.click()  # that used last
        expect(rows).to_have_count(before - 1)
        expect(title(page)).to_be_focused()
        elsewhere.reload()
        expect(elsewhere.locator("#sign-in")).to_be_visible()
        page.get_by_label(text("sessions.everybody")).check()
        expect(rows).to_have_count(before - 1)  # all share the token here
        page.locator("#everywhere").click()
        nothing_found(page, "signing out everywhere")
        page.get_by_role("dialog").get_by_role("button", name=text("sessions.everywhere")).click()
        expect(page.locator("#token")).to_be_focused()


def test_an_error_of_the_service_is_told_and_tried_again(page: Page) -> None:
    def failing(route: Route) -> None:
        route.fulfill(status=503, json={"status": 503, "detail": "Palvelu käynnistyy."})

    page.route("**/api/admin/versions", failing)
    page.goto("/admin/versions")
    expect(page.get_by_role("alert")).to_contain_text("Palvelu käynnistyy.")
    page.unroute("**/api/admin/versions")
    page.get_by_role("button", name=text("shell.try_again")).click()
    expect(page.locator("#versions table")).to_be_visible()
    page.goto("/admin/drafts/none")
    expect(page.get_by_role("alert")).to_contain_text("Tarkista osoite")
    assert page.goto("/admin/none").status == 404  # type: ignore[union-attr]  # there is a response


def test_the_pages_speak_the_chosen_language_and_say_that_they_need_a_script(browser: Browser, address: str) -> None:
    with signed_in(browser, address, locale="sv-FI") as (_, page):
        page.goto("/admin/versions")
        expect(title(page)).to_have_text(text("versions.title", "sv"))
        follow(page, "In English")
        expect(page.locator("#versions")).to_contain_text(text("versions.current", "en"))
        page.goto("/admin/documents")
        expect(title(page)).to_have_text(text("documents.title", "en"))
    with opened(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/admin")
        told = page.locator("noscript .notice")
        expect(told).to_be_visible()
        assert told.inner_text().strip() == text("shell.needs_script")
        for hidden in ("#sign-in", "#page", "#sections", "#who"):
            expect(page.locator(hidden)).to_be_hidden()


@pytest.mark.parametrize("script", [True, False], ids=["by the script", "by the server"])
def test_a_theme_is_kept_when_it_is_chosen(browser: Browser, address: str, script: bool) -> None:
    dark, light = "rgb(17, 22, 29)", "rgb(245, 247, 250)"
    with opened(browser, address, color_scheme="light", java_script_enabled=script) as context:
        page = context.new_page()
        page.goto("/accessibility?lang=fi")
        for theme, there in (("dark", dark), ("system", light), ("dark", dark)):
            page.locator(f"[data-theme={theme}]").click()
            expect(page.locator(f"[data-theme={theme}]")).to_have_attribute("aria-current", "true")
            expect(page.locator("html")).to_have_css("background-color", there)
        page.goto("/")
        expect(page.locator("html")).to_have_css("background-color", dark)
        page.goto("/nowhere")
        expect(page.locator("html")).to_have_css("background-color", dark)
        page.goto("/accessibility")
        page.emulate_media(color_scheme="dark")
        page.locator("[data-theme=light]").click()
        page.goto("/admin")
        expect(page.locator("html")).to_have_css("background-color", light)
        page.locator("[data-theme=system]").click()
        expect(page.locator("[data-theme=system]")).to_have_attribute("aria-current", "true")
        assert [cookie for cookie in context.cookies() if cookie.get("name") == "theme"] == []


def test_signing_in_at_a_provider_comes_back_to_the_same_page(browser: Browser, tmp_path: Any) -> None:
    with running_provider() as provider:
        given = {"data_dir": tmp_path, "oidc_issuer": provider, "oidc_audience": "ohjenuora", "oidc_client_secret": "s"}
        app = create_app(Settings.model_validate(given), FakeChatbot())
        httpx.put(
            f"{provider}/users/aino", json={"sub": "aino", "roles": ["auditor"]}, timeout=WAIT_S
        ).raise_for_status()
        with serving(app) as address:
            context = browser.new_context(base_url=address, locale="fi-FI")  # it leaves the server: not opened()
            page = context.new_page()
            page.goto("/admin/audit")
            expect(page.locator("#token")).to_have_count(0)
            page.get_by_role("link", name=text("shell.sign_in_with", provider=urlsplit(provider).netloc)).click()
            page.locator("[name=sub]").fill("aino")
            page.get_by_role("button", name="Authorize").click()
            expect(title(page)).to_have_text(text("audit.title"))
            expect(page.locator("#who")).to_contain_text("aino")
            assert page.url == f"{address}/admin/audit"
            [cookie] = context.cookies(f"{address}/admin")
            assert (cookie.get("name"), cookie.get("httpOnly"), cookie.get("sameSite")) == (
                PLAIN_COOKIE,
                True,
                "Strict",
            )
            page.locator("#sign-out").click()
            expect(page.locator("#provider")).to_be_visible()
            assert context.cookies(f"{address}/admin") == []
            page.locator("#provider").click()
            page.get_by_role("button", name="Deny").click()
            expect(page.locator("main")).to_contain_text(text("shell.failed.denied"))
            context.close()


# Every state, both themes, wide and at 400 %


@pytest.mark.parametrize("size", [WIDE, ZOOMED], ids=["wide", "400 %"])
def test_axe_finds_nothing_in_any_state(browser: Browser, address: str, size: tuple[int, int]) -> None:
    with opened(browser, address, size) as context:
        page = context.new_page()
        page.goto("/admin")
        page.locator("#token-form [type=submit]").click()
        expect(page.get_by_role("alert")).to_be_visible()
        nothing_found(page, "not signed in")
        page.locator("#token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator("#in-use table")).to_be_visible()
        if size == ZOOMED:
            page.locator("#menu").click()
        nothing_found(page, "documents")
        page.locator("#upload details summary").click()
        page.locator("#upload [name=published]").fill("joskus")
        page.locator("#upload [type=submit]").click()
        expect(page.locator("[aria-invalid=true]")).to_have_count(2)
        nothing_found(page, "wrong fields")
        page.get_by_role("button", name=text("documents.edit_titled", title="Kirjasto")).click()
        page.locator("#edit summary").nth(1).click()
        nothing_found(page, "changing a document")
        rehearsed(page)
        replace_library(page, f"# Kirjasto\n\n## Tyhjä\n\n## Ajat\n\n{NEW_HOURS}\n\nKortti maksaa viisi euroa.")
        page.locator(".answer-change summary").first.click()
        page.locator("#text summary").click()
        expect(page.locator("#quality .findings")).to_contain_text(text("draft.finding.heading_without_content"))
        nothing_found(page, "a draft")
        page.locator("#publish").click()
        nothing_found(page, "confirmation")
        cancel = page.get_by_role("button", name=text("shell.progress.cancel"))
        if size == WIDE:
            page.locator("#ask-yes").click()
            expect(page.locator("#progress progress")).to_be_visible()
            nothing_found(page, "publishing")
            cancel.click()
            expect(page.locator("#result")).to_contain_text(text("draft.ended.cancelled"), timeout=BUILD_MS)
            expect(page.locator("#publish")).to_be_visible()
            nothing_found(page, "cancelled")
        else:
            page.locator("#ask-no").click()
            page.get_by_role("button", name=text("draft.rehearse_again")).click()
            expect(page.locator("#rehearsing progress")).to_be_visible()
            nothing_found(page, "rehearsing")
        page.goto("/admin/versions")
        if size == ZOOMED:
            expect(page.locator("#under-way progress")).to_be_visible()
            nothing_found(page, "versions, with a job under way")
            cancel.click()
        expect(page.locator("#jobs")).to_contain_text(text("shell.job.cancelled"), timeout=BUILD_MS)
        nothing_found(page, "versions")
        page.goto("/admin/drafts")
        expect(page.locator("#open table")).to_be_visible()
        nothing_found(page, "drafts")
        page.goto("/admin/audit")
        expect(page.locator("#entries table")).to_be_visible()
        nothing_found(page, "audit log")
        page.goto("/admin/drafts/none")
        expect(page.get_by_role("alert")).to_be_visible()
        nothing_found(page, "not found")


def test_own_colours_and_less_motion_are_respected(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    replace_library(page, f"{NEW_HOURS}\n\nKortti maksaa viisi euroa.")
    assert page.evaluate("() => document.getAnimations().length") == 0
    assert page.evaluate("() => getComputedStyle(document.querySelector('ins')).borderTopStyle") == "solid"
