"""Tables whose rows part a scale among them: sums, times, counts. A question that names a value is about one row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rag.index.opening import Index
from rag.language.ranges import Value, the_one_that_holds
from rag.sources.chunking import cells_of
from rag.types import Chunk


class Scales:
    """The tables of one version of the index."""

    def __init__(self, index: Index) -> None:
        self._labels: dict[str, str] = {}
        self._rows: dict[str, tuple[str, ...]] = {}  # of the same table, by each of its rows
        for table in _tables(index.chunks):
            rows = tuple(chunk.id for chunk in table)
            for chunk in table:
                self._labels[chunk.id] = cells_of(chunk, index.documents[chunk.document_id])[0][0]
                self._rows[chunk.id] = rows

    def meant(self, asked: Sequence[Value], found: Collection[str]) -> tuple[set[str], set[str]]:
        """The rows that a question with these values is not about, among those found, and those of the same tables that
        it is about; passages' ids. Nothing where it names no value or no table parts its scale."""
        others: set[str] = set()
        held: set[str] = set()
        for rows in {self._rows[name] for name in found if asked and name in self._rows}:
            holding = the_one_that_holds([self._labels[name] for name in rows], asked)
            if holding is not None:
                held |= {name for number, name in enumerate(rows) if number in holding}
                others |= set(rows) - held
        return others & set(found), held


def _tables(chunks: Iterable[Chunk]) -> list[list[Chunk]]:
    """Rows that stand one after the other below the same headings."""
    tables: list[list[Chunk]] = []
    before: Chunk | None = None
    for chunk in chunks:
        if chunk.kind == "row":
            same = before is not None and before.kind == "row"
            if (
                same
                and before is not None
                and (before.document_id, before.context) == (chunk.document_id, chunk.context)
            ):
                tables[-1].append(chunk)
            else:
                tables.append([chunk])
        before = chunk
    return [table for table in tables if len(table) > 1]
