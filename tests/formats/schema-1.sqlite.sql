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
CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, at DATETIME NOT NULL, who TEXT NOT NULL, action VARCHAR(40) NOT NULL,
    subject TEXT NOT NULL, details JSON NOT NULL);
CREATE TABLE drafts (id VARCHAR(32) PRIMARY KEY, made_at DATETIME NOT NULL, made_by TEXT NOT NULL,
    file_name TEXT, change JSON NOT NULL, seen VARCHAR(64), parsed VARCHAR(64),
    status VARCHAR(20) NOT NULL, version VARCHAR(80));
CREATE TABLE jobs (id VARCHAR(32) PRIMARY KEY, draft_id VARCHAR(32), status VARCHAR(20) NOT NULL,
    started_by TEXT NOT NULL, started_at DATETIME NOT NULL, ended_at DATETIME, beat DATETIME NOT NULL,
    cancel INTEGER NOT NULL, progress JSON NOT NULL, version VARCHAR(80), error TEXT);
CREATE UNIQUE INDEX jobs_one_running ON jobs (status) WHERE status = 'running';
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
INSERT INTO schema_number VALUES ('service', 1);
INSERT INTO answers VALUES ('a1', '2999-01-01', 'fi', 'answered', NULL, 'allowed', 0.9, 'v', 'Saanko käydä torilla?');
INSERT INTO cited VALUES ('a1', 1, 'tori', '', 0, 25, 'Tori on auki lauantaisin.');
INSERT INTO feedback VALUES ('a1', 'up', NULL, '2999-01-01');
INSERT INTO audit (at, who, action, subject, details) VALUES ('2025-01-01 08:00:00', 'aino', 'draft', 'halli', '{}');
INSERT INTO drafts (id, made_at, made_by, file_name, change, seen, parsed, status, version) VALUES ('d1', '2025-01-01 08:00:00', 'aino', 'halli.txt', '{"kind": "document", "id": "halli", "upload": {"object": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "suffix": ".txt", "metadata": {"title": "Halli"}}}', '', NULL, 'open', NULL);
INSERT INTO jobs (id, draft_id, status, started_by, started_at, ended_at, beat, cancel, progress, version, error) VALUES ('j1', 'd1', 'done', 'aino', '2025-01-01 08:00:00', '2025-01-01 08:00:00', '2025-01-01 08:00:00', 0, '{}', 'v', NULL);
