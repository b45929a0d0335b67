"""The training data keeps its own rules, and the reader reads a passage once for all its questions."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel

from eval.training import check
from eval.training.guidance import DOCUMENTS, part_of
from eval.training.network import Asked, Group, Reader, pack
from eval.training.squad import framed, tokens_of_units

DOCUMENT = (
    """---
title: Ohje
publisher: Kunta
language: fi
---

# Ohje

Lokeja säilytetään kaksi vuotta. """
    + "Tässä on sanoja riittävästi. " * 80
)
QUESTION = {"question": "Kauanko?", "language": "fi", "kind": "when", "answerable": True, "evidence": ["kaksi vuotta"]}


def write(folder: Path, rows: list[dict[str, object]], document: str = DOCUMENT) -> Path:
    path = folder / "a.md"
    path.write_text(document, encoding="utf-8")
    path.with_suffix(".jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_the_training_documents_are_as_they_should_be() -> None:
    done = subprocess.run([sys.executable, check.__file__], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_there_are_enough_of_them_in_three_languages() -> None:
    names = [path.stem for path in DOCUMENTS.glob("*.md")]
    languages = Counter(name.split("-")[1] for name in names)
    parts = Counter(part_of(name) for name in names)
    assert len(names) >= 200
    assert all(languages[language] >= 45 for language in ("fi", "sv", "en"))
    assert parts["test"] >= 30
    assert parts["dev"] >= 10


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"evidence": ["kolme vuotta"]}, "not verbatim"),
        ({"evidence": []}, "answerable without evidence"),
        ({"kind": "near_miss"}, "is unanswerable"),
        ({"answerable": False}, "unanswerable, but with evidence"),
        ({"kind": "may_i"}, "needs a verdict"),
        ({"verdict": "perhaps"}, "key 'verdict' has value 'perhaps'"),
        ({"colour": "red"}, "key 'colour' is unknown"),
    ],
)
def test_a_wrong_label_is_named_with_its_line(tmp_path: Path, change: dict[str, object], told: str) -> None:
    found = check.problems_of(write(tmp_path, [QUESTION | change]))
    assert any(each.startswith("a.jsonl:1: ") and told in each for each in found), found


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=60, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, pad_token_id=1
    )
    BertModel(config, add_pooling_layer=True).save_pretrained(folder)
    return Reader(folder).eval()


def test_questions_read_the_passage_and_nothing_of_each_other(reader: Reader) -> None:
    tokens, units = tokens_of_units(["5 6 7", "8 9"], lambda text: [int(each) for each in text.split()], framed([4], 9))
    questions = [Asked(framed([11, 12], 9), 1.0), Asked(framed([13], 9), 0.0), Asked(framed([14, 15, 16], 9), 0.0)]
    other = Group(framed([20] * 30, 40), [(1, 31)], [Asked(framed([21], 9), 0.0)])
    with torch.no_grad():
        together = reader(pack([Group(tokens, units, questions), other]))
        for number, asked in enumerate(questions):
            alone = reader(pack([Group(tokens, units, [asked])]))
            assert torch.allclose(alone.answers[0], together.answers[number], atol=1e-5)
            assert torch.allclose(alone.units[0], together.units[number], atol=1e-5)
            assert torch.allclose(alone.verdicts[0], together.verdicts[number], atol=1e-5)
        moved = reader(pack([Group([*tokens[:-2], 33, 2], units, questions)]))
    assert not torch.allclose(moved.answers, together.answers[:3], atol=1e-5)


def test_the_embeddings_stay_as_they_are(reader: Reader) -> None:
    assert not any("embeddings" in name for name in reader.trained())
    assert all(not each.requires_grad for each in reader.encoder.embeddings.parameters())
