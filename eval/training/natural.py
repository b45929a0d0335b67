"""Questions that people typed into a search engine, in Finnish, each with a text that answers it (see marked)."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.training.groups import Asked, Framing, Group, Tokenize
from eval.training.squad import SENTENCE, spans_in_tokens
from rag.models.reader import Readable, tokens_of

OTHERS = 4  # questions of other texts
# Of those that share words with a text the likest may be answered by it: the data has the same question twice.
LIKEST_LEFT_OUT, LIKEST_DRAWN = 3, 20
STEM = 6  # letters that stand for a word
COMMON = 300  # questions; a stem in more of them says nothing


@dataclass(frozen=True)
class _Text:
    document: int
    text: str
    spans: list[tuple[int, int]]
    questions: list[str]


class Natural:
    """The texts whose answer was coloured. epoch() gives each once, in a new order, with questions of other texts."""

    def __init__(self, folder: Path, tokenize: Tokenize) -> None:
        self._tokenize = tokenize
        self._framing = Framing.of(tokenize)
        self._texts: list[_Text] = []
        with gzip.open(folder / "natural.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["spans"] and row["questions"] and 80 < len(row["text"]) < 1400:
                    self._texts.append(_Text(**row))
        self._asked = [(number, asked) for number, each in enumerate(self._texts) for asked in each.questions]
        self._with: dict[str, list[int]] = defaultdict(list)
        for at, (_, asked) in enumerate(self._asked):
            for stem in _stems(asked):
                self._with[stem].append(at)

    def epoch(self, seed: int) -> Iterator[Group]:
        """seed chooses order and neighbours."""
        chance = random.Random(seed)
        for number in chance.sample(range(len(self._texts)), len(self._texts)):
            yield self._group(number, chance)

    def _group(self, number: int, chance: random.Random) -> Group:
        text = self._texts[number]
        sentences = SENTENCE.split(text.text)
        tokens, units = tokens_of(Readable("", tuple(sentences)), self._tokenize)
        spans = spans_in_tokens(text.spans, sentences, units, self._tokenize)
        own = text.questions[:OTHERS]
        # A question whose answer was cut away is not answered by what is left.
        questions = [Asked(self._framed(asked), 1.0 if spans else None, points=bool(spans)) for asked in own]
        questions += [Asked(self._framed(asked), 0.0) for asked in self._neighbours(number, chance)]
        framed, units = self._framing.read(tokens, units)
        return Group(framed, units, questions, self._framing.read(tokens, spans)[1], len(text.questions) == 1)

    def _framed(self, question: str) -> list[int]:
        return self._framing.asked(self._tokenize(question))

    def _neighbours(self, number: int, chance: random.Random) -> list[str]:
        """Questions to texts of other documents, rather those that share rare words with this text."""
        text = self._texts[number]
        shared: dict[int, float] = defaultdict(float)
        for stem in _stems(text.text):
            with_it = self._with.get(stem, ())
            if len(with_it) <= COMMON:
                for at in with_it:
                    shared[at] += 1 / (10 + len(with_it))
        likest = [
            at
            for at in sorted(shared, key=lambda at: -shared[at])[: LIKEST_DRAWN + 20]
            if self._texts[self._asked[at][0]].document != text.document
        ][LIKEST_LEFT_OUT:LIKEST_DRAWN]
        drawn = chance.sample(likest, min(OTHERS, len(likest)))
        return [self._asked[at][1] for at in drawn]


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in re.findall(r"\w{4,}", text.lower())}
