-- What people have decided at the desk and not carried out yet: JSON. It changes nothing that the
-- repository says, and goes when it is carried out.
CREATE TABLE draft (
  account    TEXT NOT NULL REFERENCES account (name),
  code       TEXT NOT NULL,
  ordinal    INTEGER NOT NULL CHECK (ordinal >= 1),
  content    TEXT NOT NULL,
  row_digest BLOB,
  PRIMARY KEY (account, code, ordinal)
) STRICT, WITHOUT ROWID;
