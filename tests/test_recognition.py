"""Recognising a question: what the release has learnt, and what an organisation adds to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from eval.training.recognition import learn, quantised, train
from rag.chatbot import Chatbot
from rag.curated.concepts import Concepts
from rag.curated.examples import Example, ExampleSet, Target
from rag.errors import IndexMismatch, ModelUnavailable
from rag.index.build import build_index
from rag.index.opening import open_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.models.recognition import Recogniser, classes_of, name_of
from rag.settings import Settings
from rag.types import Answer, Span

SOURCE = """---
id: kirjasto
title: Kirjaston ohje
language: fi
---

# Kirjaston ohje

## Aukiolo

Kirjasto on avoinna arkisin kello 9–18. Lauantaisin se on suljettu.

## Lainat

Kirjat palautetaan neljän viikon kuluessa. Myöhästymisestä maksetaan kaksi euroa.
"""
VERIFIED = """
document: kirjasto
answered:
  - quote: "Lauantaisin se on suljettu."
    fi: ["Pidetäänkö teillä sapattia?"]
"""
UNANSWERED = """
documents: [kirjasto]
unanswered:
  - missing: {fi: "saako kirjastoon tuoda koiran", sv: "om man får ta med hund", en: "whether dogs may come"}
    fi: ["Saako kirjastoon tuoda koiran mukaan?"]
"""


def test_training_tells_apart_what_it_was_shown() -> None:
    random = np.random.default_rng(0)
    centers = random.normal(size=(3, 16)).astype(np.float32)
    targets = np.repeat([0, 1, 2], 20)
    vectors = centers[targets] + 0.3 * random.normal(size=(60, 16)).astype(np.float32)
    networks = train(vectors, targets.tolist(), 4)
    assert (networks.log_odds(networks.project(vectors)).argmax(axis=1) == targets).mean() > 0.95
    again = train(vectors, targets.tolist(), 4)
    np.testing.assert_allclose(again.output, networks.output, atol=1e-5)


def example_set(texts: dict[str, int]) -> ExampleSet:
    targets = tuple(Target((("ohje", Span(each, each + 1)),)) for each in range(max(texts.values()) + 1))
    return ExampleSet(targets, tuple(Example(text, "en", target) for text, target in texts.items()))


def test_what_was_learnt_is_known_again_by_its_text(tmp_path: Path, lexicon: Lexicon) -> None:
    texts = {f"{word} number {number}": target for target, word in enumerate(("red", "blue")) for number in range(30)}
    vectors = np.random.default_rng(1).normal(size=(60, 32)).astype(np.float32)
    vectors[30:] += 2
    learnt = learn(example_set(texts), vectors, lexicon, Concepts([], lexicon), parts=16)
    learnt.save(tmp_path / "recogniser.npz")
    kept = Recogniser.load(tmp_path / "recogniser.npz")
    projected = learnt.networks.project(vectors)
    np.testing.assert_allclose(kept.networks.log_odds(projected), learnt.networks.log_odds(projected), atol=0.3)
    np.testing.assert_allclose(kept.cosines(projected[4]), projected @ projected[4], atol=0.05)
    assert kept.frequencies["red"] == kept.frequencies["blue"] == 30
    # A corpus that has moved, dropped and added questions: each target is what most of its questions were learnt as.
    changed = example_set({"blue number 1": 0, "blue number 2": 0, "red number 1": 1, "new": 1, "newer": 2})
    assert classes_of(changed, kept) == [1, 0, -1]
    assert name_of("new", "fi") != name_of("new", "en")


def test_a_vector_in_few_bytes_is_nearly_itself() -> None:
    rows = np.random.default_rng(2).normal(size=(3000, 24)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    kept = quantised(rows, 12)
    assert kept.codes.shape == (12, len(kept))
    assert ((kept.decoded() - rows) ** 2).mean() < 0.02 * (rows**2).mean()
    # What is compared in whole numbers, of a size that is no multiple of a block, is compared nearly as well.
    np.testing.assert_allclose(kept.cosines(rows[7]), kept.decoded() @ rows[7], atol=0.01)


def test_a_damaged_recogniser_is_named(tmp_path: Path) -> None:
    (tmp_path / "recogniser.npz").write_bytes(b"no archive")
    with pytest.raises(ModelUnavailable, match=r"recogniser\.npz"):
        Recogniser.load(tmp_path / "recogniser.npz")


def library(folder: Path, base: Settings, embedder: Embedder, lexicon: Lexicon, *examples: str) -> Chatbot:
    corpus = folder / "corpus"
    (corpus / "documents").mkdir(parents=True)
    (corpus / "examples").mkdir()
    (corpus / "documents" / "kirjasto.md").write_text(SOURCE, encoding="utf-8")
    for name in ("concepts.yaml", "organisation.yaml"):
        shutil.copy(base.corpus_dir / name, corpus)
    for number, text in enumerate(examples):
        (corpus / "examples" / f"{number}.yaml").write_text(text, encoding="utf-8")
    settings = base.model_copy(update={"corpus_dir": corpus, "data_dir": folder / "data"})
    (folder / "data").mkdir()
    (folder / "data" / "models").symlink_to((base.data_dir / "models").resolve())
    build_index(settings, embedder, lexicon)
    return Chatbot(settings, embedder, lexicon)


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


ASKED = "Pidetäänkö teillä sapattia?"


def test_an_own_verified_question_acts_at_once(
    tmp_path: Path, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> None:
    """It, and what is nearly the same, goes to its place; what is another question does not."""
    without = library(tmp_path / "without", settings, embedder, lexicon)
    assert without.ask(ASKED).status == "refused"
    chatbot = library(tmp_path / "with", settings, embedder, lexicon, VERIFIED)
    for asked in (ASKED, "pidetäänkö teillä sapattia", ASKED.upper()):
        answer = chatbot.ask(asked)
        assert answer.status == "answered", asked
        assert quotes(answer) == ["Lauantaisin se on suljettu."]
    other = "Paljonko myöhästymisestä maksetaan?"
    assert quotes(chatbot.ask(other)) == quotes(without.ask(other))


def test_an_own_question_that_nothing_answers_is_refused(
    tmp_path: Path, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> None:
    chatbot = library(tmp_path, settings, embedder, lexicon, UNANSWERED)
    answer = chatbot.ask("Saako kirjastoon tuoda koiran mukaan?")
    assert answer.status == "refused"
    assert answer.reason == "not_in_guidance"
    assert "tuoda koiran" in answer.message


def test_an_index_of_other_examples_than_were_learnt_is_refused(
    tmp_path: Path, settings: Settings, embedder: Embedder, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    chatbot = library(tmp_path, settings, embedder, lexicon, VERIFIED)
    index = chatbot.opened.index
    stored = tmp_path / "data" / "index" / index.version / "examples.npz"
    np.savez(stored, names=np.zeros(0, dtype=np.uint64), vectors=np.zeros((0, 768), dtype=np.float32))
    with pytest.raises(IndexMismatch, match="ohjenuora index"):
        open_index(settings.model_copy(update={"data_dir": tmp_path / "data"}), embedder.fingerprint)
