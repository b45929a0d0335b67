"""The chat on another website's page, in a real browser: as an element, in a frame, and where it is not allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from api.app import create_app
from rag.errors import BadSetting
from rag.language.messages import say
from rag.settings import Settings, load_settings
from rag.types import LANGUAGES, Language
from tests.support.browser import CHROMIUM, PHONE, WIDE, axe_findings, nothing_found, opened, serving
from tests.support.fakes import HOSTILE, RULE, FakeChatbot, answered, cite, hostile, parted, refused

ROOT = Path(__file__).parent.parent
MAX_BYTES = 25_000
INTRANET = "https://intra.example.fi"
QUESTION = "Saanko syöttää henkilötietoja tekoälypalveluun?"

in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium (apt-get install chromium)")


@dataclass
class Site:
    """A website whose pages show the chat of the service: service is its address."""

    address: str
    service: str


def website() -> Starlette:
    """Pages with a strict policy of their own: only the service's script, requests and frames are allowed."""

    async def page(request: Request) -> HTMLResponse:
        service, kind = request.query_params["service"], request.path_params["kind"]
        language, style = request.query_params.get("lang", "fi"), request.query_params.get("style", "")
        shown = {
            "element": "<ohjenuora-chat></ohjenuora-chat>",
            "frame": f'<iframe title="Chat" src="{service}/embed?lang={language}" width="600" height="800"></iframe>',
        }[kind]
        html = f"""<!doctype html><html lang="{language}"><title>Intra</title>
            <meta name="color-scheme" content="light dark"><style nonce="s">{style}</style>
            <script type="module" src="{service}/embed.js"></script>
            <main><h1>Intra</h1>{shown}</main></html>"""
        policy = (
            f"default-src 'none'; style-src 'nonce-s'; script-src {service}; connect-src {service}; frame-src {service}"
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    return Starlette(routes=[Route("/{kind}", page)])


@pytest.fixture
def fake() -> FakeChatbot:
    return FakeChatbot()


@pytest.fixture
def site(fake: FakeChatbot, tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        address = stack.enter_context(serving(website()))
        settings = Settings(data_dir=tmp_path, embed_origins=address)
        yield Site(address, stack.enter_context(serving(create_app(settings, fake))))


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with opened(browser, site.address, also=(site.service,)) as context:
        yield context.new_page()


def visit(page: Page, site: Site, kind: str = "element", **given: str) -> None:
    asked = "&".join(f"{key}={value}" for key, value in {"service": site.service, **given}.items())
    page.goto(f"/{kind}?{asked}")


def text(key: str, language: Language = "fi", **values: object) -> str:
    return say(language, f"page.{key}", **values)


def ask(page: Any, question: str = QUESTION) -> None:
    page.get_by_label(text("question"), exact=True).fill(question)
    page.get_by_role("button", name=text("ask"), exact=True).click()


# Who may


def test_nobody_may_embed_unless_a_setting_says_so(fake: FakeChatbot, tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path), fake)) as client:
        for path in ("/embed.js", "/embed"):
            response = client.get(path, headers={"Origin": INTRANET})
            assert response.status_code == 404
            assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        asked = client.post("/api/chat", json={"question": "Saanko?"}, headers={"Origin": INTRANET})
        assert asked.status_code == 403


