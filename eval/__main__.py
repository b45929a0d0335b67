"""The evaluation's commands.

    python -m eval run --questions FILE.jsonl [--out DIR] [--json]     ask the running code, print the metrics
    python -m eval score --outputs DIR --questions FILE.jsonl [--json] score a stored run again
    python -m eval lint FILE.jsonl …                                   check question files against the corpus

Settings come from the environment (OHJENUORA_…). Exit codes: 0 done, 1 lint found something, 2 not possible.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

from eval.lint import corpus_texts, example_questions, lint
from eval.metrics import Outcome
from eval.questions import load_questions
from eval.report import render_report
from eval.run import document_texts, generate, score
from eval.store import read_outputs, write_config, write_outputs, write_report
from eval.summary import Summary, summarise
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
        write_config(options.out, settings, options.questions, outputs)
    return _report(score(outputs, questions, documents), options)


def _score(options: argparse.Namespace) -> tuple[str, int]:
    outputs, documents = read_outputs(options.outputs)
    questions = load_questions(options.questions)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    return _report(score(outputs, questions, documents), options)


def _lint(options: argparse.Namespace) -> tuple[str, int]:
    settings = load_settings()
    problems = lint(options.files, corpus_texts(settings), example_questions(settings))
    return "".join(f"{problem}\n" for problem in problems), 1 if problems else 0


def _report(outcomes: list[Outcome], options: argparse.Namespace) -> tuple[str, int]:
    summary: Summary = summarise(outcomes)
    if options.out:
        write_report(options.out, outcomes, summary)
    return (json.dumps(summary.as_json(), allow_nan=False) + "\n" if options.json else render_report(summary)), 0


_COMMANDS = {"run": _run, "score": _score, "lint": _lint}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="ask the questions and score the answers")
    again = commands.add_parser("score", help="score a stored run again")
    again.add_argument("--outputs", type=Path, required=True, metavar="DIR", help="what a run wrote with --out")
    for command in (run, again):
        command.add_argument("--questions", type=Path, required=True, metavar="FILE.jsonl")
        command.add_argument("--out", type=Path, metavar="DIR", help="store metrics, report and wrong cases here")
        command.add_argument("--json", action="store_true", help="print one JSON object")
    check = commands.add_parser("lint", help="check question files against the corpus")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE.jsonl")
    return parser


if __name__ == "__main__":
    sys.exit(main())
