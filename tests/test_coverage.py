"""How much of what a question names a text names: each kind of match, the weights, and the share of both."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path

import pytest

from rag.answering.coverage import Bag, Bags, coverage, weigh, word_coverage
from rag.curated.concepts import Concept, Concepts
from rag.curated.content_words import Word
from rag.language.words import Lexicon, Reading


def word(text: str, lemma: str = "", parts: Collection[str] = (), named: str = "", implied: str = "") -> Word:
    """A word as read by hand; named, implied: a concept."""
    reading = Reading(frozenset({lemma or text}), frozenset(parts), text, False, False, True)
    return Word(text, reading, frozenset({named} - {""}), frozenset({implied} - {""}))


def bag(*words: Word) -> Bag:
    named = frozenset().union(*(each.concepts for each in words))
    return Bag.of([each.text for each in words], [each.reading for each in words], named)


SERVICE = word("palvelu")
AI_SERVICE = word("tekoälypalvelu", parts=("tekoäly", "palvelu"))
BOARD = word("johtoryhmä", parts=("johto", "ryhmä"))
STEERING = word("ohjausryhmä", parts=("ohjaus", "ryhmä"))


@pytest.mark.parametrize(
    ("asked", "said", "covered"),
    [
        (word("tiedot", "tieto"), [word("tietoja", "tieto")], 1.0),  # no form in common, but the lemma
        (word("hetu", named="id"), [word("tunnus", named="id")], 1.0),
        (word("hetu", implied="data"), [word("aineisto", named="data")], 0.95),
        (word("aineisto", named="data"), [word("hetu", implied="data")], 0.0),  # the narrower is not asked for
        (SERVICE, [AI_SERVICE], 0.7),
        (AI_SERVICE, [SERVICE], 0.7),
        (BOARD, [STEERING], 0.35),
        # 2 and 3 four-grams, one of them in common: 2 · 1 / 5 = .4, which is enough; of 2 and 4: .33, which is not.
        (word("työ"), [word("työt")], 0.9 * 0.4),
        (word("työ"), [word("työtä")], 0.0),
        (word("copilto"), [word("copilot")], 0.9 * 0.5),  # 3 of 6 and 6
        (word("copilto"), [word("työ"), word("copilot"), word("kopio")], 0.9 * 0.5),  # the best of all
        (word("sopimus"), [word("kissa")], 0.0),
        (word("sopimus"), [], 0.0),
    ],
)
def test_a_word_is_covered_by_the_best_that_a_text_has(asked: Word, said: list[Word], covered: float) -> None:
    assert word_coverage(asked, bag(*said)) == pytest.approx(covered)


def test_a_likeness_counts_where_it_is_more_than_a_part() -> None:
    # 8 of 9 and 10 four-grams are the same: more than the .35 of a shared part.
    assert word_coverage(BOARD, bag(word("johtoryhmät", parts=("ryhmä",)))) == pytest.approx(0.9 * 16 / 19)
    # 5 of 6 and 13 are: less than the .7 of a part.
    assert word_coverage(SERVICE, bag(AI_SERVICE)) == 0.7


@pytest.mark.parametrize(
    ("counts", "weight"),
    [
        ({}, math.log(22)),  # (10 + 1) / (0 + ½)
        ({"tieto": 2}, math.log(4.4)),
        ({"tieto": 2, "tiedot": 3}, math.log(22 / 7)),  # its stem stands in more
        ({"tieto": 2, "tiedot": 3, "c:data": 5}, math.log(2)),  # and what its concept is called in yet more
        ({"data": 9}, math.log(22)),  # a word that is called as the concept is another thing
        ({"tieto": 10}, math.log(22 / 21)),  # all passages: little, but not nothing
    ],
)
def test_what_stands_in_few_passages_weighs_more(counts: dict[str, int], weight: float) -> None:
    assert weigh([word("tiedot", "tieto", named="data")], counts, 10) == [pytest.approx(weight)]


def test_each_word_has_a_weight_of_its_own() -> None:
    assert weigh([], {"a": 1}, 10) == []
    assert weigh([word("a"), word("b")], {"a": 2}, 10) == pytest.approx([math.log(4.4), math.log(22)])


def test_coverage_is_the_share_of_the_weight() -> None:
    said = bag(AI_SERVICE, word("lupa"))
    assert coverage([word("lupa"), SERVICE, word("kissa")], [2.0, 1.0, 1.0], said) == pytest.approx(2.7 / 4)
    assert coverage([word("lupa")], [0.3], said) == 1.0
    assert coverage([word("kissa")], [0.3], said) == 0.0
    assert coverage([], [], said) == 0.0
    with pytest.raises(ValueError, match="shorter"):
        coverage([word("lupa"), SERVICE], [1.0], said)


def test_a_text_is_read_once_with_its_words_parts_and_concepts(tmp_path: Path) -> None:
    lexicon = Lexicon(tmp_path)
    named = [Concept(id="ai", kind="topic", en=("AI tool",)), Concept(id="swedish", kind="topic", sv=("tools",))]
    bags = Bags(lexicon, Concepts(named, lexicon))
    text = "the AI-tools and the AI tools"
    made = bags.of(text, "en")
    assert bags.of(text, "en") is made
    assert bags.of(text, "sv").concepts == {"swedish"}
    assert len(made.readings) == len(made.sizes) == 5  # "the" once
    assert {"ai-tool", "ai", "tool"} <= made.terms
    assert made.lemmas == {"the", "ai-tool", "and", "ai", "tool"}
    assert made.concepts == {"ai"}
    assert bags.of("", "en") == Bag.of([], [], frozenset())
