"""What each component measured, as tables."""

from __future__ import annotations

from collections.abc import Mapping

from eval.abstention import Abstention
from eval.grounding import GroundingFigures
from eval.passages import Retrieval
from eval.recognition import Recognition
from eval.robustness import Robustness
from eval.summary import Metrics
from eval.tables import Table, cell, figure, percent, rate_table
from eval.wording import Wording

SHOWN_THRESHOLDS = (0.0, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def of_retrieval(found: Retrieval) -> list[Table]:
    rates = [*found.recall.items(), ("MRR@10", found.mrr), ("nDCG@10", found.ndcg)]
    rates += [(f"R@5, {language}", rate) for language, rate in found.by_language.items()]
    return [rate_table("Retrieval", rates)]


def of_recognition(found: Recognition) -> list[Table]:
    rates = [("language", found.language)]
    rates += [(f"language, {style}", rate) for style, rate in found.language_by_style.items()]
    rates += [("concepts, precision", found.concept_precision), ("concepts, recall", found.concept_recall)]
    confused = ", ".join(f"{name} {count}" for name, count in found.confused.items())
    return [rate_table("Language and concepts", rates, f"Languages confused: {confused or 'none'}.")]


def of_abstention(found: Abstention) -> list[Table]:
    nearest = [min(found.curve, key=lambda point: abs(point.threshold - t)) for t in SHOWN_THRESHOLDS]
    rows = tuple(
        (
            f"{point.threshold:.2f}",
            percent(point.coverage),
            percent(point.risk),
            percent(point.answered_correctly),
            percent(point.refused_correctly),
        )
        for point in nearest
    )
    head = ("threshold", "answered, %", "wrong of them, %", "answerable answered rightly, %", "unanswerable refused, %")
    note = (
        f"AUROC answerable or not {figure(found.auroc_answerable)}, right or not {figure(found.auroc_right)}; "
        f"area under risk over coverage {figure(found.aurc)}; n {found.n}."
    )
    return [Table("Abstention", head, rows, note)]


def of_grounding(found: Mapping[str, GroundingFigures]) -> list[Table]:
    tables = []
    for source, figures in found.items():
        rates = [
            ("faulty sentences dropped", figures.caught),
            ("faithful sentences kept", figures.kept),
            ("dropped ones that are faulty", figures.precision),
        ]
        rates += [(f"dropped: {fault}", rate) for fault, rate in figures.caught_by_fault.items()]
        rates += [(f"kept, {language}", rate) for language, rate in figures.kept_by_language.items()]
        tables.append(rate_table(f"Grounding check, {source} sentences", rates))
    return tables


def of_robustness(found: Mapping[str, Robustness]) -> list[Table]:
    rows = tuple((name, cell(each.changed), cell(each.worse), cell(each.better)) for name, each in found.items())
    head = ("questions", "outcome changes, % [95 %] n", "gets worse", "gets better")
    return [Table("Robustness", head, rows)]


def of_wording(found: Wording) -> list[Table]:
    note = (
        f"{found.answers_with_model} of {found.answers} checked answers have sentences of the model; "
        f"{found.kept} sentences kept, dropped: {_counts(found.dropped)}; failures: {_counts(found.failures)}. "
        f"Hallucination, upper bound over clusters: "
        + ", ".join(f"{name} {percent(m.hallucination_upper_95['clusters'])} %" for name, m in found.metrics.items())
        + "."
    )
    return [_side_by_side("Worded by a language model", found.metrics, note)]


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def of_baselines(found: Mapping[str, Metrics]) -> list[Table]:
    note = "The others always answer, and know no verdicts."
    return [_side_by_side("Beside plain retrieval", found, note)]


def _side_by_side(title: str, found: Mapping[str, Metrics], note: str) -> Table:
    rows = tuple(
        (
            name,
            cell(each.answered_correctly),
            cell(each.error_rate),
            cell(each.refused_correctly),
            cell(each.hallucination_rate),
            cell(each.citation_precision),
            cell(each.citation_recall),
            cell(each.verdict_accuracy),
        )
        for name, each in found.items()
    )
    head = (
        "system",
        "answered correctly, % [95 %] n",
        "error",
        "refused correctly",
        "hallucination",
        "citation precision",
        "citation recall",
        "verdicts",
    )
    return Table(title, head, rows, note)
