"""Numbers of lists as letters and Roman numerals."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
MAX_ROMAN = 4000  # from here on a numeral would be a row of m


_LETTERS = 26
MAX_LETTERS = 780  # Word writes a letter 30 times at most


def numeral(number: int, form: str, counted: bool = False) -> str:
    """The number as a list shows it; form: as Word names the kind of a list's numbers, one unknown is decimal. counted:
    whether ab follows aa behind z, as in a page; Word writes bb."""
    if form in ("lowerLetter", "upperLetter") and 1 <= number <= MAX_LETTERS:
        again, letter = divmod(number - 1, _LETTERS)
        shown = chr(ord("a") + letter)
        if counted and again > _LETTERS:
            return str(number)
        shown = chr(ord("a") + again - 1) + shown if counted and again else shown * (again + 1)
    elif form in ("lowerRoman", "upperRoman") and 1 <= number < MAX_ROMAN:
        shown = ""
        for value, letters in _ROMAN:
            while number >= value:
                shown, number = shown + letters, number - value
    else:
        return f"{number:02}" if form == "decimalZero" else f"{number}." if form == "ordinal" else str(number)
    return shown.upper() if form.startswith("upper") else shown
