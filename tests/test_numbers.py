"""Numbers that decide what is answered: each says beside it what chose it, or what it limits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("answering", "models", "curated", "language")
_CONTAINERS = {"dict", "frozenset", "list", "range", "set", "tuple"}


def unexplained(source: str) -> Iterator[str]:
    """The names of constants of a module that hold numbers alone and have no comment in their own lines or the one
    above, and no docstring below."""
    lines = source.split("\n")
    body = ast.parse(source).body
    for number, statement in enumerate(body):
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not _numeric(statement.value):
            continue
        last = statement.end_lineno or statement.lineno
        following = body[number + 1] if number + 1 < len(body) else None
        if not (
            lines[statement.lineno - 2].startswith("#")
            or any("#" in line for line in lines[statement.lineno - 1 : last])
            or (isinstance(following, ast.Expr) and following.lineno == last + 1 and _is_text(following.value))
        ):
            yield ast.unparse(statement.targets[0] if isinstance(statement, ast.Assign) else statement.target)


def _numeric(node: ast.expr | None) -> bool:
    match node:
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int() | float()):
            return True
        case ast.UnaryOp(operand=one):
            return _numeric(one)
        case ast.BinOp(left=left, right=right):
            return _numeric(left) and _numeric(right)
        case ast.Tuple(elts=several) | ast.List(elts=several) | ast.Set(elts=several) | ast.Dict(values=several):
            return bool(several) and all(map(_numeric, several))
        case ast.Call(func=ast.Name(id=name), args=several):
            return name in _CONTAINERS and bool(several) and all(map(_numeric, several))
        case _:
            return False


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("room", ROOMS)
def test_every_number_says_what_chose_it_or_what_it_limits(room: str) -> None:
    files = sorted((ROOT / "rag" / room).rglob("*.py"))
    assert files
    found = [f"{file.name}: {name}" for file in files for name in unexplained(file.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("\nMOST = 3\n", ["MOST"]),
        ("\nMOST = 3  # that can be read\n", []),
        ("# As many as can be read.\nMOST = 3\n", []),
        ("# As many as can be read.\nMOST = 3\nLEAST = 1\n", ["LEAST"]),  # whose comment is not above it
        ('\nMOST = 3\n"""As many as can be read."""\n', []),
        ("\nMOST: int = 3\n", ["MOST"]),
        ("\nLEAST, MOST = 1, -3.5\n", ["(LEAST, MOST)"]),
        ("\nDAY_S = 24 * 3600\n", ["DAY_S"]),
        ("\nSHARES = {'read': 0.4, 'ask': 0.6}\n", ["SHARES"]),
        ("\nSHARES = {\n    'read': 0.4,  # measured\n    'ask': 0.6,\n}\n", []),
        ("\nSTEPS = ((9, 2), (5, 1))\n", ["STEPS"]),
        ("\nLENGTHS = range(15, 35)\n", ["LENGTHS"]),
        ("\nNAME = 'x'\nKNOWN = True\nNOTHING = Likeness(0.0)\nEMPTY = ()\n", []),  # no tuned numbers
    ],
)
def test_what_counts_as_explained(source: str, names: list[str]) -> None:
    assert list(unexplained(source)) == names
