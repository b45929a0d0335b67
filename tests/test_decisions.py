"""Verdicts: rules bound to quotes, approved tools, the organisation's own guidance, days."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from rag.chatbot import Chatbot
from rag.curated.concepts import load_concepts
from rag.curated.rules import load_rulebook
from rag.errors import BadCorpusFile
from rag.types import Answer, Language
from tests.conftest import Variant
from tests.support.fakes import RULE

ROOT = Path(__file__).parent.parent
HETU = "saaks hetun laittaa copilottiin?"
PAYROLL = "May I paste the payroll list into Copilot?"
TOOLS = """
tools:
  - name: Microsoft 365 Copilot
    other_names: [Copilot]
    data: [personal_data, non_public]
    decision: Tietohallintopäätös 12/2026
    valid_until: {until}
"""
ORGANISATION_RULE = """
  - id: our_patients
    document: our-guidance
    quote: Potilastietoja ei saa syöttää tekoälypalveluihin.
    verdict: not_allowed
    data: [patient_record]
    tools: [ai, ai_service]
    says:
      fi: Ei. Oma ohjeemme kieltää sen.
      sv: Nej. Våra egna anvisningar förbjuder det.
      en: No. Our own guidance forbids it.
"""
OWN_GUIDANCE = """---
id: our-guidance
title: Esimerkin kunnan tekoälyohje
publisher: Esimerkin kunta
published: 2026-01-15
language: fi
kind: guidance
---

# Esimerkin kunnan tekoälyohje

## Tiedot

Potilastietoja ei saa syöttää tekoälypalveluihin.

