"""What `ohjenuora check` finds in sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rag.curated.concepts import load_concepts
from rag.curated.examples import load_examples
from rag.curated.rules import load_rulebook
from rag.language.detection import detect_language
from rag.language.words import Lexicon
from rag.publishing.quality import Finding, check_corpus, check_curated, check_overlaps, check_translations
from rag.sources.foreign_text import foreign_blocks
from rag.sources.readers import read_corpus
from rag.sources.translations import confirm, read_translations

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


def test_curated_data_out_of_step_is_found_with_its_line(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "documents").mkdir(parents=True)
    (corpus / "examples").mkdir()
    (corpus / "documents" / "ohje.md").write_text("---\nid: ohje\n---\n\nKirjasto on avoinna.\n", encoding="utf-8")
    (corpus / "concepts.yaml").write_text(
        "concepts:\n  - {id: secret, kind: data_class, fi: [salainen]}\n  - {id: ai, kind: tool, fi: [tekoäly]}\n",
        encoding="utf-8",
    )
    (corpus / "rules.yaml").write_text(
        "rules:\n  - id: gone\n    document: ohje\n    quote: Kirjasto on suljettu.\n    verdict: not_allowed\n"
        "    data: [secret]\n    tools: [ai]\n    says: {fi: Ei., sv: Nej., en: No.}\n"
        "  - id: too\n    document: ohje\n    quote: Kirjasto on avoinna.\n    supplements: gone\n"
        "    says: {fi: Sama., sv: Samma., en: Same.}\n",
        encoding="utf-8",
    )
    (corpus / "tools.yaml").write_text(
        "tools:\n  - name: Vanha\n    data: [secret]\n    decision: D1\n    valid_until: 2024-12-31\n", encoding="utf-8"
    )
    (corpus / "examples" / "ohje.yaml").write_text(
        'document: ohje\nanswered:\n  - quote: "Kirjasto on kiinni."\n    fi: [auki]\n', encoding="utf-8"
    )
    documents = {document.id: document for document in read_corpus(corpus / "documents", detect_language)[0]}
    rulebook = load_rulebook(corpus, documents, load_concepts(corpus))
    findings = check_curated(corpus, rulebook, load_examples(corpus, documents), TODAY)
    assert [(finding.place, finding.code) for finding in findings] == [
        ("rules.yaml:2", "rule without a quote"),
        ("rules.yaml:9", "rule without a quote"),
        ("ohje.yaml:3", "example without a quote"),
        ("tools.yaml:2", "expired approval"),
    ]


def test_passages_that_repeat_or_contradict_each_other_are_found(tmp_path: Path, lexicon: Lexicon) -> None:
    first = "Kyselyyn vastasi yhteensä 54 julkisen hallinnon organisaatiota keväällä."
    (tmp_path / "a.md").write_text(f"{first}\n\nKirjasto on avoinna arkisin.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text(f"{first.replace('54', '45')}\n", encoding="utf-8")
    (tmp_path / "c.md").write_text(f"Johdanto.\n\n{first}\n", encoding="utf-8")
    documents, _ = read_corpus(tmp_path, detect_language)
    findings = check_overlaps(documents, lexicon)
    assert [(finding.place, finding.code) for finding in findings] == [
        ("a.md:1", "may contradict"),
        ("a.md:1", "near duplicate"),
        ("b.md:1", "may contradict"),
    ]
    assert "c.md:3" in findings[1].text


def test_a_block_without_a_current_translation_is_found(tmp_path: Path) -> None:
    source = tmp_path / "ohje.md"
    source.write_text("---\nid: ohje\n---\n\nKirjasto on avoinna.\n\nSe on iso.\n", encoding="utf-8")
    translation = tmp_path / "ohje.en.md"
    translation.write_text(
        "---\ntranslation_of: ohje\nlanguage: en\n---\n\nThe library is open.\n\nIt is big.\n", encoding="utf-8"
    )
    document = read_corpus(tmp_path, detect_language)[0][0]
    confirm(translation, document)
    source.write_text(source.read_text(encoding="utf-8").replace("iso", "pieni"), encoding="utf-8")
    documents = {document.id: document for document in read_corpus(tmp_path, detect_language)[0]}
    translations, failures = read_translations(tmp_path, documents)
    assert failures == []
    findings = check_translations(translations, documents)
    assert [(finding.place, finding.code) for finding in findings] == [("ohje.md:7", "translation out of step")]
    assert "ohje.en.md" in findings[0].text
