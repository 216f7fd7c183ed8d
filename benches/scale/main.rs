//! `make bench-scale N=`: how cost and memory grow with the repository.
//!
//! Repositories of 1,000, 10,000 … up to N records are made without reading a page, and the program is
//! run over each: an export, a list, an inbox in which nothing has changed, a verification beside
//! plain hashing of the same files; and, where it is asked for (`make bench-console N=`), the console.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod console;
mod make;
#[path = "../robust/stub.rs"]
mod stub;
#[path = "../search/make.rs"]
mod written;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use sha2::Digest;
use sohoa::model::ids::RecipeId;
use sohoa::model::recipe::EngineIdentity;
use sohoa::pipeline::worker::{Folders, WORKER_VERB, WorkerPool};
use sohoa::reading::Engines;
use sohoa::reading::recipe_of;
use sohoa::settings::Layers;
use walkdir::WalkDir;

use make::{Size, make};

/// Says that the program itself is meant and not the bench.
const PROGRAM: &str = "SCALE_PROGRAM";

#[derive(Debug, Parser)]
struct Arguments {
    /// Records of the largest repository.
    #[arg(default_value_t = 10_000)]
    records: usize,
    /// Measure this size alone, and not how cost grows up to it.
    #[arg(long)]
    only: bool,
    /// Measure this part alone.
    #[arg(long)]
    part: Option<What>,
    /// Leave the repositories in the folder.
    #[arg(long)]
    keep: bool,
    /// Bytes of each file of the repository that is verified.
    #[arg(long, default_value_t = 75_000)]
    file_bytes: usize,
    /// Write pages full of words, as `make bench-search` does, and not a line.
    #[arg(long)]
    full: bool,
    /// Folder to work in; a temporary one if none is given.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// `cargo bench` adds this.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Export,
    Inbox,
    Verify,
    /// Only where it is asked for.
    Console,
}

/// What a program took.
struct Took {
    wall: f64,
    cpu: f64,
    /// Not a number where nothing was measured.
    peak_mib: f64,
    /// Of it what is of no file, as seen every few milliseconds.
    own_mib: f64,
    stdout: u64,
}

fn main() -> ExitCode {
    let engines = Engines::standard().with(stub::NAME, stub::start);
    let is_worker = std::env::args().nth(1).is_some_and(|verb| verb == WORKER_VERB);
    if is_worker || std::env::var_os(PROGRAM).is_some() {
        return sohoa::cli::main(std::env::args_os(), engines);
    }
    let arguments = Arguments::parse();
    let temporary = tempfile::tempdir().expect("a folder to work in");
    let folder = arguments.folder.clone().unwrap_or_else(|| temporary.path().to_owned());
    let mut sizes = vec![arguments.records];
    while !arguments.only && sizes[sizes.len() - 1] > 1_000 {
        sizes.push((sizes[sizes.len() - 1] / 10).max(1_000));
    }
    println!("| Records | What | Wall s | CPU s | Peak MiB (of no file) | Each |");
    println!("|---|---|---|---|---|---|");
    for records in sizes.into_iter().rev() {
        let parts = [(What::Export, "export"), (What::Inbox, "inbox"), (What::Verify, "verify"), (What::Console, "console")];
        for (what, name) in parts {
            if arguments.part.map_or(what == What::Console, |part| part != what) {
                continue;
            }
            let folder = folder.join(format!("{name}-{records}"));
            match what {
                What::Export => export(&folder, records),
                What::Inbox => inbox(&folder, records),
                What::Verify => verification(&folder, records, &arguments),
                What::Console => console::console(&folder, records),
            }
            if !arguments.keep {
                fs::remove_dir_all(folder).expect("its own folder");
            }
        }
    }
    ExitCode::SUCCESS
}

/// Makes a repository in `folder` and returns it with its inbox.
fn made(folder: &Path, size: &Size<'_>) -> (PathBuf, PathBuf) {
    let (root, inbox) = (folder.join("kho"), folder.join("inbox"));
    let (engine, recipe) = reader();
    make(&root, &inbox, size, &engine, recipe);
    (root, inbox)
}

/// The stub engine, and how it reads.
fn reader() -> (EngineIdentity, RecipeId) {
    let mut settings = Layers::default().finish().expect("the defaults");
    settings.recognise.engine = stub::NAME.into();
    let engine = WorkerPool::new(settings.clone(), Folders::default()).identify().expect("the stub engine");
    let recipe = recipe_of(&engine, &settings.reading()).id();
    (engine, recipe)
}

fn export(folder: &Path, records: usize) {
    let (root, _) = made(folder, &Size { records, pages: 2, file_bytes: 0, files: false, words: None, picture: None });
    let took = sohoa(&root, &["export"]);
    let manifests: Vec<u64> =
        fs::read_dir(root.join("exports")).expect("exports").map(|file| file.unwrap().metadata().unwrap().len()).collect();
    let told = format!("{} manifests, {:.1} MB", manifests.len(), manifests.iter().sum::<u64>() as f64 / 1e6);
    row(records, &format!("`export`: {told}"), &took, 1e6 * took.cpu / records as f64, "µs a record");
    let took = sohoa(&root, &["show"]);
    row(records, &format!("`show`: {:.1} MB", took.stdout as f64 / 1e6), &took, 1e6 * took.cpu / records as f64, "µs a record");
    let took = sohoa(&root, &["show", "--limit", "100", "--after", "H38.16-230000-0500"]);
    row(records, "`show --limit 100 --after …`", &took, 1e3 * took.cpu, "ms");
    // A fact of every record waits.
    let took = sohoa(&root, &["pending"]);
    row(records, "`pending`, the first 50", &took, 1e3 * took.cpu, "ms");
    let took = sohoa(&root, &["pending", "--day", "31/12/2099"]);
    row(records, "`pending --day …`, none", &took, 1e3 * took.cpu, "ms");
}

