"""Several hosts with a real Chroma server and a real PostgreSQL: all follow a switch within two seconds."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rag.chatbot import Chatbot
from rag.errors import ChromaUnavailable, DatabaseUnavailable
from rag.index.build import build_index
from rag.index.opening import current_version, index_folder
from rag.index.versions import activate
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support import postgres
from tests.support.servers import free_port, wait_for
from tests.support.waiting import WAIT_S

WITHIN_S = 2.0


@pytest.fixture(scope="module")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(tmp_path_factory.mktemp("chroma")), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/v2/heartbeat", 30)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, chroma_url: str, database_url: str
) -> Settings:
    """What all hosts have in common: the data folder, the Chroma server, the database."""
    folder = tmp_path_factory.mktemp("hosts")
    (folder / "corpus").mkdir()
    (folder / "data").mkdir()
    (folder / "data" / "models").symlink_to((settings.data_dir / "models").resolve())
    write(folder / "corpus", "Kirjasto on avoinna arkisin.")
    given = {"corpus_dir": folder / "corpus", "data_dir": folder / "data"}
    return Settings.model_validate({**given, "chroma_url": chroma_url, "database_url": database_url})


def write(corpus: Path, text: str) -> None:
    (corpus / "kirjasto.md").write_text(f"---\ntitle: Kirjasto\nlanguage: fi\n---\n\n{text}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def host(shared: Settings, embedder: Embedder, lexicon: Lexicon) -> Iterator[str]:
    """Another host: the service as its own process; its address."""
    build_index(shared, embedder, lexicon)
    port = free_port()
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parent.parent), "HF_HUB_OFFLINE": "1"}
    server = subprocess.Popen(
        [sys.executable, "-m", "rag.cli", "serve", "--port", str(port)],
        env=environment | shared.environment(),
        cwd=shared.data_dir,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", 120)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def library(host: str) -> str:
    found = httpx.get(f"{host}/api/search", params={"q": "kirjasto", "language": "fi"}, timeout=WAIT_S).json()
    text: str = found[0]["text"]
    return text


def follows(host: str, text: str) -> float:
    started = time.monotonic()
    while library(host) != text:
        assert time.monotonic() - started < 30, "it does not follow"
        time.sleep(0.05)
    return time.monotonic() - started


def test_another_host_follows_a_publication_and_a_return_within_two_seconds(
    shared: Settings, host: str, embedder: Embedder, lexicon: Lexicon
) -> None:
    first = current_version(shared)
    assert first is not None
    assert library(host) == "Kirjasto on avoinna arkisin."
    here = Chatbot(shared, embedder, lexicon)
    write(shared.corpus_dir, "Kirjasto on avoinna joka päivä.")
    build_index(shared, embedder, lexicon)
    assert here.refresh()
    assert follows(host, "Kirjasto on avoinna joka päivä.") < WITHIN_S
    activate(shared, first, embedder.fingerprint)
    assert follows(host, "Kirjasto on avoinna arkisin.") < WITHIN_S
    # The vectors are on the server, and nothing of Chroma lies in the version's folder.
    assert not (index_folder(shared) / first / "chroma").exists()


def test_it_is_the_database_that_says_what_is_in_use(shared: Settings, host: str) -> None:
    file = index_folder(shared) / "CURRENT"
    before = current_version(shared)
    file.write_text("20200101T000000.000000Z-00000000")  # as a file system may show it late
    assert current_version(shared) == before
    file.unlink()
    assert current_version(shared) == before


def test_a_collection_that_the_server_has_lost_is_made_again(
    shared: Settings, host: str, embedder: Embedder, lexicon: Lexicon
) -> None:
    import chromadb

    port = int(shared.chroma_url.rpartition(":")[2])
    chromadb.HttpClient(host="127.0.0.1", port=port).delete_collection(f"ohjenuora-{current_version(shared)}")
    assert Chatbot(shared, embedder, lexicon).search("kirjasto")[0].text.startswith("Kirjasto on avoinna")


def test_servers_that_are_away_are_named_without_their_passwords(
    shared: Settings, host: str, embedder: Embedder, lexicon: Lexicon, tmp_path: Path
) -> None:
    away = f"127.0.0.1:{free_port()}"
    no_chroma = shared.model_copy(update={"chroma_url": f"http://{away}"})
    with pytest.raises(ChromaUnavailable, match=f"http://{away} cannot be reached"):
        Chatbot(no_chroma, embedder, lexicon)
    given = {"data_dir": tmp_path, "database_url": f"postgresql://me:hunter2@{away}/x"}
    with pytest.raises(DatabaseUnavailable, match="OHJENUORA_DATABASE_URL") as raised:
        current_version(Settings.model_validate(given))
    assert "hunter2" not in str(raised.value)
