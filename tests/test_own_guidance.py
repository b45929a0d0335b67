"""The organisation's own guidance as it was uploaded, without a rule made of it: which verdict it gives, and which it
takes away from the national guidance."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.chatbot import Chatbot
from rag.types import Answer
from tests.conftest import Variant
from tests.support.fakes import RULE

GUIDANCE = """---
id: own
title: Vesilaitoksen tekoälyohje
publisher: Esimerkin vesilaitos
published: 2026-02-10
language: fi
kind: guidance
---

# Vesilaitoksen tekoälyohje

## Mitä aineistoa palveluihin saa syöttää

| Aineisto | Puroapuri | Muut tekoälypalvelut |
|---|---|---|
| Julkiset tiedotteet | Sallittu | Sallittu |
| Asiakkaan yhteystiedot | Sallittu | Kielletty |
| Verkostokartat | Kielletty | Kielletty |
| Henkilötiedot | Kielletty | Kielletty |

## Kokoukset

Kokouksen saa litteroida Puroapurilla. Suljettua kokousta ei saa litteroida.

## Käännökset

Kielenkääntäjät saavat kääntää vikailmoituksia Puroapurilla. Vuosiraporttia ei saa kääntää Puroapurilla.
"""


@pytest.fixture(scope="module")
def bot(variant: Variant) -> Chatbot:
    def change(corpus: Path) -> None:
        (corpus / "documents" / "own.md").write_text(GUIDANCE, encoding="utf-8")

    return variant(change)


def codes(answer: Answer) -> list[str]:
    return [notice.code for notice in answer.notices]


@pytest.mark.parametrize(
    ("question", "quote", "context", "verdict"),
    [
        ("Saako verkostokartan syöttää Puroapuriin?", "Kielletty", "Verkostokartat · Puroapuri", "not_allowed"),
        (
            "Saako asiakkaan yhteystiedot syöttää Puroapuriin?",
            "Sallittu",
            "Asiakkaan yhteystiedot · Puroapuri",
            "allowed",
        ),
        (
            "Saako asiakkaan yhteystiedot syöttää muihin tekoälypalveluihin?",
            "Kielletty",
            "Asiakkaan yhteystiedot · Muut tekoälypalvelut",
            "not_allowed",
        ),
        # What is not named itself falls under the wider class, and what is goes before it.
        ("Saako hetun syöttää Puroapuriin?", "Kielletty", "Henkilötiedot · Puroapuri", "not_allowed"),
        (
            "Saako julkisen tiedotteen syöttää ChatGPT:hen?",
            "Sallittu",
            "Julkiset tiedotteet · Muut tekoälypalvelut",
            "allowed",
        ),
        ("Saako kokouksen litteroida Puroapurilla?", "Kokouksen saa litteroida Puroapurilla.", "", "allowed"),
        ("saako suljetun kokouksen litteroida", "Suljettua kokousta ei saa litteroida.", "", "not_allowed"),
        ("Saako vuosiraportin kääntää Puroapurilla?", "Vuosiraporttia ei saa kääntää Puroapurilla.", "", "not_allowed"),
    ],
)
def test_what_is_asked_in_the_words_of_the_guidance_is_decided_by_it(
    bot: Chatbot, question: str, quote: str, context: str, verdict: str
) -> None:
    answer = bot.ask(question)
    assert answer.verdict == verdict, answer
    assert (answer.citations[0].quote, answer.citations[0].context) == (quote, context)


# A verdict that is not shown is no fault; one that the cell does not give is.
@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Saako asiakkaan yhteystietoja syöttää ChatGPT:hen?", "not_allowed"),
        ("Får kundens kontaktuppgifter matas in i Puroapuri?", "allowed"),
        ("May I enter a customer's contact details into Puroapuri?", "allowed"),
        ("Saako asiakkaan yhteystiedot syöttää muuhun käännöspalveluun?", "not_allowed"),
        ("Saako etäkokouksen litteroida Puroapurilla?", "allowed"),
        ("Saako kokouksen litteroida ilman lupaa?", "allowed"),
    ],
)
def test_no_verdict_is_shown_that_the_guidance_does_not_give(bot: Chatbot, question: str, verdict: str) -> None:
    assert bot.ask(question).verdict in (verdict, None)


def test_beside_own_guidance_on_such_data_the_national_rule_gives_no_verdict(bot: Chatbot) -> None:
    answer = bot.ask("Saako asiakkaan yhteystiedot syöttää muuhun käännöspalveluun?")
    assert answer.verdict in ("not_allowed", None), answer  # as the national guidance has it: only if approved
    assert answer.citations[0].document_id == "own"
    assert RULE in [each.quote for each in answer.citations]
    assert "organisation_guidance" in codes(answer) or "sources_differ" in codes(answer)


def test_of_two_places_that_contradict_each_other_the_stricter_holds(variant: Variant) -> None:
    def change(corpus: Path) -> None:
        again = GUIDANCE + "\n## Muuta\n\nVuosiraportin saa kääntää Puroapurilla.\n"
        (corpus / "documents" / "own.md").write_text(again, encoding="utf-8")

    answer = variant(change).ask("Saako vuosiraportin kääntää Puroapurilla?")
    assert answer.verdict == "not_allowed"
    assert answer.citations[0].quote == "Vuosiraporttia ei saa kääntää Puroapurilla."
    assert "guidance_differs" in codes(answer)


def test_the_national_verdict_stands_where_own_guidance_says_nothing_of_it(bot: Chatbot) -> None:
    answer = bot.ask("Saako tarjouksen syöttää Copilotiin?")
    assert answer.verdict in ("only_if_approved", None)
    assert RULE in [each.quote for each in answer.citations]


def test_the_same_text_under_two_names_is_cited_once(variant: Variant) -> None:
    def change(corpus: Path) -> None:
        for name in ("own", "copy"):
            (corpus / "documents" / f"{name}.md").write_text(GUIDANCE.replace("id: own", f"id: {name}"), "utf-8")

    twice = variant(change)
    for question, quote in (
        ("Saako suljetun kokouksen litteroida?", "Suljettua kokousta ei saa litteroida."),
        ("Saako verkostokartan syöttää Puroapuriin?", "Kielletty"),
    ):
        answer = twice.ask(question, language="fi")
        first = answer.citations[0]
        assert first.quote == quote
        # Another row that says the same of other material is another place.
        assert [(each.quote, each.context) for each in answer.citations].count((quote, first.context)) == 1
        assert answer.verdict == "not_allowed"
