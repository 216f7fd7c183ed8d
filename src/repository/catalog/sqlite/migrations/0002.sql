-- Inbox files as they were when they were last stored: one that looks the same is not read again.
CREATE TABLE sighting (
  path        TEXT PRIMARY KEY,
  bytes       INTEGER NOT NULL CHECK (bytes >= 0),
  modified_ns INTEGER NOT NULL,
  scan        BLOB NOT NULL REFERENCES blob (id)
) STRICT, WITHOUT ROWID;
