"""Greetings, thanks and "what can you do" get a friendly fixed answer; a question gets its answer."""

from __future__ import annotations

import pytest

from rag.answering.small_talk import SmallTalk, small_talk_in
from rag.chatbot import Chatbot
from rag.types import Language


@pytest.mark.parametrize(
    ("text", "kind", "language"),
    [
        ("Kiitos avusta!", "thanks", "fi"),
        ("kiitti tosi paljon, tästä oli apua!", "thanks", "fi"),
        ("Moi! Mitä osaat?", "ability", "fi"),
        ("mitä sulta voi kysyä", "ability", "fi"),
        ("kuka sä oot", "ability", "fi"),
        ("hei", "greeting", "fi"),
        ("ok", "remark", "fi"),
        ("tack så mycket för hjälpen", "thanks", "sv"),
        ("Vad kan du svara på?", "ability", "sv"),
        ("hej hej", "greeting", "sv"),
        ("thank you", "thanks", "en"),
        ("What can you do?", "ability", "en"),
        ("hi there, how are you", "greeting", "en"),
        ("great answer!", "remark", "en"),
    ],
)
def test_what_asks_nothing_is_small_talk(text: str, kind: SmallTalk, language: Language) -> None:
    assert small_talk_in(text, language) == (kind, language)


@pytest.mark.parametrize(
    "text",
    [
        "Hei, saako hetun laittaa Copilotiin?",
        "Kiitos! Entä ChatGPT?",
        "Kuka sen päättää?",
        "Miksi?",
        "ok mutta miksi",
        "onko tämä hyvä?",
        "what can you tell about AuroraAI",
        "Can you use AI at work?",
        "What can you use AI for?",
        "Thanks! And can I use it at work?",
        "Tack, men hur många svarade på enkäten?",
        "",
        "???",
    ],
)
def test_what_asks_something_is_not(text: str) -> None:
    assert small_talk_in(text, "fi") is None


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [("Moi! Mitä osaat?", "fi", "Hei!"), ("tack!", "sv", "Varsågod!"), ("thanks a lot", "en", "You are welcome!")],
)
def test_the_answer_says_what_the_service_knows_and_suggests_questions(
    chatbot: Chatbot, text: str, language: Language, first: str
) -> None:
    answer = chatbot.ask(text)
    assert (answer.status, answer.reason, answer.language) == ("refused", "small_talk", language)
    assert answer.message.startswith(first)
    assert all(document.metadata.title in answer.message for document in chatbot.documents())
    assert len(answer.follow_ups) == 3
    assert all(chatbot.ask(each, language=language).status == "answered" for each in answer.follow_ups)
    assert (answer.statements, answer.citations, answer.see_also) == ((), (), ())


def test_small_talk_leaves_the_conversation_as_it_was(chatbot: Chatbot) -> None:
    first = chatbot.ask("Saako henkilötietoja syöttää Copilotiin?")
    chatbot.ask("kiitos!", conversation_id=first.conversation_id)
    after = chatbot.ask("Entä ChatGPT:hen?", conversation_id=first.conversation_id)
    assert after.verdict == "only_if_approved"
    assert "ChatGPT" in after.statements[0].text
