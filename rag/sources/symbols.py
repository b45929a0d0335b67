"""Fonts whose letters are signs: which sign stands where a file has a letter of such a font."""

from __future__ import annotations

import re
from collections.abc import Mapping

PRIVATE = re.compile("[\uf020-\uf0ff]")  # where Office keeps the letters of these fonts
_PRIVATE_START = 0xF000
# Adobe's Symbol encoding; a space where a place is empty, or has but a piece of a large bracket.
_SYMBOL = (
    "!∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_ αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",  # noqa: RUF001
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…  ↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑           〉∫",  # noqa: RUF001
)
# Of the others those that say something in a text: bullets, boxes, ticks, arrows, figures in circles.
_SIGNS: Mapping[str, Mapping[int, str]] = {
    "symbol": {
        start + at: sign
        for start, signs in zip((0x21, 0xA0), _SYMBOL, strict=True)
        for at, sign in enumerate(signs)
        if sign != " "
    },
    "wingdings": {
        0x21: "✏", 0x28: "☎", 0x2A: "✉", 0x45: "☜", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6D: "❍", 0x6E: "■",
        0x6F: "□", 0x71: "❑", 0x72: "❒", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x78: "☒", 0x9F: "•", 0xA7: "▪", 0xA8: "☐",
        0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩",
        0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
        **{0x81 + at: chr(ord("①") + at) for at in range(10)},
        **{0x8C + at: chr(ord("❶") + at) for at in range(10)},
    },
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"},
    "webdings": {0x61: "✓", 0x63: "☐", 0x72: "✗"},
}  # fmt: skip


def sign_of(font: str | None, letter: str) -> str | None:
    """The sign that a letter of a font is; the letter itself in a font of letters; None where nobody knows."""
    signs = _SIGNS.get((font or "").strip().casefold())
    code = ord(letter)
    if PRIVATE.fullmatch(letter) or (signs is not None and code <= 0xFF):
        return None if signs is None else signs.get(code % _PRIVATE_START)
    return letter if letter.isprintable() else None


def with_signs(words: str, font: str | None) -> tuple[str, int]:
    """Words in a font with its letters as the signs that they are, and how many nobody knows: they are left out."""
    unknown = 0

    def sign(letter: re.Match[str]) -> str:
        nonlocal unknown
        found = sign_of(font, letter[0])
        unknown += found is None
        return found or ""

    return PRIVATE.sub(sign, words), unknown
