"""Personal data is taken out, and nothing else is."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.privacy import (
    SMALL,
    SMALL_SENTENCE,
    false_alarms,
    make_questions,
    make_small,
    make_typed,
    open_redactor,
    try_all,
)
from rag.language.messages import say
from rag.language.words import Lexicon
from rag.privacy.identifiers import find_identifiers
from rag.privacy.personal_data import Plain
from rag.privacy.redactor import Redactor
from rag.privacy.spoken import as_figures
from rag.types import LANGUAGES, Language
from tests.support.growth import busy_s

SOURCE = (
    "Ohjeen on laatinut Kimmo Mäkinen. Kysymykset: kimmo.makinen@gov.fi. Pääministeri Sanna Marin avasi tilaisuuden."
)


@pytest.fixture(scope="module")
def redactor(tmp_path_factory: pytest.TempPathFactory) -> Redactor:
    return Redactor(Lexicon(tmp_path_factory.mktemp("words")), [SOURCE])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(
            ("identity_code", f"010190{mark}900{check}")
            for mark, check in (("-", "P"), ("Y", "P"), ("x", "p"), ("U", "P"))
        ),
        *(("identity_code", f"010{rest}") for rest in ("101A920R", "101B920r", "190 - 900P", "190-900A", "190+900P")),
        ("identity_code", "311280\u2011900H"),  # with a hyphen that does not break
        ("swedish_identity", "811228-9874"),
        ("swedish_identity", "198112289874"),
        ("client_identifier", "10000001N"),
        ("iban", "FI21 1234 5600 0007 85"),
        ("iban", "fi2112345600000785"),
        ("iban", "GB82 WEST 1234 5698 7654 32"),
        ("card", "4111 1111 1111 1111"),
        ("card", "4111-1111-1111-1111"),
        ("card", "378282246310005"),
        ("phone", "040 123 4567"),
        ("phone", "+358 (0)40 123 4567"),
        ("phone", "09 123 4567"),
        ("phone", "+46 70 123 45 67"),
        ("email", "matti.meikäläinen@example.fi"),
        ("email", "matti(at)example.fi"),
        ("address", "Mannerheimintie 5 A 12, 00100 Helsinki"),
        ("address", "Koulukadulla 12 b"),
        ("address", "Eino Leinon katu 7"),
        ("address", "koulukuja 3"),
        ("address", "Skolgatan 5 B, 65100 Vasa"),
        ("address", "Norra Esplanaden 31"),
        ("address", "12 Example Street"),
        ("property", "91-1-2-3"),
        ("ip", "192.168.1.10"),
        ("ip", "2001:db8::1"),
    ],
)
def test_an_identifier_is_found_whatever_stands_around_it(redactor: Redactor, kind: str, value: str) -> None:
    texts: dict[Language, str] = {
        "fi": f"Saako tiedon {value} syöttää tekoälypalveluun?",
        "sv": f"Får uppgiften ({value}) matas in i tjänsten?",
        "en": f"The record says: {value}, may I enter it?",
    }
    for language, text in texts.items():
        redaction = redactor.redact(text, language)
        assert redaction.text == text.replace(value, f"[{say(language, f'privacy.{kind}')}]")
        assert [finding.span.of(text) for finding in redaction.findings] == [value]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("plate", "ABC-123", "Auton rekisterinumero on ABC-123."),
        ("plate", "ABC 123", "Parking fine for the car ABC 123, please."),
        ("plate", "abc-123", "saako bilen abc-123 nämnas"),
        ("passport", "XP1234567", "Passin numero on XP1234567."),
        ("passport", "XP 1234567", "The passport is XP 1234567."),
        ("property", "09100100020003", "Kiinteistötunnus on 09100100020003."),
        ("swedish_identity", "811228-9875", "Personnummer 811228-9875 är fel."),
        ("iban", "FI21 1234 5600 0007 86", "Tilinumero FI21 1234 5600 0007 86 ei kelpaa."),
        ("plate", "ABC.123", "Auton rekisterinumero on ABC.123."),
        *(
            ("birth_date", day, text.format(day))
            for text in ("Hän on syntynyt {} Turussa.", "hakija, synt. {}", "Hon är född {}.", "Date of birth: {}")
            for day in ("13.10.1952", "13.10.52", "13. 10. 1952", "13/10/1952", "1952-10-13", "13.\n10.1952")
        ),
        ("birth_date", "13. lokakuuta 1952", "syntymäaika: 13. lokakuuta 1952"),
        ("birth_date", "13 oktober 1952", "Hon föddes den 13 oktober 1952."),
        ("birth_date", "October 13, 1952", "She was born on October 13, 1952."),
        ("birth_date", "13.10.1952", "13.10.1952 syntynyt asiakas"),
        ("customer_number", "1234567", "Saako potilasnumeron 1234567 syöttää?"),
        ("customer_number", "55 44 33", "asiakkaan numero on 55 44 33"),
        ("customer_number", "A12-3456", "Opiskelijan tunnus: A12-3456"),
        ("customer_number", "998877", "Kundnumret är 998877."),
        ("customer_number", "123-4567", "The patient number, 123-4567, is in the log."),
        ("customer_number", "P1234567", "P1234567 is the customer id"),
        ("customer_number", "123456-789", "ajokortin numero 123456-789"),
    ],
)
def test_some_are_found_by_the_words_around_them(redactor: Redactor, kind: str, value: str, text: str) -> None:
    redaction = redactor.redact(text, None)
    assert redaction.kinds == (kind,)
    assert value not in redaction.text


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(
            ("identity_code", value)
            for value in ("010190-\n900P", "010190\n-900P", "01.01.90-900P", "01 01 90 - 900 P")
        ),
        *(
            ("identity_code", value)
            for value in ("010190/900P", "010190_900P", "01.01.1990-900P", "0 1 0 1 9 0 - 9 0 0 P")
        ),
        ("identity_code", "010190 ja loppuosa 900P"),
        *(("identity_code", value) for value in ("010190*900P", "010190:900P", "0lOl9O-9OOP")),
        ("identity_code", "nolla yksi nolla yksi yhdeksän nolla viiva yhdeksän nolla nolla P"),
        ("identity_code", "\uff10\uff11\uff10\uff11\uff19\uff10-\uff19\uff10\uff10\uff30"),  # wide letters
        ("swedish_identity", "81.12.28-9874"),
        ("swedish_identity", "811228-\n9874"),
        *(
            ("phone", value)
            for value in ("040/1234567", "040.123.4567", "040\n1234567", "+358.40.123.4567", "O4O 1234567")
        ),
        *(("phone", value) for value in ("+1 212 555 0123", "040 ja sitten 1234567", "nollaneljänolla 123 45 67")),
        ("phone", "noll fyra noll ett två tre fyra fem sex sju"),
        *(("iban", f"FI21{mark}1234{mark}5600{mark}0007{mark}85") for mark in "-.\n_"),
        ("iban", "GB82-WEST-1234-5698-7654-32"),
        ("iban", "FI21 1234 and then 5600 0007 85"),
        ("card", "4111.1111.1111.1111"),
        *(
            ("email", f"matti.virta{at}example.fi")
            for at in (
                " @ ",
                "@\n",
                " ( at ) ",
                "{at}",
                " miukumauku ",
                "%40",
                " at ",
                "-at-",
                "_at_",
                " 'at' ",
                ' "at" ',
                "/at/",
                "\uff20",
            )
        ),
        *(
            ("email", value)
            for value in ("matti @ example . fi", "matti[at]example[dot]fi", "matti at example dot fi", "matti@valtio")
        ),
    ],
)
def test_an_identifier_is_found_however_it_is_typed(redactor: Redactor, kind: str, value: str) -> None:
    redaction = redactor.redact(f"Saako tiedon {value} syöttää tekoälypalveluun?", "fi")
    assert redaction.text == f"Saako tiedon [{say('fi', f'privacy.{kind}')}] syöttää tekoälypalveluun?"


def test_marks_around_the_parts_of_an_identity_code_hide_nothing(redactor: Redactor) -> None:
    for value in ("'010190'-'900P'", "(010190)-900P", "**010190**-900P", '"010190" - 900P', "[010190] 900P"):
        found = redactor.redact(f"Saako {value} syöttää palveluun?", "fi")
        assert found.kinds == ("identity_code",)
        assert not any(char.isdigit() for char in found.text)


def test_a_word_may_have_grown_to_an_identifier(redactor: Redactor) -> None:
    for text in ("hetu010190-900P", "010190-900Phetu", "puh0401234567", "tiliFI2112345600000785"):
        found = redactor.redact(f"Saako syöttää {text} palveluun?", "fi")
        assert not any(char.isdigit() for char in found.text)


@pytest.mark.parametrize(
    "text",
    [
        "Kokous on 09.12.2024 klo 10.30 ja 02/2025.",
        "Hetuja syötettiin 12.10.2020 yhteensä 1000.",
        "Hetu annettiin 10.10.2020 ja vuonna 2021 uusi.",
        "Dnro 015/1234/2024 ja 040/2024.",
        "Kaksi tai kolme, neljä ja viisi kuutosta.",
        "Meet us at kela.fi or at vm.fi.",
        "Summa on 4 500 000 ja 12 300 euroa vuonna 2025.",
        "Kappaleet 1 2 3 4 5 ja 6.",
        "Ohje syntyi 13.10.2019 pidetyssä kokouksessa.",
        "Laki on annettu 13.10.2019, ks. s. 13 ja 14.3.2025 annettu ohje.",
        "The idea was born in 2019, the act on 2 May 2024.",
        "Potilasnumerot poistetaan, opiskelijanumero on 12, asiakas 2025 -hanke.",
        "Syntynyt 2.5.2999, jota päivää ei ole ollut.",
    ],
)
def test_numbers_that_are_nobodys_stay(redactor: Redactor, text: str) -> None:
    assert redactor.redact(text, None).text == text


_HOSTILE = ("1", "1 ", "1.", "01.01.90 a ", "040 ", "040/", "FI21 ", "nolla ", "ja 1 ", "a.", "a at ", "a piste ", "a@",
            "4111 ", "((+", "-1", "o0", "%40a", "1a", "hetu 010190 ",
            "syntynyt ", "syntynyt a ", "1.1.", "1. tammikuuta ", "potilas", "kund-nr 1 ", "12-")  # fmt: skip


@pytest.mark.parametrize(
    "piece", ["matti ", "Matti ", "m. ", "a-", "nimi: ", "hakija on ", "virran ", "mäki-", "o'", "potilas, "]
)
def test_a_long_row_of_names_takes_no_more_than_its_length(redactor: Redactor, piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        return busy_s(lambda: redactor.redact(text, "fi"))

    assert seconds(8_000) < 10 * seconds(2_000) + 0.05


@pytest.mark.parametrize("piece", _HOSTILE)
def test_a_long_text_takes_no_more_than_its_length(piece: str) -> None:
    """Four times the length takes about four times as long, never sixteen times."""

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        return busy_s(lambda: (find_identifiers(text), as_figures(Plain.of(text))))

    assert seconds(16_000) < 10 * seconds(4_000) + 0.05


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Korhosen Liisan palkka on salainen?", ["Korhosen Liisan"]),
        ("Onko Virtaselle lähetetty päätös?", ["Virtaselle"]),
        ("Matti Meikäläiseltä puuttuu liite.", ["Matti Meikäläiseltä"]),
        ("Voiko hakemuksen siirtää Anna-Maija Lehtoselle?", ["Anna-Maija Lehtoselle"]),
        ("Kysyin asiaa Satu Virralta.", ["Satu Virralta"]),
        ("Mitä Toivolle vastataan?", ["Toivolle"]),
        ("Voiko rouva Virran tiedot poistaa?", ["Virran"]),
        ("hakija on matti meikäläinen ja kotikunta turku", ["matti meikäläinen"]),
        ("saako korhosen liisan palkan laittaa tekoälyyn", ["korhosen liisan"]),
        ("Lähettäjä J. Korhonen pyytää kopion.", ["J. Korhonen"]),
        ("Soitin Mohamedille ja Hosseinille.", ["Mohamedille", "Hosseinille"]),
        ("Får jag mata in Anna Lindströms lön i tjänsten?", ["Anna Lindströms"]),
        ("Jag fick ett mejl av Johansson i går.", ["Johansson"]),
        ("Vad ska jag svara fru Berg?", ["Berg"]),
        ("Is Mary Jones's salary confidential?", ["Mary Jones's"]),
        ("May I upload the notes on Smith?", ["Smith"]),
        ("Please ask Mr Black about the form.", ["Black"]),
    ],
)
def test_names_are_found_in_any_inflection(redactor: Redactor, text: str, names: list[str]) -> None:
    assert [finding.span.of(text) for finding in redactor.redact(text, None).findings] == names


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("fi", "asiakas {} soitti", ["matti virtanen"]),
        ("fi", "saako potilas {} tiedot tallentaa", ["aino pitkäsen"]),
        ("fi", "vastaanko {} jo tänään", ["petterille"]),  # a name and nothing else, with an ending
        ("fi", "kirjoita päätös {}", ["virralle"]),  # a word as well, in a case of people's
        ("fi", "kenen {} lomat ovat", ["jukka-pekan"]),
        ("fi", "kysyin asiaa {} eilen", ["kaarina leppäniemeltä"]),  # a surname that no list has
        ("fi", "kysyin asiaa {} eilen", ["satu kuuselalta"]),
        ("fi", "onko {} palkka salainen", ["tolosen"]),
        ("fi", "hakija {} ei puhu suomea", ["oksana shevchenko"]),
        ("fi", "hakija (nimi: {}) ei vastaa", ["suomalaisen toivo"]),
        ("fi", "terveisin\n{}\n\nvoiko tähän vastata", ["toivo"]),
        ("fi", "rouva {} on sairaalassa", ["metsä"]),
        ("sv", "vad betyder det för {} och {}", ["anna lindholm", "göran"]),
        ("sv", "är {} lön hemlig", ["wilhelmssons"]),
        ("sv", "får vi fråga {} om saken", ["dag lindgren"]),
        ("en", "did {} send the report to {}", ["stephen", "clare north"]),
        ("en", "is {} salary secret", ["grace's"]),
        ("en", "the applicant {} needs an interpreter", ["fatima noor"]),
        ("fi", "Saako {} tiedot syöttää?", ["Nguyễn Thị Hồng"]),
        ("fi", "Saako {} tiedot syöttää?", ["Иван Петров"]),
    ],
)
def test_names_are_found_without_a_capital_and_from_elsewhere(
    redactor: Redactor, language: Language, text: str, names: list[str]
) -> None:
    assert redactor.redact(text.format(*names), language).text == text.replace(
        "{}", f"[{say(language, 'privacy.name')}]"
    )


@pytest.mark.parametrize(
    "text",
    [
        "saako punanen väri tai tällanen malli",
        "toivo paremmasta elää ja virta katkesi",
        "lahjan saa ottaa, veljen ei",
        "suomalaisten tiedot pilveen",
        "onko copilotilla tai teamsilla lupa",
        "repossa on julkinen koodi",
        "turvaluokitellun asiakirjan suunittelu tekoalylla",
        "telefonen och planen finns i versionen",
        "en lägre klass i organisationen, och vi ska bo kvar mitt på dan",
        "let the bot and the machine mark page four at ten o'clock",
        "it is somebody else's land, there's a class with lessons",
        "i loggen finns satu och pilvi",
    ],
)
def test_what_is_no_name_stays_without_a_capital_too(redactor: Redactor, text: str) -> None:
    assert redactor.redact(text, None).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Saako hetun syöttää tekoälypalveluun?",
        "Onko puhelinnumero tai osoite henkilötieto?",
        "Toivo paremmasta elää.",
        "Virta katkesi palvelinhuoneesta.",
        "Rauha ja turvallisuus ovat tärkeitä.",
        "Annan ohjeen huomenna.",
        "Käyttääkö Turun kaupunki tai Kela GPT-4:ää?",
        "Voinko kopioida Finlexistä pykälän? Entä puhua Whisperiin?",
        "Auton valmistaja käyttää mallia GPT-4.",
        "Lahti ja Salo ovat kaupunkeja.",
        "Ohje on annettu 12.2.2025 klo 9.00–11.30, dnro VN/1234/2024.",
        "Määräraha on 15 000 000 euroa vuosina 2023–2025.",
        "Valtatie 4 ja kantatie 51 ovat ruuhkaisia.",
        "Laki 906/2019 ja asetus (EU) 2024/1689.",
        "Versio 1.2.3.4 toimii, samoin 3.11.2.",
        "Tunnus 320190-900P ei ole päivä, eikä 010190-000P.",
        "Kimmo Mäkisen ohje ja Mäkisen osoite kimmo.makinen@gov.fi.",
        "Mitä pääministeri Sanna Marin lupasi?",
        "Varför stoppade dataombudsmannen organisationen i Helsingfors?",
        "Dataombudsmannen övervakar dataskyddet i Finland.",
        "May is the busiest month, and June is not.",
        "Will the Ministry of Finance use Claude or Gemini?",
        "Hope is not a strategy.",
    ],
)
def test_what_is_nobodys_stays(redactor: Redactor, text: str) -> None:
    assert redactor.redact(text, None).text == text


def test_the_first_name_of_somebody_public_is_still_anybodys(redactor: Redactor) -> None:
    assert redactor.redact("Onko Kimmo Virtasen palkka julkinen?", "fi").text == "Onko [nimi] palkka julkinen?"


def test_an_invisible_character_hides_nothing(redactor: Redactor) -> None:
    hidden = "010190\u200b-9\u00ad00P"
    assert redactor.redact(f"Tunnus {hidden} tässä", "fi").text == "Tunnus [henkilötunnus] tässä"
    decomposed = unicodedata.normalize("NFD", "Onko Hämäläiselle vastattu?")
    assert redactor.redact(decomposed, "fi").text == "Onko [nimi] vastattu?"


def test_the_kinds_are_told_once_each(redactor: Redactor) -> None:
    text = "Soita 040 123 4567 tai 050 123 4567, Korhonen on paikalla. Hetu 010190-900P."
    assert redactor.redact(text, "fi").kinds == ("identity_code", "phone", "name")


@cache
def _shared() -> Redactor:
    """One redactor with the project's sources for the tests that hypothesis repeats: those take no such fixture."""
    return open_redactor(Lexicon(Path("no such folder")))


_TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)


@settings(deadline=None)
@given(before=_TEXTS, after=_TEXTS)
def test_the_text_around_an_identifier_stays_and_nothing_is_left_to_find(before: str, after: str) -> None:
    redactor = _shared()
    text = f"{before}\n010190-900P\n{after}"
    redaction = redactor.redact(text, "fi")
    assert (
        any(finding.span.of(text) == "010190-900P" for finding in redaction.findings)
        or "010190-900P" not in redaction.text
    )
    kept, at = "", 0
    for finding in redaction.findings:
        assert at <= finding.span.start < finding.span.end <= len(text)
        kept += text[at : finding.span.start] + f"[{say('fi', f'privacy.{finding.kind}')}]"
        at = finding.span.end
    assert kept + text[at:] == redaction.text
    assert redactor.redact(redaction.text, "fi").text == redaction.text


_PIECES = """
    Liisa Korhosen Virta virta rouva Mr asiakas nimi: Anna Satu satu Turku auto passi kiinteistö ABC-123 GPT-4 Skolgatan
    Mannerheimintie 5 A 00100 040 123 4567 010190-900P 91-1-2-3 ( ) , . : - + / 's matti@example.fi 10.0.0.1
    FI21 1234 5600
""".split()


@settings(deadline=None)
@given(pieces=st.lists(st.sampled_from([*_PIECES, " ", "  ", "\n", "[nimi]", "[rekisterinumero]"]), max_size=25))
def test_redacting_twice_is_redacting_once(pieces: list[str]) -> None:
    for text in ("".join(pieces), " ".join(pieces)):
        once = _shared().redact(text, "fi").text
        assert _shared().redact(once, "fi").text == once


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_can_be_redacted(text: str) -> None:
    redaction = _shared().redact(text, "sv")
    assert _shared().redact(redaction.text, "sv").text == redaction.text


