"""Trains the reader; goes on from the last checkpoint: `python -m eval.training.train --data DIR --out DIR`.

The learning rate rises, stays, and falls at the end (--finish): so a run can be stopped and gone on with at any time,
and a reader to use is made from any checkpoint.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from itertools import chain, count, islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoTokenizer

from eval.training.guidance import Guidance, epoch, group_of, load_split
from eval.training.network import Group, Read, Reader, pack
from eval.training.squad import Squad, Tokenize, adversarial
from rag.bundled_model import ensure_unpacked
from rag.embedding import Embedder
from rag.settings import Settings

Batches = Iterator[list[Group]]

RATE, WARM_UP = 7e-5, 100
GROUPS = 4  # passages of a batch
POOL = 64 * GROUPS
UNIT_SHARE, VERDICT_SHARE = 0.5, 0.5  # of the loss, beside the answer's
SAVE_EVERY, TELL_EVERY, MEASURE_EVERY = 250, 50, 1000


def auroc(scores: np.ndarray, labels: np.ndarray) -> float:
    """The probability that an answerable question scores above an unanswerable one."""
    order = scores.argsort().argsort() + 1
    positive, negative = int(labels.sum()), int((1 - labels).sum())
    return float((order[labels == 1].sum() - positive * (positive + 1) / 2) / (positive * negative))


def measure(reader: Reader, groups: list[Group], bf16: bool) -> float:
    """AUROC of answerable or not, each question with its own passage."""
    reader.eval()
    scores: list[float] = []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
        for at in range(0, len(groups), GROUPS):
            scores += reader(pack(groups[at : at + GROUPS])).answers.float().tolist()
    reader.train()
    labels = np.array([asked.answers for group in groups for asked in group.questions])
    return auroc(np.array(scores), labels)


def guided(reader: Reader, documents: Sequence[Guidance], tokenize: Tokenize, bf16: bool) -> dict[str, float]:
    """Every question of each document with every passage of it.

    own, other: of the answerable, the share whose best passage answers, in the document's language and in another;
    near, far: AUROC of the best passage's score, answerable against near misses and far questions; unit, verdict: of
    the answerable in their passage, the share whose best unit or verdict is right.
    """
    reader.eval()
    scores: list[tuple[str, float]] = []
    places: dict[str, list[bool]] = {"own": [], "other": []}
    units: list[bool] = []
    verdicts: list[bool] = []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
        for document in documents:
            asked = range(len(document.questions))
            groups = [group_of(document, number, tokenize, asked) for number in range(len(document.passages))]
            read = [reader(pack([group])) for group in groups]
            answers = np.stack([each.answers.float().numpy() for each in read])
            for at, question in enumerate(document.questions):
                best = int(answers[:, at].argmax())
                kind = question.kind if not question.answers else "answerable"
                scores.append((kind, float(answers[best, at])))
                if not question.answers:
                    continue
                places["own" if question.language == document.language else "other"].append(best in question.answers)
                for number in question.answers:
                    wanted = groups[number].questions[at]
                    if wanted.unit is not None and len(read[number].units[at]) > 1:
                        units.append(int(read[number].units[at].argmax()) == wanted.unit)
                    if wanted.verdict is not None:
                        verdicts.append(int(read[number].verdicts[at].argmax()) == wanted.verdict)
    reader.train()
    values = np.array([score for _, score in scores])
    kinds = np.array([kind for kind, _ in scores])

    def against(kind: str) -> float:
        kept = (kinds == "answerable") | (kinds == kind)
        return auroc(values[kept], (kinds[kept] == "answerable").astype(int))

    shares = {name: float(np.mean(each)) for name, each in {**places, "unit": units, "verdict": verdicts}.items()}
    return shares | {"near": against("near_miss"), "far": against("far")}


def batches(squad: Squad, documents: Sequence[Guidance], share: float, tokenize: Tokenize, seed: int) -> Batches:
    """Without end; like lengths share a batch, so that little is padding. share: of the groups, those of documents."""
    chance = random.Random(seed)
    encyclopedia = chain.from_iterable(squad.epoch(seed + number) for number in count())
    guidance = (
        chain.from_iterable(epoch(documents, tokenize, seed + number) for number in count()) if share else iter(())
    )
    while True:
        own = list(islice(guidance, int(POOL * share)))
        pool = sorted([*own, *islice(encyclopedia, POOL - len(own))], key=lambda group: len(group.tokens))
        made = [pool[at : at + GROUPS] for at in range(0, len(pool), GROUPS)]
        chance.shuffle(made)
        yield from made


def loss_of(read: Read, groups: Sequence[Group]) -> Tensor:
    """Of all that is known of the questions: whether the passage answers, by which unit, with which verdict."""
    asked = [each for group in groups for each in group.questions]
    loss = nn.functional.binary_cross_entropy_with_logits(
        read.answers.float(), torch.tensor([each.answers for each in asked])
    )
    pointed = [
        nn.functional.cross_entropy(scores.float()[None], torch.tensor([each.unit]))
        for scores, each in zip(read.units, asked, strict=True)
        if each.unit is not None and len(scores) > 1
    ]
    if pointed:
        loss = loss + UNIT_SHARE * torch.stack(pointed).mean()
    decided = [number for number, each in enumerate(asked) if each.verdict is not None]
    if decided:
        wanted = torch.tensor([asked[number].verdict for number in decided])
        loss = loss + VERDICT_SHARE * nn.functional.cross_entropy(read.verdicts.float()[decided], wanted)
    return loss


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--guidance", type=float, default=0.0, help="the share of our own documents' passages")
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--finish", type=float, default=0.0, help="let the rate fall to nothing over so many minutes")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    bf16 = "avx512_bf16" in Path("/proc/cpuinfo").read_text(
        encoding="utf-8"
    )  # without it bf16 is a hundred times slower
    settings = Settings.model_validate({"threads": options.threads})
    folder = ensure_unpacked(settings.data_dir / "models")
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def tokenize(text: str) -> list[int]:
        tokens: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
        return tokens

    options.out.mkdir(parents=True, exist_ok=True)
    checkpoint = options.out / "checkpoint.pt"
    torch.manual_seed(0)
    reader = Reader(folder)
    weights = [each for each in reader.parameters() if each.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.01)
    step = seen = 0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        reader.load_state_dict(kept["reader"], strict=False)
        optimiser.load_state_dict(kept["optimiser"])
        step, seen = kept["step"], kept["seen"]
    held = adversarial(options.data / "squad2_fi_dev", tokenize, 120)
    squad = Squad(options.data / "squad2_train", tokenize)
    own: dict[str, list[Guidance]] = {"train": [], "dev": []}
    if options.guidance:
        embedder = Embedder.load(settings)
        own = {part: load_split(embedder, part) for part in own}
    started, before = time.time(), seen
    lasts = (options.finish or options.minutes) * 60
    # Each start draws in another order; the checkpoint keeps no place in the data.
    for groups in batches(squad, own["train"], options.guidance, tokenize, 1000 + step):
        past = time.time() - started
        rate = RATE * min(1.0, (step + 1) / WARM_UP)
        if options.finish:
            rate *= max(0.0, 1 - past / lasts)
        for parameters in optimiser.param_groups:
            parameters["lr"] = rate
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            loss = loss_of(reader(pack(groups)), groups)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step, seen = step + 1, seen + sum(len(group.questions) for group in groups)
        done = past > lasts
        if step % TELL_EVERY == 0:
            speed = (seen - before) / (time.time() - started)
            print(f"{step} steps, {seen} questions, loss {loss.item():.3f}, {speed:.0f}/s", flush=True)
        if step % MEASURE_EVERY == 0 or done:
            print(f"adversarial AUROC {measure(reader, held, bf16):.4f}", flush=True)
            if own["dev"]:
                told = guided(reader, own["dev"], tokenize, bf16)
                print("guidance", *(f"{name} {value:.3f}" for name, value in told.items()), flush=True)
        if step % SAVE_EVERY == 0 or done:
            kept = {"reader": reader.trained(), "optimiser": optimiser.state_dict(), "step": step, "seen": seen}
            name = options.out / ("finished.pt" if options.finish else "checkpoint.pt")
            torch.save(kept, name.with_suffix(".new"))
            name.with_suffix(".new").replace(name)
        if done:
            break


if __name__ == "__main__":
    main()
