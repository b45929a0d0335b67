"""Document → Chunks: passages that keep their heading, their lead-in, their table's title and column names."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from rag.language.permissions import permission_in
from rag.language.sentences import split_sentences
from rag.sources.lists import above, continued, end_of_list, leads_in
from rag.types import Block, Chunk, ChunkKind, Document, Span, Variant

SECTION_SEPARATOR = " › "
# In tokens of the embedding model. A paragraph of ordinary length (90 % of them are below 300) stays one passage, and
# with its headings it fits the 512 tokens of the bundled model.
MAX_TOKENS = 380
# The longest sentence of the training documents and the sources has 539 characters; what is longer than this is an
# enumeration that lost its lines, and as a quote nobody reads it.
LONGEST_UNIT_CHARS = 1500
SHORT_TOKENS = 60  # consecutive paragraphs below this belong together
LIST_TOKENS = 200  # short items are grouped up to this
DECIDING_WORDS = 4  # a title with fewer names what is forbidden ("Kielletyt aineet"); chosen by judgement
LONG_ITEM_TOKENS = 45  # an item above this, or of two sentences, is a passage of its own


def chunk_document(
    document: Document, count_tokens: Callable[[str], int], held_back: Collection[Block] = ()
) -> list[Chunk]:
    """The passages of a document in order, without overlap; every chunk's units lie inside its span.

    No passage reaches over a block that is held back.

    count_tokens is the embedding model's own count. A sentence longer than MAX_TOKENS is cut into several units; only a
    row of a table that is longer, without a cell above LONGEST_UNIT_CHARS, makes a longer chunk.
    """
    return _Chunker(document, count_tokens, held_back).run()


@dataclass(slots=True)
class _Section:
    """The blocks between two headings, with the headings above them."""

    path: tuple[str, ...]
    heading: Block | None = None
    level: int = 0
    blocks: list[Block] = field(default_factory=list)
    has_subsection: bool = False


class _Chunker:
    def __init__(self, document: Document, count_tokens: Callable[[str], int], held_back: Collection[Block]) -> None:
        self.held_back = held_back
        self.document = document
        self.text = document.text
        self.count = count_tokens
        self.chunks: list[Chunk] = []
        self.seen: dict[str, int] = {}
        self.above = above(document.blocks, document.text)
        self.items = sorted(self.above)  # where each begins

    def run(self) -> list[Chunk]:
        for section in self._sections():
            if section.blocks:
                self._chunk_section(section)
            elif section.heading is not None and not section.has_subsection:
                self._add("gap", section.path, (), [section.heading.span], section.heading)
        return self.chunks

    def _sections(self) -> list[_Section]:
        sections = [_Section(path=())]
        open_headings: list[_Section] = []
        for block in self.document.blocks:
            if block in self.held_back:
                if sections[-1].blocks:  # what follows goes on below the same headings, in passages of its own
                    sections.append(_Section(sections[-1].path))
            elif block.kind == "heading":
                while open_headings and open_headings[-1].level >= block.level:
                    open_headings.pop()
                for parent in open_headings:
                    parent.has_subsection = True
                title = block.span.of(self.text)
                above = open_headings[-1].path if open_headings else ()
                is_title = not above and title.casefold() == self.document.metadata.title.casefold()
                section = _Section(above if is_title else (*above, title), None if is_title else block, block.level)
                sections.append(section)
                open_headings.append(section)
            elif block.kind == "break":
                open_headings.clear()
                sections.append(_Section(path=()))
            else:
                sections[-1].blocks.append(block)
        return sections

    def _chunk_section(self, section: _Section) -> None:
        blocks = section.blocks
        at = 0
        paragraphs: list[Block] = []

        def flush() -> None:
            self._add_paragraphs(section.path, paragraphs)
            paragraphs.clear()

        while at < len(blocks):
            block = blocks[at]
            if block.kind == "paragraph":
                if at + 1 < len(blocks) and blocks[at + 1].kind == "item" and self._leads_in(blocks, at):
                    flush()
                    end = end_of_list(blocks, at + 1, self.text)
                    self._add_list(section.path, block, blocks[at + 1 : end])
                    at = end
                    continue
                paragraphs.append(block)
            else:
                flush()
                if block.kind == "item":
                    end = end_of_list(blocks, at, self.text)
                    self._add_list(section.path, None, blocks[at:end], self._carried(blocks, at))
                    at = end
                    continue
                if block.kind in ("caption", "row"):
                    caption = block if block.kind == "caption" else None
                    first = at + (caption is not None)
                    end = self._end_of_table(blocks, first + (block.kind == "row"))
                    self._add_table(section.path, caption, blocks[first:end])
                    at = max(end, at + 1)
                    continue
            at += 1
        flush()

    def _leads_in(self, blocks: list[Block], at: int) -> bool:
        """Whether a paragraph leads in the list behind it, which does not go on from one before."""
        return continued(blocks, at + 1, self.text) is None and leads_in(blocks[at], blocks[at + 1], self.text)

    def _carried(self, blocks: list[Block], at: int) -> str:
        """The lead-in of a list that goes on behind a paragraph; empty where there is none."""
        if continued(blocks, at, self.text) is None:
            return ""
        led = [each for each in self.above[blocks[at].span.start] if each.kind == "paragraph"]
        return led[0].span.of(self.text) if led else ""

    def _above(self, unit: Span) -> tuple[Span, ...]:
        """What a unit goes on from, which is an item or a part of one."""
        number = bisect_right(self.items, unit.start) - 1
        return tuple(each.span for each in self.above[self.items[number]]) if number >= 0 else ()

    @staticmethod
    def _end_of_table(blocks: list[Block], at: int) -> int:
        """Where a table that has begun before `at` goes on no further."""
        while at < len(blocks) and blocks[at].kind == "row" and not blocks[at].begins:
            at += 1
        return at

    def _add_paragraphs(self, path: tuple[str, ...], paragraphs: list[Block]) -> None:
        group: list[Block] = []
        tokens = 0
        for block in paragraphs:
            size = self.count(block.span.of(self.text))
            # A passage tells one page, the one that is cited.
            apart = bool(group) and block.page != group[0].page
            if group and (apart or size >= SHORT_TOKENS or tokens + size > SHORT_TOKENS * 2):
                self._add("text", path, (), self._sentences(group), group[0])
                group, tokens = [], 0
            group.append(block)
            tokens += size
            if size >= SHORT_TOKENS:
                self._add_long(path, (), group)
                group, tokens = [], 0
        if group:
            self._add("text", path, (), self._sentences(group), group[0])

    def _add_long(self, path: tuple[str, ...], lead: tuple[str, ...], blocks: list[Block]) -> None:
        """One chunk, or several on sentence boundaries where the blocks exceed MAX_TOKENS."""
        units: list[Span] = []
        tokens = 0
        for unit in self._sentences(blocks):
            size = self.count(unit.of(self.text))
            if units and tokens + size > MAX_TOKENS:
                self._add("text", path, lead, units, blocks[0])
                units, tokens = [], 0
            units.append(unit)
            tokens += size
        self._add("text", path, lead, units, blocks[0])

    def _add_list(self, path: tuple[str, ...], lead_in: Block | None, items: list[Block], carried: str = "") -> None:
        """carried: what leads in a list that goes on here."""
        lead = (lead_in.span.of(self.text),) if lead_in else (carried,) if carried else ()
        parents: list[Block] = []
        group: list[Block] = []
        group_lead = lead_in  # the lead-in stands in the span of the first group only

        def flush() -> None:
            nonlocal group, group_lead
            if group:
                first = [group_lead.span] if group_lead else []
                context = () if group_lead else lead
                owner = self._parent(parents_of_group, group[0])
                self._add(
                    "list",
                    path,
                    (*context, *owner),
                    [*first, *(b.span for b in group)],
                    group_lead or group[0],
                    lead_in=group_lead is not None,
                )
                group_lead = None
            group = []

        parents_of_group: list[Block] = []
        tokens = 0
        if lead_in is not None and self._is_long(items[0]):
            # A long item is a passage of its own, so the lead-in is one, too; it travels with every item all the same.
            self._add("text", path, (), self._sentences([lead_in]), lead_in)
            group_lead = None
        for item in items:
            while parents and parents[-1].level >= item.level:
                parents.pop()
            size = self.count(item.span.of(self.text))
            if self._is_long(item):
                flush()
                tokens = 0
                self._add_long(path, (*lead, *self._parent(parents, item)), [item])
            else:
                if group and tokens + size > LIST_TOKENS:
                    flush()
                    tokens = 0
                if not group:
                    parents_of_group = list(parents)
                group.append(item)
                tokens += size
            parents.append(item)
        flush()

    def _is_long(self, item: Block) -> bool:
        text = item.span.of(self.text)
        return self.count(text) > LONG_ITEM_TOKENS or len(split_sentences(text)) > 1

    def _parent(self, parents: list[Block], item: Block) -> tuple[str, ...]:
        above = [b for b in parents if b.level < item.level]
        return (above[-1].span.of(self.text),) if above else ()

    def _add_table(self, path: tuple[str, ...], caption: Block | None, rows: list[Block]) -> None:
        title = (caption.span.of(self.text),) if caption else ()
        if caption is not None and (not any(not row.header for row in rows) or self._decides(caption)):
            self._add("text", path, (), self._sentences([caption]), caption)
        heads = Heads()
        for row in rows:
            before, heads = heads, heads.after(row, self.text)
            if not row.header:
                section = (heads.section,) if heads.section else ()
                self._add_row(path, (*title, *section), heads.names, row)
            elif heads.section and heads.section != before.section and self._decides(row):
                self._add("text", path, title, self._sentences([row]), row)

    def _add_row(self, path: tuple[str, ...], lead: tuple[str, ...], names: tuple[str, ...], row: Block) -> None:
        """One passage; of a row with a cell that nobody reads as a quote each cell by itself, as prose."""
        if all(cell.end - cell.start <= LONGEST_UNIT_CHARS for cell in row.cells):
            self._add("row", path, (*lead, *((" | ".join(names),) if names else ())), [row.span], row)
            return
        label = row.cells[0].of(self.text) if row.cells[0].end - row.cells[0].start <= LONGEST_UNIT_CHARS else ""
        for number, cell in enumerate(row.cells):
            name = names[number] if number < len(names) else ""
            of_cell = tuple(each for each in (label if number else "", name) if each)
            self._add_long(path, (*lead, *of_cell), [replace(row, kind="paragraph", span=cell, cells=())])

    def _decides(self, caption: Block) -> bool:
        """Whether the title of a table or of a part of it is a prohibition: it must be found without the rows, too."""
        said = caption.span.of(self.text)
        permission = permission_in(said, self.document.metadata.language)
        return len(said.split()) >= DECIDING_WORDS and permission.verdict in ("not_allowed", "only_if_approved")

    def _sentences(self, blocks: list[Block]) -> list[Span]:
        sentences = (s for b in blocks for s in split_sentences(b.span.of(self.text), b.span.start))
        return [part for sentence in sentences for part in self._parts(sentence)]

    def _parts(self, sentence: Span) -> Iterator[Span]:
        """The sentence; one without end in pieces: a model reads no further than MAX_TOKENS, nor does a reader."""
        start, end = sentence.start, sentence.end
        while end - start > MAX_TOKENS:  # a token has at least one character
            size = min(end - start, LONGEST_UNIT_CHARS)
            while size > 1 and self.count(self.text[start : start + size]) > MAX_TOKENS:
                size = size * 3 // 4
            if start + size == end:
                break
            words = self.text[start : start + size]
            cut = start + _clause_end(words)
            yield Span(start, start + len(self.text[start:cut].rstrip()))
            start = cut + (self.text[cut] == " ")  # a block has no two spaces in a row
        yield Span(start, end)

    def _add(
        self,
        kind: ChunkKind,
        path: tuple[str, ...],
        lead: tuple[str, ...],
        units: list[Span],
        first: Block,
        lead_in: bool = False,
    ) -> None:
        if not units:
            return
        span = Span(units[0].start, units[-1].end)
        headings = path[:-1] if kind == "gap" else path
        context = "\n".join((*headings, *lead))
        # The lead-in itself goes on from nothing; a passage of paragraphs behind a list neither.
        of_items = kind == "list" or first.kind == "item"
        led = tuple(self._above(unit) if of_items else () for unit in units)
        led = ((), *led[1:]) if lead_in else led
        content = f"{self.document.id}\n{context}\n{span.of(self.text)}"
        digest = hashlib.sha256(content.encode()).hexdigest()[:16]
        self.seen[digest] = self.seen.get(digest, 0) + 1
        number = f"-{self.seen[digest]}" if self.seen[digest] > 1 else ""
        self.chunks.append(
            Chunk(
                id=f"{self.document.id}:{digest}{number}",
                document_id=self.document.id,
                kind=kind,
                section=SECTION_SEPARATOR.join(path),
                context=context,
                span=span,
                units=tuple(units),
                page=first.page,
                lead_in=lead_in,
                above=led if any(led) else (),
            )
        )


def _clause_end(words: str) -> int:
    """Where to cut words that go on: behind a clause, else behind a word, in their second half."""
    for mark in ("; ", ": ", ", ", " "):
        at = words.rfind(mark)
        if at >= len(words) // 2:
            return at + len(mark)
    return len(words)


@dataclass(frozen=True, slots=True)
class Entry:
    """One vector of the index: a whole passage (unit None) or one of its units, with the context in front."""

    id: str
    chunk_id: str
    unit: int | None
    text: str

    @property
    def content(self) -> str:
        """What makes a stored vector reusable: the embedded text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:24]


