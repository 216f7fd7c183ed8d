//! Words for what a verification finds.

use serde::Serialize;
use serde_json::{Value, json};

use super::{cause, detailed, list_name, state_name, texts};
use crate::model::batch::BatchState;
use crate::model::failure::Language;
use crate::model::finding::{Detail, Item, Remedy, Seen};
use crate::model::register::RegisterList;

/// Which thing is concerned.
pub(crate) fn item(item: &Item, language: Language) -> String {
    if language == Language::En {
        return item.to_string();
    }
    match item {
        Item::Named { name } => name.clone(),
        Item::Act { number } => format!("việc {number}"),
        Item::Batch { number } => format!("lô {number}"),
        Item::Batches { last } => format!("các lô từ 1 đến {last}"),
        Item::Page { record, document, page } => format!("{record} tài liệu {document} trang {page}"),
        Item::Register { list } => {
            let known = RegisterList::ALL.into_iter().find(|one| one.as_str() == list);
            format!("sổ hồ sơ: {}", known.map_or(list.as_str(), |one| list_name(one, language)))
        }
        Item::Account { name } => format!("tài khoản {name}"),
        Item::Sighting { path } => format!("tệp đã thấy {path}"),
        Item::Settlement { scan } => format!("quyết định về tệp {scan}"),
        Item::Key { id } => format!("khóa {id}"),
        Item::Row { table, key } => format!("dòng {key} của bảng {table}"),
        Item::Delivered { consumer, record } => format!("{record} đã gửi cho {consumer}"),
    }
}

/// What was seen of it.
pub(crate) fn detail(detail: &Detail, language: Language) -> String {
    match (detail, language) {
        (Detail::Cause(known), _) => cause(known, language),
        (Detail::Seen(seen), Language::En) => seen.to_string(),
        (Detail::Seen(seen), Language::Vi) => vietnamese(seen),
    }
}

texts! {
    /// What to do about it.
    pub(crate) repair(Remedy) {
        Remedy::RestoreCatalog =>
            "Ngừng các lô; khôi phục catalog.sqlite từ bản sao lưu mới nhất mà 'sohoa verify' thấy còn nguyên vẹn, rồi chạy lại lô.",
            "Stop all batches; restore catalog.sqlite from the newest backup that 'sohoa verify' finds sound, and run again.";
        Remedy::RestoreFile =>
            "Khôi phục tệp này từ bản sao lưu, rồi chạy lại 'sohoa verify'.",
            "Restore this file from a backup and run 'sohoa verify' again.";
        Remedy::Repair =>
            "Chạy 'sohoa repair': có thể tạo lại từ danh mục.",
            "Run 'sohoa repair': it can be made again from the catalog.";
        Remedy::ReadAgain =>
            "Chạy 'sohoa repair': nó đọc lại trang từ bản quét nếu cấu hình đọc vẫn như cũ. Nếu sai lệch vẫn còn, ngừng các lô và khôi phục catalog.sqlite từ bản sao lưu mới nhất mà 'sohoa verify' thấy còn nguyên vẹn.",
            "Run 'sohoa repair': it reads pages again from their scans, where they are read as they were then. If the finding stays, stop all batches and restore catalog.sqlite from the newest backup that 'sohoa verify' finds sound.";
        Remedy::Export => "Chạy 'sohoa export' để hoàn tất.", "Run 'sohoa export' to finish it.";
        Remedy::LookAtFile =>
            "Không hồ sơ nào dùng tệp này; xem nó từ đâu đến rồi chuyển nó ra khỏi kho nếu không phải do một lô bị ngắt để lại.",
            "No record uses this file; find out where it came from, and move it out of the repository unless a batch that was cut off left it.";
        Remedy::CheckDisk =>
            "Kiểm tra ổ đĩa và quyền đọc, rồi chạy lại 'sohoa verify'.",
            "Check the disk and the right to read, and run 'sohoa verify' again.";
        Remedy::CompareManifests =>
            "Giữ nguyên kho; so sánh với các bản kê mà nơi nhận đang giữ bằng 'sohoa audit --manifest TỆP' để biết từ đâu có sai khác, rồi khôi phục từ bản sao lưu.",
            "Leave the repository as it is; compare it with the manifests that their receivers keep ('sohoa audit --manifest FILE') to learn from where on it differs, then restore from a backup.";
        Remedy::BackUpAnew =>
            "Kiểm tra ổ đĩa sao lưu; chạy 'sohoa backup' vào một thư mục mới khi kho còn nguyên vẹn.",
            "Check the backup's disk; run 'sohoa backup' into a new folder as long as the repository is sound.";
    }
}

/// Findings as programs read them, wherever they stand in `data`, with the words for each remedy beside its
/// name.
pub(crate) fn with_remedies(data: &impl Serialize) -> Value {
    let mut data = serde_json::to_value(data).unwrap_or_default();
    tell_remedies(&mut data);
    data
}

fn tell_remedies(data: &mut Value) {
    match data {
        Value::Array(values) => values.iter_mut().for_each(tell_remedies),
        Value::Object(fields) => {
            if let Some(told) = fields.get_mut("remedy").and_then(Value::as_object_mut) {
                let name = told.get("name").and_then(Value::as_str);
                if let Some(remedy) = Remedy::ALL.into_iter().find(|remedy| Some(remedy.as_str()) == name) {
                    told.insert("vi".into(), json!(repair(remedy, Language::Vi)));
                    told.insert("en".into(), json!(repair(remedy, Language::En)));
                }
            }
            fields.values_mut().for_each(tell_remedies);
        }
        _ => {}
    }
}

