"""The reader: does a passage answer a question, with which words, and what does it say of what one may do?

It has read neither before. Question and passage are given as the encoder's token states, so that a passage is encoded
once and kept, and a question as it is encoded for the search anyway. docs/reader.md is the model's card.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from rag.errors import ModelUnavailable
from rag.models.bundled_model import CROSS_READER_GRAPH, ensure_graph
from rag.models.cross_reader import DECIDED, CrossRead, CrossReader, Quoted
from rag.models.embedding import Embedder, Encoded, TokenStates
from rag.models.graphs import open_graph
from rag.models.logistic import probability_of
from rag.settings import Settings
from rag.sources.chunking import cells_with_heads
from rag.types import Chunk, Document, Span, Variant

FILE = Path(__file__).parent / "reader.onnx.xz"
VERDICTS = (*DECIDED, "undecided")
MAX_CONTEXT, MAX_PASSAGE, MAX_QUESTION = 120, 300, 48  # tokens, as it was trained
KEPT_BYTES = 200_000_000  # of passages; one of 150 tokens takes 230 kB
MAX_PASSAGE_BYTES = 500_000  # of one of MAX_PASSAGE tokens, with what frames it
# The graph's: question (1, L, width); tokens (T, width), of all passages; at (N, P): the row of each passage's tokens
# there; seen, inside (N, P): 1 for a token of the passage, of its units. It tells: answers (N,), pointed (N, P),
# logarithms of probabilities, verdicts (N, len(VERDICTS)).
INPUTS = ("question", "tokens", "at", "seen", "inside")
OUTPUTS = ("answers", "pointed", "verdicts")

Floats = NDArray[np.float32]
Encode = Callable[[str], list[int]]


@dataclass(frozen=True, slots=True)
class Readable:
    """A passage as the reader gets it: headings and lead-in, and its sentences, items or cells."""

    context: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader makes of one question and one passage. answers: the natural log of the odds that the passage
    answers; units: for each unit the probability that it is the one that does (0 for what was cut away); verdicts: by
    VERDICTS, the probability that this is what it says to a question whether something is allowed."""

    answers: float
    units: tuple[float, ...]
    verdicts: tuple[float, ...]

    @property
    def probability(self) -> float:
        """That it answers, after the reader alone."""
        return probability_of(self.answers)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of a passage. units: half-open token ranges."""

    states: TokenStates
    units: tuple[tuple[int, int], ...]


def readable(chunk: Chunk, document: Document) -> Readable:
    """A passage in its own language; a row's units are its cells with their heads."""
    title = document.metadata.title
    if chunk.kind != "row":
        return Readable(chunk.context or title, tuple(unit.of(document.text) for unit in chunk.units))
    cells, heads = cells_with_heads(chunk, document)
    named = tuple(f"{head}: {cell}" if head else cell for cell, head in zip(cells, heads, strict=True))
    context = "\n".join(line for line in chunk.context.split("\n") if line != " | ".join(heads))
    return Readable(context or title, named)


def readable_translation(variant: Variant, document: Document) -> Readable:
    """The passage in another language."""
    return Readable(variant.context or document.metadata.title, variant.units)


def tokens_of(passage: Readable, encode: Encode) -> tuple[list[int], list[tuple[int, int]]]:
    """A passage's tokens without those that frame it, and each unit's range among them; units that do not fit have
    none."""
    tokens = encode(passage.context)[:MAX_CONTEXT]
    ranges: list[tuple[int, int]] = []
    for unit in passage.units:
        own = encode(unit)[:MAX_PASSAGE]
        if ranges and len(tokens) + len(own) > MAX_PASSAGE:
            break
        ranges.append((len(tokens), len(tokens) + len(own)))
        tokens += own
    return tokens, ranges


