"""Follow-ups keep what was said before; a new topic drops it."""

from __future__ import annotations

import pytest

from rag.chatbot import Chatbot
from rag.conversation import FORGOTTEN_AFTER_S, MAX_CONVERSATIONS, Conversations, Turn
from rag.types import Answer
from tests.fakes import RULE


def talk(chatbot: Chatbot, *questions: str) -> list[Answer]:
    answers: list[Answer] = []
    for question in questions:
        answers.append(chatbot.ask(question, conversation_id=answers[0].conversation_id if answers else None))
    return answers


@pytest.mark.parametrize(
    "questions",
    [
        ("Saanko liittää henkilötietoja tähän työkaluun?", "Entä Copilotiin?"),
        ("May I paste personal data into ChatGPT?", "And in Copilot?"),
        ("Får jag mata in personuppgifter i en AI-tjänst?", "Och i Copilot?"),
    ],
)
def test_a_follow_up_changes_the_tool_and_keeps_the_rest(chatbot: Chatbot, questions: tuple[str, str]) -> None:
    first, second = talk(chatbot, *questions)
    assert (first.verdict, second.verdict) == ("only_if_approved", "only_if_approved")
    assert "Copilot" not in first.statements[0].text
    assert "Copilot" in second.statements[0].text
    assert second.language == first.language
    assert second.conversation_id == first.conversation_id


def test_a_follow_up_changes_the_data(chatbot: Chatbot) -> None:
    first, public, secret = talk(
        chatbot, "Saanko liittää henkilötietoja tekoälypalveluun?", "Entä julkinen tieto?", "Entä salaiset paperit?"
    )
    assert first.verdict == secret.verdict == "only_if_approved"
    assert (public.status, public.verdict) == ("refused", None)


def test_does_it_also_apply_to_drafts(chatbot: Chatbot) -> None:
    first, second = talk(chatbot, "Får jag klistra in sekretessbelagt material i Copilot?", "Gäller det också utkast?")
    assert first.verdict == second.verdict == "only_if_approved"
    assert second.citations[0].quote == RULE


def test_a_follow_up_about_another_group(chatbot: Chatbot) -> None:
    first, second = talk(chatbot, "Kuka toimii AuroraAI:n johtoryhmän puheenjohtajana?", "Entä ohjausryhmän?")
    assert "johtoryhmän puheenjohtajana" in first.citations[0].quote
    assert "ohjausryhmän puheenjohtajana" in second.citations[0].quote


def test_a_new_topic_drops_what_was_said_before(chatbot: Chatbot) -> None:
    _, second = talk(
        chatbot, "Saanko liittää henkilötietoja Copilotiin?", "Kuinka monta organisaatiota vastasi kyselyyn?"
    )
    assert second.verdict is None
    assert "54" in second.message


def test_without_its_conversation_a_follow_up_is_nothing(chatbot: Chatbot) -> None:
    chatbot.ask("Saanko liittää henkilötietoja Copilotiin?")
    assert chatbot.ask("Entä julkinen tieto?", conversation_id="another").verdict is None


def test_only_the_latest_conversations_are_remembered() -> None:
    conversations = Conversations()
    for number in range(MAX_CONVERSATIONS + 1):
        conversations.remember(str(number), Turn("?", "fi"))
    assert conversations.last("0") is None
    assert conversations.last(str(MAX_CONVERSATIONS)) == Turn("?", "fi")
    assert conversations.last(None) is None


def test_a_conversation_is_forgotten_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("rag.conversation.time.monotonic", lambda: now)
    conversations = Conversations()
    conversations.remember("old", Turn("?", "fi"))
    now = FORGOTTEN_AFTER_S
    assert conversations.last("old") is None
    conversations.remember("new", Turn("?", "sv"))
    assert list(conversations._turns) == ["new"]
