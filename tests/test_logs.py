"""The lines of the log: each with its time in UTC and the id of the request that it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.logs import as_request, handler_of
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


def test_an_unknown_form_stops_the_start() -> None:
    with pytest.raises(BadSetting, match="OHJENUORA_LOG_FORMAT"):
        load_settings({"OHJENUORA_LOG_FORMAT": "xml"}, Path("no.env"))
