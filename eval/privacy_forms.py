"""How people type what they would rather not have typed: a value in forms that no register has.

A form takes a value as eval/privacy_values.py makes it, and gives what stands before it, it, and what stands after it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from rag.types import Language

Form = Callable[[str, Language, random.Random], tuple[str, str, str]]

_SPELT: Mapping[Language, list[str]] = {
    "fi": "nolla yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän".split(),
    "sv": "noll ett två tre fyra fem sex sju åtta nio".split(),
    "en": "zero one two three four five six seven eight nine".split(),
}
_SPELT_MARKS: Mapping[Language, Mapping[str, str]] = {
    "fi": {"-": "viiva", "+": "plus", ".": "piste"},
    "sv": {"-": "streck", "+": "plus", ".": "punkt"},
    "en": {"-": "dash", "+": "plus", ".": "dot"},
}
_THEN: Mapping[Language, tuple[str, ...]] = {
    "fi": ("ja sitten", "ja loppuosa"),
    "sv": ("och sedan", "och slutet"),
    "en": ("and then", "followed by"),
}
_TENS: Mapping[Language, list[str]] = {
    "fi": [f"{word}kymmentä" for word in _SPELT["fi"][2:]],
    "sv": "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio".split(),
    "en": "twenty thirty forty fifty sixty seventy eighty ninety".split(),
}
_TEENS: Mapping[Language, list[str]] = {
    "fi": ["kymmenen", *(f"{word}toista" for word in _SPELT["fi"][1:])],
    "sv": "tio elva tolv tretton fjorton femton sexton sjutton arton nitton".split(),
    "en": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
}
_BETWEEN_TENS: Mapping[Language, str] = {"fi": "", "sv": "", "en": "-"}
_LABELS: Mapping[str, Mapping[Language, str]] = {
    "hetu": {"fi": "hetu", "sv": "personbeteckning", "en": "id"},
    "personnummer": {"fi": "hetu", "sv": "personnummer", "en": "id"},
    "phone": {"fi": "puh", "sv": "tel", "en": "tel"},
    "iban": {"fi": "tili", "sv": "konto", "en": "iban"},
}
_AT: Mapping[Language, tuple[str, ...]] = {
    "fi": ("(at)", " ( at ) ", "[at]", " @ ", " miukumauku ", "(ät)", "{at}", "@\n", "-at-", " 'at' ", "\uff20"),
    "sv": ("(at)", " ( at ) ", "[at]", " @ ", " snabel-a ", "(ät)", "{at}", "@\n"),
    "en": ("(at)", " ( at ) ", "[at]", " @ ", " at sign ", "%40", "{at}", "@\n"),
}


def _grouped(value: str, mark: str) -> str:
    """In the groups that the value has, or in the usual ones, with a mark between."""
    compact = re.sub(r"[^\w+]", "", value)
    if value[:2].isalpha():  # an account
        return mark.join(compact[at : at + 4] for at in range(0, len(compact), 4))
    if len(compact) == 16:  # a card
        return mark.join(compact[at : at + 4] for at in range(0, 16, 4))
    if compact.startswith("+"):
        return mark.join((compact[:4], compact[4:6], compact[6:9], compact[9:]))
    return mark.join((compact[:3], compact[3:6], compact[6:]))


def _parts(value: str) -> tuple[str, str, str]:
    """An identity code's birthday, mark and end."""
    birthday, mark, end = re.fullmatch(r"(\d{6,8})\s*([^\d\s]?)\s*(\w{4})", value).groups()  # type: ignore[union-attr]
    return birthday, mark, end


def _broken(value: str) -> tuple[str, str, str, str]:
    """The same with the end in two."""
    birthday, mark, end = _parts(value)
    return birthday, mark or "-", end[:1], end[1:]


def _swedish_birthday(value: str) -> str:
    return re.match(r"\d{6}(?:\d\d(?=\D*\d{4}$))?", value)[0]  # type: ignore[index]


def _with_birthday(value: str, between: str) -> str:
    """Day, month and year apart, and with a blank between the rest as well."""
    birthday, mark, end = _parts(value)
    rest = (mark or "-", end) if between != " " else ("", " ", mark, " ", end)
    return between.join((birthday[:-4], birthday[-4:-2], birthday[-2:])) + "".join(rest)


def _plain(change: Callable[[str, random.Random], str]) -> Form:
    return lambda value, language, chance: ("", change(value, chance), "")


