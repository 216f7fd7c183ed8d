//! What a person keys as the value of a fact, brought to the form in which the fact is kept.
//!
//! A person says what the paper says, in their own spelling; what cannot be the value of that fact is
//! refused with the reason, and nothing is put right unseen.

use time::Date;
use unicode_normalization::UnicodeNormalization;

use super::fields::moment_of;
use super::fold::fold_words;
use super::settings::FieldSettings;
use crate::model::failure::cause::FieldFault;
use crate::model::field::{Field, FieldName, FieldStatus, Fields};
use crate::model::query::period_of;
use crate::model::vietnamese::fold;

/// Numbers of people have so many digits: the personal number, and that of the older card.
const OWNER_DIGITS: [usize; 2] = [12, 9];
/// The first three digits of a personal number are those of a province (TT 59/2021/TT-BCA, App. I).
const PROVINCES: std::ops::RangeInclusive<u32> = 1..=96;
/// Papers of people born before are found in old dossiers only.
const OLDEST_BIRTH: i32 = 1850;

/// The value of `name` that somebody keyed on the day `today`.
///
/// # Errors
/// Why it cannot be one.
pub fn keyed_value(name: FieldName, typed: &str, settings: &FieldSettings, today: Date) -> Result<String, FieldFault> {
    let text = typed.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(FieldFault::NothingKeyed);
    }
    match name {
        FieldName::DossierCode => Err(FieldFault::CodeNotKeyed),
        FieldName::DocumentType => document_type(&text, settings),
        FieldName::Number => digits_alone(text),
        FieldName::Symbol => Ok(text.trim_start_matches('/').trim().to_owned()),
        FieldName::IssueDate => day(&text, settings.earliest_year, today),
        FieldName::OwnerBirthDate => day(&text, OLDEST_BIRTH, today),
        FieldName::OwnerNumber => owner_number(&text),
        FieldName::ApplicantNumber => applicant_number(&text),
        FieldName::ReceivedAt => moment(&text, Some(today)),
        FieldName::DueAt => moment(&text, None),
        FieldName::IssuingBody
        | FieldName::Title
        | FieldName::OwnerName
        | FieldName::Applicant
        | FieldName::Procedure
        | FieldName::ProcedureField
        | FieldName::Components
        | FieldName::ReceivingUnit => Ok(text),
    }
}

/// A type by its key or its name, in any case and with or without marks.
fn document_type(text: &str, settings: &FieldSettings) -> Result<String, FieldFault> {
    let wanted = fold_words(text);
    let types = &settings.document_types;
    let found = types.iter().find(|kind| kind.key == text).or_else(|| types.iter().find(|kind| fold_words(&kind.name) == wanted));
    found.map(|kind| kind.key.clone()).ok_or_else(|| FieldFault::UnknownType { typed: text.to_owned() })
}

fn digits_alone(text: String) -> Result<String, FieldFault> {
    if text.bytes().all(|b| b.is_ascii_digit()) { Ok(text) } else { Err(FieldFault::NotDigits { typed: text }) }
}

/// One day, in any spelling of a date; a place before it (`Lào Cai, ngày …`) is passed over.
fn day(text: &str, earliest: i32, today: Date) -> Result<String, FieldFault> {
    let not_a_day = || FieldFault::NotADay { typed: text.to_owned() };
    let folded = fold(text);
    let date = folded.rfind("ngay ").and_then(|at| folded.get(at..)).unwrap_or(&folded);
    let (first, last) = period_of(date).filter(|(first, last)| first == last).ok_or_else(not_a_day)?;
    if first.year() < earliest {
        return Err(FieldFault::BeforeYear { typed: text.to_owned(), year: i64::from(earliest) });
    }
    if last > today {
        return Err(FieldFault::AfterToday { typed: text.to_owned() });
    }
    Ok(format!("{:04}-{:02}-{:02}", first.year(), u8::from(first.month()), first.day()))
}

/// A personal number, or the one of an older card; people write it in groups.
fn owner_number(text: &str) -> Result<String, FieldFault> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    let wrong = || FieldFault::NotAnOwner { typed: text.to_owned() };
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !OWNER_DIGITS.contains(&digits.len()) {
        return Err(wrong());
    }
    let province = digits.get(..3).and_then(|province| province.parse().ok());
    if digits.len() == 12 && !province.is_some_and(|province: u32| PROVINCES.contains(&province)) {
        return Err(wrong());
    }
    Ok(digits)
}

/// The number of whoever applies: of a person, or the tax code of an organisation.
fn applicant_number(text: &str) -> Result<String, FieldFault> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    let is_tax_code = matches!(digits.len(), 10 | 13) && digits.bytes().all(|b| b.is_ascii_digit());
    if is_tax_code { Ok(digits) } else { owner_number(text) }
}

/// A day with or without a time, in any spelling: as it is kept, or as receipts print it.
fn moment(text: &str, latest: Option<Date>) -> Result<String, FieldFault> {
    let not_a_day = || FieldFault::NotADay { typed: text.to_owned() };
    let kept = text.split_once(' ').map_or((text, None), |(day, clock)| (day, Some(clock)));
    let turned: Vec<&str> = kept.0.split('-').collect();
    let typed = match turned.as_slice() {
        [year, month, day] if year.len() == 4 => format!("{day}/{month}/{year} {}", kept.1.unwrap_or_default()),
        _ => text.to_owned(),
    };
    let told = moment_of(&typed).filter(|told| told.is_whole).ok_or_else(not_a_day)?;
    let today = latest.map(|day| format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day()));
    if told.value.get(..10).zip(today.as_deref()).is_some_and(|(day, today)| day > today) {
        return Err(FieldFault::AfterToday { typed: text.to_owned() });
    }
    Ok(told.value)
}

