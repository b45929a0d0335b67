"""The bot in Microsoft's own emulator of Teams, in a real browser; left out where no npx can install it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.teams_card import verdict_words
from rag.chatbot import Chatbot
from rag.language.messages import say
from tests.support.browser import CHROMIUM
from tests.support.playground import NPX, NotInstalled, ask, conversation

QUESTION = "Saanko liittää henkilötietoja Copilotiin?"
FOLLOW_UP = "Entä ChatGPT:hen?"

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium (apt-get install chromium)"),
    pytest.mark.skipif(NPX is None, reason="no npx here, which installs the Agents Playground"),
]


def test_the_card_is_shown_and_its_buttons_work(browser: Browser, chatbot: Chatbot, tmp_path: Path) -> None:
    answer = chatbot.ask(QUESTION)
    then = chatbot.ask(FOLLOW_UP, conversation_id=answer.conversation_id)
    assert chatbot.ask(FOLLOW_UP).message != then.message
    try:
        with conversation(browser, chatbot, tmp_path) as page:
            card = ask(page, QUESTION)
            expect(card).to_contain_text(verdict_words(answer.verdict, answer.conditions, answer.language))
            for statement in answer.statements:
                expect(card).to_contain_text(statement.text)
            for citation in answer.citations:
                expect(card).to_contain_text(citation.quote)
                link = card.get_by_role("link", name=f"[{citation.number}]").first
                place = f"/documents/{citation.document_id}?lang=fi&c={citation.start}-{citation.end}"
                assert place in (link.get_attribute("href") or "")

            card.get_by_role("button", name=say("fi", "page.answer.helped"), exact=True).click()
            expect(page.get_by_text(say("en", "page.answer.thanks")).first).to_be_visible()  # the emulator's language
            # The buttons with further questions write into the chat, which the emulator does not do.
            card = ask(page, FOLLOW_UP)
            for statement in then.statements:
                expect(card).to_contain_text(statement.text)
            for notice in then.notices:
                expect(card).to_contain_text(notice.text)
    except NotInstalled:
        pytest.skip("the Agents Playground cannot be installed here")
