"""Formulas of Word and PowerPoint (OMML), of pages and of OpenDocument (MathML) → one line, as people type them:
"(a + b) / 12"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from rag.sources.canonical import clean

MAX_DEPTH = 60  # levels of elements; what people write has some ten. Chosen by judgement
_OPERATORS = r"=+−×·÷±≤≥<>≠≈∙"
# An operator between two operands has a space on both sides. A hyphen may be one of a word.
_BETWEEN = re.compile(rf"(?<=[\w)\]%€²³])\s{{0,9}}([{_OPERATORS}])\s{{0,9}}(?=[\w(\[√∑−])")
_NOT_ONE = re.compile(rf"[\s{_OPERATORS}/^_-]")  # more than one operand, which needs brackets
_FACTORS = re.compile(r"\d[^\W\d]")  # "2m"
_FIGURES = re.compile(r"[0-9+−()-]{1,12}")
_ABOVE = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")
_BELOW = str.maketrans("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎")
# What is deleted, what says the same once more for programs, what only takes up its place. What says how a thing looks
# has a name that ends in Pr.
_UNREAD = frozenset({"del", "moveFrom", "annotation", "annotation-xml", "phant", "mphantom"})
# The parts of MathML's elements by their order, with the names that they have in Word.
_PARTS = {
    "mfrac": ("num", "den"), "msup": ("e", "sup"), "msub": ("e", "sub"), "msubsup": ("e", "sub", "sup"),
    "mroot": ("e", "deg"), "mover": ("e", "sup"), "munder": ("e", "sub"), "munderover": ("e", "sub", "sup"),
}  # fmt: skip
_FRACTIONS = frozenset({"f", "mfrac"})
_ROOTS = frozenset({"rad", "msqrt", "mroot"})
_INDEXED = frozenset({"sSup", "sSub", "sSubSup", "sPre", "limLow", "limUpp", *_PARTS.keys() - {"mfrac", "mroot"}})
_TEXTS = frozenset({"t", "mtext"})  # their spaces are said
_LEAVES = frozenset({"t", "mtext", "mi", "mn", "mo", "ms"})
_INVISIBLE = str.maketrans({"\u2061": " ", "\u2062": "·", "\u2064": " "})  # of a function, a product, a mixed number
_INDICES = frozenset({"sSup", "sSub", "sSubSup", "msup", "msub", "msubsup"})
_ROWS = {"mr": " ", "mtr": " ", "m": "; ", "mtable": "; ", "eqArr": "; "}  # and what parts them
# How an element says which signs stand before, between and behind its parts, and which do where it does not.
_BRACKETS = {
    "d": (("begChr", "("), ("sepChr", "|"), ("endChr", ")")),
    "mfenced": (("open", "("), ("separators", ","), ("close", ")")),
}


def formula(element: etree._Element) -> str:
    """What a formula says, in one line. element: an `oMath` or `math`, or what holds some."""
    said = " ".join(map(str, element.itertext())) if _too_deep(element) else _said(element)
    return clean(_BETWEEN.sub(r" \1 ", said))


def _too_deep(element: etree._Element) -> bool:
    level = [element]
    for _ in range(MAX_DEPTH):
        level = [child for each in level for child in each]
        if not level:
            return False
    return True


def _said(element: etree._Element) -> str:
    name = _name(element)
    children = [each for each in element if isinstance(each.tag, str) and not _unread(each)]
    if name in _FRACTIONS:
        parts = _parts(element, children)
        said = f"{_one(parts.get('num', ''))} / {_one(parts.get('den', ''), product=True)}"
        return f"({said})" if _stands_beside_another(element) else said
    if name in _ROOTS:
        parts = {"e": _joined(map(_said, children), apart=True)} if name == "msqrt" else _parts(element, children)
        return f"{_above(parts.get('deg', ''), sign='')}√{_one(parts.get('e', ''))}"
    if name in _INDEXED:
        parts = _parts(element, children)
        before = name == "sPre"
        marks = _below(parts.get("sub") or (parts.get("lim", "") if name == "limLow" else ""))
        marks += _above(parts.get("sup") or (parts.get("lim", "") if name == "limUpp" else ""))
        return marks + parts.get("e", "") if before else parts.get("e", "") + marks
    if name == "nary":  # a sum, an integral
        parts = _parts(element, children)
        return f"{_look(element, 'chr', '∫')}{_below(parts.get('sub', ''))}{_above(parts.get('sup', ''))} " + _one(
            parts.get("e", "")
        )
    if name in ("d", "mfenced"):
        begins, between, ends = (_look(element, *each) for each in _BRACKETS[name])
        return begins + between.join(map(_said, children)) + ends
    if name in _ROWS:
        return _ROWS[name].join(map(_said, children))
    if name == "func":
        return " ".join(map(_said, children))
    if not children or name in _LEAVES:
        said = "".join(map(str, element.itertext())).translate(_INVISIBLE)
        return said if name in _TEXTS else said.strip()
    return _joined(map(_said, children), apart=name.startswith("m"))


def _joined(parts: Iterable[str], apart: bool) -> str:
    """apart: each is a word or a figure of its own, where Word may have cut one in two."""
    whole = ""
    for part in parts:
        whole += " " + part if apart and whole[-1:].isalnum() and part[:1].isalnum() else part
    return whole


def _parts(element: etree._Element, children: list[etree._Element]) -> dict[str, str]:
    """What the parts of an element say, by their names in Word."""
    names = _PARTS.get(_name(element))
    return {name: _said(each) for name, each in zip(names or map(_name, children), children, strict=False)}


def _one(said: str, product: bool = False) -> str:
    """In brackets, unless it is one operand or has them. product: whether several factors need them: "1 / (2m)"."""
    said = clean(_BETWEEN.sub(r" \1 ", said))
    several = _NOT_ONE.search(said) or (product and _FACTORS.match(said))
    return f"({said})" if several and not _bracketed(said) else said


def _stands_beside_another(element: etree._Element) -> bool:
    """Whether a fraction has an index, or a factor or a whole number right beside it: "2⅓", "½ m"."""
    parent = element.getparent()
    if parent is not None and _name(parent) == "e" and (above := parent.getparent()) is not None:
        return _name(above) in _INDICES
    if parent is not None and _name(parent) in _INDICES:
        return True
    before, after = element.getprevious(), element.getnext()
    return _ends(before, -1) or _ends(after, 0)


def _ends(element: etree._Element | None, at: int) -> bool:
    """Whether what stands there ends, or begins, in a letter or a figure."""
    said = "" if element is None or _unread(element) else "".join(map(str, element.itertext())).strip()
    return bool(said) and (said[at].isalnum() or said[at] == ")("[at])


def _bracketed(said: str) -> bool:
    return said.startswith("(") and said.endswith(")") and said.count("(") == 1


def _above(said: str, sign: str = "^") -> str:
    said = clean(said)
    if not said:
        return ""
    if _FIGURES.fullmatch(said):
        return said.translate(_ABOVE)
    return said if len(said) == 1 and not said.isalnum() else f"{sign}{_one(said)}"


def _below(said: str) -> str:
    said = clean(said)
    if not said:
        return ""
    return said.translate(_BELOW) if _FIGURES.fullmatch(said) else f"_{_one(said)}"


def _look(element: etree._Element, name: str, default: str) -> str:
    """A sign that an element says it has: in Word in its properties, in MathML as an attribute."""
    if (own := element.get(name)) is not None:
        return own[:1]
    for each in element.iter():
        if isinstance(each.tag, str) and _name(each) == name:
            values = [str(value) for key, value in each.attrib.items() if str(key).rpartition("}")[2] == "val"]
            return values[0][:1] if values else ""
        if isinstance(each.tag, str) and _name(each) == "e":
            break  # the properties stand before what is said
    return default


def _unread(element: etree._Element) -> bool:
    name = _name(element)
    return name in _UNREAD or name.endswith("Pr")


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
