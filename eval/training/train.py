"""Trains the reader: `python -m eval.training.train --data DIR --marked DIR --out DIR [--minutes N]`.

The encoder's states of all data are computed first and kept in DIR/states (half an hour, once). The learning
rate falls to nothing over the minutes that are given; what comes of it is DIR/reader.pt. Started again, it
goes on from there.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, count, islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoTokenizer

from eval.training.groups import Group
from eval.training.guidance import Guidance, epoch, group_of, load_split
from eval.training.natural import Natural
from eval.training.network import Read, Reader, pack
from eval.training.squad import Squad, adversarial
from eval.training.states import States
from rag.bundled_model import ensure_unpacked
from rag.embedding import Embedder
from rag.settings import Settings

Source = Callable[[int], Iterator[Group]]

RATE, WARM_UP, WEIGHT_DECAY = 5e-4, 200, 0.05
FALLING = 1.6  # the rate stays for three eighths of the minutes, then falls to nothing
GROUPS = 12  # passages of a batch
POOL = 24 * GROUPS
NEAREST_PASSAGES = 8  # that a question is measured with
UNIT_SHARE, VERDICT_SHARE, SPAN_SHARE = 0.5, 0.5, 0.25  # of the loss, beside the answer's
# Most passages decide nothing of what is asked; with equal weights the reader said so of all of them.
VERDICT_WEIGHTS = (1.0, 1.0, 1.3, 0.25)
TELL_EVERY_S, SAVE_EVERY_S = 60, 300


def auroc(scores: np.ndarray, labels: np.ndarray) -> float:
    """The probability that an answerable question scores above an unanswerable one."""
    order = scores.argsort().argsort() + 1
    positive, negative = int(labels.sum()), int((1 - labels).sum())
    return float((order[labels == 1].sum() - positive * (positive + 1) / 2) / (positive * negative))


def measure(reader: Reader, groups: Sequence[Group], bf16: bool) -> float:
    """AUROC of answerable or not, each question with its own passage."""
    scores = [score for read in _read(reader, groups, bf16) for score in read.answers.float().tolist()]
    return auroc(np.array(scores), np.array([asked.answers for group in groups for asked in group.questions]))


def guided(reader: Reader, documents: Sequence[Guidance], bf16: bool) -> dict[str, float]:
    """Every question of each document with the nearest passages of it.

    own, other: of the answerable, the share whose best passage answers, in the document's language and in another;
    near, far: AUROC of the best passage's score, answerable against near misses and far questions; unit, verdict: of
    the answerable in their passage, the share whose best unit or verdict is right.
    """
    scores: list[tuple[str, float]] = []
    places: dict[str, list[bool]] = {"own": [], "other": []}
    units: list[bool] = []
    verdicts: list[bool] = []
    for document in documents:
        nearest = (-document.nearness).argsort(0).argsort(0) < NEAREST_PASSAGES
        asked = {number: np.flatnonzero(row).tolist() for number, row in enumerate(nearest) if row.any()}
        groups = [group_of(document, number, rows) for number, rows in asked.items()]
        answers = np.full(nearest.shape, -np.inf)
        for (number, rows), group, read in zip(asked.items(), groups, _read(reader, groups, bf16, 1), strict=True):
            answers[number, rows] = read.answers.float().numpy()
            for at, wanted in enumerate(group.questions):
                if wanted.unit is not None and len(group.units) > 1:
                    units.append(int(of_units(read.tokens[at], group).argmax()) == wanted.unit)
                if wanted.answers and wanted.verdict is not None:
                    verdicts.append(int(read.verdicts[at].argmax()) == wanted.verdict)
        for at, question in enumerate(document.questions):
            best = int(answers[:, at].argmax())
            scores.append((question.kind if not question.answers else "answerable", float(answers[best, at])))
            if question.answers:
                where = "own" if question.language == document.language else "other"
                places[where].append(best in question.answers)
    values = np.array([score for _, score in scores])
    kinds = np.array([kind for kind, _ in scores])

    def against(kind: str) -> float:
        kept = (kinds == "answerable") | (kinds == kind)
        return auroc(values[kept], (kinds[kept] == "answerable").astype(int))

    shares = {name: float(np.mean(each)) for name, each in {**places, "unit": units, "verdict": verdicts}.items()}
    return shares | {"near": against("near_miss"), "far": against("far")}


def _read(reader: Reader, groups: Sequence[Group], bf16: bool, size: int = GROUPS) -> list[Read]:
    reader.eval()
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
        found = [reader(pack(groups[at : at + size])) for at in range(0, len(groups), size)]
    reader.train()
    return found


def batches(sources: Sequence[tuple[Source, float]], seed: int) -> Iterator[list[Group]]:
    """Without end; like lengths share a batch, so that little is padding. sources: what makes an epoch of groups from
    a seed, with its share of the groups."""
    chance = random.Random(seed)
    endless = [(chain.from_iterable(source(seed + number) for number in count()), share) for source, share in sources]
    while True:
        pool = [group for groups, share in endless for group in islice(groups, round(POOL * share))]
        pool.sort(key=lambda group: len(group.tokens))
        made = [pool[at : at + GROUPS] for at in range(0, len(pool), GROUPS)]
        chance.shuffle(made)
        yield from made


def shuffled(groups: Sequence[Group], seed: int) -> Iterator[Group]:
    """Each once, in an order of the seed's."""
    yield from random.Random(seed).sample(groups, len(groups))


