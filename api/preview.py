"""What a draft would change, before anybody publishes it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from pathlib import Path

import yaml
from pydantic import BaseModel, TypeAdapter

from api.drafts import Draft
from api.schemas import DocumentSummary
from rag import front_matter
from rag.changed_corpus import UPLOADED, changed_corpus, content_of
from rag.changes import Changes, DescribeDocument, EditFile, PutDocument, WithdrawDocument
from rag.chatbot import Chatbot
from rag.chunking import chunk_document
from rag.concepts import load_concepts
from rag.examples import load_examples
from rag.index import changes_in_use
from rag.publishing import curated_file
from rag.quality import Finding, check_corpus, check_overlaps, check_translations, foreign_blocks
from rag.readers import sources_folder
from rag.rules import REGISTER_ID, Rulebook, load_rulebook
from rag.settings import Settings
from rag.translations import read_translations
from rag.types import Document, Metadata

DOCUMENT = TypeAdapter(Document)


class Page(BaseModel):
    """The text as read; page is null for formats without pages."""

    page: int | None
    text: str


class Found(BaseModel):
    """An entry of the quality report. blocks: publishing would leave the document out; quotes: see rag.quality."""

    code: str
    place: str
    text: str
    blocks: bool
    quotes: list[str]


class Changed(BaseModel):
    before: str
    after: str


class Difference(BaseModel):
    """Passages, in the order of the text."""

    added: list[str]
    removed: list[str]
    changed: list[Changed]


class Suspended(BaseModel):
    """A rule whose quote would not stand in its document any more."""

    rule: str
    document_id: str
    quote: str


class Dropped(BaseModel):
    """Example questions whose quote would not stand in its document any more."""

    file: str
    document_id: str
    quote: str


class Preview(BaseModel):
    """document, pages and difference are of the document that the draft is about; lines of the file that it edits.

    translations: what stale_translations tells, as entries.
    """

    draft: Draft
    document: DocumentSummary | None
    pages: list[Page]
    findings: list[Found]
    difference: Difference
    lines: list[str]
    suspended_rules: list[Suspended]
    restored_rules: list[str]
    dropped_examples: list[Dropped]
    stale_translations: list[str]
    translations: list[Found]


def preview(settings: Settings, chatbot: Chatbot, draft: Draft, parsed: str | None) -> Preview:
    """parsed: the name of the kept content that is the uploaded document as read.

    Raises BadCorpusFile for a curated file that is malformed, ChangesLost.
    """
    changes = changes_in_use(settings)
    change = draft.change
    index = chatbot.index
    present = {name: each for name, each in index.documents.items() if name != REGISTER_ID}
    coming = documents_with(settings, present, draft, parsed)
    with changed_corpus(settings, changes.with_change(change), "preview") as folder:
        rulebook = check_files(folder, coming)
        translations, _ = read_translations(sources_folder(folder), coming)
        stale = check_translations(translations, coming)
        dropped = set(load_examples(folder, coming).unplaced) - set(index.examples.unplaced)
    with changed_corpus(settings, changes, "preview") as folder:
        already, _ = read_translations(sources_folder(folder), present)
        stale_before = {finding.text for finding in check_translations(already, present)}
    newly_stale = [finding for finding in stale if finding.text not in stale_before]
    old, new = (None, None) if isinstance(change, EditFile) else (present.get(change.id), coming.get(change.id))
    findings = []
    if new is not None and isinstance(change, PutDocument):
        findings = check_corpus([new], [], date.today())
        overlapping = check_overlaps(list(coming.values()), chatbot.opened.lexicon)
        findings += [each for each in overlapping if new.file in f"{each.place} {each.text}"]
    suspended_before = {rule.id for rule in index.rulebook.suspended}
    suspended = {rule.id for rule in rulebook.suspended}
    return Preview(
        draft=draft,
        document=DocumentSummary.from_document(new, date.today()) if new else None,
        pages=pages_of(new) if new else [],
        findings=[_found(each) for each in findings],
        difference=difference(old, new, chatbot.embedder.count_tokens),
        lines=_lines(settings, changes, change) if isinstance(change, EditFile) else [],
        suspended_rules=[
            Suspended(rule=rule.id, document_id=rule.document, quote=rule.quote)
            for rule in rulebook.suspended
            if rule.id not in suspended_before
        ],
        restored_rules=sorted(suspended_before - suspended),
        dropped_examples=[
            Dropped(file=each.file, document_id=each.document_id, quote=each.quote)
            for each in sorted(dropped, key=lambda each: (each.file, each.document_id, each.quote))
        ],
        stale_translations=[finding.text for finding in newly_stale],
        translations=[_found(each) for each in newly_stale],
    )


def documents_with(
    settings: Settings, present: Mapping[str, Document], draft: Draft, parsed: str | None
) -> dict[str, Document]:
    """The documents as they would be after the draft."""
    documents = dict(present)
    change = draft.change
    if isinstance(change, WithdrawDocument):
        documents.pop(change.id, None)
    elif isinstance(change, PutDocument) and parsed is not None:
        document = DOCUMENT.validate_json(content_of(settings, parsed))
        documents[change.id] = replace(document, file=f"{UPLOADED}/{change.id}/{change.id}{change.upload.suffix}")
    elif isinstance(change, DescribeDocument) and change.id in documents:
        document = documents[change.id]
        documents[change.id] = replace(document, metadata=described(document.metadata, change))
    return documents


def described(metadata: Metadata, change: DescribeDocument) -> Metadata:
    """The metadata with what a change says. Raises UnreadableSource bad_metadata for values that are none."""
    said = {key: str(value) for key in Metadata.__dataclass_fields__ if (value := getattr(metadata, key)) is not None}
    said |= {key: value for key, value in change.metadata.items() if value is not None}
    kept = {key: value for key, value in said.items() if value and change.metadata.get(key, value) is not None}  # type: ignore[call-overload]
    return Metadata(**front_matter.parse(yaml.safe_dump(kept, allow_unicode=True), change.id))


def check_files(folder: Path, documents: Mapping[str, Document]) -> Rulebook:
    """The curated files of a corpus folder, read. Raises BadCorpusFile."""
    return load_rulebook(folder, documents, load_concepts(folder))


def pages_of(document: Document) -> list[Page]:
    """The text of each page; of formats without pages, all of it."""
    pages = []
    words = [block for block in document.blocks if block.kind != "break"]
    for page, group in groupby(words, key=lambda block: block.page):
        blocks = list(group)
        pages.append(Page(page=page, text=document.text[blocks[0].span.start : blocks[-1].span.end]))
    return pages


def difference(old: Document | None, new: Document | None, count_tokens: Callable[[str], int]) -> Difference:
    """How the passages differ; of a new document all are added, of a withdrawn one all are removed."""
    before, after = _passages(old, count_tokens), _passages(new, count_tokens)
    found = Difference(added=[], removed=[], changed=[])
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for gone, come in zip_longest(before[i:j], after[k:m]):
            if gone is not None and come is not None:
                found.changed.append(Changed(before=gone, after=come))
            elif gone is not None:
                found.removed.append(gone)
            else:
                found.added.append(come)
    return found


def _passages(document: Document | None, count_tokens: Callable[[str], int]) -> list[str]:
    if document is None:
        return []
    chunks = chunk_document(document, count_tokens, foreign_blocks(document))
    return [chunk.span.of(document.text) for chunk in chunks]


def _lines(settings: Settings, changes: Changes, change: EditFile) -> list[str]:
    """The edited file's differing lines, as `diff -u` shows them."""
    before = curated_file(settings, changes, change.name).decode("utf-8", "replace").splitlines()
    after = content_of(settings, change.object).decode("utf-8", "replace").splitlines()
    return list(difflib.unified_diff(before, after, change.name, change.name, lineterm=""))


def _found(finding: Finding) -> Found:
    return Found(
        code=finding.code,
        place=finding.place,
        text=finding.text,
        blocks=finding.blocks,
        quotes=list(finding.quotes),
    )
