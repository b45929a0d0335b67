"""One text as Markdown, Word, a page, OpenDocument and PDF, tagged or not: the same passages, heads and units."""

from __future__ import annotations

from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, NumberObject

from rag.sources.chunking import chunk_document
from rag.types import Document
from tests.test_as_people_have_it import read, saved, word_table
from tests.test_opendocument import odf
from tests.test_opendocument import row as odf_row

TITLE, CHAPTER = "Tekoälyohje", "Mitä palveluun saa syöttää"
FIRST = "Julkista aineistoa saa käsitellä kaikissa palveluissa. Salassa pidettävää ei saa syöttää mihinkään."
LEAD_IN, ITEMS = "Palveluun ei saa syöttää:", ["asiakkaan nimeä", "potilastietoja"]
ROWS = [["Palvelu", "Julkinen", "Salainen"], ["Valo", "sallittu", "kielletty"], ["Sanelu", "luvalla", "kielletty"]]
LAST = "Lisätietoja antaa tietohallinto."


def markdown() -> str:
    table = "\n".join(f"| {' | '.join(row)} |" for row in (ROWS[0], ["---"] * 3, *ROWS[1:]))
    items = "\n".join(f"- {item}" for item in ITEMS)
    return f"# {TITLE}\n\n## {CHAPTER}\n\n{FIRST}\n\n{LEAD_IN}\n\n{items}\n\n{table}\n\n{LAST}\n"


def word() -> bytes:
    made = docx.Document()
    made.add_heading(TITLE, 1)
    made.add_heading(CHAPTER, 2)
    made.add_paragraph(FIRST)
    made.add_paragraph(LEAD_IN)
    for item in ITEMS:
        made.add_paragraph(item, style="List Bullet")
    word_table(made, ROWS, bold=True)
    made.add_paragraph(LAST)
    return saved(made)


def page() -> str:
    items = "".join(f"<li>{item}</li>" for item in ITEMS)
    lines = [
        "".join(f"<{tag}>{cell}</{tag}>" for cell in row) for tag, row in zip(["th", "td", "td"], ROWS, strict=True)
    ]
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f"<h1>{TITLE}</h1><h2>{CHAPTER}</h2><p>{FIRST}</p><p>{LEAD_IN}</p><ul>{items}</ul>"
        f"<table>{table}</table><p>{LAST}</p>"
    )


def open_document() -> bytes:
    items = "".join(f"<text:list-item><text:p>{item}</text:p></text:list-item>" for item in ITEMS)
    head = f"<table:table-header-rows>{odf_row(*ROWS[0])}</table:table-header-rows>"
    body = (
        f'<text:h text:outline-level="1">{TITLE}</text:h><text:h text:outline-level="2">{CHAPTER}</text:h>'
        f"<text:p>{FIRST}</text:p><text:p>{LEAD_IN}</text:p><text:list>{items}</text:list>"
        f"<table:table>{head}{''.join(odf_row(*row) for row in ROWS[1:])}</table:table><text:p>{LAST}</text:p>"
    )
    return odf("odt", body)


class Sheet(FPDF):
    """The text as it is laid out. tags: of what is written so far, where it is tagged."""

    def __init__(self, tagged: bool, lines: bool) -> None:
        super().__init__()
        self.set_auto_page_break(False)
        self.add_page()
        self.tags: list[str] = []
        self._tagged = tagged
        self._y = 20.0
        # Where tags tell what heads a text, its type need not.
        self.put("H1", TITLE, *((11, "") if tagged else (18, "B")))
        self.put("H2", CHAPTER, *((11, "") if tagged else (14, "B")))
        self.put("P", FIRST)
        self.put("P", LEAD_IN)
        self._y -= 4
        for item in ITEMS:
            self.put("LI", f"\x95 {item}", left=26, gap=0)
        self._y += 6
        for number, row in enumerate(ROWS):
            for column, cell in enumerate(row):
                if lines:
                    self.rect(20 + 55 * column, self._y, 55, 8)
                with self._tag("TD" if number else "TH"):
                    self.set_font("helvetica", "" if number else "B", 11)
                    self.text(22 + 55 * column, self._y + 5.5, cell)
            self._y += 8
        self._y += 6
        self.put("P", LAST)

    def put(self, kind: str, words: str, size: float = 11, style: str = "", left: float = 20, gap: float = 4) -> None:
        self.set_font("helvetica", style, size)
        self.set_xy(left, self._y)
        with self._tag(kind):
            self.multi_cell(170, size / 2, words, align="L")
        self._y = self.get_y() + size / 2 + gap

    def _tag(self, kind: str) -> nullcontext[None]:
        if not self._tagged:
            return nullcontext()
        self._out(f"/{kind} <</MCID {len(self.tags)}>> BDC")
        self.tags.append(kind)
        return _Tagged(self)


class _Tagged(nullcontext[None]):
    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self._sheet = sheet

    def __exit__(self, *_: object) -> None:
        self._sheet._out("EMC")


def sheet(tagged: bool = False, lines: bool = True) -> bytes:
    made = Sheet(tagged, lines)
    if not tagged:
        return bytes(made.output())
    writer = PdfWriter(clone_from=PdfReader(BytesIO(bytes(made.output()))))
    page = writer.pages[0]
    tree = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    root, own = writer._add_object(tree), page.indirect_reference
    assert own is not None
    owners = ArrayObject()
    for number, kind in enumerate(made.tags):
        element = {"/Type": NameObject("/StructElem"), "/S": NameObject(f"/{kind}"), "/P": root}
        element |= {"/Pg": own, "/K": NumberObject(number)}
        owners.append(writer._add_object(DictionaryObject({NameObject(key): said for key, said in element.items()})))
    numbers = ArrayObject([NumberObject(0), owners])
    tree[NameObject("/K")] = owners
    tree[NameObject("/ParentTree")] = DictionaryObject({NameObject("/Nums"): numbers})
    page[NameObject("/StructParents")] = NumberObject(0)
    writer.root_object[NameObject("/StructTreeRoot")] = root
    writer.root_object[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def passages(document: Document) -> list[tuple[str, list[str]]]:
    return [
        (chunk.context, [unit.of(document.text) for unit in chunk.units])
        for chunk in chunk_document(document, len)
        if chunk.kind != "gap"
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", word()),
        ("a.html", page()),
        ("a.odt", open_document()),
        ("a.pdf", sheet()),
        ("a.pdf", sheet(lines=False)),
        ("a.pdf", sheet(tagged=True)),
        ("a.pdf", sheet(tagged=True, lines=False)),
    ],
)
def test_the_same_text_gives_the_same_passages(tmp_path: Path, name: str, content: bytes | str) -> None:
    wanted = passages(read(tmp_path, "a.md", markdown()))
    assert [units for _, units in wanted][1] == [LEAD_IN, *ITEMS]
    assert passages(read(tmp_path, name, content)) == wanted
