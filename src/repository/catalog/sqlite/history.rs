//! Catalogs as programs of every version of the schema left them, for `tests/fixtures/repository/schemaN`
//! (README.md there): `SOHOA_UPDATE_FIXTURES=1 cargo test --lib -- history` writes those that are not there.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::migrate::{self, MIGRATIONS};
use super::{acts, differences, digests, pending};
use crate::model::act::Warrant;

/// Kept as programs of those days wrote them.
const WRITTEN: [(u32, &str); 2] = [(3, "v0.1.0"), (8, "schema8")];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/repository")
}

fn version_of(db: &Connection) -> u32 {
    db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// A catalog of version `version` at `to`, from one that a program wrote: where that is older, by the steps that the
/// program of the version took when it opened it; where it is newer, by the rows that the version knew, in its tables.
fn make(version: u32, written: &Path, to: &Path) {
    let steps = &MIGRATIONS[..version as usize];
    let mut db;
    if version_of(&Connection::open(written).unwrap()) > version {
        db = Connection::open(to).unwrap();
        digests::register(&db).unwrap();
        migrate::run(&mut db, steps, |_, _| Ok(())).unwrap();
        db.execute("ATTACH ?1 AS newer", [written.to_str().unwrap()]).unwrap();
        copy_known(&db);
        db.execute("DETACH newer", []).unwrap();
    } else {
        fs::copy(written, to).unwrap();
        db = Connection::open(to).unwrap();
        digests::register(&db).unwrap();
        // What the act of taking over is noted in by the program of today, and was not by that of the version.
        if version < 12 {
            db.execute_batch("CREATE TEMP TABLE act_record (record, act, row_digest)").unwrap();
        }
        migrate::run(&mut db, steps, |tx, found| {
            acts::adopt(tx, found, &Warrant::default())?;
            // What waits has been a table since version 7.
            if version >= 7 {
                pending::fill(tx, found)?;
            }
            // Differences have been a table since version 14.
            if version >= 14 { differences::fill(tx, found) } else { Ok(()) }
        })
        .unwrap();
    }
    db.execute_batch("PRAGMA journal_mode = delete; VACUUM").unwrap();
    assert_eq!(version_of(&db), version);
}

/// Copies all that both databases know.
fn copy_known(db: &Connection) {
    let list = |sql: &str| -> Vec<String> {
        let mut query = db.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    db.pragma_update(None, "foreign_keys", false).unwrap();
    for table in list("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") {
        let columns = list(&format!("SELECT name FROM pragma_table_info('{table}', 'main')")).join(", ");
        db.execute(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}"), []).unwrap();
    }
}

#[test]
fn there_is_a_catalog_of_every_version() {
    let newest = u32::try_from(MIGRATIONS.len()).unwrap();
    let is_updating = std::env::var_os("SOHOA_UPDATE_FIXTURES").is_some();
    let folder = tempfile::tempdir().unwrap();
    for version in 1..=newest {
        if WRITTEN.iter().any(|(written, _)| *written == version) {
            continue;
        }
        // The one before the next that needs fewest steps.
        let (_, base) = WRITTEN.iter().rev().find(|(written, _)| *written <= version).unwrap_or(&WRITTEN[0]);
        let made = folder.path().join(format!("{version}.sqlite"));
        make(version, &fixtures().join(base).join("catalog.sqlite"), &made);
        let kept = fixtures().join(format!("schema{version}/catalog.sqlite"));
        if is_updating && !kept.exists() {
            fs::create_dir_all(kept.parent().unwrap()).unwrap();
            fs::copy(&made, &kept).unwrap();
        }
        assert!(kept.exists(), "no fixture of schema version {version}: SOHOA_UPDATE_FIXTURES=1 cargo test --lib -- history");
        let shape = |path: &Path| {
            let db = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
            let sql = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY name)";
            (version_of(&db), db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap())
        };
        assert!(shape(&kept) == shape(&made), "the fixture of version {version} has other tables than its migrations make");
    }
}
