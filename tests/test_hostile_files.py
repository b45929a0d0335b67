"""Files that are made to exhaust or to deceive: uploaded, and lying in the corpus folder."""

from __future__ import annotations

import io
import json
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import docx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.errors import UnreadableSource
from rag.index.build import build_index
from rag.index.opening import open_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from rag.sources.office import MAX_MEMBERS
from rag.sources.reading_process import read_corpus_isolated, read_isolated
from tests.support.fakes import HOSTILE, FakeChatbot, answered, cite, hostile
from tests.test_opendocument import odf

TOKEN = "a-long-token-of-a-small-installation"
SIGNED_IN = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}
GIVE_UP_S = 3.0


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of which is the catalogue."""
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + table
        + b"trailer << /Root 1 0 R /Size %d %s >>\nstartxref\n%d\n%%%%EOF"
        % (
            len(objects) + 1,
            trailer,
            len(body),
        )
    )


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"


def page_of_itself() -> bytes:
    return pdf(CATALOGUE, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>")


def pages_that_multiply() -> bytes:
    """Five levels of sixty each: 777 million pages."""
    levels = [b"<< /Type /Pages /Count 60 /Kids [%s] >>" % (b"%d 0 R " % (n + 1) * 60) for n in range(2, 7)]
    return pdf(CATALOGUE, *levels, b"<< /Type /Page /MediaBox [0 0 9 9] >>")


def form_that_draws_itself() -> bytes:
    draws = b"/Resources << /XObject << /F 4 0 R >> >>"
    return pdf(
        CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] %s /Contents 5 0 R >>" % draws,
        b"<< /Type /XObject /Subtype /Form %s /Length 11 >>\nstream\n/F Do /F Do\nendstream" % draws,
        b"<< /Length 5 >>\nstream\n/F Do\nendstream",
    )


def tables_in_a_circle() -> bytes:
    made = pdf(CATALOGUE, b"<< /Type /Pages /Kids [] /Count 0 >>")
    place = made.rindex(b"xref\n0")
    return pdf(CATALOGUE, b"<< /Type /Pages /Kids [] /Count 0 >>", trailer=b"/Prev %d" % place)


def deep_array() -> bytes:
    return pdf(CATALOGUE, b"<< /Type /Pages /Count 0 /Kids " + b"[" * 50_000 + b"]" * 50_000 + b" >>")


def stream_in_streams() -> bytes:
    """A page's text, packed three times over: 200 MB in one kilobyte."""
    packed = b" " * 200_000_000
    for _ in range(3):
        packed = zlib.compress(packed, 9)
    filters = b"[" + b"/FlateDecode " * 3 + b"]"
    return pdf(
        CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Filter %s /Length %d >>\nstream\n%s\nendstream" % (filters, len(packed), packed),
    )


def word(parts: dict[str, bytes]) -> bytes:
    """A Word file with some of its parts replaced."""
    made = io.BytesIO()
    docx.Document().save(made)
    changed = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name) or old.read(name))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return changed.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def body(inner: str, before: str = "") -> bytes:
    return f"<?xml version='1.0'?>{before}<w:document {W}><w:body>{inner}</w:body></w:document>".encode()


def zip_bomb() -> bytes:
    return word({"word/media/image1.png": bytes(250_000_000)})


