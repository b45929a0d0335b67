"""What a draft would change, before anybody publishes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from itertools import groupby
from pathlib import Path

import yaml
from pydantic import BaseModel, TypeAdapter

from api.askable import AskedIn, asked_in
from api.drafts import Draft, Single, digest_of
from api.edits import EditedEntry, FieldConflict, applied_with_edits
from api.proposed import Proposed, proposed_of
from api.schemas import DocumentSummary
from rag.answering.unit_verdicts import Decided
from rag.chatbot import Chatbot
from rag.curated.changed_corpus import UPLOADED, changed_corpus, content_of
from rag.curated.changes import (
    DescribeDocument,
    OfDocument,
    PutDocument,
    RestoreDocument,
    VerifyQuestions,
    WithdrawDocument,
)
from rag.curated.concepts import load_concepts
from rag.curated.examples import load_examples
from rag.curated.rules import REGISTER_ID, Rule, Rulebook, load_rulebook
from rag.curated.verified import Verified
from rag.errors import UnreadableSource
from rag.index.versions import changes_in_use
from rag.publishing.inspection import Inspected, Inspection, inspecting
from rag.publishing.likely_questions import LikelyQuestion
from rag.publishing.quality import Finding, check_translations
from rag.publishing.suggested_rules import Suggester
from rag.settings import Settings
from rag.sources import front_matter
from rag.sources.difference import Difference
from rag.sources.readers import sources_folder
from rag.sources.translations import read_translations
from rag.types import Access, Document, Metadata, Verdict

DOCUMENT = TypeAdapter(Document)


class Page(BaseModel):
    """The text as read; page is null for formats without pages; start: where it begins in the document's text, in
    characters; confidence: in [0, 1], of one that was recognised from a picture, else null."""

    page: int | None
    start: int
    text: str
    confidence: float | None


class Found(BaseModel):
    """An entry of the quality report. blocks: publishing would leave the document out; quotes, documents: see
    rag.publishing.quality; titles: of documents."""

    code: str
    place: str
    text: str
    blocks: bool
    quotes: list[str]
    documents: list[str]
    titles: list[str]


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


class Decision(BaseModel):
    """What a sentence, item or cell decides of what one may do, as it was read. said_of: an item's lead-in, or a cell's
    row and column; suggested: the rule that may be made of it; rule: the id of the one that was."""

    quote: str
    said_of: str
    section: str
    verdict: Verdict
    conditions: list[str]
    suggested: Rule
    rule: str | None


class Quotable(BaseModel):
    """How much of the file's words stand in a passage. share: in [0, 1]; samples: some of those that do not."""

    words: int
    share: float
    samples: list[str]


class Preview(BaseModel):
    """document, pages and difference are of the document that the draft is about; edits of the entries of files that it
    edits, lines of what is no entry's; conflicts keep it from being published; verified: questions whose right answer
    an editor has told. Of several drafts together it tells what they make of files, rules, examples and translations as
    one; what each makes of its document, its own preview tells.

    of: what is shown, for POST …/publish; translations: what stale_translations tells, as entries; quotable: null where
    it was not measured; proposals: for an editor to confirm, see PUT …/description; likely_questions: at most ten that
    the document will likely answer, of the draft of a file alone; languages: in which it can be asked about, empty
    where there is no document.
    """

    draft: Draft
    of: str
    document: DocumentSummary | None
    pages: list[Page]
    findings: list[Found]
    difference: Difference
    verified: list[Verified]
    edits: list[EditedEntry]
    conflicts: list[FieldConflict]
    lines: list[str]
    suspended_rules: list[Suspended]
    restored_rules: list[str]
    dropped_examples: list[Dropped]
    stale_translations: list[str]
    translations: list[Found]
    decisions: list[Decision]
    quotable: Quotable | None
    proposals: list[Proposed]
    likely_questions: list[LikelyQuestion]
    languages: list[AskedIn]


def preview(settings: Settings, chatbot: Chatbot, draft: Draft, singles: Sequence[Single], access: Access) -> Preview:
    """singles: the drafts of one change that it is; access: of whoever looks at it, with no other documents is it
    compared.

    Raises BadCorpusFile for a curated file that is malformed, ChangesLost, UnreadableSource for a document that cannot
    be inspected.
    """
    changes = changes_in_use(settings)
    index = chatbot.index
    present = documents_in_use(chatbot)
    coming = documents_with(settings, present, singles)
    own = {each.change.id for each in singles if isinstance(each.change, OfDocument)}
    compared = {name: each for name, each in coming.items() if name in own or access.permits(each.metadata)}
    applied, edited, conflicts = applied_with_edits(settings, changes, singles)
    with _inspecting(settings, chatbot, draft, present, compared) as inspected:
        with changed_corpus(settings, applied, "preview") as folder:
            rulebook = check_files(folder, coming)
            translations, _ = read_translations(sources_folder(folder), coming)
            stale = check_translations(translations, coming)
            dropped = set(load_examples(folder, coming).unplaced) - set(index.examples.unplaced)
        with changed_corpus(settings, changes, "preview") as folder:
            already, _ = read_translations(sources_folder(folder), present)
            stale_before = {finding.text for finding in check_translations(already, present)}
        inspection = inspected()
    newly_stale = [finding for finding in stale if finding.text not in stale_before]
    new = coming.get(draft.change.id) if isinstance(draft.change, OfDocument) else None
    suspended_before = {rule.id for rule in index.rulebook.suspended}
    suspended = {rule.id for rule in rulebook.suspended}
    return Preview(
        draft=draft,
        of=digest_of(singles),
        document=DocumentSummary.from_document(new, date.today()) if new else None,
        pages=pages_of(new) if new else [],
        findings=[_found(each, coming) for each in inspection.findings],
        difference=inspection.difference,
        verified=[q for each in singles if isinstance(each.change, VerifyQuestions) for q in each.change.questions],
        edits=[edit for each in edited for edit in each.entries()],
        conflicts=conflicts,
        lines=[line for each in edited for line in each.lines()],
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
        translations=[_found(each, coming) for each in newly_stale],
        decisions=_decisions(inspection.decided, new, rulebook, chatbot) if new else [],
        quotable=_quotable(new),
        proposals=proposed_of(new, compared) if new and isinstance(draft.change, PutDocument) else [],
        likely_questions=inspection.questions,
        languages=asked_in(new, translations) if new else [],
    )


