"""The nouns of the service, as frozen values: what is read, found, cited and answered.

Offsets are always counted in characters of a Document's canonical text, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

BlockKind = Literal["heading", "paragraph", "item", "caption", "row", "break"]
Kind = Literal["guidance", "survey", "decision"]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of a canonical text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def touches(self, other: Span) -> bool:
        """Whether the two have a character in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Block:
    """One structural piece of a canonical text: a heading, a paragraph, a list item, a table's title or row.

    span covers the words without the mark ("• " or "2. ") in front; level is a heading's rank (1–6) or an
    item's depth (from 1). A row lists its cells; header marks the row that names the columns, begins the first row or
    item of a table or list that stands right below another. page counts from 1.
    A break has an empty span: what follows it no longer stands under the headings before it.
    """

    kind: BlockKind
    span: Span
    level: int = 0
    page: int | None = None
    cells: tuple[Span, ...] = ()
    header: bool = False
    ordered: bool = False
    line: int | None = None
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself in its front matter. edition: which version of itself it says that it is ("2.1"),
    or the number it is registered by; groups: who alone may read it; everybody where there are none."""

    id: str
    title: str
    publisher: str = ""
    published: str | None = None  # YYYY, YYYY-MM or YYYY-MM-DD: as exactly as the source tells
    language: Language = "fi"
    kind: Kind = "guidance"
    url: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    supersedes: str | None = None
    groups: tuple[str, ...] = ()
    edition: str | None = None

    def historical(self, today: date) -> bool:
        """Whether the document was no longer in force on that day."""
        return self.valid_until is not None and self.valid_until < today


LossKind = Literal[
    "page without text",
    "unknown letters",
    "struck out",
    "hidden text",
    "running line",
    "picture",
    "attachment",
    "quoted message",
    "formula without value",
    "rows apart",
]


@dataclass(frozen=True, slots=True)
class Loss:
    """What a file has and its canonical text has not. count: letters, or pages, or pictures without a
    description, or attachments, or formulas, or rows of a sheet that may belong to the table before or beside them, and
    are in the text as a table of their own; page: where, counted from 1."""

    kind: LossKind
    count: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page whose text was recognised from a picture. page: counted from 1; confidence: in [0, 1], the average of its
    words."""

    page: int
    confidence: float


