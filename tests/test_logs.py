"""The lines of the log: each with its time in UTC and the id of the request that it belongs to."""

from __future__ import annotations

import json
import logging
import sys
import warnings
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.logs import as_request, handler_of
from rag.cli import main
from rag.errors import BadSetting
from rag.settings import LogFormat, Settings, load_settings
from tests.support.fakes import FakeChatbot


def line(form: LogFormat, message: str, *arguments: object, failed: bool = False) -> str:
    failure = None
    if failed:
        try:
            raise KeyError("k")
        except KeyError:
            failure = sys.exc_info()
    record = logging.LogRecord("api.access", logging.INFO, "f.py", 1, message, arguments, failure)
    return handler_of(form).format(record)


def test_a_line_of_json_is_one_object_with_its_time_zone_whatever_it_tells() -> None:
    with as_request() as request_id:
        told = line("json", "first\nsecond ä %s", '"quoted"')
    assert "\n" not in told
    read = json.loads(told)
    assert datetime.fromisoformat(read.pop("time")).utcoffset() == timedelta(0)
    assert read == {
        "level": "INFO",
        "logger": "api.access",
        "message": 'first\nsecond ä "quoted"',
        "request_id": request_id,
    }
    assert "KeyError" in json.loads(line("json", "x", failed=True))["exception"]


def test_a_line_of_text_says_that_its_time_is_in_utc_and_names_the_request() -> None:
    time, level, rest = line("text", "GET %s", "/").split(" ", 2)
    assert time.endswith("Z")
    assert datetime.fromisoformat(time).utcoffset() == timedelta(0)
    assert (level, rest) == ("INFO", "api.access: GET /")
    with as_request() as request_id:
        assert line("text", "GET /").endswith(f"GET / [{request_id}]")


@pytest.mark.parametrize("question", ["Saanko?", "kaadu"])
def test_all_lines_of_a_request_and_its_response_have_the_same_id(
    question: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(handler_of("json").formatter)
    sent = {"X-Request-ID": "131052-308T"}  # what a client calls it stays out of the log
    with caplog.at_level(logging.INFO), TestClient(create_app(Settings(data_dir=tmp_path), FakeChatbot())) as client:
        replies = [client.post("/api/chat", json={"question": question}, headers=sent) for _ in range(2)]
    ids = [reply.headers["X-Request-ID"] for reply in replies]
    assert len(set(ids)) == 2
    told = [json.loads(each) for each in caplog.text.splitlines()]
    assert {each["request_id"] for each in told if each["logger"].startswith("api.")} == set(ids)
    assert "131052" not in caplog.text
    if question == "kaadu":  # the id that the reader sees is the one to look for
        for each, reply in zip(ids, replies, strict=True):
            assert f"Unforeseen error {each}" in caplog.text
            assert each in reply.json()["detail"]


def test_every_line_of_every_command_is_json_where_that_is_wished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What comes before a command begins, too, what it cannot do, and what nobody has foreseen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OHJENUORA_LOG_FORMAT", "json")
    monkeypatch.setattr("rag.cli.keep_private", lambda *_: [Path("var")])

    def told(*arguments: str) -> list[tuple[str, str]]:
        assert main([*arguments]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        return [(line["level"], line["message"]) for line in map(json.loads, err.splitlines())]

    foreign = ("WARNING", "'var' belongs to another user, who may let others read it.")
    for arguments in (
        ["ask", "--file", "none.jsonl"],
        ["ask", "Saanko?", "--token-from", "TOKEN"],
        ["sources", "none"],
        ["audit", "verify", "--known", "x"],
        ["confirm-translation", "none.sv.md"],
    ):
        first, (level, _) = told(*arguments)
        assert (first, level) == (foreign, "ERROR"), arguments

    hidden = "-".join(("131052", "308T"))  # a traceback shows the line that raises

    def fail(*_: object) -> None:
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        raise KeyError(hidden)

    monkeypatch.setattr("rag.cli._lines", fail)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        _, warned, (level, message) = told("ask", "-")
    assert "old" in warned[1]
    assert (level, "builtins.KeyError" in message, hidden in message) == ("ERROR", True, False)
    monkeypatch.setenv("OHJENUORA_THREADS", "lots")
    [(_, message)] = told("check")
    assert "OHJENUORA_THREADS" in message
    monkeypatch.setenv("OHJENUORA_LOG_FORMAT", "text")
    assert main(["check"]) == 2
    assert capsys.readouterr().err.startswith("Setting 'OHJENUORA_THREADS' has value 'lots'")


def test_an_index_is_reported_in_the_log_where_that_is_of_json(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "rikki.pdf").write_bytes(b"no PDF")
    (tmp_path / "corpus" / "kirjasto.md").write_text("# Kirjasto\n\nKirjasto on avoinna.\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(settings.data_dir.resolve() / "models")
    for name, value in (("LOG_FORMAT", "json"), ("CORPUS_DIR", tmp_path / "corpus"), ("DATA_DIR", tmp_path / "data")):
        monkeypatch.setenv(f"OHJENUORA_{name}", str(value))
    assert main(["index"]) == 1
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in err.splitlines()]
    assert {line["level"] for line in lines} <= {"INFO", "WARNING"}  # nothing of what libraries tell themselves
    told = [line["message"] for line in lines]
    assert out == ""
    assert any(each.startswith("Not indexed: rikki.pdf") for each in told)
    assert told[-1].startswith("documents 1, chunks 1")


def test_an_unknown_form_stops_the_start() -> None:
    with pytest.raises(BadSetting, match="OHJENUORA_LOG_FORMAT"):
        load_settings({"OHJENUORA_LOG_FORMAT": "xml"}, Path("no.env"))
