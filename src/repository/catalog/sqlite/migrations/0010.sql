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

-- Manifests for each consumer, with numbers of its own. `up_to` is the change up to which records were looked
-- at; `content` is packed.
CREATE TABLE delivery (
  consumer   TEXT NOT NULL,
  sequence   INTEGER NOT NULL,
  sha256     BLOB NOT NULL CHECK (length(sha256) = 32),
  bytes      INTEGER NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('prepared', 'released')),
  created_at TEXT NOT NULL,
  up_to      INTEGER NOT NULL,
  content    BLOB NOT NULL,
  row_digest BLOB,
  PRIMARY KEY (consumer, sequence)
) STRICT, WITHOUT ROWID;

-- How far each record in them has come. All of it stands in `content`, as JSON; an act tells of each change of
-- its state.
CREATE TABLE delivery_item (
  consumer   TEXT NOT NULL,
  record     BLOB NOT NULL REFERENCES record (id),
  sequence   INTEGER NOT NULL,
  code       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  state      TEXT NOT NULL,
  content    TEXT NOT NULL,
  row_digest BLOB,
  PRIMARY KEY (consumer, record),
  FOREIGN KEY (consumer, sequence) REFERENCES delivery (consumer, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_item_by_state ON delivery_item (consumer, state, sequence);
CREATE INDEX delivery_item_by_dossier ON delivery_item (consumer, code);
