"""The image, its manifests for Kubernetes and the unit for systemd: checked by the tools that know their forms."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from api.metrics import Metrics
from rag.settings import PREFIX, Settings
from rag.types import Generation
from tests.support.fakes import answered
from tests.support.image import ROOT, context

DEPLOY = ROOT / "deploy"
RECIPE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
IGNORE = (ROOT / ".dockerignore").read_text(encoding="utf-8")
LET_IN = [line[1:] for line in IGNORE.splitlines() if line.startswith("!")]
SCHEMA = "1.37"  # the newest that kubernetes-validate has
# Of 100. What is left is for whoever knows the network and the database: PrivateNetwork, IPAddressDeny.
MOST_EXPOSED = 20


@pytest.mark.parametrize(
    ("ignore", "let_in"),
    [
        ("", ["a", "b/.env", "b/c/a"]),
        ("*\n!b", ["b/.env", "b/c/a"]),
        ("*\n!b\n**/.env", ["b/c/a"]),
        ("*\n!b\n.env", ["b/.env", "b/c/a"]),  # a pattern begins at the root
        ("**/a\n!b/c/a", ["b/.env", "b/c/a"]),
        ("# all\n\nb/*\n!b/c", ["a", "b/c/a"]),
        ("?", []),
    ],
)
def test_the_last_pattern_that_matches_a_file_or_its_folder_decides(
    ignore: str, let_in: list[str], tmp_path: Path
) -> None:
    for name in ("a", "b/.env", "b/c/a"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [each.as_posix() for each in context(tmp_path, ignore)] == let_in


def test_whatever_git_leaves_out_stays_out_of_the_image_wherever_it_lies(tmp_path: Path) -> None:
    """A file for each pattern of .gitignore, at the root and in each folder that is let in; with history, settings
    beside the compose file, and what the tests are made of."""
    private = [line for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split() if not line.startswith("#")]
    assert {"var/", ".env"} <= set(private)
    names = [f"{each.replace('*', 'x')}{'file' if each.endswith('/') else ''}" for each in (*private, ".env.local")]
    folders = [
        "",
        "deploy/",
        "tests/",
        *(f"{each}/{below}" for each in LET_IN if "." not in each for below in ("", "a/b/")),
    ]
    planted = {f"{folder}{name}" for folder in folders for name in names} | {".git/config", "deploy/backup"}
    wanted = {"pyproject.toml", "rag/cli.py", "corpus/documents/ohje.md"}
    for name in planted | wanted:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert {each.as_posix() for each in context(tmp_path, IGNORE)} == wanted


def test_nothing_but_files_of_the_project_is_in_the_image() -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    known = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not known:
        pytest.skip("no git here that tells which files belong to the project")
    inside = {each.as_posix() for each in context(ROOT, IGNORE)}
    assert inside <= set(known)
    assert sum((ROOT / each).stat().st_size for each in inside) < 40_000_000


def test_the_recipe_has_no_fault_that_hadolint_knows() -> None:
    command = [str(Path(sys.executable).parent / "hadolint"), str(DEPLOY / "Containerfile")]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def test_what_is_copied_is_there_and_nothing_secret_is_named() -> None:
    inside = {each.as_posix() for each in context(ROOT, IGNORE)}
    copied = [line.split()[1:-1] for line in RECIPE.splitlines() if line.startswith("COPY ") and "--from" not in line]
    assert ["."] in copied
    assert {name for names in copied for name in names} - {"."} <= inside
    secret = {name for name in Settings.model_fields if "secret" in str(Settings.model_fields[name].annotation).lower()}
    assert len(secret) >= 4
    assert not [name for name in secret if f"{PREFIX}{name.upper()}" in RECIPE]
    last = RECIPE.split("\nFROM ")[-1]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)


@pytest.fixture(scope="module")
def manifests() -> dict[str, Any]:
    """By their kind."""
    read = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))
    return {each["kind"]: each for each in read}


def test_the_manifests_are_as_kubernetes_wants_them(manifests: dict[str, Any]) -> None:
    assert set(manifests) == {"ConfigMap", "PersistentVolumeClaim", "Deployment", "Service", "NetworkPolicy"}
    for each in manifests.values():
        kubernetes_validate.validate(each, SCHEMA, strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifests["Service"] | {"spec": {"ports": [{"prot": 80}]}}, SCHEMA, strict=True)


def test_the_manifests_fit_the_image_and_the_settings(manifests: dict[str, Any]) -> None:
    pod = manifests["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert f"USER {pod['securityContext']['runAsUser']}" in RECIPE
    assert f"EXPOSE {container['ports'][0]['containerPort']}" in RECIPE
    assert {each["mountPath"] for each in container["volumeMounts"]} == {"/data", "/tmp"}  # noqa: S108
    assert pod["enableServiceLinks"] is False  # OHJENUORA_PORT and its like would stop the start
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert manifests["ConfigMap"]["data"].keys() <= known
    labels = manifests["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert manifests["Service"]["spec"]["selector"] == labels
    assert manifests["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == labels


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit_and_finds_it_little_exposed(tmp_path: Path) -> None:
    unit = tmp_path / "ohjenuora.service"
    text = (DEPLOY / "ohjenuora.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/ohjenuora/.venv/bin/ohjenuora", "/bin/true"), encoding="utf-8")
    for command in (["verify"], ["security", "--offline=true", f"--threshold={MOST_EXPOSED}"]):
        whole = ["systemd-analyze", *command, str(unit)]
        done = subprocess.run(whole, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Unknown" not in done.stderr


def test_each_query_of_the_dashboard_is_about_a_metric_with_labels_that_there_are() -> None:
    metrics = Metrics()
    metrics.answered(replace(answered(), generation=Generation("m", 3, 99, 1, {"number": 1}, used=True)))
    metrics.responded("GET", "/", 200, 0.1)
    known: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics.text(3).decode()):
        for sample in family.samples:
            known.setdefault(sample.name, set()).update(sample.labels)
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert len(queries) >= 8
    for query in queries:
        named = re.findall(r"\b(?:ohjenuora|process)_\w+", query)
        assert named, query
        assert set(named) <= known.keys(), query
        labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", query))
        for grouped in re.findall(r"\bby\s*\(([^)]*)\)", query):
            labels |= {each.strip() for each in grouped.split(",")}
        assert labels <= {"job", "instance"}.union(*(known[name] for name in named)), query
