"""The report of dependencies."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from tests.support import audit

ANSWER = """{"dependencies": [
    {"name": "h11", "version": "0.1", "vulns": [{"id": "CVE-1", "fix_versions": ["0.16"], "description": "x"}]},
    {"name": "anyio", "version": "4", "vulns": []},
    {"name": "Faker", "skip_reason": "Dependency not found on PyPI"}
]}"""


ALL = """{"dependencies": [
    {"name": "h11", "version": "0.1", "vulns": [
        {"id": "PYSEC-2026-7", "aliases": ["CVE-2026-99999"], "fix_versions": [], "description": "x"}]},
    {"name": "anyio", "version": "4", "vulns": []},
    {"name": "faker", "version": "1", "vulns": []}
]}"""


def audited(answer: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The status of an audit of four packages, with the answers of pip-audit."""

    def answered(*_: Any, **__: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, answer, "cannot connect")

    monkeypatch.setattr("tests.support.audit.subprocess.run", answered)
    monkeypatch.setattr(audit, "ROOT", folder)
    monkeypatch.setattr(audit, "REPORT", folder / "var" / "dependencies.md")
    (folder / "constraints.txt").write_text("# pinned\nh11==0.1\nanyio==4\nfaker==1\npytest==9\n")
    return audit.main()


@pytest.mark.parametrize(("answer", "status"), [(ANSWER, 1), (ANSWER.replace("h11", "h12"), 2), ("no network", 2)])
def test_a_known_vulnerability_fails_and_what_was_not_checked_is_never_called_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    assert audited(answer, tmp_path, monkeypatch) == status
    table = audit.REPORT.read_text(encoding="utf-8")
    assert "| h11 | 0.1 | MIT" in table
    assert ("CVE-1 (mended in 0.16)" in table) == (status == 1)
    assert "| anyio | 4 | MIT | service | " + ("none |" if "{" in answer else "not checked |") in table
    assert "| service | not checked |" in next(line for line in table.splitlines() if line.startswith("| faker"))
    assert "| tests, evaluation | " in next(line for line in table.splitlines() if line.startswith("| pytest"))
    assert "it could not be checked" in table


@pytest.mark.parametrize(("written", "status"), [("No word of it.", 1), ("CVE-2026-99999 does not reach us: …", 0)])
def test_a_vulnerability_that_the_documentation_answers_is_told_and_does_not_fail(
    written: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "answers.md").write_text(written, encoding="utf-8")
    monkeypatch.setattr(audit, "ANSWERS", tmp_path / "answers.md")
    assert audited(ALL, tmp_path, monkeypatch) == status
    assert "PYSEC-2026-7" in audit.REPORT.read_text(encoding="utf-8")


def test_the_bill_of_materials_names_what_the_service_is_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited(ALL, tmp_path, monkeypatch)
    bill = json.loads((tmp_path / "var" / audit.BILL).read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["licenses"] == [{"license": {"id": "EUPL-1.2"}}]
    by_name = {each["name"]: each for each in bill["components"]}
    assert set(by_name) == {
        "h11",
        "anyio",
        "faker",
        "cross_reader.npz",
        "encoder.npz",
        "material.npz",
        "reader.onnx.xz",
        "recogniser.npz",
    }
    assert by_name["h11"]["purl"] == "pkg:pypi/h11@0.1"
    assert by_name["reader.onnx.xz"]["type"] == "machine-learning-model"
    assert {each["alg"] for each in by_name["reader.onnx.xz"]["hashes"]} == {"SHA-256"}
    needs = {each["ref"]: set(each.get("dependsOn", ())) for each in bill["dependencies"]}
    assert {"anyio", "reader.onnx.xz"} <= needs["ohjenuora"]


def test_what_is_installed_is_locked_with_digests_and_in_the_versions_that_are_pinned() -> None:
    """Else: make lock."""
    locked = (audit.ROOT / "requirements.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^([\w.-]+)==(\S+)(.*(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\\\)?)+)", locked, re.MULTILINE)
    versions = {canonicalize_name(name): version for name, version, _ in entries}
    assert len(entries) == locked.count("==") - locked.count(" == ")
    pinned = audit.pinned((audit.ROOT / "constraints.txt").read_text(encoding="utf-8"))
    assert {name: pinned.get(name) for name in versions} == versions
    assert set(audit.needed_by()) - set(versions) == {"ohjenuora", "torch"}
