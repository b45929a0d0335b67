"""Metrics against values worked out by hand; each reason to call an answer hallucinated is shown and not shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.intervals import mean, share, upper_bound
from eval.lint import corpus_texts, example_questions, lint
from eval.metrics import Outcome, citation_precision, holds_evidence, judge, touches_evidence, word_characters
from eval.questions import BadQuestionFile, Question, load_questions
from eval.report import render_report, render_wrong
from eval.run import Output, OutputsDoNotFit, document_texts, generate, run, score
from eval.store import UnreadableRun, read_outputs, write_config, write_outputs
from eval.summary import summarise
from rag.answering.clock import Clock
from rag.answering.compose import Heard
from rag.chatbot import Chatbot
from rag.errors import BadQuestion, IndexMissing
from rag.language.numbers import missing_numbers
from rag.settings import Settings
from rag.types import Answer, Citation, Document, Language, Metadata, Statement

ROOT = Path(__file__).parent.parent
RULE = "Henkilötietoja ei tule syöttää tekoälypalveluihin, ellei palvelua ole hyväksytty."
COSTS = "Kustannukset vaihtelevat 0 - 1,7 miljoonan euron välillä; mediaani 3600 euroa (27.2.2025)."
TEXT = f"Ohje\n\n{RULE}\n\n• {COSTS}"
DOCUMENTS = {"guide": TEXT}


def cite(quote: str, number: int = 1, **changes: Any) -> Citation:
    start = TEXT.find(quote)
    citation = Citation(
        number, "guide", "Ohje", "VM", None, "fi", "", None, quote, start, start + len(quote), "/documents/guide", False
    )
    return replace(citation, **changes)


def answer(*statements: Statement, citations: Sequence[Citation] = (), **changes: Any) -> Answer:
    """An answer in Finnish; without statements a refusal."""
    said = Answer(
        id="a",
        conversation_id="c",
        language="fi",
        status="answered" if statements else "refused",
        reason=None if statements else "not_in_guidance",
        verdict=None,
        message="\n".join(statement.text for statement in statements) or "Lähteet eivät vastaa tähän kysymykseen.",
        statements=statements,
        citations=tuple(citations),
        see_also=(),
        notices=(),
        follow_ups=(),
        confidence=0.5,
        index_version="v1",
        timings_ms={"total": 1.5},
    )
    return replace(said, **changes)


RULE_QUOTED = answer(Statement(RULE, "quote", (1,)), citations=[cite(RULE)])
COSTS_QUOTED = answer(Statement(COSTS, "quote", (1,)), citations=[cite(COSTS)])
REFUSAL = answer()


def ask(name: str = "q", **changes: Any) -> Question:
    values: dict[str, Any] = {"question": f"{name}?", "language": "fi", "answerable": True, "evidence": (RULE,)}
    return Question(id=name, **(values | changes))


UNANSWERABLE: dict[str, Any] = {"answerable": False, "evidence": ()}


class FakeChatbot(Chatbot):
    """Gives the prepared answers, and prints, as libraries do."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers

    def ask(
        self,
        question: str,
        language: Language | None = None,
        conversation_id: str | None = None,
        tool: str | None = None,
        as_of: date | None = None,
        heard: Heard | None = None,
        page_language: Language = "fi",
        clock: Clock | None = None,
    ) -> Answer:
        print("noise on stdout")
        assert language is None  # or language_accuracy would measure nothing
        if question not in self.answers:
            raise BadQuestion("empty", "Kirjoita kysymys.")
        return self.answers[question]

    def documents(self) -> list[Document]:
        return [Document(Metadata("guide", "Ohje"), TEXT, (), "guide.md", "1")]


