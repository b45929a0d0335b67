"""Word files whose writers do without its styles and lists: bold lines, line breaks, coloured rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rag.sources.numerals import numeral
from rag.sources.readers import read_document
from tests.test_as_people_have_it import outline, read, rows_of, saved, word_table
from tests.test_opendocument import odf

W = nsdecls("w")


def word_of(*paragraphs: str) -> bytes:
    """Paragraphs, those in asterisks bold."""
    word = docx.Document()
    for each in paragraphs:
        word.add_paragraph().add_run(each.strip("*")).bold = each.startswith("*")
    return saved(word)


def test_short_bold_paragraphs_head_what_follows_them(tmp_path: Path) -> None:
    content = word_of(
        "*Etätyö*", "*Kuka saa*", "Vakituiset saavat.", "*Ulkomailla*", "Siellä ei saa.", "Ei lomallakaan."
    )
    document = read(tmp_path, "a.docx", content)
    assert [(block.level, block.span.of(document.text)) for block in document.blocks if block.kind == "heading"] == [
        (1, "Etätyö"),
        (2, "Kuka saa"),
        (2, "Ulkomailla"),
    ]
    assert document.metadata.title == "Etätyö"


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("*Huomio*", "Sali on kiinni.", "Halli on auki."),  # one
        ("*Ovet suljetaan klo 20.*", "Sali on kiinni.", "*Avainta ei saa lainata.*", "Halli on auki."),  # sentences
        (
            "*Sali*",
            "*Halli*",
            "*Kenttä*",
            "*Kerho*",
            "Kaikki ovat kiinni.",
            "Avaimet ovat toimistossa.",
        ),  # no text below
        ("Avaimet ovat toimistossa.", "*Maija Malli*", "*rehtori*"),  # at the end
    ],
)
def test_bold_paragraphs_that_do_not_look_so_all_along_head_nothing(
    tmp_path: Path, paragraphs: tuple[str, ...]
) -> None:
    assert all(line.startswith("paragraph") for line in outline(read(tmp_path, "a.docx", word_of(*paragraphs))))


def test_where_styles_tell_the_headings_bold_tells_none(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Ohje", 1)
    for head, said in (("Kuka saa", "Vakituiset saavat."), ("Ulkomailla", "Siellä ei saa.")):
        word.add_paragraph().add_run(head).bold = True
        word.add_paragraph(said)
    assert sum(line.startswith("heading") for line in outline(read(tmp_path, "a.docx", saved(word)))) == 1


LINES = ["paragraph: Muista:", "item: avain", "item: kortti"]


def test_lines_of_one_paragraph_with_marks_are_items(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Muista:\n- avain\n- kortti")
    assert outline(read(tmp_path, "a.docx", saved(word))) == LINES
    body = "<text:p>Muista:<text:line-break/>– avain<text:line-break/>– kortti</text:p>"
    assert outline(read(tmp_path, "a.odt", odf("odt", body))) == LINES


def test_lines_of_an_item_with_marks_stand_below_it(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Ota mukaan:\na) avain\nb) kortti", style="List Bullet")
    word.add_paragraph("Tule ajoissa", style="List Bullet")
    document = read(tmp_path, "a.docx", saved(word))
    assert [block.level for block in document.blocks] == [1, 2, 2, 1]
    assert "  a) avain" in document.text


def test_lines_without_marks_are_one_paragraph(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Toimisto\nKatu 1\n- ei postia")
    assert outline(read(tmp_path, "a.docx", saved(word))) == ["paragraph: Toimisto Katu 1 - ei postia"]


def shade(row: Any, colour: str) -> None:
    for cell in row.cells:
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {W} w:val="clear" w:fill="{colour}"/>'))


@pytest.mark.parametrize(
    ("colours", "heads"),
    [
        (("1F3864", "", ""), ["Tila", "Varaaja"]),
        (("1F3864", "D9E2F3", ""), ["Tila", "Varaaja"]),
        (("D9E2F3", "", "D9E2F3"), ["", ""]),  # each other row
        (("FFFFFF", "", ""), ["", ""]),
    ],
)
def test_a_first_row_with_a_colour_of_its_own_names_the_columns(
    tmp_path: Path, colours: tuple[str, ...], heads: list[str]
) -> None:
    word = docx.Document()
    table = word_table(word, [["Tila", "Varaaja"], ["Sali", "rehtori"], ["Kenttä", "seura"]])
    for row, colour in zip(table.rows, colours, strict=True):
        if colour:
            shade(row, colour)
    assert [head for head, _ in rows_of(read(tmp_path, "a.docx", saved(word)))[-1]] == heads


@pytest.mark.parametrize(
    ("number", "in_word", "on_a_page"),
    [(26, "z", "z"), (27, "aa", "aa"), (28, "bb", "ab"), (53, "aaa", "ba"), (702, "z" * 27, "zz"), (781, "781", "781")],
)
def test_letters_go_on_behind_z(number: int, in_word: str, on_a_page: str) -> None:
    assert numeral(number, "lowerLetter") == in_word
    assert numeral(number, "upperLetter", counted=True) == on_a_page.upper()


@pytest.mark.parametrize(
    ("tops", "title"),
    [
        (("1 Soveltamisala", "2 Lainaaminen"), "lainat"),
        (("1. Johdanto", "2.1. Lainat"), "lainat"),
        (("1 § Ala", "2 § Raja"), "lainat"),
        (("5 askelta lainaan", "Palautus"), "5 askelta lainaan"),
        (("Lainat", "1 Ala", "2 Palautus"), "Lainat"),
    ],
)
def test_the_first_of_several_numbered_chapters_is_no_title(tmp_path: Path, tops: tuple[str, ...], title: str) -> None:
    path = tmp_path / "lainat.md"
    path.write_text("\n\n".join(f"# {top}\n\nLaina-aika on viikko." for top in tops), encoding="utf-8")
    assert read_document(path, tmp_path, lambda _: "fi").metadata.title == title
