"""What a rehearsal calls the change of an answer, and how it judges it by what the organisation expects."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api import own_questions, rehearsals
from api.identity import Identity
from api.rehearsals import expected_of
from api.store import Store
from eval.expected import Case, cases_of
from rag.language.words import Lexicon
from rag.publishing.questions import Expected, OwnQuestion
from rag.publishing.rehearsal import ChangedAnswer, Cited, Expectation, Told, change_between, harm_of
from rag.settings import Settings
from rag.sources.overlaps import say_the_same
from rag.types import Answer, Notice, Verdict
from tests.support.fakes import RULE, answered, refused

EDITOR = Identity("aino", frozenset({"editor"}))


def told(verdict: Verdict | None = None, quote: str = "Loki säilyy.", *notices: str, answers: bool = True) -> Told:
    cited = (Cited(document_id="ohje", title="Ohje", section="", page=None, quote=quote),) if answers else ()
    return Told(
        status="answered" if answers else "refused",
        reason=None if answers else "not_in_guidance",
        verdict=verdict,
        message=quote,
        citations=cited,
        notices=notices,
    )


REFUSED = told(answers=False)


@pytest.mark.parametrize(
    ("before", "after", "same", "change"),
    [
        (REFUSED, told(), False, "now_answered"),
        (told(), REFUSED, False, "now_refused"),
        (told("not_allowed"), told("allowed"), False, "other_verdict"),
        (told(), told("allowed"), False, "other_verdict"),
        (told("allowed"), told("not_allowed", "Loki säilyy.", "guidance_differs"), False, "contradiction"),
        (told(None, "a", "sources_differ"), told(None, "b", "sources_differ"), False, "other_place"),
        (told(), told(None, "Loki poistetaan."), False, "other_place"),
        (told(), told(None, "Loki säilyy aina."), True, "same_elsewhere"),
        (told(), told(None, "Loki säilyy.", "general_case"), False, "other_words"),
    ],
)
def test_what_is_other_in_an_answer(before: Told, after: Told, same: bool, change: str) -> None:
    assert change_between(before, after, same) == change


def test_what_can_do_most_harm_comes_first() -> None:
    cases: list[tuple[Told, Told, Expectation | None]] = [
        (told(), REFUSED, "broken"),
        (told("not_allowed"), told("allowed"), None),
        (told(), told(None, "x", "sources_differ"), None),
        (told("allowed"), told("not_allowed"), None),
        (REFUSED, told(), None),
        (told(), REFUSED, None),
        (told(), told(None, "muuta"), None),
        (REFUSED, told(), "mended"),
    ]
    harms = [harm_of(change_between(old, new, False), old, new, expected) for old, new, expected in cases]
    assert harms == sorted(harms, reverse=True)
    assert len(set(harms)) == len(harms)


def test_the_same_words_say_the_same_unless_a_number_or_a_negation_differs(lexicon: Lexicon) -> None:
    one = "Lokitietoja säilytetään tietohallinnossa kaksi vuotta."
    assert say_the_same(one, "Lokitiedot säilytetään tietohallinnossa kaksi vuotta", "fi", lexicon)
    assert not say_the_same(one, "Lokitietoja ei säilytetä tietohallinnossa kahta vuotta.", "fi", lexicon)
    assert not say_the_same("Loki säilyy 2 vuotta.", "Loki säilyy 3 vuotta.", "fi", lexicon)
    assert not say_the_same(one, "Kurssi kestää 45 minuuttia.", "fi", lexicon)
    assert not say_the_same("", "", "fi", lexicon)


def own(**expected: Any) -> dict[str, Any]:
    given = {"id": "q", "question": "Saanko?", "language": "fi", **expected}
    return OwnQuestion.model_validate(given).model_dump(mode="json")


def asked(folder: Path, *questions: dict[str, Any], people: tuple[dict[str, Any], ...] = ()) -> list[Case]:
    settings = Settings.model_validate({"corpus_dir": folder, "data_dir": folder})
    return cases_of(settings, {"own": list(questions), "asked": list(people)}, set())


@pytest.mark.parametrize(
    ("expected", "answer", "fits"),
    [
        ({"answerable": True, "evidence": [RULE]}, answered(), True),
        ({"answerable": True, "evidence": [RULE], "verdict": "only_if_approved"}, answered(), True),
        ({"answerable": True, "evidence": [RULE], "verdict": "allowed"}, answered(), False),
        ({"answerable": True, "evidence": ["Tekoäly on työkalu."]}, answered(), False),
        ({"answerable": True, "evidence": [RULE]}, refused(), False),
        ({"answerable": False}, refused(), True),
        ({"answerable": False}, answered(), False),
        ({}, answered(), None),
        ({}, refused(), None),
    ],
)
def test_an_answer_is_as_expected(tmp_path: Path, expected: Any, answer: Answer, fits: bool | None) -> None:
    [case] = asked(tmp_path, own(**expected))
    assert case.fits(answer, {}) is fits


def test_each_question_is_asked_once_and_the_organisations_first(tmp_path: Path) -> None:
    people = (own(id="", question="saanko?"), own(id="", question="Kuka hyväksyy?"))
    cases = asked(tmp_path, own(answerable=False), people=people)
    assert [(each.source, each.question) for each in cases] == [("own", "Saanko?"), ("asked", "Kuka hyväksyy?")]


def changed() -> ChangedAnswer:
    return ChangedAnswer(
        number=7,
        id="",
        question="Saanko?",
        language="fi",
        source="asked",
        change="now_answered",
        expectation=None,
        harm=4,
        before=REFUSED,
        after=told("allowed"),
    )


def everything(_: own_questions.KeptQuestion) -> bool:
    return True


def test_a_mark_becomes_a_test_question(tmp_path: Path) -> None:
    right, wrong = expected_of(changed(), "right"), expected_of(changed(), "wrong")
    assert (right.answerable, right.evidence, right.verdict) == (True, ("Loki säilyy.",), "allowed")
    assert (wrong.answerable, wrong.evidence, wrong.verdict) == (False, (), None)

    store = Store(Settings.model_validate({"data_dir": tmp_path}))
    store.prepare()
    so_far = {"version_before": "v1", "version_after": "v2", "asked": 9, "total": 9, "complete": True}
    so_far |= {"right": {"before": 0, "after": 0, "of": 0}}
    today = date.today()
    with store.engine.begin() as connection:
        case = changed().model_dump(mode="json")
        rehearsals.keep_found(connection, "d", "j", so_far, [case], {("Saanko?", "fi"): today})
        rehearsals.mark_answer(connection, EDITOR, "d", 7, "right", everything)
        rehearsals.mark_answer(connection, EDITOR, "d", 7, "wrong", everything)  # who thinks better of it
        assert rehearsals.mark_answer(connection, EDITOR, "d", 8, "right", everything) is None
        [kept] = own_questions.listed(connection)
        assert (kept.answerable, kept.origin, kept.made_by) == (False, "mark", "aino")
        shown = rehearsals.rehearsal_of(connection, "d", "v1")
        assert shown is not None
        assert [(each.mark, each.question_id) for each in shown.changed] == [("wrong", kept.id)]
        assert not shown.outdated


def test_what_people_asked_is_kept_no_longer_than_their_questions_are(tmp_path: Path) -> None:
    store = Store(Settings.model_validate({"data_dir": tmp_path, "retention_days": 30}))
    store.prepare()
    today = date.today()
    so_far = {"version_before": "v1", "version_after": "v2", "asked": 1, "total": 1, "complete": True}
    so_far |= {"right": {"before": 0, "after": 0, "of": 0}}
    with store.engine.begin() as connection:
        case = changed().model_dump(mode="json")
        rehearsals.keep_found(connection, "d", "j", so_far, [case], {("Saanko?", "fi"): today})
        rehearsals.mark_answer(connection, EDITOR, "d", 7, "right", everything)
    for days, left in ((30, 1), (31, 0)):
        store.forget(today + timedelta(days=days))
        with store.engine.connect() as connection:
            shown = rehearsals.rehearsal_of(connection, "d", "v1")
            assert shown is not None
            assert len(shown.changed) == left
            assert len(own_questions.listed(connection)) == 1  # an editor has made it the organisation's


def test_a_question_is_kept_once_and_asked_in_the_order_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(Settings.model_validate({"data_dir": tmp_path}))
    store.prepare()
    before = datetime.now(UTC)
    with store.engine.begin() as connection:
        for question in ("Saanko?", "Kuka?", "saanko? "):
            own_questions.put(connection, EDITOR, [Expected(question=question, language="fi")], "page", everything)
        assert [each["question"] for each in own_questions.asked_by_jobs(connection)] == ["Kuka?", "saanko? "]
        assert all(each.made_at >= before for each in own_questions.listed(connection))
        monkeypatch.setattr(own_questions, "MOST", 2)
        with pytest.raises(own_questions.HiddenQuestion):
            own_questions.put(connection, EDITOR, [Expected(question="KUKA?", language="fi")], "page", lambda _: False)
        with pytest.raises(own_questions.TooManyQuestions):
            own_questions.put(connection, EDITOR, [Expected(question="Miksi?", language="fi")], "page", everything)


def test_an_answer_that_tells_of_a_contradiction_is_known() -> None:
    notice = Notice("sources_differ", "Ohjeet eroavat.")
    assert Told.of(replace(answered(), notices=(notice,))).contradicts
    assert not Told.of(refused()).contradicts
