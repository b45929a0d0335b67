"""The organisation's language model behind an OpenAI-compatible address, asked through llama-index.

A model may be slow, ill or gone at any moment. So every call has a deadline for its first and for its last token, a
failure is an exception with a name, and after some failures the endpoint is left alone for a while (circuit breaker).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator
from typing import Literal

import httpx
from pydantic import SecretStr

from rag.errors import OhjenuoraError
from rag.settings import Settings
from rag.types import ModelFailure

THREAD = "language-model"  # the name of those that ask it
FAILURES_IN_A_ROW = 3  # so many failures open the breaker; chosen by judgement
SPARED_S = 30.0  # for so long nothing is sent; then one call tries again; chosen by judgement
# Without the served model's tokenizer: Finnish takes about one token for three characters (findings of Poro and Gemma),
# and too high a guess costs a passage, too low a guess an overflow.
CHARACTERS_PER_TOKEN = 2.5
_CHECKED_EVERY_S = 0.2  # a bound on how long a stopped stream is waited for

# What is known of an endpoint without asking it: whether the last call was answered; spared: so many failed that it is
# left alone for a while.
Reached = Literal["not_asked", "answers", "failing", "spared"]

_log = logging.getLogger(__name__)


class ModelFailed(OhjenuoraError):
    """The language model gave no usable answer. reason says why; str() is for the log and holds no text of a user."""

    def __init__(self, reason: ModelFailure, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class LanguageModel:
    """One endpoint and one model. Safe to call from several threads."""

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: SecretStr,
        context_tokens: int,
        answer_tokens: int,
        first_token_s: float,
        last_token_s: float,
    ) -> None:
        # Imported here: a second and 60 MB that an installation without a language model need not pay.
        from llama_index.llms.openai_like import OpenAILike

        self._made_of = OpenAILike
        self.model = model
        self.context_tokens = context_tokens
        self.answer_tokens = answer_tokens
        self._first_token_s = first_token_s
        self._last_token_s = last_token_s
        self._breaker = _Breaker()
        self._root = base_url.rstrip("/").removesuffix("/v1")
        self._base_url = base_url
        self._api_key = api_key
        self._timeout = httpx.Timeout(first_token_s, connect=min(5.0, first_token_s))
        self._http = httpx.Client(timeout=self._timeout)  # for what is answered at once
        self._streaming: set[httpx.Client] = set()
        self._changing = threading.Lock()
        self._counts_tokens = True

    def stream(self, system: str, user: str, max_tokens: int, stop: threading.Event) -> Iterator[str]:
        """The model's text in pieces as they come. Setting stop ends the call; so do the deadlines.

        Raises ModelFailed, also in the middle of the text.
        """
        if not self._breaker.allows():
            raise ModelFailed("unreachable", "spared after failures in a row")
        pieces: queue.Queue[str | ModelFailed | None] = queue.Queue()
        over = threading.Event()
        given = (system, user, max_tokens, pieces, over)
        asking = threading.Thread(target=self._ask, args=given, name=THREAD, daemon=True)
        asking.start()
        started = time.monotonic()
        deadline = started + self._first_token_s
        try:
            while True:
                piece = self._next(pieces, deadline, stop)
                if piece is None:
                    break
                if isinstance(piece, ModelFailed):
                    raise piece
                deadline = started + self._last_token_s
                yield piece
        except ModelFailed as failure:
            # A question too long for the model is no illness of the endpoint.
            self._breaker.tell(failed=failure.reason not in ("context_overflow", "refused"))
            raise
        else:
            self._breaker.tell(failed=False)
        finally:
            over.set()

    @property
    def reached(self) -> Reached:
        return self._breaker.reached

    def close(self) -> None:
        """Close the connections. A call that is still waited for ends with a failure."""
        self._http.close()
        with self._changing:
            streaming = list(self._streaming)
        for each in streaming:
            each.close()

    def count_tokens(self, text: str) -> int:
        """How many tokens the served model makes of a text, where its server tells (llama.cpp, vLLM); else a guess."""
        if self._counts_tokens:
            try:
                body = {"content": text, "model": self.model, "prompt": text}
                reply = self._http.post(f"{self._root}/tokenize", json=body, timeout=2.0)
                reply.raise_for_status()
                found = reply.json()
                return int(found["count"]) if "count" in found else len(found["tokens"])
            except (httpx.HTTPError, ValueError, KeyError, TypeError):
                self._counts_tokens = False  # this server does not tell; do not ask again
        return int(len(text) / CHARACTERS_PER_TOKEN) + 1

    def _next(
        self, pieces: queue.Queue[str | ModelFailed | None], deadline: float, stop: threading.Event
    ) -> str | ModelFailed | None:
        """The next piece; None at the end, or when it is to stop."""
        while not stop.is_set():
            left = deadline - time.monotonic()
            if left <= 0:
                return ModelFailed("too_slow")
            try:
                return pieces.get(timeout=min(left, _CHECKED_EVERY_S))
            except queue.Empty:
                continue
        return None

    def _ask(
        self,
        system: str,
        user: str,
        max_tokens: int,
        pieces: queue.Queue[str | ModelFailed | None],
        over: threading.Event,
    ) -> None:
        """Runs in a thread of its own, so that a silent endpoint cannot hold an answer; ends when over is set."""
        from llama_index.core.llms import ChatMessage

        messages = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]
        # Connections of its own: what is left of a stream that was not read to its end is closed by the garbage
        # collector, which may run while this thread or another holds the lock of connections that are shared.
        http = httpx.Client(timeout=self._timeout)
        with self._changing:
            self._streaming.add(http)
        try:
            llm = self._made_of(
                model=self.model,
                api_base=self._base_url,
                api_key=self._api_key.get_secret_value() or "none",
                context_window=self.context_tokens,
                is_chat_model=True,
                temperature=0.0,
                max_retries=0,
                timeout=self._first_token_s,  # between two tokens, too; the whole is timed by who waits
                http_client=http,
            )
            for part in llm.stream_chat(messages, max_tokens=max_tokens):
                if over.is_set():
                    return
                if part.delta:
                    pieces.put(part.delta)
            pieces.put(None)
        except Exception as error:  # the thread's edge: whatever went wrong is told to the one who waits
            pieces.put(_failure(error))
        finally:
            http.close()
            with self._changing:
                self._streaming.discard(http)


class _Breaker:
    """Closed; after FAILURES_IN_A_ROW open for SPARED_S; then one call may try."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_again = 0.0
        self._told = False

    @property
    def reached(self) -> Reached:
        with self._lock:
            if not self._told:
                return "not_asked"
            if self._failures < FAILURES_IN_A_ROW:
                return "failing" if self._failures else "answers"
            return "spared" if time.monotonic() < self._closed_again else "failing"

    def allows(self) -> bool:
        with self._lock:
            if self._failures < FAILURES_IN_A_ROW:
                return True
            if time.monotonic() < self._closed_again:
                return False
            self._closed_again = time.monotonic() + SPARED_S  # the others wait for what this one finds
            return True

    def tell(self, *, failed: bool) -> None:
        with self._lock:
            self._told = True
            self._failures = self._failures + 1 if failed else 0
            if self._failures == FAILURES_IN_A_ROW:
                self._closed_again = time.monotonic() + SPARED_S
                _log.warning("the language model failed %d times; not asked for %d s", self._failures, SPARED_S)


