"""The cross-reader as it is shipped, and how it is trained."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from torch import nn
from transformers import BertConfig, BertModel

from eval.training.cross import CrossReader as Trained
from eval.training.cross import Pair
from eval.training.encoder import Encoder
from eval.training.export import export_cross_reader
from eval.training.groups import Asked, Group
from eval.training.guidance import Guidance, Labelled
from eval.training.shipped import cross_reader_weights, encoder_weights
from eval.training.train_cross import Prepared, drawn, drawn_cases, loss_of, thinned
from rag.models.bundled_model import CROSS_READER, CROSS_READER_GRAPH, changes_in, ensure_graph, ensure_unpacked
from rag.models.cross_reader import CrossRead, CrossReader, Quoted, of_like_length
from rag.models.embedding import Embedder
from rag.models.reader import VERDICTS, Readable, Reader
from rag.settings import Settings
from rag.types import Span

GIFTS = Readable("Lahjat", ("Työntekijä saa ottaa vastaan kukkia.", "Rahaa ei saa ottaa vastaan."))
PETS = Readable("Talon säännöt", ("Lemmikkiä ei saa tuoda taloon.", "Opaskoiran saa tuoda taloon."))


@pytest.fixture(scope="module")
def shipped(settings: Settings, embedder: Embedder) -> Reader:
    return Reader.load(settings, embedder)


def read(shipped: Reader, embedder: Embedder, question: str, *parts: tuple[Readable, int]) -> list[CrossRead]:
    return shipped.read_closely(embedder.embed_question(question)[1], [(passage, [unit]) for passage, unit in parts])


@pytest.mark.parametrize(
    ("question", "answering", "verdict"),
    [
        ("Saanko tuoda lemmikkini taloon?", (PETS, 0), "not_allowed"),
        ("Saako työntekijä ottaa vastaan kukkia?", (GIFTS, 0), "allowed"),
        ("May I accept money?", (GIFTS, 1), "not_allowed"),
        ("Får man ta emot pengar?", (GIFTS, 1), "not_allowed"),
    ],
)
def test_the_quote_that_answers_is_told_with_what_it_says(
    shipped: Reader, embedder: Embedder, question: str, answering: tuple[Readable, int], verdict: str
) -> None:
    quotes = [(PETS, 0), (PETS, 1), (GIFTS, 0), (GIFTS, 1)]
    told = read(shipped, embedder, question, *quotes)
    best = max(range(4), key=lambda number: told[number].answers)
    assert quotes[best] == answering
    assert VERDICTS[int(np.argmax(told[best].verdicts))] == verdict


def test_company_changes_next_to_nothing(shipped: Reader, embedder: Embedder) -> None:
    asked = "Saako opaskoiran tuoda taloon?"
    [alone] = read(shipped, embedder, asked, (PETS, 0))
    beside = read(shipped, embedder, asked, (PETS, 0), (Readable("Ohje", ("Pitkä lause " * 40,)), 0))[0]
    assert beside.answers == pytest.approx(alone.answers, abs=0.1)
    assert beside.verdicts == pytest.approx(alone.verdicts, abs=0.02)
    assert sum(alone.verdicts) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Saako rahaa ottaa vastaan?", 1),
        ("Saako kukkia ottaa vastaan?", 0),
        pytest.param(
            "May I accept flowers?", 0, marks=pytest.mark.xfail(strict=True, reason="read wrongly by these weights")
        ),
        ("Får man ta emot pengar?", 1),
    ],
)
def test_of_two_clauses_the_one_that_is_asked_about_answers(
    shipped: Reader, embedder: Embedder, question: str, meant: int
) -> None:
    first, second = "Kukkia saa ottaa vastaan", "rahaa ei saa ottaa vastaan"
    passage = Readable("Lahjat", ("Lahjoista sovitaan näin:", f"{first}, mutta {second}."))
    clauses = [Span(0, len(first)), Span(len(first) + 8, len(first) + 8 + len(second))]
    states = embedder.embed_question(question)[1]
    for led in (False, True):
        told = shipped.read_cases(states, passage, [(1, clause) for clause in clauses], led)
        assert max(range(2), key=lambda number: told[number].answers) == meant
    assert shipped.read_cases(states, passage, [(1, clauses[0]), (2, clauses[1])], led=False) == []


def test_each_is_told_in_its_place_whatever_is_read_beside_it(shipped: Reader, embedder: Embedder) -> None:
    """The long one is read apart from the short ones."""
    quotes = [(GIFTS, 0), (Readable("Ohje", ("Pitkä lause kukista. " * 20,)), 0), (PETS, 1)]
    beside = read(shipped, embedder, "Saako opaskoiran tuoda taloon?", *quotes)
    for told, quote in zip(beside, quotes, strict=True):
        [alone] = read(shipped, embedder, "Saako opaskoiran tuoda taloon?", quote)
        assert told.answers == pytest.approx(alone.answers, abs=1e-5)
        assert told.verdicts == pytest.approx(alone.verdicts, abs=1e-5)


@pytest.mark.parametrize(
    ("lengths", "batches"),
    [
        ([], []),
        ([40], [[0]]),
        ([40, 30, 29], [[0, 1], [2]]),
        ([20, 160, 150, 19, 80], [[1, 2], [4], [0, 3]]),
        ([10, 10, 10], [[0, 1, 2]]),
    ],
)
def test_none_is_filled_up_to_a_much_longer_one(lengths: list[int], batches: list[list[int]]) -> None:
    assert of_like_length(lengths) == batches


def test_nothing_is_read_of_nothing(shipped: Reader, embedder: Embedder) -> None:
    assert read(shipped, embedder, "Saako?") == []


def test_the_graph_computes_what_was_trained(settings: Settings, embedder: Embedder) -> None:
    """As nearly as eight bits can."""
    models = settings.data_dir / "models"
    trained = Trained.of(ensure_unpacked(models, trained=None), encoder_weights(models)).eval()
    trained.take(cross_reader_weights(models))
    question = embedder.embed_question("Saako opaskoiran tuoda taloon?")[1]
    states, _ = embedder.passage_states(embedder.tokens("Lemmikkiä ei saa tuoda taloon, mutta opaskoiran saa."))
    [told] = CrossReader(ensure_graph(models) / CROSS_READER_GRAPH, 1).read(question, [Quoted(states, (3, 9))])
    whole, unit = (each.astype(np.float32).mean(0) for each in (question.last, states.last[3:9]))
    near = float(whole @ unit / np.linalg.norm(whole) / np.linalg.norm(unit))
    pair = Pair(torch.from_numpy(question.middle), torch.from_numpy(states.middle), near)
    with torch.no_grad():
        answers, verdicts = trained([pair], bf16=False)
    assert told.answers == pytest.approx(answers.item(), abs=0.5)
    assert told.verdicts == pytest.approx(verdicts[0].softmax(-1).tolist(), abs=0.1)


def small() -> Trained:
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=64, num_hidden_layers=8, num_attention_heads=4, intermediate_size=96, vocab_size=40,
    )  # fmt: skip
    return Trained(BertModel(config, add_pooling_layer=False).encoder.layer[6:], 64)


def test_what_is_shipped_is_what_was_trained_but_for_rounding(tmp_path: Path) -> None:
    trained, other = small(), small()
    base = {name: each.clone() for name, each in trained.weights().items() if name.startswith("encoder.")}
    with torch.no_grad():
        for each in trained.parameters():
            each.add_(0.1 * torch.randn_like(each))
    export_cross_reader(trained.weights(), base, tmp_path / "cross_reader.npz")
    changes = changes_in((tmp_path / "cross_reader.npz").read_bytes())
    shipped = {name: torch.from_numpy(each) + base.get(name, torch.zeros(())) for name, each in changes.items()}
    for name, weights in trained.weights().items():
        change = weights - base.get(name, torch.zeros(()))
        assert ((shipped[name] - weights) ** 2).mean() <= 0.06 * (change**2).mean() + 1e-6, name
    other.take(shipped)  # all of it is there


def prepared() -> Prepared:
    """A document of two quotes and two questions, one of which the first quote answers."""
    chance = torch.Generator().manual_seed(1)
    group = Group([0, 1, 2, 3, 4, 5], [(1, 3), (3, 5)], ())
    questions = [
        Labelled(Asked([0, 7, 2], None), "Saako?", "fi", "may_i", {0: (0,)}, "not_allowed", conditional=False),
        Labelled(Asked([0, 8, 2], None), "Paljonko?", "fi", "near_miss", {}, None, conditional=False),
    ]
    document = Guidance("t-fi-a-01", "fi", [group], questions, {})
    states = [torch.randn(6, 64, generator=chance).half()]
    asked = [torch.randn(3, 64, generator=chance).half() for _ in questions]
    near = np.array([[0.9, 0.8], [0.7, 0.9]])
    return Prepared(document, states, asked, [(0, [0, 1, 2, 5]), (0, [0, 3, 4, 5])], near, [[0], []], quotes=2)


def test_each_question_is_asked_of_what_answers_it_and_of_the_nearest_that_does_not() -> None:
    rows = drawn(prepared(), random.Random(1))  # noqa: S311
    assert sorted(rows) == [(0, 0, True), (0, 1, False), (1, 0, False), (1, 1, False)]


def test_clauses_of_a_sentence_are_asked_apart_from_the_quotes() -> None:
    """The first quote says two things: its second clause is meant."""
    near = np.array([[0.9, 0.8, 0.95, 0.99], [0.7, 0.9, 0.1, 0.2]])
    clauses = [(0, [0, 1, 5]), (0, [0, 2, 5])]
    one = prepared()
    one = replace(one, places=[*one.places, *clauses], near=near, parted={0: [(2, False), (3, True)]})
    assert sorted(drawn(one, random.Random(1))) == sorted(drawn(prepared(), random.Random(1)))  # noqa: S311
    assert drawn_cases(one, random.Random(1)) == [(0, 2, False), (0, 3, True)]  # noqa: S311
    assert drawn_cases(prepared(), random.Random(1)) == []  # noqa: S311
    assert one.pair(0, 3).quote.equal(one.passages[0][[0, 2, 5]])


class States:
    """In the encoder's place: of each text random states."""

    def last_and_middle(self, sequences: Sequence[Sequence[int]]) -> list[list[torch.Tensor]]:
        return [[torch.randn(len(each), 64) for _ in range(2)] for each in sequences]


