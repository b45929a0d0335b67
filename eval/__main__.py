"""The evaluation's commands.

    python -m eval run --questions FILE.jsonl [--out DIR] [--json]      ask the running code, print the metrics
    python -m eval score --outputs DIR --questions FILE.jsonl [--json]  score a stored run again
    python -m eval all [--out DIR] [--squad DIR]                        all question files, all components, one report
    python -m eval COMPONENT --questions FILE [--out DIR | --outputs DIR] [--json]
                       retrieval, recognition, abstention, grounding (its files: eval/sentences), robustness, baselines,
                       privacy (its file: eval/privacy_data/templates.jsonl), wording (needs a language model)
    python -m eval unseen [--documents DIR] [--accepted]                guidance that nobody has seen, one at a time
    python -m eval compare BEFORE AFTER --questions FILE.jsonl          two stored runs, case by case
    python -m eval readme [--from DIR]                                  write the README's table of figures
    python -m eval lint FILE.jsonl …                                    check question files against the corpus

run, score and all take limits (--max-hallucination-rate and others), or --gate for those of the project: see
eval/README.md.
Settings come from the environment (OHJENUORA_…). Exit codes: 0 done, 1 the gate says no or lint found something,
2 not possible.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import fields, replace
from pathlib import Path

from pydantic import TypeAdapter

from eval.compare import compare
from eval.components import COMPONENTS
from eval.full import as_text, evaluate
from eval.gate import LIMITS, Limits, exceeded
from eval.lint import corpus_texts, example_questions, lint
from eval.metrics import Outcome
from eval.questions import load_questions
from eval.readme import README, read_figures, write_figures
from eval.report import render_report
from eval.run import document_texts, generate, score
from eval.store import read_outputs, read_stored, write_config, write_outputs, write_report, write_stored
from eval.summary import Summary, summarise
from eval.tables import as_markdown
from eval.unseen import in_folder, kept_from_training
from eval.unseen import measure as measure_unseen
from eval.unseen import tables as unseen_tables
from rag.chatbot import Chatbot
from rag.errors import OhjenuoraError
from rag.settings import load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what it prints is its report, everything else goes to stderr."""
    options = _parser().parse_args(arguments)
    try:
        # Libraries that print must not break the one JSON object of --json.
        with redirect_stdout(sys.stderr):
            text, code = _COMMANDS[options.command](options)
    except (OhjenuoraError, OSError) as error:
        print("\n".join([str(error), *getattr(error, "__notes__", ())]), file=sys.stderr)
        return 2
    print(text, end="")
    return code


def _run(options: argparse.Namespace) -> tuple[str, int]:
    questions = load_questions(options.questions)
    settings = load_settings()
    if options.out:  # before the questions are asked, which takes long
        options.out.mkdir(parents=True, exist_ok=True)
    chatbot = Chatbot.open(settings)
    print(f"{len(questions)} questions …", file=sys.stderr)
    outputs = generate(chatbot, questions)
    documents = document_texts(chatbot)
    if options.out:
        write_outputs(options.out, outputs, documents)
        versions = [output.answer.index_version for output in outputs]
        write_config(options.out, settings, [options.questions], versions)
    return _report(score(outputs, questions, documents), options)


def _score(options: argparse.Namespace) -> tuple[str, int]:
    outputs, documents = read_outputs(options.outputs)
    questions = load_questions(options.questions)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    return _report(score(outputs, questions, documents), options)


def _all(options: argparse.Namespace) -> tuple[str, int]:
    settings = load_settings()
    options.out.mkdir(parents=True, exist_ok=True)
    evaluation = evaluate(Chatbot.open(settings), settings, _limits(options), options.out, options.squad)
    return f"{as_text(evaluation)}\nreport: {options.out / 'report.html'}\n", _gate(evaluation.reasons)


def _component(options: argparse.Namespace) -> tuple[str, int]:
    component = COMPONENTS[options.command]
    items = component.load(options.questions)
    if options.outputs:
        stored = read_stored(options.outputs, options.command, component.stored)
    else:
        settings = load_settings()
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
        chatbot = Chatbot.open(settings)
        stored = component.generate(chatbot, items)
        if options.out:
            write_stored(options.out, options.command, component.stored, stored)
            write_config(options.out, settings, [options.questions], [chatbot.index.version])
    found = component.measure(stored, items)
    if options.json:
        return TypeAdapter(object).dump_json(found).decode() + "\n", 0
    return "\n\n".join(map(as_markdown, component.tables(found))) + "\n", 0


