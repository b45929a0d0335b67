"""Where the example questions point: the passages that answer each kind of question, and which documents have many."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rag.answering.intents import Match
from rag.answering.places import stands_at
from rag.curated.examples import Target
from rag.types import Chunk, Span

# The first so many matches point to passages that are weighed even if the search did not find them.
POINTING_MATCHES = 4  # chosen by judgement


@dataclass(frozen=True, slots=True)
class ExampleIndex:
    """targets: what becomes of the examples; chunks_of_target: the passages, by id, that answer those of each target;
    exemplified: the documents that have many examples, so that it tells something to be like none of them."""

    targets: Sequence[Target]
    chunks_of_target: Sequence[tuple[str, ...]]
    exemplified: Collection[str]

    @classmethod
    def of(cls, targets: Sequence[Target], chunks: Sequence[Chunk], exemplified: Collection[str]) -> ExampleIndex:
        """chunks: all passages of the version."""
        return cls(targets, [tuple(c.id for c in chunks if _answers(target, c)) for target in targets], exemplified)

    def fitted(self, name: str, chunk: Chunk) -> str:
        """Which weights to use: a document without many example questions has only its words to go by."""
        return f"{name}_with_examples" if self.is_learnt(chunk) else name

    def is_learnt(self, chunk: Chunk) -> bool:
        """Whether it is of a document that has many examples."""
        return chunk.document_id in self.exemplified

    def passages_of(self, matches: Sequence[Match]) -> set[str]:
        """The passages that the most probable matches point to, by their ids."""
        return {chunk for match in matches[:POINTING_MATCHES] for chunk in self.chunks_of_target[match.target]}

    def likest(self, matches: Sequence[Match]) -> tuple[Mapping[str, Match], Mapping[str, float]]:
        """For each passage that matches point to, the most probable of them, and how probable they are together."""
        likest: dict[str, Match] = {}
        probable: dict[str, float] = {}
        for match in matches:
            for chunk in self.chunks_of_target[match.target]:
                likest.setdefault(chunk, match)
                probable[chunk] = probable.get(chunk, 0.0) + match.probability
        return likest, probable

    def points_at(self, match: Match, chunk: Chunk) -> bool:
        """Whether the match's questions are answered by this passage."""
        return chunk.id in self.chunks_of_target[match.target]

    def place_in(self, match: Match, chunk: Chunk) -> Span:
        """Where in a passage that it points at the match's questions are answered."""
        places = self.targets[match.target].places
        return next(span for name, span in places if name == chunk.document_id and chunk.span.touches(span))


def _answers(target: Target, chunk: Chunk) -> bool:
    return stands_at(chunk.document_id, chunk.span, target.places)
