"""RTF → canonical text, by striprtf: headings are larger or look so; what is struck out or hidden is told, not read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from striprtf.striprtf import destinations, rtf_to_text

from rag.errors import UnreadableSource
from rag.sources.canonical import Canonical, Row, clean, raised
from rag.sources.format_lines import Line, read_lines
from rag.sources.rtf_rows import Cell, in_columns
from rag.sources.table_heads import headed
from rag.types import LossKind

MAX_DEPTH = 1000  # of groups; a real file has a dozen
MAX_CELLS = 64  # of a row; Word has one fewer
# A control word with its number, a letter by its code, a control sign, a group's edge, or text.
_TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'[0-9a-fA-F]{2}|\\.|[{}]|[^\\{}\r\n]+", re.DOTALL)
_UNREAD: dict[str, LossKind] = {
    "strike": "struck out",
    "striked": "struck out",
    "deleted": "struck out",
    "v": "hidden text",
}
# Letters of nobody's, for what striprtf would take for its own: a bar in a cell, and a paragraph's size of type.
_BAR, _SIZE, _ROW, _NOTE, _NOTE_END = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
_NAMES, _BOLD = "n", "b"  # what is said of a row
_NOTED = re.compile(f"{_NOTE}([^{_NOTE}{_NOTE_END}]*){_NOTE_END}")
_SIZED = re.compile(rf"{_SIZE}(\d{{1,4}}){_SIZE}")
_BOXES = ("shp", "shpinst", "shpgrp")  # what boxes with text stand in
_OTHERS_PICTURES = frozenset(
    "nonshppict shprslt listpicture background header headerl headerr headerf footer footerl footerr footerf".split()
)  # copies for older programs, ornaments
_DESCRIBED = re.compile(r"\{\\sn wzDescription\}\s{0,9}\{\\sv [^{}]{0,99}\w")
_COUNTED = re.compile(r"\\chftn(?![a-z])")  # a note that has no mark of its own
_PROPERTIES_CHARS, _MARK_CHARS = 4000, 500  # in front of a picture, and of a note; chosen by judgement
_LINKS = re.compile(r"HYPERLINK\b", re.IGNORECASE)  # striprtf writes their addresses into the text


def read_rtf(data: bytes, file: str) -> Canonical:
    """Raises UnreadableSource: damaged."""
    lost: Counter[LossKind] = Counter()
    try:
        source = "".join(_prepared(data.decode("cp1252", "replace"), lost))
        text = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
        canonical = read_lines(_lines(text))
    except (ValueError, LookupError, RecursionError) as error:
        what = f"the RTF text is damaged ({type(error).__name__}); open it in its own program and save it anew"
        raise UnreadableSource(file, "damaged", what) from error
    for kind, count in lost.items():
        canonical.lose(kind, count)
    return canonical


@dataclass(frozen=True, slots=True)
class _State:
    """Of a group: whether it is a part that striprtf leaves out; whether it is a note, and the group that is one;
    whether it is one for each of its paragraphs, as a box with text; whether its text is raised above the line; why it
    is not read, None where it is; its type's size in half points; whether it is bold; whether its pictures are told."""

    aside: bool = False
    note: bool = False
    begins_note: bool = False
    box: bool = False
    above: bool = False
    unread: LossKind | None = None
    size: int = 24
    bold: bool = False
    pictured: bool = True


