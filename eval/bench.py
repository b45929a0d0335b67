"""The benchmark: python -m eval.bench [--json]. Prints a table of what a user and an operator wait for.

It copies the corpus, so that a document can be changed, and starts the real service as a process of its own. The
embedding alone is measured before the service starts, on the same questions, so that the two do not share the cores.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil

from eval.questions import load_questions
from rag.build import build_index
from rag.bundled_model import ensure_unpacked
from rag.embedding import Embedder
from rag.readers import sources_folder
from rag.settings import BUNDLED_MODEL, Settings, load_settings
from rag.words import Lexicon

WARM_UP = 20
ASKED = 150
PASSAGES = 64
READY_TIMEOUT_S = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, default=Path("eval/questions/dev.jsonl"))
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(load_settings(), [q.question for q in load_questions(arguments.questions)], Path(folder))
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:<58} {value:>10,.2f}")


def measure(settings: Settings, questions: list[str], folder: Path) -> dict[str, float]:
    """All figures, by their names with units. Questions beyond WARM_UP + ASKED are not asked."""
    data = folder / "data"
    if settings.embedding_model == BUNDLED_MODEL:  # unpacked once, in the installation's own folder
        data.mkdir()
        (data / "models").symlink_to(ensure_unpacked(settings.data_dir / "models").parent.resolve())
    shutil.copytree(settings.corpus_dir, folder / "corpus")
    settings = settings.model_copy(update={"corpus_dir": folder / "corpus", "data_dir": data})
    # Every tenth question or so, so that all languages and styles are among them.
    step = max(1, len(questions) // (WARM_UP + ASKED))
    chosen = questions[::step][: WARM_UP + ASKED]

    embedder = Embedder.load(settings)
    lexicon = Lexicon(data)
    full = build_index(settings, embedder, lexicon)
    embedding_ms = [_milliseconds(partial(embedder.embed_query, question)) for question in chosen][WARM_UP:]
    passages = [_passage(number) for number in range(PASSAGES)]
    started = time.perf_counter()
    embedder.embed_passages(passages)
    passages_per_s = PASSAGES / (time.perf_counter() - started)
    tokens = statistics.mean(embedder.count_tokens(passage) for passage in passages)

    changed = next(
        file for file in sorted(sources_folder(settings.corpus_dir).rglob("*.md")) if file.name.count(".") == 1
    )
    text = changed.read_text(encoding="utf-8")
    changed.write_text(f"{text}\n\nTämä lause on lisätty mittausta varten.\n", encoding="utf-8")
    again = build_index(settings, embedder, lexicon)

    ready_s, resident_mb, answers_ms = _serve_and_ask(settings, chosen)
    embedding_p50 = statistics.median(embedding_ms)
    answer_p50 = statistics.median(answers_ms)
    return {
        "seconds to ready, index built": ready_s,
        "resident MB after the questions": resident_mb,
        "query embedding alone, p50 ms": embedding_p50,
        "answer over HTTP, p50 ms": answer_p50,
        "answer over HTTP, p95 ms": statistics.quantiles(answers_ms, n=20)[-1],
        "answer p50 as a multiple of the embedding alone": answer_p50 / embedding_p50,
        f"passages of {tokens:.0f} tokens embedded per second": passages_per_s,
        "full index, texts embedded": full.embedded,
        "full index, seconds": full.seconds,
        "after one changed document, texts embedded": again.embedded,
        "after one changed document, seconds": again.seconds,
    }


def _serve_and_ask(settings: Settings, questions: list[str]) -> tuple[float, float, list[float]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "OHJENUORA_CORPUS_DIR": str(settings.corpus_dir)}
    environment["OHJENUORA_DATA_DIR"] = str(settings.data_dir)
    command = [sys.executable, "-m", "rag.cli", "serve", "--port", str(port)]
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as service:
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_until_ready(base, service)
            ready_s = time.perf_counter() - started
            times = [_milliseconds(partial(_ask, base, question)) for question in questions][WARM_UP:]
            return ready_s, psutil.Process(service.pid).memory_info().rss / 1e6, times
        finally:
            service.terminate()


def _wait_until_ready(base: str, service: subprocess.Popen[bytes]) -> None:
    deadline = time.perf_counter() + READY_TIMEOUT_S
    while time.perf_counter() < deadline:
        if service.poll() is not None:
            raise RuntimeError(f"The service ended with status {service.returncode} before it was ready.")
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=5):  # noqa: S310 (an address of this machine)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The service was not ready after {READY_TIMEOUT_S} s.")


def _ask(base: str, question: str) -> None:
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(  # noqa: S310 (an address of this machine)
        f"{base}/api/chat", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        response.read()


def _milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def _passage(number: int) -> str:
    return (
        f"Kohta {number}. Salassapidettävää, ei-julkista tai henkilötietoja sisältävää materiaalia ei tule syöttää "
        "tekoälypalveluihin, ellei palvelua ole organisaatiossa hyväksytty tähän tarkoitukseen."
    )


if __name__ == "__main__":
    main()
