"""The whole text of a curated file: what is wrong in it is told with its line, and what is odd in it does no harm."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.answering.rule_matching import Ruling
from rag.answering.verdict_statements import Rulings
from rag.chatbot import Chatbot
from rag.curated.concepts import Concept
from rag.curated.rules import Rule
from rag.curated.yaml_files import SomeWording, Wording
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from rag.types import LANGUAGES, Language
from tests.support.curated import TOKEN

ODD = {
    "fi": "Ei, {nope}. {data}",
    "sv": "Nej {tool:>20000000} {",
    "en": "No {tool.__class__.__mro__}, {tool!r}.",
}


@pytest.fixture(scope="module")
def client(curated: Settings, embedder: Embedder, lexicon: Lexicon) -> Iterator[TestClient]:
    app = create_app(curated, Chatbot(curated, embedder, lexicon))
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}) as client:
        yield client


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_of_a_rule_is_no_format_string(language: Language) -> None:
    """Where a file has places that nothing fills, what is said is as long as the sentence, and has no object in it."""
    concept = Concept(id="a", kind="data_class", name=Wording(fi="tiedot", sv="uppgifter", en="data"))
    rule = Rule(
        id="r",
        document="d",
        quote="q",
        verdict="not_allowed",
        data=("a",),
        says=SomeWording(fi="Ei."),
        says_of_tool=SomeWording(**ODD),
    )
    rulings = SimpleNamespace(_concepts={"a": concept})
    ruling = SimpleNamespace(tool="Kone", data=(concept,))
    said = Rulings._sentence(cast(Rulings, rulings), rule, cast(Ruling, ruling), language)
    assert said == ODD[language].replace("{data}", concept.display(language))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("tools", "tools:\n- name: A\n  valid_until: 2026-02-30\n", "line 3"),
        ("tools", "? [a, b]\n: c\n", "a key is a list"),
        ("tools", f"tools: {'9' * 5000}\n", "too long a number"),
        ("tools", f"tools: {'1:' * 200_000}1\n", ""),
        ("rules", "rules: {}\nrules: {}\n", "stands twice"),
        ("concepts", "concepts:\n- id: a\n  kind: nothing\n", "concepts.yaml:3"),
        ("organisation", "name: {fi: Kunta}\n", "organisation.yaml:1"),
    ],
)
def test_a_whole_text_with_a_mistake_is_refused_with_its_line(
    client: TestClient, name: str, text: str, told: str
) -> None:
    response = client.put(f"/api/admin/{name}", json={"text": text})
    assert 400 <= response.status_code < 500, response.text
    assert told in response.json()["detail"]
    assert client.get(f"/api/admin/{name}").status_code == 200
