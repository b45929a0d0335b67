"""What a message answers to, which mail programs put below it: somebody else's words, and often what is answered with
no. A message that only passes another on keeps it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

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
_DAY = re.compile(r"\d{1,2}[./]\s?\d{1,2}[./]|\b(?:19|20)\d\d\b")
_TIME = re.compile(r"\b\d{1,2}[.:]\d\d\b(?![./]\d)")
_CITED = re.compile(r"\s{0,4}>(?!\s{0,4}\d)")  # not "> 500 euroa"
_CITED_CLASS = re.compile(r"(?:gmail|yahoo|protonmail|tutanota)[-_]?quote|moz-cite", re.IGNORECASE)
_MOST_CHARS = 300  # of the line or two that say who wrote when; chosen by judgement
_BLOCKS = frozenset(("p", "div", "td", "li", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr"))
_UNREAD = frozenset(("style", "script", "title"))


def without_replies(text: str) -> tuple[str, int]:
    """A plain message without what it answers to, and how many letters that has."""
    lines = text.split("\n")
    cites = any(map(_CITED.match, lines))
    kept: list[str] = []
    at = 0
    while at < len(lines):
        four = lines[at : at + _HEAD_LINES]
        said = _says_who_wrote(four)
        if _begins_message(four) or (said and not cites and _TIME.search(" ".join(four[:said]))):
            break
        if said and cites:  # answers may stand between what is cited
            at += said
            continue
        if not _CITED.match(lines[at]):
            kept.append(lines[at])
        at += 1
    if not any(map(str.strip, kept)):
        return text, 0
    own = "\n".join(kept)
    return own, len(clean(text)) - len(clean(own))


def leave_out_replies(root: etree._Element) -> int:
    """The same of a page, which loses it."""
    before = _letters(root)
    cited = {each for each in root.iter("blockquote") if _is_cited(each)}
    begins = next((each for each in root.iter(*_BLOCKS) if _begins(_first_lines(each), bool(cited))), None)
    if begins is not None and _behind_words(root, {begins}):
        if not _begins_message(_first_lines(begins)) and cited:  # answers may stand below what is cited
            _remove(begins)
        else:
            for each in [begins, *begins.iterancestors()]:
                each.tail = None
                for later in [*each.itersiblings()]:
                    later.tail = None
                    _remove(later)
            _remove(begins)
    for quoted in _behind_words(root, cited):
        _remove(quoted)
    return before - _letters(root)


def _is_cited(quoted: etree._Element) -> bool:
    return quoted.get("type") == "cite" or _CITED_CLASS.search(quoted.get("class") or "") is not None


def _begins(lines: Sequence[str], cites: bool) -> bool:
    said = _says_who_wrote(lines)
    return _begins_message(lines) or bool(said and (cites or _TIME.search(" ".join(lines[:said]))))


def _begins_message(lines: Sequence[str]) -> bool:
    """Whether the head of another message begins with these lines: who it is from, and two things more."""
    first = lines[0] if lines else ""
    if _ORIGINAL.match(first):
        return True
    fields = {found[0].strip(" *:").lower() for line in lines[1:] if (found := _FIELD.match(line))}
    return _FROM.match(first) is not None and len(fields) > 1


def _says_who_wrote(lines: Sequence[str]) -> int:
    """How many of the first lines, one or two, say it: "On 3 March 2026 at 9.12, Maija wrote:", "ma 3.3.2026 klo 9.12
    Maija kirjoitti:"; 0 where none does."""
    for count in (1, 2):
        said = " ".join(lines[:count]).strip()
        if len(said) <= _MOST_CHARS and said.endswith(":") and _DAY.search(lines[0]) and _WROTE.search(said):
            return count
    return 0


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


def _behind_words(root: etree._Element, elements: Collection[etree._Element]) -> list[etree._Element]:
    """Those before which the page says something."""
    found: list[etree._Element] = []
    said = False
    for event, each in etree.iterwalk(next(root.iter("body"), root), events=("start", "end")):
        if not isinstance(each.tag, str):
            continue
        if event == "start" and said and each in elements:
            found.append(each)
        if each.tag not in _UNREAD or event == "end":
            said = said or bool(clean((each.text if event == "start" else each.tail) or ""))
    return found


def _letters(root: etree._Element) -> int:
    return len(clean(" ".join(map(str, root.itertext()))))


def _remove(element: etree._Element) -> None:
    """Without what follows it in the same element, which lxml would take along."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    if tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(element)
