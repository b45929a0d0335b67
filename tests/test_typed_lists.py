"""Lists whose marks were typed into a word processor's paragraphs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest

from rag.sources.readers import read_document
from tests.test_as_people_have_it import outline


def read(folder: Path, *paragraphs: str) -> list[str]:
    word = docx.Document()
    for each in paragraphs:
        word.add_paragraph(each)
    data = BytesIO()
    word.save(data)
    (folder / "a.docx").write_bytes(data.getvalue())
    return outline(read_document(folder / "a.docx", folder, lambda _: "fi"))


@pytest.mark.parametrize(
    ("paragraphs", "found"),
    [
        (
            ("Palveluun ei saa syöttää:", "- nimiä", "– tunnuksia", "Muu on sallittua."),
            ["paragraph: Palveluun ei saa syöttää:", "item: nimiä", "item: tunnuksia", "paragraph: Muu on sallittua."],
        ),
        (
            ("Ennen käyttöä:", "1) tee arvio", "2) pyydä lupa"),
            ["paragraph: Ennen käyttöä:", "item: tee arvio", "item: pyydä lupa"],
        ),
        (("• yksin ei ole luettelo", "Seuraava."), ["paragraph: • yksin ei ole luettelo", "paragraph: Seuraava."]),
        (("– Hyvä on, hän sanoi.",), ["paragraph: – Hyvä on, hän sanoi."]),
        (
            ("3. luokan oppilaat eivät saa käyttää sitä.", "4. luokan oppilaat saavat."),
            ["paragraph: 3. luokan oppilaat eivät saa käyttää sitä.", "paragraph: 4. luokan oppilaat saavat."],
        ),
    ],
)
def test_two_paragraphs_with_a_mark_are_a_list(tmp_path: Path, paragraphs: tuple[str, ...], found: list[str]) -> None:
    assert read(tmp_path, *paragraphs) == found


def test_a_mark_of_another_kind_below_a_colon_is_one_level_deeper(tmp_path: Path) -> None:
    word = docx.Document()
    for each in ("1. Ei saa syöttää:", "a) nimiä", "b) osoitteita", "2. Saa syöttää:", "a) esitteitä"):
        word.add_paragraph(each)
    word.save(str(tmp_path / "a.docx"))
    document = read_document(tmp_path / "a.docx", tmp_path, lambda _: "fi")
    assert [block.level for block in document.blocks] == [1, 2, 2, 1, 2]
