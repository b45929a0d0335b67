"""A part of a version: its words are counted as if the rest had never been there; groups as documents give them."""

from __future__ import annotations

import numpy as np
import pytest

from api.preview import described
from rag.curated.changes import DescribeDocument
from rag.errors import UnreadableSource
from rag.index.lexical import LexicalIndex
from rag.sources import front_matter
from rag.types import Metadata

# Of one length, which is the only thing that a part keeps of the whole.
TEXTS = [
    ["l:kirjasto", "s:kirj", "c:tool", "g:auki"],
    ["l:palkka", "s:palk", "c:tool", "c:tool"],
    ["l:kirjasto", "s:kirj", "g:kiin", "g:auki"],
    ["l:salaisuus", "s:sala", "g:auki", "l:palkka"],
]
ASKED = ["l:kirjasto", "l:palkka", "l:salaisuus", "c:tool", "g:auki", "g:none"]


@pytest.mark.parametrize("rows", [[0, 2], [0, 1, 2, 3], [3], [1, 2], []])
def test_the_words_of_a_part_weigh_as_in_an_index_of_it_alone(rows: list[int]) -> None:
    part = LexicalIndex.build(TEXTS).only(np.array(rows, dtype=np.int64))
    alone = LexicalIndex.build([TEXTS[row] for row in rows])
    assert part.size == len(rows)
    passages = range(max(len(rows), 1))
    assert part.frequencies(passages) == alone.frequencies(passages)
    for asked in (ASKED, *([term] for term in ASKED)):
        assert part.scores(asked)[: len(rows)] == pytest.approx(alone.scores(asked)[: len(rows)])
        assert part.bound(asked) == pytest.approx(alone.bound(asked))


def test_a_part_does_not_know_the_words_of_the_rest() -> None:
    part = LexicalIndex.build(TEXTS).only(np.array([0, 2]))
    assert "salaisuus" not in part.frequencies([0, 1])
    assert not part.scores(["l:salaisuus"]).any()


def test_a_passage_counts_once_for_a_word_however_often_it_is_there() -> None:
    texts = LexicalIndex.build([["l:palkka", "s:palkka", "g:palk"], ["l:palkka", "c:pay"], ["c:pay"]])
    assert texts.frequencies([0, 0, 1]) == {"palkka": 1, "c:pay": 2}  # the second text is the first's translation


@pytest.mark.parametrize(
    ("written", "groups"),
    [("[hr, legal]", ("hr", "legal")), ("hr", ("hr",)), ("hr, Tieto ja turva, hr", ("hr", "Tieto ja turva"))],
)
def test_groups_are_a_list_or_names_with_commas(written: str, groups: tuple[str, ...]) -> None:
    given = front_matter.parse(f"groups: {written}", "d.md")
    assert given == {"groups": groups}
    assert front_matter.parse(f"groups: '{front_matter.written(given)['groups']}'", "d.md") == given


@pytest.mark.parametrize("written", ["[]", "''", "[hr, '']", "'hr,,legal'", "{hr: 1}", "[[hr]]", ""])
def test_what_names_no_group_opens_nothing_but_is_refused(written: str) -> None:
    with pytest.raises(UnreadableSource, match="'groups'"):
        front_matter.parse(f"id: d\ngroups: {written}", "d.md")


def test_other_metadata_leave_the_groups_as_they_are_and_null_takes_them_away() -> None:
    known = Metadata("d", "D", groups=("hr", "legal"))
    assert described(known, DescribeDocument(id="d", metadata={"title": "E"})).groups == ("hr", "legal")
    assert described(known, DescribeDocument(id="d", metadata={"groups": "johto"})).groups == ("johto",)
    assert described(known, DescribeDocument(id="d", metadata={"groups": None})).groups == ()
