//! The changes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusqlite::{Connection, params};
use serde_json::{Value, json};
use sha2::Digest;
use sohoa::pipeline::verify::Finding;

use super::forger::{change_page, change_record, digest_rows, open, pack, rechain, unpack};
use super::{copy, findings};
use crate::support::{CODE_A, CODE_B};

type Plant = fn(&Connection, &Path);

/// One change: its name, how it is made, and whether it would be told by what rows are joined into
/// if the digests of rows were made anew.
pub(super) type Change = (&'static str, Plant, Forged);

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Forged {
    /// It is found all the same.
    Found,
    /// What it changes has no meaning beyond its row: what it costs is a file read once more.
    RowOnly,
}
use Forged::{Found, RowOnly};

pub(super) fn sql(db: &Connection, sql: &str) {
    db.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    assert!(db.total_changes() > 0 || sql.contains("DROP") || sql.contains("CREATE"), "{sql} changed nothing");
}

fn document<'a>(record: &'a mut Value, member: &str) -> &'a mut Value {
    &mut record["documents"][0][member]
}

/// Part of the fact that a person corrected.
fn corrected<'a>(record: &'a mut Value, member: &str) -> &'a mut Value {
    &mut record["documents"][1]["fields"]["symbol"][member]
}

/// The source of a document of another dossier.
fn other_source(db: &Connection) -> Value {
    let content: String = db.query_row("SELECT content FROM record WHERE code = ?1", [CODE_B], |row| row.get(0)).unwrap();
    serde_json::from_str::<Value>(&content).unwrap()["documents"][0]["source"].clone()
}

