"""The small words that turn a sentence's claim: which class each belongs to, and what only looks like one."""

from __future__ import annotations

import pytest

from rag.language.cues import modalities, negations, opposed, quantities
from rag.types import Language


@pytest.mark.parametrize(
    ("language", "text", "times"),
    [
        ("fi", "Tietoja ei saa syöttää, eikä niitä tarvita, ellei lupaa ole.", 3),
        ("fi", "Ilman lupaa älä tallenna.", 2),
        ("fi", "Ei-julkinen aineisto ja eilinen peite.", 0),
        ("fi", "", 0),
        ("sv", "Uppgifter får inte matas in utan tillstånd.", 2),
        ("sv", "Det gäller inte text, utan bild.", 1),  # "utan" is "but" after a comma
        ("sv", "Det går utan att fråga.", 0),
        ("sv", "Icke-offentligt material.", 0),
        ("en", "You must not share it, and you can't or cannot copy it.", 3),
        ("en", "They don’t, unless asked.", 2),
        ("en", "See no. 3 of the notes.", 0),
    ],
)
def test_each_negation_counts_once(language: Language, text: str, times: int) -> None:
    assert negations(text, language) == times


@pytest.mark.parametrize(
    ("language", "text", "classes"),
    [
        ("fi", "Lupa tulee pyytää, ja sen voi pyytää puhelimella.", {"must", "may"}),
        ("fi", "Tuotos on aina tarkistettava.", {"must"}),
        ("fi", "Tuotos olisi tarkistettava.", {"must"}),
        ("fi", "Tekstin on hyvä olla lyhyt.", {"should"}),
        ("fi", "Asiasta kannattaa kysyä.", {"should"}),
        ("fi", "Opas on julkaistu voipaperilla.", set()),
        ("sv", "Du bör fråga, men du får svara.", {"should", "may"}),
        ("sv", "Tillstånd krävs.", {"must"}),
        ("sv", "Guiden har publicerats.", set()),
        ("en", "It is not permitted, and it has to be removed.", {"must", "may"}),
        ("en", "It is recommended.", {"should"}),
        ("en", "The canteen has a guide.", set()),
    ],
)
def test_a_modal_belongs_to_one_class(language: Language, text: str, classes: set[str]) -> None:
    assert modalities(text, language) == classes


@pytest.mark.parametrize(
    ("language", "text", "classes"),
    [
        ("fi", "Enintään osa kaikista.", {"at_most", "some", "all"}),
        ("fi", "Yli 5 päivää, alle 9 päivää.", {"at_least", "at_most"}),
        ("fi", "Yli rajan, alle tason.", set()),  # only before a number
        ("fi", "Vain noin kerran vuodessa.", {"only", "about", "yearly"}),
        ("fi", "Molemmat usein, jommatkummat aina.", {"both", "often", "always"}),
        ("fi", "Osallistuja jokaisesta kokouksesta.", {"all"}),
        ("sv", "Högst några, oftast alla.", {"at_most", "some", "often", "all"}),
        ("sv", "En del minskar per vecka.", {"some", "weekly"}),
        ("sv", "Över gränsen.", set()),
        ("en", "No one, mostly, and only daily.", {"none", "most", "only", "daily"}),
        ("en", "About AI; under review.", set()),
        ("en", "About 5, under 9.", {"about", "at_most"}),
        ("fi", "Vähintään 3 päivää.", {"at_least"}),
        ("sv", "Minst 3 dagar.", {"at_least"}),
        ("en", "At least 3 days.", {"at_least"}),
        ("fi", "Ei yli 5 päivää.", {"at_most"}),  # a bound that is negated is the other one
        ("fi", "Ei alle 5 päivää.", {"at_least"}),
        ("sv", "Inte mer än 5 dagar.", {"at_most"}),
        ("sv", "Inte under 5 dagar.", {"at_least"}),
        ("en", "Not more than 5 days.", {"at_most"}),
        ("en", "No fewer than 5 days.", {"at_least"}),
        ("en", "More than 5 days.", {"at_least"}),
        ("sv", "Minst en gång.", {"at_least"}),
        ("sv", "Minst tolv dagar.", {"at_least"}),
        ("sv", "De minst sexuella.", {"most"}),
        ("sv", "De minst använda.", {"most"}),  # what orders, from either end
        ("en", "The least used.", {"most"}),
    ],
)
def test_a_quantity_belongs_to_one_class(language: Language, text: str, classes: set[str]) -> None:
    assert quantities(text, language) == classes


@pytest.mark.parametrize(
    ("language", "text", "source", "opposite"),
    [
        ("fi", "Työtä on enemmän.", "Työtä on vähemmän.", True),
        ("fi", "Työtä on vähemmän.", "Työtä on enemmän.", True),  # either way
        ("fi", "Työtä on enemmän.", "Työtä on enemmän, riskejä vähemmän.", False),  # the source says it, too
        ("fi", "Työtä on enemmän.", "Työtä on paljon.", False),  # nothing against it
        ("fi", "Ennen kokousta.", "Kokouksen jälkeen.", True),
        ("fi", "Ennen kokousta.", "Vähemmän kokouksia.", False),  # of another pair
        ("sv", "Kostnaden ökar.", "Kostnaden minskar.", True),
        ("sv", "Interna tjänster.", "Externa tjänster.", True),
        ("en", "It begins today.", "It ends today.", True),
        ("en", "It begins today.", "The vendor is here.", False),
    ],
)
def test_the_opposite_of_what_the_source_says_is_told(
    language: Language, text: str, source: str, opposite: bool
) -> None:
    assert opposed(text, source, language) is opposite
