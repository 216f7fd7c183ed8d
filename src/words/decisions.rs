//! Words for what people decide about facts, documents and files.

use super::names::kind_name;
use super::tell;
use crate::model::change::DocumentAction;
use crate::model::failure::Language;
use crate::model::field::Verdict;
use crate::model::settlement::{Picture, Settlement, Start};

/// What a person decided, as what was done.
pub(crate) fn verdict(verdict: Verdict, language: Language) -> &'static str {
    match (verdict, language) {
        (Verdict::Corrected, Language::Vi) => "đã sửa",
        (Verdict::Corrected, Language::En) => "corrected",
        (Verdict::Confirmed, Language::Vi) => "đã xác nhận",
        (Verdict::Confirmed, Language::En) => "confirmed",
        (Verdict::NotOnPaper, Language::Vi) => "không có trên giấy",
        (Verdict::NotOnPaper, Language::En) => "not on the paper",
        (Verdict::Withdrawn, Language::Vi) => "đã rút lại quyết định",
        (Verdict::Withdrawn, Language::En) => "decision taken back",
    }
}

/// What was decided about a file that waits.
pub(crate) fn settlement(settlement: &Settlement, language: Language) -> String {
    let mut told: Vec<String> = Vec::new();
    told.extend(settlement.code.as_ref().map(|code| tell!(language, "hồ sơ {code}", "dossier {code}")));
    told.extend(settlement.kind.map(|kind| kind_name(kind, language).to_owned()));
    if settlement.picture == Picture::Accepted {
        told.push(tell!(language, "chấp nhận ảnh như hiện có", "taken as it is"));
    }
    let start = |Start { page, code }: &Start| match code {
        Some(code) => format!("{page} = {code}"),
        None => page.to_string(),
    };
    if !settlement.starts.is_empty() {
        let starts = settlement.starts.iter().map(start).collect::<Vec<_>>().join(", ");
        told.push(tell!(language, "tách trước các trang {starts}", "taken apart before pages {starts}"));
    }
    told.join("; ")
}

/// What was done to a document.
pub(crate) fn document_action(action: DocumentAction, language: Language) -> &'static str {
    match (action, language) {
        (DocumentAction::MovedOut, Language::Vi) => "đã chuyển đi",
        (DocumentAction::MovedOut, Language::En) => "moved away",
        (DocumentAction::MovedIn, Language::Vi) => "đã chuyển đến từ",
        (DocumentAction::MovedIn, Language::En) => "came from elsewhere",
        (DocumentAction::Voided, Language::Vi) => "đã loại khỏi hồ sơ",
        (DocumentAction::Voided, Language::En) => "taken out of the dossier",
        (DocumentAction::Restored, Language::Vi) => "đã khôi phục",
        (DocumentAction::Restored, Language::En) => "taken back",
        (DocumentAction::Split, Language::Vi) => "đã tách",
        (DocumentAction::Split, Language::En) => "split",
        (DocumentAction::Merged, Language::Vi) => "đã gộp thêm",
        (DocumentAction::Merged, Language::En) => "merged with others",
        (DocumentAction::Reordered, Language::Vi) => "đã đổi thứ tự trang",
        (DocumentAction::Reordered, Language::En) => "pages put into another order",
        (DocumentAction::PageMoved, Language::Vi) => "đã chuyển trang sang",
        (DocumentAction::PageMoved, Language::En) => "page moved to another document",
        (DocumentAction::PageRemoved, Language::Vi) => "đã loại trang",
        (DocumentAction::PageRemoved, Language::En) => "page taken out",
        (DocumentAction::Rotated, Language::Vi) => "đã xoay trang",
        (DocumentAction::Rotated, Language::En) => "pages turned",
        (DocumentAction::TextCorrected, Language::Vi) => "đã sửa chữ",
        (DocumentAction::TextCorrected, Language::En) => "text corrected",
    }
}
