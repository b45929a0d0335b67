"""`python -m eval.rehearsal`: builds the version that a draft would make, without using it, and asks both versions.

Reads what rag.publishing.publication does, with the organisation's questions ("own") and what people asked ("asked").
Tells each changed answer as soon as it is found ({"case": …}) and how far it is ({"rehearsal": …}), last with
{"version": …}. The project's questions are those that it is tuned on: the held-out ones stay unseen, case by case.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from eval.compare import told
from eval.expected import Case, cases_of
from eval.run import document_texts
from rag.chatbot import Chatbot
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.publishing.progress import REHEARSAL
from rag.publishing.publication import Given, Say, Tell, Wanted, work_off
from rag.publishing.rehearsal import (
    ChangedAnswer,
    Expectation,
    Rehearsal,
    Right,
    Told,
    change_between,
    harm_of,
)
from rag.settings import Settings
from rag.sources.overlaps import say_the_same
from rag.types import Answer, Language


def rehearse(settings: Settings, given: Given, tell: Tell, say: Say) -> Mapping[str, Any]:
    """The version that the draft would make, and how its answers differ. No language model is asked."""
    embedder, lexicon = Embedder.load(settings), Lexicon(settings.data_dir)
    before = Chatbot(settings, embedder, lexicon)
    version = Wanted.of(given).build(settings, embedder, lexicon, tell, switch=False).manifest.version
    after = before.at_version(version)
    known = {document.id for document in (*before.documents(), *after.documents())}
    found = compare_answers(before, after, cases_of(settings, given, known), lexicon, tell, say)
    return {"version": version, "rehearsal": found.model_dump(mode="json")}


def compare_answers(
    before: Chatbot, after: Chatbot, cases: Sequence[Case], lexicon: Lexicon, tell: Tell, say: Say
) -> Rehearsal:
    """Says each changed answer and, after each question, what has been found so far."""
    texts = document_texts(before), document_texts(after)
    languages = {each.id: each.metadata.language for each in (*before.documents(), *after.documents())}
    right = Right(before=0, after=0, of=0)
    for number in range(len(cases) + 1):
        found = Rehearsal(
            version_before=before.index.version,
            version_after=after.index.version,
            asked=number,
            total=len(cases),
            complete=number == len(cases),
            right=right,
        )
        tell("ask", number, len(cases))
        say(rehearsal=found.model_dump(mode="json"))
        if found.complete:
            break
        case = cases[number]
        answers = before.ask(case.question, case.language), after.ask(case.question, case.language)
        old, new = (case.fits(*each) for each in zip(answers, texts, strict=True))
        if old is not None and new is not None:
            right = Right(before=right.before + old, after=right.after + new, of=right.of + 1)
        if told(answers[0]) != told(answers[1]):
            say(
                case=_changed(number, case, answers, _expectation(old, new), languages, lexicon).model_dump(mode="json")
            )
    return found


def _changed(
    number: int,
    case: Case,
    answers: tuple[Answer, Answer],
    expectation: Expectation | None,
    languages: Mapping[str, Language],
    lexicon: Lexicon,
) -> ChangedAnswer:
    before, after = map(Told.of, answers)
    change = change_between(before, after, expectation == "kept" or _say_the_same(before, after, languages, lexicon))
    return ChangedAnswer(
        number=number,
        id=case.id,
        question=case.question,
        language=case.language,
        source=case.source,
        change=change,
        expectation=expectation,
        harm=harm_of(change, before, after, expectation),
        before=before,
        after=after,
    )


def _say_the_same(before: Told, after: Told, languages: Mapping[str, Language], lexicon: Lexicon) -> bool:
    """A verdict that stays is the same answer, whichever place gives it; other words are compared in one language."""
    if before.verdict is not None and before.verdict == after.verdict:
        return True
    if not before.citations or not after.citations:
        return False
    one, other = before.citations[0], after.citations[0]
    language = languages.get(one.document_id)
    if language is None or languages.get(other.document_id) != language:
        return False
    return say_the_same(one.quote, other.quote, language, lexicon)


def _expectation(old: bool | None, new: bool | None) -> Expectation | None:
    if old is None or new is None:
        return None
    if new:
        return "kept" if old else "mended"
    return "broken" if old else "missed"


if __name__ == "__main__":
    sys.exit(work_off(rehearse, REHEARSAL))
