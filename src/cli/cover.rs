//! `sohoa cover`

use std::fs;

use super::args::Cover;
use super::exit::Exit;
use super::output::{Output, tell};
use crate::model::failure::{Failure, FailureCode};
use crate::pipeline::cover::{CoverOptions, sheets};
use crate::settings::Settings;
use crate::stages::cover::PatchPrint;

/// Writes the sheets and prints where they lie.
pub fn cover(arguments: &Cover, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let options = CoverOptions {
        codes: arguments.codes.clone(),
        kind: arguments.kind.into(),
        sheets: arguments.sheets,
        separators: arguments.separators,
        patch: if arguments.patch { PatchPrint::PatchT } else { PatchPrint::None },
    };
    let pdf = sheets(&options, settings)?;
    let path = &arguments.output;
    let unwritable = |error| Failure::new(FailureCode::FileUnwritable).at_file(path.display()).because(error);
    fs::write(path, pdf).map_err(unwritable)?;
    if output.json() {
        let covers = options.codes.len();
        output.data(&serde_json::json!({ "file": path, "covers": covers, "separators": options.separators }))?;
    } else {
        output.text(&format!("{}\n", path.display()))?;
        output.note(&tell!(
            output.language(),
            "In một mặt, khổ A4, không thu phóng (100%).",
            "Print on one side, A4, at actual size (100%)."
        ));
    }
    Ok(Exit::Success)
}