def test_only_the_named_websites_may_and_only_what_the_chat_needs(fake: FakeChatbot, tmp_path: Path) -> None:
    named = Settings(data_dir=tmp_path, embed_origins=f"{INTRANET.upper()}, http://127.0.0.1:8001", requests_at_once=60)
    with TestClient(create_app(named, fake)) as client:
        wish = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        other = ("https://evil.example", "https://intra.example.fi.evil.example", "http://intra.example.fi", "null")
        for origin, allowed in {INTRANET: True, "http://127.0.0.1:8001": True, **dict.fromkeys(other, False)}.items():
            from_page = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
            wished = client.options("/api/chat", headers=from_page | wish)
            asked = client.post("/api/chat", json={"question": "Saanko?"}, headers=from_page)
            script = client.get("/embed.js", headers=from_page)
            choices = client.get("/api/options", headers=from_page)
            rating = {"answer_id": asked.json().get("id", "none"), "rating": "up"}
            wished_to_rate = client.options("/api/feedback", headers=from_page | wish)
            rated = client.post("/api/feedback", json=rating, headers=from_page)
            assert rated.status_code == (204 if allowed else 403), origin
            assert asked.status_code == (200 if allowed else 403), origin
            for response in (wished, asked, script, choices, wished_to_rate, rated):
                shared = response.headers.get("access-control-allow-origin")
                assert shared == (origin if allowed else None), origin
                assert "access-control-allow-credentials" not in response.headers
        for path in ("/api/documents", "/api/search?q=a", "/v1/models", "/mcp", "/", "/embed"):
            headers = {"Origin": INTRANET, "Sec-Fetch-Site": "cross-site"}
            for response in (client.get(path, headers=headers), client.options(path, headers=headers | wish)):
                assert "access-control-allow-origin" not in response.headers
            assert client.post(path, json={}, headers=headers).status_code == 403
        policy = client.get("/embed").headers["content-security-policy"]
        assert policy.endswith(f"frame-ancestors {INTRANET} http://127.0.0.1:8001")
        assert client.get("/").headers["content-security-policy"].endswith("frame-ancestors 'none'")
        assert "set-cookie" not in client.get("/embed?lang=sv&theme=dark").headers


def test_a_page_that_may_embed_can_read_why_it_is_refused(fake: FakeChatbot, tmp_path: Path) -> None:
    few = Settings(data_dir=tmp_path, embed_origins=INTRANET, requests_per_minute=1, requests_at_once=1)
    with TestClient(create_app(few, fake)) as client:
        answers = [client.post("/api/chat", json={"question": "a"}, headers={"Origin": INTRANET}) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 429]
    assert {each.headers["access-control-allow-origin"] for each in answers} == {INTRANET}


def test_where_readers_must_sign_in_it_answers_nobody_and_its_page_can_read_why(
    fake: FakeChatbot, tmp_path: Path
) -> None:
    given = {"oidc_issuer": "http://127.0.0.1:9", "oidc_audience": "a", "chat_sign_in": "required"}
    settings = Settings.model_validate({"data_dir": tmp_path, "embed_origins": INTRANET, **given})
    from_page = {"Origin": INTRANET, "Sec-Fetch-Site": "cross-site"}
    with TestClient(create_app(settings, fake)) as client:
        asked = client.post("/api/chat", json={"question": "Saanko?"}, headers=from_page)
        assert asked.status_code == 401
        assert asked.headers["access-control-allow-origin"] == INTRANET
        frame = client.get("/embed", headers={"Accept": "text/html"})
        assert frame.status_code == 401
        assert "frame-ancestors 'none'" in frame.headers["content-security-policy"]
    assert 'credentials: "omit"' in client.get("/embed.js").text  # so no cookie makes it somebody's, in a frame either
    assert fake.asked == []


@pytest.mark.parametrize(
    "value", ["intra.example.fi", "https://intra.example.fi/sivu", "*", "https://*.example.fi", "'self'"]
)
def test_a_website_is_named_by_its_origin(value: str) -> None:
    with pytest.raises(BadSetting, match=r"OHJENUORA_EMBED_ORIGINS.*https://intra\.example\.fi"):
        load_settings({"OHJENUORA_EMBED_ORIGINS": f"https://ok.example, {value}"}, Path("no.env"))