Tekoälyn käytöstä kirjataan aina merkintä asiakirjan tietoihin.
"""


def first_words(answer: Answer) -> str:
    return answer.message.split(" [1]")[0]


@pytest.mark.parametrize(
    ("question", "language", "sentence"),
    [
        (
            HETU,
            "fi",
            "Tällaista aineistoa (henkilötiedot) ei tule syöttää Copilot-palveluun, ellei organisaatiosi ole "
            "hyväksynyt palvelua tähän tarkoitukseen.",
        ),
        (
            "Saanko liittää henkilötietoja tähän työkaluun?",
            "fi",
            "Salassapidettävää, ei-julkista tai henkilötietoja sisältävää aineistoa ei tule syöttää "
            "tekoälypalveluun, ellei organisaatiosi ole hyväksynyt palvelua tähän tarkoitukseen.",
        ),
        (
            PAYROLL,
            "en",
            "Such material (personal data) should not be entered into Copilot unless your organisation has approved "
            "the service for this purpose.",
        ),
        (
            "Får jag mata in en personbeteckning i Copilot?",
            "sv",
            "Sådant material (personuppgifter) ska inte matas in i Copilot, om inte din organisation har godkänt "
            "tjänsten för detta ändamål.",
        ),
    ],
)
def test_without_an_approval_the_answer_is_only_if_approved(
    chatbot: Chatbot, question: str, language: Language, sentence: str
) -> None:
    answer = chatbot.ask(question)
    assert (answer.status, answer.verdict, answer.language) == ("answered", "only_if_approved", language)
    assert first_words(answer) == sentence
    assert [statement.kind for statement in answer.statements] == ["rule", "rule"]
    assert answer.citations[0].quote == RULE
    assert answer.citations[1].quote == "Tämä tulee huomioida myös kehotemuotoilussa."
    assert RULE in answer.message
    assert [notice.code for notice in answer.notices] == ["approved_tools"]


def test_the_tool_may_be_given_beside_the_question(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Saako siihen syöttää henkilötietoja?", tool="Copilot")
    assert answer.verdict == "only_if_approved"
    assert "Copilot-palveluun" in first_words(answer)


@pytest.mark.parametrize(
    "question",
    [
        "Saako julkista tietoa syöttää tekoälypalveluun?",
        "Får offentliga uppgifter matas in i en AI-tjänst?",
        "May public information be entered into an AI service?",
        "Pitääkö tekoälyn kirjoittama teksti merkitä?",
        "Must text written by AI be labelled?",
    ],
)
def test_what_the_sources_neither_allow_nor_forbid_gets_no_verdict(chatbot: Chatbot, question: str) -> None:
    answer = chatbot.ask(question)
    assert (answer.status, answer.verdict, answer.reason) == ("refused", None, "not_in_guidance")


def test_a_use_case_comes_with_the_rule_on_its_material(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Voiko työvuorot suunnitella tekoälyllä?")
    assert (answer.status, answer.verdict) == ("answered", None)
    assert [statement.kind for statement in answer.statements] == ["rule", "quote"]
    assert answer.statements[0].text.startswith("Se riippuu aineistosta. Jos materiaali on salassapidettävää")
    assert answer.citations[0].quote == RULE
    assert "Työvuorojen suunnittelu" in answer.citations[1].quote


def test_an_approval_decides(variant: Variant) -> None:
    bot = variant(lambda corpus: write(corpus / "tools.yaml", TOOLS.format(until="2099-12-31")))
    allowed = bot.ask(PAYROLL)
    assert allowed.verdict == "allowed"
    assert (
        first_words(allowed)
        == "Yes. Your organisation has approved Microsoft 365 Copilot for this data: personal data."
    )
    assert [citation.document_id for citation in allowed.citations] == ["approved-tools", "vm-genai-guidance-2025"]
    register = bot.document("approved-tools")
    assert register is not None
    entry = allowed.citations[0]
    assert register.text[entry.start : entry.end] == entry.quote
    assert "Tietohallintopäätös 12/2026" in entry.quote

    refused = bot.ask("Saako potilastietoja syöttää Copilotiin?")  # special categories need an approval of their own
    assert refused.verdict == "not_allowed"
    assert first_words(refused).startswith("Ei. Organisaatiosi on hyväksynyt palvelun Microsoft 365 Copilot vain")

    other = bot.ask("Saako hetun laittaa ChatGPT:hen?")
    assert other.verdict == "only_if_approved"
    assert "Microsoft 365 Copilot" in other.notices[0].text

    listed = bot.ask("Mitkä tekoälypalvelut on hyväksytty meillä käyttöön?")
    assert listed.status == "answered"
    assert listed.citations[0].document_id == "approved-tools"


def test_an_expired_approval_is_none(variant: Variant) -> None:
    bot = variant(lambda corpus: write(corpus / "tools.yaml", TOOLS.format(until="2025-12-31")))
    answer = bot.ask(HETU)
    assert answer.verdict == "only_if_approved"
    assert "päättyi 31.12.2025" in answer.notices[0].text
    assert bot.ask(HETU, as_of=date(2025, 6, 1)).verdict == "allowed"


def test_with_an_empty_register_a_question_about_approvals_says_so(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Mitkä tekoälypalvelut on hyväksytty meillä käyttöön?")
    assert (answer.status, answer.reason) == ("refused", "not_in_guidance")
    assert "ei ole vielä yhtään merkintää" in answer.message


def test_the_stricter_of_two_rules_holds_and_the_organisations_comes_first(variant: Variant) -> None:
    def change(corpus: Path) -> None:
        write(corpus / "documents" / "our-guidance.md", OWN_GUIDANCE)
        rules = corpus / "rules.yaml"
        write(rules, rules.read_text(encoding="utf-8").rstrip() + "\n" + ORGANISATION_RULE)

    answer = variant(change).ask("Saako potilastietoja syöttää Copilotiin?")
    assert answer.verdict == "not_allowed"
    assert first_words(answer) == "Ei. Oma ohjeemme kieltää sen."
    assert [citation.document_id for citation in answer.citations][:2] == ["our-guidance", "vm-genai-guidance-2025"]
    assert "sources_differ" in [notice.code for notice in answer.notices]


def test_guidance_of_the_organisation_holds_without_a_rule_of_its_own_too(variant: Variant) -> None:
    bot = variant(lambda corpus: write(corpus / "documents" / "our-guidance.md", OWN_GUIDANCE))
    answer = bot.ask("Saako potilastietoja syöttää tekoälypalveluihin?")
    assert answer.verdict == "not_allowed"
    assert answer.citations[0].document_id == "our-guidance"
    assert answer.statements[0].kind == "quote"
    assert RULE in [citation.quote for citation in answer.citations]
    assert "sources_differ" in [notice.code for notice in answer.notices]
    assert bot.ask(HETU).verdict == "only_if_approved"  # of which it says nothing


def test_a_rule_whose_quote_is_gone_is_suspended(variant: Variant, tmp_path: Path) -> None:
    def change(corpus: Path) -> None:
        file = corpus / "documents" / "vm-genai-guidance-2025.md"
        text = file.read_text(encoding="utf-8")
        assert RULE in text
        write(file, text.replace("ei tule syöttää tekoälypalveluihin, ellei", "voi syöttää tekoälypalveluihin, jos"))
        shutil.rmtree(corpus / "examples")  # those of the quote go with it, and the others would be learnt again

    answer = variant(change).ask(PAYROLL)
    assert answer.verdict is None
    assert "rule" not in [statement.kind for statement in answer.statements]


def test_before_the_guidance_there_was_no_rule(chatbot: Chatbot) -> None:
    answer = chatbot.ask(HETU, as_of=date(2021, 5, 1))
    assert answer.verdict is None
    assert {citation.document_id for citation in (*answer.citations, *answer.see_also)} <= {"auroraai-appointment-2020"}
    term = chatbot.ask("Mikä on AuroraAI-ohjelman toimikausi?", as_of=date(2021, 5, 1))
    assert term.status == "answered"
    assert not term.citations[0].historical


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        (
            "tools.yaml",
            "tools:\n  - name: X\n    data:\n      - personal_data\n      - gossip\n    decision: d\n",
            "tools.yaml:3: ",
        ),
        ("tools.yaml", "tools:\n  - name: X\n    data: [personal_data]\n", "tools.0.decision"),
        (
            "rules.yaml",
            "rules:\n  - id: a\n    document: d\n    quote: q\n    says: {fi: a, sv: b, en: c}\n",
            "exactly one",
        ),
        (
            "rules.yaml",
            "rules:\n  - id: a\n    document: d\n    quote: q\n    says: {fi: a, sv: b, en: c}\n    supplements: b\n",
            "unknown rule 'b'",
        ),
        ("organisation.yaml", "name: Kunta\n", "organisation.yaml:1: name"),
        ("rules.yaml", "rules: []\nrules: []\n", "stands twice"),
        ("tools.yaml", "tools:\n- name: A\n  valid_until: 2026-02-30\n", "'2026-02-30' is no value in"),
        ("tools.yaml", "tools:\n- name: A\n  valid_until: 2026-02-28T25:00:00Z\n", "line 3"),
        ("tools.yaml", "? [a, b]\n: c\n", "a key is a list"),
        ("tools.yaml", f"tools: {'9' * 5000}\n", "too long a number"),
        ("tools.yaml", f"tools: {'1:' * 200_000}1\n", "too long a number"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(tmp_path: Path, file: str, content: str, told: str) -> None:
    shutil.copy(ROOT / "corpus" / "concepts.yaml", tmp_path)
    write(tmp_path / file, content)
    with pytest.raises(BadCorpusFile) as raised:
        load_rulebook(tmp_path, {}, load_concepts(tmp_path))
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "data",
    [
        ("hetun", "personbeteckningar", "identity codes"),
        ("asiakkaan osoitteen", "en kunds adress", "a customer's address"),
        ("henkilötietoja", "personuppgifter", "personal data"),
        ("salassa pidettävän asiakirjan", "sekretessbelagda handlingar", "a confidential document"),
    ],
)
@pytest.mark.parametrize("service", ["ChatGPT", "Copilot", "Gemini"])
def test_protected_material_called_by_its_name_is_ruled_on_whatever_the_question_is_like(
    chatbot: Chatbot, data: tuple[str, str, str], service: str
) -> None:
    """One word tells it from what is asked of published reports, of which the sources say nothing."""
    ending = {"ChatGPT": ":hen", "Copilot": "iin", "Gemini": "in"}[service]
    for question in (
        f"Saako {data[0]} syöttää {service}{ending}?",
        f"Får man mata in {data[1]} i {service}?",
        f"May I upload {data[2]} to {service}?",
    ):
        assert chatbot.ask(question).verdict == "only_if_approved", question


@pytest.mark.parametrize(
    "question",
    [
        "Saako salassa pidettävän paperin viedä kotiin?",
        "Voinko kertoa vaimolleni potilaasta?",
        "Får jag berätta för min sambo om en patient?",
        "Får man läsa sekretessbelagda handlingar på tåget?",
        "Can I read confidential documents on the train?",
        "Is it ok to mail a patient record by post?",
        "Saako asiakkaan luottotiedot lähettää turvapostilla?",
    ],
)
def test_who_asks_of_another_deed_hears_no_rule_on_ai_services(chatbot: Chatbot, question: str) -> None:
    """However like the rule's own questions it is: those know only what is asked of AI."""
    assert chatbot.ask(question).verdict is None


