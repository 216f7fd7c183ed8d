//! Whether as many sheets lie behind a cover sheet as it says.

use crate::model::codes::DossierCode;
use crate::model::page::RecognisedPage;
use crate::model::sheet::Sheet;

/// A cover sheet whose number of sheets does not fit what was scanned behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miscount {
    /// The dossier.
    pub code: DossierCode,
    /// Sheets that its cover sheet tells of.
    pub told: u32,
    /// Pages that were scanned behind it: as many where one side was scanned, twice as many where
    /// both were.
    pub found: u32,
}

/// Compares the cover sheets of a scan with the pages behind each, separators left out.
pub fn miscounts(pages: &[RecognisedPage]) -> Vec<Miscount> {
    let sheet_of = |page: &RecognisedPage| page.barcodes.iter().find_map(|barcode| Sheet::parse(&barcode.text)?.ok());
    let mut found = Vec::new();
    let mut rest = pages;
    while let [first, behind @ ..] = rest {
        rest = behind;
        let Some(Sheet::Cover { code, sheets: Some(told), .. }) = sheet_of(first) else { continue };
        let end = behind.iter().position(|page| matches!(sheet_of(page), Some(Sheet::Cover { .. }))).unwrap_or(behind.len());
        let own = behind.get(..end).unwrap_or_default();
        let papers: Vec<&RecognisedPage> = own.iter().filter(|page| sheet_of(page).is_none()).collect();
        let count = |papers: &[&RecognisedPage]| u32::try_from(papers.len()).unwrap_or(u32::MAX);
        // The back of the sheet itself, where both sides were scanned.
        let without_back = papers.split_first().filter(|(back, _)| back.blank).map(|(_, others)| count(others));
        let fits = |count: u32| count == told || count == told.saturating_mul(2);
        if !fits(count(&papers)) && !without_back.is_some_and(fits) {
            found.push(Miscount { code, told, found: count(&papers) });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::fields::testing::page_with;
    use super::*;

    fn found(pages: &[&str]) -> Vec<(u32, u32)> {
        let pages: Vec<RecognisedPage> = pages
            .iter()
            .map(|&text| match text {
                "" => RecognisedPage { blank: true, ..page_with(&[], &[]) },
                "paper" => page_with(&[], &["paper"]),
                sheet => page_with(&[sheet], &[]),
            })
            .collect();
        miscounts(&pages).into_iter().map(|miscount| (miscount.told, miscount.found)).collect()
    }

    const TWO: &str = "SOHOA1:D:H38.16-230706-0012:2";
    const THREE: &str = "SOHOA1:K:H38.16-230706-0013:3";

    #[test]
    fn as_many_pages_as_sheets_or_twice_as_many_fit() {
        for pages in [
            &[TWO, "paper", "paper"][..],
            &[TWO, "paper", "SOHOA1:S", "paper", THREE, "paper", "paper", "paper"],
            &[TWO, "", "paper", "", "paper", "paper"],
            &[TWO, "paper", "", "paper", "paper"],
            &["SOHOA1:D:H38.16-230706-0012", "paper"],
            &["paper"],
        ] {
            assert_eq!(found(pages), [], "{pages:?}");
        }
    }

    #[test]
    fn a_sheet_too_few_or_too_many_is_told() {
        assert_eq!(found(&[TWO, "paper", THREE, "paper", "paper", "paper", "paper"]), [(2, 1), (3, 4)]);
        assert_eq!(found(&[TWO]), [(2, 0)]);
    }
}
