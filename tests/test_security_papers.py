"""What docs/security names as evidence exists, and its counts are those of its rows."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAPERS = sorted((ROOT / "docs" / "security").glob("*.md"))
STATES = ("met", "partly", "not", "n.a.")
_EVIDENCE = re.compile(r"`((?:[\w.-]+/)*\.?[\w.-]+(?:::\w+)?)`")
_FOLDERS = tuple(path.name for path in ROOT.iterdir() if path.is_dir())


@cache
def functions(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def exists(evidence: str) -> bool:
    path, _, test = evidence.partition("::")
    return (ROOT / path).exists() and (not test or test in functions(ROOT / path))


def named(text: str) -> list[str]:
    """What looks like a file or a test of this repository."""
    found = _EVIDENCE.findall(text)
    return [each for each in found if each.split("/")[0] in _FOLDERS and "/" in each and not each.startswith("var/")]


@pytest.mark.parametrize("paper", [*PAPERS, ROOT / "SECURITY.md"], ids=lambda path: path.name)
def test_every_file_and_test_that_a_paper_names_exists(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    assert [each for each in named(text) if not exists(each)] == []
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if not (paper.parent / link).exists()] == []


def rows(paper: str) -> list[list[str]]:
    lines = (ROOT / "docs" / "security" / paper).read_text(encoding="utf-8").splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return table[1:]


@pytest.mark.parametrize(("paper", "least"), [("asvs.md", 70), ("llm.md", 10)])
def test_each_row_has_a_state_evidence_and_what_is_missing(paper: str, least: int) -> None:
    found = rows(paper)
    assert len(found) >= least
    assert len({row[0] for row in found}) == len(found)
    for section, state, evidence, missing in found:
        assert state in STATES, section
        assert named(evidence) or evidence.startswith("`"), section
        assert exists(evidence.split("`")[1]), section
        assert missing or state == "met", section
    counts = Counter(row[1] for row in found)
    said = f"Met {counts['met']}, partly {counts['partly']}, not {counts['not']}, n.a. {counts['n.a.']}."
    assert said in (ROOT / "docs" / "security" / paper).read_text(encoding="utf-8"), said


def test_times_are_named_in_which_faults_are_mended() -> None:
    """By class, the worse the sooner (ASVS 15.1.1)."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (critical|high|other) \| .+ \| (\d+) days \|$", text, re.MULTILINE)
    assert [each for each, _ in found] == ["critical", "high", "other"]
    days = [int(number) for _, number in found]
    assert days == sorted(set(days))
    assert days[-1] <= 90
    assert "every three months" in text  # libraries in general


def test_a_name_that_is_gone_is_noticed() -> None:
    assert not exists("tests/test_gone.py")
    assert not exists("tests/test_store.py::test_that_nobody_wrote")
    assert named("`tests/test_store.py::test_x` and `api/app.py`, not `sha256` and `var/x.json`") == [
        "tests/test_store.py::test_x",
        "api/app.py",
    ]
