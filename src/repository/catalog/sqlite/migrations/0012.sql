-- Which acts name which records, so that those of a dossier are found without reading all. It follows from
-- the acts, which are the truth.
CREATE TABLE act_record (
  record     BLOB NOT NULL,
  act        INTEGER NOT NULL,
  row_digest BLOB,
  PRIMARY KEY (record, act)
) STRICT, WITHOUT ROWID;

INSERT INTO act_record (record, act, row_digest)
SELECT DISTINCT record, act, row_digest('act_record', record, act) FROM (
  SELECT unhex(replace(named.value, 'r2-', '')) AS record, act.number AS act
  FROM act JOIN json_tree(CASE WHEN json_valid(act.content) THEN act.content END, '$.deed') AS named
  WHERE named.type = 'text' AND (named.key = 'record' OR named.path = '$.deed.records')
) WHERE length(record) = 32;
