"""What the patterns of several kinds of identifiers are made of. Every gap is bounded, to keep time linear."""

from __future__ import annotations

import re
from datetime import date

GAP = r"\s{0,3}"  # that people, and the ends of lines, leave between the groups of a number
LOOSE = r"[\s./_-]{0,3}"  # the same with any mark: only where check digits or the words around decide
ANY = r"[\s./_*:'\"()\[\]|-]{0,4}"  # the same with quotes, brackets and what makes text bold
WIDE = r"(?:[,;]|[\s./_*:'\"()\[\]{}|-]{0,4})"  # with a comma as well: one between whole numbers has a space behind it
ALONE, END = r"(?<![\w@])", r"(?!\w)"
ASIDE = r"(?:[\s,:;()'\"-]{1,4}[^\W\d_]{1,20}){1,5}[\s,:;()'\"]{1,4}"  # a few words between two parts of one number

_SPACES = re.compile(r"\s+")


def says(text: str, words: re.Pattern[str]) -> bool:
    """Whether the words stand in the text, over the ends of lines as well."""
    return words.search(_SPACES.sub(" ", text)) is not None


def is_day(year: int, month: int, day: int) -> bool:
    """Whether this is a day that somebody may have been born on."""
    try:
        return date(year, month, day) <= date.today()
    except ValueError:
        return False


def digits_of(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
