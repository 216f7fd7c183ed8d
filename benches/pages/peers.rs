//! The same PDFs through OCRmyPDF and through Sohoa, in turn: CPU and wall time, errors, bytes.
//!
//! PDFs in the folder are taken as they are. Images become one PDF for each folder, their bytes
//! passed through, and are judged where they have a truth.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use sohoa::stages::intake::{IntakeLimits, OpenScan};

use super::accuracy::{Comparison, Reading, Score, Truth};
use super::inbox::BenchInbox;
use super::program::{pages_read, run};

/// How both are used: two jobs, Vietnamese, upright and level, PDF/A.
const JOBS: u32 = 2;
const OCRMYPDF_OPTIONS: [&str; 8] = ["--jobs", "2", "-l", "vie", "--rotate-pages", "--deskew", "--output-type", "pdfa"];

/// A PDF that both are given.
struct Pair {
    name: String,
    pdf: PathBuf,
    pages: usize,
    bytes: u64,
    /// By page; empty where there are none.
    truths: Vec<Option<Truth>>,
}

impl Pair {
    fn new(name: String, pdf: PathBuf, truths: Vec<Option<Truth>>) -> Self {
        let bytes = fs::metadata(&pdf).expect("a file that is still there").len();
        Self { name, pages: pages_of(&pdf), bytes, pdf, truths }
    }
}

/// What one program made of one PDF, or of several.
#[derive(Default)]
struct Outcome {
    cpu: f64,
    wall: f64,
    score: Score,
    bytes: u64,
    /// Pages that the bytes leave out: blank ones, and those that wait for a person.
    unsealed: u64,
}

impl Outcome {
    fn add(&mut self, other: &Self) {
        self.cpu += other.cpu;
        self.wall += other.wall;
        self.score.add(&other.score);
        self.bytes += other.bytes;
        self.unsealed += other.unsealed;
    }
}

/// Runs both programs over every PDF and prints a row for each and one for all that both finished.
/// `img2pdf` is looked for beside `ocrmypdf`, which brings it along.
pub fn report(inbox: &BenchInbox, root: &Path, ocrmypdf: &Path, work: &Path) {
    let columns = "     CPU    wall   CER %      MB";
    println!("\n{:<22}{:>6}{:>8} |{:<32} |{:<32} | OCRmyPDF : Sohoa", "", "", "", " Sohoa", " OCRmyPDF");
    println!("{:<22}{:>6}{:>8} |{columns} |{columns} |     CPU    wall", "", "pages", "MB");
    let (mut pages, mut bytes, mut ours, mut theirs) = (0, 0, Outcome::default(), Outcome::default());
    for (index, pair) in pairs(inbox, root, &ocrmypdf.with_file_name("img2pdf"), work).iter().enumerate() {
        let folder = work.join(format!("pair-{index}"));
        fs::create_dir_all(&folder).expect("room for a pair");
        // In turn, so that neither always finds the files in memory.
        let (our, their) = if index % 2 == 0 {
            let our = run_sohoa(pair, &folder);
            (our, run_ocrmypdf(pair, &folder, ocrmypdf))
        } else {
            let their = run_ocrmypdf(pair, &folder, ocrmypdf);
            (run_sohoa(pair, &folder), their)
        };
        match (our, their) {
            (Ok(our), Ok(their)) => {
                print(&pair.name, pair.pages, pair.bytes, &our, &their);
                (pages, bytes) = (pages + pair.pages, bytes + pair.bytes);
                ours.add(&our);
                theirs.add(&their);
            }
            (our, their) => {
                let said = |outcome: Result<Outcome, String>| outcome.err().unwrap_or_else(|| "done".into());
                println!("{:<36} | Sohoa: {} | OCRmyPDF: {}", pair.name, said(our), said(their));
            }
        }
    }
    print("all that both finished", pages, bytes, &ours, &theirs);
    println!("{} pages are not in Sohoa's MB: blank, or waiting for a person", ours.unsealed);
    println!("CPU seconds a page: Sohoa {:.2}, OCRmyPDF {:.2}", ours.cpu / pages as f64, theirs.cpu / pages as f64);
}

fn print(name: &str, pages: usize, bytes: u64, ours: &Outcome, theirs: &Outcome) {
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let cells = |outcome: &Outcome| {
        let errors = outcome.score.all;
        format!("{:>8.2}{:>8.2}{errors:>8}{:>8.2}", outcome.cpu, outcome.wall, mb(outcome.bytes))
    };
    let ratios = format!("{:>8.2}{:>8.2}", theirs.cpu / ours.cpu, theirs.wall / ours.wall);
    println!("{name:<22}{pages:>6}{:>8.2} |{} |{} |{ratios}", mb(bytes), cells(ours), cells(theirs));
}

