"""Guidance that nobody has seen: added to the corpus, read, asked in other languages, taken away again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.tables import as_markdown
from eval.unseen import added, in_folder, kept_from_training, measure, tables
from rag.chatbot import Chatbot
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings

GUIDANCE = """---
title: Tekoäly kaupungin työssä
publisher: Ruohokosken kaupunki
published: 2025-03-01
language: fi
kind: guidance
---

# Tekoäly kaupungin työssä

## Kokoukset

Suljettua kokousta ei saa litteroida millään palvelulla.
Avoimen kokouksen saa litteroida, jos kaikki osallistujat suostuvat siihen.
Litterointi poistetaan 14 päivän kuluttua.

## Palvelut

| Palvelu | Julkinen tieto | Henkilötiedot |
|---|---|---|
| Virta-avustaja | Sallittu | Vain tietosuojavastaavan luvalla |
| Avoimet palvelut | Sallittu | Kielletty |

Palveluista vastaa tietohallintopäällikkö. Käyttökoulutus järjestetään joka kuukauden ensimmäisenä maanantaina.
"""
QUESTIONS = [
    ("Kuinka pian litterointi poistetaan?", "fi", "number", ["Litterointi poistetaan 14 päivän kuluttua."], None),
    ("Saako suljetun kokouksen litteroida?", "fi", "may_i", ["Suljettua kokousta ei saa litteroida"], "not_allowed"),
    ("Who is responsible for the services?", "en", "who", ["Palveluista vastaa tietohallintopäällikkö."], None),
    ("Mitä litterointipalvelu maksaa kaupungille vuodessa?", "fi", "near_miss", [], None),
    ("Mikä on Suomen pisin joki?", "fi", "far", [], None),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("guidance")
    (made / "ruohokoski.md").write_text(GUIDANCE, encoding="utf-8")
    rows = [
        {"question": q, "language": language, "kind": kind, "answerable": bool(e), "evidence": e, "verdict": verdict}
        for q, language, kind, e, verdict in QUESTIONS
    ]
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (made / "ruohokoski.questions.jsonl").write_text(lines, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def city(settings: Settings, built: object, embedder: Embedder, lexicon: Lexicon, folder: Path) -> Iterator[Chatbot]:
    with added(settings, embedder, lexicon, folder / "ruohokoski.md") as own:
        yield Chatbot(own, embedder, lexicon)


def test_a_document_is_measured_beside_the_corpus(settings: Settings, built: object, folder: Path) -> None:
    (document,) = in_folder(folder)
    assert [each.category for each in document.questions] == [kind for _, _, kind, _, _ in QUESTIONS]
    found = measure(settings, [document])
    assert len(found.outcomes) == len(QUESTIONS)
    shown = "\n".join(map(as_markdown, tables(found)))
    for row in ("right place cited", "near misses refused", "far questions refused", "document fi, question en"):
        assert row in shown
    assert not any(outcome.quote_mismatches for outcome, _ in found.outcomes)


def test_all_that_is_suggested_can_be_accepted(
    settings: Settings, built: object, embedder: Embedder, lexicon: Lexicon, folder: Path
) -> None:
    with added(settings, embedder, lexicon, folder / "ruohokoski.md", accepted=True) as own:
        answer = Chatbot(own, embedder, lexicon).ask("Saako henkilötietoja syöttää Virta-avustajaan?")
    assert answer.verdict == "only_if_approved"
    assert answer.statements[0].kind == "rule"
    assert answer.citations[0].document_id == "ruohokoski"


def test_what_is_kept_from_training_is_not_little() -> None:
    assert len(kept_from_training("test")) >= 30
    assert not {each.file for each in kept_from_training("test")} & {each.file for each in kept_from_training("dev")}


@pytest.mark.parametrize(
    ("question", "language", "place"),
    [
        ("Who is in charge of the services in the city?", "en", "Palveluista vastaa tietohallintopäällikkö."),
        ("Hur länge sparas transkriberingen?", "sv", "14 päivän kuluttua"),
        ("When is the training held?", "en", "ensimmäisenä maanantaina"),
    ],
)
def test_a_passage_is_found_by_a_question_in_another_language(
    city: Chatbot, question: str, language: str, place: str
) -> None:
    opened = city.opened
    asked = city.read(question)
    assert asked.language == language
    vector = city.embedder.embed_query(question)
    hits = opened.retriever.find(vector, opened.terms(asked), 8, language=asked.language)
    text = opened.index.documents["ruohokoski"].text
    assert any(place in hit.chunk.span.of(text) for hit in hits if hit.chunk.document_id == "ruohokoski")


def test_what_an_own_prohibition_says_prevails(city: Chatbot) -> None:
    answer = city.ask("Saako henkilötietoja syöttää avoimiin palveluihin?")
    assert answer.status == "answered"
    assert answer.verdict != "allowed"
