"""The service does what its OpenAPI document says, whatever it is sent: schemathesis, with every check on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import CheckFunction
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.app import create_app
from rag.chatbot import Chatbot
from rag.index.build import build_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.browser import serving

TOKEN = "a-long-token-of-a-small-installation"
EXAMPLES = 8  # of each route, on top of those at the limits of each parameter


schema = schemathesis.openapi.from_dict(
    create_app(Settings()).openapi(),
    config=SchemathesisConfig(
        seed=1,
        projects=ProjectsConfig(
            default=ProjectConfig(generation=GenerationConfig(database="none", with_security_parameters=False))
        ),
    ),
)


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Iterator[str]:
    """A real service with a small corpus."""
    folder = tmp_path_factory.mktemp("schema")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "kirjasto.md").write_text("# Kirjasto\n\nKirjasto on avoinna arkisin.\n", encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "models").symlink_to((settings.data_dir / "models").resolve())
    given = {"corpus_dir": folder / "corpus", "data_dir": folder / "data", "admin_token": TOKEN}
    small = Settings.model_validate({**given, "requests_per_minute": 0})
    build_index(small, embedder, lexicon)
    with serving(create_app(small, Chatbot(small, embedder, lexicon)), small) as address:
        yield address


# What makes a file or a YAML text a good one cannot be said in a schema, nor that one of the messages is a question:
# 422 is right for what looks well.
CONTENT = re.compile(
    r"POST /v1/(?:chat/completions|responses)|"
    r"(?:POST|PUT) /api/admin/(?:documents|questions|corrections|\{name\}|\{name\}/|organisation/).*"
)


@schema.parametrize()
@hypothesis.settings(max_examples=EXAMPLES, derandomize=True, deadline=None)
def test_every_route_does_what_the_document_says(case: schemathesis.Case[Any], address: str) -> None:
    signed_in = {"Authorization": f"Bearer {TOKEN}"} if case.path.startswith("/api/admin") else {}
    unsaid: list[CheckFunction] = (
        [positive_data_acceptance] if CONTENT.match(f"{case.method} {case.operation.path}") else []
    )
    case.call_and_validate(base_url=address, headers=signed_in, excluded_checks=unsaid)
