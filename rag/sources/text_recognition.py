"""Text in pictures, by Tesseract, where it is installed: words with their places, as a PDF's own have them.

A picture is read in a process of Tesseract's, with the limits of the one that starts it. What was recognised is kept by
the picture's hash: it takes seconds a page, and a corpus is read anew for each version.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from rag.sources.files import write_atomically
from rag.sources.pdf_page import Run, SeenPage, joined_runs
from rag.sources.picture_lines import drawn_lines

INSTALL = "install tesseract-ocr, tesseract-ocr-fin and tesseract-ocr-swe, or run text recognition (OCR) elsewhere"
DPI = 300  # what Tesseract's models were trained for
MAX_PIXELS = 40_000_000  # a bound on memory; an A3 page at DPI has 17 million
MAX_PICTURES = 300  # of one document; further ones are told as lost
_PICTURE_S = 50  # the longest that one may take; an A4 page takes 3 to 6
_LANGUAGES = ("fin", "swe", "eng")
_SURE = 0.6  # chosen by judgement: below it is looked whether the page was put in sideways
_SAME_SIZE = 0.12  # that the heights of lines in one type differ by, as they are seen
_DASHES = "-–—"
_FLOATS = 0.08  # times the type's size, above the line's foot: a bullet, which is read as a letter of its form
_BOX = re.compile(r"\bbbox (\d+) (\d+) (\d+) (\d+)")
_WORD_SURE = re.compile(r"\bx_wconf (\d+)")
_SIZE = re.compile(r"\bx_size ([\d.]+)")
_BASELINE = re.compile(r"\bbaseline (-?[\d.]+) (-?[\d.]+)")
_NO_SECTION = re.compile(r"(?:8|\$&?)(?=[:.,;)]|\s|$)")  # what the models of Finnish and Swedish read for "§"
_TURN = re.compile(r"^Rotate: (90|180|270)$", re.MULTILINE)

Gray = NDArray[np.uint8]  # rows × columns, 0 is black


@dataclass(frozen=True)
class Tesseract:
    """program: its path; languages: those that it has of ours; kept: a folder for what was recognised, None for none;
    alive: called before each picture, as each has time of its own."""

    program: str
    languages: str
    kept: Path | None
    alive: Callable[[], None]

    @classmethod
    def installed(cls, kept: Path | None = None, alive: Callable[[], None] = lambda: None) -> Tesseract | None:
        """None where it is not, or knows none of our languages."""
        program = shutil.which("tesseract")
        if program is None:
            return None
        languages = _languages_of(program)
        return cls(program, languages, kept, alive) if languages else None

    def page(self, picture: Gray, dpi: float, number: int) -> SeenPage:
        """What is seen on the picture, in points from its upper left corner; without runs where no word is, or reading
        takes too long."""
        page = self._page(picture, dpi, number)
        if (page.confidence or 0.0) < _SURE and (turn := _TURN.search(self._told(picture, dpi, "--psm", "0"))):
            turned = self._page(np.rot90(picture, -int(turn[1]) // 90), dpi, number)
            page = max(page, turned, key=lambda each: each.confidence or 0.0)
        return page

    def _page(self, picture: Gray, dpi: float, number: int) -> SeenPage:
        found = list(_words(self._told(picture, dpi, "-l", self.languages, "--psm", "3", "hocr"), 72 / dpi))
        words, sure = [word for word, _ in found], [confidence for _, confidence in found]
        if "eng" in self.languages and any(_NO_SECTION.match(word.text) for word in words):
            english = _words(self._told(picture, dpi, "-l", "eng", "--psm", "3", "hocr"), 72 / dpi)
            words = _with_sections(words, [word for word, _ in english if word.text.startswith("§")])
        height, width = (72 / dpi * side for side in picture.shape)
        lines = drawn_lines(picture, dpi) if words else ()
        runs = tuple(joined_runs(_evened(words), lines))
        return SeenPage(number, width, height, runs, lines, sum(sure) / len(sure) if sure else None)

    def _told(self, picture: Gray, dpi: float, *how: str) -> str:
        """What Tesseract prints of the picture, "" where it takes too long or breaks."""
        height, width = picture.shape
        image = b"P5 %d %d 255\n" % (width, height) + np.ascontiguousarray(picture).tobytes()
        kept = self.kept / hashlib.sha256(repr(how).encode() + image).hexdigest() if self.kept is not None else None
        if kept is not None and kept.is_file():
            kept.touch()  # it is needed anew: see rag.publishing.cleanup
            return kept.read_text(encoding="utf-8")
        self.alive()
        command = [self.program, "stdin", "stdout", "--dpi", str(round(dpi)), *how]
        try:
            done = subprocess.run(command, input=image, capture_output=True, timeout=_PICTURE_S, check=True)  # noqa: S603
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
            return ""
        told = done.stdout.decode("utf-8", "replace")
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(kept, told)
        return told


@cache
def _languages_of(program: str) -> str:
    """Those of ours, as it is told them. Asked once: a corpus has thousands of files."""
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)  # noqa: S603
    return "+".join(each for each in _LANGUAGES if each in listed.stdout.split())


def _words(hocr: str, points: float) -> Iterator[tuple[Run, float]]:
    """Each word, at its line's foot and in its line's size, with how sure it is, in [0, 1]. points: in a pixel."""
    if not hocr:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    for line in etree.fromstring(hocr.encode(), parser).iter("{*}span"):
        said = line.get("title", "")
        box, size, baseline = _BOX.search(said), _SIZE.search(said), _BASELINE.search(said)
        if box is None or size is None or baseline is None:
            continue
        left, _, right, bottom = (int(place) for place in box.groups())
        # Where it stands in its middle: a page that lies a little askew has level lines all the same.
        foot = bottom + float(baseline[1]) * (right - left) / 2 + float(baseline[2])
        first = True
        for word in line.iterfind(".//{*}span[@class='ocrx_word']"):
            seen = word.get("title", "")
            place, sure = _BOX.search(seen), _WORD_SURE.search(seen)
            text = "".join(map(str, word.itertext())).strip()
            if place is not None and sure is not None and text:
                start, top, end, under = map(int, place.groups())
                if first and len(text) == 1 and text not in _DASHES and foot - under > _FLOATS * float(size[1]):
                    text = "•"
                first = False
                run = Run(f"{text} ", start * points, end * points, foot * points, float(size[1]) * points)
                yield replace(run, top=top * points), int(sure[1]) / 100


def _with_sections(words: Sequence[Run], sections: Sequence[Run]) -> list[Run]:
    """The words with a "§" where one of the sections, which were read in another language, stands."""
    read = []
    for word in words:
        if any(
            abs(each.left - word.left) < word.size / 3 and abs(each.foot - word.foot) < word.size / 2
            for each in sections
        ):
            word = replace(word, text=_NO_SECTION.sub("§", word.text, count=1))
        read.append(word)
    return read


def _evened(words: Sequence[Run]) -> list[Run]:
    """The words in the few sizes of type that a page has: what is seen differs from line to line by what letters the
    line has."""
    letters: Counter[float] = Counter()
    for word in words:
        letters[word.size] += len(word.text)
    types: list[float] = []
    for size, _ in letters.most_common():
        if all(abs(size - each) > _SAME_SIZE * each for each in types):
            types.append(size)
    return [replace(word, size=min(types, key=lambda each: abs(each - word.size))) for word in words]
