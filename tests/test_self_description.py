"""What a document says of itself is proposed with where it stands, and holds when somebody has confirmed it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import docx
import pytest
from fpdf import FPDF

from rag.sources.readers import read_document
from rag.sources.self_description import day_of
from rag.types import Document


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
        ("Hyväksytty kaupunginhallituksessa 12.10.2026 § 214.", "published", "2026-10-12"),
        ("Godkänd av direktören den 12 oktober 2026.", "published", "2026-10-12"),
        ("Approved by the board on 12 October 2026.", "published", "2026-10-12"),
        ("Koivurannan kaupunki. Hyväksytty 12.10.2026.", "publisher", "Koivurannan kaupunki"),
        ("Finansministeriet – 12.10.2026", "publisher", "Finansministeriet"),
        ("Ministry of Finance\n\nGuidance", "publisher", "Ministry of Finance"),
        ("Ohje korvaa ohjeen Tekoälyn käyttö 2024.", "supersedes", "ohjeen Tekoälyn käyttö 2024"),
        ("Anvisningen ersätter Användning av AI 2024.", "supersedes", "Användning av AI 2024"),
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
        "Kaupunki saa hyväksyä palvelun, ja valvoa sitä.",
    ],
)
def test_what_a_text_does_not_say(tmp_path: Path, said: str) -> None:
    found = proposed(read(tmp_path, "a.txt", f"{said}\n".encode()))
    assert set(found) <= {"title", "language"}


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


def test_a_day_that_does_not_exist_is_none() -> None:
    assert day_of("31.2.2026") is None
    assert day_of("29. helmikuuta 2028") == date(2028, 2, 29)
