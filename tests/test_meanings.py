"""What words mean in guidance at work: which name the same, and which a rule tells apart."""

from __future__ import annotations

from functools import partial

import pytest

from rag.answering.coverage import (
    EXACTLY,
    PART_MATCH,
    SAME_MEANING,
    WIDER_MEANING,
    Bags,
    coverages,
    named_by,
    told_apart,
)
from rag.curated.concepts import Concepts
from rag.curated.content_words import Word, content_words
from rag.language.meanings import COLUMNS, Meanings, all_of, lines_of
from rag.language.words import Lexicon, split_words, stemmers
from rag.types import Language


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return Lexicon(tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def bags(lexicon: Lexicon) -> Bags:
    return Bags(lexicon, Concepts([], lexicon))


def words_of(text: str, language: Language, lexicon: Lexicon) -> tuple[Word, ...]:
    return content_words(text, language, lexicon, Concepts([], lexicon))


# Of the product's own thesaurus


@pytest.mark.parametrize(
    ("word", "language", "text", "language_of_text", "covered"),
    [
        ("pomo", "fi", "Esihenkilöltä kysytään lupa.", "fi", SAME_MEANING),
        ("boss", "en", "Esihenkilöltä kysytään lupa.", "fi", SAME_MEANING),
        ("chefen", "sv", "The supervisor decides.", "en", SAME_MEANING),
        ("läppärini", "fi", "Laptops are returned.", "en", SAME_MEANING),
        ("läppärini", "fi", "Laite palautetaan.", "fi", WIDER_MEANING),
        ("laptop", "en", "Laite palautetaan.", "fi", WIDER_MEANING),
        ("laite", "fi", "Laptops are returned.", "en", 0.0),  # a rule on laptops holds for no other device
        ("skolan", "sv", "The school closes early.", "en", SAME_MEANING),  # the stemmer keeps it from "skola"
        ("registret", "sv", "Rekisteri on julkinen.", "fi", SAME_MEANING),
        ("lomahakemus", "fi", "The holiday begins.", "en", PART_MATCH),
        ("semesteransökan", "sv", "Hakemus on jätettävä.", "fi", WIDER_MEANING),
        ("nyckelregistret", "sv", "Avain on pieni.", "fi", PART_MATCH),
        ("avgiftsenheten", "sv", "Maksu on pieni.", "fi", PART_MATCH),
        ("QR-koodi", "fi", "The QR code is on the door.", "en", SAME_MEANING),
        ("pomo", "fi", "Harjoittelijalta kysytään.", "fi", 0.0),
        ("harjoittelija", "fi", "Vakituinen työntekijä päättää.", "fi", 0.0),
    ],
)
def test_words_of_one_meaning_cover_each_other(
    lexicon: Lexicon, bags: Bags, word: str, language: Language, text: str, language_of_text: Language, covered: float
) -> None:
    assert coverages(words_of(word, language, lexicon), bags.of(text, language_of_text)) == pytest.approx([covered])


def test_an_expression_means_something_as_a_whole(lexicon: Lexicon, bags: Bags) -> None:
    asked = words_of("sick leave", "en", lexicon)
    assert coverages(asked, bags.of("Sairausloma alkaa heti.", "fi")) == [SAME_MEANING, SAME_MEANING]
    assert coverages(words_of("sick", "en", lexicon), bags.of("Sairausloma alkaa heti.", "fi")) != [SAME_MEANING]


def test_the_same_word_is_worth_more_than_one_of_its_meaning(lexicon: Lexicon, bags: Bags) -> None:
    assert coverages(words_of("esihenkilö", "fi", lexicon), bags.of("Esihenkilö päättää.", "fi")) == [1.0]
    assert SAME_MEANING < EXACTLY  # so it is never "in just the same words"


def test_function_words_mean_nothing(lexicon: Lexicon) -> None:
    tokens = split_words("min mina och på")
    found = Meanings.load().find(tokens, [lexicon.read(token, "sv") for token in tokens], "sv")
    assert all_of(found).own == frozenset()


def test_a_rule_on_one_of_several_is_none_on_another(lexicon: Lexicon, bags: Bags) -> None:
    def apart(question: str, language: Language, text: str, language_of_text: Language) -> float:
        words, bag = words_of(question, language, lexicon), bags.of(text, language_of_text)
        return told_apart(words, [1.0] * len(words), coverages(words, bag), bag)

    assert apart("puhelin", "fi", "Läppärin saa viedä kotiin.", "fi") == 1.0
    assert apart("the phone breaks", "en", "Läppärin saa viedä kotiin.", "fi") == 0.5
    assert apart("puhelin", "fi", "Puhelimen ja läppärin saa viedä kotiin.", "fi") == 0.0
    assert apart("puhelin", "fi", "Avain palautetaan.", "fi") == 0.0


def test_a_question_names_the_kind_of_what_it_asks_about(lexicon: Lexicon, bags: Bags) -> None:
    (device,) = words_of("laite", "fi", lexicon)
    assert named_by(device, bags.of("Can I take my laptop home?", "en")) == WIDER_MEANING
    (laptop,) = words_of("laptop", "en", lexicon)
    assert named_by(laptop, bags.of("Saako laitteen viedä kotiin?", "fi")) == 0.0


# Of any


def meanings(lines: list[str], sets: list[str]) -> Meanings:
    return Meanings(lines, sets, stemmers())


def test_a_kind_is_what_most_of_its_words_name(lexicon: Lexicon) -> None:
    lines = [
        "läppäri | laptop | laptop > laite, enhet, device",
        "laite | enhet, apparat | device",
        "yksikkö | enhet | unit",
    ]
    found = meanings(lines, []).find(["läppäri"], [lexicon.read("läppäri", "fi")], "fi")
    assert found[0].wider == {1}


def test_what_means_the_same_is_not_told_apart(lexicon: Lexicon) -> None:
    lines = ["koira | hund | dog", "kissa, misu | katt | cat", "hauva, koira | vovve | doggy"]
    found = partial(meanings(lines, ["koira, kissa, hauva, misu"]).find, language="fi")
    assert found(["koira"], [lexicon.read("koira", "fi")])[0].others == {1}
    assert found(["misu"], [lexicon.read("misu", "fi")])[0].others == {0, 2}


def test_a_line_without_its_languages_is_told() -> None:
    with pytest.raises(ValueError, match="zip"):
        meanings(["koira | hund"], [])


# The files


def test_every_line_has_words_of_two_languages_and_no_word_twice() -> None:
    for line in lines_of("meanings.txt"):
        columns = [[label.strip() for label in column.split(",")] for column in line.partition(">")[0].split("|")]
        assert len(columns) == len(COLUMNS), line
        assert sum(any(column) for column in columns) >= 2, line
        assert all(len(column) == len(set(column)) for column in columns), line
        assert all(split_words(label) for column in columns if any(column) for label in column), line


def test_every_word_finds_its_own_line(lexicon: Lexicon) -> None:
    """Also with a hyphen within; not where the dictionary has another word for the form."""
    found, labels = 0, 0
    for number, line in enumerate(lines_of("meanings.txt")):
        for language, column in zip(COLUMNS, line.partition(">")[0].split("|"), strict=True):
            for label in filter(None, map(str.strip, column.split(","))):
                tokens = split_words(label)
                readings = [lexicon.read(token, language) for token in tokens]
                if (language == "fi" and number % 20) or all(reading.function for reading in readings):
                    continue  # a Finnish word takes a millisecond
                meant = Meanings.load().find(tokens, readings, language)
                found, labels = found + any(number in each.own for each in meant), labels + 1
    assert found >= 0.97 * labels, (found, labels)


def test_every_alternative_is_told_apart_from_the_others(lexicon: Lexicon) -> None:
    silent = []
    for line in lines_of("told_apart.txt")[::10]:
        for member in map(str.strip, line.split(",")):
            tokens = split_words(member)
            found = Meanings.load().find(tokens, [lexicon.read(token, "fi") for token in tokens], "fi")
            silent += [] if all_of(found).others else [member]
    assert silent == []


def test_every_alternative_is_a_word_of_the_thesaurus_and_none_means_another() -> None:
    """A set whose members share a meaning would tell apart what is the same."""
    columns = [
        [{label.strip().lower() for label in column.split(",")} - {""} for column in line.partition(">")[0].split("|")]
        for line in lines_of("meanings.txt")
    ]
    known: dict[str, list[int]] = {}
    for number, (finnish, *_) in enumerate(columns):
        for label in finnish:
            known.setdefault(label, []).append(number)

    def mean_the_same(one: str, other: str) -> bool:
        pairs = ((columns[a], columns[b]) for a in known[one] for b in known[other])
        return any(first & second for pair in pairs for first, second in zip(*pair, strict=True))

    for line in lines_of("told_apart.txt"):
        members = [label.strip() for label in line.split(",")]
        assert len(members) >= 2, line
        assert [each for each in members if each not in known] == [], line
        shared = [(a, b) for a in members for b in members if a < b and mean_the_same(a, b)]
        assert shared == [], line