def versions_of(chunk: Chunk, document: Document) -> list[Variant]:
    """The passage in every language it can be found in, the source's own first. Never fewer units than one."""
    own = Variant(
        document.metadata.language,
        chunk.context or document.metadata.title,
        chunk.span.of(document.text),
        tuple(unit.of(document.text) for unit in chunk.units),
    )
    return [own, *chunk.variants]


def entries_of(chunk: Chunk, document: Document) -> Iterator[Entry]:
    """The entries of a chunk, language by language: the whole, then its units if there is more than one."""
    for version in versions_of(chunk, document):
        prefix = f"{chunk.id}/{version.language}"
        yield Entry(f"{prefix}/all", chunk.id, None, f"{version.context}\n{version.text}")
        if len(version.units) > 1:
            for number, unit in enumerate(version.units):
                yield Entry(f"{prefix}/{number}", chunk.id, number, f"{version.context}\n{unit}")


@dataclass(frozen=True, slots=True)
class Heads:
    """What stands over a table's row. names: of the columns; section: the title over all columns, further down, of the
    rows below it; named: whether the row before named the columns."""

    names: tuple[str, ...] = ()
    section: str = ""
    named: bool = False

    def after(self, row: Block, text: str) -> Heads:
        """What stands over the row below this one. Names in several rows are joined: "2025" over "Naiset" is "2025
        Naiset"."""
        if not row.header:
            return replace(self, named=False) if self.named else self
        names = tuple(cell.of(text) for cell in row.cells)
        if sum(map(bool, self.names)) > 1 and names[0] and not any(names[1:]):
            return Heads(self.names, names[0])
        if not self.named:
            return Heads(names, named=True)
        widest = max(len(self.names), len(names))
        above, own = (each + ("",) * (widest - len(each)) for each in (self.names, names))
        joined = (below if over == below else f"{over} {below}".strip() for over, below in zip(above, own, strict=True))
        return Heads(tuple(joined), named=True)


def row_at(span: Span, document: Document) -> tuple[Block | None, list[str]]:
    """The table row at a place, and the heads of its columns (none for a table without)."""
    heads = Heads()
    for block in document.blocks:
        if block.kind != "row" or block.begins:
            heads = Heads()
        if block.kind != "row":
            continue
        if not block.header and block.span.touches(span):
            return block, list(heads.names)
        heads = heads.after(block, document.text)
    return None, []


def cells_of(chunk: Chunk, document: Document) -> tuple[list[str], list[str]]:
    """A row's cells and the heads of their columns; where it has fewer cells than heads, the rest is empty."""
    row, heads = row_at(chunk.span, document)
    if row is None:
        return [chunk.span.of(document.text)], []
    cells = [cell.of(document.text) for cell in row.cells]
    return cells + [""] * (len(heads) - len(cells)), heads


def cells_with_heads(chunk: Chunk, document: Document) -> tuple[list[str], list[str]]:
    """A row's cells and as many heads, empty where its table has none that fit."""
    cells, heads = cells_of(chunk, document)
    return cells, heads if len(heads) == len(cells) else [""] * len(cells)
