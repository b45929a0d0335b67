"""What may be quoted of a passage, what is read for it, and which is chosen; with scores given by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.answering.quoting import MAX_QUOTED, bound_to, chosen, stretches
from rag.models.cross_reader import CrossRead
from rag.models.reader import Read
from rag.types import Chunk, ChunkKind, Span, Variant


def passage(units: int, kind: ChunkKind = "text", lead_in: bool = False, length: int = 10) -> Chunk:
    spans = tuple(Span(length * at, length * (at + 1)) for at in range(units))
    return Chunk("ohje:0", "ohje", kind, "", "", Span(0, length * units), spans, lead_in=lead_in)


def version(chunk: Chunk) -> Variant:
    return Variant("fi", "", "", ("Lause.",) * len(chunk.units))


def read(answers: float) -> Read:
    return Read(answers, (), (0.0, 0.0, 0.0, 1.0))


@pytest.mark.parametrize(
    ("chunk", "scores", "wants_list", "each", "read_with"),
    [
        pytest.param(passage(1), [0.9], False, ((0,),), [None], id="the only sentence, as the passage"),
        pytest.param(passage(3), [0.1, 0.9, 0.5], False, ((1,), (2,)), [(1,), (2,)], id="the two best"),
        pytest.param(
            passage(3, "list", lead_in=True), [0.1, 0.9, 0.5], False, ((1,), (2,)), [(0, 1), (0, 2)],
            id="items with their lead-in",
        ),
        pytest.param(
            passage(3, "list", lead_in=True), [0.9, 0.1, 0.5], False, ((0, 1, 2),), [None],
            id="the whole list by its lead-in",
        ),
        pytest.param(passage(3, "list"), [0.1, 0.9, 0.5], True, ((0, 1, 2),), [None], id="who asks for several"),
        pytest.param(passage(3, "list"), [0.9, 0.1, 0.5], False, ((0,), (2,)), [(0,), (2,)], id="no lead-in"),
        pytest.param(passage(1, "row"), [0.9], False, ((0,),), [None], id="a row as a whole"),
    ],
)  # fmt: skip
def test_what_may_be_quoted_and_what_is_read_for_it(
    chunk: Chunk,
    scores: list[float],
    wants_list: bool,
    each: Sequence[Sequence[int]],
    read_with: Sequence[Sequence[int] | None],
) -> None:
    among = stretches(chunk, version(chunk), scores, wants_list)
    assert among.each == each
    assert among.read_with(chunk) == read_with


def test_a_place_that_is_bound_is_quoted_as_it_is() -> None:
    chunk = passage(4)
    among = bound_to(chunk, version(chunk), Span(12, 25))
    quote = chosen(chunk, among, [read(-5)], [None], wider=True)
    assert (quote.units, quote.best, quote.span(chunk)) == ((1, 2), None, Span(10, 30))


@pytest.mark.parametrize(
    ("scores", "wider", "length", "units"),
    [
        pytest.param([0.5, 0.9, 0.1], True, 10, (1,), id="the best"),
        pytest.param([0.88, 0.9, 0.1], True, 10, (0, 1), id="and what is nearly as good beside it"),
        pytest.param([0.88, 0.9, 0.1], False, 10, (1,), id="not where examples tell the sentence"),
        pytest.param([0.88, 0.9, 0.1], True, MAX_QUOTED, (1,), id="not where a quote has no room"),
        pytest.param([0.88, 0.1, 0.9], True, 10, (2,), id="not where another lies between"),
    ],
)
def test_what_is_quoted_with_it(scores: list[float], wider: bool, length: int, units: tuple[int, ...]) -> None:
    chunk = passage(3, length=length)
    among = stretches(chunk, version(chunk), scores, wants_list=False)
    assert chosen(chunk, among, [read(0), read(0)], [None, None], wider).units == units


@pytest.mark.parametrize(
    ("closely", "best"),
    [
        pytest.param((None, None), 0, id="nobody has read them closely"),
        pytest.param((-3.0, 3.0), 1, id="of two that score nearly alike the one that answers by its wording"),
        pytest.param((None, 3.0), 0, id="not where only one was read"),
        pytest.param((3.0, -3.0), 0, id="both agree"),
    ],
)
def test_the_cross_reader_has_a_word_on_which_sentence_it_is(closely: tuple[float | None, ...], best: int) -> None:
    chunk = passage(2)
    among = stretches(chunk, version(chunk), [0.92, 0.9], wants_list=False)
    crossed = [None if odds is None else CrossRead(odds, (0.0, 0.0, 0.0, 1.0)) for odds in closely]
    quote = chosen(chunk, among, [read(0), read(0)], crossed, wider=False)
    assert (quote.best, quote.closely) == (best, crossed[best])
