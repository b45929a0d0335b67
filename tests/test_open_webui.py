"""Asking from a real Open WebUI, in a real browser; left out where it is not installed (make open-webui)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.app import create_app
from rag.chatbot import Chatbot
from rag.language.messages import say
from rag.settings import Settings
from tests.support.browser import CHROMIUM, serving
from tests.support.open_webui import ASKED, PROGRAM, SETTINGS, ask, conversation

GUIDE = Path(__file__).parent.parent / "docs" / "integrations.md"


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium (apt-get install chromium)")
@pytest.mark.skipif(PROGRAM is None, reason="no Open WebUI (make open-webui)")
def test_a_verdict_its_places_and_a_follow_up_that_is_refused_are_shown(
    browser: Browser, chatbot: Chatbot, tmp_path: Path
) -> None:
    expected = chatbot.ask(ASKED)
    [first, *_] = expected.citations
    follow_up = "Entä julkinen tieto?"
    then = chatbot.ask(follow_up, conversation_id=expected.conversation_id)
    assert then.status == "refused"
    assert chatbot.ask(follow_up).message != then.message

    app = create_app(Settings(data_dir=tmp_path), chatbot)
    with serving(app) as service, conversation(browser, service, tmp_path) as page:
        answer = ask(page, ASKED)
        expect(answer).to_contain_text(say("fi", "page.answer.follow_ups"))
        expect(answer.locator("strong").first).to_have_text(say("fi", f"page.answer.{expected.verdict}"))
        for statement in expected.statements:
            expect(answer).to_contain_text(statement.text)
        for citation in expected.citations:
            expect(answer.locator("blockquote").filter(has_text=citation.quote)).to_be_visible()
        for shown in (f"[{first.number}]", first.title):
            link = answer.get_by_role("link", name=shown, exact=True).first
            expect(link).to_have_attribute("href", re.compile(rf"^{service}/documents/{first.document_id}\?.*#c"))

        second = ask(page, follow_up)
        expect(second).to_contain_text(then.message)


def test_the_guide_tells_what_it_was_tried_with() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert [name for name, value in SETTINGS.items() if f"`{name}={value}`" not in guide] == []
