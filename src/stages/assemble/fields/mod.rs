//! Facts about a document, read from its first page, and of its owner from the code of an identity
//! card on any page.
//!
//! The layout is that of NĐ 30/2020/NĐ-CP (App. I) and of the forms that share its header. What
//! does not fit it is left out: a missing fact is asked of a person, a wrong one is not noticed.

mod begins;
mod body;
mod date;
mod found;
mod header;
mod id_card;
mod layout;
mod number;
mod print;
mod receipt;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;
mod title;

use crate::model::confidence::Confidence;
use crate::model::field::{Doubt, FieldName, FieldReading, FieldSource};
use crate::model::mask::secrets_in;
use crate::model::page::RecognisedPage;

use super::assign::Assignment;
use super::settings::FieldSettings;
pub(super) use begins::begins_document;
use found::Found;
pub use id_card::{card_owners, shows_id_card};
use number::{Expected, NumberLine};
pub(super) use receipt::moment_of;

/// Trust in a type that only the symbol shows.
const BY_SYMBOL: f64 = 0.75;
/// Trust in the type of a letter, which shows by its subject line and number and has no title.
const LETTER: f64 = 0.93;
/// What is left of trust when the title and the symbol name different types.
const CONTRADICTED: f64 = 0.6;
/// Sister forms of the receipt whose days are not those on which the dossier came and is due.
const OTHER_DAYS: [&str; 2] = ["phieu_xin_loi", "phieu_kiem_soat"];

/// Reads the facts that the assignment and the pages of one document show. Each fact appears at
/// most once. One that documents of this type must bear and that is not found is there without a
/// value; any other is left out.
pub fn read_fields(assignment: &Assignment, pages: &[&RecognisedPage], settings: &FieldSettings) -> Vec<FieldReading> {
    let Assignment { code, source, confidence } = assignment;
    let mut readings = vec![FieldReading::new(FieldName::DossierCode, code.as_str(), *source, *confidence)];
    readings.extend(id_card::read_owner(pages));
    let inked: Vec<&RecognisedPage> = pages.iter().copied().filter(|page| !page.blank).collect();
    let printed = read_print(&inked, settings);
    let kind = printed.readings.iter().find(|reading| reading.name == FieldName::DocumentType);
    let kind = kind.map(|reading| reading.value.clone()).or_else(|| printed.is_official.then(|| settings.letter_type.clone()));
    readings.extend(printed.readings);
    readings.extend(printed.of_receipt);
    let secrets: Vec<String> = inked.iter().flat_map(|page| secrets_in(&page.text())).collect();
    readings.retain(|reading| !tells(reading, &secrets));
    let missing: Vec<FieldReading> = settings
        .required(kind.as_deref())
        .filter(|name| readings.iter().all(|reading| reading.name != *name))
        .map(FieldReading::not_found)
        .collect();
    readings.extend(missing);
    readings
}

/// The type of a document that is an intake receipt or one of its sister forms.
fn receipt_type<'a>(readings: &'a [FieldReading], settings: &FieldSettings) -> Option<&'a str> {
    let kind = readings.iter().find(|reading| reading.name == FieldName::DocumentType)?;
    settings.receipt_types.contains(&kind.value).then_some(kind.value.as_str())
}

/// Whether a reading gives away what a receipt keeps secret: its own words are those of a secret. A value of a form of
/// its own is none, though a short secret may stand in its letters.
fn tells(reading: &FieldReading, secrets: &[String]) -> bool {
    let FieldReading { name, value, raw, others, .. } = reading;
    if !is_free_text(*name) {
        return false;
    }
    let has_words = |text: &str, secret: &str| {
        let (words, wanted): (Vec<&str>, Vec<&str>) = (words_in(text).collect(), words_in(secret).collect());
        !wanted.is_empty() && words.windows(wanted.len()).any(|window| window == wanted)
    };
    let mut told = [value].into_iter().chain(raw).chain(others);
    told.any(|text| secrets.iter().any(|secret| has_words(text, secret)))
}

