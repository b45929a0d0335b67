"""What an editor is refused is told wholly in their language, and says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api.admin.sources import failure_text
from api.app import create_app
from api.problems import bad_file, told
from api.source_looks import DraftReason, Failure
from rag.curated.rules import Rules, Tools
from rag.curated.watched import load_watched
from rag.curated.yaml_files import parse_yaml
from rag.errors import BadCorpusFile, SourceReason, SourceUnavailable
from rag.language.messages import messages
from rag.settings import Settings
from rag.types import LANGUAGES, Language
from tests.support.fakes import FakeChatbot

TOKEN = "a-long-token-of-a-small-installation"
# Words that no Finnish or Swedish sentence has, and that messages of programs are made of.
ENGLISH = re.compile(
    r"\b(the|this|that|is|are|not|was|were|be|been|with|without|of|and|or|you|must|cannot|expected|required|field|input|"
    r"should|valid|while|parsing|found|file|line|error|stopped|permission|denied|such|directory|unknown|twice|missing|"
    r"give|write|exactly|whole|value|Timeout|Connect\w*|\w+Error)\b"
)
# What a text may name: the keys of the files, proper names, addresses.
NAMES = re.compile(r"https?://\S+|\b[\w./-]+\.(?:yaml|md|txt)\b|\b(?:data, tools|not_allowed|only_if_approved)\b")
OTHERS: tuple[Language, ...] = ("fi", "sv")

BROKEN: dict[str, tuple[type[BaseModel], str]] = {
    "missing": (Tools, "tools: [{}]"),
    "unknown_key": (Tools, "tools: []\nmuu: 1"),
    "not_yaml": (Tools, "tools: [\n- {name: 'x"),
    "too deep": (Tools, "tools: " + "[" * 30 + "]" * 30),
    "key_twice": (Tools, "tools: []\ntools: []"),
    "not_a_list": (Tools, "tools: 3"),
    "not_text": (Tools, "tools: [{name: 3}]"),
    "a whole text": (Tools, "vain tekstiä"),
    "about_nothing": (Rules, "rules: [{id: a, document: d, quote: q, verdict: allowed, says: {fi: x}}]"),
    "one_occasion": (Rules, "rules: [{id: a, document: d, quote: q, says: {fi: x}}]"),
    "not_one_of": (Rules, "rules: [{id: a, document: d, quote: q, verdict: ehkä, says: {fi: x}}]"),
    "one_language": (Rules, "rules: [{id: a, document: d, quote: q, beside: b, says: {}}]"),
}
SOURCES = (
    "sources: [{name: a}]",
    "sources: [{name: a, folder: ohjeet}]",
    "sources: [{name: a, page: 'ftp://x'}]",
    "sources: [{name: a, folder: /x, branch: y}]",
    "sources: [{name: a, folder: /x, below: y}]",
    "sources: [{name: a, git: ohjeet}]",
    "sources: [{name: a, git: /x, branch: 'y z'}]",
    "sources: [{name: a, folder: /x}, {name: a, folder: /y}]",
)


def english_in(text: str) -> list[str]:
    return ENGLISH.findall(NAMES.sub("", text))


def mistakes(folder: Path) -> Iterator[BadCorpusFile]:
    for model, text in BROKEN.values():
        with pytest.raises(BadCorpusFile) as raised:
            parse_yaml(text, model, "tools.yaml")
        yield raised.value
    for text in SOURCES:
        (folder / "sources.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(BadCorpusFile) as raised:
            load_watched(folder)
        yield raised.value


def test_the_list_knows_english_when_it_sees_it() -> None:
    assert english_in("Tiedostossa on virhe: the field is required") == ["the", "field", "is", "required"]
    refusals = [text for key, text in messages("en").items() if key.startswith("admin.error.")]
    assert sum(bool(english_in(text)) for text in refusals) / len(refusals) > 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mistake_in_a_file_is_told_in_the_readers_language(tmp_path: Path, language: Language) -> None:
    for error in mistakes(tmp_path):
        detail = told(language, bad_file(422, error)).detail
        assert error.file in detail
        assert (english_in(detail) == []) is (language != "en"), (str(error), detail)


@pytest.mark.parametrize("language", OTHERS)
def test_what_goes_wrong_with_a_source_has_no_english_half(language: Language) -> None:
    for reason in get_args(SourceReason):
        failure = SourceUnavailable(reason, "https://ohjeet.example.fi: 3", "ConnectError: no such file")
        text = failure_text(Failure.of_source("", failure), language)
        assert english_in(text) == [], text
    for reason in get_args(DraftReason):
        if f"admin.source.{reason}" in messages(language):
            assert english_in(failure_text(Failure.of_draft("ohje.md", reason, "ohje"), language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_refusal_has_english_words(language: Language) -> None:
    for key, text in messages(language).items():
        if key.startswith(("admin.error.", "admin.bad_file.", "admin.field.", "admin.source.", "admin.unreadable.")):
            assert english_in(re.sub(r"\{\w+\}", "", text)) == [], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_so_by_the_service(tmp_path: Path, language: Language) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    given = {"corpus_dir": corpus, "data_dir": tmp_path / "data", "admin_token": TOKEN, "sources_every_minutes": 0}
    (corpus / "sources.yaml").write_text("sources: [{folder: /x}]", encoding="utf-8")
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": language}
    with TestClient(create_app(Settings.model_validate(given), FakeChatbot()), headers=headers) as client:
        refused = client.get("/api/admin/sources")
        detail = refused.json()["detail"]
        assert (refused.status_code, "name" in detail, bool(english_in(detail))) == (422, True, language == "en")
