-- Acts: canonical JSON, chained by the digest of each (see model/act.rs).
CREATE TABLE act (
  number  INTEGER PRIMARY KEY CHECK (number >= 1),
  digest  BLOB NOT NULL CHECK (length(digest) = 32),
  content TEXT NOT NULL
) STRICT;

-- Documents that another recipe reads just as they were sealed, so that no version was made of it.
CREATE TABLE same_document (
  record     BLOB NOT NULL,
  ordinal    INTEGER NOT NULL,
  recipe     BLOB NOT NULL CHECK (length(recipe) = 32),
  row_digest BLOB,
  PRIMARY KEY (record, ordinal, recipe),
  FOREIGN KEY (record, ordinal) REFERENCES document (record, ordinal)
) STRICT, WITHOUT ROWID;

-- The form of the record's id, which tells what it covers.
ALTER TABLE record ADD COLUMN format INTEGER NOT NULL DEFAULT 1;

-- Over the page's result before it is packed.
ALTER TABLE page ADD COLUMN digest BLOB;
UPDATE page SET digest = page_digest(content);

-- Every row that means something carries a digest over the name of its table and all its other
-- values, written with it; `digests.rs` names the columns.
ALTER TABLE blob ADD COLUMN row_digest BLOB;
ALTER TABLE scan ADD COLUMN row_digest BLOB;
ALTER TABLE page ADD COLUMN row_digest BLOB;
ALTER TABLE batch ADD COLUMN row_digest BLOB;
ALTER TABLE entry ADD COLUMN row_digest BLOB;
ALTER TABLE entry_outcome ADD COLUMN row_digest BLOB;
ALTER TABLE manifest ADD COLUMN row_digest BLOB;
ALTER TABLE record ADD COLUMN row_digest BLOB;
ALTER TABLE document ADD COLUMN row_digest BLOB;
ALTER TABLE sighting ADD COLUMN row_digest BLOB;

UPDATE blob SET row_digest = row_digest('blob', id, sha256, bytes, media_type);
UPDATE scan SET row_digest = row_digest('scan', blob, summary);
UPDATE page SET row_digest = row_digest('page', scan, ordinal, recipe, content, digest);
UPDATE batch SET row_digest = row_digest('batch', id, state, inbox, started_at, ended_at, engine, recipe, program_version,
                                         unchanged_files, left_files, cost, manifest);
UPDATE entry SET row_digest = row_digest('entry', batch, path, scan, pages, code, kind, recipe, failure, moved_to, poor_pages);
UPDATE entry_outcome SET row_digest = row_digest('entry_outcome', batch, path, outcome, pages);
UPDATE manifest SET row_digest = row_digest('manifest', sequence, sha256, bytes, state, created_at, file_name, content);
UPDATE record SET row_digest = row_digest('record', change, id, batch, code, kind, version, supersedes, content, manifest, format);
UPDATE document SET row_digest = row_digest('document', record, ordinal, id, file, source, recipe);
UPDATE sighting SET row_digest = row_digest('sighting', path, bytes, modified_ns, scan);

-- Digests of pages are looked up without unrolling their contents.
CREATE INDEX page_digest ON page (scan, ordinal, recipe, digest);
