"""What `ohjenuora check` finds in sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rag.language import detect_language
from rag.quality import Finding, check_corpus, foreign_blocks
from rag.readers import read_corpus

ROOT = Path(__file__).parent.parent
TODAY = date(2025, 6, 1)
FOREIGN_LINE = "THE CAVES OF STEEL By ISAAC ASIMOV"
PARAGRAPHS = [
    "Generatiivinen tekoäly on erityisen hyödyllinen tehtävissä, joissa tuotetaan suuria määriä tekstiä.",
    "Salassapidettävää materiaalia ei tule syöttää tekoälypalveluihin ilman organisaation hyväksyntää.",
    "Työtehtävän sisältö ratkaisee sen, onko tekoälystä apua vai ei, ja vastuu säilyy aina ihmisellä itsellään.",
    "Kaikessa tekoälyn käytössä on noudatettava avoimuutta, läpinäkyvyyttä ja hyvän hallinnon periaatteita.",
]


def check(folder: Path) -> list[Finding]:
    documents, failures = read_corpus(folder, detect_language)
    return check_corpus(documents, failures, TODAY)


def with_lines(*lines: str) -> str:
    return "\n\n".join([*PARAGRAPHS[:2], *lines, *PARAGRAPHS[2:]]) + "\n"


@pytest.mark.parametrize(
    ("name", "line"), [("ohje.md", f"# {FOREIGN_LINE}"), ("ohje.md", FOREIGN_LINE), ("ohje.txt", FOREIGN_LINE)]
)
def test_a_line_of_another_language_is_held_back(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / name).write_text(with_lines(line), encoding="utf-8")
    findings = [finding for finding in check(tmp_path) if finding.code == "foreign text"]
    assert [(f.place, f.blocks) for f in findings] == [(f"{name}:5", False)]
    assert FOREIGN_LINE in findings[0].text
    assert str(findings[0]) == f"{name}:5: foreign text: held back, not answered from: '{FOREIGN_LINE}'"


@pytest.mark.parametrize(
    "line",
    [
        "Kimmo Mäkinen, Anna-Liisa Järvinen, Mikko Virtanen",
        "Kimmo.makinen@gov.fi, etunimi.sukunimi@gov.fi",
        "Käytössä on Microsoft 365 Copilot, ja kokeilussa ovat ChatGPT Enterprise ja GitHub Copilot.",
        "Työkaluna oli Retrieval-Augmented Generation eli RAG.",
        "VALTIOVARAINMINISTERIÖ FINANSMINISTERIET",
        "29.04.2025",
        "Kiitos!",
    ],
)
def test_names_addresses_and_terms_are_not_foreign(tmp_path: Path, line: str) -> None:
    (tmp_path / "ohje.md").write_text(with_lines(line), encoding="utf-8")
    assert check(tmp_path) == []


def test_a_document_that_is_itself_bilingual_is_left_alone(tmp_path: Path) -> None:
    swedish = [
        "Generativ artificiell intelligens är till nytta i uppgifter där man producerar stora mängder text.",
        "Sekretessbelagt material får inte matas in i AI-tjänster utan att organisationen har godkänt det.",
        "Ansvaret ligger alltid hos människan.",
    ]
    (tmp_path / "ohje.md").write_text(with_lines(*swedish), encoding="utf-8")
    assert check(tmp_path) == []


def test_a_long_summary_in_another_language_is_no_accident(tmp_path: Path) -> None:
    summary = "This guidance tells how generative artificial intelligence may be used in public administration. " * 3
    (tmp_path / "ohje.md").write_text(with_lines(*PARAGRAPHS * 4, summary), encoding="utf-8")
    documents, _ = read_corpus(tmp_path, detect_language)
    assert foreign_blocks(documents[0]) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tekoäly on **työkalu, joka auttaa.", "**"),
        ("Teko\ufffdly on työkalu.", "\ufffd"),
        ("TekoÃ¤ly on työkalu.", "Ã¤"),
        ("Lue [lisää](#) ohjeesta](#).", "](#)"),
    ],
)
def test_broken_text_is_shown_with_its_place(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "ohje.md").write_text(with_lines(text), encoding="utf-8")
    (finding,) = check(tmp_path)
    assert (finding.code, finding.place, finding.blocks) == ("broken text", "ohje.md:5", False)
    assert f"'{found}' in '" in finding.text


def test_headings_without_content_are_found(tmp_path: Path) -> None:
    (tmp_path / "ohje.md").write_text(
        "# Ohje\n\n## Palvelut\n\n## Hyödyt\n\nHyötyjä on monta.\n\n### Tyhjä\n\n---\n\n## Viimeinen\n",
        encoding="utf-8",
    )
    findings = check(tmp_path)
    assert [(f.code, f.place) for f in findings] == [
        ("heading without content", "ohje.md:3"),
        ("heading without content", "ohje.md:9"),
        ("heading without content", "ohje.md:13"),
    ]
    assert findings[0].text == "'Palvelut' has nothing below it; it answers nothing"


def test_a_source_out_of_force_is_found(tmp_path: Path) -> None:
    for name, day in [("vanha", "2025-05-31"), ("tuore", "2025-06-01")]:
        head = f"---\nvalid_until: {day}\n---\n\n"
        (tmp_path / f"{name}.md").write_text(head + with_lines(), encoding="utf-8")
    assert [(f.code, f.place, f.blocks) for f in check(tmp_path)] == [("expired", "vanha.md", False)]


def test_what_cannot_be_read_and_an_empty_folder_block(tmp_path: Path) -> None:
    (finding,) = check(tmp_path)
    assert (finding.code, finding.blocks) == ("empty", True)
    (tmp_path / "tyhja.md").write_text("")
    (tmp_path / "ohje.md").write_text(with_lines(), encoding="utf-8")
    (finding,) = check(tmp_path)
    assert (finding.code, finding.place, finding.blocks) == ("unreadable (empty)", "tyhja.md", True)


def test_the_projects_sources_have_the_findings_that_are_known() -> None:
    findings = check(ROOT / "corpus" / "documents")
    assert not any(finding.blocks for finding in findings)
    assert {f.code for f in findings} <= {"expired", "heading without content"}
    assert [f.place for f in findings if f.code == "expired"] == ["auroraai-appointment-2020.md"]
    assert {f.place.split(":")[0] for f in findings if f.code == "heading without content"} == {"genai-survey-2025.md"}
