"""corpus ← rag ← {api, eval}: an arrow is "is used by"."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMMAND = ROOT / "rag" / "cli.py"  # the outermost edge: `ohjenuora serve` starts the API


def imported(file: Path) -> set[str]:
    """The first names of all modules that a file imports, also within functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
    return names


@pytest.mark.parametrize(("layer", "above"), [("rag", {"api", "eval"}), ("api", {"eval"}), ("eval", {"api"})])
def test_a_layer_imports_only_what_lies_below_it(layer: str, above: set[str]) -> None:
    files = sorted((ROOT / layer).rglob("*.py"))
    assert files
    for file in files:
        allowed = {"api"} if file == COMMAND else set()
        assert imported(file) & (above | {"tests"}) <= allowed, file


def test_the_corpus_holds_no_code() -> None:
    assert not list((ROOT / "corpus").rglob("*.py"))