def _unseen(options: argparse.Namespace) -> tuple[str, int]:
    documents = in_folder(options.documents) if options.documents else kept_from_training()
    found = measure_unseen(load_settings(), documents, options.accepted)
    return "\n\n".join(map(as_markdown, unseen_tables(found))) + "\n", 0


def _compare(options: argparse.Namespace) -> tuple[str, int]:
    questions = load_questions(options.questions)
    runs = [read_outputs(folder) for folder in (options.before, options.after)]
    before, after = (score(outputs, questions, documents) for outputs, documents in runs)
    return compare(before, after), 0


def _readme(options: argparse.Namespace) -> tuple[str, int]:
    write_figures(README, read_figures(options.folder))
    return f"{README}: figures of {options.folder}\n", 0


def _lint(options: argparse.Namespace) -> tuple[str, int]:
    settings = load_settings()
    problems = lint(options.files, corpus_texts(settings), example_questions(settings))
    return "".join(f"{problem}\n" for problem in problems), 1 if problems else 0


def _report(outcomes: list[Outcome], options: argparse.Namespace) -> tuple[str, int]:
    summary: Summary = summarise(outcomes)
    if options.out:
        write_report(options.out, outcomes, summary)
    text = json.dumps(summary.as_json(), allow_nan=False) + "\n" if options.json else render_report(summary)
    return text, _gate(exceeded(summary.overall, _limits(options)))


def _gate(reasons: Sequence[str]) -> int:
    """1 if the gate says no, with the reasons on stderr."""
    for reason in reasons:
        print(f"gate: {reason}", file=sys.stderr)
    return 1 if reasons else 0


def _limits(options: argparse.Namespace) -> Limits:
    """Those of the project where they are asked for, and over them what is given by name."""
    given = {field.name: getattr(options, field.name) for field in fields(Limits)}
    usual = LIMITS if options.gate else Limits()
    return replace(usual, **{name: limit for name, limit in given.items() if limit is not None})


_COMMANDS: dict[str, Callable[[argparse.Namespace], tuple[str, int]]] = {
    "run": _run,
    "score": _score,
    "all": _all,
    **dict.fromkeys(COMPONENTS, _component),
    "unseen": _unseen,
    "compare": _compare,
    "readme": _readme,
    "lint": _lint,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="ask the questions and score the answers")
    again = commands.add_parser("score", help="score a stored run again")
    everything = commands.add_parser("all", help="all question files, all components, one report")
    everything.add_argument("--out", type=Path, default=Path("var/eval"), metavar="DIR")
    everything.add_argument(
        "--squad", type=Path, metavar="DIR", help="passages.jsonl and questions.jsonl about anything"
    )
    parts = [commands.add_parser(name, help=each.about) for name, each in COMPONENTS.items()]
    again.add_argument("--outputs", type=Path, required=True, metavar="DIR", help="what a run wrote with --out")
    for command in (run, again, *parts):
        command.add_argument("--questions", type=Path, required=True, metavar="FILE.jsonl")
        command.add_argument("--out", type=Path, metavar="DIR", help="store what was found here")
        command.add_argument("--json", action="store_true", help="print one JSON object")
    for command in parts:
        command.add_argument(
            "--outputs", type=Path, metavar="DIR", help="measure what was stored here with --out again"
        )
    for command in (run, again, everything):
        command.add_argument("--gate", action="store_true", help="with the limits of the project: eval/gate.py")
        for field in fields(Limits):
            command.add_argument(f"--{field.name.replace('_', '-')}", type=float, metavar="SHARE")
    strange = commands.add_parser("unseen", help="guidance that was in no training, added one document at a time")
    strange.add_argument(
        "--documents",
        type=Path,
        metavar="DIR",
        help="NAME.md with NAME.questions.jsonl; else our own",
    )
    strange.add_argument(
        "--accepted", action="store_true", help="with every rule that a document's preview suggests, as it is suggested"
    )
    two = commands.add_parser("compare", help="two stored runs, case by case")
    two.add_argument("before", type=Path)
    two.add_argument("after", type=Path)
    two.add_argument("--questions", type=Path, required=True, metavar="FILE.jsonl")
    figures = commands.add_parser("readme", help="write the README's table of figures")
    figures.add_argument("--from", dest="folder", type=Path, default=Path("var/eval"), metavar="DIR")
    check = commands.add_parser("lint", help="check question files against the corpus")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE.jsonl")
    return parser


if __name__ == "__main__":
    sys.exit(main())