const RECORDS: &[Change] = &[
    (
        "a row of a document points at another scan",
        |db, _| sql(db, "UPDATE document SET source = (SELECT id FROM blob WHERE id <> source LIMIT 1) WHERE ordinal = 2"),
        Found,
    ),
    (
        "a document's source is another citizen's scan",
        |db, _| {
            let source = other_source(db);
            change_record(db, CODE_A, false, |r| *document(r, "source") = source);
        },
        Found,
    ),
    (
        "the same with the id made anew",
        |db, _| {
            let source = other_source(db);
            change_record(db, CODE_A, true, |r| *document(r, "source") = source);
        },
        Found,
    ),
    ("blank pages are left out", |db, _| change_record(db, CODE_A, false, |r| *document(r, "blank_pages") = json!([])), Found),
    (
        "sealed at another time",
        |db, _| change_record(db, CODE_A, false, |r| r["sealed_at"] = json!("2020-01-01T00:00:00Z")),
        Found,
    ),
    (
        "sealed at another time, with the id made anew",
        |db, _| change_record(db, CODE_B, true, |r| r["sealed_at"] = json!("2020-01-01T00:00:00Z")),
        Found,
    ),
    ("another confidence", |db, _| change_record(db, CODE_A, false, |r| *document(r, "text_confidence") = json!(0.999)), Found),
    (
        "a field has another value",
        |db, _| change_record(db, CODE_A, false, |r| document(r, "fields")["dossier_code"]["value"] = json!("X")),
        Found,
    ),
    (
        "a field has another status",
        |db, _| change_record(db, CODE_A, false, |r| document(r, "fields")["dossier_code"]["status"] = json!("needs_person")),
        Found,
    ),
    (
        "a field is changed and the id made anew",
        |db, _| change_record(db, CODE_A, true, |r| document(r, "fields")["dossier_code"]["value"] = json!("X")),
        Found,
    ),
    (
        "a field is changed in an older record and the id made anew",
        |db, _| change_record(db, CODE_B, true, |r| document(r, "fields")["dossier_code"]["value"] = json!("X")),
        Found,
    ),
    (
        "a corrected value is another one",
        |db, _| change_record(db, CODE_A, false, |r| *corrected(r, "value") = json!("NQ-HĐND")),
        Found,
    ),
    (
        "the same with the id made anew",
        |db, _| change_record(db, CODE_A, true, |r| *corrected(r, "value") = json!("NQ-HĐND")),
        Found,
    ),
    (
        "somebody else has corrected it",
        |db, _| change_record(db, CODE_A, false, |r| corrected(r, "decision")["by"] = json!("Ai đó")),
        Found,
    ),
    (
        "what was read is not what stood beside the corrected value",
        |db, _| {
            let reading = json!({"value": "x", "source": "ocr", "confidence": 0.5, "status": "needs_person"});
            change_record(db, CODE_A, false, |r| corrected(r, "decision")["reading"] = reading);
        },
        Found,
    ),
    (
        "nobody has decided",
        |db, _| {
            change_record(db, CODE_A, false, |r| {
                r["documents"][1]["fields"]["symbol"].as_object_mut().unwrap().remove("decision");
            });
        },
        Found,
    ),
    (
        "a document was taken out for another reason",
        |db, _| change_record(db, CODE_A, false, |r| r["voided"][0]["reason"] = json!("x")),
        Found,
    ),
    ("the same with the id made anew", |db, _| change_record(db, CODE_A, true, |r| r["voided"][0]["reason"] = json!("x")), Found),
    ("no document was taken out", |db, _| change_record(db, CODE_A, false, |r| r["voided"] = json!([])), Found),
    (
        "a document that was taken out has another page",
        |db, _| change_record(db, CODE_A, true, |r| r["voided"][0]["document"]["pages"][0]["ordinal"] = json!(1)),
        Found,
    ),
    (
        "another dossier was decided for a file",
        |db, _| sql(db, &format!("UPDATE settlement SET content = replace(content, '{CODE_B}', '{CODE_A}')")),
        Found,
    ),
    ("nothing was decided about a file", |db, _| sql(db, "DELETE FROM settlement"), Found),
    ("a fact waits no more", |db, _| sql(db, &format!("DELETE FROM open_field WHERE code = '{CODE_B}'")), Found),
    ("a fact has waited for longer", |db, _| sql(db, "UPDATE open_field SET since = '2020-01-01T00:00:00Z'"), Found),
    ("another fact waits", |db, _| sql(db, "UPDATE open_field SET field = 'title' WHERE field = 'document_type'"), Found),
    (
        "a file leads out of its folder",
        |db, _| change_record(db, CODE_A, false, |r| document(r, "file")["name"] = json!("../../x.pdf")),
        Found,
    ),
    (
        "the same with the id made anew",
        |db, _| change_record(db, CODE_A, true, |r| document(r, "file")["name"] = json!("../../x.pdf")),
        Found,
    ),
    (
        "a file has another number of pages",
        |db, _| change_record(db, CODE_A, true, |r| document(r, "file")["pages"] = json!(9)),
        Found,
    ),
    (
        "the source has another name",
        |db, _| change_record(db, CODE_A, false, |r| document(r, "source")["name"] = json!("b.tif")),
        Found,
    ),
    (
        "the change by hand is gone",
        |db, _| {
            change_record(db, CODE_A, false, |r| {
                r.as_object_mut().unwrap().remove("change");
            })
        },
        Found,
    ),
    (
        "the digest of the text is gone",
        |db, _| {
            change_record(db, CODE_A, false, |r| {
                r["documents"][0].as_object_mut().unwrap().remove("text_digest");
            })
        },
        Found,
    ),
    ("the recipe is another", |db, _| change_record(db, CODE_A, false, |r| r["recipe"] = json!("00".repeat(32))), Found),
    ("a version follows none", |db, _| sql(db, "UPDATE record SET supersedes = NULL WHERE version = 2"), Found),
    ("a version follows none, in its content", |db, _| change_record(db, CODE_A, true, |r| r["supersedes"] = Value::Null), Found),
    ("a version has another number", |db, _| sql(db, "UPDATE record SET version = 5 WHERE version = 4"), Found),
    ("a record is of another batch", |db, _| sql(db, "UPDATE record SET batch = 2 WHERE version = 1 AND code LIKE '%12'"), Found),
    ("a record was never exported", |db, _| sql(db, "UPDATE record SET manifest = NULL WHERE version = 2"), Found),
    ("a record is in another manifest", |db, _| sql(db, "UPDATE record SET manifest = 1 WHERE version = 2"), Found),
    ("a record has an id of another form", |db, _| sql(db, "UPDATE record SET format = 1 WHERE version = 2"), Found),
    ("a record came at another time", |db, _| sql(db, "UPDATE record SET change = 77 WHERE version = 2"), Found),
    ("a record is of another dossier", |db, _| sql(db, "UPDATE record SET code = 'H38.16-230706-0099' WHERE version = 2"), Found),
    ("a record is of another kind", |db, _| sql(db, "UPDATE record SET kind = 'result' WHERE code LIKE '%13'"), Found),
    (
        "the newest version is removed",
        |db, _| {
            sql(
                db,
                "DELETE FROM document WHERE record = (SELECT id FROM record WHERE version = 2); DELETE FROM record WHERE version = 2; UPDATE sqlite_sequence SET seq = 2 WHERE name = 'record'",
            )
        },
        Found,
    ),
    (
        "an older version is removed",
        |db, _| {
            sql(
                db,
                "DELETE FROM document WHERE record = (SELECT id FROM record WHERE version = 1 AND code LIKE '%12'); DELETE FROM record WHERE version = 1 AND code LIKE '%12'",
            )
        },
        Found,
    ),
    (
        "a whole dossier is removed",
        |db, _| {
            sql(
                db,
                "DELETE FROM document WHERE record IN (SELECT id FROM record WHERE code LIKE '%12'); DELETE FROM record WHERE code LIKE '%12'",
            )
        },
        Found,
    ),
    ("a row of a document is removed", |db, _| sql(db, "DELETE FROM document WHERE ordinal = 2"), Found),
    ("a row of a document has another number", |db, _| sql(db, "UPDATE document SET ordinal = 7 WHERE ordinal = 2"), Found),
    ("a document is looked for under another recipe", |db, _| sql(db, "UPDATE document SET recipe = zeroblob(32)"), Found),
    (
        "a record is made up",
        |db, _| {
            sql(
                db,
                "INSERT INTO record SELECT 9, randomblob(32), batch, 'H38.16-230706-0500', kind, 1, NULL, content, NULL, 2, NULL FROM record WHERE version = 2; UPDATE sqlite_sequence SET seq = 9 WHERE name = 'record'",
            )
        },
        Found,
    ),
    (
        "an issuing body is counted that no record names",
        |db, _| sql(db, "INSERT INTO issuing_body (name, times) VALUES ('UBND xã Không Có', 7)"),
        Found,
    ),
    ("a record is no JSON", |db, _| sql(db, "UPDATE record SET content = '{' WHERE version = 2"), Found),
    ("a record is nothing", |db, _| sql(db, "UPDATE record SET content = '' WHERE version = 1"), Found),
];

