"""What a quote or a row decides of just what is asked, with what tells how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from rag.answering.coverage import Bags
from rag.answering.deciding import MAX_CELLS, Asked, Decider, Decides
from rag.answering.question import read_question
from rag.answering.quoting import Quote
from rag.answering.unit_verdicts import NO_RIVALS
from rag.curated.concepts import Concepts
from rag.language.words import Lexicon
from rag.models.reader import Read
from rag.sources.canonical import Canonical, Row
from rag.types import Chunk, Document, Span, Variant, Verdict
from tests.support.versions import chunks_of, document_of

UNREAD = Read(0.0, (), (0.25,) * 4)
Decide = Callable[..., Decides | None]


@pytest.fixture
def decide(lexicon: Lexicon) -> Decide:
    concepts = Concepts([], lexicon)
    decider = Decider(Bags(lexicon, concepts))

    def of(
        question: str,
        document: Document,
        chunk: Chunk,
        odds: Sequence[float] | None = None,
        units: Sequence[int] = (0,),
        asked_for: list[tuple[int, Span]] | None = None,
        bound: bool = False,
    ) -> Decides | None:
        read = read_question(question, "fi", lexicon, concepts)
        asked = Asked(read, read.words, [1.0] * len(read.words), read.language != document.metadata.language)

        def case_odds(cases: Sequence[tuple[int, Span]]) -> Sequence[float]:
            if asked_for is not None:
                asked_for.extend(cases)
            return [odds[number] for number, _ in cases] if odds else []

        if chunk.kind == "row":
            return decider.of_row(asked, chunk, document, UNREAD, case_odds if odds else None)
        variant = Variant("fi", "", "", tuple(unit.of(document.text) for unit in chunk.units))
        quote = Quote(variant, tuple(sorted(units)), None if bound else units[0], UNREAD)
        scores = [] if bound else [1.0] * len(chunk.units)
        return decider.of_units(asked, chunk, document, quote, scores, case_odds if odds else None)

    return of


def row_of(cells: Sequence[str], heads: Sequence[str]) -> tuple[Document, Chunk]:
    page = Canonical()
    page.table([Row(list(heads), header=True), Row(list(cells))])
    document = document_of(page)
    return document, next(chunk for chunk in chunks_of(document) if chunk.kind == "row")


@pytest.mark.parametrize(
    ("question", "odds", "cell", "verdict"),
    [
        ("Saako salaisen syöttää Valoon?", None, 2, "not_allowed"),  # its head is named
        ("Saako potilaan nimen syöttää Valoon?", [0, -2.0, 3.0], 2, "not_allowed"),  # it was read as the answer
        ("Saako esitteen syöttää Valoon?", [0, 3.0, -2.0], 1, "allowed"),
    ],
)
def test_of_a_row_the_cell_decides_that_is_named_or_was_read_as_the_answer(
    decide: Decide, question: str, odds: list[float] | None, cell: int, verdict: Verdict
) -> None:
    found = decide(question, *row_of(["Valo", "sallittu", "kielletty"], ["Palvelu", "Julkinen", "Salainen"]), odds)
    assert found is not None
    assert (found.cell, found.says.verdict) == (cell, verdict)
    assert found.cell_share > 0.8


def test_the_cells_of_a_row_are_read_with_their_heads_unless_they_are_very_many(decide: Decide) -> None:
    read: list[tuple[int, Span]] = []
    cells, heads = ["Valo", "sallittu", "kielletty"], ["Palvelu", "Julkinen", "Salainen"]
    decide("Saako?", *row_of(cells, heads), [0.0] * 3, asked_for=read)
    assert read == [(1, Span(0, len("Julkinen: sallittu"))), (2, Span(0, len("Salainen: kielletty")))]
    read.clear()
    decide("Saako?", *row_of(["Valo", "", "ei"], ["", "", ""]), [0.0] * 3, asked_for=read)  # nothing stands there
    decide("Saako?", *row_of(["Valo", "Microsoft", "Espoo"], heads), [0.0] * 3, asked_for=read)  # nothing is decided
    assert read == []
    many = MAX_CELLS + 1
    decide("Saako?", *row_of(["Valo", *["ei"] * many], ["Palvelu", *map(str, range(many))]), [0.0] * 20, asked_for=read)
    assert read == []


def test_of_two_quoted_sentences_the_one_decides_that_was_read_as_the_answer(decide: Decide) -> None:
    page = Canonical()
    page.paragraph("Paperin saa hävittää. Ministerin allekirjoittamaa ei hävitetä. Kuvan saa hävittää. Muuta ei ole.")
    document = document_of(page)
    (chunk,) = chunks_of(document)
    first = decide("Saako sen hävittää?", document, chunk, [2.0, -2.0, 0.0, 0.0], units=(0, 1))
    assert first is not None
    assert (first.says.verdict, first.of_best, first.says.parted) == ("allowed", True, True)
    second = decide("Saako sen hävittää?", document, chunk, [-2.0, 2.0, 0.0, 0.0], units=(0, 1))
    assert second is not None
    assert (second.says.verdict, second.of_best) == ("not_allowed", False)
    assert second.beside.read == pytest.approx(-2.0)  # the picture's, which decides otherwise
    assert second.literal is False
    alone = decide("Saako paperin hävittää?", document, chunk, units=(0,))
    assert alone is not None
    assert alone.beside.named < 0  # the minister's names less of it
    assert alone.literal


@pytest.mark.parametrize(
    ("question", "holds", "of_condition"),
    [
        ("Saako viikon sopimuksella pitää pyörän kuusi viikkoa?", -1.0, True),
        ("Saako kahdeksan kuukauden sopimuksella pitää pyörän?", 1.0, True),
        ("Saako pyörän pitää?", 0.0, False),
    ],
)
def test_what_decides_is_compared_with_the_values_and_the_case_of_the_question(
    decide: Decide, question: str, holds: float, of_condition: bool
) -> None:
    page = Canonical()
    page.paragraph("Pyörän saa pitää, jos sopimus kestää vähintään kuusi kuukautta.")
    document = document_of(page)
    (chunk,) = chunks_of(document)
    found = decide(question, document, chunk)
    assert found is not None
    assert (found.holds, found.of_condition > 0.1) == (holds, of_condition)
    assert found.beside == NO_RIVALS
    assert decide(question, *row_of(["Pyörä", "hallinto"], ["Laite", "Kuka"])) is None


@pytest.mark.parametrize(("sum_of", "holds"), [("20 000", -1.0), ("70 000", 1.0)])
def test_a_row_is_compared_by_the_cell_that_decides_not_by_its_other_columns(
    decide: Decide, sum_of: str, holds: float
) -> None:
    heads = ["Hankinta", "Kuka", "Yli 60 000 €"]
    found = decide(f"Saako {sum_of} euron palvelun ostaa?", *row_of(["Palvelu", "johtaja", "sallittu"], heads))
    assert found is not None
    assert (found.cell, found.holds) == (2, holds)


@pytest.mark.parametrize(
    ("sentences", "verdict", "literal"),
    [
        (["Vuosiraportin saa kääntää Puroapurilla."], "allowed", True),
        # All of a place that an example binds is meant: it has to agree, and to say no more.
        (["Vuosiraportin saa kääntää Puroapurilla.", "Muuta ei saa kääntää."], None, False),
        (["Kääntämisestä sovitaan aina erikseen.", "Vuosiraportin saa kääntää Puroapurilla."], "allowed", False),
    ],
)
def test_a_bound_place_decides_as_a_whole(
    decide: Decide, sentences: list[str], verdict: Verdict | None, literal: bool
) -> None:
    page = Canonical()
    page.paragraph(" ".join(sentences))
    document = document_of(page)
    (chunk,) = chunks_of(document)
    units = range(len(sentences))
    found = decide("Saako vuosiraportin kääntää Puroapurilla?", document, chunk, units=units, bound=True)
    assert (found.says.verdict if found else None) == verdict
    assert (found.literal if found else False) == literal
