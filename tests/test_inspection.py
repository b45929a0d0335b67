"""What an editor should look at in a document is found out in a process of its own, with little memory and time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.chatbot import Chatbot
from rag.errors import UnreadableSource
from rag.language.detection import detect_language
from rag.language.messages import say
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.publishing.inspection import Inspected, Inspection, inspect, inspecting
from rag.settings import Settings
from rag.sources.difference import Changed, Difference, difference
from rag.sources.readers import read_corpus, read_document
from rag.types import LANGUAGES, Document, Language
from tests.support.curated import QUOTE, TOKEN

ROOT = Path(__file__).parent.parent
DAY = date(2026, 3, 1)
GIVE_UP_S = 15.0
ORDINARY = f"# Tietojen syöttäminen\n\n{QUOTE}\n\nKysy ensin, jos olet epävarma.\n"
PARAGRAPH = "Henkilötietoja ei saa syöttää tekoälypalveluun ilman organisaation hyväksyntää, eikä salassa pidettäviä."


@pytest.fixture(scope="module")
def client(curated: Settings, embedder: Embedder, lexicon: Lexicon) -> Iterator[TestClient]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}
    with TestClient(create_app(curated, Chatbot(curated, embedder, lexicon)), headers=headers) as client:
        yield client


@pytest.fixture(scope="module")
def tokenizer(curated: Settings, embedder: Embedder) -> Path:
    file = embedder.tokenizer_file(curated.data_dir / "models")
    assert file is not None
    return file


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    read, failures = read_corpus(ROOT / "corpus" / "documents", detect_language)
    assert failures == []
    return read


@pytest.fixture
def draft(client: TestClient) -> Iterator[Callable[[str], str]]:
    """Makes the draft of a new document with a text; its preview's address. The draft is discarded afterwards."""
    made: list[str] = []

    def make(text: str) -> str:
        response = client.post("/api/admin/documents", files={"file": ("uusi.txt", text.encode())}, data={"id": "uusi"})
        assert response.status_code == 201, response.text
        made.append(f"/api/admin/drafts/{response.json()['id']}")
        return f"{made[-1]}/preview"

    yield make
    for address in made:
        client.delete(address)


def apart(looked_at: Inspected, data_dir: Path, tokenizer: Path | None, timeout_s: float = 60) -> Inspection:
    with inspecting(looked_at, data_dir, tokenizer, timeout_s=timeout_s) as found:
        return found()


def ask(client: TestClient) -> int:
    return client.post("/api/chat", json={"question": "Saako henkilötietoja syöttää tekoälypalveluun?"}).status_code


def test_the_preview_tells_findings_overlaps_and_passages(client: TestClient, draft: Callable[[str], str]) -> None:
    shown = client.get(draft(ORDINARY + "\nSana on **rikki.\n")).json()
    assert shown["quotable"] == {"words": 18, "share": 1.0, "samples": []}
    assert {each["code"] for each in shown["findings"]} == {"broken text", "near duplicate"}
    overlap = next(each for each in shown["findings"] if each["code"] == "near duplicate")
    assert overlap["quotes"][1].startswith("published/uusi/uusi.txt")
    assert overlap["documents"][1] == "uusi"
    assert len(overlap["titles"]) == 2
    assert any("Kysy ensin" in passage for passage in shown["difference"]["added"])


