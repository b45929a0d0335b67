"""Concepts found in texts, and the file that lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.curated.concepts import Concept, Concepts, load_concepts
from rag.errors import BadCorpusFile
from rag.index.lexical import terms_of
from rag.language.words import Lexicon, split_words
from rag.types import LANGUAGES, Language

ROOT = Path(__file__).parent.parent
FILE = """
concepts:
  - {id: personal_data, kind: data_class, fi: [henkilötieto], sv: [personuppgift], en: [personal data]}
  - {id: identity_number, kind: data_class, broader: [personal_data], fi: [henkilötunnus, hetu], en: [identity number]}
  - {id: salary, kind: topic, broader: [identity_number], fi: [palkka]}
  - {id: trade_secret, kind: data_class, fi: [liikesalaisuus], en: [trade secret]}
"""


@pytest.fixture
def concepts(tmp_path: Path, lexicon: Lexicon) -> Concepts:
    (tmp_path / "concepts.yaml").write_text(FILE, encoding="utf-8")
    return Concepts(load_concepts(tmp_path), lexicon)


def found(concepts: Concepts, text: str, *languages: Language) -> set[str]:
    return set().union(*concepts.find(split_words(text), languages or LANGUAGES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Saako henkilötietoja syöttää?", {"personal_data"}),
        ("HENKILÖTIEDOISTA", {"personal_data"}),
        ("palkkalistan", {"salary"}),  # within a compound
        ("hetun laitto", {"identity_number"}),
        ("personuppgifter", {"personal_data"}),
        ("Is personal data allowed?", {"personal_data"}),
        ("personal use of data", set()),  # words of one label stand side by side
        ("trade secrets and personal data", {"trade_secret", "personal_data"}),
        ("sää huomenna", set()),
        ("", set()),
    ],
)
def test_a_concept_is_found_however_it_is_named(concepts: Concepts, text: str, expected: set[str]) -> None:
    assert found(concepts, text) == expected


def test_each_word_of_a_label_is_marked(concepts: Concepts) -> None:
    marks = concepts.find(split_words("may personal data leak"), ["en"])
    assert marks == [frozenset(), {"personal_data"}, {"personal_data"}, frozenset()]


def test_only_labels_of_the_languages_asked_for_are_looked_for(concepts: Concepts) -> None:
    assert found(concepts, "personal data", "fi") == set()
    assert found(concepts, "personal data", "fi", "en") == {"personal_data"}


def test_a_concept_implies_the_broader_ones_and_never_the_narrower(concepts: Concepts) -> None:
    assert concepts.implied(["identity_number"]) == {"personal_data"}
    assert concepts.implied(["salary"]) == {"identity_number", "personal_data"}
    assert concepts.implied(["personal_data"]) == frozenset()
    assert concepts.implied(["identity_number", "personal_data"]) == frozenset()


def test_questions_ask_for_implied_concepts_and_texts_do_not(concepts: Concepts, lexicon: Lexicon) -> None:
    assert "c:personal_data" in terms_of("hetu", "fi", lexicon, concepts, asked=True)
    assert "c:personal_data" not in terms_of("hetu", "fi", lexicon, concepts)
    assert "c:identity_number" in terms_of("hetu", "fi", lexicon, concepts)


def test_a_corpus_without_the_file_has_no_concepts(tmp_path: Path, lexicon: Lexicon) -> None:
    concepts = Concepts(load_concepts(tmp_path), lexicon)
    assert concepts.concepts == ()
    assert found(concepts, "henkilötieto") == set()


def test_the_fingerprint_follows_the_concepts(concepts: Concepts, tmp_path: Path, lexicon: Lexicon) -> None:
    (tmp_path / "concepts.yaml").write_text(FILE + "# a comment\n", encoding="utf-8")
    assert Concepts(load_concepts(tmp_path), lexicon).fingerprint == concepts.fingerprint
    (tmp_path / "concepts.yaml").write_text(FILE.replace("palkka", "ansio"), encoding="utf-8")
    assert Concepts(load_concepts(tmp_path), lexicon).fingerprint != concepts.fingerprint


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("concepts: [{id: a, kind: topic, broader: [b]}]", "concept 'a': unknown broader concept 'b'"),
        ("concepts: [{id: a, kind: topic}, {id: a, kind: tool}]", "two concepts share an id"),
        ("concepts: [", "not YAML"),
        ("concepts: [{id: A, kind: topic}]", "concepts.0.id: "),
        ("concepts: [{id: a, kind: person}]", "concepts.0.kind: "),
        ("concepts: [{id: a, kind: topic, de: [x]}]", "concepts.0.de: "),
        ("concepts: [{id: a, kind: topic, fi: x}]", "concepts.0.fi: "),
        ("terms: []", "terms"),
        ("- a", "the whole file: "),
    ],
)
def test_a_wrong_file_is_named_with_its_entry(tmp_path: Path, lexicon: Lexicon, content: str, told: str) -> None:
    (tmp_path / "concepts.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(BadCorpusFile) as raised:
        load_concepts(tmp_path)
    assert str(tmp_path / "concepts.yaml") in str(raised.value)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "content", [b"concepts: [{id: a, kind: topic, fi: ['?']}]", b"concepts: [{id: a, kind: topic, fi: ['']}]", b"\xe4"]
)
def test_a_label_without_words_and_other_encodings_are_named_too(
    tmp_path: Path, lexicon: Lexicon, content: bytes
) -> None:
    (tmp_path / "concepts.yaml").write_bytes(content)
    with pytest.raises(BadCorpusFile, match=r"concepts\.yaml"):
        load_concepts(tmp_path)


def test_the_projects_concepts_are_sound(lexicon: Lexicon) -> None:
    concepts = Concepts(load_concepts(ROOT / "corpus"), lexicon)
    assert len(concepts.concepts) > 50
    for concept in concepts.concepts:
        assert all(concept.labels(language) for language in LANGUAGES), concept.id
        assert concept.id not in concepts.implied([concept.id])
        assert concept.id in found(concepts, concept.labels("fi")[0], "fi")


PAIR = Concept(
    id="written",
    kind="data_class",
    of={"fi": ("potilas",), "sv": ("patient", "sökande"), "en": ("patient", "patients", "customer", "customers")},
    what={"fi": ("muistiinpano",), "sv": ("anteckning",), "en": ("notes",)},
)


@pytest.mark.parametrize(
    ("language", "text", "named"),
    [
        ("fi", "Saako potilaan muistiinpanot syöttää?", True),
        ("fi", "Auttaako se potilasta muistiinpanoissa?", False),  # whose they are is not said
        ("fi", "Potilas ja minun muistiinpanoni", False),
        ("sv", "Får jag mata in patientens anteckningar?", True),
        ("en", "patient notes into Claude?", True),
        ("en", "the notes of the patients", True),
        ("en", "my notes say that patients wait", False),
        ("sv", "Får jag mata in sökandenas anteckningar?", True),
        ("sv", "Sökandens anteckningar, får jag mata in dem?", True),
        ("sv", "Får jag söka anteckningar?", False),  # what is done with them, and nobody
        ("en", "the customers' notes", True),
        ("en", "custom notes", False),
    ],
)
def test_two_words_name_a_concept_together(lexicon: Lexicon, language: Language, text: str, named: bool) -> None:
    assert ("written" in found(Concepts([PAIR], lexicon), text, language)) == named


def test_a_short_stem_of_another_language_names_nothing(lexicon: Lexicon) -> None:
    concepts = Concepts([Concept(id="seek", kind="action", sv=("leta",))], lexicon)
    words = ["Can", "I", "let", "it"]
    assert set().union(*concepts.find(words, LANGUAGES, typed=True, own="en")) == set()
    assert set().union(*concepts.find(["leta"], LANGUAGES, typed=True, own="en")) == {"seek"}


def test_what_a_word_negates_is_no_misspelling_of_it(lexicon: Lexicon) -> None:
    anonymised = Concept(
        id="anonymised", kind="data_class", fi=("anonymisoitu",), sv=("anonymiserad",), en=("anonymised",)
    )
    concepts = Concepts([anonymised], lexicon)
    negated: tuple[tuple[str, Language], ...] = (
        ("oanonymiserade", "sv"),
        ("oanonymiserad text", "sv"),
        ("anonymisoimattomia tietoja", "fi"),
        ("unanonymised data", "en"),
    )
    for text, language in negated:
        assert not set().union(*concepts.find(split_words(text), [language], typed=True)), text
    assert set().union(*concepts.find(["anonymiserde"], ["sv"], typed=True)) == {"anonymised"}