/// A state of a batch as it is kept; one that there is not stays as it is.
fn kept_state(kept: &str) -> &str {
    let states = [BatchState::Running, BatchState::Finished, BatchState::Failed, BatchState::Interrupted];
    let known = states.into_iter().find(|state| state.as_str() == kept);
    known.map_or(kept, |state| state_name(state, Language::Vi))
}

#[expect(clippy::too_many_lines, reason = "a text for all that a check can see")]
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
        Seen::BatchState { state, act, told } => {
            format!("trạng thái là '{}', còn việc {act} ghi '{}'", kept_state(state), kept_state(told))
        }
        Seen::BatchLedger { act } => format!("sổ đối soát không phải sổ mà việc {act} đã ghi"),
        Seen::BatchWithoutEnd => "không việc nào ghi lô đã kết thúc".into(),
        Seen::BatchUnbalanced => "sổ đối soát không cân".into(),
        Seen::BatchEndedBy { act } => format!("việc {act} ghi lô đã kết thúc"),
        Seen::DiffersOtherwise => "giấy tờ và sổ hồ sơ khác nhau không như bảng đã ghi".into(),
        Seen::RecordsNotedOtherwise => "bảng tra ghi các bản ghi khác với các bản ghi mà việc này nêu".into(),
        Seen::OldLedgers => "sổ đối soát không phải sổ đã có trước khi ghi nhật ký".into(),
        Seen::OldRecords => "bản ghi dạng 1 hoặc chữ trên trang không phải những gì đã có trước khi ghi nhật ký".into(),
        Seen::AccountOtherwise { act } => format!("không giống như việc {act} đã ghi"),
        Seen::AccountWithoutAct => "không việc nào ghi đã tạo".into(),
        Seen::RegisterOtherwise { act } => format!("không giống như lần nhập ở việc {act} đã để lại"),
        Seen::RegisterWithoutAct => "không việc nào ghi đã nhập".into(),
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
        Seen::GivenUpTo { found, told } => {
            format!("được ghi là gồm mọi thay đổi đến số {found}, nhưng theo nhật ký là đến số {told}")
        }
        Seen::ItemOtherwise => "không việc nào ghi rằng đã đến bước này".into(),
        Seen::ItemMissing { manifest } => format!("có trong bản kê {manifest} nhưng không nơi nào ghi đã đến bước nào"),
        Seen::ItemOfNone { manifest } => format!("được ghi là có trong bản kê {manifest} nhưng bản kê không nêu"),
        Seen::Unsigned => "không còn chữ ký nào của bản kê này, trong khi các bản sau đã ký".into(),
        Seen::SignatureOfNone => "không có bản kê nào ứng với chữ ký này".into(),
        Seen::SignatureWrong { key } => format!("không phải chữ ký của bản kê này bằng khóa {key}"),
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
        Seen::ExcerptStrange { excerpt, name } => format!("{excerpt} không được cắt ra từ bản quét của {name}"),
        Seen::NoBlob { name } => format!("{name} không có tệp trong kho"),
        Seen::OtherHashes { name } => format!("{name} có mã băm khác"),
        Seen::TextDiffers { name } => format!("chữ đang lưu của {name} không phải chữ khi đóng gói"),
        Seen::TextNotKept { name } => format!("không còn lưu chữ của {name}"),
        Seen::SightingDiffers => "tệp ở đường dẫn này không thành tệp trong kho như đã nêu".into(),
        Seen::DatabaseSaid { said } => detailed("SQLite thấy bị hỏng", said),
        Seen::RowDigest => "dòng không khớp mã băm của nó".into(),
        Seen::RowDangles { from, to } => format!("một dòng của bảng {from} trỏ đến dòng không có của bảng {to}"),
        Seen::DefinitionChanged { name } => format!("thiếu {name}, hoặc định nghĩa của nó bị thay đổi"),
        Seen::DefinitionUnknown { name } => format!("chương trình không biết {name}"),
        Seen::CounterOff { table, number } => format!("bộ đếm của bảng {table} đang ở {number}"),
        Seen::NumbersMissing { table } => format!("bảng {table} thiếu một số thứ tự"),
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
    use crate::model::finding::{Damage, Finding, Subject};
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
    }

    #[test]
    fn programs_read_the_words_for_each_remedy_beside_its_name() {
        let finding = |remedy| Finding {
            subject: Subject::Blob,
            damage: Damage::Missing,
            item: "a".into(),
            detail: Seen::NoSuchFile.into(),
            remedy,
        };
        let findings = Remedy::ALL.map(finding);
        let told = with_remedies(&findings.as_slice());
        for (told, remedy) in told.as_array().unwrap().iter().zip(Remedy::ALL) {
            let (vi, en) = (repair(remedy, Language::Vi), repair(remedy, Language::En));
            assert_eq!(told["remedy"], json!({ "name": remedy.as_str(), "vi": vi, "en": en }));
        }
        assert_eq!(with_remedies(&json!({ "findings": findings }))["findings"], told);
    }

    #[test]
    fn states_are_told_by_their_names_and_not_by_their_keys() {
        let seen = Seen::BatchState { state: "running".into(), act: 3, told: "lost".into() };
        assert_eq!(detail(&seen.into(), Language::Vi), "trạng thái là 'đang chạy', còn việc 3 ghi 'lost'");
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
            (Item::Settlement { scan: "ab".into() }, "quyết định về tệp ab", "settlement ab"),
            (Item::Key { id: "0A".into() }, "khóa 0A", "key 0A"),
            (Item::Row { table: "page".into(), key: "ab 1".into() }, "dòng ab 1 của bảng page", "page ab 1"),
            (Item::Sighting { path }, "tệp đã thấy /hop-den/a.pdf", "sighting /hop-den/a.pdf"),
        ] {
            assert_eq!((item(&thing, Language::Vi), item(&thing, Language::En)), (vi.to_owned(), en.to_owned()));
        }
    }
}
