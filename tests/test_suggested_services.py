"""Services that a document names as approved: suggested, corrected, in the register with the publication."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.answering.unit_verdicts import decided_in
from rag.chatbot import Chatbot
from rag.curated.concepts import Concepts, load_concepts
from rag.index.build import build_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.publishing.suggested_rules import Suggester
from rag.publishing.suggested_tools import suggested_tools
from rag.settings import Settings
from rag.sources.chunking import chunk_document
from tests.support.admin_site import TOKEN, small_corpus
from tests.test_admin import publish
from tests.test_own_rules import GUIDANCE, guidance


def test_what_a_table_allows_is_suggested_and_what_it_forbids_is_not(
    tmp_path: Path, settings: Settings, lexicon: Lexicon
) -> None:
    document = guidance(tmp_path)
    decided = decided_in(document, chunk_document(document, lambda text: len(text) // 4, frozenset()))
    concepts = Concepts(load_concepts(settings.corpus_dir), lexicon)
    rules = Suggester(concepts, lexicon).suggested(decided, document)
    found = {each.name: each for each in suggested_tools(decided, rules, document, concepts)}
    assert set(found) == {"Copilot", "Kunnan oma Runoilija"}  # DeepSeek is forbidden, a meeting is no service
    assert set(found["Copilot"].data) == {"public_data", "personal_data"}
    assert found["Copilot"].quote == "Copilot | Sallittu | Sallittu"
    assert found["Kunnan oma Runoilija"].conditions == ("kun esihenkilö on antanut luvan",)


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Iterator[TestClient]:
    small = small_corpus(tmp_path_factory.mktemp("services"), settings.data_dir / "models")
    concepts = (settings.corpus_dir / "concepts.yaml").read_bytes()
    (small.corpus_dir / "concepts.yaml").write_bytes(concepts)
    build_index(small, embedder, lexicon)
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}
    with TestClient(create_app(small, Chatbot(small, embedder, lexicon)), headers=headers) as client:
        yield client


def test_what_an_editor_accepts_enters_the_register_with_the_document(client: TestClient) -> None:
    draft = client.post("/api/admin/documents", files={"file": ("ohje.md", GUIDANCE.encode())}).json()
    address = f"/api/admin/drafts/{draft['id']}"
    named = client.get(f"{address}/preview").json()["services"]
    found = {each["name"]: each for each in named}
    copilot = found["Copilot"]
    assert (copilot["decision"], copilot["registered"]) == ("Esimerkin kunnan tekoälyohje", False)

    def form(name: str, /, **corrected: Any) -> dict[str, Any]:
        kept = {key: value for key, value in found[name].items() if key not in ("quote", "registered")}
        return kept | corrected

    # What will not do is told by the service's number and field, and nothing is kept.
    refused = client.put(f"{address}/services", json={"services": [form("Copilot"), form("Copilot", data=[])]})
    assert refused.status_code == 422
    assert {each["field"] for each in refused.json()["errors"]} == {"1.name", "1.data"}
    assert client.get(address).json()["change"]["tools"] == []

    poet = form("Kunnan oma Runoilija", name="Runoilija", other_names=["Kunnan oma Runoilija"], data=["public_data"])
    kept = client.put(f"{address}/services", json={"services": [form("Copilot"), poet]})
    assert [each["name"] for each in kept.json()["change"]["tools"]] == ["Copilot", "Runoilija"]
    assert client.get("/api/admin/tools/entries").json()["entries"] == []  # not before the publication
    assert publish(client, draft["id"])["status"] == "done"
    entries = {each["name"]: each for each in client.get("/api/admin/tools/entries").json()["entries"]}
    assert (set(entries), entries["Runoilija"]["data"]) == ({"Copilot", "Runoilija"}, ["public_data"])

    # A later text names them again: what is in the register is told, not offered.
    later = client.post("/api/admin/documents", files={"file": ("ohje.md", (GUIDANCE + "\nLisäys.\n").encode())}).json()
    again = client.get(f"/api/admin/drafts/{later['id']}/preview").json()["services"]
    assert {each["name"]: each["registered"] for each in again} == {"Copilot": True, "Kunnan oma Runoilija": True}
