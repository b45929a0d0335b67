"""How much of a file's words stand in a passage of its document, and which do not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from rag.sources.chunking import chunk_document
from rag.types import Chunk, Document, Quotability

MAX_CHARS = 5_000_000  # more is not compared: 5 MB of text take 3 s and 0.3 GB
MAX_SAMPLES, SAMPLE_CHARS = 5, 80
_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_DIVIDED = re.compile("[\x02\ufffe]")  # PDFium's signs for a hyphen at a line end
_LONGEST_PART = 100  # letters of a word that are looked at beside such a sign
_LAST_WORD, _FIRST_WORD = re.compile(r"(?<![^\W_])[^\W_]{1,100}\Z"), re.compile(r"[^\W_]+")


def quotability_of(document: Document, raw: Iterable[str]) -> Quotability | None:
    """raw: the file's text in pieces, as rag.sources.raw_text gives them. None for a text without words, or too long to
    compare.

    A word of the file can be quoted when it stands in a passage beside a word that it stands beside in the file; the
    only one of its piece when it stands in any. Two that a line end divided may be one in the passage.
    """
    if len(document.text) > MAX_CHARS:
        return None
    chunks = chunk_document(document, lambda text: len(text) // 4)
    said = [_key(word) for word in _WORD.findall(_UNSEEN.sub("", _passages(document, chunks)))]
    words, beside = set(said), set(pairwise(said))
    count = lost = chars = 0
    samples: list[str] = []
    for piece in raw:
        piece = unicodedata.normalize("NFC", _UNSEEN.sub("", piece))  # letters with marks of their own are words
        piece = _whole(piece, words)
        chars += len(piece)
        if chars > MAX_CHARS:
            return None
        matches = list(_WORD.finditer(piece))
        found = _found([_key(match[0]) for match in matches], words, beside)
        count, lost = count + len(found), lost + found.count(False)
        for standing, run in groupby(range(len(found)), key=found.__getitem__):
            first, *_, last = [*run] * 2
            if not standing and len(samples) < MAX_SAMPLES:
                said_there = piece[matches[first].start() : matches[last].end()]
                samples.append(" ".join(said_there.split())[:SAMPLE_CHARS])
    return Quotability(count, lost, tuple(samples)) if count else None


def _whole(piece: str, words: set[str]) -> str:
    """The piece with the words that line ends divided: whole where some passage has them so, else in their parts."""
    first, *others = _DIVIDED.split(piece)
    parts = [first]
    for before, part in pairwise((first, *others)):
        left, right = _LAST_WORD.search(before[-_LONGEST_PART:]), _FIRST_WORD.match(part[:_LONGEST_PART])
        one = left is not None and right is not None and _key(left[0] + right[0]) in words
        parts += ("" if one else "-", part)
    return "".join(parts)


def _found(keys: Sequence[str], words: set[str], beside: set[tuple[str, str]]) -> list[bool]:
    if len(keys) == 1:
        return [keys[0] in words]
    found = [False] * len(keys)
    for at, pair in enumerate(pairwise(keys)):
        if pair in beside or "".join(pair) in words:
            found[at] = found[at + 1] = True
    return found


def _key(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def _passages(document: Document, chunks: Sequence[Chunk]) -> str:
    """What can be quoted, in order: the units with their marks, and of other blocks the words that travel with some
    passage. The title is cited with all of them."""
    units = [unit for chunk in chunks for unit in chunk.units]
    title = document.metadata.title
    contexts = {title, *(chunk.context for chunk in chunks)}
    travelling = {_key(word) for context in contexts for word in _WORD.findall(context)}
    parts, at = [title], 0
    for block in document.blocks:
        while at < len(units) and units[at].end <= block.span.start:
            at += 1
        inside = at
        quoted = []
        while inside < len(units) and units[inside].start < block.span.end:
            quoted.append(units[inside].of(document.text))
            inside += 1
        if quoted:
            mark = document.text[document.text.rfind("\n", 0, block.span.start) + 1 : block.span.start]
            parts += [mark, *quoted]
        else:
            words = _WORD.findall(block.span.of(document.text))
            parts.append(" ".join(word for word in words if _key(word) in travelling))
    return "\n".join(parts)
