"""Formulas in Word, on slides, on pages and in OpenDocument are read as people type them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree
from pptx import Presentation

from rag.sources.formulas import MAX_DEPTH, formula
from tests.test_as_people_have_it import outline, read, saved
from tests.test_opendocument import odf

MATHML = "http://www.w3.org/1998/Math/MathML"
OMML = "http://schemas.openxmlformats.org/officeDocument/2006/math"
WORD = f"""<m:oMath {nsdecls("m")}><m:r><m:t>raja=</m:t></m:r>
<m:f><m:fPr><m:type m:val="bar"/></m:fPr><m:num><m:r><m:t>netto</m:t></m:r><m:r><m:t>palkka+lisät</m:t></m:r></m:num>
<m:den><m:r><m:t>30</m:t></m:r></m:den></m:f></m:oMath>"""
PAGE = """<math><semantics><mrow><mi>raja</mi><mo>=</mo><mfrac><mrow><mi>nettopalkka</mi><mo>+</mo><mi>lisät</mi></mrow>
<mn>30</mn></mfrac></mrow><annotation encoding="StarMath 5.0">raja = {nettopalkka + lisät} over 30</annotation>
</semantics></math>"""
SENTENCE = "Ulosotossa raja = (nettopalkka + lisät) / 30 päivältä."


def in_word() -> bytes:
    word = docx.Document()
    paragraph = word.add_paragraph("Ulosotossa ")
    paragraph._p.append(parse_xml(WORD))
    paragraph.add_run(" päivältä.")
    return saved(word)


def on_a_slide() -> bytes:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Raja"
    paragraph = slide.placeholders[1].text_frame.paragraphs[0]
    paragraph.text = "Ulosotossa "
    paragraph._p.append(
        etree.fromstring(
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            '<mc:Choice xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" Requires="a14"><a14:m>'
            f"<m:oMathPara {nsdecls('m')}>{WORD}</m:oMathPara></a14:m></mc:Choice></mc:AlternateContent>"
        )
    )
    paragraph.add_run().text = " päivältä."
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def in_opendocument() -> bytes:
    frame = '<draw:frame><draw:object xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="./Object 1"/></draw:frame>'
    part = PAGE.replace("<math>", f'<math xmlns="{MATHML}">')
    return odf("odt", f"<text:p>Ulosotossa {frame} päivältä.</text:p>", **{"Object 1_content.xml": part})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", in_word()),
        ("a.pptx", on_a_slide()),
        ("a.html", f"<p>Ulosotossa {PAGE} päivältä.</p>"),
        ("b.html", f"<table><tr><th>Tapa</th><th>Laskenta</th></tr><tr><td>1</td><td>Ulosotossa {PAGE} päivältä.</td>"),
        ("a.odt", in_opendocument()),
    ],
    ids=["word", "slide", "page", "cell of a page", "opendocument"],
)
def test_a_formula_stands_in_its_sentence(tmp_path: Path, name: str, content: bytes | str) -> None:
    assert SENTENCE in outline(read(tmp_path, name, content))[-1]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<mi>a</mi><mo>-</mo><msup><mi>b</mi><mn>2</mn></msup>", "a-b²"),
        ("<msup><mi>e</mi><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow></msup>", "e^(x + 1)"),
        ("<msub><mi>k</mi><mi>max</mi></msub><mo>≤</mo><msub><mi>k</mi><mn>0</mn></msub>", "k_max ≤ k₀"),
        ("<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>", "√(a + b)"),
        ("<mroot><mi>a</mi><mn>3</mn></mroot>", "³√a"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a,b)"),
        ("<mi>hinta</mi><mi>määrä</mi>", "hinta määrä"),
        ("<mi>x</mi><mphantom><mi>y</mi></mphantom>", "x"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd></mtr></mtable>",
         "1 2; 3"),
        ("<mfrac><mi>a</mi></mfrac>", "a /"),
        ("<mn>2</mn><mfrac><mn>1</mn><mn>3</mn></mfrac>", "2(1 / 3)"),
        ("<msup><mfrac><mi>a</mi><mi>b</mi></mfrac><mn>2</mn></msup>", "(a / b)²"),
        ("<mfrac><mn>1</mn><mrow><mn>2</mn><mi>m</mi></mrow></mfrac>", "1 / (2 m)"),
        ("<mtext>hinta <b>yli</b> raja</mtext>", "hinta yli raja"),
        ("<mi>sin</mi><mo>\u2061</mo><mi>x</mi>", "sin x"),
        ("<mi>kulut</mi><mo>\u2062</mo><mi>hinta</mi>", "kulut · hinta"),
    ],
)  # fmt: skip
def test_what_mathml_says(written: str, said: str) -> None:
    assert formula(etree.fromstring(f'<math xmlns="{MATHML}">{written}</math>')) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<sSup><e><r><t>m</t></r></e><sup><r><t>2</t></r></sup></sSup>", "m²"),
        ("<sSubSup><e><r><t>x</t></r></e><sub><r><t>i</t></r></sub><sup><r><t>2</t></r></sup></sSubSup>", "x_i²"),
        ("<rad><radPr><degHide/></radPr><deg/><e><r><t>a</t></r></e></rad>", "√a"),
        (
            '<nary><naryPr><chr xmlns:m="{OMML}" m:val="∑"/></naryPr><sub><r><t>i=1</t></r></sub><sup><r><t>n</t></r>'
            "</sup><e><r><t>hinta</t></r></e></nary>",
            "∑_(i = 1)^n hinta",
        ),
        ('<d><dPr><begChr xmlns:m="{OMML}" m:val="["/></dPr><e><r><t>a+b</t></r></e></d>', "[a + b)"),
        ("<func><fName><r><t>min</t></r></fName><e><r><t>a</t></r></e></func>", "min a"),
        ("<r><t>brutto</t></r><r><t>palkka × 2</t></r>", "bruttopalkka × 2"),
        ("<f><num><r><t>1</t></r></num><den><r><t>2</t></r></den></f><r><t>m</t></r>", "(1 / 2)m"),
        (
            "<sSup><e><f><num><r><t>a</t></r></num><den><r><t>b</t></r></den></f></e><sup><r><t>2</t></r></sup></sSup>",
            "(a / b)²",
        ),
    ],
)
def test_what_word_says(written: str, said: str) -> None:
    element = etree.fromstring(f'<oMath xmlns="{OMML}">{written.replace("{OMML}", OMML)}</oMath>')
    assert formula(element) == said


def test_a_formula_without_an_end_is_words() -> None:
    deep = "<mrow>" * 2 * MAX_DEPTH + "<mi>a</mi><mi>b</mi>" + "</mrow>" * 2 * MAX_DEPTH
    assert formula(etree.fromstring(f'<math xmlns="{MATHML}">{deep}</math>')) == "a b"


def test_roots_within_roots_take_no_longer_than_others() -> None:
    deep = "<msqrt>" * 50 + "<mi>a</mi>" + "</msqrt>" * 50
    assert formula(etree.fromstring(f'<math xmlns="{MATHML}">{deep}</math>')) == "√" * 50 + "a"
