"""Word's styles: what they say of the runs and paragraphs that have them, and the ways to ask Word's elements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from docx.oxml.ns import qn
from lxml import etree

from rag.sources.office import whole
from rag.types import LossKind

_UNREAD: dict[str, LossKind] = {"vanish": "hidden text", "strike": "struck out", "dstrike": "struck out"}
_OFF = ("0", "false", "off")
_WHITE = "FFFFFF"
MIN_HALF_POINTS = 3  # nobody reads type of one point; chosen by judgement
MAX_CHAIN = 40  # styles based on each other; people have some five. Chosen by judgement


@cache
def _tags(path: str) -> str:
    return "/".join(map(qn, path.split("/")))


def value(element: etree._Element | None, path: str) -> str | None:
    """The w:val of the element at a path such as "w:pPr/w:outlineLvl"."""
    found = None if element is None else element.find(_tags(path))
    return None if found is None else found.get(qn("w:val"))


def on(element: etree._Element, path: str) -> bool:
    return said(element, path) is True


def said(element: etree._Element, path: str) -> bool | None:
    """Whether an element says yes or no to a property; None where it says nothing of it."""
    found = element.find(_tags(path))
    return None if found is None else found.get(qn("w:val"), "true") not in _OFF


class Styles:
    """The styles by id; a question goes up the chain of the styles they are based on."""

    def __init__(self, styles: etree._Element) -> None:
        self._by_id = {style.get(qn("w:styleId")): style for style in styles.iter(qn("w:style"))}
        self._chains: dict[str | None, tuple[etree._Element, ...]] = {}
        self._usual = next(
            (
                style_id
                for style_id, style in self._by_id.items()
                if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default"), "0") not in _OFF
            ),
            None,
        )

    def chain(self, style_id: str | None) -> tuple[etree._Element, ...]:
        """The style and those that it is based on, the nearest first; none for an unknown one."""
        if style_id not in self._chains:
            found: dict[str | None, etree._Element] = {}
            above = style_id
            while above in self._by_id and above not in found and len(found) < MAX_CHAIN:
                found[above] = self._by_id[above]
                above = value(found[above], "w:basedOn")
            self._chains[style_id] = tuple(found.values())
        return self._chains[style_id]

    def of(self, paragraph: etree._Element) -> tuple[etree._Element, ...]:
        """The chain of a paragraph's style; where it names none, of the usual one."""
        return self.chain(value(paragraph, "w:pPr/w:pStyle") or self._usual)

    def unread(self, run: etree._Element, above: Sequence[etree._Element]) -> LossKind | None:
        """How a run is hidden or struck out: neither is in force. above: the chain of its paragraph's style."""
        found = next((kind for how, kind in _UNREAD.items() if self._shows(run, above, how)), None)
        return found or ("hidden text" if self._is_invisible(run, above) else None)

    def _is_invisible(self, run: etree._Element, above: Sequence[etree._Element]) -> bool:
        """Whether nobody sees a run: it is white where nothing gives it another ground, or has no size to be read."""
        sources = self._sources(run, above)
        if whole(_first_said(sources, "w:rPr/w:sz"), MIN_HALF_POINTS) < MIN_HALF_POINTS:
            return True
        white = (_first_said(sources, "w:rPr/w:color") or "").upper() == _WHITE
        return white and not any(map(_has_ground, sources)) and not self._on_ground(run)

    def _sources(self, run: etree._Element, above: Sequence[etree._Element]) -> tuple[etree._Element, ...]:
        """What may say how a run looks, the nearest first: itself, its own style's chain, that of its paragraph's."""
        return (run, *self.chain(value(run, "w:rPr/w:rStyle")), *above)

    def _on_ground(self, run: etree._Element) -> bool:
        """Whether something around it may have a colour of its own: a paragraph, a cell, a table, a box, the page."""
        for element in run.iterancestors():
            if element.tag in (qn("w:txbxContent"), qn("w:background")) or _has_ground(element):
                return True
            if element.tag == qn("w:tbl"):
                styled = self.chain(value(element, "w:tblPr/w:tblStyle"))
                if any(next(style.iter(qn("w:shd")), None) is not None for style in styled):
                    return True
            if element.tag == qn("w:document") and element.find(qn("w:background")) is not None:
                return True
        return False

    def mark_is_hidden(self, paragraph: etree._Element) -> bool:
        """Whether the end of a paragraph is, so that an empty one does not stand there at all."""
        own = said(paragraph, "w:pPr/w:rPr/w:vanish")
        return bool(_nearest(self.of(paragraph), "w:rPr/w:vanish") if own is None else own)

    def is_raised(self, run: etree._Element, above: Sequence[etree._Element]) -> bool:
        """Whether a run stands above the line. above: the chain of its paragraph's style."""
        sources = self._sources(run, above)
        place = _first_said(sources, "w:rPr/w:vertAlign")
        return place == "superscript" or whole(_first_said(sources, "w:rPr/w:position"), 0) > 0

    def bold(self, paragraph: etree._Element) -> bool:
        """Whether all words of a paragraph are bold; False where it has none."""
        above = self.of(paragraph)
        runs = [
            run for run in paragraph.iter(qn("w:r")) if any((text.text or "").strip() for text in run.iter(qn("w:t")))
        ]
        return bool(runs) and all(self._shows(run, above, "b") for run in runs)

    def sets_first_row_apart(self, style_id: str | None) -> bool:
        return any(
            each.get(qn("w:type")) == "firstRow"
            for style in self.chain(style_id)
            for each in style.iter(qn("w:tblStylePr"))
        )

    def _shows(self, run: etree._Element, above: Sequence[etree._Element], how: str) -> bool:
        """What a run says itself decides. Of its two styles each that says yes turns the property over (ECMA-376, Part
        1, 17.7.3)."""
        path = f"w:rPr/w:{how}"
        own = said(run, path)
        if own is not None:
            return own
        return bool(_nearest(self.chain(value(run, "w:rPr/w:rStyle")), path)) != bool(_nearest(above, path))


def _first_said(sources: Iterable[etree._Element], path: str) -> str | None:
    """What the nearest of them says of a property."""
    return next((found for each in sources if (found := value(each, path)) is not None), None)


def fill_of(properties: etree._Element | None) -> str | None:
    """The colour behind what has these properties; None where it has none of its own, or white."""
    shading = None if properties is None else properties.find(qn("w:shd"))
    fill = "AUTO" if shading is None else (shading.get(qn("w:fill")) or "auto").upper()
    return None if fill in ("AUTO", _WHITE) else fill


def _has_ground(element: etree._Element) -> bool:
    """Whether a run, a paragraph, a cell, a table or a style has a colour behind its words."""
    for form in ("rPr", "pPr", "tcPr", "tblPr"):
        properties = element.find(qn(f"w:{form}"))
        if properties is None:
            continue
        marked = value(properties, "w:highlight")
        shading = properties.find(qn("w:shd"))
        themed = shading is not None and shading.get(qn("w:themeFill")) is not None
        if marked not in (None, "none", "white") or themed or fill_of(properties) is not None:
            return True
    return False


def _nearest(chain: Iterable[etree._Element], path: str) -> bool | None:
    return next((found for each in chain if (found := said(each, path)) is not None), None)
