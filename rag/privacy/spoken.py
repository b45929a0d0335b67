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
    20 kaksikymmentä tjugo twenty / 30 kolmekymmentä trettio thirty / 40 neljäkymmentä neljäkyt fyrtio forty
    50 viisikymmentä viiskyt femtio fifty / 60 kuusikymmentä sextio sixty / 70 seitsemänkymmentä sjuttio seventy
    80 kahdeksankymmentä åttio eighty / 90 yhdeksänkymmentä nittio ninety
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


def as_figures(plain: Plain) -> Plain | None:
    """The text with figures for spelt digits, which lose the spaces between them, and without the words that join the
    parts of a number; None where nothing is said so. starts lead to the original, as those of the plain text do."""
    if not _WORTH.search(plain.text):
        return None
    pieces = [(match[0], match.start()) for match in _PIECE.finditer(plain.text)]
    figures = [_figure(piece) for piece, _ in pieces]
    seen: list[str] = []
    starts: list[int] = []
    for at, (piece, start) in enumerate(pieces):
        figure = figures[at]
        if figure is not None:
            seen.append(figure)
            own = plain.starts[start : start + len(piece)]
            starts += own if figure == piece else own[:1] * len(figure)
        elif not (piece.isspace() and _joins(pieces, figures, at)) and not _is_filler(pieces, figures, at):
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
        return "".join(_WRITTEN[part] for part in _ONE.findall(lowered))
    return None


def _joins(pieces: Sequence[tuple[str, int]], figures: Sequence[str | None], at: int) -> bool:
    """Whether a space stands between two digits that are said one by one, or after a word that joins."""
    if not 0 < at < len(figures) - 1 or "\n" in pieces[at][0]:
        return False
    before, after = figures[at - 1], figures[at + 1]
    if before is not None and after is not None:
        return len(before) <= _SAID_AT_ONCE and len(after) <= _SAID_AT_ONCE
    return _is_filler(pieces, figures, at - 1)


def _is_filler(pieces: Sequence[tuple[str, int]], figures: Sequence[str | None], at: int) -> bool:
    """Whether a joining word stands between figures, further such words and spaces aside."""
    if pieces[at][0].lower() not in _FILLERS:
        return False
    before = [each for each in figures[max(0, at - _NEAR) : at] if each is not None]
    after = [each for each in figures[at + 1 : at + 1 + _NEAR] if each is not None]
    return bool(before and after)