fn words_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether a fact is text as the page has it, in which anything may stand.
fn is_free_text(name: FieldName) -> bool {
    matches!(
        name,
        FieldName::Title
            | FieldName::Applicant
            | FieldName::ApplicantNumber
            | FieldName::Procedure
            | FieldName::ProcedureField
            | FieldName::Components
            | FieldName::ReceivingUnit
            | FieldName::IssuingBody
            | FieldName::Number
            | FieldName::Symbol
    )
}

/// What is printed on the pages of a document.
struct Printed {
    readings: Vec<FieldReading>,
    /// What it says if it is a receipt.
    of_receipt: Vec<FieldReading>,
    /// Whether it bears the header of an agency's documents. Such a paper of a type that was not found
    /// has at least what a letter has.
    is_official: bool,
}

/// What was found for a fact; of two papers on one page it may be true of the other.
fn told(name: FieldName, mut found: Found, are_two: bool) -> FieldReading {
    if are_two {
        found.doubt(Doubt::Several);
    }
    found.reading(name)
}

/// Reads what is printed on the pages of one document, of which none is blank.
fn read_print(pages: &[&RecognisedPage], settings: &FieldSettings) -> Printed {
    let pages: Vec<Vec<layout::Segment<'_>>> =
        pages.iter().map(|page| layout::segments(page, settings.column_gap as f32)).collect();
    let segments = pages.first().map(Vec::as_slice).unwrap_or_default();
    let header = header::find_header(segments);
    let left = header.as_ref().map(|header| header.left_column(segments)).unwrap_or_default();
    let printed = title::printed_title(segments, header.as_ref(), settings);
    let subject = if printed.is_none() { title::letter_subject(&left) } else { None };
    let expected = match (&printed, &subject) {
        (Some(found), _) => Expected::Type(found.kind),
        (None, Some(_)) => Expected::Letter,
        (None, None) => Expected::Nothing,
    };
    let NumberLine { number, symbol, type_key, source } = number::number_line(&left, &expected, settings);
    let (kind, title) = match (printed, type_key) {
        (Some(found), by_symbol) => {
            let kind = Found::new(found.kind.key.clone(), found.confidence, 1.0);
            // The list of types is the second witness, letter by letter.
            let kind = if found.is_known { kind.known_by(found.words) } else { kind.said_by(found.words) };
            let mut kind = kind.read_as(found.printed);
            if found.is_behind_another {
                kind.doubt(Doubt::Unsure);
            }
            if by_symbol.is_some_and(|by_symbol| by_symbol != found.kind.key) {
                kind = kind.less_sure(CONTRADICTED);
                kind.doubt(Doubt::Contradicted);
            }
            (Some(kind), found.title)
        }
        (None, Some(by_symbol)) => {
            let source = source.unwrap_or(FieldSource::Ocr);
            (Some(Found { source, ..Found::new(by_symbol, Confidence::CERTAIN, BY_SYMBOL) }), subject)
        }
        (None, None) => {
            let letter = subject.as_ref().map(|found| {
                let source = found.source;
                let doubts = found.doubts.iter().copied().filter(|doubt| *doubt == Doubt::OneReader).collect();
                Found { source, doubts, ..Found::new(settings.letter_type.clone(), found.confidence, LETTER) }
            });
            (letter, subject)
        }
    };
    let found = [
        (FieldName::DocumentType, kind),
        (FieldName::Number, number),
        (FieldName::Symbol, symbol),
        (FieldName::IssueDate, date::issue_date(header.as_ref(), &pages, settings)),
        (FieldName::IssuingBody, body::issuing_body(&left, settings)),
        (FieldName::Title, title),
    ];
    let are_two = header::are_two_papers(segments);
    let readings = found.into_iter().filter_map(|(name, found)| Some(told(name, found?, are_two)));
    let readings: Vec<FieldReading> = readings.filter(|reading| !reading.value.is_empty()).collect();
    let of_receipt = receipt_type(&readings, settings).map(|kind| receipt::read_receipt(&pages, !OTHER_DAYS.contains(&kind)));
    let of_receipt = of_receipt.unwrap_or_default();
    Printed { readings, of_receipt, is_official: header.is_some_and(|header| header.right_column.is_some()) }
}
