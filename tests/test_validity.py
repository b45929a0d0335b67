"""Which documents are answered from as of a day: at its edges, and where one follows another."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rag.answering.validity import begins, documents_on
from rag.types import Document, Metadata


def document(name: str, **about: Any) -> Document:
    return Document(Metadata(name, name, **about), "", (), f"{name}.md", "0123456789abcdef")


@pytest.mark.parametrize(
    ("published", "valid_from", "first"),
    [
        ("2025", None, date(2025, 1, 1)),
        ("2025-04", None, date(2025, 4, 1)),
        ("2025-04-29", None, date(2025, 4, 29)),
        ("2025-04-29", date(2025, 6, 1), date(2025, 6, 1)),  # it says itself from when on
        ("2025-04-29", date(2024, 1, 1), date(2024, 1, 1)),
        (None, date(2025, 6, 1), date(2025, 6, 1)),
        (None, None, date.min),
    ],
)
def test_a_document_counts_from_its_first_day(published: str | None, valid_from: date | None, first: date) -> None:
    assert begins(Metadata("ohje", "Ohje", published=published, valid_from=valid_from)) == first


KNOWN = {
    each.id: each
    for each in (
        document("old", published="2020", valid_until=date(2021, 12, 31)),
        document("new", published="2022-03-15", supersedes="old"),
        document("newest", published="2022-01", valid_from=date(2024, 1, 1), supersedes="new"),
        document("always"),
        document("loner", published="2023", supersedes="never read"),
    )
}


@pytest.mark.parametrize(
    ("day", "answering"),
    [
        (date(2019, 12, 31), ["always"]),
        (date(2020, 1, 1), ["old", "always"]),
        (date(2022, 1, 1), ["old", "always"]),  # expired, and not yet replaced: history
        (date(2022, 3, 14), ["old", "always"]),
        (date(2022, 3, 15), ["new", "always"]),
        (date(2023, 1, 1), ["new", "always", "loner"]),
        (date(2023, 12, 31), ["new", "always", "loner"]),  # what will replace it is published, but not in force
        (date(2024, 1, 1), ["newest", "always", "loner"]),  # the first stays replaced, though the second is, too
    ],
)
def test_a_replaced_document_gives_way_on_the_day_when_the_other_begins(day: date, answering: list[str]) -> None:
    assert documents_on(day, KNOWN) == {name: KNOWN[name] for name in answering}


def test_without_documents_there_is_nothing_to_answer_from() -> None:
    assert documents_on(date(2025, 1, 1), {}) == {}
