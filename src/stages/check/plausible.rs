//! Shapes that values must have, whoever read them. Lengths are those of the archival metadata
//! (TT 05/2025/TT-BNV).

use time::{Date, Month};

use crate::model::codes::DossierCode;
use crate::model::field::FieldName;

/// The present state has issued nothing older.
const OLDEST_ISSUE: i32 = 1945;
/// Papers of people born before are found in old dossiers only.
const OLDEST_BIRTH: i32 = 1850;
const LATEST_YEAR: i32 = 2099;

/// Whether `value` can be the value of `name` at all.
pub(crate) fn is_plausible(name: FieldName, value: &str) -> bool {
    let length = value.chars().count();
    if length == 0 || value.trim() != value || value.chars().any(char::is_control) {
        return false;
    }
    match name {
        FieldName::DossierCode => value.parse::<DossierCode>().is_ok(),
        FieldName::DocumentType => value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
        FieldName::Number => length <= 11 && value.bytes().all(|b| b.is_ascii_digit()),
        FieldName::Symbol => {
            let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '&' | '.' | '/');
            length <= 30 && value.chars().all(allowed) && value.chars().filter(|c| c.is_uppercase()).count() >= 2
        }
        FieldName::IssueDate => is_date_from(value, OLDEST_ISSUE),
        FieldName::IssuingBody => length <= 200 && mostly_letters(value),
        FieldName::Title => length <= 500 && mostly_letters(value),
        FieldName::OwnerNumber => matches!(length, 9 | 12) && value.bytes().all(|b| b.is_ascii_digit()),
        FieldName::OwnerName => length <= 100 && mostly_letters(value),
        FieldName::OwnerBirthDate => is_date_from(value, OLDEST_BIRTH),
        FieldName::Applicant | FieldName::ReceivingUnit => length <= 200 && mostly_letters(value),
        FieldName::ApplicantNumber => matches!(length, 9 | 10 | 12 | 13) && value.bytes().all(|b| b.is_ascii_digit()),
        FieldName::Procedure | FieldName::ProcedureField => length <= 500 && mostly_letters(value),
        FieldName::Components => length <= 4000 && value.contains(" × "),
        FieldName::ReceivedAt | FieldName::DueAt => is_moment(value),
    }
}

fn is_date_from(value: &str, oldest_year: i32) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return false;
    }
    let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse::<u8>(), day.parse()) else { return false };
    let Ok(month) = Month::try_from(month) else { return false };
    (oldest_year..=LATEST_YEAR).contains(&year) && Date::from_calendar_date(year, month, day).is_ok()
}

/// A day, with or without `HH:MM`.
fn is_moment(value: &str) -> bool {
    let (day, clock) = value.split_once(' ').map_or((value, None), |(day, clock)| (day, Some(clock)));
    let is_clock = |clock: &str| {
        let parts = clock.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2);
        let number = |text: &str| text.parse::<u8>().ok();
        parts.is_some_and(|(hour, minute)| {
            number(hour).is_some_and(|hour| hour < 24) && number(minute).is_some_and(|minute| minute < 60)
        })
    };
    is_date_from(day, OLDEST_ISSUE) && clock.is_none_or(is_clock)
}

/// Whether at least three of four characters are letters or spaces: noise is full of other signs.
fn mostly_letters(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic() || c.is_whitespace()).count();
    letters >= 4 && letters * 4 >= value.chars().count() * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_values_are_plausible_and_noise_is_not() {
        for (name, good, bad) in [
            (FieldName::DossierCode, "H38.16-230706-0012", "H38 16"),
            (FieldName::DocumentType, "quyet_dinh", "Quyết định"),
            (FieldName::Number, "0686", "6B6"),
            (FieldName::Symbol, "STTTT-CNTT&BCVT", "qđ-ubnd"),
            (FieldName::Symbol, "2023/NQ-HĐND", "QĐ_UBND"),
            (FieldName::IssueDate, "2024-02-29", "2023-02-29"),
            (FieldName::IssueDate, "1945-09-02", "0023-07-06"),
            (FieldName::IssueDate, "2023-07-06", "2023-7-6"),
            (FieldName::IssuingBody, "ỦY BAN NHÂN DÂN TỈNH LÀO CAI", "|—/:.;-"),
            (FieldName::OwnerNumber, "012345678901", "0123"),
            (FieldName::OwnerName, "Lò Thị Mẩy", "1995"),
            (FieldName::OwnerBirthDate, "1932-01-26", "1832-01-26"),
            (FieldName::Title, "V/v cử công chức tập huấn", "1111 .... 1111"),
        ] {
            assert!(is_plausible(name, good), "{name:?} {good}");
            assert!(!is_plausible(name, bad), "{name:?} {bad}");
            assert!(!is_plausible(name, ""), "{name:?}");
            assert!(!is_plausible(name, &format!("{good}\n")), "{name:?}");
        }
        assert!(!is_plausible(FieldName::Title, &"a".repeat(501)));
    }
}
