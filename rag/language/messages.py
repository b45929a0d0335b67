"""Every text a user reads, in each language: the files texts/*.yaml, by dotted key."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from rag.language.packs import PACKS
from rag.types import Language

_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_FOLDER = Path(__file__).parent / "texts"


def say(language: Language, key: str, **values: object) -> str:
    """The text of a key, with {names} filled in. Raises KeyError for an unknown key: a test keeps the files equal."""
    return messages(language)[key].format(**values)


def format_date(day: str | date, language: Language) -> str:
    """A day, month or year (YYYY-MM-DD, YYYY-MM, YYYY) as people write it: 29.4.2025, 4/2025, 2025 (fi, sv), 29 April
    2025, April 2025, 2025 (en). Anything else is given back as it is. The pages' scripts write the same:
    readableDay() of api/web/static/elements.js."""
    if (found := _DAY.fullmatch(str(day))) is None:
        return str(day)
    year, *rest = [int(piece) for piece in found.groups() if piece]
    try:
        date(year, *[*rest, 1, 1][:2])
    except ValueError:  # 31 February
        return str(day)
    if (months := PACKS[language].month_names) is not None and rest:
        return " ".join(map(str, [*rest[1:], months[rest[0] - 1], year]))
    if len(rest) == 1:
        return f"{rest[0]}/{year}"
    return ".".join(map(str, [*reversed(rest), year]))


@cache
def messages(language: Language) -> dict[str, str]:
    """All texts of one language, keyed "section.name"."""
    # libyaml's loader where there is one: all three files take two seconds in Python, at every start.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(_flatten(yaml.load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"), Loader=loader)))  # noqa: S506


def _flatten(tree: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        pairs += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", str(value))]
    return pairs
