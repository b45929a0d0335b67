"""How often the words of example questions stand in them: what is common in questions tells little of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.curated.concepts import Concepts
from rag.curated.content_words import content_words
from rag.curated.examples import Example, ExampleSet
from rag.language.words import Lexicon
from rag.models.recognition import Recogniser


def word_frequencies(
    examples: ExampleSet, own: Sequence[Example], recogniser: Recogniser, lexicon: Lexicon, concepts: Concepts
) -> dict[str, int]:
    """In how many examples each lemma, stem and concept stands, as rag.answering.coverage.weigh counts them. own: those
    that were not learnt; of the others it was counted when they were, and a corpus with half of them has each
    half as often."""
    share = (len(examples.examples) - len(own)) / (len(recogniser.rows) or 1)
    learnt = {name: round(count * share) for name, count in recogniser.frequencies.items()}
    return dict(counted(own, lexicon, concepts) + Counter({name: count for name, count in learnt.items() if count}))


def counted(examples: Sequence[Example], lexicon: Lexicon, concepts: Concepts) -> Counter[str]:
    """In how many of these each lemma, stem and concept stands."""
    counts: Counter[str] = Counter()
    for example in examples:
        words = content_words(example.text, example.language, lexicon, concepts)
        counts.update(
            {
                name
                for word in words
                for name in (*word.reading.lemmas, word.reading.stem, *(f"c:{concept}" for concept in word.concepts))
            }
        )
    return counts
