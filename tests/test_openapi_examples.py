"""Each operation of the administrators is documented: what it does, and an example of what is sent and answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.settings import Settings
from tests.support.fakes import FakeChatbot

TOKEN = "a-long-token-of-a-small-installation"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Any:
    given = {"data_dir": tmp_path_factory.mktemp("openapi"), "admin_token": TOKEN, "corpus_dir": Path("corpus")}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(create_app(Settings.model_validate(given), FakeChatbot()), headers=headers) as client:
        return client.get("/api/admin/openapi.json").json()


def operations(document: Any) -> Iterator[tuple[str, Any]]:
    for path, methods in document["paths"].items():
        if path.startswith("/api/admin/"):
            yield from ((f"{method} {path}", operation) for method, operation in methods.items())


def bodies(document: Any) -> Iterator[tuple[str, Any]]:
    for name, operation in operations(document):
        yield from ((name, each) for each in operation.get("requestBody", {}).get("content", {}).values())
        for status, response in operation["responses"].items():
            if status.startswith("2") and "application/json" in response.get("content", {}):
                yield f"{name} {status}", response["content"]["application/json"]


def test_each_says_what_it_does_and_what_it_answers(document: Any) -> None:
    found = list(operations(document))
    assert len(found) > 50
    assert [name for name, operation in found if not operation.get("description")] == []
    answers = [(name, each) for name, operation in found for each in operation["responses"].values()]
    assert [name for name, each in answers if each["description"] in ("", "Successful Response")] == []


def test_each_body_has_an_example_that_its_schema_permits(document: Any) -> None:
    found = list(bodies(document))
    assert len(found) > 70
    assert [name for name, body in found if "example" not in body and "examples" not in body] == []
    for name, body in found:
        if "example" in body:
            schema = {**body["schema"], "components": document["components"]}
            assert jsonschema_rs.Draft202012Validator(schema).is_valid(body["example"]), name


def test_what_a_model_says_of_itself_goes_before(document: Any) -> None:
    sent = document["paths"]["/api/admin/corrections"]["post"]["requestBody"]["content"]["application/json"]
    assert sent["example"]["quote"] == "Palvelun hyväksyy tietohallintojohtaja."
