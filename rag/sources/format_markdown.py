"""Markdown (CommonMark with tables) → canonical text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from rag.sources.canonical import Canonical, Row, raised
from rag.sources.format_html import add_fragment
from rag.sources.markdown_notes import Noted, without_notes

# Deeper nesting is dropped in silence; the default of 20 levels is ten of lists.
_PARSER = MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])
_LISTS = frozenset({"bullet_list", "ordered_list"})
_BLOCKS = frozenset({"paragraph", "heading", "list_item", "blockquote", "fence", "code_block", "tr", "th", "td"})
_UNSEEN_TAG = re.compile(r"<(/?)(script|style|del|s|strike)\b", re.IGNORECASE)
_STRUCK = frozenset({"del", "s", "strike"})
_ABOVE_TAG = re.compile(r"<(/?)sup\b", re.IGNORECASE)


def read_markdown(text: str) -> Canonical:
    """text: the whole file, its front matter blanked out, so that line numbers hold."""
    text, notes = without_notes(text)
    canonical = Noted(notes)
    tokens = _PARSER.parse(text)
    for node in SyntaxTreeNode(tokens).children:
        _add(node, canonical)
    _tell_losses(tokens, canonical)
    return canonical


def _tell_losses(tokens: list[Token], canonical: Canonical) -> None:
    """How much is struck out, and how many pictures say nothing of themselves."""
    for inline in tokens:
        struck = False
        for token in inline.children or ():
            tag = _UNSEEN_TAG.match(token.content) if token.type == "html_inline" else None
            if token.type in ("s_open", "s_close"):
                struck = token.type == "s_open"
            elif tag:
                struck = not tag[1] and tag[2].lower() in _STRUCK
            elif struck:
                canonical.lose("struck out", len(token.content))
            elif token.type == "image":
                canonical.lose("picture", int(not token.content))


def _add(node: SyntaxTreeNode, canonical: Canonical) -> None:
    line = _line(node)
    if node.type == "heading":
        canonical.heading(_words(node), int(node.tag[1]), line=line)
    elif node.type in ("paragraph", "fence", "code_block"):
        canonical.paragraph(_words(node), line=line)
    elif node.type in _LISTS:
        _add_list(node, canonical, depth=1)
    elif node.type == "table":
        _add_table(node, canonical)
    elif node.type == "hr":
        canonical.end_sections(line=line)
    elif node.type == "html_block":
        add_fragment(node.content, canonical, line or 1)
    else:  # a block quote
        for child in node.children:
            _add(child, canonical)


def _add_list(node: SyntaxTreeNode, canonical: Canonical, depth: int) -> None:
    first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    if depth == 1:
        canonical.begin_list()
    for index, item in enumerate(node.children):
        number = None if first is None else first + index
        canonical.item(_words(item, _LISTS | {"table"}), depth, number, line=_line(item))
        for part in _outermost(item, _LISTS | {"table"}):
            if part.type == "table":
                _add_table(part, canonical)
            else:
                _add_list(part, canonical, depth + 1)


def _add_table(node: SyntaxTreeNode, canonical: Canonical) -> None:
    rows = []
    for row in _outermost(node, frozenset({"tr"})):
        cells = [_words(cell) for cell in row.children]
        rows.append(Row(cells, header=row.children[0].type == "th", line=_line(row)))
    canonical.table(rows, line=_line(node))


def _outermost(node: SyntaxTreeNode, types: frozenset[str]) -> Iterable[SyntaxTreeNode]:
    for child in node.children:
        if child.type in types:
            yield child
        else:
            yield from _outermost(child, types)


def _words(node: SyntaxTreeNode, without: frozenset[str] = frozenset()) -> str:
    """The words in a node, those in the descendants of the types `without` left out."""
    if node.type in without:
        return ""
    if node.type == "inline":
        return _inline_words(node.token.children or [] if node.token else [])
    if node.type == "html_block":
        fragment = Canonical()
        add_fragment(node.content, fragment, 1)
        return f" {fragment.finish()[0]} "
    if node.type in ("fence", "code_block"):
        return f" {node.content} "
    words = "".join(_words(child, without) for child in node.children)
    return f" {words} " if node.type in _BLOCKS else words


def _inline_words(tokens: list[Token]) -> str:
    words, unseen, above = "", False, False
    for token in tokens:
        if token.type in ("s_open", "s_close"):  # struck out is not in force
            unseen = token.type == "s_open"
        elif token.type == "html_inline":
            if tag := _UNSEEN_TAG.match(token.content):
                unseen = not tag[1]
            elif tag := _ABOVE_TAG.match(token.content):
                above = not tag[1]
            elif token.content[:3].lower() == "<br":
                words += " "
        elif unseen:
            continue
        elif token.type in ("softbreak", "hardbreak"):
            words += " "
        else:
            said = _inline_words(token.children) if token.children else token.content
            words += raised(said) if above else said
    return words


def _line(node: SyntaxTreeNode) -> int | None:
    return node.map[0] + 1 if node.map else None
