"""Headings of Word files whose writers know no styles: short bold paragraphs, each above what it is about."""

from __future__ import annotations

from collections.abc import Mapping

from docx.oxml.ns import qn
from lxml import etree

from rag.sources.canonical import clean, is_sentence
from rag.sources.format_lines import HEADING_MAX_CHARS, NO_HEADING_ENDS
from rag.sources.word_styles import Styles, value

_LEAST = 2  # one bold line alone is a remark more often; chosen by judgement


def bold_heads(body: etree._Element, styles: Styles) -> Mapping[etree._Element, int]:
    """The level of each paragraph of the body that is such a heading: one that another stands right below is the title
    of them all. None where they do not look so all along: most bold paragraphs head words that are not bold."""
    parts = [each for each in body if each.tag == qn("w:tbl") or (each.tag == qn("w:p") and _words(each))]
    bold = [each.tag == qn("w:p") and styles.bold(each) for each in parts]
    looks = [is_bold and _may_head(each) for each, is_bold in zip(parts, bold, strict=True)]
    below = [*bold[1:], True][: len(parts)]  # nothing stands below the last one
    heads = [part for part, head, under in zip(parts, looks, below, strict=True) if head and not under]
    if len(heads) < max(_LEAST, sum(bold) / 2) or sum(bold) > len(parts) / 2 + 1:
        return {}
    levels = dict.fromkeys(heads, 2)
    if looks[0] and parts[1] in levels:
        levels[parts[0]] = 1
    return levels


def _words(paragraph: etree._Element) -> str:
    return clean("".join(text.text or "" for text in paragraph.iter(qn("w:t"))))


def _may_head(paragraph: etree._Element) -> bool:
    words = _words(paragraph)
    listed = value(paragraph, "w:pPr/w:numPr/w:numId") is not None
    return (
        len(words) <= HEADING_MAX_CHARS and words[-1] not in NO_HEADING_ENDS and not listed and not is_sentence(words)
    )
