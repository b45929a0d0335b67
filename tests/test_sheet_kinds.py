"""Sheets, values apart by commas, and what stands before a table, in the forms in which people have them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import docx
import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from rag.errors import UnreadableSource
from rag.sources.canonical import is_sentence
from rag.sources.chunking import chunk_document
from rag.sources.csv_charset import charset_of
from rag.sources.format_sheets import read_csv
from rag.sources.readers import read_document
from rag.sources.sheet_values import shown
from rag.types import Document
from tests.support.growth import busy_s
from tests.test_as_people_have_it import losses, outline, read, rows_of, saved, word_table
from tests.test_opendocument import odf
from tests.test_opendocument import row as odf_row

Rows = list[list[object]]


def sheet_of(rows: Rows) -> Workbook:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    return made


def stored(made: Workbook) -> bytes:
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def in_sheet_formats(rows: Rows) -> dict[str, bytes | str]:
    width = max(map(len, rows))
    lines = [";".join(["" if cell is None else str(cell) for cell in row] + [""] * (width - len(row))) for row in rows]
    return {"a.xlsx": stored(sheet_of(rows)), "a.csv": "\n".join(lines)}


def contexts(document: Document) -> list[tuple[str, ...]]:
    """Of each row what stands above it, the sheet's name left out."""
    chunks = [chunk for chunk in chunk_document(document, len, frozenset()) if chunk.kind == "row"]
    return [tuple(line for line in chunk.context.split("\n") if line not in ("Sheet", "")) for chunk in chunks]


HEADS: list[object] = ["Tila", "Jäsen", "Muu"]
NAMES = "Tila | Jäsen | Muu"


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((["Iltana", "12 €", "15 €"], ["Aamuna", "9 €", "11 €"]), (["Iltana", "20 €", "25 €"],)),
        ((["Iltana", 12, 15],), (["Viikossa", 20, 25], ["Kuussa", 60, 75])),
        ((["Iltana", "18–21", "19–21"],), (["Aamuna", "8–12", "ei lainkaan"],)),
        ((["Iltana", "saa", "ei saa"], ["Aamuna", "luvalla", "ei saa"]), (["Yöllä", "saa", "vain luvalla"],)),
    ],
)
def test_parts_of_a_price_list_stand_below_the_names_of_its_columns(
    tmp_path: Path, name: str, one: Rows, other: Rows
) -> None:
    document = read(tmp_path, name, in_sheet_formats([HEADS, ["Kerhotila"], *one, ["Juhlasali"], *other])[name])
    assert contexts(document) == [("Kerhotila", NAMES)] * len(one) + [("Juhlasali", NAMES)] * len(other)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_part_of_a_sheet_is_told_by_names_that_come_back(tmp_path: Path, name: str) -> None:
    rows: Rows = [HEADS, ["Ilta", "12 €", "15 €"], ["Sali"], ["Ilta", "30 €", "35 €"]]
    document = read(tmp_path, name, in_sheet_formats(rows)[name])
    assert contexts(document) == [(NAMES,), ("Sali", NAMES)]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_name_of_which_nothing_is_said_is_no_title_and_ends_no_table(tmp_path: Path, name: str) -> None:
    rows: Rows = [HEADS, ["Sauna", "12 €", "ei"], ["Sali"], ["Halli", "ei", "35 €"]]
    document = read(tmp_path, name, in_sheet_formats(rows)[name])
    assert contexts(document) == [(NAMES,)] * 3
    assert [row[0] for row in rows_of(document)] == [("Tila", "Sauna"), ("Tila", "Sali"), ("Tila", "Halli")]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
@pytest.mark.parametrize(
    ("below", "wanted"),
    [
        ([["Väline", "Hinta", "Pantti"], ["Maila", "3 €", "5 €"]], [("Välineet", "Väline | Hinta | Pantti")]),
        ([["Väline", "2025", "2026"], ["Maila", "3 €", "5 €"]], [("Välineet", "Väline | 2025 | 2026")]),
        ([["Niemi", "040 111", "Rantatie 1"]], [("Välineet",)]),
    ],
)
def test_what_has_names_of_its_own_or_other_values_takes_none(
    tmp_path: Path, name: str, below: Rows, wanted: list[tuple[str, ...]]
) -> None:
    rows: Rows = [HEADS, ["Sauna", "12 €", "15 €"], ["Sali", "20 €", "25 €"], ["Välineet"], *below]
    document = read(tmp_path, name, in_sheet_formats(rows)[name])
    assert contexts(document) == [(NAMES,)] * 2 + wanted


