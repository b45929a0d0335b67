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
