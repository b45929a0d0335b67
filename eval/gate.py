"""The gate: which limits does a run exceed? It says no where the truth may lie beyond the limit, not only where the
measured rate does: the one-sided 95 % upper bound over clusters decides (eval/intervals.py)."""

from __future__ import annotations

from dataclasses import dataclass

from eval.summary import Metrics


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates that must not be exceeded; None: not looked at. The first two are upper bounds, the others the rates."""

    max_hallucination_rate: float | None = None
    max_error_rate: float | None = None
    max_wrong_rate: float | None = None
    min_verdict_accuracy: float | None = None


# What the held-out questions must not exceed: in `make eval`, and in the tests with damaged builds. Tightened when the
# service gets better.
LIMITS = Limits(max_hallucination_rate=0.06, max_error_rate=0.20, max_wrong_rate=0.05, min_verdict_accuracy=0.80)


def exceeded(metrics: Metrics, limits: Limits) -> list[str]:
    """A line for each limit that is exceeded, with the figures; a limit on what was not measured is exceeded, too."""
    checks = [
        (
            "hallucination",
            metrics.hallucination_upper_95["clusters"],
            limits.max_hallucination_rate,
            f"measured {_percent(metrics.hallucination_rate.value)} of {metrics.n} questions, upper bound",
        ),
        (
            "error",
            metrics.error_upper_95["clusters"],
            limits.max_error_rate,
            f"measured {_percent(metrics.error_rate.value)} of {metrics.error_rate.n} answerable questions, "
            "upper bound",
        ),
        ("wrong answers", metrics.answered_wrongly.value, limits.max_wrong_rate, "measured"),
    ]
    lines = [
        f"{name}: {told} {_percent(value)}, more than the limit of {_percent(limit)}"
        for name, value, limit, told in checks
        if limit is not None and (value is None or value > limit)
    ]
    accuracy = metrics.verdict_accuracy.value
    if limits.min_verdict_accuracy is not None and (accuracy is None or accuracy < limits.min_verdict_accuracy):
        lines.append(
            f"verdicts: {_percent(accuracy)} right, less than the limit of {_percent(limits.min_verdict_accuracy)}"
        )
    return lines


def _percent(value: float | None) -> str:
    return "nothing" if value is None else f"{100 * value:.2f} %"
