"""Plain text and messages as people lay them out, without any marks of a format."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.sources.format_text import read_text
from tests.support.growth import busy_s
from tests.test_as_people_have_it import outline, read, rows_of


@pytest.mark.parametrize(
    ("title", "chapter"),
    [("Ohje\n====", "Turva\n-----"), ("Ohje vieraille\n===", "Turva ja avaimet\n~~~~~~~~~~~~~~~~")],
)
def test_a_line_drawn_below_a_title_makes_it_a_heading(tmp_path: Path, title: str, chapter: str) -> None:
    text = f"{title}\n\nVieras ilmoittautuu aulassa.\n\n{chapter}\nVieras ei saa liikkua yksin.\n"
    document = read(tmp_path, "a.txt", text)
    assert [line for line in outline(document) if line.startswith("heading")] == [
        f"heading: {each.splitlines()[0]}" for each in (title, chapter)
    ]
    assert document.text.endswith("\n\nVieras ei saa liikkua yksin.")


def test_a_line_drawn_between_paragraphs_is_no_word(tmp_path: Path) -> None:
    text = "OHJE\n\nSali on kiinni.\nAvain on aulassa.\n----------\nHalli on auki.\n"
    assert outline(read(tmp_path, "a.txt", text))[1:] == [
        "paragraph: Sali on kiinni. Avain on aulassa.",
        "paragraph: Halli on auki.",
    ]


@pytest.mark.parametrize("rule", ["", "---------------------------\n", "-------      ----     ----\n"])
def test_columns_of_spaces_are_a_table(tmp_path: Path, rule: str) -> None:
    rows = "Sauna        12 e     15 e\nSali         ei       5 e\nKerhohuone            2 e\n"
    document = read(tmp_path, "a.txt", f"HINNASTO\n\nPalvelu      Arki     Pyhä\n{rule}{rows}\nMuut ovat ilmaisia.\n")
    assert rows_of(document) == [
        [("Palvelu", "Sauna"), ("Arki", "12 e"), ("Pyhä", "15 e")],
        [("Palvelu", "Sali"), ("Arki", "ei"), ("Pyhä", "5 e")],
        [("Palvelu", "Kerhohuone"), ("Arki", ""), ("Pyhä", "2 e")],
    ]
    assert outline(document)[-1] == "paragraph: Muut ovat ilmaisia."


def test_numbers_at_the_right_and_cells_one_space_apart_are_in_their_columns(tmp_path: Path) -> None:
    text = "Palvelu     Hinta     Aika\nSauna          12     1 h\nSali        ei maksua 2 h\n"
    assert [[cell for _, cell in row] for row in rows_of(read(tmp_path, "a.txt", text))] == [
        ["Sauna", "12", "1 h"],
        ["Sali", "ei maksua", "2 h"],
    ]


def test_dots_lead_to_the_next_cell(tmp_path: Path) -> None:
    text = "Lippu arkisin ................ 5 e\nLippu pyhinä ................. 7 e\n"
    assert outline(read(tmp_path, "a.txt", text)) == ["row: Lippu arkisin | 5 e", "row: Lippu pyhinä | 7 e"]


@pytest.mark.parametrize(
    "text",
    [
        "Sali on kiinni.  Halli on auki.\nAvain on aulassa.  Se palautetaan.\n",
        "1.  Avaa ovi.\n2.  Sulje ovi.\n",
        "- avain     aina\n- kortti    aina\n",
        "Palvelu      Arki\n",
    ],
)
def test_what_only_has_two_spaces_is_no_table(tmp_path: Path, text: str) -> None:
    assert not any(line.startswith("row") for line in outline(read(tmp_path, "a.txt", text)))


@pytest.mark.parametrize("line", ["b", "Avain .... b"])
def test_lines_that_are_nearly_a_table_take_no_long_time(line: str) -> None:
    lines = [f"{'a' * (number % 7 + 1)}  {line}" for number in range(40_000)]
    assert busy_s(lambda: read_text("\n".join(lines))) < 10 * busy_s(lambda: read_text("\n".join(lines[:10_000])))


MESSAGE = "From: a@b.example\nSubject: Avaimet\nContent-Type: text/plain; charset=utf-8\n\nAvainta ei saa lainata.\n\n"


@pytest.mark.parametrize("sign", ["-- ", "--"])
def test_who_has_signed_a_message_stands_apart_from_what_it_says(tmp_path: Path, sign: str) -> None:
    document = read(tmp_path, "a.eml", f"{MESSAGE}{sign}\nMaija Malli\nrehtori\n")
    assert outline(document) == ["paragraph: Avainta ei saa lainata.", "paragraph: Maija Malli", "paragraph: rehtori"]
    assert [block.kind for block in document.blocks][1] == "break"
