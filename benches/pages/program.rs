//! The released program: runs it over an inbox and takes what it read out of its repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sohoa::model::ids::{BlobId, PageId};
use sohoa::model::page::RecognisedPage;
use sohoa::pipeline::step::Stepper;
use sohoa::reading::Engines;
use sohoa::reading::recipe_of;
use sohoa::repository::{Mode, Repository};
use sohoa::settings::{Layers, Settings};

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
pub fn run(repository: &Path, inbox: &BenchInbox, jobs: u32, changes: &[Variable]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_sohoa"))
        .env("SOHOA_REPOSITORY", repository)
        .env("SOHOA__INBOX__CODE_PATTERNS", format!("['{}']", inbox::CODE_PATTERN))
        .envs(changes.iter().copied())
        .args(["run", "--json", "--quiet", "--jobs", &jobs.to_string(), "--inbox"])
        .arg(&inbox.folder)
        .output()
        .expect("the program starts");
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a report")
}

/// The settings that a run with these variables goes by.
pub fn settings(changes: &[Variable]) -> Settings {
    let changes = changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Layers::default().environment(std::env::vars().chain(changes)).and_then(Layers::finish).expect("sensible settings")
}

/// All pages of `files` as a run with these settings left them in the repository, in order. Pages
/// that are in no record are among them: blank ones, and those that wait for a person.
pub fn pages_read(repository: &Path, files: &[PathBuf], changes: &[Variable]) -> Vec<ReadPage> {
    let catalog = Repository::open(repository, Mode::Read).expect("the program left a repository").catalog;
    let settings = settings(changes);
    let engine = Stepper::new(settings.clone(), Engines::standard()).identify().expect("an engine");
    let recipe = recipe_of(&engine, &settings.reading()).id();
    let mut pages = Vec::new();
    for source in files {
        let scan = BlobId::of(&std::fs::read(source).expect("a file that is still there"));
        let count = catalog.scan(scan).expect("a readable catalog").map_or(1, |summary| summary.pages);
        for ordinal in 0..count {
            let page = catalog.page(PageId { scan, ordinal }, recipe).expect("a readable page");
            pages.push(ReadPage { source: source.clone(), ordinal, page });
        }
    }
    pages
}