_SENTENCES = {
    "fi": "Saako asiakkaan viestin liittää tekoälyn kehotteeseen jos se on käsitelty organisaatiossa",
    "sv": "Får man klistra in kundens meddelande i tjänsten om det har behandlats inom organisationen",
    "en": "May I paste the message of a client into the service if it was handled in our own organisation",
}
_ANYWHERE = """
    010190-900P 010101A920R 811228-9874 10000001N FI2112345600000785 4111111111111111 +358401234567 040-1234567
    matti@example.fi 192.168.1.10 2001:db8::1
""".split()


@settings(deadline=None, max_examples=150, derandomize=True)
@given(language=st.sampled_from(LANGUAGES), value=st.sampled_from(_ANYWHERE), data=st.data())
def test_an_identifier_is_found_between_any_two_words(language: Language, value: str, data: st.DataObject) -> None:
    words = _SENTENCES[language].split()
    place = data.draw(st.integers(0, len(words)))
    mark = data.draw(st.sampled_from(["", ",", ".", "?", ":", ")"]))
    text = " ".join([*words[:place], value + mark, *words[place:]])
    redaction = _shared().redact(text, language)
    [finding] = redaction.findings
    assert finding.span.of(text) == value
    assert redaction.text.split() == [
        *words[:place], *f"[{say(language, f'privacy.{finding.kind}')}]{mark}".split(), *words[place:]
    ]  # fmt: skip


