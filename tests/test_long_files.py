"""Long files are read to their end and can be quoted from it; tests/support/long_files.py measures the time."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from rag.sources.canonical import clean
from rag.sources.chunking import LONGEST_UNIT_CHARS, chunk_document
from rag.sources.readers import read_corpus, read_document
from rag.types import Document, Language
from tests.support.long_files import FILES, LAST, PAGES, pdf, word

CHANCE = random.Random(1)  # noqa: S311 - no secret


def read(path: Path) -> Document:
    return read_document(path, path.parent, lambda _: "fi")


@pytest.mark.parametrize(
    ("kind", "pages"),
    [
        ("pdf", 40),
        ("docx", 40),
        pytest.param("pdf", PAGES, marks=pytest.mark.slow),
        pytest.param("docx", PAGES, marks=pytest.mark.slow),
    ],
)
def test_the_last_page_of_a_long_file_can_be_quoted(tmp_path: Path, kind: str, pages: int) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "pdf":
        path.write_bytes(pdf(pages, CHANCE, LAST))
    else:
        word(pages, CHANCE, path, LAST)
    document = read(path)
    last = chunk_document(document, lambda text: len(text) // 4)[-1]
    assert LAST in [unit.of(document.text) for unit in last.units]
    assert last.section.startswith(str(pages))
    assert document.quotability is not None
    assert document.quotability.lost == 0


def test_of_many_files_each_is_read_once(tmp_path: Path) -> None:
    for number in range(FILES):
        (tmp_path / f"ohje-{number}.txt").write_text(f"Avain {number} palautetaan.", encoding="utf-8")
    opened: list[str] = []

    def reading(path: Path, root: Path, detect: Callable[[str], Language], max_bytes: int) -> Document:
        opened.append(path.name)
        return read_document(path, root, detect, max_bytes)

    documents, failures = read_corpus(tmp_path, lambda _: "fi", read=reading)
    assert (len(documents), failures) == (FILES, [])
    assert len(opened) == len(set(opened)) == FILES


def test_a_sentence_of_90_kb_is_quoted_in_parts(tmp_path: Path) -> None:
    clauses = [f"avain numero {number} palautetaan osastolle {number * 7}" for number in range(2000)]
    path = tmp_path / "a.txt"
    path.write_text(f"Lomalle lähtiessä {', '.join(clauses)} ja kassakaapin avain vahtimestarille.\n", encoding="utf-8")
    assert path.stat().st_size > 90_000
    document = read(path)
    chunks = chunk_document(document, lambda text: len(text) // 3)
    units = [unit for chunk in chunks for unit in chunk.units]
    assert max(unit.end - unit.start for unit in units) <= LONGEST_UNIT_CHARS
    # Nothing is lost between the parts, and each ends behind a clause.
    assert "".join(unit.of(document.text) for unit in units).replace(" ", "") == document.text.replace(" ", "")
    assert all(unit.of(document.text).endswith((",", ".")) for unit in units)
    assert units[-1].of(document.text).endswith("kassakaapin avain vahtimestarille.")
    assert len(chunks) > 50


@pytest.mark.parametrize("suffix", ["csv", "docx"])
def test_a_sentence_of_90_kb_in_a_cell_is_quoted_in_parts_with_its_row_s_label_and_its_column_s_head(
    tmp_path: Path, suffix: str
) -> None:
    long = ", ".join(f"avain numero {number} palautetaan osastolle {number * 7}" for number in range(2000))
    rows = [["Kohta", "Ohje", "Aika"], ["Lomalla", long, "heti"], ["Muulloin", "Ei tarvitse.", "aina"]]
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    else:
        made = docx.Document()
        table = made.add_table(3, 3)
        for cell, words in zip(table._cells, (words for row in rows for words in row), strict=True):
            cell.text = words
        made.save(str(path))
    document = read(path)
    chunks = chunk_document(document, lambda text: len(text) // 3)
    assert max(unit.end - unit.start for chunk in chunks for unit in chunk.units) <= LONGEST_UNIT_CHARS
    parts = [chunk for chunk in chunks if chunk.context.endswith("Lomalla\nOhje")]
    said = "".join(unit.of(document.text) for chunk in parts for unit in chunk.units)
    assert said.replace(" ", "") == long.replace(" ", "")
    others = [(chunk.kind, chunk.context.split("\n")[-1], chunk.span.of(document.text)) for chunk in chunks]
    assert ("text", "Kohta", "Lomalla") in others
    assert ("text", "Aika", "heti") in others
    assert others[-1] == ("row", "Kohta | Ohje | Aika", "Muulloin | Ei tarvitse. | aina")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("a\u00a0b", "a b"),
        ("ka\u0308y\u00adtto\u0308", "käyttö"),
        ("\ufb01le ä", "file ä"),
        ("a\u200bb\u2028c\x07", "ab c"),
        ("Ĳssel\ud800", "Ĳssel"),
        ("日本 語", "日本 語"),
    ],
)
def test_clean_words_are_the_same_by_the_short_way(words: str, wanted: str) -> None:
    assert clean(words) == wanted
