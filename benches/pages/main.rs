//! `make bench`: what reading costs, how it scales and how right it is.
//!
//! Runs the released program over a folder of pages with one job and with two, in turn and several
//! times, then once more over the unchanged inbox, and prints a table. Machines are noisy: of the
//! rounds the one with the median ratio is shown. Accuracy is computed where truth files lie
//! beside the pages (`page.json` with `lines`). Nothing here asserts anything: figures are to be
//! read, tests are elsewhere.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod accuracy;
mod inbox;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use accuracy::Score;
use inbox::BenchInbox;

/// How often each number of jobs is tried.
const ROUNDS: usize = 3;

fn main() {
    // `cargo bench` adds `--bench`; what is left is the folder.
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let folder = folder.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/scans"), PathBuf::from);
    let work = tempfile::tempdir().expect("a folder to work in");
    let inbox = BenchInbox::copy(&folder, &work.path().join("inbox"));
    println!("{} files from {}", inbox.files.len(), folder.display());

    let mut rounds: Vec<(Value, Value)> = (0..ROUNDS)
        .map(|round| {
            let repository = |jobs: u32| work.path().join(format!("round-{round}-jobs-{jobs}"));
            (run(&repository(1), &inbox, 1), run(&repository(2), &inbox, 2))
        })
        .collect();
    rounds.sort_by(|a, b| efficiency(a).total_cmp(&efficiency(b)));
    let ratios: Vec<String> = rounds.iter().map(|round| format!("{:.2}", efficiency(round))).collect();
    let (one, two) = rounds.swap_remove(ROUNDS / 2);
    let repository = work.path().join("round-0-jobs-2");
    let again = run(&repository, &inbox, 2);
    print_costs(&one, &two, &again);
    println!("efficiency at 2 jobs in {ROUNDS} rounds: {} (1 would be twice as fast as 1 job)", ratios.join(", "));
    print_accuracy(&repository, &inbox);
}

/// Wall time with one job over twice the wall time with two.
fn efficiency((one, two): &(Value, Value)) -> f64 {
    let seconds = |report: &Value| report["cost"]["wall_seconds"].as_f64().unwrap_or(f64::NAN);
    seconds(one) / (2.0 * seconds(two))
}

/// Runs the program and returns its report.
fn run(repository: &Path, inbox: &BenchInbox, jobs: u32) -> Value {
    let output = sohoa(repository)
        .args(["run", "--json", "--quiet", "--jobs", &jobs.to_string(), "--inbox"])
        .arg(&inbox.folder)
        .env("SOHOA__INBOX__CODE_PATTERNS", format!("['{}']", inbox::CODE_PATTERN))
        .output()
        .expect("the program starts");
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a report")
}

fn sohoa(repository: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sohoa"));
    command.env("SOHOA_REPOSITORY", repository);
    command
}

fn print_costs(one: &Value, two: &Value, again: &Value) {
    let pages = one["cost"]["pages_read"].as_f64().unwrap_or(0.0).max(1.0);
    let number = |report: &Value, key: &str| report["cost"][key].as_f64().unwrap_or(0.0);
    println!("\nCPU seconds a page by stage, 1 job ({pages} pages read)");
    let mut staged = 0.0;
    for stage in ["open", "prepare", "recognise", "seal", "store", "index"] {
        let seconds = one["cost"]["stages"][stage].as_f64().unwrap_or(0.0) / 1e6 / pages;
        staged += seconds;
        println!("  {stage:<12}{seconds:>8.3}");
    }
    let all = number(one, "cpu_seconds") / pages;
    println!("  {:<12}{:>8.3}", "the rest", all - staged);
    println!("  {:<12}{all:>8.3}", "all");

    println!("\n{:<34}{:>10}{:>10}{:>14}", "", "1 job", "2 jobs", "2 jobs again");
    let row = |name: &str, value: &dyn Fn(&Value) -> String| {
        println!("{name:<34}{:>10}{:>10}{:>14}", value(one), value(two), value(again));
    };
    row("wall seconds", &|report| format!("{:.2}", number(report, "wall_seconds")));
    row("CPU seconds", &|report| format!("{:.2}", number(report, "cpu_seconds")));
    row("pages read by the engine", &|report| format!("{}", number(report, "pages_read")));
    row("pages sealed", &|report| report["ledger"]["sealed"].to_string());
    row("peak memory of the program, MiB", &|report| format!("{:.0}", number(report, "peak_memory_mib")));
    row("peak memory of a worker, MiB", &|report| format!("{:.0}", number(report, "peak_worker_memory_mib")));
    row("MB in", &|report| format!("{:.2}", number(report, "bytes_in") / 1e6));
    row("MB out", &|report| format!("{:.2}", number(report, "bytes_out") / 1e6));
    let bound = number(two, "peak_memory_mib") + 2.0 * number(two, "peak_worker_memory_mib");
    println!("memory at 2 jobs: at most {bound:.0} MiB (program and two workers at their peaks)");
}

fn print_accuracy(repository: &Path, inbox: &BenchInbox) {
    let mut levels: BTreeMap<String, Score> = BTreeMap::new();
    for (code, sources) in &inbox.dossiers {
        let output = sohoa(repository).args(["show", "--json", code]).output().expect("the program starts");
        // A dossier of blank pages only has no record.
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        for source in sources {
            let Some((level, truth)) = accuracy::truth_of(source) else { continue };
            let name = source.file_name().unwrap().to_string_lossy();
            let score = Score::of(&truth, &text_of(&shown, &name));
            levels.entry("all".into()).or_default().add(&score);
            levels.entry(level).or_default().add(&score);
        }
    }
    if levels.is_empty() {
        println!("\nNo truth files beside the pages: no accuracy.");
        return;
    }
    println!("\n{:<10}{:>7}{:>9}{:>9}{:>12}{:>12}", "level", "pages", "CER %", "WER %", "print CER %", "seal CER %");
    for (level, score) in &levels {
        println!(
            "{level:<10}{:>7}{:>9.2}{:>9.2}{:>12.2}{:>12.2}",
            score.pages,
            score.all.rate(),
            score.words.rate(),
            score.print.rate(),
            score.sealed.rate()
        );
    }
}

/// The text that was read on the pages of the file of this name.
fn text_of(shown: &Value, name: &str) -> String {
    let mut text = String::new();
    for record in shown["records"].as_array().into_iter().flatten() {
        let documents = record["documents"].as_array().into_iter().flatten();
        for (document, file) in documents.zip(record["files"].as_array().into_iter().flatten()) {
            if document["source"]["name"] == name {
                for page in file["pages"].as_array().into_iter().flatten() {
                    text.push_str(page["text"].as_str().unwrap_or_default());
                }
            }
        }
    }
    text
}
