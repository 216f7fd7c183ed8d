//! `make bench-robust`: what the program makes of any folder of files, broken ones above all.
//!
//! Every file goes through the worker processes of a run, with their limits: it is opened, each of
//! its pages is read, and what was read is sealed and read back. A table tells how many files were
//! accepted and how many were refused under which code. It ends with failure if a worker crashed or
//! hung, for that is never the file's fault.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod stub;
mod table;
mod trial;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use nix::sys::resource::{UsageWho, getrusage};
use rayon::prelude::*;
use sohoa::pipeline::worker::{Folders, WORKER_VERB, WorkerPool};
use sohoa::reading::Engines;
use sohoa::settings::Layers;
use walkdir::WalkDir;

use trial::Trial;

#[derive(Debug, Parser)]
struct Arguments {
    /// Folder of files of any kind; the fixtures of intake if none is given.
    folder: Option<PathBuf>,
    /// What reads the pages: `sohoa`, `tesseract`, or `stub`, which answers at once.
    #[arg(long, default_value = "sohoa")]
    engine: String,
    /// File to write a line for each file to: outcome, seconds, pages, name and cause.
    #[arg(long)]
    list: Option<PathBuf>,
    /// Folder to keep the sealed files in, for other readers to judge.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// `cargo bench` adds this.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let engines = Engines::standard().with(stub::NAME, stub::start);
    // The pool starts this program again, as it would the real one.
    if std::env::args_os().nth(1).is_some_and(|verb| verb == OsStr::new(WORKER_VERB)) {
        return sohoa::cli::main(std::env::args_os(), engines);
    }
    let arguments = Arguments::parse();
    let fixtures = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/intake");
    let folder = arguments.folder.clone().unwrap_or_else(fixtures);
    let files = files_below(&folder);
    assert!(!files.is_empty(), "no files below {}", folder.display());

    let mut settings = Layers::default().environment(std::env::vars()).and_then(Layers::finish).expect("sensible settings");
    settings.recognise.engine.clone_from(&arguments.engine);
    let work = tempfile::tempdir().expect("a folder to work in");
    let sealed = arguments.keep.as_deref().unwrap_or_else(|| work.path());
    std::fs::create_dir_all(sealed).expect("room for sealed files");
    let absolute = |folder: &Path| folder.canonicalize().expect("a folder");
    let folders = Folders { readable: vec![absolute(&folder)], writable: vec![absolute(sealed)] };
    let pool = WorkerPool::new(settings, folders);
    let trials: Vec<Trial> = files
        .par_iter()
        .enumerate()
        .map(|(number, file)| trial::run(&pool, file, &sealed.join(format!("{number}.pdf"))))
        .collect();
    // Workers that are idle are waited for here; only then their memory is known.
    drop(pool);
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0, |usage| usage.max_rss()) / 1024;

    println!("{} files from {}, read by {}", files.len(), folder.display(), arguments.engine);
    table::print(&trials, &folder);
    println!("peak memory of a worker: {peak} MiB");
    if let Some(list) = &arguments.list {
        std::fs::write(list, table::list(&trials, &folder)).expect("room for the list");
    }
    if trials.iter().any(Trial::is_fault) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}