def test_a_part_of_an_unnamed_list_takes_the_title_of_no_other(tmp_path: Path) -> None:
    lines = "Sauna\nAikuinen;8 €\nLapsi;4 €\nUinti\nAikuinen;8 €\nLapsi;2 €"
    document = read(tmp_path, "a.csv", lines)
    assert contexts(document) == [("Sauna",)] * 2 + [("Uinti",)] * 2


def test_a_sentence_below_the_names_is_no_title(tmp_path: Path) -> None:
    rows: Rows = [HEADS, ["Hinnat sisältävät veron."], ["Sauna", "12 €", "15 €"], ["Sali", "20 €", "25 €"]]
    document = read(tmp_path, "a.xlsx", in_sheet_formats(rows)["a.xlsx"])
    assert contexts(document) == [(NAMES,)] * 3
    assert "row: Hinnat sisältävät veron." in outline(document)


def test_parts_of_a_word_table_need_no_merged_cells(tmp_path: Path) -> None:
    word = docx.Document()
    rows = [["Tila", "Jäsen", "Muu"], ["Kerhotila", "", ""], ["Iltana", "12 €", "15 €"], ["Sali", "", ""],
            ["Aamuna", "9 €", "11 €"]]  # fmt: skip
    word_table(word, rows, bold=True)
    assert contexts(read(tmp_path, "a.docx", saved(word))) == [("Kerhotila", NAMES), ("Sali", NAMES)]
    html = "".join(
        "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in row) + "</tr>"
        for tag, row in zip(["th", *["td"] * 4], rows, strict=True)
    )
    document = read(tmp_path, "a.html", f"<table>{html}</table>")
    assert contexts(document) == [("Kerhotila", NAMES), ("Sali", NAMES)]


def test_tables_beside_each_other_are_read_one_by_one(tmp_path: Path) -> None:
    rows: Rows = [
        ["Vene", "Vuokra", None, "Vene", "Vuokra", "Pantti"],
        ["Soutuvene", 8, None, "Kanootti", 12, 20],
        ["Jolla", 9, None, None, None, None],
    ]
    document = read(tmp_path, "a.xlsx", stored(sheet_of(rows)))
    assert rows_of(document) == [
        [("Vene", "Soutuvene"), ("Vuokra", "8")],
        [("Vene", "Jolla"), ("Vuokra", "9")],
        [("Vene", "Kanootti"), ("Vuokra", "12"), ("Pantti", "20")],
    ]
    titled: Rows = [
        ["Kesä", None, None, "Talvi"],
        ["Vene", "Vuokra", None, "Suksi", "Hinta"],
        ["Jolla", 8, None, "Pitkä", 4],
    ]
    document = read(tmp_path, "b.csv", in_sheet_formats(titled)["a.csv"])
    assert contexts(document) == [("Kesä", "Vene | Vuokra"), ("Talvi", "Suksi | Hinta")]


def test_a_title_alone_above_tables_beside_each_other_is_no_shorter_table(tmp_path: Path) -> None:
    document = read(tmp_path, "a.csv", "Veneet\nVene;Vuokra;;Vene;Hinta\nJolla;8;;Kanootti;4\n")
    assert contexts(document) == [("Veneet", "Vene | Vuokra"), ("Vene | Hinta",)]


def test_a_row_whose_values_are_struck_out_is_no_title(tmp_path: Path) -> None:
    made = sheet_of([HEADS, ["Sali", "12 €", "15 €"], ["Halli", "9 €", "11 €"]])
    made.active["B2"].font = made.active["C2"].font = Font(strike=True)
    document = read(tmp_path, "a.xlsx", stored(made))
    assert contexts(document) == [(NAMES,)] * 2