const PAGES: &[Change] = &[
    ("the text of a page is rewritten", |db, _| change_page(db, "TRUE", false), Found),
    ("the text of pages is rewritten and their digests made anew", |db, _| change_page(db, "TRUE", true), Found),
    (
        "the text of a page that waits is rewritten",
        |db, _| change_page(db, "scan = (SELECT scan FROM entry WHERE path = 'nobody.png')", true),
        Found,
    ),
    (
        "a page is packed otherwise and does not unpack",
        |db, _| sql(db, "UPDATE page SET content = x'ffff' WHERE ordinal = 0"),
        Found,
    ),
    ("a page is removed", |db, _| sql(db, "DELETE FROM page WHERE ordinal = 1"), Found),
    (
        "a page that waits is removed",
        |db, _| sql(db, "DELETE FROM page WHERE scan = (SELECT scan FROM entry WHERE path = 'nobody.png')"),
        Found,
    ),
    ("pages are kept under another recipe", |db, _| sql(db, "UPDATE page SET recipe = zeroblob(32)"), Found),
    (
        "two pages change places",
        |db, _| {
            sql(
                db,
                "UPDATE page SET ordinal = 1 - ordinal + 100 WHERE scan = (SELECT scan FROM page WHERE ordinal = 1); UPDATE page SET ordinal = ordinal - 100 WHERE ordinal >= 100",
            )
        },
        Found,
    ),
    (
        "what opening a scan told is another",
        |db, _| sql(db, "UPDATE scan SET summary = replace(summary, '\"pages\":1', '\"pages\":2')"),
        Found,
    ),
    ("what opening a scan told is gone", |db, _| sql(db, "DELETE FROM scan"), Found),
    ("a blob has another SHA-256", |db, _| sql(db, "UPDATE blob SET sha256 = zeroblob(32)"), Found),
    ("a blob has another size", |db, _| sql(db, "UPDATE blob SET bytes = bytes + 1"), Found),
    ("a blob is of another kind", |db, _| sql(db, "UPDATE blob SET media_type = 'image/jpeg'"), RowOnly),
    (
        "a blob is not known any more",
        |db, _| sql(db, "DELETE FROM blob WHERE id = (SELECT scan FROM entry WHERE path = 'nobody.png')"),
        Found,
    ),
    (
        "a file of the inbox became another scan",
        |db, _| {
            sql(
                db,
                "UPDATE sighting SET scan = (SELECT scan FROM entry WHERE path = 'nobody.png') WHERE path NOT LIKE '%nobody.png'",
            )
        },
        RowOnly,
    ),
    ("a file of the inbox has another date", |db, _| sql(db, "UPDATE sighting SET modified_ns = 5"), RowOnly),
    ("a file of the inbox has another size", |db, _| sql(db, "UPDATE sighting SET bytes = bytes + 1"), Found),
];

