//! Which dossier a document belongs to.

use thiserror::Error;

use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::failure::cause::SplitFault;
use crate::model::failure::{Failure, FailureCode, Names};
use crate::model::field::FieldSource;
use crate::model::page::RecognisedPage;

use super::rules::{InboxRules, Placement};

/// Trust in a name that nothing contradicts. People name folders, and people slip.
const NAMED: f64 = 0.95;
/// Trust in a name when the page's own text shows only other codes: enough to keep the paper in
/// its folder, too little to take the code for certain.
const NAMED_BUT_DOUBTED: f64 = 0.6;

/// The dossier of a document, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The dossier's code.
    pub code: DossierCode,
    /// Barcode or file name; never text.
    pub source: FieldSource,
    /// How sure.
    pub confidence: Confidence,
}

/// Says why a document has no dossier.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AssignError {
    /// Neither barcode nor names hold a code.
    #[error("no code in barcode or names{}", suggestion.as_ref().map_or(String::new(), |code| format!("; the text on the first page may say {code}")))]
    Unknown {
        /// The only code that the engine read on the first page: a person has to confirm it.
        suggestion: Option<DossierCode>,
    },
    /// Barcodes and names hold different codes.
    #[error("different codes: {}", codes.iter().map(DossierCode::as_str).collect::<Vec<_>>().join(", "))]
    Conflict {
        /// All of them, the barcode of the first page first.
        codes: Vec<DossierCode>,
    },
    /// A page is a sheet that parts papers, and what it says cannot be made out. To overlook it
    /// would put the papers behind it into the dossier before it.
    #[error("page {page} is a cover sheet or separator that cannot be read, or its code is none of inbox.code_patterns")]
    UnknownSheet {
        /// The page, counted from 1.
        page: usize,
    },
    /// No paper lies behind a cover sheet: papers are missing, or sheets were printed on both
    /// sides.
    #[error("no paper follows the cover sheet of {code} (page {page})")]
    NothingFollows {
        /// The sheet's dossier.
        code: DossierCode,
        /// The sheet's page, counted from 1.
        page: usize,
    },
}

impl AssignError {
    /// The reason code of this error.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::Unknown { .. } => FailureCode::DossierUnknown,
            Self::Conflict { .. } => FailureCode::DossierConflict,
            Self::UnknownSheet { .. } | Self::NothingFollows { .. } => FailureCode::StackUnclear,
        }
    }
}

impl From<AssignError> for Failure {
    fn from(error: AssignError) -> Self {
        let fault = match &error {
            AssignError::Unknown { suggestion: None } => SplitFault::CodeNowhere,
            AssignError::Unknown { suggestion: Some(code) } => SplitFault::CodeInText { dossier: code.to_string() },
            AssignError::Conflict { codes } => SplitFault::CodesDiffer { codes: Names::of(codes) },
            AssignError::UnknownSheet { page } => SplitFault::UnknownSheet { page: *page as u64 },
            AssignError::NothingFollows { code, page } => {
                SplitFault::NothingFollows { dossier: code.to_string(), page: *page as u64 }
            }
        };
        Self::new(error.code()).because(fault)
    }
}

/// Finds the one dossier that all of `pages` belong to: the barcode of the first page, else
/// the name of the folder or file.
///
/// # Errors
/// Any two codes that differ, be they in barcodes of any page or in names, are a conflict. Text
/// alone never assigns; it only suggests.
pub(super) fn assign(placement: &Placement, pages: &[&RecognisedPage], rules: &InboxRules) -> Result<Assignment, AssignError> {
    let mut codes: Vec<DossierCode> = Vec::new();
    let mut see = |code: &DossierCode| {
        if !codes.contains(code) {
            codes.push(code.clone());
        }
    };
    let barcodes_of = |page: &&RecognisedPage| rules.codes_on(page);
    let on_first_page = pages.first().map(barcodes_of).unwrap_or_default();
    on_first_page.iter().for_each(&mut see);
    placement.folder_code.iter().chain(&placement.file_code).chain(&placement.other_codes).for_each(&mut see);
    let only_later = codes.is_empty();
    let mut see_late = |code: DossierCode| {
        if !codes.contains(&code) {
            codes.push(code);
        }
    };
    pages.iter().skip(1).flat_map(barcodes_of).for_each(&mut see_late);
    if codes.len() > 1 {
        return Err(AssignError::Conflict { codes });
    }
    match codes.pop() {
        // A code that appears only on a later page may belong to a paper that was quoted or
        // scanned along: a person decides.
        Some(code) if only_later => Err(AssignError::Unknown { suggestion: Some(code) }),
        Some(code) if on_first_page.contains(&code) => {
            Ok(Assignment { code, source: FieldSource::Barcode, confidence: Confidence::CERTAIN })
        }
        Some(code) => {
            let in_text = codes_in_text(pages, rules);
            let doubted = !in_text.is_empty() && !in_text.contains(&code);
            let confidence = Confidence::saturating(if doubted { NAMED_BUT_DOUBTED } else { NAMED });
            Ok(Assignment { code, source: FieldSource::FileName, confidence })
        }
        None => Err(AssignError::Unknown { suggestion: only(codes_in_text(pages, rules)) }),
    }
}

