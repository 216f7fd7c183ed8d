//! Facts about a document, read from its first page, and of its owner from the code of an identity
//! card on any page.
//!
//! The layout is that of NĐ 30/2020/NĐ-CP (App. I) and of the forms that share its header. What
//! does not fit it is left out: a missing fact is asked of a person, a wrong one is not noticed.

mod begins;
mod header;
mod id_card;
mod layout;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;
mod title;

use crate::model::confidence::Confidence;
use crate::model::field::{FieldName, FieldReading, FieldSource};
use crate::model::page::RecognisedPage;

use super::assign::Assignment;
use super::settings::FieldSettings;
pub use begins::begins_document;
use header::{Expected, Found};
pub use id_card::shows_id_card;

/// Trust in a type that only the symbol shows.
const BY_SYMBOL: f64 = 0.75;
/// Trust in the type of a letter, which shows by its subject line and number and has no title.
const LETTER: f64 = 0.93;
/// What is left of trust when the title and the symbol name different types.
const CONTRADICTED: f64 = 0.6;
/// Trust in a date at the foot of a form, where dates are often filled in by hand.
const FOOT_DATE: f64 = 0.93;

/// Reads the facts that the assignment and the pages of one document show. Each fact appears at
/// most once; one that is not found is absent.
pub fn read_fields(assignment: &Assignment, pages: &[&RecognisedPage], settings: &FieldSettings) -> Vec<FieldReading> {
    let mut readings = vec![FieldReading {
        name: FieldName::DossierCode,
        value: assignment.code.as_str().to_owned(),
        source: assignment.source,
        confidence: assignment.confidence,
        raw: None,
    }];
    readings.extend(id_card::read_owner(pages));
    let mut add = |name: FieldName, found: Option<Found>| {
        if let Some(Found { value, confidence, raw, source }) = found.filter(|found| !found.value.is_empty()) {
            readings.push(FieldReading { name, value, source, confidence, raw });
        }
    };
    let mut inked = pages.iter().filter(|page| !page.blank);
    let Some(first) = inked.next() else { return readings };

    let segments = layout::segments(first, settings.column_gap as f32);
    let header = header::find_header(&segments);
    let left = header.as_ref().map(|header| header.left_column(&segments)).unwrap_or_default();
    let printed = title::printed_title(&segments, header.as_ref(), settings);
    let subject = if printed.is_none() { title::letter_subject(&left) } else { None };
    let expected = match (&printed, &subject) {
        (Some(found), _) => Expected::Type(found.kind),
        (None, Some(_)) => Expected::Letter,
        (None, None) => Expected::Nothing,
    };
    let number = header::number_line(&left, &expected, settings);
    let symbol_type = number.as_ref().and_then(|number| number.type_key.clone());
    let (type_key, title) = match (printed, symbol_type) {
        (Some(found), symbol) => {
            let agrees = symbol.is_none_or(|symbol| symbol == found.kind.key);
            let plausibility = if agrees { 1.0 } else { CONTRADICTED };
            let kind = Found::new(found.kind.key.clone(), found.confidence, plausibility).known_by(found.words);
            (Some(kind.read_as(found.printed)), found.title)
        }
        (None, Some(symbol)) => {
            let source = number.as_ref().map_or(FieldSource::Ocr, |line| line.number.source);
            (Some(Found { source, ..Found::new(symbol, Confidence::CERTAIN, BY_SYMBOL) }), subject)
        }
        (None, None) => {
            let letter = subject.as_ref().map(|found| {
                let source = found.source;
                Found { source, ..Found::new(settings.letter_type.clone(), found.confidence, LETTER) }
            });
            (letter, subject)
        }
    };
    add(FieldName::DocumentType, type_key);
    let (number, symbol) = number.map_or((None, None), |line| (Some(line.number), line.symbol));
    add(FieldName::Number, number);
    add(FieldName::Symbol, symbol);
    add(FieldName::IssueDate, issue_date(&segments, header.as_ref(), settings));
    add(FieldName::IssuingBody, header::issuing_body(&left, settings));
    add(FieldName::Title, title);
    readings
}

/// The date in the header of an administrative document, else the only date line of a form.
fn issue_date(segments: &[layout::Segment<'_>], header: Option<&header::Header>, settings: &FieldSettings) -> Option<Found> {
    let dates: Vec<header::DateLine> = segments.iter().filter_map(|segment| header::date_line(segment, settings)).collect();
    let two_columns = header.filter(|header| header.right_column.is_some());
    if let Some(header) = two_columns {
        return dates.into_iter().find(|date| date.top < header.bottom + 0.2).map(|line| line.date);
    }
    let [only] = dates.as_slice() else { return None };
    let date = &only.date;
    Some(Found { confidence: date.confidence.and(Confidence::saturating(FOOT_DATE)), ..date.clone() })
}
