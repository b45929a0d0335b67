"""One answer against one question: right, refused, hallucinated, and how well cited. eval/README.md has the reasons."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.questions import Part, Question
from rag.answering.grounding import Fault
from rag.language.numbers import missing_numbers
from rag.types import Answer, Citation, Statement
from rag.types import Part as AnsweredPart

# A quote that shares fewer characters than this with the evidence may share them by chance.
MIN_OVERLAP_CHARACTERS = 20

Hallucination = Literal[
    "unanswerable_answered",  # any answer to an unanswerable question
    "quote_mismatch",  # a quote that is not the document's text at the cited place
    "uncited_statement",  # a statement that cites nothing, or a citation that is not there
    "unsupported_quote",  # a statement of kind "quote" whose words its citations do not hold
    "wrong_verdict",  # a verdict other than the expected one, also where none is expected
    "number_not_in_source",  # a number in a statement that its citations do not hold
    "name_not_in_source",  # a name in a statement of a language model that its citations do not hold
    "unsupported_statement",  # a statement of a language model that says something else than its citations
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question ended.

    The four ends of a question: correct_answer, an answer that is not, correct_refusal, error (a refusal of what the
    sources answer). hallucinations may stand beside each of them. None: the measure does not apply to this question.
    """

    question: Question
    answer: Answer
    latency_ms: float
    answered: bool
    evidence_cited: bool | None
    missing_facts: tuple[str, ...]
    correct_answer: bool
    correct_refusal: bool
    error: bool
    hallucinations: tuple[Hallucination, ...]
    quote_mismatches: int
    citation_precision: float | None
    verdict_right: bool | None
    language_right: bool

    @property
    def hallucinated(self) -> bool:
        return bool(self.hallucinations)

    @property
    def end(self) -> str:
        """How it ended, in words: right, wrong, refused."""
        return "refused" if not self.answered else "right" if self.correct_answer else "wrong"

    @property
    def wrong(self) -> bool:
        return self.hallucinated or not (self.correct_answer or self.correct_refusal)


def judge(
    question: Question,
    answer: Answer,
    documents: Mapping[str, str],
    latency_ms: float,
    unsupported: Collection[Fault] = (),
) -> Outcome:
    """Score one answer. documents: the canonical texts by id, as they were when the answer was given.

    unsupported: what the grounding check found in a language model's statements (Output).
    """
    answered = answer.status == "answered"
    to_cite = question.answerable and answered and bool(question.evidence)
    cited = any(holds_evidence(citation.quote, question.evidence) for citation in answer.citations) if to_cite else None
    missing = tuple(fact for fact in question.facts if not re.search(fact, answer.message))
    verdict_right = answer.verdict == question.verdict if question.verdict else None
    right = cited is not False and not missing and verdict_right is not False and parts_right(question, answer)
    return Outcome(
        question=question,
        answer=answer,
        latency_ms=latency_ms,
        answered=answered,
        evidence_cited=cited,
        missing_facts=missing if question.answerable and answered else (),
        correct_answer=question.answerable and answered and right,
        correct_refusal=not question.answerable and not answered,
        error=question.answerable and not answered,
        hallucinations=hallucinations(question, answer, documents, frozenset(unsupported)),
        quote_mismatches=sum(not is_true_quote(each, documents) for each in (*answer.citations, *answer.see_also)),
        citation_precision=citation_precision(answer.citations, question.evidence) if to_cite else None,
        verdict_right=verdict_right,
        language_right=answer.language == question.language,
    )


def parts_right(question: Question, answer: Answer) -> bool:
    """Whether each of the questions in a message is answered with its evidence, or refused, as it should be."""
    if not question.parts or not question.answerable:
        return True
    if len(answer.parts) != len(question.parts):
        return False
    return all(_part_right(wanted, given, answer) for wanted, given in zip(question.parts, answer.parts, strict=True))


def _part_right(wanted: Part, given: AnsweredPart, answer: Answer) -> bool:
    if not wanted.answerable or given.status == "refused":
        return (given.status == "refused") is not wanted.answerable
    numbers = {number for at in given.statements for number in answer.statements[at].citations}
    return any(holds_evidence(each.quote, wanted.evidence) for each in answer.citations if each.number in numbers)


