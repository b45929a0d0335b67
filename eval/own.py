"""`python -m eval.own`: asks the version in use the organisation's test questions, and tells which are answered right.

Reads {"own": […]} (rag.publishing.questions), tells of its progress as rag.publishing.publication does, and last
{"version": …, "evaluation": …}.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from eval.expected import own_cases
from eval.run import document_texts
from rag.chatbot import Chatbot
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.publishing.evaluation import Evaluated, OwnEvaluation
from rag.publishing.progress import EVALUATION
from rag.publishing.publication import Given, Say, Tell, work_off
from rag.publishing.rehearsal import Told
from rag.settings import Settings


def evaluate(settings: Settings, given: Given, tell: Tell, _: Say) -> Mapping[str, Any]:
    """No language model is asked. Raises BadQuestionFile."""
    chatbot = Chatbot(settings, Embedder.load(settings), Lexicon(settings.data_dir))
    texts = document_texts(chatbot)
    cases = own_cases(settings, given)
    wrong: list[Evaluated] = []
    judged = 0
    for number, case in enumerate(cases):
        tell("ask", number, len(cases))
        answer = chatbot.ask(case.question, case.language)
        right = case.fits(answer, texts)
        judged += right is not None
        if right is False:
            wrong.append(Evaluated(id=case.id, question=case.question, language=case.language, answer=Told.of(answer)))
    tell("ask", len(cases), len(cases))
    found = OwnEvaluation(
        version=chatbot.index.version,
        asked=len(cases),
        judged=judged,
        right=judged - len(wrong),
        wrong=tuple(wrong),
    )
    return {"version": found.version, "evaluation": found.model_dump(mode="json")}


if __name__ == "__main__":
    sys.exit(work_off(evaluate, EVALUATION))
