"""What a file has and shows nobody, or shows on each of its pages: the first is told and never quoted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor

from tests.test_as_people_have_it import losses, outline, read, saved

W = nsdecls("w")
UNSEEN = "Kaikki on sallittua."
WHITE = RGBColor(255, 255, 255)
SHADED = f'<w:shd {W} w:val="clear" w:fill="1F3864"/>'


def page(said: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body><main><h1>Ohje</h1><p>Varaa ajoissa.</p>{said}</main></body></html>"


@pytest.mark.parametrize(
    "said",
    [
        f"<p style='color: #fff; background: #FFFFFF'>{UNSEEN}</p>",
        f"<p style='color:white'>{UNSEEN}</p>",
        f"<div style='background-color:rgb(0, 0, 0);color:#000'><p>{UNSEEN}</p></div>",
        f"<p style='color:rgba(10,10,10,0)'>{UNSEEN}</p>",
        f"<p><span style='color:transparent'>{UNSEEN}</span></p>",
        f"<p style='font-size:0px'>{UNSEEN}</p>",
        f"<p style='opacity: 0.0 !important'>{UNSEEN}</p>",
        f"<style>.t {{ color: #fff; background: #fff }}</style><p class='t'>{UNSEEN}</p>",
    ],
)
def test_what_a_page_shows_nobody_is_told_and_never_quoted(tmp_path: Path, said: str) -> None:
    document = read(tmp_path, "a.html", page(said))
    assert outline(document) == ["heading: Ohje", "paragraph: Varaa ajoissa."]
    assert losses(document) == [("hidden text", len(UNSEEN))]


@pytest.mark.parametrize(
    ("said", "head"),
    [
        (f"<div class='hero'><p style='color:#fff'>{UNSEEN}</p></div>", ""),
        (f"<div style='background:#123'><p style='color:#fff'>{UNSEEN}</p></div>", ""),
        (f"<p style='color:#fff'>{UNSEEN}</p>", "<link rel='stylesheet' href='a.css'>"),
        (f"<p style='color:#fff'>{UNSEEN}</p>", "<style>body { background: black }</style>"),
        (f"<p style='opacity:0;transform:translateY(20px)'>{UNSEEN}</p>", ""),
        (f"<div style='font-size:0'><p style='font-size:16px'>{UNSEEN}</p></div>", ""),
        (f"<p style='opacity:0.5;font-size:0.9em;color:#fafafa'>{UNSEEN}</p>", ""),
    ],
)
def test_what_may_well_be_seen_is_read(tmp_path: Path, said: str, head: str) -> None:
    document = read(tmp_path, "a.html", page(said, head))
    assert outline(document)[-1] == f"paragraph: {UNSEEN}"
    assert losses(document) == []


def white(word: Any) -> Any:
    run = word.add_paragraph().add_run(UNSEEN)
    run.font.color.rgb = WHITE
    return run


def without_size(word: Any) -> None:
    word.add_paragraph().add_run(UNSEEN).font.size = Pt(1)


def by_style(word: Any) -> None:
    word.styles["Quote"].font.color.rgb = WHITE
    word.add_paragraph(UNSEEN, style="Quote")


@pytest.mark.parametrize("write", [white, without_size, by_style])
def test_what_word_shows_nobody_is_told_and_never_quoted(tmp_path: Path, write: Any) -> None:
    word = docx.Document()
    word.add_paragraph("Varaa ajoissa.")
    write(word)
    document = read(tmp_path, "a.docx", saved(word))
    assert outline(document) == ["paragraph: Varaa ajoissa."]
    assert losses(document) == [("hidden text", len(UNSEEN))]


def on_a_shaded_paragraph(word: Any) -> None:
    white(word)._r.getparent().get_or_add_pPr().append(parse_xml(SHADED))


def in_a_shaded_cell(word: Any) -> None:
    table = word.add_table(2, 2)
    for cell in table._cells:
        cell.paragraphs[0].add_run("Aika").font.color.rgb = WHITE
        cell._tc.get_or_add_tcPr().append(parse_xml(SHADED))


def in_a_table_with_a_style(word: Any) -> None:
    table = word.add_table(2, 2)
    table.style = "Light Shading Accent 1"
    for cell in table._cells:
        cell.paragraphs[0].add_run("Aika").font.color.rgb = WHITE


def on_a_dark_page(word: Any) -> None:
    word.element.insert(0, parse_xml(f'<w:background {W} w:color="000000"/>'))
    white(word)


@pytest.mark.parametrize("write", [on_a_shaded_paragraph, in_a_shaded_cell, in_a_table_with_a_style, on_a_dark_page])
def test_white_words_on_a_ground_of_their_own_are_read(tmp_path: Path, write: Any) -> None:
    word = docx.Document()
    write(word)
    document = read(tmp_path, "a.docx", saved(word))
    assert losses(document) == []
    assert len(outline(document)) > 0


@pytest.mark.parametrize("where", ["header", "footer"])
def test_what_word_s_pages_state_in_their_heads_and_feet_is_said_once_at_the_end(tmp_path: Path, where: str) -> None:
    word = docx.Document()
    getattr(word.sections[0], where).paragraphs[0].text = "Ei saa levittää organisaation ulkopuolelle"
    getattr(word.sections[0], where).add_paragraph("Esimerkin kunta, tekninen toimi 1 (3)")
    word.add_heading("Ohje", 1)
    word.add_paragraph("Varaa ajoissa.")
    word.add_section()
    assert outline(read(tmp_path, "a.docx", saved(word))) == [
        "heading: Ohje",
        "paragraph: Varaa ajoissa.",
        "paragraph: Ei saa levittää organisaation ulkopuolelle",
    ]


def test_what_a_head_repeats_of_the_text_or_shows_on_no_page_is_not_said_again(tmp_path: Path) -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Varaa ajoissa."
    word.sections[0].first_page_header.paragraphs[0].text = "Tilaa ei saa lainata muille."
    word.add_paragraph("Varaa ajoissa.")
    assert outline(read(tmp_path, "a.docx", saved(word))) == ["paragraph: Varaa ajoissa."]
