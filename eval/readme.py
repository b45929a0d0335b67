"""The README's table of figures, as the evaluation found them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.store import UnreadableRun
from rag.errors import OhjenuoraError

README = Path(__file__).parent.parent / "README.md"
BEGIN = "<!-- figures: python -m eval readme -->"
END = "<!-- end of figures -->"
FILES = ("heldout", "adversarial", "dev")
_ROWS = (
    ("answered with the right evidence, facts and verdict, of the answerable", "answered_correctly"),
    ("refused although answerable", "error_rate"),
    ("refused, of the unanswerable", "refused_correctly"),
    ("hallucinated, of all (an answer to a question without one, a wrong verdict, …)", "hallucination_rate"),
    ("verdicts right (the others were refused, or quoted without a verdict)", "verdict_accuracy"),
    ("citation precision", "citation_precision"),
    ("citation recall", "citation_recall"),
)
_LANGUAGES = {"fi": "Finnish", "sv": "Swedish", "en": "English"}


class ReadmeWithoutFigures(OhjenuoraError):
    """A README without the two marks between which the figures stand."""


def read_figures(folder: Path) -> dict[str, Any]:
    """What `python -m eval all` wrote. Raises UnreadableRun."""
    path = folder / "evaluation.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableRun(f"{path}: {error.strerror}; run 'make eval' first") from error
    return found


def render_figures(files: Mapping[str, Mapping[str, Any]], baselines: Mapping[str, Mapping[str, Any]]) -> str:
    """files: the metrics as JSON by question file; baselines: those of each system on the held-out questions."""
    shown = [name for name in FILES if name in files]
    lines = [
        f"| % | {' | '.join(f'{name}.jsonl' for name in shown)} |",
        f"|---|{'---|' * len(shown)}",
    ]
    lines += [f"| {title} | {' | '.join(_cell(files[name][key]) for name in shown)} |" for title, key in _ROWS]
    mismatches = " | ".join(str(files[name]["quote_mismatches"]) for name in shown)
    lines.append(f"| citations whose quote is not in the source at its place, count | {mismatches} |")
    by_language = files[FILES[0]]["by_language"]
    told = ", ".join(
        f"{_LANGUAGES[code]} {_whole(found['answered_correctly'])} / {_whole(found['refused_correctly'])}"
        for code, found in sorted(by_language.items(), key=lambda item: list(_LANGUAGES).index(item[0]))
    )
    lines += ["", f"Held out, answered / refused rightly by language: {told}."]
    if baselines:
        lines += ["", "The same held-out questions, passages and embedding model:", ""]
        lines += [
            "| % | answered rightly | refused rightly | hallucinated | citation precision |",
            "|---|---|---|---|---|",
        ]
        keys = ("answered_correctly", "refused_correctly", "hallucination_rate", "citation_precision")
        lines += [f"| {name} | {' | '.join(_whole(found[key]) for key in keys)} |" for name, found in baselines.items()]
    return "\n".join(lines)


def write_figures(readme: Path, evaluation: Mapping[str, Any]) -> None:
    """Put the figures between the README's marks. Raises ReadmeWithoutFigures."""
    text = readme.read_text(encoding="utf-8")
    new = render_figures(evaluation["files"], evaluation["components"]["baselines"])
    readme.write_text(text.replace(figures_in(text), new), encoding="utf-8")


def figures_in(text: str) -> str:
    """What stands between the marks."""
    match = re.search(f"{re.escape(BEGIN)}\n(.*?)\n{re.escape(END)}", text, re.DOTALL)
    if not match:
        raise ReadmeWithoutFigures(f"The README needs the lines '{BEGIN}' and '{END}'; the figures stand between them.")
    return match[1]


def _cell(rate: Mapping[str, Any]) -> str:
    if rate["value"] is None:
        return "–"
    return f"{100 * rate['value']:.1f} [{100 * rate['low']:.0f}–{100 * rate['high']:.0f}] of {rate['n']}"


def _whole(rate: Mapping[str, Any]) -> str:
    return "–" if rate["value"] is None else f"{100 * rate['value']:.0f}"