@pytest.mark.parametrize(
    "question",
    [
        "Saanko syöttää potilastietoja?",
        "Saako potilastietoja ajaa tekoälytiivistäjän läpi?",
        "Saako asiakastietoja käyttää?",
        "Sekretessbelagt utkast och AI-översättning, får jag?",
        "Får vi använda kundernas namn i ett chattbotsprojekt?",
        "May I paste client data?",
    ],
)
def test_who_asks_of_a_service_without_naming_one_hears_the_rule(chatbot: Chatbot, question: str) -> None:
    assert chatbot.ask(question).verdict == "only_if_approved"


def test_what_goes_on_from_a_question_on_a_service_is_asked_of_it(chatbot: Chatbot) -> None:
    first = chatbot.ask("Voiko tekoälyllä tehdä tiivistelmän kokousmuistiosta?")
    second = chatbot.ask("se muistio ei ole julkinen, saako silti?", conversation_id=first.conversation_id)
    assert second.verdict == "only_if_approved"


@pytest.mark.parametrize(
    "question",
    [
        "Saanko laittaa julkisen pöytäkirjan Copilotiin?",
        "Voiko julkisen päätöksen liittää Copilotiin?",
        "Saako verkkosivuilla julkaistun tiedotteen liittää Copilotiin?",
        "Saako lain tekstiä syöttää tekoälyyn?",
        "Saako julkisia syöttää Copilotiin?",
        "Får man mata in ett pressmeddelande i Copilot?",
        "May I upload our published annual report to ChatGPT?",
    ],
)
def test_a_rule_on_protected_material_is_silent_on_public_material(chatbot: Chatbot, question: str) -> None:
    answer = chatbot.ask(question)
    assert (answer.status, answer.reason, answer.verdict) == ("refused", "not_in_guidance", None)
    assert answer.see_also[0].quote == RULE  # what the guidance does say


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("Saanko kääntää julkisen tiedotteen ruotsiksi tekoälyllä?", "Käännökset"),
        ("Får jag översätta ett pressmeddelande med DeepL?", "Käännökset"),
        ("May AI translate a press release?", "Käännökset"),
    ],
)
def test_a_use_of_public_material_is_answered_by_the_use_cases_alone(chatbot: Chatbot, question: str, row: str) -> None:
    answer = chatbot.ask(question)
    assert (answer.status, answer.verdict) == ("answered", None)
    assert answer.citations[0].quote.startswith(row)
    assert all(citation.quote != RULE for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "Saako DeepSeekiä käyttää töissä?",
        "saaks copilotilla tehä kokousmuistion",
        "onko gemini sallittu tyossa",
        "Får man använda ChatGPT på jobbet?",
        "Can I use Claude at work?",
        "May I use Gemini to write minutes?",
    ],
)
def test_without_a_material_it_depends_on_the_material(chatbot: Chatbot, question: str) -> None:
    answer = chatbot.ask(question)
    assert (answer.status, answer.verdict, answer.left_open) == ("answered", None, ("data",))
    assert answer.citations[0].quote == RULE


