"""Tables that read well on a terminal, are Markdown as well, and become HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.intervals import Rate


@dataclass(frozen=True, slots=True)
class Table:
    """head names the columns; each row has as many cells. title may be empty."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def as_markdown(table: Table) -> str:
    widths = [max(len(row[column]) for row in (table.head, *table.rows)) for column in range(len(table.head))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in (table.head, *table.rows)]
    lines.insert(1, ["-" * width for width in widths])
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return "\n\n".join(part for part in (f"## {table.title}" if table.title else "", text, table.note) if part)


def cell(rate: Rate) -> str:
    """value [low-high] n, in whole percent."""
    return f"{percent(rate.value, 0)} {interval(rate, 0)} {rate.n}" if rate.n else "-"


def interval(rate: Rate, digits: int = 1) -> str:
    return "-" if rate.low is None else f"[{percent(rate.low, digits)}-{percent(rate.high, digits)}]"


def percent(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{100 * value:.{digits}f}"


def figure(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def rate_table(title: str, rates: Sequence[tuple[str, Rate]], note: str = "") -> Table:
    """One row a rate: value, interval, n, clusters."""
    rows = tuple((name, percent(rate.value), interval(rate), str(rate.n), str(rate.clusters)) for name, rate in rates)
    return Table(title, ("metric", "%", "95 %", "n", "clusters"), rows, note)
