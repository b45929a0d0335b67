"""How well the encoder finds and the reader reads, on documents that neither was trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from eval.training.encoder import Encoder, vectors
from eval.training.groups import Group
from eval.training.guidance import Guidance, group_of
from eval.training.losses import of_units
from eval.training.network import Read, Reader, pack

NEAREST_PASSAGES = 8  # that a question is read with
GROUPS = 8  # passages read at once


def auroc(scores: Sequence[float], labels: Sequence[float]) -> float:
    """The probability that an answerable question scores above an unanswerable one."""
    found, right = np.array(scores), np.array(labels)
    order = found.argsort().argsort() + 1
    positive, negative = int(right.sum()), int((1 - right).sum())
    return float((order[right == 1].sum() - positive * (positive + 1) / 2) / (positive * negative))


@torch.no_grad()
def adversarial(encoder: Encoder, reader: Reader, groups: Sequence[Group], bf16: bool) -> float:
    """AUROC of answerable or not, each question with its own passage."""
    scores: list[float] = []
    for at in range(0, len(groups), GROUPS):
        part = groups[at : at + GROUPS]
        questions = encoder([each.tokens for group in part for each in group.questions])
        scores += _read(reader, part, encoder([group.tokens for group in part]), questions, bf16).answers.tolist()
    return auroc(scores, [float(each.answers or 0) for group in groups for each in group.questions])


@torch.no_grad()
def guided(encoder: Encoder, reader: Reader, documents: Sequence[Guidance], bf16: bool) -> dict[str, float]:
    """Every question of each document with the nearest passages of it.

    found_own, found_other: of the answerable, the share whose nearest passage answers, in the document's language and
    in another; among: whose nearest eight hold one that answers; read_own, read_other: whose best passage, as the
    reader judges those eight, answers; unit_near, unit, verdict: of the answerable in their passage, the share whose
    nearest unit, best unit, or verdict is right; near, far: AUROC of the best passage's score, answerable against near
    misses and far questions.
    """
    encoder.eval(), reader.eval()
    shares: dict[str, list[bool]] = {}
    scores: list[tuple[str, float]] = []

    def note(name: str, right: bool) -> None:
        shares.setdefault(name, []).append(right)

    for document in documents:
        passages = encoder([each.tokens for each in document.passages])
        questions = encoder([each.asked.tokens for each in document.questions])
        cosines = vectors(questions) @ vectors(passages).T
        nearest = (-cosines).argsort(1)[:, :NEAREST_PASSAGES].tolist()
        answers = np.full(cosines.shape, -np.inf)
        for number, states in enumerate(passages):
            rows = [at for at, each in enumerate(document.questions) if number in nearest[at] or number in each.answers]
            if not rows:
                continue
            group = group_of(document, number, rows)
            read = _read(reader, [group], [states], [questions[at] for at in rows], bf16)
            for row, (at, wanted) in enumerate(zip(rows, group.questions, strict=True)):
                if number in nearest[at]:
                    answers[at, number] = read.answers[row]
                if wanted.unit is not None and len(group.units) > 1:
                    note("unit_near", _nearest_unit(states, questions[at], group) == wanted.unit)
                    note("unit", int(of_units(read.tokens[row].float(), group).argmax()) == wanted.unit)
                if wanted.answers and wanted.verdict is not None:
                    note("verdict", int(read.verdicts[row].argmax()) == wanted.verdict)
        for at, question in enumerate(document.questions):
            best = int(answers[at].argmax())
            scores.append(("answerable" if question.answers else question.kind, float(answers[at, best])))
            if question.answers:
                where = "own" if question.language == document.language else "other"
                note(f"found_{where}", nearest[at][0] in question.answers)
                note("among", any(each in question.answers for each in nearest[at]))
                note(f"read_{where}", best in question.answers)
    encoder.train(), reader.train()
    return in_short(shares, scores)


def in_short(shares: Mapping[str, Sequence[bool]], scores: Sequence[tuple[str, float]]) -> dict[str, float]:
    """The mean of each, with near and far: AUROC of the scores, answerable against near misses and far questions.
    scores: each with the question's kind, or "answerable"."""

    def against(kind: str) -> float:
        kept = [(name, score) for name, score in scores if name in ("answerable", kind)]
        return auroc([score for _, score in kept], [float(name == "answerable") for name, _ in kept])

    found = {name: float(np.mean(each)) for name, each in shares.items()}
    return found | {"near": against("near_miss"), "far": against("far")}


def _nearest_unit(states: Tensor, question: Tensor, group: Group) -> int:
    units = torch.stack([states[start:end].mean(0) for start, end in group.units])
    return int((normalize(units, dim=-1) @ normalize(question.mean(0), dim=-1)).argmax())


def _read(
    reader: Reader, groups: Sequence[Group], passages: Sequence[Tensor], questions: Sequence[Tensor], bf16: bool
) -> Read:
    asked = [group for group in groups if group.questions]
    kept = [states for group, states in zip(groups, passages, strict=True) if group.questions]
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
        read: Read = reader(pack(asked, kept, questions))
    return replace(read, answers=read.answers.float())
