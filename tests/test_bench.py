"""The benchmark's own parts: asking for a time, and the history of its figures."""

from __future__ import annotations

import urllib.error
from datetime import date
from pathlib import Path

import pytest

from api.app import create_app
from eval.bench import Asked, at_once
from eval.machine import COLUMNS, HEADING, keep, machine
from rag.settings import Settings
from tests.support.browser import serving
from tests.support.fakes import FakeChatbot


def test_clients_ask_until_all_questions_are_asked_or_the_time_is_over(tmp_path: Path) -> None:
    settings, chatbot = Settings(data_dir=tmp_path), FakeChatbot()
    with serving(create_app(settings, chatbot), settings) as address:
        asked = at_once(address, [f"Saanko {number}?" for number in range(30)], clients=3)
        assert len(asked.milliseconds) == 30
        assert {question for question, *_ in chatbot.asked} == {f"Saanko {number}?" for number in range(30)}
        some = at_once(address, ["Saanko?"] * 100_000, clients=2, seconds=0.3)
        assert 2 <= len(some.milliseconds) < 100_000
        with pytest.raises(urllib.error.HTTPError):  # what is no answer does not count as one
            at_once(address, ["huono"], clients=1)


def test_answers_a_second_are_all_answers_over_the_whole_time() -> None:
    asked = Asked([float(ms) for ms in range(1, 101)], seconds=4.0)
    assert asked.per_s == 25
    assert asked.p95_ms == pytest.approx(95.95)  # the 95th of a hundred and a bit: (100 + 1) · 0.95


def test_the_history_gets_its_table_once_and_a_row_each_time(tmp_path: Path) -> None:
    file = tmp_path / "measurements.md"
    file.write_text("# Measurements\n", encoding="utf-8")
    figures = {name: number + 0.25 for number, name in enumerate(COLUMNS.values())} | {"other": 9.0}
    keep(figures, file)
    keep(figures, file)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# Measurements\n\n" + HEADING)
    assert text.count(HEADING) == 1
    head, line, *rows = [each for each in text.splitlines() if each.startswith("|")]
    assert len(rows) == 2
    assert {each.count("|") for each in (head, line, *rows)} == {4 + len(COLUMNS)}
    assert date.today().isoformat() in rows[0]
    assert machine().split(",")[0] in rows[0]
