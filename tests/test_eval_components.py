"""The evaluation's components against values worked out by hand, replayed from what they stored, and its gate."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval import plots
from eval.__main__ import main
from eval.abstention import generate_forced, measure_abstention, never_refusing
from eval.baselines import bm25, dense, generate_baseline
from eval.compare import compare
from eval.components import COMPONENTS
from eval.full import MEASURED_WITH
from eval.gate import LIMITS, Limits, exceeded
from eval.metrics import Outcome, is_true_quote, judge
from eval.page import render_page
from eval.passages import Ranking, measure_retrieval
from eval.questions import Question, load_questions
from eval.readme import README, figures_in, render_figures
from eval.recognition import Recognised, measure_recognition
from eval.robustness import DISTORTIONS, as_asked, measure_robustness
from eval.run import Output, document_texts, generate, score
from eval.sections import of_abstention
from eval.store import read_stored, write_stored
from eval.summary import summarise
from rag.chatbot import Chatbot
from rag.index.build import build_index
from rag.language.words import Lexicon
from rag.models import logistic
from rag.models.embedding import Embedder
from rag.settings import Settings
from rag.types import Answer
from tests.test_eval import COSTS_QUOTED, DOCUMENTS, REFUSAL, RULE, RULE_QUOTED, UNANSWERABLE, ask

ROOT = Path(__file__).parent.parent
HELD_OUT = ROOT / "eval" / "questions" / "heldout.jsonl"
DEV = ROOT / "eval" / "questions" / "dev.jsonl"


def outcome(question: Question, answer: Answer) -> Outcome:
    return judge(question, answer, DOCUMENTS, 1.0)


# Abstention


def test_abstention_is_measured_by_the_order_of_the_confidences() -> None:
    outcomes = [
        outcome(ask("a"), replace(RULE_QUOTED, confidence=0.9)),
        outcome(ask("b"), replace(COSTS_QUOTED, confidence=0.6)),  # answered, but not with the evidence
        outcome(ask("c", **UNANSWERABLE), replace(RULE_QUOTED, confidence=0.3)),
        outcome(ask("d", **UNANSWERABLE), replace(REFUSAL, confidence=0.8)),  # refused whatever the threshold
    ]
    found = measure_abstention(outcomes)
    assert found.auroc_answerable == 1.0
    assert found.auroc_right == 1.0
    all_answered, half = found.curve[0], next(point for point in found.curve if point.threshold >= 0.5)
    assert all_answered.coverage == 0.75
    assert all_answered.risk == pytest.approx(2 / 3)
    assert (half.coverage, half.risk, half.answered_correctly, half.refused_correctly) == (0.5, 0.5, 0.5, 1.0)
    assert "AUROC answerable or not 1.000" in of_abstention(found)[0].note


def test_without_abstention_everything_is_answered_and_afterwards_it_is_back() -> None:
    before = logistic.model("confidence_with_examples").threshold
    with never_refusing():
        assert logistic.model("confidence_with_examples").threshold == 0
    assert logistic.model("confidence_with_examples").threshold == before > 0


# Retrieval, recognition, robustness


def test_retrieval_counts_the_rank_of_the_first_passage_with_evidence() -> None:
    questions = {each.id: each for each in (ask("a"), ask("b"), ask("c"))}
    rankings = [
        Ranking("a", (RULE, "muuta"), 1),
        Ranking("b", ("muuta", f"Ennen. {RULE}"), 2),
        Ranking("c", ("muuta",) * 10, 1),
    ]
    found = measure_retrieval(rankings, questions)
    assert found.recall["R@1"].value == pytest.approx(1 / 3)
    assert found.recall["R@3"].value == pytest.approx(2 / 3)
    assert found.mrr.value == pytest.approx((1 + 1 / 2 + 0) / 3)
    # b: 1/log2(3) of 1/log2(2) + 1/log2(3)
    assert found.ndcg.value == pytest.approx((1 + (1 / 1.58496) / (1 + 1 / 1.58496) + 0) / 3, abs=1e-4)


def test_recognition_compares_with_what_a_reader_saw() -> None:
    questions = {
        "a": ask("a", concepts=("identity_number", "copilot"), style="keyword"),
        "b": ask("b", language="sv", concepts=()),
        "c": ask("c"),
    }
    found = [
        Recognised("a", "fi", ("identity_number", "paste", "personal_data"), ("personal_data",)),
        Recognised("b", "fi", (), ()),
        Recognised("c", "fi", ("ai",), ()),
    ]
    measured = measure_recognition(found, questions)
    assert measured.language.value == pytest.approx(2 / 3)
    assert measured.confused == {"sv taken for fi": 1}
    assert measured.concept_precision.value == 0.5  # paste is wrong; personal_data only broader; c has no labels
    assert measured.concept_recall.value == 0.5


def test_distortions_are_the_same_every_time_and_change_what_they_say() -> None:
    question = ask("q1", question="Saako henkilötietoja syöttää Copilotiin työssä?")
    found = {name: distort(question) for name, distort in DISTORTIONS.items()}
    assert found == {name: distort(question) for name, distort in DISTORTIONS.items()}
    assert found["without diacritics"] == "Saako henkilotietoja syottaa Copilotiin tyossa?"
    assert found["in capitals"] == "SAAKO HENKILÖTIETOJA SYÖTTÄÄ COPILOTIIN TYÖSSÄ?"
    assert found["as a fragment"] == "henkilötietoja syöttää Copilotiin työssä"
    assert found["typing errors"] != question.question
    assert abs(len(found["typing errors"]) - len(question.question)) <= 3


def test_robustness_is_the_share_of_changed_outcomes() -> None:
    plain = [outcome(ask("a"), RULE_QUOTED), outcome(ask("b"), REFUSAL), outcome(ask("c", **UNANSWERABLE), REFUSAL)]
    distorted = [outcome(ask("a"), REFUSAL), outcome(ask("b"), RULE_QUOTED), outcome(ask("c", **UNANSWERABLE), REFUSAL)]
    found = measure_robustness(plain, {"typing errors": distorted})["typing errors"]
    assert found.changed.value == pytest.approx(2 / 3)
    assert found.worse.value == found.better.value == pytest.approx(1 / 3)
    asked = as_asked([ask("a")], [Output("a", "A?!", 1.0, REFUSAL)])
    assert (asked[0].question, asked[0].evidence) == ("A?!", (RULE,))


# Baselines


def test_baselines_answer_from_the_same_passages_whenever_they_find_any(chatbot: Chatbot, embedder: Embedder) -> None:
    questions = load_questions(DEV)[:6]
    documents = document_texts(chatbot)
    for rank in (dense(chatbot.index, embedder), bm25(chatbot.index)):
        outputs = generate_baseline(rank, chatbot.index, questions)
        answers = [each.answer for each in outputs]
        assert all((each.status == "answered") == bool(each.citations) for each in answers)
        assert sum(each.status == "answered" for each in answers) >= 4  # BM25 knows no "hetu"
        assert all(is_true_quote(each, documents) for output in outputs for each in output.answer.citations)
        assert all(len(each.citations) <= 3 for each in answers)


# Stored and measured again


@pytest.mark.parametrize("name", [name for name in COMPONENTS if name not in ("grounding", "baselines", "wording")])
def test_a_component_is_measured_again_from_what_it_stored(chatbot: Chatbot, tmp_path: Path, name: str) -> None:
    component = COMPONENTS[name]
    questions = component.load(MEASURED_WITH.get(name, DEV))[: 60 if name == "privacy" else 8]
    stored = component.generate(chatbot, questions)
    write_stored(tmp_path, name, component.stored, stored)
    again = read_stored(tmp_path, name, component.stored)
    assert component.measure(again, questions) == component.measure(stored, questions)
    assert all(len(row) == len(table.head) for table in component.tables(component.measure(again, questions))
               for row in table.rows)  # fmt: skip


def test_a_component_runs_from_the_command_line_on_what_was_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text(ask("a").model_dump_json() + "\n", encoding="utf-8")
    write_stored(tmp_path, "retrieval", COMPONENTS["retrieval"].stored, [Ranking("a", (RULE,), 1)])
    assert main(["retrieval", "--questions", str(questions), "--outputs", str(tmp_path)]) == 0
    assert "| R@1 " in capsys.readouterr().out
    assert main(["retrieval", "--questions", str(questions), "--outputs", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["recall"]["R@1"]["value"] == 1.0
    assert main(["recognition", "--questions", str(questions), "--outputs", str(tmp_path)]) == 2
    assert "recognition.json: No such file" in capsys.readouterr().err


# Compared


def test_two_runs_are_compared_case_by_case() -> None:
    before = [outcome(ask("a"), RULE_QUOTED), outcome(ask("b"), REFUSAL), outcome(ask("c"), RULE_QUOTED)]
    after = [outcome(ask("a"), COSTS_QUOTED), outcome(ask("b"), RULE_QUOTED), outcome(ask("c"), RULE_QUOTED)]
    text = compare(before, after)
    assert text.startswith("# 1 worse, 1 better, 0 otherwise different, of 3")
    assert text.index("### a:") < text.index("### b:")
    assert "### c:" not in text
    assert "1 questions are in one of the runs only" in compare(before, after[:2])


# The report


def test_a_rate_that_lies_a_rounding_beyond_its_interval_is_drawn() -> None:
    summary = summarise([outcome(ask("a"), COSTS_QUOTED)])
    for language, metrics in summary.groups["by_language"].items():
        beyond = replace(metrics.answered_correctly, value=1.0, low=0.2, high=0.99999999)
        summary.groups["by_language"][language] = replace(metrics, answered_correctly=beyond)
    assert "<svg" in plots.by_language(summary)


def test_the_page_needs_nothing_else_and_shows_hostile_text_as_text() -> None:
    hostile = "<script>alert(1)</script>"
    outcomes = [
        outcome(ask("a", question=hostile), replace(COSTS_QUOTED, message=hostile)),
        outcome(ask("b", verdict="allowed"), replace(RULE_QUOTED, verdict="only_if_approved")),
    ]
    abstention = measure_abstention(outcomes)
    drawn = [("Risk and coverage", plots.risk_coverage(abstention, 0.5))]
    page = render_page(
        {"own": (summarise(outcomes), outcomes)},
        {"Abstention": of_abstention(abstention)},
        drawn,
        {"index_versions": ["v1"], "model": "bundled", "commit": None},
        ["error: too many"],
    )
    assert hostile not in page
    assert "&lt;script&gt;" in page
    assert page.count("<svg") == 5
    assert "error: too many" in page
    assert "src=" not in page
    assert "<link" not in page
    assert "url(http" not in page


# The gate


def test_the_gate_goes_by_the_upper_bound_and_names_what_is_exceeded() -> None:
    outcomes = [outcome(ask(f"q{number}"), RULE_QUOTED) for number in range(20)]
    metrics = summarise(outcomes).overall
    assert exceeded(metrics, Limits()) == []
    assert exceeded(metrics, Limits(max_hallucination_rate=0.14)) == []  # 0 of 20: 13.9 %
    assert exceeded(metrics, Limits(max_hallucination_rate=0.13)) == [
        "hallucination: measured 0.00 % of 20 questions, upper bound 13.91 %, more than the limit of 13.00 %"
    ]
    assert exceeded(metrics, Limits(min_verdict_accuracy=0.9)) == [
        "verdicts: nothing right, less than the limit of 90.00 %"
    ]


def test_the_gate_ends_a_run_with_status_1_and_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text(ask("a").model_dump_json() + "\n", encoding="utf-8")
    line = json.dumps({"question_id": "a", "question": "a?", "latency_ms": 1.0, "answer": _as_json(REFUSAL)})
    (tmp_path / "outputs.jsonl").write_text(line + "\n", encoding="utf-8")
    (tmp_path / "documents.json").write_text(json.dumps(DOCUMENTS), encoding="utf-8")
    told = ["score", "--outputs", str(tmp_path), "--questions", str(questions)]
    assert main(told) == 0
    assert main([*told, "--max-hallucination-rate", "0.01", "--max-error-rate", "0.05"]) == 1
    assert "gate: error: measured 100.00 % of 1 answerable questions" in capsys.readouterr().err


def _as_json(answer: Answer) -> dict[str, object]:
    from pydantic import TypeAdapter

    return dict(TypeAdapter(Answer).dump_python(answer, mode="json"))


# What a damaged build looks like.


@pytest.fixture(scope="module")
def held_out() -> list[Question]:
    return load_questions(HELD_OUT)


@pytest.fixture(scope="module")
def sound(chatbot: Chatbot, held_out: list[Question]) -> list[Outcome]:
    return score(generate(chatbot, held_out), held_out, document_texts(chatbot))


def reasons(outcomes: Sequence[Outcome]) -> list[str]:
    return exceeded(summarise(outcomes).overall, LIMITS)


def test_the_sound_build_passes_the_gate(sound: list[Outcome]) -> None:
    assert reasons(sound) == []


def test_a_build_without_abstention_does_not_pass(chatbot: Chatbot, held_out: list[Question]) -> None:
    part = [each for each in held_out if not each.answerable]
    outcomes = score(generate_forced(chatbot, part), part, document_texts(chatbot))
    assert any(reason.startswith("hallucination: ") for reason in reasons(outcomes))


def test_a_build_whose_citations_are_shifted_by_ten_characters_does_not_pass(
    sound: list[Outcome], chatbot: Chatbot
) -> None:
    documents = document_texts(chatbot)
    shifted = [
        judge(
            each.question,
            replace(
                each.answer,
                citations=tuple(replace(c, start=c.start + 10, end=c.end + 10) for c in each.answer.citations),
            ),
            documents,
            each.latency_ms,
        )
        for each in sound
    ]
    assert any(reason.startswith("hallucination: ") for reason in reasons(shifted))


def test_a_build_whose_rule_has_another_quote_does_not_pass(
    settings: Settings,
    chatbot: Chatbot,
    embedder: Embedder,
    held_out: list[Question],
    tmp_path: Path,
) -> None:
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    shutil.copytree(settings.corpus_dir, corpus)
    rules = corpus / "rules.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("ei tule syöttää tekoälypalveluihin", "saa syöttää tekoälypalveluihin"), "utf-8")
    version = chatbot.index.version
    shutil.copytree(settings.data_dir / "index" / version, data / "index" / version)
    (data / "index" / "CURRENT").write_text(version, encoding="utf-8")
    own = settings.model_copy(update={"corpus_dir": corpus, "data_dir": data})
    lexicon = Lexicon(data)
    assert build_index(own, embedder, lexicon).changed
    damaged = Chatbot(own, embedder, lexicon)
    part = [each for each in held_out if each.verdict]
    outcomes = score(generate(damaged, part), part, document_texts(damaged))
    assert any(reason.startswith("verdicts: ") for reason in reasons(outcomes))


# The README


def test_the_figures_of_the_readme_are_those_of_the_code(sound: list[Outcome]) -> None:
    """Another machine trains the recogniser a little differently: three questions of a hundred may end otherwise."""
    now = summarise(sound).as_json()
    table = figures_in(README.read_text(encoding="utf-8"))
    for line in render_figures({"heldout": now}, {}).splitlines():
        name, *cells = [part.strip() for part in line.strip("|").split("|")]
        if not line.startswith("|") or not cells or not cells[0][:1].isdigit():
            continue
        stated = next(row for row in table.splitlines() if row.startswith(f"| {name} |")).split("|")[2].strip()
        assert float(stated.split()[0]) == pytest.approx(float(cells[0].split()[0]), abs=3.5), name
        # Citation figures are over the answers given, which differ from machine to machine, too.
        same_n = "citation" in name or stated.split("of")[-1] == cells[0].split("of")[-1]
        assert same_n, f"{name}: run 'make eval' and 'python -m eval readme'"
