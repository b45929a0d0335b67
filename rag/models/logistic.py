"""The fitted models that weigh features, as `python -m eval.fit` writes them to judge.json.

    {"fitted_on": {"files": {"encoder.npz": SHA-256, …}, "documents": 64, "questions": 4314,
                   "embedding_model": "bundled"},
     "relevance": {"bias": -7.6, "weights": {"cosine": -12.4, …}, "threshold": 0.5}, …}

The weights rest on what encoder, reader, cross-reader, recogniser and the model of material make of a question, and on
how near the embedding model sees passages: with others they are numbers about something else. So the file says what it
was fitted on.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rag.settings import BUNDLED_MODEL

FILE = Path(__file__).parent / "judge.json"
# What the weights rest on; they lie beside the file.
PARTS = ("cross_reader.npz", "encoder.npz", "material.npz", "reader.onnx.xz", "recogniser.npz")
_HEADER = "fitted_on"


@dataclass(frozen=True, slots=True)
class Logistic:
    """σ(bias + Σ weight · feature), in [0, 1]."""

    bias: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        score = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return probability_of(score)


@dataclass(frozen=True, slots=True)
class FittedOn:
    """What models were fitted on. files: the SHA-256 of those of PARTS that are known; documents: how many that nobody
    wrote examples for; questions: to them and to the corpus; None where it is not known; embedding_model: that of the
    settings, whose vectors passages were searched by."""

    files: Mapping[str, str] = field(default_factory=dict)
    documents: int | None = None
    questions: int | None = None
    embedding_model: str = BUNDLED_MODEL


def probability_of(log_odds: float) -> float:
    """In [0, 1], for the natural log of the odds."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, log_odds))))


def logit(probability: float) -> float:
    """The natural log of the odds, within ±6.9."""
    p = min(max(probability, 0.001), 0.999)
    return math.log(p / (1 - p))


def load(file: Path) -> tuple[FittedOn, dict[str, Logistic]]:
    """What a file's models were fitted on, nothing where it does not say so, and the models by their names."""
    stored = json.loads(file.read_text(encoding="utf-8"))
    header = stored.pop(_HEADER, {})
    return FittedOn(**header), {name: Logistic(**each) for name, each in stored.items()}


def save(fitted_on: FittedOn, models: Mapping[str, Mapping[str, Any]], file: Path | None = None) -> None:
    """Write models, each {"bias", "weights", "threshold"}, with what they were fitted on; to FILE if none is given."""
    text = json.dumps({_HEADER: asdict(fitted_on), **models}, indent=2)
    (file or FILE).write_text(text + "\n", encoding="utf-8")


def digests(folder: Path | None = None) -> dict[str, str]:
    """The SHA-256 of each of PARTS in a folder, as far as they are there. Without a folder: of those beside FILE."""
    found: dict[str, str] = {}
    for path in ((folder or FILE.parent) / name for name in PARTS):
        if path.is_file():
            with path.open("rb") as content:
                found[path.name] = hashlib.file_digest(content, "sha256").hexdigest()
    return found


def mismatch(file: Path | None = None, embedding_model: str = BUNDLED_MODEL) -> str | None:
    """What to tell where a file's models were fitted on other PARTS than lie beside it, on another embedding model than
    that of the settings, or do not say on which; None where all fit. Without a file: of FILE."""
    file = file or FILE
    fitted_on, present = load(file)[0], digests(file.parent)
    known = fitted_on.files
    others = [name for name in PARTS if known.get(name) is None or known[name] != present.get(name)]
    if embedding_model != fitted_on.embedding_model:
        others.append(f"the embedding model '{embedding_model}'")
    if not others:
        return None
    return (
        f"{file.name} was not fitted on {', '.join(others)} as they are now, or does not say so: "
        "what is answered and what is refused may be off. Run: make fit"
    )


@cache
def _models() -> dict[str, Logistic]:
    return load(FILE)[1]


def model(name: str) -> Logistic:
    """One of the models of judge.json. Raises KeyError for a name that it does not have."""
    return _models()[name]


def override(name: str, fitted: Mapping[str, Any]) -> None:
    """Use other weights in this process: those that were fitted on the way to the next model."""
    _models()[name] = Logistic(fitted["bias"], fitted["weights"], fitted["threshold"])
