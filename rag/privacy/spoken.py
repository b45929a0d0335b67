"""Numbers as people say them: a text with its spelt digits as figures, for the finders of identifiers to look at.

"nolla neljä nolla 123 4567", "0 4 0 1 2 3", "131052 viiva 308T", "040 ja sitten 1234567", "O4O 1234567".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.privacy.personal_data import Plain

_DIGITS = """
    0 nolla noll zero oh / 1 yksi yks ett one / 2 kaksi kaks två two / 3 kolme tre three / 4 neljä fyra four
    5 viisi viis fem five / 6 kuusi kuus sex six / 7 seitsemän seittemän seiska sju seven
    8 kahdeksan kaheksan åtta eight / 9 yhdeksän yheksän nio nine
    10 kymmenen tio ten / 11 yksitoista elva eleven / 12 kaksitoista tolv twelve / 13 kolmetoista tretton thirteen
    14 neljätoista fjorton fourteen / 15 viisitoista femton fifteen / 16 kuusitoista sexton sixteen
    17 seitsemäntoista sjutton seventeen / 18 kahdeksantoista arton eighteen / 19 yhdeksäntoista nitton nineteen
    20 kaksikymmentä kakskyt tjugo twenty / 30 kolmekymmentä kolkyt trettio thirty
    40 neljäkymmentä neljäkyt fyrtio forty / 50 viisikymmentä viiskyt femtio fifty
    60 kuusikymmentä kuuskyt sextio sixty / 70 seitsemänkymmentä seitkyt sjuttio seventy
    80 kahdeksankymmentä kaheksankyt åttio eighty / 90 yhdeksänkymmentä yheksänkyt nittio ninety
    100 sataa sata hundra hundred
"""
_MARKS = """
    - viiva väliviiva tavuviiva yhdysviiva miinus streck bindestreck minus dash hyphen / + plus / . piste punkt dot
"""
_FILLERS = frozenset(
    """
    ja sitten sit vielä loppu loppuosa loppuosan perään väli välilyönti och sedan sen så därefter slutet mellanslag
    and then space followed by ending finally
    """.split()
)


def _said(table: str) -> dict[str, str]:
    """Each word with what it stands for: a line's parts begin with that."""
    entries = (part.split() for line in table.splitlines() for part in line.split("/") if part.strip())
    return {word: written for written, *words in entries for word in words}


_WRITTEN = _said(_DIGITS) | _said(_MARKS)
_SPELT = "|".join(sorted(_said(_DIGITS), key=len, reverse=True))
_GROWN_TOGETHER = re.compile(rf"(?:{_SPELT}){{2,12}}")  # "nollaneljänolla"
_ONE = re.compile(_SPELT)
_PIECE = re.compile(r"\([Oo]\)|[OolI]{0,3}\d[\dOolI]*|[^\W\d_]{1,60}|\s{1,3}|(?s:.)")
_FIGURES = re.compile(r"\(o\)|[oli]*\d[\doli]*")
_SAID_AT_ONCE = 2  # digits
_NEAR = 4  # pieces, spaces among them, between a joining word and the figures
_WORTH = re.compile(rf"(?<!\w)(?:{_SPELT})|(?<!\w)\d[ \t]\d(?!\w)|\d[OolI]|[OolI]\d|\d\W{{1,3}}[^\W\d_]", re.IGNORECASE)


def as_figures(plain: Plain, together: bool = False) -> Plain | None:
    """The text with figures for spelt digits, which lose what parts them, and without the words that join the parts of
    a number; None where nothing is said so. starts lead to the original, as those of the plain text do.

    together: "forty two" is one number, as it always is in one word or with a hyphen; else "forty" and "two".
    """
    if not _WORTH.search(plain.text):
        return None
    pieces = [(match[0], match.start()) for match in _PIECE.finditer(plain.text)]
    figures = [_figure(piece) for piece, _ in pieces]
    _put_together(pieces, figures, apart=together)
    seen: list[str] = []
    starts: list[int] = []
    for at, (piece, start) in enumerate(pieces):
        figure = figures[at]
        if figure is not None:
            seen.append(figure)
            own = plain.starts[start : start + len(piece)]
            starts += own if figure == piece else own[:1] * len(figure)
        elif not (_parts(piece) and _joins(pieces, figures, at)) and not _is_filler(pieces, figures, at):
            seen.append(piece)
            starts += plain.starts[start : start + len(piece)]
    said = "".join(seen)
    return None if said == plain.text else Plain(said, (*starts, plain.starts[-1]))


