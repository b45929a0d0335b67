"""Every regular expression of the service and of the measurements, of bytes too, against texts that are made to keep it
busy: a document or a question may be such a text.

The texts are made of the expression itself: what it repeats, over and over, and then something that fits nowhere.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from re import _constants as codes
from re import _parser as parser
from types import FrameType
from typing import Any

import pytest

import api
import eval as evaluation
import rag
from tests.support.growth import busy_s

ROOT = Path(__file__).parent.parent
SHORT, LONG = 2_000, 8_000  # letters
HARMLESS_S = 0.02  # of the processor, for a long text: no need to look
LIMIT_S = 0.5  # likewise: more is too long however it grows
GROWS = 8  # times, from a short text to a long one: 4 where each letter takes as long, 16 where n letters take n² steps
TRIES = 3  # a processor that others use counts more than was done
FUNCTIONS = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
ANCHORED = {"match", "fullmatch"}
BREAKER = "\x00"  # what no expression wants
CATEGORIES = {
    codes.CATEGORY_DIGIT: "1", codes.CATEGORY_SPACE: " ", codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "a", codes.CATEGORY_NOT_SPACE: "a", codes.CATEGORY_NOT_WORD: ".",
}  # fmt: skip


@dataclass(frozen=True)
class Expression:
    """where: the module and the name or line; how: the functions that it is used by."""

    where: str
    pattern: re.Pattern[Any]
    how: frozenset[str]


class TooLong(Exception):
    pass


def modules() -> list[str]:
    return sorted(
        found.name
        for package in (rag, api, evaluation)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    )


def held(value: Any, seen: set[int]) -> Iterator[re.Pattern[Any]]:
    """The compiled ones in a value, as deep as they lie."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from held(each, seen)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for each in value:
            yield from held(each, seen)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from held(getattr(value, field.name, None), seen)


def uses(trees: Mapping[str, ast.Module]) -> dict[tuple[str, str], set[str]]:
    """By a module and a name in it, or by "" and a public name: the functions that it is used by."""
    found: dict[tuple[str, str], set[str]] = {}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in FUNCTIONS:
                name = getattr(node.value, "id", getattr(node.value, "attr", ""))
                found.setdefault((module if name.startswith("_") else "", name), set()).add(node.attr)
    return found


def expressions() -> list[Expression]:
    trees = {name: ast.parse((ROOT / f"{name.replace('.', '/')}.py").read_text("utf-8")) for name in source_modules()}
    used = uses(trees)
    found: dict[tuple[str | bytes, int], Expression] = {}
    for name in modules():
        module, seen = importlib.import_module(name), set[int]()
        for key, value in sorted(vars(module).items()):
            for pattern in held(value, seen):
                at_home = (name if key.startswith("_") else "", key)
                how = used.get(at_home, set()) if isinstance(value, re.Pattern) else set()
                at = (pattern.pattern, pattern.flags)
                before = found.get(at)
                everything = frozenset(how or {"search"}) | (before.how if before is not None else frozenset())
                found[at] = Expression(before.where if before is not None else f"{name}.{key}", pattern, everything)
    for each in written(trees):
        found.setdefault((each.pattern.pattern, each.pattern.flags), each)
    return list(found.values())


def written(trees: Mapping[str, ast.Module]) -> Iterator[Expression]:
    """Those that stand as texts where they are used, `re.sub("…", …)`."""
    for module, tree in trees.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re"), attr=how),
                    args=[ast.Constant(value=str() | bytes() as said), *_],
                ) if how in FUNCTIONS and how != "compile":
                    yield Expression(f"{module}:{node.lineno}", re.compile(said), frozenset({how}))


def source_modules() -> list[str]:
    return [name for name in modules() if (ROOT / f"{name.replace('.', '/')}.py").is_file()]


def sample(parsed: Any) -> str:
    """Something short that fits, as far as can be said without looking around."""
    return "".join(_one(code, given) for code, given in parsed)


