"""`python -m tests.support.long_files`: how long the index takes to read a book of 400 pages, and 2,000 files.

The files are made up in a temporary folder; nothing is kept. What came of it stands in docs/measurements.md.
"""

from __future__ import annotations

import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
from fpdf import FPDF

from rag.sources.chunking import chunk_document
from rag.sources.reading_process import read_corpus_isolated

PAGES, FILES, MAX_BYTES = 400, 2_000, 50_000_000
LAST = "Poikkeuksen viimeiseen lukuun tekee kaupungininsinoori."
_WORDS = (
    "virasto ohje palvelu saa tieto lupa johtaja kunta asukas hakemus rekisteri pilvi laite vuosi sopimus hankinta"
).split()


def paragraphs(count: int, chance: random.Random) -> Iterator[str]:
    """Paragraphs of four sentences of eleven words."""
    for _ in range(count):
        yield " ".join(" ".join(chance.choices(_WORDS, k=11)).capitalize() + "." for _ in range(4))


def pdf(pages: int, chance: random.Random, last: str = "") -> bytes:
    made = FPDF()
    for number in range(1, pages + 1):
        made.add_page()
        made.set_font("helvetica", "B", 14)
        made.multi_cell(0, 8, f"{number} Luku", new_x="LMARGIN", new_y="NEXT")
        made.set_font("helvetica", size=11)
        for words in [*paragraphs(8, chance), *([last] if last and number == pages else [])]:
            made.multi_cell(0, 6, words, new_x="LMARGIN", new_y="NEXT")
            made.ln(2)
    return bytes(made.output())


def word(pages: int, chance: random.Random, into: Path, last: str = "") -> None:
    made = docx.Document()
    for number in range(1, pages + 1):
        made.add_heading(f"{number} Luku", 1)
        for words in paragraphs(8, chance):
            made.add_paragraph(words)
    if last:
        made.add_paragraph(last)
    made.save(str(into))


def _timed(what: str, run: Callable[[], str]) -> None:
    """Prints the seconds that passed, and those of the processor, children included."""

    def spent() -> float:
        both = (resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(each.ru_utime + each.ru_stime for each in both)

    started, before = time.monotonic(), spent()
    told = run()
    print(f"{what}: {time.monotonic() - started:.1f} s, {spent() - before:.1f} s of the processor; {told}")


def _read(folder: Path) -> str:
    documents, failures = read_corpus_isolated(folder, MAX_BYTES)
    quotable = sum(LAST in document.text[chunk.span.start : chunk.span.end] for document in documents
                   for chunk in chunk_document(document, lambda text: len(text) // 4)[-1:])  # fmt: skip
    letters = sum(len(document.text) for document in documents)
    return f"{len(documents)} read, {len(failures)} not, {letters:,} letters, {quotable} quotable to the last page"


def main() -> None:
    chance = random.Random(1)  # noqa: S311 - no secret: the same files each time
    with tempfile.TemporaryDirectory(prefix="ohjenuora-long-") as name:
        for kind in ("pdf", "docx", "many"):
            folder = Path(name, kind)
            folder.mkdir()
            if kind == "pdf":
                (folder / "a.pdf").write_bytes(pdf(PAGES, chance, LAST))
            elif kind == "docx":
                word(PAGES, chance, folder / "a.docx", LAST)
            else:
                for number in range(FILES):
                    _write(folder, number, chance)
            _timed(f"{FILES} files" if kind == "many" else f"{PAGES} pages of {kind}", lambda at=folder: _read(at))  # type: ignore[misc]


def _write(folder: Path, number: int, chance: random.Random) -> None:
    """Of five files two are Markdown, one each HTML, Word and PDF; each a page."""
    kind = number % 5
    title, said = f"Ohje {number}", list(paragraphs(8, chance))
    if kind < 2:
        (folder / f"d{number}.md").write_text(f"# {title}\n\n" + "\n\n".join(said), encoding="utf-8")
    elif kind == 2:
        page = f"<h1>{title}</h1>" + "".join(f"<p>{each}</p>" for each in said)
        (folder / f"d{number}.html").write_text(page, encoding="utf-8")
    elif kind == 3:
        word(1, chance, folder / f"d{number}.docx")
    else:
        (folder / f"d{number}.pdf").write_bytes(pdf(1, chance))


if __name__ == "__main__":
    main()
