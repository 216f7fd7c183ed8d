-- How often each name of an issuing body stands in the newest versions of all records. A batch asks
-- for all names, and must not have to read every record for that.
CREATE TABLE issuing_body (
  name       TEXT PRIMARY KEY,
  times      INTEGER NOT NULL CHECK (times >= 1),
  row_digest BLOB
) STRICT, WITHOUT ROWID;

-- A record that does not read is for `verify` to tell.
INSERT INTO issuing_body (name, times, row_digest)
SELECT name, times, row_digest('issuing_body', name, times) FROM (
  SELECT json_extract(document.value, '$.fields.issuing_body.value') AS name, count(*) AS times
  FROM record, json_each(CASE WHEN json_valid(record.content) THEN record.content ELSE '{}' END, '$.documents') AS document
  WHERE version = (SELECT max(version) FROM record AS r WHERE r.code = record.code AND r.kind = record.kind)
    AND name IS NOT NULL AND name <> ''
  GROUP BY name
);