def test_the_script_is_small_and_has_all_languages(fake: FakeChatbot, tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, embed_origins=INTRANET), fake)) as client:
        script = client.get("/embed.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert len(script.content) <= MAX_BYTES
    assert "import " not in script.text
    for language in LANGUAGES:
        assert text("answer.only_if_approved", language) in script.text


# On the page


@in_a_browser
def test_an_answer_is_asked_for_and_read_with_the_keyboard(page: Page, site: Site, fake: FakeChatbot) -> None:
    visit(page, site)
    page.keyboard.press("Tab")
    expect(page.get_by_label(text("question"), exact=True)).to_be_focused()
    page.keyboard.type("Saanko")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("syöttää?")
    page.keyboard.press("Enter")
    expect(page.get_by_text(text("answer.only_if_approved"), exact=True)).to_be_visible()
    asked = page.get_by_role("heading", level=3)
    expect(asked).to_be_focused()
    expect(asked).to_have_text(f"{text('answer.you_asked')} Saanko syöttää?")
    status = page.get_by_role("status")
    expect(status).to_contain_text(text("answer.ready"))
    expect(status).to_contain_text(fake.answer.statements[0].text)
    page.keyboard.press("Tab")
    reference = page.get_by_role("link", name=text("answer.source_number", number=1), exact=True)
    expect(reference).to_be_focused()
    cited = fake.answer.citations[0]
    place = f"{cited.start}-{cited.end}"
    address = f"{site.service}/documents/{cited.document_id}?lang=fi&c={place}&version=v1#c{place}"
    assert reference.get_attribute("href") == address
    assert fake.asked[0][:3] == ("Saanko\nsyöttää?", None, None)
    page.get_by_role("button", name=fake.answer.follow_ups[0]).click()
    expect(page.get_by_role("heading", level=3)).to_have_count(2)
    expect(page.get_by_text(text("answer.only_if_approved"), exact=True)).to_have_count(2)
    assert fake.asked[1][:3] == (fake.answer.follow_ups[0], None, "c1")


@in_a_browser
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_is_found_by_axe_in_any_state(
    browser: Browser, site: Site, fake: FakeChatbot, size: tuple[int, int]
) -> None:
    with opened(browser, site.address, size, also=(site.service,), bypass_csp=True) as context:  # axe is a script, too
        page = context.new_page()
        visit(page, site)
        nothing_found(page, "empty")
        for answer in (answered(), refused(), parted()):
            fake.answer = answer
            ask(page)
            expect(page.get_by_role("status")).to_contain_text(text("answer.ready"))
            nothing_found(page, answer.status)
        ask(page, "huono")
        expect(page.get_by_role("alert")).to_have_text("Kysymyksessä ei ole sanoja.")
        nothing_found(page, "error")


@in_a_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_language_of_its_page(page: Page, site: Site, language: Language) -> None:
    visit(page, site, lang=language)
    expect(page.get_by_role("heading", level=2)).to_have_text(text("embed.heading", language))
    page.get_by_label(text("question", language), exact=True).fill("a")
    page.get_by_role("button", name=text("ask", language), exact=True).click()
    expect(page.get_by_text(text("answer.only_if_approved", language), exact=True)).to_be_visible()


@in_a_browser
@pytest.mark.parametrize(
    ("variable", "value", "where", "sets", "seen"),
    [
        ("font", "19px/2 serif", "section", "font-size", "19px"),
        ("text", "rgb(1,2,3)", "section", "color", "rgb(1, 2, 3)"),
        ("background", "rgb(250,251,252)", "ohjenuora-chat", "background-color", "rgb(250, 251, 252)"),
        ("accent", "rgb(200,0,80)", "button[type=submit]", "background-color", "rgb(200, 0, 80)"),
        ("on-accent", "rgb(9,8,7)", "button[type=submit]", "color", "rgb(9, 8, 7)"),
        ("line", "rgb(4,5,6)", "textarea", "border-top-color", "rgb(4, 5, 6)"),
        ("error", "rgb(99,0,1)", "#error", "color", "rgb(99, 0, 1)"),
        ("radius", "11px", "textarea", "border-top-left-radius", "11px"),
    ],
)
def test_its_looks_are_the_pages(
    page: Page, site: Site, variable: str, value: str, where: str, sets: str, seen: str
) -> None:
    visit(page, site, style=f"ohjenuora-chat{{--ohjenuora-{variable}:{value}}}")
    expect(page.locator(where)).to_have_css(sets, seen)
    visit(page, site)
    expect(page.locator(where)).not_to_have_css(sets, seen)


def test_every_variable_is_tried_and_in_the_guide() -> None:
    script = (ROOT / "api" / "web" / "static" / "embed.js").read_text("utf-8")
    guide = (ROOT / "docs" / "integrations.md").read_text("utf-8")
    known = set(re.findall(r"var\(--ohjenuora-([a-z-]+)", script))
    [mark] = [each for each in test_its_looks_are_the_pages.pytestmark if each.name == "parametrize"]  # type: ignore[attr-defined]
    assert known == {variable for variable, *_ in mark.args[1]} == set(re.findall(r"`--ohjenuora-([a-z-]+)`", guide))


@in_a_browser
def test_a_question_is_stopped_and_asked_again_with_the_keyboard(page: Page, site: Site, fake: FakeChatbot) -> None:
    visit(page, site)
    page.route("**/api/chat", lambda route: None)  # never answered
    page.get_by_label(text("question"), exact=True).fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=3)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=text("answer.stop"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text(text("answer.stopped")).first).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(text("answer.stopped"))
    expect(page.get_by_role("button", name=text("answer.retry"))).to_be_focused()
    assert fake.asked == []
    page.unroute("**/api/chat")
    page.keyboard.press("Enter")
    expect(page.get_by_text(text("answer.only_if_approved"), exact=True)).to_be_visible()
    expect(page.get_by_role("heading", level=3)).to_have_count(1)


