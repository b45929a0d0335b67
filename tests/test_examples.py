"""Example questions: read, bound to quotes, learnt from."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.curated.examples import ExampleSet, Target, load_examples
from rag.errors import BadCorpusFile
from rag.index.opening import open_index
from rag.models.embedding import Embedder
from rag.models.recognition import Recogniser, unlearnt
from rag.settings import Settings
from rag.sources.quotes import locate
from rag.sources.readers import read_corpus
from rag.types import Document, Span

ROOT = Path(__file__).parent.parent
SOURCE = """---
id: ohje
title: Ohje
---

# Ohje

Kirjasto on avoinna arkisin. Lauantaisin se on suljettu.

1. Kirjat palautetaan **ajoissa**.
2. Myöhästymisestä maksetaan 2 euroa.
"""


def corpus(folder: Path, **files: str) -> dict[str, Document]:
    (folder / "documents").mkdir()
    (folder / "examples").mkdir()
    (folder / "documents" / "ohje.md").write_text(SOURCE, encoding="utf-8")
    for name, text in files.items():
        (folder / "examples" / f"{name}.yaml").write_text(text, encoding="utf-8")
    documents, failures = read_corpus(folder / "documents", lambda text: "fi")
    assert failures == []
    return {document.id: document for document in documents}


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Lauantaisin se on suljettu.", "Lauantaisin se on suljettu."),
        ("Lauantaisin  se on\nsuljettu", "Lauantaisin se on suljettu"),
        ("Kirjat palautetaan ajoissa.\nMyöhästymisestä maksetaan 2 euroa.", None),
        ("Lauantaisin se on avoinna.", None),
        ("lauantaisin se on suljettu.", None),
        ("– !", None),
    ],
)
def test_a_quote_is_found_by_its_words_alone(tmp_path: Path, quote: str, found: str | None) -> None:
    document = corpus(tmp_path)["ohje"]
    span = locate(quote, document)
    if "\n" in quote and found is None:  # over two items: the number between them is no word of theirs
        assert span is not None
        assert span.of(document.text) == "Kirjat palautetaan ajoissa.\n2. Myöhästymisestä maksetaan 2 euroa."
    else:
        assert (span.of(document.text) if span else None) == found


def test_examples_are_bound_to_places(tmp_path: Path) -> None:
    documents = corpus(
        tmp_path,
        ohje="""
document: ohje
answered:
  - quote: "Lauantaisin se on suljettu."
    fi: ["Onko kirjasto auki lauantaina?", viikonloppu]
    en: ["Is it open on Saturday?"]
  - quote: "Sunnuntaisin se on avoinna."
    fi: [sunnuntai]
""",
        muut="""
documents: [ohje]
unanswered:
  - missing: {fi: "kuka johtaa", sv: "vem som leder", en: "who leads"}
    fi: ["Kuka johtaa kirjastoa?"]
  - reason: out_of_scope
    topic: weather
    fi: ["Sataako?"]
""",
    )
    examples = load_examples(tmp_path, documents)
    assert [(e.text, e.language) for e in examples.examples] == [
        ("Kuka johtaa kirjastoa?", "fi"),
        ("Sataako?", "fi"),
        ("Onko kirjasto auki lauantaina?", "fi"),
        ("viikonloppu", "fi"),
        ("Is it open on Saturday?", "en"),
    ]
    missing, weather, closed = examples.targets
    assert missing.missing == {"fi": "kuka johtaa", "sv": "vem som leder", "en": "who leads"}
    assert missing.holds(["ohje"])
    assert not missing.holds(["another"])  # a document that nobody has looked in may answer it
    assert weather.reason == "out_of_scope"
    assert weather.holds(["another"])
    assert [span.of(documents["ohje"].text) for _, span in closed.places] == ["Lauantaisin se on suljettu."]
    assert [(each.document_id, each.quote) for each in examples.unplaced] == [("ohje", "Sunnuntaisin se on avoinna.")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("answered: [{quote: x}]", "needs 'document'"),
        ("unanswered: [{fi: [a]}]", "'documents' is missing"),
        ("document: ohje\nanswered:\n  - quote: x\n    de: [a]\n", "wrong.yaml:4: answered.0.de"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    documents = corpus(tmp_path, wrong=text)
    with pytest.raises(BadCorpusFile, match=r"wrong\.yaml") as raised:
        load_examples(tmp_path, documents)
    assert told in str(raised.value)


def test_a_corpus_without_examples_has_none(tmp_path: Path) -> None:
    assert load_examples(tmp_path, {}) == ExampleSet()


def test_every_example_of_the_project_has_its_place(settings: Settings, embedder: Embedder, built: object) -> None:
    examples = open_index(settings, embedder.fingerprint).examples
    assert examples.unplaced == ()
    assert unlearnt(examples, Recogniser.load()) == []  # else: python -m eval.training.recognition
    assert len(examples.examples) > 10_000
    texts = [example.text.casefold() for example in examples.examples if not examples.targets[example.target].places]
    answered = {e.text.casefold() for e in examples.examples if examples.targets[e.target].places}
    assert not answered.intersection(texts)  # no question is both answered and not


def test_a_target_without_a_place_refuses() -> None:
    assert Target((), "unsafe").holds([])
    assert Target((("ohje", Span(0, 1)),)).holds(["ohje"])
