"""SmartArt of Word and PowerPoint: what its boxes say, as the list that Office shows beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from rag.sources.canonical import clean
from rag.sources.office import parsed

_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_WORDS = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_HELD = re.compile(r".{1,200}/diagramData")  # how a file names what it holds of a diagram
_DRAWN = ("chart", "chartex", "diagram")  # how the names of what is no picture, and looks like one, end
MAX_POINTS = 1000  # of a diagram; real ones have some ten. Chosen by judgement


def is_drawn(frame: etree._Element) -> bool:
    """Whether a frame holds a chart or a diagram."""
    return any((each.get("uri") or "").rpartition("/")[2] in _DRAWN for each in frame.iter(f"{_WORDS}graphicData"))


class Diagrams:
    """What the diagrams of a file, or of a slide, say."""

    def __init__(self, relations: Iterable[Any]) -> None:
        """relations: of python-docx or python-pptx, within the file."""
        self._boxes = {
            each.rId: list(_boxes(each.target_part.blob)) for each in relations if _HELD.fullmatch(each.reltype)
        }
        self._said: set[str] = set()

    def have_words_for(self, frame: etree._Element) -> bool:
        return any(self._boxes.get(link) for link in _links(frame))

    def once(self, frame: etree._Element) -> list[tuple[int, str]]:
        """(depth from 1, words) of each box of the diagram in a frame, for the first frame that shows it."""
        new = [link for link in _links(frame) if link in self._boxes and link not in self._said]
        self._said |= set(new)
        return [box for link in dict.fromkeys(new) for box in self._boxes[link]]


def _links(frame: etree._Element) -> list[str]:
    return [each.get(_DATA) or "" for each in frame.iter(f"{_DIAGRAM}relIds")]


def _boxes(data: bytes) -> Iterator[tuple[int, str]]:
    try:
        root = parsed(data)
    except etree.LxmlError:
        return  # the text around it can be read
    points = {each.get("modelId"): each for each in root.iter(f"{_DIAGRAM}pt")}
    if len(points) > MAX_POINTS:
        return
    below: dict[str | None, list[tuple[int, str | None]]] = {}
    for link in root.iter(f"{_DIAGRAM}cxn"):
        if link.get("type", "parOf") == "parOf":
            order = link.get("srcOrd", "")
            place = int(order) if order.isdecimal() and len(order) < 10 else 0
            below.setdefault(link.get("srcId"), []).append((place, link.get("destId")))
    tops = [point_id for point_id, point in points.items() if point.get("type") == "doc"]
    seen: set[str | None] = set()
    waiting = [(0, point_id) for point_id in [*reversed(points), *tops]]  # what nothing leads to comes last
    while waiting:
        depth, point_id = waiting.pop()
        if point_id in seen or point_id not in points:
            continue
        seen.add(point_id)
        inner = sorted(below.get(point_id, ()), key=lambda each: each[0], reverse=True)
        waiting += [(depth + 1, each) for _, each in inner]
        said = [_said(paragraph) for text in points[point_id].iter(f"{_DIAGRAM}t") for paragraph in text]
        if words := clean(" ".join(said)):
            yield max(depth, 1), words


def _said(paragraph: etree._Element) -> str:
    return "".join(
        " " if each.tag == f"{_WORDS}br" else each.text or ""
        for each in paragraph.iter()
        if each.tag in (f"{_WORDS}t", f"{_WORDS}br")
    )
