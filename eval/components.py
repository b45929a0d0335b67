"""The parts of the service measured one by one. Each first stores what the part did, then measures what was stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from eval import sections
from eval.abstention import Abstention, generate_forced, measure_abstention
from eval.baselines import bm25, dense, generate_baseline
from eval.grounding import Checked, generate_checked, load_sentences, measure_grounding
from eval.passages import Ranking, generate_rankings, measure_retrieval
from eval.privacy import Searched, generate_searched, load_made
from eval.privacy import measure as measure_private
from eval.privacy import tables as privacy_tables
from eval.questions import Question, load_questions
from eval.recognition import Recognised, generate_recognised, measure_recognition
from eval.robustness import Robustness, as_asked, generate_distorted, measure_robustness
from eval.run import Output, document_texts, generate, score
from eval.summary import Metrics, measure
from eval.tables import Table
from eval.wording import Worded, generate_worded, measure_wording
from rag.chatbot import Chatbot

AS_TYPED = "as typed"


@dataclass(frozen=True, slots=True)
class Answers:
    """Outputs, and the texts of the documents that they may cite."""

    outputs: list[Output]
    documents: dict[str, str]


@dataclass(frozen=True, slots=True)
class Component:
    """load reads what is measured with; generate asks the service; measure needs only what was stored."""

    about: str
    load: Callable[[Path], Sequence[Any]]
    generate: Callable[[Chatbot, Sequence[Any]], Any]
    measure: Callable[[Any, Sequence[Any]], Any]
    stored: TypeAdapter[Any]
    tables: Callable[[Any], list[Table]]


def _forced(chatbot: Chatbot, questions: Sequence[Question]) -> Answers:
    return Answers(generate_forced(chatbot, questions), document_texts(chatbot))


def _measure_forced(answers: Answers, questions: Sequence[Question]) -> Abstention:
    return measure_abstention(score(answers.outputs, questions, answers.documents))


def _distorted(chatbot: Chatbot, questions: Sequence[Question]) -> dict[str, Answers]:
    documents = document_texts(chatbot)
    plain = {AS_TYPED: Answers(generate(chatbot, questions), documents)}
    return plain | {name: Answers(each, documents) for name, each in generate_distorted(chatbot, questions).items()}


def _measure_distorted(answers: dict[str, Answers], questions: Sequence[Question]) -> dict[str, Robustness]:
    plain = answers[AS_TYPED]
    distorted = {
        name: score(each.outputs, as_asked(questions, each.outputs), each.documents)
        for name, each in answers.items()
        if name != AS_TYPED
    }
    return measure_robustness(score(plain.outputs, questions, plain.documents), distorted)


def _side_by_side(chatbot: Chatbot, questions: Sequence[Question]) -> dict[str, Answers]:
    index, documents = chatbot.index, document_texts(chatbot)
    return {
        "Ohjenuora": Answers(generate(chatbot, questions), documents),
        "llama-index, dense": Answers(generate_baseline(dense(index, chatbot.embedder), index, questions), documents),
        "BM25": Answers(generate_baseline(bm25(index), index, questions), documents),
    }


def _measure_side_by_side(answers: dict[str, Answers], questions: Sequence[Question]) -> dict[str, Metrics]:
    return {name: measure(score(each.outputs, questions, each.documents)) for name, each in answers.items()}


def _by_id(questions: Sequence[Question]) -> dict[str, Question]:
    return {question.id: question for question in questions}


COMPONENTS: dict[str, Component] = {
    "retrieval": Component(
        "is the passage found?",
        load_questions,
        generate_rankings,
        lambda found, questions: measure_retrieval(found, _by_id(questions)),
        TypeAdapter(list[Ranking]),
        sections.of_retrieval,
    ),
    "recognition": Component(
        "are language and concepts seen?",
        load_questions,
        generate_recognised,
        lambda found, questions: measure_recognition(found, _by_id(questions)),
        TypeAdapter(list[Recognised]),
        sections.of_recognition,
    ),
    "abstention": Component(
        "does the confidence know when to refuse?",
        load_questions,
        _forced,
        _measure_forced,
        TypeAdapter(Answers),
        sections.of_abstention,
    ),
    "grounding": Component(
        "does the check drop what passages do not say?",
        load_sentences,
        generate_checked,
        lambda checked, _: measure_grounding(checked),
        TypeAdapter(list[Checked]),
        sections.of_grounding,
    ),
    "robustness": Component(
        "what do typing errors change?",
        load_questions,
        _distorted,
        _measure_distorted,
        TypeAdapter(dict[str, Answers]),
        sections.of_robustness,
    ),
    "baselines": Component(
        "what would plain retrieval have answered?",
        load_questions,
        _side_by_side,
        _measure_side_by_side,
        TypeAdapter(dict[str, Answers]),
        sections.of_baselines,
    ),
    "privacy": Component(
        "is personal data found, and nothing else taken for it?",
        load_made,
        generate_searched,
        lambda searched, _: measure_private(searched.tried, searched.alarms),
        TypeAdapter(Searched),
        privacy_tables,
    ),
    "wording": Component(
        "what does a language model say, checked and unchecked?",
        load_questions,
        generate_worded,
        measure_wording,
        TypeAdapter(Worded),
        sections.of_wording,
    ),
}
