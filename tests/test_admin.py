"""An administrator at work: upload, preview, publish, replace, roll back, withdraw, edit; with real builds."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from fpdf import FPDF
from sqlalchemy import insert

from api.app import create_app
from api.service import Service
from api.tables import DEAD_AFTER_S, jobs
from rag.chatbot import Chatbot
from rag.index.build import build_index
from rag.index.opening import current_version
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.waiting import BUILD_S

TOKEN = "a-long-token-of-a-small-installation"
SIGNED_IN = {"Authorization": f"Bearer {TOKEN}"}
OLD = "Torilla saa myydä mansikoita vain lauantaisin."
NEW = "Torilla saa myydä mansikoita joka arkipäivä."
STRAWBERRIES = "Milloin torilla saa myydä mansikoita?"
SECOND_PAGE = "Torimaksu on kaksitoista euroa päivältä."


@pytest.fixture(scope="module")
def small(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Settings:
    """A corpus of two documents with its index, and a rule that waits for a third."""
    folder = tmp_path_factory.mktemp("admin")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in {"kirjasto": "Kirjasto on avoinna arkisin.", "uimala": "Uimalassa peseydytään ensin."}.items():
        head = f"---\nid: {name}\ntitle: {name.title()}\nlanguage: fi\n---\n\n"
        (corpus / f"{name}.md").write_text(f"{head}{text}\n", encoding="utf-8")
    (corpus / "rules.yaml").write_text(
        f"rules:\n- id: mansikat\n  document: tori\n  quote: '{OLD}'\n  beside: Myynti\n"
        "  says: {fi: Vain lauantaisin., sv: Bara på lördagar., en: Only on Saturdays.}\n",
        encoding="utf-8",
    )
    asked = {"id": "own-1", "question": STRAWBERRIES, "language": "fi", "answerable": True, "evidence": [OLD]}
    (corpus / "questions").mkdir()
    (corpus / "questions" / "own.jsonl").write_text(json.dumps(asked) + "\n", encoding="utf-8")
    data = folder / "data"
    data.mkdir()
    (data / "models").symlink_to(settings.data_dir / "models")
    given = {"corpus_dir": corpus, "data_dir": data, "admin_token": TOKEN, "max_file_mb": 5}
    given["requests_per_minute"] = 0  # eight readers on a quick machine ask more often than one client may
    made = Settings.model_validate(given)
    build_index(made, embedder, lexicon)
    return made


@pytest.fixture(scope="module")
def client(small: Settings, embedder: Embedder, lexicon: Lexicon) -> Iterator[TestClient]:
    app = create_app(small, Chatbot(small, embedder, lexicon))
    with TestClient(app, headers={**SIGNED_IN, "Accept-Language": "en"}) as client:
        yield client


def pdf(*pages: str) -> bytes:
    made = FPDF()
    made.set_font("helvetica", size=12)
    for page in pages:
        made.add_page()
        made.multi_cell(0, 8, page)
    return bytes(made.output())


def upload(client: TestClient, content: bytes, name: str = "tori.pdf", **fields: str) -> Any:
    fields = {"id": "tori", "title": "Torin ohje", "publisher": "Kunta", **fields}
    return client.post("/api/admin/documents", files={"file": (name, content)}, data=fields)


def publish(client: TestClient, draft: str) -> Any:
    """The job when it has ended; the service has followed by then."""
    started = client.post(f"/api/admin/drafts/{draft}/publish")
    assert started.status_code == 202, started.text
    return ended(client, started.json()["id"])


def ended(client: TestClient, job_id: str) -> Any:
    deadline = time.monotonic() + BUILD_S
    job = client.get(f"/api/admin/jobs/{job_id}").json()
    while job["status"] == "running" and time.monotonic() < deadline:
        time.sleep(0.2)
        job = client.get(f"/api/admin/jobs/{job_id}").json()
    if job["status"] == "done" and job["kind"] == "publication":
        assert in_use(client, job["version"])
    return job


def in_use(client: TestClient, version: str) -> bool:
    """Who is told that a version is in use asks it next."""
    return bool(ask(client, "mansikat")["index_version"] == version)


def ask(client: TestClient, question: str) -> Any:
    answer = client.post("/api/chat", json={"question": question, "language": "fi"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def quotes(answer: Any) -> list[str]:
    return [citation["quote"] for citation in answer["citations"]]


def rehearsed(client: TestClient, draft: str) -> Any:
    """The answers that a draft would change."""
    started = client.post(f"/api/admin/drafts/{draft}/rehearsal").json()
    assert started["kind"] == "rehearsal"
    job = ended(client, started["id"])
    assert (job["status"], job["error"]) == ("done", None)
    return client.get(f"/api/admin/drafts/{draft}/rehearsal").json()


def test_what_a_document_says_of_itself_holds_when_it_is_confirmed(client: TestClient) -> None:
    said = "Koivurannan kaupunki\n\nVersio 2.1. Voimassa 1.11.2026 alkaen. Korvaa museon ohjeen Museo-ohje.\n"
    said += "\nTori on auki.\n"
    draft = upload(client, said.encode(), "ehdotus.txt", id="ehdotus", publisher="").json()
    path = f"/api/admin/drafts/{draft['id']}"
    shown = client.get(f"{path}/preview").json()
    assert (shown["document"]["publisher"], shown["document"]["valid_from"]) == ("", None)
    proposed = {each["key"]: each for each in shown["proposals"]}
    assert (proposed["publisher"]["value"], proposed["publisher"]["origin"]) == ("Koivurannan kaupunki", "text")
    assert proposed["valid_from"]["value"] == "2026-11-01"
    assert "Voimassa 1.11.2026 alkaen." in proposed["valid_from"]["quote"]
    assert proposed["supersedes"]["value"] == ""  # there is no document of that name: an editor chooses

    wrong = client.put(f"{path}/description", json={"valid_from": "2026-11-01", "valid_until": "2020-01-01"})
    assert (wrong.status_code, [each["field"] for each in wrong.json()["errors"]]) == (422, ["valid_until"])
    assert proposed["edition"]["value"] == "2.1"
    said_now = {"publisher": "Koivuranta", "valid_from": "2026-11-01", "edition": "2.1"}
    confirmed = client.put(f"{path}/description", json=said_now)
    assert confirmed.status_code == 200, confirmed.text
    assert confirmed.json()["change"]["upload"]["metadata"]["publisher"] == "Koivuranta"
    shown = client.get(f"{path}/preview").json()
    assert (shown["document"]["publisher"], shown["document"]["valid_from"]) == ("Koivuranta", "2026-11-01")
    assert shown["document"]["edition"] == "2.1"
    assert not {"valid_from", "edition"} & {each["key"] for each in shown["proposals"]}
    assert client.delete(path).status_code == 204


def test_an_administrators_day(client: TestClient, small: Settings) -> None:
    first = client.get("/api/admin/versions").json()
    assert [version["current"] for version in first] == [True]
    known = {entry["number"] for entry in client.get("/api/admin/audit").json()}

    # Upload and look at it.
    draft = upload(client, pdf("Myynti\n\n" + OLD, SECOND_PAGE), valid_from="2020-01-01").json()
    assert (draft["status"], draft["file_name"], draft["made_by"]) == ("open", "tori.pdf", "OHJENUORA_ADMIN_TOKEN")
    shown = client.get(f"/api/admin/drafts/{draft['id']}/preview").json()
    assert shown["document"]["title"] == "Torin ohje"
    assert [page["page"] for page in shown["pages"]] == [1, 2]
    assert OLD in shown["pages"][0]["text"]
    assert shown["pages"][1]["text"] == SECOND_PAGE
    assert shown["difference"]["removed"] == shown["difference"]["changed"] == []
    assert any(OLD in passage for passage in shown["difference"]["added"])
    assert shown["restored_rules"] == ["mansikat"]
    assert not any(finding["blocks"] for finding in shown["findings"])
    assert shown["decisions"] == []  # "vain lauantaisin": which of both it is, the question decides

    # See which answers would change: nothing is in use yet, and the version that answered is what is published.
    assert client.get(f"/api/admin/drafts/{draft['id']}/rehearsal").status_code == 404
    found = rehearsed(client, draft["id"])
    assert (found["asked"], found["complete"], found["outdated"]) == (1, True, False)
    assert found["right"] == {"before": 0, "after": 1, "of": 1}
    [change] = found["changed"]
    assert (change["question"], change["change"], change["expectation"], change["harm"]) == (
        STRAWBERRIES, "now_answered", "mended", 0,
    )  # fmt: skip
    assert (change["before"]["status"], change["after"]["status"]) == ("refused", "answered")
    assert [cited["quote"] for cited in change["after"]["citations"]] == [OLD]
    assert client.get("/api/documents/tori").status_code == 404
    assert client.get("/api/admin/versions").json() == first

    # Publish it and ask.
    job = publish(client, draft["id"])
    assert job["version"] == found["version_after"]
    assert client.get(f"/api/admin/drafts/{draft['id']}/rehearsal").json()["outdated"]
    assert (job["status"], job["error"]) == ("done", None)
    assert job["progress"]["documents"] == 3
    assert job["progress"]["chunks"] >= 3
    assert (job["progress"]["percent"], job["progress"]["seconds_left"]) == (100, 0)
    assert client.get(f"/api/admin/drafts/{draft['id']}").json()["version"] == job["version"]
    answer = ask(client, "Kuinka paljon on torimaksu päivältä?")
    assert (quotes(answer)[0], answer["citations"][0]["page"]) == (SECOND_PAGE, 2)
    before = ask(client, STRAWBERRIES)
    assert quotes(before)[0] == OLD
    assert client.post(f"/api/admin/drafts/{draft['id']}/publish").status_code == 409

    # Replace it.
    changed = {"file": ("uusi.txt", f"# Myynti\n\n{NEW}\n\n{SECOND_PAGE}\n".encode())}
    draft = client.put("/api/admin/documents/tori", files=changed).json()
    shown = client.get(f"/api/admin/drafts/{draft['id']}/preview").json()
    assert shown["document"]["publisher"] == "Kunta"  # said of the document before
    assert any(OLD in each["before"] and NEW in each["after"] for each in shown["difference"]["changed"])
    assert [rule["rule"] for rule in shown["suspended_rules"]] == ["mansikat"]
    assert [(each["quote"], each["verdict"]) for each in shown["decisions"]] == [(NEW, "allowed")]
    replaced = publish(client, draft["id"])
    after = ask(client, STRAWBERRIES)
    assert quotes(after)[0] == NEW
    assert OLD not in quotes(after)
    assert OLD not in client.get("/api/documents/tori").json()["text"]

    # The earlier answer's citations still open, as JSON and as a page.
    citation = before["citations"][0]
    old = client.get("/api/documents/tori", params={"version": before["index_version"]}).json()
    assert old["text"][citation["start"] : citation["end"]] == citation["quote"]
    place = f"{citation['start']}-{citation['end']}"
    page = client.get("/documents/tori", params={"version": before["index_version"], "c": place})
    assert f'<mark id="c{place}">{OLD}</mark>' in page.text
    assert client.get("/api/documents/tori", params={"version": "../.."}).status_code == 404

    # Roll back, and on again.
    response = client.post(f"/api/admin/versions/{before['index_version']}/activate")
    assert response.status_code == 200
    assert in_use(client, before["index_version"])
    assert quotes(ask(client, STRAWBERRIES))[0] == OLD
    client.post(f"/api/admin/versions/{replaced['version']}/activate")
    assert in_use(client, replaced["version"])

    # Set its end, then withdraw it.
    draft = client.patch("/api/admin/documents/tori", json={"valid_until": "2021-12-31", "title": "Torin vanha ohje"})
    publish(client, draft.json()["id"])
    assert client.get("/api/documents/tori").json()["historical"]
    draft = client.post("/api/admin/documents/tori/withdraw").json()
    shown = client.get(f"/api/admin/drafts/{draft['id']}/preview").json()
    assert any(NEW in passage for passage in shown["difference"]["removed"])
    publish(client, draft["id"])
    assert client.get("/api/documents/tori").status_code == 404
    withdrawn = ask(client, STRAWBERRIES)
    assert "tori" not in {citation["document_id"] for citation in withdrawn["citations"]}
    listed = client.get("/api/admin/documents").json()
    assert listed["withdrawn"] == ["tori"]
    [gone] = listed["withdrawn_documents"]
    assert (gone["title"], gone["who"], gone["restorable"]) == ("Torin vanha ohje", "OHJENUORA_ADMIN_TOKEN", True)
    assert [(each["id"], each["origin"]) for each in listed["documents"]] == [
        ("kirjasto", "folder"),
        ("uimala", "folder"),
    ]

    # It comes back as it was in use last, and the versions tell in words what was done.
    draft = client.post("/api/admin/documents/tori/restore").json()
    assert (draft["title"], draft["change"]["metadata"]["valid_until"]) == ("Torin vanha ohje", "2021-12-31")
    shown = client.get(f"/api/admin/drafts/{draft['id']}/preview").json()
    assert any(NEW in passage for passage in shown["difference"]["added"])
    publish(client, draft["id"])
    assert client.get("/api/documents/tori").json()["historical"]
    assert client.post("/api/admin/documents/tori/restore").status_code == 404
    publish(client, client.post("/api/admin/documents/tori/withdraw").json()["id"])
    told = [[made["what"] for made in version["made"]] for version in client.get("/api/admin/versions").json()]
    assert told == [
        ["The document Torin vanha ohje was withdrawn."],
        ["The document Torin vanha ohje was brought back."],
        ["The document Torin vanha ohje was withdrawn."],
        ["The details of the document Torin vanha ohje were changed."],
        ["The document Torin ohje was replaced by a new text."],
        ["The document Torin ohje was added."],
        [],
    ]

    # All of it is on record.
    entries = [each for each in client.get("/api/admin/audit").json() if each["number"] not in known]
    actions = [entry["action"] for entry in reversed(entries)]
    once = ["draft", "publish", "published"]
    assert actions == ["draft", "rehearse", *once[1:], *once] + ["activate"] * 2 + once * 4
    assert {entry["subject"] for entry in entries if entry["action"] == "published"} == {"tori"}
    assert sorted(path.name for path in small.corpus_dir.iterdir()) == [
        "kirjasto.md",
        "questions",
        "rules.yaml",
        "uimala.md",
    ]
    assert list((small.data_dir / "changes").glob("*-*")) == []


def test_a_second_publisher_is_told_and_a_cancelled_build_leaves_all_as_it_was(client: TestClient) -> None:
    before = client.get("/api/admin/versions").json()
    first = upload(client, b"Museo on auki iltaisin.", "museo.txt", id="museo", title="Museo").json()
    second = upload(client, "Sauna lämpenee perjantaina.".encode(), "sauna.txt", id="sauna", title="Sauna").json()
    started = client.post(f"/api/admin/drafts/{first['id']}/publish").json()
    refused = client.post(f"/api/admin/drafts/{second['id']}/publish")
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("Another publication is under way.")
    assert client.post(f"/api/admin/jobs/{started['id']}/cancel").status_code == 202
    assert ended(client, started["id"])["status"] == "cancelled"
    assert client.post(f"/api/admin/jobs/{started['id']}/cancel").status_code == 409
    assert client.get("/api/admin/versions").json() == before
    # Nothing is lost: both drafts are there, and can be published.
    open_drafts = client.get("/api/admin/drafts", params={"status": "open"}).json()
    assert {each["id"] for each in open_drafts} == {first["id"], second["id"]}
    assert publish(client, second["id"])["status"] == "done"
    assert client.get("/api/documents/sauna").status_code == 200
    assert client.delete(f"/api/admin/drafts/{first['id']}").status_code == 204
    assert client.delete(f"/api/admin/drafts/{first['id']}").status_code == 409
    assert client.post(f"/api/admin/drafts/{first['id']}/publish").status_code == 409


def test_readers_in_the_middle_of_a_publication_notice_nothing(client: TestClient) -> None:
    """Eight at once, from before the build until after the switch: no error, and every quote stands at its place."""
    content = b"Kirjasto on avoinna my\xc3\xb6s sunnuntaisin."
    draft = client.put("/api/admin/documents/kirjasto", files={"file": ("uusi.txt", content)}).json()
    over = threading.Event()
    answers: list[Any] = []

    def read() -> None:
        while not over.is_set():
            answers.append(client.post("/api/chat", json={"question": "Milloin kirjasto on avoinna?"}))

    readers = [threading.Thread(target=read, daemon=True) for _ in range(8)]
    for reader in readers:
        reader.start()
    try:
        job = publish(client, draft["id"])
    finally:  # who goes on reading would keep the whole run from ending
        over.set()
        for reader in readers:
            reader.join()
    assert job["status"] == "done"
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["index_version"] for answer in answers} >= {job["version"]}
    assert len({answer.json()["index_version"] for answer in answers}) == 2
    texts: dict[tuple[str, str], str] = {}
    for answer in answers:
        for each in answer.json()["citations"]:
            place = each["document_id"], answer.json()["index_version"]
            if place not in texts:
                found = client.get(f"/api/documents/{place[0]}", params={"version": place[1]})
                texts[place] = found.json()["text"]
            assert texts[place][each["start"] : each["end"]] == each["quote"]
    assert {text for (name, _), text in texts.items() if name == "kirjasto"} == {
        "Kirjasto on avoinna arkisin.",
        "Kirjasto on avoinna myös sunnuntaisin.",
    }


def test_curated_files_are_edited_as_drafts_and_mistakes_are_named_with_their_line(client: TestClient) -> None:
    present = client.get("/api/admin/organisation").json()
    assert present["text"] == ""
    wrong = client.put("/api/admin/organisation", json={"text": "name: {fi: Kunta}\n"})
    assert wrong.status_code == 422
    assert "organisation.yaml:1: name.sv" in wrong.json()["detail"]
    text = "contact: {fi: Kysy Ainolta., sv: Fråga Aino., en: Ask Aino.}\n"
    draft = client.put("/api/admin/organisation", json={"text": text, "sha256": present["sha256"]}).json()
    other = client.put("/api/admin/organisation", json={"text": "national_publisher: OM\n"}).json()
    shown = client.get(f"/api/admin/drafts/{draft['id']}/preview").json()
    [edit] = shown["edits"]
    assert [(each["field"], each["before"], each["after"]["en"]) for each in edit["fields"]] == [
        ("contact", None, "Ask Aino.")
    ]
    assert shown["lines"] == []
    assert publish(client, draft["id"])["status"] == "done"
    service: Service = client.app.state.service  # type: ignore[attr-defined]  # it is a FastAPI application
    contact = service.opened().index.rulebook.organisation.contact
    assert contact is not None
    assert contact.of("fi") == "Kysy Ainolta."
    # The other draft says something else: both hold. What was edited as a whole would undo it.
    assert publish(client, other["id"])["status"] == "done"
    both = client.get("/api/admin/organisation").json()
    assert both["text"] == f"{text}national_publisher: OM\n"
    stale = client.put("/api/admin/organisation", json={"text": "", "sha256": present["sha256"]})
    assert stale.status_code == 409
    noted = client.put("/api/admin/organisation", json={"text": f"# Ours.\n{both['text']}"}).json()
    third = client.put("/api/admin/organisation", json={"text": f"{both['text']}# Theirs.\n"}).json()
    assert publish(client, third["id"])["status"] == "done"
    refused = client.post(f"/api/admin/drafts/{noted['id']}/publish")
    assert (refused.status_code, refused.json()["title"]) == (409, "Conflict")
    shown = client.get(f"/api/admin/drafts/{noted['id']}/preview").json()
    assert [each["entry"] for each in shown["conflicts"]] == [None]
    assert "+# Ours." in shown["lines"]
    assert client.get("/api/admin/secrets").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "fields", "told"),
    [
        ("rikki.pdf", b"%PDF-1.7 cut", {}, "is damaged"),
        ("tyhja.txt", b"  ", {}, "no text in the file"),
        ("ohjelma.exe", b"MZ", {}, "format of the file ohjelma.exe"),
        ("kuva.pdf", b"\x89PNG....", {}, "format of the file"),
        ("ohje.txt", b"Sana.", {"valid_until": "soon"}, "The last day of validity will not do."),
        ("ohje.txt", b"Sana.", {"language": "de"}, "The language will not do."),
        ("ohje.txt", b"Sana.", {"id": "../../etc/passwd"}, "The id will not do."),
        ("ohje.txt", b"Sana.", {"id": ".hidden"}, "The id will not do."),
        ("ohje.txt", b"Sana.", {"id": "kirjasto.sv"}, "The id will not do."),
        ("ohje.txt", b"Sana.", {"id": "kirjasto"}, "There is a document with the id kirjasto already."),
        ("ohje.md", b"---\ngroup: x\n---\n\nSana.", {}, "Allowed are id, title, publisher"),
    ],
    ids=str,
)
def test_an_upload_that_will_not_do_is_refused_with_the_reason(
    client: TestClient, name: str, content: bytes, fields: dict[str, str], told: str
) -> None:
    response = upload(client, content, name, **{"id": "uusi", **fields})
    assert response.status_code in (409, 422)
    assert told in response.json()["detail"]


@pytest.mark.parametrize(
    "name", ["../../../tmp/evil.txt", "..\\evil.txt", "/etc/evil.txt", "a\x00b.txt", "ö" * 300 + ".txt"]
)
def test_a_files_name_never_becomes_a_path(client: TestClient, small: Settings, name: str) -> None:
    before = sorted(small.data_dir.rglob("*evil*"))
    response = upload(client, b"Paha sana.", name, id="evil")
    assert response.status_code == 201, response.text
    assert "/" not in response.json()["file_name"]
    assert sorted(small.data_dir.rglob("*evil*")) == before
    client.delete(f"/api/admin/drafts/{response.json()['id']}")


def test_a_file_beyond_the_limit_is_refused(client: TestClient) -> None:
    response = upload(client, b"a" * 5_200_000, "iso.txt")
    assert response.status_code == 413
    assert "5064" in response.json()["detail"]


def test_a_service_that_stops_ends_its_build_and_keeps_the_draft(
    small: Settings, embedder: Embedder, lexicon: Lexicon
) -> None:
    before = current_version(small)
    with TestClient(create_app(small, Chatbot(small, embedder, lexicon)), headers=SIGNED_IN) as other:
        draft = upload(other, b"Laituri on kiinni.", "laituri.txt", id="laituri").json()
        job = other.post(f"/api/admin/drafts/{draft['id']}/publish").json()
    with TestClient(create_app(small, Chatbot(small, embedder, lexicon)), headers=SIGNED_IN) as other:
        assert other.get(f"/api/admin/jobs/{job['id']}").json()["status"] == "interrupted"
        assert other.get(f"/api/admin/drafts/{draft['id']}").json()["status"] == "open"
        assert other.delete(f"/api/admin/drafts/{draft['id']}").status_code == 204
    assert current_version(small) == before


def test_a_job_of_a_process_that_is_gone_keeps_nobody_from_publishing(client: TestClient) -> None:
    service: Service = client.app.state.service  # type: ignore[attr-defined]  # it is a FastAPI application
    long_ago = datetime.now(UTC) - timedelta(seconds=DEAD_AFTER_S + 1)
    row = {"id": "gone", "status": "running", "started_by": "aino", "started_at": long_ago, "beat": long_ago}
    with service.store.engine.begin() as connection:
        connection.execute(insert(jobs), row | {"cancel": 0, "progress": {}})
    assert client.get("/api/admin/jobs/gone").json()["status"] == "interrupted"
    draft = upload(client, b"Laituri on kiinni.", "laituri.txt", id="laituri2").json()
    started = client.post(f"/api/admin/drafts/{draft['id']}/publish")
    assert started.status_code == 202
    client.post(f"/api/admin/jobs/{started.json()['id']}/cancel")
    assert ended(client, started.json()["id"])["status"] == "cancelled"


SALES = """# Myynti

