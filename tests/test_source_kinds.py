"""`ohjenuora sources` over every kind of source, with real servers and repositories; no index and no model."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from api import drafts
from api.drafts import Draft
from api.store import Store
from rag.cli import main
from rag.curated.changed_corpus import content_of
from rag.curated.changes import PutDocument
from rag.index.database import engine_of
from rag.settings import Settings
from tests.support.website import MODIFIED, Website, website

GIT = shutil.which("git") or "git"
Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def shared() -> Iterator[Website]:
    with website() as site:
        yield site


@pytest.fixture
def site(shared: Website) -> Website:
    for kept in (shared.files, shared.redirects, shared.statuses, shared.asked, shared.hosts, shared.signed_in):
        kept.clear()
    shared.since.clear()
    shared.etags.clear()
    return shared


@pytest.fixture
def given(tmp_path: Path) -> Iterator[Settings]:
    (tmp_path / "corpus").mkdir()
    made = {"corpus_dir": tmp_path / "corpus", "data_dir": tmp_path / "data", "reachable_networks": "127.0.0.1"}
    settings = Settings.model_validate(made | {"max_file_mb": 1})
    yield settings
    engine_of(settings).dispose()


@pytest.fixture
def run(given: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command over these sources: its status, and all that it says."""

    def run(*sources: dict[str, Any], names: tuple[str, ...] = (), **more: str) -> tuple[int, str]:
        (given.corpus_dir / "sources.yaml").write_text(yaml.safe_dump({"sources": list(sources)}), encoding="utf-8")
        for name, value in (given.environment() | more).items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(given.corpus_dir)
        status = main(["sources", *names])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def opened(settings: Settings) -> dict[str, Draft]:
    """The open drafts by their documents."""
    store = Store(settings)
    store.prepare()
    with store.engine.connect() as connection:
        return {drafts.subject_of(each.change): each for each in drafts.listed(connection, "open", 99)}


def content(settings: Settings, draft: Draft) -> str:
    assert isinstance(draft.change, PutDocument)
    return content_of(settings, draft.change.upload.object).decode()