def _quotable(document: Document | None) -> Quotable | None:
    measured = document.quotability if document is not None else None
    if measured is None:
        return None
    return Quotable(words=measured.words, share=measured.share, samples=list(measured.samples))


def _decisions(decided: Sequence[Decided], document: Document, rulebook: Rulebook, chatbot: Chatbot) -> list[Decision]:
    """With the rule that was made of each: by the same words, and of a row by the same column."""
    suggester = Suggester(chatbot.opened.concepts, chatbot.opened.lexicon)
    made = {(rule.quote, rule.column): rule.id for rule, _ in rulebook.rules if rule.document == document.id}
    return [
        Decision(
            quote=each.quote,
            said_of=each.of,
            section=each.section,
            verdict=each.verdict,
            conditions=list(each.conditions),
            suggested=rule,
            rule=made.get((rule.quote, rule.column)),
        )
        for each, rule in zip(decided, suggester.suggested(decided, document), strict=True)
    ]


@contextmanager
def _inspecting(
    settings: Settings, chatbot: Chatbot, draft: Draft, present: Mapping[str, Document], coming: Mapping[str, Document]
) -> Iterator[Callable[[], Inspection]]:
    """rag.publishing.inspection.inspecting for the document that the draft is about. What it raises names the file as
    its editor does."""
    change = draft.change
    if not isinstance(change, OfDocument):
        yield Inspection
        return
    checked = isinstance(change, PutDocument)
    inspected = Inspected(change.id, present.get(change.id), tuple(coming.values()), checked, date.today())
    tokenizer = chatbot.embedder.tokenizer_file(settings.data_dir / "models")
    try:
        with inspecting(inspected, settings.data_dir, tokenizer) as found:
            yield found
    except UnreadableSource as failure:
        named = draft.file_name or failure.file
        raise UnreadableSource(named, failure.reason, failure.detail, failure.field) from failure


def documents_in_use(chatbot: Chatbot) -> dict[str, Document]:
    """The documents that people have written, by their ids: without the register of services, which is made of
    tools.yaml."""
    return {each.id: each for each in chatbot.documents() if each.id != REGISTER_ID}


def documents_with(
    settings: Settings, present: Mapping[str, Document], singles: Sequence[Single]
) -> dict[str, Document]:
    """The documents as they would be after these drafts."""
    documents = dict(present)
    for each in singles:
        change = each.change
        if isinstance(change, WithdrawDocument):
            documents.pop(change.id, None)
        elif isinstance(change, PutDocument) and each.parsed is not None:
            document = DOCUMENT.validate_json(content_of(settings, each.parsed))
            file = f"{UPLOADED}/{change.id}/{change.id}{change.upload.suffix}"
            said = DescribeDocument(id=change.id, metadata=change.upload.metadata)  # may have been confirmed since
            documents[change.id] = replace(document, file=file, metadata=described(document.metadata, said))
        elif isinstance(change, RestoreDocument) and each.parsed is not None:
            documents[change.id] = DOCUMENT.validate_json(content_of(settings, each.parsed))
        elif isinstance(change, DescribeDocument) and change.id in documents:
            document = documents[change.id]
            documents[change.id] = replace(document, metadata=described(document.metadata, change))
    return documents


def described(metadata: Metadata, change: DescribeDocument) -> Metadata:
    """The metadata with what a change says. Raises UnreadableSource bad_metadata for values that are none."""
    said = front_matter.written(asdict(metadata))
    said |= {key: value for key, value in change.metadata.items() if value is not None}
    # A key that the change says nothing of stays; None takes what was said away.
    kept = {
        key: value
        for key, value in said.items()
        if value and change.metadata.get(key, value) is not None  # type: ignore[call-overload]  # keys of both are alike
    }
    return Metadata(**front_matter.parse(yaml.safe_dump(kept, allow_unicode=True), change.id))


def check_files(folder: Path, documents: Mapping[str, Document]) -> Rulebook:
    """The curated files of a corpus folder, read. Raises BadCorpusFile."""
    return load_rulebook(folder, documents, load_concepts(folder))


def pages_of(document: Document) -> list[Page]:
    """The text of each page; of formats without pages, all of it."""
    pages = []
    sure = {each.page: each.confidence for each in document.recognised}
    words = [block for block in document.blocks if block.kind != "break"]
    for page, group in groupby(words, key=lambda block: block.page):
        blocks = list(group)
        text = document.text[blocks[0].span.start : blocks[-1].span.end]
        start = blocks[0].span.start
        pages.append(Page(page=page, start=start, text=text, confidence=sure.get(page) if page is not None else None))
    return pages


def _found(finding: Finding, documents: Mapping[str, Document]) -> Found:
    return Found(
        code=finding.code,
        place=finding.place,
        text=finding.text,
        blocks=finding.blocks,
        quotes=list(finding.quotes),
        documents=list(finding.documents),
        titles=[documents[each].metadata.title for each in finding.documents],
    )
