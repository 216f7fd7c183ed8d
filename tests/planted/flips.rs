//! Single bits of the files of catalog and index, turned over.

use std::fs;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use sohoa::model::query::parse;
use sohoa::repository::{Answer, Budget, Counting, Index, Query, SortBy};

use super::{copy, findings, original};

const FLIPS: usize = 60;
/// Of so many in files of the index only some change an answer.
const INDEX_FLIPS: usize = 600;

/// Everything that can be read from a catalog, or that it cannot be.
fn readable(path: &Path) -> Result<Vec<Vec<Value>>, rusqlite::Error> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut all = vec![vec![Value::Integer(db.pragma_query_value(None, "user_version", |row| row.get(0))?)]];
    let mut query = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let tables: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for table in tables {
        let mut rows = db.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = rows.column_count();
        let rows = rows.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
        all.extend(rows.collect::<Result<Vec<Vec<Value>>, _>>()?);
    }
    Ok(all)
}

/// Numbers that look like chance and are the same in every run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Turns bits over until as many have changed something that can be read; each has to be found.
#[test]
fn no_flipped_bit_that_changes_what_can_be_read_passes() {
    let catalog = fs::read(original().join("catalog.sqlite")).unwrap();
    let sound = readable(&original().join("catalog.sqlite")).unwrap();
    let mut numbers = Numbers(11);
    let (mut changed, mut tries, mut passed) = (0, 0, Vec::new());
    while changed < FLIPS {
        tries += 1;
        assert!(tries < 20 * FLIPS, "{changed} of {tries} flips changed anything");
        let (_folder, root) = copy();
        let path = root.join("catalog.sqlite");
        let place = numbers.next() as usize % catalog.len();
        let bit = numbers.next() % 8;
        let mut flipped = catalog.clone();
        flipped[place] ^= 1 << bit;
        fs::write(&path, flipped).unwrap();
        // Looked at in another copy: reading may leave something behind.
        let looked_at = root.join("looked-at.sqlite");
        fs::copy(&path, &looked_at).unwrap();
        let same = readable(&looked_at).is_ok_and(|read| read == sound);
        fs::remove_file(looked_at).unwrap();
        if same {
            continue;
        }
        changed += 1;
        if findings(&root).is_ok_and(|found| found.is_empty()) {
            passed.push((place, bit));
        }
    }
    assert!(passed.is_empty(), "{passed:?} of {tries} flips");
}

/// The header and the first pages hold what all else hangs on.
#[test]
fn no_flipped_bit_of_the_header_ends_in_a_panic_or_passes() {
    let catalog = fs::read(original().join("catalog.sqlite")).unwrap();
    let sound = readable(&original().join("catalog.sqlite")).unwrap();
    let mut passed = Vec::new();
    for place in (0..108).step_by(2) {
        let (_folder, root) = copy();
        let path = root.join("catalog.sqlite");
        let mut flipped = catalog.clone();
        flipped[place] ^= 1 << (place / 2 % 8);
        fs::write(&path, flipped).unwrap();
        let looked_at = root.join("looked-at.sqlite");
        fs::copy(&path, &looked_at).unwrap();
        let same = readable(&looked_at).is_ok_and(|read| read == sound);
        fs::remove_file(looked_at).unwrap();
        if !same && findings(&root).is_ok_and(|found| found.is_empty()) {
            passed.push(place);
        }
    }
    assert!(passed.is_empty(), "{passed:?}");
}

/// What the index answers to queries of every kind, or that it does not.
fn answers(folder: &Path) -> Result<Vec<Answer>, String> {
    let index = Index::open(folder).map_err(|error| error.to_string())?;
    let queries = [
        "quyết định",
        "quyet dinh",
        "\"quyết định\"",
        "quyế*",
        "quyetdinh",
        "trang KHÔNG trong",
        "số HOẶC mã",
        "\"quyết số\"~3",
        "so:15",
        "loai:\"quyết định\"",
        "trang:2",
        "confidence:>0.5",
        "cho:xacnhan",
        "ngay:2000..2030",
        "mahoso:0012",
        "tieude:quyết",
        "quyeet ddinhj",
    ];
    let answer = |text: &str, sort| {
        let query = Query { counting: Counting::Facets, sort, ..Query::new(parse(text).unwrap(), 20) };
        index.search(&query, &Budget::UNLIMITED).map_err(|error| error.to_string())
    };
    let by_date = ["quyet", "trang"].map(|text| answer(text, SortBy::Date));
    let by_code = ["quyet", "trang"].map(|text| answer(text, SortBy::Code));
    queries.map(|text| answer(text, SortBy::Relevance)).into_iter().chain(by_date).chain(by_code).collect()
}

/// Each file has its share of the flips, however small it is.
#[test]
fn no_flipped_bit_of_the_index_that_changes_an_answer_passes() {
    let index = original().join("index");
    let sound = answers(&index).unwrap();
    assert!(sound.iter().filter(|answer| !answer.hits.is_empty()).count() > 10, "{sound:#?}");
    let mut files: Vec<_> = fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    let mut numbers = Numbers(5);
    let (mut changed, mut passed) = (0, Vec::new());
    let (_folder, root) = copy();
    for flip in 0..INDEX_FLIPS {
        let path = root.join("index").join(&files[flip % files.len()]);
        let content = fs::read(&path).unwrap();
        if content.is_empty() {
            continue;
        }
        let mut flipped = content.clone();
        let (place, bit) = (numbers.next() as usize % content.len(), numbers.next() % 8);
        flipped[place] ^= 1 << bit;
        fs::write(&path, flipped).unwrap();
        if answers(&root.join("index")) != Ok(sound.clone()) {
            changed += 1;
            if findings(&root).is_ok_and(|found| found.is_empty()) {
                passed.push((path.clone(), place, bit));
            }
        }
        fs::write(&path, content).unwrap();
    }
    assert!(passed.is_empty(), "{} of {changed}: {passed:?}", passed.len());
    assert!(changed >= FLIPS, "{changed} of {INDEX_FLIPS} flips changed an answer");
}
