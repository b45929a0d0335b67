"""Fusing nearness in meaning and common words into one order, with vectors and words given by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.answering import nearness
from rag.answering.nearness import Nearness, best_of
from rag.answering.retrieval import FOREIGN, Hit, Retriever
from rag.curated.concepts import Concepts
from rag.curated.content_words import content_words
from rag.index.lexical import asked_meanings, meanings_of
from rag.language.words import Lexicon
from rag.sources.canonical import Canonical
from rag.types import Language, Variant
from tests.support.versions import chunks_of, document_of, index_of

Given = list[tuple[str, str, Language]]  # (document, text, language), each passage a document of its own

QUERY = np.array([1.0, 0.0], dtype=np.float32)


def at(cosine: float) -> tuple[float, float]:
    """The vector that has this cosine with the query."""
    return cosine, math.sqrt(1 - cosine * cosine)


def retriever(folder: Path, passages: Given, cosines: Sequence[float], variant: Variant | None = None) -> Retriever:
    """cosines: of each entry with the query; variant: of the first passage."""
    documents, chunks = [], []
    for name, text, language in passages:
        page = Canonical()
        page.paragraph(text)
        documents.append(document_of(page, name, language))
        chunks += chunks_of(documents[-1])
    if variant:
        chunks[0] = replace(chunks[0], variants=(variant,))
    return Retriever(index_of(folder, documents, chunks, [at(cosine) for cosine in cosines]))


def names(hits: Sequence[Hit]) -> list[str]:
    return [hit.chunk.document_id for hit in hits]


THREE: Given = [
    ("near", "yksi sana", "fi"), ("middle", "kaksi sanaa", "fi"), ("far", "kolme lupaa", "fi"),
]  # fmt: skip


def test_six_tenths_are_nearness_and_four_tenths_words_each_from_the_worst_to_the_best(tmp_path: Path) -> None:
    find = retriever(tmp_path, THREE, [0.9, 0.6, 0.4]).find
    hits = find(QUERY, ["lupaa"], 3)
    assert names(hits) == ["near", "far", "middle"]
    assert [hit.score for hit in hits] == pytest.approx([0.6, 0.4, 0.6 * 0.4], abs=1e-6)  # (.6 − .4) / (.9 − .4) = .4
    assert [hit.cosine for hit in hits] == pytest.approx([0.9, 0.4, 0.6], abs=1e-6)
    assert [hit.lexical_share > 0 for hit in hits] == [False, True, False]
    # The first term of BM25: idf ln(1 + 2.5/1.5), its word's factor 1/(1 + 1.5) in texts of the mean length.
    assert hits[1].lexical_share == pytest.approx(math.log(8 / 3) / 2.5 / math.log(8), rel=1e-5)


def test_without_a_common_word_nearness_alone_orders(tmp_path: Path) -> None:
    find = retriever(tmp_path, THREE, [0.4, 0.6, 0.9]).find
    for terms in ([], ["tuntematon"]):
        hits = find(QUERY, terms, 3)
        assert names(hits) == ["far", "middle", "near"]
        assert [hit.score for hit in hits] == pytest.approx([0.6, 0.24, 0.0], abs=1e-6)
        assert [hit.lexical_share for hit in hits] == [0.0] * 3


def test_where_all_are_alike_the_order_of_the_documents_stays(tmp_path: Path) -> None:
    hits = retriever(tmp_path, THREE, [0.5, 0.5, 0.5]).find(QUERY, [], 3)
    assert (names(hits), [hit.score for hit in hits]) == (["near", "middle", "far"], [0.0] * 3)


def test_a_passage_is_as_near_as_half_itself_and_half_its_nearest_sentence(tmp_path: Path) -> None:
    passages: Given = [("two", "Yksi sana. Toinen sana.", "fi"), ("one", "Kolmas.", "fi")]
    found = retriever(tmp_path, passages, [0.6, 0.1, 0.9, 0.7])
    hits = found.find(QUERY, [], 2)
    assert names(hits) == ["two", "one"]
    assert [hit.cosine for hit in hits] == pytest.approx([0.75, 0.7], abs=1e-6)
    assert [hit.unit_cosines for hit in hits] == [pytest.approx((0.1, 0.9), abs=1e-6), pytest.approx((0.7,), abs=1e-6)]
    assert found.mean_cosine(QUERY) == pytest.approx(2.3 / 4)


def test_words_that_stand_in_one_sentence_count_more_than_the_same_in_two(tmp_path: Path) -> None:
    # As long, with the same words: the whole passages score the same.
    passages: Given = [
        ("apart", "Lupa on vanha nyt. Vain johtaja voi olla.", "fi"),
        ("together", "Lupa johtaja vanha nyt. Vain on voi olla.", "fi"),
    ]
    hits = retriever(tmp_path, passages, [0.5] * 6).find(QUERY, ["Lupa", "johtaja"], 2)
    assert hits[0].lexical_share == hits[1].lexical_share
    assert names(hits) == ["together", "apart"]
    assert [hit.score for hit in hits] == pytest.approx([0.4, 0.0])


def test_a_passage_is_as_good_as_its_best_language(tmp_path: Path) -> None:
    swedish = Variant("sv", "", "Ett ord. Annat lov.", ("Ett ord.", "Annat lov."))
    passages: Given = [("two", "Yksi sana. Toinen sana.", "fi"), ("one", "Kolmas.", "fi")]
    hits = retriever(tmp_path, passages, [0.2, 0.8, 0.1, 0.6, 0.3, 0.5, 0.4], swedish).find(QUERY, ["lov."], 2)
    assert names(hits) == ["two", "one"]
    assert hits[0].cosine == pytest.approx(0.5 * 0.6 + 0.5 * 0.8, abs=1e-6)  # each the best of both
    assert hits[0].unit_cosines == pytest.approx((0.8, 0.5), abs=1e-6)
    assert hits[0].score == pytest.approx(1.0)  # the best of nearness, and of words by its translation


def test_k_and_the_documents_bound_what_is_found_and_also_adds_to_it(tmp_path: Path) -> None:
    found = retriever(tmp_path, THREE, [0.9, 0.6, 0.4])
    ids = {chunk.document_id: chunk.id for chunk in found.index.chunks}
    assert names(found.find(QUERY, [], 1)) == ["near"]
    assert names(found.find(QUERY, [], 1, also=[ids["far"]])) == ["near", "far"]
    assert names(found.find(QUERY, [], 1, also=[ids["near"]])) == ["near"]
    # The nearest and the one with the word are in other documents.
    assert names(found.find(QUERY, ["lupaa"], 3, within=["middle"])) == ["middle"]
    assert names(found.find(QUERY, ["lupaa"], 3, within=["middle", "far"])) == ["middle", "far"]
    assert found.find(QUERY, [], 0) == []


def test_the_nearest_of_another_language_come_along(tmp_path: Path) -> None:
    near: Given = [("own", "Oma sana.", "fi")]
    foreign: Given = [(f"sv{number}", f"Ord {number}.", "sv") for number in range(FOREIGN + 1)]
    found = retriever(tmp_path, [*near, *foreign], [0.9, *(0.1 + 0.1 * number for number in range(FOREIGN + 1))])
    assert names(found.find(QUERY, [], 1)) == ["own"]
    nearest = [f"sv{number}" for number in range(FOREIGN, 0, -1)]  # all but the farthest
    assert names(found.find(QUERY, [], 1, language="fi")) == ["own", *nearest]
    assert names(found.find(QUERY, [], 1, language="sv")) == ["own"]  # the others are in no language but the question's


def test_words_of_the_same_meaning_bring_a_passage_of_another_language_before_nearer_ones(tmp_path: Path) -> None:
    foreign: Given = [(f"sv{number}", f"m:{number} ord", "sv") for number in range(FOREIGN + 1)]
    cosines = [0.9, *(0.1 + 0.1 * number for number in range(FOREIGN + 1))]
    found = retriever(tmp_path, [("own", "m:0 sana", "fi"), *foreign], cosines)
    last = [f"sv{number}" for number in range(FOREIGN, 1, -1)]
    # The farthest has what the question means: it stands before the next, and takes the place of no passage of one's
    # own language, whose order it does not touch.
    assert names(found.find(QUERY, [], 1, language="fi", meanings=["m:0"])) == ["own", *last, "sv0"]
    assert names(found.find(QUERY, [], 1, language="sv", meanings=["m:0"])) == ["own"]
    assert names(found.find(QUERY, [], 1, language="fi", within=["own", "sv2"], meanings=["m:0"])) == ["own", "sv2"]


@pytest.mark.parametrize(
    ("question", "language", "text", "of_text"),
    [
        ("Who is the boss?", "en", "Esihenkilö päättää.", "fi"),
        ("Kuka on pomo?", "fi", "Chefen beslutar.", "sv"),
        ("läppärini", "fi", "The device is returned.", "en"),  # a kind of it
        ("nyckelregistret", "sv", "Avain palautetaan.", "fi"),  # a part of it
    ],
)
def test_a_question_asks_for_the_meanings_that_a_text_in_another_language_has(
    lexicon: Lexicon, question: str, language: Language, text: str, of_text: Language
) -> None:
    words = content_words(question, language, lexicon, Concepts([], lexicon))
    assert set(asked_meanings(word.meant for word in words)) & set(meanings_of(text, of_text, lexicon))


def test_a_text_is_not_found_by_what_its_words_are_a_kind_of(lexicon: Lexicon) -> None:
    words = content_words("laite", "fi", lexicon, Concepts([], lexicon))
    assert not set(asked_meanings(word.meant for word in words)) & set(meanings_of("Laptops.", "en", lexicon))


def test_only_the_nearest_entries_of_the_documents_that_are_looked_in_are_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearness, "DENSE_CANDIDATES", 1)
    space = retriever(tmp_path, THREE, [0.9, 0.6, 0.4]).space
    assert Nearness(space, QUERY).near(None) == {0}
    assert Nearness(space, QUERY).near(["middle", "far"]) == {1}


def test_one_search_tells_whatever_is_wanted_of_it(tmp_path: Path) -> None:
    found = retriever(tmp_path, THREE, [0.9, 0.6, 0.4])
    searched = found.search(QUERY, ["lupaa"])
    far = next(chunk.id for chunk in found.index.chunks if chunk.document_id == "far")
    for also in ((), (far,), ()):
        assert searched.best(1, also) == found.find(QUERY, ["lupaa"], 1, also)


@pytest.mark.parametrize("k", [1, 2, 3, 5, 6, 9])
def test_the_best_come_in_the_order_of_a_whole_sort_those_alike_as_they_stand(k: int) -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.1, 0.9, 0.5], dtype=np.float32)
    assert best_of(scores, k).tolist() == np.argsort(-scores, kind="stable")[:k].tolist()
