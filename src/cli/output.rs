//! Printing: data to standard output, messages to standard error, in the language of the user.

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;
use time::OffsetDateTime;
use time::macros::format_description;

use super::args::Common;
use super::usage::Said;
use crate::model::failure::{Cause, Failure, FailureCode, Language, Place};
use crate::words;
pub(super) use crate::words::tell;

/// Where the verbs print.
#[derive(Debug, Clone)]
pub(super) struct Output {
    language: Language,
    json: bool,
    quiet: bool,
}

impl Output {
    /// Prints as the options ask.
    pub(super) fn new(common: &Common) -> Self {
        Self { language: common.lang.map_or_else(Language::default, Language::from), json: common.json, quiet: common.quiet }
    }

    /// Sets the language once the settings are known.
    pub(super) fn speak(&mut self, language: Language) {
        self.language = language;
    }

    /// The language of messages.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// Whether data are wanted as JSON.
    pub(super) fn json(&self) -> bool {
        self.json
    }

    /// Whether only failures are to be told.
    pub(super) fn quiet(&self) -> bool {
        self.quiet
    }

    /// Writes text to standard output.
    ///
    /// # Errors
    /// When it cannot be written. A reader that has seen enough (`| head`) is no error.
    pub(super) fn text(&self, text: &str) -> Result<(), Failure> {
        written(io::stdout().lock().write_all(text.as_bytes()))
    }

    /// Writes bytes to standard output.
    ///
    /// # Errors
    /// As for [`Self::text`].
    pub(super) fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        written(io::stdout().lock().write_all(bytes))
    }

    /// Writes `data` to standard output as indented JSON.
    ///
    /// # Errors
    /// As for [`Self::text`].
    pub(super) fn data(&self, data: &impl Serialize) -> Result<(), Failure> {
        self.json_text(serde_json::to_string_pretty(data))
    }

    /// The same with the keys in the order of their letters.
    ///
    /// # Errors
    /// As for [`Self::text`].
    pub(super) fn sorted_data(&self, data: &impl Serialize) -> Result<(), Failure> {
        self.json_text(serde_json::to_value(data).and_then(|data| serde_json::to_string_pretty(&data)))
    }

    /// Writes `data` to standard output as indented JSON that stands in a list, without a line end.
    ///
    /// # Errors
    /// As for [`Self::text`].
    pub(super) fn element(&self, data: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(data);
        let text = text.map_err(|error| Failure::new(FailureCode::StorageFailed).because(Cause::said(error)))?;
        self.text(&format!("  {}", escape_steering(&text.replace('\n', "\n  "))))
    }

    /// Writes `data` to standard output as JSON in one line, for readers that take one line after
    /// the other.
    ///
    /// # Errors
    /// As for [`Self::text`].
    pub(super) fn line(&self, data: &impl Serialize) -> Result<(), Failure> {
        self.json_text(serde_json::to_string(data))
    }

    fn json_text(&self, text: serde_json::Result<String>) -> Result<(), Failure> {
        let text = text.map_err(|error| Failure::new(FailureCode::StorageFailed).because(Cause::said(error)))?;
        self.text(&format!("{}\n", escape_steering(&text)))
    }

    /// Says something about the work, unless it is to be quiet.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Asks for something that is typed behind it.
    pub(super) fn ask(&self, text: &str) {
        let mut stderr = io::stderr();
        let _ = write!(stderr, "{text}").and_then(|()| stderr.flush());
    }

    /// Says what went wrong and what to do.
    pub(super) fn failure(&self, failure: &Failure) {
        let remedy = words::remedy(failure.code, self.language);
        let _ = writeln!(io::stderr(), "sohoa: {}\n       → {remedy}", one_line(&words::describe(failure, self.language)));
    }
}

fn written(outcome: io::Result<()>) -> Result<(), Failure> {
    match outcome {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(FailureCode::StorageFailed).at(Place::Output).because(error))
        }
        _ => Ok(()),
    }
}

/// Says something about the command line itself, before there is anything to print with.
pub(super) fn say(said: &Said) {
    // A reader that has gone away has seen enough.
    let _ =
        if said.is_wrong { io::stderr().write_all(said.text.as_bytes()) } else { io::stdout().write_all(said.text.as_bytes()) };
}

/// What a worker leaves on standard error for its parent before it ends.
pub(super) fn last_message(words: &impl Display) {
    let _ = writeln!(io::stderr(), "{words}");
}

/// A name or a message of others in one line, without characters that would steer a terminal or
/// turn the direction of what stands beside it.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a character steers a terminal or turns the direction of text.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes what steers a terminal as escapes of JSON. JSON itself escapes only what lies below
/// U+0020; the rest can stand nowhere but in its strings, where an escape means the same.
fn escape_steering(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if steers(c) && c != '\n' {
            text.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            text.push(c);
        }
    }
    text
}

/// Day and time as people write them.
pub(super) fn date_time(time: OffsetDateTime) -> String {
    time.format(format_description!("[day]/[month]/[year] [hour]:[minute]:[second]")).unwrap_or_default()
}

/// Millions of bytes, as disks are sold.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}

/// Lines up columns: each cell padded to the widest of its column, two spaces between.
pub(super) fn columns(rows: &[Vec<String>]) -> String {
    columns_from(rows, &mut Vec::new())
}

/// The same for a part of a table; `widths` are those of the parts before and grow with this one.
pub(super) fn columns_from(rows: &[Vec<String>], widths: &mut Vec<usize>) -> String {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| one_line(cell)).collect()).collect();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::from(" ");
        for (cell, width) in row.iter().zip(&*widths) {
            let padding = width.saturating_sub(cell.chars().count());
            line.push_str(&format!(" {cell}{} ", " ".repeat(padding)));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_steer_the_terminal() {
        assert_eq!(one_line("a\u{1b}[31mb\nc\u{202e}d\u{9b}ế"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}ế");
    }

    #[test]
    fn json_steers_no_terminal_and_says_the_same() {
        let value = serde_json::json!({ "path": "a\u{9b}31m\u{7f}\u{202e}\u{1b}\u{2028}ế" });
        let text = escape_steering(&serde_json::to_string_pretty(&value).unwrap());
        assert!(text.chars().all(|c| c == '\n' || !steers(c)), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn columns_line_up_by_characters_and_not_bytes() {
        let rows = [vec!["hồ sơ".to_owned(), "1".to_owned()], vec!["a".to_owned(), "2".to_owned()]];
        assert_eq!(columns(&rows), "  hồ sơ  1\n  a      2\n");
    }
}
