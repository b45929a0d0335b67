"""`python -m eval.rehearsal`: builds the version that a draft would make, without using it, and asks both versions.

Reads and tells what rag.publishing.publication does, and last {"version": …, "rehearsal": …}. The questions are those
that the project is tuned on and the organisation's own (corpus/questions): the held-out ones stay unseen, case by case.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from eval.compare import badness, told
from eval.metrics import Outcome, judge
from eval.questions import TUNED_ON, Question, load_questions, own_files
from eval.run import document_texts
from rag.chatbot import Chatbot
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.publishing.progress import REHEARSAL
from rag.publishing.publication import Tell, Wanted, work_off
from rag.publishing.rehearsal import ChangedAnswer, Effect, Rehearsal, Right, Told
from rag.settings import Settings


def rehearse(settings: Settings, wanted: Wanted, tell: Tell) -> Mapping[str, Any]:
    """The version that the draft would make, and how its answers differ. No language model is asked."""
    embedder, lexicon = Embedder.load(settings), Lexicon(settings.data_dir)
    before = Chatbot(settings, embedder, lexicon)
    version = wanted.build(settings, embedder, lexicon, tell, switch=False).manifest.version
    after = before.at_version(version)
    known = {document.id for document in (*before.documents(), *after.documents())}
    found = compare_answers(before, after, questions_about(settings, known), tell)
    return {"version": version, "rehearsal": found.model_dump(mode="json")}


def questions_about(settings: Settings, documents: set[str]) -> list[Question]:
    """The organisation's own questions, and the project's where these documents are those that they ask about."""
    own = chain.from_iterable(load_questions(path) for path in own_files(settings))
    ours = load_questions(TUNED_ON)
    if not any(documents.issuperset(each.documents) for each in ours if each.documents):
        return list(own)
    return [*own, *(each for each in ours if documents.issuperset(each.documents))]


def compare_answers(before: Chatbot, after: Chatbot, questions: Sequence[Question], tell: Tell) -> Rehearsal:
    texts = document_texts(before), document_texts(after)
    changed: list[ChangedAnswer] = []
    right = [0, 0]
    for number, question in enumerate(questions):
        tell("ask", number, len(questions))
        answers = before.ask(question.question), after.ask(question.question)
        old, new = (judge(question, *each, 0.0) for each in zip(answers, texts, strict=True))
        right = [count + (not outcome.wrong) for count, outcome in zip(right, (old, new), strict=True)]
        if told(old.answer) != told(new.answer):
            changed.append(
                ChangedAnswer(
                    id=question.id,
                    question=question.question,
                    language=question.language,
                    effect=_effect(old, new),
                    before=Told.of(old.answer),
                    after=Told.of(new.answer),
                )
            )
    tell("ask", len(questions), len(questions))
    order: list[Effect] = ["worse", "other", "better"]
    return Rehearsal(
        version_before=before.index.version,
        version_after=after.index.version,
        asked=len(questions),
        right=Right(before=right[0], after=right[1]),
        changed=tuple(sorted(changed, key=lambda each: order.index(each.effect))),
    )


def _effect(old: Outcome, new: Outcome) -> Effect:
    if badness(old) == badness(new):
        return "other"
    return "better" if badness(new) < badness(old) else "worse"


if __name__ == "__main__":
    sys.exit(work_off(rehearse, REHEARSAL))
