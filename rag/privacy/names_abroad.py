"""First names and surnames that are common in other countries, from where people have come.

Those of the package Faker (MIT), in lower case; Russian and Ukrainian ones in their own letters, and as Finnish,
Swedish and English texts spell them. Beside such a name there has to be another one: many are words here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module

_LATIN = (
    "az_AZ cs_CZ da_DK de_DE en_IN en_KE en_PK en_US es_ES et_EE fr_FR ha_NG hr_HR hu_HU id_ID ig_NG it_IT lt_LT lv_LV"
    " nl_NL no_NO pl_PL pt_PT ro_RO tr_TR vi_VN yo_NG"
).split()
_CYRILLIC = "ru_RU uk_UA".split()
# The languages' usual romanisations: Finnish and Swedish, and English.
_LETTERS = "абвгдезийклмнопрстуфхцыьіїєґ"
_ROMAN = dict(zip(_LETTERS, "a b v g d e z i i k l m n o p r s t u f h ts y  i ji je g".split(" "), strict=True))
_SPELLINGS = (
    _ROMAN | {"ё": "jo", "ж": "zh", "ч": "tsh", "ш": "sh", "щ": "shtsh", "ъ": "", "э": "e", "ю": "ju", "я": "ja"},
    _ROMAN | {"ё": "yo", "ж": "zh", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "э": "e", "ю": "yu", "я": "ya"},
)
_MIN_LETTERS = 3  # shorter ones are mostly words here; chosen by judgement


def _listed(kind: str) -> Iterator[str]:
    """Names of a kind ("first_names", "last_names") in all countries, as they are written there and here."""
    for place in (*_LATIN, *_CYRILLIC):
        provider = import_module(f"faker.providers.person.{place}").Provider
        names: Iterable[str] = getattr(provider, kind)
        for name in names:
            lowered = name.lower()
            yield lowered
            if place in _CYRILLIC:
                for spelling in _SPELLINGS:
                    yield "".join(spelling.get(letter, letter) for letter in lowered)


@cache
def first_names_abroad() -> frozenset[str]:
    return frozenset(name for name in _listed("first_names") if len(name) >= _MIN_LETTERS and name.isalpha())


@cache
def surnames_abroad() -> frozenset[str]:
    return frozenset(name for name in _listed("last_names") if len(name) >= _MIN_LETTERS and name.isalpha())
