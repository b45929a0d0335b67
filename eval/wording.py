"""A language model's part in the answers: as it writes them, as they come out, and without it.

without   the answers without a language model
checked   worded by the model, each sentence checked: what users get
unchecked worded by the model, nothing checked: what they would get
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from eval.metrics import Outcome
from eval.questions import Question
from eval.run import Output, document_texts, generate, score
from eval.summary import Metrics, measure
from rag.answering.grounding import Grounding
from rag.answering.model_text import Sentence
from rag.answering.writer import Dropped, Writer
from rag.chatbot import Chatbot
from rag.errors import OhjenuoraError
from rag.types import Language, Variant


class NoLanguageModel(OhjenuoraError):
    """There is no language model to measure."""


class Unchecked(Writer):
    """Lets everything pass: what a language model says when nobody looks."""

    def fault(
        self,
        sentence: Sentence,
        language: Language,
        passages: Sequence[Sequence[Sequence[Variant]]],
        grounding: Grounding,
        said: Sequence[str],
    ) -> Dropped | None:
        return None


@dataclass(frozen=True, slots=True)
class Worded:
    """The outputs of the same questions by way of wording, and the texts that they may cite."""

    outputs: dict[str, list[Output]]
    documents: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """metrics by way of wording; of the checked answers: how many have sentences of the model, what was dropped and
    why, and what failed."""

    metrics: dict[str, Metrics]
    answers_with_model: int
    answers: int
    kept: int
    dropped: dict[str, int]
    failures: dict[str, int]


def generate_worded(chatbot: Chatbot, questions: Sequence[Question]) -> Worded:
    """Raises NoLanguageModel where none is configured."""
    if chatbot.writer is None:
        raise NoLanguageModel("There is no language model; set OHJENUORA_LLM_BASE_URL.")
    ways = {"without": None, "checked": chatbot.writer, "unchecked": chatbot.writer.as_class(Unchecked)}
    outputs = {name: generate(chatbot.worded_by(writer), questions) for name, writer in ways.items()}
    return Worded(outputs, document_texts(chatbot))


def measure_wording(worded: Worded, questions: Sequence[Question]) -> Wording:
    scored: dict[str, list[Outcome]] = {
        name: score(outputs, questions, worded.documents) for name, outputs in worded.outputs.items()
    }
    told = [each.answer.generation for each in worded.outputs["checked"] if each.answer.generation is not None]
    dropped: Counter[str] = Counter()
    for each in told:
        dropped.update(each.dropped)
    return Wording(
        {name: measure(outcomes) for name, outcomes in scored.items()},
        sum(each.used for each in told),
        sum(each.answered for each in scored["checked"]),
        sum(each.kept for each in told),
        dict(dropped),
        dict(Counter(each.failure for each in told if each.failure)),
    )
