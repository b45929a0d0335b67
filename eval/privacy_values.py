"""Made-up personal data that nobody has: identity codes with artificial numbers, valid check digits, names by case."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from faker.providers.address.fi_FI import Provider as FinnishPlaces
from faker.providers.person.en_GB import Provider as BritishNames
from faker.providers.person.sv_SE import Provider as SwedishNames
from stdnum import luhn

from rag.types import Language

_HETU_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_MARKS = {1800: "+", 1900: "-YXWVU", 2000: "ABCDEF"}
_LAST_BIRTHDAY = date(2024, 12, 31)
_LETTERS = "ABCDEFGHIJKLMNOPRSTUVXYZ"

# Nominative, weak stem (genitive) and strong stem (partitive, illative, essive) of names whose stems differ.
_FINNISH_FIRST = """
    Liisa/Liisa/Liisa Pekka/Peka/Pekka Matti/Mati/Matti Jukka/Juka/Jukka Mikko/Miko/Mikko Antti/Anti/Antti
    Heikki/Heiki/Heikki Markku/Marku/Markku Erkki/Erki/Erkki Anna/Anna/Anna Tuula/Tuula/Tuula Ritva/Ritva/Ritva
    Leena/Leena/Leena Päivi/Päivi/Päivi Sari/Sari/Sari Minna/Minna/Minna Timo/Timo/Timo Kari/Kari/Kari Juha/Juha/Juha
    Hannu/Hannu/Hannu Esa/Esa/Esa Eero/Eero/Eero Veikko/Veiko/Veikko Anneli/Anneli/Anneli Kaarina/Kaarina/Kaarina
    Satu/Sadu/Satu Suvi/Suvi/Suvi Toivo/Toivo/Toivo Onni/Onni/Onni Aino/Aino/Aino Helmi/Helmi/Helmi
    Eemeli/Eemeli/Eemeli Iivari/Iivari/Iivari Vappu/Vapu/Vappu Marketta/Marketa/Marketta Sointu/Soinnu/Sointu
    Kyllikki/Kylliki/Kyllikki Lauri/Lauri/Lauri Tommi/Tommi/Tommi Ahmed/Ahmedi/Ahmedi Fatima/Fatima/Fatima
    Amina/Amina/Amina Olga/Olga/Olga Igor/Igori/Igori Nguyet/Nguyeti/Nguyeti Anna-Maija/Anna-Maija/Anna-Maija
    Juha-Pekka/Juha-Peka/Juha-Pekka Kalle/Kalle/Kalle Ville/Ville/Ville
"""
_FINNISH_LAST = """
    Korhonen Virtanen Nieminen Mäkinen Hämäläinen Laitinen Heikkinen Järvinen Koskinen Kinnunen Kuosmanen Tervonen
    Kankkunen Karhapää/Karhapää/Karhapää Virta/Virra/Virta Mäki/Mäe/Mäke Niemi/Nieme/Nieme Lahti/Lahde/Lahte
    Laine/Lainee/Lainee Mattila/Mattila/Mattila Heikkilä/Heikkilä/Heikkilä Salmela/Salmela/Salmela Aalto/Aallo/Aalto
    Aho/Aho/Aho Koivisto/Koivisto/Koivisto Haavisto/Haavisto/Haavisto Peltola/Peltola/Peltola Kettula/Kettula/Kettula
    Lindström/Lindströmi/Lindströmi Johansson/Johanssoni/Johanssoni Bergman/Bergmani/Bergmani
    Stenroos/Stenroosi/Stenroosi Wikstedt/Wikstedti/Wikstedti Nguyen/Nguyeni/Nguyeni Hassan/Hassani/Hassani
    Warsame/Warsame/Warsame Ivanov/Ivanovi/Ivanovi Petrova/Petrova/Petrova Tamm/Tammi/Tammi
    Leppäkoski/Leppäkoske/Leppäkoske Räty/Räty/Räty Kivimäki/Kivimäe/Kivimäke Savela/Savela/Savela Ylä-Outinen
    Puttonen Mäki-Petäjä/Mäki-Petäjä/Mäki-Petäjä