@in_a_browser
@pytest.mark.parametrize("kind", ["element", "frame"])
def test_what_is_left_open_is_chosen_from_lists(page: Page, site: Site, fake: FakeChatbot, kind: str) -> None:
    fake.answer = replace(answered(), left_open=("tool", "data"))
    choices = fake.choices("fi")
    visit(page, site, kind)
    shown = page.frame_locator("iframe") if kind == "frame" else page
    ask(shown)
    tools = shown.get_by_label(text("answer.tool"))
    expect(tools).to_be_visible()
    assert tools.locator("option").all_text_contents() == [
        text("answer.choose_one"),
        *(f"{each.name} ({text('answer.approved')})" if each.approved else each.name for each in choices.tools),
    ]
    tools.select_option(choices.tools[0].name)
    shown.get_by_label(text("answer.data")).select_option(choices.data[0])
    fake.answer = answered()
    shown.get_by_role("button", name=text("answer.ask_again")).click()
    expect(shown.get_by_role("heading", level=3)).to_have_count(2)
    expect(shown.get_by_text(text("answer.only_if_approved"), exact=True)).to_have_count(2)
    assert fake.asked[1][:4] == (f"{QUESTION} ({choices.data[0]})", None, "c1", choices.tools[0].name)


@in_a_browser
@pytest.mark.parametrize("kind", ["element", "frame"])
def test_whether_it_was_of_use_is_told_with_the_keyboard(page: Page, site: Site, kind: str) -> None:
    visit(page, site, kind)
    shown = page.frame_locator("iframe") if kind == "frame" else page
    ask(shown)
    group = shown.get_by_role("group", name=text("answer.helpful"))
    up, down = (group.get_by_role("button", name=text(f"answer.{key}"), exact=True) for key in ("helped", "not_helped"))
    up.focus()
    page.keyboard.press("Enter")
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(shown.get_by_role("status")).to_have_text(text("answer.thanks"))
    page.keyboard.press("Tab")
    expect(down).to_be_focused()
    page.route("**/api/feedback", lambda route: route.abort())
    page.keyboard.press("Space")
    expect(group).to_contain_text(text("answer.no_feedback"))
    expect(up).to_have_attribute("aria-pressed", "true")  # the last that came counts
    expect(down).to_have_attribute("aria-pressed", "false")