class Reader:
    """Safe to call from several threads."""

    def __init__(self, session: onnxruntime.InferenceSession, cross: CrossReader, embedder: Embedder) -> None:
        """embedder: the encoder that both readers were trained on."""
        self._session = session
        self._cross = cross
        self.embedder = embedder
        self._known: OrderedDict[Readable, _Known] = OrderedDict()
        self.kept_bytes = 0
        self._changing = threading.Lock()
        # A rehearsal asks two versions the same, one after the other: the second finds the question encoded.
        self.encode = lru_cache(maxsize=2)(self._encode)

    @classmethod
    def load(cls, settings: Settings, embedder: Embedder, file: Path = FILE) -> Reader:
        """The reader with this encoder, or with the bundled one where this is another. One for all that ask with the
        same encoder, so that a passage is encoded once. Raises ModelUnavailable, which names the file and the reason.
        """
        return _load(embedder.bundled(settings), file, settings.data_dir / "models", settings.threads)

    def _encode(self, text: str, embedder: Embedder) -> Encoded:
        """A question. embedder: what the passages are searched by."""
        own, states = self.embedder.embed_question(text)
        vector = own if embedder is self.embedder else embedder.embed_query(text)
        return Encoded(vector, self.embedder.question_vector(text, own), states)

    def read(self, question: TokenStates, passages: Sequence[Readable]) -> list[Read]:
        """One question, asked of each passage. question: as encode gives its states."""
        known = [self._passage(each) for each in passages]
        return self._read(question, known, [range(len(each.units)) for each in passages])

    def read_parts(self, question: TokenStates, parts: Sequence[tuple[Readable, Sequence[int]]]) -> list[Read]:
        """One question, asked of stretches: of each passage its headings and only these of its units, in their order.
        The others have the probability 0."""
        return self._read(question, *self._stretches(parts))

    def read_closely(self, question: TokenStates, parts: Sequence[tuple[Readable, Sequence[int]]]) -> list[CrossRead]:
        """The same stretches, each as one text with the question: better judged, and slower by far."""
        found, _ = self._stretches(parts)
        return self._cross.read(
            question, [Quoted(each.states, (each.units[0][0], each.units[-1][1])) for each in found]
        )

    def read_cases(
        self, question: TokenStates, passage: Readable, cases: Sequence[tuple[int, Span]], led: bool
    ) -> list[CrossRead]:
        """Stretches of units, by the units' numbers, each with the passage's headings as one text with the question;
        nothing where one of them does not fit. led: the passage's first unit leads in the others, or names their row.
        """
        known = self._passage(passage)
        quoted = []
        for unit, span in cases:
            if unit >= len(known.units):
                return []
            begin, end = known.units[unit]
            [(start, stop)] = clause_tokens(passage.units[unit], [span], self.embedder.tokens)
            first, last = begin + start, min(begin + stop, end)
            if first >= last:
                return []
            kept, place = left_with_clause((first, last), unit, led, known.units, len(known.states))
            quoted.append(Quoted(known.states.only(kept), place))
        return self._cross.read(question, quoted)

    def _stretches(self, parts: Sequence[tuple[Readable, Sequence[int]]]) -> tuple[list[_Known], list[Sequence[int]]]:
        """What is read of each, and which of its units that are."""
        known = [self._passage(passage) for passage, _ in parts]
        fitting: list[Sequence[int]] = [
            [number for number in units if number < len(each.units)] or range(len(each.units))
            for each, (_, units) in zip(known, parts, strict=True)
        ]
        return [_only(each, units) for each, units in zip(known, fitting, strict=True)], fitting

    def prepare(self, passages: Iterable[Readable], ends: Callable[[], bool]) -> int:
        """Encode passages before anybody asks for them, as far as there is room without forgetting others; how many
        were new. ends: asked before each, whether to leave off."""
        new = 0
        for passage in passages:
            if ends() or self.kept_bytes + MAX_PASSAGE_BYTES > KEPT_BYTES:
                break
            if passage not in self._known:
                self._passage(passage)
                new += 1
        return new

    def _read(self, question: TokenStates, known: Sequence[_Known], units: Sequence[Sequence[int]]) -> list[Read]:
        """units: the number, in its passage, of each unit that is read, and more where the last do not fit."""
        if not known:
            return []
        lengths = [len(each.states) for each in known]
        at = np.zeros((len(known), max(lengths)), np.int64)
        seen, inside = np.zeros(at.shape, np.float32), np.zeros(at.shape, np.float32)
        for number, (each, length, begin) in enumerate(
            zip(known, lengths, accumulate(lengths, initial=0), strict=False)
        ):
            at[number, :length] = np.arange(begin, begin + length)
            seen[number, :length] = 1
            inside[number, each.units[0][0] : each.units[-1][1]] = 1
        tokens = np.concatenate([each.states.last for each in known]).astype(np.float32)
        given = (question.last[None, :MAX_QUESTION].astype(np.float32), tokens, at, seen, inside)
        answers, pointed, verdicts = self._session.run(list(OUTPUTS), dict(zip(INPUTS, given, strict=True)))
        return [
            Read(
                float(answers[number]),
                _of_units(pointed[number], each.units, read),
                tuple(verdicts[number].tolist()),
            )
            for number, (each, read) in enumerate(zip(known, units, strict=True))
        ]

    def _passage(self, passage: Readable) -> _Known:
        with self._changing:
            if (known := self._known.get(passage)) is not None:
                self._known.move_to_end(passage)
                return known
        tokens, units = tokens_of(passage, self.embedder.tokens)
        states, before = self.embedder.passage_states(tokens)
        known = _Known(states, tuple((start + before, end + before) for start, end in units))
        with self._changing:
            if passage not in self._known:
                self._known[passage] = known
                self.kept_bytes += known.states.nbytes
            while self.kept_bytes > KEPT_BYTES and len(self._known) > 1:
                self.kept_bytes -= self._known.popitem(last=False)[1].states.nbytes
        return known


