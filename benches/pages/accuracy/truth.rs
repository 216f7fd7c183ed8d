//! What really stands on a page, from the file `page.json` beside `page.jpg`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::text;

/// What stands on a page.
pub struct Truth {
    /// How good the scan is, such as `clean`, `office`, `bad`.
    pub level: String,
    /// Whether nothing is on it.
    pub blank: bool,
    /// Degrees clockwise by which the paper lay turned in the scanner.
    pub rotation: u16,
    /// Longest first, stamps last: the order in which they take their share of the text.
    pub lines: Vec<TruthLine>,
}

/// A line of the truth.
pub struct TruthLine {
    pub text: Vec<char>,
    pub kind: Kind,
}

/// What a line is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Print or typescript that no stamp touches.
    Print,
    /// Print under a seal or stamp.
    Sealed,
    /// Filled in by hand, or print over leaders.
    Form,
    /// A stamp's own text: may be read or not.
    Stamp,
}

impl Truth {
    /// Takes each line of `text` for print.
    pub fn of_text(text: &str) -> Self {
        let lines = text.split('\n').map(text::characters).filter(|line| !line.is_empty());
        let mut lines: Vec<_> = lines.map(|text| TruthLine { text, kind: Kind::Print }).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.text.len()));
        Self { level: String::new(), blank: lines.is_empty(), rotation: 0, lines }
    }

    /// The truth of a page, if a truth file lies beside it.
    pub fn beside(page: &Path) -> Option<Self> {
        let truth: Value = serde_json::from_slice(&fs::read(page.with_extension("json")).ok()?).ok()?;
        let lines = truth["lines"].as_array()?;
        let stamps: Vec<[f64; 4]> = lines.iter().filter(|line| line["kind"] == "stamp").filter_map(bounds).collect();
        let mut order: Vec<(&str, Kind)> = lines
            .iter()
            .map(|line| {
                let touched = bounds(line).is_some_and(|line| stamps.iter().any(|stamp| overlap(&line, stamp)));
                let kind = match line["kind"].as_str().unwrap_or_default() {
                    "stamp" => Kind::Stamp,
                    "print" | "mono" if touched => Kind::Sealed,
                    "print" | "mono" => Kind::Print,
                    _ => Kind::Form,
                };
                (line["text"].as_str().unwrap_or_default(), kind)
            })
            .collect();
        order.sort_by_key(|(text, kind)| (*kind == Kind::Stamp, std::cmp::Reverse(text.chars().count())));
        Some(Self {
            level: truth["level"].as_str().unwrap_or("pages").to_owned(),
            blank: truth["blank"].as_bool().unwrap_or(false),
            rotation: truth["rotation"].as_u64().unwrap_or(0) as u16,
            lines: order.into_iter().map(|(text, kind)| TruthLine { text: text::characters(text), kind }).collect(),
        })
    }
}

/// Left, top, right and bottom of a line's corners.
fn bounds(line: &Value) -> Option<[f64; 4]> {
    let corners = line["poly"].as_array()?;
    let axis = |index: usize| corners.iter().filter_map(move |corner| corner[index].as_f64());
    Some([
        axis(0).fold(f64::MAX, f64::min),
        axis(1).fold(f64::MAX, f64::min),
        axis(0).fold(f64::MIN, f64::max),
        axis(1).fold(f64::MIN, f64::max),
    ])
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[2].min(b[2]) > a[0].max(b[0]) && a[3].min(b[3]) > a[1].max(b[1])
}