def _one(code: Any, given: Any) -> str:
    if code is codes.LITERAL:
        return chr(given)
    if code is codes.NOT_LITERAL:
        return "a" if given != ord("a") else "b"
    if code is codes.ANY:
        return "a"
    if code is codes.IN:
        return _of_set(given)
    if code is codes.BRANCH:
        return sample(given[1][0])
    if code is codes.SUBPATTERN:
        return sample(given[3])
    if code in REPEATS:
        least: int = given[0]
        return sample(given[2]) * max(1, min(least, 3))
    return ""


REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}


def _of_set(given: Any) -> str:
    if given[0][0] is codes.NEGATE:
        return next((char for char in 'a1 .-\n"|<' if not any(_in(each, char) for each in given[1:])), "x")
    code, value = given[0]
    if code is codes.LITERAL:
        return chr(value)
    return chr(value[0]) if code is codes.RANGE else str(CATEGORIES.get(value, "a"))


def _in(each: Any, char: str) -> bool:
    code, value = each
    if code is codes.LITERAL:
        return chr(value) == char
    if code is codes.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    return CATEGORIES.get(value) == char or (value is codes.CATEGORY_WORD and char.isalnum())


def attacks(parsed: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """What stands before a repeat, and what it repeats, for every one that may go on for long."""
    for code, given in parsed:
        if code in REPEATS:
            if given[1] > 30:
                yield before, sample(given[2]) or "a"
            yield from attacks(given[2], before)
        elif code is codes.BRANCH:
            for branch in given[1]:
                yield from attacks(branch, before)
        elif code is codes.SUBPATTERN:
            yield from attacks(given[3], before)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from attacks(given[1], before)
        before += _one(code, given)


def hostile(pattern: re.Pattern[Any]) -> list[tuple[str, str]]:
    """What a text begins with, and what it goes on with over and over."""
    parsed = parser.parse(pattern.pattern, pattern.flags)
    found = dict.fromkeys(attacks(parsed))
    units = dict.fromkeys([*(unit for _, unit in found), *(before + unit for before, unit in found), sample(parsed)])
    return list(dict.fromkeys([*(("", unit) for unit in units if unit), *(each for each in found if each[0])]))


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise TooLong

    earlier = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, earlier)


def slow_on(expression: Expression) -> str | None:
    """The beginning of a text that takes too long."""
    ways = sorted(expression.how & ANCHORED) + (["finditer"] if expression.how - ANCHORED else [])
    for before, unit in hostile(expression.pattern):
        short, long = (before + (unit * (length // len(unit))) + BREAKER for length in (SHORT, LONG))
        for how in ways:
            if _seconds(expression.pattern, how, long) > HARMLESS_S:
                taken = min(_seconds(expression.pattern, how, long) for _ in range(TRIES))
                least = min(_seconds(expression.pattern, how, short) for _ in range(TRIES))
                if taken > LIMIT_S or taken > max(HARMLESS_S, GROWS * least):
                    return f"{how} {short[:60]!r}"
    return None


def _seconds(pattern: re.Pattern[Any], how: str, text: str) -> float:
    said = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text

    def search() -> None:
        with limit(LIMIT_S):
            found: Any = getattr(pattern, how)(said)
            if how == "finditer":
                for _ in found:
                    pass

    try:
        return busy_s(search, tries=1)
    except TooLong:
        return float("inf")


def test_a_slow_one_would_be_noticed() -> None:
    for slow in (r"\s+$", r"(a+)+b", r"\w+-\w+@", r"<(?:[^>]|\n)*x"):
        assert slow_on(Expression("here", re.compile(slow), frozenset({"search"}))), slow
    assert slow_on(Expression("here", re.compile(rb"(a+)+b"), frozenset({"search"})))
    assert slow_on(Expression("here", re.compile(r"\s+x"), frozenset({"match"}))) is None


@pytest.mark.slow
def test_no_expression_can_be_kept_busy() -> None:
    all_of_them = expressions()
    assert len(all_of_them) > 100
    assert any(isinstance(each.pattern.pattern, bytes) for each in all_of_them)
    assert any(each.where.startswith("eval.") for each in all_of_them)
    slow = {each.where: told for each in all_of_them if (told := slow_on(each))}
    assert slow == {}
