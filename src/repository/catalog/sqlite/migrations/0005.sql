-- Who works on a batch: the name of the scratch folder whose lock its process holds.
CREATE TABLE batch_owner (
  batch INTEGER PRIMARY KEY REFERENCES batch (id),
  owner TEXT NOT NULL
) STRICT;

-- A scanner that has lost its clock gives another paper the name, size and date of the one before;
-- the time of change and the inode are the file system's own. Files are looked at anew once.
DROP TABLE sighting;
CREATE TABLE sighting (
  path        TEXT PRIMARY KEY,
  bytes       INTEGER NOT NULL CHECK (bytes >= 0),
  modified_ns INTEGER NOT NULL,
  changed_ns  INTEGER NOT NULL,
  inode       INTEGER NOT NULL,
  scan        BLOB NOT NULL REFERENCES blob (id),
  row_digest  BLOB
) STRICT, WITHOUT ROWID;

-- Whose papers were found on a scan that its name does not assign, under rules with this digest:
-- JSON, a list of dossier codes with kinds.
CREATE TABLE placement (
  scan  BLOB PRIMARY KEY REFERENCES blob (id),
  rules BLOB NOT NULL CHECK (length(rules) = 32),
  parts TEXT NOT NULL,
  row_digest BLOB
) STRICT, WITHOUT ROWID;
