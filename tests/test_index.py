"""Building, opening and replacing the index of a small corpus, in real Chroma with the real model."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from rag.chatbot import Chatbot
from rag.errors import BadCorpusFile, IndexBusy, IndexMismatch, IndexMissing, UnreadableSource
from rag.index import build as build_module
from rag.index import ingestion
from rag.index.build import KEPT_VERSIONS, BuildReport, build_index
from rag.index.opening import Index, current_version, open_index
from rag.language.words import ANALYSIS, Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from rag.sources.chunking import entries_of
from rag.sources.readers import sources_folder

TEXTS = {
    "kirjasto": "Kirjasto on avoinna arkisin. Lauantaisin kirjasto on suljettu.",
    "uimahalli": "Uimahallissa peseydytään ennen altaaseen menoa.",
    "pysakointi": "Pysäköinti keskustassa maksaa kaksi euroa tunnilta.",
}

Build = Callable[..., BuildReport]


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """Three tiny sources and an empty data folder."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in TEXTS.items():
        write(corpus, name, text)
    return Settings.model_validate({"corpus_dir": corpus, "data_dir": tmp_path / "data"})


@pytest.fixture
def build(small: Settings, embedder: Embedder, lexicon: Lexicon) -> Build:
    def run(**options: Any) -> BuildReport:
        return build_index(small, embedder, lexicon, **options)

    return run


def write(corpus: Path, name: str, text: str) -> None:
    head = f"---\nid: {name}\ntitle: {name.title()}\nlanguage: fi\n---\n\n"
    (corpus / f"{name}.md").write_text(head + text, encoding="utf-8")


def counts(report: BuildReport) -> tuple[int, int, int, int]:
    return report.added, report.kept, report.removed, report.embedded


def versions(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.data_dir / "index").iterdir() if path.is_dir())


def assert_whole(index: Index) -> None:
    """Every entry has its vector, in Chroma and beside it."""
    manifest = index.manifest
    assert (manifest.documents, manifest.chunks) == (len(index.documents), len(index.chunks))
    assert manifest.entries == len(index.entries) == index.collection.count() == len(index.vectors)
    # A passage counts once for a word, however many of its forms and translations have it.
    assert max(index.frequencies.values(), default=0) <= len(index.chunks)
    if index.entries:
        stored = index.collection.get(ids=[entry.id for entry in index.entries], include=["embeddings"])
        by_id = dict(zip(stored["ids"], np.asarray(stored["embeddings"]), strict=True))
        for entry, vector in zip(index.entries, index.vectors, strict=True):
            np.testing.assert_allclose(by_id[entry.id], vector, atol=1e-6)
            assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


# Building and opening


def test_what_is_built_can_be_opened(small: Settings, embedder: Embedder, build: Build) -> None:
    steps: list[tuple[str, int, int]] = []
    report = build(progress=lambda *step: steps.append(step))
    # Three passages; only the one of two sentences has a vector for each of them besides.
    assert counts(report) == (3, 0, 0, 5)
    assert report.changed
    assert report.failures == ()
    index = open_index(small, embedder.fingerprint)
    assert index.version == report.manifest.version == current_version(small)
    assert sorted(index.documents) == sorted(TEXTS)
    assert index.manifest.model == "bundled"
    assert index.frequencies["kirjasto"] == 1
    assert_whole(index)
    assert [entry.text for entry in index.entries if "kirjasto" in entry.chunk_id] == [
        f"Kirjasto\n{text}"
        for text in (TEXTS["kirjasto"], "Kirjasto on avoinna arkisin.", "Lauantaisin kirjasto on suljettu.")
    ]
    assert {stage for stage, _, _ in steps} == {"read", "chunk", "analyse", "embed"}
    assert steps[-1] == ("embed", 5, 5)


def test_the_vectors_are_those_of_the_model(small: Settings, embedder: Embedder, build: Build) -> None:
    build()
    index = open_index(small, embedder.fingerprint)
    fresh = embedder.embed_passages([entry.text for entry in index.entries])
    np.testing.assert_allclose(index.vectors, fresh, atol=1e-5)


def test_only_new_texts_are_embedded(small: Settings, embedder: Embedder, build: Build) -> None:
    first = build()
    write(small.corpus_dir, "kirjasto", "Kirjasto on avoinna arkisin. Sunnuntaisin kirjasto on suljettu.")
    second = build()
    assert counts(second) == (1, 2, 1, 2)  # the passage and its second sentence
    assert second.manifest.version != first.manifest.version
    index = open_index(small, embedder.fingerprint)
    assert_whole(index)
    assert "Sunnuntaisin" in index.documents["kirjasto"].text


def test_an_unchanged_corpus_keeps_the_version(small: Settings, build: Build) -> None:
    first = build()
    again = build()
    assert not again.changed
    assert again.manifest == first.manifest
    assert counts(again) == (0, 3, 0, 0)
    assert versions(small) == [first.manifest.version]