# Text comparison


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Tekoäly-palvelu, ei-julkinen!", "tekoälypalvelueijulkinen"),
        ("• **Tekoäly** on\n  `työkalu`.", "tekoälyontyökalu"),
        ("ÅÄÖ åäö Ærø", "åäöåäöærø"),
        ("1,7 milj. €", "17milj"),
        ("_kursiivi_", "_kursiivi_"),  # an underscore is a word character
        ("a\u0308ly", "aly"),  # a combining mark is none
        ("äly\u00adä\u200b", "älyä"),  # soft hyphen, zero-width space
        ("Straße", "straße"),  # lower(), not casefold()
        ("…—!", ""),
    ],
)
def test_texts_compare_on_their_lower_case_word_characters(text: str, compared: str) -> None:
    assert word_characters(text) == compared


def test_evidence_is_held_whatever_the_marks_around_it() -> None:
    assert holds_evidence(f"1. {RULE.upper()}", ["ei ole", "henkilötietoja **ei** tule syöttää"])
    assert not holds_evidence("Henkilötietoja ei saa syöttää", ["henkilötietoja ei tule syöttää"])


def test_a_citation_touches_the_evidence_by_holding_it_by_being_a_piece_or_by_an_overlap() -> None:
    evidence = ["Ensimmäinen pitkä lause päättyy tähän. Toinen pitkä lause alkaa tästä."]
    assert touches_evidence(f"Ennen. {evidence[0]} Jälkeen.", evidence)
    assert touches_evidence("Toinen pitkä lause alkaa", evidence)  # 21 compared characters
    assert not touches_evidence("Toinen pitkä lause", evidence)  # 16
    assert touches_evidence("Toinen pitkä lause alkaa tästä. Kolmas lause.", evidence)
    assert touches_evidence("Nollas lause. Ensimmäinen pitkä lause", evidence)
    assert not touches_evidence("Nollas lause. Ensimmäinen", evidence)
    assert touches_evidence("54", ["54"])  # short, but whole


def test_citation_precision_is_the_share_of_citations_that_touch_the_evidence() -> None:
    assert citation_precision([cite(RULE), cite(COSTS, 2), cite("Ohje", 3), cite(RULE[:30], 4)], [RULE]) == 0.5
    assert citation_precision([], [RULE]) == 0.0


# Numbers


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("3 600 euroa", "mediaani 3600 euroa"),
        ("EUR 3,600", "mediaani 3600 euroa"),
        ("3600", "3\u00a0600 euroa"),
        ("between 0 and 1.7 million", "0 – 1,7 miljoonan"),
        ("EUR 1,234,567", "1 234 567 euroa"),
        ("27 February 2025", "27.2.2025"),
        ("27.02.2025", "VM julkaisi 27.2.2025"),
        ("6.2.2020", "Helsinki, 6 . 2 .2020"),
        ("from 31 January to 28 February 2022", "31.1.-28.2.2022"),
        ("menoluokka 28.70.01", "momentti 28.70.01 (ICT)"),
        ("GPT-3.5.", "GPT-3.5 turbo"),
        ("54 organisaatiota", "yhteensä 54 126 kpl"),
        ("1 February", "1.2. alkaen"),
        ("kohta 04", "kohta 4"),
        ("kolme", "ei numeroita"),
        ("", ""),
    ],
)
def test_numbers_are_found_however_they_are_written(text: str, source: str) -> None:
    assert missing_numbers(text, ["Muuta.", source]) == []


@pytest.mark.parametrize(
    ("text", "source", "missing"),
    [
        ("55 vastaajaa", "54 vastaajaa", ["55"]),
        ("17 miljoonaa", "1,7 miljoonaa", ["17"]),
        ("7 miljoonaa", "1,7 miljoonaa", ["7"]),
        ("1,07", "1,7", ["1,07"]),
        ("31.12.2020", "31.1.2020 - 31.12.2022", ["31.12.2020"]),
        ("36 000", "3600", ["36 000"]),
        ("3,600", "3 ja 600", ["3,600"]),
        ("1,234,567", "1 ja 234 ja 567", ["1,234,567"]),
        ("54 ja 99", "", ["54", "99"]),
    ],
)
def test_numbers_that_no_source_holds_are_missing(text: str, source: str, missing: list[str]) -> None:
    assert missing_numbers(text, [source]) == missing


