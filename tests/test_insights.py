"""Insights from remembered answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.insights import groups, safe_cell
from api.service import Service
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.fakes import RULE, FakeChatbot, answered, guidance, refused

TOKEN = "a-long-token-of-a-small-installation"
TODAY = date.today()
MONDAY = TODAY - timedelta(days=TODAY.weekday())
ASKED = [
    ("Saako tekoälyllä kääntää sopimuksia?", 3),
    ("Saako tekoälyllä kääntää sopimuksen?", 2),
    ("=cmd|' /C calc'!A0", 1),
    ("Paljonko lounas maksaa?", 1),
]


@pytest.fixture
def client(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A service that has answered in two weeks, refused seven questions, and was rated."""
    chatbot = FakeChatbot()
    monkeypatch.setattr(FakeChatbot, "embedder", embedder)
    app = create_app(Settings.model_validate({"data_dir": tmp_path, "admin_token": TOKEN}), chatbot)
    service: Service = app.state.service
    store = service.store
    store._redact = lambda text: text.replace("Aino", "[nimi]")
    for number in range(4):
        store.remember("Saanko, Aino?", replace(answered(), id=f"a{number}"), MONDAY - timedelta(days=7))
    for number, text in enumerate(text for text, count in ASKED for _ in range(count)):
        store.remember(text, replace(refused(), id=f"r{number}"), MONDAY)
    store.rate("a0", "up", None, MONDAY)
    store.rate("a1", "down", "+Ei auttanut Aino", MONDAY)
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}
    with TestClient(app, headers=headers) as client:
        yield client


def test_weeks_refusals_ratings_and_passages(client: TestClient) -> None:
    found = client.get("/api/admin/insights").json()
    assert found["questions"] == 11
    assert found["weeks"] == [
        {"week": str(MONDAY - timedelta(days=7)), "questions": 4, "refused": {}, "refused_share": 0.0},
        {"week": str(MONDAY), "questions": 7, "refused": {"not_in_guidance": 7}, "refused_share": 1.0},
    ]
    assert [(kind["count"], kind["examples"]) for kind in found["refused"][:1]] == [(5, [ASKED[0][0], ASKED[1][0]])]
    assert sorted(kind["count"] for kind in found["refused"]) == [1, 1, 5]
    assert {*found["refused"][0]["languages"], found["thumbs_down"][0]["language"]} == {"fi"}
    assert (found["thumbs_up"], found["without_text"]) == (1, 0)
    [disliked] = found["thumbs_down"]
    assert (disliked["answer_id"], disliked["text"], disliked["comment"]) == (
        "a1",
        "Saanko, [nimi]?",
        "+Ei auttanut [nimi]",
    )
    assert [(each["document_id"], each["answers"]) for each in found["cited"]] == [
        ("auroraai-appointment-2020", 4),
        ("vm-genai-guidance-2025", 4),
    ]
    start = guidance().text.index(RULE)
    place = f"{start}-{start + len(RULE)}"
    assert found["cited"][1]["href"] == f"/documents/vm-genai-guidance-2025?c={place}#c{place}"
    assert found["cited"][1]["title"] == guidance().metadata.title


def test_a_part_of_the_time(client: TestClient) -> None:
    found = client.get("/api/admin/insights", params={"until": str(MONDAY - timedelta(days=1))}).json()
    assert (found["questions"], found["refused"]) == (4, [])
    assert client.get("/api/admin/insights", params={"since": "yesterday"}).status_code == 422


@pytest.mark.parametrize("table", ["weeks", "refused", "thumbs_down", "cited"])
def test_a_table_for_a_spreadsheet_holds_no_formula_and_its_export_is_on_record(client: TestClient, table: str) -> None:
    response = client.get(f"/api/admin/insights/{table}.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) > 1
    assert all(len(row) == len(rows[0]) for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    if table == "refused":
        assert ["1", "not_in_guidance", "'=cmd|' /C calc'!A0"] in rows
    [entry] = client.get("/api/admin/audit").json()
    assert (entry["action"], entry["subject"]) == ("export", table)


def test_who_looks_at_what_people_asked_is_on_record(client: TestClient) -> None:
    until = str(MONDAY - timedelta(days=1))
    assert client.get("/api/admin/insights", params={"until": until}).status_code == 200
    [entry] = client.get("/api/admin/audit").json()
    assert (entry["action"], entry["subject"], entry["details"]["until"]) == ("view", "insights", until)


def test_another_table_is_none(client: TestClient) -> None:
    assert client.get("/api/admin/insights/users.csv").status_code == 422


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1", "'=1"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("-2", "'-2"),
        ("@x", "'@x"),
        ("a=1", "a=1"),
        (None, ""),
        (3, "3"),
    ],
)
def test_a_cell(value: Any, cell: str) -> None:
    assert safe_cell(value) == cell


def test_questions_that_are_alike_are_of_one_kind(embedder: Embedder) -> None:
    texts = [
        "Saako henkilötietoja syöttää tekoälyyn?",
        "Saako tekoälyyn syöttää henkilötietoja?",
        "Får man mata in personuppgifter i AI?",
        "Mitä lounas maksaa?",
    ]
    assert groups(texts, embedder.embed_queries(texts))[0][:2] == [0, 1]
    assert [3] in groups(texts, embedder.embed_queries(texts))
