//! What became of all files, in rows.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::trial::Trial;

/// Files that ended alike.
#[derive(Default)]
struct Row<'t> {
    files: usize,
    pages: u64,
    slowest: Option<&'t Trial>,
}

impl<'t> Row<'t> {
    fn of(trials: impl Iterator<Item = &'t Trial>) -> Self {
        trials.fold(Self::default(), |mut row, trial| {
            row.files += 1;
            row.pages += u64::from(trial.pages);
            row.slowest = row.slowest.filter(|slowest| slowest.seconds >= trial.seconds).or(Some(trial));
            row
        })
    }

    fn print(&self, name: &str, folder: &Path) {
        let (seconds, file) = self.slowest.map_or((0.0, String::new()), |trial| (trial.seconds, short(trial, folder)));
        println!("{name:<22}{:>8}{:>8}{seconds:>10.2}  {file}", self.files, self.pages);
    }
}

/// Prints a row for each outcome and one for all, and names what is the program's own fault.
pub fn print(trials: &[Trial], folder: &Path) {
    println!("\n{:<22}{:>8}{:>8}{:>10}  slowest file", "", "files", "pages", "worst s");
    Row::of(trials.iter().filter(|trial| trial.failure.is_none())).print("accepted", folder);
    let mut refused: BTreeMap<&str, Vec<&Trial>> = BTreeMap::new();
    for trial in trials.iter().filter(|trial| !trial.is_crash() && !trial.is_hang()) {
        if let Some(code) = trial.code() {
            refused.entry(code.as_str()).or_default().push(trial);
        }
    }
    for (code, trials) in refused {
        Row::of(trials.into_iter()).print(code, folder);
    }
    Row::of(trials.iter().filter(|trial| trial.is_crash())).print("crashed", folder);
    Row::of(trials.iter().filter(|trial| trial.is_hang())).print("hung", folder);
    Row::of(trials.iter()).print("all", folder);
    for trial in trials.iter().filter(|trial| trial.is_fault()) {
        println!("{}: {}", short(trial, folder), trial.failure.as_ref().expect("a fault has a failure"));
    }
}

/// A line for each file, its cells parted by tabs.
pub fn list(trials: &[Trial], folder: &Path) -> String {
    let mut lines = String::new();
    for trial in trials {
        let outcome = trial.code().map_or("accepted", |code| code.as_str());
        let cause = trial.failure.as_ref().map_or_else(String::new, |failure| failure.to_string().replace(['\n', '\t'], " "));
        let name = short(trial, folder);
        writeln!(lines, "{outcome}\t{:.3}\t{}\t{name}\t{cause}", trial.seconds, trial.pages).expect("room for a line");
    }
    lines
}

fn short(trial: &Trial, folder: &Path) -> String {
    trial.file.strip_prefix(folder).unwrap_or(&trial.file).display().to_string()
}
