"""Which rows of a table a question that names a sum is about, and which it is not."""

from __future__ import annotations

import pytest

from rag.answering.scales import Scales
from rag.language.ranges import values_in
from rag.sources.canonical import Canonical, Row
from rag.types import Document
from tests.support.versions import chunks_of, document_of, index_of

SUMS = ("Alle 1 000 euroa", "1 000–5 000 euroa", "Yli 5 000 euroa", "Muut hankinnat")
TIMES = ("Enintään 5 päivää", "Yli 5 päivää")
ALONE = ("Alle 100 euroa",)
TRIPS = ("Alle 200 euroa", "200 euroa tai enemmän")


def guidance(name: str) -> Document:
    """Sums, times and a table of one row below the same heading, each after a sentence; below another heading a table
    directly after that row."""
    page = Canonical()
    page.heading("Hankinnat", 1)
    for labels in (SUMS, TIMES, ALONE):
        page.paragraph("Kuka hyväksyy hankinnan.")
        page.table([Row(["Arvo", "Hyväksyjä"], header=True), *(Row([label, "johtaja"]) for label in labels)])
    page.heading("Matkat", 1)
    page.table([Row(["Arvo", "Hyväksyjä"], header=True), *(Row([label, "johtaja"]) for label in TRIPS)])
    return document_of(page, name)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scales, dict[str, str]]:
    """Two documents with the same tables; the ids of the rows, by document and label."""
    documents = [guidance("ohje"), guidance("muu")]
    chunks = [chunk for document in documents for chunk in chunks_of(document)]
    texts = {document.id: document.text for document in documents}
    labels = {
        f"{chunk.document_id}: {chunk.span.of(texts[chunk.document_id]).split(' |')[0]}": chunk.id
        for chunk in chunks
        if chunk.kind == "row"
    }
    return Scales(index_of(tmp_path_factory.mktemp("scales"), documents, chunks)), labels


ALL = tuple(f"ohje: {label}" for label in (*SUMS, *TIMES, *ALONE))


@pytest.mark.parametrize(
    ("asked", "found", "not_meant", "meant"),
    [
        ("500 euron ostos", ALL, SUMS[1:3], (SUMS[0], SUMS[3])),  # a row without a sum may be about any
        ("1 000 euron ostos", ALL, (SUMS[0], SUMS[2]), (SUMS[1], SUMS[3])),
        ("5 000 euron ostos", ALL, (SUMS[0], SUMS[2]), (SUMS[1], SUMS[3])),
        ("5 001 euron ostos", ALL, SUMS[:2], SUMS[2:]),
        ("5 päivän poissaolo", ALL, TIMES[1:], TIMES[:1]),
        ("6 päivän poissaolo", ALL, TIMES[:1], TIMES[1:]),
        ("500 euroa ja 6 päivää", ALL, (*SUMS[1:3], TIMES[0]), (SUMS[0], SUMS[3], TIMES[1])),
        ("500 euron ostos", (f"ohje: {SUMS[2]}",), (SUMS[2],), (SUMS[0], SUMS[3])),  # that one was found, these belong
        ("500 euron ostos", (f"ohje: {SUMS[0]}",), (), (SUMS[0], SUMS[3])),
        ("20 euron ostos", (f"ohje: {ALONE[0]}",), (), ()),  # one row parts nothing
        ("20 euron ostos", (f"ohje: {TRIPS[1]}",), TRIPS[1:], TRIPS[:1]),
        ("20 hengen retki", ALL, (), ()),  # of another kind
        ("ostos", ALL, (), ()),
        ("500 euron ostos", (), (), ()),
        ("500 euron ostos", ("ohje:jotain",), (), ()),
    ],
)
def test_a_value_tells_the_rows_of_its_table_apart(
    rows: tuple[Scales, dict[str, str]],
    asked: str,
    found: tuple[str, ...],
    not_meant: tuple[str, ...],
    meant: tuple[str, ...],
) -> None:
    scales, labels = rows
    others, held = scales.meant(values_in(asked), [labels.get(name, name) for name in found])
    named = {identity: name for name, identity in labels.items()}
    assert {named[each] for each in others} == {f"ohje: {label}" for label in not_meant}
    assert {named[each] for each in held} == {f"ohje: {label}" for label in meant}
