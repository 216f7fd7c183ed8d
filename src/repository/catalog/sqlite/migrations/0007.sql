-- Facts of newest versions that wait for a person, and since when: a queue must not read every record.
-- Filled by the program from what the records say.
CREATE TABLE open_field (
  code          TEXT NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('dossier', 'result')),
  ordinal       INTEGER NOT NULL CHECK (ordinal >= 1),
  field         TEXT NOT NULL,
  status        TEXT NOT NULL CHECK (status IN ('needs_person', 'absent')),
  document_type TEXT,
  since         TEXT NOT NULL,
  batch         INTEGER NOT NULL REFERENCES batch (id),
  row_digest    BLOB,
  PRIMARY KEY (code, kind, ordinal, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_field_by_age ON open_field (since, code, kind, ordinal, field, status, document_type, batch);

-- Files that wait are compared with what became of them later.
CREATE INDEX entry_by_path ON entry (path, batch);
CREATE INDEX entry_failed ON entry (batch, path) WHERE failure IS NOT NULL;

-- What people decided about scans that wait: JSON.
CREATE TABLE settlement (
  scan       BLOB PRIMARY KEY REFERENCES blob (id),
  content    TEXT NOT NULL,
  row_digest BLOB
) STRICT, WITHOUT ROWID;