const LEDGERS: &[Change] = &[
    (
        "a line of the ledger is removed",
        |db, _| sql(db, "DELETE FROM entry_outcome WHERE path = 'nobody.png'; DELETE FROM entry WHERE path = 'nobody.png'"),
        Found,
    ),
    ("an outcome is removed", |db, _| sql(db, "DELETE FROM entry_outcome WHERE outcome = 'blank'"), Found),
    (
        "the ledger of a batch is removed",
        |db, _| sql(db, "DELETE FROM entry_outcome WHERE batch = 1; DELETE FROM entry WHERE batch = 1"),
        Found,
    ),
    (
        "pages are counted otherwise on both sides",
        |db, _| {
            sql(
                db,
                "UPDATE entry SET pages = 9 WHERE path = 'nobody.png'; UPDATE entry_outcome SET pages = 9 WHERE path = 'nobody.png'",
            )
        },
        Found,
    ),
    (
        "a page that waits is said to be sealed",
        |db, _| sql(db, "UPDATE entry_outcome SET outcome = 'sealed' WHERE outcome = 'waiting'"),
        Found,
    ),
    (
        "why a file was refused is gone",
        |db, _| sql(db, "UPDATE entry SET failure = NULL WHERE failure LIKE '%file-empty%'"),
        Found,
    ),
    (
        "a file had another name",
        |db, _| {
            sql(
                db,
                "UPDATE entry SET path = 'x.png' WHERE path = 'nobody.png'; UPDATE entry_outcome SET path = 'x.png' WHERE path = 'nobody.png'",
            )
        },
        Found,
    ),
    ("a file was moved elsewhere", |db, _| sql(db, "UPDATE entry SET moved_to = '/x' WHERE moved_to IS NOT NULL"), Found),
    ("a line of the ledger is of another scan", |db, _| sql(db, "UPDATE entry SET scan = (SELECT id FROM blob LIMIT 1)"), Found),
    (
        "a line of the ledger is made up",
        |db, _| {
            sql(
                db,
                "INSERT INTO entry SELECT batch, 'more.png', scan, pages, code, kind, recipe, failure, moved_to, poor_pages, NULL FROM entry WHERE path = 'nobody.png'; INSERT INTO entry_outcome VALUES (1, 'more.png', 'waiting', 1, NULL)",
            )
        },
        Found,
    ),
    ("a batch has another state", |db, _| sql(db, "UPDATE batch SET state = 'failed' WHERE id = 1"), Found),
    ("a batch runs still", |db, _| sql(db, "UPDATE batch SET state = 'running' WHERE id = 1"), Found),
    ("a batch was of another inbox", |db, _| sql(db, "UPDATE batch SET inbox = '/x' WHERE id = 1"), Found),
    (
        "a batch began at another time",
        |db, _| sql(db, "UPDATE batch SET started_at = '2020-01-01T00:00:00Z' WHERE id = 1"),
        Found,
    ),
    (
        "a batch was read by another engine",
        |db, _| sql(db, "UPDATE batch SET engine = replace(engine, '1', '2') WHERE id = 1"),
        Found,
    ),
    ("a batch cost nothing", |db, _| sql(db, "UPDATE batch SET cost = NULL WHERE id = 1"), Found),
    (
        "a batch is removed",
        |db, _| {
            sql(
                db,
                "DELETE FROM entry_outcome WHERE batch = 2; DELETE FROM entry WHERE batch = 2; DELETE FROM batch WHERE id = 2; UPDATE sqlite_sequence SET seq = 1 WHERE name = 'batch'",
            )
        },
        Found,
    ),
    (
        "a batch is made up",
        |db, _| {
            sql(
                db,
                "INSERT INTO batch SELECT 3, state, inbox, started_at, ended_at, engine, recipe, program_version, 0, 0, cost, manifest, NULL FROM batch WHERE id = 1",
            )
        },
        Found,
    ),
    ("a counter stands elsewhere", |db, _| sql(db, "UPDATE sqlite_sequence SET seq = seq + 5"), Found),
    ("a counter is gone", |db, _| sql(db, "DELETE FROM sqlite_sequence"), Found),
];

