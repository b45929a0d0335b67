"""Footnotes of Markdown, as GitHub and Pandoc write them: read behind what refers to them, as Word's are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.sources.canonical import Canonical, Row

_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]{1,50})\]:[ \t]{0,9}(.*)")
# With a colon behind it one stands behind a word: "ei saa antaa[^1]:".
_REFERENCE = re.compile(r"(?:(?<=\S)|(?=\[\^[^\]\s]{1,50}\](?!:)))\[\^([^\]\s]{1,50})\]")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")


def without_notes(text: str) -> tuple[str, Mapping[str, str]]:
    """The text with the lines of its notes blanked, so that line numbers hold; and what the notes say, by their marks.
    A note that nothing refers to stays where it is."""
    referred = set(_REFERENCE.findall(text))
    lines, notes = text.split("\n"), dict[str, str]()
    fenced, current = False, ""
    for number, line in enumerate(lines):
        fenced ^= bool(_FENCE.match(line))
        found = None if fenced else _DEFINITION.match(line)
        if found and found[1] in referred and found[1] not in notes:
            current = found[1]
            notes[current], lines[number] = found[2], ""
        elif current and line.startswith(("    ", "\t")):
            notes[current], lines[number] = f"{notes[current]} {line.strip()}", ""
        elif line.strip():
            current = ""
    return "\n".join(lines), notes


class Noted(Canonical):
    """A canonical text in which each note follows what refers to it."""

    def __init__(self, notes: Mapping[str, str]) -> None:
        super().__init__()
        self._said = notes

    def heading(self, words: str, level: int, *, line: int | None = None, page: int | None = None) -> None:
        super().heading(self._without_marks(words), level, line=line, page=page)
        self._add_notes(words, line)

    def paragraph(self, words: str, *, line: int | None = None, page: int | None = None) -> None:
        super().paragraph(self._without_marks(words), line=line, page=page)
        self._add_notes(words, line)

    def item(
        self,
        words: str,
        depth: int,
        number: int | str | None = None,
        *,
        line: int | None = None,
        page: int | None = None,
    ) -> None:
        super().item(self._without_marks(words), depth, number, line=line, page=page)
        self._add_notes(words, line)

    def table(self, rows: Sequence[Row], caption: str = "", *, line: int | None = None) -> None:
        plain = [Row([self._without_marks(cell) for cell in row.cells], row.header, row.line) for row in rows]
        super().table(plain, caption, line=line)
        for row in rows:
            self._add_notes(" ".join(row.cells), row.line)

    def _without_marks(self, words: str) -> str:
        return _REFERENCE.sub(lambda mark: "" if mark[1] in self._said else mark[0], words)

    def _add_notes(self, words: str, line: int | None) -> None:
        """Behind the words what their notes say, and the notes that these refer to; each once, as two may refer to each
        other."""
        marks = list(dict.fromkeys(_REFERENCE.findall(words)))
        for mark in marks:  # grows while it is read
            note = self._said.get(mark, "")
            marks += [each for each in dict.fromkeys(_REFERENCE.findall(note)) if each not in marks]
            super().note(self._without_marks(note), line=line)
