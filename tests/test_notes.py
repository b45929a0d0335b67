"""Notes stand behind what refers to them: never between a lead-in and its list, nor do their marks hide an end."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rag.sources.chunking import chunk_document
from rag.types import Document
from tests.test_as_people_have_it import outline, read, saved, with_footnotes
from tests.test_opendocument import odf

LED = ["paragraph: Avainta ei saa antaa:", "item: oppilaille", "item: vieraille"]
NOTE = "paragraph: Eikä lainata."


def units(document: Document) -> list[tuple[str, ...]]:
    chunks = chunk_document(document, lambda text: len(text.split()))
    return [tuple(unit.of(document.text) for unit in chunk.units) for chunk in chunks]


NOTES = f"""<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>Eikä lainata.</w:t></w:r></w:p>
</w:footnote></w:footnotes>"""
REFERENCE = f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'


def word_list(typed: bool) -> bytes:
    word = docx.Document()
    lead = word.add_paragraph("Avainta ei saa antaa")
    lead._p.append(parse_xml(REFERENCE))
    lead.add_run(":")
    for each in ("oppilaille", "vieraille"):
        word.add_paragraph(f"- {each}" if typed else each, style=None if typed else "List Bullet")
    return with_footnotes(saved(word), NOTES)


def in_formats() -> dict[str, bytes | str]:
    noted = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Eikä lainata.</text:p>"
    item = "<text:list-item><text:p>{}</text:p></text:list-item>"
    body = f"<text:p>Avainta ei saa antaa{noted}</text:note-body></text:note>:</text:p><text:list>"
    return {
        "typed.docx": word_list(typed=True),
        "numbered.docx": word_list(typed=False),
        "a.odt": odf("odt", body + item.format("oppilaille") + item.format("vieraille") + "</text:list>"),
        "a.md": "Avainta ei saa antaa[^1]:\n\n- oppilaille\n- vieraille\n\n[^1]: Eikä lainata.\n",
    }


@pytest.mark.parametrize("name", ["typed.docx", "numbered.docx", "a.odt", "a.md"])
def test_a_note_of_what_leads_in_a_list_stands_behind_the_list(tmp_path: Path, name: str) -> None:
    document = read(tmp_path, name, in_formats()[name])
    assert outline(document) == [*LED, NOTE]
    assert units(document)[0] == ("Avainta ei saa antaa:", "oppilaille", "vieraille")


def test_a_note_of_a_sentence_stands_right_behind_it_where_it_leads_in_nothing(tmp_path: Path) -> None:
    text = "Avain palautetaan.[^1]\n\n- Polkupyörän saa pestä.\n\nSeuraava.\n\n[^1]: Heti.\n"
    assert outline(read(tmp_path, "a.md", text)) == [
        "paragraph: Avain palautetaan.",
        "paragraph: Heti.",
        "item: Polkupyörän saa pestä.",
        "paragraph: Seuraava.",
    ]


def test_a_note_of_a_table_s_title_stands_behind_the_table(tmp_path: Path) -> None:
    text = "Hinnat[^1]\n\n| Tila | Hinta |\n|---|---|\n| Sali | 5 |\n\n[^1]: Ilman veroa.\n"
    assert outline(read(tmp_path, "a.md", text)) == [
        "caption: Hinnat",
        "row: Tila | Hinta",
        "row: Sali | 5",
        "paragraph: Ilman veroa.",
    ]


@pytest.mark.parametrize("mark", ["¹", "³⁾", "*", "[4]", "(2)"])
def test_a_sentence_with_a_note_s_mark_is_no_heading(tmp_path: Path, mark: str) -> None:
    text = f"OHJE\n\nSalin saa varata vain rehtori.{mark}\n\nVaraus maksaa 5 euroa.\n"
    assert outline(read(tmp_path, "a.txt", text))[1] == f"paragraph: Salin saa varata vain rehtori.{mark}"


def test_a_sentence_with_a_note_s_mark_is_no_title_of_a_table(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Salin saa varata vain rehtori.").add_run("1").font.superscript = True
    table = word.add_table(2, 2)
    for cell, words in zip(table._cells, ("Tila", "Hinta", "Sali", "5"), strict=True):
        cell.text = words
    assert outline(read(tmp_path, "a.docx", saved(word)))[0] == "paragraph: Salin saa varata vain rehtori.¹"