def _failure(error: Exception) -> ModelFailed:
    """What an error of the client means. Its message is left out: it may hold the question."""
    import openai

    kind = type(error).__name__
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return ModelFailed("too_slow", kind)
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        return ModelFailed("unreachable", kind)
    if isinstance(error, openai.RateLimitError):
        return ModelFailed("overloaded", kind)
    if isinstance(error, openai.APIStatusError):
        return ModelFailed(_of_status(error.status_code, str(error)), f"status {error.status_code}")
    if isinstance(error, openai.APIError) and _speaks_of_context(str(error)):
        return ModelFailed("context_overflow", kind)
    return ModelFailed("malformed", kind)


def _of_status(status: int, message: str) -> ModelFailure:
    if status in (400, 413, 422) and _speaks_of_context(message):
        return "context_overflow"
    return "server_error" if status >= 500 else "refused"


def _speaks_of_context(message: str) -> bool:
    return "context" in message.lower() or "too long" in message.lower() or "n_ctx" in message.lower()


def language_model(settings: Settings) -> LanguageModel | None:
    """The model of the settings, None without an address."""
    if not settings.llm_base_url:
        return None
    return LanguageModel(
        settings.llm_base_url,
        settings.llm_model,
        settings.llm_api_key,
        settings.llm_context_tokens,
        settings.llm_answer_tokens,
        settings.llm_first_token_s,
        settings.llm_last_token_s,
    )