def test_identifiers_are_found_as_people_type_them() -> None:
    """99.6 % of 1,944 were measured: python -m eval.privacy."""
    tried = try_all(_shared(), make_typed(2))
    assert sum(each.found for each in tried) >= 0.99 * len(tried)


@pytest.mark.parametrize(
    "text",
    [
        "811228.9874", "19811228/9874", "811228,9874", "19811228 (9874)", "131052,308T", "131052;308T", "131052-3\n08T",
        "131052-308(T)", "308T ja alku 131052", "040,1234567", "040;1234567", "0401234567puh", "[040] 123 4567",
        "FI21,1234,5600,0007,85", "4111;1111;1111;1111",
        "nolla, neljä, nolla, yksi, kaksi, kolme, neljä, viisi, kuusi, seitsemän",
        "nolla neljäkymmentä kaksitoista kolmekymmentäneljä viisi kuusi seitsemän",
        "noll fyrtio tolv trettiofyra femtiosex sju", "zero forty, twelve, thirty-four, fifty-six, seven",
    ],
)  # fmt: skip
def test_a_comma_a_bracket_or_a_number_in_words_hides_no_identifier(redactor: Redactor, text: str) -> None:
    redacted = redactor.redact(f"Saako tunnuksen {text} syöttää?", "fi").text
    assert not any(word in redacted for word in text.replace(",", " ").split() if word.isalnum() and word != "ja")


