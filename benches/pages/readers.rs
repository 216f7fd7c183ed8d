//! What other programs read in the sealed files, against what the program holds.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::accuracy::{Comparison, Errors, Reading, Truth};
use super::inbox::BenchInbox;
use super::program;

/// Reads every sealed file with poppler, PDFium and MuPDF and prints how much of the program's own
/// text each gives otherwise: line by line whatever the order of lines, because where two columns
/// stand side by side each reader has an order of its own.
pub fn report(inbox: &BenchInbox, python: &Path, work: &Path) {
    let repository = work.join("readers");
    program::run(&repository, inbox, 2, &[]);
    let mut all: BTreeMap<&str, (Errors, usize)> = BTreeMap::new();
    let (mut pages, mut worst) = (0, Vec::new());
    for record in sohoa(&repository, &["list"]).as_array().expect("a list") {
        let code = record["dossier_code"].as_str().expect("a code");
        let shown = sohoa(&repository, &["show", code]);
        for file in shown["records"].as_array().into_iter().flatten().filter_map(|record| record["files"].as_array()).flatten() {
            let own: Vec<&str> =
                file["pages"].as_array().into_iter().flatten().filter_map(|page| page["text"].as_str()).collect();
            pages += own.len();
            for (reader, texts) in read(Path::new(file["path"].as_str().expect("a path")), python) {
                let (errors, changed) = all.entry(reader).or_default();
                for (page, own) in own.iter().enumerate() {
                    let score =
                        Comparison::of(&Truth::of_text(own), &Reading::from_text(texts.get(page).map_or("", |text| text))).score;
                    errors.add(score.all);
                    *changed += usize::from(score.all.any());
                    if score.all.any() {
                        let name = file["name"].as_str().unwrap_or_default();
                        worst.push(format!("  {name}, page {}: {reader} {}", page + 1, score.all));
                    }
                }
            }
        }
    }
    println!("\n{:<10}{:>6}{:>9}{:>16}   (% of the program's own text; pages)", "reader", "pages", "CER", "with any error");
    for (reader, (errors, changed)) in all {
        println!("{reader:<10}{pages:>6}{errors:>9}{changed:>16}");
    }
    worst.iter().for_each(|page| println!("{page}"));
}

/// What the program answers in JSON.
fn sohoa(repository: &Path, arguments: &[&str]) -> Value {
    let arguments = if arguments == ["list"] { &["show"][..] } else { arguments };
    let mut command = Command::new(env!("CARGO_BIN_EXE_sohoa"));
    let output = command.env("SOHOA_REPOSITORY", repository).args(arguments).arg("--json").output().expect("the program starts");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The text of each page, by reader.
fn read(file: &Path, python: &Path) -> Vec<(&'static str, Vec<String>)> {
    let poppler = Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(file).arg("-").output().expect("pdftotext");
    let poppler = String::from_utf8_lossy(&poppler.stdout).split('\u{c}').map(str::to_owned).collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/pages/readers.py");
    let others = Command::new(python).arg(script).arg(file).output().expect("Python with pypdfium2 and PyMuPDF");
    let others: Value = serde_json::from_slice(&others.stdout).expect("texts: make bench-readers installs what is needed");
    let texts =
        |reader: &str| others[reader].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    vec![("poppler", poppler), ("PDFium", texts("pdfium")), ("MuPDF", texts("mupdf"))]
}
