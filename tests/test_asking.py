"""`ohjenuora ask` for scripts and pipes: lines, JSONL and tables in, JSONL out, here or from a running service."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from api.app import create_app
from api.schemas import ChatAnswer
from rag.asking import Asked, questions_in
from rag.chatbot import Chatbot
from rag.cli import main
from rag.errors import QuestionsUnreadable
from rag.settings import Settings
from tests.support.browser import serving
from tests.support.fakes import FakeChatbot, refused
from tests.support.servers import free_port

ROOT = Path(__file__).parent.parent
# What differs between two answers to one question.
OF_ONE_ANSWER = ("id", "conversation_id", "timings_ms")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeChatbot:
    fake = FakeChatbot()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Chatbot, "open", staticmethod(lambda _: fake))
    return fake


@pytest.fixture
def service(fake: FakeChatbot, tmp_path: Path) -> Iterator[str]:
    with serving(create_app(Settings(data_dir=tmp_path), fake)) as address:
        yield address


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command with bytes on its standard input: its status, the lines it wrote, its standard error."""

    def run(given: bytes, *arguments: str) -> tuple[int, list[Any], str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="ascii"))
        status = main(["ask", *arguments])
        out, err = capsys.readouterr()
        return status, [json.loads(line) for line in out.splitlines()], err

    return run


# What is read


TABLE = 'id,question,language,as_of,Huomio\nk1,"Saanko, jos\nehdin?",fi,2025-05-01,x\n\n,Får jag?,,,\n'


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "\ufeff" + TABLE,
        TABLE.replace("Saanko, jos", "Saanko; jos").replace(",", ";").replace("Saanko; jos", "Saanko, jos"),
        TABLE.replace("Saanko, jos", "#").replace(",", "\t").replace("#", "Saanko, jos"),
        TABLE.replace("\n", "\r\n").replace("jos\r\n", "jos\n"),
    ],
    ids=["commas", "byte order mark", "semicolons", "tabs", "line ends of Windows"],
)
def test_a_table_is_read_by_the_names_of_its_columns(text: str) -> None:
    first, second = questions_in(io.StringIO(text, newline=""), {"language": "en", "tool": "Copilot"}, table=True)
    assert (first.number, second.number) == (3, 5)
    assert first.asked == Asked(
        question="Saanko, jos\nehdin?", id="k1", language="fi", as_of=date(2025, 5, 1), tool="Copilot"
    )
    assert second.asked == Asked(question="Får jag?", language="en", tool="Copilot")


@pytest.mark.parametrize("text", ["", "kysymys,kieli\nSaanko?,fi\n", "question,id\n" + "x" * 200_000])
def test_what_is_no_table_is_told(text: str) -> None:
    with pytest.raises(QuestionsUnreadable, match=r"'question'|Line 2"):
        list(questions_in(io.StringIO(text, newline=""), {}, table=True))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Saanko?", Asked(question="Saanko?")),
        ('{"question": "Saanko?", "id": 7, "answerable": true}', Asked(question="Saanko?", id=7)),
        ('{"question": "Saanko?", "language": null}', Asked(question="Saanko?")),
        ('{"question": ', "no JSON object"),
        ("{" + '"a":[' * 100_000, "no JSON object"),
        ('{"id": "k1"}', "question: Field required"),
        ('{"question": 7}', "question: Input should be a valid string"),
        ('{"question": "Saanko?", "language": "de"}', "language: Input should be 'fi', 'sv' or 'en'"),
        ('{"question": "Saanko?", "as_of": "eilen"}', "as_of: Input should be a valid date"),
        (b"Saako sy\xf6tt\xe4\xe4?".decode("utf-8", "surrogateescape"), "not written in UTF-8"),
        ('{"question": "Saanko?", "id": "\\ud800"}', "not written in UTF-8"),
    ],
)
def test_a_line_is_a_question_or_an_object_or_told_to_be_neither(line: str, expected: Asked | str) -> None:
    [read] = questions_in(["", line], {}, table=False)
    assert read.number == 2
    if isinstance(expected, str):
        assert isinstance(read.asked, str)
        assert read.asked.startswith(expected)
    else:
        assert read.asked == expected


# What is written


