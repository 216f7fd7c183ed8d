//! What each step of reading brings: the same pages with one setting changed at a time.

use std::path::Path;

use super::costs::stage_seconds;
use super::inbox::BenchInbox;
use super::inks::with_navy_stamps;
use super::program::{Variable, pages_read, run};
use super::quality;

const STAMPS_STAY: Variable = ("SOHOA__PREPARE__STAMPS", "keep");

/// Each step and the setting without it. One line here adds a step to the table.
const STEPS: [(&str, Variable); 13] = [
    ("no upright test", ("SOHOA__PREPARE__UPRIGHT", "trust-file")),
    ("skew stays", ("SOHOA__PREPARE__SKEW", "keep")),
    ("dot leaders stay", ("SOHOA__PREPARE__DOT_LEADERS", "keep")),
    ("read at 150 dpi", ("SOHOA__PREPARE__TARGET_DPI", "150")),
    ("read at 300 dpi", ("SOHOA__PREPARE__TARGET_DPI", "300")),
    ("border stays", ("SOHOA__PREPARE__BORDER", "keep")),
    ("background stays", ("SOHOA__PREPARE__BACKGROUND", "keep")),
    ("contrast stays", ("SOHOA__PREPARE__CONTRAST", "keep")),
    ("grain stays", ("SOHOA__PREPARE__GRAIN", "keep")),
    ("grey stamps stay", STAMPS_STAY),
    ("lines by the engine", ("SOHOA__LAYOUT__LINE_FINDER", "engine")),
    ("no second reading", ("SOHOA__RECOGNISE__SECOND_READING", "0")),
    ("Tesseract alone", ("SOHOA__RECOGNISE__ENGINE", "tesseract")),
];

/// Reads all pages once as they are read by default and once for each step, and prints errors in
/// percent and CPU seconds a page.
pub fn report(inbox: &BenchInbox, work: &Path) {
    let titles = ["CER", "print", "form", "seal", "prepare", "recognise"].map(|title| format!("{title:>11}")).concat();
    println!("\n{:<22}{titles}", "");
    let default = ("as set", None);
    let steps = STEPS.iter().map(|(name, variable)| (*name, Some(*variable)));
    for (name, variable) in std::iter::once(default).chain(steps) {
        row(name, inbox, variable, work);
    }
    if let Some(navy) = with_navy_stamps(inbox, &work.join("navy"), &work.join("navy-inbox")) {
        println!("\n{} pages, their red stamps made navy", navy.files.len());
        for (name, variable) in [default, ("navy stamps stay", Some(STAMPS_STAY))] {
            row(name, &navy, variable, work);
        }
    }
}

/// Reads all pages with one setting changed, or none, and prints what came of it.
fn row(name: &str, inbox: &BenchInbox, variable: Option<Variable>, work: &Path) {
    let repository = work.join("ablation").join(inbox.folder.file_name().unwrap_or_default()).join(name);
    let changes: Vec<Variable> = variable.into_iter().collect();
    let report = run(&repository, inbox, 2, &changes);
    let score = quality::levels(&pages_read(&repository, &inbox.files, &changes)).all();
    let rates = [score.all, score.print, score.form, score.sealed].map(|errors| format!("{errors:>11}")).concat();
    let seconds = ["prepare", "recognise"].map(|stage| format!("{:>11.3}", stage_seconds(&report, stage))).concat();
    println!("{name:<22}{rates}{seconds}");
}
