"""Test questions as a spreadsheet: a row for each, and a further row for each further place that answers it as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import PurePath
from typing import Any, Literal

from pydantic import ValidationError

from api.insights import safe_cell, unescaped, written
from api.problems import Wrong, WrongFields
from rag.errors import UnreadableSource
from rag.language.detection import detect_language
from rag.language.messages import say
from rag.publishing.questions import Expected
from rag.settings import Settings
from rag.sources.reading_process import read_isolated
from rag.types import LANGUAGES, Document, Language

Column = Literal["question", "language", "answerable", "verdict", "document", "evidence", "why"]
COLUMNS: tuple[Column, ...] = ("question", "language", "answerable", "verdict", "document", "evidence", "why")
ENDINGS = (".csv", ".xlsx", ".ods")
MOST_ROWS = 5000
MOST_TOLD = 20  # mistakes
_VALUES = ("true", "false", "allowed", "not_allowed", "only_if_approved")


def as_csv(questions: Sequence[Expected], language: Language) -> str:
    return written(_heads(language), _rows(questions, language))


def as_xlsx(questions: Sequence[Expected], language: Language) -> bytes:
    from openpyxl import Workbook  # here: it and Pillow, which it brings, are for a file that few ever ask for

    book = Workbook(write_only=True)
    sheet = book.create_sheet(say(language, "question_file.sheet"))
    for row in (_heads(language), *_rows(questions, language)):
        sheet.append([safe_cell(cell) for cell in row])
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def read_questions(settings: Settings, file_name: str, content: bytes) -> list[Expected]:
    """The questions of a file in its order. It is read in a process of its own: it may be anybody's.

    Raises UnreadableSource, WrongFields, which names the rows: of those that hold something, the head of the table
    being the first.
    """
    suffix = PurePath(file_name).suffix.lower()
    if suffix not in ENDINGS:
        raise UnreadableSource("", "wrong_type", f"ending '{suffix}'; use one of {' '.join(ENDINGS)}")
    document = read_isolated(f"questions{suffix}", {f"questions{suffix}": content}, settings.max_file_bytes)
    rows = list(_cells(document))
    columns = [_column(cell) for cell in rows[0]] if rows else []
    if "question" not in columns or len(rows) > MOST_ROWS:
        key = "no_question_column" if "question" not in columns else "too_many_rows"
        raise WrongFields([Wrong("file", f"admin.field.{key}", {"most": MOST_ROWS})])
    wrong: list[Wrong] = []
    found: list[tuple[int, dict[Column, str]]] = []
    for number, cells in enumerate(rows[1:], start=2):
        values = _values_of(columns, cells)
        if not values.get("question"):
            wrong.append(_wrong(number, "row_without_question"))
        else:
            found.append((number, values))
    questions = [read for same in _together(found) if (read := _expected(same, wrong)) is not None]
    if wrong:
        raise WrongFields(wrong[:MOST_TOLD], count=len(wrong))
    return questions


def _heads(language: Language) -> list[str]:
    return [say(language, f"question_file.column.{each}") for each in COLUMNS]


def _rows(questions: Sequence[Expected], language: Language) -> Iterator[list[str]]:
    for each in questions:
        answerable = "" if each.answerable is None else _value("true" if each.answerable else "false", language)
        verdict = _value(each.verdict, language) if each.verdict else ""
        width = max(len(each.documents), len(each.evidence), 1)
        for place in range(width):
            document = each.documents[place] if place < len(each.documents) else ""
            evidence = each.evidence[place] if place < len(each.evidence) else ""
            yield [each.question, each.language, answerable, verdict, document, evidence, each.why or ""]


def _cells(document: Document) -> Iterator[list[str]]:
    """The rows of all tables; a row of one cell alone was read as a paragraph. Not the names of the sheets."""
    for block in document.blocks:
        if block.kind == "row":
            yield [unescaped(cell.of(document.text)) for cell in block.cells]
        elif block.kind != "heading":
            yield [unescaped(block.span.of(document.text))]


def _values_of(columns: Sequence[Column | None], cells: Sequence[str]) -> dict[Column, str]:
    """A row by the columns that are known; where one cell alone holds something, that is the question."""
    if len(cells) == 1:
        return {"question": cells[0]}
    return {column: cell for column, cell in zip(columns, cells, strict=False) if column is not None}


def _column(cell: str) -> Column | None:
    wanted = cell.casefold()
    for column in COLUMNS:
        if wanted in (column, *(say(each, f"question_file.column.{column}").casefold() for each in LANGUAGES)):
            return column
    return None


def _value(name: str, language: Language) -> str:
    return say(language, f"question_file.value.{name}")


def _meant(cell: str) -> str | None:
    """The value that a word of any language stands for; None for one that stands for none."""
    wanted = cell.casefold()
    for name in _VALUES:
        if wanted in (name, *(_value(name, each).casefold() for each in LANGUAGES)):
            return name
    return None


def _together(rows: Sequence[tuple[int, dict[Column, str]]]) -> list[list[tuple[int, dict[Column, str]]]]:
    """The rows of each question."""
    same: defaultdict[str, list[tuple[int, dict[Column, str]]]] = defaultdict(list)
    for number, values in rows:
        same[values["question"]].append((number, values))
    return list(same.values())


def _expected(rows: Sequence[tuple[int, Mapping[Column, str]]], wrong: list[Wrong]) -> Expected | None:
    """What the first row expects, by the places of all of them; None where a row is wrong."""
    number, first = rows[0]
    before = len(wrong)
    language = first.get("language") or detect_language(first["question"])
    if language not in LANGUAGES:
        wrong.append(_wrong(number, "row_language"))
    read: dict[str, Any] = {"question": first["question"], "language": language, "why": first.get("why") or None}
    answerable, verdict = (_meant(first.get(column) or "") for column in ("answerable", "verdict"))
    if first.get("answerable") and answerable not in ("true", "false"):
        wrong.append(_wrong(number, "row_answerable"))
    if first.get("verdict") and verdict not in _VALUES[2:]:
        wrong.append(_wrong(number, "row_verdict"))
    if len(wrong) > before:
        return None
    read |= {"verdict": verdict, "answerable": None if answerable is None else answerable == "true"}
    read["documents"] = tuple(document for _, row in rows if (document := row.get("document")))
    read["evidence"] = tuple(evidence for _, row in rows if (evidence := row.get("evidence")))
    try:
        return Expected.model_validate(read)
    except ValidationError as error:
        too_long = any(each["type"] == "string_too_long" for each in error.errors())
        wrong.append(_wrong(number, "row_too_long" if too_long else "row_without_evidence"))
        return None


def _wrong(number: int, key: str) -> Wrong:
    return Wrong("file", f"admin.field.{key}", {"row": number})
