//! `make bench`: what reading costs, how it scales and how right it is.
//!
//! Runs the released program over a folder of scans and prints tables. What needs the truth is
//! printed where truth files lie beside the pages (`page.json` with `lines`). Nothing here asserts
//! anything: figures are to be read, tests are elsewhere.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod ablation;
mod accuracy;
mod costs;
mod facts;
mod inbox;
mod inks;
mod noise;
mod peers;
mod program;
mod quality;
mod readers;
mod reliability;
mod upright;

use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};

use inbox::BenchInbox;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Table {
    /// CPU and wall time, memory and bytes of whole runs, one job against two.
    Costs,
    /// Errors, blank pages, confidence and facts against the truth.
    Quality,
    /// Whether pages are turned upright, against the truth.
    Upright,
    /// Pages without a letter.
    Noise,
    /// What each step of reading brings.
    Ablation,
    /// OCRmyPDF over the same PDFs.
    Peers,
    /// What other programs read in the sealed files.
    Readers,
}

#[derive(Debug, Parser)]
struct Arguments {
    /// Folder of scans; those of the repository if none is given.
    folder: Option<PathBuf>,
    /// What to measure.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "costs,quality,upright,noise")]
    table: Vec<Table>,
    /// Folder to write texts and judged words to.
    #[arg(long)]
    dump: Option<PathBuf>,
    /// Folder of texts of another reader (`page.txt` for `page.jpg`), to be judged instead.
    #[arg(long)]
    texts: Option<PathBuf>,
    /// The program to compare with.
    #[arg(long, default_value = "ocrmypdf")]
    ocrmypdf: PathBuf,
    /// A Python that has pypdfium2 and PyMuPDF.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// `cargo bench` adds this.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let asked = |table| arguments.table.contains(&table);
    let scans = || Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/scans");
    let folder = arguments.folder.clone().unwrap_or_else(scans);
    let work = tempfile::tempdir().expect("a folder to work in");
    let inbox = BenchInbox::copy(&folder, &work.path().join("inbox"));
    println!("{} files from {}", inbox.files.len(), folder.display());

    if let Some(texts) = &arguments.texts {
        return quality::report_texts(&inbox.files, &folder, texts);
    }
    let read = asked(Table::Costs).then(|| costs::measure(&inbox, work.path()));
    if asked(Table::Quality) {
        let repository = read.unwrap_or_else(|| {
            let repository = work.path().join("quality");
            program::run(&repository, &inbox, 2, &[]);
            repository
        });
        quality::report(&program::pages_read(&repository, &inbox.files, &[]), &folder, arguments.dump.as_deref());
        facts::report(&repository, &inbox.files);
    }
    if asked(Table::Upright) {
        upright::report(&inbox.files, &folder);
    }
    if asked(Table::Noise) {
        noise::report(work.path());
    }
    if asked(Table::Ablation) {
        ablation::report(&inbox, work.path());
    }
    if asked(Table::Peers) {
        peers::report(&inbox, &folder, &arguments.ocrmypdf, work.path());
    }
    if asked(Table::Readers) {
        readers::report(&inbox, &arguments.python, work.path());
    }
}
