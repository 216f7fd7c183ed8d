//! `make bench-search N="…"`: how fast repositories of so many pages are searched, and what their
//! indexes cost, beside SQLite FTS5 on the same pages.
//!
//! The index is fed directly: what is measured is the index alone, without a catalog.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod fts;
mod make;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Parser;
use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use nix::time::{ClockId, clock_gettime};
use sohoa::model::query::parse;
use sohoa::repository::{Budget, Index, Query};

use make::{PAGES, Vocabulary};

/// What people look for; `{rare}` and `{number}` are words that stand on few pages. After the bar, the
/// same for FTS5, where it can be said.
const QUERIES: [(&str, &str); 20] = [
    ("đất", "dat"),
    ("quyet dinh", "quyet dinh"),
    ("quyết định", "quyet dinh"),
    ("\"quyền sử dụng đất\"", "\"quyen su dung dat\""),
    ("\"giay chung nhan\"", "\"giay chung nhan\""),
    ("ủy ban nhân dân xã", "uy ban nhan dan xa"),
    ("{rare}", "{rare}"),
    ("{rare} đất", "{rare} dat"),
    ("đất HOẶC nhà", "dat OR nha"),
    ("đất KHÔNG nhà", "dat NOT nha"),
    ("(đất HOẶC nhà) cấp -thủ", "(dat OR nha) AND cap NOT thu"),
    ("quyế*", "quye*"),
    ("ng*", "ng*"),
    ("\"cấp đất\"~3", "NEAR(cap dat, 3)"),
    ("ngay:2023-01..2023-06 quyết định", ""),
    ("loai:\"quyết định\" đất", ""),
    ("so:15 loai:\"quyết định\"", ""),
    ("chứng nhậnn đất", ""),
    ("{number}", "{number}"),
    ("tieude:\"giấy chứng nhận\" ngay:>=2024", ""),
];
const HITS: usize = 20;
const ROUNDS: usize = 15;

#[derive(Debug, Parser)]
struct Arguments {
    /// Pages of each repository.
    #[arg(default_values_t = [10_000, 140_000])]
    pages: Vec<usize>,
    /// Folder to work in; what is there already is measured again and not made.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Leave FTS5 out.
    #[arg(long)]
    alone: bool,
    /// Answer this query once, over the index in the folder, and say how long it took.
    #[arg(long, requires = "folder", hide = true)]
    once: Option<String>,
    /// `cargo bench` adds this.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    if let (Some(query), Some(folder)) = (&arguments.once, &arguments.folder) {
        let began = Instant::now();
        let index = Index::open(folder).expect("an index");
        answer(&index, query);
        println!("{}", began.elapsed().as_secs_f64() * 1e3);
        return;
    }
    let temporary = tempfile::tempdir().expect("a folder to work in");
    let folder = arguments.folder.clone().unwrap_or_else(|| temporary.path().to_owned());
    let vocabulary = Vocabulary::new();
    println!("| Pages | What | Value |\n|---|---|---|");
    for pages in arguments.pages {
        measure(&vocabulary, &folder.join(format!("{pages}")), pages, arguments.alone);
    }
}

fn measure(vocabulary: &Vocabulary, folder: &Path, pages: usize, alone: bool) {
    let place = folder.join("index");
    let row = |what: &str, value: String| println!("| {pages} | {what} | {value} |");
    if !place.exists() {
        let (mut making, before) = (Duration::ZERO, cpu());
        let records = (0..pages / PAGES).map(|number| {
            let began = thread_cpu();
            let record = make::record(vocabulary, number);
            making += thread_cpu() - began;
            record
        });
        Index::create_or_open(&place).expect("room").fill(records).expect("room");
        let took = cpu() - before - making.as_secs_f64();
        row("indexing", format!("{:.0} pages a CPU second", pages as f64 / took));
    }
    row("size of the index", format!("{:.2} KB a page", bytes_in(&place) as f64 / 1e3 / pages as f64));
    let index = Index::open(&place).expect("an index");
    let queries: Vec<(String, String)> = QUERIES.iter().map(|query| filled(vocabulary, query)).collect();
    let (mut all, mut all_cpu) = (Vec::new(), Vec::new());
    for (query, _) in &queries {
        for _ in 0..3 {
            answer(&index, query);
        }
        let (mut times, mut cpus): (Vec<f64>, Vec<f64>) = (0..ROUNDS)
            .map(|_| {
                let (began, before) = (Instant::now(), process_cpu());
                answer(&index, query);
                (began.elapsed().as_secs_f64() * 1e3, (process_cpu() - before).as_secs_f64() * 1e3)
            })
            .unzip();
        let hits = answer(&index, query);
        all.extend(times.iter().copied());
        all_cpu.extend(cpus.iter().copied());
        row(&format!("`{query}`, {hits} hits"), format!("{:.2} ms, CPU {:.2} ms", median(&mut times), median(&mut cpus)));
    }
    row("all, warm", quantiles(&mut all));
    row("all, warm, CPU", quantiles(&mut all_cpu));
    drop(index);
    let mut cold: Vec<f64> = queries.iter().map(|(query, _)| once(&place, query)).collect();
    row("all, cold: a new process, files out of memory, opening included", quantiles(&mut cold));
    if !alone {
        fts::measure(vocabulary, folder, pages, &queries, &row);
    }
}

fn answer(index: &Index, query: &str) -> usize {
    let query = Query::new(parse(query).expect("a query"), HITS);
    index.search(&query, &Budget::UNLIMITED).expect("an answer").hits.len()
}

/// A query over files that are not in memory.
fn once(place: &Path, query: &str) -> f64 {
    for entry in fs::read_dir(place).expect("an index") {
        let file = File::open(entry.expect("a file").path()).expect("a file");
        posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED).expect("advice");
    }
    let this = std::env::current_exe().expect("this program");
    let out = Command::new(this).arg("--folder").arg(place).arg("--once").arg(query).output().expect("a process");
    String::from_utf8(out.stdout).expect("a number").trim().parse().expect("a number")
}

fn filled(vocabulary: &Vocabulary, (ours, theirs): &(&str, &str)) -> (String, String) {
    let rare = vocabulary.words[60_000..].iter().find(|word| word.chars().all(char::is_alphabetic)).expect("a rare word");
    let number = vocabulary.words[60_000..].iter().find(|word| word.len() == 12 && word.starts_with("015")).expect("a number");
    let fill = |text: &str, rare: &str| text.replace("{rare}", rare).replace("{number}", number);
    (fill(ours, rare), fill(theirs, &sohoa::model::vietnamese::fold(rare)))
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn quantiles(times: &mut [f64]) -> String {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1];
    format!("p50 {:.1} ms, p95 {:.1} ms, worst {:.1} ms", at(0.5), at(0.95), at(1.0))
}

pub fn bytes_in(folder: &Path) -> u64 {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").metadata().expect("a file").len()).sum()
}

fn process_cpu() -> Duration {
    Duration::from_nanos(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("a clock").num_nanoseconds() as u64)
}

fn thread_cpu() -> Duration {
    Duration::from_nanos(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("a clock").num_nanoseconds() as u64)
}

pub fn cpu() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("usage");
    (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6
}