def zip_bomb_that_lies() -> bytes:
    """The archive's list says that the text is ten bytes long."""
    text = body("<w:p><w:r><w:t>" + "a " * 5_000_000 + "</w:t></w:r></w:p>")
    made = bytearray(word({"word/document.xml": text}))
    place = made.rindex(b"PK\x01\x02", 0, made.rindex(b"word/document.xml"))
    made[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(made)


def of_many_parts(content: bytes) -> bytes:
    """Each part costs the reader some memory, and the file no more than its name."""
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        for number in range(MAX_MEMBERS):
            archive.writestr(f"x/{number}", b"")
    return made.getvalue()


def laughs() -> bytes:
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
    before = f"<!DOCTYPE w:document [<!ENTITY e0 'ha'>{entities}]>"
    return word({"word/document.xml": body("<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>", before)})


def foreign_entity() -> bytes:
    before = "<!DOCTYPE w:document [<!ENTITY file SYSTEM 'file:///etc/passwd'>]>"
    return word({"word/document.xml": body("<w:p><w:r><w:t>&file;</w:t></w:r></w:p>", before)})


def tables_in_tables() -> bytes:
    depth = 5000
    opened, closed = "<w:tbl><w:tr><w:tc>" * depth, "<w:p/></w:tc></w:tr></w:tbl>" * depth
    return word({"word/document.xml": body(opened + closed)})


def deep_page() -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + b"x"


def laughs_in_an_open_document() -> bytes:
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
    return odf("odt", "<text:p>&e9;</text:p>", f"<!DOCTYPE office [<!ENTITY e0 'ha'>{entities}]>")


def open_document_bomb() -> bytes:
    made = io.BytesIO(odf("odt", "<text:p>Sana.</text:p>"))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Pictures/1.png", bytes(250_000_000))
    return made.getvalue()


def sheet_that_repeats() -> bytes:
    cell = '<table:table-cell table:number-columns-repeated="64"><text:p>a</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="64">{cell * 60}</table:table-row>'
    return odf("ods", f"<table:table>{row * 60}</table:table>")


def cells_over_all() -> bytes:
    cell = '<table:table-cell table:number-rows-spanned="9999" table:number-columns-spanned="64"/>'
    return odf("odt", f"<table:table>{f'<table:table-row>{cell}{cell}</table:table-row>' * 4000}</table:table>")


def open_tables_in_tables() -> bytes:
    depth = 5000
    opened = "<table:table><table:table-row><table:table-cell>" * depth
    return odf("odt", opened + "</table:table-cell></table:table-row></table:table>" * depth)


def message_in_messages() -> bytes:
    lines = ["Subject: a"]
    for level in range(5000):
        lines += [f"Content-Type: multipart/mixed; boundary=b{level}", "", f"--b{level}"]
    return "\n".join(lines).encode()


MAKERS: dict[str, tuple[Callable[[], bytes], ...]] = {
    ".pdf": (
        page_of_itself,
        pages_that_multiply,
        form_that_draws_itself,
        tables_in_a_circle,
        deep_array,
        stream_in_streams,
    ),
    ".docx": (zip_bomb, zip_bomb_that_lies, laughs, foreign_entity, tables_in_tables),
    ".odt": (laughs_in_an_open_document, open_document_bomb, cells_over_all, open_tables_in_tables),
    ".ods": (sheet_that_repeats,),
    ".eml": (message_in_messages,),
    ".html": (deep_page,),
}
FILES = {make.__name__ + suffix: make for suffix, makes in MAKERS.items() for make in makes}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings.model_validate({"data_dir": tmp_path_factory.mktemp("hostile"), "admin_token": TOKEN})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.uploads.read_isolated", partial(read_isolated, timeout_s=GIVE_UP_S))
        with TestClient(create_app(settings, FakeChatbot())) as client:
            yield client


@pytest.mark.parametrize("name", FILES)
def test_a_file_made_to_exhaust_is_refused_in_time_and_the_service_goes_on(client: TestClient, name: str) -> None:
    content = FILES[name]()
    assert len(content) < 1_000_000
    started = time.monotonic()
    response = client.post("/api/admin/documents", files={"file": (name, content)}, headers=SIGNED_IN)
    assert time.monotonic() - started < GIVE_UP_S + 2
    assert response.status_code == 422, response.text
    assert name in response.json()["detail"]
    assert "root:" not in response.text
    assert client.post("/api/chat", json={"question": "Saanko?"}).status_code == 200


@pytest.mark.parametrize("ending", ["docx", "odt", "ods"])
def test_an_archive_of_too_many_parts_is_refused_with_the_limit(ending: str) -> None:
    name = f"osat.{ending}"
    content = of_many_parts(word({}) if ending == "docx" else odf(ending, "<text:p>Sana.</text:p>"))
    with pytest.raises(UnreadableSource) as raised:
        read_isolated(name, {name: content}, len(content))
    assert raised.value.reason == "too_large"
    assert f"the limit is {MAX_MEMBERS:,}" in raised.value.detail


def test_in_the_corpus_folder_they_are_named_and_the_others_are_indexed(
    tmp_path: Path, settings: Settings, embedder: Embedder, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.sources.reading_process.TIMEOUT_S", GIVE_UP_S)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("pages_that_multiply.pdf", "zip_bomb.docx", "deep_page.html"):
        (corpus / name).write_bytes(FILES[name]())
    (corpus / "kirjasto.html").write_text("<h1>Kirjasto</h1><p>Kirjasto on avoinna arkisin.</p>")
    (corpus / "uimala.md").write_text("# Uimala\n\nUimalassa peseydytään ensin.")
    small = Settings.model_validate({"corpus_dir": corpus, "data_dir": tmp_path / "data"})
    report = build_index(small, embedder, lexicon)
    assert [(each.file, each.reason) for each in report.failures] == [
        ("deep_page.html", "damaged"),
        ("pages_that_multiply.pdf", "too_large"),
        ("zip_bomb.docx", "too_large"),
    ]
    assert sorted(open_index(small, embedder.fingerprint).documents) == ["kirjasto", "uimala"]


def test_a_large_text_is_read_apart_from_us_as_well(tmp_path: Path) -> None:
    (tmp_path / "iso.txt").write_text("Sana sanalta. " * 20_000)
    (tmp_path / "pieni.txt").write_text("Sana.")
    documents, failures = read_corpus_isolated(tmp_path, 1_000_000)
    assert ([each.id for each in documents], failures) == (["iso", "pieni"], [])


def test_what_a_document_says_of_itself_comes_out_as_text_in_answers_too(tmp_path: Path) -> None:
    source = hostile()
    quote = source.text.splitlines()[0]
    chatbot = FakeChatbot(replace(answered(), message=quote, citations=(cite(source, quote), cite(source, quote, 2))))
    with TestClient(create_app(Settings(data_dir=tmp_path), chatbot)) as client:
        page = client.post("/", data={"question": HOSTILE}).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "javascript:" not in page
        assert page.count("&lt;script&gt;alert") >= 4  # the question, the title, the publisher, the quote
        for response in (
            client.post("/api/chat", json={"question": HOSTILE}),
            client.get("/api/documents"),
            client.get("/api/documents/hostile"),
        ):
            assert response.headers["content-type"] == "application/json"
            assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", " "]
)
def test_an_address_that_is_none_of_the_web_is_not_taken(client: TestClient, url: str) -> None:
    fields: Any = {"url": url, "id": "uusi"}
    upload = client.post("/api/admin/documents", files={"file": ("a.txt", b"Sana.")}, data=fields, headers=SIGNED_IN)
    head = f"---\nurl: {json.dumps(url)}\n---\n\nSana."
    within = client.post("/api/admin/documents", files={"file": ("b.md", head.encode())}, headers=SIGNED_IN)
    said = client.patch(f"/api/admin/documents/{hostile().id}", json={"url": url}, headers=SIGNED_IN)
    # An empty field of a form says nothing; in a Markdown file other programs may have an address of their own kind.
    expected = [201 if url == " " else 422, 201, 422]
    assert [each.status_code for each in (upload, within, said)] == expected
    assert not url.strip() or url not in within.text
