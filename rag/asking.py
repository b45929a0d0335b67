"""Many questions, from lines or a table: read one by one, asked one after the other, told as lines of JSON."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TextIO

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticSerializationError

from rag.errors import BadQuestion, QuestionsUnreadable, ServiceRefused
from rag.types import Language

if TYPE_CHECKING:  # who asks a running service need not wait for the model's libraries
    from rag.chatbot import Chatbot

# What administrators may know of an answer, and a service does not tell whoever asks it.
INTERNAL = frozenset({"asked", "generation"})
# How a table parts its cells: spreadsheets write semicolons where numbers have a decimal comma.
_DELIMITERS = (",", ";", "\t")


class Asked(BaseModel):
    """One question. language, tool, as_of, conversation_id: as Chatbot.ask() takes them; id: whatever its asker calls
    it. Other fields are let pass: tables have columns of their own."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    id: str | int | None = None
    language: Language | None = None
    tool: str | None = None
    as_of: date | None = None
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Where a question stood, from 1, and the question, or why it is none."""

    number: int
    asked: Asked | str


# The fields of an answer. Raises BadQuestion, ServiceRefused.
Ask = Callable[[Asked], dict[str, Any]]


def of_chatbot(chatbot: Chatbot) -> Ask:
    """Asks the open index of this process."""

    def ask(asked: Asked) -> dict[str, Any]:
        return asdict(chatbot.ask(asked.question, asked.language, asked.conversation_id, asked.tool, asked.as_of))

    return ask


def questions_in(lines: Iterable[str], defaults: dict[str, Any], *, table: bool) -> Iterator[Line]:
    """The questions of a text, as it comes. defaults: what holds where a question does not say it.

    A line is a JSON object with the fields of Asked, or the question itself; of a table, the first line names the
    columns. Raises QuestionsUnreadable for a table without a column `question`, and for what is no table.
    """
    for number, given in _rows(lines) if table else _objects(lines):
        if isinstance(given, str):
            yield Line(number, given)
            continue
        try:
            # Cells of a table may be empty.
            filled = {name: value for name, value in given.items() if value not in ("", None)}
            asked = Asked.model_validate(defaults | filled)
            asked.model_dump_json()  # what cannot be written in UTF-8 was not
            yield Line(number, asked)
        except ValidationError as error:
            yield Line(number, _told(error))
        except PydanticSerializationError:
            yield Line(number, "not written in UTF-8")


def ask_all(lines: Iterable[Line], ask: Ask, out: TextIO, told: Callable[[str], None]) -> bool:
    """Write a line of JSON for each question, at once; whether all could be asked.

    {"line", "id", "answer", "error"}: the answer is null where the question could not be asked, else the error is.
    told: what is said of the progress.
    """
    started = time.monotonic()
    counts = {"answered": 0, "refused": 0, "not asked": 0}
    for line in lines:
        answer, error = _answer(line, ask)
        written = {
            "line": line.number,
            "id": line.asked.id if isinstance(line.asked, Asked) else None,
            "answer": answer,
            "error": error,
        }
        print(json.dumps(written, ensure_ascii=False), file=out, flush=True)
        counts["not asked" if answer is None else answer["status"]] += 1
        said = ", ".join(f"{count} {name}" for name, count in counts.items())
        told(f"{sum(counts.values())} questions: {said}; {time.monotonic() - started:.1f} s")
    return counts["not asked"] == 0


def _answer(line: Line, ask: Ask) -> tuple[dict[str, Any] | None, str | None]:
    if isinstance(line.asked, str):
        return None, line.asked
    try:
        return {name: value for name, value in ask(line.asked).items() if name not in INTERNAL}, None
    except (BadQuestion, ServiceRefused) as error:
        return None, str(error)


def _objects(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in enumerate(lines, 1):
        text = line.removeprefix("\ufeff").strip()
        if not text.startswith("{"):
            if text:
                yield number, {"question": text}
            continue
        try:
            yield number, json.loads(text)
        except (ValueError, RecursionError) as error:
            yield number, f"no JSON object: {error}"


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    rest = iter(lines)
    head = next(rest, "").removeprefix("\ufeff").strip()
    for delimiter in _DELIMITERS:
        names = next(csv.reader([head], delimiter=delimiter), [])
        if "question" in names:
            break
    else:
        raise QuestionsUnreadable("The first line of a table must name its columns, and 'question' among them.")
    reader = csv.reader(rest, delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num + 1, dict(zip(names, row, strict=False))
    except csv.Error as error:
        raise QuestionsUnreadable(f"Line {reader.line_num + 1} is no line of a table: {error}") from None


def _told(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{first['loc'][0]}: {first['msg']}"
