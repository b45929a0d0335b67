"""The report of dependencies."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support import audit

ANSWER = """{"dependencies": [
    {"name": "h11", "version": "0.1", "vulns": [{"id": "CVE-1", "fix_versions": ["0.16"], "description": "x"}]},
    {"name": "anyio", "version": "4", "vulns": []},
    {"name": "Faker", "skip_reason": "Dependency not found on PyPI"}
]}"""


@pytest.mark.parametrize(("answer", "status"), [(ANSWER, 1), (ANSWER.replace("h11", "h12"), 0), ("no network", 0)])
def test_a_known_vulnerability_fails_and_what_was_not_checked_is_never_called_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    def answered(*_: Any, **__: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, answer, "cannot connect")

    monkeypatch.setattr("tests.support.audit.subprocess.run", answered)
    monkeypatch.setattr(audit, "ROOT", tmp_path)
    monkeypatch.setattr(audit, "REPORT", tmp_path / "var" / "dependencies.md")
    (tmp_path / "constraints.txt").write_text("# pinned\nh11==0.1\nanyio==4\nfaker==1\npytest==9\n")
    assert audit.main() == status
    table = audit.REPORT.read_text(encoding="utf-8")
    assert "| h11 | 0.1 | MIT" in table
    assert ("CVE-1 (mended in 0.16)" in table) == (status == 1)
    assert "| anyio | 4 | MIT | service | " + ("none |" if "{" in answer else "not checked |") in table
    assert "| service | not checked |" in next(line for line in table.splitlines() if line.startswith("| faker"))
    assert "| tests, evaluation | " in next(line for line in table.splitlines() if line.startswith("| pytest"))
    assert "it could not be checked" in table
