//! What documents say, as people write it.

use time::Date;
use time::macros::format_description;

use super::{doubt, tell};
use crate::model::confidence::Confidence;
use crate::model::failure::Language;
use crate::model::field::{Field, FieldName, FieldStatus};
use crate::model::record::{PageAction, PageChange, Record};
use crate::settings::Settings;

/// A type of document by the name that people know it by.
pub fn type_name(key: &str, settings: &Settings) -> String {
    let known = settings.fields.document_types.iter().find(|known| known.key == key);
    known.map_or_else(|| key.replace('_', " "), |known| known.name.clone())
}

/// A value as people write it: a type by its name, a date in the order of the language.
pub fn value(name: FieldName, value: &str, settings: &Settings, language: Language) -> String {
    match name {
        FieldName::DocumentType => type_name(value, settings),
        FieldName::IssueDate | FieldName::OwnerBirthDate if language == Language::Vi => {
            let day = Date::parse(value, format_description!("[year]-[month]-[day]")).ok();
            let told = day.and_then(|day| day.format(format_description!("[day]/[month]/[year]")).ok());
            told.unwrap_or_else(|| value.to_owned())
        }
        _ => value.to_owned(),
    }
}

/// Says whether a fact waits for a person, and all that such a one has to know: why, what it was made
/// from, and what else it may be. Nothing is said of one that is accepted.
pub fn fact_state(name: FieldName, field: &Field, settings: &Settings, language: Language) -> String {
    let mut state = match field.status {
        FieldStatus::Accepted => return String::new(),
        FieldStatus::NeedsPerson => tell!(language, "cần người xác nhận", "needs a person"),
        FieldStatus::Absent => return tell!(language, "không tìm thấy, cần người nhập", "not found, needs a person"),
    };
    if !field.doubts.is_empty() {
        let reasons = field.doubts.iter().map(|known| doubt(*known, language)).collect::<Vec<_>>().join(", ");
        state.push_str(&format!(": {reasons}"));
    }
    if let Some(raw) = &field.raw {
        state.push_str(&tell!(language, " (đọc được: {raw})", " (as read: {raw})"));
    }
    if !field.others.is_empty() {
        let others = field.others.iter().map(|other| value(name, other, settings, language)).collect::<Vec<_>>().join(", ");
        state.push_str(&tell!(language, " (hoặc: {others})", " (or: {others})"));
    }
    state
}

/// A confidence in whole hundredths.
pub fn percent(confidence: Confidence) -> String {
    format!("{:.0} %", confidence.share() * 100.0)
}

/// What a person did to a document, in one line.
pub fn page_change(record: &Record, change: &PageChange, language: Language) -> String {
    let file = record.documents.iter().find(|document| document.ordinal == change.ordinal);
    let (name, pages) = file.map_or(("", 0), |document| (document.file.name.as_str(), document.file.pages));
    let (count, page) = (change.brought.len(), change.page);
    match change.action {
        PageAction::Inserted => tell!(
            language,
            "{name}: đã chèn {count} trang từ vị trí {page}, tổng cộng {pages} trang",
            "{name}: {count} page(s) put in from page {page} on, {pages} in all"
        ),
        PageAction::Replaced => {
            tell!(language, "{name}: đã thay trang {page}", "{name}: page {page} was replaced")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_people_write_them() {
        let settings = Settings::default();
        let vi = |name, text: &str| value(name, text, &settings, Language::Vi);
        assert_eq!(vi(FieldName::DocumentType, "quyet_dinh"), "Quyết định");
        assert_eq!(vi(FieldName::IssueDate, "2026-03-05"), "05/03/2026");
        assert_eq!(value(FieldName::IssueDate, "2026-03-05", &settings, Language::En), "2026-03-05");
        // What is no key and no date stays as it is.
        assert_eq!((vi(FieldName::DocumentType, "x"), vi(FieldName::IssueDate, "05/03")), ("x".into(), "05/03".into()));
        assert_eq!(vi(FieldName::Number, "2026-03-05"), "2026-03-05");
    }
}
