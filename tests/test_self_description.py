"""What a document says of itself is proposed with where it stands, and holds when somebody has confirmed it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from pptx import Presentation

from rag.sources.readers import read_document
from rag.sources.self_description import day_of
from rag.types import Document
from tests.test_opendocument import odf


def read(folder: Path, name: str, content: bytes) -> Document:
    (folder / name).write_bytes(content)
    return read_document(folder / name, folder, lambda _: "fi")


def proposed(document: Document) -> dict[str, tuple[str, str]]:
    return {each.key: (each.value, each.origin) for each in document.proposals}


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        ("Voimassa 1.11.2026 alkaen.", "valid_from", "2026-11-01"),
        ("Ohje tulee voimaan 1. marraskuuta 2026.", "valid_from", "2026-11-01"),
        ("Voimassa 1.11.2026–31.12.2027.", "valid_from", "2026-11-01"),
        ("Voimassa 1.11.2026–31.12.2027.", "valid_until", "2027-12-31"),
        ("Ohje on voimassa 31.12.2027 saakka.", "valid_until", "2027-12-31"),
        ("Voimassaolo päättyy 31.12.2027.", "valid_until", "2027-12-31"),
        ("Gäller fr.o.m. 1.11.2026.", "valid_from", "2026-11-01"),
        ("Anvisningen träder i kraft den 1 november 2026.", "valid_from", "2026-11-01"),
        ("Gäller t.o.m. 31.12.2027.", "valid_until", "2027-12-31"),
        ("Giltig till och med den 31 december 2027.", "valid_until", "2027-12-31"),
        ("Valid until 31 December 2027.", "valid_until", "2027-12-31"),
        ("This guidance takes effect on November 1, 2026.", "valid_from", "2026-11-01"),
        ("Effective from 2026-11-01.", "valid_from", "2026-11-01"),
        ("Tekoälyasetus tuli voimaan 1.8.2024. Tämä ohje tulee voimaan 1.11.2026.", "valid_from", "2026-11-01"),
        ("Tämä sopimus on voimassa 31.12.2027 saakka.", "valid_until", "2027-12-31"),
        ("Hyväksytty kaupunginhallituksessa 12.10.2026 § 214.", "published", "2026-10-12"),
        ("Godkänd av direktören den 12 oktober 2026.", "published", "2026-10-12"),
        ("Approved by the board on 12 October 2026.", "published", "2026-10-12"),
        ("Koivurannan kaupunki. Hyväksytty 12.10.2026.", "publisher", "Koivurannan kaupunki"),
        ("Finansministeriet – 12.10.2026", "publisher", "Finansministeriet"),
        ("Ministry of Finance\n\nGuidance", "publisher", "Ministry of Finance"),
        ("Ohje korvaa ohjeen Tekoälyn käyttö 2024.", "supersedes", "ohjeen Tekoälyn käyttö 2024"),
        ("Anvisningen ersätter Användning av AI 2024.", "supersedes", "Användning av AI 2024"),
        ("This guidance supersedes Use of AI 2024.", "supersedes", "Use of AI 2024"),
        ("Koivurannan kaupunki. Versio 2.1. Voimassa 1.11.2026 alkaen.", "edition", "2.1"),
        ("Tekoälyohje v. 3", "edition", "3"),
        ("Ohje tekoälystä, versio 1.0 (12.10.2026)", "edition", "1.0"),
        ("Tekoälyohje v2.3", "edition", "2.3"),
        ("Anvisning | Version 1.0 | 12.10.2026", "edition", "1.0"),
        ("Utgåva 4", "edition", "4"),
        ("Revision: 2b", "edition", "2b"),
        ("Version 1.0", "edition", "1.0"),
        ("Diaarinumero VN/1234/2026", "edition", "VN/1234/2026"),
        ("Dnro: HEL 2026-001234", "edition", "HEL 2026-001234"),
        ("Dnr 12/02.01/2026", "edition", "12/02.01/2026"),
        ("Case number: 55/2026, version 2.0", "edition", "2.0"),
        # In the forms of official papers.
        ("Voimassa 1.11.2026 lukien toistaiseksi.", "valid_from", "2026-11-01"),
        ("Voimassa toistaiseksi 1.11.2026 alkaen", "valid_from", "2026-11-01"),
        ("Ohje tulee voimaan 1 päivänä marraskuuta 2026.", "valid_from", "2026-11-01"),
        ("Voimassaolo: 1.11.2026 - Toistaiseksi", "valid_from", "2026-11-01"),
        ("Ohjetta sovelletaan 1.11.2026 alkaen.", "valid_from", "2026-11-01"),
        ("Voimassa: 1.11.–31.12.2026", "valid_from", "2026-11-01"),
        ("Giltighetstid: 1.–31.12.2026", "valid_from", "2026-12-01"),
        ("Voimassa: 1.11.–31.12.2026", "valid_until", "2026-12-31"),
        ("Voimassa 1.11.2026 alkaen 31.12.2027 saakka.", "valid_until", "2027-12-31"),
        ("Gäller från och med den 1 november 2026 till och med den 31 december 2027.", "valid_until", "2027-12-31"),
        ("Anvisningen träder ikraft 1.11.2026.", "valid_from", "2026-11-01"),
        ("Gäller tills vidare från 1.11.2026.", "valid_from", "2026-11-01"),
        ("Valid from: 01/11/2026", "valid_from", "2026-11-01"),
        ("In force from the 1st of November 2026.", "valid_from", "2026-11-01"),
        ("Antopäivä: 12.10.2026", "published", "2026-10-12"),
        ("Päätöspäivä 12.10.2026", "published", "2026-10-12"),
        ("Sivu on päivitetty 12.10.2026", "published", "2026-10-12"),
        ("Annettu Helsingissä 12 päivänä lokakuuta 2026", "published", "2026-10-12"),
        ("Uppdaterad den 12 oktober 2026", "published", "2026-10-12"),
        ("Last updated 12 October 2026", "published", "2026-10-12"),
        ("Korvaa: Tietoturvaohje 2021", "supersedes", "Tietoturvaohje 2021"),
        ("Ersätter: Anvisning 12/2020", "supersedes", "Anvisning 12/2020"),
        ("Replaces: Guideline 4/2019", "supersedes", "Guideline 4/2019"),
        ("Tällä ohjeella kumotaan ohje 4/2019.", "supersedes", "ohje 4/2019"),
        ("Ersätter: cirkulär 11/2018 I kraft: 1.11.2026–31.12.2027 Svar: Ek", "supersedes", "cirkulär 11/2018"),
        ("Ersätter: cirkulär 11/2018 I kraft: 1.11.2026–31.12.2027 Svar: Ek", "valid_from", "2026-11-01"),
        ("Diaarinro 12/2026", "edition", "12/2026"),
        ("Asiakirjan tunnus: VIRASTO/12/03.04.2026", "edition", "VIRASTO/12/03.04.2026"),
        ("Julkaisija: Arkisto- ja kirjastotoimi Kirja. Versio 1.0", "publisher", "Arkisto- ja kirjastotoimi Kirja"),
        ("Utgivare: Skogscentralen Tall", "publisher", "Skogscentralen Tall"),
        ("Publisher: Finnish Forest Service", "publisher", "Finnish Forest Service"),
    ],
)
def test_what_a_text_says(tmp_path: Path, said: str, key: str, value: str) -> None:
    document = read(tmp_path, "a.txt", f"{said}\n\nPalvelua saa käyttää työssä.\n".encode())
    assert proposed(document).get(key) == (value, "text")
    quoted = next(each.quote for each in document.proposals if each.key == key)
    assert quoted
    assert quoted in " ".join(document.text.split())
    assert getattr(document.metadata, key) in (None, "")  # until somebody confirms it


@pytest.mark.parametrize(
    "said",
    [
        "Sopimus on voimassa. Kokous pidettiin 1.11.2026.",
        "Voimassa 31.2.2026 alkaen.",
        "Tietosuoja koskee kaikkia viraston työntekijöitä.",
        "Tekoäly ei korvaa.",
        "Tekoäly ei korvaa asiantuntijan harkintaa eikä ohjetta.",
        "Verktyget ersätter inte tjänstemannens beslut.",
        "The tool replaces human judgement in routine tasks.",
        "Kaupunki saa hyväksyä palvelun, ja valvoa sitä.",
        "Käytössä on ChatGPT:n versio 4 kaikissa koneissa.",
        "Ohje tehtiin v. 2026 ja se koskee v. 2027.",
        "Versio 1.11.2026 on luonnos.",
        "Diaarinumero kirjataan asiaan.",
        "Ei voimassa 1.11.2026 alkaen.",
        "Ohje ei ole enää voimassa 1.11.2026 alkaen.",
        "The guidance is not valid until 31 December 2027.",
        "Lupa on voimassa 1.11.2026 alkaen kaksi vuotta.",
        "Julkaisija vastaa sisällöstä.",
        # What is told of another text.
        "EU:n tekoälyasetus (2024/1689) tuli voimaan 1.8.2024.",
        "Laki tulee voimaan 1. marraskuuta 2026.",
        "Sopimus on voimassa 31.12.2027 saakka.",
        "AI-förordningen trädde i kraft den 1 augusti 2024.",
        "The AI Act entered into force on 1 August 2024.",
    ],
)
def test_what_a_text_does_not_say(tmp_path: Path, said: str) -> None:
    found = proposed(read(tmp_path, "a.txt", f"{said}\n".encode()))
    assert set(found) <= {"title", "language"}


def test_what_a_table_of_two_columns_says(tmp_path: Path) -> None:
    rows = [("Voimassa", "1.11.2026 alkaen"), ("Korvaa", "ohjeen Tekoäly 2024"), ("Versio", "2.1")]
    rows += [("Antopäivä", "12.10.2026"), ("Julkaisija", "Kirjastotoimi Kirja")]
    page = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
    document = read(tmp_path, "a.html", f"<h1>Ohje</h1><table>{page}</table><p>Saa käyttää.</p>".encode())
    found = proposed(document)
    assert {key: found[key][0] for key in found if key not in ("title", "language")} == {
        "valid_from": "2026-11-01",
        "published": "2026-10-12",
        "supersedes": "ohjeen Tekoäly 2024",
        "edition": "2.1",
        "publisher": "Kirjastotoimi Kirja",
    }
    quotes = [each.quote for each in document.proposals if each.quote]
    assert all(quote in document.text for quote in quotes)


def test_what_somebody_has_given_is_not_proposed(tmp_path: Path) -> None:
    head = "---\nid: a\ntitle: Ohje\nlanguage: fi\nvalid_from: 2026-11-01\n---\n\n"
    document = read(tmp_path, "a.md", f"{head}Voimassa 1.11.2026 alkaen. Gäller t.o.m. 31.12.2027.\n".encode())
    assert proposed(document) == {"valid_until": ("2027-12-31", "text")}


def test_the_properties_of_a_file(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Palvelua saa käyttää.")
    word.core_properties.title, word.core_properties.author = "Tekoälyohje", "Matti Meikäläinen"
    into = BytesIO()
    word.save(into)
    found = proposed(read(tmp_path, "a.docx", into.getvalue()))
    assert found["title"] == ("Tekoälyohje", "properties")
    assert "publisher" not in found  # an author is a person
    sheet = FPDF()
    sheet.set_title("Ohje tekoälystä")
    sheet.set_creation_date(datetime(2026, 10, 12, tzinfo=UTC))
    sheet.set_font("helvetica")
    sheet.add_page()
    sheet.cell(text="Palvelua saa kayttaa.")
    found = proposed(read(tmp_path, "b.pdf", bytes(sheet.output())))
    assert (found["title"], found["published"]) == (("Ohje tekoälystä", "properties"), ("2026-10-12", "properties"))
    page = (
        '<html lang="fi"><head><title>Tekoäly</title><meta property="og:site_name" content="Virasto">'
        '<meta name="DC.date" content="2026-10-12T08:00"></head><body><p>Palvelua saa käyttää.</p></body></html>'
    )
    assert proposed(read(tmp_path, "c.html", page.encode())) == {
        "title": ("Tekoäly", "properties"),
        "language": ("fi", "detected"),
        "publisher": ("Virasto", "properties"),
        "published": ("2026-10-12", "properties"),
    }


def test_the_version_in_a_files_properties(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Palvelua saa käyttää.")
    word.core_properties.version = "3.2"
    into = BytesIO()
    word.save(into)
    assert proposed(read(tmp_path, "a.docx", into.getvalue()))["edition"] == ("3.2", "properties")
    book = Workbook()
    book.active.append(["Palvelua saa käyttää"])
    book.custom_doc_props.append(StringProperty(name="Diaarinumero", value="VN/12/2026"))
    book.properties.language = "sv-FI"
    into = BytesIO()
    book.save(into)
    found = proposed(read(tmp_path, "a.xlsx", into.getvalue()))
    assert found["edition"] == ("VN/12/2026", "properties")
    slides = Presentation()
    slides.slides.add_slide(slides.slide_layouts[5]).shapes.title.text = "Palvelut, versio 2.0"
    slides.core_properties.version = "9"
    into = BytesIO()
    slides.save(into)
    assert proposed(read(tmp_path, "a.pptx", into.getvalue()))["edition"] == (
        "2.0",
        "text",
    )  # what readers see comes first
    own = '<meta:user-defined meta:name="Versio">1.4</meta:user-defined>'
    names = 'xmlns:office="o" xmlns:meta="m"'
    meta = f"<office:document-meta {names}><office:meta>{own}</office:meta></office:document-meta>"
    content = odf("odt", "<text:p>Palvelua saa käyttää.</text:p>", **{"meta.xml": meta})
    assert proposed(read(tmp_path, "a.odt", content))["edition"] == ("1.4", "properties")


def test_a_version_that_somebody_has_given_stays(tmp_path: Path) -> None:
    head = "---\nid: a\ntitle: Ohje\nlanguage: fi\nedition: '2.0'\n---\n\n"
    document = read(tmp_path, "a.md", f"{head}Versio 2.0. Palvelua saa käyttää.\n".encode())
    assert (document.metadata.edition, proposed(document)) == ("2.0", {})
    head = head.replace("edition: '2.0'", "kind: guidance")
    plain = read(tmp_path, "a.md", f"{head}Palvelua saa käyttää.\n".encode())
    assert (
        plain.version == "542719f848d745ff"
    )  # as before there were versions of their own: no index is built anew for it


def test_a_day_that_does_not_exist_is_none() -> None:
    assert day_of("31.2.2026") is None
    assert day_of("10/31/2026") is None  # a month before its day is not guessed
    assert day_of("29. helmikuuta 2028") == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("said", "publisher"),
    [
        ("Hinnat vahvistaa lautakunta.", None),
        ("Priserna fastställs av nämnden.", None),
        ("Esimerkin kunnan tekninen lautakunta", "Esimerkin kunnan tekninen lautakunta"),
        ("Sosiaali- ja terveysministeriö", "Sosiaali- ja terveysministeriö"),
        ("Exempel stads tekniska nämnden", "Exempel stads tekniska nämnden"),
    ],
)
def test_a_publisher_is_a_name_and_no_sentence_on_one(tmp_path: Path, said: str, publisher: str | None) -> None:
    document = read(tmp_path, "a.md", f"# Hinnat\n\n{said}\n\nAvainta ei saa lainata.\n".encode())
    assert proposed(document).get("publisher") == (None if publisher is None else (publisher, "text"))


@pytest.mark.parametrize("name", ["Untitled", "untitled document 2", "Microsoft Word - a.doc", "PowerPoint-esitys"])
def test_what_a_program_calls_a_file_that_nobody_has_named_is_no_title(tmp_path: Path, name: str) -> None:
    word = docx.Document()
    word.core_properties.title = name
    word.add_paragraph("Avainta ei saa lainata.")
    file = BytesIO()
    word.save(file)
    assert proposed(read(tmp_path, "avaimet.docx", file.getvalue()))["title"] == ("avaimet", "file name")
    page = f"<html><head><title>{name}</title></head><body><p>Avainta ei saa lainata.</p></body></html>"
    assert read(tmp_path, "avain.html", page.encode()).metadata.title == "avain"


def test_a_message_says_what_it_is_about_and_when_it_was_sent(tmp_path: Path) -> None:
    head = "From: a@b.example\nSubject: Avaimet\nDate: Mon, 02 Nov 2026 23:30:00 +0200\nContent-Type: text/plain\n\n"
    document = read(tmp_path, "a.eml", f"{head}Avainta ei saa lainata.\n".encode())
    assert proposed(document)["title"] == ("Avaimet", "properties")
    assert proposed(document)["published"] == ("2026-11-02", "properties")
    undated = read(tmp_path, "b.eml", head.replace("Mon, 02 Nov 2026 23:30:00 +0200", "eilen").encode() + b"Avain.\n")
    assert "published" not in proposed(undated)
