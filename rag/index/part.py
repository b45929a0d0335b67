"""The part of a version that somebody may read: as if the other documents had never been there."""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import replace

import numpy as np

from rag.curated.examples import ExampleSet, Target
from rag.curated.rules import Rulebook
from rag.index.opening import Index
from rag.models.recognition import name_of
from rag.types import Document

_UNANSWERED = Target((), "not_in_guidance")


def part_of(index: Index, readable: Collection[str]) -> Index:
    """What is left of a version without all that is of other documents: passages, vectors, words, rules, examples.

    readable: ids of documents. The approved services and the concepts are everybody's. The vectors are copied; Chroma
    has all of them still, and is asked within the documents of the part (rag.answering.retrieval).
    """
    documents = {name: _alone(each, readable) for name, each in index.documents.items() if name in readable}
    chosen = [chunk.document_id in readable for chunk in index.chunks]
    languages = np.repeat(chosen, [1 + len(chunk.variants) for chunk in index.chunks])
    units = np.repeat(chosen, [len(chunk.units) * (1 + len(chunk.variants)) for chunk in index.chunks])
    chunks = [chunk for chunk in index.chunks if chunk.document_id in readable]
    ids = {chunk.id for chunk in chunks}
    rows = np.array([number for number, entry in enumerate(index.entries) if entry.chunk_id in ids], dtype=np.int64)
    lexical = index.lexical_all.only(np.flatnonzero(languages))
    passage_of = [number for number, chunk in enumerate(chunks) for _ in range(1 + len(chunk.variants))]
    return replace(
        index,
        documents=documents,
        chunks=chunks,
        entries=[index.entries[row] for row in rows],
        vectors=index.vectors[rows],
        lexical_all=lexical,
        lexical_unit=index.lexical_unit.only(np.flatnonzero(units)),
        frequencies=lexical.frequencies(passage_of),
        rulebook=_rules_of(index.rulebook, index.documents.keys() - documents.keys()),
        examples=_examples_of(index.examples, documents, index.own_examples),
    )


def _alone(document: Document, readable: Collection[str]) -> Document:
    """The document, without the name of one that may not be read."""
    if document.metadata.supersedes in {None, *readable}:
        return document
    return replace(document, metadata=replace(document.metadata, supersedes=None))


def _rules_of(rulebook: Rulebook, hidden: Collection[str]) -> Rulebook:
    rules = [*(rule for rule, _ in rulebook.rules), *rulebook.suspended]
    gone = {rule.id for rule in rules if rule.document in hidden}
    gone |= {rule.id for rule in rules if rule.supplements in gone}  # there is nothing left to supplement
    return replace(
        rulebook,
        rules=tuple((rule, span) for rule, span in rulebook.rules if rule.id not in gone),
        suspended=tuple(rule for rule in rulebook.suspended if rule.id not in gone),
        suggestions=tuple(each for each in rulebook.suggestions if each.document_id not in hidden),
    )


def _examples_of(examples: ExampleSet, readable: Collection[str], own: Container[int]) -> ExampleSet:
    """The examples, those of other documents as questions that no source answers: else a question like them would be
    taken for the next likest thing. Of those, an organisation's own questions are as secret as what answers them.

    own: the names, by rag.models.recognition.name_of, of the examples that the release has not learnt.
    """
    hidden = {number for number, target in enumerate(examples.targets) if not target.holds(readable)}
    kept = [
        example
        for example in examples.examples
        if example.target not in hidden or name_of(example.text, example.language) not in own
    ]
    targets = [
        _UNANSWERED
        if number in hidden
        else replace(
            target,
            places=tuple((name, span) for name, span in target.places if name in readable),
            documents=tuple(name for name in target.documents if name in readable),
        )
        for number, target in enumerate(examples.targets)
    ]
    return replace(examples, targets=tuple(targets), examples=tuple(kept), unplaced=())
