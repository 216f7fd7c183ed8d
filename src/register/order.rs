//! What somebody orders to be imported.

use std::path::PathBuf;

use crate::model::register::RegisterList;

/// What is imported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ImportOrder {
    /// The file.
    pub file: PathBuf,
    /// The list that its rows belong to, if somebody said so.
    pub list: Option<RegisterList>,
    /// The layout that it has, if somebody said so.
    pub layout: Option<String>,
    /// The sheet of a workbook; the first where none is told.
    pub sheet: Option<String>,
}
