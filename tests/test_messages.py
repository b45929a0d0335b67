"""The texts that a user reads, in three languages."""

from __future__ import annotations

from string import Formatter
from typing import get_args

import pytest

from api.audit import Action
from api.jobs import JobStatus
from rag.language.messages import messages, say
from rag.publishing.progress import PUBLICATION, REHEARSAL
from rag.types import LANGUAGES, Language


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_language_has_every_text_with_the_same_placeholders(language: Language) -> None:
    finnish, other = messages("fi"), messages(language)
    assert other.keys() == finnish.keys()
    assert {key: placeholders(text) for key, text in other.items()} == {
        key: placeholders(text) for key, text in finnish.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_none_has_a_placeholder_without_a_name(language: Language) -> None:
    for key, text in messages(language).items():
        assert text.strip(), key
        assert all(name.isidentifier() for name in placeholders(text)), key


def test_what_the_service_tells_by_code_has_words_on_the_pages() -> None:
    known = messages("fi").keys()
    for stage in PUBLICATION | REHEARSAL:
        assert f"page.admin.shell.stage.{stage}" in known
    for action in get_args(Action):
        assert f"page.admin.audit.action.{action}" in known
    for status in get_args(JobStatus):
        assert f"page.admin.shell.job.{status}" in known


def test_a_text_is_filled_in() -> None:
    assert say("fi", "question.too_long", length=2001, limit=2000).startswith("Kysymyksessä on 2001 merkkiä.")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError, match="no such text"):
        say("fi", "no such text")