/// Asks for what a document of its type must bear, and no more for what another type would have: a type
/// that a person corrected asks for other facts.
pub fn ask_for_required(fields: &mut Fields, settings: &FieldSettings) {
    let kind = fields.get(&FieldName::DocumentType).filter(|field| field.status.has_value()).map(|field| field.value.clone());
    let required: Vec<FieldName> = settings.required(kind.as_deref()).collect();
    fields.retain(|name, field| field.status != FieldStatus::Absent || required.contains(name));
    for name in required {
        fields.entry(name).or_insert_with(Field::absent);
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::field::FieldSource;

    fn keyed(name: FieldName, typed: &str) -> Result<String, FieldFault> {
        keyed_value(name, typed, &FieldSettings::default(), date!(2026 - 11 - 24))
    }

    #[test]
    fn a_day_is_taken_in_every_spelling_and_nothing_else() {
        for typed in [
            "15/09/2025",
            "15-9-2025",
            "15.9.2025",
            " 2025-09-15 ",
            "ngày 15 tháng 9 năm 2025",
            "Ngày 15 tháng chín năm 2025",
            "Lào Cai, ngày 15 tháng 09 năm 2025",
            "Quảng Ngãi, nga\u{300}y 15 tháng 09 năm 2025",
        ] {
            assert_eq!(keyed(FieldName::IssueDate, typed).as_deref(), Ok("2025-09-15"), "{typed}");
        }
        for typed in ["31/02/2025", "09/2025", "2025", "15/9/25", "hôm qua", "15/09/2025 16/09/2025"] {
            assert!(matches!(keyed(FieldName::IssueDate, typed), Err(FieldFault::NotADay { .. })), "{typed}");
        }
        assert!(matches!(keyed(FieldName::IssueDate, "25/11/2026"), Err(FieldFault::AfterToday { .. })));
        assert_eq!(keyed(FieldName::IssueDate, "24/11/2026").as_deref(), Ok("2026-11-24"));
        assert!(matches!(keyed(FieldName::IssueDate, "15/9/1944"), Err(FieldFault::BeforeYear { year: 1945, .. })));
        assert_eq!(keyed(FieldName::OwnerBirthDate, "15/9/1944").as_deref(), Ok("1944-09-15"));
    }

    #[test]
    fn a_type_is_one_of_the_list_by_key_or_name() {
        for typed in ["quyet_dinh", "Quyết định", "QUYẾT ĐỊNH", "quyet dinh"] {
            assert_eq!(keyed(FieldName::DocumentType, typed).as_deref(), Ok("quyet_dinh"), "{typed}");
        }
        assert_eq!(keyed(FieldName::DocumentType, "Bằng khen"), Err(FieldFault::UnknownType { typed: "Bằng khen".into() }));
    }

    #[test]
    fn numbers_are_digits_and_those_of_people_have_their_form() {
        assert_eq!(keyed(FieldName::Number, " 0686 ").as_deref(), Ok("0686"));
        assert!(matches!(keyed(FieldName::Number, "3034/QĐ-UBND"), Err(FieldFault::NotDigits { .. })));
        assert_eq!(keyed(FieldName::Symbol, "/QĐ-UBND").as_deref(), Ok("QĐ-UBND"));
        assert_eq!(keyed(FieldName::OwnerNumber, "001 099 000 001").as_deref(), Ok("001099000001"));
        assert_eq!(keyed(FieldName::OwnerNumber, "012345678").as_deref(), Ok("012345678"));
        for typed in ["12345", "0010990000012", "999099000001", "00109900000x"] {
            assert!(matches!(keyed(FieldName::OwnerNumber, typed), Err(FieldFault::NotAnOwner { .. })), "{typed}");
        }
    }

    #[test]
    fn texts_are_kept_in_one_form_and_codes_are_not_keyed() {
        assert_eq!(keyed(FieldName::Title, "  V/v  cu\u{31b}\u{309} ca\u{301}n bộ ").as_deref(), Ok("V/v cử cán bộ"));
        assert_eq!(keyed(FieldName::Title, " \n "), Err(FieldFault::NothingKeyed));
        assert_eq!(keyed(FieldName::DossierCode, "H38.16-230706-0012"), Err(FieldFault::CodeNotKeyed));
    }

    #[test]
    fn another_type_asks_for_other_facts() {
        let settings = FieldSettings::default();
        let kind = |key: &str| Field::new(key, FieldSource::Keyed, Confidence::CERTAIN, FieldStatus::Accepted);
        let mut fields: Fields = [(FieldName::DocumentType, kind("cccd")), (FieldName::Title, kind("Thẻ"))].into();
        ask_for_required(&mut fields, &settings);
        assert_eq!(fields.get(&FieldName::OwnerName), Some(&Field::absent()));
        fields.insert(FieldName::OwnerNumber, kind("001099000001"));
        fields.insert(FieldName::DocumentType, kind("quyet_dinh"));
        ask_for_required(&mut fields, &settings);
        assert_eq!(fields.get(&FieldName::OwnerName), None);
        assert!(fields.contains_key(&FieldName::OwnerNumber), "what was found stays");
        assert!(fields.get(&FieldName::Symbol).is_some_and(|field| field.status == FieldStatus::Absent));
        assert!(fields.get(&FieldName::Title).is_some_and(|field| field.status == FieldStatus::Accepted));
    }
}
