//! `sohoa text` and `sohoa document rotate`

use std::path::Path;

use super::args::{CorrectedText, Target, Text};
use super::exit::Exit;
use super::output::{Output, columns, tell};
use super::progress;
use crate::commands::access;
use crate::commands::text::{LineCorrection, TextOrder, TurnOrder, correct, lines, turn};
use crate::model::failure::Failure;
use crate::model::geometry::Turn;
use crate::model::record::Record;
use crate::settings::Settings;
use crate::words::{self, percent};

/// Lists the lines of a page, or corrects one.
pub(super) fn text(arguments: &Text, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let CorrectedText { target, page, line, word, text } = match arguments {
        Text::Lines { document, page } => {
            let found = lines(&access::to_read(root)?, document, *page)?;
            if output.json() {
                output.data(&found)?;
                return Ok(Exit::Success);
            }
            let rows: Vec<Vec<String>> =
                found.iter().map(|one| vec![one.line.to_string(), percent(one.confidence), one.words.join(" ")]).collect();
            output.text(&columns(&rows))?;
            return Ok(Exit::Success);
        }
        Text::Correct(typed) => typed,
    };
    let correction = LineCorrection { page: *page, line: *line, word: *word, text: text.join(" ") };
    let order = TextOrder {
        document: target.document.clone(),
        kind: target.kind.map(Into::into),
        version: target.version,
        corrections: vec![correction],
    };
    let repository = access::to_write(root, &target.name.told())?;
    let shown = progress::display(output);
    let corrected = correct(&repository, settings, &order, shown.as_ref());
    drop(shown);
    told(&corrected?, output)
}

/// Turns pages of a document.
pub(super) fn rotate(
    target: &Target,
    pages: &[u32],
    by: Turn,
    root: &Path,
    settings: &Settings,
    output: &Output,
) -> Result<Exit, Failure> {
    let order = TurnOrder {
        document: target.document.clone(),
        kind: target.kind.map(Into::into),
        version: target.version,
        pages: pages.to_vec(),
        turn: by,
    };
    let repository = access::to_write(root, &target.name.told())?;
    let shown = progress::display(output);
    let turned = turn(&repository, settings, &order, shown.as_ref());
    drop(shown);
    told(&turned?, output)
}

fn told(record: &Record, output: &Output) -> Result<Exit, Failure> {
    if output.json() {
        output.data(record)?;
    } else if !output.quiet() {
        let (language, version) = (output.language(), record.version);
        let change = record.change.as_ref().map(|change| words::change(record, change, language)).unwrap_or_default();
        output.text(&tell!(language, "{change}; nay là phiên bản {version}\n", "{change}; now version {version}\n"))?;
    }
    Ok(Exit::Success)
}