const MANIFESTS: &[Change] = &[
    ("a manifest has another hash", |db, _| sql(db, "UPDATE manifest SET sha256 = zeroblob(32) WHERE sequence = 2"), Found),
    ("a manifest has another content", |db, _| change_manifest(db, None), Found),
    (
        "a manifest has another content, in its file too and with its hash made anew",
        |db, root| change_manifest(db, Some(root)),
        Found,
    ),
    ("a manifest was made at another time", |db, _| sql(db, "UPDATE manifest SET created_at = '2020-01-01T00:00:00Z'"), Found),
    ("a manifest has another name", |db, _| sql(db, "UPDATE manifest SET file_name = '000009.json' WHERE sequence = 2"), Found),
    ("a manifest has another size", |db, _| sql(db, "UPDATE manifest SET bytes = bytes + 1"), Found),
    ("a manifest was not released", |db, _| sql(db, "UPDATE manifest SET state = 'prepared' WHERE sequence = 1"), RowOnly),
    (
        "the last manifest is removed with its file",
        |db, root| {
            fs::remove_file(root.join("exports/000002.json")).unwrap();
            sql(db, "UPDATE record SET manifest = NULL WHERE manifest = 2; DELETE FROM manifest WHERE sequence = 2");
        },
        Found,
    ),
    (
        "the file of a manifest is changed",
        |db, root| {
            db.execute_batch("PRAGMA user_version").unwrap_or_default();
            let path = root.join("exports/000001.json");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replace("dossier", "d0ssier")).unwrap();
        },
        Found,
    ),
    ("a manifest is put beside them", |_, root| fs::write(root.join("exports/000003.json"), "{}").unwrap(), Found),
];

const ACTS: &[Change] = &[
    ("the last act is removed", |db, _| sql(db, "DELETE FROM act WHERE number = (SELECT max(number) FROM act)"), Found),
    ("the end of the chain is cut off", |db, _| sql(db, "DELETE FROM act WHERE number > 2"), Found),
    ("an act in the middle is removed", |db, _| sql(db, "DELETE FROM act WHERE number = 3"), Found),
    ("the first act is removed", |db, _| sql(db, "DELETE FROM act WHERE number = 1"), Found),
    ("all acts are removed", |db, _| sql(db, "DELETE FROM act"), Found),
    ("an act is of somebody else", |db, _| sql(db, "UPDATE act SET content = replace(content, 'Văn thư', 'Van Thu')"), Found),
    ("an act has another digest", |db, _| sql(db, "UPDATE act SET digest = zeroblob(32) WHERE number = 2"), Found),
    (
        "the chain is made anew with another time",
        |db, _| {
            rechain(db, |number, act| {
                if number == 1 {
                    act["at"] = json!("2020-01-01T00:00:00Z");
                }
            })
        },
        Found,
    ),
    (
        "the chain is made anew without reasons",
        |db, _| {
            rechain(db, |_, act| {
                act["deed"]["files"].is_null().then(|| act["actor"]["account"] = json!("x"));
            })
        },
        Found,
    ),
    (
        "an act is put to the end",
        |db, _| sql(db, "INSERT INTO act SELECT number + 1, digest, content FROM act ORDER BY number DESC LIMIT 1"),
        Found,
    ),
    ("an act is not noted of a record", |db, _| sql(db, "DELETE FROM act_record WHERE act = 2"), Found),
    (
        "an act is noted of a record that it does not name",
        |db, _| sql(db, "INSERT INTO act_record SELECT zeroblob(32), min(number), NULL FROM act"),
        Found,
    ),
    ("a table is gone", |db, _| sql(db, "DROP TABLE sighting"), Found),
    ("an index is gone", |db, _| sql(db, "DROP INDEX page_digest"), Found),
    ("a trigger lies in wait", |db, _| sql(db, "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM act; END"), Found),
    ("the catalog is of a version before", |db, _| db.pragma_update(None, "user_version", 3).unwrap(), Found),
    ("the catalog is of a version to come", |db, _| db.pragma_update(None, "user_version", 99).unwrap(), Found),
];