def test_an_empty_column_within_a_table_parts_nothing(tmp_path: Path) -> None:
    rows: Rows = [["Vene", "Kesä", None, "Talvi", "Syksy"], ["Jolla", "8 €", None, "5 €", "6 €"],
                  [None, "9 €", None, "4 €", "7 €"]]  # fmt: skip
    document = read(tmp_path, "a.xlsx", stored(sheet_of(rows)))
    assert outline(document)[1:3] == ["row: Vene | Kesä | | Talvi | Syksy", "row: Jolla | 8 € | | 5 € | 6 €"]


@pytest.mark.parametrize(
    ("value", "form", "wanted"),
    [
        (8.5, '#,##0.00 "€"', "8,50 €"),
        (8.5, r"#,##0.00\ [$€-40B]", "8,50 €"),
        (-8.5, r'_-* #,##0.00 "€"_-;\-* #,##0.00 "€"_-;_-* "-"?? "€"_-;_-@_-', "-8,50 €"),
        (0, r'_-* #,##0.00 "€"_-;\-* #,##0.00 "€"_-;_-* "-"?? "€"_-;_-@_-', "0,00 €"),
        (3, '0 "kpl"', "3 kpl"),
        (3, '"n. "0', "n. 3"),
        (2_500_000, '0.0,,"M€"', "2,5M€"),
        (-4, "0;[Red]0", "-4"),
        (-4, "0_);(0)", "(4)"),
        (-4, '"$"0', "-$4"),
        (1, '"avoin";;"kiinni"', "avoin"),
        (0, '"avoin";;"kiinni"', "kiinni"),
        (7, '[<10]0 "g";0.0," kg"', "7"),
        (0.125, "0%", "12,5 %"),
        (12345678, r"0000000\-0", "1234567-8"),
        (120, "00000", "00120"),
        (5, "@", "5"),
        (0.0000002, "General", "0,0000002"),
        (1 / 3, "", "0,333333"),
        (float("nan"), "000", "nan"),
        (10**400, "0.00", str(10**400)),
        (True, "General", "TRUE"),
        (False, "General", "FALSE"),
        (timedelta(hours=27, minutes=5), "[h]:mm", "27:05"),
        (timedelta(hours=2), "[mm]:ss", "120:00"),
        (timedelta(minutes=-5), "[mm]", "-5"),
        (timedelta(seconds=90), "[s]", "90"),
        (date(2026, 4, 1), "mm/yyyy", "4/2026"),
        (datetime(2026, 4, 1), r"mmmm\ yyyy", "4/2026"),
        (datetime(2026, 4, 1), "yyyy", "2026"),
        (datetime(2026, 4, 1, 9, 5), "h:mm", "09.05"),
        (datetime(2026, 4, 1, 9, 5), "d.m.yyyy h:mm", "1.4.2026 09.05"),
        (datetime(2026, 4, 1), '"hyvä "d.m.yyyy', "1.4.2026"),
        (time(9, 5), "h:mm", "09.05"),
    ],
)  # fmt: skip
def test_a_value_is_told_as_its_sheet_shows_it(
    value: bool | float | date | time | timedelta, form: str, wanted: str
) -> None:
    assert shown(value, form) == wanted


def test_a_sheet_tells_units_and_durations(tmp_path: Path) -> None:
    made = sheet_of([["Tila", "Vuokra", "Aika"], ["Sali", 12, timedelta(hours=30)]])
    made.active["B2"].number_format = '0.00 "€/h"'
    made.active["C2"].number_format = "[h]:mm"
    document = read(tmp_path, "a.xlsx", stored(made))
    assert rows_of(document) == [[("Tila", "Sali"), ("Vuokra", "12,00 €/h"), ("Aika", "30:00")]]


def test_formulas_without_a_value_and_comments_are_told(tmp_path: Path) -> None:
    made = sheet_of([["Tila", "Vuokra", "Yhteensä"], ["Sali", 12, "=B2*2"], ["Halli", 9, "=B3*2"]])
    made.active["A3"].comment = Comment("Vain talvella.", "Niemi")
    hidden = made.create_sheet("Piilo")
    hidden.sheet_state = "hidden"
    document = read(tmp_path, "a.xlsx", stored(made))
    assert losses(document) == [("formula without value", 2), ("hidden text", len("Vain talvella."))]
    assert losses(read(tmp_path, "b.xlsx", stored(sheet_of([["Tila", "Vuokra"], ["Sali", 12]])))) == []


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n'])
def test_what_parts_the_cells_is_no_value(tmp_path: Path, first: str) -> None:
    document = read(tmp_path, "a.csv", f"{first}Tila;Hinta, alv\nSali;12,50\n")
    assert rows_of(document) == [[("Tila", "Sali"), ("Hinta, alv", "12,50")]]
    assert document.quotability is not None
    assert document.quotability.lost == 0


