"""Lists whose marks were typed: paragraphs of a word processor that begin with "- ", "•" or "a)", as people write them
where they do not know its lists."""

from __future__ import annotations

from collections.abc import Sequence

from rag.sources.canonical import Canonical, Row, clean
from rag.sources.list_marks import BULLET, ORDERED, behind_bullet
from rag.types import Block


class TypedLists(Canonical):
    """A canonical text in which paragraphs with such a mark, two or more one after the other, are items of a list."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: list[tuple[str, int | None, int | None]] = []

    def paragraph(self, words: str, *, line: int | None = None, page: int | None = None) -> None:
        if said := clean(words):
            self._typed.append((said, line, page))

    def heading(self, words: str, level: int, *, line: int | None = None, page: int | None = None) -> None:
        self._end_typed()
        super().heading(words, level, line=line, page=page)

    def note(self, words: str, *, line: int | None = None, page: int | None = None) -> None:
        self._end_typed()
        super().note(words, line=line, page=page)

    def item(
        self,
        words: str,
        depth: int,
        number: int | str | None = None,
        *,
        line: int | None = None,
        page: int | None = None,
    ) -> None:
        self._end_typed()
        super().item(words, depth, number, line=line, page=page)

    def table(self, rows: Sequence[Row], caption: str = "", *, line: int | None = None) -> None:
        self._end_typed()
        super().table(rows, caption, line=line)

    def end_sections(self, *, line: int | None = None) -> None:
        self._end_typed()
        super().end_sections(line=line)

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        self._end_typed()
        return super().finish()

    def _end_typed(self) -> None:
        typed, self._typed = self._typed, []
        marks = [BULLET.match(words) or ORDERED.match(words) for words, _, _ in typed]
        for number, ((words, line, page), mark) in enumerate(zip(typed, marks, strict=True)):
            if mark is None or not any(marks[at] for at in (number - 1, number + 1) if 0 <= at < len(marks)):
                super().paragraph(words, line=line, page=page)
            elif bullet := BULLET.match(words):
                super().item(behind_bullet(words, bullet), 1, line=line, page=page)
            else:
                super().item(words[mark.end() :], 1, mark[0].strip(), line=line, page=page)