def test_the_preview_tells_what_can_be_asked_and_where_it_stands(
    client: TestClient, draft: Callable[[str], str]
) -> None:
    shown = client.get(draft(f"Kuvia saa julkaista luvalla.\n\n{PARAGRAPH}\n")).json()
    [page] = shown["pages"]
    questions = {each["question"]: each for each in shown["likely_questions"]}
    assert "Saako kuvia julkaista?" in questions
    for each in questions.values():
        at = each["start"] - page["start"]
        assert page["text"][at : at + len(each["quote"])] == each["quote"]
    told = [(each["language"], each["own"], each["translated"]) for each in shown["languages"]]
    assert told == [("fi", True, 0.0), ("sv", False, 0.0), ("en", False, 0.0)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_takes_too_long_is_told_in_the_editors_language(
    client: TestClient, draft: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    address = draft(ORDINARY)
    monkeypatch.setattr("api.preview.inspecting", partial(inspecting, timeout_s=0.05))
    refused = client.get(address, headers={"Accept-Language": language})
    detail = "inspecting it takes more than 0 seconds; split it or simplify it"
    assert refused.status_code == 422
    assert refused.json()["detail"] == say(language, "admin.unreadable.too_hard", file="uusi.txt", detail=detail)
    assert ask(client) == 200
    monkeypatch.undo()
    assert client.get(address).status_code == 200  # nothing of it stays


def test_what_takes_too_much_memory_is_told(
    client: TestClient, draft: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.preview.inspecting", partial(inspecting, memory_bytes=200_000_000))
    refused = client.get(draft(ORDINARY))
    assert (refused.status_code, "too large" in refused.json()["detail"]) == (422, True)
    assert ask(client) == 200


def test_while_a_text_exhausts_its_inspection_the_service_answers(
    client: TestClient, draft: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.preview.inspecting", partial(inspecting, timeout_s=2.0))
    address = draft(f"{PARAGRAPH}\n\n" * 8000)
    answered = 0
    with ThreadPoolExecutor(max_workers=1) as beside:
        looking = beside.submit(client.get, address)
        while not looking.done():
            assert ask(client) == 200
            answered += 1
        assert looking.result().status_code == 422
    assert answered > 1


@pytest.mark.parametrize(
    "text",
    ["Katso sivua " + "." * 420 + " 12", "1" * 1_000_000, "." * 1_000_000 + " sana"],
    ids=["420 full stops", "1 MB of digits", "1 MB of full stops"],
)
def test_a_text_made_to_keep_a_pattern_busy_is_shown_or_refused_in_time(
    client: TestClient, draft: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr("api.preview.inspecting", partial(inspecting, timeout_s=GIVE_UP_S))
    address = draft(text)
    started = time.monotonic()
    response = client.get(address)
    assert time.monotonic() - started < GIVE_UP_S + 3
    if response.status_code == 200:
        assert response.json()["pages"][0]["text"] == text
    else:
        assert response.status_code == 422
        assert response.json()["detail"].startswith("The document uusi.txt cannot be inspected")
    assert ask(client) == 200


def test_apart_from_us_the_same_is_found_as_with_the_model(
    settings: Settings, documents: list[Document], tokenizer: Path, embedder: Embedder, lexicon: Lexicon
) -> None:
    """The sources of the project, the last of them with a sentence taken out and put in at the end."""
    old = documents[-1]
    at, end = old.blocks[-1].span.start, old.blocks[-1].span.end
    new = replace(old, text=f"{old.text[:at]}{'x' * (end - at)}{old.text[end:]}")
    for looked_at in (
        Inspected(old.id, old, (*documents[:-1], new), True, DAY),
        Inspected(old.id, None, tuple(documents), True, DAY),
        Inspected(old.id, old, tuple(documents[:-1]), False, DAY),
    ):
        found = apart(looked_at, settings.data_dir, tokenizer)
        assert found == inspect(looked_at, lexicon, embedder.count_tokens)
        assert found.difference != Difference()


def test_without_a_tokenizer_words_are_counted(
    settings: Settings, documents: list[Document], embedder: Embedder, lexicon: Lexicon
) -> None:
    looked_at = Inspected(documents[0].id, None, (documents[0],), False, DAY)
    counted = apart(looked_at, settings.data_dir, None).difference.added
    exactly = inspect(looked_at, lexicon, embedder.count_tokens).difference.added
    assert len(set(counted) & set(exactly)) > 0.8 * len(exactly)


def test_a_comparison_without_end_is_ended(settings: Settings, tokenizer: Path, tmp_path: Path) -> None:
    """Rows of a table that are all alike: each is compared with each."""
    table = "| Palvelu | Hinta |\n|---|---|\n" + "| Kuntosali | 5 euroa |\n" * 20_000
    (tmp_path / "a.md").write_text(table)
    document = read_document(tmp_path / "a.md", tmp_path, detect_language)
    with pytest.raises(UnreadableSource, match="takes more than 8 seconds"):
        apart(Inspected("a", document, (document,), False, DAY), settings.data_dir, tokenizer, timeout_s=8)


def test_a_document_that_breaks_the_program_is_named(settings: Settings, documents: list[Document]) -> None:
    looked_at = Inspected(documents[0].id, documents[0], (), False, DAY)
    with pytest.raises(UnreadableSource, match="or breaks") as raised:
        apart(looked_at, settings.data_dir, Path("/no/such/tokenizer"))
    assert (raised.value.file, raised.value.reason) == (documents[0].file, "too_hard")


def test_the_program_loads_no_model() -> None:
    heavy = {"torch", "chromadb", "transformers", "llama_index", "sentence_transformers", "sqlalchemy", "fastapi"}
    program = "import sys, rag.publishing.inspection; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "tokenizers" in loaded.stdout.split()
    assert heavy.isdisjoint(loaded.stdout.split())


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "a b", Difference(added=["a", "b"])),
        ("a b", "", Difference(removed=["a", "b"])),
        ("a b c", "a x c", Difference(changed=[Changed("b", "x")])),
        ("a b c", "a x y c", Difference(added=["y"], changed=[Changed("b", "x")])),
        ("a b c", "c", Difference(removed=["a", "b"])),
        ("a b", "a b", Difference()),
    ],
)
def test_passages_are_added_removed_or_changed(before: str, after: str, found: Any) -> None:
    assert difference(before.split(), after.split()) == found