@pytest.mark.parametrize("said", ["Käyttöoikeus;Hinta\nYö;5 €\n", "Plats;Pris\nÅvalla – båt;8 €\n"])
def test_values_that_excel_wrote_in_finland_are_read(tmp_path: Path, said: str) -> None:
    document = read(tmp_path, "a.csv", said.encode("cp1252"))
    assert document.text.replace(" | ", ";").strip() == said.strip()


@pytest.mark.parametrize(
    "data",
    [
        "Tila;Hinta\nKäyttö;5\n".encode("mac-roman"),
        "Tila;Hinta\nKäyttö;5\n".encode("cp850"),
        "Цена;Место\n".encode("cp1251"),
        "Käyttö;Yö\nTyö".encode() + b"\xe4",
        "Käyttö;5\n".encode("cp1252") + b"\x81",
        b"caf\xe9;5\n",
    ],
)
def test_values_in_another_encoding_are_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableSource) as refused:
        read(tmp_path, "a.csv", data)
    assert refused.value.reason == "bad_encoding"


def test_only_what_is_no_utf_8_is_looked_at() -> None:
    assert charset_of("Käyttö;5".encode()) is None
    assert charset_of("Käyttö;5".encode("utf-16")) is None


@pytest.mark.parametrize(
    "said",
    [
        "”Jäsen” on jokainen, joka on maksanut.",
        "(Hinnat sisältävät veron.)",
        "– Avain palautetaan toimistoon.",
        "*Avain palautetaan toimistoon!",
        "§ 4 Avain palautetaan toimistoon.",
        "Taulukko 1. Avain palautetaan aina toimistoon ennen kello 16.",
        "Taulukko 2: Kortti ei oikeuta alennukseen.",
        "Tabell 1. Nyckeln ska lämnas tillbaka.",
        "Table 3. The key must be returned.",
    ],
)
@pytest.mark.parametrize("name", ["a.docx", "a.html"])
def test_a_sentence_before_a_table_can_be_quoted(tmp_path: Path, said: str, name: str) -> None:
    word = docx.Document()
    word.add_paragraph(said)
    word_table(word, [["Kesä", "10 €"], ["Talvi", "12 €"]])
    page = f"<p>{said}</p><table><tr><td>Kesä</td><td>10 €</td></tr><tr><td>Talvi</td><td>12 €</td></tr></table>"
    document = read(tmp_path, name, saved(word) if name == "a.docx" else page)
    assert outline(document)[0] == f"paragraph: {said}"
    assert said in [chunk.span.of(document.text) for chunk in chunk_document(document, len) if chunk.kind == "text"]


@pytest.mark.parametrize(
    "said",
    [
        "Taulukko 1. Vuokrat vuonna 2026.",
        "Taulukko 2. Mihin avaimen saa palauttaa.",
        "Taulukko 3. Tilat, joita ei saa varata.",
        "Taulukko 4. Jäsenmaksut asunnoittain kunnan mukaan.",
        "Tabell 2. Lokaler som får bokas.",
        "Table 5. Rooms that may be booked.",
        "Kielletyt aineet",
        "***.",
    ],
)
def test_what_only_names_a_table_is_no_sentence(said: str) -> None:
    assert not is_sentence(said)


def test_long_words_before_a_table_take_no_long_time() -> None:
    for said in ("a" + "." * 300_000 + "x", "Taulukko 1 " + "sali " * 100_000, "." * 300_000 + "a"):
        assert not is_sentence(said)


def test_rows_of_names_alone_and_many_gaps_take_no_long_time(tmp_path: Path) -> None:
    wide = ";".join(f"Nimi{number}" for number in range(500))
    lines = "\n".join([wide, *["x"] * 5_000, wide, *["x", "a;b"] * 500])
    assert read(tmp_path, "a.csv", lines).text
    gaps = ";;".join("ab" * 300)
    assert read(tmp_path, "b.csv", "\n".join([gaps] * 20)).text


