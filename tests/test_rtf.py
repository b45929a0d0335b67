"""RTF, as WordPad, LibreOffice and Word save it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import UnreadableSource
from rag.sources.readers import read_document
from rag.types import Document
from tests.test_as_people_have_it import losses, outline, rows_of

HEAD = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Calibri;}{\f1\fnil\fcharset204 Times;}}\fs22 "


def read(folder: Path, body: str, head: str = HEAD) -> Document:
    (folder / "a.rtf").write_bytes(f"{head}{body}}}".encode("ascii"))
    return read_document(folder / "a.rtf", folder, lambda _: "fi")


def test_headings_paragraphs_and_lists(tmp_path: Path) -> None:
    body = (
        r"\pard{\fs36\b Teko\'e4lyn k\'e4ytt\'f6\par}\pard Virkamies saa k\u228?ytt\u228?\u228? {\f1\'cf} palvelua.\par"
        r"\pard{\listtext\bullet\tab}julkista tietoa\par{\listtext\bullet\tab}omaa teksti\'e4\par"
    )
    assert outline(read(tmp_path, body)) == [
        "heading: Tekoälyn käyttö",
        "paragraph: Virkamies saa käyttää П palvelua.",
        "item: julkista tietoa",
        "item: omaa tekstiä",
    ]


def test_a_table_is_rows_whatever_stands_in_a_cell(tmp_path: Path) -> None:
    cells = [
        ("Palvelu", "Saako", "Miksi"),
        ("K\\'e4\\'e4nt\\'e4j\\'e4", "ei\\par koskaan", "A|B"),
        ("Chat", "saa", "C"),
    ]
    rows = [
        r"\trowd\cellx1\cellx2\cellx3 " + "".join(rf"\intbl {cell}\cell " for cell in row) + r"\row" for row in cells
    ]
    document = read(tmp_path, "\n".join(rows) + r"\pard J\'e4lkeen.\par")
    assert rows_of(document)[0] == [("Palvelu", "Kääntäjä"), ("Saako", "ei koskaan"), ("Miksi", "A|B")]
    assert len(rows_of(document)) == 2
    assert outline(document)[-1] == "paragraph: Jälkeen."


def row(edges: list[str], cells: list[str]) -> str:
    """edges: of its cells, each with what stands before its right one."""
    said = "".join(rf"\intbl {cell}\cell " for cell in cells)
    return rf"\trowd {''.join(edges)}\pard {said}\row "


def test_a_merged_cell_says_its_words_in_each_row_and_column(tmp_path: Path) -> None:
    plain = [r"\cellx2000", r"\cellx4000", r"\cellx6000"]
    rows = [
        row(plain, ["Aineisto", "Paikka", "Sallittu"]),
        row([r"\clvmgf\cellx2000", *plain[1:]], ["Salainen", "Levy", "saa"]),
        row([r"\clvmrg\cellx2000", *plain[1:]], ["", "Pilvi", "ei"]),
        row([r"\clvmrg\cellx2010", r"\cellx5990"], ["", "luvalla"]),  # wider, as Word and LibreOffice write it
        row([plain[0], r"\clmgf\cellx4000", r"\clmrg\cellx6000"], ["Julkinen", "aina", ""]),
        row([r"\cellx6000"], ["Muut kysyvät"]),
    ]
    heads = ["Aineisto", "Paikka", "Sallittu"]
    cells = [["Salainen", "Levy", "saa"], ["Salainen", "Pilvi", "ei"], ["Salainen", "luvalla", "luvalla"],
             ["Julkinen", "aina", "aina"], ["Muut kysyvät", "", ""]]  # fmt: skip
    body = "".join(rows).replace("ä", r"\'e4") + r"\pard Lopuksi.\par"
    assert rows_of(read(tmp_path, body)) == [list(zip(heads, each, strict=True)) for each in cells]


def test_two_rows_of_names_and_rows_that_say_nothing_of_their_cells(tmp_path: Path) -> None:
    plain = [r"\cellx2000", r"\cellx4000", r"\cellx6000"]
    rows = [
        row([r"\clvmgf\cellx2000", r"\cellx6000"], ["Ala", "2026"]),
        row([r"\clvmrg\cellx2000", *plain[1:]], ["", "Naiset", "Miehet"]),
        row(plain, ["Arkisto", "1", "2"]),
    ]
    assert rows_of(read(tmp_path, "".join(rows))) == [[("Ala", "Arkisto"), ("2026 Naiset", "1"), ("2026 Miehet", "2")]]
    odd = row([r"\cellx9", r"\cellx9"], ["A", "B"]) + row([r"\cellx-5"], ["C", "D"]) + row([], ["E", "F"])
    assert outline(read(tmp_path, odd)) == ["row: A | B", "row: C | D", "row: E | F"]


def test_a_table_within_a_cell_is_words_of_the_cell(tmp_path: Path) -> None:
    inner = r"\itap2 eka\nestcell toka\nestcell{\*\nesttableprops\trowd\cellx9\cellx99\nestrow}{\nonesttables\par}"
    body = row([r"\cellx2000", r"\cellx4000"], ["Ala", f"Osat: {inner}"])
    assert outline(read(tmp_path, body)) == ["row: Ala | Osat: eka toka"]


@pytest.mark.parametrize("begin", [r"{\footnote", r"{\*\footnote"])
def test_a_note_is_read_behind_what_refers_to_it(tmp_path: Path, begin: str) -> None:
    note = rf"{{\super\chftn}}{begin}\pard\plain {{\super\chftn}} Ei harjoittelijalle.\par Eik\'e4 muille.}}"
    assert outline(read(tmp_path, rf"Kortti annetaan.{note} Se palautetaan.\par Toinen.\par")) == [
        "paragraph: Kortti annetaan. Se palautetaan.",
        "paragraph: Ei harjoittelijalle. Eikä muille.",
        "paragraph: Toinen.",
    ]
    table = row([r"\cellx2000", r"\cellx4000"], ["Kortti", f"annetaan{note}"])
    assert outline(read(tmp_path, table)) == [
        "row: Kortti | annetaan¹",  # the note stands behind all rows
        "paragraph: ¹ Ei harjoittelijalle. Eikä muille.",
    ]


def test_a_text_box_is_read_behind_its_paragraph_and_a_picture_is_told(tmp_path: Path) -> None:
    box = (
        r"{\shp{\*\shpinst\shpleft0{\sp{\sn shapeType}{\sv 202}}{\shptxt \pard Kylpy\'e4 ei saa l\'e4mmitt\'e4\'e4"
        r"\par Kysy ensin.\par}}{\shprslt{\*\do{\dptxbxtext Kopio}}}}"
    )
    body = (
        rf"Sauna on auki.{box}\par {box}\par {{\*\shppict{{\pict\pngblip 8950}}}}{{\nonshppict{{\pict\wmetafile8 01}}}}"
    )
    told = r"{\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv Kartta}}}\pngblip 8950}}{\header{\pict 01}}"
    document = read(tmp_path, rf"{body}{told}Loppu.\par")
    boxes = ["paragraph: Kylpyä ei saa lämmittää", "paragraph: Kysy ensin."]
    assert outline(document) == ["paragraph: Sauna on auki.", *boxes, *boxes, "paragraph: Loppu."]
    assert losses(document) == [("picture", 1)]


def test_raised_numbers_and_the_marks_of_older_lists(tmp_path: Path) -> None:
    body = r"Oli 126{\super 3} ja 127\super 4)\nosupersub  kpl ja 5{\up6 2}.\par"
    assert outline(read(tmp_path, body)) == ["paragraph: Oli 126³ ja 127⁴⁾ kpl ja 5²."]
    body = r"Ehdot:\par{\pntext a)\tab}eka\par{\pntext b)\tab}toka\par{\pntext\'b7\tab}kolmas\par"
    assert outline(read(tmp_path, body)) == ["paragraph: Ehdot:", "item: eka", "item: toka", "item: kolmas"]


def test_what_is_struck_out_or_hidden_is_told_and_not_read(tmp_path: Path) -> None:
    document = read(tmp_path, r"Saa {\strike ei }k\'e4ytt\'e4\'e4.{\v salaa} \strike vanha\strike0  Luvalla.\par")
    assert document.text == "Saa käyttää. Luvalla."
    assert losses(document) == [("struck out", 8), ("hidden text", 5)]


def test_the_address_of_a_link_is_none_of_the_text(tmp_path: Path) -> None:
    field = r'{\field{\*\fldinst{HYPERLINK "https://example.fi"}}{\fldrslt{ohje}}}'
    assert read(tmp_path, rf"Lue {field} ensin.\par").text == "Lue ohje ensin."


@pytest.mark.parametrize("body", ["{" * 5000, r"\u99999999 x", r"{\pict\bin999999999 x"])
def test_a_broken_one_is_told(tmp_path: Path, body: str) -> None:
    with pytest.raises(UnreadableSource) as raised:
        read(tmp_path, body)
    assert raised.value.reason in ("damaged", "empty")


ROWS = [("Tila", "Lupa"), ("Sali", "rehtori"), ("Kenttä", "seura")]


def rtf_rows(first: str, cells: str = "") -> str:
    """A table; first: what is said of its first row, cells: of the words in it."""
    rows = []
    for number, words in enumerate(ROWS):
        how = cells if number == 0 else "\\b0 "
        said = "".join(f"{how}{word}\\cell ".replace("ä", "\\'e4") for word in words)
        rows.append(rf"\trowd{first if number == 0 else ''}\cellx2000\cellx4000\pard\intbl {said}\row")
    return rf"{''.join(rows)}\pard Loppu.\par"


@pytest.mark.parametrize(
    ("first", "cells", "heads"),
    [("\\trhdr", "", ["Tila", "Lupa"]), ("", "\\b ", ["Tila", "Lupa"]), ("", "", ["", ""])],
)
def test_a_first_row_names_the_columns_where_the_file_says_so_or_it_is_bold(
    tmp_path: Path, first: str, cells: str, heads: list[str]
) -> None:
    document = read(tmp_path, rtf_rows(first, cells))
    assert [[head for head, _ in row] for row in rows_of(document)][-1] == heads
