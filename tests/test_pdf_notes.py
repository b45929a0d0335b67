"""Notes of a PDF's pages, names that dots lead to their values, and facts that look like headings."""

from __future__ import annotations

from pathlib import Path

import pytest
from fpdf import FPDF

from tests.test_as_people_have_it import outline, read, rows_of

NOTE = "Hallitus voi korottaa palkkiota."


class Page(FPDF):
    def __init__(self) -> None:
        super().__init__()
        self.set_auto_page_break(False)
        self.add_page()
        self.at(20, 25, "Palkkiot", 16, "B")

    def at(self, x: float, y: float, words: str, size: float = 11, style: str = "") -> float:
        self.set_font("helvetica", style, size)
        self.text(x, y, words)
        return x + self.get_string_width(words)

    def marked(self, y: float, words: str, mark: str, raised: bool) -> None:
        end = self.at(20, y, words)
        self.at(end, y - 1.4 * raised, mark, 7 if raised else 11)


@pytest.mark.parametrize(("mark", "raised"), [("1", True), ("*", False), ("**", False), ("*", True)])
@pytest.mark.parametrize("words", ["Kokouspalkkio on 80 euroa.", "Palkkio on 80 euroa", "Palkkion saa kuka vain."])
def test_a_note_is_read_behind_its_mark(tmp_path: Path, mark: str, raised: bool, words: str) -> None:
    pdf = Page()
    pdf.marked(40, words, mark, raised)
    pdf.at(20, 54, "Puheenjohtajan palkkio on 120 euroa.")
    pdf.at(20, 270, f"{mark} {NOTE}", 8)
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    said = [each.split(": ", 1)[1] for each in outline(document)]
    assert said[-2:] == [NOTE, "Puheenjohtajan palkkio on 120 euroa."]
    assert said[-3].startswith(words)
    assert document.quotability is not None
    assert not document.quotability.lost


def test_notes_may_be_longer_than_their_text(tmp_path: Path) -> None:
    pdf = Page()
    pdf.marked(40, "Palkkio maksetaan heti.", "1", raised=True)
    pdf.at(20, 262, "1 Ei makseta opiskelijajäsenelle eikä henkilölle, joka on toimessaan työnantajan", 8)
    pdf.at(20, 266, "edustajana tai jolle se on jo maksettu muualta.", 8)
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    assert outline(document)[-1].startswith("paragraph: Ei makseta opiskelijajäsenelle")
    assert document.quotability is not None
    assert not document.quotability.lost


def test_the_note_of_a_cell_is_not_lost(tmp_path: Path) -> None:
    pdf = Page()
    for number, (name, price) in enumerate([("Palvelu", "Hinta"), ("Sauna", "12 euroa*"), ("Sali", "5 euroa")]):
        pdf.at(20, 40 + 8 * number, name, style="B" if number == 0 else "")
        pdf.at(80, 40 + 8 * number, price, style="B" if number == 0 else "")
    pdf.at(20, 270, f"* {NOTE}", 8)
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    assert len(rows_of(document)) == 2
    assert NOTE in document.text


def test_one_line_that_ends_in_a_notes_mark_is_no_heading(tmp_path: Path) -> None:
    pdf = Page()
    pdf.marked(40, "Avaimen saa vain vahtimestari.", "1", raised=True)
    pdf.at(20, 54, "Avain palautetaan toimistoon.")
    pdf.at(20, 270, "1 Ei koske iltavuoroa.", 8)
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    assert [each for each in outline(document) if each.startswith("heading")] == ["heading: Palkkiot"]


@pytest.mark.parametrize("leaders", [" " + 30 * ".", " " + 12 * ". ", 8 * "…", 4 * "."])
@pytest.mark.parametrize("suffix", ["pdf", "txt"])
def test_names_that_dots_lead_to_their_values_are_rows(tmp_path: Path, leaders: str, suffix: str) -> None:
    prices = [("Aikuisen kertalippu", "8 euroa"), ("Lapsen kertalippu", "4,50 euroa"), ("Eläkeläinen", "maksuton")]
    lines = [f"{name}{leaders} {price}" for name, price in prices]
    pdf = Page()
    pdf.set_font("helvetica", "", 11)
    for number, line in enumerate(lines):
        pdf.at(20, 40 + 8 * number, line.replace("…", "..."))
    content = (
        bytes(pdf.output()) if suffix == "pdf" else "\n".join(["HINNASTO", "", *lines, "", "Hinnat ovat voimassa."])
    )
    document = read(tmp_path, f"a.{suffix}", content)
    assert [[cell for _, cell in row] for row in rows_of(document)] == [list(row) for row in prices]


def test_a_table_of_contents_is_none_of_these(tmp_path: Path) -> None:
    text = "OHJE\n\nJohdanto ........ 3\nLuvat ........ 12\n\nLupa haetaan toimistosta.\n"
    assert not rows_of(read(tmp_path, "a.txt", text))


@pytest.mark.parametrize("fact", ["Kustannus: 12 milj. euroa", "Valmis: 31.12.2027", "Budget: 4 000 euroa"])
def test_a_fact_heads_nothing(tmp_path: Path, fact: str) -> None:
    pdf = Page()
    pdf.at(20, 40, "Sähköinen asiointi laajenee kaikkiin kuntiin.")
    pdf.at(20, 60, fact)
    pdf.at(20, 80, "Asiointi alkaa ensi vuonna kaikissa kunnissa.")
    assert f"paragraph: {fact}" in outline(read(tmp_path, "a.pdf", bytes(pdf.output())))


def test_type_that_nobody_can_read_has_no_notes_and_is_no_damage(tmp_path: Path) -> None:
    pdf = Page()
    pdf.pages.clear()
    pdf.page = 0
    pdf.add_page()
    pdf.at(20, 50, NOTE, 0.04)
    assert NOTE.split()[0] in read(tmp_path, "a.pdf", bytes(pdf.output())).text
