-- Which acts name a record, so that its log is not looked for in all of them. Filled by the program from what
-- the acts say.
CREATE TABLE act_record (
  record     BLOB NOT NULL CHECK (length(record) = 32),
  act        INTEGER NOT NULL,
  row_digest BLOB,
  PRIMARY KEY (record, act)
) STRICT, WITHOUT ROWID;

-- Lists of batches count dossiers and queues count facts without looking at any.
CREATE INDEX record_of_batch ON record (batch, code, kind);
CREATE INDEX open_field_by_status ON open_field (status);
