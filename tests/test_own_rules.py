"""Rules that an editor makes of what the organisation's own guidance decides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from rag.answering.question import read_question
from rag.answering.rule_words import RuleWords
from rag.answering.unit_verdicts import decided_in
from rag.chatbot import Chatbot
from rag.curated.changed_corpus import content_of
from rag.curated.changes import Changes, PutDocument, Upload
from rag.curated.concepts import Concepts, load_concepts
from rag.curated.rules import Rule, load_rulebook
from rag.curated.yaml_entries import NotEditable
from rag.errors import BadCorpusFile
from rag.language.words import Lexicon
from rag.publishing.publication import with_applied
from rag.publishing.suggested_rules import Suggester
from rag.settings import Settings
from rag.sources.chunking import chunk_document
from rag.sources.readers import read_document
from rag.types import Document
from tests.conftest import Variant
from tests.support.fakes import RULE

GUIDANCE = """---
id: our-guidance
title: Esimerkin kunnan tekoälyohje
publisher: Esimerkin kunta
published: 2026-01-15
language: fi
kind: guidance
---

# Esimerkin kunnan tekoälyohje

## Kokoukset

Johtoryhmän kokousta ei saa litteroida. Avoimen kokouksen saa litteroida, jos kaikki osallistujat ovat antaneet siihen
suostumuksen. Tallenne säilytetään 30 päivää.

## Palvelut

| Palvelu | Julkinen tieto | Henkilötiedot |
|---|---|---|
| DeepSeek | Kielletty | Kielletty |
| Copilot | Sallittu | Sallittu |
| Kunnan oma Runoilija | Sallittu | Ehdollinen |

