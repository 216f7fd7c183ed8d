-- Keys that manifests are signed with, without their private halves. What a key is stands in `content`, as
-- JSON; an act tells of each as it was put last.
CREATE TABLE signing_key (
  id         TEXT PRIMARY KEY,
  content    TEXT NOT NULL,
  row_digest BLOB
) STRICT, WITHOUT ROWID;

-- The content of the file beside a manifest: of a consumer, or of the repository itself where its name is
-- empty.
CREATE TABLE manifest_signature (
  consumer   TEXT NOT NULL,
  sequence   INTEGER NOT NULL,
  key        TEXT NOT NULL REFERENCES signing_key (id),
  signature  TEXT NOT NULL,
  row_digest BLOB,
  PRIMARY KEY (consumer, sequence)
) STRICT, WITHOUT ROWID;