/// Changes what a manifest says; with `root` its file and all hashes are made anew.
fn change_manifest(db: &Connection, root: Option<&Path>) {
    let packed: Vec<u8> = db.query_row("SELECT content FROM manifest WHERE sequence = 2", [], |row| row.get(0)).unwrap();
    let mut json: Value = serde_json::from_slice(&unpack(&packed)).unwrap();
    json["records"][0]["documents"][0]["fields"]["dossier_code"]["value"] = json!("X");
    let content = serde_json::to_vec(&json).unwrap();
    db.execute("UPDATE manifest SET content = ?1 WHERE sequence = 2", [pack(&content)]).unwrap();
    let Some(root) = root else { return };
    let digest: [u8; 32] = sha2::Sha256::digest(&content).into();
    db.execute("UPDATE manifest SET sha256 = ?1, bytes = ?2 WHERE sequence = 2", params![digest, content.len() as i64]).unwrap();
    fs::write(root.join("exports/000002.json"), content).unwrap();
}

/// Plants each change, as it is and with the digests of rows made anew, and names those that pass.
pub(super) fn passing(changes: &[Change]) -> Vec<String> {
    let mut passed = Vec::new();
    for (name, plant, forged) in changes {
        for anew in [false, true] {
            let (_folder, root) = copy();
            let db = open(&root);
            plant(&db, &root);
            if anew {
                digest_rows(&db);
            }
            drop(db);
            let expected = !anew || *forged == Found;
            let found = findings(&root);
            if expected && found.as_ref().is_ok_and(Vec::is_empty) {
                passed.push(format!("{name}{}", if anew { " (with digests of rows anew)" } else { "" }));
            }
            for Finding { detail, .. } in found.into_iter().flatten() {
                assert!(!detail.to_string().is_empty(), "{name}");
            }
        }
    }
    passed
}

#[test]
fn no_change_to_records_passes() {
    assert_eq!(passing(RECORDS), [""; 0]);
}

#[test]
fn no_change_to_pages_and_scans_passes() {
    assert_eq!(passing(PAGES), [""; 0]);
}

#[test]
fn no_change_to_ledgers_and_batches_passes() {
    assert_eq!(passing(LEDGERS), [""; 0]);
}

#[test]
fn no_change_to_manifests_passes() {
    assert_eq!(passing(MANIFESTS), [""; 0]);
}

#[test]
fn no_change_to_acts_and_definitions_passes() {
    assert_eq!(passing(ACTS), [""; 0]);
}

/// The forger puts another PDF in the place of a sealed one and makes every digest anew that the
/// catalog has of it, the record's id too.
#[test]
fn a_forged_file_does_not_pass_however_many_digests_are_made_anew() {
    let (_folder, root) = copy();
    let db = open(&root);
    let forged = b"%PDF-1.7 forged".to_vec();
    let (id, sha256) = (blake3::hash(&forged), <[u8; 32]>::from(sha2::Sha256::digest(&forged)));
    let name = id.to_hex().to_string();
    let folder = root.join("blobs").join(&name[..2]).join(&name[2..4]);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(&name), &forged).unwrap();
    fs::set_permissions(folder.join(&name), fs::Permissions::from_mode(0o444)).unwrap();
    let mut old = String::new();
    change_record(&db, CODE_B, true, |record| {
        let file = document(record, "file");
        old = file["blake3"].as_str().unwrap().to_owned();
        file["blake3"] = json!(name);
        file["sha256"] = json!(sha256.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        file["bytes"] = json!(forged.len());
    });
    let old_bytes: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&old[at..at + 2], 16).unwrap()).collect();
    db.execute(
        "UPDATE blob SET id = ?2, sha256 = ?3, bytes = ?4 WHERE id = ?1",
        params![old_bytes, id.as_bytes(), sha256, forged.len() as i64],
    )
    .unwrap();
    fs::remove_file(root.join("blobs").join(&old[..2]).join(&old[2..4]).join(&old)).unwrap();
    digest_rows(&db);
    let record: String = db.query_row("SELECT content FROM record WHERE code = ?1", [CODE_B], |row| row.get(0)).unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    drop(db);
    assert_ne!(findings(&root).unwrap(), [], "acts and manifests tell of another record");
    // And the chain of acts too: what is left are the manifests.
    let db = open(&root);
    let manifest: Value = serde_json::from_slice(&fs::read(root.join("exports/000001.json")).unwrap()).unwrap();
    let was = manifest["records"].as_array().unwrap().iter().find(|record| record["dossier_code"] == CODE_B).unwrap();
    let (was, is) = (was["id"].as_str().unwrap(), record["id"].as_str().unwrap());
    rechain(&db, |_, act| *act = serde_json::from_str(&act.to_string().replace(was, is)).unwrap());
    drop(db);
    let found = findings(&root).unwrap();
    assert!(found.iter().any(|one| one.item.to_string() == "000001.json"), "{found:#?}");
}
