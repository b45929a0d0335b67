"""From a bad answer to a better one, with real builds: corrected, rehearsed, marked, published, evaluated."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.chatbot import Chatbot
from rag.index.build import build_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.admin_site import OPEN_HOURS, TOKEN, small_corpus
from tests.test_admin import ask, ended, publish, quotes, rehearsed

CARD = "Kortti maksaa viisi euroa."
HARD = "Paljonko pulitetaan, jos aikoo lainata niteitä?"
WEATHER = "Millainen ilma huomenna on Nurmeksessa?"


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Iterator[TestClient]:
    small = small_corpus(tmp_path_factory.mktemp("corrections"), settings.data_dir / "models")
    build_index(small, embedder, lexicon)
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}
    with TestClient(create_app(small, Chatbot(small, embedder, lexicon)), headers=headers) as client:
        yield client


def correct(client: TestClient, question: str, says: str, **given: Any) -> Any:
    body = {"question": question, "language": "fi", "says": says, **given}
    return client.post("/api/admin/corrections", json=body)


def test_a_correction_acts_from_the_next_publication_on(client: TestClient) -> None:
    assert CARD not in quotes(ask(client, HARD))

    # The sentence is found by its words, and near to another question.
    wanted = {"question": HARD, "language": "fi", "words": "kortti EUROA"}
    [place] = client.post("/api/admin/corrections/places", json=wanted).json()
    assert (place["document_id"], place["title"], place["quote"]) == ("kirjasto", "Kirjasto", CARD)
    near = {"question": "Milloin kirjasto on avoinna?", "language": "fi"}
    assert client.post("/api/admin/corrections/places", json=near).json()[0]["quote"] == OPEN_HOURS

    # What will not do is told at its field, and nothing is kept.
    for wrong, field in (
        ({"says": "answered_by"}, "quote"),
        ({"says": "answered_by", "document": "kirjasto", "quote": "Kortti maksaa kuusi euroa."}, "quote"),
        ({"says": "wrong_verdict", "document": "kirjasto", "quote": CARD}, "verdict"),
    ):
        refused = correct(client, HARD, **wrong)
        assert (refused.status_code, [each["field"] for each in refused.json()["errors"]]) == (422, [field])
    assert client.get("/api/admin/questions").json() == []

    # All corrections wait in one draft.
    first = correct(client, HARD, "answered_by", document="kirjasto", quote=CARD)
    assert first.status_code == 201, first.text
    second = correct(client, WEATHER, "out_of_scope", note="Ei kuulu meille").json()
    missing = correct(client, "Milloin saunavuorot ovat?", "missing_document").json()
    draft = first.json()["draft"]["id"]
    assert (second["draft"]["id"], missing["draft"]) == (draft, None)
    waiting = client.get(f"/api/admin/drafts/{draft}").json()["change"]["questions"]
    assert [each["question"] for each in waiting] == [HARD, WEATHER]
    assert client.get(f"/api/admin/drafts/{draft}/preview").status_code == 200
    kept = {each["question"]: each["answerable"] for each in client.get("/api/admin/questions").json()}
    assert kept == {HARD: True, WEATHER: False, "Milloin saunavuorot ovat?": None}

    # The rehearsal asks them first, and what people asked.
    found = rehearsed(client, draft)
    assert (found["complete"], found["asked"]) == (True, found["total"])
    assert found["right"] == {"before": 1, "after": 2, "of": 2}
    [change] = [each for each in found["changed"] if each["question"] == HARD]
    assert (change["source"], change["expectation"], change["harm"]) == ("own", "mended", 0)
    assert change["after"]["citations"][0]["quote"] == CARD
    text = client.get(f"/api/admin/drafts/{draft}/rehearsal/export.csv").text.removeprefix("\ufeff")
    [row] = [each for each in csv.DictReader(io.StringIO(text)) if each["question"] == HARD]
    assert (row["expectation"], row["after_quotes"], row["after_documents"]) == ("mended", CARD, "Kirjasto")

    # Who thinks it wrong after all says so with one word.
    address = f"/api/admin/drafts/{draft}/rehearsal/{change['number']}"
    assert client.put(address, json={"mark": "wrong"}).json()["mark"] == "wrong"
    again = {each["question"]: each["answerable"] for each in client.get("/api/admin/questions").json()}
    assert again[HARD] is False
    assert client.put(address, json={"mark": "right"}).json()["question_id"]
    assert client.put(f"/api/admin/drafts/{draft}/rehearsal/999", json={"mark": "right"}).status_code == 404

    assert publish(client, draft)["status"] == "done"
    assert quotes(ask(client, HARD)) == [CARD]
    assert client.get("/api/admin/versions").json()[0]["made"][0]["what"] == "Verified questions added: 2."


def test_the_test_questions_are_evaluated_at_a_press(client: TestClient) -> None:
    assert client.get("/api/admin/questions/evaluation").status_code == 404
    given = {"question": "Onko kirjasto avoinna?", "language": "fi", "answerable": False}
    wrong = client.post("/api/admin/questions", json=given).json()
    job = client.post("/api/admin/questions/evaluation").json()
    assert (job["kind"], job["draft_id"]) == ("evaluation", None)
    assert ended(client, job["id"])["status"] == "done"
    found = client.get("/api/admin/questions/evaluation").json()
    assert not found["outdated"]
    assert found["right"] + len(found["wrong"]) == found["judged"]
    [told] = [each for each in found["wrong"] if each["id"] == wrong["id"]]
    assert told["answer"]["citations"][0]["quote"] == OPEN_HOURS
    assert client.delete(f"/api/admin/questions/{wrong['id']}").status_code == 204
    assert client.delete(f"/api/admin/questions/{wrong['id']}").status_code == 404


def test_questions_go_to_a_spreadsheet_and_come_back(client: TestClient) -> None:
    before = client.get("/api/admin/questions").json()
    taken = client.get("/api/admin/questions/export.xlsx").content
    for each in before:
        client.delete(f"/api/admin/questions/{each['id']}")
    answer = client.post("/api/admin/questions/import", files={"file": ("omat.xlsx", taken)})
    assert (answer.status_code, answer.json()) == (201, {"count": len(before)})
    kept = ("question", "language", "answerable", "documents", "evidence", "verdict", "why")
    after = client.get("/api/admin/questions").json()
    assert [{key: each[key] for key in kept} for each in sorted(after, key=lambda each: str(each["question"]))] == [
        {key: each[key] for key in kept} for each in sorted(before, key=lambda each: str(each["question"]))
    ]
    bad = client.post("/api/admin/questions/import", files={"file": ("omat.csv", b"kysymys;kieli\nSaanko?;de\n")})
    assert bad.status_code == 422
    assert bad.json()["errors"][0]["detail"] == "The language in row 2 will not do. Write fi, sv or en."
    assert "Saanko" not in bad.text
    form = client.post("/api/admin/questions/import", files={"file": ("omat.pdf", b"%PDF-1.7")})
    assert ".csv .xlsx .ods" in form.json()["detail"]