/// The codes in the text of the first page.
fn codes_in_text(pages: &[&RecognisedPage], rules: &InboxRules) -> Vec<DossierCode> {
    pages.first().map(|page| rules.codes_in(&page.text())).unwrap_or_default()
}

/// The element of a list that has no other.
pub(super) fn only<T>(mut list: Vec<T>) -> Option<T> {
    let last = list.pop();
    last.filter(|_| list.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::fields::testing::{page, page_with};
    use super::super::settings::InboxSettings;
    use super::*;

    const A: &str = "H38.16-230706-0012";
    const B: &str = "H38.17-230706-0001";

    fn assign_at(path: &str, pages: &[RecognisedPage]) -> Result<(String, FieldSource), AssignError> {
        let rules = InboxRules::new(&InboxSettings::default()).unwrap();
        let pages: Vec<&RecognisedPage> = pages.iter().collect();
        assign(&rules.place(path), &pages, &rules).map(|found| (found.code.into(), found.source))
    }

    fn conflict(codes: &[&str]) -> Result<(String, FieldSource), AssignError> {
        Err(AssignError::Conflict { codes: codes.iter().map(|code| code.parse().unwrap()).collect() })
    }

    #[test]
    fn the_barcode_comes_before_the_name() {
        assert_eq!(assign_at("a.pdf", &[page_with(&[A], &[])]), Ok((A.into(), FieldSource::Barcode)));
        assert_eq!(assign_at(&format!("{A}/a.pdf"), &[page_with(&[A], &[])]), Ok((A.into(), FieldSource::Barcode)));
        assert_eq!(assign_at(&format!("{A}/a.pdf"), &[page(&[])]), Ok((A.into(), FieldSource::FileName)));
        let card = "015072544472||Nguyễn A|26011995|Nữ|thôn B|";
        assert_eq!(assign_at(&format!("{A}.001.jpg"), &[page_with(&[card], &[])]), Ok((A.into(), FieldSource::FileName)));
    }

    #[test]
    fn any_two_codes_that_differ_are_a_conflict() {
        assert_eq!(assign_at(&format!("{B}/a.pdf"), &[page_with(&[A], &[])]), conflict(&[A, B]));
        assert_eq!(assign_at(&format!("{A}/{B}.pdf"), &[page(&[])]), conflict(&[A, B]));
        assert_eq!(assign_at("a.pdf", &[page_with(&[A, B], &[])]), conflict(&[A, B]));
        assert_eq!(assign_at("a.pdf", &[page_with(&[A], &[]), page_with(&[B], &[])]), conflict(&[A, B]));
        assert_eq!(assign_at(&format!("{A}/a.pdf"), &[page(&[]), page_with(&[B], &[])]), conflict(&[A, B]));
        let failure = Failure::from(assign_at(&format!("{A}/{B}.pdf"), &[]).unwrap_err());
        assert_eq!((failure.code, failure.to_string().contains(B)), (FailureCode::DossierConflict, true));
    }

    #[test]
    fn text_and_later_pages_only_suggest() {
        let text = format!("Mã hồ sơ: {A}");
        let suggestion = Some(A.parse().unwrap());
        assert_eq!(assign_at("a.pdf", &[page(&[&text])]), Err(AssignError::Unknown { suggestion: suggestion.clone() }));
        assert_eq!(assign_at("a.pdf", &[page(&[]), page_with(&[A], &[])]), Err(AssignError::Unknown { suggestion }));
        assert_eq!(assign_at("a.pdf", &[page(&[&text, B])]), Err(AssignError::Unknown { suggestion: None }));
        assert_eq!(assign_at("a.pdf", &[]), Err(AssignError::Unknown { suggestion: None }));
        let failure = Failure::from(assign_at("a.pdf", &[page(&[&text])]).unwrap_err());
        assert_eq!((failure.code, failure.to_string().contains(A)), (FailureCode::DossierUnknown, true));
    }

    #[test]
    fn a_name_that_the_paper_contradicts_is_doubted() {
        let rules = InboxRules::new(&InboxSettings::default()).unwrap();
        let placement = rules.place(&format!("{A}/a.pdf"));
        let (silent, other) = (page(&[]), page(&[B]));
        let sure = assign(&placement, &[&silent], &rules).unwrap();
        let doubted = assign(&placement, &[&other], &rules).unwrap();
        assert!(sure.confidence.share() >= 0.8 && doubted.confidence.share() < 0.8);
    }
}
