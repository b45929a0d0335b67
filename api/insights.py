"""What people ask and what becomes of it, from what is remembered of the answers."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel
from sqlalchemy import Connection, func, select

from api.tables import answers, cited, feedback
from rag.models.embedding import Vectors
from rag.types import Language, Verdict

Table = Literal["weeks", "refused", "thumbs_down", "cited"]
# Different questions that are grouped, the most frequent first: each costs the model some 10 ms.
MAX_GROUPED = 300
# Different questions that are asked again, the most frequent first: each takes some 50 ms.
MAX_DECIDED = 150
# Two questions are of one kind from this cosine on: nearly the same words. Cautious on purpose, because a wrong group
# misleads: of the pairs of questions in eval/questions/dev.jsonl that rest on different evidence, 0.2 % are this near.
ALIKE = 0.92
_MAX_EXAMPLES = 5
_MAX_ROWS = 100
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  # also the wide ones


class Week(BaseModel):
    """One week, by its Monday. refused: the number by reason."""

    week: date
    questions: int
    refused: dict[str, int]
    refused_share: float


class Kind(BaseModel):
    """Refused questions that are alike: their number, the most frequent ones as examples, and their languages."""

    count: int
    reason: str
    examples: list[str]
    languages: list[Language]


class Disliked(BaseModel):
    """An answer that somebody found of no use. text: the question without personal data, if it was kept."""

    answer_id: str
    day: date
    language: Language
    status: str
    reason: str | None
    version: str
    text: str | None
    comment: str | None


class CitedPassage(BaseModel):
    """title, href: of the document as it is now, at the passage if it still stands there; null if it is gone."""

    document_id: str
    section: str
    quote: str
    answers: int
    title: str | None = None
    href: str | None = None


class Insights(BaseModel):
    """From since to until, both days included. without_text: refused questions whose text was not kept."""

    since: date
    until: date
    questions: int
    weeks: list[Week]
    refused: list[Kind]
    without_text: int
    thumbs_up: int
    thumbs_down: list[Disliked]
    cited: list[CitedPassage]


class ChangedVerdict(BaseModel):
    """A question whose verdict is another than when it was asked. day: the last on which it was; answers: how often."""

    text: str
    language: Language
    day: date
    answers: int
    before: Verdict | None
    after: Verdict | None


Embed = Callable[[Sequence[str]], Vectors]


def insights(connection: Connection, since: date, until: date, embed: Embed) -> Insights:
    """embed: texts → unit vectors, one row each."""
    weeks = _weeks(connection, since, until)
    refused, without_text = _refused(connection, since, until, embed)
    ratings = (
        select(func.count())
        .select_from(feedback.join(answers, feedback.c.answer_id == answers.c.id))
        .where(answers.c.day.between(since, until), feedback.c.rating == "up")
    )
    return Insights(
        since=since,
        until=until,
        questions=sum(week.questions for week in weeks),
        weeks=weeks,
        refused=refused,
        without_text=without_text,
        thumbs_up=connection.execute(ratings).scalar_one(),
        thumbs_down=_disliked(connection, since, until),
        cited=_cited(connection, since, until),
    )


def changed_verdicts(
    connection: Connection, since: date, until: date, version: str, decide: Callable[[str, Language], Verdict | None]
) -> list[ChangedVerdict]:
    """Questions that an earlier version answered, the most frequent first, with the verdict that the one in use gives.
    decide: asks it."""
    count, day = func.count(), func.max(answers.c.day)
    query = (
        select(answers.c.text, answers.c.language, answers.c.verdict, day, count)
        .where(answers.c.day.between(since, until), answers.c.text.is_not(None), answers.c.version != version)
        .group_by(answers.c.text, answers.c.language, answers.c.verdict)
        .order_by(day.desc(), count.desc(), answers.c.text)
    )
    asked: dict[tuple[str, Language], ChangedVerdict] = {}
    for text, language, verdict, last, number in connection.execute(query):
        asked.setdefault(
            (text, language),
            ChangedVerdict(text=text, language=language, day=last, answers=number, before=verdict, after=None),
        )
    frequent = sorted(asked.values(), key=lambda each: -each.answers)[:MAX_DECIDED]
    now = [each.model_copy(update={"after": decide(each.text, each.language)}) for each in frequent]
    return [each for each in now if each.after != each.before]


def as_csv(found: Insights, table: Table) -> str:
    """One table, for a spreadsheet."""
    return written(*_TABLES[table](found))


def written(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV for a spreadsheet: no cell of it can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()  # by the mark, Excel knows UTF-8


def safe_cell(value: object) -> str:
    """A cell as text: what a spreadsheet would take for a formula begins with an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def unescaped(cell: str) -> str:
    """A cell as it was before safe_cell()."""
    return cell[1:] if cell.startswith("'") and safe_cell(cell[1:]) == cell else cell