def test_bold_names_begin_another_table(tmp_path: Path) -> None:
    made = sheet_of([HEADS, ["Sauna", 12, 15], ["Sali", 20, 25], ["Välineet"], ["Väline", 12, 20], ["Maila", 3, 5]])
    for cell in ("A5", "B5", "C5"):
        made.active[cell].font = Font(bold=True)
    document = read(tmp_path, "a.xlsx", stored(made))
    assert contexts(document)[-1] == ("Välineet", "Väline | 12 | 20")


def test_an_empty_row_ends_no_table_that_goes_on(tmp_path: Path) -> None:
    text = "Palvelu;Sallittu;Huom.\nCopilot;kyllä;\n\nChatGPT;ei;luvalla\n\nDeepL;kyllä;\nSuno;ei;\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    document = read_document(tmp_path / "a.csv", tmp_path, lambda _: "fi")
    rows = [block for block in document.blocks if block.kind == "row"]
    assert [row.header for row in rows] == [True, False, False, False, False]


@pytest.mark.parametrize(
    "below",
    [
        "Puhelin;020 123 456;\nPosti;PL 1;\n",  # two columns: what is said of a name
        "Laite;Kunto;Paikka\nTykki;ehjä;varasto\nKangas;rikki;aula\n",  # names of its own
        "Palvelun nimi;Käyttöpaikka;Kielletty\nClaude;kokous;kyllä\nGemini;kokous;kyllä\n",
        "Vain yksi\n",
    ],
)
def test_what_stands_behind_an_empty_row_and_is_another_table_is_one(tmp_path: Path, below: str) -> None:
    text = f"Palvelu;Sallittu;Huom.\nCopilot;kyllä;\nChatGPT;ei;luvalla\n\n{below}"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    document = read_document(tmp_path / "a.csv", tmp_path, lambda _: "fi")
    table = [block.span.of(document.text) for block in document.blocks if block.kind == "row"][:3]
    assert [each.split(" |")[0] for each in table] == ["Palvelu", "Copilot", "ChatGPT"]
    after = next(block for block in document.blocks if block.span.start > document.text.index("luvalla"))
    assert after.begins or after.kind != "row"


def test_a_row_without_a_mark_is_a_row_of_its_matrix(tmp_path: Path) -> None:
    text = ";;Julkinen;Sisäinen;Salainen\n;Copilot;x;x;\n;ChatGPT;;;\n;DeepL;x;;\n;Zoom;x;x;x\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    document = read_document(tmp_path / "a.csv", tmp_path, lambda _: "fi")
    assert [block.kind for block in document.blocks] == ["row"] * 5


def test_many_tables_parted_by_empty_rows_take_no_longer_for_each() -> None:
    def seconds(rows: int) -> float:
        text = "a;b;c\n" + "".join(f"x{number};kyllä;5 €\n\n" for number in range(rows))
        return busy_s(lambda: read_csv(text))

    assert seconds(2000) < 8 * seconds(500)  # four times as many


SERVICES: Rows = [
    ["Palvelu", "Arki", "Pyhä", None, "Yksikkö", "Puhelin"],
    ["Sauna", 12, 15, None, "Keskus", "09 1"],
    ["Sali", 0, 5, None, "Pohjoinen", "09 2"],
    ["Kenttä", 7, 9, None, None, None],
]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_tables_beside_each_other_with_labels_of_their_own_are_two(tmp_path: Path, name: str) -> None:
    document = read(tmp_path, name, in_sheet_formats(SERVICES)[name])
    assert rows_of(document)[1:4] == [
        [("Palvelu", "Sali"), ("Arki", "0"), ("Pyhä", "5")],
        [("Palvelu", "Kenttä"), ("Arki", "7"), ("Pyhä", "9")],
        [("Yksikkö", "Keskus"), ("Puhelin", "09 1")],
    ]
    assert losses(document) == []


def test_where_tables_beside_each_other_may_be_one_it_is_told(tmp_path: Path) -> None:
    document = read(tmp_path, "a.xlsx", stored(sheet_of(SERVICES[:3])))
    assert rows_of(document)[-1] == [("Yksikkö", "Pohjoinen"), ("Puhelin", "09 2")]
    assert losses(document) == [("rows apart", 2)]


