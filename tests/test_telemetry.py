"""What an OpenTelemetry collector is told: a span for each step, measurements, and nothing of a question."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from fastapi.testclient import TestClient
from google.protobuf.message import Message
from httpx2 import Response
from mcp import Client as McpClient
from mcp import StdioServerParameters
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2, metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from api.app import create_app
from api.connection import STOPPING_S
from api.openai_form import MODEL
from api.teams_activity import PATH as TEAMS
from rag.answering.language_model import language_model
from rag.answering.writer import Writer
from rag.chatbot import Chatbot
from rag.errors import BadSetting
from rag.language.words import Lexicon
from rag.settings import Settings
from tests.support.fakes import FakeChatbot
from tests.support.microsoft import microsoft
from tests.support.model_server import Script, scripted
from tests.support.servers import free_port

ROOT = Path(__file__).parent.parent
QUESTION = "Saako salassapidettävän sopimuksen syöttää Copilotiin ja kuka vastaa tuloksesta?"
HETU = "131052-308T"
STEPS = {
    "redact",
    "understand",
    "interpret",
    "spell",
    "analyse",
    "embed",
    "material",
    "match",
    "retrieve",
    "read",
    "judge",
    "decide",
    "compose",
}
TRACE = "0af7651916cd43dd8448eb211c80319c"


class Collector(trace_service_pb2_grpc.TraceServiceServicer, metrics_service_pb2_grpc.MetricsServiceServicer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.told: list[Message] = []
        self.server = grpc.server(ThreadPoolExecutor(2))
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(self, self.server)
        metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(self, self.server)
        self.address = f"http://127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def Export(self, request: Message, context: grpc.ServicerContext) -> Message:
        self.told.append(request)
        traces = isinstance(request, trace_service_pb2.ExportTraceServiceRequest)
        return (
            trace_service_pb2.ExportTraceServiceResponse()
            if traces
            else metrics_service_pb2.ExportMetricsServiceResponse()
        )

    def spans(self) -> list[Span]:
        requests = [each for each in self.told if isinstance(each, trace_service_pb2.ExportTraceServiceRequest)]
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def text(self) -> str:
        """All that it was sent, in small letters; what is no text of it may look like anything."""
        return b"".join(each.SerializeToString() for each in self.told).decode("utf-8", "replace").lower()

    def measured(self) -> set[str]:
        requests = [each for each in self.told if isinstance(each, metrics_service_pb2.ExportMetricsServiceRequest)]
        return {
            metric.name
            for request in requests
            for resource in request.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.server.stop(None).wait()


def test_each_step_of_an_answer_is_a_span_within_that_of_its_request(
    collector: Collector, chatbot: Chatbot, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, otlp_endpoint=collector.address)
    with TestClient(create_app(settings, chatbot)) as client:
        sent = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "tracestate": f"who={HETU}"}
        reply = client.post("/api/chat", json={"question": f"{QUESTION} {HETU}"}, headers=sent)
        assert reply.status_code == 200
    spans = collector.spans()
    request = next(span for span in spans if span.name == "POST /api/chat")
    answer = next(span for span in spans if span.name == "ask")
    steps = [span for span in spans if span.parent_span_id == answer.span_id]
    timings = reply.json()["timings_ms"]
    assert {span.name for span in steps} == timings.keys() - {"total"}
    assert timings.keys() >= STEPS
    assert answer.parent_span_id == request.span_id
    assert {span.trace_id.hex() for span in spans} == {TRACE}  # of who asked, from the proxy on
    for span in steps:
        assert answer.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
        assert span.end_time_unix_nano <= answer.end_time_unix_nano
    said = {each.key: each.value for each in request.attributes}
    assert said["ohjenuora.request_id"].string_value == reply.headers["X-Request-ID"]
    assert said["http.response.status_code"].int_value == 200
    assert collector.measured() >= {"ohjenuora.answers", "ohjenuora.answer.step.duration"}
    assert "http.server.request.duration" in collector.measured()
    assert "personal_data_removed" in {each["code"] for each in reply.json()["notices"]}
    assert HETU.lower() not in collector.text()


def test_a_step_that_fails_has_its_span_and_so_has_the_answer_that_never_came(
    collector: Collector, chatbot: Chatbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(QUESTION)

    monkeypatch.setattr("rag.chatbot.decide", fail)
    settings = Settings(data_dir=tmp_path, otlp_endpoint=collector.address)
    with TestClient(create_app(settings, chatbot)) as client:
        assert client.post("/api/chat", json={"question": QUESTION}).status_code == 500
    answer = next(span for span in collector.spans() if span.name == "ask")
    assert answer.status.code == Status.STATUS_CODE_ERROR
    assert {each.key: each.value.string_value for each in answer.attributes} == {"error.type": "ValueError"}
    steps = {span.name for span in collector.spans() if span.parent_span_id == answer.span_id}
    assert steps == STEPS - {"compose"}
    assert "copilot" not in collector.text()


def test_what_a_language_model_takes_has_spans_of_its_own(
    collector: Collector, chatbot: Chatbot, lexicon: Lexicon, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, otlp_endpoint=collector.address)
    with scripted(Script(text="Saako salassa pidettävän tiedon syöttää Copilotiin? [1]")) as url:
        model = language_model(Settings(data_dir=tmp_path, llm_base_url=url, llm_model="m"))
        assert model is not None
        with TestClient(create_app(settings, chatbot.worded_by(Writer(model, lexicon)))) as client:
            first = client.post("/api/chat", json={"question": "Saako henkilötietoja syöttää Copilotiin?"}).json()
            goes_on = {"question": "Entä potilastiedot?", "conversation_id": first["conversation_id"]}
            then = client.post("/api/chat", json=goes_on).json()
    assert {"write"} <= first["timings_ms"].keys()
    assert {"write", "rewrite"} <= then["timings_ms"].keys()
    assert {span.name for span in collector.spans()} >= {"write", "rewrite"}


def test_the_guide_names_every_step() -> None:
    sources = (path.read_text("utf-8") for path in (ROOT / "rag").rglob("*.py"))
    steps = {name for source in sources for name in re.findall(r'\.step\("(\w+)"\)', source)}
    guide = (ROOT / "docs" / "operator.md").read_text("utf-8")
    [listed] = re.findall(r"one for each step \((.*?)\)", guide)
    assert set(re.findall(r"`(\w+)`", listed)) == steps
    assert steps >= STEPS


def test_what_is_asked_over_pipes_is_told_too(collector: Collector, chatbot: Chatbot, settings: Settings) -> None:
    own = settings.model_copy(update={"otlp_endpoint": collector.address})
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "rag.cli", "mcp"],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", **own.environment()},
        cwd=str(ROOT),
    )

    async def ask() -> None:
        async with McpClient(command) as client:
            assert not (await client.call_tool("ask", {"question": QUESTION})).is_error

    asyncio.run(ask())
    assert {span.name for span in collector.spans()} >= {"ask", *STEPS}
    assert "ohjenuora.answers" in collector.measured()


@pytest.mark.parametrize("question", [QUESTION, "kaadu 131052-308T", "huono 131052-308T"])
def test_nothing_that_is_sent_holds_a_word_of_a_question(collector: Collector, question: str, tmp_path: Path) -> None:
    chatbot = FakeChatbot()
    with microsoft() as stand_in:
        settings = stand_in.settings(data_dir=tmp_path, otlp_endpoint=collector.address)
        with TestClient(create_app(settings, chatbot)) as client:
            by_teams = {"Authorization": f"Bearer {stand_in.token()}"}
            asked = [
                client.post("/api/chat", json={"question": question}),
                client.post("/api/chat", json={"question": question}, headers={"Accept": "text/event-stream"}),
                *(
                    client.post(f"/v1/{path}", json={"model": MODEL, "stream": stream, **given})
                    for path, given in (
                        ("chat/completions", {"messages": [{"role": "user", "content": question}]}),
                        ("responses", {"input": question}),
                    )
                    for stream in (False, True)
                ),
                called(client, "ask", question=question),
                client.post(TEAMS, json=stand_in.activity(text=question), headers=by_teams),
            ]
            assert len(chatbot.asked) == len(asked)  # no door was shut
            client.get("/api/search", params={"q": question})
            called(client, "search", query=question)
            client.get(f"/{question}", headers=[(b"traceparent", question.encode())])
    asks = [span for span in collector.spans() if span.name == "ask"]
    fails = question.startswith(("kaadu", "huono"))
    assert len(asks) == len(asked)
    assert {span.status.code == Status.STATUS_CODE_ERROR for span in asks} == {fails}
    assert all(not span.status.message and not span.events for span in asks)
    asked_at = {span.name for span in collector.spans()}
    assert asked_at >= {f"POST {path}" for path in ("/api/chat", "/v1/chat/completions", "/v1/responses", TEAMS)}
    sent = collector.text()
    assert [word for word in question.lower().split() if len(word) > 4 and word in sent] == []


def called(client: TestClient, tool: str, **arguments: str) -> Response:
    said = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    return client.post("/mcp", json=said, headers={"Accept": "application/json, text/event-stream"})


def test_a_collector_that_is_not_there_costs_no_answer_and_lets_the_service_end(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, otlp_endpoint=f"http://127.0.0.1:{free_port()}")
    with TestClient(create_app(settings, FakeChatbot())) as client:
        assert client.post("/api/chat", json={"question": QUESTION}).status_code == 200
        told_to_stop = time.monotonic()
    assert time.monotonic() - told_to_stop < STOPPING_S


def test_without_the_setting_nothing_of_it_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with TestClient(create_app(Settings(data_dir=tmp_path), FakeChatbot())) as client:
        assert client.post("/api/chat", json={"question": QUESTION}).status_code == 200


def test_without_the_extra_the_setting_stops_the_start_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.grpc.trace_exporter", None)
    with pytest.raises(BadSetting, match=r"OHJENUORA_OTLP_ENDPOINT.*pip install 'ohjenuora\[otel\]'"):
        create_app(Settings(data_dir=tmp_path, otlp_endpoint="http://127.0.0.1:4317"), FakeChatbot())
