"""The reader as it is shipped: what it tells of passages that it has never seen, and what it keeps of them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import ModelUnavailable
from rag.models import reader as module
from rag.models.embedding import Embedder
from rag.models.reader import FILE, VERDICTS, Read, Readable, Reader
from rag.settings import Settings

ROOT = Path(__file__).parent.parent

Ask = Callable[[str, list[Readable]], list[Read]]

HOURS = Readable(
    "Aukioloajat",
    ("Kirjasto on avoinna arkisin kello 9–18.", "Lehtisali avataan jo kello 7.", "Lauantaisin on suljettu."),
)
FEES = Readable("Maksut", ("Varaus on maksuton.", "Myöhästymismaksu on 20 senttiä päivässä."))
PARKING = Readable("Pysäköinti", ("Pysäköintiruutuja on kaksitoista.", "Ruudut on varattu henkilökunnalle."))


@pytest.fixture(scope="module")
def shipped(settings: Settings, embedder: Embedder) -> Reader:
    return Reader.load(settings, embedder)


@pytest.fixture(scope="module")
def ask(shipped: Reader, embedder: Embedder) -> Ask:
    return lambda question, passages: shipped.read(embedder.embed_question(question)[1], passages)


def near(one: Read, other: Read) -> bool:
    """Numbers are rounded for each batch anew, so that company changes them a little."""
    return one.answers == pytest.approx(other.answers, abs=0.5) and one.units == pytest.approx(other.units, abs=0.1)


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("Mihin aikaan kirjasto on auki?", HOURS),
        ("Paljonko myöhästymismaksu on?", FEES),
        ("Kenelle pysäköintiruudut on varattu?", PARKING),
        ("When does the library open on weekdays?", HOURS),
        ("Hur mycket är förseningsavgiften?", FEES),
    ],
)
def test_the_passage_that_answers_is_told_from_the_others(ask: Ask, question: str, right: Readable) -> None:
    passages = [HOURS, FEES, PARKING]
    told = ask(question, passages)
    assert passages[max(range(3), key=lambda number: told[number].answers)] == right


def test_each_unit_and_each_verdict_has_its_probability(ask: Ask) -> None:
    (told,) = ask("Paljonko myöhästymismaksu on?", [FEES])
    assert len(told.units) == 2
    assert sum(told.units) == pytest.approx(1.0, abs=0.01)
    assert len(told.verdicts) == len(VERDICTS)
    assert sum(told.verdicts) == pytest.approx(1.0, abs=0.01)


def test_a_passage_is_read_alike_alone_and_among_others(ask: Ask) -> None:
    question = "Paljonko myöhästymismaksu on?"
    (alone,) = ask(question, [FEES])
    among = ask(question, [HOURS, PARKING, FEES])[2]
    assert near(alone, among)
    assert near(alone, ask(question, [FEES])[0])


def test_what_does_not_fit_is_never_pointed_at(ask: Ask) -> None:
    long = Readable(
        "Luettelo", tuple(f"Kohta {number} koskee aivan muuta asiaa kuin edellinen." for number in range(60))
    )
    (told,) = ask("Mitä kohta 59 koskee?", [long])
    assert len(told.units) == 60
    assert told.units[0] > 0
    assert told.units[-1] == 0


def test_a_sentence_is_read_by_itself(shipped: Reader, embedder: Embedder) -> None:
    question = embedder.embed_question("Mihin aikaan kirjasto on auki?")[1]
    hours, closed, whole = shipped.read_parts(question, [(HOURS, (0,)), (HOURS, (2,)), (HOURS, (0, 1, 2))])
    assert hours.answers > closed.answers
    assert closed.units[:2] == (0, 0)
    assert closed.units[2] == pytest.approx(1, abs=1e-3)  # what is not there is not pointed at
    [read] = shipped.read(question, [HOURS])
    assert near(whole, read)


def test_a_sentence_that_was_cut_away_is_read_with_the_rest(shipped: Reader, embedder: Embedder) -> None:
    question = embedder.embed_question("Mihin aikaan kirjasto on auki?")[1]
    long = Readable("Aukioloajat", ("Kirjasto on avoinna arkisin kello 9–18. " * 40, "Sunnuntaisin on suljettu."))
    [cut] = shipped.read_parts(question, [(long, (1,))])
    [read] = shipped.read(question, [long])
    assert cut.answers == pytest.approx(read.answers, abs=0.5)


def test_the_card_names_the_weights_that_are_shipped() -> None:
    card = (ROOT / "docs" / "reader.md").read_text(encoding="utf-8")
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() in card


def test_nothing_is_asked_of_nothing(ask: Ask) -> None:
    assert ask("Mitä?", []) == []


def test_what_is_kept_of_passages_has_a_limit(
    settings: Settings, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = Path(shutil.copy(FILE, tmp_path))  # a reader of its own, with nothing kept
    monkeypatch.setattr(module, "KEPT_BYTES", 50_000)
    small = Reader.load(settings, embedder, copied)
    question = embedder.embed_question("Paljonko myöhästymismaksu on?")[1]
    passages = [Readable("Maksut", (f"Maksu {number} on {number} euroa.",)) for number in range(12)]
    first = small.read(question, passages)
    assert small.kept_bytes <= 50_000
    assert all(near(*pair) for pair in zip(first, small.read(question, passages), strict=True))


def test_a_reader_that_is_not_there_is_named(settings: Settings, embedder: Embedder, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"gone\.onnx"):
        Reader.load(settings, embedder, tmp_path / "gone.onnx")
    (tmp_path / "torn.onnx").write_bytes(b"\x08\x07torn")
    with pytest.raises(ModelUnavailable, match=r"torn\.onnx"):
        Reader.load(settings, embedder, tmp_path / "torn.onnx")
