//! A scan taken apart as a person said: whatever its barcodes and names say.

use super::assign::{AssignError, Assignment};
use super::rules::{InboxRules, Placement};
use super::settings::{DocumentRule, StackSettings};
use super::split::{Part, Role, Split, role_of};
use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::dossier::RecordKind;
use crate::model::field::FieldSource;
use crate::model::page::RecognisedPage;
use crate::model::settlement::Settlement;

/// Splits `pages` as `settlement` says. Sheets that are known for such are left out all the same, and begin
/// documents where no pages were named that do.
///
/// # Errors
/// When it is not told whose the first paper is.
pub fn split_as_settled(
    settlement: &Settlement,
    placement: &Placement,
    pages: &[RecognisedPage],
    rules: &InboxRules,
    settings: &StackSettings,
) -> Result<Split, AssignError> {
    let kind = settlement.kind.unwrap_or(placement.kind);
    let mut code = settlement.code.clone().or_else(|| placement.named_code().cloned());
    let mut begins = true;
    let mut done = Split::default();
    let mut waiting_blank = Vec::new();
    for (place, page) in pages.iter().enumerate() {
        let start = settlement.starts.iter().find(|start| start.page as usize == place.saturating_add(1));
        if let Some(start) = start {
            begins = true;
            code = start.code.clone().or(code);
        }
        // What cannot be told from a sheet is a paper: a person has seen it.
        match role_of(place, page, kind, rules) {
            Ok(Role::Blank) => {
                done.blank.push(place);
                match done.parts.last_mut() {
                    Some(part) => part.blank_pages.push(place),
                    None => waiting_blank.push(place),
                }
            }
            Ok(Role::Cover { .. } | Role::Separator) => {
                done.separators.push(place);
                begins |= settlement.starts.is_empty() && settings.documents != DocumentRule::File;
            }
            Ok(Role::Paper { .. }) | Err(_) => match done.parts.last_mut().filter(|_| !begins) {
                Some(part) => part.pages.push(place),
                None => {
                    let code = code.clone().ok_or(AssignError::Unknown { suggestion: None })?;
                    done.parts.push(part_of(code, kind, place, std::mem::take(&mut waiting_blank)));
                    begins = false;
                }
            },
        }
    }
    Ok(done)
}

fn part_of(code: DossierCode, kind: RecordKind, place: usize, blank_pages: Vec<usize>) -> Part {
    let assignment = Assignment { code, source: FieldSource::Keyed, confidence: Confidence::CERTAIN };
    Part { assignment, kind, pages: vec![place], blank_pages }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Quad;
    use crate::model::page::Barcode;
    use crate::model::settlement::Start;
    use crate::stages::assemble::InboxSettings;

    const A: &str = "H38.16-230706-0012";
    const B: &str = "H38.16-230706-0013";

    fn page(barcode: Option<&str>) -> RecognisedPage {
        let barcodes = barcode.map(|text| Barcode { symbology: "QRCode".into(), text: text.into(), place: Quad::default() });
        RecognisedPage { barcodes: barcodes.into_iter().collect(), ..RecognisedPage::upright((10, 20), vec![]) }
    }

    fn blank() -> RecognisedPage {
        RecognisedPage { blank: true, ..page(None) }
    }

    fn code(text: &str) -> Option<DossierCode> {
        text.parse().ok()
    }

    fn split(settlement: &Settlement, pages: &[RecognisedPage]) -> Result<Split, AssignError> {
        let rules = InboxRules::new(&InboxSettings::default()).unwrap();
        split_as_settled(settlement, &rules.place("stack.pdf"), pages, &rules, &StackSettings::default())
    }

    fn told(split: &Split) -> Vec<(&str, Vec<usize>, Vec<usize>)> {
        split.parts.iter().map(|part| (part.assignment.code.as_str(), part.pages.clone(), part.blank_pages.clone())).collect()
    }

    #[test]
    fn what_a_person_says_wins_over_barcodes() {
        let pages = [page(Some(B)), page(None), blank()];
        let whole =
            split(&Settlement { code: code(A), kind: Some(RecordKind::Result), ..Settlement::default() }, &pages).unwrap();
        assert_eq!(told(&whole), [(A, vec![0, 1], vec![2])]);
        assert_eq!((whole.parts[0].kind, whole.parts[0].assignment.source), (RecordKind::Result, FieldSource::Keyed));
        assert_eq!(whole.blank, [2]);
    }

    #[test]
    fn a_stack_falls_apart_where_a_person_says() {
        let pages = [blank(), page(None), page(None), blank(), page(Some(A)), page(None)];
        let starts = vec![Start { page: 3, code: None }, Start { page: 5, code: code(B) }];
        let parts = split(&Settlement { code: code(A), starts: starts.clone(), ..Settlement::default() }, &pages).unwrap();
        assert_eq!(told(&parts), [(A, vec![1], vec![0]), (A, vec![2], vec![3]), (B, vec![4, 5], vec![])]);
        let unknown = split(&Settlement { starts, ..Settlement::default() }, &pages);
        assert!(matches!(unknown, Err(AssignError::Unknown { .. })), "{unknown:?}");
    }

    #[test]
    fn sheets_are_left_out_and_part_documents_where_no_pages_were_named() {
        use crate::model::sheet::Sheet;
        let sheet = page(Some(&Sheet::Separator.payload()));
        let pages = [page(None), sheet, page(None)];
        let one = Settlement { code: code(A), ..Settlement::default() };
        let parts = split(&one, &pages).unwrap();
        assert_eq!(told(&parts), [(A, vec![0], vec![]), (A, vec![2], vec![])]);
        assert_eq!(parts.separators, [1]);
        let named = Settlement { starts: vec![Start { page: 1, code: None }], ..one };
        assert_eq!(told(&split(&named, &pages).unwrap()), [(A, vec![0, 2], vec![])]);
    }
}
