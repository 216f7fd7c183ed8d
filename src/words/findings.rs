//! Words for what a verification finds.

use super::{cause, detailed};
use crate::model::failure::Language;
use crate::model::finding::{Detail, Item, Seen};

/// Which thing is concerned.
pub fn item(item: &Item, language: Language) -> String {
    if language == Language::En {
        return item.to_string();
    }
    match item {
        Item::Named { name } => name.clone(),
        Item::Act { number } => format!("việc {number}"),
        Item::Batch { number } => format!("lô {number}"),
        Item::Batches { last } => format!("các lô từ 1 đến {last}"),
        Item::Page { record, document, page } => format!("{record} tài liệu {document} trang {page}"),
        Item::Account { name } => format!("tài khoản {name}"),
        Item::Sighting { path } => format!("tệp đã thấy {path}"),
    }
}

/// What was seen of it.
pub fn detail(detail: &Detail, language: Language) -> String {
    match (detail, language) {
        (Detail::Cause(known), _) => cause(known, language),
        (Detail::Seen(seen), Language::En) => seen.to_string(),
        (Detail::Seen(seen), Language::Vi) => vietnamese(seen),
    }
}

fn vietnamese(seen: &Seen) -> String {
    match seen {
        Seen::NotChecked => "không kiểm tra được".into(),
        Seen::NoSuchFile => "không có tệp".into(),
        Seen::OtherHash => "nội dung có mã băm khác".into(),
        Seen::NotReadable => "không đọc được".into(),
        Seen::UnknownFile => "danh mục không biết tệp này".into(),
        Seen::ActChanged { act } => format!("việc {act} không khớp mã băm của nó"),
        Seen::ActUnreadable { act, said } => detailed(&format!("không đọc được việc {act}"), said),
        Seen::ActGap { expected, found } => format!("việc {found} nằm ở chỗ của việc {expected}"),
        Seen::ActUnlinked { act } => format!("việc {act} không nối tiếp việc trước nó"),
        Seen::OnlyFirstAdopts => "chỉ việc đầu tiên mới ghi được những gì đã có từ trước".into(),
        Seen::BatchState { state, act, told } => format!("trạng thái là '{state}', còn việc {act} ghi '{told}'"),
        Seen::BatchLedger { act } => format!("sổ đối soát không phải sổ mà việc {act} đã ghi"),
        Seen::BatchWithoutEnd => "không việc nào ghi lô đã kết thúc".into(),
        Seen::BatchUnbalanced => "sổ đối soát không cân".into(),
        Seen::BatchEndedBy { act } => format!("việc {act} ghi lô đã kết thúc"),
        Seen::OldLedgers => "sổ đối soát không phải sổ đã có trước khi ghi nhật ký".into(),
        Seen::OldRecords => "bản ghi dạng 1 hoặc chữ trên trang không phải những gì đã có trước khi ghi nhật ký".into(),
        Seen::AccountOtherwise { act } => format!("không giống như việc {act} đã ghi"),
        Seen::AccountWithoutAct => "không việc nào ghi đã tạo".into(),
        Seen::OtherChecksum => "nội dung có tổng kiểm khác".into(),
        Seen::NotInRecords => "không bản ghi hiện hành nào có trang này".into(),
        Seen::NotInIndex => "không tìm được bằng tìm kiếm".into(),
        Seen::IndexedOtherwise => "chỉ mục ghi khác với danh mục".into(),
        Seen::IndexStrange => "chỉ mục có rất ít điểm chung với danh mục".into(),
        Seen::SettledWith { records } => format!("một việc đã chốt bản kê này với {records} bản ghi"),
        Seen::PreparedOnly => "đã chuẩn bị nhưng chưa phát hành".into(),
        Seen::NumberDoesNotFollow => "số hoặc tên không nối tiếp".into(),
        Seen::NoActSettled => "không việc nào chốt nội dung này".into(),
        Seen::KeptBytesOtherHash => "nội dung trong danh mục có mã băm khác".into(),
        Seen::NotInManifest { manifest } => format!("được cho là nằm trong bản kê số {manifest}, nhưng bản kê đó không có"),
        Seen::DecidedOtherwise => "không phải quyết định trong việc đã làm cuối cùng về tệp này".into(),
        Seen::WaitsOtherwise => "các trường được ghi là chờ xử lý không phải các trường đang chờ trong phiên bản mới nhất".into(),
        Seen::CountedOtherwise { told, found } => format!("được ghi là có trong các hồ sơ {told} lần, thực tế {found} lần"),
        Seen::ToldOtherwise { manifest } => format!("{manifest} ghi khác"),
        Seen::ManifestChainBroken => "chuỗi bản kê bị đứt".into(),
        Seen::RecordCount { found, kept } => format!("bản kê có {found} bản ghi, danh mục có {kept}"),
        Seen::NamesOtherActs { named, kept } => format!("bản kê nêu {named} việc, không phải các việc đang lưu ({kept})"),
        Seen::NamesFewerActs => "bản kê nêu ít việc hơn bản kê trước nó".into(),
        Seen::SealedByAct { batch } => format!("một việc của lô {batch} đã đóng gói bản ghi này"),
        Seen::VersionDoesNotFollow => "không nối tiếp phiên bản trước".into(),
        Seen::VersionBeforeMissing => "thiếu phiên bản trước".into(),
        Seen::DoesNotRead { said } => detailed("không đọc được", said),
        Seen::IdNotMade => "mã định danh không khớp nội dung".into(),
        Seen::RowDiffers => "dòng trong danh mục khác với nội dung".into(),
        Seen::NumbersImproper => "các tài liệu không có số hợp lệ".into(),
        Seen::SealedInOtherBatch { batch, by } => format!("ghi là lô {batch} đóng gói, nhưng theo nhật ký là lô {by}"),
        Seen::NoActSealed => "không việc nào ghi đã đóng gói".into(),
        Seen::NameImproper { name, document } => format!("'{name}' không phải tên của tài liệu {document}"),
        Seen::PageCount { name, found, stated } => format!("{name} có {found} trang, không phải {stated}"),
        Seen::StrangeScan { name, scan } => format!("{name} có trang thuộc bản quét không được nêu: {scan}"),
        Seen::NoBlob { name } => format!("{name} không có tệp trong kho"),
        Seen::OtherHashes { name } => format!("{name} có mã băm khác"),
        Seen::TextDiffers { name } => format!("chữ đang lưu của {name} không phải chữ khi đóng gói"),
        Seen::TextNotKept { name } => format!("không còn lưu chữ của {name}"),
        Seen::SightingDiffers => "tệp ở đường dẫn này không thành tệp trong kho như đã nêu".into(),
        Seen::RowDigest => "dòng không khớp mã băm của nó".into(),
        Seen::SameNumber { sequence, path } => format!("một bản kê khác cũng mang số {sequence}: {path}"),
        Seen::DoesNotFollow { path } => format!("không nối tiếp {path}"),
        Seen::FirstFollowsNone => "bản kê đầu tiên không nối tiếp bản nào".into(),
        Seen::OtherActNamed { act } => format!("bản kê trước nó nêu việc {act} khác"),
        Seen::FewerActsThanBefore { named } => format!("bản kê nêu {named} việc, ít hơn một bản kê trước nó"),
        Seen::SettledOtherwise { sequence } => format!("kho đã chốt nội dung khác cho số {sequence}"),
        Seen::NoSuchManifest { sequence } => format!("kho không có bản kê {sequence}"),
        Seen::MoreActsNamed { named, kept } => format!("bản kê nêu {named} việc, còn kho có {kept}"),
        Seen::AnotherPast { act } => format!("cho đến việc {act}, kho ghi một quá khứ khác"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Remedy;
    use crate::words::purity::assert_no_english;

    #[test]
    fn every_finding_is_told_in_vietnamese_without_a_word_of_english() {
        for seen in Seen::samples() {
            let seen = Detail::from(seen);
            let (vi, en) = (detail(&seen, Language::Vi), detail(&seen, Language::En));
            assert!(!vi.is_empty() && vi != en, "{seen:?}");
            assert_no_english(&vi);
            let values = |text: &str| ["12", "-3", "«x»"].map(|value| text.contains(value));
            assert_eq!(values(&vi), values(&en), "{vi}\n{en}");
        }
        for remedy in Remedy::ALL {
            assert_no_english(remedy.text().vi);
        }
    }

    #[test]
    fn things_are_named_in_the_language_chosen() {
        let (record, path) = ("r2-00".to_owned(), "/hop-den/a.pdf".to_owned());
        for (thing, vi, en) in [
            (Item::from("000001.json"), "000001.json", "000001.json"),
            (Item::Act { number: 5 }, "việc 5", "act 5"),
            (Item::Batch { number: 2 }, "lô 2", "batch 2"),
            (Item::Batches { last: 3 }, "các lô từ 1 đến 3", "batches 1 to 3"),
            (Item::Page { record, document: 1, page: 2 }, "r2-00 tài liệu 1 trang 2", "r2-00 document 1 page 2"),
            (Item::Sighting { path }, "tệp đã thấy /hop-den/a.pdf", "sighting /hop-den/a.pdf"),
        ] {
            assert_eq!((item(&thing, Language::Vi), item(&thing, Language::En)), (vi.to_owned(), en.to_owned()));
        }
    }
}
