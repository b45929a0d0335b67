CREATE TABLE schema_number (part VARCHAR(40) PRIMARY KEY, number INTEGER NOT NULL);
CREATE TABLE answers (id VARCHAR(64) PRIMARY KEY, day DATE NOT NULL, language VARCHAR(2) NOT NULL,
    status VARCHAR(20) NOT NULL, reason VARCHAR(40), verdict VARCHAR(40), confidence FLOAT NOT NULL,
    version VARCHAR(80) NOT NULL, text TEXT);
CREATE INDEX answers_day ON answers (day);
CREATE TABLE cited (answer_id VARCHAR(64) NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, document_id VARCHAR(200) NOT NULL, section TEXT NOT NULL, start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL, quote TEXT NOT NULL, PRIMARY KEY (answer_id, number));
CREATE TABLE feedback (answer_id VARCHAR(64) PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE,
    rating VARCHAR(4) NOT NULL, comment TEXT, day DATE NOT NULL);
CREATE TABLE audit (number BIGSERIAL PRIMARY KEY, at TIMESTAMPTZ NOT NULL, who TEXT NOT NULL, action VARCHAR(40) NOT NULL,
    subject TEXT NOT NULL, details JSON NOT NULL);
CREATE TABLE drafts (id VARCHAR(32) PRIMARY KEY, made_at TIMESTAMPTZ NOT NULL, made_by TEXT NOT NULL,
    file_name TEXT, change JSON NOT NULL, seen VARCHAR(64), parsed VARCHAR(64),
    status VARCHAR(20) NOT NULL, version VARCHAR(80));
CREATE TABLE jobs (id VARCHAR(32) PRIMARY KEY, draft_id VARCHAR(32), status VARCHAR(20) NOT NULL,
    started_by TEXT NOT NULL, started_at TIMESTAMPTZ NOT NULL, ended_at TIMESTAMPTZ, beat TIMESTAMPTZ NOT NULL,
    cancel INTEGER NOT NULL, progress JSON NOT NULL, version VARCHAR(80), error TEXT);
CREATE UNIQUE INDEX jobs_one_running ON jobs (status) WHERE status = 'running';
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log is only ever added to'; END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
ALTER TABLE jobs ADD COLUMN kind VARCHAR(20) NOT NULL DEFAULT 'publication';
ALTER TABLE jobs ADD COLUMN error_name VARCHAR(40);
CREATE TABLE rehearsals (draft_id VARCHAR(32) PRIMARY KEY, job_id VARCHAR(32) NOT NULL, found JSON NOT NULL);
CREATE TABLE sessions (id VARCHAR(32) PRIMARY KEY, digest VARCHAR(64) NOT NULL UNIQUE, who TEXT NOT NULL,
    roles JSON NOT NULL, credential VARCHAR(64) NOT NULL, client VARCHAR(64) NOT NULL, began_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL);
CREATE INDEX sessions_who ON sessions (who);
CREATE TABLE IF NOT EXISTS index_in_use (name VARCHAR(20) PRIMARY KEY, version VARCHAR(80) NOT NULL);
ALTER TABLE sessions ADD COLUMN groups JSON NOT NULL DEFAULT '[]';
ALTER TABLE drafts ADD COLUMN title TEXT;
DELETE FROM rehearsals;
CREATE TABLE rehearsed (draft_id VARCHAR(32) NOT NULL, number INTEGER NOT NULL, day DATE,
    found JSON NOT NULL, mark VARCHAR(10), question_id VARCHAR(32), PRIMARY KEY (draft_id, number));
CREATE TABLE own_questions (id VARCHAR(32) PRIMARY KEY, digest VARCHAR(64) NOT NULL UNIQUE,
    expected JSON NOT NULL, origin VARCHAR(20) NOT NULL, made_at TIMESTAMPTZ NOT NULL, made_by TEXT NOT NULL);
CREATE TABLE evaluations (job_id VARCHAR(32) PRIMARY KEY, made_at TIMESTAMPTZ NOT NULL,
    found JSON NOT NULL);
ALTER TABLE audit ADD COLUMN hash VARCHAR(64) NOT NULL DEFAULT '';
CREATE TABLE audit_head (number BIGINT NOT NULL, hash VARCHAR(64) NOT NULL, kept_after BIGINT NOT NULL);
INSERT INTO audit_head VALUES (0, '', 0);
DROP TRIGGER audit_no_change ON audit;
CREATE FUNCTION audit_only_loses_the_oldest() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
    IF OLD.number > (SELECT kept_after FROM audit_head) THEN
        RAISE EXCEPTION 'the audit log is only ever added to';
    END IF;
    RETURN OLD; END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_only_loses_the_oldest();
