//! How right what was read is: errors by level, blank pages, confidence.

use std::fs;
use std::path::{Path, PathBuf};

use super::accuracy::{Comparison, Reading, Score, Truth};
use super::program::ReadPage;
use super::reliability::{self, JudgedWord};

/// Scores by level, in the order in which levels were met.
#[derive(Default)]
pub struct Levels(Vec<(String, Score)>);

impl Levels {
    /// Adds a page's score to its level and to all.
    pub fn add(&mut self, level: &str, score: &Score) {
        for name in ["all", level] {
            match self.0.iter_mut().find(|(known, _)| known == name) {
                Some((_, sum)) => sum.add(score),
                None => self.0.push((name.to_owned(), score.clone())),
            }
        }
    }

    /// The score over all pages.
    pub fn all(&self) -> Score {
        self.0.first().map(|(_, score)| score.clone()).unwrap_or_default()
    }

    /// Prints a row for each level and one for all.
    pub fn print(&self) {
        let titles = ["CER", "WER", "extra", "print", "read", "form", "seal"].map(|title| format!("{title:>9}")).concat();
        println!("\n{:<10}{:>6}{titles}   (%)", "level", "pages");
        for (level, score) in self.0.iter().skip(1).chain(self.0.first()) {
            let rates = [score.all, score.words, score.extra, score.print, score.read, score.form, score.sealed];
            println!("{level:<10}{:>6}{}", score.pages, rates.map(|errors| format!("{errors:>9}")).concat());
        }
    }
}

/// Compares all pages with their truth, as far as they have one.
pub fn levels(pages: &[ReadPage]) -> Levels {
    let mut levels = Levels::default();
    for (_, truth, comparison) in compared(pages) {
        levels.add(&truth.level, &comparison.score);
    }
    levels
}

/// Prints how right the texts are that another reader left in `texts`, each page's under the name of
/// its file below `root`.
pub fn report_texts(files: &[PathBuf], root: &Path, texts: &Path) {
    let mut levels = Levels::default();
    for file in files {
        let Some(truth) = Truth::beside(file) else { continue };
        let path = texts.join(file.strip_prefix(root).unwrap_or(file)).with_extension("txt");
        let reading = Reading::from_text(&fs::read_to_string(path).unwrap_or_default());
        levels.add(&truth.level, &Comparison::of(&truth, &reading).score);
    }
    levels.print();
}

/// Prints all tables; with `dump` also writes what they are made of: `words.csv`, a row a word,
/// and the text of each page under the name of its file below `root`.
pub fn report(pages: &[ReadPage], root: &Path, dump: Option<&Path>) {
    if let Some(folder) = dump {
        pages.iter().for_each(|page| write_text(page, root, folder));
    }
    let levels = levels(pages);
    if levels.0.is_empty() {
        println!("\nNo truth files beside the pages: no accuracy.");
        return;
    }
    levels.print();
    print_blanks(pages);
    let words = judged_words(pages, root);
    reliability::print(&words);
    if let Some(folder) = dump {
        reliability::write(&words, &folder.join("words.csv"));
    }
}

/// Files of one page that have a truth, each with what came of it.
fn compared(pages: &[ReadPage]) -> impl Iterator<Item = (&ReadPage, Truth, Comparison)> {
    pages.iter().filter_map(|read| {
        let truth = Truth::beside(&read.source)?;
        let reading = read.page.as_ref().map(|page| Reading::from_lines(&page.lines)).unwrap_or_default();
        let comparison = Comparison::of(&truth, &reading);
        Some((read, truth, comparison))
    })
}

fn print_blanks(pages: &[ReadPage]) {
    let (mut blank, mut found, mut written, mut alarms) = (0, 0, 0, 0);
    for (read, truth, _) in compared(pages) {
        let said = usize::from(read.page.as_ref().is_some_and(|page| page.blank));
        if truth.blank {
            (blank, found) = (blank + 1, found + said);
        } else {
            (written, alarms) = (written + 1, alarms + said);
        }
    }
    println!("\nblank pages found: {found} of {blank}; written pages taken for blank: {alarms} of {written}");
}

fn judged_words(pages: &[ReadPage], root: &Path) -> Vec<JudgedWord> {
    let mut judged = Vec::new();
    for (read, truth, comparison) in compared(pages) {
        let words: Vec<_> = read.page.iter().flat_map(|page| &page.lines).flat_map(|line| &line.words).collect();
        judged.extend(comparison.words.iter().map(|(&word, &right)| JudgedWord {
            confidence: words[word].confidence.share(),
            right,
            text: words[word].text.clone(),
            level: truth.level.clone(),
            page: name_below(read, root),
        }));
    }
    judged
}

/// The name of a page's file below `root`, without its ending.
fn name_below(read: &ReadPage, root: &Path) -> String {
    read.source.strip_prefix(root).unwrap_or(&read.source).with_extension("").display().to_string()
}

fn write_text(read: &ReadPage, root: &Path, folder: &Path) {
    let path = folder.join(name_below(read, root)).with_extension("txt");
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("room for the text");
    let text = read.page.as_ref().map(|page| page.text()).unwrap_or_default();
    // A file of several pages becomes one text, as `pdftotext` writes it.
    let before = fs::read_to_string(&path).ok().filter(|_| read.ordinal > 0);
    fs::write(&path, before.map_or_else(|| text.clone(), |before| format!("{before}\u{c}{text}"))).expect("room for the text");
}
