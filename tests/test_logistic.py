"""The fitted decision and what it was fitted on: kept in one file, and a mismatch is told with what mends it."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from eval import fit
from eval.questions import TUNED_ON, load_questions
from eval.unseen import Guidance
from rag.chatbot import Chatbot
from rag.cli import main
from rag.language.words import Lexicon
from rag.models import logistic
from rag.models.embedding import Embedder
from rag.models.logistic import FILE, PARTS, FittedOn, Logistic, digests, load, mismatch, save
from rag.settings import Settings
from tests.support.fakes import FakeChatbot
from tests.support.waiting import WAIT_S

MODELS = {"scope": {"bias": -1.0, "weights": {"cosine": 2.0}, "threshold": 0.5}}


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of models with small parts beside it that it was fitted on, in the place of the release's."""
    for name in PARTS:
        (tmp_path / name).write_bytes(name.encode())
    file = tmp_path / "judge.json"
    monkeypatch.setattr(logistic, "FILE", file)
    save(FittedOn(digests(tmp_path), 2, 30), MODELS)
    return file


def test_what_was_written_is_read_again(judged: Path) -> None:
    fitted_on, models = load(judged)
    assert (fitted_on.documents, fitted_on.questions) == (2, 30)
    assert fitted_on.files == {name: hashlib.sha256(name.encode()).hexdigest() for name in PARTS}
    assert models == {"scope": Logistic(-1.0, {"cosine": 2.0}, 0.5)}
    assert mismatch() is None


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_was_changed_since_is_named_with_what_mends_it(judged: Path, name: str) -> None:
    (judged.parent / name).write_bytes(b"trained anew")
    told = mismatch()
    assert told is not None
    assert [part for part in PARTS if part in told] == [name]
    assert told.startswith("judge.json was not fitted on ")
    assert told.endswith("Run: make fit")


def test_a_part_that_is_gone_or_that_the_file_does_not_know_is_named(judged: Path) -> None:
    (judged.parent / "reader.onnx.xz").unlink()
    assert "fitted on reader.onnx.xz as" in (mismatch() or "")
    save(FittedOn(digests(judged.parent)), MODELS)  # fitted without a reader, and there is none
    assert "fitted on reader.onnx.xz as" in (mismatch() or "")


def test_a_file_without_its_header_is_read_and_told_of(judged: Path) -> None:
    judged.write_text(json.dumps(MODELS), encoding="utf-8")
    fitted_on, models = load(judged)
    assert fitted_on == FittedOn({}, None, None)
    assert list(models) == ["scope"]
    assert ", ".join(PARTS) in (mismatch() or "")


def test_the_releases_models_say_what_they_were_fitted_on() -> None:
    fitted_on, models = load(FILE)
    assert set(models) == set(fit.MODELS)
    assert fitted_on.documents
    assert fitted_on.questions
    assert set(fitted_on.files) <= set(PARTS)
    told = mismatch(FILE)
    assert told is None


def test_a_fit_tells_what_it_changed() -> None:
    before = {"scope": Logistic(-1.0, {"cosine": 2.0, "gone": 1.0, "same": 3.0}, 0.5), "read": Logistic(0, {"a": 1}, 1)}
    after = {
        "scope": {"bias": -1.0, "weights": {"cosine": 2.5, "same": 3.0, "rank": -4.0}, "threshold": 0.25},
        "read": {"bias": 0, "weights": {"a": 1}, "threshold": 1},
        "verdict": {"bias": 0, "weights": {}, "threshold": 1},
    }
    assert fit.changed(before, after) == [
        "scope: threshold 0.500 → 0.250; rank +0.00 → -4.00; gone +1.00 → +0.00; cosine +2.00 → +2.50; new: rank; "
        "gone: gone",
        "read: unchanged",
        "verdict: new",
    ]


