"""Is the language seen, and are the concepts? On the questions as people typed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.intervals import Rate, share
from eval.questions import Question
from rag.chatbot import Chatbot
from rag.types import Language

# Topics help to find passages; nothing is decided by them, so they are not measured.
_DECIDING = ("data_class", "tool", "action", "use_case")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was made of a question. concepts: what it names; implied: the broader ones of these."""

    question_id: str
    language: Language
    concepts: tuple[str, ...]
    implied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """language: the share of questions whose language was seen, then by style. Concepts, over the questions with
    labels: the share of the seen ones that are named, and of the named ones that are seen."""

    language: Rate
    language_by_style: dict[str, Rate]
    confused: dict[str, int]
    concept_precision: Rate
    concept_recall: Rate


def generate_recognised(chatbot: Chatbot, questions: Sequence[Question]) -> list[Recognised]:
    concepts = chatbot.opened.concepts
    found = []
    for question in questions:
        read = chatbot.read(question.question)
        named = [name for name in sorted(read.named) if concepts.kind_of(name) in _DECIDING]
        found.append(Recognised(question.id, read.language, tuple(named), tuple(sorted(concepts.implied(named)))))
    return found


def measure_recognition(found: Sequence[Recognised], questions: Mapping[str, Question]) -> Recognition:
    """questions by id. A concept that is seen beside its narrower one is neither right nor wrong."""
    asked = [questions[each.question_id] for each in found]
    right = [each.language == question.language for each, question in zip(found, asked, strict=True)]
    styles = sorted({question.style for question in asked if question.style})
    confused: dict[str, int] = {}
    for each, question in zip(found, asked, strict=True):
        if each.language != question.language:
            name = f"{question.language} taken for {each.language}"
            confused[name] = confused.get(name, 0) + 1
    precise: list[tuple[bool, str]] = []
    recalled: list[tuple[bool, str]] = []
    for each, question in zip(found, asked, strict=True):
        if question.concepts is not None:
            seen = set(each.concepts) - set(each.implied)
            precise += [(name in question.concepts, question.group) for name in sorted(seen)]
            recalled += [(name in each.concepts, question.group) for name in question.concepts]
    return Recognition(
        share(right, [question.group for question in asked]),
        {
            style: share(
                [hit for hit, q in zip(right, asked, strict=True) if q.style == style],
                [q.group for q in asked if q.style == style],
            )
            for style in styles
        },
        dict(sorted(confused.items())),
        share([hit for hit, _ in precise], [group for _, group in precise]),
        share([hit for hit, _ in recalled], [group for _, group in recalled]),
    )
