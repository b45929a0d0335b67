"""The encoder's states of all that the reader is trained on: computed once, kept in files, mapped when used."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel

from eval.training.groups import Group

PADDING = 1  # the encoder's padding token
BATCH_TOKENS = 4096


class States:
    """Token states in half precision. folder: where they are kept; bf16: whether the processor computes in it."""

    def __init__(self, model: Path, folder: Path, bf16: bool) -> None:
        self._model = model
        self._folder = folder
        self._bf16 = bf16
        folder.mkdir(parents=True, exist_ok=True)

    def of_groups(self, name: str, groups: Sequence[Group]) -> list[Group]:
        """The groups with the states of their passages and questions."""
        sequences = [
            tokens for group in groups for tokens in (group.tokens, *(each.tokens for each in group.questions))
        ]
        states = iter(self.of(name, sequences))
        return [
            replace(
                group,
                states=next(states),
                questions=[replace(each, states=next(states)) for each in group.questions],
            )
            for group in groups
        ]

    def of(self, name: str, sequences: Sequence[Sequence[int]]) -> Iterator[np.ndarray]:
        """(tokens, width) for each, in their order. name: of the file."""
        digest = hashlib.sha256(repr(sequences).encode()).hexdigest()[:12]
        file = self._folder / f"{name}-{digest}.npy"
        if not file.exists():
            unfinished = file.with_suffix(".new")
            self._compute(unfinished, sequences)
            unfinished.replace(file)
        kept = np.load(file, mmap_mode="r")
        at = 0
        for each in sequences:
            yield kept[at : at + len(each)]
            at += len(each)

    def _compute(self, file: Path, sequences: Sequence[Sequence[int]]) -> None:
        encoder = AutoModel.from_pretrained(self._model, local_files_only=True, add_pooling_layer=False).eval()
        starts = np.concatenate([[0], np.cumsum([len(each) for each in sequences])])
        width = encoder.config.hidden_size
        found = np.lib.format.open_memmap(file, "w+", np.float16, (int(starts[-1]), width))
        started, done = time.time(), 0
        for part in _like_lengths(sequences):
            longest = max(len(sequences[number]) for number in part)
            ids = torch.full((len(part), longest), PADDING)
            for row, number in enumerate(part):
                ids[row, : len(sequences[number])] = torch.tensor(sequences[number])
            with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bf16):
                states = encoder(input_ids=ids, attention_mask=(ids != PADDING).long()).last_hidden_state.half().numpy()
            for row, number in enumerate(part):
                found[starts[number] : starts[number + 1]] = states[row, : len(sequences[number])]
                done += len(sequences[number])
        print(f"{file.stem}: {done} tokens, {done / (time.time() - started):.0f}/s", flush=True)
        found.flush()


def _like_lengths(sequences: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Numbers of sequences that are as long as each other, so that little is padding."""
    order = sorted(range(len(sequences)), key=lambda number: len(sequences[number]))
    part: list[int] = []
    for number in order:
        if part and (len(part) + 1) * len(sequences[number]) > BATCH_TOKENS:
            yield part
            part = []
        part.append(number)
    if part:
        yield part
