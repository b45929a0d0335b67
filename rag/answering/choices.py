"""What a reader may choose where a question leaves the service or the kind of data open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.curated.concepts import Concept
from rag.curated.rules import Rulebook
from rag.types import Language


@dataclass(frozen=True, slots=True)
class Tool:
    """An AI service by its name. approved: for some kind of data, and in force on the day asked for."""

    name: str
    approved: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """tools: the approved ones first, then by name; data: the classes of data that approvals are given for."""

    tools: tuple[Tool, ...]
    data: tuple[str, ...]


def choices(concepts: Sequence[Concept], rulebook: Rulebook, language: Language, day: date) -> Choices:
    """The services that the register or the concepts know by name, and the named classes of data."""
    approved = {tool.name for tool in rulebook.tools if tool.valid(day)}
    registered = {tool.name for tool in rulebook.tools}
    called = {name.casefold() for tool in rulebook.tools for name in (tool.name, *tool.other_names)}
    known = {
        concept.display(language)
        for concept in concepts
        if concept.kind == "tool" and "ai_service" in concept.broader and concept.labels(language)
    }
    # What the register calls by one of its other names is one service, not two.
    names = registered | {name for name in known if name.casefold() not in called}
    tools = [Tool(name, name in approved) for name in sorted(names, key=str.casefold)]
    tools.sort(key=lambda tool: not tool.approved)
    data = tuple(concept.display(language) for concept in concepts if concept.kind == "data_class" and concept.name)
    return Choices(tuple(tools), data)
