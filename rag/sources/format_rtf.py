"""RTF → canonical text, by striprtf: headings are larger or look so; what is struck out or hidden is told, not read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from striprtf.striprtf import destinations, rtf_to_text

from rag.errors import UnreadableSource
from rag.sources.canonical import Canonical, Row, clean, names_columns
from rag.sources.format_lines import Line, read_lines
from rag.types import LossKind

MAX_DEPTH = 1000  # of groups; a real file has a dozen
# A control word with its number, a letter by its code, a control sign, a group's edge, or text.
_TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'[0-9a-fA-F]{2}|\\.|[{}]|[^\\{}\r\n]+", re.DOTALL)
_UNREAD: dict[str, LossKind] = {"strike": "struck out", "striked": "struck out", "v": "hidden text"}
# Letters of nobody's, for what striprtf would take for its own: a bar in a cell, and a paragraph's size of type.
_BAR, _SIZE = "\ue000", "\ue001"
_SIZED = re.compile(rf"{_SIZE}(\d{{1,4}}){_SIZE}")
_LINKS = re.compile(r"HYPERLINK\b", re.IGNORECASE)  # striprtf writes their addresses into the text


def read_rtf(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: damaged."""
    lost: Counter[LossKind] = Counter()
    try:
        source = "".join(_prepared(data.decode("cp1252", "replace"), lost))
        text = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, RecursionError) as error:
        what = f"the RTF text is damaged ({type(error).__name__}); open it in its own program and save it anew"
        raise UnreadableSource(file, "damaged", what) from error
    canonical = read_lines(list(_lines(text)))
    for kind, count in lost.items():
        canonical.lose(kind, count)
    return canonical


@dataclass(frozen=True, slots=True)
class _State:
    """Of a group: whether it is a part that striprtf leaves out; why its text is not read, None where it is; its type's
    size in half points."""

    aside: bool = False
    unread: LossKind | None = None
    size: int = 24


def _prepared(source: str, lost: Counter[LossKind]) -> Iterator[str]:
    """The source without what is struck out or hidden, of which lost has the letters; with each paragraph's size of
    type in front, and without ends of paragraphs within a table's row."""
    state, groups = _State(), list[_State]()
    in_row = sized = False
    for token in _TOKEN.finditer(source):
        word, number, said = token[1], token[2], token[0]
        if said == "{":
            groups.append(state)
            if len(groups) > MAX_DEPTH:
                raise ValueError("too many groups")
        elif said == "}":
            state = groups.pop() if groups else _State()
        elif state.aside:
            said = _LINKS.sub("LINK", said)
        elif word in destinations or said == "\\*":
            state = replace(state, aside=True)
        elif word in _UNREAD:
            state = replace(state, unread=None if number == "0" else _UNREAD[word])
        elif word == "plain":
            state = _State()
        elif word == "fs" and number:
            state = replace(state, size=abs(int(number)))
        elif word in ("trowd", "row"):
            in_row, sized = word == "trowd", False
        elif word in ("par", "sect", "page"):
            sized = False
            said = " " if in_row else said
        elif word is None or word == "u":
            if state.unread:
                lost[state.unread] += len(said) if said[0] != "\\" else 1
                continue
            if not sized and not in_row and said.strip():
                sized = True
                yield f"{{\\u{ord(_SIZE)}?{state.size}\\u{ord(_SIZE)}?}}"
            said = said.replace("|", f"\\u{ord(_BAR)}?")
        yield said


def _lines(text: str) -> Iterator[Line]:
    """Each paragraph by itself; rows that follow each other as a table."""
    for in_table, group in groupby(text.split("\n"), key=lambda line: line.rstrip().endswith("|")):
        if not in_table:
            for line in group:
                size = _SIZED.search(line)
                words = _SIZED.sub("", line).replace(_BAR, "|").strip()
                yield Line(words, size=int(size[1]) / 2 if size else 0.0)
                yield Line("")
            continue
        rows = [[clean(cell.replace(_BAR, "|")) for cell in line.rstrip().split("|")[:-1]] for line in group]
        heads = names_columns(rows[0], (False, False))
        yield Line("", rows=tuple(Row(cells, header=heads and not number) for number, cells in enumerate(rows)))
        yield Line("")
