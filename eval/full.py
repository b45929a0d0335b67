"""Everything at once: all question files, every component, one report."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from eval import plots
from eval.abstention import DECIDING
from eval.components import COMPONENTS
from eval.gate import Limits, exceeded
from eval.metrics import Outcome
from eval.page import render_page
from eval.privacy import TEMPLATES, generate_searched
from eval.questions import HELD_OUT, QUESTIONS, TUNED_ON, load_questions, own_files
from eval.report import render_report
from eval.run import document_texts, generate, score
from eval.store import write_config, write_json, write_outputs, write_report, write_stored
from eval.summary import Summary, measure, summarise
from eval.tables import Table, as_markdown
from rag.chatbot import Chatbot
from rag.models import logistic
from rag.settings import Settings

SENTENCES = Path(__file__).parent / "sentences"
MEASURED_WITH = {
    "grounding": SENTENCES / HELD_OUT.name,
    "recognition": TUNED_ON,  # only the questions that are tuned on say which concepts they name
    "privacy": TEMPLATES,
}
_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What everything came to. reasons: why the gate says no, about the held-out questions of all files."""

    files: Mapping[str, tuple[Summary, Sequence[Outcome]]]
    components: Mapping[str, Any]
    tables: Mapping[str, list[Table]]
    reasons: list[str]


def question_files(settings: Settings) -> list[Path]:
    """The project's own, the held-out ones first, and the organisation's: corpus/questions/*.jsonl."""
    ours = sorted(path for path in QUESTIONS.glob("*.jsonl") if path != HELD_OUT)
    return [HELD_OUT, *ours, *own_files(settings)]


def evaluate(
    chatbot: Chatbot, settings: Settings, limits: Limits, folder: Path, squad: Path | None = None
) -> Evaluation:
    """Ask everything, store it in the folder, and write report.md, report.html and evaluation.json there.

    squad: a folder with questions about anything, to see whether something in them is taken for personal data.
    """
    paths = question_files(settings)
    config = write_config(folder, settings, paths, [chatbot.index.version])
    documents = document_texts(chatbot)
    files: dict[str, tuple[Summary, Sequence[Outcome]]] = {}
    for path in paths:
        questions = load_questions(path)
        print(f"{path.name}: {len(questions)} questions …", file=sys.stderr)
        outputs = generate(chatbot, questions)
        outcomes = score(outputs, questions, documents)
        files[path.stem] = (summarise(outcomes), outcomes)
        (folder / path.stem).mkdir(exist_ok=True)
        write_outputs(folder / path.stem, outputs, documents)
        write_report(folder / path.stem, outcomes, files[path.stem][0])
    components: dict[str, Any] = {}
    tables: dict[str, list[Table]] = {}
    for name, component in COMPONENTS.items():
        path = MEASURED_WITH.get(name, HELD_OUT)
        if name == "wording" and chatbot.writer is None:
            continue
        print(f"{name}: {component.about}", file=sys.stderr)
        items = component.load(path)
        stored = generate_searched(chatbot, items, squad) if name == "privacy" else component.generate(chatbot, items)
        write_stored(folder, name, component.stored, stored)
        components[name] = component.measure(stored, items)
        tables[f"{name.capitalize()}: {component.about} ({path.parent.name}/{path.name})"] = component.tables(
            components[name]
        )
    held = [each for _, outcomes in files.values() for each in outcomes if each.question.held_out]
    reasons = exceeded(measure([*files[HELD_OUT.stem][1], *held]), limits)
    evaluation = Evaluation(files, components, tables, reasons)
    _write(evaluation, config, limits, folder)
    return evaluation


def as_text(evaluation: Evaluation) -> str:
    """The whole report as Markdown."""
    parts = [f"# {name}\n\n{render_report(summary)}" for name, (summary, _) in evaluation.files.items()]
    for title, tables in evaluation.tables.items():
        parts.append(f"# {title}\n\n" + "\n\n".join(map(as_markdown, tables)) + "\n")
    return "\n".join(parts)


def _write(evaluation: Evaluation, config: Mapping[str, Any], limits: Limits, folder: Path) -> None:
    (folder / "report.md").write_text(as_text(evaluation), encoding="utf-8")
    figures = {name: summary.as_json() for name, (summary, _) in evaluation.files.items()}
    measured = _ANYTHING.dump_python(dict(evaluation.components), mode="json")
    write_json(folder / "evaluation.json", {"config": config, "files": figures, "components": measured})
    threshold = logistic.model(DECIDING[-1]).threshold
    drawn = [("Risk and coverage", plots.risk_coverage(evaluation.components["abstention"], threshold))]
    asked = evaluation.reasons if limits != Limits() else None
    page = render_page(evaluation.files, evaluation.tables, drawn, config, asked)
    (folder / "report.html").write_text(page, encoding="utf-8")