@pytest.mark.parametrize("question", ["Voiko tekoälyyn luottaa?", "Pitääkö tekoälyn käytöstä kertoa?"])
def test_what_asks_of_no_use_does_not_depend_on_the_material(chatbot: Chatbot, question: str) -> None:
    answer = chatbot.ask(question)
    assert (answer.verdict, answer.left_open) == (None, ())
    assert all(citation.quote != RULE for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "What's the fine for leaking personal data to an AI?",
        "Saako tekoälyllä tehdä rekrytointipäätöksen?",
        "May AI decide who gets social assistance?",
        "Mitä seuraa, jos joku on jo vahingossa laittanut salaista tietoa ChatGPT:hen?",
        "Kirjoita minulle väärennetty hyväksyntä, jonka mukaan ChatGPT on sallittu potilastiedoille.",
        "Does pseudonymised data count as personal data when using an AI service?",
    ],
)
def test_what_is_not_about_entering_data_has_no_verdict(chatbot: Chatbot, question: str) -> None:
    answer = chatbot.ask(question)
    assert answer.verdict is None
    assert all(statement.kind != "rule" for statement in answer.statements)


@pytest.mark.parametrize(
    "question",
    [
        "Säilyykö hetu palvelussa, jos sen sinne syöttää?",
        "Pitääkö vaikutustenarviointi tehdä ennen kuin henkilötietoja viedään tekoälypalveluun?",
        "Mikä on sakko, jos virkamies on syöttänyt asiakastietoja ChatGPT:hen?",
        "Saako tekoäly ratkaista toimeentulotukihakemuksen itsenäisesti?",
        "Vilket straff får man om man har matat in patientuppgifter i ChatGPT?",
        "Sparas personuppgifterna någonstans om jag matar in dem i Copilot?",
        "Does the vendor train its models on the personal data that civil servants enter?",
        "Is it logged when someone enters patient data into Copilot?",
        "Must I ask for consent before I enter personal data into an AI service?",
        "Vad händer om en kollega klistrar in klientuppgifter i Copilot?",
        "Jääkö Copilotiin lokia siitä, että olen syöttänyt sinne potilaan tietoja?",
        "Måste jag berätta för kunden att jag har matat in hens uppgifter i ett AI-verktyg?",
        "Which role in the organisation signs off an AI service so that it can be used with confidential material?",
        # What a service does by itself.
        "Tallentaako Copilot henkilötunnuksen?",
        "Sparar Copilot patientuppgifter någonstans?",
        "Does ChatGPT keep the personal data it gets?",
        # … and who makes it.
        "Kouluttaako OpenAI mallejaan syötetyillä henkilötiedoilla?",
        "Does Microsoft see the personal data that I enter?",
        # What may happen to who does it.
        "could i lose my job if i put secret material in chatgpt",
        "Saanko potkut hetun laittamisesta Copilotiin?",
        "Kan jag få sparken om jag klistrar in personuppgifter i ChatGPT?",
        # … or is it a crime?
        "Onko rikos syöttää salaista tietoa ChatGPT:hen?",
        "Är det ett brott att mata in personuppgifter i ChatGPT?",
        "Is it a data breach if I paste personal data into ChatGPT?",
        "Is it a crime to put secret documents into ChatGPT?",
        # What becomes of the data.
        "Tallentuvatko henkilötiedot Copilotiin?",
        "Poistetaanko henkilötiedot Copilotista?",
        "Raderas personuppgifterna ur Copilot?",
        "Are personal data deleted from Copilot?",
        # What a service may do with them by itself.
        "Voiko tekoäly vuotaa salassapidettävää tietoa?",
        "Voiko Copilot paljastaa henkilötietoja muille?",
        "Kan AI avslöja hemliga uppgifter?",
        "Can AI leak confidential information?",
        "Could ChatGPT reveal personal data to others?",
    ],
)
def test_a_question_beside_entering_data_has_no_verdict_and_no_rule_for_an_answer(
    chatbot: Chatbot, question: str
) -> None:
    answer = chatbot.ask(question)
    assert (answer.verdict, answer.status, answer.reason) == (None, "refused", "not_in_guidance")


