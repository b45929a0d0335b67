"""The sums, times and counts that labels mean and questions name."""

from __future__ import annotations

import pytest

from rag.language.ranges import fits, ranges_in, the_one_that_holds, values_asked, values_in


@pytest.mark.parametrize(
    ("label", "inside", "outside"),
    [
        ("Yli 5 000 euroa", "7 500 euron tilaus", "5 000 €"),
        ("5 000 euroa ylittävät hankinnat", "6k€", "4 999 euroa"),
        ("Enintään 1 000 euroa", "1000 e", "1 001 euroa"),
        ("1 000,01–5 000 €", "1 500 euron kone", "1 000 euroa"),
        ("30 000 euroa tai enemmän", "30 000 €", "29 999 €"),
        ("60 000 euroon asti", "60 000 euroa", "61 000 euroa"),
        ("Mer än 500 euro", "600 euro", "500 euro"),
        ("Högst 20 dagar", "två veckor", "1 månad"),
        ("från 3 till 5 veckor", "25 dagar", "2 veckor"),
        ("up to 10 people", "a group of 8 people", "11 participants"),
        ("Yli 20 henkeä", "25 hengen ryhmä", "20 hengelle"),
        ("more than 6 months", "8 months abroad", "30 days"),
        # Twelve months are a year, thirty days a month.
        ("Yli 1 vuosi", "13 kuukautta", "12 kuukautta"),
        ("enintään 12 kuukautta", "1 vuosi", "13 kuukautta"),
        ("6–12 kuukautta", "6 kuukautta", "5 kuukautta"),
        ("2 år eller mer", "24 månader", "23 månader"),
        ("up to 1 month", "30 days", "5 weeks"),
        ("13–17-vuotiaat", "14-vuotias oppilas", "12-vuotias"),
        ("under 13 år gamla", "en elev på 12 år", "15 år"),
        ("alle 30 minuuttia", "20 min", "1 tunti"),
        ("max 25 MB", "20 Mt liite", "1 Gt"),
        ("1.6.–31.8.", "heinäkuussa", "1.9."),
        ("kesäkuu–elokuu", "15.7.", "syyskuussa"),
        ("Ennen 1.6.2025", "sopimus 3.2.2024", "sopimus 2.6.2025"),
        # A day with its month's name.
        ("Before 1 June", "on 15 May", "in June"),
        ("1 June–31 August", "in July", "on 1 September"),
        ("After August 31", "September 2nd", "August 30"),
        ("Ennen 1. kesäkuuta", "15. toukokuuta", "kesäkuussa"),
        ("Före 1 juni", "den 3 maj", "den 2 juni"),
        ("Before 1 June 2025", "signed on 3 February 2024", "signed on 2 June 2025"),
        ("Over 25,000 €", "a server for 30,000 euros", "EUR 25,000"),
        ("5,001–25,000 €", "Christmas buffet for 7,000 euros", "€5,000"),
        ("€1,000.50–€5,000", "EUR 4,000", "1 000 €"),
        ("EUR 500 or more", "500 e", "€499.90"),
        ("10k–20k €", "15 000 €", "9 000 €"),
        ("2–3 t€", "2 500 €", "3 500 €"),
        ("under 0,125 h", "7 min", "8 min"),
        ("10 000 €:sta alkaen", "10 000 €", "9 999 €"),
        ("10 000 €:oon asti", "10 000 €", "10 001 €"),
        ("5 000 €:n ylittävät hankinnat", "6 000 €", "5 000 €"),
        ("5 dagar eller fler", "6 dagar", "4 dagar"),
        # A bound that is negated is the other one.
        ("Not more than 500 euros", "500 euros", "501 euros"),
        ("no fewer than 5 people", "5 people", "4 people"),
        ("not less than 3 weeks", "21 days", "2 weeks"),
        ("inte mer än 500 euro", "400 euro", "600 euro"),
        ("inte under 5 dagar", "5 dagar", "4 dagar"),
        ("ei yli 500 euroa", "500 euroa", "501 euroa"),
        ("ei alle 5 päivää", "5 päivää", "4 päivää"),
        ("ei enempää kuin 500 euroa", "400 euroa", "600 euroa"),
    ],
)
def test_a_label_holds_the_values_of_its_range(label: str, inside: str, outside: str) -> None:
    (meant,) = ranges_in(label)
    assert [meant.holds(value) for value in values_in(inside) if value.kind == meant.kind] == [True]
    assert [meant.holds(value) for value in values_in(outside) if value.kind == meant.kind] == [False]


