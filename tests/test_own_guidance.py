"""The organisation's own guidance as it was uploaded, without a rule made of it: which verdict it gives, and which it
takes away from the national guidance."""

from __future__ import annotations

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

## Kokoukset

Kokouksen saa litteroida Puroapurilla. Suljettua kokousta ei saa litteroida.

## Käännökset

Kielenkääntäjät saavat kääntää vikailmoituksia Puroapurilla. Vuosiraporttia ei saa kääntää Puroapurilla.
"""


@pytest.fixture(scope="module")
def bot(variant: Variant) -> Chatbot:
    return variant(lambda corpus: corpus.joinpath("documents", "own.md").write_text(GUIDANCE, encoding="utf-8"))


def codes(answer: Answer) -> list[str]:
    return [notice.code for notice in answer.notices]


# A verdict that is not shown is no fault; one that its cell does not give is.
@pytest.mark.parametrize(
    ("question", "cell", "verdict"),
    [
        ("Saako verkostokartan syöttää Puroapuriin?", "Puroapuri", "not_allowed"),
        ("Saako asiakkaan yhteystiedot syöttää Puroapuriin?", "Puroapuri", "allowed"),
        ("Saako asiakkaan yhteystiedot syöttää muihin tekoälypalveluihin?", "Muut tekoälypalvelut", "not_allowed"),
        ("Saako asiakkaan yhteystietoja syöttää ChatGPT:hen?", "Muut tekoälypalvelut", "not_allowed"),
        ("Får kundens kontaktuppgifter matas in i Puroapuri?", "Puroapuri", "allowed"),
        ("May I enter a customer's contact details into Puroapuri?", "Puroapuri", "allowed"),
    ],
)
def test_a_row_decides_by_the_cell_of_the_service_that_is_named(
    bot: Chatbot, question: str, cell: str, verdict: str
) -> None:
    answer = bot.ask(question)
    assert answer.verdict in (verdict, None), answer
    marked = [
        each.context
        for each in answer.citations
        if each.document_id == "own" and each.quote in ("Sallittu", "Kielletty")
    ]
    assert all(context.endswith(cell) for context in marked), marked


def test_beside_own_guidance_on_such_data_the_national_rule_gives_no_verdict(bot: Chatbot) -> None:
    answer = bot.ask("Saako asiakkaan yhteystiedot syöttää muuhun käännöspalveluun?")
    assert answer.verdict in ("not_allowed", None), answer  # as the national guidance has it: only if approved
    assert answer.citations[0].document_id == "own"
    assert RULE in [each.quote for each in answer.citations]
    assert "organisation_guidance" in codes(answer) or "sources_differ" in codes(answer)


def test_the_national_verdict_stands_where_own_guidance_says_nothing_of_it(bot: Chatbot) -> None:
    answer = bot.ask("Saako potilastietoja syöttää tekoälypalveluihin?")
    assert answer.verdict in ("only_if_approved", None)
    assert RULE in [each.quote for each in answer.citations]
