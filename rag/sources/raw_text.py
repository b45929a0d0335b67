"""A file's text in the plainest way, by code that shares nothing with the format's reader: it shows what that one lost.

Each function gives the text, or raises NoRawText, in pieces between which nothing is read on: paragraphs, cells, pages.
Of what is meant for no reader (field codes, scripts, tables of contents, menus, what a form asks to be filled in) they
give nothing; of what is hidden or struck out all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from email import message_from_bytes, policy
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree

from rag.sources.labels import says_something
from rag.sources.office import DAMAGED

_BREAKS = frozenset({"tab", "br", "cr", "s", "line-break", "noBreakHyphen", "sym"})
_CONTENTS = re.compile(r"(?:TOC|Contents|Sis.?llys?|Sis.?luet|Innehll)\w*\d", re.IGNORECASE)
_EMPTY_LINE = re.compile(r"\n\s*\n|\|")
# Bounded: a search without a bound takes n² steps on a long run of brackets.
_MARKUP = re.compile(
    r"(?<=\])\([^)\n]{0,1000}\)|^ {0,3}\[[^\]^\n][^\]\n]{0,1000}\]:.*$|\[\^[^\]\s]{1,50}\]"
    r"|<[^<>]{0,1000}>|^[ \t]{0,99}[`~]{3}.*$",
    re.MULTILINE,
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]{0,30})(?:[\s/][^<>]{0,10000})?>", re.IGNORECASE)
MARGIN = 0.1  # of a page's height, that heads and feet lie in; chosen by judgement
RUNNING_SHARE = 0.5  # of the pages that have a line there which is one; chosen by judgement
_WATERMARK_LETTERS = 4  # fewer, on most pages, are a note's mark or a row's
_NOTE_MARK, _NOTE_NUMBER = (
    re.compile(r"[^\W\d_][.,;:)]? ?(\d{1,3})(?!\w)"),
    re.compile(r"(\d{1,3})[ .)]{0,2}(?=[^\W\d_])"),
)
_PART = "\x00"  # between pieces; no text has it
_HTML_SKIPPED = frozenset(
    "head script style template noscript nav footer select textarea button option annotation annotation-xml".split()
)
_HTML_WITHIN = frozenset(
    "a abbr b bdi bdo cite code em font i ins del s kbd mark q small span strong sub sup u wbr".split()
)


class NoRawText(Exception):
    """A file that its reader can make something of, and the plain way cannot."""


def of_word(data: bytes) -> Iterator[str]:
    for part in ("document", "footnotes", "endnotes", "diagrams/data"):
        yield from _in_archive(data, rf"word/{part}\d*\.xml", "p", "t", {"Fallback", "moveFrom"})


def of_slides(data: bytes) -> Iterator[str]:
    yield from _in_archive(data, r"ppt/(?:slides/|notesSlides/|diagrams/data)\w+\.xml", "p", "t", {"Fallback", "fld"})


def of_sheets(data: bytes) -> Iterator[str]:
    yield from _in_archive(data, r"xl/sharedStrings\.xml", "si", "t", {"rPh"})
    yield from _in_archive(data, r"xl/worksheets/\w+\.xml", "is", "t", {"rPh"})


def of_open_document(data: bytes) -> Iterator[str]:
    skipped = {"table-of-content", "tracked-changes", "page-number", "page-count", "note-citation", "annotation"}
    skipped |= {"table-index", "illustration-index", "object-index", "alphabetical-index", "user-index"}
    for name in ("p", "h"):
        yield from _in_archive(data, r"content\.xml", name, None, skipped | ({"p", "h"} - {name}))


def of_pdf(data: bytes) -> Iterator[str]:
    """Page by page. What runs in the margin of most pages is left out, as it is on purpose, unless it says something of
    each; what else stands on most of them, as a watermark does, is a piece of its own."""
    pages = list(_pages_of(data))
    repeated = _on_most(set(lines) for lines, _ in pages)
    running = _on_most(set(map(_running_key, margin)) for _, margin in pages)
    for lines, margin in pages:
        own = {each for each in margin if _running_key(each) in running}
        said: list[str] = []
        for line in lines:
            is_running = line in own and not says_something(line)
            if is_running or (line in repeated and sum(map(str.isalpha, line)) >= _WATERMARK_LETTERS):
                yield _without_note_numbers(said)
                said.clear()
                if not is_running:
                    yield line
            else:
                said.append(line)
        yield _without_note_numbers(said)


def _without_note_numbers(lines: Sequence[str]) -> str:
    """The lines as one piece, but for the number that a note begins with: it stands behind a word above, too."""
    marks = {mark[1] for line in lines for mark in _NOTE_MARK.finditer(line)}
    notes = (_NOTE_NUMBER.match(line) for line in lines)
    return "\n".join(
        line[note.end() :] if note and note[1] in marks else line for line, note in zip(lines, notes, strict=True)
    )


def _on_most(pages: Iterable[Collection[str]]) -> set[str]:
    """What stands on most of the pages, and on two of them at least."""
    pages = list(pages)
    counts = Counter(each for page in pages for each in page)
    return {each for each, count in counts.items() if count >= max(2.0, RUNNING_SHARE * len(pages))}


def _running_key(line: str) -> str:
    """The same for all pages: their numbers differ."""
    return re.sub(r"\d+", "#", line)


def _pages_of(data: bytes) -> Iterator[tuple[list[str], list[str]]]:
    """The lines of each page, and those in its upper and lower margin."""
    import pypdfium2  # here: who reads other files need not load all of PDFium

    try:
        document = pypdfium2.PdfDocument(data)
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            _, bottom, _, top = page.get_bbox()
            depth = MARGIN * (top - bottom)
            margin = [text.get_text_bounded(bottom=top - depth), text.get_text_bounded(top=bottom + depth)]
            whole = text.get_text_range()
            yield _lines_of(whole), [line for part in margin for line in _lines_of(part)]
            text.close()
            page.close()
        document.close()
    except pypdfium2.PdfiumError as error:
        raise NoRawText from error


def _lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def of_picture(data: bytes) -> Iterator[str]:
    """Nothing but its reader says what is written on it."""
    raise NoRawText


def of_page(text: str) -> Iterator[str]:
    """Of a page with a main part that part alone."""
    only = "main" if re.search(r"<main[\s>]", text, re.IGNORECASE) else None
    said: list[str] = []
    inside, at, skipped = only is None, 0, list[str]()
    text = _without_comments(text)
    for tag in _TAG.finditer(text):
        if inside and not skipped:
            said.append(unescape(text[at : tag.start()]))
        at, closes, name = tag.end(), bool(tag[1]), tag[2].lower()
        if name == only:
            inside = not closes
        if closes and name in skipped:  # what was left open within it ends with it
            del skipped[skipped.index(name) :]
        elif not closes and name in _HTML_SKIPPED and not tag[0].endswith("/>"):
            skipped.append(name)
        said.append("" if name in _HTML_WITHIN else _PART)
    if inside and not skipped:
        said.append(unescape(text[at:]))
    yield from "".join(said).split(_PART)


def of_message(data: bytes) -> Iterator[str]:
    body = message_from_bytes(data, policy=policy.default).get_body(("html", "plain"))
    if body is not None:
        read = of_page if body.get_content_subtype() == "html" else of_lines
        yield from read(str(body.get_content()).replace("\r\n", "\n"))


def of_outlook(data: bytes) -> Iterator[str]:
    """Its plain form, which Outlook writes beside each other one."""
    import olefile  # here: hardly anybody reads a message

    try:
        with olefile.OleFileIO(BytesIO(data)) as message:
            wide = message.openstream("__substg1.0_1000001F").read()
    except OSError as error:
        raise NoRawText from error
    yield from of_lines(wide.decode("utf-16-le", "replace").replace("\r\n", "\n"))


def of_rtf(data: bytes) -> Iterator[str]:
    from striprtf.striprtf import rtf_to_text  # here: hardly anybody reads one

    said = rtf_to_text(data.decode("cp1252", "replace"), errors="replace")  # type: ignore[no-untyped-call]
    yield from re.split(r"[|\n]", said)


def of_markdown(text: str) -> Iterator[str]:
    yield from of_lines(unescape(_MARKUP.sub(" ", text)))


def of_lines(text: str) -> Iterator[str]:
    yield from _EMPTY_LINE.split(text)


def of_values(text: str) -> Iterator[str]:
    text = re.sub(r"^\"?sep=.\"?", "", text, count=1, flags=re.IGNORECASE)  # says how cells are parted
    yield from re.split(r"[;,\t|\n\"]+", text)


def _in_archive(data: bytes, parts: str, paragraph: str, said: str | None, skipped: Collection[str]) -> Iterator[str]:
    try:
        with ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist():
                if re.fullmatch(parts, name):
                    yield from _paragraphs(archive.read(name), paragraph, said, skipped)
    except DAMAGED as error:
        raise NoRawText from error


def _paragraphs(xml: bytes, paragraph: str, said: str | None, skipped: Collection[str]) -> Iterator[str]:
    """The text of the elements `paragraph`, which may lie in each other, by local names: that of the elements `said`
    within them, or all of it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    open_ones: list[list[str]] = []
    walk: Any = etree.iterwalk(etree.fromstring(xml, parser), events=("start", "end"))
    for event, element in walk:
        name = etree.QName(element).localname
        if event == "start":
            if name in skipped or _is_for_nobody(element):
                walk.skip_subtree()
            elif name == paragraph:
                open_ones.append([])
            if name in _BREAKS and open_ones:
                open_ones[-1].append(" ")
            if open_ones and name not in skipped and said in (name, None):
                open_ones[-1].append(element.text or "")
        else:
            if name == paragraph and not _is_for_nobody(element):
                yield "".join(open_ones.pop())
            if open_ones and said is None:
                open_ones[-1].append(element.tail or "")


def _is_for_nobody(element: etree._Element) -> bool:
    """Whether a paragraph of Word is a line of a table of contents, or a field of a form that nobody has filled in."""
    if element.find("{*}sdtPr/{*}showingPlcHdr") is not None:
        return True
    style = element.find("{*}pPr/{*}pStyle")
    return style is not None and any(map(_CONTENTS.match, map(str, style.attrib.values())))


def _without_comments(text: str) -> str:
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[at:start])
        at = end + 3
    return "".join([*parts, text[at:]])
