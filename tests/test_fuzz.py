"""Readers and chunking on files that nobody wrote: random bytes, and good files with something wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import UnreadableSource
from rag.sources.canonical import Canonical, Row
from rag.sources.chunking import chunk_document
from rag.sources.formats import SUFFIXES
from rag.sources.readers import read_document
from rag.types import Document, Language, Metadata
from tests.support.compound_file import compound_file
from tests.test_chunking import assert_sound, count_words
from tests.test_opendocument import odf
from tests.test_readers import check_invariants

# The same examples every time; a longer look: --hypothesis-seed, and more of them here.
quick = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

MARKDOWN = """\
---
title: Ohje
language: fi
published: 2025-04-29
---

# Ohje

Johdanto, jossa on *korostus*, [linkki](https://example.fi) ja `koodia`.

- kohta
  1. alakohta
  2. toinen

| Nimi | Arvo |
|---|---|
| a | b |

> Lainaus.

<table><tr><td rowspan="2">a</td><td>b</td></tr></table>

---
```
lohko
```
"""
TEXT = "Ohje\n\n1 Johdanto\n\nTekstiä, joka\njatkuu rivillä. Ja toinen.\n\n- kohta\n- toinen\n\nA | B\n---|---\n1 | 2\n"
PAGE = """<!DOCTYPE html><html lang="fi"><head><meta charset="utf-8"><title>x</title></head><body><main><h1>Ohje</h1>
<p>Teksti<br><br>jatkuu.</p><ul><li>a<ol start="3"><li>b</li></ol></li></ul><dl><dt>c</dt><dd>d</dd></dl>
<table><caption>t</caption><tr><th>e</th><th>f</th></tr><tr><td rowspan="2">g</td><td colspan="3">h</td></tr></table>
<script>alert(1)</script></main></body></html>"""
OPEN_TEXT = """<text:h text:outline-level="1">Ohje</text:h><text:p>Teksti<text:s/>jatkuu.</text:p>
<text:list text:style-name="L"><text:list-item><text:p>kohta</text:p></text:list-item></text:list><table:table>
<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>a</text:p></table:table-cell>
<table:covered-table-cell/></table:table-row><table:table-row><table:table-cell><text:p>b</text:p></table:table-cell>
<table:table-cell><text:p>c</text:p></table:table-cell></table:table-row></table:table>"""
MESSAGE = """Subject: Ohje\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n--b
Content-Type: text/plain; charset=utf-8\n\nTeksti jatkuu.\n--b\nContent-Type: text/html; charset="utf-8"

<h1>Ohje</h1><p>Teksti <b>jatkuu</b>.</p>\n--b--\n"""
# What a mutation puts in: words of the formats themselves, and characters that are troublesome in any text.
WORDS = """\
# ## - * 1. 1) | --- | ``` ~~~ > [ ]( ![ <div> </div> <table> <tr> <td rowspan=99999 colspan=99999> </td> <ul> <li> <p>
<!-- --> <script> &amp; &#0; &#x110000; <w:p> </w:p> <w:tbl> <w:tr> <w:tc> <w:ilvl w:val="999999"/> <w:r> endobj obj
stream endstream << >> /Kids /Count /Length /Filter 0 R -1 99999999999 startxref trailer BT ET Tj Tf id: title: --- ...
valid_from: {{ }}""".split()
TROUBLE = [
    *WORDS,
    "\n",
    "\n\n",
    "\t",
    "\x00",
    "\u2028",
    "\u200b",
    "\u202e",
    "\ufeff",
    "\ud7ff",
    "🙂",
    "a\u0308",
    "\r",
    "  ",
]


RTF = r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\fs24 Ohje\par {\strike pois}\pard kohta\'e4\par\trowd a\cell b\cell\row}"


def word_file() -> bytes:
    made = docx.Document()
    made.add_heading("Ohje", 1)
    made.add_paragraph("Teksti.")
    made.add_paragraph("kohta", style="List Bullet")
    table = made.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "a"
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def pdf_file() -> bytes:
    made = FPDF()
    made.set_compression(False)
    made.add_page()
    made.set_font("Helvetica", size=12)
    made.multi_cell(0, 8, "Ohje\n\nTekstia, joka jatkuu.\n\n- kohta\n- toinen")
    return bytes(made.output())


GOOD = {
    ".md": MARKDOWN.encode(),
    ".txt": TEXT.encode(),
    ".html": PAGE.encode(),
    ".docx": word_file(),
    ".pdf": pdf_file(),
    ".odt": odf("odt", OPEN_TEXT),
    ".eml": MESSAGE.encode(),
    ".rtf": RTF.encode(),
    ".msg": compound_file({"__properties_version1.0": bytes(32), "__substg1.0_1000001F": TEXT.encode("utf-16-le")}),
}
PARTS = ("content.xml", "word/document.xml", "word/styles.xml", "word/numbering.xml")


def finnish(_text: str) -> Language:
    return "fi"


@st.composite
def spoilt(draw: st.DrawFn, good: bytes) -> bytes:
    """A good file after a few mutations: something cut out, doubled, put in, or overwritten."""
    made = bytearray(good)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(made)))
        end = min(len(made), start + draw(st.integers(0, 60)))
        what = draw(st.sampled_from(["cut", "double", "put in", "overwrite", "random"]))
        if what == "cut":
            del made[start:end]
        elif what == "double":
            made[start:start] = made[start:end] * draw(st.integers(1, 30))
        elif what == "random":
            made[start:end] = draw(st.binary(max_size=20))
        else:
            put = draw(st.sampled_from(TROUBLE)).encode() * draw(st.sampled_from([1, 1, 2, 400]))
            made[start : end if what == "overwrite" else start] = put
    return bytes(made)


def reads_or_says_why(folder: Path, suffix: str, content: bytes) -> Document | None:
    path = folder / f"ohje{suffix}"
    path.write_bytes(content)
    failure = None
    try:
        document = read_document(path, folder, finnish)
    except UnreadableSource as raised:
        failure = raised
    if failure is not None:
        assert failure.file == path.name
        assert "\n" not in failure.detail
        return None
    check_invariants(document)
    assert_sound(document, chunk_document(document, count_words))
    return document


@pytest.mark.parametrize("suffix", GOOD)
def test_a_good_file_is_read(tmp_path: Path, suffix: str) -> None:
    assert reads_or_says_why(tmp_path, suffix, GOOD[suffix]) is not None


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@quick
@given(content=st.binary(max_size=400))
def test_random_bytes_are_read_or_it_is_said_why_not(tmp_path: Path, suffix: str, content: bytes) -> None:
    beginning = {
        ".pdf": b"%PDF-1.7\n",
        ".docx": b"PK\x03\x04word/",
        ".rtf": b"{\\rtf1",
        ".msg": GOOD[".msg"][:1024],
        ".png": b"\x89PNG\r\n\x1a\n",
        ".tif": b"II*\x00",
    }.get(suffix, b"")
    reads_or_says_why(tmp_path, suffix, content)
    reads_or_says_why(tmp_path, suffix, beginning + content + (b"\n%%EOF" if suffix == ".pdf" else b""))


@pytest.mark.parametrize("suffix", GOOD)
@quick
@given(data=st.data())
def test_a_spoilt_file_is_read_or_it_is_said_why_not(tmp_path: Path, suffix: str, data: st.DataObject) -> None:
    reads_or_says_why(tmp_path, suffix, data.draw(spoilt(GOOD[suffix])))


@pytest.mark.parametrize("suffix", [".docx", ".odt"])
@quick
@given(data=st.data())
def test_an_archive_with_a_spoilt_part_is_read_or_it_is_said_why_not(
    tmp_path: Path, suffix: str, data: st.DataObject
) -> None:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD[suffix])) as old, zipfile.ZipFile(changed, "w") as new:
        part = data.draw(st.sampled_from([name for name in PARTS if name in old.namelist()]))
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, data.draw(spoilt(content)) if name == part else content)
    reads_or_says_why(tmp_path, suffix, changed.getvalue())


# Chunking

Add = Callable[[Canonical], None]
_WORDS = st.text(st.sampled_from("aÄ.!?:;1 )(-🙂e\u0301"), max_size=80)
_LONG = st.integers(0, 900).map(lambda count: "sana " * count + "loppu.")
_ROW = st.builds(Row, st.lists(_WORDS, max_size=4), st.booleans())
_BLOCKS: st.SearchStrategy[Add] = st.one_of(
    st.builds(lambda words, level: lambda page: page.heading(words, level), _WORDS, st.integers(-1, 9)),
    st.builds(lambda words: lambda page: page.paragraph(words), _WORDS | _LONG),
    st.builds(
        lambda words, depth, number: lambda page: page.item(words, depth, number),
        _WORDS | _LONG,
        st.integers(1, 5),
        st.none() | st.integers(1, 99),
    ),
    st.builds(lambda rows, caption: lambda page: page.table(rows, caption), st.lists(_ROW, max_size=6), _WORDS),
    st.just(lambda page: page.end_sections()),
)


@quick
@given(blocks=st.lists(_BLOCKS, max_size=25))
def test_every_word_of_a_document_stands_in_a_passage_at_its_place(blocks: list[Add]) -> None:
    page = Canonical()
    for add in blocks:
        add(page)
    text, made = page.finish()
    document = Document(Metadata("x", "Otsikko", "", None), text, made, "x.md", "0" * 16)
    check_invariants(document)
    chunks = chunk_document(document, count_words)
    assert_sound(document, chunks)
    units = sorted((unit for chunk in chunks for unit in chunk.units), key=lambda unit: unit.start)
    for block in document.blocks:
        if block.kind in ("paragraph", "item") or (block.kind == "row" and not block.header):
            held = "".join(unit.of(text) for unit in units if block.span.start <= unit.start < block.span.end)
            assert "".join(held.split()) == "".join(block.span.of(text).split())
