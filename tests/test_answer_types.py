"""What kind of answer a question wants, and whether a text has anything of that kind."""

from __future__ import annotations

import pytest

from rag.language.answer_types import (
    asks_permission,
    asks_what_befalls,
    focus_of,
    gives,
    holds_answer,
    particulars_in,
    tells_several,
    wanted_in,
)
from rag.language.pack import Focus, Particular


@pytest.mark.parametrize(
    ("question", "focus"),
    [
        ("Kuka päättää luvasta?", "who"),
        ("kelle ilmotan", "who"),
        ("Kuinka monta päivää?", "how_many"),
        ("Milloin se päättyy?", "when"),
        ("miksi näin", "why"),
        ("missä lomake on", "where"),
        ("miten haetaan", "how"),
        ("Mikä on raja?", "what"),
        ("Saako hetun syöttää?", "whether"),
        ("hetu copilot", "unsaid"),
        ("Vem beslutar?", "who"),
        ("hur många dagar", "how_many"),
        ("När slutar det?", "when"),
        ("varför så?", "why"),
        ("Får jag spela in?", "whether"),
        ("Who decides?", "who"),
        ("how much may it cost", "how_many"),
        ("hur lång introduktion måste man gå innan man får börja", "how_many"),
        ("Hur gammal måste man vara?", "how_many"),
        ("How old must one be?", "how_many"),
        ("How late may I submit?", "how_many"),
        ("Miten suuren lahjan saa ottaa?", "how_many"),
        ("Minkä kokoinen tiedosto saa olla?", "how_many"),
        ("Miten lähetän sen?", "how"),
        ("Miten kuva suurennetaan?", "how"),
        ("when does it end", "when"),
        ("why is that", "why"),
        ("May I record?", "whether"),
        # Whatever follows, who begins with a verb asks yes or no; not who asks to be told.
        ("Saako botti vastata sen pohjalta, mitä sivuilla lukee?", "whether"),
        ("Voitko kertoa, kuka päättää?", "who"),
        # What is told before it asks nothing.
        ("Mulla on excel missä on hetuja, voiks sen heittää geminiin", "whether"),
        ("Kuka päättää, saako hetun syöttää?", "who"),
    ],
)
def test_the_kind_of_answer_that_is_wanted(question: str, focus: Focus) -> None:
    assert focus_of(question) == focus


@pytest.mark.parametrize(
    ("focus", "holds", "lacks"),
    [
        ("who", "Luvan antaa yksikön päällikkö.", "Lupa annetaan kirjallisena."),
        ("who", "Kysy: apu@esimerkki.example.", "Kysy ensin."),
        ("who", "Chefen beviljar ledigheten.", "Ledigheten beviljas skriftligt."),
        ("who", "The head of unit approves it.", "It is approved in writing."),
        ("when", "Hakemus jätetään ennen matkaa.", "Hakemus jätetään kirjallisena."),
        ("when", "Svaret ges inom två veckor.", "Svaret ges skriftligt."),
        ("when", "Reports are due at once.", "Reports are in writing."),
        ("when", "Sunnuntaisin on suljettu.", "Ovi on suljettu."),
        ("when", "Stängt på söndagar.", "Dörren är stängd."),
        ("when", "Closed on Sundays and in the evening.", "The door is closed."),
        ("how_many", "Korvaus on puolet hinnasta.", "Korvaus maksetaan tilille."),
        ("how_many", "Avgiften är 12 euro.", "Avgiften betalas med kort."),
        ("where", "Lomake on intranetissä.", "Täytä se huolellisesti."),
        ("where", "Nyckeln hämtas på kansliet.", "Nyckeln kvitteras."),
        ("where", "See https://esimerkki.example.", "See below."),
        ("why", "Näin tehdään, koska tiedot ovat salaisia.", "Näin tehdään."),
        ("why", "Detta görs för att skydda uppgifterna.", "Detta görs alltid."),
        ("why", "This is done because the data are secret.", "This is done always."),
    ],
)
def test_what_is_asked_for_is_there_or_not(focus: Focus, holds: str, lacks: str) -> None:
    assert holds_answer(focus, frozenset(), holds)
    assert not holds_answer(focus, frozenset(), lacks)


def test_other_questions_lack_nothing_and_several_wants_are_all_looked_for() -> None:
    assert holds_answer("whether", frozenset(), "Saa.")
    assert holds_answer("unsaid", frozenset(), "")
    assert not holds_answer("who", frozenset({"number"}), "Luvan antaa päällikkö.")
    assert holds_answer("who", frozenset({"number"}), "Luvan antaa 2 päällikköä.")


