"""What sentences, items and cells decide, with values: by the question, the lead-in, the legend, the column."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.answering.unit_verdicts import (
    MAX_RIVALS,
    MEANT_BY,
    NO_RIVALS,
    Rivals,
    Says,
    aside_of,
    cell_says,
    decided_in,
    deciding_cell,
    lead_in_of,
    rivals_of,
    row_says,
    unit_says,
    units_say,
)
from rag.sources.canonical import Canonical, Row
from rag.types import Document, Span, Verdict
from tests.support.versions import chunks_of, document_of

TABLET, PHONE = "Tablettia saa käyttää", "puhelinta ei saa käyttää"
LAPTOP = "kannettavaa saa käyttää"


def paragraph(*sentences: str) -> Document:
    page = Canonical()
    page.paragraph(" ".join(sentences))
    return document_of(page)


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        (f"{TABLET}.", Says("allowed", ())),
        ("Tabletti on uusi.", None),
        (f"{TABLET}; {LAPTOP}.", Says("allowed", ())),
        (
            "Tilaa saa käyttää, jos ovi on lukittu; pihaa saa käyttää, jos portti on kiinni.",
            Says("allowed", ("jos ovi on lukittu", "jos portti on kiinni")),  # of both clauses, without the full stop
        ),
        (f"{TABLET}; {PHONE}.", None),
        (f"{TABLET}; kannettava on uusi.", None),  # what is not understood may decide otherwise
        ("Saako tablettia käyttää?", None),
    ],
)
def test_without_a_question_a_sentence_decides_where_its_clauses_agree(sentence: str, says: Says | None) -> None:
    document = paragraph(sentence)
    (chunk,) = chunks_of(document)
    assert unit_says(chunk, 0, document) == says


@pytest.mark.parametrize(
    ("tablet", "phone", "laptop", "verdict"),
    [
        (MEANT_BY, 0.0, 0.0, "allowed"),  # as much more as it takes
        (MEANT_BY - 0.01, 0.0, 0.0, None),
        (0.5, 0.5, 0.0, None),
        (0.5, 0.0, 0.45, "allowed"),  # one that decides the same is no rival
        (0.5, 0.46, 0.45, None),
        (0.0, 1.0, 0.85, "not_allowed"),
        (0.0, 1.0, 0.96, None),
        (0.0, 0.0, 0.0, None),
    ],
)
def test_of_clauses_that_disagree_the_one_decides_that_names_clearly_more_of_the_question(
    tablet: float, phone: float, laptop: float, verdict: Verdict | None
) -> None:
    document = paragraph(f"{TABLET}; {PHONE}; {LAPTOP}.")
    (chunk,) = chunks_of(document)
    shares = {"Tablettia": tablet, "puhelinta": phone, "kannettavaa": laptop}
    says = units_say(chunk, [0], document, lambda clause: shares[clause.split()[0]])
    assert says == (Says(verdict, ()) if verdict else None)


@pytest.mark.parametrize(
    ("named", "odds", "verdict", "read_more"),
    [
        ((0.2, 0.2), (3.0, -3.0), "allowed", 6.0),  # where both name as much, the one that was read as the answer
        ((0.2, 0.2), (-3.0, 3.0), "not_allowed", 6.0),
        ((0.2, 0.2), (0.1, 0.0), None, 0.0),
        ((0.9, 0.1), (-0.5, 0.5), "allowed", -1.0),  # what is named plainly outweighs what was nearly even
    ],
)
def test_of_clauses_that_disagree_the_one_decides_that_was_read_as_the_answer(
    named: tuple[float, float], odds: tuple[float, float], verdict: Verdict | None, read_more: float
) -> None:
    document = paragraph(f"{TABLET}; {PHONE}.")
    (chunk,) = chunks_of(document)
    shares = dict(zip(("Tablettia", "puhelinta"), named, strict=True))
    asked: list[str] = []

    def read(cases: Sequence[tuple[int, Span]]) -> list[float]:
        asked.extend(span.of(chunk.units[unit].of(document.text)) for unit, span in cases)
        return list(odds)

    says = units_say(chunk, [0], document, lambda clause: shares[clause.split()[0]], read)
    assert says == (Says(verdict, ()) if verdict else None)
    assert [each.strip(" .;") for each in asked] == [TABLET, PHONE]
    assert says is None or says.read_more == pytest.approx(read_more)


def test_clauses_that_agree_are_not_read() -> None:
    document = paragraph(f"{TABLET}; {LAPTOP}.")
    (chunk,) = chunks_of(document)

    def read(cases: Sequence[tuple[int, Span]]) -> list[float]:
        raise AssertionError(cases)

    assert units_say(chunk, [0], document, lambda _: 0.0, read) == Says("allowed", ())


def test_a_clause_without_a_verb_is_meant_by_what_it_names_alone() -> None:
    document = paragraph("Kukkia saa ottaa vastaan, mutta ei rahaa.")
    (chunk,) = chunks_of(document)

    def read(cases: Sequence[tuple[int, Span]]) -> list[float]:
        raise AssertionError(cases)

    says = units_say(chunk, [0], document, lambda words: float("rahaa" in words), read)
    assert says == Says("not_allowed", ())
    assert says.read_more == 0


def test_of_very_many_clauses_none_is_read() -> None:
    document = paragraph(f"{'; '.join([TABLET, PHONE] * 5)}.")
    (chunk,) = chunks_of(document)

    def read(cases: Sequence[tuple[int, Span]]) -> list[float]:
        raise AssertionError(cases)

    assert units_say(chunk, [0], document, lambda _: 0.5, read) is None


def test_a_question_about_the_clause_that_decides_nothing_gets_no_verdict() -> None:
    document = paragraph(f"{TABLET}; kannettava on uusi.")
    (chunk,) = chunks_of(document)
    assert units_say(chunk, [0], document, lambda clause: float("kannettava" in clause)) is None
    assert units_say(chunk, [0], document, lambda clause: float("Tablettia" in clause)) == Says("allowed", ())


def test_an_item_goes_on_from_its_lead_in_which_decides_nothing_by_itself() -> None:
    page = Canonical()
    page.heading("Syöttäminen", 1)
    page.paragraph("Palveluun ei saa syöttää:")
    page.item("asiakkaan nimeä", 1)
    page.item("sopimusta", 1)
    document = document_of(page)
    (chunk,) = chunks_of(document)
    assert lead_in_of(chunk, 1, document) == "Palveluun ei saa syöttää:"
    assert [unit_says(chunk, number, document) for number in range(3)] == [
        None, Says("not_allowed", ()), Says("not_allowed", ()),
    ]  # fmt: skip


def test_a_lead_in_that_stands_in_another_passage_goes_along() -> None:
    page = Canonical()
    page.heading("Huomaa:", 1)
    page.paragraph("Palveluun ei saa syöttää:")
    page.item("asiakkaan nimeä. Se koskee kaikkia.", 1)  # of two sentences: a passage of its own
    page.paragraph("Muuta ei ole")
    page.item("uutta.", 1)
    document = document_of(page)
    lead, item, last = chunks_of(document)
    assert [lead_in_of(each, 0 if each is item else len(each.units) - 1, document) for each in (lead, item, last)] == [
        "Huomaa:", "Palveluun ei saa syöttää:", "Muuta ei ole",
    ]  # fmt: skip
    assert unit_says(item, 0, document) == Says("not_allowed", ())


@pytest.mark.parametrize(
    ("sentence", "named", "odds", "aside"),
    [
        ("Vettä saa juoda soittaessa, limsat jätetään kahvioon", "limsa", (-1.0, 2.0), Rivals(1.0, 3.0)),
        ("Vettä saa juoda soittaessa, limsat jätetään kahvioon", "vettä", (2.0, -1.0), Rivals(-1.0, -3.0)),
        ("Vettä saa juoda soittaessa", "limsa", (), NO_RIVALS),
        ("Ruokaa, juomia tai lemmikkejä ei saa tuoda", "ruokaa", (), NO_RIVALS),  # they are listed
    ],
)
def test_what_decides_is_compared_with_the_other_parts_of_its_sentence(
    sentence: str, named: str, odds: tuple[float, ...], aside: Rivals
) -> None:
    document = paragraph(f"{sentence}.")
    (chunk,) = chunks_of(document)
    says = units_say(chunk, [0], document)
    assert says is not None
    found = aside_of(chunk, says, document, lambda text: float(named in text.casefold()), lambda _: odds)
    assert [found.named, found.read] == pytest.approx([aside.named, aside.read])


def test_at_most_so_many_rivals_are_read() -> None:
    document = paragraph(f"{TABLET}.", *[f"{PHONE.capitalize()}."] * (MAX_RIVALS + 2))
    (chunk,) = chunks_of(document)
    says = units_say(chunk, [0], document)
    assert says is not None
    read: list[int] = []

    def odds(cases: Sequence[tuple[int, Span]]) -> list[float]:
        read.append(len(cases))
        return [0.0] * len(cases)

    rivals_of(chunk, says, range(1, len(chunk.units)), document, lambda _: 0.0, odds)
    assert read == [MAX_RIVALS + 1]


def test_what_is_not_understood_in_another_sentence_contests_nothing() -> None:
    document = paragraph(f"{TABLET}.", f"{TABLET}; kannettava on uusi.")
    (chunk,) = chunks_of(document)
    says = units_say(chunk, [0, 1], document, lambda _: 0.0)
    assert says is not None
    assert (says.verdict, says.unit, says.parted) == ("allowed", 0, False)
    assert units_say(chunk, [1, 0], document, lambda _: 0.0) is None


def test_a_clause_without_a_verb_is_weighed_against_other_sentences() -> None:
    document = paragraph("Kukkia saa ottaa vastaan.", "Lahjoja saa antaa, mutta ei rahaa työntekijälle.")
    (chunk,) = chunks_of(document)

    def naming(text: str) -> float:
        return sum(word in text.casefold() for word in ("kukkia", "työntekijä")) / 2

    says = units_say(chunk, [0, 1], document, naming, lambda cases: [5.0, *[-5.0] * (len(cases) - 1)])
    assert says is not None
    assert (says.verdict, says.unit) == ("allowed", 0)


def test_of_items_that_agree_the_one_that_is_asked_about_tells_the_conditions() -> None:
    page = Canonical()
    page.paragraph("Tekoälyä saa käyttää:")
    page.item("tekstin tiivistämiseen, jos tekstissä ei ole salaista", 1)
    page.item("tekstin kääntämiseen, jos kieli on tuttu", 1)
    document = document_of(page)
    (chunk,) = chunks_of(document)
    says = units_say(chunk, [0, 1, 2], document, lambda text: float("kääntämiseen" in text))
    assert says == Says("allowed", ("jos kieli on tuttu",))


def test_quoted_units_that_disagree_decide_by_the_question_alone() -> None:
    laptop, phone = f"{LAPTOP.capitalize()}, jos akku kestää.", f"{PHONE.capitalize()}."
    document = paragraph(f"{TABLET}.", "Tabletti on uusi.", laptop, phone)
    (chunk,) = chunks_of(document)

    def say(*units: int) -> Says | None:
        return units_say(chunk, units, document, lambda _: 0.0)

    assert say(0, 1, 2) == Says("allowed", ())  # as the first of them says it
    assert say(1, 2) == Says("allowed", ("jos akku kestää",))
    assert say(1) is say() is None
    assert say(0, 3) is None


@pytest.mark.parametrize(
    ("named", "odds", "verdict", "unit"),
    [
        ({}, (2.0, -2.0), "allowed", 0),  # the one that was read as the answer
        ({}, (-2.0, 2.0), "not_allowed", 1),
        ({PHONE: 1.0}, (0.0, 0.0), "not_allowed", 1),  # the one that names what is asked
        ({PHONE: 0.02}, (0.0, 0.0), None, 0),
    ],
)
def test_of_quoted_sentences_that_disagree_the_one_decides_that_is_meant(
    named: dict[str, float], odds: tuple[float, float], verdict: Verdict | None, unit: int
) -> None:
    """The exception often stands in the next sentence."""
    document = paragraph(f"{TABLET}.", "Tabletti on uusi.", f"{PHONE.capitalize()}.")
    (chunk,) = chunks_of(document)

    def naming(text: str) -> float:
        return max((share for words, share in named.items() if words.casefold() in text.casefold()), default=0.0)

    says = units_say(chunk, [0, 1, 2], document, naming, lambda cases: odds[: len(cases)])
    assert says == (Says(verdict, ()) if verdict else None)
    assert says is None or (says.parted and says.unit == 2 * unit)


@pytest.mark.parametrize(
    ("others", "named", "odds", "rivals"),
    [
        ([1, 2], {PHONE: 0.9, TABLET: 0.2}, (1.0, 3.0), Rivals(0.7, 2.0)),
        (
            [1, 2, 3],
            {PHONE: 0.1, "Kameraa": 0.4, TABLET: 0.2},
            (1.0, -1.0, 0.5),
            Rivals(0.2, -0.5),
        ),  # the strongest of each
        ([1], {}, (), NO_RIVALS),  # what decides nothing is none
        ([], {}, (), NO_RIVALS),
    ],
)
def test_what_decides_is_compared_with_what_decides_otherwise_beside_it(
    others: list[int], named: dict[str, float], odds: tuple[float, ...], rivals: Rivals
) -> None:
    document = paragraph(f"{TABLET}.", "Tabletti on uusi.", f"{PHONE.capitalize()}.", "Kameraa ei saa käyttää.")
    (chunk,) = chunks_of(document)
    says = units_say(chunk, [0], document)
    assert says is not None

    def naming(text: str) -> float:
        return max((share for words, share in named.items() if words.casefold() in text.casefold()), default=0.0)

    asked: list[tuple[int, Span]] = []

    def read(cases: Sequence[tuple[int, Span]]) -> Sequence[float]:
        asked.extend(cases)
        return odds

    found = rivals_of(chunk, says, others, document, naming, read)
    assert [number for number, _ in asked] == ([0, *(each for each in others if each != 1)] if odds else [])
    assert [found.named, found.read] == pytest.approx([rivals.named, rivals.read])
    unfit = rivals_of(chunk, says, others, document, naming, lambda _: [])
    assert [unfit.named, unfit.read] == pytest.approx([rivals.named, 0.0 if odds else rivals.read])


@pytest.mark.parametrize(
    ("cell", "verdict", "conditions"),
    [
        ("Sallittu", "allowed", ()),
        ("Ei", "not_allowed", ()),
        ("Rehtorin luvalla", "only_if_approved", ("Rehtorin luvalla",)),
        ("haastattelut", None, ()),
        ("", None, ()),
    ],
)
def test_a_cell_decides_by_its_own_words(cell: str, verdict: Verdict | None, conditions: tuple[str, ...]) -> None:
    assert cell_says(cell, paragraph("Ohje."), {}) == (Says(verdict, conditions) if verdict else None)


def test_a_mark_decides_by_what_the_document_says_of_it_and_says_where() -> None:
    document = paragraph("Uusi merkintä.", "Rehtorin luvalla.", "Ei muuten.", "Vihreä.")
    legend = {"l": Span(0, len("Uusi merkintä. Rehtorin luvalla. Ei muuten.")), "v": Span(44, 51), "ei": Span(15, 32)}
    leave = ("Rehtorin luvalla",)
    # Of its sentences the first that decides.
    assert cell_says("L (1)", document, legend) == Says("only_if_approved", leave, legend["l"])
    assert cell_says("V", document, legend) is None
    assert cell_says("Ei", document, legend) == Says("only_if_approved", leave, legend["ei"])  # not by its own words


def test_a_cell_that_only_lists_is_decided_by_its_column_or_else_its_row() -> None:
    document = paragraph("Vihreä.")
    legend = {"v": Span(0, 7)}

    def verdicts(cells: list[str], heads: list[str]) -> list[Verdict | None]:
        return [says.verdict if says else None for says in row_says(cells, heads, document, legend)]

    assert verdicts(["Kielletty", "nimet"], ["", ""]) == [None, "not_allowed"]
    assert verdicts(["Kielletty", "nimet"], ["Luokka", "Sallittu"]) == [None, "allowed"]  # the column before the row
    assert verdicts(["Kielletty", "Sallittu"], ["", "Ei"]) == [None, "allowed"]  # its own words before both
    assert verdicts(["Kielletty", "12", "–", ""], ["", "", "", ""]) == [None] * 4  # no words: nothing is listed
    assert verdicts(["Kielletty", "V"], ["", "Ei"]) == [None, None]  # the legend knows it, and says nothing
    assert verdicts(["Kielletty"], [""]) == [None]
    with pytest.raises(ValueError, match="shorter"):
        verdicts(["Kielletty", "nimet"], [""])


YES, NO, LEAVE = Says("allowed", ()), Says("not_allowed", ()), Says("only_if_approved", ("luvalla",))


@pytest.mark.parametrize(
    ("said", "shares", "deciding"),
    [
        ([None, YES, NO], [0.0, 0.7, 0.3], (1, YES, 0.7)),
        ([None, YES, NO], [0.0, 0.3, 0.7], (2, NO, 0.7)),
        ([None, YES, None], [0.0, 0.1, 0.9], (1, YES, 0.1)),  # the only one, though it is hardly meant
        ([None, NO, YES, NO], [0.0, 0.3, 0.4, 0.3], (1, NO, 0.6)),  # cells that say the same stand together
        ([None, NO, LEAVE, LEAVE], [0.0, 0.1, 0.2, 0.7], (3, LEAVE, 0.9)),  # of them the likeliest is shown
        ([None, None, None], [0.0, 0.5, 0.5], None),
        ([], [], None),
    ],
)
def test_of_a_row_the_cells_decide_that_are_asked_for_most(
    said: list[Says | None], shares: list[float], deciding: tuple[int, Says, float] | None
) -> None:
    found = deciding_cell(said, shares)
    assert (found and found[:2]) == (deciding and deciding[:2])
    assert found is None or deciding is None or found[2] == pytest.approx(deciding[2])


def test_of_a_document_only_what_decides_is_listed_with_its_place() -> None:
    page = Canonical()
    page.heading("Laitteet", 1)
    page.paragraph(f"Laitteet ovat koulun. {TABLET}.")
    page.heading("Sallitut palvelut", 2)  # nothing below it
    page.heading("Palvelut", 2)
    page.paragraph("V = saa käyttää vapaasti.")  # said of the cells that have the mark, not listed for itself
    page.table([Row(["Palvelu", "Oppilas", "Opettaja"], header=True), Row(["Valo", "7", "V"])])
    document = document_of(page)
    assert [
        (each.quote, each.of, each.section, each.verdict, each.row, each.column)
        for each in decided_in(document, chunks_of(document))
    ] == [
        (f"{TABLET}.", "", "Laitteet", "allowed", "", ""),
        ("V", "Valo › Opettaja", "Laitteet › Palvelut", "allowed", "Valo | 7 | V", "Opettaja"),
    ]
    assert decided_in(document, []) == []