"Ehdollinen" tarkoittaa, että palvelua saa käyttää, kun esihenkilö on antanut luvan.
"""


def guidance(folder: Path) -> Document:
    file = folder / "our-guidance.md"
    file.write_text(GUIDANCE, encoding="utf-8")
    return read_document(file, folder, lambda _: "fi")


@pytest.fixture(scope="module")
def suggested(tmp_path_factory: pytest.TempPathFactory, settings: Settings, lexicon: Lexicon) -> list[Rule]:
    document = guidance(tmp_path_factory.mktemp("guidance"))
    chunks = chunk_document(document, lambda text: len(text) // 4, frozenset())
    concepts = Concepts(load_concepts(settings.corpus_dir), lexicon)
    return Suggester(concepts, lexicon).suggested(decided_in(document, chunks), document)


@pytest.fixture(scope="module")
def bot(variant: Variant, suggested: list[Rule]) -> Chatbot:
    """The delivered corpus with the guidance, and all that was suggested of it accepted as it is."""

    def change(corpus: Path) -> None:
        (corpus / "documents" / "our-guidance.md").write_text(GUIDANCE, encoding="utf-8")
        file = corpus / "rules.yaml"
        rules = yaml.safe_load(file.read_text(encoding="utf-8"))
        rules["rules"] += [rule.as_entry() for rule in suggested]
        file.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")

    return variant(change)


def test_each_thing_that_is_decided_is_suggested_with_what_it_is_about(suggested: list[Rule]) -> None:
    found = {(rule.quote.split("\n")[0], rule.column): rule for rule in suggested}
    meeting = found["Johtoryhmän kokousta ei saa litteroida.", None]
    assert (meeting.verdict, meeting.data, meeting.tools) == ("not_allowed", (), ())
    assert set(meeting.words) == {"Johtoryhmän", "kokousta", "litteroida"}
    assert meeting.says.of("fi") == "Johtoryhmän kokousta ei saa litteroida."
    assert meeting.says.missing == ("sv", "en")
    banned = found["DeepSeek | Kielletty | Kielletty", "Henkilötiedot"]
    assert (banned.verdict, banned.data, banned.tools, banned.words) == (
        "not_allowed", ("personal_data",), ("deepseek",), (),
    )  # fmt: skip
    poet = found["Kunnan oma Runoilija | Sallittu | Ehdollinen", "Henkilötiedot"]
    assert (poet.verdict, poet.data) == ("only_if_approved", ("personal_data",))
    assert "Runoilija" in poet.words
    assert poet.conditions == ("kun esihenkilö on antanut luvan",)
    assert len(suggested) == 8  # two sentences and six cells: the legend decides nothing by itself


@pytest.mark.parametrize(
    ("text", "named"),
    [
        # Nothing stands beside the condition; the column's head is one.
        ("Koirien tuominen edellyttää esihenkilön lupaa.", "tuominen"),
        ("| Taso | Rumpujen soiton hyväksyy |\n|---|---|\n| Keltainen | päivystäjä itse |", "Rumpujen"),
    ],
)
def test_what_is_suggested_is_about_something_also_where_all_is_a_condition(
    tmp_path: Path, settings: Settings, lexicon: Lexicon, text: str, named: str
) -> None:
    file = tmp_path / "ohje.md"
    file.write_text(f"# Ohje\n\n{text}\n", encoding="utf-8")
    document = read_document(file, tmp_path, lambda _: "fi")
    decided = decided_in(document, chunk_document(document, lambda text: len(text) // 4, frozenset()))
    concepts = Concepts(load_concepts(settings.corpus_dir), lexicon)
    (rule,) = Suggester(concepts, lexicon).suggested(decided, document)
    assert rule.verdict == "only_if_approved"
    assert named in rule.words


@pytest.mark.parametrize(
    ("question", "verdict", "quote", "context"),
    [
        ("Saako johtoryhmän kokouksen litteroida?", "not_allowed", "Johtoryhmän kokousta ei saa litteroida.", ""),
        ("Saako henkilötietoja syöttää DeepSeekiin?", "not_allowed", "Kielletty", "DeepSeek · Henkilötiedot"),
        ("Får man mata in personuppgifter i DeepSeek?", "not_allowed", "Kielletty", "DeepSeek · Henkilötiedot"),
        ("May I paste a client's phone number into Copilot?", "allowed", "Sallittu", "Copilot · Henkilötiedot"),
        ("saako runoilijaan syöttää hetun", "only_if_approved", "Ehdollinen", "Kunnan oma Runoilija · Henkilötiedot"),
    ],
)  # fmt: skip
def test_what_was_accepted_decides(bot: Chatbot, question: str, verdict: str, quote: str, context: str) -> None:
    answer = bot.ask(question)
    assert answer.verdict == verdict, answer
    assert (answer.citations[0].quote, answer.citations[0].context) == (quote, context)
    assert all(bot.index.documents[c.document_id].text[c.start : c.end] == c.quote for c in answer.citations)


def test_an_own_permission_is_the_approval_that_the_national_rule_asks_for(bot: Chatbot) -> None:
    answer = bot.ask("Saako henkilötietoja syöttää Copilotiin?")
    assert answer.verdict == "allowed"
    assert [each.quote for each in answer.citations] == ["Sallittu", RULE]
    assert "sources_differ" not in [notice.code for notice in answer.notices]


def test_the_answer_carries_what_the_verdict_depends_on(bot: Chatbot) -> None:
    answer = bot.ask("Saako avoimen kokouksen litteroida?")
    assert answer.verdict == "allowed"
    (condition,) = answer.conditions
    assert condition.text == "jos kaikki osallistujat ovat antaneet siihen\nsuostumuksen".replace("\n", " ")
    leave = bot.ask("Saako Runoilijaan syöttää henkilötietoja?").conditions
    assert [each.text for each in leave] == ["kun esihenkilö on antanut luvan"]
    cited = bot.ask("Saako Runoilijaan syöttää henkilötietoja?").citations
    assert any("kun esihenkilö on antanut luvan" in cited[n - 1].quote for n in leave[0].citations)


def test_what_the_question_does_not_name_decides_nothing(bot: Chatbot) -> None:
    answer = bot.ask("Saako kokouksen litteroida?")  # whose, nobody says
    assert "rule" not in [statement.kind for statement in answer.statements]


def test_a_row_that_has_lost_its_column_suspends_the_rule(
    tmp_path: Path, settings: Settings, suggested: list[Rule]
) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(settings.corpus_dir, corpus)
    document = guidance(tmp_path)
    of_cell = next(rule for rule in suggested if rule.column)
    entry = of_cell.as_entry() | {"column": "Salaiset tiedot"}
    (corpus / "rules.yaml").write_text(yaml.safe_dump({"rules": [entry]}, allow_unicode=True), encoding="utf-8")
    assert [rule.id for rule in load_rulebook(corpus, {document.id: document}, load_concepts(corpus)).suspended]


def test_a_rule_about_nothing_is_refused(tmp_path: Path) -> None:
    entry = {"id": "a", "document": "d", "quote": "q", "says": {"fi": "Ei."}, "verdict": "not_allowed"}
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"rules": [entry]}), encoding="utf-8")
    with pytest.raises(BadCorpusFile, match="'data', 'tools' or 'words'"):
        load_rulebook(tmp_path, {}, [])


@pytest.fixture
def installation(tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    return Settings.model_validate({"corpus_dir": tmp_path / "corpus", "data_dir": tmp_path / "data"})


def test_rules_that_come_with_a_document_join_the_file_as_it_is(installation: Settings, suggested: list[Rule]) -> None:
    kept = (
        f"# Ours.\nrules:\n  - {{id: {suggested[0].id}, document: x, quote: y, beside: z, says: {{fi: Ei.}}}}  # old\n"
    )
    (installation.corpus_dir / "rules.yaml").write_text(kept, encoding="utf-8")
    upload = Upload(object="0" * 64, suffix=".md", metadata={})
    change = PutDocument(id="our-guidance", upload=upload, rules=tuple(suggested[:2]))
    changes = with_applied(installation, Changes(), change)
    text = content_of(installation, changes.files["rules.yaml"]).decode()
    assert text.startswith(kept)
    assert [each["id"] for each in yaml.safe_load(text)["rules"]] == [
        suggested[0].id, f"{suggested[0].id}_2", suggested[1].id,
    ]  # fmt: skip


def test_a_file_that_cannot_be_added_to_is_left_alone(installation: Settings, suggested: list[Rule]) -> None:
    (installation.corpus_dir / "rules.yaml").write_text("{rules: []}\n", encoding="utf-8")
    change = PutDocument(
        id="our-guidance", upload=Upload(object="0" * 64, suffix=".md", metadata={}), rules=tuple(suggested[:1])
    )
    with pytest.raises(NotEditable):
        with_applied(installation, Changes(), change)


def test_a_rule_whose_document_is_gone_is_no_matter_of_every_question(
    settings: Settings, lexicon: Lexicon, suggested: list[Rule]
) -> None:
    concepts = Concepts(load_concepts(settings.corpus_dir), lexicon)
    rule = next(each for each in suggested if each.words)
    question = read_question("Saako koiran tuoda työpaikalle?", "fi", lexicon, concepts)
    assert not RuleWords([rule], {}, lexicon, concepts).named(rule, question)
