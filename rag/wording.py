"""Every text a user reads, in Finnish, Swedish and English: the files messages/*.yaml, by dotted key."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from rag.types import Language

_FOLDER = Path(__file__).parent / "messages"


def say(language: Language, key: str, **values: object) -> str:
    """The text of a key, with {names} filled in. Raises KeyError for an unknown key: a test keeps the files equal."""
    return messages(language)[key].format(**values)


@cache
def messages(language: Language) -> dict[str, str]:
    """All texts of one language, keyed "section.name"."""
    return dict(_flatten(yaml.safe_load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))))


def _flatten(tree: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        pairs += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", str(value))]
    return pairs
