"""Our own training documents as groups of a passage and its questions: `documents/<id>.md` with `documents/<id>.jsonl`.

Passages are those that the service cuts, and each is read with the questions that retrieval would bring to it: those it
answers, and the nearest of those it does not.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from eval.metrics import word_characters
from eval.training.check import AS_PEOPLE_ASK
from eval.training.groups import Asked, Framing, Group, Tokenize
from eval.training.turned import OPPOSITE, turned
from rag.answering.unit_verdicts import clauses_of
from rag.language.answer_types import focus_of
from rag.models.reader import VERDICTS, clause_tokens, left_with, readable, tokens_of
from rag.sources.chunking import cells_with_heads, chunk_document
from rag.sources.foreign_text import foreign_blocks
from rag.sources.readers import read_document
from rag.types import Chunk, Document, Verdict

DOCUMENTS = Path(__file__).parent / "documents"
FITTED_ON = "n"  # with what the series of a document that is only fitted on begins
MAX_QUESTIONS = 12  # that a passage answers or not, about half and half, in one epoch
OTHERS = 4  # such questions at the least
NEAREST = 16  # questions that a passage does not answer, among which they are drawn
NEAREST_PASSAGES = 2  # to a question that nothing answers: they are always asked it


@dataclass(frozen=True)
class Labelled:
    """A question with what is known of it. asked: as any passage is asked it; answers: by passage, the units that
    answer, each by itself; none for the whole."""

    asked: Asked
    text: str
    language: str
    kind: str
    answers: dict[int, tuple[int, ...]]
    verdict: Verdict | None
    conditional: bool


@dataclass(frozen=True)
class Guidance:
    """One document, or several as one. passages: without questions; opposites: of sentences that permit or forbid, by
    passage and unit, the tokens of the same that say the opposite; rows: the passages that are quoted as a whole; led:
    those whose first unit leads in the others; clauses: of sentences that decide two cases differently, by passage and
    unit."""

    id: str
    language: str
    passages: list[Group]
    questions: list[Labelled]
    opposites: Mapping[tuple[int, int], list[int]]
    rows: frozenset[int] = frozenset()
    led: frozenset[int] = frozenset()
    clauses: Mapping[tuple[int, int], tuple[Clause, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Clause:
    """tokens: its half-open range in its unit; verdict: what its words decide, None for nothing."""

    tokens: tuple[int, int]
    verdict: Verdict | None


def load(part: str, tokenize: Tokenize) -> list[Guidance]:
    """The documents to train on ("train"), to look at while training and to fit the decision on ("dev"), or to measure
    with at the end ("test")."""
    return [_load(path, tokenize) for path in sorted(DOCUMENTS.glob("*.md")) if part_of(path.stem) == part]


def part_of(name: str) -> str:
    """Which part a document belongs to: by its name alone, so that it never moves. train, to learn reading from; dev,
    to look at meanwhile; fit, to weigh with what was read (eval.fit), asked as people ask it who have the matter before
    them; test, to measure."""
    if series_of(name).startswith(FITTED_ON):
        return "fit"
    drawn = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100
    return "test" if drawn < 14 else "dev" if drawn < 28 else "train"


def series_of(name: str) -> str:
    """Of a document, by its name: "ka" of "t-fi-ka-01"."""
    return name.split("-")[2]


def asked_as_people_ask(name: str) -> bool:
    """Who has the matter before them; of a document, by its name."""
    return AS_PEOPLE_ASK.match(name) is not None


def _load(path: Path, tokenize: Tokenize) -> Guidance:
    document = read_document(path, path.parent, lambda _: "fi")
    blocks = foreign_blocks(document)
    chunks = [c for c in chunk_document(document, lambda text: len(tokenize(text)), blocks) if c.kind != "gap"]
    framing = Framing.of(tokenize)
    passages = [readable(chunk, document) for chunk in chunks]
    asked = [json.loads(line) for line in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines() if line]
    labelled = [
        Labelled(
            Asked(framing.asked(tokenize(row["question"])), None),
            row["question"],
            row["language"],
            row["kind"],
            _answers(row, chunks, document),
            row.get("verdict"),
            bool(row.get("condition")),
        )
        for row in asked
    ]
    # What runs over two passages is answered by neither: such a question teaches nothing.
    questions = [each for each, row in zip(labelled, asked, strict=True) if each.answers or not row["answerable"]]
    groups = [Group(*framing.read(*tokens_of(each, tokenize)), ()) for each in passages]
    opposites = {
        (number, at): tokenize(opposite)
        for number, (chunk, group) in enumerate(zip(chunks, groups, strict=True))
        if chunk.kind != "row"
        for at, unit in enumerate(chunk.units[: len(group.units)])
        if (opposite := turned(unit.of(document.text), document.metadata.language)) is not None
    }
    rows = frozenset(number for number, chunk in enumerate(chunks) if chunk.kind == "row")
    led = frozenset(number for number, chunk in enumerate(chunks) if chunk.lead_in)
    clauses = {
        (number, at): parts
        for number, (chunk, group) in enumerate(zip(chunks, groups, strict=True))
        if number not in rows
        for at in range(int(number in led), min(len(chunk.units), len(group.units)))
        if (parts := _clauses(chunk, at, document, tokenize))
    }
    return Guidance(path.stem, document.metadata.language, groups, questions, opposites, rows, led, clauses)


def _clauses(chunk: Chunk, unit: int, document: Document, tokenize: Tokenize) -> tuple[Clause, ...]:
    """Of a sentence that decides two cases differently; none of another."""
    parts = clauses_of(chunk, unit, document)
    verdicts = [said.verdict for _, said in parts]
    if len(set(verdicts)) < 2:
        return ()
    tokens = clause_tokens(chunk.units[unit].of(document.text), [span for span, _ in parts], tokenize)
    return tuple(map(Clause, tokens, verdicts))


def _answers(row: dict[str, object], chunks: Sequence[Chunk], document: Document) -> dict[int, tuple[int, ...]]:
    """Which passages answer, by which units."""
    found: dict[int, set[int]] = {}
    evidence = row.get("evidence") or []
    assert isinstance(evidence, list)
    for text in evidence:
        wanted = word_characters(str(text))
        for number, chunk in enumerate(chunks):
            if wanted not in word_characters(chunk.span.of(document.text)):
                continue
            answering = found.setdefault(number, set())
            if chunk.kind == "row":
                _, heads = cells_with_heads(chunk, document)
                column = row.get("column")
                answering |= {heads.index(str(column))} if column in heads else set()
            else:
                units = [word_characters(unit.of(document.text)) for unit in chunk.units]
                inside = [at for at, unit in enumerate(units) if wanted in unit or (len(unit) > 12 and unit in wanted)]
                answering |= set(inside[:1])
    return {number: tuple(sorted(units)) for number, units in found.items()}


def together(documents: Sequence[Guidance]) -> Guidance:
    """Several documents as one: a question's passages are sought among those of all of them."""
    passages: list[Group] = []
    questions: list[Labelled] = []
    opposites: dict[tuple[int, int], list[int]] = {}
    rows: list[int] = []
    led: list[int] = []
    clauses: dict[tuple[int, int], tuple[Clause, ...]] = {}
    for document in documents:
        first = len(passages)
        rows += [first + number for number in document.rows]
        led += [first + number for number in document.led]
        opposites |= {(first + number, unit): tokens for (number, unit), tokens in document.opposites.items()}
        clauses |= {(first + number, unit): parts for (number, unit), parts in document.clauses.items()}
        moved = ({first + at: unit for at, unit in each.answers.items()} for each in document.questions)
        questions += [replace(each, answers=at) for each, at in zip(document.questions, moved, strict=True)]
        passages += document.passages
    return Guidance(
        documents[0].id, documents[0].language, passages, questions, opposites, frozenset(rows), frozenset(led), clauses
    )


