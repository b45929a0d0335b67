"""Where SQuAD's answers stand: in TurkuNLP's translation (github.com/TurkuNLP/squad2-fi, Apache-2.0) every answer, and
everything that looks like one, was coloured before it was translated. Which question each belongs to is not told.

`python -m eval.training.marked CLONE OUT` writes OUT/marks.jsonl.gz: passages in Finnish and English with their spans
in characters; and OUT/natural.jsonl.gz: questions that people typed into a search engine (Natural Questions,
CC BY-SA 3.0, in the same translation), each with a text that answers it and the spans of the answer.
"""

from __future__ import annotations

import gzip
import html
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_DOCUMENT = re.compile(r"(?:Asiakirja|Document|Dokument)\w* (?:nume?ro |number )?\d+", re.I)
_TEXT = re.compile(r"Tekst\w* (?:numero )?\d+|Text (?:number )?\d+", re.I)
_QUESTION = re.compile(r"(?:Kysymys|Question) (?:numero |number )?\d+", re.I)


@dataclass
class Marked:
    """A text with the ranges of its coloured characters, and its questions."""

    document: int
    text: str
    spans: list[tuple[int, int]]
    questions: list[str] = field(default_factory=list)


def read(paragraphs: Iterator[list[tuple[str, bool]]]) -> Iterator[Marked]:
    """From paragraphs of (text, coloured) runs."""
    document, next_is = -1, ""
    current: Marked | None = None
    for runs in paragraphs:
        text, spans = _joined(runs)
        if not text:
            continue
        if _DOCUMENT.fullmatch(text):
            document += 1
        elif _TEXT.fullmatch(text):
            next_is = "text"
        elif _QUESTION.fullmatch(text):
            next_is = "question"
        elif next_is == "text":
            if current is not None:
                yield current
            current, next_is = Marked(document, text, spans), ""
        elif next_is == "question" and current is not None:
            current.questions.append(text)
            next_is = ""
    if current is not None:
        yield current


def _joined(runs: list[tuple[str, bool]]) -> tuple[str, list[tuple[int, int]]]:
    """The runs as one text with single spaces."""
    text, spans = "", []
    for run, coloured in runs:
        start = len(text)
        for part in re.split(r"(\s+)", run):
            text += " " if part.isspace() and text and not text.endswith(" ") else part.strip()
        inside = text[start:]
        if coloured and re.search(r"\w", inside):
            spans.append((start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())))
    return text.rstrip(), spans


def of_html(path: Path) -> Iterator[list[tuple[str, bool]]]:
    """The paragraphs of a page that LibreOffice wrote."""
    for paragraph in re.findall(r"<p[ >](?:(?!<p[ >]).)*?</p>", path.read_text(encoding="utf-8"), re.S):
        runs, coloured = [], 0
        for part in re.split(r"(<[^<>]+>)", paragraph):
            if part.startswith("<font"):
                coloured = coloured + 1 if coloured or "color=" in part else 0
            elif part == "</font>":
                coloured = max(0, coloured - 1)
            elif not part.startswith("<"):
                runs.append((html.unescape(part), coloured > 0))
        yield runs


def of_docx(path: Path) -> Iterator[list[tuple[str, bool]]]:
    """The paragraphs of a Word file."""
    with zipfile.ZipFile(path) as file:
        body = file.read("word/document.xml").decode()
    for paragraph in re.findall(r"<w:p[ >](?:(?!<w:p[ >]).)*?</w:p>", body, re.S):
        yield [
            (html.unescape("".join(re.findall(r"<w:t(?: [^<>]*)?>([^<]*)</w:t>", run))), "<w:color " in run)
            for run in re.findall(r"<w:r[ >](?:(?!<w:r[ >]).)*?</w:r>", paragraph, re.S)
        ]


def main(clone: Path, out: Path) -> None:
    """Writes both files."""
    out.mkdir(parents=True, exist_ok=True)
    finnish, english = (
        [each for path in sorted((clone / name).glob("*.html")) for each in read(of_html(path))]
        for name in ("squad2-fi-raw/html", "squad2-en-translated-raw/html")
    )
    with gzip.open(out / "marks.jsonl.gz", "wt", encoding="utf-8") as lines:
        for language, found in (("fi", finnish), ("en", english)):
            for each in found:
                print(json.dumps({"language": language, "text": each.text, "spans": each.spans}), file=lines)
    natural = [each for path in sorted((clone / "nq-fi-raw").glob("*.docx")) for each in read(of_docx(path))]
    with gzip.open(out / "natural.jsonl.gz", "wt", encoding="utf-8") as lines:
        for each in natural:
            row = {"document": each.document, "text": each.text, "spans": each.spans, "questions": each.questions}
            print(json.dumps(row, ensure_ascii=False), file=lines)
    print(f"{len(finnish)} Finnish, {len(english)} English texts, {len(natural)} of natural questions")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