# One answer


def test_right_and_wrong_answers_and_refusals() -> None:
    def ends(question: Question, given: Answer) -> tuple[bool, bool, bool]:
        outcome = judge(question, given, DOCUMENTS, 1.0)
        return outcome.correct_answer, outcome.correct_refusal, outcome.error

    assert ends(ask(), RULE_QUOTED) == (True, False, False)
    assert ends(ask(), COSTS_QUOTED) == (False, False, False)
    assert ends(ask(), REFUSAL) == (False, False, True)
    assert ends(ask(**UNANSWERABLE), REFUSAL) == (False, True, False)
    assert ends(ask(**UNANSWERABLE), RULE_QUOTED) == (False, False, False)
    assert ends(ask(evidence=("jotain muuta", RULE)), RULE_QUOTED) == (True, False, False)
    assert ends(ask(evidence=(COSTS,), facts=("3[ .]?600", "1[.,]7")), COSTS_QUOTED) == (True, False, False)
    assert ends(ask(evidence=(COSTS,), facts=("3[ .]?600", "1[.,]8")), COSTS_QUOTED) == (False, False, False)
    approved = replace(RULE_QUOTED, verdict="only_if_approved")
    assert ends(ask(verdict="only_if_approved"), approved) == (True, False, False)
    assert ends(ask(verdict="only_if_approved"), RULE_QUOTED) == (False, False, False)
    assert ends(ask(verdict="allowed"), approved) == (False, False, False)
    assert ends(ask(evidence=(), facts=("Henkilö",)), COSTS_QUOTED) == (False, False, False)
    assert ends(ask(evidence=(), facts=("Henkilö",)), RULE_QUOTED) == (True, False, False)


def test_a_measure_that_does_not_apply_is_none() -> None:
    answered = judge(ask(), RULE_QUOTED, DOCUMENTS, 1.0)
    assert (answered.evidence_cited, answered.citation_precision, answered.verdict_right) == (True, 1.0, None)
    for outcome in (judge(ask(), REFUSAL, {}, 1.0), judge(ask(**UNANSWERABLE), RULE_QUOTED, DOCUMENTS, 1.0)):
        assert (outcome.evidence_cited, outcome.citation_precision) == (None, None)
    assert judge(ask(evidence=(), facts=("x",)), RULE_QUOTED, DOCUMENTS, 1.0).evidence_cited is None
    assert judge(ask(verdict="allowed"), REFUSAL, {}, 1.0).verdict_right is False


