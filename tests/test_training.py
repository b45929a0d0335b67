"""The training data keeps its own rules, and the reader reads a passage once for all its questions."""

from __future__ import annotations

import json
import lzma
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from eval.training import check
from eval.training.encoder import FrozenEncoder
from eval.training.export import export, export_encoder, mean_of
from eval.training.groups import Asked, Group
from eval.training.guidance import DOCUMENTS, Guidance, Labelled, drawn, hollowed, opposed, part_of, together
from eval.training.losses import found_among, of_units, ranked, reading, spanned
from eval.training.marked import of_html, read
from eval.training.network import Batch, Reader, pack
from eval.training.quotes import alone, quoted
from eval.training.shipped import reader_weights
from eval.training.squad import spans_in_tokens
from eval.training.turned import turned
from rag.models.bundled_model import changes_in, ensure_unpacked
from rag.models.reader import FILE, INPUTS, OUTPUTS, VERDICTS, Readable, tokens_of
from rag.settings import Settings
from rag.types import Language, Verdict

WIDTH = 48

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
    assert parts["fit"] >= 30


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


def numbers(text: str) -> list[int]:
    """A tokeniser: the numbers of a text."""
    return [int(each) for each in text.split()]


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Untrained, and every layer changes something."""
    torch.manual_seed(1)
    made = Reader(WIDTH).eval()
    with torch.no_grad():
        for each in made.parameters():
            each.add_(torch.randn_like(each) * 0.05)
    return made


def states(*numbers_: int) -> torch.Tensor:
    """As if an encoder had read these tokens."""
    made = np.random.default_rng(7).normal(size=(100, WIDTH)).astype(np.float32)
    return torch.from_numpy(made)[list(numbers_)]


def packed(groups: list[Group]) -> Batch:
    """Of tokens that mean what their numbers do."""
    asked_ = [states(*each.tokens) for group in groups for each in group.questions]
    return pack(groups, [states(*group.tokens) for group in groups], asked_)


def asked(*tokens: int, answers: float | None = 1.0, points: bool = False) -> Asked:
    return Asked(list(tokens), answers, points=points)


PASSAGE = Group([0, 4, 5, 6, 7, 8, 9, 2], [(2, 5), (5, 7)], [])
OTHER = Group([0, *range(20, 50), 2], [(1, 31)], [])


def test_questions_read_the_passage_and_nothing_of_each_other(reader: Reader) -> None:
    questions = [asked(0, 11, 12, 2), asked(0, 13, 2), asked(0, 14, 15, 16, 2)]
    with torch.no_grad():
        together = reader(packed([replace(PASSAGE, questions=questions), replace(OTHER, questions=[asked(0, 21, 2)])]))
        for number, question in enumerate(questions):
            alone = reader(packed([replace(PASSAGE, questions=[question])]))
            assert torch.allclose(alone.answers[0], together.answers[number], atol=1e-4)
            assert torch.allclose(alone.tokens[0], together.tokens[number, : len(PASSAGE.tokens)], atol=1e-4)
            assert torch.allclose(alone.verdicts[0], together.verdicts[number], atol=1e-4)
        moved = reader(packed([replace(PASSAGE, tokens=[0, 4, 5, 6, 7, 8, 33, 2], questions=questions)]))
    assert not torch.allclose(moved.answers, together.answers[:3], atol=1e-4)


def test_a_question_points_into_the_units_alone(reader: Reader) -> None:
    with torch.no_grad():
        read = reader(packed([replace(PASSAGE, questions=[asked(0, 11, 2)])]))
    pointed = read.tokens[0].exp()
    assert pointed[2:7].sum().item() == pytest.approx(1.0, abs=1e-4)
    assert of_units(read.tokens[0], PASSAGE).exp().sum().item() == pytest.approx(1.0, abs=1e-4)


def test_coloured_characters_become_tokens() -> None:
    units = ["5 6 7", "8 9"]
    tokens, ranges = tokens_of(Readable("", tuple(units)), numbers)
    assert tokens == [5, 6, 7, 8, 9]
    joined = " ".join(units)
    spans = [(joined.index(each), joined.index(each) + len(each)) for each in ("6 7", "8", "5 6 7 8")]
    found = spans_in_tokens(spans, units, ranges, numbers)
    # What runs into the next unit ends with the first.
    assert [tokens[start:end] for start, end in found] == [[6, 7], [8], [5, 6, 7]]


def test_answers_are_found_by_their_colour(tmp_path: Path) -> None:
    def words(text: str) -> str:
        return f"<p>{text}</p>"

    page = "".join(
        [
            words("<b>Asiakirjan numero 0</b>"),
            words("<b>Tekstin numero 0</b>"),
            words('Hän syntyi\n<font color="#a9a9a9">Houstonissa &amp; \nkasvoi </font><font face="x">siellä</font>.'),
            words("<b>Kysymys 0</b>"),
            words("Missä hän\nsyntyi?"),
        ]
    )
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    (found,) = read(of_html(path))
    assert found.text == "Hän syntyi Houstonissa & kasvoi siellä."
    assert [found.text[start:end] for start, end in found.spans] == ["Houstonissa & kasvoi"]
    assert found.questions == ["Missä hän syntyi?"]


def test_a_question_is_taught_to_point_at_some_span_and_each_span_to_be_pointed_at(reader: Reader) -> None:
    questions = [asked(0, each, 2, answers=None, points=True) for each in (11, 12)]
    group = replace(PASSAGE, questions=questions, spans=PASSAGE.units, complete=True)
    read_once = reader(packed([group]))
    sharp = torch.full_like(read_once.tokens, -1e4)
    sharp[0, PASSAGE.units[0][0]] = sharp[1, PASSAGE.units[1][0]] = 0.0
    both = [each.item() for each in spanned(replace(read_once, tokens=sharp), [group])]
    sharp[1] = sharp[0]
    same = [each.item() for each in spanned(replace(read_once, tokens=sharp), [group])]
    assert both[0] == pytest.approx(0.0, abs=1e-3)
    assert same[0] == pytest.approx(0.0, abs=1e-3)
    assert both[1] < 0.01 < 1.0 < same[1]


def test_a_few_questions_can_be_learnt_by_heart() -> None:
    """The losses pull where they should: towards the answer, its unit and its verdict."""
    torch.manual_seed(3)
    reader = Reader(WIDTH)
    right = replace(asked(0, 11, 12, 2), unit=1, verdict=2)
    wrong = replace(asked(0, 13, 14, 2, answers=0.0), verdict=3)
    group = replace(PASSAGE, questions=[right, wrong])
    optimiser = torch.optim.AdamW(reader.parameters(), lr=3e-3)
    for _ in range(150):
        loss = reading(reader(packed([group])), [group])
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        optimiser.zero_grad()
    with torch.no_grad():
        read = reader.eval()(packed([group]))
    assert read.answers[0] > 1 > -1 > read.answers[1]
    assert of_units(read.tokens[0], group).argmax() == 1
    assert read.verdicts.argmax(-1).tolist() == [2, 3]


def laid_flat(passages: torch.Tensor, seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The tokens of padded passages as one list, and where each passage's stand in it."""
    real = seen.bool()
    return passages[real], (real.flatten().cumsum(0) - 1).view(seen.shape).clamp(min=0) * real


