"""Tables of a PDF that no lines part: where one ends, and what stands between two of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fpdf import FPDF

from tests.test_as_people_have_it import outline, read, rows_of

PRICES = [["Palvelu", "Hinta"], ["Sauna", "12 euroa"], ["Sali", "5 euroa"]]
ROOMS = [["Tila", "Varaaja", "Aika"], ["Kenttä", "seura", "viikko"], ["Luokka", "opettaja", "päivä"]]


class Sheets(FPDF):
    """What a word processor writes one below the other."""

    def __init__(self) -> None:
        super().__init__()
        self.add_page()
        self.heading("Ohje")

    def paragraph(self, *lines: str, bold: bool = False, size: float = 11) -> None:
        self.set_font("helvetica", "B" if bold else "", size)
        for line in lines:
            self.multi_cell(0, size / 2, line, new_x="LMARGIN", new_y="NEXT", align="L")
        self.ln(3)

    def heading(self, words: str) -> None:
        self.paragraph(words, bold=True, size=16)

    def rows(self, rows: list[list[str]], lines: str = "NONE", pitch: float = 7) -> None:
        self.set_font("helvetica", "", 11)
        with self.table(borders_layout=lines, text_align="LEFT", line_height=pitch) as table:
            for row in rows:
                table.row(row)
        self.ln(4)


def named(rows: list[list[str]]) -> list[list[tuple[str, str]]]:
    """Rows as they are quoted, each cell under its head."""
    return [list(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize("lines", ["NONE", "HORIZONTAL_LINES", "SINGLE_TOP_LINE"])
@pytest.mark.parametrize("pitch", [6.0, 7.5, 10.0])
@pytest.mark.parametrize("second", [PRICES, ROOMS])
@pytest.mark.parametrize(
    ("between", "said"),
    [
        (["Alennusta ei saa antaa ilman lupaa."], ["paragraph: Alennusta ei saa antaa ilman lupaa."]),
        (["Lupaa ei tarvita:", "- opettaja", "- rehtori"], ["paragraph: Lupaa ei tarvita:", "item: opettaja"]),
        (["# Tilat"], ["heading: Tilat"]),
        (["Muut maksut"], ["paragraph: Muut maksut"]),
    ],
)
def test_what_stands_between_two_tables_parts_them(
    tmp_path: Path, lines: str, pitch: float, second: list[list[str]], between: list[str], said: list[str]
) -> None:
    pdf = Sheets()
    pdf.paragraph("Maksut ovat nämä.")
    pdf.rows(PRICES, lines, pitch)
    pdf.ln(pitch - 6)
    if between[0].startswith("#"):
        pdf.heading(between[0][2:])
    else:
        pdf.paragraph(*between)
    pdf.rows(second, lines, pitch)
    pdf.paragraph("Muut tilat varataan toimistosta.")
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    assert rows_of(document) == [*named(PRICES), *named(second)]
    assert set(said) <= {each.replace("heading: Muut", "paragraph: Muut") for each in outline(document)}
    assert document.quotability is not None
    assert not document.quotability.lost


def test_a_title_between_the_rows_of_one_table_parts_none(tmp_path: Path) -> None:
    pdf = Sheets()
    pdf.paragraph("Maksut ovat nämä.")
    rows = [*PRICES, ["Lapset", ""], ["Uinti", "3 euroa"], ["Luistelu", "2 euroa"]]
    pdf.rows(rows)
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    assert [row[-1] for row in rows_of(document) if len(row) == 2 and row[1][1]] == [
        ("Hinta", price) for _, price in rows[1:] if price
    ]


@pytest.mark.parametrize("first", ["Kun hakemus on käsitelty\nja lupa annettu.", "Hakemus\nLiitteet luetaan aina."])
def test_the_last_line_of_a_cell_is_no_sentence_of_its_own(tmp_path: Path, first: str) -> None:
    pdf = Sheets()
    pdf.paragraph("Ajat ovat nämä.")
    pdf.rows([["Asia", "Aika"], [first, "viikko"], ["Valitus", "kuukausi"], ["Oikaisu", "vuosi"]], pitch=5.5)
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    assert "Oikaisu | vuosi" in " ".join(outline(document))


def test_a_head_and_one_row_are_a_table_and_an_address_is_none(tmp_path: Path) -> None:
    pdf = Sheets()
    pdf.paragraph("Maksut ovat nämä.")
    pdf.rows(PRICES[:2])
    assert rows_of(read(tmp_path, "a.pdf", bytes(pdf.output()))) == named(PRICES[:2])
    letter = FPDF()
    letter.add_page()
    letter.set_font("helvetica", "B", 11)
    letter.text(20, 20, "Digivirasto")
    letter.text(120, 20, "Lausunto")
    letter.set_font("helvetica", "", 11)
    letter.text(20, 26, "Kirjaamo")
    letter.text(120, 26, "Helsinki")
    letter.text(20, 50, "Virasto lausuu asiasta seuraavaa.")
    assert not rows_of(read(tmp_path, "b.pdf", bytes(letter.output())))