@pytest.mark.parametrize("value", ["kyllä", "12 €", "a@b.example"])
def test_values_behind_an_empty_column_are_no_labels(tmp_path: Path, value: str) -> None:
    rows: Rows = [["Tila", "Arki", None, "Pyhä", "Yö"], ["Sali", "ei", None, value, "kyllä"],
                  ["Halli", "ei", None, value.upper(), "ei"]]  # fmt: skip
    document = read(tmp_path, "a.xlsx", stored(sheet_of(rows)))
    assert len(rows_of(document)[0]) == 5
    assert losses(document) == []


def test_a_title_merged_over_some_of_the_columns_is_said_once(tmp_path: Path) -> None:
    made = sheet_of([["Maksut 2026"], ["Palvelu", "Arki", "Pyhä"], ["Sauna", "12 e", "15 e"]])
    made.active.merge_cells("A1:B1")
    assert contexts(read(tmp_path, "a.xlsx", stored(made))) == [("Maksut 2026", "Palvelu | Arki | Pyhä")]
    title = '<table:table-cell table:number-columns-spanned="2"><text:p>Maksut 2026</text:p></table:table-cell>'
    below = odf_row("Palvelu", "Arki", "Pyhä") + odf_row("Sauna", "12 e", "15 e")
    body = odf_row(title, "<table:covered-table-cell/>", "<table:table-cell/>") + below
    document = read(tmp_path, "a.ods", odf("ods", f"<table:table table:name='Sheet'>{body}</table:table>"))
    assert contexts(document) == [("Maksut 2026", "Palvelu | Arki | Pyhä")]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_what_a_form_says_of_itself_names_no_columns(tmp_path: Path, name: str) -> None:
    rows: Rows = [["Nimi:", "Salin varaaminen", None], ["Puhelin:", "09 123", None], [None, None, None],
                  ["Kohta", "Kuka", "Ohje"], ["Varaus", "asukas", "viikkoa ennen"]]  # fmt: skip
    document = read(tmp_path, name, in_sheet_formats(rows)[name])
    assert contexts(document) == [(), (), ("Kohta | Kuka | Ohje",)]


def test_rows_that_came_apart_from_the_names_of_their_columns_are_told(tmp_path: Path) -> None:
    rows: Rows = [["Tila", "Hinta", "Aika"], ["Sali", "12 €", "tunti"], [None, None, None], [None, None, None],
                  ["Halli", "9 kr", "vuoro"]]  # fmt: skip
    document = read(tmp_path, "a.xlsx", stored(sheet_of(rows)))
    assert losses(document) == [("rows apart", 1)]
    assert outline(document)[-1] == "row: Halli | 9 kr | vuoro"


@pytest.mark.parametrize(
    ("first", "title"),
    [("Hinnasto 2026;;", "Hinnasto 2026"), ("Hinnat vahvistaa lautakunta.;;", "a"), ("Huom:;;", "a"), (";;", "a")],
)
def test_a_first_line_by_itself_is_the_title_of_values(tmp_path: Path, first: str, title: str) -> None:
    content = f"{first}\nPalvelu;Arki;Pyhä\nSauna;12;15\nSali;0;5\n"
    document = read(tmp_path, "a.csv", content)
    assert document.metadata.title == title
    assert contexts(document)[-1][-1] == "Palvelu | Arki | Pyhä"


@pytest.mark.parametrize(
    ("rows", "heads"),
    [
        (["Nimi;Tehtävä", "Virtanen;johtaja", "Niemi;sihteeri"], ["Nimi", "Tehtävä"]),
        (["Vastuuhenkilö;Maija Malli", "Sijainti;aula"], ["", ""]),
        (["Rehtori;Virtanen", "Kuraattori;Niemi"], ["", ""]),
        (["Lippu;2025;2026", "Aikuinen;8 e;9 e", "Lapsi;4 e;4 e"], ["Lippu", "2025", "2026"]),
        (["Lippu;2025;2026", "Vuosi;2024;2027", "Muu;2023;2028"], ["", "", ""]),
    ],
)
def test_columns_of_words_and_of_years_have_names(tmp_path: Path, rows: list[str], heads: list[str]) -> None:
    document = read(tmp_path, "a.csv", "\n".join(rows))
    assert [head for head, _ in rows_of(document)[-1]] == heads
