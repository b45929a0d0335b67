"""What the tests share: one model, one index of the project's own sources, one open chatbot for the whole session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from rag.chatbot import Chatbot
from rag.index.build import BuildReport, build_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import PREFIX, Settings
from tests.support.browser import chromium
from tests.support.curated import curated_corpus

ROOT = Path(__file__).parent.parent
# A folder to keep the unpacked model and the index in between local runs; without it every run starts from nothing.
KEPT_DATA_DIR = os.environ.get("OHJENUORA_TEST_DATA_DIR")
# `make test` runs several processes side by side (pytest-xdist): each computes with its share of the cores.
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
THREADS = max(1, (os.cpu_count() or 1) // WORKERS)


# A test that asks for one of these takes seconds, or comes after one that does.
HEAVY = {
    "settings",
    "embedder",
    "lexicon",
    "built",
    "chatbot",
    "curated",
    "variant",
    "browser",
    "client",
    "address",
    "page",
    "service",
    "bot",
    "street",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need the model, an index or a browser are marked, so that the others can be run alone."""
    for item in items:
        if HEAVY & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_caller() -> Iterator[None]:
    """The caller's own settings stay out of the tests, and so does the network."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith(PREFIX):
                patch.delenv(name)
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data_dir = Path(KEPT_DATA_DIR) if KEPT_DATA_DIR and WORKERS == 1 else tmp_path_factory.mktemp("data")
    if WORKERS > 1:
        # One unpacked model for all processes, an index for each.
        models = tmp_path_factory.getbasetemp().parent / "models"
        models.mkdir(exist_ok=True)
        (data_dir / "models").symlink_to(models)
    return Settings.model_validate({"corpus_dir": ROOT / "corpus", "data_dir": data_dir, "threads": THREADS})


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


Variant = Callable[[Callable[[Path], None]], Chatbot]


@pytest.fixture(scope="module")
def variant(
    tmp_path_factory: pytest.TempPathFactory,
    settings: Settings,
    built: BuildReport,
    embedder: Embedder,
    lexicon: Lexicon,
) -> Variant:
    """The service over a changed copy of the corpus; what has not changed is taken over from the session's index."""

    def build(change: Callable[[Path], None]) -> Chatbot:
        folder = tmp_path_factory.mktemp("variant")
        shutil.copytree(settings.corpus_dir, folder / "corpus")
        change(folder / "corpus")
        version = built.manifest.version
        index = folder / "data" / "index"
        shutil.copytree(settings.data_dir / "index" / version, index / version)
        (index / "CURRENT").write_text(version)
        own = settings.model_copy(update={"corpus_dir": folder / "corpus", "data_dir": folder / "data"})
        build_index(own, embedder, lexicon)
        return Chatbot(own, embedder, lexicon)

    return build
