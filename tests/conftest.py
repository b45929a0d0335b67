"""What the tests share: one model, one index of the project's own sources, one open chatbot for the whole session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.build import BuildReport, build_index
from rag.chatbot import Chatbot
from rag.embedding import Embedder
from rag.settings import PREFIX, Settings
from rag.words import Lexicon
from tests.curated import curated_corpus

ROOT = Path(__file__).parent.parent
# A folder to keep the unpacked model and the index in between local runs; without it every run starts from nothing.
KEPT_DATA_DIR = os.environ.get("OHJENUORA_TEST_DATA_DIR")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_caller() -> Iterator[None]:
    """The caller's own settings stay out of the tests, and so does the network."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith(PREFIX):
                patch.delenv(name)
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data_dir = Path(KEPT_DATA_DIR) if KEPT_DATA_DIR else tmp_path_factory.mktemp("data")
    return Settings.model_validate({"corpus_dir": ROOT / "corpus", "data_dir": data_dir})


@pytest.fixture(scope="session")
def embedder(settings: Settings) -> Embedder:
    return Embedder.load(settings)


@pytest.fixture(scope="session")
def lexicon(settings: Settings) -> Lexicon:
    return Lexicon(settings.data_dir)


@pytest.fixture(scope="session")
def built(settings: Settings, embedder: Embedder, lexicon: Lexicon) -> BuildReport:
    return build_index(settings, embedder, lexicon)


@pytest.fixture(scope="session")
def chatbot(settings: Settings, built: BuildReport) -> Chatbot:
    assert built.failures == ()
    return Chatbot.open(settings)


@pytest.fixture(scope="session")
def curated(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Settings:
    """A small corpus with tools, rules and an organisation. Tests may make drafts there, but publish none."""
    models = settings.data_dir / "models"
    return curated_corpus(tmp_path_factory.mktemp("curated"), models, embedder, lexicon)
