"""What a message answers to, which mail programs put below it: somebody else's words, and often what is answered with
no. A message that only passes another on keeps it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from rag.language.packs import ALL, either
from rag.sources.canonical import clean

_MARKS = r"[\W_]{0,4}"
# The head of a message as Outlook repeats it: who it is from, and right below when, to whom or of what.
_FROM = re.compile(rf"{_MARKS}(?:{either(pack.documents.mail_from for pack in ALL)}){_MARKS}:", re.IGNORECASE)
_FIELD = re.compile(rf"{_MARKS}(?:{either(pack.documents.mail_fields for pack in ALL)}){_MARKS}:", re.IGNORECASE)
_HEAD_LINES = 4
_ORIGINAL = re.compile(
    rf"\s{{0,4}}-{{2,20}}\s?(?:{either(pack.documents.mail_original for pack in ALL)})", re.IGNORECASE
)
_WROTE = re.compile(rf"\b(?:{either(pack.documents.mail_wrote for pack in ALL)})\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_MOST_CHARS = 300  # of the line or two that say who wrote when; chosen by judgement
_BLOCKS = frozenset(("p", "div", "td", "li", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr"))
_UNREAD = frozenset(("style", "script", "title"))


def without_replies(text: str) -> tuple[str, int]:
    """A plain message without what it answers to, and how many letters that has."""
    lines = text.split("\n")
    end = next((at for at in range(len(lines)) if _begins(lines[at : at + _HEAD_LINES])), len(lines))
    own = [line for line in lines[:end] if not line.lstrip().startswith(">")]
    if not any(map(str.strip, own)):
        return text, 0
    kept = "\n".join(own)
    return kept, len(clean(text)) - len(clean(kept))


def leave_out_replies(root: etree._Element) -> int:
    """The same of a page, which loses it."""
    before = _letters(root)
    begins = next((each for each in root.iter(*_BLOCKS) if _begins(_first_lines(each))), None)
    if begins is not None and _has_words_before(root, begins):
        for each in [begins, *begins.iterancestors()]:
            for later in [*each.itersiblings()]:
                _remove(later)
        _remove(begins)
    for quoted in [*root.iter("blockquote")]:
        if (quoted.get("type") == "cite" or "quote" in quoted.get("class", "")) and _has_words_before(root, quoted):
            _remove(quoted)
    return before - _letters(root)


def _begins(lines: Sequence[str]) -> bool:
    """Whether the message that is answered begins with these lines."""
    first = lines[0] if lines else ""
    if _ORIGINAL.match(first) or (_FROM.match(first) and any(map(_FIELD.match, lines[1:]))):
        return True
    # "On 3 March 2026 at 9.12, Maija wrote:", "ma 3.3.2026 klo 9.12 Maija kirjoitti:", on one line or on two.
    said = [" ".join(lines[:count]).strip() for count in (1, 2)]
    return any(
        len(each) <= _MOST_CHARS and each.endswith(":") and _DIGIT.search(first) and _WROTE.search(each)
        for each in said
    )


def _first_lines(element: etree._Element) -> list[str]:
    """The first lines of a block that have words, as its reader sees them."""
    lines = [""]
    for event, each in etree.iterwalk(element, events=("start", "end")):
        if not isinstance(each.tag, str):
            continue
        if each is not element and (each.tag in _BLOCKS or (each.tag == "br" and event == "start")):
            lines.append("")
        lines[-1] += (each.text if event == "start" else each.tail if each is not element else None) or ""
        if len(lines) > 4 * _HEAD_LINES or len(lines[0]) > _MOST_CHARS:
            break
    return [clean(line) for line in lines if clean(line)][:_HEAD_LINES]


def _has_words_before(root: etree._Element, element: etree._Element) -> bool:
    for event, each in etree.iterwalk(next(root.iter("body"), root), events=("start", "end")):
        if each is element:
            return False
        if not isinstance(each.tag, str) or (each.tag in _UNREAD and event == "start"):
            continue
        if clean((each.text if event == "start" else each.tail) or ""):
            return True
    return False


def _letters(root: etree._Element) -> int:
    return len(clean(" ".join(map(str, root.itertext()))))


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
