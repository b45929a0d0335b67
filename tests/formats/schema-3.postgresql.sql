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
INSERT INTO schema_number VALUES ('service', 3);
CREATE TABLE index_in_use (name VARCHAR(20) PRIMARY KEY, version VARCHAR(80) NOT NULL);
INSERT INTO schema_number VALUES ('index', 1);
INSERT INTO answers VALUES ('a3', '2999-01-01', 'fi', 'answered', NULL, 'allowed', 0.9, 'v', 'Saanko käydä torilla?');
INSERT INTO cited VALUES ('a3', 1, 'tori', '', 0, 25, 'Tori on auki lauantaisin.');
INSERT INTO feedback VALUES ('a3', 'up', NULL, '2999-01-01');
INSERT INTO audit (at, who, action, subject, details) VALUES ('2025-01-03 08:00:00', 'aino', 'draft', 'halli', '{}');
INSERT INTO drafts (id, made_at, made_by, file_name, change, seen, parsed, status, version) VALUES ('d3', '2025-01-03 08:00:00', 'aino', 'halli.txt', '{"kind": "document", "id": "halli", "upload": {"object": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "suffix": ".txt", "metadata": {"title": "Halli"}}}', '', NULL, 'open', NULL);
INSERT INTO jobs (id, draft_id, status, started_by, started_at, ended_at, beat, cancel, progress, version, error) VALUES ('j3', 'd3', 'done', 'aino', '2025-01-03 08:00:00', '2025-01-03 08:00:00', '2025-01-03 08:00:00', 0, '{}', 'v', NULL);
INSERT INTO rehearsals VALUES ('d3', 'j3', '{"version_before": "v"}');
INSERT INTO sessions VALUES ('s3', '0000000000000000000000000000000000000000000000000000000000000000', 'aino', '["editor"]', '0000000000000000000000000000000000000000000000000000000000000000', '127.0.0.1', '2025-01-03 08:00:00', '2025-01-03 08:00:00');