@lru_cache(maxsize=2)
def _load(embedder: Embedder, file: Path, models: Path, threads: int) -> Reader:
    """models: the folder in which models are unpacked."""
    try:
        session = open_graph(file, threads)
        cross_reader = CrossReader(ensure_graph(models) / CROSS_READER_GRAPH, threads)
    except ValueError as error:
        reason = str(error).splitlines()[0]
        raise ModelUnavailable(f"The reader '{file}' cannot be loaded: {reason}") from error
    return Reader(session, cross_reader, embedder)


def left_with(
    units: Sequence[int], ranges: Sequence[tuple[int, int]], size: int
) -> tuple[list[int], list[tuple[int, int]]]:
    """The numbers of a passage's tokens when only these of its units are left, with what frames them; and the units'
    ranges among those. ranges: of all its units, half open; size: of the passage, in tokens."""
    kept = [*range(ranges[0][0])]
    left = []
    for start, end in (ranges[number] for number in units):
        left.append((len(kept), len(kept) + end - start))
        kept += range(start, end)
    return [*kept, *range(ranges[-1][1], size)], left


def clause_tokens(text: str, clauses: Sequence[Span], encode: Encode) -> list[tuple[int, int]]:
    """Of each clause of a text the range of its tokens, half open."""
    before = (len(encode(text[:end].rstrip())) for clause in clauses for end in (clause.start, clause.end))
    return list(zip(before, before, strict=True))


def left_with_clause(
    tokens: tuple[int, int], unit: int, led: bool, ranges: Sequence[tuple[int, int]], size: int
) -> tuple[list[int], tuple[int, int]]:
    """As left_with, of one clause or cell: tokens, of this unit. led: the first unit leads in the others, or names
    their row, and is left, too."""
    context = [*range(ranges[0][0]), *(range(*ranges[0]) if led and unit else ())]
    kept = [*context, *range(*tokens), *range(ranges[-1][1], size)]
    return kept, (len(context), len(context) + tokens[1] - tokens[0])


def _only(known: _Known, units: Sequence[int]) -> _Known:
    kept, ranges = left_with(units, known.units, len(known.states))
    return _Known(known.states.only(kept), tuple(ranges))


def _of_units(pointed: Floats, ranges: Sequence[tuple[int, int]], units: Sequence[int]) -> tuple[float, ...]:
    """For each unit up to the last of these the probability that a question points into it."""
    found = [0.0] * (max(units) + 1)
    for number, (start, end) in zip(units, ranges, strict=False):  # those that do not fit have no range
        found[number] = float(np.exp(pointed[start:end]).sum())
    return tuple(found)
