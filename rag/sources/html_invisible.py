"""Text that a page shows nobody, though nothing hides its place: in the colour of its ground, without size, or
transparent."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

_NOTHING = re.compile(r"0(?:\.0{1,9})?(?:px|pt|em|rem|%)?")
_APPEARS = ("transform", "transition", "animation", "will-change")  # what a script lets appear while its reader scrolls
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})(?![0-9a-f])")
_PARTS = re.compile(
    r"rgba?\(\s{0,9}(\d{1,3})[\s,]{1,9}(\d{1,3})[\s,]{1,9}(\d{1,3})(?:[\s,/]{1,9}([\d.]{1,6})%?)?\s{0,9}\)"
)
_NAMED = {"white": "ffffff", "black": "000000"}
_TRANSPARENT, _WHITE = "transparent", "ffffff"
_GROUND = ("background", "background-color", "background-image")


def hide_invisible(root: etree._Element) -> None:
    """Say of what nobody can see that it is hidden. After the page's own style sheet has been read into its styles."""
    plain = not any("stylesheet" in (each.get("rel") or "").lower() for each in root.iter("link"))
    plain = plain and not any("background" in (each.text or "") for each in root.iter("style"))
    for element in root.iter(etree.Element):
        style = element.get("style") or ""
        if style and element.tag not in ("html", "body") and _is_invisible(element, _declared(style), plain):
            element.set("style", f"{style};display:none")


def _declared(style: str) -> dict[str, str]:
    """The first declaration of a property holds: the element's own stand before those of the sheet."""
    found: dict[str, str] = {}
    for each in style.split(";"):
        name, _, said = each.partition(":")
        found.setdefault(name.strip().lower(), said.lower().replace("!important", "").strip())
    return found


def _is_invisible(element: etree._Element, declared: Mapping[str, str], plain: bool) -> bool:
    """plain: whether nothing but the element and those around it says what colour its ground has."""
    if _NOTHING.fullmatch(declared.get("opacity", "")) and not any(name in declared for name in _APPEARS):
        return True
    if _NOTHING.fullmatch(declared.get("font-size", "")):
        # Space between boxes is taken away so: what stands within has a size of its own.
        return not any(
            each.get("class") or "font-size" in (each.get("style") or "") for each in element.iterdescendants()
        )
    colour = _colour(declared.get("color", ""))
    own = next((found for name in _GROUND if (found := _colour(declared.get(name, "")))), None)
    if colour is None or colour == _TRANSPARENT or own not in (None, _TRANSPARENT):
        return colour is not None and colour in (_TRANSPARENT, own)
    around = (element, *element.iterancestors())
    return colour == _WHITE and plain and not any(map(_may_have_ground, around))


def _may_have_ground(element: etree._Element) -> bool:
    style = element.get("style") or ""
    return any(element.get(name) for name in ("class", "id", "bgcolor", "background")) or "background" in style


def _colour(said: str) -> str | None:
    """Six figures, or that it is transparent; None for what names none that is known here."""
    first = said.split()[0] if said else ""
    if _TRANSPARENT in (said, first):
        return _TRANSPARENT
    if found := _HEX.match(said):
        return found[1] if len(found[1]) == 6 else "".join(each * 2 for each in found[1])
    if found := _PARTS.match(said):
        shade = "".join(f"{min(int(each), 255):02x}" for each in found.groups()[:3])
        return _TRANSPARENT if found[4] and not found[4].strip("0.") else shade
    return _NAMED.get(first)
