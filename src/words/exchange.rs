//! Words for what is exchanged with others.

use super::{tell, texts};
use crate::model::delivery::ItemState;
use crate::model::failure::Language;
use crate::model::portal::Shortfall;
use crate::model::signing::KeyState;

texts! {
    /// Whether a key signs.
    pub(crate) key_state(KeyState) {
        KeyState::Active => "đang dùng", "active";
        KeyState::Retired => "đã thay", "retired";
    }
}

texts! {
    /// How far a record has come on its way to a consumer.
    pub(crate) item_state(ItemState) {
        ItemState::Waiting => "chờ gửi", "waiting";
        ItemState::Sent => "đã gửi, chờ trả lời", "sent, not answered";
        ItemState::Unknown => "đã gửi, chưa rõ kết quả", "sent, outcome unknown";
        ItemState::Accepted => "đã nhận", "accepted";
        ItemState::Rejected => "bị từ chối", "rejected";
        ItemState::Replaced => "đã thay bằng phiên bản sau", "replaced by a later version";
    }
}

texts! {
    /// What is wrong with a field.
    pub(crate) shortfall(Shortfall) {
        Shortfall::Missing => "chưa có", "missing";
        Shortfall::TooLong => "quá dài", "too long";
    }
}

/// Where a fact that a portal needs comes from.
pub(crate) fn fact_source(from: &str, language: Language) -> String {
    let (section, key) = from.split_once('.').unwrap_or((from, ""));
    match section {
        "register" => tell!(
            language,
            "lấy từ sổ hồ sơ, cột {key}: sohoa register import",
            "from the register, {key}: sohoa register import"
        ),
        "procedure" => tell!(
            language,
            "lấy từ danh mục thủ tục, cột {key}: sohoa register import",
            "from the list of procedures, {key}: sohoa register import"
        ),
        "settings" => tell!(language, "đặt {key} của nơi nhận trong cấu hình", "set {key} of the consumer in the settings"),
        _ => tell!(language, "lấy từ giấy tờ: sohoa field set", "from the paper: sohoa field set"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::purity::assert_no_english;

    #[test]
    fn each_source_is_told_with_what_to_type() {
        for from in ["register.procedure", "procedure.name", "document.title"] {
            assert!(fact_source(from, Language::En).contains("sohoa "), "{from}");
        }
        assert_no_english(&fact_source("document.title", Language::Vi));
    }
}
