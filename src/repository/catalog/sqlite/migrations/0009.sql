-- The dossier register: a copy of what another system answers for, list by list. What a row says stands
-- in `content`, as JSON; `at` is the moment by which it belongs to a period, in seconds of Unix time,
-- `owner` the number of the person or organisation that it is about, `act` the import that put it.
CREATE TABLE register (
  list       TEXT NOT NULL CHECK (list IN ('agencies', 'procedures', 'components', 'dossiers', 'ratings',
                                           'fee_reductions', 'visits')),
  key        TEXT NOT NULL,
  at         INTEGER,
  owner      TEXT,
  act        INTEGER NOT NULL REFERENCES act (number) DEFERRABLE INITIALLY DEFERRED,
  content    TEXT NOT NULL,
  row_digest BLOB,
  PRIMARY KEY (list, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX register_by_time ON register (list, at) WHERE at IS NOT NULL;
CREATE INDEX register_by_owner ON register (owner, list, key) WHERE owner IS NOT NULL;