"""
_STREET_NAMES = """
    Koulu Kirkko Metsä Aleksanterin Hämeen Kauppa Satama Rauhan Yrjön Puisto Myllärin Harjun Lepola Tehtaan Niitty
    Kivelän Mannerheimin Ruusu Peltolan Kiven Asema Opisto Kuusi Koivu
"""
_FINNISH_STREETS = {  # nominative, adessive
    **{"katu": "kadulla", "tie": "tiellä", "kuja": "kujalla", "polku": "polulla", "raitti": "raitilla"},
    **{"väylä": "väylällä", "kaari": "kaarella", "rinne": "rinteellä", "ranta": "rannalla", "mäki": "mäellä"},
}
_SWEDISH_STREETS = (
    "Skolgatan Storgatan Kyrkvägen Skogsstigen Strandvägen Bagargränden Handelsesplanaden Hamngatan".split()
)
_ENGLISH_STREETS = "Church Station Victoria Mill Park Queen Albert Chestnut".split()
_ENGLISH_ROADS = "Street Road Avenue Lane Close Drive".split()
_DOMAINS = "example.fi example.com posti.example.org firma.example".split()
_MONTHS: dict[Language, list[str]] = {
    "fi": (
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta"
        " marraskuuta joulukuuta"
    ).split(),
    "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(),
    "en": "January February March April May June July August September October November December".split(),
}


class Values:
    """Makes values; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
        self._make: dict[str, Callable[[Language], str]] = {
            "hetu": self._hetu,
            "personnummer": self._personnummer,
            "satu": self._satu,
            "iban": self._iban,
            "card": self._card,
            "phone": self._phone,
            "email": self._email,
            "address": self._address,
            "plate": self._plate,
            "property": self._property,
            "passport": self._passport,
            "ip": self._ip,
            "birth_date": self._birth_date,
            "customer_number": self._customer_number,
        }

    def value(self, kind: str, language: Language, case: str | None) -> str:
        """A value of a template's kind; case is a name's."""
        return self._name(language, case or "nominative") if kind == "name" else self._make[kind](language)

    def _digits(self, count: int) -> str:
        return "".join(self._chance.choice("0123456789") for _ in range(count))

    def _birthday(self, earliest: int) -> date:
        first = date(earliest, 1, 1)
        return first + timedelta(days=self._chance.randrange((_LAST_BIRTHDAY - first).days))

    def _hetu(self, _: Language) -> str:
        born = self._birthday(1890)
        mark = self._chance.choice(_MARKS[born.year // 100 * 100])
        digits = f"{born:%d%m%y}{self._chance.randint(900, 999)}"
        check = _HETU_CHECK[int(digits) % len(_HETU_CHECK)]
        gap = " " if self._chance.random() < 0.1 else ""
        return f"{digits[:6]}{gap}{mark}{gap}{digits[6:]}{check}"

    def _personnummer(self, _: Language) -> str:
        born = self._birthday(1930)
        digits = f"{born:%y%m%d}98{self._digits(1)}"  # 980–989 are for tests
        digits += luhn.calc_check_digit(digits)
        century = str(born.year // 100) if self._chance.random() < 0.5 else ""
        mark = self._chance.choice(["-", "-", "-", " - ", "" if century else "-"])
        return f"{century}{digits[:6]}{mark}{digits[6:]}"

    def _satu(self, _: Language) -> str:
        digits = f"9{self._digits(7)}"
        return digits + _HETU_CHECK[int(digits) % len(_HETU_CHECK)]

    def _iban(self, _: Language) -> str:
        country, size = self._chance.choice([("FI", 14), ("FI", 14), ("FI", 14), ("SE", 20), ("EE", 16), ("DE", 18)])
        account = self._digits(size)
        number = int(account + "".join(str(ord(letter) - 55) for letter in country) + "00")
        whole = f"{country}{98 - number % 97:02d}{account}"
        spaced = self._chance.random() < 0.6
        return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4)) if spaced else whole

    def _card(self, _: Language) -> str:
        digits = self._chance.choice("45") + self._digits(14)
        digits += luhn.calc_check_digit(digits)
        mark = self._chance.choice(["", " ", " ", "-"])
        return mark.join(digits[i : i + 4] for i in range(0, 16, 4))

    def _phone(self, language: Language) -> str:
        number = self._digits(7)
        forms = [
            f"0{self._chance.choice(['40', '41', '44', '45', '50'])} {number[:3]} {number[3:]}",
            f"040{number}",
            f"050-{number}",
            f"+358 {self._chance.choice(['40', '44', '50'])} {number[:3]} {number[3:]}",
            f"+35845{number}",
            f"+358 (0)40 {number}",
            f"09 {self._chance.randint(2, 8)}{number[:2]} {number[3:]}",
        ]
        swedish = [f"+46 70 {number[:3]} {number[3:5]} {number[5:]}", f"073-{number[:3]} {number[3:5]} {number[5:]}"]
        return self._chance.choice(forms + (swedish if language == "sv" else []))

    def _email(self, language: Language) -> str:
        first, last = (part.lower() for part in self._plain_name(language))
        form = self._chance.choice([f"{first}.{last}", f"{first[0]}{last}", f"{last}_{self._digits(2)}", first])
        return f"{form}@{self._chance.choice(_DOMAINS)}".replace("'", "")

    def _address(self, language: Language) -> str:
        number = f"{self._chance.randint(1, 120)}"
        if language == "en" and self._chance.random() < 0.5:
            return f"{number} {self._chance.choice(_ENGLISH_STREETS)} {self._chance.choice(_ENGLISH_ROADS)}"
        flat = self._chance.choice(
            ["", "", f" {self._chance.choice('ABCDEFG')} {self._chance.randint(1, 99)}", " B", "a"]
        )
        town = self._chance.choice(["", "", f", {self._digits(4)}0 {self._chance.choice(FinnishPlaces.cities)}"])
        if language == "sv":
            return f"{self._chance.choice(_SWEDISH_STREETS)} {number}{flat}{town}"
        ending, adessive = self._chance.choice(list(_FINNISH_STREETS.items()))
        street = self._chance.choice(_STREET_NAMES.split())
        inflected = language == "fi" and self._chance.random() < 0.2
        return f"{street}{adessive if inflected else ending} {number}{flat}{town}"

    def _plate(self, _: Language) -> str:
        letters = "".join(self._chance.choice(_LETTERS) for _ in range(3))
        return f"{letters}{self._chance.choice(['-', '-', '-', ' '])}{self._chance.randint(1, 999)}"

    def _property(self, _: Language) -> str:
        parts = [self._chance.randint(5, 992), *(self._chance.randint(1, limit) for limit in (899, 9999, 9999))]
        if self._chance.random() < 0.2:
            return "".join(f"{part:0{width}d}" for part, width in zip(parts, (3, 3, 4, 4), strict=True))
        return "-".join(map(str, parts))

    def _passport(self, _: Language) -> str:
        return self._chance.choice(["FP", "PA", "XP", "KB"]) + self._digits(7)

    def _ip(self, _: Language) -> str:
        if self._chance.random() < 0.3:
            return f"2001:db8:{self._chance.randrange(1, 65536):x}::{self._chance.randrange(1, 65536):x}"
        net = self._chance.choice(["192.168", "10.20", "203.0", "198.51"])
        return f"{net}.{self._chance.randint(0, 255)}.{self._chance.randint(1, 254)}"

    def _birth_date(self, language: Language) -> str:
        born = self._birthday(1930)
        month = _MONTHS[language][born.month - 1]
        written = {"fi": f"{born.day}. {month}", "sv": f"{born.day} {month}", "en": f"{born.day} {month}"}[language]
        numbers = [f"{born.day}.{born.month}.{born.year}", f"{born:%d.%m.%Y}", f"{born:%d.%m.%y}", f"{born:%d/%m/%Y}"]
        return self._chance.choice(
            [*numbers, f"{born.day}. {born.month}. {born.year}", f"{born:%Y-%m-%d}", f"{written} {born.year}"]
        )

    def _customer_number(self, _: Language) -> str:
        digits = self._digits(self._chance.randint(6, 9))
        return self._chance.choice(
            [digits, digits, f"P{digits}", f"A-{digits}", f"{digits[:3]} {digits[3:]}", f"{digits[:3]}-{digits[3:]}"]
        )

    def _plain_name(self, language: Language) -> tuple[str, str]:
        if language == "fi":
            first, last = self._chance.choice(_FINNISH_FIRST.split()), self._chance.choice(_FINNISH_LAST.split())
            return first.split("/")[0], last.split("/")[0]
        if language == "sv":
            return self._pick(SwedishNames.first_names), self._pick(SwedishNames.last_names)
        return self._pick(BritishNames.first_names), self._pick(BritishNames.last_names)

    def _pick(self, names: Iterable[str]) -> str:
        return self._chance.choice(list(names))

    def _name(self, language: Language, case: str) -> str:
        """The whole name mostly; sometimes the surname or the first name alone, or the surname first."""
        form = self._chance.random()
        if language != "fi":
            first, last = self._plain_name(language)
            shown = f"{first} {last}" if form < 0.75 else last if form < 0.9 else first
            return _possessive(shown, language) if case == "genitive" else shown
        given, family = self._chance.choice(_FINNISH_FIRST.split()), self._chance.choice(_FINNISH_LAST.split())
        if form < 0.55:
            return f"{inflect(given, 'nominative')} {inflect(family, case)}"
        if form < 0.7:
            return f"{inflect(family, 'genitive')} {inflect(given, case)}"
        return inflect(family if form < 0.88 else given, case)


def inflect(name: str, case: str) -> str:
    """A Finnish name in a case. name: "Korhonen", or nominative/weak stem/strong stem ("Virta/Virra/Virta")."""
    nominative, weak, strong = name.split("/") if "/" in name else (name, name[:-3] + "se", name[:-3] + "se")
    if case == "nominative":
        return nominative
    vowels = [letter for letter in nominative.lower() if letter in "aouäöy"]
    a = "a" if vowels and vowels[-1] in "aou" else "ä"  # the last part of a compound decides
    endings = {"genitive": "n", "adessive": f"ll{a}", "ablative": f"lt{a}", "allative": "lle", "elative": f"st{a}"}
    if case in endings:
        return weak + endings[case]
    if case == "essive":
        return f"{strong}n{a}"
    if case == "partitive":
        return _partitive(nominative, strong, a)
    if case == "illative":
        if strong.endswith("ee"):
            return f"{strong}seen"
        return f"{strong}h{strong[-1]}n" if strong[-1] == strong[-2] else f"{strong}{strong[-1]}n"
    raise ValueError(f"no case '{case}' here; known are nominative, {', '.join(endings)}, essive, partitive, illative")


def _partitive(nominative: str, strong: str, a: str) -> str:
    if nominative.endswith("nen"):
        return f"{nominative[:-3]}st{a}"
    if strong.endswith("ee"):
        return f"{strong[:-1]}tt{a}"
    return f"{strong}t{a}" if strong[-1] == strong[-2] else f"{strong}{a}"


def _possessive(name: str, language: Language) -> str:
    if language == "sv":
        return name if name.endswith(("s", "x", "z")) else f"{name}s"
    return f"{name}'" if name.endswith("s") else f"{name}'s"
