"""What an organisation expects of answers: its test questions, those of its question files, and what people asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.metrics import judge, touches_evidence
from eval.questions import TUNED_ON, Question, load_questions, own_files
from rag.publishing.questions import OwnQuestion, asked_as
from rag.publishing.rehearsal import Source
from rag.settings import Settings
from rag.types import Answer, Language

Texts = Mapping[str, str]  # the canonical texts of a version, by document id
Fits = Callable[[Answer, Texts], bool | None]


@dataclass(frozen=True, slots=True)
class Case:
    """A question to ask. fits: whether an answer is as the organisation expects, None where it expects nothing."""

    id: str
    question: str
    language: Language
    source: Source
    fits: Fits


def cases_of(settings: Settings, given: Mapping[str, Any], documents: set[str]) -> list[Case]:
    """What a rehearsal asks, each question once: the organisation's, those that people asked, the project's where these
    are the documents that they ask about. given: "own" and "asked", fields of OwnQuestion each.

    The project's tell nothing of what is right: they were written for other guidance. Raises BadQuestionFile.
    """
    asked = (Case("", each.question, each.language, "asked", _nothing) for each in _read(given["asked"]))
    return list(_each_once([*own_cases(settings, given), *asked, *_project(documents)]))


def own_cases(settings: Settings, given: Mapping[str, Any]) -> list[Case]:
    """What the organisation expects, in the service and in its question files. Raises BadQuestionFile."""
    kept = [Case(each.id, each.question, each.language, "own", _as_expected(each)) for each in _read(given["own"])]
    of_files = [_of_file(each) for path in own_files(settings) for each in load_questions(path)]
    return list(_each_once([*kept, *of_files]))


def _read(given: Sequence[Any]) -> list[OwnQuestion]:
    return [OwnQuestion.model_validate(each) for each in given]


def _as_expected(question: OwnQuestion) -> Fits:
    def fits(answer: Answer, _: Texts) -> bool | None:
        answered = answer.status == "answered"
        if question.answerable is None:
            return None
        if not question.answerable or not answered:
            return question.answerable is answered
        cited = not question.evidence or any(touches_evidence(c.quote, question.evidence) for c in answer.citations)
        return cited and question.verdict in (None, answer.verdict)

    return fits


def _of_file(question: Question) -> Case:
    def fits(answer: Answer, texts: Texts) -> bool:
        return not judge(question, answer, texts, 0.0).wrong

    return Case(question.id, question.question, question.language, "own", fits)


def _project(documents: set[str]) -> Iterator[Case]:
    ours = load_questions(TUNED_ON)
    if any(documents.issuperset(each.documents) for each in ours if each.documents):
        fitting = (each for each in ours if documents.issuperset(each.documents))
        yield from (Case(each.id, each.question, each.language, "project", _nothing) for each in fitting)


def _nothing(_: Answer, __: Texts) -> None:
    return None


def _each_once(cases: Iterable[Case]) -> Iterator[Case]:
    seen: set[tuple[Language, str]] = set()
    for case in cases:
        key = asked_as(case.question, case.language)
        if key not in seen:
            seen.add(key)
            yield case
