//! Cover sheets and separators, from codes to a file that can be printed.

use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::sheet::Sheet;
use crate::settings::Settings;
use crate::stages::assemble::InboxRules;
use crate::stages::cover::{self, PatchPrint, SheetToPrint};
use crate::stages::intake::{Symbology, make_symbol};

/// What to print.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CoverOptions {
    /// Dossier codes as they were typed; a cover sheet for each.
    pub codes: Vec<String>,
    /// What lies under the cover sheets.
    pub kind: RecordKind,
    /// How many sheets of paper lie under each of them, if that was counted.
    pub sheets: Option<u32>,
    /// How many separators after them.
    pub separators: u32,
    /// Whether separators bear Patch T too.
    pub patch: PatchPrint,
}

/// Makes the PDF of the sheets.
///
/// # Errors
/// [`FailureCode::CodeInvalid`] for a code that `inbox.code_patterns` would not know again when
/// the sheet comes back from the scanner.
pub(crate) fn sheets(options: &CoverOptions, settings: &Settings) -> Result<Vec<u8>, Failure> {
    let rules = InboxRules::new(&settings.inbox)?;
    let mut printed = Vec::new();
    for typed in &options.codes {
        let code =
            rules.code(typed).ok_or_else(|| Failure::new(FailureCode::CodeInvalid).at(Place::Typed { text: typed.clone() }))?;
        printed.push(print(Sheet::Cover { code, kind: options.kind, sheets: options.sheets }, PatchPrint::None)?);
    }
    for _ in 0..options.separators {
        printed.push(print(Sheet::Separator, options.patch)?);
    }
    cover::draw(&printed).map_err(Failure::from)
}

fn print(sheet: Sheet, patch: PatchPrint) -> Result<SheetToPrint, Failure> {
    let payload = sheet.payload();
    let symbol = |symbology| {
        make_symbol(symbology, &payload)
            .ok_or_else(|| Failure::new(FailureCode::CodeInvalid).at(Place::Typed { text: payload.clone() }))
    };
    let (square, bars) = (symbol(Symbology::QrCode)?, symbol(Symbology::Code128)?);
    Ok(SheetToPrint { sheet, square, bars, patch })
}
