"""One text as Markdown, Word, a page and OpenDocument: the same passages, heads and units."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from rag.sources.chunking import chunk_document
from rag.types import Document
from tests.test_as_people_have_it import read, saved, word_table
from tests.test_opendocument import odf
from tests.test_opendocument import row as odf_row

TITLE, CHAPTER = "Tekoälyohje", "Mitä palveluun saa syöttää"
FIRST = "Julkista aineistoa saa käsitellä kaikissa palveluissa. Salassa pidettävää ei saa syöttää mihinkään."
LEAD_IN, ITEMS = "Palveluun ei saa syöttää:", ["asiakkaan nimeä", "potilastietoja"]
ROWS = [["Palvelu", "Julkinen", "Salainen"], ["Valo", "sallittu", "kielletty"], ["Sanelu", "luvalla", "kielletty"]]
LAST = "Lisätietoja antaa tietohallinto."


def markdown() -> str:
    table = "\n".join(f"| {' | '.join(row)} |" for row in (ROWS[0], ["---"] * 3, *ROWS[1:]))
    items = "\n".join(f"- {item}" for item in ITEMS)
    return f"# {TITLE}\n\n## {CHAPTER}\n\n{FIRST}\n\n{LEAD_IN}\n\n{items}\n\n{table}\n\n{LAST}\n"


def word() -> bytes:
    made = docx.Document()
    made.add_heading(TITLE, 1)
    made.add_heading(CHAPTER, 2)
    made.add_paragraph(FIRST)
    made.add_paragraph(LEAD_IN)
    for item in ITEMS:
        made.add_paragraph(item, style="List Bullet")
    word_table(made, ROWS, bold=True)
    made.add_paragraph(LAST)
    return saved(made)


def page() -> str:
    items = "".join(f"<li>{item}</li>" for item in ITEMS)
    lines = [
        "".join(f"<{tag}>{cell}</{tag}>" for cell in row) for tag, row in zip(["th", "td", "td"], ROWS, strict=True)
    ]
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f"<h1>{TITLE}</h1><h2>{CHAPTER}</h2><p>{FIRST}</p><p>{LEAD_IN}</p><ul>{items}</ul>"
        f"<table>{table}</table><p>{LAST}</p>"
    )


def open_document() -> bytes:
    items = "".join(f"<text:list-item><text:p>{item}</text:p></text:list-item>" for item in ITEMS)
    head = f"<table:table-header-rows>{odf_row(*ROWS[0])}</table:table-header-rows>"
    body = (
        f'<text:h text:outline-level="1">{TITLE}</text:h><text:h text:outline-level="2">{CHAPTER}</text:h>'
        f"<text:p>{FIRST}</text:p><text:p>{LEAD_IN}</text:p><text:list>{items}</text:list>"
        f"<table:table>{head}{''.join(odf_row(*row) for row in ROWS[1:])}</table:table><text:p>{LAST}</text:p>"
    )
    return odf("odt", body)


def passages(document: Document) -> list[tuple[str, list[str]]]:
    return [
        (chunk.context, [unit.of(document.text) for unit in chunk.units])
        for chunk in chunk_document(document, len)
        if chunk.kind != "gap"
    ]


@pytest.mark.parametrize(("name", "content"), [("a.docx", word()), ("a.html", page()), ("a.odt", open_document())])
def test_the_same_text_gives_the_same_passages(tmp_path: Path, name: str, content: bytes | str) -> None:
    wanted = passages(read(tmp_path, "a.md", markdown()))
    assert [units for _, units in wanted][1] == [LEAD_IN, *ITEMS]
    assert passages(read(tmp_path, name, content)) == wanted
