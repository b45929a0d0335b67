"""What a reader may choose where a question leaves the service or the kind of data open."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.answering.choices import Tool, choices
from rag.chatbot import Chatbot
from rag.curated.concepts import Concept
from rag.curated.rules import ApprovedTool, Rulebook
from rag.settings import Settings
from tests.support.fakes import FakeChatbot

CONCEPTS = [
    Concept(id="ai_service", kind="tool", fi=("tekoälypalvelu",)),
    Concept(id="copilot", kind="tool", broader=("ai_service",), fi=("Copilot",)),
    Concept(id="chatgpt", kind="tool", broader=("ai_service",), fi=("ChatGPT",)),
    Concept(
        id="personal_data",
        kind="data_class",
        fi=("henkilötieto",),
        name={"fi": "henkilötiedot", "sv": "personuppgifter", "en": "personal data"},
    ),
    Concept(id="payroll", kind="data_class", broader=("personal_data",), fi=("palkka",)),
]


def tool(name: str, *other_names: str, until: date | None = None) -> ApprovedTool:
    return ApprovedTool(
        name=name, other_names=other_names, data=("personal_data",), decision="1/2026", valid_until=until
    )


def test_known_services_and_named_classes_are_offered_the_approved_first() -> None:
    rulebook = Rulebook(tools=(tool("Oma botti", until=date(2026, 1, 1)), tool("Microsoft 365 Copilot", "copilot")))
    offered = choices(CONCEPTS, rulebook, "fi", date(2026, 6, 1))
    assert offered.tools == (Tool("Microsoft 365 Copilot", True), Tool("ChatGPT", False), Tool("Oma botti", False))
    assert offered.data == ("henkilötiedot",)
    assert choices(CONCEPTS, rulebook, "sv", date(2025, 6, 1)).data == ("personuppgifter",)


@pytest.mark.parametrize(
    ("day", "approved"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
)
def test_an_approval_counts_from_its_first_day_to_its_last(day: date, approved: bool) -> None:
    botti = tool("Botti", until=date(2026, 6, 30)).model_copy(update={"valid_from": date(2026, 1, 1)})
    assert choices([], Rulebook(tools=(botti,)), "fi", day).tools == (Tool("Botti", approved),)


def test_only_services_with_a_name_in_the_language_are_offered_each_once_by_its_letters() -> None:
    concepts = [
        Concept(id="ai_service", kind="tool", fi=("tekoälypalvelu",)),
        Concept(id="second", kind="tool", broader=("ai_service",), fi=("beeta", "toinen nimi")),
        Concept(id="first", kind="tool", broader=("ai_service",), fi=("Alfa",), sv=("Alfa",)),
        Concept(id="mail", kind="tool", fi=("sähköposti",)),  # no AI service
        Concept(id="use", kind="topic", broader=("ai_service",), fi=("käyttö",)),  # no service
    ]
    day = date(2026, 6, 1)
    assert [each.name for each in choices(concepts, Rulebook(), "fi", day).tools] == ["Alfa", "beeta"]
    assert [each.name for each in choices(concepts, Rulebook(), "sv", day).tools] == ["Alfa"]
    # The register's own name is kept where a concept has the same in other letters.
    registered = Rulebook(tools=(tool("ALFA"), tool("Gamma", "Beeta")))
    assert choices(concepts, registered, "fi", day).tools == (Tool("ALFA", True), Tool("Gamma", True))


def test_a_corpus_without_concepts_offers_nothing() -> None:
    offered = choices([], Rulebook(), "fi", date(2026, 6, 1))
    assert (offered.tools, offered.data) == ((), ())


def test_the_options_are_public() -> None:
    with TestClient(create_app(Settings(), FakeChatbot())) as client:
        assert client.get("/api/options?language=sv").json() == {
            "tools": [{"name": "Copilot", "approved": True}, {"name": "ChatGPT", "approved": False}],
            "data": ["henkilötiedot", "julkinen tieto"],
        }
        assert client.get("/api/options?language=de").status_code == 422


@pytest.mark.parametrize(
    ("question", "left_open"),
    [
        ("Saanko syöttää henkilötietoja tekoälypalveluun?", ("tool",)),
        ("Saanko liittää tämän muistion Copilotiin?", ("data",)),
        ("Saanko syöttää henkilötietoja Copilotiin?", ()),
        ("Paljonko tekoälylisenssi maksaa?", ()),
    ],
)
def test_an_answer_tells_what_the_question_leaves_open(
    chatbot: Chatbot, question: str, left_open: tuple[str, ...]
) -> None:
    assert chatbot.ask(question).left_open == left_open


def test_what_is_chosen_closes_the_question(settings: Settings, chatbot: Chatbot) -> None:
    with TestClient(create_app(settings, chatbot)) as client:
        options = client.get("/api/options?language=fi").json()
        assert {"name": "Copilot", "approved": False} in options["tools"]
        assert "henkilötiedot" in options["data"]
        asked = {"question": "Saanko liittää tämän muistion tekoälypalveluun?"}
        open_answer = client.post("/api/chat", json=asked).json()
        assert open_answer["left_open"] == ["tool", "data"]
        chosen = {"tool": "Copilot", "data": "henkilötiedot"}
        answer = client.post("/api/chat", json=asked | chosen).json()
        assert (answer["verdict"], answer["left_open"]) == ("only_if_approved", [])
        assert "Copilot" in answer["statements"][0]["text"]
