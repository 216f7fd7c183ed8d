//! Sheets that the program prints to part papers from one another in the scanner.

use super::codes::DossierCode;
use super::dossier::RecordKind;

/// What every sheet's barcodes begin with. The digit is the version of this form.
const PREFIX: &str = "SOHOA1:";
const DOSSIER: &str = "D:";
const RESULT: &str = "K:";
const SEPARATOR: &str = "S";

/// A printed sheet. It takes effect where it lies in a stack and is never kept as a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sheet {
    /// Begins the papers of a dossier (tờ bìa hồ sơ).
    Cover {
        /// The dossier.
        code: DossierCode,
        /// Whether papers handed in follow, or results.
        kind: RecordKind,
        /// How many sheets of paper follow, if somebody has counted them.
        sheets: Option<u32>,
    },
    /// Parts two documents of one dossier (tờ ngăn cách tài liệu).
    Separator,
}

/// Says that a text begins like a sheet's and is none that this version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownSheet;

impl Sheet {
    /// A line that stands on every sheet and on no paper, so that a sheet is known for one even
    /// where its barcodes are torn off or too faint.
    pub const FOOTER: &str = "Tờ in từ phần mềm Sohoa, không lưu vào hồ sơ";

    /// The text of the sheet's barcodes. Only characters that both QR codes (alphanumeric) and
    /// Code 128 hold cheaply.
    pub fn payload(&self) -> String {
        match self {
            Self::Cover { code, kind, sheets } => {
                let kind = match kind {
                    RecordKind::Dossier => DOSSIER,
                    RecordKind::Result => RESULT,
                };
                let sheets = sheets.map(|count| format!(":{count}")).unwrap_or_default();
                format!("{PREFIX}{kind}{}{sheets}", code.as_str())
            }
            Self::Separator => format!("{PREFIX}{SEPARATOR}"),
        }
    }

    /// Reads a barcode's text. `None` if it is no sheet's.
    ///
    /// # Errors
    /// Where the text begins like a sheet's and goes on otherwise: to overlook such a sheet would
    /// put the papers behind it into the dossier before it.
    pub fn parse(payload: &str) -> Option<Result<Self, UnknownSheet>> {
        let rest = payload.trim().strip_prefix(PREFIX)?;
        if rest == SEPARATOR {
            return Some(Ok(Self::Separator));
        }
        let kinds = [(DOSSIER, RecordKind::Dossier), (RESULT, RecordKind::Result)];
        let cover = kinds.into_iter().find_map(|(letter, kind)| {
            let rest = rest.strip_prefix(letter)?;
            let (code, sheets) = match rest.rsplit_once(':') {
                Some((code, count)) => (code, Some(count.parse().ok()?)),
                None => (rest, None),
            };
            Some(Self::Cover { code: code.parse().ok()?, kind, sheets })
        });
        Some(cover.ok_or(UnknownSheet))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_reads_back_what_it_says() {
        let code: DossierCode = "H38.16-230706-0012".parse().unwrap();
        let counted = |kind, sheets| Sheet::Cover { code: code.clone(), kind, sheets };
        let cover = |kind| counted(kind, None);
        for sheet in
            [cover(RecordKind::Dossier), cover(RecordKind::Result), counted(RecordKind::Dossier, Some(12)), Sheet::Separator]
        {
            assert_eq!(Sheet::parse(&sheet.payload()), Some(Ok(sheet)));
        }
        assert_eq!(cover(RecordKind::Result).payload(), "SOHOA1:K:H38.16-230706-0012");
        assert_eq!(counted(RecordKind::Dossier, Some(12)).payload(), "SOHOA1:D:H38.16-230706-0012:12");
    }

    #[test]
    fn other_texts_are_no_sheets_and_an_unreadable_one_is_not_overlooked() {
        for text in ["", "H38.16-230706-0012", "SOHOA", "https://x.vn/SOHOA1:S", "SOHOA2:S"] {
            assert_eq!(Sheet::parse(text), None, "{text}");
        }
        for text in [
            "SOHOA1:",
            "SOHOA1:D:",
            "SOHOA1:X:H38.16-230706-0012",
            "SOHOA1:S2",
            "SOHOA1:D:mã số",
            "SOHOA1:D:H38.16-230706-0012:x",
        ] {
            assert_eq!(Sheet::parse(text), Some(Err(UnknownSheet)), "{text}");
        }
    }
}
