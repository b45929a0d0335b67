"""Generated documents, written into each kind of file: what was written is found in the text, in order, and quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from itertools import count
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.test_as_people_have_it import read, saved, word_table
from tests.test_opendocument import odf
from tests.test_opendocument import row as odf_row

# The same examples every time. A file takes 20 to 200 ms, and all of them 15 s on a busy machine.
quick = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SYLLABLES = [consonant + vowel for consonant in "klmnprstv" for vowel in "aeiou"]
Block = tuple[str, list[list[str]]]  # its kind, and its parts: lines of cells


def words() -> Iterator[str]:
    """Words that no other has, of three syllables."""
    for number in count():
        left, rest = divmod((number * 7919 + 40_127) % len(SYLLABLES) ** 3, len(SYLLABLES) ** 2)
        yield SYLLABLES[left] + SYLLABLES[rest // len(SYLLABLES)] + SYLLABLES[rest % len(SYLLABLES)]


@st.composite
def documents(draw: st.DrawFn) -> list[Block]:
    """A title, and what stands below it: chapters, paragraphs, lists behind what leads them in, tables between them."""
    new = words()

    def said(least: int, most: int) -> str:
        return " ".join(next(new) for _ in range(draw(st.integers(least, most))))

    def sentence(least: int = 4, most: int = 12) -> str:
        return f"{said(least, most).capitalize()}."

    blocks: list[Block] = [("title", [[said(2, 2).capitalize()]]), ("paragraph", [[sentence()]])]
    for kind in draw(st.lists(st.sampled_from(["chapter", "paragraph", "bullets", "numbers", "table"]), max_size=6)):
        if kind == "chapter":
            blocks += [(kind, [[said(1, 3).capitalize()]]), ("paragraph", [[sentence()]])]
        elif kind == "paragraph":
            blocks.append((kind, [[" ".join(sentence() for _ in range(draw(st.integers(1, 3))))]]))
        elif kind == "table":
            columns = draw(st.integers(2, 4))
            rows = [[said(1, 1).capitalize() for _ in range(columns)]]
            rows += [[said(1, 3) for _ in range(columns)] for _ in range(draw(st.integers(1, 4)))]
            blocks += [(kind, rows), ("paragraph", [[sentence()]])]
        else:
            items = [[said(1, 5)] for _ in range(draw(st.integers(2, 4)))]
            blocks += [("paragraph", [[f"{said(3, 5).capitalize()}:"]]), (kind, items), ("paragraph", [[sentence()]])]
    return blocks


def markdown(blocks: list[Block]) -> bytes:
    parts = []
    for kind, lines in blocks:
        if kind == "table":
            parts.append("\n".join(f"| {' | '.join(row)} |" for row in (lines[0], ["---"] * len(lines[0]), *lines[1:])))
        else:
            marks = {"title": "# ", "chapter": "## ", "bullets": "- ", "paragraph": ""}
            parts.append("\n".join(marks.get(kind, f"{at}. ") + line[0] for at, line in enumerate(lines, start=1)))
    return "\n\n".join(parts).encode()


def page(blocks: list[Block]) -> bytes:
    parts = []
    for kind, lines in blocks:
        if kind == "table":
            tags = ["th", *["td"] * (len(lines) - 1)]
            rows = (
                "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) for tag, row in zip(tags, lines, strict=True)
            )
            parts.append(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
        elif kind in ("bullets", "numbers"):
            tag = "ul" if kind == "bullets" else "ol"
            parts.append(f"<{tag}>{''.join(f'<li>{line[0]}</li>' for line in lines)}</{tag}>")
        else:
            tag = {"title": "h1", "chapter": "h2"}.get(kind, "p")
            parts.append(f"<{tag}>{lines[0][0]}</{tag}>")
    return "".join(parts).encode()


def word(blocks: list[Block]) -> bytes:
    made = docx.Document()
    for kind, lines in blocks:
        if kind == "table":
            word_table(made, lines, bold=True)
        elif kind in ("title", "chapter"):
            made.add_heading(lines[0][0], 1 + (kind == "chapter"))
        else:
            style = {"bullets": "List Bullet", "numbers": "List Number"}.get(kind)
            for line in lines:
                made.add_paragraph(line[0], style=style)
    return saved(made)


def open_document(blocks: list[Block]) -> bytes:
    parts = []
    for kind, lines in blocks:
        if kind == "table":
            head = f"<table:table-header-rows>{odf_row(*lines[0])}</table:table-header-rows>"
            parts.append(f"<table:table>{head}{''.join(odf_row(*row) for row in lines[1:])}</table:table>")
        elif kind in ("bullets", "numbers"):
            items = "".join(f"<text:list-item><text:p>{line[0]}</text:p></text:list-item>" for line in lines)
            parts.append(f"<text:list>{items}</text:list>")
        elif kind == "paragraph":
            parts.append(f"<text:p>{lines[0][0]}</text:p>")
        else:
            parts.append(f'<text:h text:outline-level="{1 + (kind == "chapter")}">{lines[0][0]}</text:h>')
    return odf("odt", "".join(parts))


def sheets(blocks: list[Block], lines_drawn: str = "ALL") -> bytes:
    pdf = FPDF()
    pdf.add_page()

    def written(line: str, size: float, bold: bool = False, left: float = 10) -> None:
        pdf.set_font("helvetica", "B" if bold else "", size)
        pdf.set_x(left)
        pdf.multi_cell(0, size / 2, line, new_x="LMARGIN", new_y="NEXT", align="L")

    for kind, lines in blocks:
        if kind == "table":
            pdf.set_font("helvetica", "", 11)
            with pdf.table(borders_layout=lines_drawn, text_align="LEFT") as table:
                for row in lines:
                    table.row(row)
        for at, line in enumerate(lines if kind != "table" else (), start=1):
            mark = {"bullets": "\x95 ", "numbers": f"{at}. "}.get(kind, "")
            size = {"title": 16, "chapter": 13}.get(kind, 11)
            written(mark + line[0], size, size > 11, 16 if mark else 10)
        pdf.ln(3.5)
    return bytes(pdf.output())


def open_sheets(blocks: list[Block]) -> bytes:
    return sheets(blocks, "NONE")


@pytest.mark.parametrize(
    ("suffix", "write"),
    [
        ("md", markdown),
        ("html", page),
        ("docx", word),
        ("odt", open_document),
        ("pdf", sheets),
        ("pdf", open_sheets),
    ],
)
@quick
@given(blocks=documents())
def test_what_was_written_is_found_in_order(
    tmp_path: Path, suffix: str, write: Callable[[list[Block]], bytes], blocks: list[Block]
) -> None:
    written = re.findall(r"\w+", " ".join(cell for _, lines in blocks for line in lines for cell in line).lower())
    document = read(tmp_path, f"a.{suffix}", write(blocks))
    assert re.findall(r"[^\W\d]{2,}", document.text.lower()) == written
    assert document.quotability is not None
    assert not document.quotability.lost
    kinds = [block.kind for block in document.blocks]
    assert kinds.count("row") == sum(len(lines) for kind, lines in blocks if kind == "table")
    assert kinds.count("item") == sum(len(lines) for kind, lines in blocks if kind in ("bullets", "numbers"))