fn inbox(folder: &Path, files: usize) {
    let (root, inbox) = made(folder, &Size { records: files, pages: 1, file_bytes: 0, files: true, words: None, picture: None });
    let inbox = inbox.to_str().expect("a path");
    // The first run makes the index and a manifest.
    sohoa(&root, &["run", "--quiet", "--jobs", "1", "--inbox", inbox]);
    for jobs in ["1", "2"] {
        let took = sohoa(&root, &["run", "--quiet", "--jobs", jobs, "--inbox", inbox]);
        let what = format!("`run --jobs {jobs}`, unchanged inbox");
        row(files, &what, &took, 1e6 * took.cpu / files as f64, "µs a file");
    }
}

fn verification(folder: &Path, records: usize, arguments: &Arguments) {
    let words = arguments.full.then(written::Vocabulary::new);
    let size = Size { records, pages: 2, file_bytes: arguments.file_bytes, files: true, words: words.as_ref(), picture: None };
    let (root, inbox) = made(folder, &size);
    // With its index, its manifests and a ledger.
    sohoa(&root, &["run", "--quiet", "--jobs", "1", "--inbox", inbox.to_str().expect("a path")]);
    let blobs: Vec<PathBuf> = WalkDir::new(root.join("blobs"))
        .into_iter()
        .map(|entry| entry.expect("a blob"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.into_path())
        .collect();
    let (mut bytes, mut buffer) = (0, vec![0; 256 * 1024]);
    // Once to have them in memory.
    for _ in 0..2 {
        let started = (Instant::now(), own_cpu());
        bytes = blobs.iter().map(|path| hash(path, &mut buffer)).sum();
        let took = Took {
            wall: started.0.elapsed().as_secs_f64(),
            cpu: own_cpu() - started.1,
            peak_mib: f64::NAN,
            own_mib: f64::NAN,
            stdout: 0,
        };
        row(records, "hashing the files, one thread", &took, bytes as f64 / 1e6 / took.cpu, "MB a CPU second");
    }
    let took = sohoa(&root, &["verify", "--quiet"]);
    row(records, &format!("`verify`: {:.0} MB", bytes as f64 / 1e6), &took, bytes as f64 / 1e6 / took.cpu, "MB a CPU second");
}

/// SHA-256 and BLAKE3 of a file in one pass; its size.
fn hash(path: &Path, buffer: &mut [u8]) -> u64 {
    let (mut blake3, mut sha256) = (blake3::Hasher::new(), sha2::Sha256::new());
    let (mut file, mut bytes) = (File::open(path).expect("a blob"), 0);
    loop {
        let count = file.read(buffer).expect("a blob");
        if count == 0 {
            break;
        }
        blake3.update(&buffer[..count]);
        sha256.update(&buffer[..count]);
        bytes += count as u64;
    }
    std::hint::black_box((blake3.finalize(), sha256.finalize()));
    bytes
}

/// Runs the program over a repository.
fn sohoa(repository: &Path, arguments: &[&str]) -> Took {
    let started = (Instant::now(), children_cpu());
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(arguments)
        .env(PROGRAM, "1")
        .env("SOHOA_REPOSITORY", repository)
        .env("SOHOA__RECOGNISE__ENGINE", stub::NAME)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let mut stdout = child.stdout.take().expect("a pipe");
    let reader = thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()).unwrap_or_default());
    let status = format!("/proc/{}/status", child.id());
    let (mut peak_kib, mut own_kib) = (0, 0);
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("a child") {
            break ended;
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        let told = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0_u64)
        };
        (peak_kib, own_kib) = (peak_kib.max(told("VmHWM:")), own_kib.max(told("RssAnon:")));
        thread::sleep(Duration::from_millis(5));
    };
    assert!(ended.success(), "{arguments:?}: {ended}");
    let wall = started.0.elapsed().as_secs_f64();
    let stdout = reader.join().unwrap_or_default();
    let [peak_mib, own_mib] = [peak_kib, own_kib].map(|kib| kib as f64 / 1024.0);
    Took { wall, cpu: children_cpu() - started.1, peak_mib, own_mib, stdout }
}

fn cpu(who: UsageWho) -> f64 {
    let usage = getrusage(who).expect("usage");
    (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6
}

fn own_cpu() -> f64 {
    cpu(UsageWho::RUSAGE_SELF)
}

fn children_cpu() -> f64 {
    cpu(UsageWho::RUSAGE_CHILDREN)
}

fn row(records: usize, what: &str, took: &Took, each: f64, unit: &str) {
    let Took { wall, cpu, peak_mib, own_mib, .. } = took;
    let peak = if peak_mib.is_nan() { "–".to_owned() } else { format!("{peak_mib:.0} ({own_mib:.0})") };
    println!("| {records} | {what} | {wall:.2} | {cpu:.2} | {peak} | {each:.1} {unit} |");
}
