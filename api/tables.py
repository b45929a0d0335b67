"""The tables of the service, as queries see them. What makes them: rag/index/schema.py."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Float, Integer, MetaData, String, Table, Text

from rag.index.database import Moment

metadata = MetaData()

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
# Who did what. Only ever added to: triggers refuse the rest. hash: see api.audit.
audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("hash", String(64), nullable=False),
)
# One row: the number and the hash of the last entry, by which writers take turns; kept_after: entries up to this number
# may be deleted.
audit_head = Table(
    "audit_head",
    metadata,
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("kept_after", Integer, nullable=False),
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
    Column("title", Text),  # of what the draft is about, as it was called when it was made
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
DEAD_AFTER_S = 30.0  # a job that was not seen alive for so long is one of a process that is gone
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
# Files of the sources that keep themselves current, as they were when they last were read: see rag.fetching.found.Mark.
# digest: SHA-256 of the content; text: that of what was read of it; gone: it has vanished, which was told once.
source_files = Table(
    "source_files",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("document_id", String(100), nullable=False),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("text", String(64), nullable=False),
    Column("gone", Integer, nullable=False),
)
# The last look at each: see api.source_looks.Looked.
source_looks = Table(
    "source_looks",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("found", JSON, nullable=False),
)
# What came into use, a row for each document: see api.news.News.
news = Table(
    "news",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("version", String(80), nullable=False),
    Column("document_id", String(200), nullable=False),
    Column("kind", String(20), nullable=False),  # added, changed, withdrawn
    Column("title", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("groups", JSON, nullable=False),
)
# One row: the version that was noticed last.
news_head = Table("news_head", metadata, Column("version", String(80), nullable=False))
# One row: the number of the last news that the webhook was told, how often the next was tried in vain, and when it may
# be tried again.
webhook = Table(
    "webhook",
    metadata,
    Column("number", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Moment),
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
    Column("groups", JSON, nullable=False),
    Column("client", String(64), nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
