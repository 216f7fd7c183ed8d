//! Words for what hits are counted by.

use super::facts::type_name;
use super::names::kind_name;
use super::tell;
use crate::model::dossier::RecordKind;
use crate::model::failure::Language;
use crate::settings::Settings;

/// What hits are counted by.
pub(crate) fn facet_name(name: &str, language: Language) -> String {
    match name {
        "kind" => tell!(language, "loại hồ sơ", "kind"),
        "document_type" => tell!(language, "loại văn bản", "type"),
        "issuing_body" => tell!(language, "cơ quan ban hành", "issuing body"),
        "procedure" => tell!(language, "thủ tục", "procedure"),
        "site" => tell!(language, "nơi tiếp nhận", "site"),
        "year" => tell!(language, "năm", "year"),
        _ => tell!(language, "chờ xác nhận", "waits for confirmation"),
    }
}

/// One of the values that hits are counted by.
pub(crate) fn facet_value(facet: &str, value: &str, settings: &Settings, language: Language) -> String {
    match (facet, value) {
        ("kind", "dossier") => kind_name(RecordKind::Dossier, language).to_owned(),
        ("kind", _) => kind_name(RecordKind::Result, language).to_owned(),
        ("document_type", key) => type_name(key, settings),
        ("waits", "0") => tell!(language, "không", "no"),
        ("waits", _) => tell!(language, "có", "yes"),
        _ => value.to_owned(),
    }
}
