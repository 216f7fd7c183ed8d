//! `sohoa cover`

use super::args::Cover;
use super::exit::Exit;
use super::output::{Output, tell};
use crate::commands::cover::{CoverOrder, PatchPrint, write_sheets};
use crate::model::failure::Failure;
use crate::settings::Settings;

/// Writes the sheets and prints where they lie.
pub(super) fn cover(arguments: &Cover, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let order = CoverOrder {
        codes: arguments.codes.clone(),
        kind: arguments.kind.into(),
        sheets: arguments.sheets,
        separators: arguments.separators,
        patch: if arguments.patch { PatchPrint::PatchT } else { PatchPrint::None },
    };
    let written = write_sheets(settings, &order, &arguments.output)?;
    if output.json() {
        output.data(&written)?;
    } else {
        output.text(&format!("{}\n", written.file.display()))?;
        output.note(&tell!(
            output.language(),
            "In một mặt, khổ A4, không thu phóng (100%).",
            "Print on one side, A4, at actual size (100%)."
        ));
    }
    Ok(Exit::Success)
}
