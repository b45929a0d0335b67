"""What is installed elsewhere from a wheel: all that the service needs is in it, the delivered corpus too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.image import ROOT, copy_context
from tests.support.servers import free_port, wait_for
from tests.support.waiting import WAIT_S
from tests.test_layers import imported


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what an image is built from."""
    folder = tmp_path_factory.mktemp("wheel")
    copy_context(folder / "source")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", str(folder), str(folder / "source")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel installed, and of the libraries at hand what it and they ask for, no more."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet"]
    done = subprocess.run([*pip, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    [own] = metadata.distributions(name="ohjenuora", path=[str(site)])
    for given in asked_for(own):
        for file in given.files or ():
            there = site / file
            if ".." not in file.parts and not there.exists():  # what is a command lies outside, and is not needed
                there.parent.mkdir(parents=True, exist_ok=True)
                there.symlink_to(Path(str(given.locate_file(file))).resolve())
    return folder


def asked_for(own: metadata.Distribution) -> list[metadata.Distribution]:
    """What a distribution asks for without extras, and all that this asks for, with the extras that are named."""
    found: dict[tuple[str, str], metadata.Distribution] = {}
    left = [(own, "")]
    while left:
        asks, extra = left.pop()
        for each in map(Requirement, asks.requires or ()):
            if each.marker is not None and not each.marker.evaluate({"extra": extra}):
                continue
            for wanted in ("", *each.extras):
                key = canonicalize_name(each.name), wanted
                if key not in found:
                    found[key] = metadata.distribution(each.name)
                    left.append((found[key], wanted))
    return list({name: each for (name, _), each in found.items()}.values())


@pytest.mark.parametrize("package", ["rag", "api", "eval", "corpus"])
def test_no_file_is_missing(wheel: Path, package: str) -> None:
    command = ["git", "ls-files", package]
    known = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not known:
        pytest.skip("no git here that tells which files belong to it")
    learnt_from = {name for name in known if name.startswith("eval/training/") and not name.endswith(".py")}
    wanted = {name for name in known if not name.endswith("README.md")} - learnt_from
    with zipfile.ZipFile(wheel) as packed:
        held = set(packed.namelist())
    missing = {name for name in wanted if (ROOT / name).exists() and name not in held}
    assert missing == set()


@pytest.mark.slow
def test_it_serves_and_answers_in_an_empty_folder(environment: Path, tmp_path: Path) -> None:
    """As the guide says: `ohjenuora serve`, without the checkout and without a library that nobody asked for."""
    command = environment / "bin" / "ohjenuora"
    absent = subprocess.run([environment / "bin" / "python", "-c", "import pytest"], capture_output=True, check=False)
    assert b"ModuleNotFoundError" in absent.stderr
    own = {key: value for key, value in os.environ.items() if not key.upper().startswith(("OHJENUORA_", "PYTHON"))}
    port = free_port()
    with (tmp_path / "log").open("w") as log:
        service = subprocess.Popen(
            [command, "serve", "--port", str(port)],
            cwd=tmp_path,
            env=own | {"OHJENUORA_LOG_FORMAT": "json"},
            stderr=log,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", 900, alive=lambda: service.poll() is None)
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
    assert any(line["message"].startswith("The first index is built: documents 3") for line in told)
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