def test_a_fit_writes_what_it_was_fitted_on_as_it_was_when_it_began(
    judged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = digests()
    asked = load_questions(TUNED_ON)
    document = Guidance(Path("ohje.md"), "fi", asked[:3])

    def found(settings: Settings, questions: list[Any], guidance: list[Guidance]) -> tuple[list[Any], list[Any]]:
        assert (questions, guidance) == (asked, [document])
        (judged.parent / "encoder.npz").write_bytes(b"trained anew meanwhile")
        return [], []

    monkeypatch.setattr(fit, "cases_of", found)
    monkeypatch.setattr(fit, "fit", lambda own, unseen, hard: MODELS)
    monkeypatch.setattr(fit, "kept_from_training", lambda part: [document] if part == "fit" else [])
    monkeypatch.setattr(sys, "argv", ["fit", "--write"])
    judged.unlink()
    fit.main()
    assert load(judged)[0] == FittedOn(began, 1, len(asked) + 3)


# Told


def opened_without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chatbot.open() does all that it does, with a chatbot of given answers in the place of the real one."""

    class Given(FakeChatbot):
        def __init__(self, *_models: object) -> None:
            super().__init__()

    steps = Chatbot.open.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(Embedder, "load", lambda settings: None)
    monkeypatch.setattr(Lexicon, "warm_up", lambda self: None)
    monkeypatch.setattr("api.service.first_index", lambda _: None)
    monkeypatch.setattr(Chatbot, "open", lambda settings: steps(Given, settings))


def test_the_service_tells_at_its_start_and_answers_all_the_same(
    judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (judged.parent / "recogniser.npz").write_bytes(b"trained anew")
    opened_without_models(monkeypatch)
    app = create_app(Settings.model_validate({"data_dir": tmp_path / "data"}))
    with TestClient(app) as client:
        deadline = time.monotonic() + WAIT_S
        while client.get("/readyz").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert client.post("/api/chat", json={"question": "Saanko?"}).status_code == 200
    (record,) = [each for each in caplog.records if "make fit" in each.getMessage()]
    assert (record.name, record.levelno) == ("rag.chatbot", logging.WARNING)
    assert "recogniser.npz" in record.getMessage()


@pytest.mark.parametrize("changed", [False, True])
def test_the_check_of_a_corpus_tells_and_is_no_failure(
    judged: Path,
    changed: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "ohje.md").write_text("# Ohje\n\nSisältö on tässä.\n", encoding="utf-8")
    monkeypatch.setenv("OHJENUORA_CORPUS_DIR", str(corpus))
    monkeypatch.setenv("OHJENUORA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    if changed:
        (judged.parent / "recogniser.npz").write_bytes(b"trained anew")
    assert main(["check"]) == 0
    assert capsys.readouterr().out.endswith("0 findings, 0 of them block.\n")
    assert [each.levelno for each in caplog.records if "make fit" in each.getMessage()] == [logging.WARNING] * changed


def test_another_embedding_model_than_the_decision_was_fitted_on_is_named(judged: Path) -> None:
    told = mismatch(embedding_model="models/other")
    assert told is not None
    assert "was not fitted on the embedding model 'models/other'" in told
    assert told.endswith("Run: make fit")
    save(FittedOn(digests(judged.parent), embedding_model="models/other"), MODELS)
    assert mismatch(embedding_model="models/other") is None
    assert "'bundled'" in (mismatch() or "")


@pytest.mark.parametrize("command", ["ask", "check"])
@pytest.mark.parametrize("model", ["bundled", "models/other"])
def test_commands_tell_of_another_embedding_model(
    judged: Path,
    command: str,
    model: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    opened_without_models(monkeypatch)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "ohje.md").write_text("# Ohje\n\nSisältö on tässä.\n", encoding="utf-8")
    monkeypatch.setenv("OHJENUORA_CORPUS_DIR", str(corpus))
    monkeypatch.setenv("OHJENUORA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("OHJENUORA_EMBEDDING_MODEL", model)
    monkeypatch.chdir(tmp_path)
    assert main([command] + ["Saanko?"] * (command == "ask")) == 0
    told = [each.getMessage() for each in caplog.records if "make fit" in each.getMessage()]
    assert len(told) == (model != "bundled")
    assert all("'models/other'" in each for each in told)
