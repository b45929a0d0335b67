"""What stands before an item of a list: bullets, numbers, letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.language.packs import LETTERS
from rag.sources.canonical import clean

LINE_BREAK = "\u2028"  # between lines of one paragraph, until it is clean
_TICKS = "☐☑☒✓✔✗✘"  # they say something of their item, and stay with its words
_BULLETS = f"•·▪●◦‣○■◼◾◆◇❖►▸▶➢➤➔→⇒{_TICKS}\uf0b7\uf0a7\uf0d8"
BULLET = re.compile(rf"(?:[{_BULLETS}]\s*|[-–*]\s+|o\s+(?=\S))")
ORDERED = re.compile(
    rf"(?:(?P<open>\()(?=(?:\d{{1,2}}|[a-z{LETTERS}])\)))?(?:(?P<number>\d{{1,2}})[.)]|(?P<letter>[a-z{LETTERS}])\))\s+(?=\S)"
)
NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})(\.?)\s+(?=[^\W\d_])")
_MARK = re.compile(
    rf"[{_BULLETS}–-]|\(?\d{{1,2}}\)|\d{{1,2}}\.|\d{{1,2}}(?:\.\d{{1,2}}){{1,4}}\.?|\(?[a-z{LETTERS}]\)|\d{{1,3}} ?§"
)


def behind_bullet(text: str, bullet: re.Match[str]) -> str:
    """The words of an item, with the tick or the empty box that it begins with."""
    return text if bullet[0][0] in _TICKS else text[bullet.end() :]


def is_mark(text: str) -> bool:
    """Whether a list's mark stands here by itself: a bullet, "1.", "2.1", "a)"."""
    return _MARK.fullmatch(text.strip()) is not None


def listed_lines(lines: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    """Lines that line breaks part within one paragraph, each with its mark ("" for a bullet) where at least two of them
    are items of a list; None with those before it. Without a list all of them are one paragraph."""
    lines = [line for line in map(clean, lines) if line]
    marks = [BULLET.match(line) or ORDERED.match(line) for line in lines]
    if sum(mark is not None for mark in marks) < 2:
        yield None, " ".join(lines)
        return
    said: list[tuple[str | None, str]] = []
    for line, mark in zip(lines, marks, strict=True):
        if mark is not None:
            bullet = BULLET.match(line)
            said.append(("", behind_bullet(line, bullet)) if bullet else (mark[0].strip(), line[mark.end() :]))
        elif said:
            said[-1] = (said[-1][0], f"{said[-1][1]} {line}")
        else:
            said.append((None, line))
    yield from said