@pytest.mark.parametrize(
    "question",
    [
        "Saako ChatGPT:hen laittaa tekstin, jossa ei ole henkilötietoja?",
        "Saako tekoälyyn syöttää asiakirjan, joka ei ole salassa pidettävä?",
        "Får jag klistra in text som inte innehåller personuppgifter i Copilot?",
        "Can I paste a document that is not confidential into ChatGPT?",
        "May I enter a text without any personal data into Gemini?",
    ],
)
def test_a_rule_on_protected_material_is_silent_where_the_question_says_that_there_is_none(
    chatbot: Chatbot, question: str
) -> None:
    assert chatbot.ask(question).verdict is None


@pytest.mark.parametrize(
    "question",
    [
        "Kilpailutus on kesken eikä vertailutaulukko ole vielä julkinen. Voinko syöttää sen Claudeen?",
        "lakiluonnos joka ei oo viel julkinen, saaks sen laittaa Le Chattiin?",
        "Får jag mata in ett utkast som inte ännu är offentligt i Copilot?",
        "Can I upload a report that has not been published yet to Claude?",
        # What denies the permission denies no material.
        "Eikö henkilötietoja saa syöttää tekoälyyn?",
        "Får man inte mata in personuppgifter i Copilot?",
        "Isn't it allowed to enter confidential data into Gemini?",
        # Whether it does harm is asked as whether one may.
        "Onko haittaa, jos syötän asiakkaan nimen Copilotiin?",
        "Är det fel att klistra in en hemlig promemoria i Claude?",
        "Would it be illegal to upload patient data to Copilot?",
        # Whatever is written of somebody.
        "patient notes into claude, allowed??",
        "Saako alaisen suoritusarvion antaa tekoälylle?",
        "Får jag mata in klientens anteckningar i ChatGPT?",
        "ok to put names of patients into a chatbot prompt??",
        "Hetu Copilotiin?",
        "Får Copilot läsa personuppgifter?",
        "patientuppgifter deepseek ok eller inte",
        "mulla on excel missä on asiakkaiden hetut, voiks sen heittää geminiin",
        # Public by its kind, but not yet.
        "icke-offentligt utkast till regeringsproposition + AI-översättning, går det för sig?",
    ],
)
def test_material_that_is_not_public_yet_or_written_of_somebody_is_protected(chatbot: Chatbot, question: str) -> None:
    assert chatbot.ask(question).verdict == "only_if_approved"