@pytest.mark.parametrize(
    "text",
    ["Vuosina 2021,2022,2023,2024 julkaistiin ohjeita.", "Hinta on 0,1234567 euroa.", "Kaksi, kolme tai neljä kertaa."],
)
def test_numbers_in_a_row_are_nobodys(redactor: Redactor, text: str) -> None:
    assert redactor.redact(text, "fi").findings == ()


def test_names_are_found_in_small_letters_as_measured() -> None:
    """93.7 and 98.5 % were measured: python -m eval.privacy."""
    tried = try_all(_shared(), make_small())
    made = [each.found for each in tried if each.made.form == SMALL]
    sentences = [each.found for each in tried if each.made.form == SMALL_SENTENCE]
    assert sum(made) >= 0.92 * len(made)
    assert sum(sentences) >= 0.95 * len(sentences)


def test_the_figures_hold() -> None:
    """The whole measurement: python -m eval.privacy. Limits leave room for the smaller number."""
    redactor = _shared()
    tried = try_all(redactor, make_questions(300))
    identifiers = [each.found for each in tried if each.made.kind != "name"]
    names = [each.found for each in tried if each.made.kind == "name"]
    assert sum(identifiers) >= 0.98 * len(identifiers)
    assert sum(names) >= 0.9 * len(names)
    assert sorted(each.ms for each in tried)[int(0.95 * len(tried))] < 30
    for each in tried:
        assert redactor.redact(redactor.redact(each.made.text, "fi").text, "fi").findings == ()
    alarms = false_alarms(redactor)
    assert (alarms["dev.jsonl"].value or 0) <= 0.01
    assert (alarms["dev.jsonl, small letters"].value or 0) <= 0.01
    assert (alarms["harmless.jsonl"].value or 0) <= 0.02
    assert (alarms["harmless.jsonl, small letters"].value or 0) <= 0.02
