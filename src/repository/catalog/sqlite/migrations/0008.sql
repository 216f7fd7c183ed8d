-- Who may use the console. What an account or a token is stands in `content`, as JSON; an act holds a
-- digest over each as it was put last.
CREATE TABLE account (
  name       TEXT PRIMARY KEY,
  content    TEXT NOT NULL,
  row_digest BLOB
) STRICT, WITHOUT ROWID;

-- The secret is kept as its SHA-256.
CREATE TABLE api_token (
  secret     BLOB PRIMARY KEY CHECK (length(secret) = 32),
  account    TEXT NOT NULL REFERENCES account (name),
  content    TEXT NOT NULL,
  row_digest BLOB
) STRICT, WITHOUT ROWID;
