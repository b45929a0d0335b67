"""The command `ohjenuora`: index, ask, serve, mcp, check, versions, activate, token."""

from __future__ import annotations

import argparse
import json
import logging
import secrets
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import BadCorpusFile, OhjenuoraError
from rag.settings import Settings, hashed_token, load_settings
from rag.sources.files import keep_private
from rag.types import LANGUAGES

if TYPE_CHECKING:
    from rag.publishing.quality import Finding
    from rag.types import Document


_log = logging.getLogger(__name__)
# Of the data folder, what holds more than the sources: not the unpacked model, nor what else may lie there.
SECRET = ("index", "changes", "ohjenuora.db*")
BAR_WIDTH = 79  # what is left of a longer line is written over


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: done; 1: done, but something blocks or could not be read; 2: it could not be done."""
    options = _parser().parse_args(arguments)
    try:
        # Whoever needs a token may have settings that stop the start.
        settings = Settings() if options.run is _token else load_settings()
        if foreign := keep_private(settings.data_dir, SECRET):
            _log.warning("'%s' belongs to another user, who may let others read it.", foreign[0])
        return int(options.run(options, settings))
    except OhjenuoraError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ohjenuora", description="Answers from guidance, each with its source.")
    commands = parser.add_subparsers(required=True, metavar="command")

    index = commands.add_parser("index", help="index the corpus; only what has changed is embedded")
    index.add_argument("--full", action="store_true", help="embed everything again")
    index.set_defaults(run=_index)

    ask = commands.add_parser("ask", help="answer one question")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    ask.add_argument("--language", choices=LANGUAGES, help="the question's language; detected if not given")
    ask.add_argument("--tool", help="the AI service that the question is about")
    ask.set_defaults(run=_ask)

    serve = commands.add_parser("serve", help="serve the API and the chat page")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=_serve)

    mcp = commands.add_parser("mcp", help="answer an assistant over standard input (Model Context Protocol)")
    mcp.set_defaults(run=_mcp)

    versions = commands.add_parser("versions", help="list the versions of the index that are kept")
    versions.set_defaults(run=_versions)

    activate = commands.add_parser("activate", help="return to an earlier version")
    activate.add_argument("version", help="its id, as `versions` prints it")
    activate.set_defaults(run=_activate)

    confirm = commands.add_parser(
        "confirm-translation", help="say that a translation agrees with its original as it is"
    )
    confirm.add_argument("file", type=Path, help="<id>.sv.md or <id>.en.md beside the document")
    confirm.set_defaults(run=_confirm)

    check = commands.add_parser("check", help="report on the quality of the corpus; status 1 when something blocks")
    check.set_defaults(run=_check)

    token = commands.add_parser("token", help="make a token for administrators, with the hash for the setting")
    token.set_defaults(run=_token)
    return parser


def _token(_options: argparse.Namespace, _settings: Settings) -> int:
    token = secrets.token_hex(32)
    print(f"The token, for whoever signs in; it is shown once: {token}")
    print(f"For the setting: OHJENUORA_ADMIN_TOKEN={hashed_token(token)}")
    return 0


# Each command imports what it needs: `check` and `--help` need not wait for the model's libraries.


def _index(options: argparse.Namespace, settings: Settings) -> int:
    from rag.index.build import build_index
    from rag.language.words import Lexicon
    from rag.models.embedding import Embedder
    from rag.publishing.progress import Meter

    shown = sys.stderr.isatty()
    meter = Meter()

    def progress(stage: str, done: int, total: int) -> None:
        if shown:
            print(f"\r{meter.step(stage, done, total).bar():<{BAR_WIDTH}}", end="", file=sys.stderr, flush=True)

    report = build_index(settings, Embedder.load(settings), Lexicon(settings.data_dir), options.full, progress)
    if shown:
        print(file=sys.stderr)
    for failure in report.failures:
        said = "Not read, its last good text stays in use" if failure.file in report.last_good else "Not indexed"
        print(f"{said}: {failure}", file=sys.stderr)
    manifest = report.manifest
    print(
        f"documents {manifest.documents}, chunks {manifest.chunks}: "
        f"added {report.added}, kept {report.kept}, removed {report.removed}; "
        f"embedded {report.embedded} texts; {report.seconds:.1f} s; version {manifest.version}"
        + ("" if report.changed else " (unchanged)")
    )
    return 1 if report.failures else 0


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from rag.chatbot import Chatbot

    answer = Chatbot.open(settings).ask(options.question, options.language, tool=options.tool)
    print(json.dumps(asdict(answer), ensure_ascii=False, indent=2) if options.json else answer.message)
    return 0


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from api.app import serve

    serve(settings, options.host, options.port)
    return 0


def _mcp(options: argparse.Namespace, settings: Settings) -> int:
    from api.mcp_server import serve_stdio

    serve_stdio(settings)
    return 0


def _versions(options: argparse.Namespace, settings: Settings) -> int:
    from rag.index.versions import kept_versions

    for kept in kept_versions(settings):
        manifest = kept.manifest
        mark = "*" if kept.current else " " if kept.usable else "!"
        print(f"{mark} {manifest.version}  documents {manifest.documents}, chunks {manifest.chunks}")
    return 0


def _activate(options: argparse.Namespace, settings: Settings) -> int:
    from rag.index.versions import activate
    from rag.models.embedding import Embedder

    manifest = activate(settings, options.version, Embedder.load(settings).fingerprint)
    print(f"version {manifest.version} is in use")
    return 0


def _confirm(options: argparse.Namespace, settings: Settings) -> int:
    from rag.sources.readers import sources_folder
    from rag.sources.reading_process import read_corpus_isolated
    from rag.sources.translations import confirm

    documents, _ = read_corpus_isolated(sources_folder(settings.corpus_dir), settings.max_file_bytes)
    document_id = options.file.name.rsplit(".", 2)[0]
    for document in documents:
        if document.id == document_id and options.file.is_file():
            confirm(options.file, document)
            print(f"{options.file}: confirmed against {document.file}")
            return 0
    print(f"{options.file}: no such file, or no document '{document_id}' beside it", file=sys.stderr)
    return 2


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from rag.curated.changed_corpus import changed_corpus
    from rag.index.versions import changes_in_use
    from rag.models.logistic import mismatch
    from rag.publishing.quality import quotable_words
    from rag.sources.readers import sources_folder

    if told := mismatch():
        _log.warning("%s", told)
    with changed_corpus(settings, changes_in_use(settings), "check") as corpus:
        findings, documents = _findings(settings, corpus)
    for finding in findings:
        print(finding)
    for document in documents:
        if document.quotability is not None:
            print(f"{document.file}: {quotable_words(document.quotability)}")
    blocking = sum(finding.blocks for finding in findings)
    where = sources_folder(settings.corpus_dir)
    print(f"{len(documents)} documents in '{where}', {len(findings)} findings, {blocking} of them block.")
    return 1 if blocking else 0


def _findings(settings: Settings, corpus: Path) -> tuple[list[Finding], list[Document]]:
    """The quality report of a corpus folder, and its documents."""
    from rag.curated.concepts import load_concepts
    from rag.curated.examples import load_examples
    from rag.curated.rules import load_rulebook
    from rag.language.words import Lexicon
    from rag.publishing.quality import Finding, check_corpus, check_curated, check_overlaps, check_translations
    from rag.sources.readers import sources_folder
    from rag.sources.reading_process import read_corpus_isolated
    from rag.sources.translations import read_translations

    folder = sources_folder(corpus)
    documents, failures = read_corpus_isolated(folder, settings.max_file_bytes)
    by_id = {document.id: document for document in documents}
    translations, untranslated = read_translations(folder, by_id)
    today = date.today()
    findings = check_corpus(documents, failures + untranslated, today)
    findings += check_translations(translations, by_id)
    try:
        rulebook = load_rulebook(corpus, by_id, load_concepts(corpus))
        findings += check_curated(corpus, rulebook, load_examples(corpus, by_id), today)
    except BadCorpusFile as error:
        findings.insert(0, Finding("malformed file", corpus.name, str(error), blocks=True))
    findings += check_overlaps(documents, Lexicon(settings.data_dir))
    return findings, documents


if __name__ == "__main__":
    sys.exit(main())
