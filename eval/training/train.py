"""Trains the encoder's upper layers and the reader together: `python -m eval.training.train --data DIR --marked DIR
--out DIR [--minutes N]`.

The encoder learns that a question lies nearer to what answers it than to all else that there is; the reader learns on
the encoder's states what answers, where, and with which verdict, and what it learns goes down into the encoder. The
learning rate falls to nothing over the minutes that are given; what comes of it is DIR/trained.pt. Started again, it
goes on from there; without one, from the weights of the release (--anew: from nothing). With --reader-alone the encoder
stays as it is, and so does all that rests on its vectors.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from itertools import chain, count, islice
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoTokenizer

from eval.training.encoder import Encoder, FrozenEncoder, vectors
from eval.training.groups import Group, Tokenize
from eval.training.guidance import (
    Guidance,
    asked_as_people_ask,
    drawn,
    group_of,
    hollowed,
    load,
    opposed,
    together,
)
from eval.training.losses import found_among, ranked, reading
from eval.training.measure import adversarial, guided
from eval.training.natural import Natural
from eval.training.network import Read, Reader, pack
from eval.training.quotes import quoted
from eval.training.shipped import encoder_weights, reader_weights
from eval.training.squad import Squad
from eval.training.squad import adversarial as adversarial_groups
from rag.models.bundled_model import ensure_unpacked
from rag.settings import Settings

ENCODER_RATE, READER_RATE, WARM_UP = 5e-5, 2e-4, 50
ENCODER_DECAY, READER_DECAY = 0.01, 0.05
FALLING = 1.5  # the rates stay for a third of the minutes, then fall to nothing
QUESTIONS = 80  # of a step's documents together, at the least: two long ones or a dozen notices
READ_PASSAGES = 22  # of a step, that are read with questions
# How often a document of a step is one that is asked as people ask: two of five documents are.
# With .75, and 104 of them, the reader alone learnt them by heart within half an hour (README, tried).
ASKED_SHARE = 0.6
HOLLOWED, OPPOSED = 8, 4  # passages of a step that have lost what answered, or say the opposite
SQUAD, NATURAL = 2, 1  # other texts of a step, so that reading anything else is not forgotten
UNIT_SHARE, OTHERS_SHARE = 0.5, 0.5  # of finding the sentence, and of finding other texts, beside finding the passage
QUOTES, QUOTES_SHARE = 2, 0.5  # the nearest units that each question is asked alone, beside those that answer it
RANKED_SHARE = 0.3  # of telling what answers from all else that the question is asked of, beside judging each alone
TELL_EVERY_S, SAVE_EVERY_S = 300, 900

Found = TypeVar("Found")


class Training:
    """The two networks, and what a step of theirs costs."""

    def __init__(self, encoder: Encoder, reader: Reader, bf16: bool, chance: random.Random) -> None:
        self.encoder, self.reader = encoder, reader
        self._bf16 = bf16
        self._chance = chance

    def of_documents(self, documents: Sequence[Guidance]) -> tuple[Tensor, Tensor]:
        """Of finding and of reading, each question among all passages of these documents."""
        whole = together(documents)
        passages = self.encoder([each.tokens for each in whole.passages])
        questions = self.encoder([each.asked.tokens for each in whole.questions])
        asked, offered = vectors(questions), vectors(passages)
        cosines = asked @ offered.T
        finding = found_among(cosines, [each.answers for each in whole.questions])
        units = [
            states[start:end]
            for states, group in zip(passages, whole.passages, strict=True)
            for start, end in group.units
        ]
        first = np.cumsum([0, *(len(group.units) for group in whole.passages)]).tolist()
        right = [
            [
                first[at] + unit
                for at, answering in each.answers.items()
                for unit in answering
                if unit < len(whole.passages[at].units)
            ]
            for each in whole.questions
        ]
        near_units = asked @ vectors(units).T
        finding = finding + UNIT_SHARE * found_among(near_units, right)
        read = drawn(whole, cosines.detach().T.numpy(), READ_PASSAGES, self._chance)
        groups = [group_of(whole, number, rows) for number, rows in read]
        made = [*hollowed(whole, HOLLOWED, self._chance), *opposed(whole, OPPOSED, self._chance)]
        read_in = [passages[number] for number, _ in read] + self.encoder([group.tokens for group, _ in made])
        states = [questions[at] for _, rows in (*read, *made) for at in rows]
        groups_read = [*groups, *(group for group, _ in made)]
        answered = self._read(groups_read, read_in, states)
        quotes = quoted(whole, right, near_units.detach(), QUOTES)
        rows, alone = [at for each in quotes for at in each.rows], [each.group for each in quotes]
        quoting = self._read(
            alone, [passages[each.passage][each.kept] for each in quotes], [questions[at] for at in rows]
        )
        order = ranked(answered.answers, [at for _, asked_here in read for at in asked_here], _answering(groups))
        order = order + ranked(quoting.answers, rows, _answering(alone))
        reading_them = reading(answered, groups_read) + QUOTES_SHARE * reading(quoting, alone)
        return finding, reading_them + RANKED_SHARE * order

    def of_texts(self, groups: Sequence[Group]) -> tuple[Tensor, Tensor]:
        """The same of other texts, each question among all of them."""
        groups = [group for group in groups if group.questions]
        asked = [(number, each) for number, group in enumerate(groups) for each in group.questions]
        passages = self.encoder([group.tokens for group in groups])
        questions = self.encoder([each.tokens for _, each in asked])
        right = [[number] if each.answers == 1 else [] for number, each in asked]
        finding = found_among(vectors(questions) @ vectors(passages).T, right)
        return finding, reading(self._read(groups, passages, questions), groups)

    def _read(self, groups: Sequence[Group], passages: Sequence[Tensor], questions: Sequence[Tensor]) -> Read:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bf16):
            read: Read = self.reader(pack(groups, passages, questions))
        return read

    def save(self, file: Path) -> None:
        kept = {"encoder": self.encoder.trained(), "reader": self.reader.state_dict()}
        torch.save(kept, file.with_suffix(".new"))
        file.with_suffix(".new").replace(file)

    def go_on_from(self, file: Path) -> None:
        kept = torch.load(file, weights_only=True)
        self.encoder.model.load_state_dict(kept["encoder"], strict=False)
        self.reader.load_state_dict(kept["reader"])


def _answering(groups: Sequence[Group]) -> list[bool]:
    return [bool(each.answers) for group in groups for each in group.questions]


def some(documents: Sequence[Guidance], chance: random.Random) -> Iterator[list[Guidance]]:
    """A few documents for each step."""
    one_by_one = in_turns([(each.id, each) for each in documents], chance)
    while True:
        found: list[Guidance] = []
        while sum(len(each.questions) for each in found) < QUESTIONS:
            found.append(next(one_by_one))
        yield found


def in_turns(named: Sequence[tuple[str, Found]], chance: random.Random) -> Iterator[Found]:
    """What stands with the documents' names, one after the other; of those that are asked as people ask, and of the
    others, all once before one comes again."""
    asked = _endless([each for name, each in named if asked_as_people_ask(name)], chance)
    others = _endless([each for name, each in named if not asked_as_people_ask(name)], chance)
    while True:
        yield next(asked if chance.random() < ASKED_SHARE else others)


def _endless(some: Sequence[Found], chance: random.Random) -> Iterator[Found]:
    while True:
        yield from chance.sample(some, len(some))


def computes_in_bf16() -> bool:
    """Whether the processor does; without it bf16 is a hundred times slower."""
    return "avx512_bf16" in Path("/proc/cpuinfo").read_text(encoding="utf-8")


def tokenizer_of(folder: Path) -> Tokenize:
    """Without what frames a text. folder: of the model."""
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def tokenize(text: str) -> list[int]:
        tokens: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
        return tokens

    return tokenize


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--marked", type=Path, required=True, help="what eval.training.marked wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=70.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--anew", action="store_true", help="from nothing, where there is no checkpoint")
    parser.add_argument("--reader-alone", action="store_true", help="the encoder stays as it is")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    bf16 = computes_in_bf16()
    settings = Settings.model_validate({"threads": options.threads})
    folder = ensure_unpacked(settings.data_dir / "models", trained=None)
    tokenize = tokenizer_of(folder)
    torch.manual_seed(0)
    seed = int(time.time())
    chance = random.Random(seed)
    encoder = FrozenEncoder(folder, bf16) if options.reader_alone else Encoder(folder, bf16)
    training = Training(encoder, Reader(encoder.model.config.hidden_size), bf16, chance)
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / "trained.pt"
    if file.exists():
        training.go_on_from(file)
    elif not options.anew:
        training.encoder.model.load_state_dict(encoder_weights(settings.data_dir / "models"), strict=False)
        training.reader.load_state_dict(reader_weights())
    dev = load("dev", tokenize)
    squad, natural = Squad(options.data / "squad2_train", tokenize, options.marked), Natural(options.marked, tokenize)
    texts = [
        (chain.from_iterable(each.epoch(seed + number) for number in count()), each_step)
        for each, each_step in ((squad, SQUAD), (natural, NATURAL))
    ]
    optimiser = torch.optim.AdamW(
        [
            {"params": list(encoder.trained_parameters()), "rate": ENCODER_RATE, "weight_decay": ENCODER_DECAY},
            {"params": list(training.reader.parameters()), "rate": READER_RATE, "weight_decay": READER_DECAY},
        ]
    )
    losses: list[tuple[float, ...]] = []
    told = saved = started = time.time()
    for step, documents in enumerate(some(load("train", tokenize), chance)):
        past = (time.time() - started) / (60 * options.minutes)
        if time.time() - saved > SAVE_EVERY_S or past >= 1:
            training.save(file)
            saved = time.time()
        if past >= 1:
            break
        for parameters in optimiser.param_groups:
            parameters["lr"] = parameters["rate"] * min(1.0, (step + 1) / WARM_UP) * min(1.0, FALLING * (1 - past))
        finding, read = training.of_documents(documents)
        (finding + read).backward()  # type: ignore[no-untyped-call]
        of_others = training.of_texts([group for groups, number in texts for group in islice(groups, number)])
        (OTHERS_SHARE * of_others[0] + of_others[1]).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_([each for group in optimiser.param_groups for each in group["params"]], 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        losses.append((finding.item(), read.item(), of_others[0].item(), of_others[1].item()))
        if time.time() - told > TELL_EVERY_S:
            told = time.time()
            print(f"{step} steps: finding, reading, of others", np.mean(losses[-80:], axis=0).round(3), flush=True)
    for name, share in guided(encoder, training.reader, dev, bf16).items():
        print(f"{name} {share:.3f}")
    held = adversarial_groups(options.data / "squad2_fi_dev", tokenize, 120)
    print(f"adversarial AUROC {adversarial(encoder, training.reader, held, bf16):.4f}")


if __name__ == "__main__":
    main()