FINE = {
    "a quote": RULE_QUOTED,
    "a piece of a quote with other marks": replace(
        RULE_QUOTED, statements=(Statement(f"**{RULE[:-1]}**", "quote", (1,)),)
    ),
    "words through two quotes": answer(
        Statement(f"{RULE} {COSTS}", "quote", (2, 7)), citations=[cite(COSTS, 7), cite(RULE, 2)]
    ),
    "a translation with numbers": answer(
        Statement("Costs range from 0 to EUR 1.7 million; median 3,600", "translation", (1,)), citations=[cite(COSTS)]
    ),
    "a rule in other words": answer(
        Statement("Kysy ensin, onko palvelu hyväksytty.", "rule", (1,)), citations=[cite(RULE)]
    ),
    "no verdict": RULE_QUOTED,
    "a refusal": REFUSAL,
    "a refusal with a passage to look at": replace(REFUSAL, see_also=(cite(RULE),)),
}
HALLUCINATED = {
    "shifted": ("quote_mismatch", replace(RULE_QUOTED, citations=(cite(RULE, start=0, end=len(RULE)),))),
    "beyond the text": ("quote_mismatch", replace(RULE_QUOTED, citations=(cite(RULE, end=9999),))),
    "counted from the end": (
        "quote_mismatch",
        replace(COSTS_QUOTED, citations=(cite(COSTS, start=-len(COSTS), end=len(TEXT)),)),
    ),
    "unknown document": ("quote_mismatch", replace(RULE_QUOTED, citations=(cite(RULE, document_id="other"),))),
    "false passage to look at": ("quote_mismatch", replace(REFUSAL, see_also=(cite("Ei ole tekstissä."),))),
    "no citation": ("uncited_statement", replace(RULE_QUOTED, statements=(Statement("Kysy ensin.", "rule", ()),))),
    "citation that is not there": (
        "uncited_statement",
        replace(RULE_QUOTED, statements=(Statement(RULE, "quote", (1, 2)),)),
    ),
    "no statement": ("uncited_statement", replace(RULE_QUOTED, statements=())),
    "other words": (
        "unsupported_quote",
        replace(RULE_QUOTED, statements=(Statement(RULE.replace("ei ", ""), "quote", (1,)),)),
    ),
    "words of a quote not cited": (
        "unsupported_quote",
        answer(Statement(RULE, "quote", (2,)), citations=[cite(RULE, 1), cite(COSTS, 2)]),
    ),
    "a quote without words": ("unsupported_quote", replace(RULE_QUOTED, statements=(Statement("…", "quote", (1,)),))),
    "verdict where none is expected": ("wrong_verdict", replace(RULE_QUOTED, verdict="allowed")),
    "invented number": (
        "number_not_in_source",
        answer(Statement("Median EUR 3,700", "translation", (1,)), citations=[cite(COSTS)]),
    ),
    "number of a source not cited": (
        "number_not_in_source",
        answer(Statement("Mediaani 3600.", "rule", (1,)), citations=[cite(RULE, 1), cite(COSTS, 2)]),
    ),
}


@pytest.mark.parametrize("given", FINE.values(), ids=FINE.keys())
def test_what_a_source_stands_behind_is_no_hallucination(given: Answer) -> None:
    assert judge(ask(), given, DOCUMENTS, 1.0).hallucinations == ()


@pytest.mark.parametrize(("reason", "given"), HALLUCINATED.values(), ids=HALLUCINATED.keys())
def test_what_no_source_stands_behind_is_a_hallucination_for_that_reason_alone(reason: str, given: Answer) -> None:
    outcome = judge(ask(), given, DOCUMENTS, 1.0)
    assert outcome.hallucinations == (reason,)
    assert outcome.hallucinated
    assert outcome.quote_mismatches == (reason == "quote_mismatch")


def test_answering_the_unanswerable_is_a_hallucination_and_refusing_it_is_none() -> None:
    assert judge(ask(**UNANSWERABLE), RULE_QUOTED, DOCUMENTS, 1.0).hallucinations == ("unanswerable_answered",)
    assert judge(ask(**UNANSWERABLE), REFUSAL, DOCUMENTS, 1.0).hallucinations == ()


def test_a_verdict_is_hallucinated_when_it_differs_and_not_when_it_is_missing() -> None:
    approved = replace(RULE_QUOTED, verdict="only_if_approved")
    assert judge(ask(verdict="allowed"), approved, DOCUMENTS, 1.0).hallucinations == ("wrong_verdict",)
    assert judge(ask(verdict="only_if_approved"), approved, DOCUMENTS, 1.0).hallucinations == ()
    assert judge(ask(verdict="allowed"), RULE_QUOTED, DOCUMENTS, 1.0).hallucinations == ()


# Intervals