CREATE TABLE source_files (source VARCHAR(40) NOT NULL, path TEXT NOT NULL,
    document_id VARCHAR(100) NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL, digest VARCHAR(64) NOT NULL,
    text VARCHAR(64) NOT NULL, gone INTEGER NOT NULL, PRIMARY KEY (source, path));
CREATE UNIQUE INDEX source_files_document ON source_files (document_id);
CREATE TABLE source_looks (source VARCHAR(40) PRIMARY KEY, at TIMESTAMPTZ NOT NULL,
    found JSON NOT NULL);
CREATE INDEX drafts_made_by ON drafts (made_by);
CREATE TABLE news (number BIGSERIAL PRIMARY KEY, at TIMESTAMPTZ NOT NULL, version VARCHAR(80) NOT NULL,
    document_id VARCHAR(200) NOT NULL, kind VARCHAR(20) NOT NULL, title TEXT NOT NULL, language VARCHAR(2) NOT NULL,
    groups JSON NOT NULL);
CREATE INDEX news_document ON news (document_id);
CREATE TABLE news_head (version VARCHAR(80) NOT NULL);
INSERT INTO news_head VALUES ('');
CREATE TABLE webhook (number BIGINT NOT NULL, tries INTEGER NOT NULL, next_at TIMESTAMPTZ);
INSERT INTO webhook VALUES (0, 0, NULL);
INSERT INTO schema_number VALUES ('service', 5);
INSERT INTO answers VALUES ('a5', '2999-01-01', 'fi', 'answered', NULL, 'allowed', 0.9, 'v', 'Saanko käydä torilla?');
INSERT INTO cited VALUES ('a5', 1, 'tori', '', 0, 25, 'Tori on auki lauantaisin.');
INSERT INTO feedback VALUES ('a5', 'up', NULL, '2999-01-01');
UPDATE audit_head SET number = 1, hash = '7f78d125334b181798aaaa8e9a5b5313ce85262c9f26dcdee29413d330851c89';
INSERT INTO drafts (id, made_at, made_by, file_name, title, change, seen, parsed, status, version) VALUES ('d5', '2025-01-04 08:00:00', 'aino', 'halli.txt', 'Halli', '{"kind": "document", "id": "halli", "upload": {"object": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "suffix": ".txt", "metadata": {"title": "Halli"}}}', '', NULL, 'open', NULL);
INSERT INTO jobs (id, draft_id, status, started_by, started_at, ended_at, beat, cancel, progress, version, error, kind) VALUES ('j5', 'd5', 'done', 'aino', '2025-01-04 08:00:00', '2025-01-04 08:00:00', '2025-01-04 08:00:00', 0, '{}', 'v', NULL, 'publication');
INSERT INTO rehearsals VALUES ('d5', 'j5', '{"version_before": "v"}');
INSERT INTO rehearsed VALUES ('d5', 1, '2025-01-04', '{}', 'right', 'q5');
INSERT INTO own_questions VALUES ('q5', '0000000000000000000000000000000000000000000000000000000000000000', '{}', 'page', '2025-01-04 08:00:00', 'aino');
INSERT INTO evaluations VALUES ('j5', '2025-01-04 08:00:00', '{}');
INSERT INTO sessions (id, digest, who, roles, credential, client, began_at, seen_at, groups) VALUES ('s5', '0000000000000000000000000000000000000000000000000000000000000000', 'aino', '["editor"]', '0000000000000000000000000000000000000000000000000000000000000000', '127.0.0.1', '2025-01-04 08:00:00', '2025-01-04 08:00:00', '["hr"]');
INSERT INTO audit (at, who, action, subject, details, hash) VALUES ('2025-01-04 08:00:00+00', 'aino', 'draft', 'halli', '{}', '7f78d125334b181798aaaa8e9a5b5313ce85262c9f26dcdee29413d330851c89');
INSERT INTO source_files VALUES ('vm', 'halli.txt', 'halli', '', '', '0000000000000000000000000000000000000000000000000000000000000000', '0000000000000000000000000000000000000000000000000000000000000000', 0);
INSERT INTO source_looks VALUES ('vm', '2025-01-04 08:00:00', '{}');
INSERT INTO news (at, version, document_id, kind, title, language, groups) VALUES ('2025-01-04 08:00:00', 'v', 'tori', 'added', 'Tori', 'fi', '[]');