def _figure(piece: str) -> str | None:
    """What a piece of the text stands for; None for what is neither digit nor mark."""
    lowered = piece.lower()
    if _FIGURES.fullmatch(lowered):
        return lowered.replace("o", "0").replace("l", "1").replace("i", "1")
    if lowered in _WRITTEN:
        return _WRITTEN[lowered]
    if _GROWN_TOGETHER.fullmatch(lowered):
        return _read_out([_WRITTEN[part] for part in _ONE.findall(lowered)])
    return None


def _read_out(said: Sequence[str]) -> str:
    """Numbers said one after the other, in figures: hundreds, tens and units that belong together as one."""
    read: list[int] = []
    for number in map(int, said):
        last = read[-1] if read else 0
        if number == 100 and 0 < last < 10:
            read[-1] = last * 100
        elif (last >= 100 > number and not last % 100) or (0 < number < 10 and last % 100 >= 20 and not last % 10):
            read[-1] = last + number
        else:
            read.append(number)
    return "".join(map(str, read))


def _put_together(pieces: Sequence[tuple[str, int]], figures: list[str | None], apart: bool) -> None:
    """Where tens and their unit are written apart or with a hyphen, the first becomes both and the others nothing."""
    for at in range(len(pieces) - 2):
        tens, between, unit = (pieces[at + step][0] for step in range(3))
        joined = between == "-" or (apart and between.isspace())
        if joined and _is_tens(tens) and figures[at + 2] in set("123456789") and unit.isalpha():
            figures[at : at + 3] = [_read_out([figures[at] or "", figures[at + 2] or ""]), "", ""]


def _is_tens(piece: str) -> bool:
    figure = _WRITTEN.get(piece.lower(), "")
    return len(figure) == 2 and figure >= "20"


def _parts(piece: str) -> bool:
    """Whether it may stand between two numbers that are said: blanks, a comma."""
    return piece.isspace() or piece in (",", ";")


def _joins(pieces: Sequence[tuple[str, int]], figures: Sequence[str | None], at: int) -> bool:
    """Whether what parts them stands between two digits that are said one by one, or after a word that joins.

    A blank may part figures; a comma, or a longer number, only words.
    """
    if not 0 < at < len(figures) - 1 or "\n" in pieces[at][0]:
        return False
    first, last = at - 1, at + 1
    while first > 0 and figures[first] is None and _parts(pieces[first][0]):
        first -= 1
    while last < len(figures) - 1 and figures[last] is None and _parts(pieces[last][0]):
        last += 1
    before, after = figures[first], figures[last]
    if before is None or after is None:
        return pieces[at][0].isspace() and _is_filler(pieces, figures, at - 1)
    if all(not any(char.isdigit() for char in pieces[place][0]) for place in (first, last)):
        return True
    alone = last - first == 2 and pieces[at][0].isspace()
    return alone and len(before) <= _SAID_AT_ONCE and len(after) <= _SAID_AT_ONCE


def _is_filler(pieces: Sequence[tuple[str, int]], figures: Sequence[str | None], at: int) -> bool:
    """Whether a joining word stands between figures, further such words and spaces aside."""
    if pieces[at][0].lower() not in _FILLERS:
        return False
    before = [each for each in figures[max(0, at - _NEAR) : at] if each is not None]
    after = [each for each in figures[at + 1 : at + 1 + _NEAR] if each is not None]
    return bool(before and after)
