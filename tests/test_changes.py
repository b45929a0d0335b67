"""The corpus with an administrator's changes: built, found in answers' sources, returned from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.uploads import read_upload
from rag.chatbot import Chatbot
from rag.curated.changed_corpus import changed_corpus, content_of, find_source, keep_content
from rag.curated.changes import (
    DOCUMENT_ID,
    Change,
    Changes,
    DescribeDocument,
    EditFile,
    PutDocument,
    Upload,
    WithdrawDocument,
)
from rag.errors import BadCorpusFile, ChangesLost, IndexMismatch, IndexMissing
from rag.index.build import BuildReport, build_index
from rag.index.opening import current_version, open_index
from rag.index.versions import activate, changes_in_use, documents_of, kept_versions
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.publishing.cleanup import forget_contents
from rag.settings import Settings
from rag.types import PUBLIC, Access

Build = Callable[..., BuildReport]


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """Two documents, one with a translation, one whose file has another name than its id; a curated file."""
    corpus = tmp_path / "corpus"
    (corpus / "documents").mkdir(parents=True)
    kirjasto = "---\nid: kirjasto\ntitle: Kirjasto\nlanguage: fi\n---\n\nKirjasto on avoinna arkisin.\n"
    (corpus / "documents" / "kirjasto.md").write_text(kirjasto, encoding="utf-8")
    swedish = "---\ntranslation_of: kirjasto\nlanguage: sv\noriginal: 00000000\n---\n\nBiblioteket är öppet.\n"
    (corpus / "documents" / "kirjasto.sv.md").write_text(swedish, encoding="utf-8")
    (corpus / "documents" / "tiedosto.txt").write_text("Uimahallissa peseydytään ensin.\n", encoding="utf-8")
    (corpus / "documents" / "tiedosto.txt.yaml").write_text("id: uimahalli\ntitle: Uimahalli\n", encoding="utf-8")
    (corpus / "organisation.yaml").write_text("national_publisher: VM\n", encoding="utf-8")
    return Settings.model_validate({"corpus_dir": corpus, "data_dir": tmp_path / "data"})


@pytest.fixture
def build(small: Settings, embedder: Embedder, lexicon: Lexicon) -> Build:
    def run(*changes: Change, **options: Any) -> BuildReport:
        def edit(present: Changes) -> Changes:
            for change in changes:
                present = present.with_change(change)
            return present

        return build_index(small, embedder, lexicon, edit=edit if changes else None, **options)

    return run


def put(settings: Settings, document_id: str, text: str, suffix: str = ".md", **metadata: str) -> PutDocument:
    content = keep_content(settings, text.encode())
    said = {"title": document_id.title(), "language": "fi", **metadata}
    return PutDocument.model_validate(
        {"id": document_id, "upload": {"object": content, "suffix": suffix, "metadata": said}}
    )


def texts(settings: Settings) -> dict[str, str]:
    documents = documents_of(settings, current_version(settings) or "")
    return {name: document.text for name, document in (documents or {}).items()}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_added_replaced_withdrawn_and_described_documents_are_built_and_the_folder_stays(
    small: Settings, build: Build
) -> None:
    untouched = snapshot(small.corpus_dir)
    first = build()
    assert first.manifest.changes == ""
    second = build(
        put(small, "tori", "Tori on auki lauantaisin."),
        put(small, "kirjasto", "Kirjasto on avoinna joka päivä.", ".txt", valid_until="2027-01-01"),
        WithdrawDocument(id="uimahalli"),
    )
    assert texts(small) == {"kirjasto": "Kirjasto on avoinna joka päivä.", "tori": "Tori on auki lauantaisin."}
    assert (second.added, second.removed) == (2, 2)
    documents = documents_of(small, second.manifest.version)
    assert documents is not None
    assert str(documents["kirjasto"].metadata.valid_until) == "2027-01-01"
    assert [str(failure) for failure in second.failures] == []
    third = build(
        DescribeDocument(id="tori", metadata={"title": "Kauppatori", "valid_until": "2026-12-31"}),
        DescribeDocument(id="kirjasto", metadata={"valid_until": None}),
    )
    documents = documents_of(small, third.manifest.version)
    assert documents is not None
    assert documents["tori"].metadata.title == "Kauppatori"
    assert documents["kirjasto"].metadata.valid_until is None
    assert third.embedded == 1  # the title is embedded with the text
    assert snapshot(small.corpus_dir) == untouched
    assert list((small.data_dir / "changes").glob("build-*")) == []


def test_a_described_document_of_the_folder_keeps_what_else_it_says(small: Settings, build: Build) -> None:
    report = build(
        DescribeDocument(id="uimahalli", metadata={"valid_until": "2020-01-01"}),
        DescribeDocument(id="kirjasto", metadata={"title": 'Kirjasto: "uusi" # nimi'}),
    )
    documents = documents_of(small, report.manifest.version)
    assert documents is not None
    assert documents["uimahalli"].metadata.title == "Uimahalli"
    assert documents["uimahalli"].metadata.historical(documents["uimahalli"].metadata.valid_until.replace(year=2021))  # type: ignore[union-attr]
    assert documents["kirjasto"].metadata.title == 'Kirjasto: "uusi" # nimi'


def test_keys_of_other_programs_stay_in_a_described_and_in_an_uploaded_document(small: Settings, build: Build) -> None:
    source = small.corpus_dir / "documents" / "puisto.md"
    source.write_text("---\ntitle: Puisto\ntags: [vesi, aika]\n---\n\nPuisto on auki.\n", encoding="utf-8")
    said = b"---\ntitle: Tori\nauthor: Maija\n---\n\nTori on auki.\n"
    uploaded, read = read_upload(small, "tori.md", said, {}, {}, None)
    assert read.unused_keys == ("author",)
    report = build(DescribeDocument(id="puisto", metadata={"language": "fi"}), uploaded)
    documents = documents_of(small, report.manifest.version)
    assert documents is not None
    assert documents["puisto"].unused_keys == ("tags",)
    assert (documents["tori"].metadata.title, documents["tori"].unused_keys) == ("Tori", ("author",))


def test_an_edited_file_is_a_version_and_a_wrong_one_leaves_all_as_it_was(small: Settings, build: Build) -> None:
    first = build()
    edited = keep_content(small, b"national_publisher: OM\n")
    second = build(EditFile(name="organisation.yaml", object=edited))
    assert second.manifest.version != first.manifest.version
    assert second.embedded == 0
    wrong = keep_content(small, b"national_publisher: OM\nnational_publisher: VM\n")
    with pytest.raises(
        BadCorpusFile, match=r"^organisation\.yaml: not YAML: key 'national_publisher' stands twice.* line 2"
    ):
        build(EditFile(name="organisation.yaml", object=wrong))
    assert current_version(small) == second.manifest.version
    assert changes_in_use(small).files == {"organisation.yaml": edited}


def test_an_earlier_version_comes_back_with_its_changes(
    small: Settings, build: Build, embedder: Embedder, lexicon: Lexicon
) -> None:
    first = build().manifest
    second = build(put(small, "kirjasto", "Kirjasto on avoinna joka päivä.")).manifest
    chatbot = Chatbot(small, embedder, lexicon)
    assert chatbot.search("kirjasto")[0].text == "Kirjasto on avoinna joka päivä."
    assert [(kept.manifest.version, kept.current) for kept in kept_versions(small)] == [
        (second.version, True),
        (first.version, False),
    ]
    activate(small, first.version, embedder.fingerprint)
    assert chatbot.refresh()
    assert chatbot.search("kirjasto")[0].text == "Kirjasto on avoinna arkisin."
    assert changes_in_use(small) == Changes()
    assert not build().changed
    # What is published now rests on the changes of the version in use, not on those that were returned from.
    build(WithdrawDocument(id="uimahalli"))
    assert texts(small) == {"kirjasto": "Kirjasto on avoinna arkisin."}
    activate(small, second.version, embedder.fingerprint)
    assert set(changes_in_use(small).documents) == {"kirjasto"}


def test_a_version_that_continues_another_is_as_if_it_were_made_anew(
    small: Settings, build: Build, embedder: Embedder
) -> None:
    text = "# Ohje\n\nEnsimmäinen kohta. Siinä on kaksi virkettä.\n\n# Muut\n\nToinen kohta pysyy. Se on tässä.\n"
    build(put(small, "ohje", text), put(small, "toinen", "Tämä jää."))
    build(put(small, "ohje", text.replace("kaksi", "vain kaksi")), WithdrawDocument(id="toinen"))
    continued = open_index(small, embedder.fingerprint)
    build(full=True)
    anew = open_index(small, embedder.fingerprint)
    assert continued.version != anew.version
    assert continued.chunks == anew.chunks
    assert continued.entries == anew.entries
    assert np.allclose(continued.vectors, anew.vectors, atol=1e-5)
    stored: list[Any] = [
        index.collection.get(include=["embeddings", "documents", "metadatas"]) for index in (continued, anew)
    ]
    for key in ("documents", "metadatas"):
        one, other = (dict(zip(each["ids"], each[key], strict=True)) for each in stored)
        assert one == other
    assert continued.collection.name != anew.collection.name
    for entry, row in zip(continued.entries, continued.vectors, strict=True):
        nearest = continued.collection.query(query_embeddings=[row], n_results=1, include=[])
        assert nearest["ids"] == [[entry.id]]


def test_a_rehearsed_version_is_in_nobodys_way_until_the_same_is_published(small: Settings, build: Build) -> None:
    build()
    before = kept_versions(small)
    change = put(small, "ohje", "Hallissa on kahvila.")
    rehearsed = build(change, switch=False)
    assert (rehearsed.added, rehearsed.changed) == (1, True)
    assert kept_versions(small) == before
    with pytest.raises(IndexMissing):
        activate(small, rehearsed.manifest.version, rehearsed.manifest.fingerprint)
    # Its texts are for who prepares them.
    assert documents_of(small, rehearsed.manifest.version, PUBLIC) is None
    assert "ohje" in (documents_of(small, rehearsed.manifest.version, Access(who="eero", prepared=True)) or {})
    # Another rehearsal takes its place; what is published is what was rehearsed.
    again = build(put(small, "ohje", "Hallissa on sauna."), switch=False)
    assert not (small.data_dir / "index" / rehearsed.manifest.version).exists()
    published = build(put(small, "ohje", "Hallissa on sauna."))
    assert (published.manifest.version, published.added, published.embedded) == (again.manifest.version, 1, 0)
    assert current_version(small) == published.manifest.version
    assert [kept.current for kept in kept_versions(small)] == [True, False]


def test_a_version_that_is_not_there_or_of_another_model_is_not_activated(
    small: Settings, build: Build, embedder: Embedder
) -> None:
    version = build().manifest.version
    for wrong in ("20200101T000000.000000Z-00000000", "..", "", f"../index/{version}"):
        with pytest.raises(IndexMissing):
            activate(small, wrong, embedder.fingerprint)
        assert documents_of(small, wrong) is None
    with pytest.raises(IndexMismatch):
        activate(small, version, "another0000model")


def test_changes_survive_the_loss_of_the_index(small: Settings, build: Build) -> None:
    build(put(small, "tori", "Tori on auki lauantaisin."))
    shutil.rmtree(small.data_dir / "index")
    build()
    assert set(texts(small)) == {"kirjasto", "tori", "uimahalli"}


def test_lost_contents_are_told(small: Settings) -> None:
    gone = Upload(object="0" * 64, suffix=".pdf", metadata={})
    changes = Changes().with_change(PutDocument(id="tori", upload=gone))
    with pytest.raises(ChangesLost, match="Restore the folder 'changes'"), changed_corpus(small, changes, "preview"):
        pass
    assert list((small.data_dir / "changes").glob("preview-*")) == []


def test_contents_are_kept_once(small: Settings) -> None:
    name = keep_content(small, b"x")
    assert keep_content(small, b"x") == name
    assert content_of(small, name) == b"x"
    assert len(list((small.data_dir / "changes" / "objects").iterdir())) == 1


def test_contents_that_nothing_needs_are_deleted_after_a_day(small: Settings, build: Build) -> None:
    build()
    first = put(small, "ohje", "Ensimmäinen teksti.")
    published = build(first).manifest.version
    draft, young = put(small, "luonnos", "Luonnoksen teksti."), put(small, "uusi", "Uusi teksti.")
    objects = small.data_dir / "changes" / "objects"
    for upload in (first, draft):
        os.utime(objects / upload.upload.object, (0, 0))
    assert forget_contents(small, {draft.upload.object}) == 0
    # The draft is discarded: it goes. What a version was built with stays as long as the version, what is young anyway.
    assert forget_contents(small, set()) == 1
    assert {path.name for path in objects.iterdir()} == {first.upload.object, young.upload.object}
    build(WithdrawDocument(id="ohje"))
    shutil.rmtree(small.data_dir / "index" / published)
    for path in (small.data_dir / "changes").rglob("*.json"):
        os.utime(path, (0, 0))
    assert forget_contents(small, set()) == 1
    assert {path.name for path in objects.iterdir()} == {young.upload.object}
    assert len(list((small.data_dir / "changes" / "sets").iterdir())) == 1


def test_what_was_recognised_goes_when_a_version_was_built_without_it(small: Settings, build: Build) -> None:
    small.recognised_dir.mkdir(parents=True)
    needed, unneeded = small.recognised_dir / "needed", small.recognised_dir / "unneeded"
    for path in (needed, unneeded):
        path.touch()
    os.utime(unneeded, (0, 0))
    build()
    forget_contents(small, set())
    assert list(small.recognised_dir.iterdir()) == [needed]


def test_links_that_leave_the_corpus_are_not_followed(small: Settings, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("salaisuus")
    (small.corpus_dir / "documents" / "link.md").symlink_to(tmp_path / "secret.md")
    (small.corpus_dir / "documents" / "inside.md").symlink_to(small.corpus_dir / "documents" / "kirjasto.md")
    changes = Changes().with_change(WithdrawDocument(id="uimahalli"))
    with changed_corpus(small, changes, "preview") as folder:
        assert (folder / "documents" / "link.md").is_symlink()
        assert not (folder / "documents" / "inside.md").is_symlink()
        assert find_source(folder / "documents", "uimahalli") is None


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".hidden", "a/b", "../a", "a\\b", "ohje.sv", "ohje.EN", "a b", "ä", "a" * 101, "a\n"]
)
def test_an_id_that_would_not_do_as_a_name_is_none(name: str) -> None:
    assert DOCUMENT_ID.fullmatch(name) is None


@pytest.mark.parametrize("name", ["a", "vm-genai-guidance-2025", "Ohje_2.0", "ohje.svx"])
def test_an_id(name: str) -> None:
    assert DOCUMENT_ID.fullmatch(name) is not None
