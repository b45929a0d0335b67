"""Question files against the corpus: does the evidence stand in the documents, is each question there once?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.metrics import word_characters
from eval.questions import Question, load_questions
from rag.curated.examples import load_examples
from rag.language.detection import detect_language
from rag.settings import Settings
from rag.sources.readers import read_corpus, sources_folder
from rag.types import Document


def corpus_texts(settings: Settings) -> dict[str, str]:
    """The canonical texts of the corpus by document id. Raises UnreadableSource for the first file that has none."""
    return {document.id: document.text for document in _documents(settings)}


def example_questions(settings: Settings) -> list[str]:
    """The example questions of the corpus: what the service is trained on must not be what it is measured by."""
    documents = {document.id: document for document in _documents(settings)}
    return [example.text for example in load_examples(settings.corpus_dir, documents).examples]


def _documents(settings: Settings) -> list[Document]:
    documents, failures = read_corpus(sources_folder(settings.corpus_dir), detect_language, settings.max_file_bytes)
    if failures:
        raise failures[0]
    return documents


def lint(files: Sequence[Path], documents: Mapping[str, str], examples: Sequence[str] = ()) -> list[str]:
    """What is wrong with the files, one line each. Raises BadQuestionFile for a file that cannot be loaded.

    examples: questions that no file may hold.
    """
    taken = {word_characters(example) for example in examples}
    problems: list[str] = []
    ids: dict[str, Path] = {}
    texts: dict[str, str] = {}
    answerable: dict[str, bool] = {}
    compared = {name: word_characters(text) for name, text in documents.items()}
    for file in files:
        for question in load_questions(file):
            found = _contradictions(question) + _evidence_problems(question, compared)
            if question.id in ids:
                found.append(f"the id stands in {ids[question.id]} already")
            if question.after:  # in another conversation the same words ask something else
                ids.setdefault(question.id, file)
                problems += [f"{file}: {question.id}: {problem}" for problem in found]
                continue
            same = texts.setdefault(word_characters(question.question), question.id)
            if same != question.id:
                found.append(f"asked in the same words as {same}")
            if word_characters(question.question) in taken:
                found.append("stands among the example questions of the corpus")
            if answerable.setdefault(question.group, question.answerable) != question.answerable:
                found.append(f"cluster '{question.group}' has answerable and unanswerable questions")
            ids.setdefault(question.id, file)
            problems += [f"{file}: {question.id}: {problem}" for problem in found]
    return problems


def _contradictions(question: Question) -> list[str]:
    if question.answerable:
        return [] if question.evidence else ["answerable, but without evidence"]
    given = [name for name in ("documents", "evidence", "facts", "verdict") if getattr(question, name)]
    return [f"unanswerable, but has {' and '.join(given)}"] if given else []


def _evidence_problems(question: Question, compared: Mapping[str, str]) -> list[str]:
    """documents and their compared texts: each must be known and hold some of the evidence."""
    problems = [f"document '{name}' is not in the corpus" for name in question.documents if name not in compared]
    named = {name: body for name, body in compared.items() if name in question.documents or not question.documents}
    for text in question.evidence:
        words = word_characters(text)
        if not any(words in body for body in named.values()):
            problems.append(f"evidence does not stand in {', '.join(named) or 'the corpus'}: '{text}'")
    for name, body in named.items() if question.documents else ():
        if question.evidence and not any(word_characters(text) in body for text in question.evidence):
            problems.append(f"document '{name}' holds none of the evidence")
    return problems
