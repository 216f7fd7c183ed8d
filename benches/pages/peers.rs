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
use sohoa::model::failure::Failure;
use sohoa::model::geometry::Turn;
use sohoa::model::ids::Sha256;
use sohoa::stages::intake::{IntakeLimits, OpenScan};
use sohoa::stages::seal::{DocumentMetadata, SealPage, SealSettings, seal};
use time::OffsetDateTime;

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
    /// By page.
    truths: Vec<Option<Truth>>,
}

/// What one program made of one PDF, or of several.
#[derive(Default)]
struct Outcome {
    cpu: f64,
    wall: f64,
    score: Score,
    bytes: u64,
}

impl Outcome {
    fn add(&mut self, other: &Self) {
        self.cpu += other.cpu;
        self.wall += other.wall;
        self.score.add(&other.score);
        self.bytes += other.bytes;
    }
}

/// Runs both programs over every PDF and prints a row for each and one for all that both finished.
pub fn report(inbox: &BenchInbox, root: &Path, ocrmypdf: &Path, work: &Path) {
    println!(
        "\n{:<22}{:>6} |{:>8}{:>8}{:>8}{:>8} |{:>8}{:>8}{:>8}{:>8} |{:>8}{:>8}",
        "", "pages", "Sohoa", "wall", "CER %", "MB", "OCRmy.", "wall", "CER %", "MB", "CPU", "wall"
    );
    let (mut all_pages, mut ours, mut theirs) = (0, Outcome::default(), Outcome::default());
    for (index, pair) in pairs(inbox, root, work).iter().enumerate() {
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
                print(&pair.name, pair.truths.len(), &our, &their);
                all_pages += pair.truths.len();
                ours.add(&our);
                theirs.add(&their);
            }
            (our, their) => {
                let said = |outcome: Result<Outcome, String>| outcome.err().unwrap_or_else(|| "done".into());
                println!("{:<28} | Sohoa: {} | OCRmyPDF: {}", pair.name, said(our), said(their));
            }
        }
    }
    print("all that both finished", all_pages, &ours, &theirs);
    println!("CPU and wall in seconds; on the right, how many times as much OCRmyPDF takes");
    println!("CPU seconds a page: Sohoa {:.2}, OCRmyPDF {:.2}", ours.cpu / all_pages as f64, theirs.cpu / all_pages as f64);
}

fn print(name: &str, pages: usize, ours: &Outcome, theirs: &Outcome) {
    let cells = |outcome: &Outcome| {
        let judged = outcome.score.pages > 0;
        let errors = if judged { format!("{:.2}", outcome.score.all.rate()) } else { "–".into() };
        format!("{:>8.2}{:>8.2}{errors:>8}{:>8.2}", outcome.cpu, outcome.wall, outcome.bytes as f64 / 1e6)
    };
    let ratios = format!("{:>8.2}{:>8.2}", theirs.cpu / ours.cpu, theirs.wall / ours.wall);
    println!("{name:<22}{pages:>6} |{} |{} |{ratios}", cells(ours), cells(theirs));
}

/// The PDFs to give to both.
fn pairs(inbox: &BenchInbox, root: &Path, work: &Path) -> Vec<Pair> {
    let name_of = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let mut pairs = Vec::new();
    let mut images: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in &inbox.files {
        if file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf")) {
            let pages = open(file).map_or(0, |scan| scan.summary().pages);
            pairs.push(Pair { name: name_of(file), pdf: file.clone(), truths: (0..pages).map(|_| None).collect() });
        } else {
            let folder = file.parent().expect("a file lies in a folder");
            images.entry(folder.to_owned()).or_default().push(file.clone());
        }
    }
    for (index, (folder, files)) in images.into_iter().enumerate() {
        let pdf = work.join(format!("images-{index}.pdf"));
        fs::write(&pdf, image_pdf(&files)).expect("room for a PDF");
        pairs.push(Pair { name: name_of(&folder), pdf, truths: files.iter().map(|file| Truth::beside(file)).collect() });
    }
    pairs
}

fn open(file: &Path) -> Option<OpenScan> {
    OpenScan::open(fs::read(file).expect("a file that is still there"), &IntakeLimits::default()).ok()
}

/// A PDF of the first page of each file and no text, images byte for byte.
fn image_pdf(files: &[PathBuf]) -> Vec<u8> {
    let pages = files.iter().map(|file| {
        let page = open(file).and_then(|scan| scan.encode(0).ok()).expect("a page");
        Ok::<_, Failure>(SealPage { image: page.image, geometry: page.geometry, turn: Turn::None, lines: Vec::new() })
    });
    let metadata = DocumentMetadata {
        title: String::new(),
        dossier_code: "BENCH-000001".parse().expect("a code"),
        file_name: "images.pdf".into(),
        scanned_at: OffsetDateTime::UNIX_EPOCH,
        // There is not one scan to name.
        source_sha256: Sha256::from_bytes([0; 32]),
        source_name: String::new(),
    };
    seal(pages, &metadata, &SealSettings::default()).map_err(|failure| failure.cause).expect("a PDF").bytes
}

fn run_sohoa(pair: &Pair, folder: &Path) -> Result<Outcome, String> {
    let source = folder.join("source");
    fs::create_dir_all(&source).and_then(|()| fs::copy(&pair.pdf, source.join("paper.pdf"))).expect("room for a copy");
    let inbox = BenchInbox::copy(&source, &folder.join("inbox"));
    let repository = folder.join("repository");
    let (report, cpu, wall) = measured(|| run(&repository, &inbox, JOBS, &[]));
    if report["ledger"]["refused"] != 0 || report["ledger"]["waiting"] != 0 {
        return Err(format!("not sealed whole: {}", report["ledger"]));
    }
    let texts = pages_read(&repository, &inbox.files).into_iter();
    let readings = texts.map(|read| read.page.map(|page| Reading::from_lines(&page.lines)).unwrap_or_default()).collect();
    let bytes = report["cost"]["bytes_out"].as_u64().unwrap_or(0);
    Ok(Outcome { cpu, wall, score: score(pair, readings), bytes })
}

fn run_ocrmypdf(pair: &Pair, folder: &Path, ocrmypdf: &Path) -> Result<Outcome, String> {
    let (output, sidecar) = (folder.join("ocrmypdf.pdf"), folder.join("ocrmypdf.txt"));
    let mut command = Command::new(ocrmypdf);
    // As people use it: how many threads Tesseract takes is left to it.
    command.env_remove("OMP_THREAD_LIMIT").args(OCRMYPDF_OPTIONS).arg("--sidecar").args([&sidecar, &pair.pdf, &output]);
    let (ended, cpu, wall) = measured(|| command.output().expect("OCRmyPDF starts"));
    if !ended.status.success() {
        let said = String::from_utf8_lossy(&ended.stderr);
        return Err(format!("{}: {}", ended.status, said.lines().last().unwrap_or_default()));
    }
    let text = fs::read_to_string(&sidecar).expect("the text that was asked for");
    let bytes = fs::metadata(&output).expect("the PDF that was asked for").len();
    Ok(Outcome { cpu, wall, score: score(pair, text.split('\u{c}').map(Reading::from_text).collect()), bytes })
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
