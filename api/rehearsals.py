"""What rehearsals find, kept as it comes: how far each is, its changed answers, and what editors think of them."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from api.identity import Identity
from api.own_questions import KeptQuestion, note_kept, put
from api.tables import answers, rehearsals, rehearsed
from rag.publishing.questions import Expected
from rag.publishing.rehearsal import ChangedAnswer, Rehearsal, Told

Mark = Literal["right", "wrong"]
# Of what people asked, the most frequent: asking each twice takes a tenth of a second (docs/measurements.md).
MOST_ASKED = 200


class RehearsedAnswer(ChangedAnswer):
    """mark: what an editor thinks of the answer with the draft; question_id: of the test question that became of it."""

    mark: Mark | None = None
    question_id: str | None = None


class KeptRehearsal(Rehearsal):
    """The last rehearsal of a draft, with its changed answers, those that can do most harm first. outdated: another
    version has been taken into use since."""

    job_id: str
    outdated: bool
    changed: list[RehearsedAnswer]

    def of(self, readable: Container[str]) -> KeptRehearsal:
        """Without the answers that rest on a document which is not among these."""
        changed = [each for each in self.changed if each.before.rests_on(readable) and each.after.rests_on(readable)]
        return self.model_copy(update={"changed": changed})


def asked_by_people(connection: Connection) -> list[dict[str, Any]]:
    """The questions that people asked most, with the last day of each; fields of rag.publishing.questions.OwnQuestion,
    and the day."""
    count, day = func.count(), func.max(answers.c.day)
    query = (
        select(answers.c.text, answers.c.language, day)
        .where(answers.c.text.is_not(None), answers.c.reason.is_distinct_from("small_talk"))
        .group_by(answers.c.text, answers.c.language)
        .order_by(count.desc(), day.desc(), answers.c.text)
        .limit(MOST_ASKED)
    )
    return [
        {"id": "", "question": text, "language": each, "day": last} for text, each, last in connection.execute(query)
    ]


def begin(connection: Connection, draft_id: str) -> None:
    """Forget the draft's earlier rehearsal."""
    for table in (rehearsals, rehearsed):
        connection.execute(delete(table).where(table.c.draft_id == draft_id))


def keep_found(
    connection: Connection,
    draft_id: str,
    job_id: str,
    found: Mapping[str, Any],
    cases: Sequence[Mapping[str, Any]],
    days: Mapping[tuple[str, str], date],
) -> None:
    """found: a Rehearsal so far; cases: its changed answers that are not kept yet; days: when people last asked a
    question, by its text and language."""
    connection.execute(delete(rehearsals).where(rehearsals.c.draft_id == draft_id))
    connection.execute(insert(rehearsals), {"draft_id": draft_id, "job_id": job_id, "found": found})
    for case in cases:
        asked = case["source"] == "asked"
        day = days.get((case["question"], case["language"])) if asked else None
        row = {"draft_id": draft_id, "number": case["number"], "day": day, "found": case}
        connection.execute(insert(rehearsed), row)


def rehearsal_of(connection: Connection, draft_id: str, current: str | None) -> KeptRehearsal | None:
    """current: the version that is in use."""
    row = connection.execute(select(rehearsals).where(rehearsals.c.draft_id == draft_id)).first()
    if row is None:
        return None
    cases = connection.execute(select(rehearsed).where(rehearsed.c.draft_id == draft_id))
    changed = [RehearsedAnswer.model_validate({**c.found, "mark": c.mark, "question_id": c.question_id}) for c in cases]
    return KeptRehearsal(
        **row.found,
        job_id=row.job_id,
        outdated=row.found["version_before"] != current,
        changed=sorted(changed, key=lambda each: (-each.harm, each.number)),
    )


def mark_answer(
    connection: Connection,
    who: Identity,
    draft_id: str,
    number: int,
    mark: Mark,
    may_read: Callable[[KeptQuestion], bool],
    replaces: str = "",
) -> RehearsedAnswer | None:
    """Keep what an editor thinks of an answer, and make a test question of it; None where there is no such answer.

    right: the new answer is expected from now on; wrong: the answer so far is. replaces, and what it raises: as of
    api.own_questions.put.
    """
    own = (rehearsed.c.draft_id == draft_id) & (rehearsed.c.number == number)
    row = connection.execute(select(rehearsed).where(own)).first()
    if row is None:
        return None
    found = ChangedAnswer.model_validate(row.found)
    [question] = put(connection, who, [expected_of(found, mark)], "mark", may_read, replaces)
    connection.execute(update(rehearsed).where(own).values(mark=mark, question_id=question.id))
    note_kept(connection, who, [question])
    return RehearsedAnswer(**found.model_dump(), mark=mark, question_id=question.id)


def expected_of(found: ChangedAnswer, mark: Mark) -> Expected:
    """What is expected of the question from now on: as it was told, and by the place that the answer begins with."""
    told: Told = found.after if mark == "right" else found.before
    answered = told.status == "answered"
    first = told.citations[:1] if answered else ()
    return Expected(
        question=found.question,
        language=found.language,
        answerable=answered,
        documents=tuple(each.document_id for each in first),
        evidence=tuple(each.quote for each in first),
        verdict=told.verdict,
    )


def forget(connection: Connection, today: date, keep_for: timedelta) -> None:
    """Delete answers to questions of people that are older than may be kept."""
    connection.execute(delete(rehearsed).where(rehearsed.c.day < today - keep_for))
