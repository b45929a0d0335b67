"""The tables of the service, as queries see them, and the statements that make them in each database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import JSON, Column, Date, DateTime, Dialect, Float, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A time in UTC, also from SQLite, which keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


# What was answered. No user, no conversation, no time of day; text is null unless personal data was removed from it.
answers = Table(
    "answers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("day", Date, nullable=False),
    Column("language", String(2), nullable=False),
    Column("status", String(20), nullable=False),
    Column("reason", String(40)),
    Column("verdict", String(40)),
    Column("confidence", Float, nullable=False),
    Column("version", String(80), nullable=False),
    Column("text", Text),
)
# The passages that an answer cited.
cited = Table(
    "cited",
    metadata,
    Column("answer_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("document_id", String(200), nullable=False),
    Column("section", Text, nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("quote", Text, nullable=False),
)
# The last word of whoever got the answer.
feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", String(64), primary_key=True),
    Column("rating", String(4), nullable=False),
    Column("comment", Text),
    Column("day", Date, nullable=False),
)
# Who did what. Only ever added to: triggers refuse the rest.
audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", JSON, nullable=False),
)
# A change that is being prepared: see rag.curated.changes. seen: what it would replace, as it was when the draft was
# made; parsed: the content that is the uploaded document as read.
drafts = Table(
    "drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("file_name", Text),
    Column("title", Text),  # of the document, as it was called when the draft was made
    Column("change", JSON, nullable=False),
    Column("seen", String(64)),
    Column("parsed", String(64)),
    Column("status", String(20), nullable=False),  # open, published, discarded
    Column("version", String(80)),
)
# What the last rehearsal of a draft found, while it runs so far: see rag.publishing.rehearsal.Rehearsal.
rehearsals = Table(
    "rehearsals",
    metadata,
    Column("draft_id", String(32), primary_key=True),
    Column("job_id", String(32), nullable=False),
    Column("found", JSON, nullable=False),
)
# Its changed answers. day: the last on which people asked the question, null for those of others; mark: right or wrong,
# as an editor judged; question_id: the test question that was made of it.
rehearsed = Table(
    "rehearsed",
    metadata,
    Column("draft_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", Date),
    Column("found", JSON, nullable=False),
    Column("mark", String(10)),
    Column("question_id", String(32)),
)
# The organisation's test questions: see rag.publishing.questions. digest: of the question and its language.
own_questions = Table(
    "own_questions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("expected", JSON, nullable=False),
    Column("origin", String(20), nullable=False),  # mark, correction, page, file
    Column("made_at", Moment, nullable=False),
    Column("made_by", Text, nullable=False),
)
# The last evaluation over them: see rag.publishing.evaluation.
evaluations = Table(
    "evaluations",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("found", JSON, nullable=False),
)
# One build each. beat: when the process that runs it was last seen alive.
jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),  # publication, rehearsal, evaluation
    Column("draft_id", String(32)),
    Column("status", String(20), nullable=False),  # running, done, failed, cancelled, interrupted
    Column("started_by", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("beat", Moment, nullable=False),
    Column("cancel", Integer, nullable=False),
    Column("progress", JSON, nullable=False),
    Column("version", String(80)),
    Column("error", Text),
    Column("error_name", String(40)),
)
# Browsers that are signed in. digest: SHA-256 of what the cookie holds; credential: what they signed in with, so that
# the session ends with it.
sessions = Table(
    "sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("who", Text, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("credential", String(64), nullable=False),
    Column("client", String(64), nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

_COMMON = (
    """CREATE TABLE answers (id VARCHAR(64) PRIMARY KEY, day DATE NOT NULL, language VARCHAR(2) NOT NULL,
    status VARCHAR(20) NOT NULL, reason VARCHAR(40), verdict VARCHAR(40), confidence FLOAT NOT NULL,
    version VARCHAR(80) NOT NULL, text TEXT)""",
    "CREATE INDEX answers_day ON answers (day)",
    """CREATE TABLE cited (answer_id VARCHAR(64) NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, document_id VARCHAR(200) NOT NULL, section TEXT NOT NULL, start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL, quote TEXT NOT NULL, PRIMARY KEY (answer_id, number))""",
    """CREATE TABLE feedback (answer_id VARCHAR(64) PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE,
    rating VARCHAR(4) NOT NULL, comment TEXT, day DATE NOT NULL)""",
)
_JOBS = (
    # No two rows may be running: whoever comes second is told by the database itself.
    "CREATE UNIQUE INDEX jobs_one_running ON jobs (status) WHERE status = 'running'",
)


def _tables(moment: str, number: str) -> tuple[str, ...]:
    return (
        f"""CREATE TABLE audit (number {number}, at {moment} NOT NULL, who TEXT NOT NULL, action VARCHAR(40) NOT NULL,
    subject TEXT NOT NULL, details JSON NOT NULL)""",
        f"""CREATE TABLE drafts (id VARCHAR(32) PRIMARY KEY, made_at {moment} NOT NULL, made_by TEXT NOT NULL,
    file_name TEXT, change JSON NOT NULL, seen VARCHAR(64), parsed VARCHAR(64),
    status VARCHAR(20) NOT NULL, version VARCHAR(80))""",
        f"""CREATE TABLE jobs (id VARCHAR(32) PRIMARY KEY, draft_id VARCHAR(32), status VARCHAR(20) NOT NULL,
    started_by TEXT NOT NULL, started_at {moment} NOT NULL, ended_at {moment}, beat {moment} NOT NULL,
    cancel INTEGER NOT NULL, progress JSON NOT NULL, version VARCHAR(80), error TEXT)""",
    )


_REHEARSALS = (
    "ALTER TABLE jobs ADD COLUMN kind VARCHAR(20) NOT NULL DEFAULT 'publication'",
    "ALTER TABLE jobs ADD COLUMN error_name VARCHAR(40)",
    "CREATE TABLE rehearsals (draft_id VARCHAR(32) PRIMARY KEY, job_id VARCHAR(32) NOT NULL, found JSON NOT NULL)",
)


def _sessions(moment: str) -> tuple[str, ...]:
    return (
        f"""CREATE TABLE sessions (id VARCHAR(32) PRIMARY KEY, digest VARCHAR(64) NOT NULL UNIQUE, who TEXT NOT NULL,
    roles JSON NOT NULL, credential VARCHAR(64) NOT NULL, client VARCHAR(64) NOT NULL, began_at {moment} NOT NULL,
    seen_at {moment} NOT NULL)""",
        "CREATE INDEX sessions_who ON sessions (who)",
    )


def _questions(moment: str) -> tuple[str, ...]:
    return (
        "ALTER TABLE drafts ADD COLUMN title TEXT",
        "DELETE FROM rehearsals",  # they tell less, and are made again at a press
        """CREATE TABLE rehearsed (draft_id VARCHAR(32) NOT NULL, number INTEGER NOT NULL, day DATE,
    found JSON NOT NULL, mark VARCHAR(10), question_id VARCHAR(32), PRIMARY KEY (draft_id, number))""",
        f"""CREATE TABLE own_questions (id VARCHAR(32) PRIMARY KEY, digest VARCHAR(64) NOT NULL UNIQUE,
    expected JSON NOT NULL, origin VARCHAR(20) NOT NULL, made_at {moment} NOT NULL, made_by TEXT NOT NULL)""",
        f"""CREATE TABLE evaluations (job_id VARCHAR(32) PRIMARY KEY, made_at {moment} NOT NULL,
    found JSON NOT NULL)""",
    )


_SQLITE_APPEND_ONLY = tuple(
    f"""CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END"""
    for verb in ("UPDATE", "DELETE")
)
_POSTGRESQL_APPEND_ONLY = (
    """CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log is only ever added to'; END $$""",
    """CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows()""",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
)
# REPLACE deletes the entry in whose place it puts another, and no trigger of DELETE hears of it.
_SQLITE_NO_REPLACE = (
    """CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END""",
)
# What leads from each schema number to the next (rag.index.database.migrate). Steps that were released are never
# changed.
STEPS = {
    "sqlite": [
        (*_COMMON, *_tables("DATETIME", "INTEGER PRIMARY KEY AUTOINCREMENT"), *_JOBS, *_SQLITE_APPEND_ONLY),
        _REHEARSALS,
        (*_sessions("DATETIME"), *_SQLITE_NO_REPLACE),
        _questions("DATETIME"),
    ],
    "postgresql": [
        (*_COMMON, *_tables("TIMESTAMPTZ", "BIGSERIAL PRIMARY KEY"), *_JOBS, *_POSTGRESQL_APPEND_ONLY),
        _REHEARSALS,
        _sessions("TIMESTAMPTZ"),
        _questions("TIMESTAMPTZ"),
    ],
}
