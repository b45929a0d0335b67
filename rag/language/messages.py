"""Every text a user reads, in each language: the files texts/*.yaml, by dotted key."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from rag.language.packs import PACKS
from rag.types import Language

_FOLDER = Path(__file__).parent / "texts"


def say(language: Language, key: str, **values: object) -> str:
    """The text of a key, with {names} filled in. Raises KeyError for an unknown key: a test keeps the files equal."""
    return messages(language)[key].format(**values)


def format_date(day: str, language: Language) -> str:
    """A day, month or year (YYYY-MM-DD, YYYY-MM, YYYY) as people write it: 29.4.2025 (fi, sv), 29 April 2025 (en)."""
    pieces = [int(piece) for piece in day.split("-")]
    if (months := PACKS[language].month_names) is not None:
        return " ".join(str(p) if i != 1 else months[p - 1] for i, p in reversed(list(enumerate(pieces))))
    return ".".join(str(piece) for piece in reversed(pieces))


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
