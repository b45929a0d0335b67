"""Retrieval on Finnish questions and passages for which nothing here was written (SQuAD 2 in Finnish).

    python -m eval.squad --data DIR [--work DIR] [--titles]

DIR holds passages.jsonl (id, title, text) and questions.jsonl (question, passage, answerable). Every passage becomes a
file of a corpus of its own, which the product's own code reads, cuts, embeds and searches. A passage counts as found at
k when one of its chunks is among the first k different passages.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from rag.build import build_index
from rag.chatbot import SEARCH_MARGIN
from rag.concepts import Concepts
from rag.coverage import Bags
from rag.embedding import Embedder
from rag.evidence import Judge
from rag.index import open_index
from rag.lexical import terms_of
from rag.question import read_question
from rag.retrieval import Retriever
from rag.settings import load_settings
from rag.words import Lexicon


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keep corpus and index here, and use them again")
    parser.add_argument("--titles", action="store_true", help="give each file its article's title")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        print(json.dumps(measure(arguments.data, work, arguments.titles), indent=2))


def measure(data: Path, work: Path, titles: bool) -> dict[str, float]:
    """R@1, R@5 and MRR@10 over the answerable questions, with the seconds that indexing and one search took."""
    passages = [json.loads(line) for line in (data / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
    lines = (data / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [question for question in map(json.loads, lines) if question["answerable"]]
    corpus = work / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for passage in passages:
        head = f"---\ntitle: {json.dumps(passage['title'])}\nlanguage: fi\n---\n" if titles else ""
        (corpus / f"{passage['id']}.md").write_text(f"{head}{passage['text']}\n", encoding="utf-8")
    settings = load_settings().model_copy(update={"corpus_dir": corpus, "data_dir": work / "data"})
    embedder = Embedder.load(settings)
    lexicon = Lexicon(settings.data_dir)
    report = build_index(settings, embedder, lexicon)
    index = open_index(settings, embedder.fingerprint)
    retriever, concepts = Retriever(index), Concepts(index.concepts, lexicon)
    judge = Judge(index, Bags(lexicon, concepts))
    ranks: list[int] = []
    started = time.perf_counter()
    for question in questions:
        text = question["question"]
        terms = terms_of(text, "fi", lexicon, concepts, asked=True)
        hits = retriever.find(embedder.embed_query(text), terms, 5 + SEARCH_MARGIN)
        hits = judge.rank(read_question(text, "fi", lexicon, concepts), hits)
        found = list(dict.fromkeys(hit.chunk.document_id for hit in hits))
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


if __name__ == "__main__":
    main()
