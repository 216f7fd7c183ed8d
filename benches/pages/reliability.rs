//! Whether words are right as often as their confidence says.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Upper ends of the bins of confidence; the highest one takes 1 as well.
const BINS: [f64; 7] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0];

/// A word and whether it is what stands on the paper.
pub struct JudgedWord {
    pub confidence: f64,
    pub right: bool,
    pub text: String,
    pub level: String,
    pub page: String,
}

#[derive(Clone, Copy, Default)]
struct Bin {
    words: usize,
    right: usize,
    confidence: f64,
}

/// Prints the share of right words for each bin of confidence, the expected calibration error (the
/// mean distance between a bin's confidence and its share, weighted by words) and the Brier score
/// (the mean square of confidence less 1 or 0).
pub fn print(words: &[JudgedWord]) {
    let mut bins = [Bin::default(); BINS.len()];
    for word in words {
        let place = BINS.iter().position(|end| word.confidence < *end).unwrap_or(BINS.len() - 1);
        bins[place].words += 1;
        bins[place].right += usize::from(word.right);
        bins[place].confidence += word.confidence;
    }
    println!("\n{:<14}{:>8}{:>14}{:>12}", "confidence", "words", "mean conf. %", "right %");
    let mut start = 0.0;
    for (bin, end) in bins.iter().zip(BINS) {
        let share = |sum: f64| if bin.words == 0 { f64::NAN } else { 100.0 * sum / bin.words as f64 };
        let range = format!("{start:.2}–{end:.2}");
        println!("{range:<14}{:>8}{:>14.1}{:>12.1}", bin.words, share(bin.confidence), share(bin.right as f64));
        start = end;
    }
    let total = words.len().max(1) as f64;
    let error: f64 = bins.iter().map(|bin| (bin.confidence - bin.right as f64).abs()).sum::<f64>() / total;
    let brier: f64 = words.iter().map(|word| (word.confidence - f64::from(u8::from(word.right))).powi(2)).sum::<f64>() / total;
    println!("{} words; expected calibration error {error:.3}, Brier score {brier:.3}", words.len());
}

/// Writes one row a word, to fit a calibration on.
pub fn write(words: &[JudgedWord], path: &Path) {
    let mut table = String::from("confidence,right,text,level,page\n");
    for word in words {
        let quoted = word.text.replace('"', "\"\"");
        let (right, level, page) = (u8::from(word.right), &word.level, &word.page);
        writeln!(table, "{:.3},{right},\"{quoted}\",{level},{page}", word.confidence).expect("room for a line");
    }
    fs::write(path, table).expect("room for the table");
}
