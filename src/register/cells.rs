//! The cells of a row by what they stand for, read into values of the register.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::Value;
use time::{OffsetDateTime, UtcOffset};

use super::moment::{Edge, parse};
use crate::model::codes::ProcedureCode;
use crate::model::failure::cause::{Names, RegisterFault};
use crate::model::register::{Identity, IdentityKind};
use crate::model::vietnamese::fold_words;
use crate::stages::table::read::{ReadCell, ReadObject};

/// Characters of the longest text that the portal takes.
const MAX_TEXT: usize = 4000;
/// Whole numbers that a workbook holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CellFault {
    /// The title of its column.
    pub column: String,
    pub reason: RegisterFault,
}

/// For each thing that has one of a few values, the words of the register for what stands in a file.
pub(super) struct Values(BTreeMap<String, HashMap<String, String>>);

impl Values {
    pub(crate) fn of(values: &BTreeMap<String, BTreeMap<String, Vec<String>>>) -> Self {
        let words = |words: &BTreeMap<String, Vec<String>>| {
            words.iter().flat_map(|(word, written)| written.iter().map(|text| (fold_words(text), word.clone()))).collect()
        };
        Self(values.iter().map(|(target, of)| (target.clone(), words(of))).collect())
    }

    fn word(&self, target: &str, text: &str) -> Option<&str> {
        let words = self.0.get(target)?;
        words.get(text).or_else(|| words.get(&fold_words(text))).map(String::as_str)
    }

    fn known(&self, target: &str) -> Names {
        let mut known: Vec<&String> = self.0.get(target).into_iter().flat_map(HashMap::keys).collect();
        known.sort();
        Names::of(known)
    }
}

/// The cells of a row.
pub(super) struct Cells<'r> {
    cells: Vec<(&'r str, &'r ReadCell)>,
    titles: &'r BTreeMap<&'r str, String>,
    values: &'r Values,
}

impl<'r> Cells<'r> {
    pub(crate) fn new(cells: Vec<(&'r str, &'r ReadCell)>, titles: &'r BTreeMap<&'r str, String>, values: &'r Values) -> Self {
        Self { cells, titles, values }
    }

