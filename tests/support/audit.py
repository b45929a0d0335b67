"""`make audit`: what the service depends on, under which licences, and what is known to be wrong with it.

Writes var/dependencies.md. Status 1 on a known vulnerability. What could not be looked up is named, never counted as
good: pip-audit asks PyPI, which a mirror of packages does not always pass on.
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

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "var" / "dependencies.md"
PROJECT = ROOT / "pyproject.toml"
MAX_LICENCE_CHARS = 60
_CLASSIFIER = "License :: OSI Approved :: "


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned distribution. served: the service needs it, not only its tests and evaluation. wrong: ids of known
    vulnerabilities, with the versions that mend them; None: could not be looked up."""

    name: str
    version: str
    licence: str
    served: bool
    wrong: tuple[str, ...] | None


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


def served() -> set[str]:
    """The distributions that the service needs, and those that they need."""
    names: set[str] = set()
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(each) for each in project["dependencies"]]
    while waiting:
        needed = waiting.pop()
        name = canonicalize_name(needed.name)
        if name in names:
            continue
        names.add(name)
        try:
            requires = [Requirement(each) for each in metadata.requires(name) or []]
        except metadata.PackageNotFoundError:
            continue
        extras = needed.extras | {""}
        waiting += [r for r in requires if r.marker is None or any(r.marker.evaluate({"extra": e}) for e in extras)]
    return names


def looked_up(constraints: Path) -> dict[str, tuple[str, ...] | None]:
    """What pip-audit knows of each pinned distribution; nothing of any when it cannot ask."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(constraints), "--no-deps", "--disable-pip"]
    ended = subprocess.run([*command, "-f", "json", "--progress-spinner", "off"], capture_output=True, text=True)
    try:
        answered = json.loads(ended.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(ended.stderr.strip()[-500:], file=sys.stderr)
        return {}
    return {canonicalize_name(each["name"]): _wrong_with(each) for each in answered}


def _wrong_with(answer: Mapping[str, object]) -> tuple[str, ...] | None:
    if "skip_reason" in answer:
        return None
    vulnerabilities = answer.get("vulns")
    assert isinstance(vulnerabilities, list)
    return tuple(f"{each['id']} (mended in {', '.join(each['fix_versions']) or 'none'})" for each in vulnerabilities)


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
        known = "not checked" if each.wrong is None else "; ".join(each.wrong) or "none"
        needed = "service" if each.served else "tests, evaluation"
        lines.append(f"| {each.name} | {each.version} | {each.licence.replace('|', '/')} | {needed} | {known} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    constraints = ROOT / "constraints.txt"
    answers, needed = looked_up(constraints), served()
    packages = [
        Package(name, version, licence_of(name), name in needed, answers.get(name))
        for name, version in sorted(pinned(constraints.read_text(encoding="utf-8")).items())
    ]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(report(packages), encoding="utf-8")
    print("\n".join(report(packages).splitlines()[2:6]))
    print(REPORT.relative_to(ROOT))
    return 1 if any(each.wrong for each in packages) else 0


if __name__ == "__main__":
    sys.exit(main())
