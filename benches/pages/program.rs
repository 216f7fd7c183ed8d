//! The released program: runs it over an inbox and takes what it read out of its repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sohoa::model::ids::{BlobId, PageId};
use sohoa::model::page::RecognisedPage;
use sohoa::repository::Repository;

use super::inbox::{self, BenchInbox};

/// An environment variable of the program: a setting, for instance.
pub type Variable = (&'static str, &'static str);

/// A page of a source file as the program read it.
pub struct ReadPage {
    /// The file as it was named before it was copied.
    pub source: PathBuf,
    /// Which page of it, counted from 0.
    pub ordinal: u32,
    /// What was read; nothing if the page was refused.
    pub page: Option<RecognisedPage>,
}

/// Runs the program and returns its report.
pub fn run(repository: &Path, inbox: &BenchInbox, jobs: u32, settings: &[Variable]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_sohoa"))
        .env("SOHOA_REPOSITORY", repository)
        .env("SOHOA__INBOX__CODE_PATTERNS", format!("['{}']", inbox::CODE_PATTERN))
        .envs(settings.iter().copied())
        .args(["run", "--json", "--quiet", "--jobs", &jobs.to_string(), "--inbox"])
        .arg(&inbox.folder)
        .output()
        .expect("the program starts");
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a report")
}

/// All pages of `files` as the repository has them, in order. Blank pages are among them, though
/// they are in no record.
pub fn pages_read(repository: &Path, files: &[PathBuf]) -> Vec<ReadPage> {
    let catalog = Repository::open(repository).expect("the program left a repository").catalog;
    let records = catalog.current_records().expect("readable records");
    // All pages of a run are read by one recipe.
    let sealed = records.iter().find_map(|record| Some((record.id, record.documents.first()?.ordinal)));
    let recipe = sealed.and_then(|(record, ordinal)| catalog.document_recipe(record, ordinal).expect("a readable catalog"));
    let mut pages = Vec::new();
    for source in files {
        let scan = BlobId::of(&std::fs::read(source).expect("a file that is still there"));
        let count = catalog.scan(scan).expect("a readable catalog").map_or(1, |summary| summary.pages);
        for ordinal in 0..count {
            let page = recipe.and_then(|recipe| catalog.page(PageId { scan, ordinal }, recipe).expect("a readable page"));
            pages.push(ReadPage { source: source.clone(), ordinal, page });
        }
    }
    pages
}
