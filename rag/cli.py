"""The command `ohjenuora`: index, ask, serve, mcp, check, versions, activate, audit, token."""

from __future__ import annotations

import argparse
import getpass
import json
import logging
import os
import re
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rag.errors import BadCorpusFile, OhjenuoraError, QuestionsUnreadable
from rag.progress_told import ProgressTold
from rag.settings import COMMAND, Settings, load_settings, log_format_given
from rag.sources.files import FOR_OTHERS, keep_private
from rag.tokens import hashed_token
from rag.types import LANGUAGES

if TYPE_CHECKING:
    from rag.asking import Ask
    from rag.publishing.quality import Finding
    from rag.types import Document


_log = logging.getLogger(__name__)
_said = logging.getLogger(COMMAND)
# Of the data folder, what holds more than the sources: not the unpacked model, nor what else may lie there.
SECRET = ("index", "changes", "ohjenuora.db*")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: done; 1: done, but something blocks or could not be read; 2: it could not be done."""
    from api.logs import logging_as

    options = _parser().parse_args(arguments)
    form = log_format_given()
    with logging_as(form):
        try:
            return _run(options)
        except Exception as error:
            if form == "text":
                raise
            from api.problems import log_failure

            log_failure(error)
            return 2


def _run(options: argparse.Namespace) -> int:
    open_to = os.umask(
        FOR_OTHERS
    )  # what the data folder holds is nobody else's, whatever the shell that started this says
    try:
        # Whoever needs a token may have settings that stop the start.
        settings = Settings() if options.run is _token else load_settings()
        if foreign := keep_private(settings.data_dir, SECRET):
            _log.warning("'%s' belongs to another user, who may let others read it.", foreign[0])
        return int(options.run(options, settings))
    except OhjenuoraError as error:
        _said.error("%s", error)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        os.umask(open_to)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ohjenuora", description="Answers from guidance, each with its source.")
    commands = parser.add_subparsers(required=True, metavar="command")

    index = commands.add_parser("index", help="index the corpus; only what has changed is embedded")
    index.add_argument("--full", action="store_true", help="embed everything again")
    index.set_defaults(run=_index)

    ask = commands.add_parser("ask", help="answer one question, or many")
    asked = ask.add_mutually_exclusive_group()
    asked.add_argument("question", nargs="?", help="'-', or none behind a pipe: many, a line each, from standard input")
    asked.add_argument("--file", type=Path, help="many questions: lines, JSONL, or a table (CSV)")
    ask.add_argument("--csv", action="store_true", help="what is read is a table, whatever the file is called")
    ask.add_argument("--json", action="store_true", help="print the whole answer as JSON; many always are")
    ask.add_argument("--language", choices=LANGUAGES, help="the question's language; detected if not given")
    ask.add_argument("--tool", help="the AI service that the question is about")
    ask.add_argument("--url", help="ask the service that runs there, not the index of this machine")
    ask.add_argument(
        "--token-from",
        metavar="VARIABLE",
        help="with --url, where readers sign in: the environment variable that holds a token of their provider",
    )
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

    audit = commands.add_parser("audit", help="verify the audit log, or print it")
    what = audit.add_subparsers(required=True, metavar="what")
    verify = what.add_parser("verify", help="whether all entries are as they were written; status 1 when one is not")
    verify.add_argument("--known", metavar="NUMBER:HASH", help="an entry as an earlier verification or export named it")
    verify.set_defaults(run=_audit_verify)
    export = what.add_parser("export", help="print all entries, each a line of JSON with its hash")
    export.set_defaults(run=_audit_export)

    sources = commands.add_parser(
        "sources", help="look at the sources of sources.yaml; what has changed becomes drafts"
    )
    sources.add_argument("name", nargs="*", help="those to look at; all of them if none is given")
    sources.set_defaults(run=_sources)

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

    told, meter = ProgressTold(settings.log_format), Meter()

    def progress(stage: str, done: int, total: int) -> None:
        told.tell(meter.step(stage, done, total).bar())

    report = build_index(settings, Embedder.load(settings), Lexicon(settings.data_dir), options.full, progress)
    told.end()
    for failure in report.told_failures():
        _said.warning("%s", failure)
    if settings.log_format == "json":  # a container's log holds what comes of both
        _said.info("%s", report.told())
    else:
        print(report.told())
    return 1 if report.failures else 0


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from rag.asking import Asked

    if options.token_from and not options.url:
        _said.error("--token-from is for a service that runs elsewhere: give its address (--url), too.")
        return 2
    if options.file or options.question == "-" or (options.question is None and not sys.stdin.isatty()):
        return _ask_many(options, settings)
    if options.question is None:
        _said.error('Give a question ("…"), a file (--file) or a pipe.')
        return 2
    with _asker(options, settings) as ask:
        answer = ask(Asked(question=options.question, language=options.language, tool=options.tool))
    print(json.dumps(answer, ensure_ascii=False, indent=2) if options.json else answer["message"])
    return 0


def _ask_many(options: argparse.Namespace, settings: Settings) -> int:
    from rag.asking import ask_all, questions_in

    told = ProgressTold(settings.log_format)
    table = options.csv or (options.file is not None and options.file.suffix.lower() == ".csv")
    defaults = {"language": options.language, "tool": options.tool}
    with _lines(options.file) as lines, _asker(options, settings) as ask:
        try:
            whole = ask_all(questions_in(lines, defaults, table=table), ask, sys.stdout, told.tell)
        except BrokenPipeError:  # whoever reads has enough, as `head` has
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
    told.end("No questions.")
    return 0 if whole else 1


@contextmanager
def _asker(options: argparse.Namespace, settings: Settings) -> Iterator[Ask]:
    if options.url:
        from rag.running_service import RunningService, token_in

        token = token_in(options.token_from, os.environ) if options.token_from else ""
        with closing(RunningService(options.url, token)) as service:
            yield service.ask
        return
    from rag.asking import of_chatbot
    from rag.chatbot import Chatbot

    yield of_chatbot(Chatbot.open(settings))


@contextmanager
def _lines(file: Path | None) -> Iterator[TextIO]:
    """A file, or standard input. What is not UTF-8 in it becomes a question that is told to be none."""
    if file is None:
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape", newline="")
        yield sys.stdin
        return
    try:
        opened = file.open(encoding="utf-8", errors="surrogateescape", newline="")
    except OSError as error:
        raise QuestionsUnreadable(f"'{file}' cannot be read: {error.strerror}.") from None
    with opened:
        yield opened


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from api.app import serve

    serve(settings, options.host, options.port)
    return 0


def _mcp(options: argparse.Namespace, settings: Settings) -> int:
    from api.mcp_server import serve_stdio

    serve_stdio(settings)
    return 0


def _audit_verify(options: argparse.Namespace, settings: Settings) -> int:
    from api.audit_keeping import verify
    from api.store import Store

    known = re.fullmatch(r"(\d+):([0-9a-f]{64})", options.known or "")
    if options.known and known is None:
        _said.error("--known '%s': write it as it was printed, NUMBER:HASH", options.known)
        return 2
    store = Store(settings)
    store.prepare()
    with store.engine.connect() as connection:
        found = verify(connection, (int(known[1]), known[2]) if known else None)
    if found.broken is not None:
        _said.error("entry %s is not as it was written, or was removed", found.broken)
    elif found.missing:
        _said.error(
            "entry %s is not in the log: it was written anew or cut off, or the entry was too old", options.known
        )
    else:
        print(f"{found.entries} entries, all as they were written; the last is {found.last}:{found.hash}")
    return 0 if found.whole else 1


def _audit_export(_options: argparse.Namespace, settings: Settings) -> int:
    from api.audit_keeping import lines
    from api.store import Store

    store = Store(settings)
    store.prepare()
    with store.engine.connect() as connection:
        sys.stdout.writelines(lines(connection))
    return 0


def _sources(options: argparse.Namespace, settings: Settings) -> int:
    from api.admin.sources import told_lines
    from api.jobs import Jobs
    from api.source_looks import Looked
    from api.source_watch import SourceWatch
    from api.store import Store

    store = Store(settings)
    watch = SourceWatch(settings, store, Jobs(settings, store, lambda: None))
    known = {each.name: each for each in watch.sources}
    if unknown := [name for name in options.name if name not in known]:
        _said.error("There is no source '%s'. Known: %s.", unknown[0], ", ".join(known) or "none")
        return 2
    failed = 0

    def told(looked: Looked) -> None:
        nonlocal failed
        failed += looked.failed
        print(*told_lines(looked), sep="\n")

    watch.look([known[name] for name in options.name] if options.name else list(known.values()), told)
    if not known:
        print(f"No sources are named in '{settings.corpus_dir / 'sources.yaml'}'.")
    return 1 if failed else 0


def _versions(options: argparse.Namespace, settings: Settings) -> int:
    from rag.index.versions import kept_versions

    for kept in kept_versions(settings):
        manifest = kept.manifest
        mark = "*" if kept.current else " " if kept.usable else "!"
        print(f"{mark} {manifest.version}  documents {manifest.documents}, chunks {manifest.chunks}")
    return 0


def _activate(options: argparse.Namespace, settings: Settings) -> int:
    from api.activation import activate_noted
    from api.store import Store
    from rag.models.embedding import Embedder

    store = Store(settings)
    store.prepare()
    who = f"{getpass.getuser()} (ohjenuora activate)"
    manifest = activate_noted(settings, store, who, options.version, Embedder.load(settings).fingerprint)
    print(f"version {manifest.version} is in use")
    return 0


def _confirm(options: argparse.Namespace, settings: Settings) -> int:
    from rag.sources.readers import sources_folder
    from rag.sources.reading_process import read_corpus_isolated
    from rag.sources.translations import confirm

    documents, _ = read_corpus_isolated(
        sources_folder(settings.corpus_dir), settings.max_file_bytes, settings.recognised_dir
    )
    document_id = options.file.name.rsplit(".", 2)[0]
    for document in documents:
        if document.id == document_id and options.file.is_file():
            confirm(options.file, document)
            print(f"{options.file}: confirmed against {document.file}")
            return 0
    _said.error("%s: no such file, or no document '%s' beside it", options.file, document_id)
    return 2


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from rag.curated.changed_corpus import changed_corpus
    from rag.index.versions import changes_in_use
    from rag.models.logistic import mismatch
    from rag.publishing.quality import quotable_words
    from rag.sources.readers import sources_folder

    if told := mismatch(embedding_model=settings.embedding_model):
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
    from rag.curated.watched import load_watched
    from rag.language.words import Lexicon
    from rag.publishing.quality import Finding, check_corpus, check_curated, check_overlaps, check_translations
    from rag.sources.readers import sources_folder
    from rag.sources.reading_process import read_corpus_isolated
    from rag.sources.translations import read_translations

    folder = sources_folder(corpus)
    documents, failures = read_corpus_isolated(folder, settings.max_file_bytes, settings.recognised_dir)
    by_id = {document.id: document for document in documents}
    translations, untranslated = read_translations(folder, by_id)
    today = date.today()
    findings = check_corpus(documents, failures + untranslated, today)
    findings += check_translations(translations, by_id)
    try:
        load_watched(corpus)
        rulebook = load_rulebook(corpus, by_id, load_concepts(corpus))
        findings += check_curated(corpus, rulebook, load_examples(corpus, by_id), today)
    except BadCorpusFile as error:
        findings.insert(0, Finding("malformed file", corpus.name, str(error), blocks=True))
    findings += check_overlaps(documents, Lexicon(settings.data_dir))
    return findings, documents


if __name__ == "__main__":
    sys.exit(main())