def test_what_is_shipped_reads_as_what_was_trained(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "reader.onnx"
    export(reader, file, quantised=False)
    session = onnxruntime.InferenceSession(str(file))
    question = asked(0, 11, 12, 2)
    groups = [replace(each, questions=[question]) for each in (PASSAGE, OTHER)]
    batch = packed(groups)
    tokens, at = laid_flat(batch.passages, batch.seen)
    given = (states(*question.tokens)[None], tokens, at, batch.seen, batch.inside)
    told = session.run(list(OUTPUTS), {name: each.numpy() for name, each in zip(INPUTS, given, strict=True)})
    with torch.no_grad():
        trained = reader(batch)
    assert np.allclose(told[0], trained.answers.numpy(), atol=1e-3)
    assert np.allclose(np.exp(told[1]), trained.tokens.exp().numpy(), atol=1e-3)
    assert np.allclose(told[2], trained.verdicts.softmax(-1).numpy(), atol=1e-3)


def test_what_is_near_is_cheap_and_what_nothing_answers_costs_nothing() -> None:
    right = [[0], [1, 2], []]
    good = found_among(torch.tensor([[0.9, 0.5, 0.5], [0.5, 0.5, 0.9], [0.9, 0.9, 0.9]]), right)
    bad = found_among(torch.tensor([[0.5, 0.9, 0.5], [0.9, 0.5, 0.5], [0.1, 0.1, 0.1]]), right)
    assert good.item() < 0.01 < 10 < bad.item()
    assert found_among(torch.rand(1, 3), [[]]).item() == 0


def labelled(text: str, answers: dict[int, tuple[int, ...]], verdict: Verdict | None = None) -> Labelled:
    return Labelled(asked(0, 11, 2), text, "fi", "plain", answers, verdict, conditional=False)


def test_questions_are_asked_among_the_passages_of_all_documents() -> None:
    one = Guidance("a", "fi", [PASSAGE, OTHER], [labelled("a", {1: (0,)})], {(0, 1): [3]})
    other = Guidance("b", "sv", [OTHER], [labelled("b", {0: (0,)}), labelled("c", {})], {(0, 0): [4]})
    whole = together([one, other])
    assert [each.answers for each in whole.questions] == [{1: (0,)}, {2: (0,)}, {}]
    assert whole.opposites == {(0, 1): [3], (2, 0): [4]}
    nearness = np.array([[0.1, 0.2, 0.9], [0.9, 0.1, 0.5], [0.1, 0.9, 0.5]])
    read = dict(drawn(whole, nearness, 2, random.Random(1)))  # noqa: S311
    assert set(read) == {1, 2}  # those that answer something come first
    assert all(number in whole.questions[rows[0]].answers for number, rows in read.items())


def test_what_nothing_answers_is_asked_of_the_passages_nearest_to_it() -> None:
    """Else a reader learns what is far, and not what only looks like an answer. OTHER is far from the last question."""
    answered = [labelled(str(number), {0: (0,)}) for number in range(30)]
    document = Guidance("a", "fi", [PASSAGE, PASSAGE, OTHER], [*answered, labelled("missed", {})], {})
    nearness = np.array([[0.9] * 30 + [0.4], [0.8] * 30 + [0.5], [0.7] * 30 + [0.1]])
    for seed in range(5):
        read = dict(drawn(document, nearness, 3, random.Random(seed)))  # noqa: S311
        assert {number: 30 in rows for number, rows in read.items()} == {0: True, 1: True, 2: False}


def test_what_answers_costs_less_the_further_it_stands_above_all_else_that_is_asked() -> None:
    """Of two questions the first is asked of two passages, and the second of none that answers it."""
    right = [True, False, False]
    near, far = (ranked(torch.tensor([1.0, 9.0, other]), [0, 1, 0], right) for other in (0.5, -3.0))
    assert near > far > 0
    assert ranked(torch.tensor([9.0]), [1], [False]) == 0


def test_several_trained_readers_become_their_mean() -> None:
    mean = mean_of([{"weight": torch.tensor([1.0, 2.0])}, {"weight": torch.tensor([3.0, 6.0])}])
    assert mean["weight"].tolist() == [2.0, 4.0]


def test_a_passage_that_has_lost_what_answered_answers_the_rest_alone() -> None:
    gone, stays, both = labelled("a", {0: (0,)}), labelled("b", {0: (1,)}), labelled("c", {0: (0, 1)})
    document = Guidance("a", "fi", [PASSAGE, OTHER], [gone, stays, both], {})
    made = [each for seed in range(9) for each in hollowed(document, 3, random.Random(seed))]  # noqa: S311
    assert made
    for group, rows in made:
        taken = 0 if group.tokens == [0, 4, 8, 9, 2] else 1
        assert group.tokens == ([0, 4, 8, 9, 2], [0, 4, 5, 6, 7, 2])[taken]
        assert group.units == ([(2, 4)], [(2, 5)])[taken]
        # Of what both units answer nothing can be told.
        assert {row: (each.answers, each.unit) for row, each in zip(rows, group.questions, strict=True)} == {
            taken: (0.0, None),
            1 - taken: (1.0, 0),
        }


def test_sentences_are_asked_by_themselves_what_they_answer_and_what_is_near() -> None:
    """PASSAGE has two units, OTHER one; the first question is answered by PASSAGE's second, the last by nothing."""
    document = Guidance("a", "fi", [PASSAGE, OTHER], [labelled("a", {0: (1,)}, "allowed"), labelled("b", {})], {})
    nearness = torch.tensor([[0.9, 0.1, 0.5], [0.2, 0.9, 0.1]])
    made = {
        (each.passage, tuple(each.kept)): {
            row: (one.answers, one.verdict) for row, one in zip(each.rows, each.group.questions, strict=True)
        }
        for each in quoted(document, [[1], []], nearness, 1)
    }
    first, second = (0, (0, 1, 2, 3, 4, 7)), (0, (0, 1, 5, 6, 7))
    assert made == {
        first: {0: (0.0, VERDICTS.index("undecided"))},
        second: {0: (1.0, VERDICTS.index("allowed")), 1: (0.0, None)},
    }


def test_an_item_is_read_with_its_lead_in_and_a_row_whole() -> None:
    kept, ranges = alone(PASSAGE, 1, whole=False, led=True)
    assert [PASSAGE.tokens[at] for at in kept] == PASSAGE.tokens
    assert ranges == list(PASSAGE.units)
    row = Guidance("a", "fi", [PASSAGE, OTHER], [labelled("a", {0: ()})], {}, rows=frozenset({0}))
    [answering, other] = quoted(row, [[]], torch.tensor([[0.9, 0.8, 0.1]]), 2)
    assert (answering.passage, answering.kept, answering.group.units) == (0, [*range(8)], list(PASSAGE.units))
    assert answering.group.questions[0].answers == 1.0
    assert (other.passage, other.group.questions[0].answers) == (1, 0.0)


def test_what_was_shipped_is_taken_up_again() -> None:
    reader = Reader(384)
    reader.load_state_dict(reader_weights())
    reader.eval()
    torch.manual_seed(1)
    question, passages, seen = torch.randn(1, 9, 384), torch.randn(3, 40, 384), torch.ones(3, 40)
    seen[1, 25:] = 0
    given = question, *laid_flat(passages, seen), seen, seen
    shipped = onnxruntime.InferenceSession(lzma.decompress(FILE.read_bytes())).run(
        list(OUTPUTS), {name: each.numpy() for name, each in zip(INPUTS, given, strict=True)}
    )
    with torch.no_grad():
        answers, pointed, verdicts = reader.read(question.expand(3, -1, -1), torch.ones(3, 9), passages, seen, seen)
    np.testing.assert_allclose(answers, shipped[0], atol=0.3)  # what the graph rounds while it computes
    np.testing.assert_allclose(pointed.exp(), np.exp(shipped[1]), atol=0.05)
    np.testing.assert_allclose(verdicts.softmax(-1), shipped[2], atol=0.05)


def test_a_sentence_that_says_the_opposite_has_the_other_verdict() -> None:
    asked_of = [labelled("Saako?", {0: (0,)}, "allowed"), labelled("Saako?", {0: (1,)}, "allowed")]
    document = Guidance("a", "fi", [PASSAGE], asked_of, {(0, 0): [30, 31, 32, 33]})
    [(group, rows)] = opposed(document, 5, random.Random(1))  # noqa: S311
    assert (group.tokens, group.units, rows) == ([0, 4, 30, 31, 32, 33, 8, 9, 2], [(2, 6), (6, 8)], [0])
    assert [(each.answers, each.unit, each.verdict) for each in group.questions] == [
        (1.0, 0, VERDICTS.index("not_allowed"))
    ]


@pytest.mark.parametrize(
    ("language", "text", "opposite"),
    [
        ("fi", "Korttia ei saa lainata.", "Korttia saa lainata."),
        ("fi", "Kortin saa lainata.", "Kortin ei saa lainata."),
        ("fi", "Lainaaminen on kielletty.", "Lainaaminen on sallittu."),
        ("sv", "Kortet får inte lånas ut.", "Kortet får lånas ut."),
        ("sv", "Det är tillåtet att låna ut kortet.", "Det är förbjudet att låna ut kortet."),
        ("en", "The card must not be lent.", "The card may be lent."),
        ("en", "May be lent.", "May not be lent."),
        ("fi", "Kortin saa lainata esihenkilön luvalla.", None),
        ("fi", "Kortti on sininen.", None),
        ("fi", "Työntekijä saa palkkaa.", None),
    ],
)
def test_the_opposite_of_a_sentence(language: Language, text: str, opposite: str | None) -> None:
    assert turned(text, language) == opposite


def test_the_changes_of_the_encoder_are_kept_in_six_bits(tmp_path: Path) -> None:
    torch.manual_seed(4)
    base = {"layer.weight": torch.randn(8, 16), "layer.bias": torch.randn(8)}
    trained = {name: weights + 0.01 * torch.randn_like(weights) for name, weights in base.items()}
    export_encoder(trained, base, tmp_path / "encoder.npz")
    for name, change in changes_in((tmp_path / "encoder.npz").read_bytes()).items():
        wanted = (trained[name] - base[name]).numpy()
        assert np.abs(change - wanted).max() < 0.02 * np.abs(wanted).max()
    assert changes_in(b"") == {}


def test_a_frozen_encoder_tells_the_same_again_and_learns_nothing(settings: Settings) -> None:
    encoder = FrozenEncoder(ensure_unpacked(settings.data_dir / "models", trained=None), bf16=False)
    text, other = [0, 41, 1294, 2], [0, 1346, 2]
    first, _ = encoder([text, other])
    encoder.train()
    _, again = encoder([other, text])
    assert torch.allclose(first, again, atol=0.01)  # what is kept is kept in half the bytes
    assert not list(encoder.trained_parameters())
    assert encoder.trained()  # what had been trained before is shipped with it
