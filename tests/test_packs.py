"""What is known of each language: nothing is missing, and nothing falls to another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from pydantic import BaseModel

from rag.curated.concepts import Concept
from rag.curated.yaml_files import SomeWording, Wording
from rag.language.pack import LanguagePack
from rag.language.packs import ALL, PACKS, either
from rag.types import LANGUAGES

# What a language need not have: another way tells the same, or it has no such words.
MAY_BE_EMPTY = {
    "letters", "questions.focus.whether", "questions.time_said", "absence.but", "absence.after", "messages.well",
    "belonging", "claims.agents",
    "values.above_after",
    "values.from_after", "values.below_after", "values.up_to_after", "documents.page_of",
    "documents.hyphenated", "documents.mark",
}  # fmt: skip


def entries(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """All that a pack holds, by dotted names."""
    if is_dataclass(value):
        for field in fields(value):
            yield from entries(getattr(value, field.name), f"{name}.{field.name}".strip("."))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from entries(each, f"{name}.{key}")
    elif isinstance(value, tuple):
        for each in value:
            yield from entries(each, name)
    else:
        yield name, value


def test_every_language_has_a_pack() -> None:
    assert tuple(PACKS) == LANGUAGES
    assert all(pack.language == language for language, pack in PACKS.items())


@pytest.mark.parametrize("pack", ALL, ids=LANGUAGES)
def test_alternatives_can_be_joined_with_those_of_other_languages(pack: LanguagePack) -> None:
    for name, value in entries(pack):
        if isinstance(value, str) and name.count("."):
            assert re.compile(f"(?:{value})").groups == 0, name
            assert value or name in MAY_BE_EMPTY, name


@pytest.mark.parametrize("pack", ALL, ids=LANGUAGES)
def test_a_list_is_one_of_words_in_small_letters(pack: LanguagePack) -> None:
    for name, value in entries(pack):
        if isinstance(value, frozenset):
            assert value or name in MAY_BE_EMPTY, name
            assert all(word == word.lower() and not re.search(r"\s", word) for word in value), name


def test_a_pack_that_lacks_an_entry_is_none() -> None:
    (pack, *_) = ALL
    quantity = dict(pack.claims.quantity)
    del quantity["both"]
    with pytest.raises(ValueError, match=r"language 'fi': claims\.quantity lacks both"):
        replace(pack, claims=replace(pack.claims, quantity=quantity))
    with pytest.raises(ValueError, match=r"language 'fi': values\.months has 11 entries, not 12"):
        replace(pack, values=replace(pack.values, months=pack.values.months[1:]))
    given = {field.name: getattr(pack, field.name) for field in fields(pack) if field.name != "sample"}
    with pytest.raises(TypeError, match="sample"):
        LanguagePack(**given)


@pytest.mark.parametrize("model", [Concept, SomeWording, Wording])
def test_what_people_write_has_a_place_for_every_language(model: type[BaseModel]) -> None:
    assert set(LANGUAGES) <= model.model_fields.keys()


def test_alternatives_stand_in_the_order_of_the_languages_once() -> None:
    assert either(["a|b", "", "c", "a|b"]) == "a|b|c"
    with pytest.raises(ValueError, match="no language"):
        either(["", ""])