def test_changed_metadata_alone_makes_a_version_but_embeds_nothing(
    small: Settings, embedder: Embedder, build: Build
) -> None:
    build()
    file = small.corpus_dir / "uimahalli.md"
    file.write_text(file.read_text(encoding="utf-8").replace("language: fi", "language: fi\npublished: 2024"))
    report = build()
    assert report.changed
    assert counts(report) == (0, 3, 0, 0)
    assert open_index(small, embedder.fingerprint).documents["uimahalli"].metadata.published == "2024"


def test_full_embeds_everything_again(small: Settings, embedder: Embedder, build: Build) -> None:
    build()
    assert build(full=True).embedded == 5
    assert_whole(open_index(small, embedder.fingerprint))


def test_two_builds_of_one_corpus_within_a_second(
    small: Settings, embedder: Embedder, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Stopped:
            return cls(2026, 1, 2, 3, 4, 5, tzinfo=tz)

    monkeypatch.setattr(build_module, "datetime", Stopped)
    build()
    assert build(full=True).embedded == 5
    assert_whole(open_index(small, embedder.fingerprint))


def test_a_removed_document_disappears(small: Settings, embedder: Embedder, build: Build, lexicon: Lexicon) -> None:
    build()
    chatbot = Chatbot(small, embedder, lexicon)
    assert any(passage.document_id == "uimahalli" for passage in chatbot.search("peseydytään"))
    (small.corpus_dir / "uimahalli.md").unlink()
    assert counts(build()) == (0, 2, 1, 0)
    assert chatbot.document("uimahalli") is not None  # an open version is answered from until it is refreshed
    assert chatbot.refresh()
    assert not chatbot.refresh()
    assert chatbot.document("uimahalli") is None
    assert all(passage.document_id != "uimahalli" for passage in chatbot.search("peseydytään", k=20))
    assert_whole(chatbot.index)


def test_a_folder_named_documents_is_where_the_sources_lie(small: Settings) -> None:
    assert sources_folder(small.corpus_dir) == small.corpus_dir
    (small.corpus_dir / "documents").mkdir()
    assert sources_folder(small.corpus_dir) == small.corpus_dir / "documents"


def test_equal_passages_each_have_their_place(small: Settings, embedder: Embedder, build: Build) -> None:
    write(small.corpus_dir, "toisto", "# A\n\nSama lause.\n\n# A\n\nSama lause.")
    assert build().embedded == 6  # the same text once
    index = open_index(small, embedder.fingerprint)
    assert_whole(index)
    first, second = (chunk for chunk in index.chunks if chunk.document_id == "toisto")
    assert first.id != second.id
    assert first.span.start < second.span.start


# What is refused


def test_without_an_index_the_command_is_named(small: Settings, embedder: Embedder) -> None:
    with pytest.raises(IndexMissing, match=r"There is no index in '.*data' yet\. Build it with: ohjenuora index$"):
        open_index(small, embedder.fingerprint)
    assert current_version(small) is None


def test_an_index_of_another_model_is_refused(small: Settings, embedder: Embedder, build: Build) -> None:
    build()
    with pytest.raises(IndexMismatch, match=r"model 'bundled'.*Rebuild it with: ohjenuora index --full$"):
        open_index(small, "another0000model")


@pytest.mark.parametrize("manifest", [{"format": 0}, {"format": 999}, {"chunks": "many"}, None])
def test_an_index_of_another_format_is_refused_and_built_anew(
    small: Settings, embedder: Embedder, build: Build, manifest: dict[str, object] | None
) -> None:
    version = build().manifest.version
    file = small.data_dir / "index" / version / "manifest.json"
    if manifest is None:
        file.unlink()
    else:
        file.write_text(json.dumps(json.loads(file.read_text()) | manifest))
    with pytest.raises(IndexMismatch, match=r"another version of this service\. Rebuild it with: ohjenuora index$"):
        open_index(small, embedder.fingerprint)
    report = build()
    assert report.embedded == 5
    assert_whole(open_index(small, embedder.fingerprint))


def test_an_index_with_another_thesaurus_is_refused_and_gets_the_present_ones_terms(
    small: Settings, embedder: Embedder, build: Build
) -> None:
    version = build().manifest.version
    file = small.data_dir / "index" / version / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"analysis": f"{ANALYSIS}-another"}))
    with pytest.raises(IndexMismatch, match=r"another version of this service\. Rebuild it with: ohjenuora index$"):
        open_index(small, embedder.fingerprint)
    report = build()
    assert (report.changed, report.embedded) == (True, 0)  # its vectors are as they were
    assert_whole(open_index(small, embedder.fingerprint))


def test_two_builds_at_once_are_one_too_many(small: Settings, build: Build) -> None:
    (small.data_dir / "index").mkdir(parents=True)
    with FileLock(small.data_dir / "index" / ".lock"), pytest.raises(IndexBusy, match="Another process is building"):
        build()
    assert build().changed


