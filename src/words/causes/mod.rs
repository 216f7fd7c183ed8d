//! Words for causes.

mod document;
mod exchange;
mod field;
mod register;
mod scan;
mod seal;
mod settle;
mod storage;
mod work;

use super::{detailed, query_error};
use crate::model::failure::cause::Outside;
use crate::model::failure::{Cause, Language};

/// Why something is so.
pub(crate) fn cause(cause: &Cause, language: Language) -> String {
    if let Cause::Query(error) = cause {
        return query_error(error, language);
    }
    if let Cause::Poor { shortcomings } = cause {
        return super::shortcomings(shortcomings, language);
    }
    match language {
        Language::En => cause.to_string(),
        Language::Vi => vietnamese(cause),
    }
}

fn vietnamese(cause: &Cause) -> String {
    match cause {
        Cause::Scan(fault) => scan::vietnamese(fault),
        Cause::Seal(fault) => seal::vietnamese(fault),
        Cause::Storage(fault) => storage::vietnamese(fault),
        Cause::Setting(fault) => work::setting(fault),
        Cause::Split(fault) => work::split(fault),
        Cause::Work(fault) => work::work(fault),
        Cause::Field(fault) => field::vietnamese(fault),
        Cause::Document(fault) => document::vietnamese(fault),
        Cause::Settle(fault) => settle::vietnamese(fault),
        Cause::Register(fault) => register::vietnamese(fault),
        Cause::Exchange(fault) => exchange::vietnamese(fault),
        Cause::Outside(outside) => match outside {
            Outside::Said { said } => format!("chi tiết kỹ thuật: {said}"),
            Outside::Absent { said } => detailed("không tìm thấy", said),
            Outside::Denied { said } => detailed("không có quyền truy cập", said),
            Outside::NoRoom { said } => detailed("không còn chỗ để ghi", said),
            Outside::ReadOnly { said } => detailed("ổ đĩa chỉ cho đọc", said),
        },
        Cause::Query(_) | Cause::Poor { .. } => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::purity::assert_no_english;

    #[test]
    fn every_cause_is_told_in_vietnamese_without_a_word_of_english() {
        for sample in Cause::samples() {
            let (vi, en) = (cause(&sample, Language::Vi), cause(&sample, Language::En));
            assert!(!vi.is_empty() && vi != en, "{sample:?}");
            assert_no_english(&vi);
            // Every value that is told in one language is told in the other.
            let values = |text: &str| ["12", "-3", "«x»", "«y», «z»"].map(|value| text.contains(value));
            assert_eq!(values(&vi), values(&en), "{vi}\n{en}");
        }
    }
}
