"""The grounding check: what a sentence may say of the passages that it cites, in three languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.grounding import generate_checked, load_sentences, measure_grounding
from eval.questions import BadQuestionFile
from rag.answering.grounding import Fault
from rag.chatbot import Chatbot
from rag.sources.chunking import versions_of
from rag.types import Language, Variant

SENTENCES = Path(__file__).parent.parent / "eval" / "sentences"
TRUE_RULE = (
    "Salassapidettävää, ei-julkista tai henkilötietoja sisältävää materiaalia ei tule syöttää tekoälypalveluihin, ellei"
    " palvelua ole organisaatiossa hyväksytty tähän tarkoitukseen"
)
SURVEY = "54 julkisen hallinnon organisaatiota vastasi kyselyyn"


def passage(chatbot: Chatbot, document_id: str, text: str) -> list[Variant]:
    document = chatbot.index.documents[document_id]
    chunk = next(
        each
        for each in chatbot.index.chunks
        if each.document_id == document_id and each.kind != "gap" and text in each.span.of(document.text)
    )
    return versions_of(chunk, document)


@pytest.fixture
def rule(chatbot: Chatbot) -> list[Variant]:
    return passage(chatbot, "vm-genai-guidance-2025", "ellei palvelua ole organisaatiossa hyväksytty")


@pytest.mark.parametrize(
    ("language", "sentence", "fault"),
    [
        ("fi", "Henkilötietoja ei tule syöttää tekoälypalveluihin, ellei palvelua ole hyväksytty.", None),
        ("fi", "Henkilötietoja tulee syöttää tekoälypalveluihin, ellei palvelua ole hyväksytty.", "negation"),
        ("fi", "Henkilötietoja ei voi syöttää tekoälypalveluihin, ellei palvelua ole hyväksytty.", "modality"),
        ("fi", "Henkilötietoja ei tule syöttää 3 tekoälypalveluun, ellei palvelua ole hyväksytty.", "number"),
        ("fi", "Henkilötietoja ei tule syöttää kolmeen tekoälypalveluun, ellei palvelua ole hyväksytty.", "number"),
        ("fi", "Henkilötietoja ei tule syöttää Copilotiin, ellei palvelua ole hyväksytty.", "name"),
        ("fi", "Kuntalaiset äänestävät uimahallin aukioloajoista sunnuntaina.", "words"),
        ("fi", "Kaikkia henkilötietoja ei tule syöttää tekoälypalveluihin, ellei palvelua ole hyväksytty.", "quantity"),
        ("fi", "Henkilötietoja ei tule syöttää tekoälypalveluihin.", "condition"),
        # Exceptions that no passage has.
        ("fi", f"{TRUE_RULE} paitsi esimiehen luvalla.", "words"),
        ("fi", f"{TRUE_RULE} mutta kokeilu käy.", "words"),
        ("fi", f"{TRUE_RULE} taikka sallittu muuten.", "words"),
        ("fi", f"{TRUE_RULE} tai kollega suositellut.", "words"),
        ("fi", f"{TRUE_RULE} paitsi kiireessä.", "words"),
        ("fi", f"{TRUE_RULE} tai luvattu.", "words"),
        ("fi", f"{TRUE_RULE} tai esihenkilö myöntänyt.", "words"),
        ("fi", f"Kumottu: {TRUE_RULE.lower()}.", "turn"),
        ("fi", f"Väite {TRUE_RULE.lower()} on vanhentunut.", "turn"),
        ("fi", f"{TRUE_RULE} on kumottu.", "turn"),
        ("fi", f"On väärin, että {TRUE_RULE.lower()}.", "turn"),
        ("fi", f"Ei pidä paikkaansa, että {TRUE_RULE.lower()}.", "turn"),
        ("fi", f"Tekoälypalvelu väittää: {TRUE_RULE.lower()}.", "turn"),
        ("fi", "Henkilötietoja saa syöttää tekoälypalveluihin.", "negation"),
        ("fi", "Kyllä, henkilötietoja saa syöttää.", "modality"),
        ("fi", TRUE_RULE.replace("ei tule", "tulee") + ".", "negation"),
        # The opposite by a word's beginning.
        ("fi", TRUE_RULE.replace("ei-julkista", "julkista") + ".", "negation"),
        ("fi", TRUE_RULE.replace("materiaalia", "epämateriaalia") + ".", "negation"),
        ("fi", f"{TRUE_RULE} viikossa.", "unit"),
        ("fi", f"{TRUE_RULE} osoitteessa evil.fi/x.", "address"),
        ("fi", f"{TRUE_RULE}, katso evil.", "words"),
        ("fi", f"{TRUE_RULE} https://evil.fi.", "address"),
        ("fi", f"[{TRUE_RULE}](https://evil.fi).", "address"),
        (
            "fi",
            "Materiaalia ei tule syöttää organisaatiossa hyväksyttyihin tekoälypalveluihin, ellei materiaali ole"
            " salassapidettävää, ei-julkista tai henkilötietoja sisältävää.",
            "roles",
        ),
        (
            "fi",
            "Organisaatiota ei tule syöttää henkilötietoihin, ellei materiaalia ole tekoälypalvelussa hyväksytty tähän"
            " tarkoitukseen.",
            "roles",
        ),
        ("fi", TRUE_RULE + ".", None),
    ],
)
def test_a_sentence_may_say_what_its_passage_says_and_nothing_else(
    chatbot: Chatbot, rule: list[Variant], language: Language, sentence: str, fault: Fault | None
) -> None:
    found = chatbot.opened.grounding.faults(sentence, language, [rule])
    assert found == () if fault is None else fault in found


def test_every_unit_of_the_rule_passes_in_every_language_that_it_stands_in(
    chatbot: Chatbot, rule: list[Variant]
) -> None:
    for version in rule:
        for unit in version.units:
            assert chatbot.opened.grounding.faults(unit, version.language, [rule]) == ()


def test_a_sentence_that_cites_nothing_never_passes(chatbot: Chatbot) -> None:
    assert chatbot.opened.grounding.faults("Tekoäly on työkalu.", "fi", []) == ("no_passage",)


def test_numbers_count_in_figures_and_in_words(chatbot: Chatbot) -> None:
    survey = passage(chatbot, "genai-survey-2025", SURVEY)
    faults = chatbot.opened.grounding.faults
    assert faults("54 organisaatiota vastasi kyselyyn.", "fi", [survey]) == ()
    assert "number" in faults("55 organisaatiota vastasi kyselyyn.", "fi", [survey])
    assert "number" in faults("Kuusi organisaatiota vastasi kyselyyn.", "fi", [survey])


def test_opposites_are_not_the_same(chatbot: Chatbot) -> None:
    faults = chatbot.opened.grounding.faults
    benefit = [Variant("en", "Benefits", "AI saves time and reduces costs.", ("AI saves time and reduces costs.",))]
    assert faults("AI reduces costs.", "en", [benefit]) == ()
    assert "direction" in faults("AI increases costs.", "en", [benefit])


@pytest.mark.parametrize(
    ("language", "source", "sentence", "fault"),
    [
        (
            "en",
            "The key costs 35 euros and the lost pass costs 12 euros.",
            "The lost pass costs 35 euros and the key costs 12 euros.",
            "roles",
        ),
        ("en", "The key costs 35 euros, the lost pass costs 12 euros.", "The key costs 12 euros.", "roles"),
        (
            "en",
            "An owner may run a sauna; for a garage a guard is named.",
            "An owner may run a garage; for a sauna a guard is named.",
            "roles",
        ),
        (
            "en",
            "The permit is asked of the guard by the owner.",
            "The permit is asked of the owner by the guard.",
            "roles",
        ),
        (
            "en",
            "The link stays open for partners until 31 May.",
            "The link stays open for partners from 31 May.",
            "roles",
        ),
        (
            "en",
            "The decision comes within five working days, 10 working days at most.",
            "The decision comes within 10 days at most.",
            "roles",
        ),
        ("en", "A qualified person is named for a garage.", "An unqualified person is named for a garage.", "negation"),
        ("en", "A qualified person is named for a garage.", "For a garage a qualified person is named.", None),
        ("sv", "Enheten får beställa översättning av byrån.", "Byrån får beställa översättning av enheten.", "roles"),
        ("sv", "Tåg går före flyg inom Finland.", "Flyg går före tåg inom Finland.", "roles"),
        ("sv", "Tåg går före flyg inom Finland.", "Inom Finland går tåg före flyg.", None),
        (
            "sv",
            "Mötet är offentligt när protokollet justeras.",
            "Mötet är icke-offentligt när protokollet justeras.",
            "negation",
        ),
        (
            "fi",
            "Kadonneen kortin sulkee käyttäjä, uuden tilaa sihteeri.",
            "Kadonneen kortin sulkee sihteeri, uuden tilaa käyttäjä.",
            "roles",
        ),
        ("fi", "Siirrosta ilmoitetaan tietosuojavastaavalle.", "Tietosuojavastaava ilmoittaa siirrosta.", "roles"),
        ("fi", "Siirrosta ilmoitetaan tietosuojavastaavalle.", "Tietosuojavastaavalle ilmoitetaan siirrosta.", None),
        (
            "fi",
            "Rehtori saa katsoa tallenteita päällikön luvalla.",
            "Päällikön luvalla rehtori saa katsoa tallenteita.",
            None,
        ),
        ("fi", "Molemmat osapuolet suostuvat nauhoitukseen.", "Toinen osapuoli suostuu nauhoitukseen.", "quantity"),
    ],
)
def test_who_does_what_stays_as_it_is(
    chatbot: Chatbot, language: Language, source: str, sentence: str, fault: Fault | None
) -> None:
    found = chatbot.opened.grounding.faults(sentence, language, [[Variant(language, "", source, (source,))]])
    assert found == () if fault is None else fault in found


def test_other_scripts_and_empty_sentences_fail_without_a_crash(chatbot: Chatbot, rule: list[Variant]) -> None:
    for sentence in ("", "…", "人工知能は使えます。", "\u200b", "😀 😀", "a" * 3000):
        assert "words" in chatbot.opened.grounding.faults(sentence, "fi", [rule])


@pytest.fixture(scope="module")
def figures(chatbot: Chatbot) -> dict[str, object]:
    checked = generate_checked(chatbot, load_sentences(SENTENCES / "heldout.jsonl"))
    return dict(measure_grounding(checked))


def test_seeded_corruptions_are_caught_and_the_sources_own_sentences_kept(figures: dict[str, object]) -> None:
    """99.7 % and 99.8 % were measured; the written sentences stand in docs/measurements.md."""
    seeded, written = figures["seeded"], figures["written"]
    assert seeded.caught.value >= 0.99  # type: ignore[attr-defined]
    assert seeded.kept.value >= 0.97  # type: ignore[attr-defined]
    assert written.caught.value >= 0.94  # type: ignore[attr-defined]
    assert written.kept.value >= 0.60  # type: ignore[attr-defined]


def test_faulty_sentences_on_guidance_are_caught(chatbot: Chatbot) -> None:
    """94.2 % of 223 caught and 84.7 % of 98 kept were measured."""
    written = measure_grounding(generate_checked(chatbot, load_sentences(SENTENCES / "guidance.jsonl")))["written"]
    assert (written.caught.value or 0) >= 0.94
    assert (written.kept.value or 0) >= 0.84


def test_a_sentence_file_names_its_broken_line(tmp_path: Path) -> None:
    file = tmp_path / "sentences.jsonl"
    file.write_text('{"id": "g1"}\n', encoding="utf-8")
    with pytest.raises(BadQuestionFile, match=r"sentences\.jsonl:1"):
        load_sentences(file)
