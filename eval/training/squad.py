"""SQuAD 2 in Finnish and English as groups of a passage and its questions; shared/data/README tells the files."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from eval.training.network import Asked, Group

Tokenize = Callable[[str], list[int]]

MAX_PASSAGE, MAX_QUESTION = 300, 44  # tokens
MAX_QUESTIONS = 12  # of one passage in one epoch: many questions on few passages teach the passages by heart
# In which languages a passage and its questions are read: pairs across languages teach reading across languages.
LANGUAGES = ((("fi", "fi"), 0.36), (("en", "en"), 0.18), (("fi", "en"), 0.26), (("en", "fi"), 0.20))
OTHERS = 2  # questions of the same article that another passage answers
# Passages without questions that look answerable teach to tell topics apart, which the encoder knows already: with all
# of them, and three others each, the adversarial AUROC stood at .58 after 47,000 questions.
ONLY_ANSWERED_LEFT_OUT = 0.6
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ\d\"])")


class Squad:
    """The training articles. epoch() gives each passage once, in a new order, with new languages and neighbours."""

    def __init__(self, folder: Path, tokenize: Tokenize) -> None:
        self._tokenize = tokenize
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
        known = [each for each in passage["questions"] if each["answerable"] is not None]
        hard = any(not each["answerable"] for each in known)
        if not known or not 80 < len(passage["fi"]) < 1400 or (not hard and chance.random() < ONLY_ANSWERED_LEFT_OUT):
            return None
        of_language, asked_in = chance.choices([each for each, _ in LANGUAGES], [share for _, share in LANGUAGES])[0]
        chance.shuffle(known)
        unanswered = [each for each in known if not each["answerable"]][: (MAX_QUESTIONS - OTHERS) // 2 + 1]
        chosen = [*unanswered, *[each for each in known if each["answerable"]]][: MAX_QUESTIONS - OTHERS]
        rows = [(each[asked_in], float(each["answerable"])) for each in chosen]
        rows += [(text, 0.0) for text in self._neighbours(passage, asked_in, chance)]
        tokens, units = tokens_of_units(_SENTENCE.split(passage[of_language]), self._tokenize)
        return Group(tokens, units, [Asked(framed(self._tokenize(text), MAX_QUESTION), label) for text, label in rows])

    def _neighbours(self, passage: dict[str, Any], language: str, chance: random.Random) -> list[str]:
        """Questions that other passages of the article answer, rather those whose words this passage has, too."""
        others = [each for each in self._articles[passage["article"]] if each is not passage and each["questions"]]
        if not others:
            return []
        drawn = [chance.choice(other["questions"])[language] for other in chance.choices(others, k=4 * OTHERS)]
        words = set(re.findall(r"\w{4,}", passage[language].lower()))
        near = sorted(dict.fromkeys(drawn), key=lambda text: -len(words & set(re.findall(r"\w{4,}", text.lower()))))
        return near[: OTHERS - 1] + chance.sample(near[OTHERS - 1 :], min(1, len(near[OTHERS - 1 :])))


def framed(tokens: list[int], most: int) -> list[int]:
    """With the marks of beginning and end."""
    return [0, *tokens[:most], 2]


def tokens_of_units(
    units: list[str], tokenize: Tokenize, before: list[int] | None = None
) -> tuple[list[int], list[tuple[int, int]]]:
    """The tokens of a passage and each unit's range among them; what is too long is cut. before: the tokens of its
    context, framed."""
    tokens: list[int] = list(before) if before else [0]
    ranges: list[tuple[int, int]] = []
    for unit in units:
        own = tokenize(unit)
        if ranges and len(tokens) + len(own) > MAX_PASSAGE:
            break
        ranges.append((len(tokens), len(tokens) + len(own[:MAX_PASSAGE])))
        tokens += own[:MAX_PASSAGE]
    return [*tokens, 2], ranges


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
    for name in random.Random(seed).sample(sorted(asked), passages):
        tokens, units = tokens_of_units(_SENTENCE.split(texts[name]), tokenize)
        rows = [Asked(framed(tokenize(q["question"]), MAX_QUESTION), float(q["answerable"])) for q in asked[name]]
        groups.append(Group(tokens, units, rows))
    return groups
