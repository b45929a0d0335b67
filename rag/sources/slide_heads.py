"""Which text boxes of a slide head something, where the file calls none its title: by type and by place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

from pptx.oxml.ns import qn

from rag.sources.canonical import clean, is_sentence
from rag.sources.format_lines import HEADING_MAX_CHARS, LARGER_TYPE

_USUAL_SIZE = 1800  # hundredths of a point: of a box that says nothing of it


def title_among(shapes: Sequence[Any]) -> Any | None:
    """The box that is a slide's title: one line, above all others, in type larger than theirs."""
    boxes = [shape for shape in shapes if _said(shape)]
    if len(boxes) < 2:
        return None
    first = min(boxes, key=lambda shape: shape.top or 0)
    others = [shape for shape in boxes if shape is not first]
    larger = _size(first) >= LARGER_TYPE * max(map(_size, others))
    alone = all((shape.top or 0) >= (first.top or 0) + (first.height or 0) / 2 for shape in others)
    return first if larger and alone and _is_line(first) else None


def heads_of_cards(shapes: Sequence[Any]) -> Collection[int]:
    """The ids of the boxes that head each the one that is read behind it and stands below it. None where a box stands
    by itself behind one: it would seem to stand below the last of them. shapes: of a slide, as they are read."""
    boxes = [shape for shape in shapes if _said(shape)]
    heads = {one.shape_id for one, other in pairwise(boxes) if _heads(one) and not _heads(other) and _below(one, other)}
    first = next((at for at, shape in enumerate(boxes) if shape.shape_id in heads), len(boxes))
    alternate = all((shape.shape_id in heads) == (at % 2 == 0) for at, shape in enumerate(boxes[first:]))
    only = all(shape.has_text_frame for shape in shapes[shapes.index(boxes[first]) :]) if heads else False
    return heads if alternate and only else ()


def _said(shape: Any) -> str:
    return clean(shape.text_frame.text) if getattr(shape, "has_text_frame", False) else ""


def _is_line(shape: Any) -> bool:
    said = _said(shape)
    paragraphs = [each for each in shape.text_frame.paragraphs if clean(each.text)]
    return len(paragraphs) == 1 and len(said) <= HEADING_MAX_CHARS and not is_sentence(said)


def _heads(shape: Any) -> bool:
    """Whether a box has but one line, all of it bold."""
    forms = [run.rPr for run in shape._element.iter(qn("a:r")) if clean(run.text)]
    bold = all(form is not None and form.get("b") in ("1", "true") for form in forms)
    return _is_line(shape) and bold and not shape.is_placeholder


def _size(shape: Any) -> int:
    sizes = [form.get("sz") or "" for form in shape._element.iter(qn("a:rPr"))]
    return max((int(size) for size in sizes if size.isdecimal() and size.isascii()), default=_USUAL_SIZE)


def _below(one: Any, other: Any) -> bool:
    """Whether the second box stands below the first one, and not beside it."""
    left, right = (
        max(one.left or 0, other.left or 0),
        min(*((each.left or 0) + (each.width or 0) for each in (one, other))),
    )
    return left < right and (other.top or 0) > (one.top or 0)
