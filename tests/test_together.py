"""Several drafts as one: collected by several editors, previewed, tried, published and thrown away together."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.chatbot import Chatbot
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.curated import TOKEN, curated_corpus
from tests.support.waiting import BUILD_S

OPEN = "Kirjasto on avoinna arkisin kello 9–18."


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Iterator[TestClient]:
    made = curated_corpus(tmp_path_factory.mktemp("together"), settings.data_dir / "models", embedder, lexicon)
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}
    with TestClient(create_app(made, Chatbot(made, embedder, lexicon)), headers=headers) as client:
        yield client


def upload(client: TestClient, name: str, text: str) -> Any:
    made = client.post("/api/admin/documents", files={"file": (f"{name}.txt", text.encode())}, data={"title": name})
    assert made.status_code == 201, made.text
    return made.json()


def tool(name: str, decision: str = "Päätös 7/2026") -> Any:
    return {"entry": {"name": name, "data": ["personal_data"], "decision": decision}}


def together(client: TestClient, *drafts: Any, title: str = "") -> Any:
    return client.post("/api/admin/drafts/together", json={"drafts": [each["id"] for each in drafts], "title": title})


def preview(client: TestClient, draft: Any) -> Any:
    shown = client.get(f"/api/admin/drafts/{draft['id']}/preview")
    assert shown.status_code == 200, shown.text
    return shown.json()


def status(client: TestClient, draft: Any) -> Any:
    return client.get(f"/api/admin/drafts/{draft['id']}").json()["status"]


def run(client: TestClient, draft: Any, what: str = "publish") -> Any:
    """The job when it has ended."""
    job = client.post(f"/api/admin/drafts/{draft['id']}/{what}")
    assert job.status_code == 202, job.text
    deadline = time.monotonic() + BUILD_S
    found = job.json()
    while found["status"] == "running" and time.monotonic() < deadline:
        time.sleep(0.2)
        found = client.get(f"/api/admin/jobs/{found['id']}").json()
    return found


def tools(client: TestClient) -> dict[str, Any]:
    return {each["name"]: each for each in client.get("/api/admin/tools/entries").json()["entries"]}


def test_a_document_and_two_edits_of_one_file_come_into_use_as_one(client: TestClient) -> None:
    document = upload(client, "kirjasto", OPEN)
    first = client.post("/api/admin/tools/entries", json=tool("Luonnostelija")).json()
    change = {"name": "Apuri", "data": ["personal_data"], "decision": "Päätös 8/2026", "valid_until": "2026-12-31"}
    change["other_names"] = ["Kirjaamon apuri", "Apuri 2"]
    second = client.put("/api/admin/tools/entries/Apuri", json={"entry": change}).json()
    whole = together(client, document, first, second, title="Syksyn ohjeet")
    assert whole.status_code == 201, whole.text
    whole = whole.json()
    shown = preview(client, whole)
    members = client.get(f"/api/admin/drafts/{whole['id']}/together").json()
    assert [each["id"] for each in members] == [document["id"], first["id"], second["id"]]
    assert [(each["name"], each["kind"]) for each in shown["edits"]] == [
        ("Luonnostelija", "added"),
        ("Apuri", "changed"),
    ]
    assert shown["edits"][1]["fields"] == [{"field": "decision", "before": "Päätös 1/2026", "after": "Päätös 8/2026"}]
    assert (shown["conflicts"], shown["lines"]) == ([], [])
    # None of them is published by itself, and none is in two sets.
    alone = client.post(f"/api/admin/drafts/{first['id']}/publish")
    assert (alone.status_code, "together" in alone.json()["detail"]) == (409, True)
    assert together(client, first, document).status_code == 409
    rehearsed = run(client, whole, "rehearsal")
    assert (rehearsed["status"], rehearsed["error"]) == ("done", None)
    job = run(client, whole)
    assert (job["status"], job["error"]) == ("done", None)
    assert [status(client, each) for each in (whole, document, first, second)] == ["published"] * 4
    assert tools(client)["Luonnostelija"]["decision"] == "Päätös 7/2026"
    assert tools(client)["Apuri"]["decision"] == "Päätös 8/2026"
    assert "# or earlier" in client.get("/api/admin/tools").json()["text"]
    answer = client.post("/api/chat", json={"question": "Milloin kirjasto on avoinna?", "language": "fi"}).json()
    assert [each["quote"] for each in answer["citations"]] == [OPEN]
    [version] = [each for each in client.get("/api/admin/versions").json() if each["current"]]
    assert [each["draft_id"] for each in version["made"]] == [document["id"], first["id"], second["id"]]


def test_edits_of_one_file_are_told_apart_by_what_they_edit(client: TestClient) -> None:
    one = client.post("/api/admin/tools/entries", json=tool("Kuvaaja")).json()
    assert one["title"] == "Kuvaaja"
    text = client.get("/api/admin/tools").json()["text"]
    entry = "\n  - name: Uusi {}\n    data: [personal_data]\n    decision: Päätös 1"
    more = "".join(map(entry.format, range(4)))
    many = client.put("/api/admin/tools", json={"text": text.rstrip("\n") + more + "\n"}).json()
    assert many["title"] == "Uusi 0, Uusi 1, Uusi 2 …"
    for each in (one, many):
        client.delete(f"/api/admin/drafts/{each['id']}")


def test_only_what_was_looked_at_is_published(client: TestClient) -> None:
    parts = [client.post("/api/admin/tools/entries", json=tool(name)).json() for name in ("Laulaja", "Puhuja")]
    later = upload(client, "uimahalli", "Uimahalli on suljettu heinäkuussa.")
    whole = together(client, *parts).json()
    seen = preview(client, whole)["of"]
    added = {"drafts": [each["id"] for each in (*parts, later)]}
    assert client.put(f"/api/admin/drafts/{whole['id']}/together", json=added).status_code == 200
    refused = client.post(f"/api/admin/drafts/{whole['id']}/publish", params={"of": seen})
    assert (refused.status_code, "looked" in refused.json()["detail"]) == (412, True)
    seen = preview(client, whole)["of"]
    described = client.put(f"/api/admin/drafts/{later['id']}/description", json={"title": "Uimahallin kesä"})
    assert described.status_code == 200, described.text
    assert client.post(f"/api/admin/drafts/{whole['id']}/publish", params={"of": seen}).status_code == 412
    assert status(client, whole) == "open"
    job = run(client, whole, f"publish?of={preview(client, whole)['of']}")
    assert (job["status"], job["error"]) == ("done", None)


def test_what_two_editors_say_otherwise_is_chosen_field_by_field(client: TestClient) -> None:
    entry = {"name": "Kääntäjä", "data": ["confidential"]}
    path = "/api/admin/tools/entries/Kääntäjä"
    theirs = client.put(path, json={"entry": {**entry, "decision": "Päätös 20/2026"}}).json()
    mine = client.put(path, json={"entry": {**entry, "decision": "Päätös 30/2026", "condition": "tarkistuksin"}}).json()
    assert run(client, theirs)["status"] == "done"
    refused = client.post(f"/api/admin/drafts/{mine['id']}/publish")
    assert (refused.status_code, "same field" in refused.json()["detail"]) == (409, True)
    [conflict] = preview(client, mine)["conflicts"]
    assert (conflict["entry"], conflict["field"], conflict["before"]) == ("Kääntäjä", "decision", "Päätös 2/2026")
    assert (conflict["theirs"], conflict["mine"]) == ("Päätös 20/2026", "Päätös 30/2026")
    path = f"/api/admin/drafts/{mine['id']}/conflicts"
    assert client.put(path, json={"choices": []}).status_code == 409
    chosen = {"entry": "Kääntäjä", "field": "decision", "take": "theirs", "seen": "Päätös 2/2026"}
    assert client.put(path, json={"choices": [chosen]}).status_code == 409  # it is something else by now
    chosen["seen"] = "Päätös 20/2026"
    assert client.put(path, json={"choices": [chosen]}).status_code == 200
    shown = preview(client, mine)
    assert shown["conflicts"] == []
    assert [each["field"] for each in shown["edits"][0]["fields"]] == ["condition"]
    assert run(client, mine)["status"] == "done"
    kept = tools(client)["Kääntäjä"]
    assert (kept["decision"], kept["condition"]) == ("Päätös 20/2026", "tarkistuksin")


def test_members_may_differ_among_themselves(client: TestClient) -> None:
    """The later one waits until somebody has chosen; what is chosen stands on what the earlier one makes."""
    first = client.post("/api/admin/tools/entries", json=tool("Piirtäjä", "Päätös 40/2026")).json()
    second = client.post("/api/admin/tools/entries", json=tool("Piirtäjä", "Päätös 41/2026")).json()
    whole = together(client, first, second).json()
    [conflict] = preview(client, whole)["conflicts"]
    assert (conflict["draft_id"], conflict["field"]) == (second["id"], "decision")
    assert client.post(f"/api/admin/drafts/{whole['id']}/publish").status_code == 409
    chosen = {"entry": "Piirtäjä", "field": "decision", "take": "mine", "seen": "Päätös 40/2026"}
    client.put(f"/api/admin/drafts/{second['id']}/conflicts", json={"choices": [chosen]})
    assert preview(client, whole)["conflicts"] == []
    assert run(client, whole)["status"] == "done"
    assert tools(client)["Piirtäjä"]["decision"] == "Päätös 41/2026"


def test_they_are_taken_out_taken_apart_and_thrown_away(client: TestClient) -> None:
    made = [upload(client, name, f"{name} on auki.") for name in ("uimala", "museo", "teatteri")]
    whole = together(client, *made).json()
    path = f"/api/admin/drafts/{whole['id']}"
    fewer = client.put(f"{path}/together", json={"drafts": [each["id"] for each in made[:2]]})
    assert fewer.json()["change"]["drafts"] == [each["id"] for each in made[:2]]
    fewer = client.delete(f"{path}/together/{made[1]['id']}")
    assert fewer.json()["change"]["drafts"] == [made[0]["id"]]
    assert client.delete(f"{path}/together/{made[0]['id']}").status_code == 409
    assert client.delete(f"{path}/together").status_code == 204
    assert [status(client, each) for each in (whole, *made)] == ["discarded", "open", "open", "open"]
    again = together(client, *made[1:]).json()
    assert client.delete(f"/api/admin/drafts/{again['id']}").status_code == 204
    assert [status(client, each) for each in (again, *made)] == ["discarded", "open", "discarded", "discarded"]


def test_what_cannot_be_put_together_is_refused_with_the_reason(client: TestClient) -> None:
    one = upload(client, "saari", "Saareen pääsee lautalla.")
    other = upload(client, "saari", "Saareen pääsee veneellä.")
    twice = together(client, one, other)
    assert (twice.status_code, "Two drafts of the document saari" in twice.json()["detail"]) == (409, True)
    assert together(client, one, {"id": "0" * 32}).status_code == 404
    client.delete(f"/api/admin/drafts/{other['id']}")
    assert "discarded" in together(client, one, other).json()["detail"]
    whole = together(client, one).json()
    assert "part of several" in together(client, whole).json()["detail"]
    client.delete(f"/api/admin/drafts/{one['id']}")
    empty = client.post(f"/api/admin/drafts/{whole['id']}/publish")
    assert (empty.status_code, "None of the drafts" in empty.json()["detail"]) == (409, True)
