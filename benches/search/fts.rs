//! SQLite FTS5 on the same pages: texts and labels without marks, since FTS5 takes none off the letter
//! đ. It stores no texts either.

use std::path::Path;
use std::time::Instant;

use rusqlite::Connection;
use sohoa::model::vietnamese::fold;
use sohoa::repository::index::label;

use super::make::{self, PAGES, Vocabulary};
use super::{HITS, ROUNDS, cpu, quantiles};

pub fn measure(vocabulary: &Vocabulary, folder: &Path, pages: usize, queries: &[(String, String)], row: &dyn Fn(&str, String)) {
    let path = folder.join("fts.sqlite");
    let is_there = path.exists();
    let db = Connection::open(&path).expect("room");
    if !is_there {
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
             CREATE VIRTUAL TABLE page USING fts5(label, text, content = '');",
        )
        .expect("FTS5");
        db.execute_batch("BEGIN").expect("a transaction");
        let mut add = db.prepare("INSERT INTO page (rowid, label, text) VALUES (?1, ?2, ?3)").expect("a statement");
        let mut took = 0.0;
        for number in 0..pages / PAGES {
            let (record, texts) = make::record(vocabulary, number);
            let before = cpu();
            for (place, page) in texts[0].iter().enumerate() {
                let label = label(&record, &record.documents[0], place as u64);
                let row = number * PAGES + place + 1;
                add.execute((row as i64, fold(&label), fold(&page.text))).expect("room");
            }
            took += cpu() - before;
        }
        drop(add);
        let before = cpu();
        db.execute_batch("COMMIT; INSERT INTO page (page) VALUES ('optimize'); PRAGMA wal_checkpoint(TRUNCATE)").expect("room");
        took += cpu() - before;
        row("FTS5: indexing", format!("{:.0} pages a CPU second", pages as f64 / took));
    }
    let bytes = std::fs::metadata(&path).expect("a file").len();
    row("FTS5: size", format!("{:.2} KB a page", bytes as f64 / 1e3 / pages as f64));
    let mut search = db.prepare("SELECT rowid FROM page WHERE page MATCH ?1 ORDER BY rank LIMIT ?2").expect("a statement");
    let mut all = Vec::new();
    for (_, query) in queries.iter().filter(|(_, query)| !query.is_empty()) {
        for round in 0..ROUNDS + 1 {
            let began = Instant::now();
            let found = search.query_map((query, HITS as i64), |row| row.get::<_, i64>(0)).expect("an answer");
            let rows: Vec<_> = found.collect::<Result<_, _>>().expect("rows");
            assert!(rows.len() <= HITS);
            if round > 0 {
                all.push(began.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    row("FTS5: the queries it can be asked, warm", quantiles(&mut all));
}