def test_every_line_gets_a_line_and_what_cannot_be_asked_does_not_stop_the_rest(
    fake: FakeChatbot, written: Any
) -> None:
    given = '{"question": "Saanko?", "id": "k1", "conversation_id": "c7"}\n\nhuono\n{"language": "fi"}\nMitä? ä\n'
    status, lines, err = written(given.encode(), "-", "--language", "sv")
    assert status == 1
    assert [(each["line"], each["id"]) for each in lines] == [(1, "k1"), (3, None), (4, None), (5, None)]
    assert lines[0]["answer"] == json.loads(ChatAnswer.from_answer(fake.answer).model_dump_json()) | {
        "id": lines[0]["answer"]["id"]
    }
    assert [each["error"] for each in lines] == [
        None,
        "Kysymyksessä ei ole sanoja.",
        "question: Field required",
        None,
    ]
    assert [each["answer"] is None for each in lines] == [False, True, True, False]
    assert [asked[:3] for asked in fake.asked] == [
        ("Saanko?", "sv", "c7"),
        ("huono", "sv", None),
        ("Mitä? ä", "sv", None),
    ]
    assert err.startswith("4 questions: 2 answered, 0 refused, 2 not asked; ")
    assert err.count("\n") == 1


def test_behind_a_pipe_no_more_need_be_said(
    fake: FakeChatbot, written: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.answer = refused()
    status, lines, _ = written(b"Saanko?\nMiten?\n")
    assert (status, [each["line"] for each in lines]) == (0, [1, 2])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert main(["ask"]) == 2
    assert "Give a question" in capsys.readouterr().err


def test_progress_is_shown_to_who_looks_on(fake: FakeChatbot, written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    fake.answer = refused()
    status, _, err = written(b"Saanko?\nMiten?\n", "-")
    assert status == 0
    assert "\r1 questions: 0 answered, 1 refused" in err
    assert "\r2 questions: 0 answered, 2 refused" in err


def test_a_log_is_told_of_the_progress_every_ten_seconds(
    fake: FakeChatbot, written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer takes four seconds."""
    now = 0.0

    def ask(_: Asked) -> dict[str, Any]:
        nonlocal now
        now += 4.0
        return {"status": "answered"}

    monkeypatch.setattr("rag.progress_told.time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr("rag.asking.of_chatbot", lambda _: ask)
    status, lines, err = written(b"Saanko?\n" * 7, "-")
    assert (status, len(lines)) == (0, 7)
    assert [line.partition(" ")[0] for line in err.splitlines()] == ["3", "6", "7"]


@pytest.mark.parametrize(("name", "more"), [("k.csv", []), ("k.txt", ["--csv"]), ("k.CSV", [])])
def test_a_file_is_a_table_by_its_name_or_by_what_is_said(
    fake: FakeChatbot, written: Any, tmp_path: Path, name: str, more: list[str]
) -> None:
    (tmp_path / name).write_text(TABLE, encoding="utf-8")
    status, lines, _ = written(b"", "--file", name, *more)
    assert status == 0
    assert [each["id"] for each in lines] == ["k1", None]


def test_a_file_that_is_not_there_is_named(fake: FakeChatbot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--file", "none.jsonl"]) == 2
    assert capsys.readouterr().err == "'none.jsonl' cannot be read: No such file or directory.\n"


# A running service


def test_a_running_service_answers_as_the_index_does(fake: FakeChatbot, service: str, written: Any) -> None:
    given = b'{"question": "Saanko?", "tool": "Copilot", "as_of": "2025-05-01", "language": "en"}\nhuono\n'
    here, there = written(given, "-"), written(given, "-", "--url", f"{service}/")
    assert (here[0], there[0]) == (1, 1)
    for lines in (here[1], there[1]):
        for name in OF_ONE_ANSWER:
            lines[0]["answer"].pop(name)
    assert here[1] == there[1]
    assert fake.asked[0] == fake.asked[2] == ("Saanko?", "en", None, "Copilot", date(2025, 5, 1))


def test_one_question_is_answered_by_a_running_service_too(
    fake: FakeChatbot, service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "Saanko?", "--url", service]) == 0
    assert capsys.readouterr().out == f"{fake.answer.message}\n"
    assert main(["ask", "huono", "--url", service]) == 2
    assert capsys.readouterr().err == "Kysymyksessä ei ole sanoja.\n"


def test_who_is_told_to_wait_waits_and_asks_again(fake: FakeChatbot, written: Any, tmp_path: Path) -> None:
    slow = Settings(data_dir=tmp_path, requests_per_minute=60, requests_at_once=1)
    with serving(create_app(slow, fake)) as address:
        status, lines, _ = written(b"Saanko?\nMiten?\n", "-", "--url", address)
    assert status == 0
    assert [each["answer"]["status"] for each in lines] == ["answered", "answered"]


def test_a_service_that_is_not_there_is_named(fake: FakeChatbot, capsys: pytest.CaptureFixture[str]) -> None:
    for address in (f"http://127.0.0.1:{free_port()}", "no address"):
        assert main(["ask", "Saanko?", "--url", address]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"'{address}/api/chat' does not answer: ")
    assert fake.asked == []


READER = "a-long-token-that-stands-for-a-readers"


@pytest.fixture
def for_who_signs_in(fake: FakeChatbot, tmp_path: Path) -> Iterator[str]:
    """The address of a service that answers nobody else. The token of an administrator, who may read as well, spares a
    provider."""
    given = {"oidc_issuer": "http://127.0.0.1:9", "oidc_audience": "a", "chat_sign_in": "required"}
    settings = Settings.model_validate({"data_dir": tmp_path, "admin_token": READER, **given})
    with serving(create_app(settings, fake)) as address:
        yield address


def test_where_readers_sign_in_a_token_comes_from_the_environment(
    for_who_signs_in: str, fake: FakeChatbot, written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", f"{READER}\n")
    status, lines, _ = written(b"Saanko?\nMiten?\n", "-", "--url", for_who_signs_in, "--token-from", "MY_TOKEN")
    assert (status, [each["error"] for each in lines]) == (0, [None, None])
    assert main(["ask", "Saanko?", "--url", for_who_signs_in, "--token-from", "MY_TOKEN"]) == 0
    assert len(fake.asked) == 3


def test_who_does_not_sign_in_where_they_must_is_told_at_the_first_question(
    for_who_signs_in: str, fake: FakeChatbot, written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, lines, err = written(b"Saanko?\nMiten?\n", "-", "--url", for_who_signs_in)
    assert (status, lines) == (2, [])
    assert "answers only those who sign in" in err
    assert "--token-from" in err
    monkeypatch.setenv("MY_TOKEN", "one-that-has-run-out")
    status, lines, err = written(b"Saanko?\n" * 20, "-", "--url", for_who_signs_in, "--token-from", "MY_TOKEN")
    assert (status, lines) == (2, [])
    assert "does not take the token" in err
    assert "one-that-has-run-out" not in err
    assert fake.asked == []


@pytest.mark.parametrize("held", [None, "", " ", "two words-of-a-secret", "täysin-salainen", "salainen\nX-Other: 1"])
def test_a_variable_without_a_token_is_told_and_what_it_holds_is_not(
    service: str,
    fake: FakeChatbot,
    held: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if held is not None:
        monkeypatch.setenv("MY_TOKEN", held)
    assert main(["ask", "Saanko?", "--url", service, "--token-from", "MY_TOKEN"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "--token-from" in err
    assert not held or not held.strip() or held not in err
    assert fake.asked == []


def test_a_token_without_an_address_is_told_to_be_of_no_use(
    fake: FakeChatbot, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "Saanko?", "--token-from", "MY_TOKEN"]) == 2
    assert "--url" in capsys.readouterr().err
    assert fake.asked == []


def test_it_works_in_a_pipe_whose_end_is_closed_early_and_loads_no_model(fake: FakeChatbot, service: str) -> None:
    shell = (
        f'yes "Saanko?" | head -n 2000 | "{sys.executable}" -X importtime -m rag.cli ask - --url {service} | head -n 1'
    )
    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert json.loads(done.stdout)["line"] == 1
    assert "Traceback" not in done.stderr
    assert "rag.running_service" in done.stderr
    for heavy in ("onnxruntime", "torch", "chromadb", "rag.chatbot"):
        assert f" {heavy}\n" not in done.stderr