def drawn(document: Guidance, nearness: np.ndarray, most: int, chance: random.Random) -> list[tuple[int, list[int]]]:
    """So many passages, first those that answer something, each with questions that it answers and some of the nearest
    that it does not, by their numbers: first what nothing answers and would be answered by this passage, if by any.
    nearness: cosines (passages, questions)."""
    order = chance.sample(range(len(document.passages)), len(document.passages))
    order.sort(key=lambda number: all(number not in each.answers for each in document.questions))
    nearest = np.argsort(-nearness, axis=0)[:NEAREST_PASSAGES]
    found = []
    for number in order[:most]:
        right = [at for at, each in enumerate(document.questions) if number in each.answers]
        near = [int(at) for at in np.argsort(-nearness[number]) if int(at) not in right]
        missed = [at for at in near if not document.questions[at].answers and number in nearest[:, at]]
        others = [at for at in near[:NEAREST] if at not in missed]
        asked = chance.sample(right, min(len(right), MAX_QUESTIONS // 2))
        wrong = [*chance.sample(missed, len(missed)), *chance.sample(others, len(others))]
        asked += wrong[: len(asked) + OTHERS]
        if asked:
            found.append((number, asked))
    return found


def group_of(document: Guidance, number: int, asked: Sequence[int]) -> Group:
    """One passage with some of the document's questions, by their numbers."""
    passage = document.passages[number]
    return replace(passage, questions=[_asked(document.questions[at], number, len(passage.units)) for at in asked])


def hollowed(document: Guidance, most: int, chance: random.Random) -> list[tuple[Group, list[int]]]:
    """So many passages from each of which a unit is taken that answers, asked what it answered and what the others do;
    with the numbers of the document's questions that are asked. What is left is as near to the question as before,
    has its heading and its words, and answers nothing."""
    found: list[tuple[Group, list[int]]] = []
    for number in chance.sample(range(len(document.passages)), len(document.passages)):
        units = document.passages[number].units
        answering = {
            at: {unit for unit in each.answers[number] if unit < len(units)}
            for at, each in enumerate(document.questions)
            if each.answers.get(number)
        }
        whole = [at for at, each in answering.items() if each and len(each) < len(units)]
        if len(found) == most or not whole:
            continue
        taken = answering[chance.choice(whole)]
        lost = [at for at in whole if answering[at] <= taken]
        kept = [at for at in whole if not answering[at] & taken]
        rows = chance.sample(lost, min(len(lost), MAX_QUESTIONS // 2)) + chance.sample(kept, min(len(kept), len(lost)))
        passage, moved = _without(document.passages[number], taken)
        questions = []
        for at in rows:
            question = document.questions[at]
            if at in lost:
                question = replace(question, answers={})
            else:
                question = replace(question, answers={number: tuple(moved[unit] for unit in answering[at])})
            questions.append(_asked(question, number, len(passage.units)))
        found.append((replace(passage, questions=questions), rows))
    return found


def opposed(document: Guidance, most: int, chance: random.Random) -> list[tuple[Group, list[int]]]:
    """So many passages in each of which a sentence says the opposite, asked what may be done by it: the verdict is the
    other one; with the numbers of the document's questions that are asked."""
    found: list[tuple[Group, list[int]]] = []
    for number, unit in chance.sample(list(document.opposites), len(document.opposites)):
        rows = [
            at
            for at, each in enumerate(document.questions)
            if each.answers.get(number) == (unit,) and each.verdict in OPPOSITE and not each.conditional
        ]
        if len(found) == most or not rows:
            continue
        passage = _instead(document.passages[number], unit, document.opposites[number, unit])
        questions = []
        for at in rows:
            question = document.questions[at]
            question = replace(question, verdict=OPPOSITE[question.verdict] if question.verdict else None)
            questions.append(_asked(question, number, len(passage.units)))
        found.append((replace(passage, questions=questions), rows))
    return found


def _instead(passage: Group, unit: int, tokens: Sequence[int]) -> Group:
    """The passage with other tokens in place of a unit's."""
    start, end = passage.units[unit]
    longer = len(tokens) - (end - start)
    units = [
        (first, last)
        if number < unit
        else (first, last + longer)
        if number == unit
        else (first + longer, last + longer)
        for number, (first, last) in enumerate(passage.units)
    ]
    return replace(passage, tokens=[*passage.tokens[:start], *tokens, *passage.tokens[end:]], units=units)


def _without(passage: Group, taken: Collection[int]) -> tuple[Group, dict[int, int]]:
    """The passage without these units, and which of its units each of the others is now."""
    left = [number for number in range(len(passage.units)) if number not in taken]
    kept, units = left_with(left, passage.units, len(passage.tokens))
    moved = {number: at for at, number in enumerate(left)}
    return replace(passage, tokens=[passage.tokens[at] for at in kept], units=units), moved


def _asked(question: Labelled, number: int, units: int) -> Asked:
    answering = question.answers.get(number)
    answers = answering is not None
    # A passage that answers another question than one whether something is allowed, or none at all, says nothing of it.
    verdict = None
    if answers and question.verdict:
        verdict = VERDICTS.index(question.verdict)
    elif not question.verdict or not answers:
        verdict = VERDICTS.index("undecided") if focus_of(question.text) in ("whether", "unsaid") else None
    known = answering[0] if answering and answering[0] < units else None
    return replace(question.asked, answers=float(answers), unit=known, verdict=verdict)
