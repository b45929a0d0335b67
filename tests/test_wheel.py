"""What is installed elsewhere from a wheel: all that the service needs is in it, the delivered corpus too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rag.settings import Settings
from tests.support.image import ROOT, copy_context
from tests.support.servers import free_port, wait_for
from tests.support.waiting import WAIT_S
from tests.test_layers import imported


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds, built from what an image is built from."""
    folder = tmp_path_factory.mktemp("wheel")
    copy_context(folder / "source")
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
    learnt_from = {name for name in known if name.startswith("eval/training/") and not name.endswith(".py")}
    wanted = {name for name in known if not name.endswith("README.md")} - learnt_from
    missing = {name for name in wanted if (ROOT / name).exists() and not (installed / name).exists()}
    assert missing == set()


def test_it_indexes_serves_and_answers_in_an_empty_folder(installed: Path, tmp_path: Path, settings: Settings) -> None:
    """As the image starts: `ohjenuora index`, then `ohjenuora serve`, with nothing of the checkout at hand."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "models").symlink_to(settings.data_dir / "models")
    environment = {key: value for key, value in os.environ.items() if not key.upper().startswith("OHJENUORA_")}
    environment |= {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1", "OHJENUORA_LOG_FORMAT": "json"}
    command = [sys.executable, "-m", "rag.cli"]
    done = subprocess.run(
        [*command, "index"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "documents 3" in done.stdout

    port = free_port()
    with (tmp_path / "log").open("w") as log:
        service = subprocess.Popen([*command, "serve", "--port", str(port)], cwd=tmp_path, env=environment, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", 600)
        asked = {"question": "saaks hetun laittaa copilottiin?"}
        answer = httpx.post(f"http://127.0.0.1:{port}/api/chat", json=asked, timeout=60).json()
        page = httpx.get(f"http://127.0.0.1:{port}/", timeout=WAIT_S)
    finally:
        service.terminate()
        service.wait()
    assert answer["verdict"] == "only_if_approved"
    assert answer["citations"][0]["document_id"] == "vm-genai-guidance-2025"
    assert page.status_code == 200
    told = [json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    assert any(line["message"].startswith("POST /api/chat 200") and line["request_id"] for line in told)


EXTRAS = {"rag": ["otel"], "api": ["otel"], "eval": ["eval"]}
# Imported by the training alone, which needs the tools of development.
OF_TRAINING = {"onnx"}


@pytest.mark.parametrize("package", EXTRAS)
def test_what_the_code_imports_is_asked_for(package: str) -> None:
    """An environment that happens to hold more hides a missing dependency; an empty one does not."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(each for extra in EXTRAS[package] for each in extras[extra])]
    asked_for = {canonicalize_name(Requirement(each).name) for each in wanted}
    holders = metadata.packages_distributions()
    own = {"rag", "api", "eval", "corpus", "tests"} | sys.stdlib_module_names
    found = 0
    for file in sorted((ROOT / package).rglob("*.py")):
        for name in {each.split(".")[0] for each in imported(file)} - own - OF_TRAINING:
            given = {canonicalize_name(each) for each in holders.get(name, [name])}
            assert given & asked_for, f"{file.relative_to(ROOT)} imports {name}"
            found += 1
    assert found
