"""What the reader is trained on: passages with questions, as tokens and as the encoder's states of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Tokenize = Callable[[str], list[int]]

BEGIN, END = 0, 2
MAX_PASSAGE, MAX_QUESTION = 300, 44  # tokens


@dataclass(frozen=True)
class Asked:
    """A question to a passage. answers: 1.0 or 0.0; unit: which of the passage's units answers; verdict: index of
    rag.models.reader.VERDICTS; None where nobody knows. points: the answer, or what looks like it, is one of the
    group's spans."""

    tokens: list[int]
    answers: float | None
    unit: int | None = None
    verdict: int | None = None
    points: bool = False


@dataclass(frozen=True)
class Group:
    """A passage with its questions. units: half-open ranges of its tokens, one after the other; spans: ranges that are
    each the answer, or what looks like it, to a question, nobody knows to which; complete: the question is here."""

    tokens: list[int]
    units: Sequence[tuple[int, int]]
    questions: Sequence[Asked]
    spans: Sequence[tuple[int, int]] = ()
    complete: bool = False


@dataclass(frozen=True)
class Framing:
    """How the encoder wants its texts: tokens that stand before a question's, and before a passage's."""

    question: tuple[int, ...]
    passage: tuple[int, ...]

    @classmethod
    def of(cls, tokenize: Tokenize) -> Framing:
        """As the bundled encoder was trained (its model card)."""
        return cls((BEGIN, *tokenize("query: ")), (BEGIN, *tokenize("passage: ")))

    def asked(self, tokens: Sequence[int]) -> list[int]:
        """A question's tokens, cut and framed."""
        return [*self.question, *tokens[:MAX_QUESTION], END]

    def read(self, tokens: Sequence[int], ranges: Sequence[tuple[int, int]]) -> tuple[list[int], list[tuple[int, int]]]:
        """A passage's tokens, framed, and its ranges among them."""
        before = len(self.passage)
        return [*self.passage, *tokens, END], [(start + before, end + before) for start, end in ranges]
