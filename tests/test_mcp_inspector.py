"""The Model Context Protocol as its inspector sees it, on its command line; left out where there is no npx."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.schemas import ChatAnswer
from rag.chatbot import Chatbot
from rag.settings import Settings
from tests.support.browser import serving
from tests.support.fakes import FakeChatbot, decision

ROOT = Path(__file__).parent.parent
# With a Node of its own: the inspector wants a newer one than Debian has.
INSPECTOR = ["--package", "node@22.23.3", "--package", "@modelcontextprotocol/inspector@2.12.0", "mcp-inspector"]
NPX = shutil.which("npx")
TOOLS = ["ask", "search", "list_documents", "read_document"]
CONNECT_MS = 300_000  # a command first opens its index, which takes long where all cores are busy

pytestmark = pytest.mark.skipif(NPX is None, reason="no npx here, which runs the inspector")


@pytest.fixture(scope="module")
def fake() -> FakeChatbot:
    return FakeChatbot()


@pytest.fixture(scope="module")
def address(fake: FakeChatbot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(create_app(Settings(data_dir=tmp_path_factory.mktemp("data")), fake)) as address:
        yield f"{address}/mcp"


def inspect(*arguments: str) -> Any:
    """What a method brings. Fails where the inspector does: on an answer that is not as the protocol has it, too."""
    command = [str(NPX), "--yes", *INSPECTOR, "--cli", *arguments, f"--connect-timeout={CONNECT_MS}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if "npm error" in done.stderr:
        pytest.skip("the inspector cannot be installed here")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("era", ["legacy", "modern"])  # by handshake, and as of 2026-07-28
def test_the_inspector_lists_the_tools_and_calls_them(address: str, fake: FakeChatbot, era: str) -> None:
    given = (address, "--protocol-era", era)
    tools = inspect(*given, "--method", "tools/list", "--strict")["tools"]
    assert [tool["name"] for tool in tools] == TOOLS
    answer = inspect(*given, "--method", "tools/call", "--tool-name", "ask", "--tool-arg", "question=Saanko?")
    assert answer["structuredContent"] == json.loads(ChatAnswer.from_answer(fake.answer).model_dump_json())


def test_the_inspector_lists_the_documents_and_reads_them(address: str, fake: FakeChatbot) -> None:
    listed = inspect(address, "--method", "resources/list")["resources"]
    assert [each["name"] for each in listed] == [each.id for each in fake.sources]
    uri = f"ohjenuora://documents/{decision().id}"
    [content] = inspect(address, "--method", "resources/read", "--uri", uri)["contents"]
    assert content["text"] == decision().text


def test_the_inspector_starts_the_command_with_the_settings_file_of_the_guide(
    chatbot: Chatbot, settings: Settings, tmp_path: Path
) -> None:
    guide = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
    [shown] = re.findall(r'```json\n(\{"mcpServers": \{"ohjenuora": \{"command".*?)```', guide, re.DOTALL)
    config = json.loads(shown.replace("<address>", "ohjenuora.example.fi"))
    server = config["mcpServers"]["ohjenuora"]
    assert server["command"].endswith("/ohjenuora")
    server |= {"command": sys.executable, "args": ["-m", "rag.cli", *server["args"]], "cwd": str(ROOT)}
    here = {"OHJENUORA_DATA_DIR", "OHJENUORA_CORPUS_DIR", "OHJENUORA_THREADS"}
    server["env"] |= {name: value for name, value in settings.environment().items() if name in here}
    server["env"] |= {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    file = tmp_path / "mcp.json"
    file.write_text(json.dumps(config), encoding="utf-8")

    question = "Saanko liittää henkilötietoja Copilotiin?"
    given = ("--config", str(file), "--server", "ohjenuora", "--method", "tools/call", "--tool-name", "ask")
    told = inspect(*given, "--tool-arg", f"question={question}")
    assert told["structuredContent"]["message"] == chatbot.ask(question).message
    assert "](https://ohjenuora.example.fi/documents/" in told["content"][0]["text"]
