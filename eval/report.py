"""The metrics and the wrong cases as text that reads well on a terminal and is Markdown as well."""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics import Outcome, holds_evidence, touches_evidence
from eval.summary import Metrics, Summary
from eval.tables import Table, as_markdown, cell, percent, rate_table

_OVERALL = (
    ("answered correctly (of answerable)", "answered_correctly"),
    ("answered wrongly (of answerable)", "answered_wrongly"),
    ("error: refused (of answerable)", "error_rate"),
    ("refused correctly (of unanswerable)", "refused_correctly"),
    ("answered (of unanswerable)", "unanswerable_answered"),
    ("hallucination, any reason (of all)", "hallucination_rate"),
    ("citation precision", "citation_precision"),
    ("citation recall", "citation_recall"),
    ("refusal precision", "refusal_precision"),
    ("refusal recall", "refusal_recall"),
    ("verdict accuracy", "verdict_accuracy"),
    ("language accuracy", "language_accuracy"),
)
_GROUPED = (
    ("answered correctly", "answered_correctly"),
    ("refused correctly", "refused_correctly"),
    ("error", "error_rate"),
    ("hallucination", "hallucination_rate"),
    ("citation precision", "citation_precision"),
    ("citation recall", "citation_recall"),
)


def render_report(summary: Summary) -> str:
    """The overall metrics, then one table for each way of grouping, as Markdown."""
    return "\n\n".join(map(as_markdown, report_tables(summary))) + "\n"


def report_tables(summary: Summary) -> list[Table]:
    """The overall metrics, then one table for each way of grouping. Cells of groups: value [low-high] n, in percent."""
    tables = [_overall(summary.overall)]
    for key, groups in summary.groups.items():
        if groups:
            head = (key.removeprefix("by_"), "n", *(title for title, _ in _GROUPED))
            rows = tuple(
                (name, str(metrics.n), *(cell(getattr(metrics, attribute)) for _, attribute in _GROUPED))
                for name, metrics in groups.items()
            )
            tables.append(Table("", head, rows))
    return tables


def _overall(metrics: Metrics) -> Table:
    upper = metrics.hallucination_upper_95
    reasons = [f"{reason} {count}" for reason, count in metrics.hallucination_reasons.items() if count]
    latency = metrics.latency_ms
    lines = [
        f"- hallucination, upper bound (one-sided 95 %): {percent(upper['questions'], 2)} % of {metrics.n} questions, "
        f"{percent(upper['clusters'], 2)} % of {metrics.clusters} clusters",
        f"- error, upper bound (one-sided 95 %): {percent(metrics.error_upper_95['questions'], 2)} % of questions, "
        f"{percent(metrics.error_upper_95['clusters'], 2)} % of clusters",
        f"- hallucination reasons: {', '.join(reasons) or 'none'}",
        f"- quotes that are not in their document: {metrics.quote_mismatches}",
        f"- latency: p50 {_whole(latency['p50'])} ms, p95 {_whole(latency['p95'])} ms",
    ]
    rates = [(title, getattr(metrics, attribute)) for title, attribute in _OVERALL]
    return rate_table("", rates, "\n".join(lines))


def _whole(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def render_wrong(outcomes: Sequence[Outcome]) -> str:
    """Each wrong case: question, what was expected, what came. At the end the answers in another language.

    Held-out questions are counted and not shown.
    """
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    shown = [outcome for outcome in wrong if not outcome.question.held_out]
    held_out = f", {len(wrong) - len(shown)} of them held out" if len(shown) < len(wrong) else ""
    parts = [f"# {len(wrong)} wrong of {len(outcomes)}{held_out}"]
    parts += map(_render_case, shown)
    if other := [each for each in outcomes if not each.language_right and not each.question.held_out]:
        asked = [f"{each.question.language}: {_line(each.question.question)}" for each in other]
        lines = [
            f"- {each.question.id}: {each.answer.language}, not {text}" for each, text in zip(other, asked, strict=True)
        ]
        parts.append("## Answered in another language\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _render_case(outcome: Outcome) -> str:
    question, answer = outcome.question, outcome.answer
    about = ", ".join(part for part in (question.language, question.category, question.style) if part)
    lines = [f"## {question.id}: {'; '.join(faults(outcome))}", "", f"**{_line(question.question)}** ({about})", ""]
    if question.answerable:
        lines += [f"Expected: an answer{f', verdict {question.verdict}' if question.verdict else ''}"]
        lines += [f"- one of: {_line(each)}" for each in question.evidence]
        lines += [f"- in the message: `{each}`" for each in question.facts]
    else:
        lines += [f"Expected: a refusal{f' ({_line(question.why)})' if question.why else ''}"]
    got = [answer.status, answer.reason, f"verdict {answer.verdict}" if answer.verdict else None]
    lines += ["", f"Got: {', '.join(part for part in got if part)}; confidence {answer.confidence:.3f}", ""]
    lines += [f"> {line}".rstrip() for line in answer.message.splitlines()]
    lines += [""] if answer.citations else []
    for each in answer.citations:
        mark = "holds the evidence" if holds_evidence(each.quote, question.evidence) else "no evidence"
        if mark == "no evidence" and touches_evidence(each.quote, question.evidence):
            mark = "touches the evidence"
        lines.append(f"- [{each.number}] {each.document_id} {each.start}:{each.end}, {mark}: {_line(each.quote)}")
    return "\n".join(lines)


def faults(outcome: Outcome) -> list[str]:
    """What is wrong, in a few words each."""
    faults = [f"hallucinated ({reason})" for reason in outcome.hallucinations]
    if outcome.error:
        return [*faults, "refused, but answerable"]
    if outcome.evidence_cited is False:
        faults.append("no evidence cited")
    if outcome.missing_facts:
        faults.append("fact missing")
    if outcome.verdict_right is False and outcome.answer.verdict is None:
        faults.append("verdict missing")
    return faults


def _line(text: str) -> str:
    return " ".join(text.split())
