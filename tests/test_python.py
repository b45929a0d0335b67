"""The service in a program: `from rag import Chatbot`, the notebook of the documentation, and llama-index's parts."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.schema import QueryBundle

import rag
from rag.chatbot import Chatbot
from rag.errors import BadQuestion
from rag.llamaindex import OhjenuoraQueryEngine, OhjenuoraRetriever
from rag.settings import Settings
from tests.support.fakes import RULE, FakeChatbot, refused

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "docs" / "examples" / "ask.ipynb"


def test_everything_that_is_offered_is_there_and_what_is_not_is_named() -> None:
    assert rag.Chatbot is Chatbot
    assert rag.Settings is Settings
    assert all(getattr(rag, name) for name in rag.__all__)
    with pytest.raises(AttributeError, match="Chatbott"):
        rag.Chatbott  # type: ignore[attr-defined]  # noqa: B018


def test_importing_it_loads_no_library_and_using_the_chatbot_does() -> None:
    code = (
        "import sys, rag; print(any(name in sys.modules for name in ('pydantic', 'numpy', 'chromadb', 'llama_index')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_runtime_of_the_models_keeps_and_tells_nothing_of_its_use(tmp_path: Path) -> None:
    load = "from rag.models.graphs import open_graph; open_graph(Path('rag/models/reader.onnx.xz'), 1)"
    environment = {key: value for key, value in os.environ.items() if key not in ("ORT_DISABLE_TELEMETRY", "CI")}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", f"from pathlib import Path; {load}"], cwd=ROOT, env=environment, check=True)
    assert list(tmp_path.iterdir()) == []


def test_numbers_are_computed_in_one_thread_unless_somebody_says_otherwise() -> None:
    """Threads that wait for each other by spinning took twice the processor time for an answer."""
    code = "import rag, numpy, threadpoolctl; print([each['num_threads'] for each in threadpoolctl.threadpool_info()])"
    environment = {key: value for key, value in os.environ.items() if "NUM_THREADS" not in key}
    for said, threads in (({}, 1), ({"OPENBLAS_NUM_THREADS": "2"}, min(2, os.cpu_count() or 1))):
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=environment | said, capture_output=True, text=True, check=True)
        assert done.stdout == f"[{threads}]\n"


def _cells() -> list[tuple[str, str]]:
    """The code of each cell, and what the notebook says that it printed."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [
        ("".join(cell["source"]), "".join("".join(each["text"]) for each in cell["outputs"]))
        for cell in cells
        if cell["cell_type"] == "code"
    ]


def test_the_notebook_runs_and_prints_what_it_shows(
    chatbot: Chatbot, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OHJENUORA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr(Chatbot, "open", staticmethod(lambda _: chatbot))  # opened once for all tests
    names: dict[str, Any] = {}
    cells = _cells()
    assert len(cells) >= 4
    for source, shown in cells:
        with redirect_stdout(io.StringIO()) as printed:
            exec(source, names)  # noqa: S102  # it is ours
        assert printed.getvalue() == shown, source


# llama-index


def test_the_retriever_gives_the_passages_of_a_search_with_their_places() -> None:
    fake = FakeChatbot()
    retriever = OhjenuoraRetriever(fake, k=1)
    [found] = retriever.retrieve("henkilötiedot")
    [passage] = fake.search("henkilötiedot", k=1)
    assert (found.get_content(), found.score) == (RULE, passage.score)
    assert found.node.metadata == {name: value for name, value in asdict(passage).items() if name != "text"}
    assert found.node.node_id == f"{passage.document_id}#c{passage.start}-{passage.end}"
    # as a part of llama-index's own pipelines
    assert SimilarityPostprocessor(similarity_cutoff=0.95).postprocess_nodes([found]) == []


def test_the_query_engine_gives_the_answer_and_its_citations() -> None:
    fake = FakeChatbot()
    response = OhjenuoraQueryEngine(chatbot=fake, tool="Copilot").query(QueryBundle("Saanko?"))
    assert str(response) == fake.answer.message
    assert [each.get_content() for each in response.source_nodes] == [each.quote for each in fake.answer.citations]
    assert response.metadata == asdict(fake.answer)
    assert [asked[:4] for asked in fake.asked] == [("Saanko?", None, None, "Copilot")]
    fake.answer = refused()
    refusal = OhjenuoraQueryEngine(chatbot=fake).query("Saanko?")
    assert refusal.source_nodes == []
    assert (refusal.metadata or {})["reason"] == "not_in_guidance"
    with pytest.raises(BadQuestion):
        OhjenuoraQueryEngine(chatbot=fake).query("huono")
