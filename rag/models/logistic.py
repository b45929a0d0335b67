"""The fitted models that weigh features, as `python -m eval.fit` writes them to judge.json."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "judge.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """σ(bias + Σ weight · feature), in [0, 1]."""

    bias: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        score = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def logit(probability: float) -> float:
    """The natural log of the odds, within ±6.9."""
    p = min(max(probability, 0.001), 0.999)
    return math.log(p / (1 - p))


@cache
def _models() -> dict[str, Logistic]:
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: Logistic(each["bias"], each["weights"], each["threshold"]) for name, each in stored.items()}


def model(name: str) -> Logistic:
    """One of the models of judge.json. Raises KeyError for a name that it does not have."""
    return _models()[name]


def override(name: str, fitted: Mapping[str, Any]) -> None:
    """Use other weights in this process: those that were fitted on the way to the next model."""
    _models()[name] = Logistic(fitted["bias"], fitted["weights"], fitted["threshold"])
