"""The machine that something is measured on, and the history of what was measured."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from datetime import date
from importlib import metadata
from pathlib import Path

import psutil

RUNTIMES = ("torch", "onnxruntime", "chromadb")
HEADING = "## Benchmark history"
# The columns and the figures that stand in them.
COLUMNS = {
    "ready, s": "seconds to ready, index built",
    "answer p50, ms": "answer over HTTP, p50 ms",
    "answer p95, ms": "answer over HTTP, p95 ms",
    "answers/s, 16 clients": "answers a second, 16 clients",
    "texts indexed/s": "full index, texts a second",
    "resident, MB": "resident MB after the questions",
}


def machine() -> str:
    """Processor, cores that this process may use, memory, load, system and runtimes, in one line."""
    cpuinfo = Path("/proc/cpuinfo")
    named = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE) if cpuinfo.is_file() else None
    return ", ".join(
        [
            named[1] if named else platform.processor() or platform.machine(),
            f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores",
            f"{psutil.virtual_memory().total / 1e9:.0f} GB",
            f"load {os.getloadavg()[0]:.1f}",
            f"{platform.system()} {platform.release()}",
            f"Python {platform.python_version()}",
            *(f"{name} {metadata.version(name)}" for name in RUNTIMES),
        ]
    )


def commit() -> str:
    """The version of the code, with a mark where it is changed; empty outside of git."""
    command = ["git", "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


def keep(figures: Mapping[str, float], file: Path) -> None:
    """Add a row to the history at the end of a Markdown file, and the table where there is none yet."""
    text = file.read_text(encoding="utf-8").rstrip("\n")
    if HEADING not in text:
        head = " | ".join(["day", "commit", "machine", *COLUMNS])
        line = "---|" * (3 + len(COLUMNS))
        text += f"\n\n{HEADING}\n`make bench BENCH=--keep`, the latest last.\n\n| {head} |\n|{line}"
    values = (f"{figures[name]:.1f}" for name in COLUMNS.values())
    row = " | ".join([date.today().isoformat(), commit(), machine(), *values])
    file.write_text(f"{text}\n| {row} |\n", encoding="utf-8")
