"""What a document says that a mark in its tables means: "K = kielletty", "”Ehdollinen” tarkoittaa …", or a table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.language.packs import ALL, either
from rag.types import Block, Document, Span

# A mark is a short cell; longer ones say what they mean themselves.
MAX_MARK_WORDS, MAX_MARK = 3, 24
MAX_MARKS = 60  # a bound on the work for one table; one with more is no table of marks
_NOTE = re.compile(r"(?<=\S)(?:\s*[(\[]\d{1,2}[)\]]|(?:\s+|(?<![*¹²³⁴⁵]))[*¹²³⁴⁵]+)$")
_QUOTES = "\"'”“„’»«*"
# After a word or letter any of these defines; a number or a dash by itself stands before too many colons.
_SURELY = either(["=", *(pack.documents.defines for pack in ALL)])
_CONNECTS = rf"{_SURELY}|[:–—-](?=\s)"
_THAT = re.compile(rf"\s*(?:,?\s*(?:{either(pack.documents.that for pack in ALL)})\s+)?")
_JOINED = either(pack.documents.mark for pack in ALL)


def mark_of(cell: str) -> str:
    """A cell's words without the number of a note behind them."""
    return _NOTE.sub("", cell.strip()).strip(_QUOTES).casefold()


def legend_of(document: Document) -> Mapping[str, Span]:
    """What marks of the tables are defined, as mark_of gives them, and where what they mean stands."""
    rows = [[cell.of(document.text) for cell in block.cells] for block in document.blocks if block.kind == "row"]
    # In a row of two cells the second may define the first; elsewhere the first names the row.
    marks = {mark_of(cell) for row in rows for cell in row[1:] if len(row) > 2 or len(cell) <= 2}
    marks = {mark for mark in marks if mark and len(mark) <= MAX_MARK and len(mark.split()) <= MAX_MARK_WORDS}
    if not marks or len(marks) > MAX_MARKS:
        return {}
    found: dict[str, Span] = {}
    pattern = _definitions(marks)
    for block in document.blocks:
        if block.kind == "row" and len(block.cells) == 2 and not block.header:
            name, meaning = block.cells
            if (mark := mark_of(name.of(document.text))) in marks:
                found.setdefault(mark, meaning)
        elif block.kind in ("paragraph", "item", "caption"):
            for mark, span in _defined_in(block, document, pattern):
                found.setdefault(mark, span)
    return found


def _definitions(marks: set[str]) -> re.Pattern[str]:
    """Finds "mark = " and the like. One pass: no mark is looked for inside a word, and nothing is tried twice."""
    named = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
    return re.compile(
        rf"(?<![\w{_QUOTES}])[{_QUOTES}]{{0,3}}({named})[{_QUOTES}]{{0,3}}(?:{_JOINED})?\s*({_CONNECTS})", re.IGNORECASE
    )


def _defined_in(block: Block, document: Document, pattern: re.Pattern[str]) -> list[tuple[str, Span]]:
    text = block.span.of(document.text)
    matches = [
        match
        for match in pattern.finditer(text)
        if match[1].isalpha()
        or re.fullmatch(_SURELY, match[2], re.IGNORECASE)
        or len(text[: match.start()].split()) <= 1  # "Taso 3: …"
    ]
    found = []
    for number, match in enumerate(matches):
        following = matches[number + 1] if number + 1 < len(matches) else None
        start = match.end() + (told.end() if (told := _THAT.match(text[match.end() :])) else 0)
        end = following.start() if following else len(text)
        said = text[start:end].rstrip(" ,;.\n" + _QUOTES)
        if said:
            found.append((match[1].casefold(), Span(block.span.start + start, block.span.start + start + len(said))))
    return found