Torilla ei saa myydä ilotulitteita. Kukkia saa myydä torilla, jos myyjällä on vaaka.

| Tuote | Arkisin | Pyhinä |
|---|---|---|
| Kalat | Sallittu | Kielletty |
"""


def test_rules_made_of_a_document_come_into_use_with_it(client: TestClient) -> None:
    draft = upload(client, SALES.encode(), "myynti.md", id="myynti", title="Myynti").json()["id"]
    decided = client.get(f"/api/admin/drafts/{draft}/preview").json()["decisions"]
    found = {(each["said_of"], each["quote"]): each for each in decided}
    assert {key: each["verdict"] for key, each in found.items()} == {
        ("", "Torilla ei saa myydä ilotulitteita."): "not_allowed",
        ("", "Kukkia saa myydä torilla, jos myyjällä on vaaka."): "allowed",
        ("Kalat › Arkisin", "Sallittu"): "allowed",
        ("Kalat › Pyhinä", "Kielletty"): "not_allowed",
    }
    assert {each["rule"] for each in decided} == {None}
    rules = [each["suggested"] for each in decided]
    assert rules[1]["conditions"] == ["jos myyjällä on vaaka"]

    # What is wrong is told by the rule's number and its field, and nothing is kept.
    wrong = [rules[0], rules[1] | {"quote": "Tätä ei ole.", "says": {}}]
    refused = client.put(f"/api/admin/drafts/{draft}/rules", json={"rules": wrong})
    assert refused.status_code == 422
    assert {each["field"] for each in refused.json()["errors"]} == {"1.quote", "1.says.fi"}
    assert client.get(f"/api/admin/drafts/{draft}").json()["change"]["rules"] == []

    # Three are accepted, one of them corrected; one is left.
    rules[0] |= {"words": ["ilotulite / raketti"], "says": {"fi": "Ei torilla.", "sv": "Inte på torget."}}
    kept = client.put(f"/api/admin/drafts/{draft}/rules", json={"rules": [rules[0], rules[1], rules[3]]})
    assert kept.status_code == 200, kept.text
    again = client.get(f"/api/admin/drafts/{draft}/preview").json()["decisions"]
    assert [each["rule"] is not None for each in again] == [True, True, False, True]
    before = client.get("/api/admin/rules").json()["text"]
    assert ask(client, "Saako kaloja myydä pyhinä?")["verdict"] is None
    assert publish(client, draft)["status"] == "done"

    rockets = ask(client, "Saako torilla myydä raketteja?")
    assert (rockets["verdict"], rockets["statements"][0]["text"]) == ("not_allowed", "Ei torilla.")
    assert quotes(rockets)[0] == "Torilla ei saa myydä ilotulitteita."
    fish = ask(client, "Saako kaloja myydä pyhinä?")
    assert (fish["verdict"], quotes(fish)[0], fish["citations"][0]["context"]) == (
        "not_allowed", "Kielletty", "Kalat · Pyhinä",
    )  # fmt: skip
    flowers = ask(client, "Saako kukkia myydä torilla?")
    assert flowers["verdict"] == "allowed"
    assert [each["text"] for each in flowers["conditions"]] == ["jos myyjällä on vaaka"]
    # Who asked before, got another verdict: that is told.
    told = client.get("/api/admin/insights/verdicts").json()
    assert [(each["text"], each["before"], each["after"]) for each in told if "kaloja" in each["text"]] == [
        ("Saako kaloja myydä pyhinä?", None, "not_allowed")
    ]
    looked = client.get("/api/admin/audit", params={"action": "view"}).json()[0]
    assert (looked["subject"], "since" in looked["details"]) == ("verdicts", True)  # who looks is on record
    # The rest of the file stays as it was, character by character.
    assert client.get("/api/admin/rules").json()["text"].startswith(before.rstrip())

    withdrawn = client.post("/api/admin/documents/myynti/withdraw").json()["id"]
    assert client.put(f"/api/admin/drafts/{withdrawn}/rules", json={"rules": []}).status_code == 409
    assert client.put(f"/api/admin/drafts/{draft}/rules", json={"rules": []}).status_code == 409  # it is published


def test_what_is_not_there_is_404(client: TestClient) -> None:
    for method, path in (
        ("GET", "drafts/x"),
        ("GET", "drafts/x/preview"),
        ("POST", "drafts/x/publish"),
        ("DELETE", "drafts/x"),
        ("GET", "jobs/x"),
        ("POST", "jobs/x/cancel"),
        ("POST", "versions/x/activate"),
        ("POST", "documents/x/withdraw"),
    ):
        assert client.request(method, f"/api/admin/{path}").status_code == 404, path
    assert client.patch("/api/admin/documents/x", json={"title": "y"}).status_code == 404
    assert client.patch("/api/admin/documents/kirjasto", json={}).status_code == 422
    assert client.patch("/api/admin/documents/kirjasto", json={"title": None}).status_code == 422
