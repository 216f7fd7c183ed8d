//! What a forger needs: the digests of rows, ids of records, the chain of acts and manifests, all
//! made anew.

use std::io::{Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use serde_json::Value;
use sohoa::model::act::Act;
use sohoa::model::ids::PageDigest;
use sohoa::model::record::Record;

/// Opens the catalog with no rule in the way.
pub fn open(root: &Path) -> Connection {
    let db = Connection::open(root.join("catalog.sqlite")).unwrap();
    db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
    db.create_scalar_function("row_digest", -1, FunctionFlags::SQLITE_UTF8, |context| {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 catalog row");
        for place in 0..context.len() {
            let (kind, bytes): (u8, Vec<u8>) = match context.get_raw(place) {
                ValueRef::Null => (0, vec![]),
                ValueRef::Integer(value) => (1, value.to_le_bytes().to_vec()),
                ValueRef::Real(value) => (2, value.to_bits().to_le_bytes().to_vec()),
                ValueRef::Text(text) => (3, text.to_vec()),
                ValueRef::Blob(blob) => (4, blob.to_vec()),
            };
            hasher.update(&[kind]);
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(&bytes);
        }
        Ok(hasher.finalize().as_bytes().to_vec())
    })
    .unwrap();
    db
}

/// Makes the digests of all rows anew.
pub fn digest_rows(db: &Connection) {
    let names = |sql: &str| -> Vec<String> {
        db.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    for table in names(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('act', 'batch_owner') AND name NOT LIKE 'sqlite_%'",
    ) {
        let columns = names(&format!("SELECT name FROM pragma_table_info('{table}') WHERE name <> 'row_digest'")).join(", ");
        db.execute_batch(&format!("UPDATE {table} SET row_digest = row_digest('{table}', {columns})")).unwrap();
    }
}

pub fn pack(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    DeflateDecoder::new(packed).read_to_end(&mut content).unwrap();
    content
}

/// Changes the JSON of the newest record of a dossier; with `id` the id is made anew wherever the
/// catalog has it.
pub fn change_record(db: &Connection, code: &str, with_id: bool, change: impl FnOnce(&mut Value)) {
    let find = "SELECT content FROM record WHERE code = ?1 ORDER BY version DESC LIMIT 1";
    let content: String = db.query_row(find, [code], |row| row.get(0)).unwrap();
    let mut json: Value = serde_json::from_str(&content).unwrap();
    let old: Record = serde_json::from_value(json.clone()).unwrap();
    change(&mut json);
    assert_ne!(json, serde_json::from_str::<Value>(&content).unwrap(), "nothing was changed");
    let mut new: Record = serde_json::from_value(json).unwrap();
    if with_id {
        new.id = new.made_id();
    }
    let text = serde_json::to_string(&new).unwrap();
    let (before, after) = (old.id.as_bytes(), new.id.as_bytes());
    db.execute("UPDATE record SET content = ?3, id = ?2 WHERE id = ?1", params![before, after, text]).unwrap();
    db.execute("UPDATE document SET record = ?2 WHERE record = ?1", params![before, after]).unwrap();
    for (was, document) in old.documents.iter().zip(&new.documents) {
        db.execute(
            "UPDATE document SET source = ?3, file = ?4, ordinal = ?5 WHERE record = ?1 AND ordinal = ?2",
            params![after, was.ordinal, document.source.blake3.as_bytes(), document.file.blake3.as_bytes(), document.ordinal],
        )
        .unwrap();
    }
}

/// Changes what was read on a page; with `digest` that of the page is made anew.
pub fn change_page(db: &Connection, which: &str, with_digest: bool) {
    let mut query = db.prepare(&format!("SELECT rowid, content FROM page WHERE {which}")).unwrap();
    let pages: Vec<(i64, Vec<u8>)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(!pages.is_empty());
    for (rowid, packed) in pages {
        let content = String::from_utf8(unpack(&packed)).unwrap().replace("quyết", "quyền");
        let digest = PageDigest::of(content.as_bytes());
        db.execute("UPDATE page SET content = ?2 WHERE rowid = ?1", params![rowid, pack(content.as_bytes())]).unwrap();
        if with_digest {
            db.execute("UPDATE page SET digest = ?2 WHERE rowid = ?1", params![rowid, digest.as_bytes()]).unwrap();
        }
    }
}

/// Changes the text of an act and chains it and all after it anew.
pub fn rechain(db: &Connection, change: impl Fn(i64, &mut Value)) {
    let mut query = db.prepare("SELECT number, content FROM act ORDER BY number").unwrap();
    let acts: Vec<(i64, String)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
    db.execute("DELETE FROM act", []).unwrap();
    let mut previous = Value::Null;
    for (number, content) in acts {
        let mut json: Value = serde_json::from_str(&content).unwrap();
        change(number, &mut json);
        json["previous"] = previous;
        let act: Act = serde_json::from_value(json).unwrap();
        let content = act.canonical_json().unwrap();
        let digest = Act::digest(&content);
        previous = digest.to_string().into();
        db.execute("INSERT INTO act VALUES (?1, ?2, ?3)", params![number, digest.as_bytes(), content]).unwrap();
    }
}
