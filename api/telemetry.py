"""Traces and measurements for an OpenTelemetry collector, where a setting names one.

Attributes are words of our own code, as in /metrics: never a question, a path or anything else a client wrote. Nothing
is made the process's provider: libraries that trace by themselves would send it what they are asked.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from importlib import metadata
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import ID_HEADER
from api.middleware import method_of, route_of
from rag.answering.clock import Clock
from rag.errors import BadSetting
from rag.settings import Settings
from rag.types import Answer

if TYPE_CHECKING:
    from opentelemetry.trace import Span

SCOPE = "ohjenuora"
EXPORT_S = (
    5.0  # a collector that is not there holds up the end of the service twice as long, not the default 20 seconds
)
_NS = 1_000_000_000
# What a proxy before the service may tell, and no more: tracestate holds whatever its sender likes. Source: W3C Trace
# Context, 3.2.
_PARENT = "traceparent"


class Telemetry:
    """One application's spans and instruments. Safe to call from several threads."""

    def __init__(self, endpoint: str) -> None:
        """endpoint: the collector's address, for gRPC. Raises BadSetting where the extra is not installed."""
        try:
            from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.metrics import MeterProvider
            from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError:
            raise BadSetting(
                "Setting 'OHJENUORA_OTLP_ENDPOINT' needs OpenTelemetry: install it with pip install 'ohjenuora[otel]'."
            ) from None
        # OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME come on top, as the SDK reads them.
        resource = Resource.create({"service.name": SCOPE, "service.version": metadata.version(SCOPE)})
        self._tracers = TracerProvider(resource=resource)
        self._tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint, timeout=EXPORT_S)))
        reader = PeriodicExportingMetricReader(OTLPMetricExporter(endpoint, timeout=EXPORT_S))
        self._meters = MeterProvider([reader], resource)
        self._tracer = self._tracers.get_tracer(SCOPE)
        meter = self._meters.get_meter(SCOPE)
        self._answers = meter.create_counter("ohjenuora.answers", "{answer}", "Answers given")
        self._steps = meter.create_histogram("ohjenuora.answer.step.duration", "s", "Time of an answer's steps")
        self._requests = meter.create_histogram("http.server.request.duration", "s", "Time of requests")

    def request(self, headers: Headers) -> AbstractContextManager[Span]:
        """A span that is open while a request is served, within the span of who sent it, if they name one."""
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        named = {_PARENT: headers[_PARENT]} if _PARENT in headers else {}
        parent = TraceContextTextMapPropagator().extract(named)
        # An exception's message may hold what somebody asked.
        return self._tracer.start_as_current_span(
            "request", parent, SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        )

    def responded(self, span: Span, method: str, route: str, status: int, seconds: float) -> None:
        said: dict[str, str | int] = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
        }
        span.update_name(f"{method} {route}")
        span.set_attributes(said)
        self._requests.record(seconds, said)

    def answered(self, answer: Answer, clock: Clock) -> None:
        """A span for the answer and one within it for each of its steps, which are over by now."""
        said: dict[str, str] = {"status": answer.status, "reason": answer.reason or "", "language": answer.language}
        self._asked(said, clock, failed=False)
        self._answers.add(1, said)

    def failed(self, error: Exception, clock: Clock) -> None:
        """The same where no answer came: of the error its type alone, its message may hold the question."""
        self._asked({"error.type": type(error).__qualname__}, clock, failed=True)

    def _asked(self, said: dict[str, str], clock: Clock, failed: bool) -> None:
        from opentelemetry.trace import StatusCode, set_span_in_context

        whole = self._tracer.start_span("ask", attributes=said, start_time=clock.started_ns)
        if failed:
            whole.set_status(StatusCode.ERROR)
        within = set_span_in_context(whole)
        for step in clock.steps:
            span = self._tracer.start_span(step.name, within, start_time=_at(clock, step.began_s))
            span.end(_at(clock, step.ended_s))
            self._steps.record(step.ended_s - step.began_s, {"step": step.name})
        whole.end(_at(clock, clock.elapsed_s))

    def stop(self) -> None:
        """Send what has not been sent yet."""
        self._tracers.shutdown()
        self._meters.shutdown()


def telemetry_of(settings: Settings) -> Telemetry | None:
    """None where no collector is named. Raises BadSetting."""
    return Telemetry(settings.otlp_endpoint) if settings.otlp_endpoint else None


class Traced:
    """Opens a span around each request, and says in it what came of it."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        with self._telemetry.request(Headers(scope=scope)) as span:

            async def noted(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    span.set_attribute("ohjenuora.request_id", Headers(raw=message["headers"])[ID_HEADER])
                await send(message)

            try:
                await self._app(scope, receive, noted)
            finally:
                seconds = time.perf_counter() - started
                self._telemetry.responded(span, method_of(scope), route_of(scope), status, seconds)


def _at(clock: Clock, seconds: float) -> int:
    return clock.started_ns + int(seconds * _NS)