def test_of_a_row_that_one_cell_answers_the_cells_are_asked_apart_each_with_the_rows_name() -> None:
    row, text = (Group(list(range(10)), [(2, 4), (4, 6), (6, 9)], ()) for _ in range(2))
    asked = Asked([0, 7, 2], None)
    questions = [
        Labelled(asked, "Saako?", "fi", "may_i", {0: (2,)}, "not_allowed", conditional=False),
        Labelled(asked, "Mikä?", "fi", "table", {0: ()}, None, conditional=False),  # no column is told
        Labelled(asked, "Missä?", "fi", "plain", {1: (1,)}, None, conditional=False),  # no row
    ]
    document = Guidance("t-fi-a-01", "fi", [row, text], questions, {}, rows=frozenset({0}))
    one = Prepared.of(document, cast("Encoder", States()))
    assert one.quotes == 4  # the row as a whole, and three sentences
    assert {at: [meant for _, meant in cases] for at, cases in one.parted.items()} == {0: [False, True]}
    assert [one.places[place] for place, _ in one.parted[0]] == [
        (0, [0, 1, 2, 3, 4, 5, 9]),
        (0, [0, 1, 2, 3, 6, 7, 8, 9]),
    ]


def test_what_is_thinned_keeps_its_beginning_and_what_is_short() -> None:
    torch.manual_seed(1)
    whole = Pair(torch.arange(5.0)[:, None], torch.arange(400.0)[:, None], 0.5)
    found = [thinned(whole) for _ in range(20)]
    assert all(each.question.equal(whole.question) and each.quote[0] == 0 and each.near == 0.5 for each in found)
    assert 350 < np.mean([len(each.quote) for each in found]) < 370
    assert len({tuple(each.quote.flatten().tolist()) for each in found}) == 20


def test_a_step_teaches_what_answers_and_what_it_says() -> None:
    one, reader = prepared(), small().eval()
    rows = drawn(one, random.Random(1))  # noqa: S311
    optimiser = torch.optim.AdamW(reader.parameters(), lr=3e-3)
    for _ in range(60):
        loss = loss_of(one, rows, *reader([one.pair(question, quote) for question, quote, _ in rows], bf16=False))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
    with torch.no_grad():
        answers, verdicts = reader([one.pair(0, 0), one.pair(0, 1), one.pair(1, 0), one.pair(1, 1)], bf16=False)
    assert answers.argmax() == 0
    assert answers[0] > 0 > answers[1:].max()
    assert [VERDICTS[int(each)] for each in verdicts[:2].argmax(-1)] == ["not_allowed", "undecided"]


def test_the_card_names_the_weights_that_are_shipped() -> None:
    card = (Path(__file__).parents[1] / "docs" / "cross-reader.md").read_text(encoding="utf-8")
    assert hashlib.sha256(CROSS_READER.read_bytes()).hexdigest() in card
