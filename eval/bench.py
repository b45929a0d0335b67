"""The benchmark: python -m eval.bench [--json]. Prints the machine and a table of what a user and an operator wait for.

It ends within ten minutes: what could take longer on a slow machine is asked for a time, not for a number of questions.
--large also builds an index of 10,000 passages, which takes a quarter of an hour and more; --only-large measures
nothing else. --keep adds the main figures to the history in docs/measurements.md.

It copies the corpus, so that a document can be changed, and starts the real service as a process of its own. The
embedding alone is measured before the service starts, on the same questions, so that the two do not share the cores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import psutil

from eval.machine import keep, machine
from eval.questions import load_questions
from rag.chatbot import Chatbot
from rag.index.build import build_index
from rag.language.words import Lexicon
from rag.models.bundled_model import ensure_graph
from rag.models.embedding import Embedder
from rag.settings import BUNDLED_MODEL, Settings, load_settings
from rag.sources.readers import sources_folder

WARM_UP = 20
ASKED = 150
PASSAGES = 64
READERS, CLIENTS = 8, 16
# Of each of the three parts with several at once, and of one at a time: with index and start below ten minutes also
# where everything takes three times as long as on two quiet cores.
PART_S = 60.0
HISTORY = Path("docs/measurements.md")
READY_TIMEOUT_S = 120
_TOKEN = "the-token-of-this-measurement-alone"  # noqa: S105  # no secret
_NEW = {"id": "mittaus", "title": "Mittaus", "language": "fi"}
_WORD = re.compile(r"[a-zåäö]{3,}")
LARGE_DOCUMENTS, LARGE_PASSAGES = 500, 20  # 10,000 passages in all


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, default=Path("eval/questions/dev.jsonl"))
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    large = parser.add_mutually_exclusive_group()
    large.add_argument("--large", action="store_true", help="also build an index of 10,000 passages")
    large.add_argument("--only-large", action="store_true", help="measure nothing else")
    parser.add_argument("--keep", action="store_true", help=f"add the main figures to the history in {HISTORY}")
    arguments = parser.parse_args()
    if arguments.keep and arguments.only_large:
        parser.error("--keep keeps figures that --only-large does not measure")
    settings = load_settings()
    figures: dict[str, float] = {}
    if not arguments.only_large:
        with tempfile.TemporaryDirectory() as folder:
            figures |= measure(settings, [q.question for q in load_questions(arguments.questions)], Path(folder))
    if arguments.large or arguments.only_large:
        with tempfile.TemporaryDirectory() as folder:
            figures |= measure_large(settings, Path(folder))
    if arguments.keep:
        keep(figures, HISTORY)
    if arguments.json:
        print(json.dumps({"machine": machine(), **figures}, indent=2))
    else:
        print(machine())
        for name, value in figures.items():
            print(f"{name:<58} {value:>10,.2f}")


def measure(settings: Settings, questions: list[str], folder: Path) -> dict[str, float]:
    """All figures of the project's own corpus, by their names with units."""
    shutil.copytree(settings.corpus_dir, folder / "corpus")
    settings = _in(folder, settings)
    # Every tenth question or so, so that all languages and styles are among them.
    step = max(1, len(questions) // (WARM_UP + ASKED))
    chosen = questions[::step][: WARM_UP + ASKED]

    embedder = Embedder.load(settings)
    lexicon = Lexicon(settings.data_dir)
    full = build_index(settings, embedder, lexicon)
    embedding_ms = [_milliseconds(partial(embedder.embed_query, question)) for question in chosen][WARM_UP:]
    passages = [_passage(number) for number in range(PASSAGES)]
    started = time.perf_counter()
    embedder.embed_passages(passages)
    passages_per_s = PASSAGES / (time.perf_counter() - started)
    tokens = statistics.mean(embedder.count_tokens(passage) for passage in passages)

    _change_one_document(settings)
    again = build_index(settings, embedder, lexicon)

    with _service(settings) as (base, ready_s, process):
        answers_ms = at_once(base, chosen, 1).milliseconds[WARM_UP:]
        resident_mb = process.memory_info().rss / 1e6
        throughput = at_once(base, questions, CLIENTS)
        rebuild = measure_rebuild(base, questions)
    embedding_p50 = statistics.median(embedding_ms)
    answer_p50 = statistics.median(answers_ms)
    return {
        "seconds to ready, index built": ready_s,
        "resident MB after the questions": resident_mb,
        "query embedding alone, p50 ms": embedding_p50,
        "answer over HTTP, p50 ms": answer_p50,
        "answer over HTTP, p95 ms": statistics.quantiles(answers_ms, n=20)[-1],
        "answer p50 as a multiple of the embedding alone": answer_p50 / embedding_p50,
        f"answers a second, {CLIENTS} clients": throughput.per_s,
        "the same, p95 ms": throughput.p95_ms,
        f"passages of {tokens:.0f} tokens embedded per second": passages_per_s,
        "full index, texts embedded": full.embedded,
        "full index, seconds": full.seconds,
        "full index, texts a second": full.embedded / full.seconds,
        "after one changed document, texts embedded": again.embedded,
        "after one changed document, seconds": again.seconds,
        **rebuild,
    }


def measure_large(settings: Settings, folder: Path) -> dict[str, float]:
    """A corpus of 10,000 passages, and how soon a change of one of its 500 documents is answered from."""
    words = sorted(
        {word for file in settings.corpus_dir.rglob("*.md") for word in _WORD.findall(file.read_text("utf-8"))}
    )
    chance = random.Random(20_261_123)  # noqa: S311 (the same texts for everybody)
    (folder / "corpus").mkdir()
    for number in range(LARGE_DOCUMENTS):
        paragraphs = [" ".join(_sentence(chance, words) for _ in range(3)) for _ in range(LARGE_PASSAGES)]
        text = "\n\n".join(f"## Kohta {at}\n\n{paragraph}" for at, paragraph in enumerate(paragraphs))
        head = f"---\nid: asiakirja-{number}\ntitle: Asiakirja {number}\nlanguage: fi\n---\n\n"
        (folder / "corpus" / f"asiakirja-{number}.md").write_text(f"{head}{text}\n", encoding="utf-8")
    settings = _in(folder, settings)
    embedder, lexicon = Embedder.load(settings), Lexicon(settings.data_dir)
    full = build_index(settings, embedder, lexicon)
    chatbot = Chatbot(settings, embedder, lexicon)
    _change_one_document(settings)
    started = time.perf_counter()
    again = build_index(settings, embedder, lexicon)
    chatbot.refresh()
    live_s = time.perf_counter() - started
    return {
        "large corpus, passages": full.manifest.chunks,
        "large corpus, full index, seconds": full.seconds,
        "large corpus, one changed document, texts embedded": again.embedded,
        "large corpus, one changed document live, seconds": live_s,
        "large corpus, one changed document live, % of a full index": 100 * live_s / full.seconds,
    }


def _in(folder: Path, settings: Settings) -> Settings:
    """The same settings with the corpus and the data of a folder."""
    data = folder / "data"
    if settings.embedding_model == BUNDLED_MODEL:  # unpacked once, in the installation's own folder
        data.mkdir()
        (data / "models").symlink_to(ensure_graph(settings.data_dir / "models").parent.resolve())
    return settings.model_copy(update={"corpus_dir": folder / "corpus", "data_dir": data})


def _change_one_document(settings: Settings) -> None:
    files = sorted(sources_folder(settings.corpus_dir).rglob("*.md"))
    changed = next(file for file in files if file.name.count(".") == 1)  # no translation
    text = changed.read_text(encoding="utf-8")
    changed.write_text(f"{text}\n\nTämä lause on lisätty mittausta varten.\n", encoding="utf-8")


def _sentence(chance: random.Random, words: list[str]) -> str:
    return " ".join(chance.choices(words, k=8)).capitalize() + "."


@contextmanager
def _service(settings: Settings) -> Iterator[tuple[str, float, psutil.Process]]:
    """A service as a process of its own: its address, the seconds until it was ready, the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "OHJENUORA_CORPUS_DIR": str(settings.corpus_dir), "OHJENUORA_ADMIN_TOKEN": _TOKEN}
    environment |= {"OHJENUORA_DATA_DIR": str(settings.data_dir), "OHJENUORA_REQUESTS_PER_MINUTE": "0"}
    command = [sys.executable, "-m", "rag.cli", "serve", "--port", str(port)]
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as service:
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_until_ready(base, service)
            yield base, time.perf_counter() - started, psutil.Process(service.pid)
        finally:
            service.terminate()


def measure_rebuild(base: str, questions: list[str]) -> dict[str, float]:
    """Many readers at once, while nothing else happens and while a document is replaced again and again."""
    quiet = at_once(base, questions, READERS)
    over = threading.Event()
    published: list[str] = []

    def publish() -> None:
        signed_in = {"Authorization": f"Bearer {_TOKEN}"}
        with httpx.Client(base_url=f"{base}/api/admin/", headers=signed_in, timeout=60) as admin:
            while not over.is_set():
                published.append(_publish(admin, f"Mittaus {len(published)}."))

    with ThreadPoolExecutor(1) as beside:
        publishing = beside.submit(publish)
        busy = at_once(base, questions, READERS)
        over.set()
        publishing.result()
    return {
        f"answers over HTTP, {READERS} at once, p95 ms": quiet.p95_ms,
        "the same while versions are published, p95 ms": busy.p95_ms,
        "p95 while publishing as a multiple of the quiet one": busy.p95_ms / quiet.p95_ms,
        "versions published meanwhile": len(published),
    }


@dataclass(frozen=True)
class Asked:
    """What came of asking: the time of each answer, and of all together."""

    milliseconds: list[float]
    seconds: float

    @property
    def p95_ms(self) -> float:
        return statistics.quantiles(self.milliseconds, n=20)[-1]

    @property
    def per_s(self) -> float:
        return len(self.milliseconds) / self.seconds


def at_once(base: str, questions: Sequence[str], clients: int, seconds: float = PART_S) -> Asked:
    """Each client asks the next question as soon as it has its answer, until all are asked or the time is over.

    Raises HTTPError for what is no answer.
    """
    started = time.perf_counter()
    left = iter(questions)
    taking = threading.Lock()

    def ask_on(_: int) -> list[float]:
        taken: list[float] = []
        while time.perf_counter() - started < seconds:
            with taking:
                question = next(left, None)
            if question is None:
                break
            taken.append(_milliseconds(partial(_ask, base, question)))
        return taken

    with ThreadPoolExecutor(clients) as pool:
        taken = [each for client in pool.map(ask_on, range(clients)) for each in client]
    return Asked(taken, time.perf_counter() - started)


def _publish(admin: httpx.Client, text: str) -> str:
    """Put a document in, or another in its place, and wait until its version is in use."""
    known = {each["id"] for each in admin.get("documents").json()["documents"]}
    method, path, said = ("PUT", "documents/mittaus", {}) if "mittaus" in known else ("POST", "documents", _NEW)
    draft = admin.request(method, path, files={"file": ("mittaus.txt", text.encode())}, data=said)
    job = admin.post(f"drafts/{draft.raise_for_status().json()['id']}/publish").raise_for_status().json()
    while job["status"] == "running":
        time.sleep(0.2)
        job = admin.get(f"jobs/{job['id']}").raise_for_status().json()
    if job["status"] != "done":
        raise RuntimeError(f"The publication ended as {job['status']}: {job['error']}")
    return str(job["version"])


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
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 (an address of this machine)
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