def test_a_folder_is_read_with_those_below_it_and_a_broken_file_is_told_by_name(
    run: Run, given: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "ohjeet"
    (folder / "hr" / ".piilo").mkdir(parents=True)
    (folder / "hr" / "Loma ohje.txt").write_text("Lomat sovitaan toukokuussa.", encoding="utf-8")
    (folder / "tori.md").write_text("---\ntitle: Tori\n---\n\nTori on auki.\n", encoding="utf-8")
    (folder / "rikki.pdf").write_bytes(b"%PDF-1.7 katkennut")
    (folder / "iso.txt").write_bytes(b"x" * 1_000_001)
    (folder / "kuva.svg").write_text("<svg/>")
    (folder / "hr" / ".piilo" / "a.txt").write_text("Piilossa.")
    (tmp_path / "salaisuus.txt").write_text("Ei kenenkään muun.")
    (folder / "linkki.txt").symlink_to(tmp_path / "salaisuus.txt")
    os.mkfifo(folder / "putki.txt")
    Path(os.fsdecode(os.fsencode(folder) + b"/p\xe4iv\xe4.txt")).write_text("Nimi on vanhaa koodausta.")
    source = {"name": "ohjeet", "folder": str(folder), "says": {"publisher": "Kunta", "groups": ["hr"]}}
    status, said = run(source)
    assert status == 1
    assert "ohjeet: 6 files, 2 changed, 0 vanished, 0 published, 4 failed" in said
    assert "  rikki.pdf: The file rikki.pdf cannot be read because it is damaged." in said
    assert "  iso.txt: The file is too large: > 1 MB." in said
    assert "  p?iv?.txt: No id for the document can be made of the file's name: p?iv?.txt." in said
    assert "  putki.txt: There is no text in the file putki.txt." in said
    found = opened(given)
    assert set(found) == {"ohjeet-loma-ohje", "ohjeet-tori"}
    holiday = found["ohjeet-loma-ohje"]
    assert (holiday.made_by, holiday.title, holiday.file_name) == ("Ohjenuora: ohjeet", "Loma ohje", "Loma ohje.txt")
    assert isinstance(holiday.change, PutDocument)
    metadata = holiday.change.upload.metadata
    assert (metadata["publisher"], metadata["groups"], metadata["language"]) == ("Kunta", "hr", "fi")
    assert found["ohjeet-tori"].title == "Tori"

    # The same again is no new draft; another text takes the place of the draft that waits.
    for path in ("rikki.pdf", "iso.txt", "putki.txt", os.fsdecode(b"p\xe4iv\xe4.txt")):
        (folder / path).unlink()
    (folder / "tori.md").touch()
    assert run(source) == (0, "ohjeet: 2 files, 0 changed, 0 vanished, 0 published, 0 failed\n")
    (folder / "tori.md").write_text("---\ntitle: Tori\n---\n\nTori on kiinni.\n", encoding="utf-8")
    (folder / "hr" / "Loma ohje.txt").unlink()
    status, said = run(source)
    assert (status, "2 files" in said, "1 files, 1 changed, 0 vanished" in said) == (0, False, True)
    assert {name: content(given, each) for name, each in opened(given).items()} == {"ohjeet-tori": "Tori on kiinni.\n"}


def test_a_folder_that_is_not_there_or_empty_takes_nothing_away(run: Run, given: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "levy"
    folder.mkdir()
    (folder / "a.txt").write_text("Ohje on tässä.", encoding="utf-8")
    source = {"name": "levy", "folder": str(folder)}
    assert run(source)[0] == 0
    (folder / "a.txt").rename(tmp_path / "a.txt")
    status, said = run(source)
    assert (status, "The source holds no file that the service can read" in said) == (1, True)
    folder.rmdir()
    status, said = run(source)
    assert (status, "The folder cannot be read" in said) == (1, True)
    assert set(opened(given)) == {"levy-a"}


def test_a_page_is_asked_for_again_only_when_it_has_changed(run: Run, given: Settings, site: Website) -> None:
    page = "<title>Etätyö</title><h1>Etätyö</h1><p>Etätyöstä sovitaan esihenkilön kanssa.</p>"
    site.put("/ohjeet/etatyo", f"{page}<!-- 08:00 -->")
    source = {"name": "sivu", "page": f"{site.address}/ohjeet/etatyo"}
    assert run(source)[1].startswith("sivu: 1 files, 1 changed")
    draft = opened(given)["sivu-etatyo"]
    assert isinstance(draft.change, PutDocument)
    assert (draft.change.upload.suffix, draft.title) == (".html", "Etätyö")
    assert draft.change.upload.metadata["url"] == f"{site.address}/ohjeet/etatyo"

    assert run(source)[1].startswith("sivu: 1 files, 0 changed")
    site.put("/ohjeet/etatyo", f"{page}<!-- 09:00 -->")  # other bytes, the same text
    assert run(source)[1].startswith("sivu: 1 files, 0 changed")
    assert site.statuses_of("/ohjeet/etatyo") == [200, 304, 200]
    assert opened(given)["sivu-etatyo"].id == draft.id
    site.put("/ohjeet/etatyo", page.replace("esihenkilön", "johtajan"))
    assert run(source)[1].startswith("sivu: 1 files, 1 changed")
    assert "johtajan" in content(given, opened(given)["sivu-etatyo"])

    # A server that fails says nothing of the page; one that says that it is gone does.
    site.statuses["/ohjeet/etatyo"] = 500
    status, said = run(source)
    assert (status, "The server does not give the file" in said, set(opened(given))) == (1, True, {"sivu-etatyo"})
    site.statuses["/ohjeet/etatyo"] = 410
    assert run(source) == (0, "sivu: 0 files, 0 changed, 0 vanished, 0 published, 0 failed\n")
    assert opened(given) == {}  # it was in use nowhere: nothing is left to withdraw


def test_a_mark_that_cannot_be_sent_back_stops_nothing(run: Run, site: Website) -> None:
    site.put("/ohje", "Ohje on voimassa.", "text/plain")
    site.etags["/ohje"] = '"päivä"'
    source = {"name": "sivu", "page": f"{site.address}/ohje"}
    assert run(source)[0] == run(source)[0] == 0
    assert site.statuses_of("/ohje") == [200, 200]


def test_robots_txt_is_kept_to(run: Run, site: Website) -> None:
    site.put("/salainen", "Ei ohjelmille.", "text/plain")
    site.put("/robots.txt", "User-agent: Ohjenuora\nDisallow: /salainen\n", "text/plain")
    source = {"name": "sivu", "page": f"{site.address}/salainen"}
    status, said = run(source)
    assert (status, "The website forbids programs this address" in said) == (1, True)
    del site.files["/robots.txt"]
    site.statuses["/robots.txt"] = 503  # nobody knows what is permitted
    assert run(source)[0] == 1
    assert site.statuses_of("/salainen") == []
    site.statuses.clear()
    assert run(source)[0] == 0


def test_the_pages_of_a_sitemap_come_from_its_own_host_and_below_its_path(
    run: Run, given: Settings, site: Website
) -> None:
    for path in ("/ohjeet/a", "/ohjeet/b", "/uutiset/c"):
        site.put(path, f"{path}: ohje on voimassa.", "text/plain")
    site.put("/ohjeet/d.pdf", "", "text/plain")
    site.sitemap("/ohjeet/a", "/ohjeet/b", "/ohjeet/d.pdf", "/uutiset/c", path="/osa.xml")
    listed = f"<sitemap><loc>{site.address}/osa.xml</loc></sitemap><sitemap><loc>http://10.0.0.1/x</loc></sitemap>"
    site.put("/sitemap.xml", f"<sitemapindex>{listed}</sitemapindex>", "text/xml")
    text = site.files["/osa.xml"][0].decode().replace("</urlset>", "<url><loc>http://10.0.0.1/y</loc></url></urlset>")
    site.put("/osa.xml", text, "text/xml")
    source = {"name": "kunta", "sitemap": f"{site.address}/sitemap.xml", "below": "/ohjeet/"}
    status, said = run(source)
    assert (status, "3 files, 2 changed, 0 vanished, 0 published, 1 failed" in said) == (1, True)
    assert f"  {site.address}/ohjeet/d.pdf: " in said
    assert set(opened(given)) == {"kunta-a", "kunta-b"}
    assert site.statuses_of("/uutiset/c") == []

    site.put("/osa.xml", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><urlset>", "text/xml")
    status, said = run(source)
    assert (status, "The sitemap cannot be read" in said, len(opened(given))) == (1, True, 2)
    site.sitemap("/ohjeet/a", path="/osa.xml")
    run(source)
    assert set(opened(given)) == {"kunta-a"}


def test_a_webdav_folder_is_listed_and_read(run: Run, given: Settings, site: Website, tmp_path: Path) -> None:
    site.put("/dav/ohje.txt", "Ohje on voimassa.", "text/plain")
    site.put("/dav/hr/loma.txt", "Lomat sovitaan.", "text/plain")
    site.put("/muu/x.txt", "Ei tästä.", "text/plain")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login aino password salaisuus\n")
    netrc.chmod(0o600)
    source = {"name": "levy", "webdav": f"{site.address}/dav"}
    assert run(source, OHJENUORA_SOURCES_NETRC=str(netrc))[1].startswith("levy: 2 files, 2 changed")
    assert set(opened(given)) == {"levy-ohje", "levy-loma"}
    assert set(site.signed_in) == {"Basic YWlubzpzYWxhaXN1dXM="}
    assert run(source)[1].startswith("levy: 2 files, 0 changed")
    assert site.statuses_of("/dav/ohje.txt") == [200]  # its ETag is in the listing
    site.statuses["/dav/hr/"] = 500
    del site.files["/dav/ohje.txt"]
    assert run(source)[0] == 1
    assert len(opened(given)) == 2  # what cannot be listed has not vanished


def git(folder: Path, *arguments: str) -> None:
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder), "PATH": os.environ["PATH"]}
    who = ("-c", "user.name=Aino", "-c", "user.email=aino@example.fi", "-c", "protocol.file.allow=always")
    subprocess.run([GIT, *who, *arguments], cwd=folder, env=own, check=True, capture_output=True, timeout=60)


def test_a_repository_is_read_without_running_anything_of_it(run: Run, given: Settings, tmp_path: Path) -> None:
    folder, other = tmp_path / "tietovarasto", tmp_path / "alivarasto"
    for made in (folder, other):
        made.mkdir()
        git(made, "init", "--quiet", "--initial-branch=paa")
    (other / "ali.txt").write_text("Alivaraston ohje.")
    git(other, "add", ".")
    git(other, "commit", "-m", "1")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "ohje.md").write_text("# Ohje\n\nOhje on voimassa.\n", encoding="utf-8")
    (docs / "--upload-pack=touch ajettu.txt").write_text("Nimi ei ole valitsin.", encoding="utf-8")
    (docs / "linkki.txt").symlink_to("/etc/passwd")
    (docs / "suodatin.txt").write_text("Suodattimen ohje.", encoding="utf-8")
    (folder / ".gitattributes").write_text("*.txt filter=paha\n")
    (folder / "juuri.txt").write_text("Ei tästä.")
    git(folder, "submodule", "add", str(other), "docs/ali")
    git(folder, "config", "filter.paha.smudge", f"touch {tmp_path}/ajettu")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "1")
    for hook in ("post-checkout", "pre-auto-gc", "reference-transaction", "post-upload-pack"):
        path = folder / ".git" / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {tmp_path}/ajettu\n")
        path.chmod(0o755)
    source = {"name": "git", "git": str(folder), "branch": "paa", "below": "docs"}
    status, said = run(source)
    assert (status, said.splitlines()[0]) == (0, "git: 3 files, 3 changed, 0 vanished, 0 published, 0 failed")
    assert set(opened(given)) == {"git-ohje", "git-suodatin", "git-upload-pack-touch-ajettu"}
    assert not (tmp_path / "ajettu").exists()
    assert list(tmp_path.rglob("ajettu")) == []

    assert run(source)[1].startswith("git: 3 files, 0 changed")
    (docs / "ohje.md").write_text("# Ohje\n\nOhje on kumottu.\n", encoding="utf-8")
    git(folder, "rm", "--quiet", "docs/suodatin.txt")
    git(folder, "commit", "-am", "2")
    assert run({**source, "branch": None})[1].startswith("git: 2 files, 1 changed")
    assert set(opened(given)) == {"git-ohje", "git-upload-pack-touch-ajettu"}
    assert "kumottu" in content(given, opened(given)["git-ohje"])
    status, said = run({**source, "branch": "puuttuu"})
    assert (status, "The Git repository cannot be read" in said, len(opened(given))) == (1, True, 2)