def of_units(tokens: Tensor, group: Group) -> Tensor:
    """For each unit the logarithm of the probability that a question points into it. tokens: one row of Read's."""
    return torch.stack([tokens[start:end].logsumexp(0) for start, end in group.units])


def loss_of(read: Read, groups: Sequence[Group]) -> Tensor:
    """Of all that is known of the questions: whether the passage answers, by which unit, with which verdict."""
    asked = [(each, group) for group in groups for each in group.questions]
    told = [number for number, (each, _) in enumerate(asked) if each.answers is not None]
    loss = nn.functional.binary_cross_entropy_with_logits(
        read.answers.float()[told], torch.tensor([asked[number][0].answers for number in told])
    )
    pointed = [
        nn.functional.cross_entropy(of_units(tokens, group)[None], torch.tensor([each.unit]))
        for tokens, (each, group) in zip(read.tokens.float(), asked, strict=True)
        if each.unit is not None and len(group.units) > 1
    ]
    if pointed:
        loss = loss + UNIT_SHARE * torch.stack(pointed).mean()
    if losses := list(spanned(read, groups)):
        loss = loss + SPAN_SHARE * torch.stack(losses).mean()
    decided = [number for number, (each, _) in enumerate(asked) if each.verdict is not None]
    if decided:
        wanted = torch.tensor([asked[number][0].verdict for number in decided])
        weights = torch.tensor(VERDICT_WEIGHTS)
        loss = loss + VERDICT_SHARE * nn.functional.cross_entropy(read.verdicts.float()[decided], wanted, weights)
    return loss


def spanned(read: Read, groups: Sequence[Group]) -> Iterator[Tensor]:
    """Who points, points at some span; and no span is there for nothing: one of the questions points at it."""
    first = 0
    for group in groups:
        rows = [first + number for number, asked in enumerate(group.questions) if asked.points]
        first += len(group.questions)
        if not rows or not group.spans:
            continue
        tokens = read.tokens[rows].float()
        at = torch.stack([tokens[:, start:end].logsumexp(1) for start, end in group.spans], 1)  # (rows, spans)
        yield -at.logsumexp(1).mean()
        if group.complete and len(rows) > 1:
            missed = torch.log1p(-at.exp().clamp(max=1 - 1e-4)).sum(0)
            yield -torch.log1p(-missed.exp().clamp(max=1 - 1e-6)).mean()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--marked", type=Path, required=True, help="what eval.training.marked wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--squad", type=int, default=8700, help="passages of SQuAD")
    parser.add_argument("--natural", type=int, default=4000, help="passages with questions to a search engine")
    parser.add_argument("--shares", type=float, nargs=3, default=(0.52, 0.38, 0.1), help="guidance, SQuAD, natural")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    # Without it bf16 is a hundred times slower.
    bf16 = "avx512_bf16" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    settings = Settings.model_validate({"threads": options.threads})
    folder = ensure_unpacked(settings.data_dir / "models")
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def tokenize(text: str) -> list[int]:
        tokens: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
        return tokens

    states = States(folder, options.out / "states", bf16)
    embedder = Embedder.load(settings)  # its vectors say which questions retrieval would bring to a passage
    train, dev = (load_split(embedder, part, states, options.out / "nearness") for part in ("train", "dev"))
    held = states.of_groups("adversarial", adversarial(options.data / "squad2_fi_dev", tokenize, 120))
    squad = Squad(options.data / "squad2_train", tokenize, options.marked).epoch(77)
    squad_groups = states.of_groups("squad", list(islice(squad, options.squad)))
    natural = Natural(options.marked, tokenize).epoch(77)
    natural_groups = states.of_groups("natural", list(islice(natural, options.natural)))
    sources: list[Source] = [partial(epoch, train), partial(shuffled, squad_groups), partial(shuffled, natural_groups)]

    torch.manual_seed(0)
    reader = Reader(embedder.dimensions)
    file = options.out / "reader.pt"
    if file.exists():
        reader.load_state_dict(torch.load(file, weights_only=True))
    optimiser = torch.optim.AdamW(reader.parameters(), lr=RATE, weight_decay=WEIGHT_DECAY)
    started = told = saved = time.time()
    losses: list[float] = []
    seen = 0
    for step, groups in enumerate(batches(list(zip(sources, options.shares, strict=True)), int(started))):
        now = time.time()
        past = (now - started) / (60 * options.minutes)
        if now - saved > SAVE_EVERY_S or past >= 1:
            torch.save(reader.state_dict(), file.with_suffix(".new"))
            file.with_suffix(".new").replace(file)
            saved = now
        if past >= 1:
            break
        for parameters in optimiser.param_groups:
            parameters["lr"] = RATE * min(1.0, (step + 1) / WARM_UP) * min(1.0, FALLING * (1 - past))
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            read = reader(pack(groups))
        loss = loss_of(read, groups)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        losses.append(loss.item())
        seen += sum(len(group.questions) for group in groups)
        if now - told > TELL_EVERY_S:
            told = now
            speed = seen / (now - started)
            print(f"{step} steps, {seen} questions, loss {np.mean(losses[-200:]):.3f}, {speed:.0f}/s", flush=True)
    print(f"adversarial AUROC {measure(reader, held, bf16):.4f}")
    found = guided(reader, dev, bf16)
    print("guidance", *(f"{name} {value:.3f}" for name, value in found.items()))


if __name__ == "__main__":
    main()
