//! Printing cover sheets and separators for stacks.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::model::failure::{Failure, FailureCode};
pub(crate) use crate::pipeline::cover::{CoverOptions as CoverOrder, sheets};
use crate::settings::Settings;
pub(crate) use crate::stages::cover::PatchPrint;

/// Sheets that were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct WrittenSheets {
    /// How many cover sheets.
    pub covers: usize,
    /// The PDF with all of them.
    pub file: PathBuf,
    /// How many separators.
    pub separators: u32,
}

/// Writes the PDF of the sheets to `path`.
///
/// # Errors
/// As for [`sheets`], or [`FailureCode::FileUnwritable`].
pub(crate) fn write_sheets(settings: &Settings, order: &CoverOrder, path: &Path) -> Result<WrittenSheets, Failure> {
    let pdf = sheets(order, settings)?;
    fs::write(path, pdf).map_err(|error| Failure::new(FailureCode::FileUnwritable).at_file(path.display()).because(error))?;
    Ok(WrittenSheets { covers: order.codes.len(), file: path.to_owned(), separators: order.separators })
}
