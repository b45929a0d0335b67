"""`python -m rag.publishing.inspection`: what an editor should look at in a document before it is published, how its
passages differ from those of the one in use, what it decides of what one may do, and which questions it will answer.

The text is somebody else's, and may be made to keep a pattern or a comparison busy for ever: here it keeps a process
that is of no other use. inspecting() is the other side.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import BoundedSemaphore

from pydantic import TypeAdapter
from tokenizers import Tokenizer

from rag.answering.unit_verdicts import Decided, decided_in
from rag.errors import UnreadableSource
from rag.language.detection import language_confidences
from rag.language.words import Lexicon, split_words
from rag.publishing.likely_questions import LikelyQuestion, likely_questions
from rag.publishing.quality import Finding, check_corpus, check_overlaps
from rag.sources.chunking import chunk_document
from rag.sources.confined_process import MEMORY_BYTES, TIMEOUT_S, Confined, Ended, serve
from rag.sources.difference import Difference, difference
from rag.sources.foreign_text import foreign_blocks
from rag.types import Chunk, Document

# Where the model's tokenizer cannot be read here, words are counted. Measured on the three sources with the bundled
# model's: 2.4–2.6 in Finnish, 2.0–2.4 in Swedish, 1.5–1.9 in English. A passage is rather cut too short than too long.
TOKENS_PER_WORD = 2.5
_SHORT_TEXT = "sanasta sanaan"  # for which the detector reads all that it has
_AT_ONCE = BoundedSemaphore(2)  # each takes 0.8 GB and a core


@dataclass(frozen=True, slots=True)
class Inspected:
    """A document, as it is and as it would be, and what is to be found out.

    old: None for a new one; coming: the documents that there would be, in order, without it where it is withdrawn;
    checked: whether its quality is looked at, for which the others of its language are needed; day: that of the look.
    """

    id: str
    old: Document | None
    coming: tuple[Document, ...]
    checked: bool
    day: date

    @property
    def new(self) -> Document | None:
        return next((each for each in self.coming if each.id == self.id), None)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found."""

    findings: list[Finding] = field(default_factory=list)
    difference: Difference = field(default_factory=Difference)
    decided: list[Decided] = field(default_factory=list)
    questions: list[LikelyQuestion] = field(default_factory=list)


_INSPECTED = TypeAdapter(Inspected)
_INSPECTION = TypeAdapter(Inspection)


def inspect(inspected: Inspected, lexicon: Lexicon, count_tokens: Callable[[str], int]) -> Inspection:
    """count_tokens: the embedding model's own count, by which a build cuts passages."""
    new = inspected.new
    findings: list[Finding] = []
    if new is not None and inspected.checked:
        findings = check_corpus([new], [], inspected.day)
        overlapping = check_overlaps(inspected.coming, lexicon)
        findings += [each for each in overlapping if new.file in f"{each.place} {each.text}"]
    before, after = _chunks_of(inspected.old, count_tokens), _chunks_of(new, count_tokens)
    changed = difference(_texts(before, inspected.old), _texts(after, new))
    decided = decided_in(new, after) if new is not None and inspected.checked else []
    questions = likely_questions(new, after, decided, lexicon) if new is not None and inspected.checked else []
    return Inspection(findings, changed, decided, questions)


@contextmanager
def inspecting(
    inspected: Inspected,
    data_dir: Path,
    tokenizer: Path | None,
    memory_bytes: int = MEMORY_BYTES,
    timeout_s: float = TIMEOUT_S,
) -> Iterator[Callable[[], Inspection]]:
    """inspect() in a process of its own, beside what is done within the context; the given function waits for what is
    found. Two at once, further ones wait before they begin.

    tokenizer: the file of Embedder.tokenizer_file.
    The function raises UnreadableSource too_hard when it takes too long or too much memory.
    """
    arguments = (str(data_dir.absolute()), str(tokenizer.absolute()) if tokenizer else "")
    with _AT_ONCE, Confined("rag.publishing.inspection", arguments, memory_bytes, timeout_s) as program:

        def found() -> Inspection:
            try:
                return _INSPECTION.validate_json(program.receive())
            except Ended as ended:
                document = inspected.new or inspected.old
                takes = f"takes more than {timeout_s:.0f} seconds" if ended.late else "takes too much memory or breaks"
                what = f"inspecting it {takes}; split it or simplify it"
                raise UnreadableSource(document.file if document else inspected.id, "too_hard", what) from None

        program.send(_INSPECTED.dump_json(_reduced(inspected)))
        yield found


def _reduced(inspected: Inspected) -> Inspected:
    """Without the documents that change nothing: passages overlap within a language."""
    new = inspected.new
    needed = tuple(
        each
        for each in inspected.coming
        if new is not None and (each is new or (inspected.checked and each.metadata.language == new.metadata.language))
    )
    return Inspected(inspected.id, inspected.old, needed, inspected.checked, inspected.day)


def _chunks_of(document: Document | None, count_tokens: Callable[[str], int]) -> list[Chunk]:
    return chunk_document(document, count_tokens, foreign_blocks(document)) if document is not None else []


def _texts(chunks: Sequence[Chunk], document: Document | None) -> list[str]:
    return [chunk.span.of(document.text) for chunk in chunks] if document is not None else []


def _counter(file: str) -> Callable[[str], int]:
    """How many tokens a text has, by a tokenizer's file; without one, by its words."""
    if not file:
        return lambda text: round(TOKENS_PER_WORD * len(split_words(text)))
    tokenizer = Tokenizer.from_file(file)
    tokenizer.no_truncation()  # the file has what the model was last asked with
    tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False))


def main(memory_bytes: str, timeout_s: str, data_dir: str, tokenizer: str) -> int:
    """For each line of the input, an Inspected, one of the output: its Inspection."""

    def answer(line: bytes, _: Callable[[], None]) -> bytes:
        inspected = _INSPECTED.validate_json(line)
        new = inspected.new
        with ThreadPoolExecutor() as beside:  # each of the three takes most of a second, outside Python's lock
            counter = beside.submit(_counter, tokenizer)
            beside.submit(language_confidences, _SHORT_TEXT)
            lexicon = Lexicon(Path(data_dir))
            if inspected.checked and new is not None and new.metadata.language == "fi":
                lexicon.warm_up()
        return _INSPECTION.dump_json(inspect(inspected, lexicon, counter.result()))

    serve(answer, memory_bytes, timeout_s)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
