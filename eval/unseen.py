"""Guidance that was in no training: documents added one at a time to the corpus, each asked its own questions.

What an organisation's own rules will get: no example questions, no entries in its registers. The documents are those of
eval/training that are kept from training, and others of the same form that are given by folder.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import SecretStr

from eval.intervals import Rate, mean
from eval.metrics import Outcome, holds_evidence
from eval.questions import Question
from eval.run import run
from eval.tables import Table, rate_table
from eval.training.guidance import DOCUMENTS, part_of
from rag.answering.unit_verdicts import decided_in
from rag.chatbot import Chatbot
from rag.curated.concepts import Concepts, load_concepts
from rag.index.build import build_index
from rag.index.opening import current_version, index_folder
from rag.index.pointer import write_current
from rag.language.detection import detect_language
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.publishing.suggested_rules import Suggester
from rag.settings import Settings
from rag.sources.chunking import chunk_document
from rag.sources.foreign_text import foreign_blocks
from rag.sources.readers import read_document, sources_folder

Found = TypeVar("Found")


@dataclass(frozen=True)
class Guidance:
    """A document that is to be added, with its questions."""

    file: Path
    language: str
    questions: Sequence[Question]


def kept_from_training(part: str = "test") -> list[Guidance]:
    """Our own documents of a part, see eval.training.guidance.part_of."""
    return [
        _guidance(path, path.with_suffix(".jsonl"))
        for path in sorted(DOCUMENTS.glob("*.md"))
        if part_of(path.stem) == part
    ]


def in_folder(folder: Path) -> list[Guidance]:
    """`<name>.md` with `<name>.questions.jsonl` beside it."""
    return [
        _guidance(path, questions)
        for path in sorted(folder.glob("*.md"))
        if (questions := path.with_suffix(".questions.jsonl")).exists()
    ]


def _guidance(file: Path, questions: Path) -> Guidance:
    text = file.read_text(encoding="utf-8")
    language = next((line.split(":")[1].strip() for line in text.splitlines() if line.startswith("language:")), "fi")
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    return Guidance(
        file,
        language,
        [
            Question(
                id=f"{file.stem}-{number}",
                question=row["question"],
                language=row["language"],
                answerable=row["answerable"],
                documents=(file.stem,),
                evidence=tuple(row.get("evidence") or ()),
                facts=tuple(row.get("facts") or ()),
                verdict=row.get("verdict"),
                category=row.get("kind"),
            )
            for number, row in enumerate(rows)
            # Where nothing tells a right answer by machine, nothing can be measured.
            if not row["answerable"] or any(row.get(key) for key in ("evidence", "facts", "verdict"))
        ],
    )


@contextmanager
def added(
    settings: Settings, embedder: Embedder, lexicon: Lexicon, file: Path, accepted: bool = False
) -> Iterator[Settings]:
    """The installation with one more document, published; accepted: with every rule that its preview suggests, as it is
    suggested. Its folder is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, data = Path(folder, "corpus"), Path(folder, "data")
        shutil.copytree(settings.corpus_dir, corpus)
        shutil.copy(file, sources_folder(corpus))
        if accepted:
            _accept(corpus, sources_folder(corpus) / file.name, embedder, lexicon)
        (data / "models").parent.mkdir()
        (data / "models").symlink_to((settings.data_dir / "models").resolve())
        # Nothing of the installation's is touched: a shared database would take the copy into use for everybody.
        apart = {"corpus_dir": corpus, "data_dir": data, "database_url": SecretStr(""), "chroma_url": ""}
        own = settings.model_copy(update=apart)
        if current := current_version(settings):
            shutil.copytree(index_folder(settings) / current, index_folder(own) / current)
            write_current(own, index_folder(own), current)
        build_index(own, embedder, lexicon)
        yield own


def _accept(corpus: Path, file: Path, embedder: Embedder, lexicon: Lexicon) -> None:
    document = read_document(file, file.parent, detect_language)
    decided = decided_in(document, chunk_document(document, embedder.count_tokens, foreign_blocks(document)))
    suggested = Suggester(Concepts(load_concepts(corpus), lexicon), lexicon).suggested(decided, document)
    rules = corpus / "rules.yaml"
    held = yaml.safe_load(rules.read_text(encoding="utf-8"))
    held["rules"] += [rule.as_entry() for rule in suggested]
    rules.write_text(yaml.safe_dump(held, allow_unicode=True), encoding="utf-8")


