"""The report's plots, each as SVG text that stands in the page itself."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import matplotlib
from matplotlib.figure import Figure

from eval.abstention import Abstention
from eval.intervals import Rate
from eval.metrics import Outcome
from eval.summary import Metrics, Summary

VERDICTS = ("allowed", "not_allowed", "only_if_approved", "none", "refused")
_SHOWN = (
    ("answered rightly", "answered_correctly"),
    ("refused though answerable", "error_rate"),
    ("refused rightly", "refused_correctly"),
    ("hallucinated", "hallucination_rate"),
)
_COLOURS = ("#1d4f91", "#b35900", "#3b7a3b", "#a3123a", "#6a4c93", "#4d4d4d")
# No text as outlines, no date, the same ids every time: a report of the same figures is the same file.
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "ohjenuora", "font.size": 9})


def rates(files: Mapping[str, Metrics]) -> str:
    """Each rate of each question file with its interval."""
    figure = Figure(figsize=(7.2, 0.5 + 0.35 * len(_SHOWN) * max(len(files), 1)))
    axes = figure.subplots()
    for at, (name, metrics) in enumerate(files.items()):
        for row, (_, attribute) in enumerate(_SHOWN):
            rate: Rate = getattr(metrics, attribute)
            if rate.value is None or rate.low is None or rate.high is None:
                continue
            y = -row - 0.8 * at / max(len(files), 1)
            axes.plot([100 * rate.low, 100 * rate.high], [y, y], color=_COLOURS[at % len(_COLOURS)], linewidth=2)
            label = name if row == 0 else None
            axes.plot([100 * rate.value], [y], "o", color=_COLOURS[at % len(_COLOURS)], label=label)
    axes.set_yticks([-row - 0.3 for row in range(len(_SHOWN))], [title for title, _ in _SHOWN])
    axes.set_xlim(-2, 102)
    axes.set_xlabel("% with 95 % interval")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    return _svg(figure)


def risk_coverage(found: Abstention, threshold: float) -> str:
    """Risk over coverage, with the point at which the service stands."""
    figure = Figure(figsize=(4.6, 3))
    axes = figure.subplots()
    axes.plot([100 * p.coverage for p in found.curve], [100 * p.risk for p in found.curve], color=_COLOURS[0])
    here = min(found.curve, key=lambda point: abs(point.threshold - threshold))
    axes.plot([100 * here.coverage], [100 * here.risk], "o", color=_COLOURS[3])
    axes.annotate(f"threshold {threshold:.2f}", (100 * here.coverage, 100 * here.risk), (6, -12),
                  textcoords="offset points")  # fmt: skip
    axes.set_xlabel("answered, % of all questions")
    axes.set_ylabel("wrong, % of the answered")
    return _svg(figure)


def verdict_confusion(outcomes: Sequence[Outcome]) -> str:
    """Expected against given verdicts, over the questions that expect one or got one."""
    pairs = [(_expected(each), _given(each)) for each in outcomes if each.question.verdict or each.answer.verdict]
    counts = [[pairs.count((expected, given)) for given in VERDICTS] for expected in VERDICTS]
    figure = Figure(figsize=(4.6, 3.2))
    axes = figure.subplots()
    axes.imshow(counts, cmap="Blues")
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            if count:
                dark = count > max(map(max, counts)) / 2
                axes.text(column, row, str(count), ha="center", va="center", color="white" if dark else "black")
    axes.set_xticks(range(len(VERDICTS)), VERDICTS, rotation=30, ha="right")
    axes.set_yticks(range(len(VERDICTS)), VERDICTS)
    axes.set_xlabel("given")
    axes.set_ylabel("expected")
    return _svg(figure)


def by_language(summary: Summary) -> str:
    """The shown rates of each language side by side."""
    languages = summary.groups["by_language"]
    figure = Figure(figsize=(6, 2.8))
    axes = figure.subplots()
    width = 0.8 / max(len(languages), 1)
    for at, (language, metrics) in enumerate(languages.items()):
        found = [getattr(metrics, attribute) for _, attribute in _SHOWN]
        values = [100 * (rate.value or 0) for rate in found]
        shown = list(zip(values, found, strict=True))
        spans = [
            [_length(100 * (rate.low or 0), value) if rate.n else 0 for value, rate in shown],
            [_length(value, 100 * (rate.high or 0)) if rate.n else 0 for value, rate in shown],
        ]
        places = [row + at * width for row in range(len(_SHOWN))]
        axes.bar(places, values, width, yerr=spans, color=_COLOURS[at % len(_COLOURS)], label=language,
                 error_kw={"linewidth": 1})  # fmt: skip
    titles = [title.replace(" though ", " though\n") for title, _ in _SHOWN]
    axes.set_xticks([row + 0.27 for row in range(len(_SHOWN))], titles)
    axes.set_ylabel("%")
    axes.legend(frameon=False)
    return _svg(figure)


def _length(start: float, end: float) -> float:
    """From an end of an interval to its value, which may lie beyond it by what rounding makes."""
    return max(0.0, end - start)


def latency(outcomes: Sequence[Outcome]) -> str:
    """How long answers took."""
    figure = Figure(figsize=(4.6, 2.6))
    axes = figure.subplots()
    axes.hist([each.latency_ms for each in outcomes], bins=40, color=_COLOURS[0])
    axes.set_xlabel("milliseconds")
    axes.set_ylabel("questions")
    return _svg(figure)


def _expected(outcome: Outcome) -> str:
    return outcome.question.verdict or ("none" if outcome.question.answerable else "refused")


def _given(outcome: Outcome) -> str:
    return (outcome.answer.verdict or "none") if outcome.answered else "refused"


def _svg(figure: Figure) -> str:
    """The drawing without the XML declaration and without a date."""
    file = io.StringIO()
    figure.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
    text = file.getvalue()
    return text[text.index("<svg") :]
