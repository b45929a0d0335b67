"""The outer lines of tables that are drawn without them: their inner lines end where these would be."""

from __future__ import annotations

from collections.abc import Sequence

from rag.sources.pdf_page import Rule

_NEAR = 3.0  # points that the ends of lines which meet differ by
_FEWEST_LYING = 2  # one alone is a heading's, with an upright one between columns


def missing_sides(lying: Sequence[Rule], upright: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """What closes each open grid: its sides, and the places of these grids as boxes.

    All lying lines of a grid are as wide as it, and an upright one is as high; anything else is a drawing, or has its
    sides. Takes time by the product of both numbers.
    """
    sides: list[Rule] = []
    grids: list[Rule] = []
    for across, down in _grids(lying, upright):
        left, right = min(each.left for each in across), max(each.right for each in across)
        top = min(each.top for each in (*across, *down))
        bottom = max(each.bottom for each in (*across, *down))
        wide = all(each.left - left <= _NEAR and right - each.right <= _NEAR for each in across)
        high = any(each.top - top <= _NEAR and bottom - each.bottom <= _NEAR for each in down)
        inside = all(left - _NEAR <= each.left <= right + _NEAR for each in down)
        if len(across) < _FEWEST_LYING or not (wide and high and inside):
            continue
        own = [Rule(x, top, x, bottom) for x in (left, right) if not any(abs(each.left - x) <= _NEAR for each in down)]
        own += [
            Rule(left, y, right, y) for y in (top, bottom) if not any(abs(each.top - y) <= _NEAR for each in across)
        ]
        if own:
            sides += own
            grids.append(Rule(left, top, right, bottom))
    return sides, grids


def _grids(lying: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """The lying and the upright lines that cross each other, directly or by way of others."""
    crossing = [[number for number, each in enumerate(lying) if _cross(each, down)] for down in upright]
    group = list(range(len(lying)))  # of each lying line: the first one that belongs with it

    def first(number: int) -> int:
        while group[number] != number:
            number = group[number]
        return number

    for numbers in crossing:
        roots = {first(number) for number in numbers}
        for root in roots:
            group[root] = min(roots)
    grids: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, each in enumerate(lying):
        grids.setdefault(first(number), ([], []))[0].append(each)
    for down, numbers in zip(upright, crossing, strict=True):
        if numbers:
            grids[first(numbers[0])][1].append(down)
    return [(across, down) for across, down in grids.values() if down]


def _cross(lying: Rule, upright: Rule) -> bool:
    return (
        lying.left - _NEAR <= upright.left <= lying.right + _NEAR
        and upright.top - _NEAR <= lying.top <= upright.bottom + _NEAR
    )
