"""What is installed elsewhere from a wheel: all that the service needs is in it, the delivered corpus too."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from rag.settings import Settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("rag", "api", "eval", "corpus"):
        leave = shutil.ignore_patterns("__pycache__", "documents" if name == "eval" else "")
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=leave)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", str(folder), str(folder / "source")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize("package", ["rag", "api", "eval", "corpus"])
def test_no_file_is_missing(installed: Path, package: str) -> None:
    command = ["git", "ls-files", package]
    known = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not known:
        pytest.skip("no git here that tells which files belong to it")
    wanted = {name for name in known if not name.endswith("README.md") and "training/documents" not in name}
    missing = {name for name in wanted if (ROOT / name).exists() and not (installed / name).exists()}
    assert missing == set()


def test_it_indexes_and_answers_in_an_empty_folder(installed: Path, tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "models").symlink_to(settings.data_dir / "models")
    environment = {key: value for key, value in os.environ.items() if not key.upper().startswith("OHJENUORA_")}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "rag.cli", *arguments]
        given = environment | {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
        done = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "3" in run("index")
    answer = json.loads(run("ask", "saaks hetun laittaa copilottiin?", "--json"))
    assert answer["verdict"] == "only_if_approved"
    assert answer["citations"][0]["document_id"] == "vm-genai-guidance-2025"
