//! What documents say, as people write it.

use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::decisions::{document_action, verdict};
use super::names::field_name;
use super::{doubt, tell};
use crate::model::confidence::Confidence;
use crate::model::failure::Language;
use crate::model::field::{Decision, Field, FieldName, FieldStatus, Verdict};
use crate::model::record::{Change, FieldsChange, PageAction, PageChange, Record, sealed_file_name};
use crate::settings::Settings;

/// A type of document by the name that people know it by.
pub(crate) fn type_name(key: &str, settings: &Settings) -> String {
    let known = settings.fields.document_types.iter().find(|known| known.key == key);
    known.map_or_else(|| key.replace('_', " "), |known| known.name.clone())
}

/// A value as people write it: a type by its name, a date in the order of the language.
pub(crate) fn value(name: FieldName, value: &str, settings: &Settings, language: Language) -> String {
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
/// from, and what else it may be. Of one that a person decided about: what, who and when. Nothing is said of one that is accepted without.
pub(crate) fn fact_state(name: FieldName, field: &Field, settings: &Settings, language: Language) -> String {
    let mut state = match field.status {
        FieldStatus::Accepted | FieldStatus::NotOnPaper => return decision(name, field, settings, language),
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
pub(crate) fn percent(confidence: Confidence) -> String {
    format!("{:.0} %", confidence.share() * 100.0)
}

/// What a person decided about a fact, who and when; nothing where nobody had to.
fn decision(name: FieldName, field: &Field, settings: &Settings, language: Language) -> String {
    let Some(Decision { verdict: found, by, at, reading }) = &field.decision else { return String::new() };
    let (found, day) = (verdict(*found, language), day_of(*at));
    let read = reading.as_ref().filter(|reading| reading.status.has_value() && reading.value != field.value);
    let read = read.map(|reading| value(name, &reading.value, settings, language));
    let read = read.map(|read| tell!(language, " (máy đọc: {read})", " (read: {read})")).unwrap_or_default();
    format!("{found}: {by}, {day}{read}")
}

/// A day as people write it.
pub(crate) fn day_of(at: OffsetDateTime) -> String {
    at.format(format_description!("[day]/[month]/[year]")).unwrap_or_default()
}

/// What a person did to a record, in one line.
pub(crate) fn change(record: &Record, change: &Change, language: Language) -> String {
    let file = record.documents.iter().find(|document| document.ordinal == change.ordinal());
    let (name, pages) = file.map_or(("", 0), |document| (document.file.name.as_str(), document.file.pages));
    match change {
        Change::Pages(PageChange { action: PageAction::Inserted, page, brought, .. }) => {
            let count = brought.len();
            tell!(
                language,
                "{name}: đã chèn {count} trang từ vị trí {page}, tổng cộng {pages} trang",
                "{name}: {count} page(s) put in from page {page} on, {pages} in all"
            )
        }
        Change::Pages(PageChange { action: PageAction::Replaced, page, .. }) => {
            tell!(language, "{name}: đã thay trang {page}", "{name}: page {page} was replaced")
        }
        Change::Fields(FieldsChange { fields, .. }) => {
            let told = |(field, found): (&FieldName, &Verdict)| {
                format!("{} {}", field_name(*field, language), verdict(*found, language))
            };
            format!("{name}: {}", fields.iter().map(told).collect::<Vec<_>>().join("; "))
        }
        Change::Documents(change) => {
            let name = sealed_file_name(&record.dossier_code, change.ordinal);
            let done = document_action(change.action, language);
            let with = change.with.iter().map(|place| sealed_file_name(&place.dossier_code, place.ordinal));
            let with = with.collect::<Vec<_>>().join(", ");
            let page = change.page.map(|page| tell!(language, " (trang {page})", " (page {page})")).unwrap_or_default();
            let separator = if with.is_empty() { "" } else { ": " };
            format!("{name}{page} {done}{separator}{with}")
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
