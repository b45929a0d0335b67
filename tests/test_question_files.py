"""Test questions from and to spreadsheets, in the words of three languages; what is wrong is told row by row."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from api.problems import WrongFields
from api.question_files import as_csv, as_xlsx, read_questions
from rag.errors import UnreadableSource
from rag.publishing.questions import Expected
from rag.settings import Settings
from rag.types import LANGUAGES, Language

QUESTIONS = [
    Expected(
        question="Saanko syöttää henkilötietoja?",
        language="fi",
        answerable=True,
        documents=("ohje", "liite"),
        evidence=("Henkilötietoja ei saa syöttää.", "Kalat | Sallittu | Kielletty; ei muuta"),
        verdict="not_allowed",
        why='Ohjeen "uusi" kohta',
    ),
    Expected(question="=1+1 Vad kostar det?", language="sv", answerable=False),
    Expected(question="Who approves it?", language="en"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_taken_along_can_be_taken_in_again(form: str, language: Language) -> None:
    content = as_csv(QUESTIONS, language).encode() if form == "csv" else as_xlsx(QUESTIONS, language)
    assert read_questions(Settings(), f"omat.{form.upper()}", content) == QUESTIONS


def sheet(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    made = book.active
    assert made is not None
    for row in rows:
        made.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_sheet_as_people_write_it() -> None:
    content = sheet(
        ["Ratkaisu", "Kysymys", "Oma sarake", "lainaus"],
        ["Ei sallittu", "Saanko käyttää sitä?", "x", "Ei saa."],
        [],
        [None, "Kuka hyväksyy palvelun?"],
    )
    [first, second] = read_questions(Settings(), "omat.xlsx", content)
    assert (first.language, first.verdict, first.evidence, first.answerable) == (
        "fi",
        "not_allowed",
        ("Ei saa.",),
        None,
    )
    assert (second.question, second.answerable) == ("Kuka hyväksyy palvelun?", None)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["otsikko", "kieli"], ["Saanko?", "fi"]], [("no_question_column", None)]),
        ([], [("no_question_column", None)]),
        (
            [
                ["kysymys", "kieli", "ohje vastaa", "ratkaisu"],
                ["Saanko?", "de", "", ""],
                ["Saanko sitä?", "fi", "ehkä", ""],
                ["Saanko tätä?", "fi", "kyllä", "joskus"],
                ["Saanko noita?", "fi", "kyllä", ""],
                ["", "fi", "ei", ""],
                ["a" * 3000, "fi", "ei", ""],
            ],
            [
                ("row_without_question", 6),
                ("row_language", 2),
                ("row_answerable", 3),
                ("row_verdict", 4),
                ("row_without_evidence", 5),
                ("row_too_long", 7),
            ],
        ),
    ],
)
def test_every_row_that_is_wrong_is_told(rows: list[list[Any]], told: list[tuple[str, int | None]]) -> None:
    content = "\n".join(";".join(row) for row in rows).encode() if rows else sheet(["x"])
    with pytest.raises(WrongFields) as refused:
        read_questions(Settings(), "omat.csv" if rows else "omat.xlsx", content)
    assert [(each.key.removeprefix("admin.field."), each.values.get("row")) for each in refused.value.errors] == told


@pytest.mark.parametrize(
    ("name", "reason"), [("omat.pdf", "wrong_type"), ("omat", "wrong_type"), ("x.xlsx", "wrong_type")]
)
def test_what_is_no_spreadsheet_is_refused(name: str, reason: str) -> None:
    with pytest.raises(UnreadableSource) as refused:
        read_questions(Settings(), name, b"PK\x03\x04 cut off")
    assert refused.value.reason == reason
