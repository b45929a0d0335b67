"""All tables of an installation's database, as they came to be step by step, in SQLite and in PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Engine

from rag.index.database import Statement, migrate
from rag.index.sealing import seal_older

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


# Who has signed in already is of no group until they do so again.
_GROUPS = ("ALTER TABLE sessions ADD COLUMN groups JSON NOT NULL DEFAULT '[]'",)
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
_AUDIT_HEAD = (
    "ALTER TABLE audit ADD COLUMN hash VARCHAR(64) NOT NULL DEFAULT ''",
    "CREATE TABLE audit_head (number BIGINT NOT NULL, hash VARCHAR(64) NOT NULL, kept_after BIGINT NOT NULL)",
    "INSERT INTO audit_head VALUES (0, '', 0)",
)
# The entries there are get their hash once; then nothing is changed any more, and only what is too old may go.
_SQLITE_SEALING = ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete")
_SQLITE_KEPT = tuple(
    f"""CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit {when}
    BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END"""
    for verb, when in (("UPDATE", ""), ("DELETE", "WHEN OLD.number > (SELECT kept_after FROM audit_head)"))
)
_POSTGRESQL_SEALING = ("DROP TRIGGER audit_no_change ON audit",)
_POSTGRESQL_KEPT = (
    """CREATE FUNCTION audit_only_loses_the_oldest() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
    IF OLD.number > (SELECT kept_after FROM audit_head) THEN
        RAISE EXCEPTION 'the audit log is only ever added to';
    END IF;
    RETURN OLD; END $$""",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
    """CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_only_loses_the_oldest()""",
)
# Made apart from the others until now, so it may be there already.
_INDEX_IN_USE = (
    "CREATE TABLE IF NOT EXISTS index_in_use (name VARCHAR(20) PRIMARY KEY, version VARCHAR(80) NOT NULL)",
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


def _news(moment: str, number: str) -> tuple[str, ...]:
    return (
        f"""CREATE TABLE news (number {number}, at {moment} NOT NULL, version VARCHAR(80) NOT NULL,
    document_id VARCHAR(200) NOT NULL, kind VARCHAR(20) NOT NULL, title TEXT NOT NULL, language VARCHAR(2) NOT NULL,
    groups JSON NOT NULL)""",
        "CREATE INDEX news_document ON news (document_id)",
        "CREATE TABLE news_head (version VARCHAR(80) NOT NULL)",
        "INSERT INTO news_head VALUES ('')",
        f"CREATE TABLE webhook (number BIGINT NOT NULL, tries INTEGER NOT NULL, next_at {moment})",
        "INSERT INTO webhook VALUES (0, 0, NULL)",
    )


def _sources(moment: str) -> tuple[str, ...]:
    return (
        """CREATE TABLE source_files (source VARCHAR(40) NOT NULL, path TEXT NOT NULL,
    document_id VARCHAR(100) NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL, digest VARCHAR(64) NOT NULL,
    text VARCHAR(64) NOT NULL, gone INTEGER NOT NULL, PRIMARY KEY (source, path))""",
        "CREATE UNIQUE INDEX source_files_document ON source_files (document_id)",
        f"""CREATE TABLE source_looks (source VARCHAR(40) PRIMARY KEY, at {moment} NOT NULL,
    found JSON NOT NULL)""",
        "CREATE INDEX drafts_made_by ON drafts (made_by)",
    )


# SQLite numbers rows as they come, which tells what was asked after what. Without numbers they stand by their keys, and
# those are random. Renaming leads the references along, so that nothing is deleted with the former tables.
_SQLITE_UNORDERED = (
    *(f"ALTER TABLE {name} RENAME TO {name}_ordered" for name in ("answers", "cited", "feedback")),
    "DROP INDEX answers_day",
    *(f"{each} WITHOUT ROWID" if each.startswith("CREATE TABLE") else each for each in _COMMON),
    *(f"INSERT INTO {name} SELECT * FROM {name}_ordered" for name in ("answers", "cited", "feedback")),  # noqa: S608
    *(f"DROP TABLE {name}_ordered" for name in ("feedback", "cited", "answers")),
)
# PostgreSQL keeps rows where there is room; by which key they are to stand is what CLUSTER goes by (api.unordered).
_POSTGRESQL_UNORDERED = tuple(f"CLUSTER {name} USING {name}_pkey" for name in ("answers", "cited", "feedback"))

# What leads from each schema number to the next. Steps that were released are never changed: what a release adds is one
# step at the end.
STEPS: dict[str, list[tuple[Statement, ...]]] = {
    "sqlite": [
        (*_COMMON, *_tables("DATETIME", "INTEGER PRIMARY KEY AUTOINCREMENT"), *_JOBS, *_SQLITE_APPEND_ONLY),
        _REHEARSALS,
        (*_sessions("DATETIME"), *_SQLITE_NO_REPLACE),
        (
            *_INDEX_IN_USE,
            *_GROUPS,
            *_questions("DATETIME"),
            *_AUDIT_HEAD,
            *_SQLITE_SEALING,
            seal_older,
            *_SQLITE_KEPT,
        ),
        (*_sources("DATETIME"), *_news("DATETIME", "INTEGER PRIMARY KEY AUTOINCREMENT")),
        _SQLITE_UNORDERED,
    ],
    "postgresql": [
        (*_COMMON, *_tables("TIMESTAMPTZ", "BIGSERIAL PRIMARY KEY"), *_JOBS, *_POSTGRESQL_APPEND_ONLY),
        _REHEARSALS,
        _sessions("TIMESTAMPTZ"),
        (
            *_INDEX_IN_USE,
            *_GROUPS,
            *_questions("TIMESTAMPTZ"),
            *_AUDIT_HEAD,
            *_POSTGRESQL_SEALING,
            seal_older,
            *_POSTGRESQL_KEPT,
        ),
        (*_sources("TIMESTAMPTZ"), *_news("TIMESTAMPTZ", "BIGSERIAL PRIMARY KEY")),
        _POSTGRESQL_UNORDERED,
    ],
}


def prepare(engine: Engine) -> None:
    """Make the tables, or bring them up to date. Raises BadSetting for those of a newer version, SQLAlchemyError."""
    migrate(engine, "service", STEPS[engine.dialect.name])
