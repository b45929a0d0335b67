"""A Chroma server behind its gate, and what a Chroma server may not make this service do."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromadb
import httpx
import numpy as np
import pytest
import yaml
from chromadb.utils import embedding_functions

from rag.errors import ChromaUnavailable
from rag.index.vector_store import create_collection, open_collection
from rag.settings import Settings
from tests.support.nginx import nginx, nginx_program
from tests.support.servers import free_port, wait_for
from tests.support.waiting import WAIT_S

TEMPLATE = Path(__file__).parent.parent / "deploy" / "chroma-gate.conf.template"
TOKEN = "0a1B2c3d4e5f60718293a4b5c6d7e8f9"


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a real Chroma server."""
    port = free_port()
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(tmp_path_factory.mktemp("chroma")), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/v2/heartbeat", 60)
        yield port
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory, chroma: int) -> Iterator[str]:
    """The address of a real nginx that is set up as deploy/ has it."""
    program = nginx_program()
    port, folder = free_port(), tmp_path_factory.mktemp("gate")
    told = TEMPLATE.read_text(encoding="utf-8").replace("${CHROMA_TOKEN}", TOKEN)
    told = told.replace("listen 8000;", f"listen 127.0.0.1:{port};").replace("chroma:8000", f"127.0.0.1:{chroma}")
    with nginx(program, folder, told):
        wait_for(f"http://127.0.0.1:{port}/api/v2/heartbeat", 30, {"Authorization": f"Bearer {TOKEN}"})
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    "given", ["", "Bearer", TOKEN, f"Bearer {TOKEN.lower()}", f"Bearer {TOKEN}0", f"Bearer x{TOKEN}"]
)
def test_the_gate_lets_nobody_to_chroma_without_the_token(gate: str, given: str) -> None:
    headers = {"Authorization": given} if given else {}
    for path in ("heartbeat", "tenants/default_tenant/databases/default_database/collections"):
        assert httpx.get(f"{gate}/api/v2/{path}", headers=headers, timeout=WAIT_S).status_code == 401


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Chroma's client leaves a socket open
def test_a_wrong_token_is_told_as_such_and_mends_nothing(gate: str, tmp_path: Path) -> None:
    settings = Settings.model_validate({"chroma_url": gate, "chroma_token": "f" * 32})
    with pytest.raises(ChromaUnavailable, match="OHJENUORA_CHROMA_TOKEN"):
        open_collection(settings, tmp_path, "v1", [], np.eye(1, dtype=np.float32))
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_with_the_token_a_version_is_written_and_read(gate: str, tmp_path: Path) -> None:
    settings = Settings.model_validate({"chroma_url": gate, "chroma_token": TOKEN})
    vectors = np.eye(3, dtype=np.float32)
    rows: Any = vectors.tolist()
    create_collection(settings, tmp_path, "v1").add(ids=["a", "b", "c"], embeddings=rows)
    found: Any = open_collection(settings, tmp_path, "v1", [], vectors).query(
        query_embeddings=[vectors[1].tolist()], n_results=1, include=[]
    )
    assert found["ids"] == [["b"]]


def test_what_a_collection_names_for_embedding_is_never_made(chroma: int, tmp_path: Path) -> None:
    """Who can write to the server gives a collection a function whose making runs code in the client."""
    made: list[object] = []

    class Hostile(chromadb.EmbeddingFunction[chromadb.Documents]):
        def __init__(self) -> None: ...

        def __call__(self, input: chromadb.Documents) -> chromadb.Embeddings:
            return [np.ones(2, dtype=np.float32) for _ in input]

        @staticmethod
        def name() -> str:
            return "hostile"

        @staticmethod
        def build_from_config(config: dict[str, Any]) -> Hostile:
            made.append(config)
            return Hostile()

        def get_config(self) -> dict[str, Any]:
            return {"model_name": "theirs", "kwargs": {"trust_remote_code": True}}

    registry = embedding_functions.known_embedding_functions
    registry["hostile"] = Hostile
    hostile: Any = Hostile()
    theirs = chromadb.HttpClient(host="127.0.0.1", port=chroma).create_collection(
        "ohjenuora-v9", embedding_function=hostile
    )
    made.clear()
    vectors = np.eye(2, dtype=np.float32)
    rows: Any = vectors.tolist()
    theirs.add(ids=["a", "b"], embeddings=rows)
    assert made, "Chroma's client makes what a collection names, also for vectors that are given"

    made.clear()
    settings = Settings.model_validate({"chroma_url": f"http://127.0.0.1:{chroma}"})
    with pytest.warns(UserWarning, match="Could not reconstruct"):
        open_collection(settings, tmp_path, "v9", [], vectors).add(ids=["c"], embeddings=rows[:1])
    assert made == []


def test_the_compose_file_leaves_chroma_to_the_gate_alone() -> None:
    services = yaml.safe_load((TEMPLATE.parent / "compose.yaml").read_text(encoding="utf-8"))["services"]
    reach = [name for name, service in services.items() if "chroma" in service.get("networks", ["default"])]
    assert sorted(reach) == ["chroma", "chroma-gate"]
    assert "ports" not in {*services["chroma"], *services["chroma-gate"]}
    assert re.search(r"chroma-gate:\d+$", services["ohjenuora"]["environment"]["OHJENUORA_CHROMA_URL"])
