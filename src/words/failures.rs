//! What happened, where and why, in one line.

use super::{cause, message, place};
use crate::model::failure::{Failure, Language};

/// What happened, where and why, in one line.
pub(crate) fn describe(failure: &Failure, language: Language) -> String {
    let mut text = format!("[{}] {}", failure.code, message(failure.code, language));
    if let Some(known) = &failure.place {
        text.push_str(&format!(" ({})", place(known, language)));
    }
    if let Some(known) = &failure.cause {
        text.push_str(&format!(" – {}", cause(known, language)));
    }
    text
}

/// The same where the reader sees the place by other means.
pub(crate) fn describe_without_place(failure: &Failure, language: Language) -> String {
    describe(&Failure { place: None, ..failure.clone() }, language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::cause::{ScanFault, ScanFormat, WorkFault};
    use crate::model::failure::{Cause, FailureCode, Place};

    #[test]
    fn a_whole_message_is_in_one_language() {
        let cut = Failure::new(FailureCode::PageDamaged)
            .at(Place::page("H38/a.pdf", 2))
            .because(ScanFault::CutShort { format: ScanFormat::Jpeg });
        assert_eq!(
            describe(&cut, Language::Vi),
            "[page-damaged] Một trang trong tệp bị hỏng. (H38/a.pdf, trang 2) – dữ liệu JPEG bị cắt cụt"
        );
        assert_eq!(
            describe(&cut, Language::En),
            "[page-damaged] A page of the file is damaged. (H38/a.pdf, page 2) – JPEG data cut short"
        );
        let late = Failure::new(FailureCode::PageDeadline).because(WorkFault::TookSeconds { seconds: 60 });
        assert_eq!(
            describe(&late, Language::Vi),
            "[page-deadline] Một trang mất nhiều thời gian hơn workers.page_seconds và đã bị dừng. – sau 60 giây"
        );
        let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let denied = Failure::new(FailureCode::FileUnreadable).at_file("a.pdf").because(denied);
        assert_eq!(
            describe(&denied, Language::Vi),
            "[file-unreadable] Không đọc được tệp. (a.pdf) – không có quyền truy cập (chi tiết kỹ thuật: permission denied)"
        );
    }

    #[test]
    fn a_failure_of_an_old_ledger_is_told_with_its_text_as_a_detail() {
        let old = r#"{"code":"page-damaged","place":"a.pdf, page 1","cause":"JPEG cut short"}"#;
        let failure: Failure = serde_json::from_str(old).unwrap();
        assert_eq!(failure.cause.as_deref(), Some(&Cause::said("JPEG cut short")));
        assert_eq!(
            describe(&failure, Language::Vi),
            "[page-damaged] Một trang trong tệp bị hỏng. (a.pdf, trang 1) – chi tiết kỹ thuật: JPEG cut short"
        );
    }
}
