"""Which cell of a row a question is after: by the heads of the columns, the reader, and what the cells say."""

from __future__ import annotations

import pytest

from rag.answering.cells import cell_shares, heads_named
from rag.answering.coverage import Bags
from rag.answering.question import read_question
from rag.curated.concepts import Concept, Concepts
from rag.language.words import Lexicon


@pytest.mark.parametrize(
    ("pointed", "named", "decides", "likeliest"),
    [
        ([0.2, 0.1, 0.7], [0.0, 0.0, 0.0], [False, True, True], 2),  # no head is named: the reader tells
        ([0.2, 0.1, 0.7], [0.0, 0.2, 0.0], [False, True, True], 1),  # what the question names goes before it
        ([0.2, 0.4, 0.4], [0.0, 0.0, 0.0], [False, False, True], 2),  # one that decides, if all else is the same
        ([0.9, 0.05, 0.05], [0.5, 0.0, 0.01], [False, True, True], 2),  # the row's name is no cell that is asked for
    ],
)
def test_one_cell_is_the_likeliest(
    pointed: list[float], named: list[float], decides: list[bool], likeliest: int
) -> None:
    shares = cell_shares(pointed, named, decides, [1, 2])
    assert sum(shares) == pytest.approx(1)
    assert shares[0] == 0
    assert max(range(3), key=lambda number: shares[number]) == likeliest


def test_of_cells_that_are_alike_the_one_is_likely_that_was_read_as_the_answer() -> None:
    shares = cell_shares([0.0, 0.5, 0.5], [0.0] * 3, [False, True, True], [1, 2], [-3.0, 2.0])
    assert shares[2] > 0.9 > 0.1 > shares[1] > 0


def test_where_no_cell_fits_none_is_likely() -> None:
    assert cell_shares([0.5, 0.5], [0.0, 0.0], [True, True], []) == [0.0, 0.0]
    assert cell_shares([], [], [], []) == []


@pytest.mark.parametrize(
    ("question", "heads", "named"),
    [
        ("Saako hetun syöttää Lokkikieleen?", ["Aineisto", "Lokkikieli", "Muu palvelu"], 1),
        ("Saako asiakkaan tiedot syöttää palveluun?", ["Aineisto", "Lokkikieli", "Muu palvelu"], 2),
        ("Saako hetun syöttää Lokkiin?", ["Aineisto", "Julkinen", "Henkilötiedot"], 2),  # by its concept
        ("Saako sen syöttää sinne?", ["Aineisto", "Lokkikieli", "Muu palvelu"], None),
        # What both name tells nothing.
        ("Saako palvelun ottaa?", ["Palvelu", "Oma palvelu", "Ulkoinen palvelu"], None),
    ],
)
def test_a_head_is_named_by_what_no_other_names(
    lexicon: Lexicon, question: str, heads: list[str], named: int | None
) -> None:
    known = [
        Concept(id="personal_data", kind="data_class", fi=("henkilötieto",)),
        Concept(id="identity_code", kind="data_class", fi=("hetu",), broader=("personal_data",)),
    ]
    concepts = Concepts(known, lexicon)
    bags = Bags(lexicon, concepts)
    asked = read_question(question, "fi", lexicon, concepts)
    shares = heads_named(asked.words, [1.0] * len(asked.words), [bags.of(head, "fi") for head in heads], [1, 2])
    assert all(0 <= share <= 1 for share in shares)
    assert [number for number, share in enumerate(shares) if share > 0.1] == ([] if named is None else [named])
