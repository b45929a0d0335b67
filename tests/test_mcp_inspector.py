"""The Model Context Protocol as its inspector sees it, on its command line; left out where there is no npx."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from api.app import create_app
from api.schemas import ChatAnswer
from rag.settings import Settings
from tests.support.browser import serving
from tests.support.fakes import FakeChatbot, decision

# The command line alone. Later releases want a newer Node than 20.
INSPECTOR = "@modelcontextprotocol/inspector-cli@0.16.8"
NPX = shutil.which("npx")

pytestmark = pytest.mark.skipif(NPX is None, reason="no npx here, which runs the inspector")


@pytest.fixture(scope="module")
def fake() -> FakeChatbot:
    return FakeChatbot()


@pytest.fixture(scope="module")
def address(fake: FakeChatbot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(create_app(Settings(data_dir=tmp_path_factory.mktemp("data")), fake)) as address:
        yield address


def inspect(address: str, *arguments: str) -> Any:
    command = [str(NPX), "--yes", INSPECTOR, "--cli", f"{address}/mcp", "--transport", "http", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if "npm error" in done.stderr:
        pytest.skip("the inspector cannot be installed here")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_inspector_lists_the_tools_and_calls_them(address: str, fake: FakeChatbot) -> None:
    tools = inspect(address, "--method", "tools/list")["tools"]
    assert [tool["name"] for tool in tools] == ["ask", "search", "list_documents", "read_document"]
    asked = ("--method", "tools/call", "--tool-name", "ask", "--tool-arg", "question=Saanko?")
    answer = inspect(address, *asked)["structuredContent"]
    assert answer == json.loads(ChatAnswer.from_answer(fake.answer).model_dump_json())


def test_the_inspector_lists_the_documents_and_reads_them(address: str, fake: FakeChatbot) -> None:
    listed = inspect(address, "--method", "resources/list")["resources"]
    assert [each["name"] for each in listed] == [each.id for each in fake.sources]
    uri = f"ohjenuora://documents/{decision().id}"
    [content] = inspect(address, "--method", "resources/read", "--uri", uri)["contents"]
    assert content["text"] == decision().text