def _prepared(source: str, lost: Counter[LossKind]) -> Iterator[str]:
    """The source without what is struck out or hidden, of which lost has the letters; with each paragraph's size of
    type in front, without ends of paragraphs within a table's row, of which the end says how its cells lie; notes
    between marks where they are referred to, with the marks of lists."""
    state, groups = _State(), list[_State]()
    in_row = sized = False
    names = False  # whether the row names the columns
    bold: set[bool] = set()  # whether its words are
    count = 0  # of notes
    cells: list[Cell] = []
    below = beside = False
    for token in _TOKEN.finditer(source):
        word, number, said = token[1], token[2], token[0]
        if word in _OTHERS_PICTURES:
            state = replace(state, pictured=False)
        elif word == "pict" and state.pictured:
            end = source.find("\\pict", token.end(), token.end() + _PROPERTIES_CHARS)  # of another one
            end = end if end >= 0 else token.end() + _PROPERTIES_CHARS
            lost["picture"] += not _DESCRIBED.search(source, token.end(), end)
        if said == "{":
            groups.append(state)
            state = replace(state, begins_note=False)
            if len(groups) > MAX_DEPTH:
                raise ValueError("too many groups")
        elif said == "}":
            if state.begins_note:
                yield _letter(_NOTE_END)
            state = groups.pop() if groups else _State()
        elif state.aside:
            said = _LINKS.sub("LINK", said)
        elif word == "footnote" and not state.note:
            state = replace(state, note=True, begins_note=True, above=False)
            said = _letter(_NOTE)
            if _COUNTED.search(source, token.end(), token.end() + _MARK_CHARS):
                count += 1
                mark = "".join(map(_letter, raised(str(count)))) if in_row else ""
                said = f"{mark}{said}{mark} "
        elif word == "shptxt" and not state.note:
            state = replace(state, note=True, begins_note=True, box=True, above=False)
            said = _letter(_NOTE)
        elif word in (*_BOXES, "shptxt") or (
            said == "\\*" and source.startswith(("\\footnote", "\\shpinst", "\\shpgrp"), token.end())
        ):
            said = ""  # as LibreOffice writes notes
        elif word == "pntext":
            said = ""  # what Word shows before an item
        elif word in destinations or said == "\\*":
            state = replace(state, aside=True)
        elif word in _UNREAD:
            state = replace(state, unread=None if number == "0" else _UNREAD[word])
        elif word == "plain":
            usual = _State()
            state = replace(state, above=usual.above, unread=usual.unread, size=usual.size, bold=False)
        elif word == "b":
            state = replace(state, bold=number != "0")
        elif word in ("super", "nosupersub", "sub"):
            state = replace(state, above=word == "super" and number != "0")
        elif word in ("up", "dn"):
            state = replace(state, above=word == "up" and number != "0")
        elif word == "fs" and number:
            state = replace(state, size=abs(int(number)))
        elif word in ("nestcell", "nestrow") or (state.note and word in ("cell", "row", "trowd", "cellx")):
            said = " "  # a table within a cell is words of the cell, one within a note of the note
        elif word == "trowd":
            in_row, sized, cells, below, beside = True, False, [], False, False
            names, bold = False, set()
        elif word == "trhdr":
            names = True
        elif word in ("clvmrg", "clmrg"):
            below, beside = below or word == "clvmrg", beside or word == "clmrg"
        elif word == "cellx":
            cells = [*cells, Cell(int(number or 0), below, beside)][:MAX_CELLS]
            below = beside = False
        elif word == "row":
            in_row = sized = False
            edge = _letter(_ROW)
            signs = [sign for sign, holds in ((_NAMES, names), (_BOLD, bold == {True})) if holds]
            said = f"{edge}{' '.join((*signs, *(cell.written() for cell in cells)))}{edge}{said}"
        elif word in ("par", "sect", "page"):
            sized = sized and state.note
            if state.box:
                said = _letter(_NOTE_END) + _letter(_NOTE)
            elif in_row or state.note:
                said = " "
        elif word is None or word == "u":
            if state.unread:
                lost[state.unread] += len(said) if said[0] != "\\" else 1
                continue
            if in_row and said.strip():
                bold.add(state.bold)
            if not sized and not in_row and not state.note and said.strip():
                sized = True
                yield f"{{\\u{ord(_SIZE)}?{state.size}\\u{ord(_SIZE)}?}}"
            if state.above and said[0] != "\\":
                said = "".join(char if char.isascii() else _letter(char) for char in raised(said))
            said = said.replace("|", _letter(_BAR))
        yield said


def _letter(char: str) -> str:
    return f"{{\\uc1\\u{ord(char)}?}}"


def _lines(text: str) -> list[Line]:
    """Each paragraph by itself; rows that follow each other as a table, with what its notes say behind it; a box that
    stands in no paragraph behind the last one."""
    lines: list[Line] = []
    last: int | None = None  # of those with words
    for in_table, group in groupby(text.split("\n"), key=lambda line: line.rstrip().endswith(("|", _ROW))):
        if in_table:
            rows = list(group)
            notes = tuple(note for row in rows for note in _notes_of(row))
            last = len(lines)
            table = _table([_row(_NOTED.sub("", row)) for row in rows])
            lines += [Line("", rows=table, notes=notes), Line("")]
            continue
        for line in group:
            size = _SIZED.search(line)
            words = _SIZED.sub("", line)
            notes = _notes_of(words)
            words = _NOTED.sub("", words).replace(_BAR, "|").strip()
            if not words and last is not None:
                lines[last] = replace(lines[last], notes=lines[last].notes + notes)
                notes = ()
            elif words:
                last = len(lines)
            else:  # nothing stands before it
                lines += [each for note in notes for each in (Line(note), Line(""))]
            lines += [Line(words, size=int(size[1]) / 2 if size else 0.0, notes=notes), Line("")]
    return lines


def _notes_of(line: str) -> tuple[str, ...]:
    return tuple(clean(note.replace(_BAR, "|")) for note in _NOTED.findall(line))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's words and cells, and what it is said to be: the names of the columns; in bold."""

    words: list[str]
    cells: list[Cell]
    names: bool
    bold: bool


def _row(line: str) -> _Row:
    said, _, rest = line.partition(_ROW)
    written = rest.rstrip().rstrip(_ROW).split()
    cells = [Cell.read(each) for each in written if each not in (_NAMES, _BOLD)]
    words = [clean(cell.replace(_BAR, "|")) for cell in said.rstrip().split("|")[:-1]]
    return _Row(words, cells, _NAMES in written, _BOLD in written)


def _table(rows: Sequence[_Row]) -> tuple[Row, ...]:
    """The first rows name the columns where the file says so, or it looks so."""
    read = in_columns([(row.words, row.cells) for row in rows])
    names = len(list(takewhile(lambda row: row.names, rows[:-1])))
    if names:
        return tuple(Row(words, header=number < names) for number, words in enumerate(read))
    return headed(read, [row.bold for row in rows])
