"""What material a may-I question names where no concept does: read from its name, and no more than that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.training.material import Material, as_asked, load
from rag.answering.material import hands_over, name_of_material
from rag.answering.question import read_question
from rag.answering.rule_matching import PROTECTED, rules_that_apply
from rag.chatbot import Chatbot
from rag.curated.concepts import Concepts, load_concepts
from rag.curated.rules import Rule
from rag.errors import ModelUnavailable
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.models.logistic import digests
from rag.models.material import KINDS, MaterialModel
from rag.settings import Settings
from rag.types import Language, Span
from tests.support.fakes import RULE


@pytest.fixture(scope="module")
def concepts(settings: Settings, lexicon: Lexicon) -> Concepts:
    return Concepts(load_concepts(settings.corpus_dir), lexicon)


# None of these names is in concepts.yaml, and the model was trained on none of these questions.
PROTECTED_BY_NAME = [
    "Saako vero-ohjeen keskeneräistä versiota selkeyttää tekoälyllä?",
    "Kan jag klistra in grannens bullerklagomål i Copilot?",
    "Saako lentoaseman turvaohjelman kääntää tekoälyllä?",
    "Får donatorns brevväxling sammanfattas med AI?",
    "Kan ett krypterat telegram från ambassaden sammanfattas i ChatGPT?",
    "May I polish a tactical operation order with ChatGPT?",
    "May a farmer's subsidy payments be checked with Copilot?",
]


@pytest.mark.parametrize("question", PROTECTED_BY_NAME)
def test_protected_material_is_known_by_its_name_and_the_answer_says_that_it_was_inferred(
    chatbot: Chatbot, question: str
) -> None:
    answer = chatbot.ask(question)
    assert answer.verdict == "only_if_approved"
    assert RULE in [citation.quote for citation in answer.citations]
    assert "material_read" in [notice.code for notice in answer.notices]
    assert "data" in answer.left_open  # the page asks of which class it is


def test_material_that_a_concept_names_is_not_inferred(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Saako hetun syöttää Copilotiin?")
    assert "material_read" not in [notice.code for notice in answer.notices]


@pytest.mark.parametrize(
    "question",
    [
        # Public by its name, or of a kind that may be anything.
        "Saako kuluttajahintaindeksin lukuja syöttää tekoälyyn?",
        "Can the national core curriculum be loaded into Copilot?",
        "Saako raportin laittaa Copilotiin?",
        "Får jag översätta ett tvåsidigt dokument med DeepL?",
        # AI is of use, and no material is handed over.
        "Voiko työvuorot suunnitella tekoälyn avulla niin, että hoitajien toiveet huomioidaan?",
        "Saako tekoälyllä laatia päätösluonnoksia?",
        "Får jag be ChatGPT skriva rektorns tal till skolavslutningen?",
        "Saako DeepSeekiä käyttää töissä?",
        # It says that there is no such data.
        "Saako ChatGPT:hen laittaa naapurin valituksen, jossa ei ole henkilötietoja?",
    ],
)
def test_what_no_name_tells_gets_no_verdict(chatbot: Chatbot, question: str) -> None:
    assert chatbot.ask(question).verdict is None


@pytest.mark.parametrize(
    ("question", "language", "name", "asks"),
    [
        ("Voisinko antaa savusukeltajan kuntotestin Copilotille?", "fi", "savusukeltajan kuntotestin", True),
        ("Can the water main map be shown to ChatGPT?", "en", "water main map shown", True),
        ("Får brevväxlingen matas in i AI?", "sv", "brevväxlingen", True),
        ("Kuka antaa savusukeltajan kuntotestin Copilotille?", "fi", "savusukeltajan kuntotestin", False),
        ("Saako tekstin laittaa Copilotiin, jos siinä ei ole henkilötietoja?", "fi", "", False),
    ],
)
def test_the_name_is_what_is_left_without_the_service_and_what_is_done(
    lexicon: Lexicon, concepts: Concepts, question: str, language: Language, name: str, asks: bool
) -> None:
    read = read_question(question, language, lexicon, concepts)
    assert name_of_material(read, concepts) == name
    assert (bool(name) and hands_over(read, concepts)) == asks


@pytest.mark.parametrize(("data", "applies"), [(sorted(PROTECTED), True), (["personal_data"], False), ([], True)])
def test_of_whichever_class_it_is_only_a_rule_on_all_classes_applies(
    lexicon: Lexicon, concepts: Concepts, data: list[str], applies: bool
) -> None:
    given = {"id": "r", "document": "d", "quote": "q", "verdict": "not_allowed", "says": {"fi": "Ei."}}
    rule = Rule.model_validate({**given, "data": data, "tools": ["copilot"]})
    read = read_question("Saako kuntotestin syöttää Copilotiin?", "fi", lexicon, concepts)
    protected = replace(read, protected=True)
    found = rules_that_apply(protected, [(rule, Span(0, 1))], concepts.by_id)
    assert bool(found) == applies


def test_of_the_names_that_it_never_met_what_it_calls_protected_is_so(
    embedder: Embedder, settings: Settings, lexicon: Lexicon, concepts: Concepts
) -> None:
    """519 names in questions that it was not trained on. Of some seventy that name no class of data and are called
    protected one is not; thirty-seven of a hundred are known that concepts.yaml does not know (42 before)."""
    model = MaterialModel.load()
    rows = [each for each in load() if each.part == "test"]
    names, asks = as_asked(rows, lexicon, concepts)
    asked: list[Material] = [row for row, needed in zip(rows, asks, strict=True) if needed]
    vectors = embedder.bundled(settings).embed_queries([n for n, needed in zip(names, asks, strict=True) if needed])
    for column, (wrong, known) in enumerate([(1, 0.35), (1, 0.3)]):
        said = model.scores(vectors)[:, column] >= model.thresholds[column]
        is_so = np.array([each.is_of(KINDS[column]) for each in asked])
        assert (said & ~is_so).sum() <= wrong
        assert said[is_so].mean() >= known


def test_it_was_trained_on_this_encoder() -> None:
    """Else: python -m eval.training.material."""
    assert MaterialModel.load().encoder == digests()["encoder.npz"]


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "material.npz").write_bytes(b"no archive")
    with pytest.raises(ModelUnavailable, match=r"material\.npz"):
        MaterialModel.load(tmp_path / "material.npz")