def test_intervals_are_those_of_the_tables() -> None:
    eight = share([True] * 8 + [False] * 2, [str(n // 2) for n in range(10)])
    assert (eight.value, eight.n, eight.clusters) == (0.8, 10, 5)
    assert eight.low == pytest.approx(0.4902, abs=5e-5)
    assert eight.high == pytest.approx(0.9433, abs=5e-5)
    none = share([False] * 10, list("abcdefghij"))
    assert none.low == 0.0
    assert none.high == pytest.approx(0.2775, abs=5e-5)  # z²/(n + z²)
    for n in (100, 300, 500):
        assert upper_bound(0, n) == pytest.approx(1 - 0.05 ** (1 / n))  # 0.0295, 0.0099, 0.0060
    assert upper_bound(100, 100) == 1.0


def test_the_mean_is_over_questions_and_its_interval_over_clusters() -> None:
    found = mean([1.0, 1.0, 1.0, 0.0], ["a", "a", "a", "b"])
    assert (found.value, found.n, found.clusters) == (0.75, 4, 2)
    assert (found.low, found.high) == (0.0, 1.0)  # half of the resamples are one cluster twice
    # Of four clusters, one has ten zeros. It is drawn three times in 4.7 % of the resamples, four times in 0.4 %.
    uneven = mean([0.0] * 10 + [1.0] * 3, ["a"] * 10 + ["b", "c", "d"])
    assert (uneven.value, uneven.low, uneven.high) == (3 / 13, 1 / 31, 1.0)
    assert mean([1.0, 0.0, 0.5], ["a", "b", "c"]) == mean([1.0, 0.0, 0.5], ["a", "b", "c"])
    same = mean([1.0] * 20, [str(n) for n in range(20)])
    assert (same.low, same.high) == (1.0, 1.0)


def test_where_nothing_can_be_counted_there_is_no_value() -> None:
    for empty in (share([], []), mean([], [])):
        assert (empty.value, empty.n, empty.clusters, empty.low, empty.high) == (None, 0, 0, None, None)
    assert upper_bound(0, 0) is None
    alone = mean([1.0, 0.0], ["a", "a"])
    assert (alone.value, alone.low, alone.high) == (0.5, None, None)
    with pytest.raises(ValueError, match="2 values, but 1 clusters"):
        share([True, False], ["a"])


# A whole run

GIVEN: list[tuple[Question, Answer]] = [
    (ask("q1", cluster="c", documents=("guide",), style="formal"), RULE_QUOTED),
    (ask("q2", cluster="c", documents=("guide",), language="sv"), COSTS_QUOTED),
    (ask("q3", verdict="only_if_approved"), REFUSAL),
    (ask("q4", verdict="only_if_approved", category="rule"), replace(RULE_QUOTED, verdict="only_if_approved")),
    (ask("q5", why="ei kerrota", documents=("guide",), **UNANSWERABLE), REFUSAL),
    (ask("q6", language="en", **UNANSWERABLE), replace(REFUSAL, language="en")),
    (ask("q7", **UNANSWERABLE), replace(COSTS_QUOTED, citations=(cite(COSTS, start=0),))),
]
QUESTIONS = [question for question, _ in GIVEN]
CHATBOT = FakeChatbot({question.question: given for question, given in GIVEN})


def outcomes() -> list[Outcome]:
    return run(CHATBOT, QUESTIONS)


def test_the_metrics_of_a_run_are_those_counted_by_hand() -> None:
    found = summarise(outcomes()).as_json()
    assert (found["n"], found["clusters"]) == (7, 6)
    by_hand = {
        "answered_correctly": (2 / 4, 4),
        "answered_wrongly": (1 / 4, 4),
        "error_rate": (1 / 4, 4),
        "refused_correctly": (2 / 3, 3),
        "unanswerable_answered": (1 / 3, 3),
        "hallucination_rate": (1 / 7, 7),
        "citation_precision": (2 / 3, 3),
        "citation_recall": (2 / 3, 3),
        "refusal_precision": (2 / 3, 3),
        "refusal_recall": (2 / 3, 3),
        "verdict_accuracy": (1 / 2, 2),
        "language_accuracy": (6 / 7, 7),
    }
    assert {key: (found[key]["value"], found[key]["n"]) for key in by_hand} == by_hand
    assert all(found[key]["low"] <= found[key]["value"] <= found[key]["high"] for key in by_hand)
    assert found["quote_mismatches"] == 1
    reasons = {reason: count for reason, count in found["hallucination_reasons"].items() if count}
    assert reasons == {"unanswerable_answered": 1, "quote_mismatch": 1}
    assert found["hallucination_upper_95"] == {"questions": upper_bound(1, 7), "clusters": upper_bound(1, 6)}
    assert 0 <= found["latency_ms"]["p50"] <= found["latency_ms"]["p95"]
    groups = {key: {name: each["n"] for name, each in found[key].items()} for key in found if key.startswith("by_")}
    assert groups == {
        "by_language": {"en": 1, "fi": 5, "sv": 1},
        "by_document": {"guide": 2},
        "by_category": {"rule": 1},
        "by_style": {"formal": 1},
        "by_half": {},
    }
    assert found["by_document"]["guide"]["answered_correctly"]["value"] == 0.5


def test_a_run_without_answers_has_a_report_too() -> None:
    found = summarise(score([], [], {}))
    assert found.as_json()["answered_correctly"]["value"] is None
    assert "| answered correctly (of answerable)" in render_report(found)
    assert render_wrong([]) == "# 0 wrong of 0\n"


def test_the_report_is_an_aligned_table() -> None:
    text = render_report(summarise(outcomes()))
    first = text.split("\n\n")[0].splitlines()
    assert len({len(line) for line in first}) == 1
    assert "| answered correctly (of answerable)  | 50.0" in text
    assert "| guide    | 2 | 50 [9-91] 2" in text


def test_the_wrong_cases_show_what_was_expected_and_what_came() -> None:
    text = render_wrong(outcomes())
    assert text.startswith("# 3 wrong of 7\n")
    assert "## q2: no evidence cited\n" in text
    assert f"- one of: {RULE}" in text
    assert f"- [1] guide {TEXT.find(COSTS)}:{len(TEXT)}, no evidence: {COSTS}" in text
    assert "## q3: refused, but answerable\n" in text
    assert "## q7: hallucinated (unanswerable_answered); hallucinated (quote_mismatch)\n" in text
    assert "- q2: fi, not sv: q2?" in text


def test_stored_outputs_are_scored_again_to_the_same_metrics(tmp_path: Path) -> None:
    outputs = generate(CHATBOT, QUESTIONS)
    write_outputs(tmp_path, outputs, document_texts(CHATBOT) | {"never cited": "x"})
    stored, documents = read_outputs(tmp_path)
    assert stored == outputs
    assert documents == DOCUMENTS
    assert score(stored, QUESTIONS, documents) == score(outputs, QUESTIONS, DOCUMENTS)


def test_outputs_are_scored_only_against_the_questions_that_were_asked() -> None:
    outputs = [Output("q1", "q1?", 1.0, RULE_QUOTED), Output("q2", "q2?", 1.0, REFUSAL)]
    both = [ask("q1"), ask("q2")]
    assert len(score(outputs, both, DOCUMENTS)) == 2
    with pytest.raises(OutputsDoNotFit, match="differ in 1 ids, first 'q2'"):
        score(outputs, both[:1], DOCUMENTS)
    with pytest.raises(OutputsDoNotFit, match="two outputs"):
        score([*outputs, outputs[0]], both, DOCUMENTS)
    with pytest.raises(OutputsDoNotFit, match=r"'q2' was asked as 'q2\?', not as 'toisin'"):
        score(outputs, [ask("q1"), ask("q2", question="toisin")], DOCUMENTS)


def test_a_run_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRun, match=r"documents\.json: No such file"):
        read_outputs(tmp_path)
    write_outputs(tmp_path, [], DOCUMENTS)
    (tmp_path / "outputs.jsonl").write_text('{"question_id": 1}\n', encoding="utf-8")
    with pytest.raises(UnreadableRun, match=r"outputs\.jsonl:1: key 'question_id'"):
        read_outputs(tmp_path)


def test_the_configuration_of_a_run_holds_no_secret(tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text("{}", encoding="utf-8")
    settings = Settings.model_validate(
        {
            "llm_api_key": "salainen1",
            "admin_token": "salainen2-" * 4,
            "llm_base_url": "https://user:salainen3@host:1/v1?key=salainen4",
            "database_url": "postgresql://user:salainen5@host/db",
        }
    )
    write_config(tmp_path, settings, [questions], ["v1", "v1"])
    text = (tmp_path / "config.json").read_text(encoding="utf-8")
    config = json.loads(text)
    assert "salainen" not in text
    assert config["settings"]["llm_base_url"] == "https://host:1/v1"
    assert config["index_versions"] == ["v1"]
    assert config["model"] == "bundled"
    assert config["questions"] == {str(questions): "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}


# Question files


def line(**changes: Any) -> str:
    values = {"id": "q1", "question": "Saanko?", "language": "fi", "answerable": True, "evidence": [RULE]}
    return json.dumps({key: value for key, value in (values | changes).items() if value is not ...}, ensure_ascii=False)


@pytest.fixture
def question_file(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str, name: str = "q.jsonl") -> Path:
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return tmp_path / name

    return write


def test_a_question_file_is_read_in_its_order(question_file: Callable[..., Path]) -> None:
    text = "rivi\u2028toinen"
    path = question_file(
        "\ufeff" + line(question=text, cluster="c", facts=["3[ .]?600"]), "", line(id="q2", verdict=None)
    )
    first, second = load_questions(path)
    assert (first.question, first.group, first.facts, second.group) == (text, "c", ("3[ .]?600",), "q2")


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (line(colour="red"), "key 'colour' is unknown; use id, question, language"),
        (line(question=...), "key 'question' is missing"),
        (line(language="de"), "key 'language' has value 'de'"),
        (line(answerable="yes"), "key 'answerable' has value 'yes'"),
        (line(evidence=RULE), "key 'evidence' has value"),
        (line(evidence=["…"]), "key 'evidence': a string without a word"),
        (line(evidence=[]), "answerable, but nothing tells a right answer"),
        (line(facts=["3("]), "key 'facts': '3(' is no regular expression"),
        (line(verdict="maybe"), "key 'verdict' has value 'maybe'"),
        (line(question=" "), "key 'question' has value ' '"),
        (line()[:-1], "not JSON (EOF while parsing"),
        ("[]", "Input should be an object"),
        (line(), "key 'id': id 'q1' stands on line 1 already"),
    ],
)
def test_a_bad_line_is_named_with_file_line_and_key(question_file: Callable[..., Path], bad: str, problem: str) -> None:
    path = question_file(line(), bad)
    with pytest.raises(BadQuestionFile) as caught:
        load_questions(path)
    assert str(caught.value).startswith(f"{path}:2: {problem}")
    assert "\n" not in str(caught.value)


def test_all_bad_lines_are_named_at_once(question_file: Callable[..., Path]) -> None:
    with pytest.raises(BadQuestionFile) as caught:
        load_questions(question_file(*["{"] * 30))
    assert str(caught.value).splitlines()[-1] == "… and 10 more"
    assert len(str(caught.value).splitlines()) == 21


@pytest.mark.parametrize(("content", "problem"), [(b"", "no questions"), (b"\xff\xfe", "not UTF-8")])
def test_a_file_without_questions_is_named(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadQuestionFile, match=problem):
        load_questions(path)
    with pytest.raises(BadQuestionFile, match="No such file"):
        load_questions(tmp_path / "none.jsonl")


def test_lint_finds_what_a_loaded_file_still_has_wrong(question_file: Callable[..., Path]) -> None:
    first = question_file(
        line(documents=["guide"], cluster="c"),
        line(id="q2", question="Paljonko?", documents=["guide", "lost"], evidence=["Ei ole tekstissä."]),
        line(id="q3", question="SAANKO!", evidence=[COSTS.replace(" - ", "\n**-** ")]),
        line(id="q4", question="Miksi?", answerable=False, cluster="c"),
        line(id="q5", question="Milloin?", evidence=[], facts=["2025"]),
        name="a.jsonl",
    )
    second = question_file(line(question="Kuka?"), name="b.jsonl")
    problems = lint([first, second], DOCUMENTS)
    assert [problem.split(": ", 1)[1] for problem in problems] == [
        "q2: document 'lost' is not in the corpus",
        "q2: evidence does not stand in guide: 'Ei ole tekstissä.'",
        "q2: document 'guide' holds none of the evidence",
        "q3: asked in the same words as q1",
        "q4: unanswerable, but has evidence",
        "q4: cluster 'c' has answerable and unanswerable questions",
        "q5: answerable, but without evidence",
        f"q1: the id stands in {first} already",
    ]


def test_the_projects_own_questions_fit_its_corpus() -> None:
    files = sorted((ROOT / "eval" / "questions").glob("*.jsonl"))
    settings = Settings.model_validate({"corpus_dir": ROOT / "corpus"})
    assert files
    assert len(files) >= 2
    assert lint(files, corpus_texts(settings), example_questions(settings)) == []


def test_lint_finds_a_question_that_the_service_learns_from(question_file: Callable[..., Path]) -> None:
    file = question_file(line(question="Saanko, siis?", documents=["guide"]))
    assert lint([file], DOCUMENTS, ["Kuka?"]) == []
    assert lint([file], DOCUMENTS, ["saanko siis"])[0].endswith("stands among the example questions of the corpus")


# The commands


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question_file: Callable[..., Path]) -> Path:
    """A question file, and the fake behind `Chatbot.open`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Chatbot, "open", classmethod(lambda cls, settings: CHATBOT))
    return question_file(*(question.model_dump_json(exclude_defaults=True) for question in QUESTIONS))


def test_json_is_one_object_on_stdout(cli: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--questions", str(cli), "--json"]) == 0
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    found = json.loads(out)
    assert found["answered_correctly"].keys() == {"value", "n", "clusters", "low", "high"}
    assert found["n"] == 7
    assert "noise on stdout" in err


def test_run_stores_what_score_needs(cli: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--questions", str(cli), "--out", "ran/here"]) == 0
    table = capsys.readouterr().out
    assert table.startswith("| metric")
    folder = tmp_path / "ran" / "here"
    written = {"outputs.jsonl", "documents.json", "metrics.json", "report.md", "wrong.md", "config.json"}
    assert {path.name for path in folder.iterdir()} == written
    assert main(["score", "--outputs", "ran/here", "--questions", str(cli), "--out", "again"]) == 0
    assert capsys.readouterr().out == table
    for name in ("metrics.json", "report.md", "wrong.md"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_lint_exits_with_1_when_it_finds_something(
    cli: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "guide.md").write_text(f"---\nlanguage: fi\n---\n{RULE}\n", encoding="utf-8")
    monkeypatch.setenv("OHJENUORA_CORPUS_DIR", str(tmp_path / "corpus"))
    cli.write_text(line(), encoding="utf-8")
    assert main(["lint", str(cli)]) == 0
    cli.write_text(line(evidence=[COSTS]), encoding="utf-8")
    assert main(["lint", str(cli)]) == 1
    assert "q1: evidence does not stand in guide" in capsys.readouterr().out


def test_what_makes_a_run_impossible_is_one_message_and_exit_2(
    cli: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(cls: type[Chatbot], settings: Settings) -> Chatbot:
        raise IndexMissing("There is no index yet. Build it with: ohjenuora index")

    cli.write_text(line(question="?"), encoding="utf-8")
    assert main(["run", "--questions", str(cli), "--json"]) == 2
    assert capsys.readouterr() == (
        "",
        "1 questions …\nnoise on stdout\nKirjoita kysymys.\nwhile asking question 'q1'\n",
    )
    monkeypatch.setattr(Chatbot, "open", classmethod(missing))
    assert main(["run", "--questions", str(cli), "--json"]) == 2
    assert capsys.readouterr() == ("", "There is no index yet. Build it with: ohjenuora index\n")
    assert main(["run", "--questions", "none.jsonl"]) == 2
    assert capsys.readouterr().err == "none.jsonl: No such file or directory; name a readable question file\n"