    fn cell(&self, target: &str) -> &'r ReadCell {
        self.cells.iter().find(|(name, _)| *name == target).map_or(&ReadCell::Empty, |(_, cell)| *cell)
    }

    /// A fault of the cell that bears `target`.
    pub(crate) fn fault(&self, target: &str, reason: RegisterFault) -> CellFault {
        CellFault { column: self.titles.get(target).cloned().unwrap_or_else(|| target.to_owned()), reason }
    }

    /// The rows that stand within the row.
    pub(crate) fn rows(&self, target: &str) -> &'r [ReadObject] {
        match self.cell(target) {
            ReadCell::Rows(rows) => rows,
            _ => &[],
        }
    }

    /// A text in one line. A number with a fraction is none: zeros at the end of what was written are lost.
    pub(crate) fn text(&self, target: &str) -> Result<Option<String>, CellFault> {
        match self.cell(target) {
            ReadCell::Number(number) if number.fract() != 0.0 => Err(self.fault(target, RegisterFault::ZerosLost)),
            _ => self.plain(target),
        }
    }

    /// What stands in the cell, in one line.
    fn plain(&self, target: &str) -> Result<Option<String>, CellFault> {
        let text = match self.cell(target) {
            ReadCell::Empty | ReadCell::Rows(_) => return Ok(None),
            ReadCell::Text(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            ReadCell::Number(number) if number.fract() == 0.0 && number.abs() < EXACT => format!("{number:.0}"),
            ReadCell::Number(number) if number.fract() != 0.0 && number.is_finite() => number.to_string(),
            ReadCell::Number(_) | ReadCell::Moment(_) | ReadCell::Wrong => {
                return Err(self.fault(target, RegisterFault::ValueWrong));
            }
        };
        if text.chars().count() > MAX_TEXT {
            return Err(self.fault(target, RegisterFault::TextTooLong { limit: MAX_TEXT as u64 }));
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// A value that must be there.
    pub(crate) fn required<T>(&self, target: &str, value: Option<T>) -> Result<T, CellFault> {
        value.ok_or_else(|| self.fault(target, RegisterFault::ColumnEmpty))
    }

    /// A code.
    pub(crate) fn code<T: FromStr>(&self, target: &str) -> Result<Option<T>, CellFault> {
        let text = self.text(target)?;
        let code = text.map(|text| text.parse().map_err(|_| self.fault(target, RegisterFault::NotACode)));
        code.transpose()
    }

    /// The code of a procedure. As a number it has six decimals, of which a table leaves out zeros at the end.
    pub(crate) fn procedure(&self, target: &str) -> Result<Option<ProcedureCode>, CellFault> {
        let ReadCell::Number(number) = self.cell(target) else { return self.code(target) };
        let written = format!("{number:.6}");
        let is_certain = number.fract() != 0.0 && (1.0..100.0).contains(number) && written.parse() == Ok(*number);
        let code = is_certain.then(|| written.parse().ok()).flatten();
        code.map(Some).ok_or_else(|| self.fault(target, RegisterFault::ZerosLost))
    }

    /// A text that may be a code of two digits, of which a number has lost the zero.
    pub(crate) fn digits(&self, target: &str) -> Result<Option<String>, CellFault> {
        match self.cell(target) {
            ReadCell::Number(number) if *number < 10.0 => Err(self.fault(target, RegisterFault::ZerosLost)),
            _ => self.text(target),
        }
    }

    /// A moment.
    pub(crate) fn moment(&self, target: &str, edge: Edge, offset: UtcOffset) -> Result<Option<OffsetDateTime>, CellFault> {
        if let ReadCell::Moment(moment) = self.cell(target) {
            return Ok(Some(edge.of(*moment).assume_offset(offset)));
        }
        let read = |text: String| parse(&text, offset, edge).ok_or_else(|| self.fault(target, RegisterFault::NotAMoment));
        self.plain(target)?.map(read).transpose()
    }

    /// A whole number; a Vietnamese table may part its thousands with dots or blanks.
    pub(crate) fn count(&self, target: &str) -> Result<Option<u64>, CellFault> {
        let read = |text: String| {
            let grouped = |sign: char| {
                let mut groups = text.split(sign);
                groups.next().is_some_and(|first| (1..=3).contains(&first.len())) && groups.all(|group| group.len() == 3)
            };
            let sign = ['.', ' ', ','].into_iter().find(|sign| text.contains(*sign));
            let digits = match sign {
                Some(sign) if grouped(sign) => text.replace(sign, ""),
                _ => text.clone(),
            };
            let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
            let number = is_number.then(|| digits.parse().ok()).flatten();
            number.ok_or_else(|| self.fault(target, RegisterFault::NotACount))
        };
        self.plain(target)?.map(read).transpose()
    }

    /// The same, of what there can only be few.
    pub(crate) fn small_count(&self, target: &str) -> Result<Option<u32>, CellFault> {
        let small = |count: u64| u32::try_from(count).map_err(|_| self.fault(target, RegisterFault::NotACount));
        self.count(target)?.map(small).transpose()
    }

    /// Yes or no.
    pub(crate) fn flag(&self, target: &str) -> Result<Option<bool>, CellFault> {
        let read = |text: String| match fold_words(&text).as_str() {
            "1" | "true" | "co" | "x" | "yes" => Ok(true),
            "0" | "false" | "khong" | "no" => Ok(false),
            _ => Err(self.fault(target, RegisterFault::NotOneOf { known: Names::of(["0", "1"]) })),
        };
        self.plain(target)?.map(read).transpose()
    }

    /// One of a few values: what the layout says of the text, or a word of the register itself.
    pub(crate) fn value<T: DeserializeOwned>(&self, target: &str) -> Result<Option<T>, CellFault> {
        let read = |text: String| {
            let word = self.values.word(target, &text).unwrap_or(&text).to_owned();
            let known = || RegisterFault::NotOneOf { known: self.values.known(target) };
            serde_json::from_value(Value::String(word)).map_err(|_| self.fault(target, known()))
        };
        self.plain(target)?.map(read).transpose()
    }

    /// The number of a person or an organisation.
    pub(crate) fn identity(&self, number: &str, kind: &str) -> Result<Option<Identity>, CellFault> {
        let told: Option<IdentityKind> = self.value(kind)?;
        let Some(mut text) = self.text(number)? else { return Ok(None) };
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let digits = match told {
            Some(IdentityKind::Citizen) => Some(12),
            Some(IdentityKind::OldCitizen) => Some(9),
            _ => None,
        };
        if let ReadCell::Number(_) = self.cell(number) {
            // Of known length, so that it is known how many zeros are lost.
            match digits {
                Some(digits) => text = format!("{text:0>digits$}"),
                None => return Err(self.fault(number, RegisterFault::ZerosLost)),
            }
        }
        match digits {
            Some(digits) if !is_digits || text.len() != digits => {
                Err(self.fault(number, RegisterFault::NotSoManyDigits { digits: digits as u64 }))
            }
            _ => {
                let kind = told.unwrap_or(match (is_digits, text.len()) {
                    (true, 12) => IdentityKind::Citizen,
                    (true, 9) => IdentityKind::OldCitizen,
                    _ => IdentityKind::Other,
                });
                Ok(Some(Identity { kind, number: text }))
            }
        }
    }
}
