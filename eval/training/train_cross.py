"""Trains the cross-reader: `python -m eval.training.train_cross --out DIR [--minutes N]`.

On the quotes of the documents: each question with those that answer it and with some of the nearest that do not. The
encoder stays as it is; what a text looks like at its middle is kept in memory, some 2 GB. The rates fall to nothing
over the minutes that are given; what comes of it is DIR/cross.pt, the mean of the last weights. Started again, it goes
on from there; without one, from the weights of the release.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from eval.training.cross import CrossReader, Pair
from eval.training.encoder import Encoder, vectors
from eval.training.guidance import Guidance, asked_as_people_ask, load
from eval.training.losses import VERDICT_WEIGHTS, ranked
from eval.training.measure import in_short
from eval.training.quotes import alone
from eval.training.shipped import cross_reader_weights, encoder_weights
from eval.training.train import computes_in_bf16, in_turns, tokenizer_of
from rag.models.bundled_model import ensure_unpacked
from rag.models.reader import VERDICTS, left_with_clause
from rag.settings import Settings
from rag.types import Verdict

# With 1e-4 from the first on, and few pairs a step, it forgot within minutes all that the encoder's layers know. The
# first weights were learnt with 5e-5 and 5e-4.
LAYER_RATE, HEAD_RATE, WARM_UP = 3e-5, 1.5e-4, 150
# Without it more minutes only teach the documents by heart: eval/training/README.md, "Tried and left".
THINNED = 0.1  # of the tokens of a question and of a quote, left out at each reading
MIN_THINNED = 6  # tokens; shorter texts stay whole
KEPT = 0.998  # of the mean of the weights at each step
DECAY = 0.01
FALLING = 1.4  # the rates stay for a third of the minutes, then fall to nothing
QUESTIONS = 36  # of a document, in one step
NEAREST = 4  # quotes that do not answer, of which the nearest and one more are asked
ANSWERING = 2  # quotes that answer a question, at the most
VERDICT_SHARE = 0.6  # of the verdict, beside whether it answers, alone and among the others
ASKED_SHARE = 0.5  # of telling which of its questions a quote answers
CASES = 8  # questions of a document, in one step, whose sentence or row has several cases: which is meant
CASE_SHARE = 0.5
DIVIDED = 2.0  # so many times counts a verdict whose quote has another one for another case
MEASURED = 6  # quotes that a question is measured with
TELL_EVERY_S, SAVE_EVERY_S = 180, 600


@dataclass(frozen=True)
class Prepared:
    """A document with what the encoder makes of it. passages, questions: middle states; places: of each quote the
    passage and its tokens that are read, and after them of each clause and cell; near: cosines (questions, places);
    right: the quotes that answer each; quotes: their number; parted: of questions whose sentence decides two cases, its
    clauses, and which is meant; of those that one cell of a row answers, its cells."""

    document: Guidance
    passages: list[Tensor]
    questions: list[Tensor]
    places: list[tuple[int, list[int]]]
    near: np.ndarray
    right: list[list[int]]
    quotes: int
    parted: Mapping[int, list[tuple[int, bool]]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Guidance, encoder: Encoder) -> Prepared:
        passages = encoder.last_and_middle([each.tokens for each in document.passages])
        questions = encoder.last_and_middle([each.asked.tokens for each in document.questions])
        places: list[tuple[int, list[int]]] = []
        states: list[Tensor] = []
        numbers: dict[tuple[int, int], int] = {}
        for passage, group in enumerate(document.passages):
            row, led = passage in document.rows, passage in document.led
            for unit in [0] if row else range(int(led and len(group.units) > 1), len(group.units)):
                numbers[passage, unit] = len(places)
                places.append((passage, alone(group, unit, row, led)[0]))
                start, end = (group.units[0][0], group.units[-1][1]) if row else group.units[unit]
                states.append(passages[passage][0][start:end])
        quotes = len(places)
        cases: dict[tuple[int, int, int], int] = {}

        def read(passage: int, unit: int, number: int, first: int, last: int) -> None:
            """A case of a unit, from one of its tokens to another."""
            cases[passage, unit, number] = len(places)
            group, led = document.passages[passage], passage in document.led or passage in document.rows
            kept, _ = left_with_clause((first, last), unit, led, group.units, len(group.tokens))
            places.append((passage, kept))
            states.append(passages[passage][0][first:last])

        for (passage, unit), parts in document.clauses.items():
            start, end = document.passages[passage].units[unit]
            for number, part in enumerate(parts):
                first = min(start + part.tokens[0], end - 1)
                read(passage, unit, number, first, max(min(start + part.tokens[1], end), first + 1))
        for passage in document.rows:
            for cell, (start, end) in enumerate(document.passages[passage].units[1:], start=1):
                if start < end:
                    read(passage, cell, 0, start, end)
        near = vectors([last for last, _ in questions]) @ vectors(states).T
        right = [
            sorted({
                numbers[at, unit]
                for at, answering in each.answers.items()
                for unit in ((0,) if at in document.rows else answering)
                if (at, unit) in numbers
            })
            for each in document.questions
        ]  # fmt: skip
        known, asked = ([middle.half() for _, middle in each] for each in (passages, questions))
        parted = {
            at: [(cases[passage, unit, number], part.verdict == each.verdict) for number, part in enumerate(parts)]
            for at, each in enumerate(document.questions)
            for passage, answering in each.answers.items()
            for unit in answering
            for parts in [document.clauses.get((passage, unit), ())]
            if each.verdict is not None and sum(part.verdict == each.verdict for part in parts) == 1
        }
        of_rows = {}
        for at, each in enumerate(document.questions):
            for passage in document.rows & each.answers.keys():
                cells = range(1, len(document.passages[passage].units))
                places_of = {cell: cases[passage, cell, 0] for cell in cells if (passage, cell, 0) in cases}
                meant = places_of.keys() & each.answers[passage]
                if meant and len(places_of) > 1:
                    of_rows[at] = [(place, cell in meant) for cell, place in places_of.items()]
        return cls(document, known, asked, places, near.numpy(), right, quotes, of_rows | parted)

    @property
    def asked(self) -> list[int]:
        """The questions that a quote answers, or nothing; not those whose answer runs over several."""
        return [at for at, each in enumerate(self.document.questions) if self.right[at] or not each.answers]

    @cached_property
    def divided(self) -> frozenset[int]:
        """The questions with a verdict whose quote has another one for another question."""
        said: dict[int, set[Verdict]] = defaultdict(set)
        asked = [(at, each.verdict) for at, each in enumerate(self.document.questions) if each.verdict]
        for at, verdict in asked:
            for quote in self.right[at]:
                said[quote].add(verdict)
        return frozenset(at for at, _ in asked if any(len(said[quote]) > 1 for quote in self.right[at]))

    def pair(self, question: int, quote: int) -> Pair:
        passage, kept = self.places[quote]
        return Pair(self.questions[question], self.passages[passage][kept], float(self.near[question, quote]))

    def nearest(self, question: int, most: int) -> list[int]:
        return [int(at) for at in np.argsort(-self.near[question, : self.quotes])[:most]]


def thinned(pair: Pair) -> Pair:
    """The same with some of the tokens, never without what stands first."""

    def thin(states: Tensor) -> Tensor:
        if len(states) < MIN_THINNED:
            return states
        kept = torch.rand(len(states)) >= THINNED
        kept[0] = True
        return states[kept]

    return Pair(thin(pair.question), thin(pair.quote), pair.near)


def drawn_cases(one: Prepared, chance: random.Random) -> list[tuple[int, int, bool]]:
    """Questions and clauses or cells of a step, and whether one is meant by the other."""
    asked = chance.sample(sorted(one.parted), min(CASES, len(one.parted)))
    return [(question, case, meant) for question in asked for case, meant in one.parted[question]]


def drawn(one: Prepared, chance: random.Random) -> list[tuple[int, int, bool]]:
    """Questions and quotes of a step, and whether one answers the other. First are asked those whose quote says
    another thing of another case."""
    found = []
    order = sorted(chance.sample(one.asked, len(one.asked)), key=lambda at: at not in one.divided)
    for question in order[:QUESTIONS]:
        right = one.right[question]
        wrong = [at for at in one.nearest(question, NEAREST + len(right)) if at not in right][:NEAREST]
        wrong = wrong[:1] + chance.sample(wrong[1:], min(1, len(wrong[1:])))
        found += [(question, at, True) for at in chance.sample(right, min(ANSWERING, len(right)))]
        found += [(question, at, False) for at in wrong]
    return found


def loss_of(one: Prepared, rows: Sequence[tuple[int, int, bool]], answers: Tensor, verdicts: Tensor) -> Tensor:
    """Of telling what answers, alone and among the others, and what it says."""
    told = [answering for _, _, answering in rows]
    loss = nn.functional.binary_cross_entropy_with_logits(answers, torch.tensor(told).float())
    loss = loss + ranked(answers, [question for question, _, _ in rows], told)
    # Which of its questions a quote answers: what parts a question from one that differs in one thing.
    loss = loss + ASKED_SHARE * ranked(answers, [quote for _, quote, _ in rows], told)
    wanted = [_verdict(one, question, answering) for question, _, answering in rows]
    known = [row for row, each in enumerate(wanted) if each is not None]
    if known:
        right = torch.tensor([wanted[row] for row in known])
        weights = torch.tensor(VERDICT_WEIGHTS)
        losses = nn.functional.cross_entropy(verdicts[known], right, weights, reduction="none")
        counted = torch.tensor([DIVIDED if rows[row][2] and rows[row][0] in one.divided else 1.0 for row in known])
        loss = loss + VERDICT_SHARE * (counted * losses).sum() / (counted * weights[right]).sum()
    return loss


def _verdict(one: Prepared, question: int, answering: bool) -> int | None:
    """A quote that answers whether something is allowed says what; another says nothing of it."""
    asked = one.document.questions[question]
    if answering:
        return VERDICTS.index(asked.verdict) if asked.verdict else None
    return VERDICTS.index("undecided") if asked.verdict or asked.kind == "may_i" else None


@torch.no_grad()
def measured(reader: CrossReader, documents: Sequence[Prepared], bf16: bool) -> dict[str, float]:
    """Each question with the nearest quotes of its document. own, other: of the answerable, the share whose best quote
    answers, asked in the document's language and in another; verdict: whose verdict is right, read of a quote that
    answers; clause, cell: whose clause or cell is found; near, far: AUROC of the best quote's odds, answerable against
    near misses and far questions."""
    reader.eval()
    shares: dict[str, list[bool]] = {}
    scores: list[tuple[str, float]] = []
    for one in documents:
        rows = [(at, quote) for at in one.asked for quote in {*one.nearest(at, MEASURED), *one.right[at][:1]}]
        answers, verdicts = reader([one.pair(*row) for row in rows], bf16)
        found = {row: (float(answers[number]), verdicts[number]) for number, row in enumerate(rows)}
        for at, cases in one.parted.items():
            odds, _ = reader([one.pair(at, case) for case, _ in cases], bf16)
            in_row = one.places[cases[0][0]][0] in one.document.rows
            shares.setdefault("cell" if in_row else "clause", []).append(cases[int(odds.argmax())][1])
        for at in one.asked:
            question = one.document.questions[at]
            best = max(one.nearest(at, MEASURED), key=lambda quote: found[at, quote][0])
            scores.append(("answerable" if question.answers else question.kind, found[at, best][0]))
            if question.answers:
                where = "own" if question.language == one.document.language else "other"
                shares.setdefault(where, []).append(best in one.right[at])
            if question.verdict and one.right[at]:
                said = VERDICTS[int(found[at, one.right[at][0]][1].argmax())]
                shares.setdefault("verdict", []).append(said == question.verdict)
    reader.train()
    return in_short(shares, scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=70.0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    bf16 = computes_in_bf16()
    models = Settings.model_validate({"threads": options.threads}).data_dir / "models"
    folder = ensure_unpacked(models, trained=None)
    tokenize = tokenizer_of(folder)
    encoder = Encoder(folder, bf16).eval()
    encoder.model.load_state_dict(encoder_weights(models), strict=False)
    reader = CrossReader.of(folder, encoder_weights(models))
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / "cross.pt"
    reader.take(torch.load(file, weights_only=True) if file.exists() else cross_reader_weights(models))
    chance = random.Random(int(time.time()))
    documents = [Prepared.of(each, encoder) for each in load("train", tokenize)]
    heads = [each for name, each in reader.named_parameters() if not name.startswith("layers.")]
    optimiser = torch.optim.AdamW(
        [{"params": list(reader.layers.parameters()), "rate": LAYER_RATE}, {"params": heads, "rate": HEAD_RATE}],
        weight_decay=DECAY,
    )
    mean = {name: each.clone() for name, each in reader.weights().items()}
    losses: list[float] = []
    told = saved = started = time.time()
    for step, one in enumerate(in_turns([(each.document.id, each) for each in documents], chance)):
        past = (time.time() - started) / (60 * options.minutes)
        if time.time() - saved > SAVE_EVERY_S or past >= 1:
            torch.save(mean, file)
            saved = time.time()
        if past >= 1:
            break
        if not (rows := drawn(one, chance)):
            continue
        for parameters in optimiser.param_groups:
            parameters["lr"] = parameters["rate"] * min(1.0, (step + 1) / WARM_UP) * min(1.0, FALLING * (1 - past))
        cases = drawn_cases(one, chance)
        answers, verdicts = reader([thinned(one.pair(question, at)) for question, at, _ in [*rows, *cases]], bf16)
        loss = loss_of(one, rows, answers[: len(rows)], verdicts[: len(rows)])
        if cases:
            loss = loss + CASE_SHARE * loss_of(one, cases, answers[len(rows) :], verdicts[len(rows) :])
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        with torch.no_grad():
            for name, each in reader.weights().items():
                mean[name].lerp_(each, 1 - KEPT)
        losses.append(loss.item())
        if time.time() - told > TELL_EVERY_S:
            told = time.time()
            print(f"{step} steps: {np.mean(losses[-150:]):.3f}", flush=True)
    reader.take(mean)
    for part in ("fit", "dev"):
        held = [Prepared.of(each, encoder) for each in load(part, tokenize) if asked_as_people_ask(each.id)]
        for name, share in measured(reader, held, bf16).items():
            print(f"{part} {name} {share:.3f}")


if __name__ == "__main__":
    main()