/// The PDFs to give to both.
fn pairs(inbox: &BenchInbox, root: &Path, img2pdf: &Path, work: &Path) -> Vec<Pair> {
    let name_of = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let mut pairs = Vec::new();
    let mut images: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in &inbox.files {
        if file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf")) {
            pairs.push(Pair::new(name_of(file), file.clone(), Vec::new()));
        } else {
            let folder = file.parent().expect("a file lies in a folder");
            images.entry(folder.to_owned()).or_default().push(file.clone());
        }
    }
    for (index, (folder, files)) in images.into_iter().enumerate() {
        let (name, pdf) = (name_of(&folder), work.join(format!("images-{index}.pdf")));
        // JPEG and Group 4 are passed through.
        let made = Command::new(img2pdf).args(&files).arg("--output").arg(&pdf).output().expect("img2pdf starts");
        if !made.status.success() {
            println!("{name}: img2pdf: {}", last_line(&made.stderr));
            continue;
        }
        // Truth files are of images of one page; where a file has more, pages and truths do not pair.
        let single = pages_of(&pdf) == files.len();
        let truths = if single { files.iter().map(|file| Truth::beside(file)).collect() } else { Vec::new() };
        pairs.push(Pair::new(name, pdf, truths));
    }
    pairs
}

fn pages_of(pdf: &Path) -> usize {
    let bytes = fs::read(pdf).expect("a file that is still there");
    OpenScan::open(bytes, &IntakeLimits::default()).map_or(0, |scan| scan.summary().pages as usize)
}

fn last_line(said: &[u8]) -> String {
    String::from_utf8_lossy(said).lines().last().unwrap_or_default().to_owned()
}

fn run_sohoa(pair: &Pair, folder: &Path) -> Result<Outcome, String> {
    let source = folder.join("source");
    fs::create_dir_all(&source).and_then(|()| fs::copy(&pair.pdf, source.join("paper.pdf"))).expect("room for a copy");
    let inbox = BenchInbox::copy(&source, &folder.join("inbox"));
    let repository = folder.join("repository");
    let (report, cpu, wall) = measured(|| run(&repository, &inbox, JOBS, &[]));
    let count = |fate: &str| report["ledger"][fate].as_u64().unwrap_or(0);
    if count("refused") > 0 {
        return Err(format!("{} pages refused", count("refused")));
    }
    let texts = pages_read(&repository, &inbox.files, &[]).into_iter();
    let readings = texts.map(|read| read.page.map(|page| Reading::from_lines(&page.lines)).unwrap_or_default()).collect();
    let bytes = report["cost"]["bytes_out"].as_u64().unwrap_or(0);
    Ok(Outcome { cpu, wall, score: score(pair, readings), bytes, unsealed: count("blank") + count("waiting") })
}

fn run_ocrmypdf(pair: &Pair, folder: &Path, ocrmypdf: &Path) -> Result<Outcome, String> {
    let (output, sidecar) = (folder.join("ocrmypdf.pdf"), folder.join("ocrmypdf.txt"));
    let mut command = Command::new(ocrmypdf);
    // As people use it: how many threads Tesseract takes is left to it.
    command.env_remove("OMP_THREAD_LIMIT").args(OCRMYPDF_OPTIONS).arg("--sidecar").args([&sidecar, &pair.pdf, &output]);
    let (ended, cpu, wall) = measured(|| command.output().expect("OCRmyPDF starts"));
    if !ended.status.success() {
        return Err(format!("{}: {}", ended.status, last_line(&ended.stderr)));
    }
    let text = fs::read_to_string(&sidecar).expect("the text that was asked for");
    let bytes = fs::metadata(&output).expect("the PDF that was asked for").len();
    Ok(Outcome { cpu, wall, score: score(pair, text.split('\u{c}').map(Reading::from_text).collect()), bytes, unsealed: 0 })
}

/// Does `work` and tells the CPU seconds, user and system, of all processes it started and waited
/// for, and the seconds that passed.
fn measured<T>(work: impl FnOnce() -> T) -> (T, f64, f64) {
    let spent = || {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("usage of processes");
        (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6
    };
    let (before, start) = (spent(), Instant::now());
    let outcome = work();
    (outcome, spent() - before, start.elapsed().as_secs_f64())
}

fn score(pair: &Pair, readings: Vec<Reading>) -> Score {
    let mut sum = Score::default();
    let mut readings = readings.into_iter();
    for truth in &pair.truths {
        let reading = readings.next().unwrap_or_default();
        if let Some(truth) = truth {
            sum.add(&Comparison::of(truth, &reading).score);
        }
    }
    sum
}
