"""Every image that a deployment is made of can be named by digest, and the documentation says how."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
DIGEST = "sha256:" + "0123456789abcdef" * 4
_CHOSEN = re.compile(r"\$\{(\w+_IMAGE):-([^}]+)\}")


def _images() -> dict[str, str]:
    """The variables that compose takes images from, and what stands there without them."""
    return dict(_CHOSEN.findall((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))


def test_every_image_from_elsewhere_is_chosen_by_a_variable() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert all(_CHOSEN.fullmatch(each["image"]) for each in services.values() if "build" not in each)
    made = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"^FROM (\S+)", made, re.MULTILINE)) == {"${PYTHON_IMAGE}"}
    assert f"ARG PYTHON_IMAGE={_images()['PYTHON_IMAGE']}\n" in made
    arguments = services["ohjenuora"]["build"]["args"]
    assert list(arguments) == ["PYTHON_IMAGE"]


def test_the_documentation_names_all_of_them_and_no_digest_is_made_up() -> None:
    page = (ROOT / "docs" / "security" / "supply-chain.md").read_text(encoding="utf-8")
    assert "deploy/pin-images" in page
    assert "deploy/pin-images" in (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    for name in _images():
        assert f"`{name}`" in page
    for file in (each for each in DEPLOY.rglob("*") if each.is_file() and each.suffix != ".png"):
        assert not re.search(r"@sha256:[0-9a-f]{8}", file.read_text(encoding="utf-8")), file


def _pinned(folder: Path, answer: str) -> subprocess.CompletedProcess[str]:
    """The script with a program in skopeo's place that notes what it is asked for."""
    stub = folder / "skopeo"
    stub.write_text(f'#!/bin/sh\necho "$@" >> {folder}/asked\n{answer}\n', encoding="utf-8")
    stub.chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run([str(DEPLOY / "pin-images")], env=environment, capture_output=True, text=True, timeout=60)


def test_the_script_prints_each_image_by_the_registrys_digest(tmp_path: Path) -> None:
    done = _pinned(tmp_path, f"echo {DIGEST}")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    assert lines == [f"{name}={image.rpartition(':')[0]}@{DIGEST}" for name, image in sorted(_images().items())]
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert all(f"docker://{image}" in asked for image in _images().values())


@pytest.mark.parametrize("answer", ["exit 1", "echo", "echo latest", "echo sha256:12", f"echo {DIGEST} and more"])
def test_where_the_registry_gives_no_digest_nothing_is_pinned(tmp_path: Path, answer: str) -> None:
    done = _pinned(tmp_path, answer)
    assert done.returncode != 0
    assert done.stdout == ""