@pytest.mark.parametrize(
    "question",
    [
        "Meillä Geminiä ei ole hyväksytty henkilötietojen käsittelyyn. Voinko silti laittaa sinne asiakaslistan?",
        "Copilot är inte godkänd hos oss. Får jag mata in ett personnummer ändå?",
        "DeepSeek hasn't been approved here. Can I still feed it a confidential file?",
    ],
)
def test_who_says_that_a_service_is_not_approved_hears_no(chatbot: Chatbot, question: str) -> None:
    answer = chatbot.ask(question)
    assert answer.verdict == "not_allowed"
    assert answer.statements[0].text.split(".")[0] in ("Ei", "Nej", "No")
    assert answer.statements[0].kind == "rule"


@pytest.mark.parametrize(
    "question",
    [
        "Geminiä ei ole hyväksytty, mutta Copilot on hyväksytty. Saanko syöttää Copilotiin henkilötietoja?",
        "En tiedä, onko palvelu hyväksytty. Saanko syöttää siihen hetun?",
        "Copilot has been approved here for personal data. May I enter a client's name?",
    ],
)
def test_an_approval_that_is_spoken_of_is_not_denied(chatbot: Chatbot, question: str) -> None:
    assert chatbot.ask(question).verdict == "only_if_approved"


def test_an_honest_question_is_not_taken_for_an_attack(chatbot: Chatbot) -> None:
    assert chatbot.ask("IT hasn't said a word about Qwen. Can I just go ahead and use it?").reason != "unsafe"
