"""Lists whose marks were typed: paragraphs of a word processor that begin with "- ", "•" or "a)", as people write them
where they do not know its lists."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.sources.canonical import Canonical, clean
from rag.sources.list_marks import BULLET, LINE_BREAK, ORDERED, behind_bullet, listed_lines


class TypedLists(Canonical):
    """A canonical text in which paragraphs with such a mark, two or more one after the other, are items of a list, and
    so are the lines of one paragraph, which LINE_BREAK parts."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: list[_Held] = []

    def paragraph(self, words: str, *, line: int | None = None, page: int | None = None) -> None:
        first, *listed = listed_lines(words.split(LINE_BREAK))
        if first[0] is not None or listed:
            self._settle()
            self.begin_list()
            if first[0] is None:
                super().paragraph(first[1], line=line, page=page)
            for mark, said in listed if first[0] is None else (first, *listed):
                super().item(said, 1, mark or None, line=line, page=page)
        elif said := clean(words):
            self._typed.append(_Held(said, line, page))

    def item(
        self,
        words: str,
        depth: int,
        number: int | str | None = None,
        *,
        line: int | None = None,
        page: int | None = None,
    ) -> None:
        first, *listed = listed_lines(words.split(LINE_BREAK))
        if first[0] is not None:
            first, listed = (None, words), []
        super().item(first[1], depth, number, line=line, page=page)
        for mark, said in listed:
            super().item(said, depth + 1, mark or None, line=line, page=page)

    def note(self, words: str, *, line: int | None = None, page: int | None = None) -> None:
        if self._typed:
            self._typed[-1].notes.append((words, line, page))
        else:
            super().note(words, line=line, page=page)

    def _settle(self) -> None:
        typed, self._typed = self._typed, []
        marks = [_mark_of(each.words) for each in typed]
        open_lists: list[tuple[str, int]] = []  # the kind of mark of each level, and the number that it has come to
        before = ""
        for number, (held, mark) in enumerate(zip(typed, marks, strict=True)):
            beside = any(marks[at] for at in (number - 1, number + 1) if 0 <= at < len(marks))
            if mark is None or not beside or not _counts(mark, open_lists, before):
                open_lists, before = [], ""
                super().paragraph(held.words, line=held.line, page=held.page)
            else:
                before = mark.words
                super().item(mark.words, len(open_lists), mark.said, line=held.line, page=held.page)
            for words, line, page in held.notes:
                super().note(words, line=line, page=page)


@dataclass(frozen=True, slots=True)
class _Held:
    """A paragraph, and what its notes say, each with its line and page."""

    words: str
    line: int | None
    page: int | None
    notes: list[tuple[str, int | None, int | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Typed:
    """kind: "1." or "a)", "" for a bullet; number: that it counts, 0 for a bullet; said: as it is shown."""

    kind: str
    number: int
    said: str | None
    words: str


def _mark_of(words: str) -> _Typed | None:
    if bullet := BULLET.match(words):
        return _Typed("", 0, None, behind_bullet(words, bullet))
    if mark := ORDERED.match(words):
        said = mark[0].strip()
        if letter := mark["letter"]:
            return _Typed(said.replace(letter, "a"), ord(letter) - ord("a") + 1, said, words[mark.end() :])
        return _Typed(said.replace(mark["number"], "1"), int(mark["number"]), said, words[mark.end() :])
    return None


def _counts(mark: _Typed, open_lists: list[tuple[str, int]], before: str) -> bool:
    """Whether a mark goes on a list, or begins one, which is told to the lists that are open: "3. luokan oppilaat"
    begins none. One of another kind stands below an item that ends in a colon."""
    kinds = [kind for kind, _ in open_lists]
    if mark.kind in kinds:
        level = kinds.index(mark.kind)
        if mark.number and mark.number not in (1, open_lists[level][1] + 1):
            return False
        del open_lists[level:]
    elif mark.number > 1:
        return False
    elif not before.endswith(":"):
        open_lists.clear()
    open_lists.append((mark.kind, mark.number))
    return True
