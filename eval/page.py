"""The report as one page that needs nothing else: tables, plots, and every wrong case to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from eval import plots
from eval.metrics import Outcome
from eval.report import faults, report_tables
from eval.summary import Summary
from eval.tables import Table

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)


def render_page(
    files: Mapping[str, tuple[Summary, Sequence[Outcome]]],
    components: Mapping[str, list[Table]],
    drawn: Sequence[tuple[str, str]],
    config: Mapping[str, Any],
    reasons: Sequence[str] | None,
) -> str:
    """files: by name, what was measured and each outcome; components: their tables; drawn: caption and SVG of further
    plots; reasons: why the gate says no, None if it was not asked."""
    first = next(iter(files.values()))
    drawings = [
        ("Rates", plots.rates({name: summary.overall for name, (summary, _) in files.items()})),
        ("By language", plots.by_language(first[0])),
        ("Verdicts", plots.verdict_confusion([each for _, outcomes in files.values() for each in outcomes])),
        ("Latency", plots.latency([each for _, outcomes in files.values() for each in outcomes])),
        *drawn,
    ]
    return _TEMPLATES.get_template("page.html").render(
        made=datetime.now().astimezone().isoformat(timespec="minutes"),
        config=config,
        gated=reasons is not None,
        reasons=reasons,
        plots=drawings,
        parts=[
            *((name, report_tables(summary)) for name, (summary, _) in files.items()),
            *components.items(),
        ],
        wrong=[(name, [_case(each) for each in outcomes if each.wrong]) for name, (_, outcomes) in files.items()],
    )


def _case(outcome: Outcome) -> dict[str, Any]:
    question, answer = outcome.question, outcome.answer
    expected = "an answer" if question.answerable else f"a refusal ({question.why or 'no source says'})"
    return {
        "id": question.id,
        "question": question.question,
        "faults": "; ".join(faults(outcome)),
        "expected": f"Expected: {expected}{f', verdict {question.verdict}' if question.verdict else ''}",
        "evidence": question.evidence,
        "got": ", ".join(part for part in (answer.status, answer.reason, answer.verdict) if part)
        + f", confidence {answer.confidence:.2f}",
        "message": answer.message,
        "citations": [
            {
                "number": each.number,
                "document": each.document_id,
                "start": each.start,
                "end": each.end,
                "quote": each.quote,
            }
            for each in answer.citations
        ],
    }
