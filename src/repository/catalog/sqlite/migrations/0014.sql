-- What was said to stand for components, from the acts, which are the truth. `source` is the dossier that holds it.
CREATE TABLE reuse (
  act        INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  dossier    TEXT NOT NULL,
  component  TEXT NOT NULL,
  source     TEXT NOT NULL,
  content    TEXT NOT NULL,
  row_digest BLOB
) STRICT;
CREATE INDEX reuse_by_dossier ON reuse (dossier, act);
CREATE INDEX reuse_by_source ON reuse (source);

-- Dossiers of which papers and register disagree, or whose papers have not come: whatever changes one of both
-- changes this with it, so that a queue compares nothing. `at` is the moment by which it belongs to a period, `since`
-- the one from which it waits, both in seconds of Unix time. Filled by the program.
CREATE TABLE difference (
  code       TEXT PRIMARY KEY,
  sides      TEXT NOT NULL CHECK (sides IN ('both', 'papers', 'entry')),
  at         INTEGER,
  since      INTEGER NOT NULL,
  content    TEXT NOT NULL,
  row_digest BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX difference_by_time ON difference (at, sides, since, code);