@pytest.mark.parametrize(
    "label",
    [
        "Hankintapäällikkö",
        "5 000 euroa",
        "Vuosi 2024",
        "kohta 3.2",
        "Copilot 365",
        "may be used",
        "1–3",
        "+358 40 123 4567",
    ],
)
def test_what_gives_no_end_is_no_range(label: str) -> None:
    assert ranges_in(label) == []


SUMS = ("Alle 5 000 euroa", "5 000–50 000 euroa", "Yli 50 000 euroa")


@pytest.mark.parametrize(
    ("labels", "question", "meant"),
    [
        (SUMS, "Kuka hyväksyy yli 50 000 euron hankinnan?", {2}),
        (SUMS, "Kuka hyväksyy alle 5 000 euron hankinnan?", {0}),
        (SUMS, "Kuka hyväksyy 50 000 euron hankinnan?", {1}),
        (SUMS, "Kuka hyväksyy yli 7 000 euron hankinnan?", {1, 2}),
        (SUMS, "Kuka hyväksyy 6 000–8 000 euron hankinnan?", {1}),
        (("Under 5,000 €", "5,000 € or more"), "Who approves a purchase under €5,000?", {0}),
        (("1–3 päivää", "Yli 3 päivää"), "yli 3 päivän poissaolon", {1}),
        (("Kesäkuu", "Heinäkuu", "Elokuu"), "Onko elokuvan katsominen sallittu?", None),
        (("Kesäkuu", "Heinäkuu", "Elokuu"), "Onko se auki elokuussa?", {2}),
        (("April", "May", "June"), "May employees enter it themselves?", None),
        (("1 April – 30 April", "1 May – 31 May"), "Is it open in May?", {1}),
    ],
)
def test_a_question_may_ask_of_a_range(labels: tuple[str, ...], question: str, meant: set[int] | None) -> None:
    assert the_one_that_holds(labels, values_asked(question)) == meant


def test_of_labels_that_part_a_scale_the_one_is_meant_that_holds_the_value() -> None:
    labels = ["Hankinnan arvo", "Alle 1 000 euroa", "1 000–5 000 euroa", "Yli 5 000 euroa"]
    assert the_one_that_holds(labels, values_in("kuka hyväksyy 7 500 euron tilauksen?")) == {0, 3}
    assert the_one_that_holds(labels, values_in("kuka hyväksyy tilauksen?")) is None
    assert the_one_that_holds(labels, values_in("12 päivän matka")) is None
    assert the_one_that_holds(["Yli 5 000 euroa", "Muut"], values_in("7 500 euroa")) is None  # parts no scale


def test_a_long_text_of_digits_is_read_in_no_time() -> None:
    hostile = "1 000 " * 20_000 + "€" + "1." * 20_000 + "9" * 50_000
    values_in(hostile)
    ranges_in(hostile)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("kuuden viikon reissu", [("day", 42)]),
        ("kuusivuotias", [("age", 6)]),
        ("two thousand euros for twelve people", [("euro", 2000), ("person", 12)]),
        ("fyra timmar", [("minute", 240)]),
        ("kahdentoista päivän", [("day", 12)]),
        ("a six-month contract, kahdeksi viikoksi", [("day", 180), ("day", 14)]),
        ("two to three weeks", [(None, 2), ("day", 21)]),
        # Parts of longer numbers, ordinals and frequencies are others.
        ("kahdenkymmenen päivän, kymmenentuhannen euron, kuudennen viikon, kahdesti viikossa", []),
        ("twenty-five days, a hundred and five days, tjugofem dagar, neljännesvuosittain", []),
        ("two of them, six pupils, two e-mails, kolmelle työntekijälle, kaksi eurooppalaista", []),  # of no unit
    ],
)
def test_a_value_in_words_is_one_where_its_unit_follows(text: str, values: list[tuple[str, float]]) -> None:
    assert [(each.kind, each.low) for each in values_in(text)] == values


@pytest.mark.parametrize(
    ("text", "question", "told"),
    [
        ("if your contract lasts at least six months", "Can I keep it for six weeks?", -1.0),
        ("if your contract lasts at least six months", "I have a contract of 8 months", 1.0),
        ("two to three weeks", "for 20 days", 1.0),
        ("enintään 300 euroa ja enintään 5 henkeä", "Saako 200 eurolla tarjota kuudelle hengelle?", -1.0),
        ("enintään 300 euroa", "Saako viidelle hengelle tarjota?", 0.0),  # of another kind
        ("300 euroa", "200 euroa", 0.0),  # no range
        ("enintään 300 euroa", "Saako tarjota?", 0.0),
    ],
)
def test_a_text_tells_whether_it_holds_what_is_asked(text: str, question: str, told: float) -> None:
    assert fits(text, values_asked(question)) == told
