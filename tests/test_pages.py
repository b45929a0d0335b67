"""The source page's table of contents and page numbers, asking about a source, accessibility and privacy."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from api import views
from api.app import create_app
from api.pages import REVIEWED
from api.source import PageStart, contents, outline
from rag.curated.rules import Organisation
from rag.index.lexical import analysis
from rag.index.opening import DOCUMENTS, FORMAT, Manifest, index_folder
from rag.language.messages import format_date, say
from rag.settings import Settings
from rag.sources.canonical import Canonical
from rag.types import LANGUAGES, Document, Language, Metadata
from tests.support.fakes import FakeChatbot, guidance


def printed() -> Document:
    """A source of three printed pages; a list goes on over the turn of a page."""
    page = Canonical()
    page.heading("Ohje", 1, page=1)
    page.paragraph("Alku.", page=1)
    page.heading("Tiedot", 2, page=1)
    page.item("Yksi.", 1, 1, page=1)
    page.item("Kaksi.", 1, 2, page=2)
    page.heading("Tarkemmin", 3, page=3)
    page.paragraph("Loppu.", page=3)
    text, blocks = page.finish()
    return Document(Metadata("ohje", "Ohje"), text, blocks, "ohje.pdf", "0123456789abcdef")


class Printed(FakeChatbot):
    def __init__(self, organisation: Organisation | None = None) -> None:
        super().__init__()
        self.sources.append(printed())
        self._named = organisation or Organisation()

    def organisation(self) -> Organisation:
        return self._named


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), Printed())) as client:
        yield client


def test_pages_of_the_original_are_named_where_they_begin() -> None:
    nodes = outline(printed())
    assert [node.number if isinstance(node, PageStart) else node.kind for node in nodes] == [
        *(1, "heading", "paragraph", "heading", "list"),
        *(2, "list"),
        *(3, "heading", "paragraph"),
    ]
    assert not any(isinstance(node, PageStart) for node in outline(guidance()))


def test_the_table_of_contents_leads_to_the_headings(client: TestClient) -> None:
    assert [heading.level for heading in contents(outline(printed()))] == [2, 3]  # not the title itself
    page = client.get("/documents/ohje").text
    links = re.findall(r'<li class="level-(\d)"><a href="#(s\d+)">([^<]+)</a>', page)
    assert [(level, name) for level, _, name in links] == [("2", "Tiedot"), ("3", "Tarkemmin")]
    assert all(f'id="{target}"' in page for _, target, _ in links)


def test_the_page_of_a_marked_place_is_named(client: TestClient) -> None:
    start = printed().text.index("Kaksi.")
    page = client.get(f"/documents/ohje?c={start}-{start + 6}").text
    assert f'<a href="#c{start}-{start + 6}">' in page
    assert say("fi", "page.source.to_passage_on", page=2) in page
    assert say("fi", "page.source.page", page=2) in page


def keep_version(settings: Settings, version: str, *documents: Document) -> None:
    """As if an index with these documents had been in use."""
    folder = index_folder(settings) / version
    folder.mkdir(parents=True)
    (folder / "documents.json").write_bytes(DOCUMENTS.dump_json(list(documents)))
    kept = Manifest(FORMAT, analysis(), version, "model", "fingerprint", "corpus", "2026-01-01", 1, 1, 1)
    (folder / "manifest.json").write_bytes(TypeAdapter(Manifest).dump_json(kept))


def test_a_link_to_a_citation_opens_whatever_has_become_of_the_source(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    old = replace(printed(), text=printed().text.replace("Loppu.", "Ennen."), version="fedcba9876543210")
    gone = replace(old, metadata=Metadata("poistettu", "Poistettu ohje"))
    keep_version(settings, "v1", old, gone)
    keep_version(settings, "v2", printed())
    place = f"{old.text.index('Ennen.')}-{old.text.index('Ennen.') + 6}"
    notes = {each: escape(say("fi", f"page.source.{each}")) for each in ("not_kept", "withdrawn", "replaced")}
    present = f'<a href="/documents/ohje?lang=fi">{say("fi", "page.source.to_present")}</a>'
    ask = "about=ohje#question"
    with TestClient(create_app(settings, Printed())) as client:

        def page(address: str) -> tuple[str, list[str]]:
            shown = client.get(address)
            assert shown.status_code == 200
            return shown.text, [each for each, note in notes.items() if note in shown.text]

        text, told = page(f"/documents/ohje?version=v1&c={place}")
        assert (told, present in text, ask in text) == (["replaced"], True, True)
        assert ">Ennen.</mark>" in text
        text, told = page("/documents/ohje?version=v2")
        assert told == []
        text, told = page("/documents/ohje?version=v0&c=0-4")  # not kept any more
        assert (told, "Loppu." in text, "<mark" in text, present in text) == (["not_kept"], True, True, False)
        text, told = page("/documents/poistettu?version=v1")
        assert (told, "about=" in text) == (["withdrawn"], False)
        assert [client.get(f"/documents/{each}").status_code for each in ("poistettu?version=v0", "none")] == [404, 404]
        assert client.get("/api/documents/ohje?version=v0").status_code == 404  # there the text is what was asked for


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sources_are_listed_with_what_a_reader_wants_to_know(client: TestClient, language: Language) -> None:
    page = client.get(f"/documents?lang={language}").text
    cards = re.findall(r"<li>\s*<h2.*?</li>", page, re.DOTALL)
    titles = [re.search(r'<h2 lang="fi"><a href="([^"]+)">([^<]+)<', card) for card in cards]
    assert [found and found[1] for found in titles] == [
        f"/documents/{each}?lang={language}"
        for each in ("hostile", "ohje", "vm-genai-guidance-2025", "auroraai-appointment-2020")  # in force first
    ]
    valid, was = cards[2], cards[3]
    for told in (
        "Valtiovarainministeriö",
        say(language, "page.sources.published", day=format_date("2025-04-29", language)),
        say(language, "page.sources.no_end"),
        f"{say(language, 'page.source.guidance')} · {say(language, 'page.sources.in_fi')}",
        '<a href="https://vm.fi/ohje" rel="noopener noreferrer">',
    ):
        assert told in valid
    since, until = (format_date(day, language) for day in ("2020-01-31", "2022-12-31"))
    assert say(language, "page.sources.was_between", since=since, until=until) in was
    assert say(language, "page.answer.historical") in was
    assert page.count('class="badge"') == 1
    assert "javascript:" not in page


def test_the_start_page_tells_what_the_service_knows_and_leads_to_it(client: TestClient) -> None:
    page = client.get("/").text
    assert page.count('href="/documents?lang=fi"') == 2  # above and below
    known = page[page.index('id="known-title"') :]
    assert re.search(r'href="/documents/vm-genai-guidance-2025\?lang=fi" lang="fi">Ohjenuoraa generatiivisen', known)
    assert f"Julkaistu 29.4.2025 · {say('fi', 'page.sources.no_end')}" in known
    assert say("fi", "page.sources.was_between", since="31.1.2020", until="31.12.2022") in known
    assert '<a class="to-sources" href="/documents?lang=fi" aria-current="page">' in client.get("/documents").text


def test_a_service_without_sources_says_so() -> None:
    chatbot = FakeChatbot()
    chatbot.sources = []
    with TestClient(create_app(Settings(), chatbot)) as client:
        assert say("fi", "page.sources.none") in client.get("/documents").text
        assert "known-title" not in client.get("/").text


def test_a_source_is_asked_about_in_the_chat(client: TestClient) -> None:
    assert "/?lang=fi&amp;about=ohje#question" in client.get("/documents/ohje").text
    asked = client.get("/?about=ohje&lang=en").text
    assert re.search(r"<textarea[^>]* autofocus>\nOhje: </textarea>", asked)
    assert "aria-invalid" not in asked
    assert "autofocus" not in client.get("/?about=none").text


def test_the_language_switch_keeps_the_place(client: TestClient) -> None:
    assert '<a href="?lang=sv&amp;c=0-4"' in client.get("/documents/ohje?c=0-4&lang=fi").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_accessibility_statement_has_what_the_law_asks(client: TestClient, language: Language) -> None:
    page = client.get(f"/accessibility?lang={language}").text
    for part in ("status", "exceptions_title", "assessed", "feedback", "reply", "enforcement", "authority", "unit"):
        assert say(language, f"page.accessibility.{part}") in page
    assert "saavutettavuus@traficom.fi" in page
    assert say(language, "page.accessibility.dates", day=format_date(REVIEWED, language)) in page
    assert f"/accessibility?lang={language}" in client.get(f"/?lang={language}").text


def test_the_accessibility_statement_names_the_organisation() -> None:
    wording = {"fi": "Esimerkin kunta", "sv": "Exempels kommun", "en": "Example"}
    contact = {"fi": "Kirjoita osoitteeseen x@esimerkki.fi.", "sv": "Skriv.", "en": "Write."}
    organisation = Organisation.model_validate({"name": wording, "contact": contact})
    with TestClient(create_app(Settings(), Printed(organisation))) as client:
        page = client.get("/accessibility?lang=fi").text
    assert say("fi", "page.accessibility.provider", organisation="Esimerkin kunta") in page
    assert "x@esimerkki.fi" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_privacy_page_tells_of_this_installation(language: Language) -> None:
    def page(**given: object) -> str:
        with TestClient(create_app(Settings.model_validate(given), Printed())) as client:
            assert f"/privacy?lang={language}" in client.get(f"/?lang={language}").text
            return client.get(f"/privacy?lang={language}").text

    own, other = page(), page(retention_days=7, llm_base_url="http://model", llm_model="m")
    for part in (
        "some_provider",
        "question",
        "kept_question",
        "memory_address",
        "browser_cookies",
        "browser_tab",
        "rights",
    ):
        assert say(language, f"page.privacy.{part}") in own.replace("&#39;", "'")
    assert say(language, "page.privacy.kept_days", days=90) in own
    assert say(language, "page.privacy.kept_days", days=7) in other
    none, used = (say(language, f"page.privacy.model_{each}").replace("'", "&#39;") for each in ("none", "used"))
    assert (none in own, used in own, none in other, used in other) == (True, False, False, True)


def test_all_files_of_the_pages_are_served_as_the_browser_wants_them(client: TestClient) -> None:
    page = client.get("/").text
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert {"/static/chat.js", "/static/panel.js", "/static/print.css"} <= files
    for file in files:
        response = client.get(file)
        kind = response.headers["content-type"].partition(";")[0]
        assert kind == {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}[file.rpartition(".")[2]]
    modules = {file for file in files if file.endswith(".js")}
    imported = {name for file in modules for name in re.findall(r'from "\./(\w+\.js)"', client.get(file).text)}
    assert {f"/static/{name}" for name in imported} <= modules  # all are asked for at once


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/", "chat.html"),
        ("/?about=ohje", "chat.html"),
        ("/?q=Saanko?", "chat.html"),
        ("/?q=", "chat.html"),
        ("/documents", "sources.html"),
        ("/documents/ohje", "source.html"),
        ("/accessibility", "accessibility.html"),
        ("/privacy", "privacy.html"),
        ("/admin/documents", "admin_documents.html"),
        ("/admin/drafts/1", "admin_draft.html"),
    ],
)
def test_while_a_page_is_written_others_are_served(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, template: str
) -> None:
    """It is written in a thread without an event loop, for the loop would serve nobody else meanwhile."""
    on_the_loop: dict[str, bool] = {}
    render = views.render

    def noticed(shown: str, /, *given: Any, **values: Any) -> str:
        try:
            asyncio.get_running_loop()
            on_the_loop[shown] = True
        except RuntimeError:
            on_the_loop[shown] = False
        return render(shown, *given, **values)

    monkeypatch.setattr(views, "render", noticed)
    client.get(path)
    assert on_the_loop == {template: False}