ProposedKey = Literal[
    "title", "publisher", "published", "edition", "language", "valid_from", "valid_until", "supersedes"
]
# Where a proposal comes from: the text, the file's properties, its name, or what a detector makes of the text.
Origin = Literal["text", "properties", "file name", "detected"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a document seems to say of itself, for an editor to confirm. value: as Metadata has it; of supersedes the
    words that name the other document; quote: where origin is the text, the words that say it."""

    key: ProposedKey
    value: str
    origin: Origin
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Quotability:
    """How many words a file has, how many of them stand in no passage, and some of those as they stand in the file."""

    words: int
    lost: int
    samples: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Of the words, those that can be quoted, in [0, 1]."""
        return 1 - self.lost / self.words if self.words else 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """A source as one canonical text with its structure. blocks lie in the order of the text, without overlap; losses:
    what could not or must not be read; quotability: None where it was not measured; recognised: the pages that are
    pictures; proposals: what it seems to say of itself, used only where an editor confirms it; unused_keys: of its
    front matter, those that mean nothing here."""

    metadata: Metadata
    text: str
    blocks: tuple[Block, ...]
    file: str
    version: str  # SHA-256 of metadata and text, first 16 hex digits
    losses: tuple[Loss, ...] = ()
    quotability: Quotability | None = None
    recognised: tuple[Recognised, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    unused_keys: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.metadata.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What somebody may read, decided where they come in and passed along to whatever reads for them.

    who: whose conversations they may go on with, empty for all who have not signed in; client: the network address that
    they come from, where there is one; groups: those they belong to; everything: every document, whomever it is for;
    prepared: also what is not published yet.
    """

    who: str = ""
    client: str = ""
    groups: frozenset[str] = frozenset()
    everything: bool = False
    prepared: bool = False

    def permits(self, metadata: Metadata) -> bool:
        return self.everything or not metadata.groups or not self.groups.isdisjoint(metadata.groups)

    def readable(self, documents: Iterable[Document]) -> frozenset[str]:
        """The ids of those that they may read."""
        return frozenset(each.id for each in documents if self.permits(each.metadata))


PUBLIC = Access()  # whoever has not signed in
EVERYTHING = Access(everything=True, prepared=True)  # whoever has the files themselves


@dataclass(frozen=True, slots=True)
class Variant:
    """A passage in another language, unofficially: its context, its text, and one string for each unit."""

    language: Language
    context: str
    text: str
    units: tuple[str, ...]


ChunkKind = Literal["text", "list", "row", "gap"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that is found as a whole and cited in units.

    context holds the words that travel along when the passage is embedded: headings, a list's lead-in, a table's
    title and column names. units are what a citation may quote: a sentence, a list item, a whole row. For a list
    whose lead-in stands in the span, lead_in is the first unit. above: what each unit of a list goes on from, the
    outermost first: the list's lead-in, and the items that it stands below; empty where none does. A gap is a heading
    with nothing below it: it tells that the source once had something to say, and never answers.
    """

    id: str
    document_id: str
    kind: ChunkKind
    section: str
    context: str
    span: Span
    units: tuple[Span, ...]
    page: int | None = None
    lead_in: bool = False
    variants: tuple[Variant, ...] = ()
    above: tuple[tuple[Span, ...], ...] = ()

    def above_unit(self, number: int) -> tuple[Span, ...]:
        """What this unit goes on from."""
        return self.above[number] if self.above else ()


Status = Literal["answered", "refused"]
Reason = Literal["not_in_guidance", "out_of_scope", "unsafe", "small_talk"]
Verdict = Literal["allowed", "not_allowed", "only_if_approved"]
StatementKind = Literal["rule", "quote", "translation", "generated"]
# What a question may leave open although the verdict depends on it: which AI service, which kind of data.
Open = Literal["tool", "data"]


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact place a statement rests on: the document's text[start:end] == quote.

    context: what the quote needs to be understood (a row's column heads, a list item's heading), "" where it needs
    nothing. translation: the same words in the reader's language, unofficially, None where there are none.
    """

    number: int
    document_id: str
    title: str
    publisher: str
    published: str | None
    language: Language
    section: str
    page: int | None
    quote: str
    start: int
    end: int
    href: str
    historical: bool
    context: str = ""
    translation: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing the answer says, with the numbers of the citations it rests on (at least one)."""

    text: str
    kind: StatementKind
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know about the answer that is not a statement of a source."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A clause that the verdict depends on, verbatim, with the numbers of the citations that it stands in."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The answer to one of several questions that a message holds. statements: the numbers, from 0, of those of the
    whole answer that belong to it."""

    question: str
    status: Status
    reason: Reason | None
    verdict: Verdict | None
    statements: tuple[int, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A ranked piece of a document, as search returns it. score: the probability that it answers, judged by itself."""

    document_id: str
    section: str
    page: int | None
    text: str
    start: int
    end: int
    score: float


# Why a language model gave no usable answer.
ModelFailure = Literal[
    "unreachable", "too_slow", "overloaded", "context_overflow", "refused", "server_error", "malformed"
]


@dataclass(frozen=True, slots=True)
class Generation:
    """What an administrator may know of a language model's part in an answer: no text of the question or the answer.

    passages: how many it was given; kept and dropped: its sentences, the latter by why; failure is None when it was
    heard to its end; used: whether the answer has sentences of the model.
    """

    model: str
    passages: int
    prompt_tokens: int
    kept: int
    dropped: dict[str, int] = field(default_factory=dict)
    failure: ModelFailure | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service says to one question; the fields are those of POST /api/chat.

    confidence in [0, 1] is the one score that decides between answering and refusing. left_open: what the question
    did not name and the verdict depends on. parts: one each where the message held several questions, else empty.
    conditions: the clauses of the guidance that its verdict depends on.
    generation is None where no language model was asked; it is for administrators. asked: the question as it was read,
    without personal data; what is kept of it is this.
    """

    id: str
    conversation_id: str
    language: Language
    status: Status
    reason: Reason | None
    verdict: Verdict | None
    message: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    see_also: tuple[Citation, ...]
    notices: tuple[Notice, ...]
    follow_ups: tuple[str, ...]
    confidence: float
    index_version: str
    timings_ms: dict[str, float] = field(default_factory=dict)
    generation: Generation | None = None
    left_open: tuple[Open, ...] = ()
    parts: tuple[Part, ...] = ()
    conditions: tuple[Condition, ...] = ()
    asked: str = ""


def conditions_of(answer: Answer, part: Part) -> tuple[Condition, ...]:
    """What the verdict on one of several questions depends on: the conditions that stand where its statements do."""
    cited = {number for at in part.statements for number in answer.statements[at].citations}
    return tuple(each for each in answer.conditions if part.verdict and not cited.isdisjoint(each.citations))
