"""Retrieval and abstention on Finnish questions and passages for which nothing here was written (SQuAD 2 in Finnish).

    python -m eval.squad --data DIR [--work DIR] [--titles]       R@1, R@5, MRR@10 over the answerable questions
    python -m eval.squad --data DIR [--work DIR] --abstention     AUROC of the confidence

DIR holds passages.jsonl (id, title, text) and questions.jsonl (question, passage, answerable). Every passage becomes a
file of a corpus of its own, which the product's own code reads, cuts, embeds and searches. A passage counts as found at
k when one of its chunks is among the first k different passages.

For abstention every question is asked of two indices, each with one half of the articles. "inside": does the confidence
tell questions whose article is there from those whose article is not? "adversarial": among the questions whose article
is there, does it tell the answerable ones from those that were written to look answered?
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sklearn.metrics import roc_auc_score

from rag.answering.pipeline import OpenVersion
from rag.chatbot import Chatbot
from rag.index.build import build_index
from rag.index.opening import open_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.models.reader import Reader
from rag.settings import Settings, load_settings

Row = dict[str, Any]
ABSTENTION_QUESTIONS = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keep corpus and index here, and use them again")
    parser.add_argument("--titles", action="store_true", help="give each file its article's title")
    parser.add_argument("--abstention", action="store_true", help="measure the confidence instead of the retrieval")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        if arguments.abstention:
            figures = measure_abstention(arguments.data, work)
        else:
            figures = measure(arguments.data, work, arguments.titles)
        print(json.dumps(figures, indent=2))


def load_squad(data: Path) -> tuple[list[Row], list[Row]]:
    """Passages and questions."""
    passages = [json.loads(line) for line in (data / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
    questions = [json.loads(line) for line in (data / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    return passages, questions


def halves(passages: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The passages of every second article, and those of the others."""
    titles = {title: number for number, title in enumerate(sorted({passage["title"] for passage in passages}))}
    first = [passage for passage in passages if titles[passage["title"]] % 2 == 0]
    second = [passage for passage in passages if titles[passage["title"]] % 2 == 1]
    return first, second


def sample(questions: Sequence[Row], size: int, seed: int = 1) -> list[Row]:
    return random.Random(seed).sample(list(questions), min(size, len(questions)))  # noqa: S311  # not for secrets


def write_squad(passages: Sequence[Row], corpus: Path, titles: bool = False) -> None:
    """One Markdown file a passage."""
    corpus.mkdir(parents=True, exist_ok=True)
    for passage in passages:
        head = f"---\ntitle: {json.dumps(passage['title'])}\nlanguage: fi\n---\n" if titles else ""
        (corpus / f"{passage['id']}.md").write_text(f"{head}{passage['text']}\n", encoding="utf-8")


def measure(data: Path, work: Path, titles: bool) -> dict[str, float]:
    """R@1, R@5 and MRR@10 over the answerable questions, with the seconds that indexing and one search took."""
    passages, questions = load_squad(data)
    questions = [question for question in questions if question["answerable"]]
    write_squad(passages, work / "corpus", titles)
    settings = load_settings().model_copy(update={"corpus_dir": work / "corpus", "data_dir": work / "data"})
    embedder = Embedder.load(settings)
    lexicon = Lexicon(settings.data_dir)
    report = build_index(settings, embedder, lexicon)
    opened = OpenVersion.of(
        open_index(settings, embedder.fingerprint), lexicon, embedder, Reader.load(settings, embedder)
    )
    ranks: list[int] = []
    started = time.perf_counter()
    for question in questions:
        text = question["question"]
        found_passages = opened.search(opened.read(text, "fi"), opened.reader.encode(text, embedder), date.today(), 10)
        found = list(dict.fromkeys(passage.document_id for passage in found_passages))
        ranks.append(found.index(question["passage"]) + 1 if question["passage"] in found else 0)
    seconds = time.perf_counter() - started
    n = len(questions)
    return {
        "passages": len(passages),
        "questions": n,
        "R@1": sum(rank == 1 for rank in ranks) / n,
        "R@5": sum(1 <= rank <= 5 for rank in ranks) / n,
        "MRR@10": sum(1 / rank for rank in ranks if 1 <= rank <= 10) / n,
        "index_seconds": report.seconds,
        "search_ms": 1000 * seconds / n,
    }


def measure_abstention(data: Path, work: Path) -> dict[str, float]:
    """AUROC of the confidence that ask() gives, over the questions whose articles are left out of half an index."""
    passages, questions = load_squad(data)
    chosen = sample(questions, ABSTENTION_QUESTIONS, seed=2)
    base = load_settings()
    embedder = Embedder.load(base)
    rows: list[tuple[bool, bool, float]] = []  # inside, answerable, confidence
    for number, half in enumerate(halves(passages)):
        write_squad(half, work / f"corpus-{number}")
        chatbot = _open(base, embedder, work / f"corpus-{number}", work / f"data-{number}")
        own = {passage["id"] for passage in half}
        for question in chosen:
            answer = chatbot.ask(question["question"], "fi")
            rows.append((question["passage"] in own, question["answerable"], answer.confidence))
    inside = [row for row in rows if row[0]]
    answerable = [row for row in rows if row[1]]
    return {
        "asked": len(rows),
        "AUROC inside, all questions": float(roc_auc_score([r[0] for r in rows], [r[2] for r in rows])),
        "AUROC inside, answerable questions": float(
            roc_auc_score([r[0] for r in answerable], [r[2] for r in answerable])
        ),
        "AUROC adversarial": float(roc_auc_score([r[1] for r in inside], [r[2] for r in inside])),
    }


def _open(base: Settings, embedder: Embedder, corpus: Path, data: Path) -> Chatbot:
    settings = base.model_copy(update={"corpus_dir": corpus, "data_dir": data})
    lexicon = Lexicon(data)
    build_index(settings, embedder, lexicon)
    return Chatbot(settings, embedder, lexicon)


if __name__ == "__main__":
    main()
