"""What /metrics tells. Labels are words of our own code: never a question, a path or anything else a client wrote."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from rag.types import Answer

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Metrics:
    """The counters of one application, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._answers = Counter(
            "ohjenuora_answers", "Answers given", ["status", "reason", "language"], registry=self._registry
        )
        self._steps = Histogram(
            "ohjenuora_answer_seconds", "Time of an answer's steps", ["step"], buckets=_SECONDS, registry=self._registry
        )
        self._models = Counter(
            "ohjenuora_language_model_answers",
            "Answers for which the language model was asked",
            ["used", "failure"],
            registry=self._registry,
        )
        self._sentences = Counter(
            "ohjenuora_language_model_sentences", "The model's sentences", ["fate"], registry=self._registry
        )
        self._requests = Histogram(
            "ohjenuora_http_request_seconds",
            "Time from request to the end of its response",
            ["method", "route", "status"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._documents = Gauge("ohjenuora_index_documents", "Documents in the open index", registry=self._registry)

    def answered(self, answer: Answer) -> None:
        self._answers.labels(answer.status, answer.reason or "", answer.language).inc()
        for step, milliseconds in answer.timings_ms.items():
            self._steps.labels(step).observe(milliseconds / 1000)

        if answer.generation is not None:
            generation = answer.generation
            self._models.labels(str(generation.used).lower(), generation.failure or "").inc()
            self._sentences.labels("kept").inc(generation.kept)
            for reason, count in generation.dropped.items():
                self._sentences.labels(reason).inc(count)

    def responded(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).observe(seconds)

    def text(self, documents: int) -> bytes:
        """Everything in Prometheus' text format."""
        self._documents.set(documents)
        return generate_latest(self._registry)
