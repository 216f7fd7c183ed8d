//! `make bench-queries`: what archivists type, asked of the truth of the bench's pages.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod judge;
mod make;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use sohoa::repository::{Mode, Repository};

#[derive(Debug, Parser)]
struct Arguments {
    /// Folder of the pages with their truth.
    #[arg(default_value = "benches/scans")]
    pages: PathBuf,
    /// Keep the repository here.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Show only what is to be mended.
    #[arg(long)]
    failing: bool,
    /// `cargo bench` adds this.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let temporary = tempfile::tempdir().expect("a folder to work in");
    let root = arguments.folder.clone().unwrap_or_else(|| temporary.path().join("repository"));
    let pages = make::make(&root, &arguments.pages);
    let repository = Repository::open(&root, Mode::Read).expect("the repository");
    let judged: Vec<_> = judge::queries().iter().map(|query| judge::judge(&repository, &pages, query)).collect();
    println!("| Query | Wanted | Found | Recall | Precision | nDCG@10 | |");
    println!("|---|---|---|---|---|---|---|");
    for one in judged.iter().filter(|one| !arguments.failing || !one.is_good()) {
        let typed = one.typed.replace('|', "\\|");
        let (wanted, found, recall, precision, ndcg, wrong) =
            (one.wanted, one.found, one.recall, one.precision, one.ndcg, &one.wrong);
        println!("| `{typed}` | {wanted} | {found} | {recall:.2} | {precision:.2} | {ndcg:.3} | {wrong} |");
    }
    let count = judged.len() as f64;
    let mean = |of: fn(&judge::Judged) -> f64| judged.iter().map(of).sum::<f64>() / count;
    let good = judged.iter().filter(|one| one.is_good()).count();
    println!(
        "\n{} pages, {} queries, {good} good; recall {:.3}, precision {:.3}, nDCG@10 {:.3}",
        pages.len(),
        judged.len(),
        mean(|one| one.recall),
        mean(|one| one.precision),
        mean(|one| one.ndcg),
    );
    if good == judged.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