def test_a_private_address_is_called_by_no_kind(run: Run, site: Website) -> None:
    site.put("/ohje", "<p>Ohje.</p>")
    port = site.address.rpartition(":")[2]
    sources = [
        {"name": "page", "page": f"{site.address}/ohje"},
        {"name": "sitemap", "sitemap": f"http://localhost:{port}/sitemap.xml"},
        {"name": "webdav", "webdav": f"{site.address}/dav"},
        {"name": "git", "git": f"https://127.0.0.1:{port}/x.git"},
    ]
    status, said = run(*sources, OHJENUORA_REACHABLE_NETWORKS="10.0.0.0/8")
    assert (status, said.count("The address is in a private network")) == (1, 4)
    assert site.asked == []


def test_a_source_is_chosen_by_its_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "ohje.txt").write_text("Ohje on voimassa.", encoding="utf-8")
    sources = ({"name": "a", "folder": str(tmp_path / "a")}, {"name": "b", "folder": str(tmp_path / "b")})
    assert run(*sources, names=("a",))[0] == 0
    assert run(*sources, names=("c",)) == (2, "There is no source 'c'. Known: a, b.\n")
    status, said = run()
    assert (status, said.startswith("No sources are named in")) == (0, True)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ({"name": "a"}, "give one of folder"),
        ({"name": "a", "folder": "/a", "page": "https://a.fi"}, "give one of folder"),
        ({"name": "a", "folder": "ohjeet"}, "write the whole path"),
        ({"name": "a", "page": "file:///etc/passwd"}, "write it as https://"),
        ({"name": "a", "page": "https://aino:salaisuus@a.fi/"}, "without a name, a password"),
        ({"name": "a", "git": "ext::sh -c touch"}, "write the whole path"),
        ({"name": "a", "git": "--upload-pack=touch"}, "write the whole path"),
        ({"name": "a", "git": "/a", "branch": "--exec=touch"}, "use letters"),
        ({"name": "a", "git": "/a", "branch": "a..b"}, "use letters"),
        ({"name": "../a", "folder": "/a"}, "name"),
        ({"name": "a", "folder": "/a", "colour": "red"}, "colour"),
    ],
)
def test_a_mistake_is_told_with_its_line(source: dict[str, Any], why: str, run: Run) -> None:
    status, said = run(source)
    assert (status, why in said, "sources.yaml:" in said) == (2, True, True)


def test_the_date_that_a_server_says_is_sent_back(run: Run, site: Website) -> None:
    assert MODIFIED.endswith("GMT")
    site.put("/ohje", "Ohje on voimassa.", "text/plain")
    source = {"name": "sivu", "page": f"{site.address}/ohje"}
    run(source)
    run(source)
    assert site.since[-1] == MODIFIED