def test_wrong_concepts_stop_the_build_and_leave_the_index(small: Settings, embedder: Embedder, build: Build) -> None:
    version = build().manifest.version
    (small.corpus_dir / "concepts.yaml").write_text("concepts: [{id: a, kind: topic, broader: [b]}]")
    with pytest.raises(BadCorpusFile, match=r"concepts\.yaml: concept 'a': unknown broader concept 'b'"):
        build()
    assert open_index(small, embedder.fingerprint).version == version


def test_a_corpus_folder_that_is_not_there_is_named(tmp_path: Path, embedder: Embedder, lexicon: Lexicon) -> None:
    settings = Settings.model_validate({"corpus_dir": tmp_path / "nowhere", "data_dir": tmp_path / "data"})
    with pytest.raises(UnreadableSource, match="nowhere: no such folder"):
        build_index(settings, embedder, lexicon)


# What goes wrong


def test_a_build_that_breaks_leaves_the_old_version_answering(
    small: Settings, embedder: Embedder, lexicon: Lexicon, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = build().manifest.version
    write(small.corpus_dir, "kirjasto", "Kirjasto on muuttanut.")

    def break_down(*given: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(ingestion, "ingest", break_down)
        with pytest.raises(OSError, match="No space left"):
            build()
    assert len(versions(small)) == 2
    assert current_version(small) == old
    chatbot = Chatbot(small, embedder, lexicon)
    assert "avoinna arkisin" in chatbot.search("kirjasto")[0].text

    report = build()
    assert versions(small) == [old, report.manifest.version]
    assert chatbot.refresh()
    assert chatbot.search("kirjasto")[0].text == "Kirjasto on muuttanut."
    assert_whole(chatbot.index)


def test_a_broken_source_is_reported_and_the_others_are_indexed(
    small: Settings, embedder: Embedder, build: Build
) -> None:
    (small.corpus_dir / "rikki.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog")
    (small.corpus_dir / "tyhja.md").write_bytes(b"")
    report = build()
    assert [(failure.file, failure.reason) for failure in report.failures] == [
        ("rikki.pdf", "damaged"),
        ("tyhja.md", "empty"),
    ]
    index = open_index(small, embedder.fingerprint)
    assert sorted(index.documents) == sorted(TEXTS)
    assert {chunk.document_id for chunk in index.chunks} == set(TEXTS)
    assert_whole(index)
    assert [failure.file for failure in build().failures] == ["rikki.pdf", "tyhja.md"]  # told at every build


def test_the_last_ten_versions_are_kept(
    small: Settings, embedder: Embedder, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small.data_dir / "index"
    first = build().manifest
    for number in range(12):  # as if built on the days before
        older = folder / f"202001{number + 1:02}T000000Z-00000000"
        older.mkdir()
        (older / "manifest.json").write_text((folder / first.version / "manifest.json").read_text())
    write(small.corpus_dir, "kirjasto", "Kirjasto on muuttanut.")
    second = build().manifest
    assert KEPT_VERSIONS == 10
    assert len(versions(small)) == KEPT_VERSIONS
    assert versions(small)[-2:] == [first.version, second.version]
    assert versions(small)[0].startswith("20200105")
    assert_whole(open_index(small, embedder.fingerprint))


# The index of the project's own sources


def test_the_projects_own_index_is_whole(settings: Settings, embedder: Embedder, built: BuildReport) -> None:
    index = open_index(settings, embedder.fingerprint)
    assert_whole(index)
    assert built.manifest == index.manifest
    assert sorted(index.documents) == ["auroraai-appointment-2020", "genai-survey-2025", "vm-genai-guidance-2025"]
    rebuilt = [entry for c in index.chunks for entry in entries_of(c, index.documents[c.document_id])]
    assert rebuilt == index.entries
    assert len({entry.id for entry in rebuilt}) == len(rebuilt)
    assert built.failures == ()


def test_a_good_file_that_is_overwritten_by_a_broken_one_keeps_its_last_good_text(
    small: Settings, embedder: Embedder, build: Build, lexicon: Lexicon
) -> None:
    build()
    before = open_index(small, embedder.fingerprint).documents["uimahalli"]
    (small.corpus_dir / "uimahalli.md").write_bytes("Peseydytään kylmällä.".encode("utf-16")[3:])
    for _ in range(2):  # told at every build, and in use until somebody removes the file
        report = build()
        assert [failure.file for failure in report.failures] == ["uimahalli.md"]
        assert report.last_good == ("uimahalli.md",)
        index = open_index(small, embedder.fingerprint)
        assert index.documents["uimahalli"] == before
        assert_whole(index)
    (small.corpus_dir / "uimahalli.md").unlink()
    assert build().failures == ()
    assert "uimahalli" not in open_index(small, embedder.fingerprint).documents
