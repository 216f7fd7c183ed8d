-- Digests are 32-byte blobs, times RFC 3339 in UTC.

CREATE TABLE blob (
  id         BLOB PRIMARY KEY CHECK (length(id) = 32),
  sha256     BLOB NOT NULL CHECK (length(sha256) = 32),
  bytes      INTEGER NOT NULL CHECK (bytes >= 0),
  media_type TEXT
) STRICT, WITHOUT ROWID;

-- What opening a scan told.
CREATE TABLE scan (
  blob    BLOB PRIMARY KEY REFERENCES blob (id),
  summary TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What reading a page brought: JSON, deflated.
CREATE TABLE page (
  scan    BLOB NOT NULL REFERENCES blob (id),
  ordinal INTEGER NOT NULL,
  recipe  BLOB NOT NULL CHECK (length(recipe) = 32),
  content BLOB NOT NULL,
  PRIMARY KEY (scan, ordinal, recipe)
) STRICT;

CREATE TABLE batch (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  state           TEXT NOT NULL CHECK (state IN ('running', 'finished', 'failed', 'interrupted')),
  inbox           TEXT NOT NULL,
  started_at      TEXT NOT NULL,
  ended_at        TEXT,
  engine          TEXT NOT NULL,
  recipe          BLOB NOT NULL,
  program_version TEXT NOT NULL,
  unchanged_files INTEGER NOT NULL DEFAULT 0,
  left_files      INTEGER NOT NULL DEFAULT 0,
  cost            TEXT,
  manifest        TEXT
) STRICT;

-- A file of the inbox that ended in a batch. Outcomes are counted apart from pages, so that
-- comparing the two is a check and not a tautology.
CREATE TABLE entry (
  batch    INTEGER NOT NULL REFERENCES batch (id),
  path     TEXT NOT NULL,
  scan     BLOB,
  pages    INTEGER NOT NULL CHECK (pages >= 0),
  code     TEXT,
  kind     TEXT,
  recipe   BLOB,
  failure  TEXT,
  moved_to TEXT,
  PRIMARY KEY (batch, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_by_scan ON entry (scan, code) WHERE scan IS NOT NULL;

CREATE TABLE entry_outcome (
  batch   INTEGER NOT NULL,
  path    TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('sealed', 'separator', 'blank', 'waiting', 'refused')),
  pages   INTEGER NOT NULL CHECK (pages >= 0),
  PRIMARY KEY (batch, path, outcome),
  FOREIGN KEY (batch, path) REFERENCES entry (batch, path) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE manifest (
  sequence   INTEGER PRIMARY KEY CHECK (sequence >= 1),
  sha256     BLOB NOT NULL CHECK (length(sha256) = 32),
  bytes      INTEGER NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('prepared', 'released')),
  created_at TEXT NOT NULL,
  file_name  TEXT NOT NULL,
  content    BLOB NOT NULL
) STRICT;

-- `change` grows with every record and tells the index how far it has come.
CREATE TABLE record (
  change     INTEGER PRIMARY KEY AUTOINCREMENT,
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
  batch      INTEGER NOT NULL REFERENCES batch (id),
  code       TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('dossier', 'result')),
  version    INTEGER NOT NULL CHECK (version >= 1),
  supersedes BLOB REFERENCES record (id),
  content    TEXT NOT NULL,
  manifest   INTEGER REFERENCES manifest (sequence),
  UNIQUE (code, kind, version)
) STRICT;
CREATE INDEX record_by_batch ON record (batch);
CREATE INDEX record_unexported ON record (code, kind, version) WHERE manifest IS NULL;

CREATE TABLE document (
  record  BLOB NOT NULL REFERENCES record (id),
  ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
  id      BLOB NOT NULL CHECK (length(id) = 32),
  file    BLOB NOT NULL REFERENCES blob (id),
  source  BLOB NOT NULL REFERENCES blob (id),
  recipe  BLOB NOT NULL CHECK (length(recipe) = 32),
  PRIMARY KEY (record, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_by_source ON document (source);
