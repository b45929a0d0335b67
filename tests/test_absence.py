"""Which words a text denies, and what a sentence asks itself beside what its other clauses say."""

from __future__ import annotations

import pytest

from rag.curated.concepts import Concept, Concepts
from rag.curated.content_words import content_words
from rag.language.absence import denied_words
from rag.language.main_clause import main_and_subordinate
from rag.language.words import Lexicon, split_words
from rag.types import Language


def denied_in(text: str) -> set[str]:
    words = split_words(text)
    return {words[number] for number in denied_words(text, range(len(words)))}


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("tekstin, jossa ei ole henkilötietoja", "henkilötietoja"),
        ("asiakirjan, joka ei oo vielä julkinen", "julkinen"),
        ("eikä vertailutaulukko ole vielä julkinen", "julkinen"),
        ("aineisto ilman henkilötietoja", "henkilötietoja"),
        ("tekstissä henkilötietoja ei ole, saako", "henkilötietoja"),
        ("en text som inte innehåller personuppgifter", "personuppgifter"),
        ("ett utkast som inte ännu är offentligt", "offentligt"),
        ("materialet är inte sekretessbelagt", "sekretessbelagt"),
        ("en lista utan personuppgifter", "personuppgifter"),
        ("a report that has not been published yet", "published"),
        ("the memo isn't public", "public"),
        ("a text with no personal data", "personal"),
        ("notes without any names", "names"),
        ("test data with nothing secret", "secret"),
        ("inget i det är hemligt", "hemligt"),
        ("tiedot ennen kuin ne on anonymisoitu", "anonymisoitu"),
        ("uppgifter innan de har anonymiserats", "anonymiserats"),
        ("data before they have been anonymised", "anonymised"),
        # What is taken out is not there.
        ("asiakkaan nimi on poistettu", "nimi"),
        ("niistä on poistettu kaikki tunnistetiedot", "tunnistetiedot"),
        ("aineisto ei ole salaista tai sisäistä", "sisäistä"),
        ("it is not secret or internal", "internal"),
        ("poistan henkilötiedot ensin", "henkilötiedot"),
        ("personuppgifterna är borttagna", "personuppgifterna"),
        ("jag stryker namnen först", "namnen"),
        ("the names have been blacked out", "names"),
        ("I removed all names", "names"),
    ],
)
def test_what_is_said_not_to_be_so_is_denied(text: str, denied: str) -> None:
    assert denied in denied_in(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        # What has not been taken out, or is to be by the service, is there.
        ("Jag har inte tagit bort personuppgifterna, får jag mata in texten?", "personuppgifterna"),
        ("I never removed personal data from the text, may I enter it?", "personal"),
        ("Can I delete personal data with ChatGPT?", "personal"),
        ("How can we redact names in Copilot?", "names"),
        # What denies a permission denies no thing.
        ("Miksi en saa syöttää henkilötietoja tekoälyyn?", "henkilötietoja"),
        ("Eikö henkilötietoja saa syöttää?", "henkilötietoja"),
        ("ChatGPT:tä ei ole hyväksytty henkilötiedoille", "henkilötiedoille"),
        ("henkilötietoja ei ole poistettu", "henkilötietoja"),
        ("Saako tekoälyllä poistaa asiakirjasta henkilötiedot?", "henkilötiedot"),
        ("namnen har inte strukits", "namnen"),
        ("the names have not been removed", "names"),
        ("Får man inte mata in personuppgifter?", "personuppgifter"),
        ("inte offentliga utan hemliga uppgifter", "hemliga"),
        ("Why can't I paste personal data?", "personal"),
        ("Isn't it allowed to enter secret data?", "secret"),
        ("not only public but secret", "secret"),
        ("En ole varma, onko aineisto julkinen", "julkinen"),
    ],
)
def test_what_is_there_is_not_denied(text: str, word: str) -> None:
    assert word not in denied_in(text)


@pytest.mark.parametrize(
    ("language", "text", "classes"),
    [
        ("fi", "joka ei ole julkinen", {"closed"}),
        ("fi", "ei julkinen", {"closed"}),  # a label of its own
        ("fi", "joka on julkinen", {"open"}),
        ("fi", "joka ei ole salassa pidettävä", set()),
        ("fi", "ei-salainen", set()),
        ("fi", "ei-julkinen", {"closed"}),
        ("fi", "salainen", {"secret"}),
        ("en", "not yet public", {"closed"}),
    ],
)
def test_a_class_of_data_that_is_denied_is_not_named(
    lexicon: Lexicon, language: Language, text: str, classes: set[str]
) -> None:
    concepts = Concepts(
        [
            Concept(id="open", kind="data_class", negated="closed", bare={"fi": ("julkinen",), "en": ("public",)}),
            Concept(id="closed", kind="data_class", fi=("ei julkinen", "ei-julkinen")),
            Concept(id="secret", kind="data_class", fi=("salassa pidettävä", "salainen")),
        ],
        lexicon,
    )
    words = content_words(text, language, lexicon, concepts, typed=True, asked=True)
    assert set().union(*(word.concepts for word in words)) == classes


@pytest.mark.parametrize(
    ("text", "main", "beside"),
    [
        (
            "Säilyykö hetu palvelussa, jos sen sinne syöttää?",
            "Säilyykö hetu palvelussa,",
            "jos sen sinne syöttää",
        ),
        ("Jos laitan hetun ChatGPT:hen, säilyykö se?", "säilyykö se?", "Jos laitan hetun ChatGPT:hen,"),
        ("Vilket straff får man om man matar in uppgifter?", "Vilket straff får man", "om man matar in uppgifter"),
        ("Is it logged when someone enters data?", "Is it logged", "when someone enters data"),
        ("Vad händer om en kollega klistrar in dem?", "Vad händer", "om en kollega klistrar in dem"),
        ("Meillä on hetuja. Säilyykö se, jos sen syöttää?", "Säilyykö se,", "jos sen syöttää"),
        ("Jääkö siitä lokia, että olen syöttänyt sen?", "Jääkö siitä lokia,", "että olen syöttänyt sen"),
        ("Måste jag berätta att jag har matat in dem?", "Måste jag berätta", "att jag har matat in dem"),
    ],
)
def test_a_sentence_is_parted_from_its_clauses(text: str, main: str, beside: str) -> None:
    found = main_and_subordinate(text)
    assert found is not None
    assert [" ".join(part.split()).rstrip(" ?,") for part in found] == [part.rstrip(" ?,") for part in (main, beside)]


@pytest.mark.parametrize(
    "text",
    [
        "Saako hetun syöttää ChatGPT:hen?",
        "Vad säger anvisningen om personuppgifter?",  # a preposition
        "Nyhetstext om en lag, får AI:n skriva den?",
        "Does that make it fine to enter a memo?",  # a pronoun
        "Which role signs off a service?",  # a question word
        "When does it end?",
        "Finns det hinder för att mata in en promemoria?",
    ],
)
def test_a_sentence_without_clauses_stays_whole(text: str) -> None:
    assert main_and_subordinate(text) is None
