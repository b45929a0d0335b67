"""What an image is made of, as `podman build` reads it: the files that .dockerignore lets in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class _Rule:
    """One line of the file."""

    lets_in: bool
    text: str
    pattern: re.Pattern[str]


def context(root: Path, ignore: str) -> Iterator[Path]:
    """The files below root that are sent to the builder, relative to it. ignore: the text of .dockerignore.

    The last pattern that matches a file, or a folder that it lies in, decides. Source: Dockerfile reference,
    ".dockerignore file"; moby/patternmatcher, MatchesOrParentMatches.
    """
    rules = [_rule(line.strip()) for line in ignore.splitlines() if line.strip() and not line.startswith("#")]

    def below(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            relative = path.relative_to(root)
            places = [relative.as_posix(), *(each.as_posix() for each in relative.parents if each.name)]
            deciding = [rule.lets_in for rule in rules if any(map(rule.pattern.fullmatch, places))]
            kept = not deciding or deciding[-1]
            if path.is_file():
                yield from [relative] * kept
            elif kept or any(rule.lets_in and rule.text.startswith(f"{relative.as_posix()}/") for rule in rules):
                yield from below(path)

    return below(root)


def copy_context(to: Path, root: Path = ROOT) -> None:
    """The context of a folder, in a folder of its own."""
    for file in context(root, (ROOT / ".dockerignore").read_text(encoding="utf-8")):
        (to / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / file, to / file)


def _rule(line: str) -> _Rule:
    text = line.removeprefix("!").strip("/")
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", text)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pattern = re.compile("".join(meaning.get(part, re.escape(part)) for part in parts))
    return _Rule(line.startswith("!"), text, pattern)
