"""What was trained is opened only as it was released."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import ModelUnavailable
from rag.models import bundled_model, weights
from rag.models.bundled_model import ensure_graph, ensure_unpacked
from rag.models.embedding import Embedder
from rag.models.material import MaterialModel
from rag.models.packed_weights import PackedWeights, packed_weights
from rag.models.reader import Reader
from rag.models.recognition import Recogniser
from rag.settings import Settings

MODELS = Path(weights.__file__).parent


def tampered(file: Path, folder: Path) -> Path:
    """A copy of a file with one bit turned."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    copy = folder / file.name
    copy.write_bytes(content)
    return copy


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the release's."""
    monkeypatch.setattr(weights, "SUMS", Path(shutil.copy(weights.SUMS, tmp_path)))
    return tmp_path


def test_all_that_was_trained_is_listed_and_is_what_is_listed() -> None:
    trained = sorted([*MODELS.glob("*.npz"), *MODELS.glob("*.xz")])
    assert [line.split()[1] for line in weights.SUMS.read_text(encoding="utf-8").splitlines()] == [
        path.name for path in trained
    ]
    for path in trained:
        assert weights.verified(path)


@pytest.mark.parametrize(
    "name", ["cross_reader.npz", "encoder.npz", "material.npz", "reader.onnx.xz", "recogniser.npz"]
)
def test_one_bit_less_is_not_opened(name: str, beside: Path, settings: Settings, embedder: Embedder) -> None:
    file = tampered(MODELS / name, beside)
    doors: dict[str, Callable[[], object]] = {
        "cross_reader.npz": lambda: ensure_graph(beside / "models", file),
        "encoder.npz": lambda: ensure_unpacked(beside / "models", file),
        "reader.onnx.xz": lambda: Reader.load(settings, embedder, file),
        "recogniser.npz": lambda: Recogniser.load(file),
        "material.npz": lambda: MaterialModel.load(file),
    }
    with pytest.raises(ModelUnavailable, match=rf"{name}' is not the file of this release"):
        doors[name]()


def test_weights_of_another_package_than_the_one_that_was_released_are_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tampered(packed_weights().path, tmp_path)
    monkeypatch.setattr(bundled_model, "packed_weights", lambda: PackedWeights(file))
    with pytest.raises(ModelUnavailable, match=r"e5-small-q4\.bin' is not the file of this release"):
        ensure_unpacked(tmp_path / "models", None)
    assert list((tmp_path / "models").iterdir()) == []


def test_what_is_trained_anew_is_noted_and_what_lies_elsewhere_is_taken_as_it_is(beside: Path, tmp_path: Path) -> None:
    file = tampered(MODELS / "recogniser.npz", beside)
    weights.note(file)
    assert weights.verified(file) == file.read_bytes()
    elsewhere = tmp_path / "out"
    elsewhere.mkdir()
    assert weights.verified(tampered(MODELS / "recogniser.npz", elsewhere))