@in_a_browser
@pytest.mark.parametrize(("language", "day"), [("fi", "29.4.2025"), ("sv", "29.4.2025"), ("en", "29 April 2025")])
def test_a_source_has_its_day(page: Page, site: Site, fake: FakeChatbot, language: Language, day: str) -> None:
    fake.answer = replace(answered(), citations=(replace(answered().citations[0], published="2025-04-29"),))
    visit(page, site, lang=language)
    page.get_by_label(text("question", language), exact=True).fill("a")
    page.get_by_role("button", name=text("ask", language), exact=True).click()
    expect(page.get_by_role("listitem").first).to_contain_text(f" · {day}")


@in_a_browser
def test_what_is_wrong_is_told_and_can_be_tried_again(page: Page, site: Site) -> None:
    visit(page, site)
    ask(page, "huono")
    field = page.get_by_label(text("question"), exact=True)
    expect(page.get_by_role("alert")).to_have_text("Kysymyksessä ei ole sanoja.")
    expect(field).to_have_value("huono")
    expect(field).to_be_focused()
    page.route("**/api/chat", lambda route: route.abort())
    ask(page)
    expect(page.get_by_text(text("answer.failed")).first).to_be_visible()
    page.unroute("**/api/chat")
    page.get_by_role("button", name=text("answer.retry")).click()
    expect(page.get_by_text(text("answer.only_if_approved"), exact=True)).to_be_visible()


@in_a_browser
def test_a_hostile_source_is_text(page: Page, site: Site, fake: FakeChatbot) -> None:
    cited = cite(hostile(), HOSTILE)
    statement = replace(answered().statements[0], text=HOSTILE)
    fake.answer = replace(answered(), statements=(statement,), citations=(cited,), follow_ups=(HOSTILE,))
    visit(page, site)
    ask(page, HOSTILE)
    expect(page.get_by_role("status")).to_contain_text(text("answer.ready"))
    assert page.locator("ohjenuora-chat").locator("img, script").count() == 0


@in_a_browser
def test_a_frame_shows_the_chat_and_asks(page: Page, site: Site) -> None:
    visit(page, site, "frame")
    frame = page.frame_locator("iframe")
    ask(frame)
    expect(frame.get_by_text(text("answer.only_if_approved"), exact=True)).to_be_visible()
    expect(frame.get_by_text(RULE)).to_be_visible()


@in_a_browser
def test_nothing_is_found_by_axe_in_the_frame(browser: Browser, site: Site, fake: FakeChatbot) -> None:
    fake.answer = replace(answered(), left_open=("tool", "data"))
    with opened(browser, site.address, also=(site.service,), bypass_csp=True) as context:
        page = context.new_page()
        visit(page, site, "frame")
        frame = page.frame_locator("iframe")
        inside = page.frames[1]
        expect(frame.get_by_role("heading", level=2)).to_be_visible()
        assert axe_findings(inside) == []
        ask(frame)
        expect(frame.get_by_role("status")).to_contain_text(text("answer.ready"))
        frame.get_by_role("button", name=text("answer.helped"), exact=True).click()
        expect(frame.get_by_role("status")).to_have_text(text("answer.thanks"))
        assert axe_findings(inside) == []
        assert axe_findings(page) == []


@in_a_browser
def test_another_websites_page_shows_neither(browser: Browser, fake: FakeChatbot, tmp_path: Path) -> None:
    with ExitStack() as stack:
        address = stack.enter_context(serving(website()))
        service = stack.enter_context(serving(create_app(Settings(data_dir=tmp_path, embed_origins=INTRANET), fake)))
        page = browser.new_context(base_url=address).new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        visit(page, Site(address, service))
        assert page.evaluate("() => customElements.get('ohjenuora-chat') === undefined")
        visit(page, Site(address, service), "frame")
        assert page.frames[1].locator("ohjenuora-chat").count() == 0
        page.context.close()
    assert any("CORS" in each for each in said)
    assert any("frame-ancestors" in each for each in said)
    assert fake.asked == []
