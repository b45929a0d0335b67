"""The quality of the sources: what blocks, what is held back, what an editor should look at."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from rag.curated.examples import ExampleSet
from rag.curated.rules import Rulebook
from rag.errors import UnreadableSource
from rag.language.words import Lexicon
from rag.sources.foreign_text import foreign_blocks
from rag.sources.overlaps import overlaps
from rag.sources.translations import Translation
from rag.types import Block, Document, Quotability

# What extraction leaves behind: unpaired emphasis, replacement characters, words cut at a line's end. The words are
# bounded: a search without a bound takes n² steps on a long run of letters.
_BROKEN = re.compile(r"\*\*|\ufffd|\w{1,40}[-\u00ad] ?\n\w{1,40}|\]\(#?\)|(?:Ã¤|Ã¶|Ã¥|â€)")


# Of a file's words, those that can be quoted: less is told. On the sources, 674 training documents and the samples of
# the tests all are, but for what is struck out, hidden, or runs along the margin of a PDF.
QUOTABLE = 0.995


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. blocks: the index must not be published with it; place: file and line or page.

    quotes: what text quotes, for those who say the rest in another language; documents: of two passages, the ids of
    those that they stand in.
    """

    code: str
    place: str
    text: str
    blocks: bool = False
    quotes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.place}: {self.code}: {self.text}"


def check_corpus(documents: Sequence[Document], failures: Sequence[UnreadableSource], today: date) -> list[Finding]:
    """Everything worth an editor's look, in the order of the files, what blocks first."""
    findings = [Finding(f"unreadable ({f.reason})", f.file, f.detail, blocks=True) for f in failures]
    if not documents and not failures:
        findings.append(Finding("empty", ".", "no sources; put documents into the corpus folder", blocks=True))
    for document in documents:
        findings += _check_document(document, today)
    return findings


def check_translations(translations: Sequence[Translation], documents: Mapping[str, Document]) -> list[Finding]:
    """Blocks whose translation is of an earlier wording or missing: it is not shown until it agrees again."""
    findings = []
    for translation in translations:
        document = documents[translation.document_id]
        for block, words in zip(document.blocks, translation.blocks, strict=True):
            if words is None and block.kind != "break":
                quote = _short(block.span.of(document.text))
                text = f"'{quote}' has no current translation in {translation.file}"
                quotes = (quote, translation.file)
                findings.append(Finding("translation out of step", _place(document, block), text, quotes=quotes))
    return findings


def check_curated(corpus_dir: Path, rulebook: Rulebook, examples: ExampleSet, today: date) -> list[Finding]:
    """Rules and examples whose quote does not stand in its document (any more), and approvals that have expired."""
    findings = [
        Finding(
            "rule without a quote",
            _line(corpus_dir / "rules.yaml", "id", rule.id),
            f"'{rule.id}' is suspended: its quote does not stand in '{rule.document}'",
        )
        for rule in rulebook.suspended
    ]
    findings += [
        Finding(
            "rule not in every language",
            _line(corpus_dir / "rules.yaml", "id", rule.id),
            f"'{rule.id}' has no sentence in {', '.join(missing)}; its sentence in another language is shown there",
        )
        for rule, _ in rulebook.rules
        if (missing := rule.says.missing)
    ]
    findings += [
        Finding(
            "example without a quote",
            _line(corpus_dir / each.file, "quote", each.quote),
            f"its questions are left out: '{_short(each.quote)}' does not stand in '{each.document_id}'",
        )
        for each in examples.unplaced
    ]
    findings += [
        Finding(
            "expired approval",
            _line(corpus_dir / "tools.yaml", "name", tool.name),
            f"the approval of '{tool.name}' ended on {tool.valid_until}; it counts as none",
        )
        for tool in rulebook.tools
        if tool.valid_until is not None and tool.valid_until < today
    ]
    return findings


def check_overlaps(documents: Sequence[Document], lexicon: Lexicon) -> list[Finding]:
    """Passages that say nearly the same, which an editor should make one, and such that may contradict each other."""
    findings = []
    for overlap in overlaps(documents, lexicon):
        (document, block), (other_document, other_block) = overlap.first, overlap.second
        code = "may contradict" if overlap.contradicts else "near duplicate"
        one, other = _short(block.span.of(document.text)), _short(other_block.span.of(other_document.text))
        other_place = _place(other_document, other_block)
        text = f"'{one}' and {other_place}: '{other}'"
        both, quotes = (document.id, other_document.id), (one, other_place, other)
        findings.append(Finding(code, _place(document, block), text, quotes=quotes, documents=both))
    return findings