def word_characters(text: str) -> str:
    """What two texts are compared on: the lower-case word characters, and nothing else.

    Underscores and digits are word characters; combining marks are none, so "ä" as two characters compares as "a".
    """
    return "".join(re.findall(r"\w", text.lower()))


def holds_evidence(quote: str, evidence: Sequence[str]) -> bool:
    """Whether a quote contains one of the evidence strings."""
    return any(word_characters(each) in word_characters(quote) for each in evidence)


def touches_evidence(quote: str, evidence: Sequence[str]) -> bool:
    """Whether a quote contains an evidence string, is a piece of one, or one begins where the other ends.

    A piece or an overlap counts from 20 compared characters on.
    """
    return holds_evidence(quote, evidence) or any(
        _overlaps(word_characters(quote), word_characters(each)) for each in evidence
    )


def _overlaps(one: str, other: str) -> bool:
    if one in other:
        return len(one) >= MIN_OVERLAP_CHARACTERS
    sizes = range(MIN_OVERLAP_CHARACTERS, min(len(one), len(other)) + 1)
    return any(one.endswith(other[:size]) or other.endswith(one[:size]) for size in sizes)


def citation_precision(citations: Sequence[Citation], evidence: Sequence[str]) -> float:
    """The share of an answer's citations that touch the evidence; 0 for an answer without citations.

    After ALCE (Gao et al., EMNLP 2023), with the question's evidence in place of a model's judgement.
    """
    if not citations:
        return 0.0
    return sum(touches_evidence(citation.quote, evidence) for citation in citations) / len(citations)


def is_true_quote(citation: Citation, documents: Mapping[str, str]) -> bool:
    """Whether the document exists and its text[start:end] is the quote, which is not empty."""
    text = documents.get(citation.document_id)
    if text is None or not 0 <= citation.start < citation.end <= len(text):
        return False
    return text[citation.start : citation.end] == citation.quote


def hallucinations(
    question: Question, answer: Answer, documents: Mapping[str, str], unsupported: frozenset[Fault]
) -> tuple[Hallucination, ...]:
    """Everything in the answer that nothing stands behind, whatever the answer's status."""
    found: list[Hallucination] = []
    answered = answer.status == "answered"
    if answered and (not question.answerable or _answers_what_is_unanswerable(question, answer)):
        found.append("unanswerable_answered")
    if not all(is_true_quote(each, documents) for each in (*answer.citations, *answer.see_also)):
        found.append("quote_mismatch")
    numbers = {citation.number for citation in answer.citations}
    if (answered and not answer.statements) or any(
        not each.citations or not numbers.issuperset(each.citations) for each in answer.statements
    ):
        found.append("uncited_statement")
    if any(each.kind == "quote" and not _is_quoted(each, answer) for each in answer.statements):
        found.append("unsupported_quote")
    if answer.verdict is not None and answer.verdict != question.verdict:
        found.append("wrong_verdict")
    if any(missing_numbers(each.text, _cited_quotes(each, answer)) for each in answer.statements):
        found.append("number_not_in_source")
    if "name" in unsupported:
        found.append("name_not_in_source")
    if unsupported - {"name", "number"}:
        found.append("unsupported_statement")
    return tuple(found)


def _answers_what_is_unanswerable(question: Question, answer: Answer) -> bool:
    if len(question.parts) != len(answer.parts):
        return False
    pairs = zip(question.parts, answer.parts, strict=True)
    return any(not wanted.answerable and given.status == "answered" for wanted, given in pairs)


def _cited_quotes(statement: Statement, answer: Answer) -> list[str]:
    return [each.quote for number in statement.citations for each in answer.citations if each.number == number]


def _is_quoted(statement: Statement, answer: Answer) -> bool:
    """Whether the words stand in one cited quote, or run through several in the order they are cited; a row may be
    told cell by cell with the column heads of its context."""
    words = word_characters(statement.text)
    cited = [each for number in statement.citations for each in answer.citations if each.number == number]
    told = (" ".join(each.quote for each in cited), " ".join(each.context or each.quote for each in cited))
    return bool(words) and any(words in word_characters(text) for text in told)