@pytest.mark.parametrize(
    ("question", "particular", "given", "lacking"),
    [
        ("mikä oli kustannusten keskiarvo", "mean", "Kustannusten keskiarvo oli 5 000 euroa.", "Mediaani 3 600 euroa"),
        ("Vad var kostnaden i genomsnitt?", "mean", "Keskimäärin 5 000 euroa", "Medianen var 3 600 euro."),
        ("average cost per project please", "mean", "On average it was EUR 5,000.", "The median was EUR 3,600."),
        ("Mikä oli mediaani?", "median", "The median was 5.", "Keskiarvo oli 5."),
        ("Paljonko pilotti maksoi?", "price", "Kokeilu maksoi 12 €.", "Kokeilu kesti 12 viikkoa."),
        ("Vad kostar kursen?", "price", "Kursen är avgiftsfri.", "Kursen hålls 3 gånger."),
        ("How much did the pilot cost?", "price", "Nobody pays for it.", "The pilot took 12 weeks."),
        (
            "Päivi Nergs e-postadress?",
            "email",
            "etunimi.sukunimi@esimerkki.example",
            "Understatssekreterare Päivi Nerg",
        ),
        ("Mikä on kirjaamon puhelinnumero?", "telephone", "Puh. 0295 16001", "Kirjaamo palvelee klo 9–15."),
        ("vad heter sitras representant", "name", "Sitra: Maija Esimerkki", "Medlemmar från VNK och Sitra"),
    ],
)
def test_what_is_asked_for_by_its_name_is_given_by_nothing_else(
    question: str, particular: Particular, given: str, lacking: str
) -> None:
    assert particulars_in(question) == {particular}
    assert gives(particulars_in(question), given)
    assert not gives(particulars_in(question), lacking)


@pytest.mark.parametrize(
    "question",
    [
        "Saako puhelinnumeron syöttää Copilotiin?",
        "tarkastajana haluaisin koota vesien omistajien puhelinnumerot yhteen mallilla",
        "paljonko yksityishenkilöllä on aikaa maksaa lasku",
        "Mikä ohjelman nimi on?",
    ],
)
def test_who_asks_for_no_particular_needs_none(question: str) -> None:
    assert particulars_in(question) == frozenset()


def test_what_may_happen_is_no_leave() -> None:
    assert not asks_permission("could I lose my job if I paste it")
    assert not asks_permission("Voiko siitä saada potkut?")
    assert asks_permission("Saako rangaistuksen saaneiden tietoja syöttää?")
    assert asks_permission("Saako irtisanomisilmoituksen laittaa Copilotiin?")


def test_what_a_question_wants_is_told_by_its_words() -> None:
    assert wanted_in("Montako päivää ja milloin?") == {"number", "time"}
    assert wanted_in("Kuka päättää?") == {"person"}
    assert wanted_in("hetu") == frozenset()
    assert asks_permission("Saanko kuvata?")
    assert not asks_permission("Kuka kuvaa?")


@pytest.mark.parametrize(
    "text",
    ["Maksu on kaksitoista euroa.", "kahden viikon kuluessa", "Man har tjugofem dagar på sig.", "in seventeen days"],
)
def test_a_number_may_be_spelt(text: str) -> None:
    assert holds_answer("how_many", frozenset(), text)


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Helsinki, 6.2.2020, Sirpa Paatero", False),
        ("Helsinki, 6 February 2020", False),
        ("6. helmikuuta 2020", False),
        ("31.1.2020 – 31.12.2022", True),
        ("31 January 2020 to 31 December 2022", True),
        ("1.3.–30.4.", True),
        ("vuosina 2024 ja 2025", True),
    ],
)
def test_a_day_with_its_year_is_one_time(text: str, several: bool) -> None:
    assert tells_several(frozenset({"time"}), text) is several


@pytest.mark.parametrize(
    ("text", "befalls"),
    [
        ("Onko rikos syöttää salaista tietoa ChatGPT:hen?", True),
        ("Är det ett dataintrång att läsa klientens uppgifter?", True),
        ("Is it a data breach if I paste personal data?", True),
        ("Tallentuvatko henkilötiedot Copilotiin?", True),
        ("Lagras personuppgifter i Copilot?", True),
        ("Are the minutes stored anywhere?", True),
        ("Saako hetun tallentaa Copilotiin?", False),
        ("Onko laitonta syöttää hetu Copilotiin?", False),
        ("Is it illegal to paste personal data into ChatGPT?", False),
        ("Is it a breach of the rules to use DeepL?", False),
        ("Får jag spara protokollet i molnet?", False),
    ],
)
def test_whether_something_is_a_crime_or_what_becomes_of_data_asks_no_leave(text: str, befalls: bool) -> None:
    assert asks_what_befalls(text) is befalls
