"""Tools, rules, insights, evaluation and health in a real browser: what administrators do there, in every state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import delete

from api.app import create_app
from api.tables import answers
from rag.chatbot import Chatbot
from rag.language.messages import say
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from rag.types import LANGUAGES, Language
from tests.support.admin_site import signed_in, text
from tests.support.browser import CHROMIUM, WIDE, ZOOMED, axe_findings, follow, nothing_found, serving
from tests.support.curated import QUOTE, RULES, SECOND_QUOTE, TABLE
from tests.support.fakes import answered, refused

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="the pages are not tested in a browser: no chromium (apt-get install chromium)"
)

TODAY = date.today()
MONDAY = TODAY - timedelta(days=TODAY.weekday())
OFTEN = "Saako tekoälyllä kääntää sopimuksia?"
RATE = {"value": 0.9, "n": 178, "clusters": 100, "low": 0.846, "high": 0.935}
FIGURES = {"n": 296, "answered_correctly": RATE, "quote_mismatches": 0, "latency_ms": {"p50": 57.0, "p95": 172.0}}
EVALUATED = {
    "config": {"questions": {"heldout.jsonl": "0"}, "index_versions": ["v1"], "model": "bundled", "commit": None},
    "files": {
        "heldout": FIGURES | {"by_language": {"fi": FIGURES, "sv": FIGURES}},
        "own": FIGURES,
    },
    "components": {"retrieval": {"recall": {"R@1": RATE}}, "baselines": {"BM25": FIGURES}},
}


@pytest.fixture(scope="module")
def app(curated: Settings, embedder: Embedder, lexicon: Lexicon) -> Any:
    return create_app(curated, Chatbot(curated, embedder, lexicon))


@pytest.fixture(scope="module")
def address(app: Any) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def asked(app: Any) -> Iterator[None]:
    """Five answers in the week before last, three refusals this week, one answer that did not help."""
    store = app.state.service.store
    store.prepare()
    for number in range(5):
        store.remember("Saanko?", replace(answered(), id=f"a{number}"), MONDAY - timedelta(days=14))
    for number in range(3):
        store.remember(OFTEN, replace(refused(), id=f"r{number}"), MONDAY)
    store.rate("a1", "down", "Kenen hyväksyntä?", TODAY)
    yield
    with store.engine.begin() as connection:
        connection.execute(delete(answers))


@pytest.fixture
def evaluated(curated: Settings) -> Iterator[Path]:
    folder = curated.data_dir / "eval"
    folder.mkdir(exist_ok=True)
    (folder / "evaluation.json").write_text(json.dumps(EVALUATED), encoding="utf-8")
    (folder / "report.html").write_text("<p>Jokainen tapaus.</p>", encoding="utf-8")
    yield folder
    for path in folder.iterdir():
        path.unlink()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with signed_in(browser, address) as (_, page):
        yield page


def go(page: Page, path: str) -> None:
    page.goto(f"/admin/{path}")
    expect(page.locator("#loaded")).to_be_visible()


def save(page: Page) -> None:
    page.get_by_role("button", name=text("rules.save")).click()


def expect_wrong(page: Page, name: str, told: str, focused: bool = False) -> None:
    """The field says what is wrong with it, also to whoever does not see it."""
    control = page.locator(f"[name='{name}']").first
    expect(control).to_have_attribute("aria-invalid", "true")
    error = page.locator(f"[data-field='{name}'] .error")
    expect(error).to_contain_text(told)
    described = (control.get_attribute("aria-describedby") or "").split()
    assert error.get_attribute("id") in described
    if focused:
        expect(control).to_be_focused()


def expect_draft(page: Page, *lines: str) -> None:
    """The page of the draft that was made, which shows what it changes."""
    page.wait_for_url("**/admin/drafts/*")
    for line in lines:
        expect(page.locator("#loaded")).to_contain_text(line)


def new_rule(page: Page, quote: str) -> None:
    """The form of a rule that is said beside a table, filled in."""
    go(page, "rules?rule=")
    page.locator("[name=id]").fill("new_rule")
    page.get_by_label(text("rules.document")).select_option("ohje")
    page.get_by_label(text("rules.quote"), exact=True).fill(quote)
    page.get_by_role("radio", name=text("rules.when_beside")).check()
    page.get_by_label(text("rules.beside")).select_option(TABLE)
    for language in LANGUAGES:
        page.locator(f"[name='says.{language}']").fill("Tarkista.")


# Tools and rules


def test_a_service_with_mistakes_and_then_without(page: Page) -> None:
    go(page, "rules")
    expect(page.get_by_role("row").filter(has_text="Apuri")).to_contain_text(text("rules.in_force"))
    follow(page, "Apuri")
    expect(page.get_by_role("heading", level=1)).to_have_text(text("rules.edit_named", name="Apuri"))
    page.get_by_label(text("rules.name"), exact=True).fill("")
    page.get_by_label(text("rules.valid_until")).fill("31.2.2027")
    page.get_by_label("henkilötiedot").uncheck()
    save(page)
    expect_wrong(page, "name", say("fi", "admin.field.required"), focused=True)
    expect_wrong(page, "data", say("fi", "admin.field.required"))
    expect_wrong(page, "valid_until", text("rules.not_a_day"))
    expect(page.get_by_role("alert").filter(has_text="3")).to_be_visible()
    page.get_by_label(text("rules.name"), exact=True).fill("Kääntäjä")
    page.get_by_label("salassa pidettävä").check()
    page.get_by_label(text("rules.valid_until")).fill("31.12.2027")
    save(page)
    expect_wrong(page, "name", "Kääntäjä", focused=True)
    expect(page.locator("[aria-invalid]")).to_have_count(1)
    page.get_by_label(text("rules.name"), exact=True).fill("Apuri")
    save(page)
    expect_draft(page, text("draft.entry.changed", name="Apuri"), "31.12.2027", "salassa pidettävä")
    expect(page.locator("#lines")).to_have_count(0)
    go(page, "rules")
    expect(page.locator(".notice.drafts").get_by_role("link").first).to_contain_text("tools.yaml")


def test_a_misquoted_passage_is_offered_and_taken(page: Page) -> None:
    new_rule(page, SECOND_QUOTE.replace("aina itse", "itse"))
    save(page)
    expect_wrong(page, "quote", "Lähin kohta", focused=True)
    expect(page.locator(".suggestion blockquote")).to_have_text(SECOND_QUOTE)
    page.get_by_role("button", name=text("rules.use_suggestion")).click()
    expect(page.locator("[name=quote]")).to_have_value(SECOND_QUOTE)
    expect(page.locator("[name=quote]")).to_be_focused()
    expect(page.locator("[aria-invalid], .suggestion")).to_have_count(0)
    save(page)
    expect_draft(page, text("draft.entry.added", name="new_rule"), TABLE)


def test_only_the_fields_of_the_chosen_occasion_are_asked_for(page: Page) -> None:
    new_rule(page, QUOTE)
    page.get_by_role("radio", name=text("rules.when_supplements")).check()
    expect(page.locator("[name=beside]")).to_be_hidden()
    save(page)
    expect_wrong(page, "supplements", text("shell.required"), focused=True)
    page.get_by_role("radio", name=text("rules.when_verdict")).check()
    page.get_by_label(text("rules.verdict"), exact=True).select_option("not_allowed")
    page.locator("[data-field=tools] summary").click()  # no service's name, a general word
    page.get_by_label("tekoälypalvelu").check()
    page.locator("[data-field=data] summary").click()
    page.locator("[data-field=data]").get_by_label("henkilötunnus").check()
    save(page)
    expect_draft(page, text("draft.verdict.not_allowed"), "henkilötunnus")


def test_removing_is_asked_about_and_makes_a_draft_without_a_mouse(page: Page) -> None:
    go(page, "rules?tool=K%C3%A4%C3%A4nt%C3%A4j%C3%A4")
    remove = page.get_by_role("button", name=text("rules.remove"), exact=True)
    remove.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Kääntäjä")
    page.keyboard.press("Escape")
    expect(remove).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=text("rules.remove_yes"))).to_be_focused()
    page.keyboard.press("Enter")
    expect_draft(page, text("draft.entry.removed", name="Kääntäjä"))


def test_a_rule_that_another_one_needs_is_not_removed(page: Page) -> None:
    go(page, "rules?rule=personal")
    page.get_by_role("button", name=text("rules.remove"), exact=True).click()
    page.get_by_role("button", name=text("rules.remove_yes")).click()
    expect(page.get_by_role("alert").filter(has_text="check")).to_be_visible()


def test_the_organisation_in_three_languages(page: Page) -> None:
    go(page, "rules?organisation=")
    page.locator("[name='contact.fi']").fill("Kysy Ainolta.")
    save(page)
    expect_wrong(page, "contact.sv", say("fi", "admin.field.required"), focused=True)
    page.locator("[name='contact.sv']").fill("Fråga Aino.")
    page.locator("[name='contact.en']").fill("Ask Aino.")
    save(page)
    expect_draft(page, "Kysy Ainolta.")


def test_a_mistake_in_the_whole_text_is_shown_with_its_line(page: Page) -> None:
    go(page, "rules?text=rules")
    control = page.locator("[name=text]")
    expect(control).to_have_value(RULES)
    control.fill(RULES.replace("verdict: only_if_approved", "verdict: maybe"))
    save(page)
    expect_wrong(page, "text", "rules.yaml:6", focused=True)
    chosen = "() => { const t = document.activeElement; return t.value.slice(t.selectionStart, t.selectionEnd); }"
    assert page.evaluate(chosen) == "    verdict: maybe"
    control.fill(RULES.replace("Rules.", "Our rules."))
    save(page)
    expect_draft(page, "Our rules.")


def test_an_edit_of_what_has_changed_meanwhile_is_told(page: Page) -> None:
    def outdated(route: Route) -> None:
        found = route.fetch()
        route.fulfill(json=found.json() | {"sha256": "0" * 64})

    page.route("**/api/admin/tools/entries", outdated)
    go(page, "rules?tool=Apuri")
    page.get_by_label(text("rules.decision")).fill("Toinen päätös")
    save(page)
    expect(page.get_by_role("alert").filter(has_text=say("fi", "admin.error.outdated"))).to_be_visible()
    expect(page.get_by_label(text("rules.decision"))).to_have_value("Toinen päätös")


def test_a_file_with_a_mistake_leaves_the_others_and_its_text_to_be_mended(page: Page) -> None:
    page.route(
        "**/api/admin/rules/entries",
        lambda route: route.fulfill(status=409, json={"status": 409, "title": "", "detail": "rules.yaml:3: rikki"}),
    )
    go(page, "rules")
    expect(page.get_by_role("alert").filter(has_text="rules.yaml:3")).to_be_visible()
    expect(page.get_by_role("link", name="Apuri", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=text("rules.file.rules"))).to_be_visible()


def test_who_only_looks_on_is_offered_nothing_to_press(page: Page) -> None:
    me = {"name": "auditor", "role": "auditor", "roles": ["auditor"]}
    page.route("**/api/admin/me", lambda route: route.fulfill(json=me))
    go(page, "rules")
    expect(page.get_by_role("link", name=text("rules.add_tool"))).to_have_count(0)
    for view in ("rule=personal", "tool=Apuri", "text=tools", "organisation="):
        go(page, f"rules?{view}")
        expect(page.get_by_role("button", name=text("rules.save"))).to_have_count(0)
        assert page.locator("#view :is(input, textarea, select):enabled:not([readonly])").count() == 0


# Insights


def test_feedback_from_the_chat_shows_under_insights(page: Page, asked: None) -> None:
    page.goto("/")
    page.locator("#question").fill("Saako henkilötietoja syöttää tekoälypalveluun?")
    page.locator("#ask .primary").click()
    page.get_by_role("button", name=say("fi", "page.answer.not_helped"), exact=True).click()
    page.locator(".comment textarea").fill("Kuka antaa hyväksynnän?")
    page.get_by_role("button", name=say("fi", "page.answer.send")).click()
    expect(page.get_by_text(say("fi", "page.answer.thanks"))).to_be_visible()
    go(page, "insights")
    row = page.get_by_role("row").filter(has_text="Kuka antaa hyväksynnän?")
    expect(row).to_contain_text("Saako henkilötietoja syöttää tekoälypalveluun?")
    expect(page.locator("#found")).to_contain_text("Kenen hyväksyntä?")
    with page.expect_navigation():
        page.get_by_role("row").filter(has_text=QUOTE).get_by_role("link").click()
    expect(page.locator("mark").first).to_contain_text(QUOTE)


def test_the_chart_and_its_table_tell_the_same(page: Page, asked: None) -> None:
    go(page, "insights")
    table = page.get_by_role("table", name=text("insights.by_week"))
    weeks = [row.locator("th, td").all_text_contents() for row in table.locator("tbody tr").all()]
    assert [week[1:4] for week in weeks] == [["5", "5", "0"], ["0", "0", "0"], ["3", "0", "3"]]
    chart = page.get_by_role("img", name=text("insights.chart"))
    assert chart.locator(".total").all_text_contents() == ["5", "0", "3"]
    heights = [float(each.get_attribute("height") or 0) for each in chart.locator("rect").all()]
    assert heights[0] * 3 == pytest.approx(heights[1] * 5, rel=0.01)
    expect(chart.locator("rect.upper")).to_have_count(1)
    expect(page.get_by_role("row").filter(has_text=OFTEN)).to_contain_text("3")


def test_a_period_is_chosen_and_a_table_taken_along(page: Page, asked: None) -> None:
    go(page, "insights")
    since = page.get_by_label(text("insights.since"))
    since.fill("eilen")
    page.get_by_role("button", name=text("insights.show")).click()
    expect_wrong(page, "since", text("insights.not_a_day"), focused=True)
    since.fill(f"{MONDAY.day}.{MONDAY.month}.{MONDAY.year}")
    page.get_by_role("button", name=text("insights.show")).click()
    expect(page.locator(".figures dd").first).to_have_text("3")
    with page.expect_download() as downloading:
        page.get_by_role("button", name=text("insights.download_named", table=text("insights.by_week"))).click()
    content = downloading.value.path().read_text(encoding="utf-8-sig")
    assert content.splitlines() == ["week,questions,refused_share,not_in_guidance", f"{MONDAY},3,1.0,3"]
    expect(page.locator("#status")).to_have_text(text("insights.downloaded"))
    page.get_by_role("button", name=text("insights.weeks_4")).click()
    expect(page.locator(".figures dd").first).to_have_text("8")
    expect(page.get_by_role("button", name=text("insights.weeks_4"))).to_have_attribute("aria-pressed", "true")


# The evaluation, the health of the service


def test_the_evaluation_with_its_intervals(page: Page, evaluated: Path) -> None:
    go(page, "evaluation")
    row = page.get_by_role("row").filter(has_text=text("evaluation.answered_correctly")).first
    expect(row).to_contain_text("90,0 %")
    expect(row).to_contain_text("84,6–93,5 %")
    expect(row).to_contain_text("178")
    expect(row.get_by_role("img")).to_have_attribute(
        "aria-label", text("evaluation.drawing", value="90,0", low="84,6", high="93,5")
    )
    expect(page.get_by_role("table", name=text("evaluation.systems"))).to_contain_text("BM25")
    expect(page.locator("#report .notice")).to_be_visible()  # it was another version
    with page.expect_download() as downloading:
        page.get_by_role("button", name=text("evaluation.download")).click()
    assert downloading.value.path().read_text(encoding="utf-8") == "<p>Jokainen tapaus.</p>"


def test_without_an_evaluation_the_command_is_told(page: Page) -> None:
    page.goto("/admin/evaluation")
    expect(page.locator("#page-error")).to_contain_text("make eval")


def test_the_health_is_asked_for_again(page: Page) -> None:
    # What this machine has left on its disk is not what is tested.
    def tells(reachable: bool, free: float) -> None:
        def told(route: Route) -> None:
            found = route.fetch().json()
            found["database"]["reachable"] = reachable
            found["drafts_open"] = 0 if reachable else None
            found["disk"] = {"free": free, "total": 1e12}
            route.fulfill(json=found)

        page.unroute_all()
        page.route("**/api/admin/health", told)

    tells(reachable=True, free=2e9)
    go(page, "health")
    expect(page.locator(".state.whole")).to_have_text(text("health.all_well"))
    tells(reachable=False, free=1.9e9)
    refresh = page.get_by_role("button", name=text("health.refresh"))
    refresh.click()
    expect(page.locator(".state.whole")).to_have_text(text("health.look_at.other", count=2))
    expect(page.locator(".state.bad")).to_have_count(3)
    nothing_found(page, "ill")
    page.unroute_all()
    page.context.set_offline(True)
    refresh.click()
    expect(page.get_by_role("alert").filter(has_text=text("shell.no_connection"))).to_be_visible()
    page.context.set_offline(False)
    tells(reachable=True, free=2e9)
    refresh.click()
    expect(page.locator(".state.whole")).to_have_text(text("health.all_well"))


# Accessible in every state, in every language

VIEWS = {
    "rules": "rules.title",
    "rules?tool=Apuri": "",
    "rules?rule=personal": "",
    "rules?organisation=": "rules.organisation",
    "rules?text=concepts": "rules.file.concepts",
    "insights": "insights.title",
    "evaluation": "evaluation.title",
    "health": "health.title",
}


@pytest.mark.parametrize("size", [WIDE, ZOOMED], ids=["wide", "400 %"])
def test_axe_finds_nothing_in_any_state(
    browser: Browser, address: str, size: tuple[int, int], asked: None, evaluated: Path
) -> None:
    with signed_in(browser, address, size) as (_, page):
        for view in VIEWS:
            go(page, view)
            for each in page.locator("details").all():
                each.evaluate("element => { element.open = true; }")
            nothing_found(page, view)
        go(page, "rules?tool=")
        save(page)
        expect_wrong(page, "name", say("fi", "admin.field.required"))
        nothing_found(page, "wrong fields")
        new_rule(page, SECOND_QUOTE.replace("aina itse", "itse"))
        save(page)
        expect(page.locator(".suggestion")).to_be_visible()
        nothing_found(page, "a suggestion")
        go(page, "rules?text=tools")
        page.locator("[name=text]").fill("tools: 1")
        save(page)
        expect(page.get_by_role("button", name=text("rules.to_line", line=1))).to_be_visible()
        nothing_found(page, "a mistake in the text")
        go(page, "insights")
        page.get_by_label(text("insights.since")).fill("1.1.2001")
        page.get_by_label(text("insights.until")).fill("2.1.2001")
        page.get_by_role("button", name=text("insights.show")).click()
        expect(page.locator("#shown")).to_contain_text(text("insights.nothing"))
        nothing_found(page, "no questions")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_in_the_other_languages(
    browser: Browser, address: str, language: Language, asked: None, evaluated: Path
) -> None:
    with signed_in(browser, address, locale={"sv": "sv-FI", "en": "en-GB"}[language]) as (_, page):
        for view, heading in VIEWS.items():
            go(page, view)
            expect(page.locator("html")).to_have_attribute("lang", language)
            if heading:
                expect(page.get_by_role("heading", level=1)).to_have_text(text(heading, language))


def test_charts_are_drawn_in_the_readers_own_colours(page: Page, asked: None) -> None:
    page.emulate_media(forced_colors="active")
    go(page, "insights")
    fills = "() => ['lower', 'upper'].map((name) => getComputedStyle(document.querySelector(`rect.${name}`)).fill)"
    lower, upper = page.evaluate(fills)
    assert lower != upper
    assert page.locator(".stripe").count() > 3
    assert axe_findings(page) == []
