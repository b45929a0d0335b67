"""The Model Context Protocol, spoken by the SDK's own client: over HTTP, and with the command over its pipes."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp_types import CallToolResult, TextContent, TextResourceContents

from api.app import create_app
from api.markdown import markdown
from api.mcp_tools import MAX_READ_CHARS
from api.schemas import ChatAnswer
from rag.chatbot import Chatbot
from rag.cli import main
from rag.errors import IndexMissing
from rag.language.messages import say
from rag.settings import Settings
from tests.support.browser import serving
from tests.support.fakes import RULE, FakeChatbot, decision, guidance, refused
from tests.support.waiting import WAIT_S

ROOT = Path(__file__).parent.parent
SECRET = "saako-hetun-131052-308T-syottaa"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def fake() -> FakeChatbot:
    return FakeChatbot()


@pytest.fixture
def address(fake: FakeChatbot, tmp_path: Path) -> Iterator[str]:
    with serving(create_app(Settings(data_dir=tmp_path), fake)) as address:
        yield address


def with_client(
    server: str | StdioServerParameters, use: Callable[[Client], Awaitable[Any]], mode: str = "auto"
) -> Any:
    async def connected() -> Any:
        async with Client(server, mode=mode) as client:
            return await use(client)

    return asyncio.run(connected())


def call(address: str, name: str, mode: str = "auto", /, **arguments: Any) -> CallToolResult:
    async def called(client: Client) -> CallToolResult:
        return await client.call_tool(name, arguments)

    result = with_client(f"{address}/mcp", called, mode)
    assert isinstance(result, CallToolResult)
    return result


def text_of(result: CallToolResult) -> str:
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


def wrong(result: CallToolResult) -> str:
    assert result.is_error
    assert result.structured_content is None
    return text_of(result)


@pytest.mark.parametrize("mode", ["legacy", "auto"])  # by handshake, and as of 2026-07-28
def test_there_are_four_tools_that_only_read(address: str, mode: str) -> None:
    async def listed(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = with_client(f"{address}/mcp", listed, mode)
    assert [tool.name for tool in tools] == ["ask", "search", "list_documents", "read_document"]
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.input_schema["type"] == tool.output_schema["type"] == "object"


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_an_answer_is_markdown_and_whole(address: str, fake: FakeChatbot, mode: str) -> None:
    result = call(address, "ask", mode, question="Saanko?", tool="Copilot", conversation_id="c7", as_of="2025-05-01")
    assert not result.is_error
    assert text_of(result) == markdown(fake.answer, address)
    assert result.structured_content == json.loads(ChatAnswer.from_answer(fake.answer).model_dump_json())
    [(question, language, conversation, tool, as_of)] = fake.asked
    assert (question, language, conversation, tool, str(as_of)) == ("Saanko?", None, "c7", "Copilot", "2025-05-01")
    counted = 'ohjenuora_answers_total{language="fi",reason="",status="answered"} 1.0'
    assert counted in httpx.get(f"{address}/metrics", timeout=WAIT_S).text


def test_a_refusal_is_no_error(address: str, fake: FakeChatbot) -> None:
    fake.answer = refused()
    result = call(address, "ask", question="Saanko?")
    assert not result.is_error
    assert result.structured_content["reason"] == "not_in_guidance"


def test_search_lists_passages(address: str) -> None:
    result = call(address, "search", query="henkilötiedot", k=1)
    [passage] = result.structured_content["passages"]
    assert (passage["document_id"], passage["text"]) == (guidance().id, RULE)
    assert passage["document_id"] in text_of(result)


def test_documents_are_listed_and_read_by_the_offsets_of_citations(address: str, fake: FakeChatbot) -> None:
    listed = call(address, "list_documents").structured_content["documents"]
    assert [each["id"] for each in listed] == [each.id for each in fake.sources]
    assert listed[1]["historical"]
    cited = fake.answer.citations[0]
    length = cited.end - cited.start
    result = call(address, "read_document", document_id=cited.document_id, start=cited.start, length=length)
    assert text_of(result) == result.structured_content["text"] == cited.quote
    assert (result.structured_content["start"], result.structured_content["end"]) == (cited.start, cited.end)
    assert result.structured_content["characters"] == len(guidance().text)
    whole = call(address, "read_document", document_id=decision().id)
    assert text_of(whole) == decision().text
    assert text_of(call(address, "read_document", document_id=decision().id, start=10_000)) == ""


def test_documents_and_their_passages_are_resources(address: str, fake: FakeChatbot) -> None:
    cited = fake.answer.citations[0]

    async def read(client: Client) -> list[str]:
        listed = (await client.list_resources()).resources
        assert [each.name for each in listed] == [each.id for each in fake.sources]
        [template] = (await client.list_resource_templates()).resource_templates
        given = {"document_id": cited.document_id, "start": str(cited.start), "end": str(cited.end)}
        texts = []
        for uri in (listed[0].uri, template.uri_template.format(**given)):
            [content] = (await client.read_resource(uri)).contents
            assert isinstance(content, TextResourceContents)
            texts.append(content.text)
        for nothing in ("ohjenuora://documents/none", "file:///etc/passwd", "ohjenuora://documents/..%2F..%2Fetc"):
            with pytest.raises(MCPError, match=say("fi", "error.detail.not_found")):
                await client.read_resource(nothing)
        return texts

    assert with_client(f"{address}/mcp", read) == [guidance().text, cited.quote]


@pytest.mark.parametrize(
    ("tool", "arguments", "key", "values"),
    [
        ("ask", {"question": " "}, "error.field.blank", {"field": "question"}),
        ("ask", {}, "error.field.missing", {"field": "question"}),
        ("ask", {"question": SECRET * 100}, "error.field.too_long", {"field": "question", "limit": 2000}),
        ("ask", {"question": f"{SECRET}\u0007"}, "error.field.control_characters", {"field": "question"}),
        ("search", {"query": "a", "k": 51}, "error.field.too_big", {"field": "k", "limit": 50}),
        ("search", {"query": "a", "language": SECRET}, "error.field.unknown_language", {"field": "language"}),
        ("list_documents", {SECRET: 1}, "error.field.unknown_field", {"known": ""}),
        ("read_document", {"document_id": SECRET}, "error.detail.not_found", {}),
        (
            "read_document",
            {"document_id": "a", "length": MAX_READ_CHARS + 1},
            "error.field.too_big",
            {"field": "length", "limit": MAX_READ_CHARS},
        ),
    ],
)
def test_what_is_wrong_is_told_and_not_repeated(
    address: str, fake: FakeChatbot, tool: str, arguments: dict[str, Any], key: str, values: dict[str, object]
) -> None:
    assert wrong(call(address, tool, **arguments)) == say("fi", key, **values)
    assert fake.asked == []


def test_what_fails_is_told_without_the_question(address: str, caplog: pytest.LogCaptureFixture) -> None:
    assert wrong(call(address, "ask", question="huono")) == "Kysymyksessä ei ole sanoja."
    for tool, argument in (("ask", "question"), ("search", "query")):
        said = wrong(call(address, tool, **{argument: f"kaadu {SECRET}"}))
        assert said.startswith(say("fi", "error.detail.internal", error_id="").split(".")[0])
        assert SECRET not in said
    assert SECRET not in caplog.text

    async def publish(client: Client) -> None:
        with pytest.raises(MCPError, match="list_documents"):
            await client.call_tool("publish", {})

    with_client(f"{address}/mcp", publish)


def test_the_limits_are_those_of_the_chat(fake: FakeChatbot, tmp_path: Path) -> None:
    few = Settings(data_dir=tmp_path, requests_per_minute=1, requests_at_once=3, allowed_hosts="127.0.0.1")
    with serving(create_app(few, fake)) as address, httpx.Client(base_url=address, timeout=WAIT_S) as client:
        begun = client.post("/mcp", json=INITIALIZE, headers=ACCEPT)
        assert begun.json()["result"]["serverInfo"]["name"] == "ohjenuora"
        assert client.post("/mcp", content=b"a" * 65_000, headers=ACCEPT).status_code == 413
        for header, status in (("Origin", "https://evil.example"), 403), (("Host", "evil.example"), 400):
            refused = client.post("/mcp", json=INITIALIZE, headers={**ACCEPT, header[0]: header[1]})
            assert refused.status_code == status
        assert client.get("/mcp", headers=ACCEPT).status_code == 405
        busy = client.post("/mcp", json=INITIALIZE, headers=ACCEPT)
        assert busy.status_code == 429
        assert int(busy.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "content", ["", "{", "[" * 30_000 + "]" * 30_000, '{"jsonrpc": "2.0"}', "\ud800".encode("utf-8", "surrogatepass")]
)
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_what_is_no_message_is_refused(address: str, content: str, version: str) -> None:
    headers = {**ACCEPT, "Content-Type": "application/json", "MCP-Protocol-Version": version}
    assert httpx.post(f"{address}/mcp", content=content, headers=headers, timeout=WAIT_S).status_code == 400
    assert not call(address, "ask", question="Saanko?").is_error


def test_the_command_says_what_is_missing_and_nothing_over_its_pipes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Settings) -> Chatbot:
        raise IndexMissing("No index in var. Run: ohjenuora index")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Chatbot, "open", fail)
    assert main(["mcp"]) == 2
    assert capsys.readouterr() == ("", "No index in var. Run: ohjenuora index\n")


def test_the_command_answers_over_its_pipes_as_the_chatbot_does(chatbot: Chatbot, settings: Settings) -> None:
    question = "Saanko liittää henkilötietoja Copilotiin?"
    own = settings.model_copy(update={"public_url": "https://ohjenuora.example.fi"})
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "rag.cli", "mcp"],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", **own.environment()},
        cwd=str(ROOT),
    )

    async def asked(client: Client) -> CallToolResult:
        assert len((await client.list_tools()).tools) == 4
        return await client.call_tool("ask", {"question": question})

    result = with_client(command, asked)
    expected = chatbot.ask(question)
    assert result.structured_content["message"] == expected.message
    assert "](https://ohjenuora.example.fi/documents/" in text_of(result)
