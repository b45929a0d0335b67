"""corpus ← rag ← {api, eval}, and within rag room by room: an arrow is "is used by". ARCHITECTURE.md shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.sources.formats import FORMATS

ROOT = Path(__file__).parent.parent
COMMAND = ROOT / "rag" / "cli.py"  # the outermost edge: `ohjenuora serve` starts the API
# Each room of rag may use those before it. What lies beside the rooms is for all (LEVEL), or uses all (EDGE).
ROOMS = ("language", "privacy", "sources", "curated", "fetching", "models", "index", "answering", "publishing")
LEVEL = {"types", "errors", "settings", "tokens", "addresses"}
EDGE = {"asking", "chatbot", "cli", "llamaindex", "progress_told", "running_service"}
# What is started as a process, or imported when it is first needed, by a module's name: arrows that no import shows.
NAMED = {
    ("eval/bench.py", "rag.cli"),
    *(("rag/sources/formats.py", each.module) for each in FORMATS),
    ("rag/sources/formats.py", "rag.sources.raw_text"),
    ("rag/sources/formats.py", "rag.sources.properties"),
    ("api/jobs.py", "eval.rehearsal"),  # these two cross: they ask questions and judge the answers
    ("api/jobs.py", "eval.own"),
    ("api/jobs.py", "rag.publishing.publication"),
    ("rag/publishing/inspection.py", "rag.publishing.inspection"),
    ("rag/sources/reading_process.py", "rag.sources.reading_process"),
}
_MODULE = re.compile(r"(?:rag|api|eval)(?:\.\w+)+")


def imported(file: Path) -> set[str]:
    """All modules that a file imports, also within functions, by their whole names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize(("layer", "above"), [("rag", {"api", "eval"}), ("api", {"eval"}), ("eval", {"api"})])
def test_a_layer_imports_only_what_lies_below_it(layer: str, above: set[str]) -> None:
    files = sorted((ROOT / layer).rglob("*.py"))
    assert files
    for file in files:
        allowed = {"api"} if file == COMMAND else set()
        assert {name.split(".")[0] for name in imported(file)} & (above | {"tests"}) <= allowed, file


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_uses_only_those_before_it(room: str) -> None:
    files = sorted((ROOT / "rag" / room).rglob("*.py"))
    assert files
    allowed = {room, *LEVEL, *ROOMS[: ROOMS.index(room)]}
    for file in files:
        used = {name.split(".")[1] for name in imported(file) if name.startswith("rag.")}
        assert used <= allowed, f"{file.relative_to(ROOT)} uses {sorted(used - allowed)}"


def test_there_is_nothing_in_rag_but_rooms_and_what_lies_beside_them() -> None:
    found = {
        path.stem for path in (ROOT / "rag").iterdir() if not path.name.startswith("__") and path.suffix != ".typed"
    }
    assert found == {*ROOMS, *LEVEL, *EDGE}
    for name in LEVEL:
        used = {each.split(".")[1] for each in imported(ROOT / "rag" / f"{name}.py") if each.startswith("rag.")}
        assert used <= LEVEL, name


def named(file: Path) -> Iterator[str]:
    """Modules whose names stand in a file's code as texts."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _MODULE.fullmatch(node.value):
            path = ROOT / node.value.replace(".", "/")
            if path.with_suffix(".py").exists():
                yield node.value


def test_what_is_used_by_its_name_is_known() -> None:
    files = [file for layer in ("rag", "api", "eval") for file in sorted((ROOT / layer).rglob("*.py"))]
    found = {(file.relative_to(ROOT).as_posix(), name) for file in files for name in named(file)}
    assert found == NAMED


def test_the_corpus_holds_no_code() -> None:
    assert not list((ROOT / "corpus").rglob("*.py"))