def _marked(value: str, language: Language, chance: random.Random) -> tuple[str, str, str]:
    birthday, mark, end = _parts(value)
    before, after = chance.choice([("'", "'"), ('"', '"'), ("(", ")"), ("[", "]"), ("**", "**")])
    return before, f"{birthday}{after}{mark or '-'}{end}", ""


def _grown(kind: str, behind: bool = False) -> Form:
    def form(value: str, language: Language, chance: random.Random) -> tuple[str, str, str]:
        label = _LABELS[kind][language]
        return ("", value, label) if behind else (label, value, "")

    return form


def _spelt(value: str, language: Language, chance: random.Random) -> tuple[str, str, str]:
    """Digit by digit, in words; letters stay."""
    marks = _SPELT_MARKS[language]
    said = [
        _SPELT[language][int(char)] if char.isdigit() else marks.get(char, char)
        for char in re.sub(r"[^\w+.-]|(?<=\d)-(?=\d{3} )", "", value)
    ]
    return "", " ".join(said), ""


def _spelt_with_commas(value: str, language: Language, chance: random.Random) -> tuple[str, str, str]:
    """In groups, each followed by a comma, or a comma after each digit."""
    words = _spelt(value, language, chance)[1].split()
    size = chance.choice([1, 2, 3])
    groups = [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
    return "", ", ".join(groups), ""


def _spelt_in_tens(value: str, language: Language, chance: random.Random) -> tuple[str, str, str]:
    """Two digits at a time as one number, from the end; what is left in front digit by digit."""
    digits = re.sub(r"\D", "", value.replace("(0)", ""))
    front = len(digits) % 2 + 2
    said = [_SPELT[language][int(digit)] for digit in digits[:front]]
    said += [_spelt_pair(digits[at : at + 2], language) for at in range(front, len(digits), 2)]
    plus = _SPELT_MARKS[language]["+"] + " " if value.startswith("+") else ""
    return "", plus + chance.choice([" ", ", "]).join(said), ""


def _spelt_pair(pair: str, language: Language) -> str:
    tens, unit = map(int, pair)
    if tens == 0:
        return f"{_SPELT[language][0]} {_SPELT[language][unit]}"
    if tens == 1:
        return _TEENS[language][unit]
    return _TENS[language][tens - 2] + (_BETWEEN_TENS[language] + _SPELT[language][unit] if unit else "")


def _end_first(value: str, language: Language, chance: random.Random) -> tuple[str, str, str]:
    birthday, _, end = _parts(value)
    between = chance.choice(
        {"fi": (" ja alku ", ", "), "sv": (" och början ", ", "), "en": (" and before it ", ", ")}[language]
    )
    return "", f"{end}{between}{birthday}", ""


def _in_two(at: Callable[[str], int]) -> Form:
    def form(value: str, language: Language, chance: random.Random) -> tuple[str, str, str]:
        place = at(value)
        return "", f"{value[:place].rstrip(' -')} {chance.choice(_THEN[language])} {value[place:].lstrip(' -')}", ""

    return form


def _end_of_line(value: str, chance: random.Random) -> str:
    """Broken at a mark, or where a group ends, as a narrow column breaks it."""
    places = [match.end() for match in re.finditer(r"[ -]", value)] or [len(value) // 2]
    place = chance.choice(places)
    return f"{value[:place].rstrip(' ')}\n{value[place:]}"


def _said_address(value: str, language: Language, chance: random.Random) -> tuple[str, str, str]:
    local, domain = value.split("@")
    at = chance.choice(_AT[language])
    dot = {"(": "(dot)", "[": "[dot]"}.get(at.strip()[:1], ".") if chance.random() < 0.4 else "."
    return "", f"{local}{at}{domain.replace('.', dot)}", ""


def _dictated_address(value: str, language: Language, chance: random.Random) -> tuple[str, str, str]:
    dot = f" {_SPELT_MARKS[language]['.']} "
    local, domain = value.split("@")
    at = {"fi": " miukumauku ", "sv": " snabel-a ", "en": " at "}[language]
    return "", f"{local.replace('.', dot)}{at}{domain.replace('.', dot)}", ""


def _phone_middle(value: str) -> int:
    return re.match(r"(?:\+\d{2,3}\D*)?(?:\(0\))?0?\d{2}", value).end()  # type: ignore[union-attr]


def _hetu_middle(value: str) -> int:
    return re.match(r"\d{6,8}", value).end()  # type: ignore[union-attr]


FORMS: Mapping[str, Mapping[str, Form]] = {
    "hetu": {
        "end of line": _plain(lambda value, _: "{}{}\n{}".format(*_parts(value))),
        "end of line before the mark": _plain(lambda value, _: "{}\n{}{}".format(*_parts(value))),
        "dotted": _plain(lambda value, _: _with_birthday(value, ".")),
        "spaced": _plain(lambda value, _: _with_birthday(value, " ")),
        "slashed": _plain(lambda value, _: "{}/{}".format(*_parts(value)[::2])),
        "a word grown to it": _grown("hetu"),
        "a word grown behind it": _grown("hetu", behind=True),
        "digits apart": _plain(lambda value, _: " ".join(value.replace(" ", ""))),
        "spelled": _spelt,
        "words between": _in_two(_hetu_middle),
        "quotes, brackets, bold": _marked,
        "comma before the end": _plain(lambda value, chance: chance.choice(",;").join(_parts(value)[::2])),
        "end of line within the end": _plain(lambda value, _: "{}{}{}\n{}".format(*_broken(value))),
        "check character in brackets": lambda value, *_: ("", f"{value[:-1]}({value[-1]}", ")"),
        "end first": _end_first,
        "letters for digits": _plain(lambda value, _: value.replace("0", "O").replace("1", "l")),
    },
    "personnummer": {
        "end of line": _plain(lambda value, _: "{}{}\n{}".format(*_parts(value))),
        "dotted": _plain(lambda value, _: _with_birthday(value.replace(" ", ""), ".")),
        "another mark": _plain(
            lambda value, chance: chance.choice("./,;:_*").join((_swedish_birthday(value), value[-4:]))
        ),
        "end in brackets": lambda value, *_: ("", f"{_swedish_birthday(value)} ({value[-4:]}", ")"),
        "end of line within the end": _plain(
            lambda value, _: f"{_swedish_birthday(value)}-{value[-4:-2]}\n{value[-2:]}"
        ),
        "a word grown to it": _grown("personnummer"),
        "spelled": _spelt,
    },
    "satu": {"end of line": _plain(lambda value, _: f"{value[:-1]}\n{value[-1]}"), "spelled": _spelt},
    "iban": {
        "dashes": _plain(lambda value, _: _grouped(value, "-")),
        "dots": _plain(lambda value, _: _grouped(value, ".")),
        "commas": _plain(lambda value, chance: _grouped(value, chance.choice(",;"))),
        "end of line": _plain(_end_of_line),
        "a word grown to it": _grown("iban"),
        "spelled with commas": _spelt_with_commas,
        "spelled": _spelt,
        "words between": _in_two(lambda value: 9 if " " in value else 8),
    },
    "card": {
        "commas": _plain(lambda value, chance: _grouped(value, chance.choice(",;"))),
        "dots": _plain(lambda value, _: _grouped(value, ".")),
        "end of line": _plain(_end_of_line),
        "spelled": _spelt,
    },
    "phone": {
        "slash": _plain(lambda value, _: re.sub(r"^(0\d\d?|\+\d{3,5}|\+358 \d\d|\+46 \d\d)\D*", r"\1/", value)),
        "dots": _plain(lambda value, _: _grouped(value.replace("(0)", ""), ".")),
        "comma": _plain(
            lambda value, chance: re.sub(
                r"^(0\d\d?|\+\d{3,5}|\+358 \d\d|\+46 \d\d)\D*", lambda begin: begin[1] + chance.choice(",;*"), value
            )
        ),
        "end of line": _plain(_end_of_line),
        "a word grown to it": _grown("phone"),
        "a word grown behind it": lambda value, language, _: (
            "",
            re.sub(r"\(0\)|[^\d+]", "", value),
            _LABELS["phone"][language],
        ),
        "spelled with commas": _spelt_with_commas,
        "spelled in tens": _spelt_in_tens,
        "digits apart": _plain(lambda value, _: " ".join(re.sub(r"[^\d+]", "", value))),
        "the letter O": _plain(lambda value, _: value.replace("0", "O")),
        "spelled": _spelt,
        "words between": _in_two(_phone_middle),
    },
    "passport": {"another mark": _plain(lambda value, chance: f"{value[:2]}{chance.choice('-./')}{value[2:]}")},
    "plate": {"another mark": _plain(lambda value, chance: re.sub(r"[ -]", chance.choice("./:"), value))},
    "birth_date": {"end of line": _plain(lambda value, _: value.replace(".", ".\n", 1))},
    "email": {"another sign for @": _said_address, "dictated": _dictated_address},
}
