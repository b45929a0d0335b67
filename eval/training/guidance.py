"""Our own training documents as groups of a passage and its questions: `documents/<id>.md` with `documents/<id>.jsonl`.

Passages are those that the service cuts, and each is read with the questions that retrieval would bring to it: those it
answers, and the nearest of those it does not.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.metrics import word_characters
from eval.training.network import VERDICTS, Asked, Group
from eval.training.squad import MAX_QUESTION, Tokenize, framed, tokens_of_units
from rag.chunking import chunk_document
from rag.drafts import cells_of
from rag.embedding import Embedder
from rag.focus import asks_permission
from rag.quality import foreign_blocks
from rag.readers import read_document
from rag.types import Chunk, Document

DOCUMENTS = Path(__file__).parent / "documents"
MAX_QUESTIONS = 12  # of one passage in one epoch
NEAREST = 16  # questions that a passage does not answer, among which an epoch draws


@dataclass(frozen=True)
class Labelled:
    """A question with what is known of it. answers: by passage, the unit that answers, or -1 for the whole."""

    text: str
    language: str
    kind: str
    answers: dict[int, int]
    verdict: str | None


@dataclass(frozen=True)
class Guidance:
    """One document. nearness: (passages, questions), cosines."""

    id: str
    language: str
    passages: list[tuple[str, list[str]]]  # context, units
    questions: list[Labelled]
    nearness: np.ndarray


def load_guidance(embedder: Embedder, paths: Sequence[Path]) -> list[Guidance]:
    """The documents with their questions, cut and compared."""
    return [_load(path, embedder) for path in paths]


def load_split(embedder: Embedder, part: str) -> list[Guidance]:
    """The documents to train on ("train"), to look at while training ("dev") or to measure with at the end ("test")."""
    return load_guidance(embedder, [path for path in sorted(DOCUMENTS.glob("*.md")) if part_of(path.stem) == part])


def part_of(name: str) -> str:
    """Which part a document belongs to: by its name alone, so that it never moves. A fifth is to measure with."""
    drawn = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100
    return "test" if drawn < 20 else "dev" if drawn < 28 else "train"


def _load(path: Path, embedder: Embedder) -> Guidance:
    document = read_document(path, path.parent, lambda _: "fi")
    chunks = [c for c in chunk_document(document, embedder.count_tokens, foreign_blocks(document)) if c.kind != "gap"]
    passages = [passage_of(chunk, document) for chunk in chunks]
    rows = [json.loads(line) for line in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines() if line]
    labelled = [
        Labelled(row["question"], row["language"], row["kind"], _answers(row, chunks, document), row.get("verdict"))
        for row in rows
    ]
    # What runs over two passages is answered by neither: such a question teaches nothing.
    questions = [each for each, row in zip(labelled, rows, strict=True) if each.answers or not row["answerable"]]
    own = embedder.embed_passages([f"{context}\n" + "\n".join(units) for context, units in passages])
    nearness = own @ embedder.embed_queries([each.text for each in questions]).T
    return Guidance(path.stem, document.metadata.language, passages, questions, nearness)


def passage_of(chunk: Chunk, document: Document) -> tuple[str, list[str]]:
    """What the reader reads of a passage: its context, and its units; a row's units are its cells with their heads."""
    if chunk.kind == "row":
        cells, heads = _cells(chunk, document)
        named = [f"{head}: {cell}" if head else cell for cell, head in zip(cells, heads, strict=True)]
        context = "\n".join(line for line in chunk.context.split("\n") if line != " | ".join(heads))
        return context or document.metadata.title, named
    return chunk.context or document.metadata.title, [unit.of(document.text) for unit in chunk.units]


def _cells(chunk: Chunk, document: Document) -> tuple[list[str], list[str]]:
    """A row's cells and as many heads, empty where its table has none."""
    cells, heads = cells_of(chunk, document)
    return cells, heads if len(heads) == len(cells) else [""] * len(cells)


def _answers(row: dict[str, object], chunks: Sequence[Chunk], document: Document) -> dict[int, int]:
    """Which passages answer, by which unit."""
    found: dict[int, int] = {}
    evidence = row.get("evidence") or []
    assert isinstance(evidence, list)
    for text in evidence:
        wanted = word_characters(str(text))
        for number, chunk in enumerate(chunks):
            if wanted not in word_characters(chunk.span.of(document.text)):
                continue
            if chunk.kind == "row":
                _, heads = _cells(chunk, document)
                column = row.get("column")
                found.setdefault(number, heads.index(str(column)) if column in heads else -1)
            else:
                units = [word_characters(unit.of(document.text)) for unit in chunk.units]
                inside = [at for at, unit in enumerate(units) if wanted in unit or (len(unit) > 12 and unit in wanted)]
                found.setdefault(number, inside[0] if inside else -1)
    return found


def epoch(documents: Sequence[Guidance], tokenize: Tokenize, seed: int) -> Iterator[Group]:
    """Each passage once, in a new order, with its questions and some of the nearest that it does not answer."""
    chance = random.Random(seed)
    order = [(document, number) for document in documents for number in range(len(document.passages))]
    chance.shuffle(order)
    for document, number in order:
        positive = [at for at, each in enumerate(document.questions) if number in each.answers]
        near = [int(at) for at in np.argsort(-document.nearness[number]) if int(at) not in positive][:NEAREST]
        rows = [*positive, *near]
        yield group_of(document, number, tokenize, chance.sample(rows, min(len(rows), MAX_QUESTIONS)))


def group_of(document: Guidance, number: int, tokenize: Tokenize, asked: Sequence[int]) -> Group:
    """One passage with some of the document's questions, by their numbers."""
    context, units = document.passages[number]
    tokens, ranges = tokens_of_units(units, tokenize, framed(tokenize(context)[:120], 120))
    return Group(tokens, ranges, [_asked(document.questions[at], number, len(ranges), tokenize) for at in asked])


def _asked(question: Labelled, number: int, units: int, tokenize: Tokenize) -> Asked:
    unit = question.answers.get(number)
    answers = unit is not None
    verdict = None
    if answers and question.verdict:
        verdict = VERDICTS.index(question.verdict)
    elif not answers and asks_permission(question.text):
        verdict = VERDICTS.index("undecided")
    known = unit if unit is not None and 0 <= unit < units else None
    return Asked(framed(tokenize(question.text), MAX_QUESTION), float(answers), known, verdict)
