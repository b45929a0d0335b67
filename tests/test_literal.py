"""Whether guidance decides of just what is asked, in the question's own words."""

from __future__ import annotations

import pytest

from rag.answering.coverage import Bags
from rag.answering.literal import wording
from rag.answering.question import read_question
from rag.curated.concepts import Concept, Concepts
from rag.language.words import Lexicon
from rag.types import Language


def literally(lexicon: Lexicon, question: str, place: str, said: str = "", language: Language = "fi") -> bool:
    """said: of a row's cell, its label and its head; place: with the heads above, or the sentence."""
    entering = Concept(id="enter_data", kind="action", fi=("syöttää",), sv=("mata in",), en=("enter", "paste"))
    concepts = Concepts([entering], lexicon)
    bags = Bags(lexicon, concepts)
    asked = read_question(question, language, lexicon, concepts)
    words = bags.words(said or place, language)
    return wording(asked, bags.of(place, language), words, bags.of(question, language), bool(said))[1]


@pytest.mark.parametrize(
    ("language", "question", "sentence"),
    [
        ("fi", "Saako vuosiraportin kääntää Puroapurilla?", "Vuosiraporttia ei saa kääntää Puroapurilla."),
        ("fi", "voinko kääntää vuosiraportin puroapurilla", "Vuosiraportin voi kääntää Puroapurilla."),
        ("sv", "Får man spela in slutna möten?", "Slutna möten får inte spelas in."),
        ("en", "May I record a closed meeting?", "Closed meetings may not be recorded."),
    ],
)
def test_the_same_words_are_the_same_case(lexicon: Lexicon, language: Language, question: str, sentence: str) -> None:
    assert literally(lexicon, question, sentence, language=language)


@pytest.mark.parametrize(
    ("language", "question", "sentence"),
    [
        ("sv", "Får klienten spela in handläggaren?", "Handläggaren får inte spela in klienten."),
        ("en", "May a client record an officer?", "An officer may not record a client."),
    ],
)
def test_who_does_it_to_whom_matters(lexicon: Lexicon, language: Language, question: str, sentence: str) -> None:
    assert not literally(lexicon, question, sentence, language=language)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "Saako vuosiraportin kääntää Puroapurilla?",
            "Vuosiraportin liitettä ei saa kääntää Puroapurilla.",
        ),  # narrower
        ("Saako vuosiraportin liitteen kääntää Puroapurilla?", "Vuosiraporttia ei saa kääntää Puroapurilla."),
        ("Saako etäkokouksen litteroida?", "Kokouksen saa litteroida."),  # a part of a compound is not the word
        ("Saako kokouksen litteroida ilman lupaa?", "Kokouksen saa litteroida luvalla."),
        ("Saako kokouksen litteroida, jos kaikki suostuvat?", "Kokousta ei saa litteroida."),
        ("Saako vain kokouksen litteroida?", "Kokouksen saa litteroida."),
        # What is not done is the opposite of what is; and who does it to whom matters.
        ("Saako salaamattoman tiedoston lähettää?", "Salatun tiedoston saa lähettää."),
        ("Saako hyväksymätöntä palvelua käyttää?", "Hyväksyttyä palvelua saa käyttää."),
        ("Saako työntekijä valvoa esihenkilöä?", "Esihenkilö saa valvoa työntekijää."),
        ("Saako asiakas nauhoittaa työntekijän?", "Työntekijä ei saa nauhoittaa asiakasta."),
        ("Saako 10 hengen kokouksen litteroida?", "Kokouksen saa litteroida."),
        ("Saako litteroida?", "Litteroida saa."),  # one word is said in many places
    ],
)
def test_another_case_is_not(lexicon: Lexicon, question: str, sentence: str) -> None:
    assert not literally(lexicon, question, sentence)


def test_of_a_table_that_something_is_entered_goes_without_saying(lexicon: Lexicon) -> None:
    label, heads = "Verkostokartat Puroapuri", "Aineistot ja palvelut\nVerkostokartat Puroapuri\nKielletty"
    assert literally(lexicon, "Saako verkostokartan syöttää Puroapuriin?", heads, label)
    assert not literally(lexicon, "Saako verkostokartan tulostaa Puroapurista?", heads, label)
    assert not literally(lexicon, "Saako verkostokartan syöttää Kivaan?", heads, label)


@pytest.mark.parametrize(("said", "share"), [("Kokouksen litterointi", 0.5), ("Kokous", 1.0), ("Auto", 0.0), ("", 0.0)])
def test_how_little_else_is_said_is_a_share(lexicon: Lexicon, said: str, share: float) -> None:
    bags = Bags(lexicon, Concepts([], lexicon))
    question = "Saako kokouksen äänittää?"
    asked, words = bags.of(question, "fi"), bags.words(said, "fi")
    read = read_question(question, "fi", lexicon, Concepts([], lexicon))
    back, _ = wording(read, bags.of(said, "fi"), words, asked, of_table=False)
    assert back == pytest.approx(share)
