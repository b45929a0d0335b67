"""SQuAD 2 in Finnish and English as groups of a passage and its questions; shared/data/README tells the files."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.training.groups import Asked, Framing, Group, Tokenize
from rag.models.reader import Readable, tokens_of

MAX_QUESTIONS = 12  # of one passage in one epoch: many questions on few passages teach the passages by heart
# In which languages a passage and its questions are read: pairs across languages teach reading across languages.
LANGUAGES = ((("fi", "fi"), 0.36), (("en", "en"), 0.18), (("fi", "en"), 0.26), (("en", "fi"), 0.20))
OTHERS = 2  # questions of the same article that another passage answers
# Passages without questions that look answerable teach to tell topics apart, which the encoder knows already: with all
# of them, and three others each, the adversarial AUROC stood at .58 after 47,000 questions.
ONLY_ANSWERED_LEFT_OUT = 0.6
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ\d\"])")


class Squad:
    """The training articles. epoch() gives each passage once, in a new order, with new languages and neighbours."""

    def __init__(self, folder: Path, tokenize: Tokenize, marked: Path) -> None:
        self._tokenize = tokenize
        self._framing = Framing.of(tokenize)
        self._spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
        with gzip.open(marked / "marks.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                self._spans[row["language"], row["text"]] = row["spans"]
        self._articles: dict[int, list[dict[str, Any]]] = defaultdict(list)
        with gzip.open(folder / "passages.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                passage = json.loads(line)
                self._articles[passage["article"]].append(passage)

    def epoch(self, seed: int) -> Iterator[Group]:
        """seed chooses order, languages and neighbours."""
        chance = random.Random(seed)
        passages = [passage for article in self._articles.values() for passage in article]
        chance.shuffle(passages)
        for passage in passages:
            group = self._group(passage, chance)
            if group is not None:
                yield group

    def _group(self, passage: dict[str, Any], chance: random.Random) -> Group | None:
        asked = list(passage["questions"])
        hard = any(each["answerable"] is False for each in asked)
        if not 80 < len(passage["fi"]) < 1400 or (not hard and chance.random() < ONLY_ANSWERED_LEFT_OUT):
            return None
        of_language, asked_in = chance.choices([each for each, _ in LANGUAGES], [share for _, share in LANGUAGES])[0]
        chance.shuffle(asked)
        asked.sort(key=lambda each: each["answerable"] is not False)
        unanswered = sum(each["answerable"] is False for each in asked)
        most = MAX_QUESTIONS - OTHERS
        # Half of them unanswerable at the most, where there are more questions than fit.
        first = max(0, min(unanswered - most // 2, len(asked) - most))
        chosen = asked[first : first + most]
        text = " ".join(passage[of_language].split())
        sentences = SENTENCE.split(text)
        tokens, units = tokens_of(Readable("", tuple(sentences)), self._tokenize)
        marks = self._spans[of_language, text]
        questions = [
            Asked(
                self._framing.asked(self._tokenize(each[asked_in])),
                None if each["answerable"] is None else float(each["answerable"]),
                points=True,
            )
            for each in chosen
        ]
        questions += [
            Asked(self._framing.asked(self._tokenize(text)), 0.0)
            for text in self._neighbours(passage, asked_in, chance)
        ]
        spans = spans_in_tokens(marks, sentences, units, self._tokenize)
        complete = len(chosen) == len(asked) and len(spans) == len(marks)
        framed, units = self._framing.read(tokens, units)
        return Group(framed, units, questions, self._framing.read(tokens, spans)[1], complete)

    def _neighbours(self, passage: dict[str, Any], language: str, chance: random.Random) -> list[str]:
        """Questions that other passages of the article answer, rather those whose words this passage has, too."""
        others = [each for each in self._articles[passage["article"]] if each is not passage and each["questions"]]
        if not others:
            return []
        drawn = [chance.choice(other["questions"])[language] for other in chance.choices(others, k=4 * OTHERS)]
        words = set(re.findall(r"\w{4,}", passage[language].lower()))
        near = sorted(dict.fromkeys(drawn), key=lambda text: -len(words & set(re.findall(r"\w{4,}", text.lower()))))
        return near[: OTHERS - 1] + chance.sample(near[OTHERS - 1 :], min(1, len(near[OTHERS - 1 :])))


def spans_in_tokens(
    spans: Sequence[tuple[int, int]], units: Sequence[str], ranges: Sequence[tuple[int, int]], tokenize: Tokenize
) -> list[tuple[int, int]]:
    """Ranges of characters in the units joined by single spaces as ranges of tokens; what was cut is left out, what
    runs over two units ends with the first. ranges: each unit's tokens."""
    found = []
    for start, end in spans:
        at = 0
        for unit, (first, last) in zip(units, ranges, strict=False):
            if at <= start < at + len(unit):
                before = len(tokenize(unit[: start - at].rstrip())) if start > at else 0
                through = len(tokenize(unit[: end - at].rstrip()))
                begin = first + before
                if begin < last:
                    found.append((begin, min(last, max(begin + 1, first + through))))
            at += len(unit) + 1
    return found


def adversarial(folder: Path, tokenize: Tokenize, passages: int, seed: int = 5) -> list[Group]:
    """Some passages of the development set with all their questions, to measure on, never to train on."""
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        asked[question["passage"]].append(question)
    texts = {}
    for line in (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines():
        passage = json.loads(line)
        texts[passage["id"]] = passage["text"]
    groups = []
    framing = Framing.of(tokenize)
    for name in random.Random(seed).sample(sorted(asked), passages):
        tokens, units = tokens_of(Readable("", tuple(SENTENCE.split(texts[name]))), tokenize)
        rows = [Asked(framing.asked(tokenize(q["question"])), float(q["answerable"])) for q in asked[name]]
        groups.append(Group(*framing.read(tokens, units), rows))
    return groups
