"""Ask the questions, and score the answers: two steps, so that stored answers can be scored again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.metrics import Outcome, judge
from eval.questions import Question
from rag.answering.grounding import Fault
from rag.chatbot import Chatbot
from rag.errors import OhjenuoraError
from rag.types import Answer


class OutputsDoNotFit(OhjenuoraError):
    """Outputs that are not the answers to these questions."""


@dataclass(frozen=True, slots=True)
class Output:
    """What was asked, what came back, and after how long.

    unsupported: what the grounding check finds in a language model's statements, looked at once more from outside.
    """

    question_id: str
    question: str
    latency_ms: float
    answer: Answer
    unsupported: tuple[Fault, ...] = ()


def run(chatbot: Chatbot, questions: Sequence[Question]) -> list[Outcome]:
    """Ask and score."""
    outputs = generate(chatbot, questions)
    return score(outputs, questions, document_texts(chatbot))


def generate(chatbot: Chatbot, questions: Sequence[Question]) -> list[Output]:
    """Ask one question after the other, each as a new conversation whose language the chatbot must detect; what is
    said in it before comes first and is not timed."""
    outputs: list[Output] = []
    for question in questions:
        try:
            conversation = uuid.uuid4().hex
            for message in question.after:
                chatbot.ask(message, conversation_id=conversation)
            started = time.perf_counter()
            answer = chatbot.ask(question.question, conversation_id=conversation)
        except Exception as error:
            error.add_note(f"while asking question '{question.id}'")
            raise
        took_ms = 1000 * (time.perf_counter() - started)
        by_a_model = any(each.kind == "generated" for each in answer.statements)
        unsupported = chatbot.opened.unsupported(answer) if by_a_model else ()
        outputs.append(Output(question.id, question.question, took_ms, answer, unsupported))
    return outputs


def score(outputs: Sequence[Output], questions: Sequence[Question], documents: Mapping[str, str]) -> list[Outcome]:
    """Score each question's output, in the order of the questions. documents: canonical texts by id.

    Raises OutputsDoNotFit unless there is exactly one output for each question, and it was asked in these words.
    """
    by_id = {output.question_id: output for output in outputs}
    asked = {question.id: question.question for question in questions}
    if len(by_id) != len(outputs):
        raise OutputsDoNotFit("A question has two outputs; keep one of them or run again.")
    if odd := sorted(by_id.keys() ^ asked.keys()):
        raise OutputsDoNotFit(f"Outputs and questions differ in {len(odd)} ids, first '{odd[0]}'; run again.")
    for question in questions:
        if by_id[question.id].question != question.question:
            was = by_id[question.id].question
            raise OutputsDoNotFit(f"'{question.id}' was asked as '{was}', not as '{question.question}'; run again.")
    pairs = ((question, by_id[question.id]) for question in questions)
    return [
        judge(question, output.answer, documents, output.latency_ms, output.unsupported) for question, output in pairs
    ]


def document_texts(chatbot: Chatbot) -> dict[str, str]:
    """The canonical texts that the chatbot answers from, by document id."""
    return {document.id: document.text for document in chatbot.documents()}
