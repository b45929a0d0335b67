"""Our own training documents as groups of a passage and its questions: `documents/<id>.md` with `documents/<id>.jsonl`.

Passages are those that the service cuts, and each is read with the questions that retrieval would bring to it: those it
answers, and the nearest of those it does not.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eval.metrics import word_characters
from eval.training.groups import Asked, Framing, Group, Tokenize
from rag.language.answer_types import focus_of
from rag.models.reader import VERDICTS, readable, tokens_of
from rag.sources.chunking import cells_with_heads, chunk_document
from rag.sources.foreign_text import foreign_blocks
from rag.sources.readers import read_document
from rag.types import Chunk, Document

DOCUMENTS = Path(__file__).parent / "documents"
MAX_QUESTIONS = 12  # that a passage answers or not, about half and half, in one epoch
OTHERS = 4  # such questions at the least
NEAREST = 16  # questions that a passage does not answer, among which they are drawn


@dataclass(frozen=True)
class Labelled:
    """A question with what is known of it. asked: as any passage is asked it; answers: by passage, the unit that
    answers, or -1 for the whole."""

    asked: Asked
    text: str
    language: str
    kind: str
    answers: dict[int, int]
    verdict: str | None


@dataclass(frozen=True)
class Guidance:
    """One document, or several as one. passages: without questions."""

    id: str
    language: str
    passages: list[Group]
    questions: list[Labelled]


def load(part: str, tokenize: Tokenize) -> list[Guidance]:
    """The documents to train on ("train"), to look at while training and to fit the decision on ("dev"), or to measure
    with at the end ("test")."""
    return [_load(path, tokenize) for path in sorted(DOCUMENTS.glob("*.md")) if part_of(path.stem) == part]


def part_of(name: str) -> str:
    """Which part a document belongs to: by its name alone, so that it never moves."""
    drawn = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100
    return "test" if drawn < 14 else "dev" if drawn < 28 else "train"


def _load(path: Path, tokenize: Tokenize) -> Guidance:
    document = read_document(path, path.parent, lambda _: "fi")
    blocks = foreign_blocks(document)
    chunks = [c for c in chunk_document(document, lambda text: len(tokenize(text)), blocks) if c.kind != "gap"]
    framing = Framing.of(tokenize)
    passages = [readable(chunk, document) for chunk in chunks]
    rows = [json.loads(line) for line in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines() if line]
    labelled = [
        Labelled(
            Asked(framing.asked(tokenize(row["question"])), None),
            row["question"],
            row["language"],
            row["kind"],
            _answers(row, chunks, document),
            row.get("verdict"),
        )
        for row in rows
    ]
    # What runs over two passages is answered by neither: such a question teaches nothing.
    questions = [each for each, row in zip(labelled, rows, strict=True) if each.answers or not row["answerable"]]
    groups = [Group(*framing.read(*tokens_of(each, tokenize)), ()) for each in passages]
    return Guidance(path.stem, document.metadata.language, groups, questions)


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
                _, heads = cells_with_heads(chunk, document)
                column = row.get("column")
                found.setdefault(number, heads.index(str(column)) if column in heads else -1)
            else:
                units = [word_characters(unit.of(document.text)) for unit in chunk.units]
                inside = [at for at, unit in enumerate(units) if wanted in unit or (len(unit) > 12 and unit in wanted)]
                found.setdefault(number, inside[0] if inside else -1)
    return found


def together(documents: Sequence[Guidance]) -> Guidance:
    """Several documents as one: a question's passages are sought among those of all of them."""
    passages: list[Group] = []
    questions: list[Labelled] = []
    for document in documents:
        first = len(passages)
        moved = ({first + at: unit for at, unit in each.answers.items()} for each in document.questions)
        questions += [replace(each, answers=at) for each, at in zip(document.questions, moved, strict=True)]
        passages += document.passages
    return Guidance(documents[0].id, documents[0].language, passages, questions)


def drawn(document: Guidance, nearness: np.ndarray, most: int, chance: random.Random) -> list[tuple[int, list[int]]]:
    """So many passages, first those that answer something, each with questions that it answers and some of the nearest
    that it does not; by their numbers. nearness: cosines (passages, questions)."""
    order = chance.sample(range(len(document.passages)), len(document.passages))
    order.sort(key=lambda number: all(number not in each.answers for each in document.questions))
    found = []
    for number in order[:most]:
        right = [at for at, each in enumerate(document.questions) if number in each.answers]
        near = [int(at) for at in np.argsort(-nearness[number]) if int(at) not in right][:NEAREST]
        asked = chance.sample(right, min(len(right), MAX_QUESTIONS // 2))
        asked += chance.sample(near, min(len(near), len(asked) + OTHERS))
        if asked:
            found.append((number, asked))
    return found


def group_of(document: Guidance, number: int, asked: Sequence[int]) -> Group:
    """One passage with some of the document's questions, by their numbers."""
    passage = document.passages[number]
    return replace(passage, questions=[_asked(document.questions[at], number, len(passage.units)) for at in asked])


def _asked(question: Labelled, number: int, units: int) -> Asked:
    unit = question.answers.get(number)
    answers = unit is not None
    # A passage that answers another question than one whether something is allowed, or none at all, says nothing of it.
    verdict = None
    if answers and question.verdict:
        verdict = VERDICTS.index(question.verdict)
    elif not question.verdict or not answers:
        verdict = VERDICTS.index("undecided") if focus_of(question.text) in ("whether", "unsaid") else None
    known = unit if unit is not None and 0 <= unit < units else None
    return replace(question.asked, answers=float(answers), unit=known, verdict=verdict)