@dataclass
class Unseen:
    """What came of it; each outcome with the language of its document."""

    outcomes: list[tuple[Outcome, str]] = field(default_factory=list)

    def share(self, counts: Callable[[Outcome], bool], of: Callable[[Outcome, str], bool]) -> Rate:
        kept = [outcome for outcome, language in self.outcomes if of(outcome, language)]
        # Questions to one document are not independent: a document is a cluster.
        return mean([float(counts(each)) for each in kept], [each.question.documents[0] for each in kept])


Work = Callable[[Settings, Embedder, Lexicon, Guidance], Found]


def of_each(
    settings: Settings, documents: Sequence[Guidance], work: Work[Found], accepted: bool = False
) -> list[Found]:
    """What work finds of the installation with each of the documents added to it, in their order. accepted: as added().

    As many processes as there are cores share the documents, as each computes the quicker alone with one. work is a
    function of a module, so that they can be told of it.
    """
    cores = settings.threads or os.cpu_count() or 1
    own = settings.model_copy(update={"threads": 1})
    shares = [documents[number::cores] for number in range(cores)]
    with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
        told = [pool.submit(_of_share, own, share, work, accepted) for share in shares if share]
        found = [each.result() for each in told]
    return [found[number % cores][number // cores] for number in range(len(documents))]


def _of_share(settings: Settings, documents: Sequence[Guidance], work: Work[Found], accepted: bool) -> list[Found]:
    embedder, lexicon = Embedder.load(settings), Lexicon(settings.data_dir)
    found = []
    for document in documents:
        with added(settings, embedder, lexicon, document.file, accepted) as own:
            found.append(work(own, embedder, lexicon, document))
    return found


def measure(settings: Settings, documents: Sequence[Guidance], accepted: bool = False) -> Unseen:
    """Add each, ask its questions, take it away. accepted: as added()."""
    outcomes = of_each(settings, documents, _asked, accepted)
    return Unseen([(each, of.language) for of, all_of in zip(documents, outcomes, strict=True) for each in all_of])


def _asked(settings: Settings, embedder: Embedder, lexicon: Lexicon, document: Guidance) -> list[Outcome]:
    return run(Chatbot(settings, embedder, lexicon), document.questions)


def _cited(outcome: Outcome) -> bool:
    return any(holds_evidence(each.quote, outcome.question.evidence) for each in outcome.answer.citations)


def _wrong_verdict(outcome: Outcome) -> bool:
    return outcome.answer.verdict is not None and outcome.answer.verdict != outcome.question.verdict


def tables(found: Unseen) -> list[Table]:
    """The figures, and the right places by the languages of question and document."""

    def may_i(outcome: Outcome) -> bool:
        return outcome.question.verdict is not None

    rows: list[tuple[str, Rate]] = [
        (
            "answered right, may-I questions aside",
            found.share(lambda o: o.correct_answer, lambda o, _: o.question.answerable and not may_i(o)),
        ),
        ("right place cited", found.share(_cited, lambda o, _: bool(o.question.evidence))),
        (
            "right place cited, question in another language",
            found.share(_cited, lambda o, language: bool(o.question.evidence) and o.question.language != language),
        ),
        ("verdict right", found.share(lambda o: o.verdict_right is True, lambda o, _: may_i(o))),
        ("wrong verdict shown, of all questions", found.share(_wrong_verdict, lambda *_: True)),
        (
            "near misses refused",
            found.share(lambda o: not o.answered, lambda o, _: o.question.category == "near_miss"),
        ),
        ("far questions refused", found.share(lambda o: not o.answered, lambda o, _: o.question.category == "far")),
        ("hallucinated, of all questions", found.share(lambda o: o.hallucinated, lambda *_: True)),
    ]
    pairs = sorted({(language, outcome.question.language) for outcome, language in found.outcomes})
    places = [
        (
            f"document {one}, question {other}",
            found.share(
                _cited,
                lambda o, language, one=one, other=other: (  # type: ignore[misc]
                    bool(o.question.evidence) and (language, o.question.language) == (one, other)
                ),
            ),
        )
        for one, other in pairs
    ]
    return [rate_table("Guidance that nobody has seen", rows), rate_table("Right place cited, by languages", places)]