def _line(path: Path, key: str, value: str) -> str:
    """file:line of the entry with this value, as far as it can be found."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    waiting = [node] if node else []
    while waiting:
        current = waiting.pop()
        if isinstance(current, yaml.MappingNode):
            for name, content in current.value:
                if name.value == key and content.value == value:
                    return f"{path.name}:{content.start_mark.line + 1}"
            waiting += [content for _, content in current.value]
        elif isinstance(current, yaml.SequenceNode):
            waiting += current.value
    return path.name


def _check_document(document: Document, today: date) -> list[Finding]:
    metadata = document.metadata
    findings: list[Finding] = []
    if metadata.historical(today):
        text = f"valid until {metadata.valid_until}; cited as history"
        findings.append(Finding("expired", document.file, text, quotes=(str(metadata.valid_until),)))
    for kind in dict.fromkeys(loss.kind for loss in document.losses):
        of_kind = [loss for loss in document.losses if loss.kind == kind]
        pages = ", ".join(str(loss.page) for loss in of_kind if loss.page is not None)
        count = str(sum(loss.count for loss in of_kind))
        where = f" on pages {pages}" if pages else ""
        told = "in a table of their own" if kind == "rows apart" else "not in the text"
        findings.append(Finding(kind, document.file, f"{count}{where}; {told}", quotes=(pages or count,)))
    if document.unused_keys:
        text = f"keys before the text that mean nothing here, or whose values do: {', '.join(document.unused_keys)}"
        findings.append(Finding("unused keys", document.file, text, quotes=document.unused_keys))
    if document.recognised:
        pages = ", ".join(f"{each.page} ({each.confidence:.0%})" for each in document.recognised)
        text = f"read from pictures, with this confidence: page {pages}; compare it with the original"
        findings.append(Finding("recognised text", document.file, text, quotes=(pages.replace("%", " %"),)))
    if (measured := document.quotability) is not None and measured.share < QUOTABLE:
        samples = ", ".join(f"'{sample}'" for sample in measured.samples)
        text = f"{quotable_words(measured)}; in no passage: {samples}"
        findings.append(Finding("not quotable", document.file, text, quotes=measured.samples))
    for block in foreign_blocks(document):
        quote = _short(block.span.of(document.text))
        held = f"held back, not answered from: '{quote}'"
        findings.append(Finding("foreign text", _place(document, block), held, quotes=(quote,)))
    for block in document.blocks:
        text = block.span.of(document.text)
        if found := _BROKEN.search(text):
            said = f"'{found[0]}' in '{_short(text)}'"
            findings.append(Finding("broken text", _place(document, block), said, quotes=(found[0], _short(text))))
    for heading in empty_headings(document):
        quote = _short(heading.span.of(document.text))
        text = f"'{quote}' has nothing below it; it answers nothing"
        findings.append(Finding("heading without content", _place(document, heading), text, quotes=(quote,)))
    return findings


def quotable_words(measured: Quotability) -> str:
    """The figure in words: "99.8 % of its 1,240 words can be quoted"; less than all is never rounded up to it."""
    percent = math.floor(measured.share * 1000) / 10
    return f"{percent:.1f} % of its {measured.words:,} words can be quoted"


def empty_headings(document: Document) -> list[Block]:
    """Headings followed by no content before the next heading of their level or above."""
    empty: list[Block] = []
    waiting: list[Block] = []
    for block in document.blocks:
        if block.kind == "heading":
            empty += [h for h in waiting if h.level >= block.level]
            waiting = [h for h in waiting if h.level < block.level] + [block]
        else:
            empty += waiting if block.kind == "break" else []
            waiting = []
    title = document.metadata.title.casefold()
    return [h for h in empty + waiting if h.span.of(document.text).casefold() != title]


def _place(document: Document, block: Block) -> str:
    if block.line is not None:
        return f"{document.file}:{block.line}"
    return f"{document.file}, page {block.page}" if block.page is not None else document.file


def _short(text: str, length: int = 80) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