def groups(texts: Sequence[str], vectors: Vectors) -> list[list[int]]:
    """The numbers of texts that are alike: each goes to the nearest group's first text, or begins one of its own."""
    found: list[list[int]] = []
    firsts: list[int] = []
    for number in range(len(texts)):
        near = vectors[firsts] @ vectors[number] if firsts else np.zeros(0)
        if len(near) and near.max() >= ALIKE:
            found[int(near.argmax())].append(number)
        else:
            found.append([number])
            firsts.append(number)
    return found


def _weeks(connection: Connection, since: date, until: date) -> list[Week]:
    query = (
        select(answers.c.day, answers.c.status, answers.c.reason, func.count())
        .where(answers.c.day.between(since, until))
        .group_by(answers.c.day, answers.c.status, answers.c.reason)
    )
    asked: Counter[date] = Counter()
    refused: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for day, status, reason, count in connection.execute(query):
        monday = day - timedelta(days=day.weekday())
        asked[monday] += count
        if status == "refused":
            refused[monday][reason or ""] += count
    return [
        Week(
            week=week,
            questions=asked[week],
            refused=dict(sorted(refused[week].items())),
            refused_share=round(refused[week].total() / asked[week], 4),
        )
        for week in sorted(asked)
    ]


def _refused(connection: Connection, since: date, until: date, embed: Embed) -> tuple[list[Kind], int]:
    query = (
        select(
            answers.c.text,
            answers.c.reason,
            func.max(answers.c.language).label("language"),
            func.count().label("asked"),
        )
        .where(answers.c.day.between(since, until), answers.c.status == "refused")
        .group_by(answers.c.text, answers.c.reason)
        .order_by(func.count().desc(), answers.c.text)
    )
    rows = connection.execute(query).all()
    without_text = sum(row.asked for row in rows if row.text is None)
    kept = [row for row in rows if row.text is not None][:MAX_GROUPED]
    if not kept:
        return [], without_text
    texts = [row.text for row in kept]
    kinds = []
    for group in groups(texts, embed(texts)):
        asked = {kept[number].text: kept[number].language for number in group}
        kinds.append(
            Kind(
                count=sum(kept[number].asked for number in group),
                reason=kept[group[0]].reason or "",
                examples=list(asked)[:_MAX_EXAMPLES],
                languages=list(asked.values())[:_MAX_EXAMPLES],
            )
        )
    return sorted(kinds, key=lambda kind: -kind.count)[:_MAX_ROWS], without_text


def _disliked(connection: Connection, since: date, until: date) -> list[Disliked]:
    query = (
        select(answers, feedback.c.comment)
        .join(feedback, feedback.c.answer_id == answers.c.id)
        .where(answers.c.day.between(since, until), feedback.c.rating == "down")
        .order_by(answers.c.day.desc(), answers.c.id)
        .limit(_MAX_ROWS)
    )
    return [
        Disliked(
            answer_id=row.id,
            day=row.day,
            language=row.language,
            status=row.status,
            reason=row.reason,
            version=row.version,
            text=row.text,
            comment=row.comment,
        )
        for row in connection.execute(query)
    ]


def _cited(connection: Connection, since: date, until: date) -> list[CitedPassage]:
    columns = (cited.c.document_id, cited.c.section, cited.c.quote)
    count = func.count(func.distinct(cited.c.answer_id))
    query = (
        select(*columns, count)
        .join(answers, answers.c.id == cited.c.answer_id)
        .where(answers.c.day.between(since, until))
        .group_by(*columns)
        .order_by(count.desc(), *columns)
        .limit(_MAX_ROWS)
    )
    return [
        CitedPassage(document_id=document, section=section, quote=quote, answers=number)
        for document, section, quote, number in connection.execute(query)
    ]


_Rows = tuple[list[str], list[list[Any]]]


def _week_rows(found: Insights) -> _Rows:
    reasons = sorted({reason for week in found.weeks for reason in week.refused})
    rows = [
        [week.week, week.questions, week.refused_share, *(week.refused.get(reason, 0) for reason in reasons)]
        for week in found.weeks
    ]
    return ["week", "questions", "refused_share", *reasons], rows


def _refused_rows(found: Insights) -> _Rows:
    return ["count", "reason", "examples"], [[k.count, k.reason, " / ".join(k.examples)] for k in found.refused]


def _disliked_rows(found: Insights) -> _Rows:
    header = ["day", "answer_id", "status", "reason", "version", "question", "comment"]
    rows = [[d.day, d.answer_id, d.status, d.reason, d.version, d.text, d.comment] for d in found.thumbs_down]
    return header, rows


def _cited_rows(found: Insights) -> _Rows:
    rows = [[each.answers, each.document_id, each.section, each.quote] for each in found.cited]
    return ["answers", "document_id", "section", "quote"], rows


_TABLES: dict[Table, Callable[[Insights], _Rows]] = {
    "weeks": _week_rows,
    "refused": _refused_rows,
    "thumbs_down": _disliked_rows,
    "cited": _cited_rows,
}
