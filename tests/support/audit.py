"""`make audit`: what the service depends on, under which licences, and what is known to be wrong with it.

Writes var/dependencies.md and the bill of materials var/sbom.cdx.json. Status 1 on a known vulnerability that
docs/security/supply-chain.md does not answer, 2 where something of the service could not be looked up: pip-audit asks
PyPI, which a mirror of packages does not always pass on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.sbom import sbom

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "var" / "dependencies.md"
BILL = "sbom.cdx.json"
ANSWERS = ROOT / "docs" / "security" / "supply-chain.md"
PROJECT = ROOT / "pyproject.toml"
MAX_LICENCE_CHARS = 60
_CLASSIFIER = "License :: OSI Approved :: "


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """names: all ids that it goes by; mended: the versions without it."""

    names: frozenset[str]
    mended: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' '.join(sorted(self.names))} (mended in {', '.join(self.mended) or 'none'})"


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned distribution. served: the service needs it, not only its tests and evaluation. wrong: known
    vulnerabilities; None: could not be looked up."""

    name: str
    version: str
    licence: str
    served: bool
    wrong: tuple[Vulnerability, ...] | None

    def unanswered(self, answered: frozenset[str]) -> tuple[Vulnerability, ...]:
        return tuple(each for each in self.wrong or () if not each.names & answered)


def pinned(constraints: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)$", constraints, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def licence_of(name: str) -> str:
    """What the distribution that is installed says; the shortest of its ways to say it."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed here"
    classifiers = said.get_all("Classifier", [])
    classified = [each.removeprefix(_CLASSIFIER) for each in classifiers if each.startswith(_CLASSIFIER)]
    ways = [*said.get_all("License-Expression", []), ", ".join(classified), *said.get_all("License", [])]
    lines = [way.strip().splitlines()[0] for way in ways if way.strip()]
    return lines[0][:MAX_LICENCE_CHARS] if lines else "not said"


def needed_by() -> dict[str, set[str]]:
    """Each distribution of the service with those that it needs, as they are installed here, and the service itself."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(each) for each in project["dependencies"]]
    needs: dict[str, set[str]] = {project["name"]: {canonicalize_name(each.name) for each in waiting}}
    while waiting:
        needed = waiting.pop()
        name = canonicalize_name(needed.name)
        if name in needs and not needed.extras:
            continue
        try:
            requires = [Requirement(each) for each in metadata.requires(name) or []]
        except metadata.PackageNotFoundError:
            requires = []
        extras = needed.extras | {""}
        held = [r for r in requires if r.marker is None or any(r.marker.evaluate({"extra": e}) for e in extras)]
        found: set[str] = {canonicalize_name(each.name) for each in held}
        if not found <= needs.get(name, set()) or name not in needs:
            needs[name] = needs.get(name, set()) | found
            waiting += held
    return needs


def looked_up(constraints: Path) -> dict[str, tuple[Vulnerability, ...] | None]:
    """What pip-audit knows of each pinned distribution; nothing of any when it cannot ask."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(constraints), "--no-deps", "--disable-pip"]
    ended = subprocess.run([*command, "-f", "json", "--progress-spinner", "off"], capture_output=True, text=True)
    try:
        answered = json.loads(ended.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(ended.stderr.strip()[-500:], file=sys.stderr)
        return {}
    return {canonicalize_name(each["name"]): _wrong_with(each) for each in answered}


def _wrong_with(answer: Mapping[str, Any]) -> tuple[Vulnerability, ...] | None:
    if "skip_reason" in answer:
        return None
    return tuple(
        Vulnerability(frozenset({each["id"], *each.get("aliases", ())}), tuple(each["fix_versions"]))
        for each in answer["vulns"]
    )


def answered_in(text: str) -> frozenset[str]:
    """The vulnerabilities that a document says something of."""
    return frozenset(re.findall(r"\b(?:CVE-\d{4}-\d+|GHSA(?:-\w{4}){3}|PYSEC-\d{4}-\d+)\b", text))


def report(packages: list[Package]) -> str:
    """The Markdown of var/dependencies.md."""
    unknown = [each for each in packages if each.wrong is None]
    wrong = [each for each in packages if each.wrong]
    lines = ["# Dependencies", "", f"{len(packages)} packages, {sum(each.served for each in packages)} of the service."]
    if unknown:
        lines.append(
            f"**Of {len(unknown)} it could not be checked whether a vulnerability is known**: the package index here "
            "does not answer pip-audit. Run `make audit` where https://pypi.org can be reached."
        )
    lines.append(f"Known vulnerabilities in {len(wrong)} of the {len(packages) - len(unknown)} that were checked.")
    lines += ["", "| package | version | licence | needed by | known vulnerabilities |", "|---|---|---|---|---|"]
    for each in packages:
        known = "not checked" if each.wrong is None else "; ".join(map(str, each.wrong)) or "none"
        needed = "service" if each.served else "tests, evaluation"
        lines.append(f"| {each.name} | {each.version} | {each.licence.replace('|', '/')} | {needed} | {known} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    constraints = ROOT / "constraints.txt"
    answers, needs = looked_up(constraints), needed_by()
    packages = [
        Package(name, version, licence_of(name), name in needs, answers.get(name))
        for name, version in sorted(pinned(constraints.read_text(encoding="utf-8")).items())
    ]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(report(packages), encoding="utf-8")
    served = [each for each in packages if each.served]
    versions, licences = {each.name: each.version for each in served}, {each.name: each.licence for each in served}
    REPORT.with_name(BILL).write_text(sbom(versions, licences, needs), encoding="utf-8")
    print("\n".join(report(packages).splitlines()[2:6]))
    print(REPORT.relative_to(ROOT), REPORT.with_name(BILL).relative_to(ROOT))
    answered = answered_in(ANSWERS.read_text(encoding="utf-8"))
    for each in packages:
        for wrong in each.unanswered(answered):
            print(f"NOT ANSWERED: {each.name} {each.version}: {wrong}", file=sys.stderr)
    unknown = [each.name for each in served if each.wrong is None]
    if unknown:
        print(f"NOT LOOKED UP: {len(unknown)} packages of the service, {unknown[0]} first", file=sys.stderr)
    return 1 if any(each.unanswered(answered) for each in packages) else 2 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
